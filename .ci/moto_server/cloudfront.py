"""What moto does otherwise than AWS with distributions: their origins forget that they are buckets,
and their origin access control.
"""

from moto.cloudfront.models import Origin

make_origin = Origin.__init__


def origin(self, asked):
    make_origin(self, asked)
    self.origin_access_control_id = asked.get("OriginAccessControlId") or ""
    if "S3OriginConfig" in asked:
        self.s3_origin_config = asked["S3OriginConfig"]


Origin.__init__ = origin
