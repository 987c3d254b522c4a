//! `AWS::ElastiCache::ReplicationGroup` in memory: cluster mode disabled.
//!
//! Rules: <https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html>,
//! <https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ModifyReplicationGroup.html>,
//! <https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_IncreaseReplicaCount.html>,
//! <https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DecreaseReplicaCount.html>,
//! <https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DeleteReplicationGroup.html>,
//! TLS: <https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/in-transit-encryption-enable.html>.
//! Not modelled: cluster mode, data tiering, which type of node is offered in which zone, in which zone
//! a node stands, snapshots and their time, failover, upgrades by AWS, keys of other accounts.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place, Ref,
    executor::{Deletion, ExecError, Status},
    handler::{Create, Delete, Observed, Update},
    services::elasticache::{
        NumCacheClusters, ParameterGroup, ReplicationGroup, ReplicationGroupOutputs,
    },
};

use self::decide::decide;
use super::{TAGGING, combination, named};
use crate::{
    api::Api,
    world::{AwsError, Millis, Object, World, arn},
};

mod check;
mod decide;

/// Handles replication groups in memory.
#[derive(Debug)]
pub struct ReplicationGroupHandler(Api);

impl From<Api> for ReplicationGroupHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

/// From the create call until every node runs.
const CREATING: Duration = Duration::from_secs(540);
/// How long a change takes that starts other nodes, and how long a node takes to come.
const SCALING: Duration = Duration::from_secs(480);
/// How long a node takes to go.
const SHRINKING: Duration = Duration::from_secs(180);
/// How long any other change takes.
const CONFIGURING: Duration = Duration::from_secs(30);
/// How long a delete takes.
const DELETING: Duration = Duration::from_secs(360);

/// What a read shows at `now`: the endpoints are known once the nodes run.
fn observed(object: &Object<ReplicationGroup>, now: Millis) -> Observed<ReplicationGroup> {
    let mut observed = object.observed(now);
    if observed.status == Status::Pending("creating".to_owned()) {
        observed.outputs.primary_address = None;
        observed.outputs.primary_port = None;
        observed.outputs.reader_address = None;
    }
    observed
}

fn nodes_in(world: &World, place: &Place) -> usize {
    let nodes = world.all::<ReplicationGroup>(place).map(|(_, cache)| nodes(&cache.resource));
    nodes.sum()
}

fn nodes(cache: &ReplicationGroup) -> usize {
    usize::try_from(cache.num_cache_clusters.get()).unwrap_or_default()
}

/// Refuses more nodes than the account may have: `more` come to those that are.
fn check_quota(world: &World, place: &Place, more: usize) -> Result<(), AwsError> {
    let last = (nodes_in(world, place) + more).saturating_sub(1);
    world.quotas.check("cache nodes", 300, last, "NodeQuotaForCustomerExceeded")
}

fn create_replication_group(
    world: &mut World,
    request: &Create<ReplicationGroup>,
) -> Result<Observed<ReplicationGroup>, AwsError> {
    let (place, desired) = (&request.place, &request.desired);
    let name = named(desired.replication_group_id.as_ref(), "ReplicationGroupId")?;
    if world.look::<ReplicationGroup>(place, &name).is_some() {
        return Err(AwsError::conflict(
            "ReplicationGroupAlreadyExists",
            format!("Replication group {name} already exists."),
        ));
    }
    check_quota(world, place, nodes(desired))?;
    check::new(world, place, desired)?;
    let host = |kind: &str| {
        let zone = "memory.use1.cache.amazonaws.com";
        if desired.transit_encryption_enabled {
            format!("{kind}.{name}.{zone}")
        } else {
            let suffix = if kind == "replica" { "-ro" } else { "" };
            format!("{name}{suffix}.{zone}")
        }
    };
    let outputs = ReplicationGroupOutputs {
        arn: arn(place, "elasticache", &format!("replicationgroup:{name}")),
        primary_address: Some(host("master")),
        primary_port: Some(desired.port.to_string()),
        reader_address: Some(host("replica")),
        replication_group_id: name.clone(),
    };
    let made = Create { desired: decide(desired.clone()), ..request.clone() };
    world.insert(&made, outputs, "creating", CREATING)?;
    let made = world.require(place, &name, "ReplicationGroupNotFoundFault")?;
    Ok(observed(made, world.now()))
}

/// The group, when AWS is not working on it.
fn available<'a>(
    world: &'a World,
    place: &Place,
    name: &str,
) -> Result<&'a Object<ReplicationGroup>, AwsError> {
    let group = world.require::<ReplicationGroup>(place, name, "ReplicationGroupNotFoundFault")?;
    match group.status(world.now()) {
        Status::Pending(state) => Err(AwsError::dependency(
            "InvalidReplicationGroupState",
            format!("Replication group {name} is not in available state: {state}."),
        )),
        _ => Ok(group),
    }
}

fn modify_replication_group(
    world: &mut World,
    place: &Place,
    name: &str,
    from: &ReplicationGroup,
    to: &ReplicationGroup,
) -> Result<(), AwsError> {
    let current = available(world, place, name)?.resource.clone();
    let mut desired = ReplicationGroup {
        num_cache_clusters: current.num_cache_clusters,
        tags: current.tags.clone(),
        ..from.completing(to)
    };
    // AWS's own parameter groups follow the version.
    if desired.cache_parameter_group == current.cache_parameter_group {
        desired.cache_parameter_group =
            desired.cache_parameter_group.filter(|group| !is_default(group));
    }
    check::change(world, place, &current, &desired)?;
    let duration = if is_slow(&current, &desired) { SCALING } else { CONFIGURING };
    world
        .change::<ReplicationGroup>(place, name, "modifying", duration, |object| {
            object.resource = decide(desired);
        })
        .map(drop)
}

