//! Amazon RDS in memory.

pub use automated_backup_replication::AutomatedBackupReplicationHandler;
pub use db_instance::DbInstanceHandler;
pub use db_parameter_group::DbParameterGroupHandler;
pub use db_proxy::DbProxyHandler;
pub use db_proxy_target_group::DbProxyTargetGroupHandler;
pub use db_subnet_group::DbSubnetGroupHandler;

mod automated_backup_replication;
mod db_instance;
mod db_parameter_group;
mod db_proxy;
mod db_proxy_target_group;
mod db_subnet_group;
#[cfg(test)]
mod tests;

use crate::world::AwsError;

/// The operations that set and remove tags.
pub(crate) const TAGGING: [&str; 2] = ["AddTagsToResource", "RemoveTagsFromResource"];

/// The name of a new object. The engine makes one up where the user has not.
fn named<T: ToString>(name: Option<&T>, parameter: &str) -> Result<String, AwsError> {
    name.map(ToString::to_string).ok_or_else(|| {
        AwsError::invalid(
            "InvalidParameterValue",
            format!("The parameter {parameter} must be provided and must not be blank."),
        )
    })
}
