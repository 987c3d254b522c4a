"""What moto does otherwise than AWS with X-Ray: it knows neither groups nor sampling rules, nor the
tags of these.
"""

from moto.core.exceptions import JsonRESTError
from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow
from moto.moto_api._internal import mock_random
from moto.resourcegroupstaggingapi.models import ResourceGroupsTaggingAPIBackend
from moto.utilities.tagging_service import TaggingService
from moto.xray.models import XRayBackend, xray_backends
from moto.xray.responses import XRayResponse
from moto.xray.urls import url_paths

#: How many groups, and how many rules, an account has in a Region at most.
QUOTA = 25

#: What a sampling rule asks of requests, and what else it says.
PATTERNS = ("Host", "HTTPMethod", "ResourceARN", "ServiceName", "ServiceType", "URLPath")
REQUIRED = (*PATTERNS, "FixedRate", "Priority", "ReservoirSize")

#: The rule that is always there.
DEFAULT = {"RuleName": "Default", **dict.fromkeys(PATTERNS, "*"), "Attributes": {},
           "FixedRate": 0.05, "Priority": 10000, "ReservoirSize": 1, "Version": 1}

#: The characters of the last part of the ARN of a group.
CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

make_backend = XRayBackend.__init__
get_action = XRayResponse._get_action
get_resources = ResourceGroupsTaggingAPIBackend._get_resources_generator


def made_backend(self, *arguments, **named):
    make_backend(self, *arguments, **named)
    self.groups = {}
    arn = arn_of(self, "sampling-rule/Default")
    self.rules = {arn: {**DEFAULT, "RuleARN": arn, "CreatedAt": 0, "ModifiedAt": utcnow()}}
    self.tagger = TaggingService()


def action(self):
    """The operation, which is not in every path."""
    path = get_action(self)
    return "GetGroups" if path == "Groups" else path


def refused(message):
    return JsonRESTError("InvalidRequestException", message)


def arn_of(backend, resource):
    return f"arn:{backend.partition}:xray:{backend.region_name}:{backend.account_id}:{resource}"


def one_of(kept, kind, asked):
    """What is asked for by its name or its ARN."""
    names = [asked.get(f"{kind}Name"), asked.get(f"{kind}ARN")]
    if names.count(None) != 1:
        raise refused(f"Specify either {kind}Name or {kind}ARN.")
    for it in kept.values():
        if it[f"{kind}Name"] == names[0] or it[f"{kind}ARN"] == names[1]:
            return it
    raise refused(f"{kind} not found.")


def insights(asked, before=None):
    """The configuration of insights after what was asked for."""
    off = {"InsightsEnabled": False, "NotificationsEnabled": False}
    after = {**off, **(before or {}), **(asked or {})}
    if after["NotificationsEnabled"] and not after["InsightsEnabled"]:
        raise refused("There are no notifications without insights.")
    return after


def create_group(self):
    backend, name = self.xray_backend, self._get_param("GroupName")
    if any(group["GroupName"] == name for group in backend.groups.values()):
        raise refused(f"Group {name} already exists.")
    if len(backend.groups) >= QUOTA:
        raise refused(f"There are at most {QUOTA} groups.")
    identifier = "".join(mock_random.choice(CHARACTERS) for _ in range(26))
    arn = arn_of(backend, f"group/{name}/{identifier}")
    group = {"GroupName": name, "GroupARN": arn,
             "InsightsConfiguration": insights(self._get_param("InsightsConfiguration"))}
    if self._get_param("FilterExpression"):
        group["FilterExpression"] = self._get_param("FilterExpression")
    backend.groups[arn] = group
    backend.tagger.tag_resource(arn, self._get_param("Tags", []))
    return ActionResult({"Group": group})


def get_group(self):
    group = one_of(self.xray_backend.groups, "Group", self.request_params)
    return ActionResult({"Group": group})


def get_groups(self):
    return ActionResult({"Groups": list(self.xray_backend.groups.values())})


def update_group(self):
    group = one_of(self.xray_backend.groups, "Group", self.request_params)
    configuration = self._get_param("InsightsConfiguration")
    group["InsightsConfiguration"] = insights(configuration, group["InsightsConfiguration"])
    if self._get_param("FilterExpression") is not None:
        group["FilterExpression"] = self._get_param("FilterExpression")
    return ActionResult({"Group": group})


def delete_group(self):
    backend = self.xray_backend
    arn = one_of(backend.groups, "Group", self.request_params)["GroupARN"]
    del backend.groups[arn]
    backend.tagger.delete_all_tags_for_resource(arn)
    return EmptyResult()


