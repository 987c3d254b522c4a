//! Application Auto Scaling in memory.

use elanswer_core::executor::{ErrorKind, ExecError};

pub use scalable_target::ScalableTargetHandler;
pub use scaling_policy::ScalingPolicyHandler;

mod scalable_target;
mod scaling_policy;
#[cfg(test)]
mod testing;

use crate::world::AwsError;

/// The name of the API in calls and errors.
const SERVICE: &str = "application-autoscaling";

/// A request that AWS refuses; this one code stands for most reasons.
fn refused(message: impl Into<String>) -> AwsError {
    AwsError::invalid("ValidationException", message)
}

/// There is no target of this resource id.
fn no_target(resource_id: &str) -> AwsError {
    AwsError::not_found(
        "ObjectNotFoundException",
        format!(
            "No scalable target found for service namespace: ecs, resource ID: {resource_id}, \
             scalable dimension: ecs:service:DesiredCount"
        ),
    )
}

/// Takes the failure of a delete whose object is gone for success.
fn gone_is_fine(result: Result<(), ExecError>) -> Result<(), ExecError> {
    match result {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
