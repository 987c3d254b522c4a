//! What RDS answers: descriptions to instances.

use aws_sdk_rds::types::{self, PendingModifiedValues};
use elanswer_core::{
    Input, Ref,
    executor::{ExecError, Status},
    handler::Observed,
    services::{
        ec2::SecurityGroup,
        kms::KeyArn,
        rds::{
            BackupRetentionPeriod, DbInstance, DbInstanceOutputs, DbParameterGroup, DbSubnetGroup,
            Iops, LogExport, MasterUserSecret, MonitoringInterval,
            PerformanceInsightsRetentionPeriod, Port, StorageSize,
        },
    },
};
use serde::de::DeserializeOwned;

use super::super::{SERVICE, from_sdk};
use crate::error::missing;

/// An instance as described. How it is deleted is not known to AWS.
pub(super) fn observed(instance: &types::DbInstance) -> Result<Observed<DbInstance>, ExecError> {
    let lacks = |field| missing(SERVICE, "DescribeDBInstances", field);
    let name = instance.db_instance_identifier().ok_or_else(|| lacks("DBInstanceIdentifier"))?;
    let secret = instance.master_user_secret();
    let interval = number(instance.monitoring_interval()).unwrap_or_default();
    let interval = MonitoringInterval::try_from(interval).unwrap_or_default();
    let insights = instance.performance_insights_enabled();
    let insights_told = insights.is_some();
    let insights_off = insights == Some(false);
    let insights_key_told = insights_told && instance.performance_insights_kms_key_id().is_some();
    let insights = insights.unwrap_or_default();
    let source = instance.read_replica_source_db_instance_identifier().map(Ref::existing);
    // A replica has of its source what the program cannot say of it.
    let is_own = source.is_none();
    let own = |text: Option<&str>| text.filter(|_| is_own).map(str::to_owned);
    let resource = DbInstance {
        db_instance_identifier: Some(
            name.parse().map_err(|_| lacks("valid DBInstanceIdentifier"))?,
        ),
        source_db_instance: source,
        engine: word(instance.engine()).ok_or_else(|| lacks("Engine that elanswer knows"))?,
        engine_version: told(is_own, parse(own(instance.engine_version()).as_deref()), || {
            lacks("EngineVersion")
        })?,
        db_instance_class: parse(instance.db_instance_class())
            .ok_or_else(|| lacks("DBInstanceClass"))?,
        allocated_storage: told(true, size(instance.allocated_storage()), || {
            lacks("AllocatedStorage of 20 GiB or more")
        })?,
        max_allocated_storage: size(instance.max_allocated_storage()),
        storage_type: word(instance.storage_type())
            .ok_or_else(|| lacks("StorageType that elanswer knows"))?,
        iops: number(instance.iops()).and_then(|iops| Iops::try_from(iops).ok()),
        storage_encrypted: is_own.then(|| instance.storage_encrypted().unwrap_or_default()),
        kms_key_id: key(own(instance.kms_key_id()).as_deref()),
        multi_az: instance.multi_az().unwrap_or_default(),
        availability_zone: parse(instance.availability_zone()),
        db_name: parse(own(instance.db_name()).as_deref()),
        master_username: told(is_own, parse(own(instance.master_username()).as_deref()), || {
            lacks("MasterUsername")
        })?,
        manage_master_user_password: is_own.then_some(secret.is_some()),
        master_user_password: None,
        master_user_secret: secret
            .and_then(|secret| key(secret.kms_key_id()))
            .map(|kms_key_id| MasterUserSecret { kms_key_id }),
        db_subnet_group: told(is_own, subnet_group(instance).filter(|_| is_own), || {
            lacks("DBSubnetGroup")
        })?,
        vpc_security_groups: instance
            .vpc_security_groups()
            .iter()
            .filter_map(types::VpcSecurityGroupMembership::vpc_security_group_id)
            .map(Ref::<SecurityGroup>::existing)
            .collect(),
        db_parameter_group: instance
            .db_parameter_groups()
            .first()
            .filter(|_| is_own)
            .and_then(types::DbParameterGroupStatus::db_parameter_group_name)
            .map(Ref::<DbParameterGroup>::existing),
        backup_retention_period: told(
            is_own,
            number(instance.backup_retention_period())
                .filter(|_| is_own)
                .and_then(|days| BackupRetentionPeriod::try_from(days).ok()),
            || lacks("BackupRetentionPeriod"),
        )?,
        preferred_backup_window: parse(own(instance.preferred_backup_window()).as_deref()),
        preferred_maintenance_window: parse(instance.preferred_maintenance_window()),
        enable_performance_insights: insights,
        performance_insights_retention_period: number(
            instance.performance_insights_retention_period(),
        )
        .filter(|_| insights)
        .and_then(|days| PerformanceInsightsRetentionPeriod::try_from(days).ok()),
        performance_insights_kms_key_id: key(instance.performance_insights_kms_key_id())
            .filter(|_| insights),
        monitoring_interval: interval,
        monitoring_role_arn: instance
            .monitoring_role_arn()
            .filter(|_| interval.is_on())
            .map(Input::from),
        enable_cloudwatch_logs_exports: instance
            .enabled_cloudwatch_logs_exports()
            .iter()
            .filter_map(|log| word::<LogExport>(Some(log)))
            .collect(),
        enable_iam_database_authentication: instance
            .iam_database_authentication_enabled()
            .unwrap_or_default(),
        deletion_protection: instance.deletion_protection().unwrap_or_default(),
        auto_minor_version_upgrade: instance.auto_minor_version_upgrade().unwrap_or_default(),
        copy_tags_to_snapshot: instance.copy_tags_to_snapshot().unwrap_or_default(),
        publicly_accessible: instance.publicly_accessible().unwrap_or_default(),
        ca_certificate_identifier: instance.ca_certificate_identifier().map(str::to_owned),
        port: port(instance).ok_or_else(|| lacks("port"))?,
        delete_automated_backups: true,
        skip_final_snapshot: false,
        tags: from_sdk(instance.tag_list()).declared(),
    };
    let endpoint = instance.endpoint();
    let outputs = DbInstanceOutputs {
        db_instance_identifier: name.to_owned(),
        db_instance_arn: instance
            .db_instance_arn()
            .ok_or_else(|| lacks("DBInstanceArn"))?
            .to_owned(),
        dbi_resource_id: instance
            .dbi_resource_id()
            .ok_or_else(|| lacks("DbiResourceId"))?
            .to_owned(),
        endpoint_address: endpoint.and_then(|it| it.address()).map(str::to_owned),
        endpoint_port: endpoint.and_then(|it| it.port()).map(|port| port.to_string()),
        secret_arn: secret.and_then(|secret| secret.secret_arn()).map(str::to_owned),
    };
    let observed = Observed::ready(resource, outputs)
        .with_status(status(instance))
        .unread_unless("EnablePerformanceInsights", insights_told)
        // AWS always tells the key of insights that are on.
        .unread_unless("PerformanceInsightsKMSKeyId", insights_off || insights_key_told);
    Ok(observed)
}

