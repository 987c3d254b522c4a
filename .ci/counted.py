"""What there is on moto, counted by a client that is not ours."""

from collections import Counter

from common import client

# What moto goes on showing after it is gone: counted apart, where its state is known.
GRAVES = {"cluster", "key", "natgateway", "service", "task-definition"}


def owned():
    """What moto has with the tags of an owner: kind and resource, counted."""
    found = Counter()
    pages = client("resourcegroupstaggingapi").get_paginator("get_resources")
    filters = [{"Key": "elanswer:stack"}]
    for page in pages.paginate(TagFilters=filters):
        for item in page["ResourceTagMappingList"]:
            tags = {tag["Key"]: tag["Value"] for tag in item["Tags"]}
            kind = kind_in(item["ResourceARN"])
            if kind not in GRAVES:
                found[(kind, tags["elanswer:resource"])] += 1
    for role in client("iam").list_roles()["Roles"]:
        tags = client("iam").list_role_tags(RoleName=role["RoleName"])["Tags"]
        tags = {tag["Key"]: tag["Value"] for tag in tags}
        if "elanswer:resource" in tags:
            found[("role", tags["elanswer:resource"])] += 1
    return found


def kind_in(arn):
    """What an ARN is one of: those of buckets and topics have their names alone, and moto leaves out
    a part of those of distributions."""
    service = arn.split(":")[2]
    resource = arn.rsplit(":", 1)[1] if service == "cloudfront" else arn.split(":", 5)[5]
    named = {"s3": "bucket", "sns": "topic"}
    return named.get(service) or resource.replace(":", "/").split("/")[0]


def untagged():
    """What carries no tags, or none that can be asked for: counted by kind."""
    ec2 = client("ec2")
    tables = ec2.describe_route_tables()["RouteTables"]
    own = [table for table in tables if any(tag["Key"] == "elanswer:stack" for tag in table["Tags"])]
    rules = ec2.describe_security_group_rules()["SecurityGroupRules"]
    ours = {
        group["GroupId"]
        for group in ec2.describe_security_groups(
            Filters=[{"Name": "tag-key", "Values": ["elanswer:stack"]}]
        )["SecurityGroups"]
    }
    elb = client("elbv2")
    balancers = [item["LoadBalancerArn"] for item in elb.describe_load_balancers()["LoadBalancers"]]
    listeners = [
        item["ListenerArn"]
        for arn in balancers
        for item in elb.describe_listeners(LoadBalancerArn=arn)["Listeners"]
    ]
    return {
        "rules": sum(rule["GroupId"] in ours for rule in rules),
        "routes": sum(len(table["Routes"]) for table in own),
        "associations": sum(len(table["Associations"]) for table in own),
        "listeners": len(listeners),
        "listener rules": sum(len(elb.describe_rules(ListenerArn=arn)["Rules"]) for arn in listeners),
        **live(),
        "databases": len(client("rds").describe_db_instances()["DBInstances"]),
        "zones": len(client("route53").list_hosted_zones()["HostedZones"]),
        "certificates": len(client("acm").list_certificates()["CertificateSummaryList"]),
        "aliases": sum("elanswer" in it["AliasName"] for it in client("kms").list_aliases()["Aliases"]),
        "flow logs": len(ec2.describe_flow_logs()["FlowLogs"]),
        "endpoints": sum(it["State"] != "deleted"
                         for it in ec2.describe_vpc_endpoints()["VpcEndpoints"]),
        "ACL entries": sum(len(it["Entries"]) for it in ec2.describe_network_acls()["NetworkAcls"]
                           if not it["IsDefault"]),
        "distributions": client("cloudfront").list_distributions()["DistributionList"].get(
            "Quantity", 0),
        "access controls": client("cloudfront").list_origin_access_controls()[
            "OriginAccessControlList"].get("Quantity", 0),
        "record sets": sum(len(client("route53").list_resource_record_sets(HostedZoneId=it["Id"])[
            "ResourceRecordSets"]) for it in client("route53").list_hosted_zones()["HostedZones"]),
        "health checks": len(client("route53").list_health_checks()["HealthChecks"]),
        "secrets that rotate": sum(it.get("RotationEnabled", False) for it in
                                   client("secretsmanager").list_secrets()["SecretList"]),
        "web ACLs": len(client("wafv2").list_web_acls(Scope="REGIONAL")["WebACLs"]),
        "global web ACLs": len(client("wafv2").list_web_acls(Scope="CLOUDFRONT")["WebACLs"]),
        "log groups": len(client("logs").describe_log_groups()["logGroups"]),
        **watching(),
        **data(),
        **delivery(),
    }


