//! `AWS::ECS::ClusterCapacityProviderAssociations` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutClusterCapacityProviders.html>.
//! The list of a cluster is put as a whole, and deleting it puts an empty one. A provider on which
//! tasks run, those of a service that is `DRAINING` among them, cannot be removed.
//! Two bases, a provider named twice and weights of nothing cannot be written with the model. Not
//! modelled: providers of machines of one's own, and that a cluster is `UPDATE_IN_PROGRESS` while
//! AWS attaches those.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place, Set,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::ecs::{
        CapacityProvider, CapacityProviderStrategy, Cluster,
        ClusterCapacityProviderAssociations as Associations,
        ClusterCapacityProviderAssociationsOutputs as Outputs, Service,
    },
};

use super::invalid;
use crate::{
    api::Api,
    world::{AwsError, World},
};

/// The operation that puts the list.
const PUT: &str = "PutClusterCapacityProviders";

/// Handles the capacity providers of clusters in memory.
#[derive(Debug)]
pub struct ClusterCapacityProviderAssociationsHandler(Api);

impl From<Api> for ClusterCapacityProviderAssociationsHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

/// The providers that are associated with a cluster.
pub(super) fn associated(world: &World, place: &Place, cluster: &str) -> Set<CapacityProvider> {
    let found = world.get::<Associations>(place, cluster);
    found.map(|it| it.resource.capacity_providers.clone()).unwrap_or_default()
}

/// A strategy whose provider is not associated with the cluster.
pub(super) fn not_associated() -> AwsError {
    invalid(
        "The specified capacity provider strategy cannot contain a capacity provider that is not \
         associated with the cluster. Associate the capacity provider with the cluster and try \
         again.",
    )
}

/// What AWS refuses of a list.
fn check(world: &World, place: &Place, it: &Associations) -> Result<(), AwsError> {
    let cluster = it.cluster.known().unwrap_or_default();
    if world.get::<Cluster>(place, cluster).is_none() {
        return Err(AwsError::not_found("ClusterNotFoundException", "Cluster not found."));
    }
    let strategy = it.default_capacity_provider_strategy.as_ref();
    let mut named = strategy.into_iter().flat_map(CapacityProviderStrategy::providers);
    if named.any(|provider| !it.capacity_providers.contains(&provider)) {
        return Err(not_associated());
    }
    removable(world, place, cluster, &it.capacity_providers)
}

/// Nothing runs on what is not in the list any more.
fn removable(
    world: &World,
    place: &Place,
    cluster: &str,
    kept: &Set<CapacityProvider>,
) -> Result<(), AwsError> {
    let services = world
        .all::<Service>(place)
        .filter(|(_, service)| service.resource.cluster.known() == Some(cluster));
    let strategies = services.filter_map(|(_, service)| service.resource.capacity.strategy());
    let mut used = strategies.flat_map(CapacityProviderStrategy::providers);
    if used.any(|provider| !kept.contains(&provider)) {
        return Err(AwsError::dependency(
            "ResourceInUseException",
            "The specified capacity provider is in use and cannot be removed.",
        ));
    }
    Ok(())
}

fn associate(
    world: &mut World,
    request: &Create<Associations>,
) -> Result<Observed<Associations>, AwsError> {
    check(world, &request.place, &request.desired)?;
    let cluster = request.desired.cluster.known().unwrap_or_default().to_owned();
    world.insert(request, Outputs { cluster }, "", Duration::ZERO)
}

fn disassociate(world: &mut World, place: &Place, cluster: &str) -> Result<(), AwsError> {
    removable(world, place, cluster, &Set::new())?;
    world.remove::<Associations>(place, cluster, Duration::ZERO);
    Ok(())
}

