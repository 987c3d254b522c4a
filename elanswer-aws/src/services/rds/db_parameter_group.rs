//! `AWS::RDS::DBParameterGroup` over the SDK.
//!
//! <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBParameterGroup.html>.
//! `DescribeDBParameterGroups` has no filters: it describes one group by name, or all of them. The
//! parameters of each take a `DescribeDBParameters`, and its tags a `ListTagsForResource`.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_rds::{Client, types};
use elanswer_core::{
    Handler, Place, Region,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::rds::{
        ApplyMethod, DbParameterGroup, DbParameterGroupFamily, DbParameterGroupName,
        DbParameterGroupOutputs,
    },
};

use super::{SERVICE, failed, none_if_gone, retag, tags_of, to_sdk};
use crate::{clients::Clients, error::missing};

/// Handles parameter groups over the SDK.
#[derive(Debug)]
pub struct DbParameterGroupHandler(Clients);

impl From<Clients> for DbParameterGroupHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

/// A described group; it has no parameters and no tags until they are read.
fn observed(group: &types::DbParameterGroup) -> Result<Observed<DbParameterGroup>, ExecError> {
    let lacks = |field| missing(SERVICE, "DescribeDBParameterGroups", field);
    let name = group.db_parameter_group_name().ok_or_else(|| lacks("DBParameterGroupName"))?;
    let arn = group.db_parameter_group_arn().ok_or_else(|| lacks("DBParameterGroupArn"))?;
    let family = group.db_parameter_group_family().map(DbParameterGroupFamily::new);
    let resource = DbParameterGroup::builder()
        .db_parameter_group_name(
            DbParameterGroupName::new(name).map_err(|_| lacks("valid DBParameterGroupName"))?,
        )
        .family(family.and_then(Result::ok).ok_or_else(|| lacks("DBParameterGroupFamily"))?)
        .description(group.description().unwrap_or_default())
        .build();
    let outputs = DbParameterGroupOutputs {
        db_parameter_group_name: name.to_owned(),
        db_parameter_group_arn: arn.to_owned(),
    };
    Ok(Observed::ready(resource, outputs))
}

/// A parameter to set to a value, or to reset to the default of the family.
fn parameter(name: &str, value: Option<&str>) -> types::Parameter {
    let method = match ApplyMethod::of(name) {
        ApplyMethod::Immediate => types::ApplyMethod::Immediate,
        ApplyMethod::PendingReboot => types::ApplyMethod::PendingReboot,
    };
    types::Parameter::builder()
        .parameter_name(name)
        .set_parameter_value(value.map(str::to_owned))
        .apply_method(method)
        .build()
}

/// The name and value of a parameter that a user has set.
fn setting(parameter: &types::Parameter) -> Option<(String, String)> {
    Some((parameter.parameter_name()?.to_owned(), parameter.parameter_value()?.to_owned()))
}

/// `ModifyDBParameterGroup` and `ResetDBParameterGroup`, for twenty parameters at a time.
async fn change(
    client: &Client,
    name: &str,
    set: &[(String, String)],
    reset: &[String],
) -> Result<(), ExecError> {
    for page in set.chunks(DbParameterGroup::PARAMETERS_PER_CALL) {
        let page = page.iter().map(|(name, value)| parameter(name, Some(value))).collect();
        let call = client.modify_db_parameter_group().db_parameter_group_name(name);
        let call = call.set_parameters(Some(page));
        call.send().await.map_err(failed("ModifyDBParameterGroup"))?;
    }
    for page in reset.chunks(DbParameterGroup::PARAMETERS_PER_CALL) {
        let page = page.iter().map(|name| parameter(name, None)).collect();
        let call = client.reset_db_parameter_group().db_parameter_group_name(name);
        let call = call.set_parameters(Some(page));
        call.send().await.map_err(failed("ResetDBParameterGroup"))?;
    }
    Ok(())
}

impl DbParameterGroupHandler {
    /// Describes the group `name`, or every group.
    async fn describe(
        &self,
        region: Region,
        name: Option<String>,
    ) -> Result<BTreeMap<String, types::DbParameterGroup>, ExecError> {
        let call = self.0.rds(region).describe_db_parameter_groups();
        let call = call.set_db_parameter_group_name(name);
        let groups = call.into_paginator().items().send().try_collect().await;
        let groups = none_if_gone(groups.map_err(failed("DescribeDBParameterGroups")))?;
        let named = groups.unwrap_or_default().into_iter().filter_map(|group| {
            let name = group.db_parameter_group_name()?.to_owned();
            Some((name, group))
        });
        Ok(named.collect())
    }

    /// The parameters that differ from the defaults of the family.
    async fn parameters(
        &self,
        region: Region,
        name: &str,
    ) -> Result<BTreeMap<String, String>, ExecError> {
        let call = self.0.rds(region).describe_db_parameters().db_parameter_group_name(name);
        let pages = call.source("user").into_paginator().items().send();
        let parameters = pages.try_collect().await.map_err(failed("DescribeDBParameters"))?;
        Ok(parameters.iter().filter_map(setting).collect())
    }

