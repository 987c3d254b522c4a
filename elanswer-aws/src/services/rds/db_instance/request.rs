//! What is asked of RDS: instances to requests.

use aws_sdk_rds::{
    operation::{
        create_db_instance::builders::CreateDbInstanceInputBuilder,
        create_db_instance_read_replica::builders::CreateDbInstanceReadReplicaInputBuilder,
        delete_db_instance::builders::DeleteDbInstanceInputBuilder,
        modify_db_instance::builders::ModifyDbInstanceInputBuilder,
    },
    types::CloudwatchLogsExportConfiguration,
};
use elanswer_core::{
    Input, Ref, Resource, Tags,
    services::{
        kms::KeyArn,
        rds::{
            DbInstance, DbInstanceOutputs, Iops, LogExport, MasterUserSecret,
            PerformanceInsightsRetentionPeriod, StorageSize,
        },
    },
};

use super::super::to_sdk;

pub(super) fn create(
    desired: &DbInstance,
    password: Option<&str>,
    tags: &Tags,
) -> CreateDbInstanceInputBuilder {
    let logs = desired.enable_cloudwatch_logs_exports.iter().map(log_name).collect();
    CreateDbInstanceInputBuilder::default()
        .set_db_instance_identifier(text(desired.db_instance_identifier.as_ref()))
        .engine(desired.engine.as_str())
        .set_engine_version(text(desired.engine_version.as_ref()))
        .db_instance_class(desired.db_instance_class.as_str())
        .set_allocated_storage(desired.allocated_storage.map(gib))
        .set_max_allocated_storage(desired.max_allocated_storage.map(gib))
        .storage_type(desired.storage_type.as_str())
        .set_iops(desired.iops.map(iops))
        .set_storage_encrypted(desired.storage_encrypted)
        .set_kms_key_id(key(desired.kms_key_id.as_ref()))
        .multi_az(desired.multi_az)
        .set_availability_zone(text(desired.availability_zone.as_ref()))
        .set_db_name(text(desired.db_name.as_ref()))
        .set_master_username(text(desired.master_username.as_ref()))
        .set_manage_master_user_password(desired.manage_master_user_password)
        .set_master_user_password(password.map(str::to_owned))
        .set_master_user_secret_kms_key_id(secret_key(desired.master_user_secret.as_ref()))
        .set_db_subnet_group_name(named(desired.db_subnet_group.as_ref()))
        .set_vpc_security_group_ids(Some(security_groups(desired)))
        .set_db_parameter_group_name(parameter_group(desired))
        .set_backup_retention_period(desired.backup_retention_period.map(|it| it.get().into()))
        .set_preferred_backup_window(text(desired.preferred_backup_window.as_ref()))
        .set_preferred_maintenance_window(text(desired.preferred_maintenance_window.as_ref()))
        .enable_performance_insights(desired.enable_performance_insights)
        .set_performance_insights_retention_period(
            desired.performance_insights_retention_period.map(days),
        )
        .set_performance_insights_kms_key_id(key(desired.performance_insights_kms_key_id.as_ref()))
        .monitoring_interval(seconds(desired))
        .set_monitoring_role_arn(monitoring_role(desired))
        .set_enable_cloudwatch_logs_exports(Some(logs))
        .enable_iam_database_authentication(desired.enable_iam_database_authentication)
        .deletion_protection(desired.deletion_protection)
        .auto_minor_version_upgrade(desired.auto_minor_version_upgrade)
        .copy_tags_to_snapshot(desired.copy_tags_to_snapshot)
        .publicly_accessible(desired.publicly_accessible)
        .set_ca_certificate_identifier(desired.ca_certificate_identifier.clone())
        .port(desired.port.get().into())
        .set_tags(Some(to_sdk(tags)))
}