#[async_trait]
impl Handler<Associations> for ClusterCapacityProviderAssociationsHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<Associations>>, ExecError>> {
        self.0.read("ecs", "DescribeClusters", place, identifiers).await
    }

    async fn create(
        &self,
        request: &Create<Associations>,
    ) -> Result<Observed<Associations>, ExecError> {
        self.0.call("ecs", PUT, &request.place, |world| associate(world, request)).await
    }

    /// An association has no tags: one of the same content is taken for the one that was made.
    async fn find(
        &self,
        request: &Create<Associations>,
    ) -> Result<Option<Observed<Associations>>, ExecError> {
        let (place, desired) = (&request.place, &request.desired);
        self.0
            .call("ecs", "DescribeClusters", place, |world| {
                let cluster = desired.cluster.known().unwrap_or_default();
                let found = world.get::<Associations>(place, cluster);
                let same = found.filter(|it| it.resource == *desired);
                Ok(same.map(|it| it.observed(world.now())))
            })
            .await
    }

    async fn update(
        &self,
        request: &Update<Associations>,
    ) -> Result<Observed<Associations>, ExecError> {
        let (place, cluster) = (&request.place, &request.identifier);
        self.0
            .call("ecs", PUT, place, |world| {
                check(world, place, &request.desired)?;
                world.change::<Associations>(place, cluster, "", Duration::ZERO, |it| {
                    it.resource = request.desired.clone();
                })
            })
            .await
    }

    async fn delete(&self, request: &Delete<Associations>) -> Result<Deletion, ExecError> {
        let (place, cluster) = (&request.place, &request.identifier);
        self.0.call("ecs", PUT, place, |world| disassociate(world, place, cluster)).await?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use CapacityProvider::{Fargate, FargateSpot};
    use elanswer_core::{
        Ref,
        services::ecs::{AwsVpcConfiguration, ClusterOutputs, EcsName, ServiceOutputs},
    };

    use super::*;
    use crate::services::ecs::testing::{PLACE, create, world};

    const CLUSTER: &str = "arn:aws:ecs:us-east-1:123456789012:cluster/main";

    fn list(providers: impl Into<Set<CapacityProvider>>) -> Associations {
        Associations::builder()
            .cluster(Ref::existing(CLUSTER))
            .capacity_providers(providers)
            .build()
    }

    fn with_cluster() -> World {
        let mut world = world();
        world.register::<Associations>();
        world.register::<Service>();
        let cluster = Cluster::builder().cluster_name(EcsName::literal("main")).build();
        let outputs = ClusterOutputs { arn: CLUSTER.to_owned(), cluster_name: "main".to_owned() };
        world.insert(&create("cluster", cluster), outputs, "", Duration::ZERO).unwrap();
        world
    }

    fn refusal<T: std::fmt::Debug>(answer: Result<T, AwsError>) -> String {
        format!("{:?}", answer.unwrap_err())
    }

    #[test]
    fn a_default_names_what_is_associated() {
        let mut world = with_cluster();
        let mut it = list([Fargate]);
        it.default_capacity_provider_strategy = Some(CapacityProviderStrategy::only(FargateSpot));
        let refused = refusal(associate(&mut world, &create("it", it.clone())));
        assert!(refused.contains("not associated with the cluster"), "{refused}");
        it.capacity_providers.insert(FargateSpot);
        associate(&mut world, &create("it", it)).unwrap();
        assert_eq!(associated(&world, &PLACE, CLUSTER), Set::from([Fargate, FargateSpot]));
    }

    #[test]
    fn there_is_a_cluster() {
        let it = Associations { cluster: Ref::existing("nowhere"), ..list([Fargate]) };
        let refused = refusal(associate(&mut with_cluster(), &create("it", it)));
        assert!(refused.contains("ClusterNotFoundException"), "{refused}");
    }

    #[test]
    fn what_is_in_use_stays() {
        let mut world = with_cluster();
        associate(&mut world, &create("it", list([Fargate, FargateSpot]))).unwrap();
        let service = Service::builder()
            .cluster(Ref::existing(CLUSTER))
            .task_definition(Ref::existing("task"))
            .capacity(CapacityProviderStrategy::only(FargateSpot))
            .network_configuration(
                AwsVpcConfiguration::builder().subnets([Ref::existing("s")]).build().into(),
            );
        let arn = "arn:aws:ecs:us-east-1:123456789012:service/main/web";
        let outputs = ServiceOutputs { service_arn: arn.to_owned(), name: "web".to_owned() };
        let service = create("service", service.build());
        world.insert(&service, outputs, "", Duration::ZERO).unwrap();
        for kept in [Set::new(), Set::from([Fargate])] {
            let refused = refusal(removable(&world, &PLACE, CLUSTER, &kept));
            assert!(refused.contains("in use and cannot be removed"), "{refused}");
        }
        assert!(removable(&world, &PLACE, CLUSTER, &Set::from([FargateSpot])).is_ok());
        assert!(disassociate(&mut world, &PLACE, CLUSTER).is_err());
        // Its tasks stop for a while yet.
        world.remove::<Service>(&PLACE, arn, Duration::from_secs(60));
        assert!(disassociate(&mut world, &PLACE, CLUSTER).is_err());
        world.advance_to(60_000);
        disassociate(&mut world, &PLACE, CLUSTER).unwrap();
        assert!(associated(&world, &PLACE, CLUSTER).is_empty());
    }
}