/// An instance in trouble counts as one that AWS works on: a failed one would be replaced, with its
/// data. Only one that never ran has none.
fn status(instance: &types::DbInstance) -> Status {
    let nothing = PendingModifiedValues::builder().build();
    let modifying = instance.pending_modified_values().is_some_and(|values| *values != nothing);
    match instance.db_instance_status().unwrap_or_default() {
        "available" if modifying => Status::Pending("modifying".to_owned()),
        "available"
        | "stopped"
        | "storage-config-upgrade"
        | "storage-full"
        | "storage-initialization"
        | "storage-optimization" => Status::Ready,
        "deleting" | "delete-precheck" => Status::Deleting,
        status @ ("failed"
        | "incompatible-create"
        | "incompatible-restore"
        | "insufficient-capacity"
        | "restore-error") => Status::Failed(status.to_owned()),
        status => Status::Pending(status.to_owned()),
    }
}

/// What every instance has; of one that is a replica it may be missing.
fn told<T>(
    needed: bool,
    value: Option<T>,
    lacks: impl FnOnce() -> ExecError,
) -> Result<Option<T>, ExecError> {
    if needed && value.is_none() { Err(lacks()) } else { Ok(value) }
}

fn subnet_group(instance: &types::DbInstance) -> Option<Ref<DbSubnetGroup>> {
    instance.db_subnet_group()?.db_subnet_group_name().map(Ref::existing)
}

/// The port of the endpoint; before there is one, that which was asked for.
fn port(instance: &types::DbInstance) -> Option<Port> {
    let endpoint = instance.endpoint().and_then(types::Endpoint::port).filter(|port| *port != 0);
    let pending = instance.pending_modified_values().and_then(PendingModifiedValues::port);
    let port = endpoint.or(pending).or(instance.db_instance_port()).filter(|port| *port != 0);
    match port {
        Some(port) => u16::try_from(port).ok()?.try_into().ok(),
        None => Some(Port::number::<5432>()),
    }
}

fn parse<T: std::str::FromStr>(text: Option<&str>) -> Option<T> {
    text?.parse().ok()
}

