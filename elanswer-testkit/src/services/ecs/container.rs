//! What AWS refuses in the containers of a task definition.
//!
//! Rules: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html>,
//! quota: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html>.
//! Stricter than AWS: two containers of a task that listen on one port are refused here, and fail
//! in AWS when they start. AWS does not look at images and log groups before a task starts.

use elanswer_core::{
    Set,
    services::ecs::{ContainerCondition, ContainerDefinition, EcsName, TaskDefinition},
};

use super::refused;
use crate::world::{AwsError, Quotas};

pub(super) fn check(
    containers: &[ContainerDefinition],
    has_execution_role: bool,
    quotas: &Quotas,
) -> Result<(), AwsError> {
    if !containers.iter().any(|container| container.essential) {
        return Err(refused("At least one container must be marked as essential."));
    }
    let before_last = containers.len().saturating_sub(1);
    quotas.check("containers per task definition", 10, before_last, "ClientException")?;
    let mut names = Set::new();
    let mut ports = Set::new();
    for container in containers {
        let name = &container.name;
        if !names.insert(name) {
            return Err(refused(format!("Container.name '{name}' is used more than once.")));
        }
        for port in &container.port_mappings {
            if !ports.insert(*port) {
                let port = port.container_port.get();
                return Err(refused(format!("Container port {port} is used more than once.")));
            }
        }
        check_variables(container)?;
        if !has_execution_role {
            check_without_execution_role(container)?;
        }
    }
    check_order(containers)
}

/// What the containers take of the task: its volumes, and its memory.
pub(super) fn check_shares(task: &TaskDefinition) -> Result<(), AwsError> {
    let containers = &task.container_definitions;
    for mount in containers.iter().flat_map(|container| &container.mount_points) {
        if !task.volumes.iter().any(|volume| volume.name == mount.source_volume) {
            return Err(refused(format!("Unknown volume '{}'.", mount.source_volume)));
        }
    }
    for container in containers {
        let paths: Set<_> =
            container.mount_points.iter().map(|mount| &mount.container_path).collect();
        if paths.len() < container.mount_points.len() {
            return Err(refused("Container path is mounted more than once."));
        }
    }
    let reserved = containers.iter().filter_map(|container| container.memory_reservation);
    let reserved: u64 = reserved.map(|memory| u64::from(memory.get())).sum();
    if reserved > u64::from(task.size.memory_mib()) {
        return Err(refused(
            "The total amount of memory reserved for all containers within a task must be lower \
             than the task memory value.",
        ));
    }
    Ok(())
}

fn check_variables(container: &ContainerDefinition) -> Result<(), AwsError> {
    let shared = container.secrets.keys().find(|name| container.environment.contains_key(*name));
    match shared {
        Some(name) => Err(refused(format!(
            "The secret name must be unique and not shared with any new or existing environment \
             variables set on the container, such as '{name}'."
        ))),
        None => Ok(()),
    }
}

/// What the agent of Fargate does for a container, it does with the execution role.
fn check_without_execution_role(container: &ContainerDefinition) -> Result<(), AwsError> {
    if !container.secrets.is_empty() {
        return Err(refused(
            "When you are specifying container secrets, you must also specify a value for \
             'executionRoleArn'.",
        ));
    }
    if container.log_configuration.is_some() {
        return Err(refused(
            "Fargate requires task definition to have execution role ARN to support log driver \
             awslogs.",
        ));
    }
    if container.image.known().is_some_and(|image| image.contains(".dkr.ecr.")) {
        return Err(refused(
            "Fargate requires task definition to have execution role ARN to support ECR images.",
        ));
    }
    Ok(())
}

