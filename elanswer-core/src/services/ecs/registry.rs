//! Where the tasks of a service are found by name.

use serde::{Deserialize, Serialize};

use super::{EcsName, container::ContainerPort};
use crate::{reference::Input, services::servicediscovery::ServiceArn};

/// A service of Cloud Map that the tasks of a service register with: other programs find them by its
/// name.
///
/// AWS: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-discovery.html>.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ServiceRegistry {
    /// `RegistryArn`: the service of Cloud Map.
    pub registry_arn: Input<ServiceArn>,
    /// `ContainerName` and `ContainerPort`: what `SRV` records point to. One with records of the
    /// type `A` alone has none.
    #[serde(flatten)]
    pub target: Option<RegistryTarget>,
}

/// What the `SRV` records of a service of Cloud Map point to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct RegistryTarget {
    /// `ContainerName`: a container of the task definition.
    pub container_name: EcsName,
    /// `ContainerPort`: one of the container's port mappings.
    pub container_port: ContainerPort,
}

impl ServiceRegistry {
    /// Registers the addresses of the tasks alone: records of the type `A`.
    pub fn new(registry_arn: impl Into<Input<ServiceArn>>) -> Self {
        Self { registry_arn: registry_arn.into(), target: None }
    }
}

/// One registry, or none, as AWS's list.
pub(super) mod list {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    use super::ServiceRegistry;

    pub(in super::super) fn serialize<S: Serializer>(
        registry: &Option<ServiceRegistry>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        registry.iter().collect::<Vec<_>>().serialize(serializer)
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<ServiceRegistry>, D::Error> {
        let mut registries = Vec::<ServiceRegistry>::deserialize(deserializer)?;
        let registry = registries.pop();
        if registries.is_empty() {
            Ok(registry)
        } else {
            Err(D::Error::custom("a service registers with one service of Cloud Map"))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ARN: &str = "arn:aws:servicediscovery:us-east-1:123456789012:service/srv-1";

    #[test]
    fn a_registry_has_the_shape_of_cloudformation() {
        let addresses = ServiceRegistry::new(ServiceArn::literal(ARN));
        let tree = json!({ "RegistryArn": ARN });
        assert_eq!(serde_json::to_value(&addresses).unwrap(), tree);
        assert_eq!(serde_json::from_value::<ServiceRegistry>(tree).unwrap(), addresses);
        let target = RegistryTarget {
            container_name: EcsName::literal("api"),
            container_port: ContainerPort::of::<8080>(),
        };
        let ports = ServiceRegistry { target: Some(target), ..addresses };
        let tree = json!({ "RegistryArn": ARN, "ContainerName": "api", "ContainerPort": 8080 });
        assert_eq!(serde_json::to_value(&ports).unwrap(), tree);
        assert_eq!(serde_json::from_value::<ServiceRegistry>(tree).unwrap(), ports);
    }
}
