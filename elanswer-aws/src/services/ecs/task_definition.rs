//! `AWS::ECS::TaskDefinition` over the SDK.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html>.
//! A deregistered revision stays visible as `INACTIVE` for ever; it counts as gone. Every register
//! call makes another revision, so that one whose answer was lost is found by its tags.

use async_trait::async_trait;
use aws_sdk_ecs::types::{self, SortOrder, Tag, TaskDefinitionField, TaskDefinitionStatus};
use elanswer_core::{
    Handler, Input, Place, Region, Set, Tags,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::ecs::{
        EcsName, FargateSize, RuntimePlatform, TaskDefinition, TaskDefinitionOutputs, Volume,
    },
};

use super::{SERVICE, container, failed, from_sdk, none_if_gone, parse_word, retag, to_sdk, word};
use crate::{clients::Clients, error::missing};

/// Handles task definitions over the SDK.
#[derive(Debug)]
pub struct TaskDefinitionHandler(Clients);

impl From<Clients> for TaskDefinitionHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

fn platform(platform: RuntimePlatform) -> types::RuntimePlatform {
    types::RuntimePlatform::builder()
        .cpu_architecture(word(platform.cpu_architecture).as_str().into())
        .operating_system_family(word(platform.operating_system_family).as_str().into())
        .build()
}

fn observed_platform(platform: &types::RuntimePlatform) -> RuntimePlatform {
    let architecture = platform.cpu_architecture().and_then(|it| parse_word(it.as_str()));
    let system = platform.operating_system_family().and_then(|it| parse_word(it.as_str()));
    RuntimePlatform {
        cpu_architecture: architecture.unwrap_or_default(),
        operating_system_family: system.unwrap_or_default(),
    }
}

fn volume(volume: &Volume) -> types::Volume {
    types::Volume::builder().name(volume.name.as_str()).build()
}

fn observed_volume(volume: &types::Volume) -> Option<Volume> {
    volume.name().and_then(|name| EcsName::new(name).ok()).map(Volume::new)
}

/// `None` is a revision that was deregistered.
fn observed(
    task: &types::TaskDefinition,
    tags: &[Tag],
) -> Result<Option<Observed<TaskDefinition>>, ExecError> {
    let lacks = |field| missing(SERVICE, "DescribeTaskDefinition", field);
    if task.status().is_some_and(|status| *status != TaskDefinitionStatus::Active) {
        return Ok(None);
    }
    let arn = task.task_definition_arn().ok_or_else(|| lacks("taskDefinitionArn"))?;
    let units = |text: Option<&str>| text.and_then(|text| text.parse().ok());
    let cpu = units(task.cpu()).ok_or_else(|| lacks("cpu"))?;
    let memory = units(task.memory()).ok_or_else(|| lacks("memory"))?;
    let containers = task.container_definitions().iter().map(container::from_sdk);
    let resource = TaskDefinition::builder()
        .maybe_family(task.family().and_then(|family| EcsName::new(family).ok()))
        .size(FargateSize::new(cpu, memory).map_err(|_| lacks("cpu and memory of Fargate"))?)
        .maybe_execution_role_arn(task.execution_role_arn())
        .maybe_task_role_arn(task.task_role_arn())
        .runtime_platform(task.runtime_platform().map(observed_platform).unwrap_or_default())
        .container_definitions(containers.collect::<Result<Vec<_>, _>>()?)
        .volumes(task.volumes().iter().filter_map(observed_volume).collect::<Set<_>>())
        .tags(from_sdk(tags).declared())
        .build();
    let outputs = TaskDefinitionOutputs { task_definition_arn: arn.to_owned() };
    Ok(Some(Observed::ready(resource, outputs)))
}

