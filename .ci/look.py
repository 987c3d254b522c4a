"""The platform on a server, as a client that is not ours sees it."""

import json

from common import client, expect
from outside import EUROPE, LOGIN_ROTATION, ROTATION, STANDBY
from watch import look_at_watching


def look_at_platform():
    """The platform, as a client that is not ours sees it."""
    ec2 = client("ec2")
    ours = [{"Name": "tag:elanswer:stack", "Values": ["elanswer"]}]
    vpcs = ec2.describe_vpcs(Filters=ours)["Vpcs"]
    expect("VPC", [vpc["CidrBlock"] for vpc in vpcs], ["10.0.0.0/16"])
    vpc = [{"Name": "vpc-id", "Values": [vpcs[0]["VpcId"]]}]
    subnets = ec2.describe_subnets(Filters=vpc)["Subnets"]
    ranges = sorted(subnet["CidrBlock"] for subnet in subnets)
    expect("subnets", ranges,
           sorted(f"10.0.{tier}{zone}.0/24" for tier in ("", "1", "2") for zone in (1, 2, 3)))
    expect("zones", len({subnet["AvailabilityZone"] for subnet in subnets}), 3)
    ways = {}
    for table in ec2.describe_route_tables(Filters=vpc)["RouteTables"]:
        out = [item for item in table["Routes"] if item.get("DestinationCidrBlock") == "0.0.0.0/0"]
        way = "none"
        for route in out:
            way = "nat" if route.get("NatGatewayId") else "internet"
        for association in table["Associations"]:
            if "SubnetId" in association:
                ways[association["SubnetId"]] = way
    for subnet in subnets:
        third = subnet["CidrBlock"].split(".")[2]
        way = "internet" if len(third) == 1 else {"1": "nat", "2": "none"}[third[0]]
        expect(f"way out of {subnet['CidrBlock']}", ways.get(subnet["SubnetId"]), way)
    flows = ec2.describe_flow_logs()["FlowLogs"]
    expect("flow logs", [(flow["ResourceId"], flow["TrafficType"]) for flow in flows],
           [(vpcs[0]["VpcId"], "ALL")])
    kms = client("kms")
    aliases = kms.list_aliases()["Aliases"]
    keys = [item["TargetKeyId"] for item in aliases
            if item["AliasName"] == "alias/elanswer-platform-key"]
    expect("keys that rotate", [kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"]
                                for key in keys], [True])
    logs = client("logs").describe_log_groups()["logGroups"]
    expect("keys of the log groups", {item.get("kmsKeyId", "none").split("/")[-1] for item in logs},
           set(keys))
    look_at_buckets(keys)
    groups = {
        group["GroupId"]
        for group in ec2.describe_security_groups(Filters=vpc)["SecurityGroups"]
        if group["GroupName"] != "default"
    }
    # Of what is at the edge, the services, the endpoints, the pool, the database and the cache.
    expect("groups", len(groups), 6)
    rules = ec2.describe_security_group_rules()["SecurityGroupRules"]
    ingress = [rule for rule in rules if rule["GroupId"] in groups and not rule["IsEgress"]]
    opened = sorted(rule["FromPort"] for rule in ingress if rule.get("CidrIpv4") == "0.0.0.0/0")
    expect("ports open to the internet", opened, [80, 443])
    between = sorted(rule["FromPort"] for rule in ingress if rule.get("ReferencedGroupInfo"))
    expect("ports between groups", between, [443, 5432, 5432, 5432, 6379, 8080, 8080])
    look_at_acls(vpc)
    look_at_endpoints(vpc)
    elb = client("elbv2")
    balancers = elb.describe_load_balancers()["LoadBalancers"]
    expect("load balancers", [balancer["Scheme"] for balancer in balancers], ["internet-facing"])
    expect("zones of the load balancer", len(balancers[0]["AvailabilityZones"]), 3)
    listeners = elb.describe_listeners(LoadBalancerArn=balancers[0]["LoadBalancerArn"])["Listeners"]
    expect("listeners", sorted((item["Port"], item["Protocol"]) for item in listeners),
           [(80, "HTTP"), (443, "HTTPS")])
    look_at_firewall(balancers[0]["LoadBalancerArn"])
    https = next(item for item in listeners if item["Port"] == 443)
    paths = [
        value
        for rule in elb.describe_rules(ListenerArn=https["ListenerArn"])["Rules"]
        for condition in rule["Conditions"]
        for value in condition.get("PathPatternConfig", condition).get("Values", [])
    ]
    expect("paths", paths, ["/api/*"])
    ecs = client("ecs")
    cluster = ecs.list_clusters()["clusterArns"][0]
    services = ecs.describe_services(
        cluster=cluster, services=ecs.list_services(cluster=cluster)["serviceArns"]
    )["services"]
    expect("services", [service["status"] for service in services], ["ACTIVE", "ACTIVE"])
    look_at_scaling(services)
    look_at_names(services)
    look_at_delivery(services)
    acm = client("acm")
    arns = [item["CertificateArn"] for item in https["Certificates"]]
    shown = [acm.describe_certificate(CertificateArn=arn)["Certificate"] for arn in arns]
    expect("certificate", [(item["DomainName"], item["Status"]) for item in shown],
           [("origin.elanswer.example", "ISSUED")])
    route53 = client("route53")
    zone = route53.list_hosted_zones()["HostedZones"][0]
    records = route53.list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]
    aliases = {(item["Name"].rstrip("."), item["Type"], item.get("SetIdentifier")):
               item["AliasTarget"]["DNSName"].rstrip(".")
               for item in records if "AliasTarget" in item}
    site = look_at_distribution()
    expect("aliases", aliases, {
        ("elanswer.example", "A", "continent-eu"): EUROPE,
        ("elanswer.example", "AAAA", "continent-eu"): EUROPE,
        ("elanswer.example", "A", "default"): site,
        ("elanswer.example", "AAAA", "default"): site,
        ("origin.elanswer.example", "A", "primary"): balancers[0]["DNSName"],
    })
    look_at_routing(records, balancers[0]["DNSName"])
    look_at_secrets()
    look_at_databases()
    look_at_cache()
    look_at_watching()


