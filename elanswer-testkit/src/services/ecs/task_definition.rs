//! `AWS::ECS::TaskDefinition` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html>.
//! AWS shows a deregistered revision as `INACTIVE` for ever; both handlers take that for gone.
//! A role that cannot be assumed is refused when a revision is registered; AWS may refuse it only
//! when a task starts. What Fargate has no size for cannot be written with the model.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place, Resource,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::ecs::{TaskDefinition, TaskDefinitionOutputs},
};

use super::{TAGGING, container, refused, roles_of};
use crate::{
    api::Api,
    world::{AwsError, World, arn},
};

/// Handles task definitions in memory.
#[derive(Debug)]
pub struct TaskDefinitionHandler(Api);

impl From<Api> for TaskDefinitionHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

/// Every call makes another revision: there is no token, and AWS does not compare.
fn register(
    world: &mut World,
    request: &Create<TaskDefinition>,
) -> Result<Observed<TaskDefinition>, AwsError> {
    let (place, desired) = (&request.place, &request.desired);
    let family =
        desired.family.as_ref().ok_or_else(|| refused("Family should not be null or empty."))?;
    container::check(
        &desired.container_definitions,
        desired.execution_role_arn.is_some(),
        &world.quotas,
    )?;
    container::check_shares(desired)?;
    roles_of(world, desired)?;
    let series = format!("{} {family}", TaskDefinition::SCHEMA.kind);
    let revision = world.next_number(place, &series);
    let task_definition_arn = arn(place, "ecs", &format!("task-definition/{family}:{revision}"));
    world.insert(request, TaskDefinitionOutputs { task_definition_arn }, "", Duration::ZERO)
}

#[async_trait]
impl Handler<TaskDefinition> for TaskDefinitionHandler {
    /// `DescribeTaskDefinition` takes one.
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<TaskDefinition>>, ExecError>> {
        let mut answers = Vec::with_capacity(identifiers.len());
        for identifier in identifiers {
            let one = std::slice::from_ref(identifier);
            answers.extend(self.0.read("ecs", "DescribeTaskDefinition", place, one).await);
        }
        answers
    }

    async fn create(
        &self,
        request: &Create<TaskDefinition>,
    ) -> Result<Observed<TaskDefinition>, ExecError> {
        self.0
            .call("ecs", "RegisterTaskDefinition", &request.place, |world| register(world, request))
            .await
    }

    async fn find(
        &self,
        request: &Create<TaskDefinition>,
    ) -> Result<Option<Observed<TaskDefinition>>, ExecError> {
        let place = &request.place;
        let revisions = self
            .0
            .call("ecs", "ListTaskDefinitions", place, |world| {
                Ok(world
                    .all::<TaskDefinition>(place)
                    .filter(|(_, object)| object.resource.family == request.desired.family)
                    .count())
            })
            .await?;
        if revisions == 0 {
            return Ok(None);
        }
        self.0.find_owned("ecs", "DescribeTaskDefinition", request).await
    }

    async fn update(
        &self,
        request: &Update<TaskDefinition>,
    ) -> Result<Observed<TaskDefinition>, ExecError> {
        self.0.retag("ecs", TAGGING, request).await?;
        Ok(self.0.after(request))
    }

    async fn delete(&self, request: &Delete<TaskDefinition>) -> Result<Deletion, ExecError> {
        self.0
            .call("ecs", "DeregisterTaskDefinition", &request.place, |world| {
                world.remove::<TaskDefinition>(&request.place, &request.identifier, Duration::ZERO);
                Ok(())
            })
            .await?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::services::ecs::{ContainerDefinition, EcsName, FargateSize};

    use super::*;
    use crate::services::ecs::testing::{PLACE, create, world};

    #[test]
    fn every_call_makes_a_revision_and_no_number_comes_twice() {
        let mut world = world();
        let task = TaskDefinition::builder()
            .family(EcsName::literal("web"))
            .size(FargateSize::of::<256, 512>())
            .container_definitions([ContainerDefinition::new(EcsName::literal("web"), "web:1")])
            .build();
        let mut arn = || {
            let made = register(&mut world, &create("a", task.clone())).unwrap();
            let arn = made.outputs.task_definition_arn;
            world.remove::<TaskDefinition>(&PLACE, &arn, Duration::ZERO);
            arn
        };
        assert_eq!(arn(), "arn:aws:ecs:us-east-1:123456789012:task-definition/web:1");
        assert_eq!(arn(), "arn:aws:ecs:us-east-1:123456789012:task-definition/web:2");
    }
}
