//! Amazon RDS: databases.

pub use contradiction::DbInstanceContradiction;
pub use db_instance::{DbInstance, DbInstanceOutputs, MasterUserSecret};
pub use db_parameter_group::{ApplyMethod, DbParameterGroup, DbParameterGroupOutputs};
pub use db_subnet_group::{DbSubnetGroup, DbSubnetGroupOutputs};
pub use engine::{DbInstanceClass, DbParameterGroupFamily, Engine, EngineVersion, Port};
pub use monitoring::{LogExport, MonitoringInterval, MonitoringIntervalError};
pub use storage::{
    BackupRetentionPeriod, Iops, NumberError, PerformanceInsightsRetentionPeriod, StorageSize,
    StorageType,
};
pub use text::{
    DbInstanceIdentifier, DbName, DbParameterGroupName, DbSubnetGroupName, MasterUsername,
};
pub use window::{BackupWindow, MaintenanceWindow};

mod contradiction;
mod db_instance;
mod db_parameter_group;
mod db_subnet_group;
mod engine;
mod monitoring;
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
