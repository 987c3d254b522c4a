"""What moto does otherwise than AWS with automated backups: it copies them to no other Region."""

from moto.core.responses import ActionResult
from moto.moto_api._internal import mock_random
from moto.rds.exceptions import InvalidParameterValue, RDSClientError
from moto.rds.models import DBInstance, RDSBackend, TaggingMixin, rds_backends
from moto.rds.responses import RDSResponse
from moto.resourcegroupstaggingapi.models import ResourceGroupsTaggingAPIBackend

describe_backups = RDSBackend.describe_db_instance_automated_backups
tagged_resource = RDSBackend._get_resource_for_tagging
tagged_resources = ResourceGroupsTaggingAPIBackend._get_resources_generator

#: What a copy has of the instance.
OF_INSTANCE = ("allocated_storage", "availability_zone", "db_instance_arn",
               "db_instance_identifier", "dbi_resource_id", "engine", "engine_version",
               "iam_database_authentication_enabled", "instance_create_time", "iops",
               "license_model", "master_username", "option_group_name", "port",
               "preferred_backup_window", "storage_throughput", "storage_type")


class Copies(TaggingMixin):
    """The backups of an instance that come to another Region."""

    def __init__(self, backend, source, days, key, tags):
        self.backend = backend
        self.source = source
        self.tags = tags
        identifier = mock_random.get_random_string(25, lower_case=True)
        self.arn = (f"arn:{backend.partition}:rds:{backend.region_name}:{backend.account_id}"
                    f":auto-backup:ab-{identifier}")
        self.told = {name: getattr(source, name) for name in OF_INSTANCE}
        self.told.update(
            region=source.region, encrypted=source.storage_encrypted, kms_key_id=key,
            backup_retention_period=days, restore_window={},
            db_instance_automated_backups_arn=self.arn)

    @property
    def status(self):
        there = self.source.backend.databases.get(self.source.db_instance_identifier)
        return "replicating" if there is self.source else "retained"

    def describe(self):
        return {**self.told, "status": self.status, "tag_list": self.tags}


def copies_in(backend):
    """The copies that come to a Region, by their ARNs."""
    return backend.__dict__.setdefault("copies", {})


def copies_of(instance):
    """The copies of the backups of an instance in any Region."""
    for backend in list(rds_backends[instance.account_id].values()):
        for copies in list(copies_in(backend).values()):
            if copies.source is instance:
                yield copies


def source_of(backend, arn):
    """The instance of an ARN, in another Region than this one."""
    parts = arn.split(":")
    if len(parts) != 7 or parts[5] != "db" or parts[4] != backend.account_id:
        raise InvalidParameterValue(f"Invalid source DB instance ARN: {arn}")
    if parts[3] == backend.region_name:
        raise InvalidParameterValue("The source DB instance must be in another Region.")
    return backend.find_db_from_id(arn)


def start_copying(self):
    backend, asked = self.backend, self.params
    source = source_of(backend, asked["SourceDBInstanceArn"])
    if not source.backup_retention_period:
        raise RDSClientError("InvalidDBInstanceState",
                             "Automated backups are not enabled for this database instance.")
    if any(copies_of(source)):
        raise RDSClientError("InvalidDBInstanceAutomatedBackupState",
                             "The automated backups of the DB instance are replicated already.")
    key = asked.get("KmsKeyId") or ("alias/aws/rds" if source.storage_encrypted else None)
    key = key and backend._validate_kms_key(key)
    days = asked.get("BackupRetentionPeriod", 7)
    copies = Copies(backend, source, days, key, asked.get("Tags", []))
    copies_in(backend)[copies.arn] = copies
    return ActionResult({"DBInstanceAutomatedBackup": {**copies.describe(), "status": "pending"}})


def stop_copying(self):
    """Nothing stays, as nothing was ever copied."""
    source = source_of(self.backend, self.params["SourceDBInstanceArn"])
    copies = next((it for it in copies_of(source) if it.backend is self.backend), None)
    if copies is None:
        raise RDSClientError("InvalidDBInstanceState",
                             f"{source.db_instance_arn} is not replicating to the current region.")
    del copies_in(self.backend)[copies.arn]
    return ActionResult({"DBInstanceAutomatedBackup": copies.describe()})


def described_backups(self, db_instance_automated_backups_arn=None, dbi_resource_id=None, **asked):
    name, copies = asked.get("db_instance_identifier"), copies_in(self)
    if db_instance_automated_backups_arn:
        if db_instance_automated_backups_arn not in copies:
            raise RDSClientError("DBInstanceAutomatedBackupNotFound",
                                 f"{db_instance_automated_backups_arn} not found.")
        return [copies[db_instance_automated_backups_arn].describe()]
    described = [it.describe() for it in copies.values()]
    return describe_backups(self, **asked) + [
        it for it in described
        if name in (None, it["db_instance_identifier"])
        and dbi_resource_id in (None, it["dbi_resource_id"])]


def resource_for_tagging(self, arn):
    return copies_in(self).get(arn) or tagged_resource(self, arn)


def resources_with_tags(self, tag_filters=None, resource_type_filters=None):
    yield from tagged_resources(self, tag_filters, resource_type_filters)
    if resource_type_filters and not {"rds", "rds:auto-backup"} & set(resource_type_filters):
        return
    for arn, copies in list(copies_in(self.rds_backend).items()):
        tags = {tag["Key"]: tag["Value"] for tag in copies.tags}
        asked = all(it["Key"] in tags and (not it.get("Values") or tags[it["Key"]] in it["Values"])
                    for it in tag_filters or [])
        if tags and asked:
            yield {"ResourceARN": arn, "Tags": copies.tags}


DBInstance.db_instance_automated_backups_replications = property(
    lambda instance: [{"DBInstanceAutomatedBackupsArn": it.arn} for it in copies_of(instance)])
RDSBackend.describe_db_instance_automated_backups = described_backups
RDSBackend._get_resource_for_tagging = resource_for_tagging
RDSResponse.start_db_instance_automated_backups_replication = start_copying
RDSResponse.stop_db_instance_automated_backups_replication = stop_copying
ResourceGroupsTaggingAPIBackend._get_resources_generator = resources_with_tags