def look_at_databases():
    """The database, what follows it, and what stands before it."""
    rds = client("rds")
    databases = rds.describe_db_instances()["DBInstances"]
    sources = [item for item in databases if "ReadReplicaSourceDBInstanceIdentifier" not in item]
    expect("database", [
        (item["Engine"], item["MultiAZ"], item["StorageEncrypted"], item["BackupRetentionPeriod"])
        for item in sources
    ], [("postgres", True, True, 30)])
    replicas = [item["ReadReplicaSourceDBInstanceIdentifier"] for item in databases
                if "ReadReplicaSourceDBInstanceIdentifier" in item]
    expect("replicas", replicas, [sources[0]["DBInstanceIdentifier"]])
    there = client("rds", region_name="us-west-2").describe_db_instance_automated_backups()
    expect("copies of backups", [(it["DBInstanceIdentifier"], it["BackupRetentionPeriod"])
                                 for it in there["DBInstanceAutomatedBackups"]],
           [(sources[0]["DBInstanceIdentifier"], 30)])
    proxies = rds.describe_db_proxies()["DBProxies"]
    expect("proxies", [(item["EngineFamily"], item["RequireTLS"]) for item in proxies],
           [("POSTGRESQL", True)])


def look_at_cache():
    """The cache, in two zones and encrypted, and who may log in."""
    cache = client("elasticache")
    (group,) = cache.describe_replication_groups()["ReplicationGroups"]
    expect("cache", {key: group[key] for key in (
        "MultiAZ", "AutomaticFailover", "TransitEncryptionEnabled", "AtRestEncryptionEnabled",
        "SnapshotRetentionLimit", "CacheNodeType")},
           {"MultiAZ": "enabled", "AutomaticFailover": "enabled", "TransitEncryptionEnabled": True,
            "AtRestEncryptionEnabled": True, "SnapshotRetentionLimit": 7,
            "CacheNodeType": "cache.m7g.large"})
    members = group["NodeGroups"][0]["NodeGroupMembers"]
    expect("cache: zones", len({it["PreferredAvailabilityZone"] for it in members}), 2)
    (users,) = cache.describe_user_groups()["UserGroups"]
    expect("cache: users", users["ReplicationGroups"], [group["ReplicationGroupId"]])
    found = {it["UserId"]: it for it in cache.describe_users()["Users"]}
    expect("cache: logins", sorted((found[it]["Authentication"]["Type"], found[it]["AccessString"])
                                   for it in users["UserIds"]),
           [("iam", "on ~* +@all"), ("no-password", "off ~* -@all")])


