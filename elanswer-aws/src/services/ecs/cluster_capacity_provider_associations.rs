//! `AWS::ECS::ClusterCapacityProviderAssociations` over the SDK.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutClusterCapacityProviders.html>.
//! The list is a part of the cluster: an empty one is none.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_ecs::types;
use elanswer_core::{
    Handler, Place, Ref, Region, Set,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::ecs::{
        CapacityProvider, ClusterCapacityProviderAssociations as Associations,
        ClusterCapacityProviderAssociationsOutputs as Outputs,
    },
};

use super::{capacity, failed, none_if_gone, parse_word};
use crate::clients::Clients;

/// How many clusters `DescribeClusters` takes.
const PAGE: usize = 100;

/// Handles the capacity providers of clusters over the SDK.
#[derive(Debug)]
pub struct ClusterCapacityProviderAssociationsHandler(Clients);

impl From<Clients> for ClusterCapacityProviderAssociationsHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

/// The list of a cluster; `None` is a cluster that was deleted, or one without providers.
fn observed(cluster: &types::Cluster) -> Option<Observed<Associations>> {
    let providers: Set<CapacityProvider> =
        cluster.capacity_providers().iter().filter_map(|name| parse_word(name)).collect();
    if cluster.status() == Some("INACTIVE") || providers.is_empty() {
        return None;
    }
    let arn = cluster.cluster_arn()?;
    let resource = Associations {
        cluster: Ref::existing(arn),
        capacity_providers: providers,
        default_capacity_provider_strategy: capacity::from_sdk(
            cluster.default_capacity_provider_strategy(),
        ),
    };
    Some(Observed::ready(resource, Outputs { cluster: arn.to_owned() }))
}

impl ClusterCapacityProviderAssociationsHandler {
    /// The lists of these clusters, by their ARNs; what does not exist is left out.
    async fn describe(
        &self,
        region: Region,
        clusters: Vec<String>,
    ) -> Result<BTreeMap<String, Observed<Associations>>, ExecError> {
        let call = self.0.ecs(region).describe_clusters().set_clusters(Some(clusters));
        let answer = call.send().await.map_err(failed("DescribeClusters"))?;
        let found = answer.clusters().iter().filter_map(observed);
        Ok(found.map(|it| (it.outputs.cluster.clone(), it)).collect())
    }

    /// Puts the list of a cluster in the place of the one that it has.
    async fn put(&self, region: Region, it: &Associations) -> Result<(), ExecError> {
        let providers =
            it.capacity_providers.iter().map(|provider| provider.as_str().to_owned()).collect();
        let strategy = capacity::to_sdk(it.default_capacity_provider_strategy.as_ref())?;
        self.0
            .ecs(region)
            .put_cluster_capacity_providers()
            .set_cluster(it.cluster.known().map(str::to_owned))
            .set_capacity_providers(Some(providers))
            .set_default_capacity_provider_strategy(Some(strategy))
            .send()
            .await
            .map_err(failed("PutClusterCapacityProviders"))?;
        Ok(())
    }
}

fn made(it: &Associations) -> Observed<Associations> {
    let cluster = it.cluster.known().unwrap_or_default().to_owned();
    Observed::ready(it.clone(), Outputs { cluster })
}

#[async_trait]
impl Handler<Associations> for ClusterCapacityProviderAssociationsHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<Associations>>, ExecError>> {
        let mut answers = Vec::with_capacity(identifiers.len());
        for page in identifiers.chunks(PAGE) {
            match self.describe(place.region, page.to_vec()).await {
                Ok(mut found) => answers.extend(page.iter().map(|arn| Ok(found.remove(arn)))),
                Err(error) => answers.extend(page.iter().map(|_| Err(error.clone()))),
            }
        }
        answers
    }

    async fn create(
        &self,
        request: &Create<Associations>,
    ) -> Result<Observed<Associations>, ExecError> {
        self.put(request.place.region, &request.desired).await?;
        Ok(made(&request.desired))
    }

    /// An association has no tags: one of the same content is taken for the one that was made.
    async fn find(
        &self,
        request: &Create<Associations>,
    ) -> Result<Option<Observed<Associations>>, ExecError> {
        let cluster = request.desired.cluster.known().unwrap_or_default().to_owned();
        let found = self.describe(request.place.region, vec![cluster]).await?;
        Ok(found.into_values().find(|found| found.resource == request.desired))
    }

    async fn update(
        &self,
        request: &Update<Associations>,
    ) -> Result<Observed<Associations>, ExecError> {
        self.put(request.place.region, &request.desired).await?;
        Ok(made(&request.desired))
    }

    /// An empty list; a cluster that is gone has none.
    async fn delete(&self, request: &Delete<Associations>) -> Result<Deletion, ExecError> {
        let none = Associations {
            cluster: Ref::existing(&request.identifier),
            capacity_providers: Set::new(),
            default_capacity_provider_strategy: None,
        };
        none_if_gone(self.put(request.place.region, &none).await)?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::services::ecs::CapacityProviderStrategy;

    use super::*;

    #[test]
    fn the_list_of_a_cluster_is_what_was_put() {
        let strategy = CapacityProviderStrategy::only(CapacityProvider::FargateSpot);
        let cluster = types::Cluster::builder()
            .cluster_arn("arn:cluster")
            .status("ACTIVE")
            .capacity_providers("FARGATE_SPOT")
            .capacity_providers("FARGATE")
            .set_default_capacity_provider_strategy(Some(
                capacity::to_sdk(Some(&strategy)).unwrap(),
            ));
        let found = observed(&cluster.clone().build()).unwrap();
        let expected = Associations::builder()
            .cluster(Ref::existing("arn:cluster"))
            .capacity_providers([CapacityProvider::Fargate, CapacityProvider::FargateSpot])
            .default_capacity_provider_strategy(strategy)
            .build();
        assert_eq!(found.resource, expected);
        assert_eq!(found.outputs.cluster, "arn:cluster");
        assert!(observed(&cluster.clone().status("INACTIVE").build()).is_none());
        assert!(observed(&cluster.set_capacity_providers(None).build()).is_none());
    }
}
