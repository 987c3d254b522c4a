"""Kills applies and destroys at random moments, and asks moto by other means what exists.

    python .ci/kills.py EXAMPLES MOTO_URL SCRATCH KILLS [SEED]

Each round makes a stack and removes it again, and is killed now and then on the way (SIGKILL: the
program gets no say). After each finished apply moto must have exactly one object for every
resource, and after each finished destroy none.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter

import outside
from common import EXAMPLES, MOTO, SCRATCH, client

KILLS = int(sys.argv[4])
SEED = int(sys.argv[5]) if len(sys.argv) > 5 else time.time_ns() % 1_000_000
RANDOM = random.Random(SEED)

# The examples, and how long they may live at most before they are killed.
STACKS = [("fleet", 1.5), ("platform", 4.0)]

# What is outside of each.
OUTSIDE = {"fleet": [], "platform": outside.OUTSIDE}

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
    """What an ARN is one of: those of buckets have their names alone, and moto leaves out a part of
    those of distributions."""
    service = arn.split(":")[2]
    resource = arn.rsplit(":", 1)[1] if service == "cloudfront" else arn.split(":", 5)[5]
    return "bucket" if service == "s3" else resource.replace(":", "/").split("/")[0]


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


def run(example, command, state, lifetime=None):
    """Runs a command to its end, or kills it: gives whether it ended by itself."""
    words = [os.path.join(EXAMPLES, example), command, "--auto-approve", "--json",
             "--target", "aws", "--endpoint-url", MOTO, "--state", state, *OUTSIDE[example]]
    environment = {**os.environ, "FLEET": "6"}
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as it:
        try:
            printed, errors = it.communicate(timeout=lifetime)
        except subprocess.TimeoutExpired:
            it.send_signal(signal.SIGKILL)
            it.communicate()
            return False
    if it.returncode != 0:
        fail(f"{example} {command}: exit {it.returncode}\n{printed.decode()}\n{errors.decode()}")
    return True


def fail(why):
    sys.exit(f"{why}\nseed {SEED}")


def finish(example, command, state, most, kills):
    """Runs a command, killed at random moments at first: gives how often it was killed."""
    killed = 0
    for _ in range(RANDOM.randint(1, 4)):
        if kills == killed or run(example, command, state, RANDOM.uniform(0.01, most)):
            break
        killed += 1
    run(example, command, state)
    return killed


def main():
    clean = untagged()
    references = {}
    counts = Counter()
    while counts["kills"] < KILLS:
        example, most = RANDOM.choice(STACKS)
        state = os.path.join(SCRATCH, f"kills-{counts['rounds']}")
        left = KILLS - counts["kills"]
        if example not in references:
            run(example, "apply", state)
            references[example] = (owned(), untagged())
            run(example, "destroy", state)
        counts["kills"] += finish(example, "apply", state, most, left)
        made = (owned(), untagged())
        if made != references[example]:
            more = {key: value for key, value in made[0].items() if value > 1}
            fail(f"{example}: not what an undisturbed apply makes: twice {more}, "
                 f"{made[0] - references[example][0]} more, {references[example][0] - made[0]} fewer, "
                 f"{made[1]} and not {references[example][1]}")
        counts["kills"] += finish(example, "destroy", state, most, KILLS - counts["kills"])
        if owned() or untagged() != clean:
            fail(f"{example}: left after destroy: {owned()} {untagged()}")
        counts["rounds"] += 1
    print(json.dumps({"kills": counts["kills"], "rounds": counts["rounds"], "orphans": 0,
                      "duplicates": 0, "diverged": 0, "seed": SEED}))


main()
