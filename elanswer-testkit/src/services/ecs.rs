//! Amazon ECS in memory.

pub use cluster::ClusterHandler;
pub use cluster_capacity_provider_associations::ClusterCapacityProviderAssociationsHandler;
pub use service::ServiceHandler;
pub use task_definition::TaskDefinitionHandler;

mod cluster;
mod cluster_capacity_provider_associations;
mod container;
mod service;
mod service_rules;
mod task_definition;

use elanswer_core::{
    Input,
    services::{ecs::TaskDefinition, iam::Service},
};

use super::iam::assumable_by;
use crate::world::{AwsError, World};

/// The operations that set and remove tags.
const TAGGING: [&str; 2] = ["TagResource", "UntagResource"];

/// A request that ECS refuses; this one code stands for most reasons.
fn refused(message: impl Into<String>) -> AwsError {
    AwsError::invalid("ClientException", message)
}

/// A request whose parameters ECS does not take.
fn invalid(message: impl Into<String>) -> AwsError {
    AwsError::invalid("InvalidParameterException", message)
}

/// The roles of a task definition: Fargate must be able to assume them.
///
/// AWS looks at them when a task starts, and refuses only some of them here; this is stricter.
fn roles_of(world: &World, task: &TaskDefinition) -> Result<(), AwsError> {
    [&task.execution_role_arn, &task.task_role_arn]
        .into_iter()
        .filter_map(|role| role.as_ref().and_then(Input::known))
        .try_for_each(|role| assumable_by(world, role, &Service::EcsTasks, "ClientException"))
}

/// What the tests of this service need.
#[cfg(test)]
mod testing {
    use elanswer_core::{Place, Region, Resource, ResourceId, handler::Create, tags::Ownership};

    use crate::world::{Quotas, World};

    pub(super) const PLACE: Place = Place::new(Region::UsEast1);

    pub(super) fn world() -> World {
        let mut world = World::new(1, Quotas::new());
        world.register::<elanswer_core::services::ecs::Cluster>();
        world.register::<elanswer_core::services::ecs::TaskDefinition>();
        world
    }

    /// A request to make the resource `id`.
    pub(super) fn create<R: Resource>(id: &str, desired: R) -> Create<R> {
        let resource = ResourceId::new(id).unwrap();
        let ownership = Ownership { stack: "test".to_owned(), resource, incarnation: 1 };
        Create {
            place: PLACE,
            desired,
            ownership,
            token: format!("{:0>32}", id.len()),
            secrets: elanswer_core::Secrets::default(),
        }
    }
}
