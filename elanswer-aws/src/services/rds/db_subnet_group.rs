//! `AWS::RDS::DBSubnetGroup` over the SDK.
//!
//! <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSubnetGroup.html>.
//! `DescribeDBSubnetGroups` has no filters: it describes one group by name, or all of them. The
//! tags of each take a `ListTagsForResource`.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_rds::types;
use elanswer_core::{
    Handler, Place, Ref, Region,
    executor::{Deletion, ExecError, Status},
    handler::{Create, Delete, Observed, Update},
    services::{
        ec2::Subnet,
        rds::{DbSubnetGroup, DbSubnetGroupName, DbSubnetGroupOutputs},
    },
};

use super::{SERVICE, failed, none_if_gone, retag, tags_of, to_sdk};
use crate::{clients::Clients, error::missing};

/// Handles subnet groups over the SDK.
#[derive(Debug)]
pub struct DbSubnetGroupHandler(Clients);

impl From<Clients> for DbSubnetGroupHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

/// A described group; its tags are none until they are read.
fn observed(group: &types::DbSubnetGroup) -> Result<Observed<DbSubnetGroup>, ExecError> {
    let lacks = |field| missing(SERVICE, "DescribeDBSubnetGroups", field);
    let name = group.db_subnet_group_name().ok_or_else(|| lacks("DBSubnetGroupName"))?;
    let arn = group.db_subnet_group_arn().ok_or_else(|| lacks("DBSubnetGroupArn"))?;
    let subnets = group.subnets().iter().filter_map(types::Subnet::subnet_identifier);
    let resource = DbSubnetGroup::builder()
        .db_subnet_group_name(
            DbSubnetGroupName::new(name).map_err(|_| lacks("valid DBSubnetGroupName"))?,
        )
        .db_subnet_group_description(group.db_subnet_group_description().unwrap_or_default())
        .subnets(subnets.map(Ref::<Subnet>::existing))
        .build();
    let outputs = DbSubnetGroupOutputs {
        db_subnet_group_name: name.to_owned(),
        db_subnet_group_arn: arn.to_owned(),
    };
    let status = match group.subnet_group_status() {
        Some("Complete") | None => Status::Ready,
        Some(status) => Status::Pending(status.to_owned()),
    };
    Ok(Observed::ready(resource, outputs).with_status(status))
}

fn subnet_ids(group: &DbSubnetGroup) -> Vec<String> {
    group.subnets.iter().filter_map(Ref::known).map(str::to_owned).collect()
}

impl DbSubnetGroupHandler {
    /// Describes the group `name`, or every group.
    async fn describe(
        &self,
        region: Region,
        name: Option<String>,
    ) -> Result<BTreeMap<String, types::DbSubnetGroup>, ExecError> {
        let call = self.0.rds(region).describe_db_subnet_groups().set_db_subnet_group_name(name);
        let groups = call.into_paginator().items().send().try_collect().await;
        let groups = none_if_gone(groups.map_err(failed("DescribeDBSubnetGroups")))?;
        let named = groups.unwrap_or_default().into_iter().filter_map(|group| {
            let name = group.db_subnet_group_name()?.to_owned();
            Some((name, group))
        });
        Ok(named.collect())
    }

    async fn tagged(
        &self,
        region: Region,
        group: &types::DbSubnetGroup,
    ) -> Result<Observed<DbSubnetGroup>, ExecError> {
        let mut observed = observed(group)?;
        let tags = tags_of(&self.0.rds(region), &observed.outputs.db_subnet_group_arn).await?;
        observed.resource.tags = tags.declared();
        Ok(observed)
    }
}

#[async_trait]
impl Handler<DbSubnetGroup> for DbSubnetGroupHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<DbSubnetGroup>>, ExecError>> {
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
        request: &Create<DbSubnetGroup>,
    ) -> Result<Observed<DbSubnetGroup>, ExecError> {
        let desired = &request.desired;
        let answer = self
            .0
            .rds(request.place.region)
            .create_db_subnet_group()
            .set_db_subnet_group_name(
                desired.db_subnet_group_name.as_ref().map(ToString::to_string),
            )
            .db_subnet_group_description(&desired.db_subnet_group_description)
            .set_subnet_ids(Some(subnet_ids(desired)))
            .set_tags(Some(to_sdk(&request.tags())))
            .send()
            .await
            .map_err(failed("CreateDBSubnetGroup"))?;
        let lacks = || missing(SERVICE, "CreateDBSubnetGroup", "DBSubnetGroup");
        let made = observed(answer.db_subnet_group().ok_or_else(lacks)?)?;
        Ok(Observed { resource: desired.clone(), ..made })
    }

    async fn find(
        &self,
        request: &Create<DbSubnetGroup>,
    ) -> Result<Option<Observed<DbSubnetGroup>>, ExecError> {
        let region = request.place.region;
        let Some(name) = request.desired.db_subnet_group_name.as_ref() else { return Ok(None) };
        let mut groups = self.describe(region, Some(name.to_string())).await?;
        let Some(group) = groups.remove(name.as_str()) else { return Ok(None) };
        let mut found = observed(&group)?;
        let tags = tags_of(&self.0.rds(region), &found.outputs.db_subnet_group_arn).await?;
        let owned = request.ownership.owns(&tags);
        found.resource.tags = tags.declared();
        Ok(owned.then_some(found))
    }

    async fn update(
        &self,
        request: &Update<DbSubnetGroup>,
    ) -> Result<Observed<DbSubnetGroup>, ExecError> {
        let (client, desired) = (self.0.rds(request.place.region), &request.desired);
        if request.current.is_modified_by(desired) {
            client
                .modify_db_subnet_group()
                .db_subnet_group_name(&request.identifier)
                .db_subnet_group_description(&desired.db_subnet_group_description)
                .set_subnet_ids(Some(subnet_ids(desired)))
                .send()
                .await
                .map_err(failed("ModifyDBSubnetGroup"))?;
        }
        retag(&client, &request.outputs.db_subnet_group_arn, request).await?;
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<DbSubnetGroup>) -> Result<Deletion, ExecError> {
        let client = self.0.rds(request.place.region);
        let call = client.delete_db_subnet_group().db_subnet_group_name(&request.identifier);
        none_if_gone(call.send().await.map_err(failed("DeleteDBSubnetGroup")))?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_is_the_group() {
        let subnet = |id: &str| types::Subnet::builder().subnet_identifier(id).build();
        let group = types::DbSubnetGroup::builder()
            .db_subnet_group_name("data")
            .db_subnet_group_arn("arn:aws:rds:us-east-1:1:subgrp:data")
            .db_subnet_group_description("isolated")
            .subnets(subnet("subnet-2"))
            .subnets(subnet("subnet-1"))
            .subnet_group_status("Complete")
            .build();
        let group = observed(&group).unwrap();
        assert_eq!(subnet_ids(&group.resource), ["subnet-1", "subnet-2"]);
        assert_eq!(group.resource.db_subnet_group_description, "isolated");
        assert_eq!(group.status, Status::Ready);
        assert!(observed(&types::DbSubnetGroup::builder().build()).is_err());
    }
}
