"""What moto does otherwise than AWS with ElastiCache at large, and with subnet groups.

- It knows neither ModifyCacheSubnetGroup nor DeleteCacheSubnetGroup. It makes up subnets that do
  not exist, and leaves out the zones of those that do.
- Tags can be on what does not exist, and those of a replication group are not those of its
  clusters. GetResources calls the kinds otherwise.
- Lists have one page.
"""

import re
from copy import copy

from moto.core.responses import ActionResult, EmptyResult, PaginatedResult
from moto.core.utils import get_pagination_model
from moto.ec2.models import ec2_backends
from moto.elasticache import exceptions
from moto.elasticache.exceptions import (
    ElastiCacheException,
    InvalidParameterValueException as Value,
)
from moto.elasticache.models import CacheSubnetGroup, ElastiCacheBackend
from moto.elasticache.responses import ElastiCacheResponse
from moto.resourcegroupstaggingapi.models import ResourceGroupsTaggingAPIBackend
from moto.utilities.utils import get_partition

#: Of each kind in ARNs, where moto keeps it, and the error when there is none of this name.
KINDS = {
    "cluster": ("cache_clusters", "CacheClusterNotFound"),
    "parametergroup": ("parameter_groups", "CacheParameterGroupNotFound"),
    "replicationgroup": ("replication_groups", "ReplicationGroupNotFoundFault"),
    "snapshot": ("snapshots", "SnapshotNotFoundFault"),
    "subnetgroup": ("cache_subnet_groups", "CacheSubnetGroupNotFoundFault"),
    "user": ("users", "UserNotFound"),
    "usergroup": ("user_groups", "UserGroupNotFound"),
}

#: What tells the objects of a list apart, where the next page of it begins.
UNIQUE = {
    "DescribeCacheClusters": "cache_cluster_id",
    "DescribeCacheParameterGroups": "cache_parameter_group_name",
    "DescribeCacheParameters": "ParameterName",
    "DescribeCacheSubnetGroups": "cache_subnet_group_name",
    "DescribeReplicationGroups": "replication_group_id",
    "DescribeUserGroups": "user_group_id",
}

make_subnet_group = CacheSubnetGroup.__init__
create_subnet_group = ElastiCacheBackend.create_cache_subnet_group
get_resources = ResourceGroupsTaggingAPIBackend._get_resources_generator


def arn_of(backend, kind, name):
    region = backend.region_name
    return f"arn:{get_partition(region)}:elasticache:{region}:{backend.account_id}:{kind}:{name}"


def find(backend, kind, name):
    kept, code = KINDS[kind]
    if name not in getattr(backend, kept):
        raise ElastiCacheException(code, f"{kind} {name} not found.")
    return getattr(backend, kept)[name]


def forget(backend, kind, name):
    """Removes an object and its tags."""
    gone = getattr(backend, KINDS[kind][0]).pop(name)
    backend.tagging_service.delete_all_tags_for_resource(gone.arn)
    return gone


def under_way(it, status, **otherwise):
    """The same as the answer to a call tells it, which does at once what takes AWS a while."""
    told = copy(it)
    vars(told).update(status=status, **otherwise)
    return told


def is_used(backend, attribute, name):
    """Whether a cache has this name of a group."""
    caches = [*backend.replication_groups.values(), *backend.cache_clusters.values()]
    return any(getattr(cache, attribute) == name for cache in caches
               if getattr(cache, "cache_cluster_status", cache.status) != "deleting")


def named(name, parameter):
    if not re.fullmatch("[A-Za-z](-?[A-Za-z0-9])*", name):
        raise Value(f"The parameter {parameter} is not a valid identifier. Identifiers must begin "
                    "with a letter; must contain only ASCII letters, digits, and hyphens; and must "
                    "not end with a hyphen or contain two consecutive hyphens.")
    return name


def check_subnets(backend, ids):
    if not ids:
        raise Value("The parameter SubnetIds must be provided.")
    subnets = ec2_backends[backend.account_id][backend.region_name].describe_subnets()
    for unknown in set(ids) - {subnet.id for subnet in subnets}:
        raise exceptions.InvalidSubnet(unknown)
    return sorted(set(ids))


