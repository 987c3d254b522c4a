//! Amazon ECS over the SDK.

pub use cluster::ClusterHandler;
pub use cluster_capacity_provider_associations::ClusterCapacityProviderAssociationsHandler;
pub use service::ServiceHandler;
pub use task_definition::TaskDefinitionHandler;

mod capacity;
mod cluster;
mod cluster_capacity_provider_associations;
mod container;
mod deployment;
mod service;
mod task_definition;

use aws_sdk_ecs::{Client, types::Tag};
use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::{metadata::ProvideErrorMetadata, operation::BuildError};
use elanswer_core::{
    Resource, Tags,
    executor::{ErrorKind, ExecError},
    handler::Update,
};
use serde::{Serialize, de::DeserializeOwned};

use crate::error::{Codes, exec_error, none_if_gone};

/// The name of the API in errors.
const SERVICE: &str = "ecs";

/// The codes of ECS whose meaning is not general.
const CODES: Codes = &[
    ("ClusterContainsContainerInstancesException", ErrorKind::Dependency),
    ("ClusterContainsServicesException", ErrorKind::Dependency),
    ("ClusterContainsTasksException", ErrorKind::Dependency),
    ("LimitExceededException", ErrorKind::Quota),
    // A capacity provider on which tasks run cannot be removed.
    ("ResourceInUseException", ErrorKind::Dependency),
    ("ServiceNotActiveException", ErrorKind::NotFound),
    ("UpdateInProgressException", ErrorKind::Dependency),
];

/// What ECS says under a code that stands for most reasons, and what it means.
const MESSAGES: &[(&str, Codes)] = &[
    // A role that IAM has made a moment ago cannot be assumed yet.
    ("Role is not valid", LATER),
    ("nable to assume", LATER),
    // A listener or rule that names the target group may have been made a moment ago.
    ("does not have an associated load balancer", LATER),
    ("still Draining", BUSY),
    ("not idempotent", TAKEN),
    ("Unable to describe task definition", GONE),
    ("task definition does not exist", GONE),
    ("task definition is inactive", GONE),
];

const LATER: Codes = &[
    ("ClientException", ErrorKind::NotYetVisible),
    ("InvalidParameterException", ErrorKind::NotYetVisible),
];
const BUSY: Codes = &[("InvalidParameterException", ErrorKind::Dependency)];
const TAKEN: Codes = &[("InvalidParameterException", ErrorKind::Conflict)];
const GONE: Codes = &[("ClientException", ErrorKind::NotFound)];

/// Translates an error of `operation`.
fn failed<E>(operation: &'static str) -> impl Fn(SdkError<E, HttpResponse>) -> ExecError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    move |error| {
        let message = error.as_service_error().and_then(ProvideErrorMetadata::message);
        exec_error(SERVICE, operation, codes_of(message.unwrap_or_default()), error)
    }
}

fn codes_of(message: &str) -> Codes {
    let known = MESSAGES.iter().find(|(text, _)| message.contains(text));
    known.map_or(CODES, |(_, codes)| codes)
}

/// A part of a request that cannot be built: the handler has left out a field.
#[expect(clippy::needless_pass_by_value, reason = "`map_err` gives errors by value")]
fn unbuilt(error: BuildError) -> ExecError {
    ExecError::new(ErrorKind::Internal, error.to_string())
}

/// AWS's word for a value of the model.
fn word<T: Serialize>(value: T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

/// The value of the model that AWS's word stands for.
fn parse_word<T: DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).ok()
}

fn to_sdk(tags: &Tags) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}

/// All tags of an object.
fn from_sdk(tags: &[Tag]) -> Tags {
    tags.iter()
        .map(|tag| (tag.key().unwrap_or_default(), tag.value().unwrap_or_default()))
        .collect()
}

/// Changes the tags of an object: `TagResource`, `UntagResource`.
async fn retag<R: Resource>(client: &Client, request: &Update<R>) -> Result<(), ExecError> {
    let (set, remove) = request.tag_changes();
    if !set.is_empty() {
        let call = client.tag_resource().resource_arn(&request.identifier);
        call.set_tags(Some(to_sdk(&set))).send().await.map_err(failed("TagResource"))?;
    }
    if !remove.is_empty() {
        let call = client.untag_resource().resource_arn(&request.identifier);
        call.set_tag_keys(Some(remove)).send().await.map_err(failed("UntagResource"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use elanswer_core::services::ecs::ContainerCondition;

    use super::*;

    #[test]
    fn one_code_means_what_its_message_says() {
        let kind = |message: &str, code: &str| {
            codes_of(message).iter().find(|(known, _)| *known == code).map(|(_, kind)| *kind)
        };
        assert_eq!(kind("Role is not valid", "ClientException"), Some(ErrorKind::NotYetVisible));
        assert_eq!(
            kind(
                "The target group with targetGroupArn x does not have an associated load balancer.",
                "InvalidParameterException"
            ),
            Some(ErrorKind::NotYetVisible)
        );
        assert_eq!(
            kind("Creation of service was not idempotent.", "InvalidParameterException"),
            Some(ErrorKind::Conflict)
        );
        assert_eq!(kind("No Fargate configuration exists", "ClientException"), None);
        assert_eq!(kind("", "UpdateInProgressException"), Some(ErrorKind::Dependency));
    }

    #[test]
    fn words_are_those_of_the_model() {
        assert_eq!(word(ContainerCondition::Healthy), "HEALTHY");
        assert_eq!(parse_word("SUCCESS"), Some(ContainerCondition::Success));
        assert_eq!(parse_word::<ContainerCondition>("SOON"), None);
    }
}