/// The containers that wait for others: those must exist, be able to get there, and not wait back.
fn check_order(containers: &[ContainerDefinition]) -> Result<(), AwsError> {
    for dependency in containers.iter().flat_map(|container| &container.depends_on) {
        let name = &dependency.container_name;
        let Some(other) = containers.iter().find(|container| container.name == *name) else {
            return Err(refused(format!("The container '{name}' of dependsOn does not exist.")));
        };
        let possible = match dependency.condition {
            ContainerCondition::Start => true,
            ContainerCondition::Healthy => other.health_check.is_some(),
            ContainerCondition::Complete | ContainerCondition::Success => !other.essential,
        };
        if !possible {
            return Err(refused(format!(
                "The container '{name}' can never meet its condition: HEALTHY needs a health \
                 check, COMPLETE and SUCCESS need a container that is not essential."
            )));
        }
    }
    let mut started: Set<&EcsName> = Set::new();
    loop {
        let ready: Vec<&EcsName> = containers
            .iter()
            .filter(|container| !started.contains(&container.name))
            .filter(|container| {
                container.depends_on.iter().all(|other| started.contains(&other.container_name))
            })
            .map(|container| &container.name)
            .collect();
        if ready.is_empty() {
            break;
        }
        started.extend(ready);
    }
    if started.len() == containers.len() {
        Ok(())
    } else {
        Err(refused("Container dependencies must not be circular."))
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::{
        Region,
        services::ecs::{
            AwsLogs, ContainerDependency, ContainerPath, ContainerPort, FargateSize, HealthCheck,
            MemoryReservation, MountPoint, PortMapping, Volume,
        },
    };

    use super::*;

    fn container(name: &'static str) -> ContainerDefinition {
        ContainerDefinition::new(EcsName::literal(name), "nginx:1.29")
    }

    fn after(name: &'static str, condition: ContainerCondition) -> Set<ContainerDependency> {
        Set::from([ContainerDependency { container_name: EcsName::literal(name), condition }])
    }

    fn refusal(containers: &[ContainerDefinition]) -> String {
        format!("{:?}", check(containers, false, &Quotas::new()).unwrap_err())
    }

    #[test]
    fn names_and_ports_are_used_once() {
        assert!(refusal(&[container("a"), container("a")]).contains("used more than once"));
        let port = PortMapping::tcp(ContainerPort::of::<80>());
        let listens =
            |name| ContainerDefinition { port_mappings: Set::from([port]), ..container(name) };
        assert!(refusal(&[listens("a"), listens("b")]).contains("Container port 80"));
        assert!(check(&[listens("a"), container("b")], false, &Quotas::new()).is_ok());
    }

    #[test]
    fn one_container_is_essential_and_ten_are_the_most() {
        let helper = ContainerDefinition { essential: false, ..container("a") };
        assert!(refusal(&[helper]).contains("essential"));
        let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"];
        let containers: Vec<_> = names.into_iter().map(container).collect();
        assert!(refusal(&containers).contains("containers per task definition"));
    }

    #[test]
    fn secrets_logs_and_private_images_need_the_execution_role() {
        let mut secret = container("a");
        secret.secrets.insert("TOKEN".to_owned(), "arn:aws:ssm:x".into());
        assert!(refusal(&[secret.clone()]).contains("executionRoleArn"));
        assert!(check(&[secret.clone()], true, &Quotas::new()).is_ok());
        secret.environment.insert("TOKEN".to_owned(), "x".into());
        assert!(refusal(&[secret]).contains("The secret name must be unique"));
        let logs = AwsLogs::builder().group("g").region(Region::UsEast1).stream_prefix("p").build();
        let logging = ContainerDefinition { log_configuration: Some(logs), ..container("a") };
        assert!(refusal(&[logging]).contains("awslogs"));
        let private = ContainerDefinition {
            image: "123456789012.dkr.ecr.us-east-1.amazonaws.com/web:1".into(),
            ..container("a")
        };
        assert!(refusal(&[private]).contains("ECR"));
    }

    #[test]
    fn containers_wait_only_for_what_can_come() {
        let waits = |on, condition| ContainerDefinition {
            depends_on: after(on, condition),
            ..container("web")
        };
        let check_all = |web: ContainerDefinition, other: ContainerDefinition| {
            check(&[web, other], false, &Quotas::new())
        };
        let missing = waits("nobody", ContainerCondition::Start);
        assert!(refusal(&[missing]).contains("does not exist"));
        assert!(check_all(waits("db", ContainerCondition::Success), container("db")).is_err());
        assert!(check_all(waits("db", ContainerCondition::Healthy), container("db")).is_err());
        let healthy = ContainerDefinition {
            health_check: Some(HealthCheck::shell("true")),
            ..container("db")
        };
        assert!(check_all(waits("db", ContainerCondition::Healthy), healthy).is_ok());
        let back = ContainerDefinition {
            depends_on: after("web", ContainerCondition::Start),
            ..container("db")
        };
        let circle = refusal(&[waits("db", ContainerCondition::Start), back]);
        assert!(circle.contains("circular"));
    }

    #[test]
    fn volumes_and_memory_are_those_of_the_task() {
        let tmp = EcsName::literal("tmp");
        let mount = MountPoint::new(tmp.clone(), ContainerPath::literal("/tmp"));
        let web =
            ContainerDefinition { mount_points: Set::from([mount.clone()]), ..container("web") };
        let task = |container: &ContainerDefinition, volumes: Set<Volume>| {
            TaskDefinition::builder()
                .size(FargateSize::of::<256, 512>())
                .container_definitions([container.clone()])
                .volumes(volumes)
                .build()
        };
        let volumes = Set::from([Volume::new(tmp)]);
        let unknown = check_shares(&task(&web, Set::new())).unwrap_err();
        assert!(format!("{unknown:?}").contains("Unknown volume 'tmp'"));
        check_shares(&task(&web, volumes.clone())).unwrap();
        let mut twice = web.clone();
        twice.mount_points.insert(MountPoint { read_only: true, ..mount });
        assert!(check_shares(&task(&twice, volumes.clone())).is_err());
        let large =
            ContainerDefinition { memory_reservation: Some(MemoryReservation::of::<513>()), ..web };
        let reserved = check_shares(&task(&large, volumes)).unwrap_err();
        assert!(format!("{reserved:?}").contains("memory"));
    }
}
