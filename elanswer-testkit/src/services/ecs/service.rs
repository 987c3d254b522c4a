//! `AWS::ECS::Service` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html>,
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service_definition_parameters.html>,
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html>.
//! A deployment is `IN_PROGRESS` until its tasks run: for a minute, or two when it replaces others.
//! They never run while a log group or role of the task definition is missing, and the circuit
//! breaker, where it is on, then makes the deployment `FAILED`. A deleted service is `DRAINING` for
//! a minute.
//! Stricter than AWS: a target group of another VPC is refused here, and fails in AWS when a task
//! registers. Not modelled: single tasks, images, health, what a roll-back brings back, whether the
//! deployment alarms exist and what state they are in, whether the service of Cloud Map exists.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place, Set,
    executor::{Deletion, ErrorKind, ExecError, Status},
    handler::{Create, Delete, Observed, Update},
    services::{
        ecs::{
            CircuitBreaker, Cluster, ContainerDefinition, Service, ServiceOutputs, TaskDefinition,
        },
        logs::LogGroup,
    },
};

use super::{TAGGING, refused, roles_of, service_rules as rules};
use crate::{
    api::Api,
    world::{AwsError, Millis, Object, World, arn},
};

/// How many services of one cluster `DescribeServices` takes.
const PAGE: usize = 10;

/// How long tasks take until they run, or have stopped.
const TASKS: Duration = Duration::from_secs(60);

/// How long the circuit breaker lets a deployment try beyond the time that it should take.
const PATIENCE: Millis = 240_000;

/// Handles services in memory.
#[derive(Debug)]
pub struct ServiceHandler(Api);

impl From<Api> for ServiceHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

fn not_idempotent() -> AwsError {
    AwsError::conflict("InvalidParameterException", "Creation of service was not idempotent.")
}

fn create_service(
    world: &mut World,
    request: &Create<Service>,
) -> Result<Observed<Service>, AwsError> {
    let (place, desired) = (&request.place, &request.desired);
    let cluster_arn = desired.cluster.known().unwrap_or_default();
    let cluster = world
        .get::<Cluster>(place, cluster_arn)
        .ok_or_else(|| AwsError::not_found("ClusterNotFoundException", "Cluster not found."))?;
    let cluster_name = cluster.outputs.cluster_name.clone();
    let name = desired.service_name.as_ref().ok_or_else(|| refused("Service name is required."))?;
    let service_arn = arn(place, "ecs", &format!("service/{cluster_name}/{name}"));
    if let Some(existing) = world.look::<Service>(place, &service_arn) {
        if existing.gone_at.is_some() {
            return Err(AwsError::dependency(
                "InvalidParameterException",
                "Unable to Start a service that is still Draining.",
            ));
        }
        let replayed = world.replay(request).map_err(|_| not_idempotent())?;
        let observed = existing.observed(world.now());
        return replayed.map(|_| observed).ok_or_else(not_idempotent);
    }
    rules::check(world, place, desired)?;
    let used = world
        .all::<Service>(place)
        .filter(|(_, service)| service.resource.cluster == desired.cluster)
        .count();
    world.quotas.check("services per cluster", 5_000, used, "LimitExceededException")?;
    let count = desired.desired_count.unwrap_or(1);
    let made = Create {
        desired: Service { desired_count: Some(count), ..desired.clone() },
        ..request.clone()
    };
    let outputs = ServiceOutputs { service_arn: service_arn.clone(), name: name.to_string() };
    let delay = if count > 0 { TASKS } else { Duration::from_secs(1) };
    let observed = world.insert(&made, outputs, "IN_PROGRESS", delay)?;
    world.remember(request, &service_arn);
    Ok(observed)
}

fn update_service(world: &mut World, request: &Update<Service>) -> Result<(), AwsError> {
    let (place, desired) = (&request.place, &request.desired);
    let Some(existing) = world.get::<Service>(place, &request.identifier) else {
        return Err(AwsError::not_found("ServiceNotActiveException", "Service was not ACTIVE."));
    };
    rules::check(world, place, desired)?;
    let from = existing.resource.clone();
    let count = desired.desired_count.or(from.desired_count);
    let delay = if rolls_out(&from, desired) {
        if count == Some(0) { Duration::from_secs(1) } else { 2 * TASKS }
    } else if count > from.desired_count {
        TASKS
    } else {
        Duration::ZERO
    };
    world
        .change::<Service>(place, &request.identifier, "IN_PROGRESS", delay, |object| {
            object.resource = Service { desired_count: count, ..desired.clone() };
        })
        .map(drop)
}

/// Whether the change starts a deployment, as the reference of `UpdateService` says. A change of
/// what the tasks run on does when it is forced, and AWS takes it only so.
fn rolls_out(from: &Service, to: &Service) -> bool {
    from.task_definition != to.task_definition
        || from.network_configuration != to.network_configuration
        || from.load_balancers != to.load_balancers
        || from.service_registry != to.service_registry
        || from.capacity != to.capacity
        || from.platform_version != to.platform_version
}

