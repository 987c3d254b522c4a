"""What moto does otherwise than AWS with Cost Explorer: it knows neither anomaly monitors nor their
subscriptions, and what does not exist has tags.
"""

import json

from moto.ce.models import CostExplorerBackend
from moto.ce.responses import CostExplorerResponse
from moto.core.exceptions import JsonRESTError
from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow
from moto.moto_api._internal import mock_random

#: What a monitor of a type says of what it looks at.
LOOKS_AT = {"CUSTOM": "MonitorSpecification", "DIMENSIONAL": "MonitorDimension"}

#: What an update changes of a subscription.
CHANGEABLE = ("Frequency", "MonitorArnList", "Subscribers", "SubscriptionName")

make_backend = CostExplorerBackend.__init__


def made_backend(self, *arguments, **named):
    make_backend(self, *arguments, **named)
    self.monitors = {}
    self.subscriptions = {}


def invalid(message):
    return JsonRESTError("ValidationException", message)


def monitor_of(backend, arn):
    if arn not in backend.monitors:
        raise JsonRESTError("UnknownMonitorException", f"There is no monitor {arn}.")
    return backend.monitors[arn]


def subscription_of(backend, arn):
    if arn not in backend.subscriptions:
        raise JsonRESTError("UnknownSubscriptionException", f"There is no subscription {arn}.")
    return backend.subscriptions[arn]


def new_arn(backend, kind):
    return f"arn:{backend.partition}:ce::{backend.account_id}:{kind}/{mock_random.uuid4()}"


def today():
    return utcnow().strftime("%Y-%m-%d")


def create_anomaly_monitor(self):
    backend, asked = self.ce_backend, self._get_param("AnomalyMonitor")
    if not asked.get(LOOKS_AT.get(asked["MonitorType"])):
        raise invalid(f"A monitor of the type {asked['MonitorType']} says what it looks at.")
    if asked.get("MonitorDimension") == "SERVICE" and any(
            it.get("MonitorDimension") == "SERVICE" for it in backend.monitors.values()):
        raise invalid("Limit exceeded on dimensional spend monitor creation")
    arn = new_arn(backend, "anomalymonitor")
    backend.monitors[arn] = {**asked, "MonitorArn": arn, "CreationDate": today(),
                             "LastUpdatedDate": today()}
    backend.tag_resource(arn, self._get_param("ResourceTags", []))
    return ActionResult({"MonitorArn": arn})


def get_anomaly_monitors(self):
    backend, arns = self.ce_backend, self._get_param("MonitorArnList")
    found = [monitor_of(backend, arn) for arn in arns or backend.monitors]
    return ActionResult({"AnomalyMonitors": found})


def update_anomaly_monitor(self):
    monitor = monitor_of(self.ce_backend, self._get_param("MonitorArn"))
    monitor["MonitorName"] = self._get_param("MonitorName", monitor["MonitorName"])
    monitor["LastUpdatedDate"] = today()
    return ActionResult({"MonitorArn": monitor["MonitorArn"]})


def delete_anomaly_monitor(self):
    arn = self._get_param("MonitorArn")
    monitor_of(self.ce_backend, arn)
    del self.ce_backend.monitors[arn]
    self.ce_backend.tagger.delete_all_tags_for_resource(arn)
    return EmptyResult()


def threshold_of(asked):
    """The threshold that is asked for, as AWS answers it."""
    amount, expression = asked.get("Threshold"), asked.get("ThresholdExpression")
    if amount is not None and expression is not None:
        raise invalid("There is either a Threshold or a ThresholdExpression.")
    if amount is None:
        return {} if expression is None else {"ThresholdExpression": expression}
    return {"ThresholdExpression": {"Dimensions": {
        "Key": "ANOMALY_TOTAL_IMPACT_ABSOLUTE", "MatchOptions": ["GREATER_THAN_OR_EQUAL"],
        "Values": [f"{amount:f}".rstrip("0").rstrip(".")]}}}


def checked(backend, subscription):
    """The same, unless AWS refuses it."""
    for what in ("MonitorArnList", "Subscribers", "ThresholdExpression"):
        if not subscription.get(what):
            raise invalid(f"A subscription has a {what}.")
    for arn in subscription["MonitorArnList"]:
        monitor_of(backend, arn)
    told = "SNS" if subscription["Frequency"] == "IMMEDIATE" else "EMAIL"
    if any(who["Type"] != told for who in subscription["Subscribers"]):
        raise invalid(f"A subscription is {subscription['Frequency']} for subscribers of {told}.")
    subscribers = [{**who, "Status": "CONFIRMED"} for who in subscription["Subscribers"]]
    return {**subscription, "Subscribers": subscribers}


def create_anomaly_subscription(self):
    backend, asked = self.ce_backend, self._get_param("AnomalySubscription")
    arn = new_arn(backend, "anomalysubscription")
    subscription = {name: asked[name] for name in CHANGEABLE}
    backend.subscriptions[arn] = checked(backend, {
        **subscription, **threshold_of(asked), "SubscriptionArn": arn,
        "AccountId": backend.account_id})
    backend.tag_resource(arn, self._get_param("ResourceTags", []))
    return ActionResult({"SubscriptionArn": arn})


def get_anomaly_subscriptions(self):
    backend, arns = self.ce_backend, self._get_param("SubscriptionArnList")
    found = [subscription_of(backend, arn) for arn in arns or backend.subscriptions]
    monitor = self._get_param("MonitorArn")
    if monitor:
        found = [it for it in found if monitor in it["MonitorArnList"]]
    return ActionResult({"AnomalySubscriptions": found})


def update_anomaly_subscription(self):
    asked = json.loads(self.body)
    arn = asked["SubscriptionArn"]
    subscription = subscription_of(self.ce_backend, arn)
    changes = {name: asked[name] for name in CHANGEABLE if asked.get(name) is not None}
    self.ce_backend.subscriptions[arn] = checked(
        self.ce_backend, {**subscription, **changes, **threshold_of(asked)})
    return ActionResult({"SubscriptionArn": arn})


def delete_anomaly_subscription(self):
    arn = self._get_param("SubscriptionArn")
    subscription_of(self.ce_backend, arn)
    del self.ce_backend.subscriptions[arn]
    self.ce_backend.tagger.delete_all_tags_for_resource(arn)
    return EmptyResult()


def if_there(tags):
    """Answers what `tags` does when what it is about exists."""

    def response(self):
        arn, backend = self._get_param("ResourceArn"), self.ce_backend
        if not any(arn in there for there in (
                backend.monitors, backend.subscriptions, backend.cost_categories)):
            raise JsonRESTError("ResourceNotFoundException", f"There is no resource {arn}.")
        return tags(self)

    return response


CostExplorerBackend.__init__ = made_backend
for operation in (
    create_anomaly_monitor, get_anomaly_monitors, update_anomaly_monitor, delete_anomaly_monitor,
    create_anomaly_subscription, get_anomaly_subscriptions, update_anomaly_subscription,
    delete_anomaly_subscription,
):
    setattr(CostExplorerResponse, operation.__name__, operation)
for name in ("list_tags_for_resource", "tag_resource", "untag_resource"):
    setattr(CostExplorerResponse, name, if_there(getattr(CostExplorerResponse, name)))
