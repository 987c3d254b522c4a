//! What AWS refuses in a service.

use elanswer_core::{
    Place, Ref, Resource,
    executor::ErrorKind,
    services::{
        ec2::{SecurityGroup, Subnet, Vpc},
        ecs::{
            AwsVpcConfiguration, ContainerPort, CpuArchitecture, EcsName, PlatformVersion, Service,
            ServiceLoadBalancer, TaskDefinition,
        },
        elbv2::{Listener, ListenerRule, TargetGroup, TargetType},
    },
};

use super::{
    cluster_capacity_provider_associations::{associated, not_associated},
    invalid, refused,
};
use crate::world::{AwsError, World};

pub(super) fn check(world: &World, place: &Place, service: &Service) -> Result<(), AwsError> {
    let arn = service.task_definition.known().unwrap_or_default();
    let task = world.get::<TaskDefinition>(place, arn);
    let task = &task.ok_or_else(|| refused("TaskDefinition is inactive"))?.resource;
    check_platform(service, task)?;
    check_capacity(world, place, service)?;
    let vpc = check_network(world, place, &service.network_configuration.awsvpc_configuration)?;
    if service.load_balancers.len() > 5 {
        return Err(invalid("load balancers can have at most 5 items."));
    }
    for group in &service.load_balancers {
        check_target_group(world, place, group, &vpc)?;
        check_port(&group.container_name, group.container_port, task)?;
    }
    check_registry(service, task)?;
    let grace = service.health_check_grace_period_seconds.get();
    if grace > 0 && service.load_balancers.is_empty() {
        return Err(invalid(
            "Health check grace period is only valid for services configured to use load balancers",
        ));
    }
    let deployment = &service.deployment_configuration;
    let (least, most) = (deployment.minimum_healthy_percent, deployment.maximum_percent);
    if least.get() == 100 && most.get() == 100 {
        return Err(invalid(
            "Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block \
             deployments.",
        ));
    }
    if deployment.alarms.as_ref().is_some_and(|alarms| alarms.alarm_names.is_empty()) {
        return Err(invalid("Deployment alarms must name at least one alarm."));
    }
    if service.enable_execute_command && task.task_role_arn.is_none() {
        return Err(invalid(
            "The service couldn't be created because a valid taskRoleArn is not being used. \
             Specify a valid task role in your task definition and try again.",
        ));
    }
    Ok(())
}

fn check_platform(service: &Service, task: &TaskDefinition) -> Result<(), AwsError> {
    let needs_newer = task.runtime_platform.cpu_architecture == CpuArchitecture::Arm64
        || task.size.cpu_units() >= 8192;
    if service.platform_version == PlatformVersion::V1_3_0 && needs_newer {
        return Err(AwsError::invalid(
            "PlatformTaskDefinitionIncompatibilityException",
            "One or more of the requested capabilities are not supported on platform 1.3.0.",
        ));
    }
    Ok(())
}

/// A strategy names what is associated with the cluster.
fn check_capacity(world: &World, place: &Place, service: &Service) -> Result<(), AwsError> {
    let Some(strategy) = service.capacity.strategy() else { return Ok(()) };
    let associated = associated(world, place, service.cluster.known().unwrap_or_default());
    if strategy.providers().all(|provider| associated.contains(&provider)) {
        Ok(())
    } else {
        Err(not_associated())
    }
}

/// What `SRV` records point to is a port of the tasks.
fn check_registry(service: &Service, task: &TaskDefinition) -> Result<(), AwsError> {
    let registry = service.service_registry.as_ref();
    match registry.and_then(|registry| registry.target.as_ref()) {
        Some(target) => check_port(&target.container_name, target.container_port, task),
        None => Ok(()),
    }
}

/// The VPC of all the subnets and security groups.
fn check_network(
    world: &World,
    place: &Place,
    network: &AwsVpcConfiguration,
) -> Result<Ref<Vpc>, AwsError> {
    if network.subnets.is_empty() {
        return Err(invalid("subnets can not be empty."));
    }
    if network.subnets.len() > 16 {
        return Err(invalid("subnets can have at most 16 items."));
    }
    if network.security_groups.len() > 5 {
        return Err(invalid("securityGroups can have at most 5 items."));
    }
    let mut vpcs = Vec::new();
    for subnet in &network.subnets {
        let id = subnet.known().unwrap_or_default();
        let subnet = world.get::<Subnet>(place, id).ok_or_else(|| {
            invalid(format!(
                "Error retrieving subnet information for [{id}]: The subnet ID '{id}' does not \
                 exist (ErrorCode: InvalidSubnetID.NotFound)"
            ))
        })?;
        vpcs.push(subnet.resource.vpc.clone());
    }
    let Some(vpc) = vpcs.pop() else { return Err(invalid("subnets can not be empty.")) };
    if vpcs.iter().any(|other| *other != vpc) {
        return Err(invalid("The provided subnets must all be from the same VPC."));
    }
    for group in &network.security_groups {
        let id = group.known().unwrap_or_default();
        let group = world.get::<SecurityGroup>(place, id).ok_or_else(|| {
            invalid(format!(
                "Error retrieving security group information for [{id}]: The security group \
                 '{id}' does not exist (ErrorCode: InvalidGroup.NotFound)"
            ))
        })?;
        if group.resource.vpc != vpc {
            return Err(invalid(format!(
                "Security Group {id} does not appear to belong to the same VPC as the input \
                 subnets."
            )));
        }
    }
    Ok(vpc)
}

fn check_target_group(
    world: &World,
    place: &Place,
    group: &ServiceLoadBalancer,
    vpc: &Ref<Vpc>,
) -> Result<(), AwsError> {
    let arn = group.target_group.known().unwrap_or_default();
    let target_group = &world
        .get::<TargetGroup>(place, arn)
        .ok_or_else(|| invalid(format!("The target group {arn} does not exist.")))?
        .resource;
    if target_group.target_type != TargetType::Ip {
        return Err(invalid(format!(
            "The provided target group {arn} has target type instance, which is incompatible with \
             the awsvpc network mode specified in the task definition."
        )));
    }
    if target_group.vpc != *vpc {
        return Err(invalid(format!("The target group {arn} is not in the VPC of the subnets.")));
    }
    let listens = [Listener::SCHEMA.kind, ListenerRule::SCHEMA.kind];
    if !world.users_of(place, arn).iter().any(|user| listens.contains(&user.kind)) {
        // The listener or rule may be on its way.
        return Err(AwsError::new(
            ErrorKind::NotYetVisible,
            "InvalidParameterException",
            format!(
                "The target group with targetGroupArn {arn} does not have an associated load \
                 balancer."
            ),
        ));
    }
    Ok(())
}

fn check_port(name: &EcsName, port: ContainerPort, task: &TaskDefinition) -> Result<(), AwsError> {
    let container = task.container_definitions.iter().find(|container| container.name == *name);
    let container = container.ok_or_else(|| {
        invalid(format!("The container {name} does not exist in the task definition."))
    })?;
    if container.port_mappings.iter().any(|mapping| mapping.container_port == port) {
        Ok(())
    } else {
        Err(invalid(format!("The container {name} did not have a container port {port} defined.")))
    }
}
