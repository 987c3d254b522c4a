//! AWS Budgets over the SDK.

use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use elanswer_core::executor::{ErrorKind, ExecError};

pub use budget::BudgetHandler;

use crate::error::{Codes, exec_error};

mod budget;
#[cfg(test)]
mod tests;

/// The name of the API in errors.
const SERVICE: &str = "budgets";

/// The codes of AWS Budgets whose meaning is not general.
const CODES: Codes = &[
    ("CreationLimitExceededException", ErrorKind::Quota),
    ("DuplicateRecordException", ErrorKind::Conflict),
    ("InternalErrorException", ErrorKind::Unavailable),
    ("NotFoundException", ErrorKind::NotFound),
    ("ServiceQuotaExceededException", ErrorKind::Quota),
];

/// Translates an error of `operation`.
fn failed<E>(operation: &'static str) -> impl Fn(SdkError<E, HttpResponse>) -> ExecError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    move |error| exec_error(SERVICE, operation, CODES, error)
}
