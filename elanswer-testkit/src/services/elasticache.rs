//! Amazon ElastiCache in memory.

pub use parameter_group::ParameterGroupHandler;
pub use replication_group::ReplicationGroupHandler;
pub use subnet_group::SubnetGroupHandler;
pub use user::UserHandler;
pub use user_group::UserGroupHandler;

mod parameter_group;
mod replication_group;
mod subnet_group;
#[cfg(test)]
mod tests;
mod user;
mod user_group;

use crate::world::AwsError;

/// The operations that set and remove tags.
pub(crate) const TAGGING: [&str; 2] = ["AddTagsToResource", "RemoveTagsFromResource"];

/// The name of a new object. The engine makes one up where the user has not.
fn named<T: ToString>(name: Option<&T>, parameter: &str) -> Result<String, AwsError> {
    name.map(ToString::to_string).ok_or_else(|| {
        value(format!("The parameter {parameter} must be provided and must not be blank."))
    })
}

fn value(message: impl Into<String>) -> AwsError {
    AwsError::invalid("InvalidParameterValue", message)
}

fn combination(message: impl Into<String>) -> AwsError {
    AwsError::invalid("InvalidParameterCombination", message)
}