def look_at_scaling(services):
    """Between how many tasks each service scales, and by what."""
    scaling = client("application-autoscaling")
    ids = {"/".join(["service", it["clusterArn"].split("/")[-1], it["serviceName"]])
           for it in services}
    targets = scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"]
    expect("scaling: targets", {it["ResourceId"]: (it["MinCapacity"], it["MaxCapacity"])
                                for it in targets}, {key: (3, 12) for key in ids})
    policies = scaling.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"]
    tracked = sorted(
        (it["TargetTrackingScalingPolicyConfiguration"]["PredefinedMetricSpecification"]
         ["PredefinedMetricType"],
         it["TargetTrackingScalingPolicyConfiguration"]["TargetValue"]) for it in policies)
    expect("scaling: policies", tracked,
           [("ECSServiceAverageCPUUtilization", 60.0)] * 2
           + [("ECSServiceAverageMemoryUtilization", 75.0)] * 2)


def look_at_names(services):
    """The domain within the network, and the services that are found there."""
    cloud_map = client("servicediscovery")
    (namespace,) = cloud_map.list_namespaces()["Namespaces"]
    expect("names: domain", (namespace["Name"], namespace["Type"]),
           ("elanswer-platform.internal", "DNS_PRIVATE"))
    found = {it["Arn"]: it["Name"] for it in cloud_map.list_services()["Services"]}
    registered = sorted(found[it["serviceRegistries"][0]["registryArn"]] for it in services)
    expect("names: services", registered, ["api", "web"])


def look_at_delivery(services):
    """Where images are kept, and how they get there and from there to the services."""
    (images,) = client("ecr").describe_repositories()["repositories"]
    expect("images", (images["imageTagMutability"], images["imageScanningConfiguration"],
                      images["encryptionConfiguration"]["encryptionType"]),
           ("IMMUTABLE", {"scanOnPush": True}, "KMS"))
    policy = client("ecr").get_lifecycle_policy(repositoryName=images["repositoryName"])
    rules = json.loads(policy["lifecyclePolicyText"])["rules"]
    expect("images: lifecycle", [rule["selection"]["tagStatus"] for rule in rules],
           ["untagged", "any"])
    codebuild = client("codebuild")
    (project,) = codebuild.batch_get_projects(names=codebuild.list_projects()["projects"])["projects"]
    expect("build", (project["source"]["type"], project["environment"]["privilegedMode"]),
           ("CODEPIPELINE", True))
    codepipeline = client("codepipeline")
    (listed,) = codepipeline.list_pipelines()["pipelines"]
    pipeline = codepipeline.get_pipeline(name=listed["name"])["pipeline"]
    expect("pipeline", [(stage["name"], len(stage["actions"])) for stage in pipeline["stages"]],
           [("Source", 1), ("Build", 1), ("Deploy", 2)])
    deployed = {action["configuration"]["ServiceName"]
                for action in pipeline["stages"][2]["actions"]}
    expect("pipeline: services", deployed, {it["serviceName"] for it in services})


def look_at_routing(records, balancer):
    """Who is sent where, and what is watched."""
    sets = {item["SetIdentifier"]: item for item in records
            if item.get("SetIdentifier") and item["Type"] == "A"}
    expect("routing: sets", sorted(sets), ["continent-eu", "default", "primary", "secondary"])
    expect("routing: places", (sets["continent-eu"]["GeoLocation"], sets["default"]["GeoLocation"]),
           ({"ContinentCode": "EU"}, {"CountryCode": "*"}))
    expect("routing: failover", (sets["primary"]["Failover"], sets["secondary"]["Failover"]),
           ("PRIMARY", "SECONDARY"))
    standby = [item["Value"] for item in sets["secondary"]["ResourceRecords"]]
    expect("routing: standby", standby, [STANDBY])
    checks = {item["Id"]: item["HealthCheckConfig"]
              for item in client("route53").list_health_checks()["HealthChecks"]}
    watched = {name: checks[item["HealthCheckId"]]["FullyQualifiedDomainName"]
               for name, item in sets.items() if "HealthCheckId" in item}
    expect("routing: watched", watched, {"continent-eu": EUROPE, "primary": balancer})