/// Nothing that a replica has of its source: AWS takes none of it.
pub(super) fn create_replica(
    desired: &DbInstance,
    tags: &Tags,
) -> CreateDbInstanceReadReplicaInputBuilder {
    let logs = desired.enable_cloudwatch_logs_exports.iter().map(log_name).collect();
    CreateDbInstanceReadReplicaInputBuilder::default()
        .set_db_instance_identifier(text(desired.db_instance_identifier.as_ref()))
        .set_source_db_instance_identifier(named(desired.source_db_instance.as_ref()))
        .db_instance_class(desired.db_instance_class.as_str())
        .set_availability_zone(text(desired.availability_zone.as_ref()))
        .multi_az(desired.multi_az)
        .set_allocated_storage(desired.allocated_storage.map(gib))
        .set_max_allocated_storage(desired.max_allocated_storage.map(gib))
        .storage_type(desired.storage_type.as_str())
        .set_iops(desired.iops.map(iops))
        .set_vpc_security_group_ids(Some(security_groups(desired)))
        .enable_performance_insights(desired.enable_performance_insights)
        .set_performance_insights_retention_period(
            desired.performance_insights_retention_period.map(days),
        )
        .set_performance_insights_kms_key_id(key(desired.performance_insights_kms_key_id.as_ref()))
        .monitoring_interval(seconds(desired))
        .set_monitoring_role_arn(monitoring_role(desired))
        .set_enable_cloudwatch_logs_exports(Some(logs))
        .enable_iam_database_authentication(desired.enable_iam_database_authentication)
        .deletion_protection(desired.deletion_protection)
        .auto_minor_version_upgrade(desired.auto_minor_version_upgrade)
        .copy_tags_to_snapshot(desired.copy_tags_to_snapshot)
        .publicly_accessible(desired.publicly_accessible)
        .set_ca_certificate_identifier(desired.ca_certificate_identifier.clone())
        .port(desired.port.get().into())
        .set_tags(Some(to_sdk(tags)))
}

/// Names only what changes: AWS refuses some properties even with the value that they have.
pub(super) fn modify(
    identifier: &str,
    from: &DbInstance,
    to: &DbInstance,
    password: Option<&str>,
) -> ModifyDbInstanceInputBuilder {
    let call = ModifyDbInstanceInputBuilder::default()
        .db_instance_identifier(identifier)
        .apply_immediately(true)
        .set_db_instance_class(
            changed(&from.db_instance_class, &to.db_instance_class).map(ToString::to_string),
        )
        .set_multi_az(changed(&from.multi_az, &to.multi_az).copied())
        .set_vpc_security_group_ids(
            changed(&from.vpc_security_groups, &to.vpc_security_groups)
                .map(|_| security_groups(to)),
        )
        .set_db_parameter_group_name(
            changed(&from.db_parameter_group, &to.db_parameter_group)
                .and_then(|_| parameter_group(to)),
        )
        .set_backup_retention_period(
            changed(&from.backup_retention_period, &to.backup_retention_period)
                .and_then(|period| period.map(|period| period.get().into())),
        )
        .set_preferred_backup_window(
            changed(&from.preferred_backup_window, &to.preferred_backup_window)
                .and_then(|window| text(window.as_ref())),
        )
        .set_preferred_maintenance_window(
            changed(&from.preferred_maintenance_window, &to.preferred_maintenance_window)
                .and_then(|window| text(window.as_ref())),
        )
        .set_cloudwatch_logs_export_configuration(
            changed(&from.enable_cloudwatch_logs_exports, &to.enable_cloudwatch_logs_exports)
                .map(|_| logs(from, to)),
        )
        .set_enable_iam_database_authentication(
            changed(
                &from.enable_iam_database_authentication,
                &to.enable_iam_database_authentication,
            )
            .copied(),
        )
        .set_deletion_protection(
            changed(&from.deletion_protection, &to.deletion_protection).copied(),
        )
        .set_auto_minor_version_upgrade(
            changed(&from.auto_minor_version_upgrade, &to.auto_minor_version_upgrade).copied(),
        )
        .set_copy_tags_to_snapshot(
            changed(&from.copy_tags_to_snapshot, &to.copy_tags_to_snapshot).copied(),
        )
        .set_publicly_accessible(
            changed(&from.publicly_accessible, &to.publicly_accessible).copied(),
        )
        .set_ca_certificate_identifier(
            changed(&from.ca_certificate_identifier, &to.ca_certificate_identifier)
                .and_then(Clone::clone),
        )
        .set_db_port_number(changed(&from.port, &to.port).map(|port| port.get().into()));
    let call = modify_version(call, from, to);
    let call = modify_storage(call, from, to);
    let call = modify_password(call, from, to, password);
    modify_monitoring(call, from, to)
}

