"""The moto server, mended where it does otherwise than AWS. Arguments are those of `moto_server`.

Of moto 5.2.1, and of nothing else:

- The root of the answer to GetBucketVersioning is called after the operation. boto3 does not look
  at this name, other clients do.
- Intelligent tierings are dropped, and their list is one of objects.
- GetBucketReplication leaves out what was said of encrypted objects, filters and delete markers.
- PutBucketLogging does not take a policy whose elements are lists of one.
- Health checks of Route 53 lose the alarm that they follow, their version stays the first, and
  UpdateHealthCheck does not know ResetElements.
- AssociateWebACL leaves the web ACL before in place, and either may answer.
- CreateProject wants a location of sources and artifacts that a pipeline hands over, and forgets
  the key of the project; CreatePipeline does not take a trust policy whose elements are lists of one.
- Origins of distributions forget that they are buckets, and their origin access control.

Every account has a function `rotate`, which does nothing, without any container to do it in.
"""

import json
import re
import sys
from types import SimpleNamespace

from moto.awslambda_simple.models import LambdaSimpleBackend
from moto.cloudfront.models import Origin
from moto.codebuild import responses as codebuild
from moto.codepipeline.models import CodePipelineBackend
from moto.core.config import default_user_config
from moto.core.responses import ActionResult
from moto.route53.models import HealthCheck
from moto.route53.responses import Route53
from moto.s3.models import FakeBucket
from moto.s3.responses import S3Response
from moto.server import main
from moto.wafv2.models import WAFV2Backend

NAMESPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'

versioning = S3Response.get_bucket_versioning
may_log = FakeBucket._log_permissions_enabled_policy
make_origin = Origin.__init__
function = LambdaSimpleBackend.get_function


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


create_health_check = Route53.create_health_check
update_health_check = Route53.update_health_check
health_check_config = HealthCheck.health_check_config.fget

#: What of a health check can be reset, and where moto keeps it.
RESETTABLE = {"ChildHealthChecks": "children", "FullyQualifiedDomainName": "fqdn",
              "Regions": "regions", "ResourcePath": "resource_path"}


def follow(check, settings):
    """Keeps with a health check what is said of its alarm."""
    kept = check.__dict__.setdefault("alarm", {})
    for name in ("AlarmIdentifier", "InsufficientDataHealthStatus"):
        if settings.get(name) is not None:
            kept[name] = settings[name]


def created_health_check(self):
    answer = create_health_check(self)
    follow(answer.result["HealthCheck"], self._get_param("HealthCheckConfig"))
    return answer


def updated_health_check(self):
    answer = update_health_check(self)
    check = answer.result["HealthCheck"]
    check.health_check_version += 1
    for name in self._get_param("ResetElements", []):
        setattr(check, RESETTABLE[name], None)
    names = ("AlarmIdentifier", "InsufficientDataHealthStatus")
    follow(check, {name: self._get_param(name) for name in names})
    return answer


Route53.create_health_check = created_health_check
Route53.update_health_check = updated_health_check
HealthCheck.health_check_config = property(
    lambda check: {**health_check_config(check), **check.__dict__.get("alarm", {})})


associate_web_acl = WAFV2Backend.associate_web_acl


def associated(self, web_acl_arn, resource_arn):
    if web_acl_arn in self.wacls:
        self.disassociate_web_acl(resource_arn)
    associate_web_acl(self, web_acl_arn, resource_arn)


WAFV2Backend.associate_web_acl = associated


def get_function(self, name, *arguments, **named):
    return SimpleNamespace() if name.endswith(":function:rotate") else function(
        self, name, *arguments, **named)


def origin(self, asked):
    make_origin(self, asked)
    self.origin_access_control_id = asked.get("OriginAccessControlId") or ""
    if "S3OriginConfig" in asked:
        self.s3_origin_config = asked["S3OriginConfig"]


S3Response.get_bucket_versioning = get_bucket_versioning
for verb in ("GET", "PUT", "DELETE"):
    handler = f"_bucket_response_{verb.lower()}"
    setattr(S3Response, handler, tierings(verb, getattr(S3Response, handler)))
S3Response.get_bucket_replication = get_bucket_replication
FakeBucket._log_permissions_enabled_policy = staticmethod(log_permissions)

Origin.__init__ = origin


create_pipeline = CodePipelineBackend.create_pipeline


def created_pipeline(self, pipeline, tags):
    role = next((role for role in self.iam_backend.roles.values()
                 if role.arn == pipeline["roleArn"]), None)
    if role is None:
        return create_pipeline(self, pipeline, tags)
    written = role.assume_role_policy_document
    policy = json.loads(written)
    policy["Statement"] = [unlisted(statement) for statement in policy["Statement"]]
    role.assume_role_policy_document = json.dumps(policy)
    try:
        return create_pipeline(self, pipeline, tags)
    finally:
        role.assume_role_policy_document = written


CodePipelineBackend.create_pipeline = created_pipeline


create_project = codebuild.CodeBuildResponse.create_project


def created_project(self):
    answer = json.loads(create_project(self))
    key = self._get_param("encryptionKey")
    if key:
        answer["project"]["encryptionKey"] = key
        name = self._get_param("name")
        project = self.codebuild_backend.codebuild_projects[name]
        project.project_metadata["encryptionKey"] = key
    return json.dumps(answer)


codebuild.CodeBuildResponse.create_project = created_project


def unless_handed_over(validate):
    """Looks at what has a location, and not at what a pipeline hands over or nobody does."""
    return lambda what: None if what.get("type") in ("CODEPIPELINE", "NO_SOURCE") else validate(what)


for name in ("_validate_required_params_source", "_validate_required_params_artifacts"):
    setattr(codebuild, name, unless_handed_over(getattr(codebuild, name)))

default_user_config["lambda"] = {"use_docker": False}
LambdaSimpleBackend.get_function = get_function

if __name__ == "__main__":
    sys.exit(main())
