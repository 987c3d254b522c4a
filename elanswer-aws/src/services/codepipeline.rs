//! AWS CodePipeline over the SDK.

use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use elanswer_core::executor::{ErrorKind, ExecError};

pub use pipeline::PipelineHandler;

use crate::error::{Codes, exec_error};

mod pipeline;

/// The name of the API in errors.
const SERVICE: &str = "codepipeline";

/// The codes of CodePipeline whose meaning is not general.
const CODES: Codes = &[
    // Another request changes the same pipeline.
    ("ConcurrentModificationException", ErrorKind::Unavailable),
    ("ConflictException", ErrorKind::Unavailable),
    ("LimitExceededException", ErrorKind::Quota),
    ("PipelineNameInUseException", ErrorKind::Conflict),
];

/// What a pipeline gets whose role IAM has made a moment ago.
const NEW_ROLE: &str = "not authorized";

/// The codes that mean something else while a role is new.
const NEW_ROLE_CODES: Codes = &[("InvalidStructureException", ErrorKind::NotYetVisible)];

/// Translates an error of `operation`.
fn failed<E>(operation: &'static str) -> impl Fn(SdkError<E, HttpResponse>) -> ExecError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    move |error| {
        let message = error.as_service_error().and_then(ProvideErrorMetadata::message);
        let new = message.is_some_and(|message| message.contains(NEW_ROLE));
        let codes = if new { NEW_ROLE_CODES } else { CODES };
        exec_error(SERVICE, operation, codes, error)
    }
}
