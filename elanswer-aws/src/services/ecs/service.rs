//! `AWS::ECS::Service` over the SDK.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html>.
//! A deleted service is `DRAINING` while its tasks stop, and stays visible as `INACTIVE` for a
//! while; that counts as gone.
//!
//! # When a service is ready
//!
//! AWS says of a rolling deployment how far it is (`rolloutState`), and of a service how many of its
//! tasks run. A service is
//! - failed, when its newest deployment is `FAILED`, or was, and AWS has rolled back to the one
//!   before;
//! - pending, while its newest deployment is `IN_PROGRESS`, or is `COMPLETED` and fewer tasks run
//!   than shall (it was scaled, or a task has just died);
//! - ready otherwise.
//!
//! Emulators start no tasks. winterbaume says no `rolloutState`, which is ready by the above. moto
//! says `IN_PROGRESS`, for ever (unless `MOTO_ECS_SERVICE_RUNNING` in its environment says that
//! tasks run), and nothing in that tells it from a deployment that will get there. But AWS always
//! says when it made a service (`createdAt`), and neither of the two does: a service without is on
//! a server that will not start its tasks, and is not waited for.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_ecs::{
    operation::delete_service::DeleteServiceOutput,
    types::{self, DeploymentRolloutState, ServiceField},
};
use elanswer_core::{
    Handler, Place, Ref, Region, Set, Tags,
    executor::{Deletion, ExecError, Status},
    handler::{Create, Delete, Observed, Update},
    services::{
        ecs::{
            AwsVpcConfiguration, Capacity, DeploymentConfiguration, EcsName, NetworkConfiguration,
            RegistryTarget, Service, ServiceLoadBalancer, ServiceOutputs, ServiceRegistry,
        },
        servicediscovery::ServiceArn,
    },
};

use super::{
    SERVICE, capacity, container::number, deployment, failed, from_sdk, none_if_gone, parse_word,
    retag, to_sdk, unbuilt, word,
};
use crate::{clients::Clients, error::missing};

/// How many services of one cluster `DescribeServices` takes.
const PAGE: usize = 10;

/// Handles services over the SDK.
#[derive(Debug)]
pub struct ServiceHandler(Clients);

impl From<Clients> for ServiceHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

/// The cluster in the ARN of a service: `arn:…:service/CLUSTER/NAME`.
fn cluster_of(arn: &str) -> &str {
    let mut parts = arn.split('/').skip(1);
    match (parts.next(), parts.next()) {
        (Some(cluster), Some(_)) => cluster,
        _ => "default",
    }
}

fn network(network: &NetworkConfiguration) -> Result<types::NetworkConfiguration, ExecError> {
    let vpc = &network.awsvpc_configuration;
    let subnets = vpc.subnets.iter().filter_map(Ref::known).map(str::to_owned);
    let groups = vpc.security_groups.iter().filter_map(Ref::known).map(str::to_owned);
    let configuration = types::AwsVpcConfiguration::builder()
        .set_subnets(Some(subnets.collect()))
        .set_security_groups(Some(groups.collect()))
        .assign_public_ip(word(vpc.assign_public_ip).as_str().into())
        .build()
        .map_err(unbuilt)?;
    Ok(types::NetworkConfiguration::builder().awsvpc_configuration(configuration).build())
}

fn observed_network(network: &types::AwsVpcConfiguration) -> AwsVpcConfiguration {
    let assign_public_ip = network.assign_public_ip().and_then(|word| parse_word(word.as_str()));
    AwsVpcConfiguration {
        subnets: network.subnets().iter().map(Ref::existing).collect(),
        security_groups: network.security_groups().iter().map(Ref::existing).collect(),
        assign_public_ip: assign_public_ip.unwrap_or_default(),
    }
}

fn load_balancers(groups: &Set<ServiceLoadBalancer>) -> Vec<types::LoadBalancer> {
    let load_balancer = |group: &ServiceLoadBalancer| {
        types::LoadBalancer::builder()
            .set_target_group_arn(group.target_group.known().map(str::to_owned))
            .container_name(group.container_name.as_str())
            .container_port(group.container_port.get().cast_signed())
            .build()
    };
    groups.iter().map(load_balancer).collect()
}

fn observed_load_balancer(group: &types::LoadBalancer) -> Option<ServiceLoadBalancer> {
    Some(ServiceLoadBalancer {
        target_group: Ref::existing(group.target_group_arn()?),
        container_name: EcsName::new(group.container_name()?).ok()?,
        container_port: number(group.container_port())?,
    })
}

