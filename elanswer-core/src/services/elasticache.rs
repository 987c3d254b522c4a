//! Amazon ElastiCache: caches of Valkey and Redis OSS, and who may use them.

pub use access_string::AccessString;
pub use contradiction::ReplicationGroupContradiction;
pub use engine::{CacheNodeType, CacheParameterGroupFamily, Engine, EngineVersion};
pub use parameter_group::{ParameterGroup, ParameterGroupOutputs};
pub use replication_group::{
    NumCacheClusters, Port, ReplicationGroup, ReplicationGroupOutputs, SnapshotRetentionLimit,
    TransitEncryptionMode,
};
pub use subnet_group::{SubnetGroup, SubnetGroupOutputs};
pub use text::{
    CacheParameterGroupName, CacheSubnetGroupName, ReplicationGroupId, UserGroupId, UserId,
    UserName,
};
pub use user::{AuthenticationMode, User, UserOutputs};
pub use user_group::{UserGroup, UserGroupOutputs};
pub use window::{MaintenanceWindow, SnapshotWindow};

mod access_string;
mod contradiction;
mod engine;
mod parameter_group;
mod replication_group;
mod subnet_group;
mod text;
mod user;
mod user_group;
mod window;

use crate::tags::Tags;

/// The calls that come from one set of tags to another: `AddTagsToResource`,
/// `RemoveTagsFromResource`.
fn tag_calls(from: &Tags, to: &Tags) -> u32 {
    let (set, remove) = from.changes_to(to);
    u32::from(!set.is_empty()) + u32::from(!remove.is_empty())
}
