//! Amazon SNS over the SDK.

use std::collections::HashMap;

use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use elanswer_core::executor::{ErrorKind, ExecError};

pub use subscription::SubscriptionHandler;
pub use topic::TopicHandler;
pub use topic_policy::TopicPolicyHandler;

use crate::error::{Codes, exec_error, missing, none_if_gone};

mod subscription;
mod topic;
mod topic_policy;

/// The name of the API in errors.
const SERVICE: &str = "sns";

/// The codes of SNS whose meaning is not general.
const CODES: Codes = &[
    ("AuthorizationError", ErrorKind::PermissionDenied),
    // Another request changes the tags of the same topic.
    ("ConcurrentAccess", ErrorKind::Unavailable),
    ("InternalError", ErrorKind::Unavailable),
    ("NotFound", ErrorKind::NotFound),
    ("ResourceNotFound", ErrorKind::NotFound),
    ("SubscriptionLimitExceeded", ErrorKind::Quota),
    ("TagLimitExceeded", ErrorKind::Quota),
    ("TopicLimitExceeded", ErrorKind::Quota),
];

/// What SNS says of a topic or a subscription that is there already, and otherwise.
const EXISTS: &str = "already exists with different";

/// The codes that mean something else then.
const EXISTS_CODES: Codes = &[("InvalidParameter", ErrorKind::Conflict)];

/// Translates an error of `operation`.
fn failed<E>(operation: &'static str) -> impl Fn(SdkError<E, HttpResponse>) -> ExecError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    move |error| {
        let message = error.as_service_error().and_then(ProvideErrorMetadata::message);
        let exists = message.is_some_and(|message| message.contains(EXISTS));
        exec_error(SERVICE, operation, if exists { EXISTS_CODES } else { CODES }, error)
    }
}

/// Takes the attributes of what is gone for none.
fn attributes<T>(
    result: Result<T, ExecError>,
    of: impl FnOnce(T) -> Option<HashMap<String, String>>,
) -> Result<Option<HashMap<String, String>>, ExecError> {
    Ok(none_if_gone(result)?.map(|answer| of(answer).unwrap_or_default()))
}

/// An attribute that AWS always sends.
fn required<'a>(
    attributes: &'a HashMap<String, String>,
    operation: &'static str,
    name: &str,
) -> Result<&'a str, ExecError> {
    attributes.get(name).map(String::as_str).ok_or_else(|| missing(SERVICE, operation, name))
}
