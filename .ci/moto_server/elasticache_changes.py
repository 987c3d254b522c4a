"""What moto does otherwise than AWS with changes of replication groups: it knows neither
ModifyReplicationGroup nor IncreaseReplicaCount and DecreaseReplicaCount.

They are done at once: only the answer says that they are under way. What waits for the maintenance
window is not done.
"""

from copy import deepcopy
from itertools import count

from moto.core.utils import utcnow
from moto.elasticache.exceptions import (
    ElastiCacheException,
    InvalidParameterCombinationException as Combination,
    InvalidParameterValueException as Value,
)
from moto.elasticache.responses import ElastiCacheResponse

from elasticache import find
from elasticache_groups import check, default_parameters, engine, numbers, settle, told, zones

REPLICAS = 5

#: What a change says as it is, and where moto keeps it.
CHANGED = {
    "ReplicationGroupDescription": "description",
    "CacheParameterGroupName": "cache_parameter_group_name",
    "SecurityGroupIds": "security_group_ids",
    "PreferredMaintenanceWindow": "preferred_maintenance_window",
    "NotificationTopicArn": "notification_topic_arn",
    "AutoMinorVersionUpgrade": "auto_minor_version_upgrade",
    "SnapshotRetentionLimit": "snapshot_retention_limit",
    "SnapshotWindow": "snapshot_window",
    "SnapshottingClusterId": "snapshotting_cluster_id",
    "IpDiscovery": "ip_discovery",
    "TransitEncryptionEnabled": "transit_encryption_enabled",
    "TransitEncryptionMode": "transit_encryption_mode",
}
#: The same, where other nodes are started.
RESTARTED = {"Engine": "engine", "EngineVersion": "engine_version",
             "CacheNodeType": "cache_node_type"}


def check_change(before, group):
    if (before.engine, group.engine) == ("valkey", "redis"):
        raise Combination("Cannot modify the engine of a replication group from valkey to redis")
    old, new = numbers(before.engine_version), numbers(group.engine_version)
    if new < old:
        raise Combination(f"Cannot downgrade the engine version from {before.engine_version} to "
                          f"{group.engine_version}")
    old, new = before.transit_encryption_mode, group.transit_encryption_mode
    if old == new:
        return
    if before.user_group_ids:
        raise Combination("Modification of transit encryption is not supported for access control "
                          "enabled clusters.")
    if numbers(group.engine_version) < [7, 0]:
        raise Combination("Modification of transit encryption is supported from engine version 7.0 "
                          "on.")
    if "preferred" not in (old, new):
        raise Combination("To modify transit encryption, set the transit encryption mode to "
                          "preferred first.")


def change(self, group):
    """Puts a changed group in the place of what it was, unless AWS refuses it."""
    backend = self.elasticache_backend
    before = backend.replication_groups[group.replication_group_id]
    check_change(before, group)
    check(backend, group)
    vars(before).update(vars(group))
    settle(backend, before)
    return told(before, "modifying")


def modify_replication_group(self):
    backend = self.elasticache_backend
    group = deepcopy(find(backend, "replicationgroup", self._get_param("ReplicationGroupId")))
    asked = self.params
    own_parameters = group.cache_parameter_group_name != default_parameters(group)
    for said, kept in {**CHANGED, **(RESTARTED if asked.get("ApplyImmediately") else {})}.items():
        if said in asked:
            setattr(group, kept, asked[said])
    for said, kept in (("AutomaticFailoverEnabled", "automatic_failover"),
                       ("MultiAZEnabled", "multi_az")):
        if said in asked:
            setattr(group, kept, "enabled" if asked[said] else "disabled")
    group.engine = engine(group.engine)
    if not own_parameters and "CacheParameterGroupName" not in asked:
        group.cache_parameter_group_name = default_parameters(group)
    if not group.transit_encryption_enabled and "TransitEncryptionMode" not in asked:
        group.transit_encryption_mode = None
    elif group.transit_encryption_enabled:
        group.transit_encryption_mode = group.transit_encryption_mode or "required"
    if "PrimaryClusterId" in asked:
        promote(group, asked["PrimaryClusterId"])
    modify_users(group, asked)
    modify_logs(group, asked.get("LogDeliveryConfigurations", []))
    if "AuthToken" in asked or "AuthTokenUpdateStrategy" in asked:
        group.auth_token_enabled = asked.get("AuthTokenUpdateStrategy") != "DELETE"
        group.auth_token_last_modified_date = utcnow()
    return change(self, group)