/// The value of the model that AWS's word stands for.
fn word<T: DeserializeOwned>(word: Option<&str>) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(word?.to_owned())).ok()
}

fn number(number: Option<i32>) -> Option<u32> {
    number?.try_into().ok()
}

fn size(gib: Option<i32>) -> Option<StorageSize> {
    number(gib)?.try_into().ok()
}

fn key(text: Option<&str>) -> Option<Input<KeyArn>> {
    parse::<KeyArn>(text).map(Input::Literal)
}

#[cfg(test)]
mod tests {
    use aws_sdk_rds::types::builders::DbInstanceBuilder;
    use elanswer_core::services::rds::{
        BackupWindow, DbInstanceContradiction, Engine, StorageType,
    };

    use super::*;

    fn described() -> DbInstanceBuilder {
        let group = types::DbSubnetGroup::builder().db_subnet_group_name("data").build();
        let guard =
            types::VpcSecurityGroupMembership::builder().vpc_security_group_id("sg-1").build();
        types::DbInstance::builder()
            .db_instance_identifier("orders")
            .db_instance_status("available")
            .engine("postgres")
            .engine_version("16.4")
            .db_instance_class("db.t4g.micro")
            .allocated_storage(20)
            .storage_type("gp3")
            .iops(3000)
            .storage_encrypted(true)
            .kms_key_id("arn:aws:kms:us-east-1:123456789012:key/k")
            .master_username("orders")
            .db_subnet_group(group)
            .vpc_security_groups(guard)
            .backup_retention_period(7)
            .preferred_backup_window("03:00-04:00")
            .endpoint(types::Endpoint::builder().address("host").port(5433).build())
            .db_instance_arn("arn:aws:rds:us-east-1:123456789012:db:orders")
            .dbi_resource_id("db-ABC")
    }

    #[test]
    fn a_description_is_the_instance() {
        let secret = types::MasterUserSecret::builder().secret_arn("secret").build();
        let orders = observed(&described().master_user_secret(secret).build()).unwrap();
        let resource = orders.resource;
        assert_eq!(resource.engine, Engine::Postgres);
        assert_eq!(resource.storage_type, StorageType::Gp3);
        assert_eq!(resource.port, Port::number::<5433>());
        assert_eq!(resource.preferred_backup_window, Some(BackupWindow::literal("03:00-04:00")));
        assert!(resource.manages_password() && resource.kms_key_id.is_some());
        assert_eq!(orders.outputs.secret_arn.as_deref(), Some("secret"));
        assert_eq!(orders.outputs.endpoint_port.as_deref(), Some("5433"));
        assert_eq!(orders.status, Status::Ready);
    }

    #[test]
    fn a_replica_shows_its_source_and_nothing_that_it_has_of_it() {
        let replica = described().read_replica_source_db_instance_identifier("first").build();
        let replica = observed(&replica).unwrap().resource;
        assert_eq!(replica.source_db_instance, Some(Ref::existing("first")));
        let of_source =
            |it: &DbInstanceContradiction| matches!(it, DbInstanceContradiction::OfSource(_));
        assert!(!replica.contradictions().iter().any(of_source));
    }

    #[test]
    fn settings_of_what_is_off_do_not_count() {
        let orders = described()
            .monitoring_interval(0)
            .monitoring_role_arn("arn:aws:iam::1:role/m")
            .performance_insights_enabled(false)
            .performance_insights_retention_period(7)
            .build();
        let resource = observed(&orders).unwrap().resource;
        assert_eq!(resource.monitoring_role_arn, None);
        assert_eq!(resource.performance_insights_retention_period, None);
    }

    #[test]
    fn only_an_instance_without_data_has_failed() {
        let status = |text: &str| status(&described().db_instance_status(text).build());
        assert_eq!(status("storage-optimization"), Status::Ready);
        assert_eq!(status("deleting"), Status::Deleting);
        assert_eq!(status("creating"), Status::Pending("creating".to_owned()));
        assert_eq!(status("incompatible-create"), Status::Failed("incompatible-create".to_owned()));
        assert!(matches!(status("incompatible-parameters"), Status::Pending(_)));
    }

    #[test]
    fn a_change_that_is_yet_to_come_is_waited_for() {
        let pending = |values| status(&described().pending_modified_values(values).build());
        assert_eq!(pending(PendingModifiedValues::builder().build()), Status::Ready);
        let values = PendingModifiedValues::builder().multi_az(true).build();
        assert_eq!(pending(values), Status::Pending("modifying".to_owned()));
    }
}