def look_at_secrets():
    """The secrets of the services, and who changes them how often."""
    found = client("secretsmanager").list_secrets()["SecretList"]
    expect("secrets", {it["Name"].split("/")[1]: (
        it["RotationEnabled"], it["RotationLambdaARN"],
        it["RotationRules"]["AutomaticallyAfterDays"], "KmsKeyId" in it) for it in found},
           {"database-login": (True, LOGIN_ROTATION, 30, True),
            "session-key": (True, ROTATION, 30, True)})


def look_at_acls(vpc):
    """One network ACL before each tier, and what reaches the databases."""
    acls = [acl for acl in client("ec2").describe_network_acls(Filters=vpc)["NetworkAcls"]
            if not acl["IsDefault"]]
    expect("ACLs: subnets", [len(acl["Associations"]) for acl in acls], [3, 3, 3])
    isolated = next(acl for acl in acls
                    if any(tag["Value"].endswith("-isolated") for tag in acl["Tags"]))
    taken = {(entry["CidrBlock"], entry["PortRange"]["From"]) for entry in isolated["Entries"]
             if not entry["Egress"] and entry["RuleNumber"] < 32767}
    # The three private subnets: two of them are one range.
    expect("ACLs: who reaches the databases", {cidr for cidr, port in taken if port == 5432},
           {"10.0.11.0/24", "10.0.12.0/23"})
    expect("ACLs: nobody else", "0.0.0.0/0" in {cidr for cidr, _ in taken}, False)


def look_at_endpoints(vpc):
    """The private ways, where they lead, and for whom."""
    found = [it for it in client("ec2").describe_vpc_endpoints(Filters=vpc)["VpcEndpoints"]
             if it["State"] != "deleted"]
    names = sorted(it["ServiceName"].removeprefix("com.amazonaws.us-east-1.") for it in found)
    expect("endpoints", names, ["ecr.api", "ecr.dkr", "logs", "s3", "secretsmanager"])
    for it in found:
        expect(f"{it['ServiceName']}: of the account",
               "aws:PrincipalAccount" in it["PolicyDocument"], True)
        places = it["RouteTableIds" if it["VpcEndpointType"] == "Gateway" else "SubnetIds"]
        expect(f"{it['ServiceName']}: places", len(places), 3)


def look_at_distribution():
    """The distribution: whom it answers, from where, behind what. Gives its name."""
    cloudfront = client("cloudfront")
    (found,) = cloudfront.list_distributions()["DistributionList"]["Items"]
    config = cloudfront.get_distribution(Id=found["Id"])["Distribution"]["DistributionConfig"]
    expect("distribution: names", config["Aliases"]["Items"], ["elanswer.example"])
    expect("distribution: certificate",
           ":acm:us-east-1:" in config["ViewerCertificate"]["ACMCertificateArn"], True)
    expect("distribution: web ACL", ":global/webacl/" in config["WebACLId"], True)
    expect("distribution: logs", config["Logging"]["Enabled"], True)
    origins = {origin["Id"]: origin for origin in config["Origins"]["Items"]}
    expect("distribution: origins", sorted(origins), ["files", "origin.elanswer.example"])
    access = cloudfront.get_origin_access_control(Id=origins["files"]["OriginAccessControlId"])
    expect("distribution: origin access control",
           access["OriginAccessControl"]["OriginAccessControlConfig"]["SigningBehavior"], "always")
    expect("distribution: paths", [(it["PathPattern"], it["TargetOriginId"])
                                   for it in config["CacheBehaviors"]["Items"]],
           [("/api/*", "origin.elanswer.example")])
    expect("distribution: TLS", config["DefaultCacheBehavior"]["ViewerProtocolPolicy"],
           "redirect-to-https")
    bucket = origins["files"]["DomainName"].split(".s3.")[0]
    policy = client("s3").get_bucket_policy(Bucket=bucket)["Policy"]
    expect("distribution: may read the files", found["ARN"] in policy, True)
    return found["DomainName"]


