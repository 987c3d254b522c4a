"""Runs the platform and the fleet as a user would, and looks at what exists with another client."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request

import boto3

from outside import EUROPE, FORGETFUL, LACKING, OUTSIDE, ROTATION, STANDBY

EXAMPLES, MOTO, SCRATCH = sys.argv[1:4]


def run(example, *args, code=0, env=None, less=()):
    """Runs an example; its exit code must be `code`, its output one JSON document."""
    outside = OUTSIDE if example == "platform" else []
    if example == "platform" and "aws" in args:
        outside = OUTSIDE + LACKING
    command = [os.path.join(EXAMPLES, example), *args, *outside, *less, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    if done.returncode != code:
        sys.exit(f"{command}: exit {done.returncode}, not {code}\n{done.stdout}\n{done.stderr}")
    return json.loads(done.stdout)


def expect(what, found, expected):
    if found != expected:
        sys.exit(f"{what}: found {found!r}, expected {expected!r}")


NOTHING = {"create": 0, "update": 0, "replace": 0, "delete": 0}


def life(name, *target, look=None):
    """Applies the platform, plans it again to nothing, and destroys it."""
    applied = run("platform", "apply", "--auto-approve", *target)
    expect(f"{name}: failed", applied["failed"], 0)
    planned = run("platform", "plan", "--detailed-exitcode", *target)
    expect(f"{name}: second plan", {key: planned[key] for key in NOTHING}, NOTHING)
    drifted = run("platform", "drift", "--detailed-exitcode", *target)
    expect(f"{name}: drift", drifted["resources"], [])
    if look:
        look()
    destroyed = run("platform", "destroy", "--auto-approve", *target)
    expect(f"{name}: destroyed", destroyed["deleted"], applied["created"])
    print(f"{name}: {applied['created']} created with {applied['api_calls']} API calls, "
          f"second plan with {planned['api_calls']['read']}, all destroyed")


# What AWS lists by tags and moto does not.
UNLISTED = (
    "AWS::ApplicationAutoScaling::ScalableTarget",
    "AWS::ApplicationAutoScaling::ScalingPolicy",
    "AWS::CloudFront::Distribution",
    "AWS::CodeBuild::Project",
    "AWS::CodePipeline::Pipeline",
    "AWS::EC2::EIP",
    "AWS::EC2::FlowLog",
    "AWS::EC2::NetworkAcl",
    "AWS::EC2::VPCEndpoint",
    "AWS::ECR::Repository",
    "AWS::ECS::ClusterCapacityProviderAssociations",
    "AWS::ElasticLoadBalancingV2::Listener",
    "AWS::ElasticLoadBalancingV2::ListenerRule",
    "AWS::RDS::DBParameterGroup",
    "AWS::RDS::DBProxy",
    "AWS::RDS::DBProxyTargetGroup",
    "AWS::RDS::DBSubnetGroup",
    "AWS::Route53::HealthCheck",
    "AWS::Route53::HostedZone",
    "AWS::ServiceDiscovery::PrivateDnsNamespace",
    "AWS::ServiceDiscovery::Service",
)


def lost(*target):
    """The state is gone, and comes back by the tags of what exists."""
    kept, found = (os.path.join(SCRATCH, name) for name in ("lost-state", "found-state"))
    applied = run("platform", "apply", "--auto-approve", *target, kept, less=FORGETFUL)
    ids = {}
    with open(os.path.join(kept, "elanswer", "journal-0"), encoding="utf-8") as journal:
        for line in journal:
            record = json.loads(line.split(" ", 1)[1]).get("Put")
            if record and record["kind"] in UNLISTED and "identifier" in record:
                ids[record["resource"]] = record["identifier"]
    by_id = [f"{resource}={identifier}" for resource, identifier in ids.items()]
    by_tag = ("--tagged", "elanswer:stack=elanswer")
    imported = run("platform", "import", *by_id, *by_tag, *target, found, less=FORGETFUL)
    expect("lost state: imported", len(imported["imported"]), applied["created"])
    if any(imported["plan"][key] for key in NOTHING):
        sys.exit(f"lost state: {json.dumps(imported['plan'])[:3000]}")
    destroyed = run("platform", "destroy", "--auto-approve", *target, found, less=FORGETFUL)
    expect("lost state: destroyed", destroyed["deleted"], applied["created"])
    print(f"lost state: {applied['created']} came back, {len(by_id)} of them by id")


def interrupted(*target):
    """Ctrl-C in the middle: the state is true, another apply goes on, and nothing is left over."""
    command = [os.path.join(EXAMPLES, "fleet"), "apply", "--auto-approve", "--json", *target]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as apply:
        for line in apply.stderr:
            if b"create" in line:
                break
        apply.send_signal(signal.SIGINT)
        printed, _ = apply.communicate()
    report = json.loads(printed)
    expect("interrupted: exit code", apply.returncode, 1)
    expect("interrupted: cancelled", (report["cancelled"], report["failed"]), (True, 0))
    expect("interrupted: done or not", report["created"] + len(report["not_done"]), 601)
    rest = run("fleet", "apply", "--auto-approve", *target)
    expect("interrupted: the rest", rest["created"], len(report["not_done"]))
    run("fleet", "destroy", "--auto-approve", *target)
    left = client("ec2").describe_vpcs(Filters=[{"Name": "tag-key", "Values": ["elanswer:stack"]}])
    expect("interrupted: left over", left["Vpcs"], [])
    print(f"interrupted: {report['created']} of 601 created, then {rest['created']}, all destroyed")


def start(example, *args):
    """Starts an example, as `run` does, and does not wait for it."""
    command = [os.path.join(EXAMPLES, example), *args, "--json"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def rivals(*target):
    """Two who apply the same fleet at once, and one who was asleep while another applied it."""
    client("s3").create_bucket(Bucket="states")
    state = ("--state", "s3://states/rivals")
    apply = ("apply", "--auto-approve", *target)
    pair = [start("fleet", *apply, *state) for _ in range(2)]
    printed = [process.communicate() for process in pair]
    by_code = sorted(zip([process.returncode for process in pair], printed, pair),
                     key=lambda item: item[0])
    expect("rivals: exit codes", [item[0] for item in by_code], [0, 1])
    expect("rivals: created", json.loads(by_code[0][1][0])["created"], 601)
    told = json.loads(by_code[1][1][0])["error"]
    if f"(process {by_code[0][2].pid})" not in told:
        sys.exit(f"rivals: {told!r} does not name the process {by_code[0][2].pid}")
    look_at_fleet()
    run("fleet", "destroy", "--auto-approve", *target, *state)

    state = ("--state", "s3://states/asleep")
    # A short lock for the one that sleeps.
    asleep = start("fleet", *apply, "--state", "s3://states/asleep?lock=5s")
    try:
        # The VPC is there, and the rest on its way.
        for _, line in zip(range(100), (line for line in asleep.stderr if "create" in line)):
            pass
        asleep.send_signal(signal.SIGSTOP)
        # Until its lock has expired others are told who has it.
        refused = run("fleet", *apply, *state, code=1)
        if f"(process {asleep.pid}), until 20" not in refused["error"]:
            sys.exit(f"asleep: {refused['error']!r} does not name the process {asleep.pid}")
        time.sleep(6)
        other = start("fleet", *apply, *state)
        finished, messages = other.communicate()
        expect(f"asleep: exit code of the other: {messages}", other.returncode, 0)
        asleep.send_signal(signal.SIGCONT)
        printed, _ = asleep.communicate()
    finally:
        asleep.kill()
    expect("asleep: exit code", asleep.returncode, 1)
    told = json.loads(printed)["error"]
    if "was taken over by" not in told or f"(process {other.pid})" not in told:
        sys.exit(f"asleep: {told!r} does not say that the process {other.pid} took over")
    look_at_fleet()
    planned = run("fleet", "plan", "--detailed-exitcode", *target, *state)
    expect("asleep: second plan", {key: planned[key] for key in NOTHING}, NOTHING)
    run("fleet", "destroy", "--auto-approve", *target, *state)
    look_at_fleet(vpcs=0, subnets=0, groups=0, rules=0)
    objects = client("s3").list_objects_v2(Bucket="states")["KeyCount"]
    print(f"rivals: one of two applied; one asleep was refused after the other made "
          f"{json.loads(finished)['created']}; {objects} objects of state left")


def look_at_fleet(vpcs=1, subnets=100, groups=100, rules=400):
    """The fleet, as a client that is not ours sees it: nothing of it twice."""
    ec2 = client("ec2")
    ours = [{"Name": "tag-key", "Values": ["elanswer:stack"]}]
    expect("fleet: VPCs", len(ec2.describe_vpcs(Filters=ours)["Vpcs"]), vpcs)
    expect("fleet: subnets", len(ec2.describe_subnets(Filters=ours)["Subnets"]), subnets)
    found = ec2.describe_security_groups(Filters=ours)["SecurityGroups"]
    expect("fleet: groups", len(found), groups)
    ids = {group["GroupId"] for group in found}
    ingress = [
        rule
        for page in ec2.get_paginator("describe_security_group_rules").paginate()
        for rule in page["SecurityGroupRules"]
        if rule["GroupId"] in ids and not rule["IsEgress"]
    ]
    expect("fleet: rules", len(ingress), rules)


def denied(*target):
    """What AWS answers when it does not know the credentials."""
    calls_before_auth("0")
    refused = run("minimal_vpc", "apply", "--auto-approve", *target, code=1)
    expect("denied: failures", [item["code"] for item in refused["failures"]], ["AuthFailure"])
    expect("denied: not done", refused["not_done"], ["subnet"])
    calls_before_auth("inf")


def calls_before_auth(count):
    """From now on moto takes this many calls before it asks who calls."""
    request = urllib.request.Request(f"{MOTO}/moto-api/reset-auth", data=count.encode(),
                                     headers={"Content-Type": "text/plain"})
    urllib.request.urlopen(request).close()


def client(service, region_name="us-east-1"):
    return boto3.client(service, endpoint_url=MOTO, region_name=region_name)


def look_at_moto():
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
    # Of what is at the edge, of the services, the endpoints, the pool and the database.
    expect("groups", len(groups), 5)
    rules = ec2.describe_security_group_rules()["SecurityGroupRules"]
    ingress = [rule for rule in rules if rule["GroupId"] in groups and not rule["IsEgress"]]
    opened = sorted(rule["FromPort"] for rule in ingress if rule.get("CidrIpv4") == "0.0.0.0/0")
    expect("ports open to the internet", opened, [80, 443])
    between = sorted(rule["FromPort"] for rule in ingress if rule.get("ReferencedGroupInfo"))
    expect("ports between groups", between, [443, 5432, 5432, 5432, 8080])
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
    proxies = rds.describe_db_proxies()["DBProxies"]
    expect("proxies", [(item["EngineFamily"], item["RequireTLS"]) for item in proxies],
           [("POSTGRESQL", True)])


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
    """The secret of the services, and who changes it how often."""
    found = client("secretsmanager").list_secrets()["SecretList"]
    expect("secrets", [(it["RotationEnabled"], it["RotationLambdaARN"],
                        it["RotationRules"]["AutomaticallyAfterDays"], "KmsKeyId" in it)
                       for it in found if "session-key" in it["Name"]],
           [(True, ROTATION, 30, True)])


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
    rules = [rule["Name"] for rule in sorted(acl["Rules"], key=lambda rule: rule["Priority"])]
    expect("firewall: rules", rules, FIREWALL)
    log = waf.get_logging_configuration(ResourceArn=acl["ARN"])["LoggingConfiguration"]
    expect("firewall: log", ":log-group:aws-waf-logs-" in log["LogDestinationConfigs"][0], True)


# The rules of the firewall, in the order in which they are asked.
FIREWALL = ["countries", "limit", "no-admin", "AWSManagedRulesAmazonIpReputationList",
            "AWSManagedRulesKnownBadInputsRuleSet", "AWSManagedRulesCommonRuleSet",
            "AWSManagedRulesSQLiRuleSet"]


def look_at_buckets(keys):
    """What is said of the buckets, here and in the second Region."""
    s3, there = client("s3"), client("s3", region_name="us-west-2")
    names = {bucket["Name"].split("-platform-")[1].rsplit("-", 1)[0]: bucket["Name"]
             for bucket in s3.list_buckets()["Buckets"]}
    expect("buckets", sorted(names),
           ["backups-bucket", "backups-copy-bucket", "files-bucket", "logs-bucket",
            "pipeline-artifacts-bucket"])
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


def requests():
    """How many requests moto has logged."""
    with open(os.path.join(SCRATCH, "moto.log"), encoding="utf-8") as log:
        return sum('"POST /' in line and "/moto-api/" not in line for line in log)


def fleet(*target):
    """601 resources: how many calls they take, by our count and by the server's."""
    before = requests()
    applied = run("fleet", "apply", "--auto-approve", *target)
    expect("fleet", applied["created"], 601)
    after = requests()
    planned = run("fleet", "plan", "--detailed-exitcode", *target)
    reads = requests() - after
    expect("fleet: calls of the apply by moto's log", after - before, applied["api_calls"])
    expect("fleet: calls of the refresh by moto's log", reads, planned["api_calls"]["read"])
    if applied["api_calls"] > 420 or reads > 8:
        sys.exit(f"fleet: {applied['api_calls']} calls to apply, {reads} to refresh")
    run("fleet", "destroy", "--auto-approve", *target)
    print(f"fleet: 601 applied with {applied['api_calls']} API calls, refreshed with {reads}")


