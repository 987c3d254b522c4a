//! `AWS::ECS::Cluster` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCluster.html>,
//! <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteCluster.html>.
//! AWS shows a deleted cluster as `INACTIVE` for a while and lets another take its name; both
//! handlers take that for gone. Not modelled: execute-command logging, service connect defaults.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place,
    executor::{Deletion, ErrorKind, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::ecs::{Cluster, ClusterOutputs, Service},
};

use super::TAGGING;
use crate::{
    api::Api,
    world::{AwsError, World, arn},
};

/// Handles clusters in memory.
#[derive(Debug)]
pub struct ClusterHandler(Api);

impl From<Api> for ClusterHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

/// Makes a cluster, or answers with the one that has the name already; `None` is one that belongs
/// to somebody else, as its tags say.
fn create_cluster(
    world: &mut World,
    request: &Create<Cluster>,
) -> Result<Option<Observed<Cluster>>, AwsError> {
    let place = &request.place;
    let name = request.desired.cluster_name.as_ref().map_or("default", |name| name.as_str());
    let outputs = ClusterOutputs {
        arn: arn(place, "ecs", &format!("cluster/{name}")),
        cluster_name: name.to_owned(),
    };
    if let Some(existing) = world.get::<Cluster>(place, &outputs.arn) {
        let owned = request.ownership.owns(&existing.tags);
        return Ok(owned.then(|| existing.observed(world.now())));
    }
    let used = world.all::<Cluster>(place).count();
    world.quotas.check("clusters per Region", 10_000, used, "LimitExceededException")?;
    world.insert(request, outputs, "PROVISIONING", Duration::from_secs(1)).map(Some)
}

fn update_cluster(world: &mut World, request: &Update<Cluster>) -> Result<(), AwsError> {
    let place = &request.place;
    world.require::<Cluster>(place, &request.identifier, "ClusterNotFoundException")?;
    world
        .change::<Cluster>(place, &request.identifier, "", Duration::ZERO, |object| {
            object.resource.container_insights = request.desired.container_insights;
        })
        .map(drop)
}

/// Services that are being deleted have tasks left.
fn delete_cluster(world: &mut World, place: &Place, identifier: &str) -> Result<(), AwsError> {
    let services = || {
        world
            .all::<Service>(place)
            .filter(|(_, service)| service.resource.cluster.known() == Some(identifier))
    };
    if services().any(|(_, service)| service.gone_at.is_none()) {
        return Err(AwsError::dependency(
            "ClusterContainsServicesException",
            "The Cluster cannot be deleted while Services are active.",
        ));
    }
    if services().next().is_some() {
        return Err(AwsError::dependency(
            "ClusterContainsTasksException",
            "The Cluster cannot be deleted while Tasks are active.",
        ));
    }
    world.remove::<Cluster>(place, identifier, Duration::ZERO);
    Ok(())
}

impl ClusterHandler {
    async fn update_settings(&self, request: &Update<Cluster>) -> Result<(), ExecError> {
        self.0
            .call("ecs", "UpdateCluster", &request.place, |world| update_cluster(world, request))
            .await
    }
}

#[async_trait]
impl Handler<Cluster> for ClusterHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<Cluster>>, ExecError>> {
        self.0.read("ecs", "DescribeClusters", place, identifiers).await
    }

    async fn create(&self, request: &Create<Cluster>) -> Result<Observed<Cluster>, ExecError> {
        let place = &request.place;
        self.0
            .call("ecs", "CreateCluster", place, |world| create_cluster(world, request))
            .await?
            .ok_or_else(|| {
                ExecError::new(ErrorKind::Conflict, "another cluster has this name")
                    .with_operation("ecs", "CreateCluster")
                    .with_place(place.clone())
            })
    }

    async fn find(
        &self,
        request: &Create<Cluster>,
    ) -> Result<Option<Observed<Cluster>>, ExecError> {
        self.0.find_owned("ecs", "DescribeClusters", request).await
    }

    async fn update(&self, request: &Update<Cluster>) -> Result<Observed<Cluster>, ExecError> {
        if request.current.container_insights != request.desired.container_insights {
            self.update_settings(request).await?;
        }
        self.0.retag("ecs", TAGGING, request).await?;
        Ok(self.0.after(request))
    }

    async fn delete(&self, request: &Delete<Cluster>) -> Result<Deletion, ExecError> {
        self.0
            .call("ecs", "DeleteCluster", &request.place, |world| {
                delete_cluster(world, &request.place, &request.identifier)
            })
            .await?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::services::ecs::EcsName;

    use super::*;
    use crate::services::ecs::testing::{create, world};

    #[test]
    fn a_name_is_taken_once_and_its_owner_may_ask_again() {
        let mut world = world();
        let cluster = Cluster::builder().cluster_name(EcsName::literal("main")).build();
        let first = create_cluster(&mut world, &create("a", cluster.clone())).unwrap().unwrap();
        let again = create_cluster(&mut world, &create("a", cluster.clone())).unwrap().unwrap();
        assert_eq!(first.outputs, again.outputs);
        assert!(create_cluster(&mut world, &create("b", cluster)).unwrap().is_none());
    }
}
