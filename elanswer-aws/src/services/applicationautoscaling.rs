//! Application Auto Scaling over the SDK.

pub use scalable_target::ScalableTargetHandler;
pub use scaling_policy::ScalingPolicyHandler;

mod scalable_target;
mod scaling_policy;

use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::{metadata::ProvideErrorMetadata, operation::BuildError};
use elanswer_core::executor::{ErrorKind, ExecError};

use crate::error::{Codes, exec_error};

/// The name of the API in errors.
const SERVICE: &str = "application-autoscaling";

/// The codes of Application Auto Scaling whose meaning is not general.
const CODES: Codes = &[
    ("ConcurrentUpdateException", ErrorKind::Unavailable),
    ("FailedResourceAccessException", ErrorKind::PermissionDenied),
    ("InternalServiceException", ErrorKind::Unavailable),
    ("LimitExceededException", ErrorKind::Quota),
];

/// What is said, under a code that stands for most reasons, of something that is not there. A
/// service that ECS has made a moment ago is such a thing.
const MISSING: [&str; 3] =
    ["ECS service doesn't exist", "No scalable target found", "No scaling policy found"];

const MISSING_CODES: Codes = &[("ValidationException", ErrorKind::NotFound)];

/// Translates an error of `operation`.
fn failed<E>(operation: &'static str) -> impl Fn(SdkError<E, HttpResponse>) -> ExecError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    move |error| {
        let message = error.as_service_error().and_then(ProvideErrorMetadata::message);
        let missing = is_missing(message.unwrap_or_default());
        exec_error(SERVICE, operation, if missing { MISSING_CODES } else { CODES }, error)
    }
}

fn is_missing(message: &str) -> bool {
    MISSING.iter().any(|text| message.contains(text))
}

/// A request that lacks what it needs: a fault of this handler.
#[expect(clippy::needless_pass_by_value, reason = "`map_err` gives errors by value")]
fn unbuilt(error: BuildError) -> ExecError {
    ExecError::new(ErrorKind::Internal, error.to_string())
}

/// Something in an answer that elanswer does not model: others set it.
fn unknown(operation: &'static str, what: &str) -> ExecError {
    ExecError::new(ErrorKind::Unsupported, format!("it has {what} that elanswer does not know"))
        .with_operation(SERVICE, operation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_is_told_by_the_message() {
        assert!(is_missing("ECS service doesn't exist: service/main/web"));
        assert!(!is_missing("Maximum capacity cannot be less than minimum capacity"));
    }
}