def checked(rule):
    """The same, unless AWS refuses it."""
    missing = [name for name in REQUIRED if rule.get(name) is None]
    if missing:
        raise refused(f"A sampling rule has a {missing[0]}.")
    if not 1 <= rule["Priority"] <= 9999 and rule["RuleName"] != "Default":
        raise refused("A priority is from 1 to 9999.")
    if not 0 <= rule["FixedRate"] <= 1:
        raise refused("A fixed rate is from 0 to 1.")
    if rule["ReservoirSize"] < 0:
        raise refused("A reservoir is not smaller than nothing.")
    if len(rule.get("Attributes", {})) > 5:
        raise refused("A rule has at most 5 attributes.")
    return rule


def record(rule):
    """A rule as it is answered, beside when it was made and changed."""
    times = ("CreatedAt", "ModifiedAt")
    return {"SamplingRule": {name: value for name, value in rule.items() if name not in times},
            **{name: rule[name] for name in times}}


def create_sampling_rule(self):
    backend, asked = self.xray_backend, self._get_param("SamplingRule")
    name = asked.get("RuleName")
    if not name:
        raise refused("A sampling rule has a RuleName.")
    if asked.get("Version") != 1:
        raise refused("The version of a sampling rule is 1.")
    arn = arn_of(backend, f"sampling-rule/{name}")
    if arn in backend.rules:
        raise refused(f"Sampling rule {name} already exists.")
    if len(backend.rules) > QUOTA:
        raise JsonRESTError("RuleLimitExceededException", f"There are at most {QUOTA} rules.")
    now = utcnow()
    rule = checked({"Attributes": {}, **asked, "RuleARN": arn})
    backend.rules[arn] = {**rule, "CreatedAt": now, "ModifiedAt": now}
    backend.tagger.tag_resource(arn, self._get_param("Tags", []))
    return ActionResult({"SamplingRuleRecord": record(backend.rules[arn])})


def get_sampling_rules(self):
    rules = self.xray_backend.rules.values()
    return ActionResult({"SamplingRuleRecords": [record(rule) for rule in rules]})


def update_sampling_rule(self):
    asked = self._get_param("SamplingRuleUpdate")
    rule = one_of(self.xray_backend.rules, "Rule", asked)
    changes = {name: value for name, value in asked.items() if value is not None}
    rule.update(checked({**rule, **changes}), ModifiedAt=utcnow())
    return ActionResult({"SamplingRuleRecord": record(rule)})


def delete_sampling_rule(self):
    backend = self.xray_backend
    rule = one_of(backend.rules, "Rule", self.request_params)
    if rule["RuleName"] == "Default":
        raise refused("The default sampling rule stays.")
    del backend.rules[rule["RuleARN"]]
    backend.tagger.delete_all_tags_for_resource(rule["RuleARN"])
    return ActionResult({"SamplingRuleRecord": record(rule)})


def tagged(self):
    """The ARN of what has the tags, when it exists."""
    arn, backend = self._get_param("ResourceARN"), self.xray_backend
    if arn not in backend.groups and arn not in backend.rules:
        error = JsonRESTError("ResourceNotFoundException", f"There is no resource {arn}.")
        error.code = 404
        raise error
    return arn


def list_tags_for_resource(self):
    return ActionResult(self.xray_backend.tagger.list_tags_for_resource(tagged(self)))


def tag_resource(self):
    self.xray_backend.tagger.tag_resource(tagged(self), self._get_param("Tags"))
    return EmptyResult()


def untag_resource(self):
    keys = self._get_param("TagKeys")
    self.xray_backend.tagger.untag_resource_using_names(tagged(self), keys)
    return EmptyResult()


def resources(self, tag_filters=None, resource_type_filters=None):
    """Those of moto, and the groups and rules that carry the tags."""
    yield from get_resources(self, tag_filters, resource_type_filters)
    backend, types = xray_backends[self.account_id][self.region_name], resource_type_filters
    for kind, kept in (("group", backend.groups), ("sampling-rule", backend.rules)):
        if types and not {"xray", f"xray:{kind}"} & set(types):
            continue
        for arn in kept:
            tags = backend.tagger.get_tag_dict_for_resource(arn)
            if tags and all(it["Key"] in tags and tags[it["Key"]] in (
                    it.get("Values") or tags.values()) for it in tag_filters or []):
                yield {"ResourceARN": arn, **backend.tagger.list_tags_for_resource(arn)}


XRayBackend.__init__ = made_backend
XRayResponse._get_action = action
ResourceGroupsTaggingAPIBackend._get_resources_generator = resources
XRayResponse.get_groups = get_groups
url_paths["{0}/Groups$"] = XRayResponse.dispatch
for operation in (
    create_group, get_group, update_group, delete_group, create_sampling_rule,
    get_sampling_rules, update_sampling_rule, delete_sampling_rule, list_tags_for_resource,
    tag_resource, untag_resource,
):
    setattr(XRayResponse, operation.__name__, operation)
    path = "".join(part.capitalize() for part in operation.__name__.split("_"))
    url_paths[f"{{0}}/{path}$"] = XRayResponse.dispatch