def promote(group, name):
    """Makes a replica the primary, which is the first of its shard."""
    members = group.node_groups[0]["node_group_members"]
    if name not in [node["cache_cluster_id"] for node in members]:
        raise ElastiCacheException("CacheClusterNotFound", f"Cache cluster {name} not found.")
    members.sort(key=lambda node: node["cache_cluster_id"] != name)
    for node in members:
        node["current_role"] = "primary" if node["cache_cluster_id"] == name else "replica"


def modify_users(group, asked):
    fewer = asked.get("UserGroupIdsToRemove", [])
    if asked.get("RemoveUserGroups"):
        fewer = group.user_group_ids
    for stranger in set(fewer) - set(group.user_group_ids):
        raise ElastiCacheException("UserGroupNotFound", (
            f"User group {stranger} is not associated with the replication group."))
    group.user_group_ids = [users for users in group.user_group_ids if users not in fewer] + [
        users for users in asked.get("UserGroupIdsToAdd", []) if users not in group.user_group_ids]


def modify_logs(group, asked):
    """Each type of log goes to one place."""
    kept = {logs["LogType"]: logs for logs in group.log_delivery_configurations}
    for logs in asked:
        kept[logs["LogType"]] = {**kept.get(logs["LogType"], {}), **logs}
    group.log_delivery_configurations = group._get_log_delivery_configurations(
        [logs for logs in kept.values() if logs.get("Enabled", True)])


def resizing(grows):
    """IncreaseReplicaCount, or else DecreaseReplicaCount."""

    def response(self):
        backend, asked = self.elasticache_backend, self.params
        group = deepcopy(find(backend, "replicationgroup", asked["ReplicationGroupId"]))
        if not asked["ApplyImmediately"]:
            raise Value("ApplyImmediately=False is not currently supported.")
        nodes, named = len(group.member_clusters), asked.get("ReplicasToRemove", [])
        places = zones(backend, group.cache_subnet_group_name)
        shards = {shard["NodeGroupId"]: shard for shard in asked.get("ReplicaConfiguration", [])}
        for shard in group.node_groups:
            wanted = shards.get(shard["node_group_id"], {}) if shards else asked
            resize(group, shard, wanted, grows, named, places)
        if nodes == sum(len(shard["node_group_members"]) for shard in group.node_groups):
            raise ElastiCacheException("NoOperationFault", (
                "The operation was not performed because no changes were required."))
        return change(self, group)

    return response


def resize(group, shard, wanted, grows, named, places):
    """Brings a shard to so many replicas, or rids it of those that are named."""
    primary, *replicas = shard["node_group_members"]
    left = [node for node in replicas if node["cache_cluster_id"] not in named]
    number = wanted.get("NewReplicaCount", len(left))
    refused = number < len(replicas) if grows else number > len(replicas)
    if refused or not 0 <= number <= REPLICAS or primary["cache_cluster_id"] in named:
        raise Value(f"This operation cannot bring a shard of {len(replicas)} replicas to {number}.")
    shard["node_group_members"] = [primary, *left[:number]]
    while len(shard["node_group_members"]) <= number:
        grow(group, shard, wanted.get("PreferredAvailabilityZones", places))


def grow(group, shard, places):
    """Adds a replica to a shard."""
    members, name = shard["node_group_members"], group.replication_group_id
    if group.cluster_enabled:
        name = f"{name}-{shard['node_group_id']}"
    taken = {node["cache_cluster_id"] for node in members}
    node = deepcopy(members[0])
    node["cache_cluster_id"] = next(
        free for free in (f"{name}-{number:03}" for number in count(1)) if free not in taken)
    node["preferred_availability_zone"] = places[len(members) % len(places)]
    if "read_endpoint" in node:
        domain = node["read_endpoint"]["address"].split(".", 1)[1]
        node["read_endpoint"]["address"] = f"{node['cache_cluster_id']}.{domain}"
        node["current_role"] = "replica"
    members.append(node)


ElastiCacheResponse.modify_replication_group = modify_replication_group
ElastiCacheResponse.increase_replica_count = resizing(grows=True)
ElastiCacheResponse.decrease_replica_count = resizing(grows=False)
