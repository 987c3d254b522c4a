"""What moto does otherwise than AWS with databases.

- It forgets Performance Insights, and ModifyDBInstance does not know DBPortNumber.
- A replica has the tags and the log exports of its source, and what changes its exports changes
  those of the source.
- ModifyDBSubnetGroup removes the group.
- It does not know ModifyDBProxy.
"""

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.rds.exceptions import DBProxyAlreadyExistsFault, InvalidParameterCombination
from moto.rds.models import DBInstance, RDSBackend
from moto.rds.responses import RDSResponse

make_instance = DBInstance.__init__
update_instance = DBInstance.update
create_replica = RDSBackend.create_db_instance_read_replica

#: What is asked for of Performance Insights.
INSIGHTS = ("enable_performance_insights", "performance_insights_retention_period",
            "performance_insights_kms_key_id")

#: What of a proxy changes, and where moto keeps it.
OF_PROXY = {"Auth": "auth", "DebugLogging": "debug_logging",
            "IdleClientTimeout": "idle_client_timeout", "RequireTLS": "require_tls",
            "RoleArn": "role_arn", "SecurityGroups": "vpc_security_group_ids"}


def watch(instance, asked):
    """Sets Performance Insights: in full while it is on, and without anything while it is off."""
    for name in INSIGHTS:
        if asked.get(name) is not None:
            setattr(instance, name, asked[name])
    if instance.enable_performance_insights:
        instance.performance_insights_retention_period = (
            instance.performance_insights_retention_period or 7)
        instance.performance_insights_kms_key_id = instance.backend._validate_kms_key(
            instance.performance_insights_kms_key_id or "alias/aws/rds")
        return
    instance.performance_insights_retention_period = None
    instance.performance_insights_kms_key_id = None
    if any(asked.get(name) for name in INSIGHTS):
        raise InvalidParameterCombination(
            "Performance Insights must be enabled to set its retention period or its key.")


def made_instance(self, backend, *arguments, **asked):
    make_instance(self, backend, *arguments, **asked)
    watch(self, asked)


def updated_instance(self, db_port_number=None, **asked):
    if db_port_number is not None:
        asked["port"] = db_port_number
    update_instance(self, **asked)
    watch(self, asked)


def created_replica(self, db_kwargs):
    replica = create_replica(self, db_kwargs)
    replica.tags = db_kwargs.get("tags")
    logs = db_kwargs.get("enable_cloudwatch_logs_exports") or []
    replica.enabled_cloudwatch_logs_exports = list(logs)
    for name in INSIGHTS:
        setattr(replica, name, None)
    watch(replica, db_kwargs)
    return replica


def modify_db_subnet_group(self, subnet_name, description, subnets):
    group = self.describe_db_subnet_groups(subnet_name)[0]
    group.subnets = subnets
    group.description = description or group.description
    return group


def modify_db_proxy(self):
    proxies, name = self.backend.db_proxies, self.params["DBProxyName"]
    proxy = self.backend.describe_db_proxies(name)[0]
    to = self.params.get("NewDBProxyName", name)
    if to != name and to in proxies:
        raise DBProxyAlreadyExistsFault(to)
    if to != name:
        proxies[to] = proxies.pop(name)
        for named in (proxy, *proxy.proxy_target_groups.values()):
            named.db_proxy_name = to
    for asked, kept in OF_PROXY.items():
        if asked in self.params:
            setattr(proxy, kept, self.params[asked])
    proxy.updated_date = utcnow()
    return ActionResult({"DBProxy": proxy})


for setting in INSIGHTS:
    setattr(DBInstance, setting, None)
DBInstance.performance_insights_enabled = property(
    lambda instance: bool(instance.enable_performance_insights))
DBInstance.__init__ = made_instance
DBInstance.update = updated_instance
RDSBackend.create_db_instance_read_replica = created_replica
RDSBackend.modify_db_subnet_group = modify_db_subnet_group
RDSResponse.modify_db_proxy = modify_db_proxy
