//! `AWS::ECS::ClusterCapacityProviderAssociations`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::{CapacityProvider, CapacityProviderStrategy, Cluster};
use crate::{
    Set,
    reference::{Output, Ref},
    resource::Resource,
    schema::{Kind, Schema, Timing},
};

/// The capacity providers that the services of a cluster may name, and how tasks that name none are
/// shared between them.
///
/// AWS: [`AWS::ECS::ClusterCapacityProviderAssociations`](https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html).
/// A cluster has one list: let a service with a strategy depend on it, for AWS refuses one whose
/// provider is not associated. Deleting this empties the list, which AWS refuses while tasks run
/// on one of the providers. Not modelled: providers of machines of one's own.
///
/// ```
/// use elanswer_core::services::ecs::{
///     CapacityProvider, Cluster, ClusterCapacityProviderAssociations,
/// };
/// # use elanswer_core::Ref;
/// # let cluster = Ref::<Cluster>::existing("arn:aws:ecs:us-east-1:123456789012:cluster/main");
///
/// let providers = ClusterCapacityProviderAssociations::builder()
///     .cluster(&cluster)
///     .capacity_providers([CapacityProvider::Fargate, CapacityProvider::FargateSpot])
///     .build();
/// assert!(providers.default_capacity_provider_strategy.is_none());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct ClusterCapacityProviderAssociations {
    /// `Cluster`. Changing it replaces the association.
    #[builder(into)]
    pub cluster: Ref<Cluster>,
    /// `CapacityProviders`: those that strategies may name, at least one.
    #[builder(into)]
    pub capacity_providers: Set<CapacityProvider>,
    /// `DefaultCapacityProviderStrategy`: for tasks and services that say neither a strategy nor a
    /// launch type. It names providers of the list. Unset: none.
    #[serde(default, with = "list")]
    pub default_capacity_provider_strategy: Option<CapacityProviderStrategy>,
}

/// What AWS decides of an association: nothing but what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ClusterCapacityProviderAssociationsOutputs {
    /// `Cluster`: the ARN of the cluster.
    pub cluster: String,
}

impl Ref<ClusterCapacityProviderAssociations> {
    /// The ARN of the cluster, once it has its providers.
    #[must_use]
    pub fn cluster(&self) -> Output<String> {
        self.output("Cluster")
    }
}

impl Resource for ClusterCapacityProviderAssociations {
    type Outputs = ClusterCapacityProviderAssociationsOutputs;

    const SCHEMA: &'static Schema = &Schema {
        identifier: "Cluster",
        outputs: &["Cluster"],
        replaces: &["Cluster"],
        exclusive: &["Cluster"],
        api: "ecs",
        timing: Timing::seconds(1, 1, 1),
        ..Schema::new(Kind::new("AWS::ECS::ClusterCapacityProviderAssociations"))
    };
}

/// No strategy is AWS's empty list.
mod list {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    use crate::services::ecs::{CapacityProviderStrategy, CapacityProviderStrategyItem};

    pub(super) fn serialize<S: Serializer>(
        strategy: &Option<CapacityProviderStrategy>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let items = strategy.iter().flat_map(CapacityProviderStrategy::items);
        items.collect::<Vec<_>>().serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<CapacityProviderStrategy>, D::Error> {
        let items = Vec::<CapacityProviderStrategyItem>::deserialize(deserializer)?;
        if items.is_empty() {
            return Ok(None);
        }
        CapacityProviderStrategy::new(items).map(Some).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn has_the_shape_of_cloudformation() {
        let it = ClusterCapacityProviderAssociations::builder()
            .cluster(Ref::existing("arn:cluster"))
            .capacity_providers([CapacityProvider::FargateSpot, CapacityProvider::Fargate])
            .default_capacity_provider_strategy(CapacityProviderStrategy::only(
                CapacityProvider::Fargate,
            ))
            .build();
        let tree = json!({
            "Cluster": "arn:cluster",
            "CapacityProviders": ["FARGATE", "FARGATE_SPOT"],
            "DefaultCapacityProviderStrategy": [
                { "CapacityProvider": "FARGATE", "Base": 0, "Weight": 1 },
            ],
        });
        assert_eq!(serde_json::to_value(&it).unwrap(), tree);
        let read = |tree| serde_json::from_value::<ClusterCapacityProviderAssociations>(tree);
        assert_eq!(read(tree).unwrap(), it);
        let without =
            ClusterCapacityProviderAssociations { default_capacity_provider_strategy: None, ..it };
        let tree = serde_json::to_value(&without).unwrap();
        assert_eq!(tree["DefaultCapacityProviderStrategy"], json!([]));
        assert_eq!(read(tree).unwrap(), without);
    }
}
