//! Amazon EventBridge over the SDK.

use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use elanswer_core::executor::{ErrorKind, ExecError};

pub use rule::RuleHandler;

use crate::error::{Codes, exec_error};

mod rule;

/// The name of the API in errors.
const SERVICE: &str = "events";

/// The codes of EventBridge whose meaning is not general.
const CODES: Codes = &[
    // Another request changes the same rule or its targets.
    ("ConcurrentModificationException", ErrorKind::Unavailable),
    ("InternalException", ErrorKind::Unavailable),
    ("LimitExceededException", ErrorKind::Quota),
    // A rule that a service of AWS keeps.
    ("ManagedRuleException", ErrorKind::Conflict),
    ("ResourceAlreadyExistsException", ErrorKind::Conflict),
];

/// Translates an error of `operation`.
fn failed<E>(operation: &'static str) -> impl Fn(SdkError<E, HttpResponse>) -> ExecError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    move |error| exec_error(SERVICE, operation, CODES, error)
}