pub(super) fn delete(
    current: &DbInstance,
    outputs: &DbInstanceOutputs,
) -> DeleteDbInstanceInputBuilder {
    let snapshot = current.final_snapshot(outputs);
    DeleteDbInstanceInputBuilder::default()
        .db_instance_identifier(&outputs.db_instance_identifier)
        .delete_automated_backups(current.delete_automated_backups)
        .skip_final_snapshot(snapshot.is_none())
        .set_final_db_snapshot_identifier(snapshot)
}

fn modify_version(
    call: ModifyDbInstanceInputBuilder,
    from: &DbInstance,
    to: &DbInstance,
) -> ModifyDbInstanceInputBuilder {
    let (Some(old), Some(new)) = (&from.engine_version, &to.engine_version) else { return call };
    if old == new {
        return call;
    }
    let call = call.engine_version(new.as_str());
    if old.major() == new.major() { call } else { call.allow_major_version_upgrade(true) }
}

/// Storage that has IOPS wants all of its numbers together. IOPS that AWS chose for another size
/// or type are left to it again.
fn modify_storage(
    call: ModifyDbInstanceInputBuilder,
    from: &DbInstance,
    to: &DbInstance,
) -> ModifyDbInstanceInputBuilder {
    let all =
        |instance: &DbInstance| (instance.allocated_storage, instance.storage_type, instance.iops);
    let range = to.allocated_storage.and_then(|size| to.storage_type.iops(size));
    let fits = |iops: &Iops| range.as_ref().is_some_and(|range| range.contains(&iops.get()));
    let call = if all(from) == all(to) {
        call
    } else {
        call.set_allocated_storage(to.allocated_storage.map(gib))
            .set_storage_type(
                changed(&from.storage_type, &to.storage_type).map(ToString::to_string),
            )
            .set_iops(to.iops.filter(|it| fits(it) || to.iops != from.iops).map(iops))
    };
    // A maximum that is the size itself turns growing off.
    let max = to.max_allocated_storage.or(to.allocated_storage);
    call.set_max_allocated_storage(
        changed(&from.max_allocated_storage, &to.max_allocated_storage).and_then(|_| max.map(gib)),
    )
}

fn modify_password(
    call: ModifyDbInstanceInputBuilder,
    from: &DbInstance,
    to: &DbInstance,
    password: Option<&str>,
) -> ModifyDbInstanceInputBuilder {
    let call = if from.master_user_password == to.master_user_password {
        call
    } else {
        call.set_master_user_password(password.map(str::to_owned))
    };
    let secret = |instance: &DbInstance| {
        (instance.manage_master_user_password, instance.master_user_secret.clone())
    };
    if secret(from) == secret(to) {
        return call;
    }
    call.set_manage_master_user_password(to.manage_master_user_password)
        .set_master_user_secret_kms_key_id(secret_key(to.master_user_secret.as_ref()))
}

/// Performance Insights and Enhanced Monitoring take their settings together with the switch.
fn modify_monitoring(
    call: ModifyDbInstanceInputBuilder,
    from: &DbInstance,
    to: &DbInstance,
) -> ModifyDbInstanceInputBuilder {
    let insights = |instance: &DbInstance| {
        let on = instance.enable_performance_insights;
        let settings = (
            instance.performance_insights_retention_period,
            instance.performance_insights_kms_key_id.clone(),
        );
        (on, on.then_some(settings))
    };
    let monitoring = |instance: &DbInstance| (seconds(instance), monitoring_role(instance));
    let mut call = call;
    if insights(from) != insights(to) {
        let on = to.enable_performance_insights;
        let retention = to.performance_insights_retention_period.filter(|_| on);
        let kms_key = to.performance_insights_kms_key_id.as_ref().filter(|_| on);
        call = call
            .enable_performance_insights(on)
            .set_performance_insights_retention_period(retention.map(days))
            .set_performance_insights_kms_key_id(key(kms_key));
    }
    if monitoring(from) != monitoring(to) {
        call = call.monitoring_interval(seconds(to)).set_monitoring_role_arn(monitoring_role(to));
    }
    call
}

fn logs(from: &DbInstance, to: &DbInstance) -> CloudwatchLogsExportConfiguration {
    let (old, new) = (&from.enable_cloudwatch_logs_exports, &to.enable_cloudwatch_logs_exports);
    CloudwatchLogsExportConfiguration::builder()
        .set_enable_log_types(Some(new.difference(old).map(log_name).collect()))
        .set_disable_log_types(Some(old.difference(new).map(log_name).collect()))
        .build()
}

