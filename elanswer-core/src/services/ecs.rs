//! Amazon ECS: containers on Fargate.

pub use capacity::{
    Capacity, CapacityBase, CapacityProvider, CapacityProviderStrategy,
    CapacityProviderStrategyError, CapacityProviderStrategyItem, CapacityShare, CapacityWeight,
    LaunchType,
};
pub use cluster::{Cluster, ClusterOutputs, ContainerInsights};
pub use cluster_capacity_provider_associations::{
    ClusterCapacityProviderAssociations, ClusterCapacityProviderAssociationsOutputs,
};
pub use container::{
    AwsLogs, ContainerCondition, ContainerDefinition, ContainerDependency, ContainerPort,
    HealthCheck, MemoryReservation, PortMapping, TransportProtocol,
};
pub use deployment::{CircuitBreaker, DeploymentAlarms, DeploymentConfiguration};
pub use registry::{RegistryTarget, ServiceRegistry};
pub use service::{
    AssignPublicIp, AwsVpcConfiguration, NetworkConfiguration, PlatformVersion, PropagateTags,
    Service, ServiceLoadBalancer, ServiceOutputs,
};
pub use task_definition::{
    Compatibility, CpuArchitecture, FargateSize, FargateSizeError, NetworkMode,
    OperatingSystemFamily, RuntimePlatform, TaskDefinition, TaskDefinitionOutputs,
};
pub use volume::{ContainerPath, MountPoint, Volume};

mod capacity;
mod cluster;
mod cluster_capacity_provider_associations;
mod container;
mod deployment;
mod registry;
mod service;
mod task_definition;
mod volume;

use crate::text::{is_of, text};

text! {
    /// A name in Amazon ECS: of a cluster, a service, a task definition family or a container.
    ///
    /// ```
    /// use elanswer_core::services::ecs::EcsName;
    ///
    /// const WEB: EcsName = EcsName::literal("web");
    /// assert_eq!(WEB.as_str(), "web");
    /// ```
    EcsName: "a name in ECS",
    "1 to 255 letters, digits, `_` and `-`",
    is_name
}

/// The longest [`EcsName`].
pub(crate) const MAX_NAME_LEN: usize = 255;

const fn is_name(text: &str) -> bool {
    is_of(text, 1, MAX_NAME_LEN, "_-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_a_length_and_an_alphabet() {
        for good in ["a", "Web_1-b", &"x".repeat(255)] {
            assert_eq!(EcsName::new(good).unwrap().as_str(), good);
        }
        for bad in ["", "a b", "a/b", "ä", &"x".repeat(256)] {
            assert!(EcsName::new(bad).is_err(), "{bad}");
        }
    }
}
