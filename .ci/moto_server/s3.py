"""What moto does otherwise than AWS with buckets.

- The root of the answer to GetBucketVersioning is called after the operation. boto3 does not look
  at this name, other clients do.
- Intelligent tierings are dropped, and their list is one of objects.
- GetBucketReplication leaves out what was said of encrypted objects, filters and delete markers.
- PutBucketLogging does not take a policy whose elements are lists of one.
"""

import json
import re
import sys
from types import SimpleNamespace

from moto.core.responses import ActionResult
from moto.s3.models import FakeBucket
from moto.s3.responses import S3Response

from policies import unlisted

NAMESPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'

versioning = S3Response.get_bucket_versioning
may_log = FakeBucket._log_permissions_enabled_policy


def get_bucket_versioning(self):
    status, headers, body = versioning(self)
    body = body if isinstance(body, str) else body.decode()
    return status, headers, body.replace("GetBucketVersioningResponse", "VersioningConfiguration")


def tierings(method, otherwise):
    """Keeps the tierings of a bucket with it; what is about anything else is moto's."""

    def response(self, *arguments):
        bucket_name, querystring = arguments[-2:]
        if "intelligent-tiering" not in querystring:
            return otherwise(self, *arguments)
        kept = self.backend.get_bucket(bucket_name).__dict__.setdefault("tierings", {})
        name = querystring.get("id", [None])[0]
        if method == "PUT":
            kept[name] = re.sub(r"<\?.*?\?>", "", self.body if isinstance(self.body, str)
                                else self.body.decode())
            return 200, {}, ""
        if method == "DELETE":
            kept.pop(name, None)
            return 204, {}, ""
        root = "ListBucketIntelligentTieringConfigurationsOutput"
        body = "".join(kept[key] for key in sorted(kept))
        return 200, {"Content-Type": "application/xml"}, (
            f"<{root} {NAMESPACE}><IsTruncated>false</IsTruncated>{body}</{root}>")

    return response


def get_bucket_replication(self):
    self.data["Action"] = "GetBucketReplication"
    put = self.backend.get_bucket_replication(self.bucket_name)
    if not put:
        raise sys.modules["moto.s3.responses"].ReplicationConfigurationNotFoundError(
            bucket_name=self.bucket_name)
    rules = []
    for rule in put["Rule"]:
        filtered = rule.get("Filter") or {}
        rules.append({**rule, "Filter": {"Prefix": filtered.get("Prefix") or ""}})
    answer = {"Role": put["Role"], "Rules": rules}
    return self.serialized(ActionResult({"ReplicationConfiguration": answer}))


def log_permissions(target_bucket, target_prefix):
    if not target_bucket.policy:
        return False
    policy = json.loads(target_bucket.policy)
    policy["Statement"] = [unlisted(statement) for statement in policy["Statement"]
                           if isinstance(statement.get("Principal"), dict)]
    plain = SimpleNamespace(policy=json.dumps(policy).encode(), name=target_bucket.name,
                            partition=target_bucket.partition)
    return may_log(plain, target_prefix)


S3Response.get_bucket_versioning = get_bucket_versioning
for verb in ("GET", "PUT", "DELETE"):
    handler = f"_bucket_response_{verb.lower()}"
    setattr(S3Response, handler, tierings(verb, getattr(S3Response, handler)))
S3Response.get_bucket_replication = get_bucket_replication
FakeBucket._log_permissions_enabled_policy = staticmethod(log_permissions)
