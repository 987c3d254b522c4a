//! `AWS::ElastiCache::ParameterGroup` over the SDK.
//!
//! <https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateCacheParameterGroup.html>.
//! `DescribeCacheParameterGroups` has no filters: it describes one group by name, or all of them. The
//! parameters of each take a `DescribeCacheParameters`, and its tags a `ListTagsForResource`.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_elasticache::{Client, types};
use elanswer_core::{
    Handler, Place, Region,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::elasticache::{
        CacheParameterGroupFamily, CacheParameterGroupName, ParameterGroup, ParameterGroupOutputs,
    },
};

use super::{SERVICE, failed, none_if_gone, only, retag, tags_of, text, to_sdk};
use crate::{clients::Clients, error::missing};

/// Handles parameter groups over the SDK.
#[derive(Debug)]
pub struct ParameterGroupHandler(Clients);

impl From<Clients> for ParameterGroupHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

/// A described group; it has no parameters and no tags until they are read.
fn observed(group: &types::CacheParameterGroup) -> Result<Observed<ParameterGroup>, ExecError> {
    let lacks = |field| missing(SERVICE, "DescribeCacheParameterGroups", field);
    let name = group.cache_parameter_group_name();
    let name = name.ok_or_else(|| lacks("CacheParameterGroupName"))?;
    let arn = group.arn().ok_or_else(|| lacks("ARN"))?;
    let family = group.cache_parameter_group_family().map(CacheParameterGroupFamily::new);
    let family = family.and_then(Result::ok);
    let resource = ParameterGroup::builder()
        .cache_parameter_group_name(
            CacheParameterGroupName::new(name)
                .map_err(|_| lacks("valid CacheParameterGroupName"))?,
        )
        .cache_parameter_group_family(family.ok_or_else(|| lacks("CacheParameterGroupFamily"))?)
        .description(group.description().unwrap_or_default())
        .build();
    let outputs =
        ParameterGroupOutputs { cache_parameter_group_name: name.to_owned(), arn: arn.to_owned() };
    Ok(Observed::ready(resource, outputs))
}

/// A parameter to set to a value, or to reset to the default of the family.
fn parameter(name: &str, value: Option<&str>) -> types::ParameterNameValue {
    types::ParameterNameValue::builder()
        .parameter_name(name)
        .set_parameter_value(value.map(str::to_owned))
        .build()
}

/// The name and value of a parameter that a user has set.
fn setting(parameter: &types::Parameter) -> Option<(String, String)> {
    Some((parameter.parameter_name()?.to_owned(), parameter.parameter_value()?.to_owned()))
}

/// `ModifyCacheParameterGroup` and `ResetCacheParameterGroup`, for twenty parameters at a time.
async fn change(
    client: &Client,
    name: &str,
    set: &[(String, String)],
    reset: &[String],
) -> Result<(), ExecError> {
    for page in set.chunks(ParameterGroup::PARAMETERS_PER_CALL) {
        let page = page.iter().map(|(name, value)| parameter(name, Some(value))).collect();
        let call = client.modify_cache_parameter_group().cache_parameter_group_name(name);
        let call = call.set_parameter_name_values(Some(page));
        call.send().await.map_err(failed("ModifyCacheParameterGroup"))?;
    }
    for page in reset.chunks(ParameterGroup::PARAMETERS_PER_CALL) {
        let page = page.iter().map(|name| parameter(name, None)).collect();
        let call = client.reset_cache_parameter_group().cache_parameter_group_name(name);
        let call = call.set_parameter_name_values(Some(page));
        call.send().await.map_err(failed("ResetCacheParameterGroup"))?;
    }
    Ok(())
}