/// The new value, when it is another.
fn changed<'a, T: PartialEq>(from: &T, to: &'a T) -> Option<&'a T> {
    (from != to).then_some(to)
}

fn text<T: ToString>(value: Option<&T>) -> Option<String> {
    value.map(ToString::to_string)
}

fn named<R: Resource>(reference: Option<&Ref<R>>) -> Option<String> {
    reference.and_then(Ref::known).map(str::to_owned)
}

fn log_name(log: &LogExport) -> String {
    log.as_str().to_owned()
}

fn gib(size: StorageSize) -> i32 {
    size.get().try_into().unwrap_or(i32::MAX)
}

fn iops(iops: Iops) -> i32 {
    iops.get().try_into().unwrap_or(i32::MAX)
}

fn days(period: PerformanceInsightsRetentionPeriod) -> i32 {
    period.get().into()
}

fn seconds(instance: &DbInstance) -> i32 {
    instance.monitoring_interval.seconds().try_into().unwrap_or(i32::MAX)
}

fn monitoring_role(instance: &DbInstance) -> Option<String> {
    instance.monitoring_role_arn.as_ref().and_then(Input::known).cloned()
}

fn key(key: Option<&Input<KeyArn>>) -> Option<String> {
    text(key.and_then(Input::known))
}

fn secret_key(secret: Option<&MasterUserSecret>) -> Option<String> {
    key(secret.map(|secret| &secret.kms_key_id))
}

fn security_groups(instance: &DbInstance) -> Vec<String> {
    instance.vpc_security_groups.iter().filter_map(Ref::known).map(str::to_owned).collect()
}

fn parameter_group(instance: &DbInstance) -> Option<String> {
    named(instance.db_parameter_group.as_ref())
}

#[cfg(test)]
mod tests {
    use elanswer_core::services::rds::{
        BackupRetentionPeriod, DbInstanceClass, EngineVersion, MasterUsername, MonitoringInterval,
        StorageType,
    };

    use super::*;

    fn instance() -> DbInstance {
        DbInstance::builder()
            .engine_version(EngineVersion::literal("16.4"))
            .db_instance_class(DbInstanceClass::literal("db.m7g.large"))
            .allocated_storage(StorageSize::gib::<100>())
            .master_username(MasterUsername::literal("orders"))
            .db_subnet_group(Ref::existing("data"))
            .vpc_security_groups([Ref::existing("sg-2"), Ref::existing("sg-1")])
            .build()
    }

    fn modified(from: &DbInstance, to: &DbInstance) -> ModifyDbInstanceInputBuilder {
        modify("orders", from, to, None)
    }

    /// What every change has.
    fn nothing() -> ModifyDbInstanceInputBuilder {
        ModifyDbInstanceInputBuilder::default()
            .db_instance_identifier("orders")
            .apply_immediately(true)
    }

    #[test]
    fn a_create_says_what_the_instance_says() {
        let call = create(&instance(), None, &Tags::new().with("Name", "orders")).build().unwrap();
        assert_eq!(call.vpc_security_group_ids(), ["sg-1", "sg-2"]);
        assert_eq!(call.allocated_storage(), Some(100));
        assert_eq!(call.storage_encrypted(), Some(true));
        assert_eq!(call.manage_master_user_password(), Some(true));
        assert_eq!(call.master_user_password(), None);
        assert_eq!(call.iops(), None);
        assert_eq!(call.port(), Some(5432));
        assert_eq!(call.tags().len(), 1);
    }

    #[test]
    fn a_replica_is_asked_for_of_its_source() {
        let replica = DbInstance::replica_of(Ref::existing("orders"))
            .db_instance_class(DbInstanceClass::literal("db.m7g.large"))
            .vpc_security_groups([Ref::existing("sg-1")])
            .availability_zone("us-east-1b".parse().unwrap())
            .build();
        let call = create_replica(&replica, &Tags::new()).build().unwrap();
        assert_eq!(call.source_db_instance_identifier(), Some("orders"));
        assert_eq!(call.availability_zone(), Some("us-east-1b"));
        assert_eq!(call.storage_type(), Some("gp3"));
        assert_eq!(call.vpc_security_group_ids(), ["sg-1"]);
        assert_eq!(call.allocated_storage(), None);
        let changed = DbInstance { multi_az: true, ..replica.clone() };
        assert_eq!(modified(&replica, &changed), nothing().multi_az(true));
    }

