"""What moto does otherwise than AWS with cache parameter groups: it does not know them.

What is set of a group is kept; the other parameters of its family are not listed.
"""

from types import SimpleNamespace

from moto.core.responses import ActionResult, EmptyResult, PaginatedResult
from moto.elasticache.exceptions import (
    ElastiCacheException,
    InvalidParameterCombinationException as Combination,
    InvalidParameterValueException as Value,
)
from moto.elasticache.models import ElastiCacheBackend
from moto.elasticache.responses import ElastiCacheResponse

from elasticache import arn_of, find, forget, is_used, named

FAMILIES = ("memcached1.4", "memcached1.5", "memcached1.6", "redis2.6", "redis2.8", "redis3.2",
            "redis4.0", "redis5.0", "redis6.x", "redis7", "valkey7", "valkey8", "valkey9")
WITHOUT_CLUSTERS = ("memcached1.4", "memcached1.5", "memcached1.6", "redis2.6", "redis2.8")
PARAMETERS_PER_CALL = 20

make_backend = ElastiCacheBackend.__init__


def made_backend(self, *arguments, **asked):
    make_backend(self, *arguments, **asked)
    self.parameter_groups = {}
    for family in FAMILIES:
        keep(self, f"default.{family}", family, f"Default parameter group for {family}")
        if family not in WITHOUT_CLUSTERS:
            keep(self, f"default.{family}.cluster.on", family,
                 f"Customized default parameter group for {family} with cluster mode on")


def keep(backend, name, family, description):
    group = SimpleNamespace(
        cache_parameter_group_name=name, cache_parameter_group_family=family,
        description=description, is_global=False, arn=arn_of(backend, "parametergroup", name),
        parameters={})
    backend.parameter_groups[name] = group
    return group


def create_cache_parameter_group(self):
    backend, family = self.elasticache_backend, self._get_param("CacheParameterGroupFamily")
    name = named(self._get_param("CacheParameterGroupName"), "CacheParameterGroupName")
    if name in backend.parameter_groups:
        raise ElastiCacheException("CacheParameterGroupAlreadyExists", (
            f"CacheParameterGroup {name} already exists."))
    if family not in FAMILIES:
        raise Value(f"CacheParameterGroupFamily {family} is not a valid parameter group family.")
    group = keep(backend, name, family, self._get_param("Description"))
    backend.tagging_service.tag_resource(group.arn, self._get_param("Tags"))
    return ActionResult({"CacheParameterGroup": group})


def describe_cache_parameter_groups(self):
    backend, name = self.elasticache_backend, self._get_param("CacheParameterGroupName")
    groups = [find(backend, "parametergroup", name)] if name else [
        *backend.parameter_groups.values()]
    return PaginatedResult({"CacheParameterGroups": groups})


def describe_cache_parameters(self):
    name = self._get_param("CacheParameterGroupName")
    group = find(self.elasticache_backend, "parametergroup", name)
    parameters = [
        {"ParameterName": key, "ParameterValue": value, "Source": "user", "IsModifiable": True}
        for key, value in sorted(group.parameters.items())]
    return PaginatedResult({
        "Parameters": parameters if self._get_param("Source", "user") == "user" else []})


def own_parameter_group(self):
    """The group that a request changes, which must not be one of AWS."""
    name = self._get_param("CacheParameterGroupName")
    group = find(self.elasticache_backend, "parametergroup", name)
    named(name, "CacheParameterGroupName")
    return group


def modify_cache_parameter_group(self):
    group, settings = own_parameter_group(self), self._get_param("ParameterNameValues", [])
    if not 1 <= len(settings) <= PARAMETERS_PER_CALL:
        raise Value(f"The number of ParameterNameValues must be 1 to {PARAMETERS_PER_CALL}.")
    group.parameters.update({setting["ParameterName"]: setting.get("ParameterValue", "")
                             for setting in settings})
    return ActionResult(group)


def reset_cache_parameter_group(self):
    group, everything = own_parameter_group(self), self._get_bool_param("ResetAllParameters", False)
    names = [setting["ParameterName"] for setting in self._get_param("ParameterNameValues", [])]
    if everything == bool(names):
        raise Combination("Either ResetAllParameters or ParameterNameValues must be specified.")
    for name in names or [*group.parameters]:
        group.parameters.pop(name, None)
    return ActionResult(group)


def delete_cache_parameter_group(self):
    backend, name = self.elasticache_backend, own_parameter_group(self).cache_parameter_group_name
    if is_used(backend, "cache_parameter_group_name", name):
        raise ElastiCacheException("InvalidCacheParameterGroupState", (
            f"One or more cache clusters are still members of this parameter group {name}, so the "
            "group cannot be deleted."))
    forget(backend, "parametergroup", name)
    return EmptyResult()


ElastiCacheBackend.__init__ = made_backend
for operation in (create_cache_parameter_group, describe_cache_parameter_groups,
                  describe_cache_parameters, modify_cache_parameter_group,
                  reset_cache_parameter_group, delete_cache_parameter_group):
    setattr(ElastiCacheResponse, operation.__name__, operation)