fn registries(registry: Option<&ServiceRegistry>) -> Vec<types::ServiceRegistry> {
    let one = |registry: &ServiceRegistry| {
        let target = registry.target.as_ref();
        types::ServiceRegistry::builder()
            .set_registry_arn(registry.registry_arn.known().map(ServiceArn::to_string))
            .set_container_name(target.map(|target| target.container_name.to_string()))
            .set_container_port(target.map(|target| target.container_port.get().cast_signed()))
            .build()
    };
    registry.into_iter().map(one).collect()
}

fn observed_registry(registry: &types::ServiceRegistry) -> Option<ServiceRegistry> {
    let target = || {
        Some(RegistryTarget {
            container_name: EcsName::new(registry.container_name()?).ok()?,
            container_port: number(registry.container_port())?,
        })
    };
    Some(ServiceRegistry {
        registry_arn: ServiceArn::new(registry.registry_arn()?).ok()?.into(),
        target: target(),
    })
}

/// See the head of this file.
fn status(service: &types::Service) -> Status {
    if service.status() == Some("DRAINING") {
        return Status::Deleting;
    }
    let Some(newest) = service.deployments().iter().find(|it| it.status() == Some("PRIMARY"))
    else {
        return Status::Ready;
    };
    let reason = |it: &types::Deployment| it.rollout_state_reason().unwrap_or("FAILED").to_owned();
    let rolled_back = |it: &&types::Deployment| {
        it.rollout_state() == Some(&DeploymentRolloutState::Failed)
            && reason(it).split(' ').any(|word| newest.id() == Some(word.trim_end_matches('.')))
    };
    if let Some(failed) = service.deployments().iter().find(rolled_back) {
        return Status::Failed(reason(failed));
    }
    let starts_tasks = service.created_at().is_some();
    let (running, desired) = (service.running_count(), service.desired_count());
    match newest.rollout_state() {
        Some(DeploymentRolloutState::Failed) => Status::Failed(reason(newest)),
        Some(DeploymentRolloutState::InProgress) if starts_tasks => {
            Status::Pending("IN_PROGRESS".to_owned())
        }
        Some(DeploymentRolloutState::Completed) if starts_tasks && running < desired => {
            Status::Pending(format!("{running} of {desired} tasks run"))
        }
        _ => Status::Ready,
    }
}

/// `None` is a service that was deleted.
fn observed(service: &types::Service) -> Result<Option<Observed<Service>>, ExecError> {
    let lacks = |field| missing(SERVICE, "DescribeServices", field);
    if service.status() == Some("INACTIVE") {
        return Ok(None);
    }
    let name = service.service_name().ok_or_else(|| lacks("serviceName"))?;
    let network = service
        .network_configuration()
        .and_then(types::NetworkConfiguration::awsvpc_configuration)
        .ok_or_else(|| lacks("networkConfiguration"))?;
    let platform = service.platform_version().and_then(parse_word);
    let propagate_tags = service.propagate_tags().and_then(|word| parse_word(word.as_str()));
    let load_balancers = service.load_balancers().iter().filter_map(observed_load_balancer);
    let deployment = service.deployment_configuration();
    let breaker = deployment.and_then(types::DeploymentConfiguration::deployment_circuit_breaker);
    let grace = number(service.health_check_grace_period_seconds());
    let resource = Service::builder()
        .service_name(EcsName::new(name).map_err(|_| lacks("serviceName"))?)
        .cluster(Ref::existing(service.cluster_arn().ok_or_else(|| lacks("clusterArn"))?))
        .task_definition(Ref::existing(
            service.task_definition().ok_or_else(|| lacks("taskDefinition"))?,
        ))
        .maybe_desired_count(service.desired_count().try_into().ok())
        .platform_version(platform.unwrap_or_default())
        .network_configuration(observed_network(network).into())
        .capacity(capacity::observed(service))
        .load_balancers(load_balancers.collect::<Set<_>>())
        .maybe_service_registry(service.service_registries().first().and_then(observed_registry))
        .deployment_configuration(deployment.map(deployment::from_sdk).unwrap_or_default())
        .maybe_health_check_grace_period_seconds(grace)
        .enable_execute_command(service.enable_execute_command())
        .enable_ecs_managed_tags(service.enable_ecs_managed_tags())
        .propagate_tags(propagate_tags.unwrap_or_default())
        .tags(from_sdk(service.tags()).declared())
        .build();
    let outputs = ServiceOutputs {
        service_arn: service.service_arn().ok_or_else(|| lacks("serviceArn"))?.to_owned(),
        name: name.to_owned(),
    };
    let observed = Observed::ready(resource, outputs)
        .with_status(status(service))
        .unread_unless("DeploymentConfiguration", breaker.is_some())
        .unread_unless("HealthCheckGracePeriodSeconds", grace.is_some());
    Ok(Some(observed))
}