def subnet_group(self, *arguments, **asked):
    make_subnet_group(self, *arguments, **asked)
    for subnet in self.subnets:
        subnet["subnet_availability_zone"] = {"Name": subnet["subnet_availability_zone"]}


def created_subnet_group(self, cache_subnet_group_name, cache_subnet_group_description, subnet_ids,
                         tags):
    return create_subnet_group(self, cache_subnet_group_name, cache_subnet_group_description,
                               check_subnets(self, subnet_ids), tags)


def modify_cache_subnet_group(self):
    backend, name = self.elasticache_backend, self._get_param("CacheSubnetGroupName")
    group = find(backend, "subnetgroup", name)
    description = self._get_param("CacheSubnetGroupDescription",
                                  group.cache_subnet_group_description)
    if "SubnetIds" in self.params:
        ids = check_subnets(backend, self.params["SubnetIds"])
        vars(group).update(vars(CacheSubnetGroup(
            backend.account_id, backend.region_name, name, description, ids, None)))
    group.cache_subnet_group_description = description
    return ActionResult({"CacheSubnetGroup": group})


def delete_cache_subnet_group(self):
    backend, name = self.elasticache_backend, self._get_param("CacheSubnetGroupName")
    find(backend, "subnetgroup", name)
    if is_used(backend, "cache_subnet_group_name", name):
        raise ElastiCacheException("CacheSubnetGroupInUse", (
            f"Cache subnet group {name} is currently in use by a cache cluster."))
    forget(backend, "subnetgroup", name)
    return EmptyResult()


def carriers(backend, arn):
    """What has the tags of the object of this ARN: the clusters of a replication group too."""
    kind, _, name = ":".join(arn.split(":")[5:]).partition(":")
    found = find(backend, kind, name) if kind in KINDS else None
    if found is None or found.arn != arn:
        raise exceptions.InvalidARNFault(arn)
    members = found.member_clusters if kind == "replicationgroup" else []
    return [arn, *(arn_of(backend, "cluster", member) for member in members)]


def list_tags_for_resource(self, arn):
    return self.tagging_service.list_tags_for_resource(carriers(self, arn)[0])


def add_tags_to_resource(self, arn, tags):
    for carrier in carriers(self, arn):
        self.tagging_service.tag_resource(carrier, tags)


def remove_tags_from_resource(self, arn, tags):
    for carrier in carriers(self, arn):
        self.tagging_service.untag_resource_using_names(carrier, tags)


def with_tags_left(response):
    """Answers with the tags as they are then."""

    def answered(self):
        response(self)
        return self.list_tags_for_resource()

    return answered


def carries(tags, filters):
    return all(any(tag["Key"] == wanted["Key"]
                   and (not wanted.get("Values") or tag["Value"] in wanted["Values"])
                   for tag in tags) for wanted in filters or [])


def found_resources(self, tag_filters=None, resource_type_filters=None):
    for resource in get_resources(self, tag_filters, resource_type_filters):
        if resource["ResourceARN"].split(":")[2] != "elasticache":
            yield resource
    backend, types = self.elasticache_backend, resource_type_filters
    for kind, (kept, _) in KINDS.items():
        if types and not {"elasticache", f"elasticache:{kind}"} & set(types):
            continue
        for resource in [*getattr(backend, kept).values()]:
            tags = backend.tagging_service.list_tags_for_resource(resource.arn)["Tags"]
            if tags and carries(tags, tag_filters):
                yield {"ResourceARN": resource.arn, "Tags": tags}


for operation, name in UNIQUE.items():
    get_pagination_model("elasticache")[operation]["unique_attribute"] = name
CacheSubnetGroup.__init__ = subnet_group
ElastiCacheBackend.create_cache_subnet_group = created_subnet_group
for method in (list_tags_for_resource, add_tags_to_resource, remove_tags_from_resource):
    setattr(ElastiCacheBackend, method.__name__, method)
ElastiCacheResponse.modify_cache_subnet_group = modify_cache_subnet_group
ElastiCacheResponse.delete_cache_subnet_group = delete_cache_subnet_group
for name in ("add_tags_to_resource", "remove_tags_from_resource"):
    setattr(ElastiCacheResponse, name, with_tags_left(getattr(ElastiCacheResponse, name)))
ResourceGroupsTaggingAPIBackend._get_resources_generator = found_resources
