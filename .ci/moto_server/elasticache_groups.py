"""What moto does otherwise than AWS with replication groups.

- CreateReplicationGroup takes groups that do not exist or do not fit, has one node where
  NumCacheClusters says more, and leaves out what AWS decides: the version, the parameter group, the
  windows, the zones, the mode of TLS, where replicas are read.
- The nodes of a group are not among the cache clusters.
- A deleted group stays, and leaves no snapshot.

What takes AWS a while is done at once: only the answer says that it is under way.
"""

from inspect import signature

from moto.core.responses import ActionResult
from moto.ec2.models import ec2_backends
from moto.elasticache.exceptions import (
    ElastiCacheException,
    InvalidParameterCombinationException as Combination,
    InvalidParameterValueException as Value,
)
from moto.elasticache.models import CacheCluster, ElastiCacheBackend
from moto.elasticache.responses import ElastiCacheResponse

from elasticache import find, forget, under_way

LATEST = {"redis": "7.1", "valkey": "8.1"}

#: What nodes have of their group.
SHARED = (
    "replication_group_id", "cache_node_type", "engine", "engine_version", "port",
    "cache_parameter_group_name", "cache_subnet_group_name", "security_group_ids",
    "preferred_maintenance_window", "auto_minor_version_upgrade", "snapshot_retention_limit",
    "snapshot_window", "transit_encryption_enabled", "transit_encryption_mode",
    "at_rest_encryption_enabled", "auth_token_enabled", "auth_token_last_modified_date",
    "network_type", "ip_discovery")

create_group = ElastiCacheBackend.create_replication_group
create_response = ElastiCacheResponse.create_replication_group
describe_clusters = ElastiCacheResponse.describe_cache_clusters


def numbers(version):
    """A version to compare: `6.x` is the last 6."""
    return [int(part) if part.isdigit() else 99 for part in version.split(".")[:2]]


def engine(asked):
    if asked.lower() not in LATEST:
        raise Value(f"Unknown engine {asked}: it must be one of {', '.join(LATEST)}")
    return asked.lower()


def family(engine, version):
    major = numbers(version)[0]
    old = {2: "2.8", 3: "3.2", 4: "4.0", 5: "5.0", 6: "6.x"}
    return engine + (old.get(major, str(major)) if engine == "redis" else str(major))


def default_parameters(group):
    name = f"default.{family(group.engine, group.engine_version)}"
    return f"{name}.cluster.on" if group.cluster_enabled else name


def zones(backend, subnet_group):
    """Where nodes may stand."""
    if subnet_group in backend.cache_subnet_groups:
        subnets = backend.cache_subnet_groups[subnet_group].subnets
        return sorted({subnet["subnet_availability_zone"]["Name"] for subnet in subnets})
    return [backend.region_name + letter for letter in "ab"]


def decided(backend, asked):
    """What AWS decides of a new group where it is not asked for anything."""
    parameters, shards = asked["cache_parameter_group_name"] or "", asked["num_node_groups"] or 1
    places = zones(backend, asked["cache_subnet_group_name"])
    replicas = asked["replicas_per_node_group"] or (asked["num_cache_clusters"] or 1) - 1
    clusters = shards > 1 or parameters.endswith(".cluster.on")
    return {
        "engine_version": LATEST[asked["engine"]],
        "replicas_per_node_group": replicas,
        "preferred_cache_cluster_azs": [
            places[node % len(places)] for node in range(replicas + 1)],
        "cluster_mode": "enabled" if clusters else "disabled",
        "at_rest_encryption_enabled": asked["engine"] == "valkey",
        "transit_encryption_mode": "required" if asked["transit_encryption_enabled"] else None,
        "auto_minor_version_upgrade": True,
        "snapshot_window": "05:00-06:00",
        "preferred_maintenance_window": "sun:08:00-sun:09:00",
    }


def created(self, **asked):
    asked["engine"] = engine(asked["engine"] or "redis")
    for name, value in decided(self, asked).items():
        if not asked[name] and asked[name] is not False:
            asked[name] = value
    asked["log_delivery_configurations"] = [
        logs for logs in asked["log_delivery_configurations"] if logs.get("Enabled", True)]
    group = create_group(self, **asked)
    try:
        group.cache_parameter_group_name = (
            group.cache_parameter_group_name or default_parameters(group))
        check(self, group)
    except ElastiCacheException:
        forget(self, "replicationgroup", group.replication_group_id)
        raise
    for shard in group.node_groups:
        if "reader_endpoint_address" in shard:
            shard["reader_endpoint"] = {
                "address": shard["reader_endpoint_address"], "port": group.port}
    settle(self, group)
    return group


def create_replication_group(self):
    group = create_response(self).result["ReplicationGroup"]
    return told(group, "creating", node_groups=[])


def told(group, status, **otherwise):
    return ActionResult({"ReplicationGroup": under_way(group, status, **otherwise)})