    async fn complete(
        &self,
        region: Region,
        group: &types::DbParameterGroup,
    ) -> Result<Observed<DbParameterGroup>, ExecError> {
        let mut observed = observed(group)?;
        let outputs = &observed.outputs;
        let tags = tags_of(&self.0.rds(region), &outputs.db_parameter_group_arn).await?;
        observed.resource.parameters =
            self.parameters(region, &outputs.db_parameter_group_name).await?;
        observed.resource.tags = tags.declared();
        Ok(observed)
    }
}

#[async_trait]
impl Handler<DbParameterGroup> for DbParameterGroupHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<DbParameterGroup>>, ExecError>> {
        let only = match identifiers {
            [only] => Some(only.clone()),
            _ => None,
        };
        let groups = match self.describe(place.region, only).await {
            Ok(groups) => groups,
            Err(error) => return identifiers.iter().map(|_| Err(error.clone())).collect(),
        };
        let mut answers = Vec::with_capacity(identifiers.len());
        for identifier in identifiers {
            answers.push(match groups.get(identifier) {
                Some(group) => self.complete(place.region, group).await.map(Some),
                None => Ok(None),
            });
        }
        answers
    }

    async fn create(
        &self,
        request: &Create<DbParameterGroup>,
    ) -> Result<Observed<DbParameterGroup>, ExecError> {
        let (client, desired) = (self.0.rds(request.place.region), &request.desired);
        let name = desired.db_parameter_group_name.as_ref().map(ToString::to_string);
        let answer = client
            .create_db_parameter_group()
            .set_db_parameter_group_name(name)
            .db_parameter_group_family(desired.family.as_str())
            .description(&desired.description)
            .set_tags(Some(to_sdk(&request.tags())))
            .send()
            .await
            .map_err(failed("CreateDBParameterGroup"))?;
        let lacks = || missing(SERVICE, "CreateDBParameterGroup", "DBParameterGroup");
        let made = observed(answer.db_parameter_group().ok_or_else(lacks)?)?;
        let name = &made.outputs.db_parameter_group_name;
        let (set, _) = made.resource.parameter_changes(desired);
        change(&client, name, &set, &[]).await.map_err(|error| error.with_identifier(name))?;
        Ok(Observed { resource: desired.clone(), ..made })
    }

    async fn find(
        &self,
        request: &Create<DbParameterGroup>,
    ) -> Result<Option<Observed<DbParameterGroup>>, ExecError> {
        let region = request.place.region;
        let Some(name) = request.desired.db_parameter_group_name.as_ref() else { return Ok(None) };
        let mut groups = self.describe(region, Some(name.to_string())).await?;
        let Some(group) = groups.remove(name.as_str()) else { return Ok(None) };
        let mut found = observed(&group)?;
        let tags = tags_of(&self.0.rds(region), &found.outputs.db_parameter_group_arn).await?;
        if !request.ownership.owns(&tags) {
            return Ok(None);
        }
        found.resource.parameters = self.parameters(region, name.as_str()).await?;
        found.resource.tags = tags.declared();
        Ok(Some(found))
    }

    async fn update(
        &self,
        request: &Update<DbParameterGroup>,
    ) -> Result<Observed<DbParameterGroup>, ExecError> {
        let client = self.0.rds(request.place.region);
        let (set, reset) = request.current.parameter_changes(&request.desired);
        change(&client, &request.identifier, &set, &reset).await?;
        retag(&client, &request.outputs.db_parameter_group_arn, request).await?;
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<DbParameterGroup>) -> Result<Deletion, ExecError> {
        let client = self.0.rds(request.place.region);
        let call = client.delete_db_parameter_group().db_parameter_group_name(&request.identifier);
        none_if_gone(call.send().await.map_err(failed("DeleteDBParameterGroup")))?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_static_parameter_waits_for_a_reboot() {
        let set = parameter("max_connections", Some("100"));
        assert_eq!(set.apply_method(), Some(&types::ApplyMethod::PendingReboot));
        assert_eq!(setting(&set), Some(("max_connections".to_owned(), "100".to_owned())));
        let reset = parameter("work_mem", None);
        assert_eq!(reset.apply_method(), Some(&types::ApplyMethod::Immediate));
        assert_eq!(setting(&reset), None);
    }

    #[test]
    fn a_description_is_the_group() {
        let group = types::DbParameterGroup::builder()
            .db_parameter_group_name("settings")
            .db_parameter_group_arn("arn:aws:rds:us-east-1:1:pg:settings")
            .db_parameter_group_family("postgres16")
            .description("of orders")
            .build();
        let group = observed(&group).unwrap();
        assert_eq!(group.resource.family, DbParameterGroupFamily::literal("postgres16"));
        assert_eq!(group.outputs.db_parameter_group_name, "settings");
    }
}
