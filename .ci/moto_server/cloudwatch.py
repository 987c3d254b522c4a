"""What moto does otherwise than AWS with alarms and dashboards.

- It does not know PutCompositeAlarm, nor the types, relatives and pages of DescribeAlarms, and
  deletes an alarm that a rule names.
- PutMetricAlarm takes no extended statistic but percentiles, drops the account of a metric and what
  is new, and begins in OK; what has the name already loses its state and gets the tags.
- Tags outlive an alarm, and neither dashboards nor rules of insights have any.
- Dashboards are of a Region, and PutDashboard takes what is no object.
- What a client compresses, such as many metrics, is decompressed twice when it is JSON.
"""

import json
import re

from moto.cloudwatch.exceptions import (
    DashboardInvalidInputError, InvalidParameterValue, ResourceNotFoundException, ValidationError)
from moto.cloudwatch.models import CloudWatchBackend, cloudwatch_backends
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult

#: A state of an alarm in a rule; its name is quoted, or not.
STATE_OF = re.compile(
    r"\b(?:ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*"
    r"""(?:"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'|([^)]*?))\s*\)""", re.IGNORECASE)

EXTENDED = re.compile(
    r"(p|tm|tc|ts|wm)(\d{1,2}(\.\d{1,10})?|100(\.0*)?)|IQM|(PR|TC|TM|TS|WM)\([\d.%]*:[\d.%]*\)")

#: What stays of an alarm when it is put anew.
KEPT = ("history", "state_reason", "state_reason_data", "state_updated_timestamp", "state_value")

#: What moto does not read of an alarm.
MORE = ("ActionConfiguration", "ActionsSuppressor", "ActionsSuppressorExtensionPeriod",
        "ActionsSuppressorWaitPeriod", "EvaluationCriteria", "EvaluationInterval",
        "EvaluationWindow", "WarmUpConfiguration")

put_alarm = CloudWatchBackend.put_metric_alarm
delete_alarms = CloudWatchBackend.delete_alarms
delete_dashboards = CloudWatchBackend.delete_dashboards
respond_put_alarm = CloudWatchResponse.put_metric_alarm
respond_put_dashboard = CloudWatchResponse.put_dashboard


def alarm_name(text):
    """The name of an alarm that is called by it or by its ARN."""
    return text.split(":alarm:", 1)[-1] if text.startswith("arn:") else text


def children(alarm_or_rule):
    """The names of the alarms that a rule is about, in its order."""
    rule = getattr(alarm_or_rule, "rule", alarm_or_rule) or ""
    names = [re.sub(r"\\(.)", r"\1", double or single) or bare
             for double, single, bare in STATE_OF.findall(rule)]
    return list(dict.fromkeys(map(alarm_name, names)))


def check_actions(backend, actions):
    for action in actions:
        service, region = action.split(":")[2:4] if action.count(":") > 3 else ("", "")
        if service == "sns" and region != backend.region_name:
            raise ValidationError(f"Invalid region {region} specified. "
                                  f"Only {backend.region_name} is supported.")


def kept_alarm(self, *, name, extended_statistic=None, rule=None, tags=None, **asked):
    if extended_statistic and not EXTENDED.fullmatch(extended_statistic):
        raise InvalidParameterValue(
            f"The value {extended_statistic} for parameter ExtendedStatistic is not supported.")
    for actions in ("alarm_actions", "ok_actions", "insufficient_data_actions"):
        check_actions(self, asked.get(actions) or [])
    before = self.alarms.get(name)
    if before and (before.rule is None) != (rule is None):
        raise ValidationError(f"An alarm of another type is called {name}.")
    alarm = put_alarm(self, name=name, rule=rule, tags=None if before else tags, **asked)
    alarm.extended_statistic = extended_statistic
    alarm.state_value = "INSUFFICIENT_DATA"
    for kept in KEPT if before else ():
        setattr(alarm, kept, getattr(before, kept))
    return alarm


def put_metric_alarm(self):
    answer = respond_put_alarm(self)
    alarm = self.cloudwatch_backend.alarms[self._get_param("AlarmName")]
    alarm.metric_data_queries = self._get_param("Metrics", [])
    for name in MORE:
        setattr(alarm, name, self._get_param(name))
    return answer


def put_composite_alarm(self):
    rule = self._get_param("AlarmRule")
    if not rule or rule != rule.strip():
        raise ValidationError(
            "AlarmRule must not contain leading or trailing whitespace or be null")
    alarms = self.cloudwatch_backend.alarms
    missing = [name for name in children(rule) if name not in alarms]
    if missing:
        raise ValidationError(f"Could not save the composite alarm as alarms "
                              f"[{', '.join(missing)}] in the alarm rule do not exist")
    suppressor = self._get_param("ActionsSuppressor")
    if suppressor and alarm_name(suppressor) not in alarms:
        raise ValidationError(f"The suppressor alarm {suppressor} does not exist")
    periods = ("ActionsSuppressorWaitPeriod", "ActionsSuppressorExtensionPeriod")
    if suppressor and None in map(self._get_param, periods):
        raise ValidationError(f"ActionsSuppressor needs {' and '.join(periods)}")
    return put_metric_alarm(self)


