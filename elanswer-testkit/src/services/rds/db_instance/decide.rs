//! What AWS decides of an instance where it was not asked for anything.

use elanswer_core::{
    Input, Place, Ref,
    services::{
        kms::KeyArn,
        rds::{
            BackupWindow, DbInstance, DbParameterGroupFamily, Iops, MaintenanceWindow,
            MasterUserSecret, PerformanceInsightsRetentionPeriod, StorageType,
        },
    },
};

use crate::world::arn;

/// The windows that AWS chooses from here; none overlaps another.
const BACKUP_WINDOWS: [BackupWindow; 2] =
    [BackupWindow::literal("03:15-03:45"), BackupWindow::literal("15:15-15:45")];
const MAINTENANCE_WINDOWS: [MaintenanceWindow; 2] = [
    MaintenanceWindow::literal("sun:08:00-sun:08:30"),
    MaintenanceWindow::literal("wed:20:00-wed:20:30"),
];

/// The instance as AWS makes it: complete, and without what has no effect.
///
/// A read replica shows nothing of what it has of its source.
pub(super) fn decide(place: &Place, mut instance: DbInstance) -> DbInstance {
    if let Some(version) = &instance.engine_version {
        let family = DbParameterGroupFamily::of(instance.engine, version);
        instance
            .db_parameter_group
            .get_or_insert_with(|| Ref::existing(format!("default.{family}")));
    }
    instance.ca_certificate_identifier.get_or_insert_with(|| "rds-ca-rsa2048-g1".to_owned());
    if instance.storage_encrypted == Some(true) && instance.kms_key_id.is_none() {
        instance.kms_key_id = aws_key(place, "rds");
    }
    if instance.manages_password() && instance.master_user_secret.is_none() {
        let key = aws_key(place, "secretsmanager");
        instance.master_user_secret = key.map(|kms_key_id| MasterUserSecret { kms_key_id });
    }
    decide_iops(&mut instance);
    decide_insights(place, &mut instance);
    decide_windows(&mut instance);
    instance
}

/// A gp3 volume of 400 GiB or more is striped over four; a gp2 volume shows no IOPS.
fn decide_iops(instance: &mut DbInstance) {
    let Some(size) = instance.allocated_storage else { return };
    let range = instance.storage_type.iops(size);
    let fits = |iops: &Iops| range.as_ref().is_some_and(|range| range.contains(&iops.get()));
    instance.iops = instance.iops.filter(fits).or(match (instance.storage_type, &range) {
        (StorageType::Gp3, None) => Some(Iops::per_second::<3_000>()),
        (StorageType::Gp3, Some(_)) => Some(Iops::per_second::<12_000>()),
        _ => None,
    });
}

fn decide_insights(place: &Place, instance: &mut DbInstance) {
    if instance.enable_performance_insights {
        let week = PerformanceInsightsRetentionPeriod::days::<7>();
        instance.performance_insights_retention_period.get_or_insert(week);
        if instance.performance_insights_kms_key_id.is_none() {
            instance.performance_insights_kms_key_id = aws_key(place, "rds");
        }
    } else {
        instance.performance_insights_retention_period = None;
        instance.performance_insights_kms_key_id = None;
    }
}

fn decide_windows(instance: &mut DbInstance) {
    if instance.preferred_backup_window.is_none() && !instance.is_replica() {
        let maintenance = instance.preferred_maintenance_window;
        let fits = |window: &BackupWindow| !maintenance.is_some_and(|it| window.overlaps(it));
        instance.preferred_backup_window = BACKUP_WINDOWS.into_iter().find(fits);
    }
    if instance.preferred_maintenance_window.is_none() {
        let backup = instance.preferred_backup_window;
        let fits = |window: &MaintenanceWindow| !backup.is_some_and(|it| it.overlaps(*window));
        instance.preferred_maintenance_window = MAINTENANCE_WINDOWS.into_iter().find(fits);
    }
}

/// The key that AWS manages for one of its services.
fn aws_key(place: &Place, service: &str) -> Option<Input<KeyArn>> {
    KeyArn::new(arn(place, "kms", &format!("key/aws-{service}"))).ok().map(Input::Literal)
}
