"""The moto server, mended where S3 does otherwise than AWS. Arguments are those of `moto_server`.

Of moto 5.2.1, and of nothing else:

- The root of the answer to GetBucketVersioning is called after the operation, and the list of
  intelligent tierings is answered with a list of objects. boto3 does not look at these names, other
  clients do. (Intelligent tierings are dropped all the same.)
- GetBucketReplication leaves out what was said of encrypted objects, filters and delete markers.
- PutBucketLogging does not take a policy whose elements are lists of one.
"""

import json
import sys
from types import SimpleNamespace

from moto.core.responses import ActionResult
from moto.s3.models import FakeBucket
from moto.s3.responses import S3Response
from moto.server import main

NAMESPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'

versioning = S3Response.get_bucket_versioning
listing = S3Response.list_objects
may_log = FakeBucket._log_permissions_enabled_policy


def get_bucket_versioning(self):
    status, headers, body = versioning(self)
    body = body if isinstance(body, str) else body.decode()
    return status, headers, body.replace("GetBucketVersioningResponse", "VersioningConfiguration")


def list_objects(self):
    if "intelligent-tiering" not in self.querystring:
        return listing(self)
    name = "ListBucketIntelligentTieringConfigurationsOutput"
    body = f"<{name} {NAMESPACE}><IsTruncated>false</IsTruncated></{name}>"
    return 200, {"Content-Type": "application/xml"}, body


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


def unlisted(value):
    """The same, where lists of one are what is in them."""
    if isinstance(value, list) and len(value) == 1:
        return unlisted(value[0])
    if isinstance(value, dict):
        return {key: item if key == "Statement" else unlisted(item) for key, item in value.items()}
    return value


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
S3Response.list_objects = list_objects
S3Response.get_bucket_replication = get_bucket_replication
FakeBucket._log_permissions_enabled_policy = staticmethod(log_permissions)

if __name__ == "__main__":
    sys.exit(main())
