//! AWS Cost Explorer over the SDK.
//!
//! Nothing but its tags tells whose a monitor or a subscription is, and they are asked for one by
//! one.

use aws_sdk_costexplorer::{Client, error::BuildError, types};
use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use elanswer_core::{
    Tags,
    executor::{ErrorKind, ExecError, Tagged},
};

pub use anomaly_monitor::AnomalyMonitorHandler;
pub use anomaly_subscription::AnomalySubscriptionHandler;

use crate::error::{Codes, exec_error, none_if_gone};

mod anomaly_monitor;
mod anomaly_subscription;
#[cfg(test)]
mod tests;

/// The name of the API in errors.
const SERVICE: &str = "ce";

/// The codes of Cost Explorer whose meaning is not general. It names too many calls as it names too
/// many of a thing: calls are tried again, as nothing else would do any good.
const CODES: Codes = &[
    ("LimitExceededException", ErrorKind::Throttled),
    ("ResourceNotFoundException", ErrorKind::NotFound),
    ("TooManyTagsException", ErrorKind::Invalid),
    ("UnknownMonitorException", ErrorKind::NotFound),
    ("UnknownSubscriptionException", ErrorKind::NotFound),
];

/// Translates an error of `operation`.
fn failed<E>(operation: &'static str) -> impl Fn(SdkError<E, HttpResponse>) -> ExecError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    move |error| exec_error(SERVICE, operation, CODES, error)
}

#[expect(clippy::needless_pass_by_value, reason = "`map_err` gives errors by value")]
fn internal(error: impl ToString) -> ExecError {
    ExecError::new(ErrorKind::Internal, error.to_string())
}

/// What somebody else changed in a way that is not modelled.
#[expect(clippy::needless_pass_by_value, reason = "texts are made for it")]
fn strange(operation: &'static str, what: impl ToString) -> ExecError {
    let message = format!("it has what elanswer does not know: {}", what.to_string());
    ExecError::new(ErrorKind::Internal, message).with_operation(SERVICE, operation)
}

fn tags_to_sdk(tags: &Tags) -> Result<Vec<types::ResourceTag>, ExecError> {
    let tags = tags.iter();
    let tags = tags.map(|(key, value)| types::ResourceTag::builder().key(key).value(value).build());
    tags.collect::<Result<_, BuildError>>().map_err(internal)
}

async fn tags(client: &Client, arn: &str) -> Result<Tags, ExecError> {
    let answer = client.list_tags_for_resource().resource_arn(arn).send().await;
    let tags = answer.map_err(failed("ListTagsForResource"))?.resource_tags.unwrap_or_default();
    Ok(tags.into_iter().map(|tag| (tag.key, tag.value)).collect())
}

async fn retag(
    client: &Client,
    arn: &str,
    (set, remove): (Tags, Vec<String>),
) -> Result<(), ExecError> {
    if !set.is_empty() {
        let call = client.tag_resource().resource_arn(arn);
        let call = call.set_resource_tags(Some(tags_to_sdk(&set)?));
        call.send().await.map_err(failed("TagResource"))?;
    }
    if !remove.is_empty() {
        let call = client.untag_resource().resource_arn(arn).set_resource_tag_keys(Some(remove));
        call.send().await.map_err(failed("UntagResource"))?;
    }
    Ok(())
}

/// Those of these that carry all of the tags.
async fn tagged(
    client: &Client,
    arns: Vec<String>,
    wanted: &Tags,
) -> Result<Vec<Tagged>, ExecError> {
    let mut found = Vec::new();
    for arn in arns {
        let Some(tags) = none_if_gone(tags(client, &arn).await)? else { continue };
        if wanted.iter().all(|(key, value)| tags.get(key) == Some(value)) {
            found.push(Tagged { identifier: arn, tags });
        }
    }
    Ok(found)
}
