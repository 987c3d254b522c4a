//! Amazon Route 53 over the SDK.

pub use hosted_zone::HostedZoneHandler;
pub use record_set::RecordSetHandler;

mod hosted_zone;
mod record_set;

use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::{metadata::ProvideErrorMetadata, operation::BuildError};
use elanswer_core::executor::{ErrorKind, ExecError, Outcome};

use crate::error::{Codes, exec_error};

/// The name of the API in errors.
const SERVICE: &str = "route53";

/// The codes of Route 53 whose meaning is not general.
const CODES: Codes = &[
    ("ConflictingDomainExists", ErrorKind::Conflict),
    ("HostedZoneAlreadyExists", ErrorKind::Conflict),
    ("HostedZoneNotEmpty", ErrorKind::Dependency),
    ("InvalidChangeBatch", ErrorKind::Invalid),
    ("LimitsExceeded", ErrorKind::Quota),
    ("NoSuchHealthCheck", ErrorKind::NotFound),
    ("NoSuchHostedZone", ErrorKind::NotFound),
    ("TooManyHostedZones", ErrorKind::Quota),
];

/// Translates an error of `operation`.
fn failed<E>(operation: &'static str) -> impl Fn(SdkError<E, HttpResponse>) -> ExecError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    move |error| exec_error(SERVICE, operation, CODES, error)
}

/// A request that lacks something that the SDK knows to be needed.
#[expect(clippy::needless_pass_by_value, reason = "`map_err` gives errors by value")]
fn incomplete(error: BuildError) -> ExecError {
    ExecError::new(ErrorKind::Internal, error.to_string())
}

/// A value in an answer of `operation` that elanswer cannot read.
fn unreadable(operation: &'static str, error: &dyn std::error::Error) -> ExecError {
    ExecError::new(ErrorKind::Internal, format!("the response cannot be read: {error}"))
        .with_operation(SERVICE, operation)
        .with_outcome(Outcome::Unknown)
}

/// The answer, unless there is no such object.
fn found<T>(result: Result<T, ExecError>) -> Result<Option<T>, ExecError> {
    match result {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