    #[test]
    fn a_change_names_only_what_changes() {
        let old = instance();
        assert_eq!(modified(&old, &old), nothing());
        let new = DbInstance {
            multi_az: true,
            backup_retention_period: Some(BackupRetentionPeriod::days::<30>()),
            enable_cloudwatch_logs_exports: [LogExport::Postgresql].into(),
            ..old.clone()
        };
        let logs = CloudwatchLogsExportConfiguration::builder()
            .enable_log_types("postgresql")
            .set_disable_log_types(Some(Vec::new()))
            .build();
        let expected = nothing()
            .multi_az(true)
            .backup_retention_period(30)
            .cloudwatch_logs_export_configuration(logs);
        assert_eq!(modified(&old, &new), expected);
    }

    #[test]
    fn another_major_version_is_allowed_explicitly() {
        let old = instance();
        let to = |version| DbInstance { engine_version: Some(version), ..old.clone() };
        let minor = modified(&old, &to(EngineVersion::literal("16.5")));
        assert_eq!(minor, nothing().engine_version("16.5"));
        let major = modified(&old, &to(EngineVersion::literal("17")));
        assert_eq!(major, nothing().engine_version("17").allow_major_version_upgrade(true));
    }

    #[test]
    fn storage_changes_as_a_whole() {
        let old = DbInstance { iops: Iops::try_from(3000).ok(), ..instance() };
        let larger =
            DbInstance { allocated_storage: Some(StorageSize::gib::<400>()), ..old.clone() };
        assert_eq!(modified(&old, &larger), nothing().allocated_storage(400));
        let fast = DbInstance { storage_type: StorageType::Io1, ..old.clone() };
        let expected = nothing().allocated_storage(100).storage_type("io1").iops(3000);
        assert_eq!(modified(&old, &fast), expected);
        let growing =
            DbInstance { max_allocated_storage: Some(StorageSize::gib::<200>()), ..old.clone() };
        assert_eq!(modified(&old, &growing), nothing().max_allocated_storage(200));
        assert_eq!(modified(&growing, &old), nothing().max_allocated_storage(100));
    }

    #[test]
    fn what_watches_an_instance_is_switched_with_its_settings() {
        let old = instance();
        let watched = DbInstance {
            enable_performance_insights: true,
            performance_insights_retention_period: Some(
                PerformanceInsightsRetentionPeriod::days::<7>(),
            ),
            monitoring_interval: MonitoringInterval::Seconds60,
            monitoring_role_arn: Some("arn:aws:iam::1:role/m".into()),
            ..old.clone()
        };
        let on = nothing()
            .enable_performance_insights(true)
            .performance_insights_retention_period(7)
            .monitoring_interval(60)
            .monitoring_role_arn("arn:aws:iam::1:role/m");
        assert_eq!(modified(&old, &watched), on);
        let off = nothing().enable_performance_insights(false).monitoring_interval(0);
        assert_eq!(modified(&watched, &old), off);
    }

    #[test]
    fn a_delete_leaves_a_snapshot_unless_told_otherwise() {
        let outputs = DbInstanceOutputs {
            db_instance_identifier: "orders".to_owned(),
            db_instance_arn: "arn".to_owned(),
            dbi_resource_id: "db-ABC".to_owned(),
            endpoint_address: None,
            endpoint_port: None,
            secret_arn: None,
        };
        let call = delete(&instance(), &outputs).build().unwrap();
        assert_eq!(call.final_db_snapshot_identifier(), Some("orders-final-db-abc"));
        let call = delete(&DbInstance { skip_final_snapshot: true, ..instance() }, &outputs);
        assert_eq!(call.get_final_db_snapshot_identifier(), &None);
        assert_eq!(call.get_skip_final_snapshot(), &Some(true));
        let replica = DbInstance { source_db_instance: Some(Ref::existing("a")), ..instance() };
        assert_eq!(delete(&replica, &outputs).get_skip_final_snapshot(), &Some(true));
    }
}
