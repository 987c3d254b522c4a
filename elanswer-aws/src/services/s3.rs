//! Amazon S3 over the SDK.

use aws_sdk_s3::error::BuildError;
use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use elanswer_core::executor::{ErrorKind, ExecError};

pub use bucket::BucketHandler;
pub use bucket_policy::BucketPolicyHandler;

use crate::error::{Codes, exec_error};

mod bucket;
mod bucket_policy;
mod encryption;
mod lifecycle;
mod replication;
mod tiering;

/// The name of the API in errors.
const SERVICE: &str = "s3";

/// The codes of S3 whose meaning is not general.
const CODES: Codes = &[
    ("BucketAlreadyExists", ErrorKind::Conflict),
    ("BucketAlreadyOwnedByYou", ErrorKind::Conflict),
    // It holds objects that elanswer does not delete: waiting would not help.
    ("BucketNotEmpty", ErrorKind::Invalid),
    // Another request changes the same bucket.
    ("OperationAborted", ErrorKind::Unavailable),
    ("NoSuchBucket", ErrorKind::NotFound),
    ("SlowDown", ErrorKind::Throttled),
    ("TooManyBuckets", ErrorKind::Quota),
];

/// The codes that say that a bucket has no configuration of some sort.
const UNSET: &[&str] = &[
    "NoSuchBucketPolicy",
    "NoSuchConfiguration",
    "NoSuchLifecycleConfiguration",
    "NoSuchPublicAccessBlockConfiguration",
    "NoSuchTagSet",
    "OwnershipControlsNotFoundError",
    "ReplicationConfigurationNotFoundError",
    "ServerSideEncryptionConfigurationNotFoundError",
];

/// Translates an error of `operation`.
fn failed<E>(operation: &'static str) -> impl Fn(SdkError<E, HttpResponse>) -> ExecError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    move |error| exec_error(SERVICE, operation, CODES, error)
}

/// Takes the answer that something is not configured for `None`.
fn if_set<T>(answer: Result<T, ExecError>) -> Result<Option<T>, ExecError> {
    match answer {
        Err(error) if error.code().is_some_and(|code| UNSET.contains(&code)) => Ok(None),
        answer => answer.map(Some),
    }
}

/// A request that lacks what it needs: a fault of this handler.
#[expect(clippy::needless_pass_by_value, reason = "`map_err` gives errors by value")]
fn unbuilt(error: BuildError) -> ExecError {
    ExecError::new(ErrorKind::Internal, error.to_string())
}