impl TaskDefinitionHandler {
    /// One revision with all of its tags.
    async fn describe(
        &self,
        region: Region,
        arn: &str,
    ) -> Result<Option<(Observed<TaskDefinition>, Tags)>, ExecError> {
        let call = self.0.ecs(region).describe_task_definition().task_definition(arn);
        let answer = call.include(TaskDefinitionField::Tags).send().await;
        let Some(answer) = none_if_gone(answer.map_err(failed("DescribeTaskDefinition")))? else {
            return Ok(None);
        };
        let task = answer
            .task_definition()
            .ok_or_else(|| missing(SERVICE, "DescribeTaskDefinition", "taskDefinition"))?;
        let tags = answer.tags();
        Ok(observed(task, tags)?.map(|task| (task, from_sdk(tags))))
    }
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
        for arn in identifiers {
            let answer = self.describe(place.region, arn).await;
            answers.push(answer.map(|found| found.map(|(task, _)| task)));
        }
        answers
    }

    async fn create(
        &self,
        request: &Create<TaskDefinition>,
    ) -> Result<Observed<TaskDefinition>, ExecError> {
        let desired = &request.desired;
        let containers = desired.container_definitions.iter().map(container::to_sdk);
        let role = |arn: &Option<Input<String>>| arn.as_ref().and_then(Input::known).cloned();
        let answer = self
            .0
            .ecs(request.place.region)
            .register_task_definition()
            .set_family(desired.family.as_ref().map(EcsName::to_string))
            .cpu(desired.size.cpu_units().to_string())
            .memory(desired.size.memory_mib().to_string())
            .set_execution_role_arn(role(&desired.execution_role_arn))
            .set_task_role_arn(role(&desired.task_role_arn))
            .network_mode(word(desired.network_mode).as_str().into())
            .set_requires_compatibilities(Some(
                desired
                    .requires_compatibilities
                    .iter()
                    .map(|it| word(it).as_str().into())
                    .collect(),
            ))
            .runtime_platform(platform(desired.runtime_platform))
            .set_container_definitions(Some(containers.collect::<Result<_, _>>()?))
            .set_volumes(
                (!desired.volumes.is_empty()).then(|| desired.volumes.iter().map(volume).collect()),
            )
            .set_tags(Some(to_sdk(&request.tags())))
            .send()
            .await
            .map_err(failed("RegisterTaskDefinition"))?;
        let arn = answer
            .task_definition()
            .and_then(types::TaskDefinition::task_definition_arn)
            .ok_or_else(|| missing(SERVICE, "RegisterTaskDefinition", "taskDefinitionArn"))?;
        let outputs = TaskDefinitionOutputs { task_definition_arn: arn.to_owned() };
        Ok(Observed::ready(desired.clone(), outputs))
    }

    /// The newest revisions of the family come first, and the one looked for is among them.
    async fn find(
        &self,
        request: &Create<TaskDefinition>,
    ) -> Result<Option<Observed<TaskDefinition>>, ExecError> {
        let region = request.place.region;
        let answer = self
            .0
            .ecs(region)
            .list_task_definitions()
            .set_family_prefix(request.desired.family.as_ref().map(EcsName::to_string))
            .sort(SortOrder::Desc)
            .send()
            .await
            .map_err(failed("ListTaskDefinitions"))?;
        for arn in answer.task_definition_arns() {
            if let Some((task, tags)) = self.describe(region, arn).await?
                && request.ownership.owns(&tags)
            {
                return Ok(Some(task));
            }
        }
        Ok(None)
    }

    async fn update(
        &self,
        request: &Update<TaskDefinition>,
    ) -> Result<Observed<TaskDefinition>, ExecError> {
        retag(&self.0.ecs(request.place.region), request).await?;
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<TaskDefinition>) -> Result<Deletion, ExecError> {
        let client = self.0.ecs(request.place.region);
        let call = client.deregister_task_definition().task_definition(&request.identifier);
        none_if_gone(call.send().await.map_err(failed("DeregisterTaskDefinition")))?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_described_revision_is_what_was_asked_for() {
        let container = types::ContainerDefinition::builder().name("web").image("web:1").build();
        let task = types::TaskDefinition::builder()
            .task_definition_arn("arn:aws:ecs:us-east-1:123456789012:task-definition/web:7")
            .family("web")
            .cpu("512")
            .memory("1024")
            .task_role_arn("arn:aws:iam::123456789012:role/web")
            .runtime_platform(platform(RuntimePlatform::ARM64))
            .container_definitions(container)
            .volumes(volume(&Volume::new(EcsName::literal("tmp"))))
            .status(TaskDefinitionStatus::Active);
        let found = observed(&task.clone().build(), &[]).unwrap().unwrap();
        assert_eq!(found.resource.size, FargateSize::of::<512, 1024>());
        assert_eq!(found.resource.runtime_platform, RuntimePlatform::ARM64);
        assert!(found.resource.task_role_arn.is_some());
        assert_eq!(found.resource.volumes, Set::from([Volume::new(EcsName::literal("tmp"))]));
        assert!(found.outputs.task_definition_arn.ends_with("web:7"));
        let gone = task.status(TaskDefinitionStatus::Inactive).build();
        assert!(observed(&gone, &[]).unwrap().is_none());
    }
}
