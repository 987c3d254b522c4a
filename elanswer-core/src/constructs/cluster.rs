//! An ECS cluster on Fargate.

use super::name_tag;
use crate::{
    architecture::{Construct, Scope},
    reference::Ref,
    services::ecs::{Cluster, ContainerInsights},
};

/// A cluster whose services run on Fargate, with Container Insights.
#[derive(Debug, Clone)]
#[must_use = "a cluster does nothing until it is added to an architecture"]
pub struct FargateCluster {
    name: String,
    insights: ContainerInsights,
}

impl FargateCluster {
    /// A cluster.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), insights: ContainerInsights::Enabled }
    }

    /// How much CloudWatch collects of it. Default: [`ContainerInsights::Enabled`].
    pub const fn insights(mut self, insights: ContainerInsights) -> Self {
        self.insights = insights;
        self
    }
}

impl Construct for FargateCluster {
    type Handle = Ref<Cluster>;

    fn name(&self) -> &str {
        &self.name
    }

    fn build(self, scope: &mut Scope<'_>) -> Ref<Cluster> {
        let cluster = Cluster::builder()
            .container_insights(self.insights)
            .tags(name_tag(scope, "cluster"))
            .build();
        scope.resource("cluster", cluster)
    }
}
