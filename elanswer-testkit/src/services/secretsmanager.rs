//! AWS Secrets Manager in memory.

use elanswer_core::{Place, services::secretsmanager::Secret};

pub use resource_policy::ResourcePolicyHandler;
pub use rotation_schedule::RotationScheduleHandler;
pub use secret::SecretHandler;

use crate::world::{AwsError, Object, World};

mod resource_policy;
mod rotation_schedule;
mod secret;
#[cfg(test)]
mod testing;

/// The name of the API in calls and errors.
const SERVICE: &str = "secretsmanager";

/// The secret of this ARN, or AWS's error that there is none.
fn require<'a>(world: &'a World, place: &Place, arn: &str) -> Result<&'a Object<Secret>, AwsError> {
    world.get::<Secret>(place, arn).ok_or_else(|| {
        AwsError::not_found(
            "ResourceNotFoundException",
            "Secrets Manager can't find the specified secret.",
        )
    })
}
