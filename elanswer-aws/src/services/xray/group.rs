//! `AWS::XRay::Group` over the SDK.
//!
//! <https://docs.aws.amazon.com/xray/latest/api/API_CreateGroup.html>.
//! `GetGroup` does not tell a group that is gone from a wrong request, so all of them are listed:
//! there are few. Each takes a `ListTagsForResource` of its own.

use async_trait::async_trait;
use aws_sdk_xray::{Client, types};
use elanswer_core::{
    Handler, Place, Tags,
    executor::{Deletion, ErrorKind, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::xray::{FilterExpression, Group, GroupArn, GroupName, GroupOutputs, Insights},
};

use super::{SERVICE, failed, retag, tags, tags_to_sdk};
use crate::{
    clients::Clients,
    error::{missing, none_if_gone},
};

/// Handles groups over the SDK.
#[derive(Debug)]
pub struct GroupHandler(Clients);

impl From<Clients> for GroupHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

fn insights_to_sdk(insights: Insights) -> types::InsightsConfiguration {
    let (enabled, notifications) = insights.flags();
    types::InsightsConfiguration::builder()
        .insights_enabled(enabled)
        .notifications_enabled(notifications)
        .build()
}

fn arn(operation: &'static str, answered: Option<&str>) -> Result<GroupArn, ExecError> {
    let arn = GroupArn::new(answered.unwrap_or_default());
    arn.map_err(|_| missing(SERVICE, operation, "GroupARN"))
}

fn observed(group: &types::GroupSummary, tags: Tags) -> Result<Observed<Group>, ExecError> {
    let operation = "GetGroups";
    let lacks = |field| missing(SERVICE, operation, field);
    let name = GroupName::new(group.group_name().unwrap_or_default());
    // A group of others may have none.
    let filter = FilterExpression::new(group.filter_expression().unwrap_or_default());
    let filter = filter.map_err(|_| {
        let message = "it has no filter expression, and elanswer knows no such group";
        ExecError::new(ErrorKind::Unsupported, message).with_operation(SERVICE, operation)
    });
    let insights = group.insights_configuration().map_or(Insights::Disabled, |config| {
        let flag = |flag: Option<bool>| flag.unwrap_or_default();
        Insights::from_flags(flag(config.insights_enabled), flag(config.notifications_enabled))
    });
    let resource = Group::builder()
        .group_name(name.map_err(|_| lacks("GroupName"))?)
        .filter_expression(filter?)
        .insights(insights)
        .tags(tags.declared())
        .build();
    Ok(Observed::ready(resource, GroupOutputs { group_arn: arn(operation, group.group_arn())? }))
}

impl GroupHandler {
    fn client(&self, place: &Place) -> Client {
        self.0.xray(place.region)
    }

    async fn list(client: &Client) -> Result<Vec<types::GroupSummary>, ExecError> {
        let pages = client.get_groups().into_paginator().items().send();
        pages.try_collect().await.map_err(failed("GetGroups"))
    }

    /// The group with its tags; `None` when it is gone by now.
    async fn with_tags(
        client: &Client,
        group: Option<&types::GroupSummary>,
    ) -> Result<Option<(Observed<Group>, Tags)>, ExecError> {
        let Some(group) = group else { return Ok(None) };
        let found = none_if_gone(tags(client, group.group_arn().unwrap_or_default()).await)?;
        found.map(|tags| Ok((observed(group, tags.clone())?, tags))).transpose()
    }
}

#[async_trait]
impl Handler<Group> for GroupHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<Group>>, ExecError>> {
        let client = self.client(place);
        let groups = match Self::list(&client).await {
            Ok(groups) => groups,
            Err(error) => return identifiers.iter().map(|_| Err(error.clone())).collect(),
        };
        let mut answers = Vec::with_capacity(identifiers.len());
        for arn in identifiers {
            let group = groups.iter().find(|group| group.group_arn() == Some(arn.as_str()));
            let found = Self::with_tags(&client, group).await;
            answers.push(found.map(|found| found.map(|(group, _)| group)));
        }
        answers
    }

    async fn create(&self, request: &Create<Group>) -> Result<Observed<Group>, ExecError> {
        let (client, desired) = (self.client(&request.place), &request.desired);
        let operation = "CreateGroup";
        let answer = client
            .create_group()
            .set_group_name(desired.group_name.as_ref().map(ToString::to_string))
            .filter_expression(desired.filter_expression.as_str())
            .insights_configuration(insights_to_sdk(desired.insights))
            .set_tags(Some(tags_to_sdk(&request.tags())?))
            .send()
            .await
            .map_err(failed(operation))?;
        let made = answer.group.and_then(|group| group.group_arn);
        let group_arn = arn(operation, made.as_deref())?;
        Ok(Observed::ready(desired.clone(), GroupOutputs { group_arn }))
    }

    async fn find(&self, request: &Create<Group>) -> Result<Option<Observed<Group>>, ExecError> {
        let client = self.client(&request.place);
        let Some(name) = &request.desired.group_name else { return Ok(None) };
        let groups = Self::list(&client).await?;
        let named = groups.iter().find(|group| group.group_name() == Some(name.as_str()));
        let found = Self::with_tags(&client, named).await?;
        let owned = found.filter(|(_, tags)| request.ownership.owns(tags));
        Ok(owned.map(|(group, _)| group))
    }

    async fn update(&self, request: &Update<Group>) -> Result<Observed<Group>, ExecError> {
        let (client, desired) = (self.client(&request.place), &request.desired);
        if request.current.differs_from(desired) {
            client
                .update_group()
                .group_arn(&request.identifier)
                .filter_expression(desired.filter_expression.as_str())
                .insights_configuration(insights_to_sdk(desired.insights))
                .send()
                .await
                .map_err(failed("UpdateGroup"))?;
        }
        retag(&client, &request.identifier, request.tag_changes()).await?;
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<Group>) -> Result<Deletion, ExecError> {
        let client = self.client(&request.place);
        let deleted = client.delete_group().group_arn(&request.identifier).send().await;
        match deleted.map_err(failed("DeleteGroup")) {
            Err(error) if error.kind() == ErrorKind::Invalid => {
                let groups = Self::list(&client).await?;
                let mut arns = groups.iter().map(types::GroupSummary::group_arn);
                let there = arns.any(|arn| arn == Some(request.identifier.as_str()));
                if there { Err(error) } else { Ok(Deletion::Gone) }
            }
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(Deletion::Gone),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_what_aws_answers() {
        let arn = "arn:aws:xray:us-east-1:123456789012:group/slow/ABC";
        let group = types::GroupSummary::builder()
            .group_name("slow")
            .group_arn(arn)
            .filter_expression("responsetime > 2")
            .insights_configuration(insights_to_sdk(Insights::Enabled))
            .build();
        let found = observed(&group, Tags::new().with("elanswer:stack", "shop")).unwrap();
        let expected = Group::builder()
            .group_name(GroupName::literal("slow"))
            .filter_expression(FilterExpression::literal("responsetime > 2"))
            .insights(Insights::Enabled)
            .build();
        assert_eq!(found.resource, expected);
        assert_eq!(found.outputs.group_arn.as_str(), arn);
        let all = types::GroupSummary::builder().group_name("all").group_arn(arn).build();
        assert_eq!(observed(&all, Tags::new()).unwrap_err().kind(), ErrorKind::Unsupported);
    }
}
