//! AWS Cloud Map over the SDK.

pub use private_dns_namespace::PrivateDnsNamespaceHandler;
pub use service::ServiceHandler;

mod private_dns_namespace;
mod service;

use std::collections::BTreeSet;

use aws_sdk_servicediscovery::{Client, operation::list_operations::ListOperationsOutput, types};
use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::{metadata::ProvideErrorMetadata, operation::BuildError};
use elanswer_core::{
    Tags,
    executor::{ErrorKind, ExecError},
    services::servicediscovery::Description,
};

use crate::error::{Codes, exec_error, none_if_gone};

/// The name of the API in errors.
const SERVICE: &str = "servicediscovery";

/// The codes of Cloud Map whose meaning is not general.
const CODES: Codes = &[
    // The same change, or another of the same object, is underway.
    ("DuplicateRequest", ErrorKind::Dependency),
    ("NamespaceNotFound", ErrorKind::NotFound),
    ("OperationNotFound", ErrorKind::NotFound),
    ("ServiceNotFound", ErrorKind::NotFound),
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

/// The description in an answer; one that is removed is empty.
fn description(text: Option<&str>) -> Option<Description> {
    text.and_then(|text| Description::new(text).ok())
}

fn tags_to_sdk(tags: &Tags) -> Result<Vec<types::Tag>, ExecError> {
    let tag = |(key, value)| types::Tag::builder().key(key).value(value).build();
    tags.iter().map(tag).collect::<Result<_, BuildError>>().map_err(unbuilt)
}

/// All tags of an object.
async fn tags(client: &Client, arn: &str) -> Result<Tags, ExecError> {
    let answer = client.list_tags_for_resource().resource_arn(arn).send().await;
    let answer = answer.map_err(failed("ListTagsForResource"))?;
    Ok(answer.tags().iter().map(|tag| (tag.key(), tag.value())).collect())
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

/// What AWS is still at.
static UNDERWAY: [types::OperationStatus; 2] =
    [types::OperationStatus::Submitted, types::OperationStatus::Pending];

/// The operations on namespaces and services, not those on the instances of services.
static OPERATIONS: [types::OperationType; 4] = [
    types::OperationType::CreateNamespace,
    types::OperationType::DeleteNamespace,
    types::OperationType::UpdateNamespace,
    types::OperationType::UpdateService,
];

/// The ids of the namespaces and services that AWS is still at: one call, and one for each operation
/// that is underway. Not every server heeds the filters.
async fn underway(client: &Client) -> Result<BTreeSet<String>, ExecError> {
    let filter = |name, values: Vec<&str>| {
        let values = values.into_iter().map(str::to_owned).collect();
        let filter = types::OperationFilter::builder().name(name).set_values(Some(values));
        filter.condition(types::FilterCondition::In).build().map_err(unbuilt)
    };
    let statuses = UNDERWAY.iter().map(types::OperationStatus::as_str).collect();
    let kinds = OPERATIONS.iter().map(types::OperationType::as_str).collect();
    let call = client
        .list_operations()
        .filters(filter(types::OperationFilterName::Status, statuses)?)
        .filters(filter(types::OperationFilterName::Type, kinds)?);
    let pages: Result<Vec<_>, _> = call.into_paginator().send().try_collect().await;
    let pages = pages.map_err(failed("ListOperations"))?;
    let mut ids = BTreeSet::new();
    for operation in pages.iter().flat_map(ListOperationsOutput::operations) {
        let (Some(status), Some(id)) = (operation.status(), operation.id()) else { continue };
        if !UNDERWAY.contains(status) {
            continue;
        }
        let operation = client.get_operation().operation_id(id).send().await;
        let operation = none_if_gone(operation.map_err(failed("GetOperation")))?;
        let targets = operation.and_then(|answer| answer.operation).and_then(|it| it.targets);
        ids.extend(targets.into_iter().flatten().map(|(_, id)| id));
    }
    Ok(ids)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::classify;

    #[test]
    fn codes_without_a_suffix_have_their_meaning() {
        assert_eq!(classify("NamespaceNotFound", CODES), Some(ErrorKind::NotFound));
        assert_eq!(classify("ResourceInUse", CODES), Some(ErrorKind::Dependency));
        assert_eq!(classify("NamespaceAlreadyExists", CODES), Some(ErrorKind::Conflict));
        assert_eq!(classify("ResourceLimitExceeded", CODES), Some(ErrorKind::Quota));
        assert_eq!(classify("RequestLimitExceeded", CODES), Some(ErrorKind::Throttled));
    }

    #[test]
    fn an_empty_description_is_none() {
        assert_eq!(description(Some("")), None);
        assert_eq!(description(Some("who")).unwrap().as_str(), "who");
    }
}
