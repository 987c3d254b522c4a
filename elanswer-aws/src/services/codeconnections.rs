//! AWS CodeConnections over the SDK.

use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use elanswer_core::executor::{ErrorKind, ExecError};

pub use connection::ConnectionHandler;

use crate::error::{Codes, exec_error};

mod connection;

/// The name of the API in errors.
const SERVICE: &str = "codeconnections";

/// The codes of CodeConnections whose meaning is not general.
const CODES: Codes = &[
    ("InternalServerException", ErrorKind::Unavailable),
    ("LimitExceededException", ErrorKind::Quota),
    ("ResourceAlreadyExistsException", ErrorKind::Conflict),
    ("ResourceUnavailableException", ErrorKind::Unavailable),
];

/// Translates an error of `operation`.
fn failed<E>(operation: &'static str) -> impl Fn(SdkError<E, HttpResponse>) -> ExecError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    move |error| exec_error(SERVICE, operation, CODES, error)
}