def asked_for(self, alarm):
    """Whether DescribeAlarms, as it was called, is about an alarm."""
    alarms = self.cloudwatch_backend.alarms
    parent = self._get_param("ChildrenOfAlarmName")
    child = self._get_param("ParentsOfAlarmName")
    if parent or child:
        return (alarm.name in children(alarms.get(parent))) if parent else child in children(alarm)
    kind = "MetricAlarm" if alarm.rule is None else "CompositeAlarm"
    names = self._get_param("AlarmNames")
    state = self._get_param("StateValue")
    actions = [*alarm.alarm_actions, *alarm.ok_actions, *alarm.insufficient_data_actions]
    action = self._get_param("ActionPrefix")
    return (kind in (self._get_param("AlarmTypes") or ["MetricAlarm"])
            and (not names or alarm.name in names)
            and alarm.name.startswith(self._get_param("AlarmNamePrefix", ""))
            and (not state or alarm.state_value == state)
            and (not action or any(each.startswith(action) for each in actions)))


def describe_alarms(self):
    if self._get_param("AlarmNames") and self._get_param("AlarmNamePrefix"):
        raise ValidationError("AlarmNames and AlarmNamePrefix exclude each other")
    after, most = self._get_param("NextToken", ""), self._get_param("MaxRecords") or 50
    alarms = sorted(self.cloudwatch_backend.alarms.values(), key=lambda alarm: alarm.name)
    found = [alarm for alarm in alarms if alarm.name > after and asked_for(self, alarm)]
    page = found[:most]
    return ActionResult({
        "MetricAlarms": [alarm for alarm in page if alarm.rule is None],
        "CompositeAlarms": [alarm for alarm in page if alarm.rule is not None],
        "NextToken": page[-1].name if len(found) > most else None,
    })


def deleted_alarms(self, alarm_names):
    going = [self.alarms[name] for name in dict.fromkeys(alarm_names) if name in self.alarms]
    if sum(alarm.rule is not None for alarm in going) > 1:
        raise ValidationError("At most one composite alarm can be deleted at once.")
    named = {name for alarm in self.alarms.values() if alarm not in going
             for name in children(alarm)}
    stay = [alarm.name for alarm in going if alarm.name in named]
    if stay:
        them = "them" if len(stay) > 1 else "it"
        raise ValidationError(f"Cannot delete {','.join(stay)} as there are composite alarm(s) "
                              f"depending on {them}.")
    delete_alarms(self, alarm_names)
    for alarm in going:
        self.tagger.delete_all_tags_for_resource(alarm.alarm_arn)


def home(backend):
    """Where what is of no Region is kept."""
    return cloudwatch_backends[backend.account_id]["us-east-1"]


def put_tagged_dashboard(self):
    name, body = self._get_param("DashboardName"), self._get_param("DashboardBody")
    backend = self.cloudwatch_backend
    try:
        written = json.loads(body)
    except ValueError:
        written = None
    if not isinstance(written, dict):
        raise DashboardInvalidInputError("The field DashboardBody must be a valid JSON object")
    new = name not in backend.dashboards
    answer = respond_put_dashboard(self)
    if new:
        backend.tag_resource(backend.dashboards[name].arn, self._get_param("Tags", []))
    return answer


def deleted_dashboards(self, dashboards):
    arns = [self.dashboards[name].arn for name in dashboards if name in self.dashboards]
    error = delete_dashboards(self, dashboards)
    for arn in arns if error is None else ():
        home(self).tagger.delete_all_tags_for_resource(arn)
    return error


def tagger(backend, arn):
    """What keeps the tags of something that exists."""
    if arn in {dashboard.arn for dashboard in backend.dashboards.values()}:
        return home(backend).tagger
    arns = {alarm.alarm_arn for alarm in backend.alarms.values()}
    if arn in arns | {rule.rule_arn for rule in backend.insight_rules.values()}:
        return backend.tagger
    raise ResourceNotFoundException(f"There is no resource {arn}.")


CloudWatchBackend.dashboards = property(
    lambda self: home(self).__dict__.setdefault("dashboards", {}),
    lambda self, dashboards: self.__dict__.update(dashboards=dashboards))
CloudWatchBackend.put_metric_alarm = kept_alarm
CloudWatchBackend.delete_alarms = deleted_alarms
CloudWatchBackend.delete_dashboards = deleted_dashboards
CloudWatchBackend.list_tags_for_resource = (
    lambda self, arn: tagger(self, arn).get_tag_dict_for_resource(arn))
CloudWatchBackend.tag_resource = lambda self, arn, tags: tagger(self, arn).tag_resource(arn, tags)
CloudWatchBackend.untag_resource = (
    lambda self, arn, keys: tagger(self, arn).untag_resource_using_names(arn, keys))
CloudWatchResponse.allow_request_decompression = property(
    lambda self: False, lambda self, allowed: None)
CloudWatchResponse.put_metric_alarm = put_metric_alarm
CloudWatchResponse.put_composite_alarm = put_composite_alarm
CloudWatchResponse.describe_alarms = describe_alarms
CloudWatchResponse.put_dashboard = put_tagged_dashboard
