//! Amazon ElastiCache over the SDK.

pub use parameter_group::ParameterGroupHandler;
pub use replication_group::ReplicationGroupHandler;
pub use subnet_group::SubnetGroupHandler;
pub use user::UserHandler;
pub use user_group::UserGroupHandler;

mod parameter_group;
#[cfg(test)]
mod replay;
mod replication_group;
mod subnet_group;
mod user;
mod user_group;

use aws_sdk_elasticache::{Client, types::Tag};
use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use elanswer_core::{
    Ref, Resource, Tags,
    executor::{ErrorKind, ExecError, Status},
    handler::Update,
};

use crate::error::{Codes, exec_error, none_if_gone};

/// The name of the API in errors.
const SERVICE: &str = "elasticache";

/// The codes of ElastiCache whose meaning is not general.
const CODES: Codes = &[
    ("CacheParameterGroupNotFound", ErrorKind::NotFound),
    ("CacheSubnetGroupInUse", ErrorKind::Dependency),
    ("CacheSubnetGroupNotFoundFault", ErrorKind::NotFound),
    ("CacheSubnetQuotaExceededFault", ErrorKind::Quota),
    ("ClusterQuotaForCustomerExceeded", ErrorKind::Quota),
    ("DefaultUserAssociatedToUserGroup", ErrorKind::Dependency),
    ("InsufficientCacheClusterCapacity", ErrorKind::Unavailable),
    ("InvalidCacheClusterState", ErrorKind::Dependency),
    ("InvalidCacheParameterGroupState", ErrorKind::Dependency),
    ("InvalidReplicationGroupState", ErrorKind::Dependency),
    ("InvalidUserGroupState", ErrorKind::Dependency),
    ("InvalidUserState", ErrorKind::Dependency),
    ("NodeQuotaForClusterExceeded", ErrorKind::Quota),
    ("NodeQuotaForCustomerExceeded", ErrorKind::Quota),
    ("ReplicationGroupNotFoundFault", ErrorKind::NotFound),
    ("SubnetInUse", ErrorKind::Dependency),
    ("UserGroupNotFound", ErrorKind::NotFound),
    ("UserNotFound", ErrorKind::NotFound),
];

/// Translates an error of `operation`.
fn failed<E>(operation: &'static str) -> impl Fn(SdkError<E, HttpResponse>) -> ExecError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    move |error| exec_error(SERVICE, operation, CODES, error)
}

fn to_sdk(tags: &Tags) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}

/// Reads all tags of an object: descriptions have none.
async fn tags_of(client: &Client, arn: &str) -> Result<Tags, ExecError> {
    let answer = client.list_tags_for_resource().resource_name(arn).send().await;
    let answer = answer.map_err(failed("ListTagsForResource"))?;
    let pairs = answer.tag_list().iter();
    Ok(pairs.map(|tag| (tag.key().unwrap_or_default(), tag.value().unwrap_or_default())).collect())
}

/// Changes the tags of the object `arn`: `AddTagsToResource`, `RemoveTagsFromResource`.
async fn retag<R: Resource>(
    client: &Client,
    arn: &str,
    request: &Update<R>,
) -> Result<(), ExecError> {
    let (set, remove) = request.tag_changes();
    if !set.is_empty() {
        let call = client.add_tags_to_resource().resource_name(arn);
        let call = call.set_tags(Some(to_sdk(&set)));
        call.send().await.map_err(failed("AddTagsToResource"))?;
    }
    if !remove.is_empty() {
        let call = client.remove_tags_from_resource().resource_name(arn);
        let call = call.set_tag_keys(Some(remove));
        call.send().await.map_err(failed("RemoveTagsFromResource"))?;
    }
    Ok(())
}

/// The status of an object that AWS calls `active` or `available` once it can be used.
fn status(status: Option<&str>) -> Status {
    match status {
        Some("active" | "available") | None => Status::Ready,
        Some("deleting") => Status::Deleting,
        Some("create-failed") => Status::Failed("create-failed".to_owned()),
        Some(status) => Status::Pending(status.to_owned()),
    }
}

/// The identifier to describe alone, when it is only one.
fn only(identifiers: &[String]) -> Option<String> {
    match identifiers {
        [only] => Some(only.clone()),
        _ => None,
    }
}

fn changed<'a, T: PartialEq>(from: &T, to: &'a T) -> Option<&'a T> {
    (from != to).then_some(to)
}

fn text<T: ToString>(value: Option<&T>) -> Option<String> {
    value.map(ToString::to_string)
}

/// The identifiers of references.
fn ids<'a, R: Resource>(references: impl IntoIterator<Item = &'a Ref<R>>) -> Vec<String> {
    references.into_iter().filter_map(Ref::known).map(str::to_owned).collect()
}

/// A list, unless it is empty.
fn some(list: Vec<String>) -> Option<Vec<String>> {
    (!list.is_empty()).then_some(list)
}