/// The service that a create or update call answers with. What was asked for is what it is; the
/// count is AWS's, because it may not have been asked for.
fn answered(
    service: Option<&types::Service>,
    operation: &'static str,
    desired: &Service,
) -> Result<Observed<Service>, ExecError> {
    let lacks = |field| missing(SERVICE, operation, field);
    let service = service.ok_or_else(|| lacks("service"))?;
    let outputs = ServiceOutputs {
        service_arn: service.service_arn().ok_or_else(|| lacks("serviceArn"))?.to_owned(),
        name: service.service_name().ok_or_else(|| lacks("serviceName"))?.to_owned(),
    };
    let desired_count = service.desired_count().try_into().ok();
    let resource = Service { desired_count, ..desired.clone() };
    Ok(Observed::ready(resource, outputs).with_status(status(service)))
}

impl ServiceHandler {
    /// Describes services of one cluster by their names or ARNs, with all of their tags; what does
    /// not exist is left out.
    async fn describe(
        &self,
        region: Region,
        cluster: &str,
        names: Vec<String>,
    ) -> Result<Vec<(Observed<Service>, Tags)>, ExecError> {
        let call = self.0.ecs(region).describe_services().cluster(cluster);
        let call = call.set_services(Some(names)).include(ServiceField::Tags);
        let answer = call.send().await.map_err(failed("DescribeServices"));
        let Some(answer) = none_if_gone(answer)? else { return Ok(Vec::new()) };
        let found = answer.services().iter().filter_map(|service| {
            let tags = from_sdk(service.tags());
            Some(observed(service).transpose()?.map(|service| (service, tags)))
        });
        found.collect()
    }

    /// `UpdateService` with what differs: some properties start a deployment when they are sent.
    async fn update_service(
        &self,
        request: &Update<Service>,
    ) -> Result<Observed<Service>, ExecError> {
        let (from, to) = (&request.current, &request.desired);
        let client = self.0.ecs(request.place.region);
        let mut call = client
            .update_service()
            .cluster(cluster_of(&request.identifier))
            .service(&request.identifier);
        if from.task_definition != to.task_definition {
            call = call.set_task_definition(to.task_definition.known().map(str::to_owned));
        }
        if let Some(count) = to.desired_count.filter(|_| from.desired_count != to.desired_count) {
            call = call.desired_count(count.cast_signed());
        }
        if from.platform_version != to.platform_version {
            call = call.platform_version(word(to.platform_version));
        }
        if from.network_configuration != to.network_configuration {
            call = call.network_configuration(network(&to.network_configuration)?);
        }
        if from.load_balancers != to.load_balancers {
            call = call.set_load_balancers(Some(load_balancers(&to.load_balancers)));
        }
        if from.capacity != to.capacity {
            // AWS takes it only with a new deployment; an empty list leads back to the launch type.
            let strategy = capacity::to_sdk(to.capacity.strategy())?;
            call = call.set_capacity_provider_strategy(Some(strategy)).force_new_deployment(true);
        }
        if from.service_registry != to.service_registry {
            call = call.set_service_registries(Some(registries(to.service_registry.as_ref())));
        }
        if from.deployment_configuration != to.deployment_configuration {
            let configuration =
                deployment::to_sdk(&to.deployment_configuration, &from.deployment_configuration)?;
            call = call.deployment_configuration(configuration);
        }
        if from.health_check_grace_period_seconds != to.health_check_grace_period_seconds {
            let grace = to.health_check_grace_period_seconds.get().cast_signed();
            call = call.health_check_grace_period_seconds(grace);
        }
        if from.enable_execute_command != to.enable_execute_command {
            call = call.enable_execute_command(to.enable_execute_command);
        }
        if from.enable_ecs_managed_tags != to.enable_ecs_managed_tags {
            call = call.enable_ecs_managed_tags(to.enable_ecs_managed_tags);
        }
        if from.propagate_tags != to.propagate_tags {
            call = call.propagate_tags(word(to.propagate_tags).as_str().into());
        }
        let answer = call.send().await.map_err(failed("UpdateService"))?;
        answered(answer.service(), "UpdateService", to)
    }
}

