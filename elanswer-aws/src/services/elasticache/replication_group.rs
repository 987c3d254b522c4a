//! `AWS::ElastiCache::ReplicationGroup` over the SDK.
//!
//! <https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html>.
//! `DescribeReplicationGroups` describes one group by id, or all of them. The tags of each take a
//! `ListTagsForResource`, which AWS answers once the group is made.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_elasticache::{Client, types};
use elanswer_core::{
    Handler, Place, Region,
    executor::{Deletion, ErrorKind, ExecError, Status},
    handler::{Create, Delete, Observed, Update},
    services::elasticache::ReplicationGroup,
};

use super::{SERVICE, failed, none_if_gone, only, retag, tags_of};
use crate::{clients::Clients, error::missing};

mod request;
mod response;
#[cfg(test)]
mod tests;

/// Handles replication groups over the SDK.
#[derive(Debug)]
pub struct ReplicationGroupHandler(Clients);

impl From<Clients> for ReplicationGroupHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

async fn modify(
    client: &Client,
    request: &Update<ReplicationGroup>,
    to: &ReplicationGroup,
) -> Result<(), ExecError> {
    let call = request::modify(&request.identifier, &request.current, to);
    call.send_with(client).await.map_err(failed("ModifyReplicationGroup")).map(drop)
}

impl ReplicationGroupHandler {
    /// Describes the group `id`, or every group.
    async fn describe(
        &self,
        region: Region,
        id: Option<String>,
    ) -> Result<BTreeMap<String, types::ReplicationGroup>, ExecError> {
        let call = self.0.elasticache(region).describe_replication_groups();
        let call = call.set_replication_group_id(id);
        let groups = call.into_paginator().items().send().try_collect().await;
        let groups = none_if_gone(groups.map_err(failed("DescribeReplicationGroups")))?;
        let named = groups.unwrap_or_default().into_iter().filter_map(|group| {
            let id = group.replication_group_id()?.to_owned();
            Some((id, group))
        });
        Ok(named.collect())
    }

    async fn tagged(
        &self,
        region: Region,
        group: &types::ReplicationGroup,
    ) -> Result<Observed<ReplicationGroup>, ExecError> {
        let mut observed = response::observed(group)?;
        if observed.status != Status::Ready {
            return Ok(observed.unread_unless("Tags", false));
        }
        let tags = tags_of(&self.0.elasticache(region), &observed.outputs.arn).await?;
        observed.resource.tags = tags.declared();
        Ok(observed)
    }

    /// Brings the group to its number of nodes. AWS works on one change at a time and refuses the
    /// next meanwhile; the engine then begins again, and what is done is not done again.
    async fn resize(
        &self,
        client: &Client,
        request: &Update<ReplicationGroup>,
    ) -> Result<(), ExecError> {
        let (id, to) = (&request.identifier, &request.desired);
        let mut groups = self.describe(request.place.region, Some(id.clone())).await?;
        let gone = || ExecError::new(ErrorKind::NotFound, format!("no replication group {id}"));
        let now = groups.remove(id).ok_or_else(gone)?;
        let nodes = u32::try_from(now.member_clusters().len()).unwrap_or(u32::MAX);
        let now = response::observed(&now)?.resource;
        let wanted = to.num_cache_clusters.get();
        if wanted < nodes && now.is_calmed_by(to) {
            modify(client, request, &request.current.calmed(to)).await?;
        }
        let replicas = i32::try_from(wanted.saturating_sub(1)).unwrap_or(i32::MAX);
        if wanted > nodes {
            let call = client.increase_replica_count().replication_group_id(id);
            let call = call.new_replica_count(replicas).apply_immediately(true);
            call.send().await.map_err(failed("IncreaseReplicaCount"))?;
        } else if wanted < nodes {
            let call = client.decrease_replica_count().replication_group_id(id);
            let call = call.new_replica_count(replicas).apply_immediately(true);
            call.send().await.map_err(failed("DecreaseReplicaCount"))?;
        }
        Ok(())
    }
}

#[async_trait]
impl Handler<ReplicationGroup> for ReplicationGroupHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<ReplicationGroup>>, ExecError>> {
        let groups = match self.describe(place.region, only(identifiers)).await {
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
        request: &Create<ReplicationGroup>,
    ) -> Result<Observed<ReplicationGroup>, ExecError> {
        let client = self.0.elasticache(request.place.region);
        let call = request::create(&request.desired, &request.tags());
        let answer = call.send_with(&client).await.map_err(failed("CreateReplicationGroup"))?;
        let lacks = || missing(SERVICE, "CreateReplicationGroup", "ReplicationGroup");
        let made = answer.replication_group().ok_or_else(lacks)?;
        let made = response::observed(made).map_err(|error| {
            error.with_identifier(made.replication_group_id().unwrap_or_default())
        })?;
        Ok(made.unread_unless("Tags", false))
    }

    async fn find(
        &self,
        request: &Create<ReplicationGroup>,
    ) -> Result<Option<Observed<ReplicationGroup>>, ExecError> {
        let region = request.place.region;
        let Some(id) = request.desired.replication_group_id.as_ref() else { return Ok(None) };
        let mut groups = self.describe(region, Some(id.to_string())).await?;
        let Some(group) = groups.remove(id.as_str()) else { return Ok(None) };
        let mut found = response::observed(&group)?;
        let tags = tags_of(&self.0.elasticache(region), &found.outputs.arn).await?;
        let owned = request.ownership.owns(&tags);
        found.resource.tags = tags.declared();
        Ok(owned.then_some(found))
    }

    async fn update(
        &self,
        request: &Update<ReplicationGroup>,
    ) -> Result<Observed<ReplicationGroup>, ExecError> {
        let client = self.0.elasticache(request.place.region);
        let (from, to) = (&request.current, &request.desired);
        retag(&client, &request.outputs.arn, request).await?;
        let (resized, modified) = (from.is_resized_by(to), from.is_modified_by(to));
        if resized {
            self.resize(&client, request).await?;
        }
        if modified {
            modify(&client, request, to).await?;
        }
        if resized || modified {
            return Ok(request.done().with_status(Status::Pending("modifying".to_owned())));
        }
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<ReplicationGroup>) -> Result<Deletion, ExecError> {
        let client = self.0.elasticache(request.place.region);
        let call = client.delete_replication_group().replication_group_id(&request.identifier);
        let answer = none_if_gone(call.send().await.map_err(failed("DeleteReplicationGroup")))?;
        Ok(if answer.is_some() { Deletion::Underway } else { Deletion::Gone })
    }
}
