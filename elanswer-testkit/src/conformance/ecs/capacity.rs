//! The case of the capacity providers of clusters.

use elanswer_core::{
    Architecture, Ref, Region, Resource,
    services::ecs::{
        CapacityBase, CapacityProvider, CapacityProviderStrategy, CapacityShare, Cluster,
        ClusterCapacityProviderAssociations, EcsName,
    },
};

use crate::conformance::Case;

pub(in crate::conformance) const CASES: &[Case] = &[Case {
    name: "ecs_cluster_capacity_provider_associations",
    kind: ClusterCapacityProviderAssociations::SCHEMA.kind,
    made: || with_providers(|[cluster, _]| plain(cluster)),
    updated: Some(|| with_providers(|[cluster, _]| shared(cluster))),
    replaced: Some(|| with_providers(|[_, other]| plain(other))),
}];

fn with_providers(
    it: impl FnOnce(&[Ref<Cluster>; 2]) -> ClusterCapacityProviderAssociations,
) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    let mut cluster = |id: &str, name| {
        let name = EcsName::literal(name);
        arch.resource(id, Cluster::builder().cluster_name(name).build())
    };
    let clusters = [cluster("one", "conformance-1"), cluster("other", "conformance-2")];
    arch.resource("it", it(&clusters));
    arch
}

fn plain(cluster: &Ref<Cluster>) -> ClusterCapacityProviderAssociations {
    ClusterCapacityProviderAssociations::builder()
        .cluster(cluster)
        .capacity_providers([CapacityProvider::FargateSpot])
        .build()
}

fn shared(cluster: &Ref<Cluster>) -> ClusterCapacityProviderAssociations {
    let strategy =
        CapacityProviderStrategy::split(CapacityShare::of::<1>(), CapacityShare::of::<3>())
            .with_base(CapacityProvider::Fargate, CapacityBase::of::<2>());
    ClusterCapacityProviderAssociations::builder()
        .cluster(cluster)
        .capacity_providers([CapacityProvider::Fargate, CapacityProvider::FargateSpot])
        .default_capacity_provider_strategy(strategy)
        .build()
}
