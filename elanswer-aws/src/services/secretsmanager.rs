//! AWS Secrets Manager over the SDK.

use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use elanswer_core::executor::{ErrorKind, ExecError};

pub use resource_policy::ResourcePolicyHandler;
pub use rotation_schedule::RotationScheduleHandler;
pub use secret::SecretHandler;

use crate::error::{Codes, exec_error};

mod resource_policy;
mod rotation_schedule;
mod secret;

/// The name of the API in errors.
const SERVICE: &str = "secretsmanager";

/// The codes of Secrets Manager whose meaning is not general.
const CODES: Codes = &[
    ("InternalServiceError", ErrorKind::Unavailable),
    ("LimitExceededException", ErrorKind::Quota),
    ("ResourceExistsException", ErrorKind::Conflict),
];

/// What a policy that names a role gets while the role is not known everywhere yet.
const NEW_PRINCIPAL: &str = "unsupported principal";

/// The codes that mean something else while principals of a policy are new.
const NEW_PRINCIPAL_CODES: Codes = &[("MalformedPolicyDocumentException", ErrorKind::NotFound)];

/// What is done to a secret that cannot be done in its state.
const INVALID_REQUEST: &str = "InvalidRequestException";

/// Translates an error of `operation`.
fn failed<E>(operation: &'static str) -> impl Fn(SdkError<E, HttpResponse>) -> ExecError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    move |error| {
        let message = error.as_service_error().and_then(ProvideErrorMetadata::message);
        let new = message.is_some_and(|message| message.contains(NEW_PRINCIPAL));
        let codes = if new { NEW_PRINCIPAL_CODES } else { CODES };
        exec_error(SERVICE, operation, codes, error)
    }
}

/// Whether the secret is gone, or waits for its deletion.
fn is_gone(error: &ExecError) -> bool {
    let waits = || {
        let texts = ["marked deleted", "marked for deletion", "scheduled for deletion"];
        texts.iter().any(|text| error.message().contains(text))
    };
    error.kind() == ErrorKind::NotFound || error.code() == Some(INVALID_REQUEST) && waits()
}

/// Takes the failure of a call whose secret is gone for nothing.
fn none_if_gone<T>(result: Result<T, ExecError>) -> Result<Option<T>, ExecError> {
    match result {
        Err(error) if is_gone(&error) => Ok(None),
        result => result.map(Some),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_that_waits_for_its_deletion_is_gone() {
        let error = |kind, code: &str, message: &str| ExecError::new(kind, message).with_code(code);
        let marked =
            "You tried to perform the operation on a secret that's currently marked deleted.";
        assert!(is_gone(&error(ErrorKind::Invalid, INVALID_REQUEST, marked)));
        assert!(is_gone(&error(ErrorKind::NotFound, "ResourceNotFoundException", "")));
        assert!(!is_gone(&error(ErrorKind::Invalid, INVALID_REQUEST, "a rotation is underway")));
        assert!(!is_gone(&error(ErrorKind::Invalid, "InvalidParameterException", marked)));
    }
}
