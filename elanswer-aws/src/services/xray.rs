//! AWS X-Ray over the SDK.

use aws_sdk_xray::{Client, types};
use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use elanswer_core::{
    Tags,
    executor::{ErrorKind, ExecError, Outcome},
};

pub use group::GroupHandler;
pub use sampling_rule::SamplingRuleHandler;

use crate::error::{Codes, exec_error};

mod group;
mod sampling_rule;

/// The name of the API in errors.
const SERVICE: &str = "xray";

/// The codes of X-Ray whose meaning is not general.
const CODES: Codes = &[
    ("ResourceNotFoundException", ErrorKind::NotFound),
    ("RuleLimitExceededException", ErrorKind::Quota),
];

/// Translates an error of `operation`. That a name is taken is in the words alone.
fn failed<E>(operation: &'static str) -> impl Fn(SdkError<E, HttpResponse>) -> ExecError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    move |error| taken(exec_error(SERVICE, operation, CODES, error))
}

fn taken(error: ExecError) -> ExecError {
    let taken = error.kind() == ErrorKind::Invalid && error.message().contains("already exists");
    if taken { error.with_kind(ErrorKind::Conflict) } else { error }
}

/// A request that lacks what it needs: a fault of this handler.
fn unbuilt(error: &aws_sdk_xray::error::BuildError) -> ExecError {
    ExecError::new(ErrorKind::Internal, error.to_string()).with_outcome(Outcome::NotApplied)
}

fn tags_to_sdk(tags: &Tags) -> Result<Vec<types::Tag>, ExecError> {
    let tag = |(key, value)| {
        let tag = types::Tag::builder().key(key).value(value).build();
        tag.map_err(|error| unbuilt(&error))
    };
    tags.iter().map(tag).collect()
}

/// All tags of an object.
async fn tags(client: &Client, arn: &str) -> Result<Tags, ExecError> {
    let answer = client.list_tags_for_resource().resource_arn(arn).send().await;
    let answer = answer.map_err(failed("ListTagsForResource"))?;
    let tags = answer.tags.unwrap_or_default();
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_taken_is_a_conflict() {
        let error = |text: &str| ExecError::new(ErrorKind::Invalid, text);
        assert_eq!(taken(error("Group slow already exists.")).kind(), ErrorKind::Conflict);
        assert_eq!(taken(error("Group not found.")).kind(), ErrorKind::Invalid);
    }
}
