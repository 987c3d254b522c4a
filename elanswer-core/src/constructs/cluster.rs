//! An ECS cluster on Fargate.

use super::name_tag;
use crate::{
    architecture::{Construct, Scope},
    reference::{Output, Ref},
    services::ecs::{
        CapacityProvider, CapacityProviderStrategy, Cluster, ClusterCapacityProviderAssociations,
        ContainerInsights,
    },
};

/// A cluster whose services run on Fargate, with Container Insights.
///
/// ```
/// use elanswer_core::{Architecture, Region, constructs::FargateCluster};
///
/// let mut arch = Architecture::new("shop", Region::UsEast1);
/// let cluster = arch.add(FargateCluster::new("services").spot());
/// assert!(cluster.providers().is_some());
/// ```
#[derive(Debug, Clone)]
#[must_use = "a cluster does nothing until it is added to an architecture"]
pub struct FargateCluster {
    name: String,
    insights: ContainerInsights,
    spot: bool,
    default: Option<CapacityProviderStrategy>,
}

impl FargateCluster {
    /// A cluster.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), insights: ContainerInsights::Enabled, spot: false, default: None }
    }

    /// How much CloudWatch collects of it. Default: [`ContainerInsights::Enabled`].
    pub const fn insights(mut self, insights: ContainerInsights) -> Self {
        self.insights = insights;
        self
    }

    /// Its services can run on Fargate Spot too, as
    /// [`FargateService::on_spot`](super::FargateService::on_spot) says. Default: on Fargate alone.
    pub const fn spot(mut self) -> Self {
        self.spot = true;
        self
    }

    /// How tasks are shared between Fargate and Fargate Spot that say nothing of it, such as those
    /// that people start. A [`FargateService`](super::FargateService) always says. Default: AWS
    /// refuses tasks that do not say.
    pub fn by_default(mut self, strategy: CapacityProviderStrategy) -> Self {
        self.default = Some(strategy);
        self.spot()
    }
}

impl Construct for FargateCluster {
    type Handle = FargateClusterHandle;

    fn name(&self) -> &str {
        &self.name
    }

    fn build(self, scope: &mut Scope<'_>) -> FargateClusterHandle {
        let cluster = Cluster::builder()
            .container_insights(self.insights)
            .tags(name_tag(scope, "cluster"))
            .build();
        let cluster = scope.resource("cluster", cluster);
        let providers = self.spot.then(|| {
            let providers = ClusterCapacityProviderAssociations::builder()
                .cluster(&cluster)
                .capacity_providers([CapacityProvider::Fargate, CapacityProvider::FargateSpot])
                .maybe_default_capacity_provider_strategy(self.default)
                .build();
            scope.resource("capacity-providers", providers)
        });
        FargateClusterHandle { cluster, providers }
    }
}

/// A cluster that was added, or one that exists.
#[derive(Debug, Clone)]
pub struct FargateClusterHandle {
    cluster: Ref<Cluster>,
    providers: Option<Ref<ClusterCapacityProviderAssociations>>,
}

impl FargateClusterHandle {
    /// The cluster.
    #[must_use]
    pub const fn cluster(&self) -> &Ref<Cluster> {
        &self.cluster
    }

    /// Its name, which metrics and scaling targets take.
    #[must_use]
    pub fn cluster_name(&self) -> Output<String> {
        self.cluster.name()
    }

    /// Its capacity providers, if it has any of its own.
    #[must_use]
    pub const fn providers(&self) -> Option<&Ref<ClusterCapacityProviderAssociations>> {
        self.providers.as_ref()
    }
}

impl From<&Self> for FargateClusterHandle {
    fn from(handle: &Self) -> Self {
        handle.clone()
    }
}

/// Of its capacity providers nothing is known.
impl From<Ref<Cluster>> for FargateClusterHandle {
    fn from(cluster: Ref<Cluster>) -> Self {
        Self { cluster, providers: None }
    }
}

impl From<&Ref<Cluster>> for FargateClusterHandle {
    fn from(cluster: &Ref<Cluster>) -> Self {
        cluster.clone().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::constructs::testing::{described, inventory};

    #[test]
    fn has_capacity_providers_where_asked_for() {
        let strategy = CapacityProviderStrategy::only(CapacityProvider::FargateSpot);
        let (arch, [plain, spot, default]) = described(|arch| {
            [
                arch.add(FargateCluster::new("plain")),
                arch.add(FargateCluster::new("spot").spot()),
                arch.add(FargateCluster::new("default").by_default(strategy.clone())),
            ]
        });
        insta::assert_snapshot!(inventory(&arch, ""), @r"
        default/capacity-providers ClusterCapacityProviderAssociations <- default/cluster.Arn
        default/cluster Cluster
        plain/cluster Cluster
        spot/capacity-providers ClusterCapacityProviderAssociations <- spot/cluster.Arn
        spot/cluster Cluster
        ");
        assert!(plain.providers().is_none());
        let default_of = |handle: &FargateClusterHandle| {
            let providers = arch.get(handle.providers().unwrap()).unwrap();
            providers.default_capacity_provider_strategy.clone()
        };
        assert_eq!(default_of(&spot), None);
        assert_eq!(default_of(&default), Some(strategy));
    }
}
