"""What watches the platform, as a client that is not ours sees it."""

import json

from common import client, expect

ACCOUNT = "123456789012"

#: How many alarms there are for each metric: three zones, two services, two databases, two nodes.
ALARMS = {
    "HTTPCode_ELB_5XX_Count": 1, "HTTPCode_Target_5XX_Count": 1, "TargetResponseTime": 1,
    "UnHealthyHostCount": 2, "5xxErrorRate": 1, "HealthCheckStatus": 2,
    "CPUUtilization": 4, "MemoryUtilization": 2, "api-errors": 1, "web-errors": 1,
    "FreeStorageSpace": 2, "DatabaseConnections": 2, "ReplicaLag": 1,
    "EngineCPUUtilization": 2, "DatabaseMemoryUsagePercentage": 2, "Evictions": 2,
    "ErrorPortAllocation": 3, "PacketsDropCount": 3,
    "BlockedRequests": 2,
}


def look_at_watching():
    """The alarms, the dashboard, and who hears of what."""
    topic = look_at_topic()
    cloudwatch = client("cloudwatch")
    found = cloudwatch.describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    # Application Auto Scaling makes some of its own.
    alarms = [it for it in found["MetricAlarms"]
              if not it["AlarmName"].startswith("TargetTracking-")]
    counted = {}
    for alarm in alarms:
        counted[alarm["MetricName"]] = counted.get(alarm["MetricName"], 0) + 1
    expect("alarms", counted, ALARMS)
    composite = found["CompositeAlarms"]
    expect("alarms: of alarms", len(composite), 1)
    names = {it["AlarmName"] for it in alarms}
    named = composite[0]["AlarmRule"].split('"')[1::2]
    expect("alarms: of alarms that there are", set(named) - names, set())
    expect("alarms: who hears", {arn for it in alarms + composite for arn in it["AlarmActions"]},
           {topic})
    (dashboard,) = cloudwatch.list_dashboards()["DashboardEntries"]
    shown = cloudwatch.get_dashboard(DashboardName=dashboard["DashboardName"])["DashboardBody"]
    states = [it for it in json.loads(shown)["widgets"] if it["type"] == "alarm"]
    expect("dashboard: alarms", {arn for it in states for arn in it["properties"]["alarms"]},
           {it["AlarmArn"] for it in alarms + composite})
    look_at_events(topic)
    xray = client("xray")
    rules = [it["SamplingRule"] for it in xray.get_sampling_rules()["SamplingRuleRecords"]]
    expect("traces: rates", {it["RuleName"]: it["FixedRate"] for it in rules
                             if it["RuleName"] != "Default"}, {"elanswer-platform-tracing": 0.05})
    expect("traces: groups", [it["GroupName"] for it in xray.get_groups()["Groups"]
                              if it["GroupName"] != "Default"], ["elanswer-platform-tracing"])
    look_at_spending(topic)


def look_at_topic():
    """The topic: encrypted, for few who publish, and who reads it. Gives its ARN."""
    sns = client("sns")
    (topic,) = [it["TopicArn"] for it in sns.list_topics()["Topics"]]
    attributes = sns.get_topic_attributes(TopicArn=topic)["Attributes"]
    expect("topic: encrypted", ":key/" in attributes.get("KmsMasterKeyId", ""), True)
    statements = json.loads(attributes["Policy"])["Statement"]
    expect("topic: who publishes",
           sorted(service for it in statements if it["Effect"] == "Allow"
                  for service in it["Principal"]["Service"]),
           ["budgets.amazonaws.com", "cloudwatch.amazonaws.com", "costalerts.amazonaws.com",
            "events.amazonaws.com"])
    subscribed = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    expect("topic: who reads", [(it["Protocol"], it["Endpoint"]) for it in subscribed],
           [("email", "ops@elanswer.example")])
    return topic


def look_at_events(topic):
    """What services tell by themselves, and that it goes to the topic."""
    events = client("events")
    sources = {}
    for rule in events.list_rules()["Rules"]:
        (source,) = json.loads(rule["EventPattern"])["source"]
        targets = events.list_targets_by_rule(Rule=rule["Name"])["Targets"]
        sources[source] = [it["Arn"] for it in targets]
    expect("events", sources, {source: [topic] for source in
                               ("aws.codepipeline", "aws.ecs", "aws.rds")})


def look_at_spending(topic):
    """The budget and its notifications, and what is unusual."""
    budgets = client("budgets")
    (budget,) = budgets.describe_budgets(AccountId=ACCOUNT)["Budgets"]
    expect("budget", (budget["BudgetLimit"], budget["TimeUnit"]),
           ({"Amount": "3000", "Unit": "USD"}, "MONTHLY"))
    of = {"AccountId": ACCOUNT, "BudgetName": budget["BudgetName"]}
    told = budgets.describe_notifications_for_budget(**of)["Notifications"]
    expect("budget: notifications",
           sorted((it["NotificationType"], it["Threshold"]) for it in told),
           [("ACTUAL", 80.0), ("ACTUAL", 100.0), ("FORECASTED", 100.0)])
    for notification in told:
        found = budgets.describe_subscribers_for_notification(**of, Notification=notification)
        expect("budget: who is told",
               sorted((it["SubscriptionType"], it["Address"]) for it in found["Subscribers"]),
               [("EMAIL", "ops@elanswer.example"), ("SNS", topic)])
    costs = client("ce")
    monitors = costs.get_anomaly_monitors()["AnomalyMonitors"]
    expect("anomalies", [it["MonitorDimension"] for it in monitors], ["SERVICE"])
    expect("anomalies: told", sorted(it["Frequency"] for it in
                                     costs.get_anomaly_subscriptions()["AnomalySubscriptions"]),
           ["DAILY", "IMMEDIATE"])
