"""What moto does otherwise than AWS with lifecycles: rules lose how many old versions they keep
(NewerNoncurrentVersions of NoncurrentVersionExpiration).
"""

from moto.s3.models import FakeBucket
from moto.s3.responses import S3Response

EXPIRATION, NEWER = "NoncurrentVersionExpiration", "NewerNoncurrentVersions"

set_lifecycle = FakeBucket.set_lifecycle
get_bucket_lifecycle = S3Response.get_bucket_lifecycle


def keep_newer(self, rules):
    set_lifecycle(self, rules)
    for asked, rule in zip(rules, self.rules):
        rule.newer_versions = (asked.get(EXPIRATION) or {}).get(NEWER)


def tell_newer(self):
    serialized = self.serialized

    def complete(answer):
        rules = self.backend.get_bucket_lifecycle(self.bucket_name)
        for told, rule in zip(answer.result["Rules"], rules):
            if rule.newer_versions is not None:
                told[EXPIRATION][NEWER] = rule.newer_versions
        return serialized(answer)

    self.serialized = complete
    try:
        return get_bucket_lifecycle(self)
    finally:
        del self.serialized


FakeBucket.set_lifecycle = keep_newer
S3Response.get_bucket_lifecycle = tell_newer
