//! Amazon RDS: databases.

pub use automated_backup_replication::{
    AutomatedBackupReplication, AutomatedBackupReplicationOutputs, CopyRetentionPeriod,
};
pub use contradiction::DbInstanceContradiction;
pub use db_instance::{DbInstance, DbInstanceOutputs, MasterUserSecret};
pub use db_parameter_group::{ApplyMethod, DbParameterGroup, DbParameterGroupOutputs};
pub use db_proxy::{
    AuthScheme, ClientPasswordAuthType, DbProxy, DbProxyAuth, DbProxyOutputs, EngineFamily,
    IamAuth, IdleClientTimeout,
};
pub use db_proxy_target_group::{
    ConnectionBorrowTimeout, ConnectionPool, DbProxyTargetGroup, DbProxyTargetGroupOutputs,
    MaxConnectionsPercent, MaxIdleConnectionsPercent, TargetGroupName,
};
pub use db_subnet_group::{DbSubnetGroup, DbSubnetGroupOutputs};
pub use engine::{DbInstanceClass, DbParameterGroupFamily, Engine, EngineVersion, Port};
pub use monitoring::{LogExport, MonitoringInterval, MonitoringIntervalError};
pub use storage::{
    BackupRetentionPeriod, Iops, NumberError, PerformanceInsightsRetentionPeriod, StorageSize,
    StorageType,
};
pub use text::{
    DbInstanceIdentifier, DbName, DbParameterGroupName, DbProxyName, DbSubnetGroupName,
    MasterUsername,
};
pub use window::{BackupWindow, MaintenanceWindow};

mod automated_backup_replication;
mod contradiction;
mod db_instance;
mod db_parameter_group;
mod db_proxy;
mod db_proxy_target_group;
mod db_subnet_group;
mod engine;
mod monitoring;
mod read_replica;
mod storage;
mod text;
mod window;

use crate::tags::Tags;

/// The calls that come from one set of tags to another: `AddTagsToResource`,
/// `RemoveTagsFromResource`.
fn tag_calls(from: &Tags, to: &Tags) -> u32 {
    let (set, remove) = from.changes_to(to);
    u32::from(!set.is_empty()) + u32::from(!remove.is_empty())
}
