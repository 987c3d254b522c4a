//! Amazon CloudWatch Logs over the SDK: `AWS::Logs::LogGroup`.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html>.
//! The tags are not in `DescribeLogGroups`; each log group takes a `ListTagsForResource` of its own.

pub use metric_filter::MetricFilterHandler;

mod metric_filter;

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_cloudwatchlogs::{Client, types};
use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use elanswer_core::{
    Handler, Input, Place, Tags,
    executor::{Deletion, ErrorKind, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::{
        kms::KeyArn,
        logs::{LogGroup, LogGroupOutputs, Retention},
    },
};

use crate::{
    clients::Clients,
    error::{Codes, exec_error, missing},
};

/// The name of the API in errors.
const SERVICE: &str = "logs";

/// How many log groups one describe call takes by name.
const PAGE: usize = 50;

/// The codes of CloudWatch Logs whose meaning is not general.
const CODES: Codes = &[
    ("LimitExceededException", ErrorKind::Quota),
    // Another request changes the same log group.
    ("OperationAbortedException", ErrorKind::Unavailable),
    ("ResourceAlreadyExistsException", ErrorKind::Conflict),
];

/// Translates an error of `operation`.
fn failed<E>(operation: &'static str) -> impl Fn(SdkError<E, HttpResponse>) -> ExecError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    move |error| exec_error(SERVICE, operation, CODES, error)
}

/// Handles log groups over the SDK.
#[derive(Debug)]
pub struct LogGroupHandler(Clients);

impl From<Clients> for LogGroupHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

fn observed(group: &types::LogGroup, tags: Tags) -> Result<Observed<LogGroup>, ExecError> {
    let lacks = |field| missing(SERVICE, "DescribeLogGroups", field);
    let name = group.log_group_name().ok_or_else(|| lacks("logGroupName"))?;
    let retention = group
        .retention_in_days()
        .map(|days| u16::try_from(days).ok().and_then(|days| Retention::try_from(days).ok()));
    let key = group.kms_key_id().map(|arn| KeyArn::new(arn).map_err(|_| lacks("kmsKeyId")));
    let key = key.transpose()?;
    let resource = LogGroup::builder()
        .log_group_name(name.parse().map_err(|_| lacks("logGroupName"))?)
        .maybe_retention_in_days(
            retention.map(|known| known.ok_or_else(|| lacks("retentionInDays"))).transpose()?,
        )
        .maybe_kms_key_id(key)
        .tags(tags.declared())
        .build();
    let arn = group.arn().ok_or_else(|| lacks("arn"))?.to_owned();
    Ok(Observed::ready(resource, LogGroupOutputs { log_group_name: name.to_owned(), arn }))
}

/// The ARN that takes tags: that of the log group, not of all of its streams.
fn tagged_arn(arn: &str) -> &str {
    arn.strip_suffix(":*").unwrap_or(arn)
}

impl LogGroupHandler {
    /// The log groups of these names that exist: at most [`PAGE`] names.
    async fn describe(
        client: &Client,
        names: &[String],
    ) -> Result<BTreeMap<String, types::LogGroup>, ExecError> {
        let call = client.describe_log_groups().set_log_group_identifiers(Some(names.to_vec()));
        let groups = call.into_paginator().items().send().try_collect().await;
        let groups = groups.map_err(failed("DescribeLogGroups"))?;
        let name = |group: &types::LogGroup| group.log_group_name().unwrap_or_default().to_owned();
        // Not every server that speaks this API heeds the names.
        let named = groups.into_iter().map(|group| (name(&group), group));
        Ok(named.filter(|(name, _)| names.contains(name)).collect())
    }

    async fn tags(client: &Client, group: &types::LogGroup) -> Result<Tags, ExecError> {
        let arn = tagged_arn(group.arn().unwrap_or_default());
        let answer = client.list_tags_for_resource().resource_arn(arn).send().await;
        let answer = answer.map_err(failed("ListTagsForResource"))?;
        Ok(answer.tags.into_iter().flatten().collect())
    }

    /// The log group with all of its tags; `None` when it is gone by now.
    async fn with_tags(
        client: &Client,
        group: Option<&types::LogGroup>,
    ) -> Result<Option<(Observed<LogGroup>, Tags)>, ExecError> {
        let Some(group) = group else { return Ok(None) };
        match Self::tags(client, group).await {
            Ok(tags) => Ok(Some((observed(group, tags.clone())?, tags))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn set_retention(
        client: &Client,
        name: &str,
        to: Option<Retention>,
    ) -> Result<(), ExecError> {
        match to {
            Some(retention) => {
                let call = client.put_retention_policy().log_group_name(name);
                let call = call.retention_in_days(retention.days().into());
                call.send().await.map(drop).map_err(failed("PutRetentionPolicy"))
            }
            None => {
                let call = client.delete_retention_policy().log_group_name(name);
                call.send().await.map(drop).map_err(failed("DeleteRetentionPolicy"))
            }
        }
    }

    async fn set_key(client: &Client, name: &str, to: Option<&str>) -> Result<(), ExecError> {
        match to {
            Some(key) => {
                let call = client.associate_kms_key().log_group_name(name).kms_key_id(key);
                call.send().await.map(drop).map_err(failed("AssociateKmsKey"))
            }
            None => {
                let call = client.disassociate_kms_key().log_group_name(name);
                call.send().await.map(drop).map_err(failed("DisassociateKmsKey"))
            }
        }
    }

    async fn retag(client: &Client, request: &Update<LogGroup>) -> Result<(), ExecError> {
        let (set, remove) = request.tag_changes();
        let arn = tagged_arn(&request.outputs.arn);
        if !set.is_empty() {
            let call = client.tag_resource().resource_arn(arn).set_tags(Some(to_sdk(&set)));
            call.send().await.map_err(failed("TagResource"))?;
        }
        if !remove.is_empty() {
            let call = client.untag_resource().resource_arn(arn).set_tag_keys(Some(remove));
            call.send().await.map_err(failed("UntagResource"))?;
        }
        Ok(())
    }

    /// Finishes a log group that was just made. Its ARN is in no answer but that of a describe.
    async fn complete(
        client: &Client,
        request: &Create<LogGroup>,
        name: &str,
    ) -> Result<Observed<LogGroup>, ExecError> {
        if let Some(retention) = request.desired.retention_in_days {
            Self::set_retention(client, name, Some(retention)).await?;
        }
        let mut found = Self::describe(client, &[name.to_owned()]).await?;
        let group = found.remove(name).ok_or_else(|| {
            ExecError::new(ErrorKind::NotYetVisible, format!("`{name}` is not visible yet"))
                .with_operation(SERVICE, "DescribeLogGroups")
        })?;
        let mut made = observed(&group, Tags::new())?;
        made.resource = request.desired.clone();
        Ok(made)
    }
}

fn to_sdk(tags: &Tags) -> std::collections::HashMap<String, String> {
    tags.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

#[async_trait]
impl Handler<LogGroup> for LogGroupHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<LogGroup>>, ExecError>> {
        let client = self.0.logs(place.region);
        let mut answers = Vec::with_capacity(identifiers.len());
        for page in identifiers.chunks(PAGE) {
            match Self::describe(&client, page).await {
                Ok(found) => {
                    for name in page {
                        let group = Self::with_tags(&client, found.get(name)).await;
                        answers.push(group.map(|found| found.map(|(group, _)| group)));
                    }
                }
                Err(error) => answers.extend(page.iter().map(|_| Err(error.clone()))),
            }
        }
        answers
    }

    async fn create(&self, request: &Create<LogGroup>) -> Result<Observed<LogGroup>, ExecError> {
        let (client, desired) = (self.0.logs(request.place.region), &request.desired);
        let name = desired.log_group_name.as_ref().map(ToString::to_string);
        let key = desired.kms_key_id.as_ref().and_then(Input::known).map(ToString::to_string);
        client
            .create_log_group()
            .set_log_group_name(name.clone())
            .set_kms_key_id(key)
            .set_tags(Some(to_sdk(&request.tags())))
            .send()
            .await
            .map_err(failed("CreateLogGroup"))?;
        let name = name.unwrap_or_default();
        Self::complete(&client, request, &name).await.map_err(|error| error.with_identifier(&name))
    }

    async fn find(
        &self,
        request: &Create<LogGroup>,
    ) -> Result<Option<Observed<LogGroup>>, ExecError> {
        let client = self.0.logs(request.place.region);
        let Some(name) = &request.desired.log_group_name else { return Ok(None) };
        let found = Self::describe(&client, &[name.to_string()]).await?;
        let found = Self::with_tags(&client, found.get(name.as_str())).await?;
        let owned = found.filter(|(_, tags)| request.ownership.owns(tags));
        Ok(owned.map(|(group, _)| group))
    }

    async fn update(&self, request: &Update<LogGroup>) -> Result<Observed<LogGroup>, ExecError> {
        let (client, name) = (self.0.logs(request.place.region), &request.identifier);
        let (current, desired) = (&request.current, &request.desired);
        if current.retention_in_days != desired.retention_in_days {
            Self::set_retention(&client, name, desired.retention_in_days).await?;
        }
        if current.kms_key_id != desired.kms_key_id {
            let key = desired.kms_key_id.as_ref().and_then(Input::known);
            Self::set_key(&client, name, key.map(KeyArn::as_str)).await?;
        }
        Self::retag(&client, request).await?;
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<LogGroup>) -> Result<Deletion, ExecError> {
        let call = self.0.logs(request.place.region).delete_log_group();
        let deleted = call.log_group_name(&request.identifier).send().await;
        match deleted.map_err(failed("DeleteLogGroup")) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(Deletion::Gone),
        }
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::services::logs::LogGroupName;

    use super::*;

    const ARN: &str = "arn:aws:logs:us-east-1:123456789012:log-group:/shop/web:*";

    #[test]
    fn maps_what_aws_answers() {
        let group = types::LogGroup::builder()
            .log_group_name("/shop/web")
            .arn(ARN)
            .retention_in_days(7)
            .kms_key_id("arn:aws:kms:us-east-1:123456789012:key/k");
        let tags = Tags::new().with("Name", "n").with("elanswer:stack", "shop");
        let found = observed(&group.clone().build(), tags).unwrap();
        let expected = LogGroup::builder()
            .log_group_name(LogGroupName::literal("/shop/web"))
            .retention_in_days(Retention::Days7)
            .kms_key_id(KeyArn::literal("arn:aws:kms:us-east-1:123456789012:key/k"))
            .tags(Tags::new().with("Name", "n"))
            .build();
        assert_eq!(found.resource, expected);
        assert_eq!(found.outputs.arn, ARN);

        let forever = group.clone().set_retention_in_days(None).build();
        assert_eq!(observed(&forever, Tags::new()).unwrap().resource.retention_in_days, None);
        assert!(observed(&group.retention_in_days(8).build(), Tags::new()).is_err());
    }

    #[test]
    fn tags_go_to_the_log_group_itself() {
        assert_eq!(tagged_arn(ARN), "arn:aws:logs:us-east-1:123456789012:log-group:/shop/web");
        assert_eq!(tagged_arn("arn:of:a"), "arn:of:a");
    }
}
