//! Amazon CloudWatch over the SDK.

use aws_sdk_cloudwatch::{Client, types};
use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use elanswer_core::{
    Input, Set, Tags,
    executor::{Deletion, ErrorKind, ExecError},
    services::cloudwatch::{ActionArn, AlarmArn},
    tags::Ownership,
};

pub use alarm::AlarmHandler;
pub use composite_alarm::CompositeAlarmHandler;
pub use dashboard::DashboardHandler;

use crate::error::{Codes, exec_error, gone_is_fine, missing};

mod alarm;
mod composite_alarm;
mod dashboard;

/// The name of the API in errors.
const SERVICE: &str = "cloudwatch";

/// How many alarms one call describes.
const PAGE: usize = 100;

/// The codes of CloudWatch whose meaning is not general; some have another form in the protocol
/// that it had before.
const CODES: Codes = &[
    ("ConcurrentModificationException", ErrorKind::Unavailable),
    ("DashboardNotFoundError", ErrorKind::NotFound),
    ("InternalServiceError", ErrorKind::Unavailable),
    ("InternalServiceFault", ErrorKind::Unavailable),
    ("LimitExceeded", ErrorKind::Quota),
    ("LimitExceededFault", ErrorKind::Quota),
    ("ResourceNotFound", ErrorKind::NotFound),
    ("ResourceNotFoundException", ErrorKind::NotFound),
];

/// Translates an error of `operation`.
fn failed<E>(operation: &'static str) -> impl Fn(SdkError<E, HttpResponse>) -> ExecError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    move |error| exec_error(SERVICE, operation, CODES, error)
}

/// What the answer of `DescribeAlarms` lacks.
fn lacks(field: &str) -> ExecError {
    missing(SERVICE, "DescribeAlarms", field)
}

/// Something in an answer that elanswer does not model: others set it.
fn unknown(operation: &'static str, what: &str) -> ExecError {
    ExecError::new(ErrorKind::Unsupported, format!("it has {what} that elanswer does not know"))
        .with_operation(SERVICE, operation)
}

fn tags_to_sdk(tags: &Tags) -> Vec<types::Tag> {
    tags.iter().map(|(key, value)| types::Tag::builder().key(key).value(value).build()).collect()
}

/// All tags of an object.
async fn tags(client: &Client, arn: &str) -> Result<Tags, ExecError> {
    let answer = client.list_tags_for_resource().resource_arn(arn).send().await;
    let answer = answer.map_err(failed("ListTagsForResource"))?;
    let tags = answer.tags.unwrap_or_default().into_iter();
    Ok(tags.filter_map(|tag| Some((tag.key?, tag.value?))).collect())
}

/// Sets these tags of an object, and removes those of these keys.
async fn retag(client: &Client, arn: &str, changes: (Tags, Vec<String>)) -> Result<(), ExecError> {
    let (set, remove) = changes;
    if !set.is_empty() {
        let call = client.tag_resource().resource_arn(arn).set_tags(Some(tags_to_sdk(&set)));
        call.send().await.map_err(failed("TagResource"))?;
    }
    if !remove.is_empty() {
        let call = client.untag_resource().resource_arn(arn).set_tag_keys(Some(remove));
        call.send().await.map_err(failed("UntagResource"))?;
    }
    Ok(())
}

/// The alarms of these names, of both types: at most [`PAGE`] names. Not every server that speaks
/// this API heeds the types.
async fn describe(
    client: &Client,
    names: &[String],
) -> Result<(Vec<types::MetricAlarm>, Vec<types::CompositeAlarm>), ExecError> {
    let answer = client
        .describe_alarms()
        .set_alarm_names(Some(names.to_vec()))
        .alarm_types(types::AlarmType::MetricAlarm)
        .alarm_types(types::AlarmType::CompositeAlarm)
        .max_records(100)
        .send()
        .await
        .map_err(failed("DescribeAlarms"))?;
    let (metric, composite) = (answer.metric_alarms, answer.composite_alarms);
    Ok((metric.unwrap_or_default(), composite.unwrap_or_default()))
}

/// Sees that no alarm of somebody else has this name: `Put…` would overwrite it.
async fn free(
    client: &Client,
    name: &str,
    ownership: &Ownership,
    operation: &'static str,
) -> Result<(), ExecError> {
    let (metric, composite) = describe(client, &[name.to_owned()]).await?;
    let arns = metric.into_iter().map(|alarm| alarm.alarm_arn);
    let arns = arns.chain(composite.into_iter().map(|alarm| alarm.alarm_arn));
    for arn in arns {
        let arn = arn.ok_or_else(|| lacks("AlarmArn"))?;
        if !ownership.owns(&tags(client, &arn).await?) {
            let message = format!("another alarm is called `{name}`");
            return Err(
                ExecError::new(ErrorKind::Conflict, message).with_operation(SERVICE, operation)
            );
        }
    }
    Ok(())
}

/// The alarm was made, and AWS does not show it yet.
fn not_visible(name: &str) -> ExecError {
    ExecError::new(ErrorKind::NotYetVisible, format!("`{name}` is not visible yet"))
        .with_operation(SERVICE, "DescribeAlarms")
}

/// `DeleteAlarms`. While an alarm over alarms names it, AWS refuses in words alone.
async fn delete(client: &Client, name: &str) -> Result<Deletion, ExecError> {
    let deleted = client.delete_alarms().alarm_names(name).send().await;
    gone_is_fine(deleted.map_err(failed("DeleteAlarms")).map_err(named_by_others))?;
    Ok(Deletion::Gone)
}

fn named_by_others(error: ExecError) -> ExecError {
    let named = error.message().contains("composite alarm(s) depending");
    if named { error.with_kind(ErrorKind::Dependency) } else { error }
}

fn actions_to_sdk(actions: &Set<Input<ActionArn>>) -> Option<Vec<String>> {
    Some(actions.iter().filter_map(Input::known).map(ToString::to_string).collect())
}

fn actions(answered: Option<&Vec<String>>) -> Result<Set<Input<ActionArn>>, ExecError> {
    let action = |arn: &String| ActionArn::new(arn.as_str()).map(Input::Literal);
    let actions = answered.into_iter().flatten().map(action).collect::<Result<_, _>>();
    actions.map_err(|_| unknown("DescribeAlarms", "an action"))
}

fn alarm_arn(answered: Option<&str>) -> Result<AlarmArn, ExecError> {
    AlarmArn::new(answered.unwrap_or_default()).map_err(|_| lacks("AlarmArn"))
}

/// A text that AWS leaves out or leaves empty when there is none.
fn text<T: std::str::FromStr>(answered: Option<&str>, field: &str) -> Result<Option<T>, ExecError> {
    let text = answered.filter(|text| !text.is_empty());
    text.map(|text| text.parse().map_err(|_| lacks(field))).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alarm_that_others_name_is_a_dependency() {
        let error = |text: &str| ExecError::new(ErrorKind::Invalid, text);
        let named = "Cannot delete late as there are composite alarm(s) depending on it.";
        assert_eq!(named_by_others(error(named)).kind(), ErrorKind::Dependency);
        assert_eq!(named_by_others(error("1 validation error")).kind(), ErrorKind::Invalid);
    }
}
