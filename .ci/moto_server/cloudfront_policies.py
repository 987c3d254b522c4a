"""What moto does otherwise than AWS with the policies of CloudFront: it knows none of them, for
caches, for requests to origins or for headers of responses.

Of those that AWS maintains it knows the identifiers.
"""

from moto.cloudfront.exceptions import CloudFrontException, InvalidIfMatchVersion
from moto.cloudfront.models import CloudFrontBackend, random_id
from moto.cloudfront.responses import CloudFrontResponse
from moto.cloudfront.urls import url_paths
from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import camelcase_to_underscores, utcnow
from moto.moto_api._internal import mock_random

create_distribution = CloudFrontBackend.create_distribution_with_tags
update_distribution = CloudFrontBackend.update_distribution

#: What AWS maintains.
MANAGED = {
    "CachePolicy": {
        "08627262-05a9-4f76-9ded-b50ca2e3a84f", "2e54312d-136d-493c-8eb9-b001f22f67d2",
        "4135ea2d-6df8-44a3-9df3-4b5a84be39ad", "4cc15a8a-d715-48a4-82b8-cc0b614638fe",
        "658327ea-f89d-4fab-a63d-7e88639e58f6", "83da9c7e-98b4-4e11-a168-04f0df8e2c65",
        "b2884449-e4de-46a7-ac36-70bc7f1ddd6d"},
    "OriginRequestPolicy": {
        "216adef6-5c7f-47e4-b989-5492eafa07d3", "33f36d7e-f396-46d9-90e0-52428a34d9dc",
        "59781a5b-3903-41f3-afcb-af62929ccde1", "775133bc-15f2-49f9-abea-afb2e0bf67d2",
        "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf", "acba4595-bd28-49b8-b9fe-13317c0390fa",
        "b689b0a8-53d0-40ab-baf2-68738e2966ac", "bf0718e1-ba1e-49d1-88b1-f726733018ae"},
    "ResponseHeadersPolicy": {
        "5cc3b908-e619-4b99-88e5-2cf7f45965bd", "60669652-455b-4ae9-85a4-c4c02393f86c",
        "67f7725c-6f97-4210-82d7-5512b31e9d03", "e61eb60c-9c35-4d20-a928-2b84e02af89c",
        "eaab4381-ed33-4a86-88ca-d9558dc6cd63"},
}


class Policy:
    """A policy of some kind, with its version."""

    def __init__(self, kind, config):
        self.id = str(mock_random.uuid4())
        self.kind = kind
        self.set(config)

    def set(self, config):
        if self.kind == "CachePolicy":
            config.setdefault("DefaultTTL", max(86_400, config["MinTTL"]))
            config.setdefault("MaxTTL", max(31_536_000, config["DefaultTTL"]))
        self.config = config
        self.etag = random_id()
        self.changed = utcnow()

    def told(self):
        return {"Id": self.id, "LastModifiedTime": self.changed, f"{self.kind}Config": self.config}

    def used_by(self, distribution):
        config = distribution.distribution_config
        behaviors = [config.DefaultCacheBehavior, *(config.CacheBehaviors.get("Items") or [])]
        name = f"{camelcase_to_underscores(self.kind)}_id"
        return any(getattr(behavior, name) == self.id for behavior in behaviors)


def policies(backend, kind):
    """The policies of a kind in an account, by their identifiers."""
    return backend.__dict__.setdefault("policies", {}).setdefault(kind, {})


def named(backend, kind, config, own=None):
    """Refuses a name that another policy has."""
    for other in policies(backend, kind).values():
        if other is not own and other.config["Name"] == config["Name"]:
            raise CloudFrontException(f"{kind}AlreadyExists", (
                f"A {kind} with the name {config['Name']} already exists."))


def found(response, kind):
    policy = policies(response.backend, kind).get(response._get_param("Id"))
    if policy is None:
        raise CloudFrontException(f"NoSuch{kind}", f"The specified {kind} does not exist.")
    return policy


def matching(response, kind):
    """The policy whose version the request names."""
    policy, version = found(response, kind), response._get_param("IfMatch")
    if not version:
        raise InvalidIfMatchVersion
    if version != policy.etag:
        raise CloudFrontException("PreconditionFailed", (
            "The request failed because it didn't meet the preconditions in one or more "
            "request-header fields."))
    return policy


def create(response, kind):
    config = response._get_param(f"{kind}Config")
    named(response.backend, kind, config)
    policy = Policy(kind, config)
    policies(response.backend, kind)[policy.id] = policy
    return ActionResult({kind: policy.told(), "ETag": policy.etag})


def get(response, kind):
    policy = found(response, kind)
    return ActionResult({kind: policy.told(), "ETag": policy.etag})


def get_config(response, kind):
    policy = found(response, kind)
    return ActionResult({f"{kind}Config": policy.config, "ETag": policy.etag})


def update(response, kind):
    policy, config = matching(response, kind), response._get_param(f"{kind}Config")
    named(response.backend, kind, config, policy)
    policy.set(config)
    return ActionResult({kind: policy.told(), "ETag": policy.etag})


def delete(response, kind):
    policy = matching(response, kind)
    if any(policy.used_by(it) for it in response.backend.distributions.values()):
        raise CloudFrontException(f"{kind}InUse", (
            f"Cannot delete the {kind} because it is attached to one or more cache behaviors."))
    del policies(response.backend, kind)[policy.id]
    return EmptyResult()


def listed(response, kind):
    known = [] if response._get_param("Type") == "managed" else [
        {"Type": "custom", kind: it.told()} for it in policies(response.backend, kind).values()]
    marker, most = response._get_param("Marker"), int(response._get_param("MaxItems") or 100)
    ids = [it[kind]["Id"] for it in known]
    start = ids.index(marker) if marker in ids else 0
    page = known[start:start + most]
    rest = ids[start + most:start + most + 1]
    answer = {"MaxItems": most, "Quantity": len(page), "Items": page,
              "NextMarker": rest[0] if rest else None}
    return ActionResult({f"{kind}List": answer})


def check(backend, config):
    """Refuses a distribution with policies that there are not."""
    others = (config.get("CacheBehaviors") or {}).get("Items") or []
    for behavior in [config["DefaultCacheBehavior"], *others]:
        for kind, managed in MANAGED.items():
            name = behavior.get(f"{kind}Id")
            if name and name not in managed and name not in policies(backend, kind):
                raise CloudFrontException(f"NoSuch{kind}", f"The specified {kind} does not exist.")


def created_distribution(self, distribution_config, tags):
    check(self, distribution_config)
    return create_distribution(self, distribution_config, tags)


def updated_distribution(self, dist_config, _id, if_match):
    if dist_config:
        check(self, dist_config)
    return update_distribution(self, dist_config, _id, if_match)


def operation(answer, kind):
    return lambda response: answer(response, kind)


for policy_kind in MANAGED:
    word = camelcase_to_underscores(policy_kind)
    path = "{0}/2020-05-31/" + word.replace("_", "-")
    for end in ("$", "/(?P<policy_id>[^/]+)$", "/(?P<policy_id>[^/]+)/config$"):
        url_paths[path + end] = CloudFrontResponse.dispatch
    plural = word.removesuffix("y") + "ies"
    for method, answer in ((f"create_{word}", create), (f"get_{word}", get),
                           (f"get_{word}_config", get_config), (f"update_{word}", update),
                           (f"delete_{word}", delete), (f"list_{plural}", listed)):
        setattr(CloudFrontResponse, method, operation(answer, policy_kind))
CloudFrontBackend.create_distribution_with_tags = created_distribution
CloudFrontBackend.update_distribution = updated_distribution
