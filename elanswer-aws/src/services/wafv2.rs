//! AWS WAF over the SDK.

use aws_sdk_wafv2::{Client, error::BuildError, types};
use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use elanswer_core::{
    Place, Region, Tags,
    executor::{ErrorKind, ExecError},
    services::wafv2::WafScope,
};

pub use ip_set::IpSetHandler;
pub use logging_configuration::LoggingConfigurationHandler;
pub use web_acl::WebAclHandler;
pub use web_acl_association::WebAclAssociationHandler;

use crate::error::{Codes, exec_error};

mod action;
mod field;
mod ip_set;
mod logging_configuration;
mod managed;
mod rule;
mod statement;
mod web_acl;
mod web_acl_association;

/// The name of the API in errors.
const SERVICE: &str = "wafv2";

/// The codes of WAF whose meaning is not general.
const CODES: Codes = &[
    ("WAFAssociatedItemException", ErrorKind::Dependency),
    ("WAFDuplicateItemException", ErrorKind::Conflict),
    ("WAFInternalErrorException", ErrorKind::Unavailable),
    ("WAFLimitsExceededException", ErrorKind::Quota),
    ("WAFLogDestinationPermissionIssueException", ErrorKind::PermissionDenied),
    ("WAFNonexistentItemException", ErrorKind::NotFound),
    // Another request changed the same object in between: a new look has the new lock.
    ("WAFOptimisticLockException", ErrorKind::Unavailable),
    ("WAFServiceLinkedRoleErrorException", ErrorKind::Unavailable),
    ("WAFTagOperationInternalErrorException", ErrorKind::Unavailable),
    // Something that it refers to was made a moment ago.
    ("WAFUnavailableEntityException", ErrorKind::NotYetVisible),
];

/// Translates an error of `operation`.
fn failed<E>(operation: &'static str) -> impl Fn(SdkError<E, HttpResponse>) -> ExecError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    move |error| exec_error(SERVICE, operation, CODES, error)
}

/// A request that lacks what it needs: a fault of this handler.
#[expect(clippy::needless_pass_by_value, reason = "`map_err` gives errors by value")]
fn unbuilt(error: BuildError) -> ExecError {
    ExecError::new(ErrorKind::Internal, error.to_string())
}

/// Something in an answer that elanswer does not model: others set it.
fn unknown(operation: &'static str, what: &str) -> ExecError {
    ExecError::new(ErrorKind::Unsupported, format!("it has {what} that elanswer does not know"))
        .with_operation(SERVICE, operation)
}

fn scope_to_sdk(scope: WafScope) -> types::Scope {
    match scope {
        WafScope::CloudFront => types::Scope::Cloudfront,
        WafScope::Regional => types::Scope::Regional,
    }
}

/// The scopes that there are in a place.
fn scopes(place: &Place) -> &'static [WafScope] {
    if place.region == Region::UsEast1 {
        &[WafScope::Regional, WafScope::CloudFront]
    } else {
        &[WafScope::Regional]
    }
}

fn tags_to_sdk(tags: &Tags) -> Result<Vec<types::Tag>, ExecError> {
    let tag = |(key, value)| types::Tag::builder().key(key).value(value).build();
    tags.iter().map(tag).collect::<Result<_, BuildError>>().map_err(unbuilt)
}

/// All tags of an object.
async fn tags(client: &Client, arn: &str) -> Result<Tags, ExecError> {
    let answer = client.list_tags_for_resource().resource_arn(arn).send().await;
    let answer = answer.map_err(failed("ListTagsForResource"))?;
    let tags = answer.tag_info_for_resource.and_then(|info| info.tag_list).unwrap_or_default();
    Ok(tags.into_iter().map(|tag| (tag.key, tag.value)).collect())
}

/// Sets these tags of an object, and removes those of these keys.
async fn retag(client: &Client, arn: &str, changes: (Tags, Vec<String>)) -> Result<(), ExecError> {
    let (set, remove) = changes;
    if !set.is_empty() {
        let call = client.tag_resource().resource_arn(arn).set_tags(Some(tags_to_sdk(&set)?));
        call.send().await.map_err(failed("TagResource"))?;
    }
    if !remove.is_empty() {
        let call = client.untag_resource().resource_arn(arn).set_tag_keys(Some(remove));
        call.send().await.map_err(failed("UntagResource"))?;
    }
    Ok(())
}
