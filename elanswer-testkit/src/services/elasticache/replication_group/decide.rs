//! What AWS decides of a replication group where it was not asked for anything.

use elanswer_core::{
    Ref,
    services::elasticache::{
        CacheParameterGroupFamily, MaintenanceWindow, ReplicationGroup, SnapshotWindow,
        TransitEncryptionMode,
    },
};

/// The windows that AWS chooses from here; none overlaps another.
const SNAPSHOT_WINDOWS: [SnapshotWindow; 2] =
    [SnapshotWindow::literal("03:00-04:00"), SnapshotWindow::literal("15:00-16:00")];
const MAINTENANCE_WINDOWS: [MaintenanceWindow; 2] = [
    MaintenanceWindow::literal("sun:08:00-sun:09:00"),
    MaintenanceWindow::literal("wed:20:00-wed:21:00"),
];

/// The group as AWS makes it: complete, and without what has no effect.
pub(super) fn decide(mut group: ReplicationGroup) -> ReplicationGroup {
    let family = CacheParameterGroupFamily::of(group.engine, &group.engine_version);
    group.cache_parameter_group.get_or_insert_with(|| Ref::existing(format!("default.{family}")));
    if group.transit_encryption_enabled {
        group.transit_encryption_mode.get_or_insert(TransitEncryptionMode::Required);
    } else {
        group.transit_encryption_mode = None;
    }
    if group.snapshot_window.is_none() {
        let upkeep = group.preferred_maintenance_window;
        let fits = |window: &SnapshotWindow| !upkeep.is_some_and(|it| window.overlaps(it));
        group.snapshot_window = SNAPSHOT_WINDOWS.into_iter().find(fits);
    }
    if group.preferred_maintenance_window.is_none() {
        let snapshot = group.snapshot_window;
        let fits = |window: &MaintenanceWindow| !snapshot.is_some_and(|it| it.overlaps(*window));
        group.preferred_maintenance_window = MAINTENANCE_WINDOWS.into_iter().find(fits);
    }
    group
}
