//! Amazon ECR over the SDK.

use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use elanswer_core::executor::{ErrorKind, ExecError};

pub use repository::RepositoryHandler;

use crate::error::{Codes, exec_error};

mod repository;

/// The name of the API in errors.
const SERVICE: &str = "ecr";

/// The codes of ECR whose meaning is not general.
const CODES: Codes = &[
    ("LifecyclePolicyNotFoundException", ErrorKind::NotFound),
    ("LimitExceededException", ErrorKind::Quota),
    ("RepositoryAlreadyExistsException", ErrorKind::Conflict),
    ("RepositoryNotEmptyException", ErrorKind::Invalid),
    ("RepositoryNotFoundException", ErrorKind::NotFound),
    ("ServerException", ErrorKind::Unavailable),
];

/// Translates an error of `operation`.
fn failed<E>(operation: &'static str) -> impl Fn(SdkError<E, HttpResponse>) -> ExecError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    move |error| exec_error(SERVICE, operation, CODES, error)
}
