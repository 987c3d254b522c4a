"""Runs the platform and the fleet as a user would, and looks at what exists with another client."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request

from common import EXAMPLES, MOTO, SCRATCH, client, expect
from look import look_at_platform
from outside import OUTSIDE


def run(example, *args, code=0, env=None):
    """Runs an example; its exit code must be `code`, its output one JSON document."""
    outside = OUTSIDE if example == "platform" else []
    command = [os.path.join(EXAMPLES, example), *args, *outside, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    if done.returncode != code:
        sys.exit(f"{command}: exit {done.returncode}, not {code}\n{done.stdout}\n{done.stderr}")
    return json.loads(done.stdout)


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
    "AWS::Events::Rule",
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
    applied = run("platform", "apply", "--auto-approve", *target, kept)
    ids = {}
    with open(os.path.join(kept, "elanswer", "journal-0"), encoding="utf-8") as journal:
        for line in journal:
            record = json.loads(line.split(" ", 1)[1]).get("Put")
            if record and record["kind"] in UNLISTED and "identifier" in record:
                ids[record["resource"]] = record["identifier"]
    by_id = [f"{resource}={identifier}" for resource, identifier in ids.items()]
    by_tag = ("--tagged", "elanswer:stack=elanswer")
    imported = run("platform", "import", *by_id, *by_tag, *target, found)
    expect("lost state: imported", len(imported["imported"]), applied["created"])
    if any(imported["plan"][key] for key in NOTHING):
        sys.exit(f"lost state: {json.dumps(imported['plan'])[:3000]}")
    destroyed = run("platform", "destroy", "--auto-approve", *target, found)
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
    life("moto", *wire, os.path.join(SCRATCH, "moto-state"), look=look_at_platform)
    lost(*wire)
    fleet(*wire, os.path.join(SCRATCH, "fleet-state"))
    interrupted(*wire, os.path.join(SCRATCH, "interrupted-state"))
    rivals(*wire[:-1])
    denied(*wire, os.path.join(SCRATCH, "denied-state"))


main()
