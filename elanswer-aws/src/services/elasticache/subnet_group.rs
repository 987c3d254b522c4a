//! `AWS::ElastiCache::SubnetGroup` over the SDK.
//!
//! <https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateCacheSubnetGroup.html>.
//! `DescribeCacheSubnetGroups` has no filters: it describes one group by name, or all of them. The
//! tags of each take a `ListTagsForResource`.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_elasticache::types;
use elanswer_core::{
    Handler, Place, Ref, Region,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::{
        ec2::Subnet,
        elasticache::{CacheSubnetGroupName, SubnetGroup, SubnetGroupOutputs},
    },
};

use super::{SERVICE, failed, none_if_gone, retag, tags_of, to_sdk};
use crate::{clients::Clients, error::missing};

/// Handles subnet groups over the SDK.
#[derive(Debug)]
pub struct SubnetGroupHandler(Clients);

impl From<Clients> for SubnetGroupHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

/// A described group; its tags are none until they are read.
fn observed(group: &types::CacheSubnetGroup) -> Result<Observed<SubnetGroup>, ExecError> {
    let lacks = |field| missing(SERVICE, "DescribeCacheSubnetGroups", field);
    let name = group.cache_subnet_group_name().ok_or_else(|| lacks("CacheSubnetGroupName"))?;
    let arn = group.arn().ok_or_else(|| lacks("ARN"))?;
    let subnets = group.subnets().iter().filter_map(types::Subnet::subnet_identifier);
    let resource = SubnetGroup::builder()
        .cache_subnet_group_name(
            CacheSubnetGroupName::new(name).map_err(|_| lacks("valid CacheSubnetGroupName"))?,
        )
        .description(group.cache_subnet_group_description().unwrap_or_default())
        .subnets(subnets.map(Ref::<Subnet>::existing))
        .build();
    let outputs =
        SubnetGroupOutputs { cache_subnet_group_name: name.to_owned(), arn: arn.to_owned() };
    Ok(Observed::ready(resource, outputs))
}

fn subnet_ids(group: &SubnetGroup) -> Vec<String> {
    group.subnets.iter().filter_map(Ref::known).map(str::to_owned).collect()
}

impl SubnetGroupHandler {
    /// Describes the group `name`, or every group.
    async fn describe(
        &self,
        region: Region,
        name: Option<String>,
    ) -> Result<BTreeMap<String, types::CacheSubnetGroup>, ExecError> {
        let call = self
            .0
            .elasticache(region)
            .describe_cache_subnet_groups()
            .set_cache_subnet_group_name(name);
        let groups = call.into_paginator().items().send().try_collect().await;
        let groups = none_if_gone(groups.map_err(failed("DescribeCacheSubnetGroups")))?;
        let named = groups.unwrap_or_default().into_iter().filter_map(|group| {
            let name = group.cache_subnet_group_name()?.to_owned();
            Some((name, group))
        });
        Ok(named.collect())
    }

    async fn tagged(
        &self,
        region: Region,
        group: &types::CacheSubnetGroup,
    ) -> Result<Observed<SubnetGroup>, ExecError> {
        let mut observed = observed(group)?;
        let tags = tags_of(&self.0.elasticache(region), &observed.outputs.arn).await?;
        observed.resource.tags = tags.declared();
        Ok(observed)
    }
}

#[async_trait]
impl Handler<SubnetGroup> for SubnetGroupHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<SubnetGroup>>, ExecError>> {
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
                Some(group) => self.tagged(place.region, group).await.map(Some),
                None => Ok(None),
            });
        }
        answers
    }

    async fn create(
        &self,
        request: &Create<SubnetGroup>,
    ) -> Result<Observed<SubnetGroup>, ExecError> {
        let desired = &request.desired;
        let answer = self
            .0
            .elasticache(request.place.region)
            .create_cache_subnet_group()
            .set_cache_subnet_group_name(
                desired.cache_subnet_group_name.as_ref().map(ToString::to_string),
            )
            .cache_subnet_group_description(&desired.description)
            .set_subnet_ids(Some(subnet_ids(desired)))
            .set_tags(Some(to_sdk(&request.tags())))
            .send()
            .await
            .map_err(failed("CreateCacheSubnetGroup"))?;
        let lacks = || missing(SERVICE, "CreateCacheSubnetGroup", "CacheSubnetGroup");
        let made = observed(answer.cache_subnet_group().ok_or_else(lacks)?)?;
        Ok(Observed { resource: desired.clone(), ..made })
    }

    async fn find(
        &self,
        request: &Create<SubnetGroup>,
    ) -> Result<Option<Observed<SubnetGroup>>, ExecError> {
        let region = request.place.region;
        let Some(name) = request.desired.cache_subnet_group_name.as_ref() else { return Ok(None) };
        let mut groups = self.describe(region, Some(name.to_string())).await?;
        let Some(group) = groups.remove(name.as_str()) else { return Ok(None) };
        let mut found = observed(&group)?;
        let tags = tags_of(&self.0.elasticache(region), &found.outputs.arn).await?;
        let owned = request.ownership.owns(&tags);
        found.resource.tags = tags.declared();
        Ok(owned.then_some(found))
    }

    async fn update(
        &self,
        request: &Update<SubnetGroup>,
    ) -> Result<Observed<SubnetGroup>, ExecError> {
        let (client, desired) = (self.0.elasticache(request.place.region), &request.desired);
        if request.current.is_modified_by(desired) {
            client
                .modify_cache_subnet_group()
                .cache_subnet_group_name(&request.identifier)
                .cache_subnet_group_description(&desired.description)
                .set_subnet_ids(Some(subnet_ids(desired)))
                .send()
                .await
                .map_err(failed("ModifyCacheSubnetGroup"))?;
        }
        retag(&client, &request.outputs.arn, request).await?;
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<SubnetGroup>) -> Result<Deletion, ExecError> {
        let client = self.0.elasticache(request.place.region);
        let call = client.delete_cache_subnet_group().cache_subnet_group_name(&request.identifier);
        none_if_gone(call.send().await.map_err(failed("DeleteCacheSubnetGroup")))?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_is_the_group() {
        let subnet = |id: &str| types::Subnet::builder().subnet_identifier(id).build();
        let group = types::CacheSubnetGroup::builder()
            .cache_subnet_group_name("data")
            .arn("arn:aws:elasticache:us-east-1:1:subnetgroup:data")
            .cache_subnet_group_description("isolated")
            .subnets(subnet("subnet-2"))
            .subnets(subnet("subnet-1"))
            .build();
        let group = observed(&group).unwrap();
        assert_eq!(subnet_ids(&group.resource), ["subnet-1", "subnet-2"]);
        assert_eq!(group.resource.description, "isolated");
        assert!(observed(&types::CacheSubnetGroup::builder().build()).is_err());
    }
}