#[async_trait]
impl Handler<Service> for ServiceHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<Service>>, ExecError>> {
        let mut by_cluster: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for arn in identifiers {
            by_cluster.entry(cluster_of(arn)).or_default().push(arn.clone());
        }
        let mut answers = BTreeMap::new();
        for (cluster, arns) in by_cluster {
            for page in arns.chunks(PAGE) {
                match self.describe(place.region, cluster, page.to_vec()).await {
                    Ok(found) => answers.extend(found.into_iter().map(|(service, _)| {
                        (service.outputs.service_arn.clone(), Ok(Some(service)))
                    })),
                    Err(error) => {
                        answers.extend(page.iter().map(|arn| (arn.clone(), Err(error.clone()))));
                    }
                }
            }
        }
        identifiers.iter().map(|arn| answers.remove(arn).unwrap_or(Ok(None))).collect()
    }

    async fn create(&self, request: &Create<Service>) -> Result<Observed<Service>, ExecError> {
        let desired = &request.desired;
        let mut call = self
            .0
            .ecs(request.place.region)
            .create_service()
            .client_token(&request.token)
            .set_cluster(desired.cluster.known().map(str::to_owned))
            .set_service_name(desired.service_name.as_ref().map(EcsName::to_string))
            .set_task_definition(desired.task_definition.known().map(str::to_owned))
            .desired_count(desired.desired_count.unwrap_or(1).cast_signed())
            .platform_version(word(desired.platform_version))
            .network_configuration(network(&desired.network_configuration)?)
            .set_load_balancers(Some(load_balancers(&desired.load_balancers)))
            .deployment_configuration(deployment::to_sdk(
                &desired.deployment_configuration,
                &DeploymentConfiguration::default(),
            )?)
            .enable_execute_command(desired.enable_execute_command)
            .enable_ecs_managed_tags(desired.enable_ecs_managed_tags)
            .propagate_tags(word(desired.propagate_tags).as_str().into())
            .set_tags(Some(to_sdk(&request.tags())));
        call = match &desired.capacity {
            Capacity::LaunchType(launch_type) => {
                call.launch_type(word(launch_type).as_str().into())
            }
            Capacity::Strategy(strategy) => {
                let strategy = capacity::to_sdk(Some(strategy))?;
                call.set_capacity_provider_strategy(Some(strategy))
            }
        };
        if desired.service_registry.is_some() {
            let registries = registries(desired.service_registry.as_ref());
            call = call.set_service_registries(Some(registries));
        }
        // AWS refuses even a period of no length when there is no load balancer.
        let grace = desired.health_check_grace_period_seconds.get().cast_signed();
        if grace > 0 || !desired.load_balancers.is_empty() {
            call = call.health_check_grace_period_seconds(grace);
        }
        let answer = call.send().await.map_err(failed("CreateService"))?;
        answered(answer.service(), "CreateService", desired)
    }

    async fn find(
        &self,
        request: &Create<Service>,
    ) -> Result<Option<Observed<Service>>, ExecError> {
        let desired = &request.desired;
        let cluster = desired.cluster.known().unwrap_or("default");
        let names = desired.service_name.iter().map(EcsName::to_string).collect();
        let found = self.describe(request.place.region, cluster, names).await?;
        Ok(found
            .into_iter()
            .find(|(_, tags)| request.ownership.owns(tags))
            .map(|(service, _)| service))
    }

    async fn update(&self, request: &Update<Service>) -> Result<Observed<Service>, ExecError> {
        let updated = if request.current.changes_in_place(&request.desired) {
            self.update_service(request).await?
        } else {
            request.done()
        };
        retag(&self.0.ecs(request.place.region), request).await?;
        Ok(updated)
    }

    /// `force` lets a service go that still has tasks.
    async fn delete(&self, request: &Delete<Service>) -> Result<Deletion, ExecError> {
        let call = self
            .0
            .ecs(request.place.region)
            .delete_service()
            .cluster(cluster_of(&request.identifier))
            .service(&request.identifier)
            .force(true);
        let answer = none_if_gone(call.send().await.map_err(failed("DeleteService")))?;
        let service = answer.as_ref().and_then(DeleteServiceOutput::service);
        let draining = service.is_some_and(|service| service.status() != Some("INACTIVE"));
        Ok(if draining { Deletion::Underway } else { Deletion::Gone })
    }
}

#[cfg(test)]
mod tests;