impl ParameterGroupHandler {
    /// Describes the group `name`, or every group.
    async fn describe(
        &self,
        region: Region,
        name: Option<String>,
    ) -> Result<BTreeMap<String, types::CacheParameterGroup>, ExecError> {
        let call = self.0.elasticache(region).describe_cache_parameter_groups();
        let call = call.set_cache_parameter_group_name(name);
        let groups = call.into_paginator().items().send().try_collect().await;
        let groups = none_if_gone(groups.map_err(failed("DescribeCacheParameterGroups")))?;
        let named = groups.unwrap_or_default().into_iter().filter_map(|group| {
            let name = group.cache_parameter_group_name()?.to_owned();
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
        let call = self.0.elasticache(region).describe_cache_parameters();
        let call = call.cache_parameter_group_name(name).source("user");
        let pages = call.into_paginator().items().send();
        let parameters = pages.try_collect().await.map_err(failed("DescribeCacheParameters"))?;
        Ok(parameters.iter().filter_map(setting).collect())
    }

    async fn complete(
        &self,
        region: Region,
        group: &types::CacheParameterGroup,
    ) -> Result<Observed<ParameterGroup>, ExecError> {
        let mut observed = observed(group)?;
        let outputs = &observed.outputs;
        let tags = tags_of(&self.0.elasticache(region), &outputs.arn).await?;
        observed.resource.properties =
            self.parameters(region, &outputs.cache_parameter_group_name).await?;
        observed.resource.tags = tags.declared();
        Ok(observed)
    }
}

#[async_trait]
impl Handler<ParameterGroup> for ParameterGroupHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<ParameterGroup>>, ExecError>> {
        let groups = match self.describe(place.region, only(identifiers)).await {
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
        request: &Create<ParameterGroup>,
    ) -> Result<Observed<ParameterGroup>, ExecError> {
        let (client, desired) = (self.0.elasticache(request.place.region), &request.desired);
        let answer = client
            .create_cache_parameter_group()
            .set_cache_parameter_group_name(text(desired.cache_parameter_group_name.as_ref()))
            .cache_parameter_group_family(desired.cache_parameter_group_family.as_str())
            .description(&desired.description)
            .set_tags(Some(to_sdk(&request.tags())))
            .send()
            .await
            .map_err(failed("CreateCacheParameterGroup"))?;
        let lacks = || missing(SERVICE, "CreateCacheParameterGroup", "CacheParameterGroup");
        let made = observed(answer.cache_parameter_group().ok_or_else(lacks)?)?;
        let name = &made.outputs.cache_parameter_group_name;
        let (set, _) = made.resource.parameter_changes(desired);
        change(&client, name, &set, &[]).await.map_err(|error| error.with_identifier(name))?;
        Ok(Observed { resource: desired.clone(), ..made })
    }

    async fn find(
        &self,
        request: &Create<ParameterGroup>,
    ) -> Result<Option<Observed<ParameterGroup>>, ExecError> {
        let region = request.place.region;
        let Some(name) = &request.desired.cache_parameter_group_name else { return Ok(None) };
        let mut groups = self.describe(region, Some(name.to_string())).await?;
        let Some(group) = groups.remove(name.as_str()) else { return Ok(None) };
        let mut found = observed(&group)?;
        let tags = tags_of(&self.0.elasticache(region), &found.outputs.arn).await?;
        if !request.ownership.owns(&tags) {
            return Ok(None);
        }
        found.resource.properties = self.parameters(region, name.as_str()).await?;
        found.resource.tags = tags.declared();
        Ok(Some(found))
    }

    async fn update(
        &self,
        request: &Update<ParameterGroup>,
    ) -> Result<Observed<ParameterGroup>, ExecError> {
        let client = self.0.elasticache(request.place.region);
        let (set, reset) = request.current.parameter_changes(&request.desired);
        change(&client, &request.identifier, &set, &reset).await?;
        retag(&client, &request.outputs.arn, request).await?;
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<ParameterGroup>) -> Result<Deletion, ExecError> {
        let client = self.0.elasticache(request.place.region);
        let call = client.delete_cache_parameter_group();
        let call = call.cache_parameter_group_name(&request.identifier);
        none_if_gone(call.send().await.map_err(failed("DeleteCacheParameterGroup")))?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_is_the_group() {
        let group = types::CacheParameterGroup::builder()
            .cache_parameter_group_name("settings")
            .arn("arn:aws:elasticache:us-east-1:1:parametergroup:settings")
            .cache_parameter_group_family("valkey8")
            .description("of carts")
            .build();
        let group = observed(&group).unwrap();
        let family = CacheParameterGroupFamily::literal("valkey8");
        assert_eq!(group.resource.cache_parameter_group_family, family);
        assert_eq!(group.outputs.cache_parameter_group_name, "settings");
    }
}