def usage():
    """What goes wrong has the exit codes and documents it should have."""
    run("platform", "check")
    run("platform", "plan", "--detailed-exitcode", code=4)
    # Nobody can be asked for approval.
    run("platform", "apply", code=2)
    # An endpoint that does not answer.
    nowhere = ("--target", "aws", "--endpoint-url", "http://127.0.0.1:9")
    state = ("--state", os.path.join(SCRATCH, "nowhere"))
    failed = run("minimal_vpc", "apply", "--auto-approve", *nowhere, *state, code=1)
    expect("an endpoint that does not answer: created", failed["created"], 0)
    # No credentials at all.
    bare = {"PATH": os.environ["PATH"], "HOME": SCRATCH, "AWS_EC2_METADATA_DISABLED": "true"}
    state = ("--state", os.path.join(SCRATCH, "nobody"))
    failed = run("fleet", "apply", "--auto-approve", "--target", "aws", *state, code=1, env=bare)
    expect("no credentials: failures", len(failed["failures"]), 1)
    expect("no credentials", "AWS_PROFILE" in failed["failures"][0]["help"], True)
    # A state folder that cannot be written.
    blocked = os.path.join(SCRATCH, "file")
    with open(blocked, "w", encoding="utf-8"):
        pass
    run("platform", "apply", "--auto-approve", "--state", blocked, code=1)


def main():
    usage()
    cloud = os.path.join(SCRATCH, "cloud.json")
    life("in memory", "--cloud", cloud, "--state", os.path.join(SCRATCH, "mock-state"))
    with open(cloud, encoding="utf-8") as file:
        expect("objects left in memory", json.load(file)["tables"], {})
    wire = ("--target", "aws", "--endpoint-url", MOTO, "--state")
    life("moto", *wire, os.path.join(SCRATCH, "moto-state"), look=look_at_moto)
    lost(*wire)
    fleet(*wire, os.path.join(SCRATCH, "fleet-state"))
    interrupted(*wire, os.path.join(SCRATCH, "interrupted-state"))
    rivals(*wire[:-1])
    denied(*wire, os.path.join(SCRATCH, "denied-state"))


main()