/// A service as AWS shows it now.
fn observed(world: &World, place: &Place, object: &Object<Service>) -> Observed<Service> {
    let now = world.now();
    let observed = object.observed(now);
    if object.gone_at.is_some() || object.resource.desired_count == Some(0) {
        return observed;
    }
    let Some(obstacle) = obstacle(world, place, &object.resource) else { return observed };
    let breaker = object.resource.deployment_configuration.circuit_breaker;
    let status = if breaker != CircuitBreaker::Off && now >= object.ready_at + PATIENCE {
        Status::Failed(format!("ECS deployment circuit breaker: tasks failed to start: {obstacle}"))
    } else {
        Status::Pending("IN_PROGRESS".to_owned())
    };
    observed.with_status(status)
}

/// Why the tasks of a service cannot start.
fn obstacle(world: &World, place: &Place, service: &Service) -> Option<String> {
    let task = world.look::<TaskDefinition>(place, service.task_definition.known()?)?;
    if roles_of(world, &task.resource).is_err() {
        return Some("ECS was unable to assume a role of the task definition".to_owned());
    }
    task.resource.container_definitions.iter().find_map(|container| {
        let group = missing_log_group(world, place, container)?;
        Some(format!(
            "ResourceInitializationError: failed to validate logger args: the log group '{group}' \
             does not exist"
        ))
    })
}

fn missing_log_group(
    world: &World,
    place: &Place,
    container: &ContainerDefinition,
) -> Option<String> {
    let logs = container.log_configuration.as_ref()?;
    let group = logs.group.known()?;
    let place = Place { region: logs.region, ..place.clone() };
    world.get::<LogGroup>(&place, group).is_none().then(|| group.clone())
}

/// The clusters in the ARNs of services; each takes describe calls of its own.
fn clusters(arns: &[String]) -> Set<&str> {
    arns.iter().map(|arn| cluster_of(arn)).collect()
}

fn cluster_of(arn: &str) -> &str {
    arn.split('/').nth(1).unwrap_or_default()
}

impl ServiceHandler {
    /// `DescribeServices` of some services of one cluster.
    async fn describe(
        &self,
        place: &Place,
        arns: &[String],
    ) -> Result<Vec<Option<Observed<Service>>>, ExecError> {
        self.0
            .call("ecs", "DescribeServices", place, |world| {
                let one = |arn: &String| {
                    let service = world.look::<Service>(place, arn)?;
                    Some(observed(world, place, service))
                };
                Ok(arns.iter().map(one).collect())
            })
            .await
    }
}

#[async_trait]
impl Handler<Service> for ServiceHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<Service>>, ExecError>> {
        let mut answers = std::collections::BTreeMap::new();
        for cluster in clusters(identifiers) {
            let arns: Vec<String> =
                identifiers.iter().filter(|arn| cluster_of(arn) == cluster).cloned().collect();
            for page in arns.chunks(PAGE) {
                match self.describe(place, page).await {
                    Ok(found) => {
                        answers.extend(page.iter().cloned().zip(found.into_iter().map(Ok)));
                    }
                    Err(error) => {
                        answers.extend(page.iter().map(|arn| (arn.clone(), Err(error.clone()))));
                    }
                }
            }
        }
        identifiers.iter().map(|arn| answers.remove(arn).unwrap_or(Ok(None))).collect()
    }

    async fn create(&self, request: &Create<Service>) -> Result<Observed<Service>, ExecError> {
        self.0
            .call("ecs", "CreateService", &request.place, |world| create_service(world, request))
            .await
    }

    async fn find(
        &self,
        request: &Create<Service>,
    ) -> Result<Option<Observed<Service>>, ExecError> {
        self.0.find_owned("ecs", "DescribeServices", request).await
    }

    async fn update(&self, request: &Update<Service>) -> Result<Observed<Service>, ExecError> {
        if request.current.changes_in_place(&request.desired) {
            self.0
                .call("ecs", "UpdateService", &request.place, |world| {
                    update_service(world, request)
                })
                .await?;
        }
        self.0.retag("ecs", TAGGING, request).await?;
        Ok(self.0.after(request))
    }

    async fn delete(&self, request: &Delete<Service>) -> Result<Deletion, ExecError> {
        let (place, identifier) = (&request.place, &request.identifier);
        let answer = self
            .0
            .call("ecs", "DeleteService", place, |world| {
                if world.look::<Service>(place, identifier).is_none() {
                    let message = "Service not found.";
                    return Err(AwsError::not_found("ServiceNotFoundException", message));
                }
                world.remove::<Service>(place, identifier, TASKS);
                Ok(())
            })
            .await;
        match answer {
            Ok(()) => Ok(Deletion::Underway),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Deletion::Gone),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests;