def watching():
    """What watches the platform and its costs."""
    cloudwatch, xray, costs = client("cloudwatch"), client("xray"), client("ce")
    alarms = cloudwatch.describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    return {
        "alarms": len(alarms["MetricAlarms"]) + len(alarms["CompositeAlarms"]),
        "dashboards": len(cloudwatch.list_dashboards()["DashboardEntries"]),
        "metric filters": len(client("logs").describe_metric_filters()["metricFilters"]),
        "subscriptions": len(client("sns").list_subscriptions()["Subscriptions"]),
        "rules of events": len(client("events").list_rules()["Rules"]),
        "sampling rules": len(xray.get_sampling_rules()["SamplingRuleRecords"]),
        "groups of traces": len(xray.get_groups()["Groups"]),
        "budgets": len(client("budgets").describe_budgets(AccountId="123456789012")["Budgets"]),
        "anomaly monitors": len(costs.get_anomaly_monitors()["AnomalyMonitors"]),
        "anomaly subscriptions": len(costs.get_anomaly_subscriptions()["AnomalySubscriptions"]),
    }


def data():
    """What holds data, and who may log in."""
    cache, rds = client("elasticache"), client("rds")
    copies = client("rds", region_name="us-west-2").describe_db_instance_automated_backups()
    return {
        "caches": len(cache.describe_replication_groups()["ReplicationGroups"]),
        "users of caches": len(cache.describe_users()["Users"]),
        "groups of users": len(cache.describe_user_groups()["UserGroups"]),
        "subnets of caches": len(cache.describe_cache_subnet_groups()["CacheSubnetGroups"]),
        "pools": len(rds.describe_db_proxies()["DBProxies"]),
        "subnets of databases": len(rds.describe_db_subnet_groups()["DBSubnetGroups"]),
        "parameters of databases": len(rds.describe_db_parameter_groups()["DBParameterGroups"]),
        "copies of backups": len(copies["DBInstanceAutomatedBackups"]),
    }


def delivery():
    """What builds and deploys, and how services scale and are found."""
    scaling, names = client("application-autoscaling"), client("servicediscovery")
    ecs = {"ServiceNamespace": "ecs"}
    return {
        "repositories": len(client("ecr").describe_repositories()["repositories"]),
        "projects": len(client("codebuild").list_projects()["projects"]),
        "pipelines": len(client("codepipeline").list_pipelines()["pipelines"]),
        "connections": len(client("codeconnections").list_connections()["Connections"]),
        "scalable targets": len(scaling.describe_scalable_targets(**ecs)["ScalableTargets"]),
        "scaling policies": len(scaling.describe_scaling_policies(**ecs)["ScalingPolicies"]),
        "namespaces": len(names.list_namespaces()["Namespaces"]),
        "names": len(names.list_services()["Services"]),
    }


def live():
    """What has graves, and is not in one: counted by the resource that its tags name."""
    ecs, found = client("ecs"), Counter()
    for gateway in client("ec2").describe_nat_gateways()["NatGateways"]:
        if gateway["State"] not in ("deleted", "deleting"):
            found[f"gateway {owner(gateway['Tags'])}"] += 1
    arns = ecs.list_clusters()["clusterArns"]
    for cluster in ecs.describe_clusters(clusters=arns, include=["TAGS"])["clusters"]:
        if cluster["status"] != "ACTIVE":
            continue
        found[f"cluster {owner(cluster['tags'])}"] += 1
        services = ecs.list_services(cluster=cluster["clusterArn"])["serviceArns"]
        for service in services and ecs.describe_services(
            cluster=cluster["clusterArn"], services=services, include=["TAGS"]
        )["services"]:
            if service["status"] == "ACTIVE":
                found[f"service {owner(service['tags'])}"] += 1
    for arn in ecs.list_task_definitions(status="ACTIVE")["taskDefinitionArns"]:
        tags = ecs.describe_task_definition(taskDefinition=arn, include=["TAGS"])["tags"]
        found[f"task definition {owner(tags)}"] += 1
    kms = client("kms")
    for key in kms.list_keys()["Keys"]:
        state = kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"]
        if state != "PendingDeletion":
            found[f"key {owner(kms.list_resource_tags(KeyId=key['KeyId'])['Tags'])}"] += 1
    return found


def owner(tags):
    """The resource that tags name, however the service spells them."""
    named = {tag.get("Key") or tag.get("key") or tag.get("TagKey"):
             tag.get("Value") or tag.get("value") or tag.get("TagValue") for tag in tags}
    return named.get("elanswer:resource")