def check(backend, group):
    """Refuses what AWS refuses of a group, be it new or changed."""
    alone = any(len(shard["node_group_members"]) < 2 for shard in group.node_groups)
    tls, users = group.transit_encryption_enabled, group.user_group_ids
    for refused, message in (
        (group.automatic_failover == "enabled" and alone and not group.cluster_enabled,
         "When using automatic failover, there must be at least 2 cache clusters in the "
         "replication group."),
        (group.multi_az == "enabled" and group.automatic_failover == "disabled",
         "Automatic failover must be enabled for Multi-AZ."),
        (group.transit_encryption_mode and not tls,
         "A transit encryption mode needs transit encryption."),
        (group.kms_key_id and not group.at_rest_encryption_enabled,
         "A KMS key needs encryption at rest."),
        (users and not tls, "User groups need transit encryption."),
        (len(users) > 1, "A replication group can have one user group only."),
    ):
        if refused:
            raise Combination(message)
    check_surroundings(backend, group)


def check_surroundings(backend, group):
    subnets = group.cache_subnet_group_name
    vpc = find(backend, "subnetgroup", subnets).vpc_id if subnets else None
    ec2 = ec2_backends[backend.account_id][backend.region_name]
    for guard in group.security_group_ids or []:
        found = ec2.get_security_group_from_id(guard)
        if found is None:
            raise Value(f"Some security group ids are invalid: [{guard}]")
        if vpc and found.vpc_id != vpc:
            raise Combination(f"Subnet group [{subnets}] belongs to a different VPC [{vpc}] than "
                              f"[{found.vpc_id}]")
    parameters = find(backend, "parametergroup", group.cache_parameter_group_name)
    wanted, found = (family(group.engine, group.engine_version),
                     parameters.cache_parameter_group_family)
    if wanted != found:
        raise Combination(f"Expected a parameter group of family {wanted} but found one of family "
                          f"{found}")
    for name in group.user_group_ids:
        users = find(backend, "usergroup", name)
        if (group.engine, users.engine) == ("redis", "valkey"):
            raise Combination(f"User group {name} of engine valkey cannot be associated with a "
                              "replication group of engine redis")
        first = "7.0" if any(backend.users[user].authentication_type == "iam"
                             for user in users.user_ids) else "6.0"
        if numbers(group.engine_version) < numbers(first):
            raise Combination(f"User group {name} needs the engine version {first} or later.")


def settle(backend, group):
    """Brings in line with a group what follows from it."""
    nodes = [node for shard in group.node_groups for node in shard["node_group_members"]]
    names = [node["cache_cluster_id"] for node in nodes]
    for gone in set(group.member_clusters) - set(names):
        forget(backend, "cluster", gone)
    group.member_clusters = names
    if group.snapshotting_cluster_id not in names or not group.snapshot_retention_limit:
        group.snapshotting_cluster_id = names[-1] if group.snapshot_retention_limit else None
    for node, name in zip(nodes, names):
        if name not in backend.cache_clusters:
            blank = dict.fromkeys(signature(CacheCluster).parameters)
            backend.cache_clusters[name] = CacheCluster(**{
                **blank, "account_id": backend.account_id, "region_name": backend.region_name,
                "cache_cluster_id": name, "engine": "redis"})
            backend.tagging_service.copy_tags(group.arn, backend.cache_clusters[name].arn)
        cluster = backend.cache_clusters[name]
        vars(cluster).update({shared: getattr(group, shared) for shared in SHARED})
        cluster.preferred_availability_zone = node["preferred_availability_zone"]
        cluster.replication_group_log_delivery_enabled = bool(group.log_delivery_configurations)
        cluster.cache_parameter_group = {
            "CacheParameterGroupName": group.cache_parameter_group_name,
            "ParameterApplyStatus": "in-sync"}
        cluster.security_groups = [{"SecurityGroupId": guard, "Status": "active"}
                                   for guard in group.security_group_ids or []]
        cluster.cache_nodes = [{
            "CacheNodeId": "0001", "CacheNodeStatus": "available",
            "CacheNodeCreateTime": cluster.cache_cluster_create_time,
            "Endpoint": node.get("read_endpoint"), "ParameterGroupStatus": "in-sync",
            "CustomerAvailabilityZone": node["preferred_availability_zone"]}]


def delete_replication_group(self):
    backend, name = self.elasticache_backend, self._get_param("ReplicationGroupId")
    group = find(backend, "replicationgroup", name)
    snapshot = self._get_param("FinalSnapshotIdentifier")
    if snapshot:
        backend.create_snapshot(snapshot, name, None, group.kms_key_id, None)
    members = [*group.member_clusters]
    if self._get_bool_param("RetainPrimaryCluster"):
        backend.cache_clusters[members.pop(0)].replication_group_id = None
    for member in members:
        forget(backend, "cluster", member)
    return told(forget(backend, "replicationgroup", name), "deleting", node_groups=[])


def describe_cache_clusters(self):
    answer = describe_clusters(self)
    clusters = answer.result["CacheClusters"]
    if self._get_bool_param("ShowCacheClustersNotInReplicationGroups"):
        clusters = [cluster for cluster in clusters
                    if getattr(cluster, "replication_group_id", None) is None]
    if not self._get_bool_param("ShowCacheNodeInfo"):
        clusters = [{**vars(cluster), "cache_nodes": None} for cluster in clusters]
    answer.result["CacheClusters"] = clusters
    return answer


ElastiCacheBackend.create_replication_group = created
for operation in (create_replication_group, delete_replication_group, describe_cache_clusters):
    setattr(ElastiCacheResponse, operation.__name__, operation)
