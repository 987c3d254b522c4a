//! Amazon Route 53 over the SDK.

pub use health_check::HealthCheckHandler;
pub use hosted_zone::HostedZoneHandler;
pub use record_set::RecordSetHandler;

mod health_check;
mod hosted_zone;
mod record_set;

use std::collections::BTreeMap;

use aws_sdk_route53::{
    Client,
    types::{Tag, TagResourceType},
};
use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::{metadata::ProvideErrorMetadata, operation::BuildError};
use elanswer_core::{
    Tags,
    executor::{ErrorKind, ExecError, Outcome},
};

use crate::error::{Codes, exec_error};

/// The name of the API in errors.
const SERVICE: &str = "route53";
/// How many tags one call sets or removes, and of how many objects one call tells the tags.
const TAGS_PAGE: usize = 10;

/// The codes of Route 53 whose meaning is not general.
const CODES: Codes = &[
    ("ConflictingDomainExists", ErrorKind::Conflict),
    ("HealthCheckVersionMismatch", ErrorKind::Conflict),
    ("HostedZoneAlreadyExists", ErrorKind::Conflict),
    ("HostedZoneNotEmpty", ErrorKind::Dependency),
    ("InvalidChangeBatch", ErrorKind::Invalid),
    ("InvalidInput", ErrorKind::Invalid),
    ("LimitsExceeded", ErrorKind::Quota),
    ("NoSuchHealthCheck", ErrorKind::NotFound),
    ("NoSuchHostedZone", ErrorKind::NotFound),
    ("TooManyHealthChecks", ErrorKind::Quota),
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

/// `ListTagsForResources`: the tags of objects that exist, at most [`TAGS_PAGE`].
async fn tags(
    client: &Client,
    of: TagResourceType,
    ids: &[&str],
) -> Result<BTreeMap<String, Tags>, ExecError> {
    let call = client
        .list_tags_for_resources()
        .resource_type(of)
        .set_resource_ids(Some(ids.iter().map(|id| (*id).to_owned()).collect()));
    let answer = call.send().await.map_err(failed("ListTagsForResources"))?;
    let sets = answer.resource_tag_sets().iter();
    Ok(sets
        .map(|set| {
            let tags = set.tags().iter();
            let tags =
                tags.map(|tag| (tag.key().unwrap_or_default(), tag.value().unwrap_or_default()));
            (set.resource_id().unwrap_or_default().to_owned(), tags.collect())
        })
        .collect())
}

/// `ChangeTagsForResource`, as often as it takes.
async fn change_tags(
    client: &Client,
    of: TagResourceType,
    id: &str,
    set: &Tags,
    remove: &[String],
) -> Result<(), ExecError> {
    let set: Vec<Tag> =
        set.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect();
    let (mut set, mut remove) = (set.chunks(TAGS_PAGE), remove.chunks(TAGS_PAGE));
    loop {
        let (set, remove) = (set.next(), remove.next());
        if set.is_none() && remove.is_none() {
            return Ok(());
        }
        let call = client.change_tags_for_resource();
        let call = call.resource_type(of.clone()).resource_id(id);
        let call = call.set_add_tags(set.map(<[_]>::to_vec));
        let call = call.set_remove_tag_keys(remove.map(<[_]>::to_vec));
        call.send().await.map_err(failed("ChangeTagsForResource"))?;
    }
}