def look_at_firewall(balancer):
    """The web ACL in front of the load balancer: its rules in order, and where it logs."""
    waf = client("wafv2")
    acl = waf.get_web_acl_for_resource(ResourceArn=balancer)["WebACL"]
    expect("firewall: rules", in_order(acl), FIREWALL)
    (edge,) = waf.list_web_acls(Scope="CLOUDFRONT")["WebACLs"]
    edge = waf.get_web_acl(Scope="CLOUDFRONT", Name=edge["Name"], Id=edge["Id"])["WebACL"]
    # Only there is an address that of a viewer.
    expect("firewall of the site: rules", in_order(edge), ["ddos", "countries", "limit", *FIREWALL])
    log = waf.get_logging_configuration(ResourceArn=acl["ARN"])["LoggingConfiguration"]
    expect("firewall: log", ":log-group:aws-waf-logs-" in log["LogDestinationConfigs"][0], True)


def in_order(acl):
    """The names of its rules, in the order in which they are asked."""
    return [rule["Name"] for rule in sorted(acl["Rules"], key=lambda rule: rule["Priority"])]


# The rules that both firewalls have.
FIREWALL = ["no-admin", "AWSManagedRulesAmazonIpReputationList",
            "AWSManagedRulesKnownBadInputsRuleSet", "AWSManagedRulesCommonRuleSet",
            "AWSManagedRulesSQLiRuleSet"]


def look_at_buckets(keys):
    """What is said of the buckets, here and in the second Region."""
    s3, there = client("s3"), client("s3", region_name="us-west-2")
    names = {bucket["Name"].split("-platform-")[1].rsplit("-", 1)[0]: bucket["Name"]
             for bucket in s3.list_buckets()["Buckets"]}
    expect("buckets", sorted(names),
           ["backups-bucket", "backups-copy-bucket", "files-bucket", "files-copy-bucket",
            "logs-bucket", "pipeline-artifacts-bucket"])
    for part, name in names.items():
        block = s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"]
        expect(f"{part}: public access blocks", set(block.values()), {True})
        expect(f"{part}: versions", s3.get_bucket_versioning(Bucket=name)["Status"], "Enabled")
        policy = json.loads(s3.get_bucket_policy(Bucket=name)["Policy"])
        expect(f"{part}: TLS only", [item["Condition"] for item in policy["Statement"]
                                     if item["Effect"] == "Deny"],
               [{"Bool": {"aws:SecureTransport": ["false"]}}])
    files, backups, copy = (names[part] for part in
                            ("files-bucket", "backups-bucket", "backups-copy-bucket"))
    expect("the copy's Region", there.head_bucket(Bucket=copy)["BucketRegion"], "us-west-2")
    encryption = s3.get_bucket_encryption(Bucket=files)["ServerSideEncryptionConfiguration"]
    rule = encryption["Rules"][0]
    expect("files: bucket key", rule["BucketKeyEnabled"], True)
    by_default = rule["ApplyServerSideEncryptionByDefault"]
    expect("files: key", by_default["KMSMasterKeyID"].split("/")[-1], keys[0])
    logging = s3.get_bucket_logging(Bucket=files)["LoggingEnabled"]
    expect("files: access logs", logging["TargetBucket"], names["logs-bucket"])
    lifecycle = s3.get_bucket_lifecycle_configuration(Bucket=backups)["Rules"]
    expect("backups: rules", sorted(rule["ID"] for rule in lifecycle),
           ["old-versions", "put-away", "unfinished-uploads"])
    replication = s3.get_bucket_replication(Bucket=backups)["ReplicationConfiguration"]
    expect("replication: role", ":role/elanswer-platform-backups-copies-role" in
           replication["Role"], True)
    rule = replication["Rules"][0]
    expect("replication: destination", rule["Destination"]["Bucket"], f"arn:aws:s3:::{copy}")
    key = rule["Destination"]["EncryptionConfiguration"]["ReplicaKmsKeyID"]
    expect("replication: key", key.startswith("arn:aws:kms:us-west-2:"), True)