/// Whether AWS made the group, for those who name none.
fn is_default(group: &Ref<ParameterGroup>) -> bool {
    group.known().is_some_and(|name| name.starts_with("default."))
}

/// Whether the change starts other nodes.
fn is_slow(from: &ReplicationGroup, to: &ReplicationGroup) -> bool {
    from.cache_node_type != to.cache_node_type
        || from.engine != to.engine
        || from.engine_version != to.engine_version
        || from.transit_encryption_enabled != to.transit_encryption_enabled
}

/// `IncreaseReplicaCount` and `DecreaseReplicaCount`.
fn resize(
    world: &mut World,
    place: &Place,
    name: &str,
    count: NumCacheClusters,
) -> Result<(), AwsError> {
    let current = available(world, place, name)?.resource.clone();
    let (old, new) = (current.num_cache_clusters, count);
    if new == old {
        return Err(AwsError::invalid(
            "NoOperationFault",
            "The operation was not performed because no changes were required.",
        ));
    }
    if new < old && new.get() < 2 && current.automatic_failover_enabled {
        return Err(combination(
            "When using automatic failover, there must be at least 2 cache clusters in the \
             replication group.",
        ));
    }
    let resized = ReplicationGroup { num_cache_clusters: new, ..current.clone() };
    check_quota(world, place, nodes(&resized).saturating_sub(nodes(&current)))?;
    let duration = if new > old { SCALING } else { SHRINKING };
    world
        .change::<ReplicationGroup>(place, name, "modifying", duration, |object| {
            object.resource = resized;
        })
        .map(drop)
}

fn delete_replication_group(
    world: &mut World,
    place: &Place,
    name: &str,
) -> Result<Deletion, AwsError> {
    let Some(group) = world.look::<ReplicationGroup>(place, name) else {
        return Ok(Deletion::Gone);
    };
    if group.gone_at.is_some() {
        return Ok(Deletion::Underway);
    }
    available(world, place, name)?;
    world.remove::<ReplicationGroup>(place, name, DELETING);
    Ok(Deletion::Underway)
}

impl ReplicationGroupHandler {
    async fn modify(
        &self,
        request: &Update<ReplicationGroup>,
        to: &ReplicationGroup,
    ) -> Result<(), ExecError> {
        let (place, name) = (&request.place, &request.identifier);
        self.0
            .call("elasticache", "ModifyReplicationGroup", place, |world| {
                modify_replication_group(world, place, name, &request.current, to)
            })
            .await
    }

    /// Brings the group to its number of nodes. AWS works on one change at a time and refuses the
    /// next meanwhile; the engine then begins again, and what is done is not done again.
    async fn resize(&self, request: &Update<ReplicationGroup>) -> Result<(), ExecError> {
        let (place, name, to) = (&request.place, &request.identifier, &request.desired);
        let now = self
            .0
            .call("elasticache", "DescribeReplicationGroups", place, |world| {
                let code = "ReplicationGroupNotFoundFault";
                Ok(world.require::<ReplicationGroup>(place, name, code)?.resource.clone())
            })
            .await?;
        let (old, new) = (now.num_cache_clusters, to.num_cache_clusters);
        if new < old && now.is_calmed_by(to) {
            self.modify(request, &request.current.calmed(to)).await?;
        }
        if new == old {
            return Ok(());
        }
        let operation = if new > old { "IncreaseReplicaCount" } else { "DecreaseReplicaCount" };
        self.0.call("elasticache", operation, place, |world| resize(world, place, name, new)).await
    }
}

#[async_trait]
impl Handler<ReplicationGroup> for ReplicationGroupHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<ReplicationGroup>>, ExecError>> {
        let answer = self
            .0
            .call("elasticache", "DescribeReplicationGroups", place, |world| {
                let look = |identifier: &String| world.look::<ReplicationGroup>(place, identifier);
                let seen = |object: Option<&Object<ReplicationGroup>>| {
                    object.map(|object| observed(object, world.now()))
                };
                Ok(identifiers.iter().map(|identifier| seen(look(identifier))).collect::<Vec<_>>())
            })
            .await;
        match answer {
            Ok(objects) => objects.into_iter().map(Ok).collect(),
            Err(error) => identifiers.iter().map(|_| Err(error.clone())).collect(),
        }
    }

    async fn create(
        &self,
        request: &Create<ReplicationGroup>,
    ) -> Result<Observed<ReplicationGroup>, ExecError> {
        self.0
            .call("elasticache", "CreateReplicationGroup", &request.place, |world| {
                create_replication_group(world, request)
            })
            .await
    }

    async fn find(
        &self,
        request: &Create<ReplicationGroup>,
    ) -> Result<Option<Observed<ReplicationGroup>>, ExecError> {
        self.0
            .call("elasticache", "DescribeReplicationGroups", &request.place, |world| {
                let found = world.owned::<ReplicationGroup>(&request.place, &request.ownership);
                Ok(found.map(|(_, object)| observed(object, world.now())))
            })
            .await
    }

    async fn update(
        &self,
        request: &Update<ReplicationGroup>,
    ) -> Result<Observed<ReplicationGroup>, ExecError> {
        self.0.retag("elasticache", TAGGING, request).await?;
        if request.current.is_resized_by(&request.desired) {
            self.resize(request).await?;
        }
        if request.current.is_modified_by(&request.desired) {
            self.modify(request, &request.desired).await?;
        }
        Ok(self.0.after(request))
    }

    async fn delete(&self, request: &Delete<ReplicationGroup>) -> Result<Deletion, ExecError> {
        self.0
            .call("elasticache", "DeleteReplicationGroup", &request.place, |world| {
                delete_replication_group(world, &request.place, &request.identifier)
            })
            .await
    }
}
