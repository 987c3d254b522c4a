//! Rule: service-port-not-mapped
//!
//! Severity: error
//!
//! A service registers a port that its task definition does not have: the container does not exist, or
//! does not list the port in its port mappings; AWS answers `InvalidParameterException`.
//! A target group needs a port of TCP; the `SRV` records of Cloud Map point to any.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LoadBalancer.html>
//!
//! Fix: name a container and a port of the task definition.
//!
//! Suppress: never.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::{Severity, nearest},
    services::ecs::{ContainerPort, EcsName, Service, TransportProtocol},
};

pub(crate) const RULE: Rule = Rule {
    slug: "service-port-not-mapped",
    severity: Severity::Error,
    summary: "A service registers a container or a port that its task definition does not have.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, service) in ctx.all::<Service>() {
        let Some((task, typed)) = ctx.get(&service.task_definition) else { continue };
        let containers = &typed.container_definitions;
        for (name, port, tcp) in ports(service) {
            let Some(container) = containers.iter().find(|it| it.name == *name) else {
                out.push(
                    node,
                    format!("registers the container `{name}`, which `{}` does not have", task.id),
                    nearest(name.as_str(), containers, |it| it.name.as_str()).map_or_else(
                        || "name a container of the task definition".to_owned(),
                        |it| format!("did you mean `{}`?", it.name),
                    ),
                );
                continue;
            };
            let listens = container.port_mappings.iter().any(|mapping| {
                mapping.container_port == port
                    && (!tcp || mapping.protocol == TransportProtocol::Tcp)
            });
            if !listens {
                out.push(
                    node,
                    format!("registers port {} of `{name}`, which it does not map", port.get()),
                    format!("add the port to the port mappings of `{name}` in `{}`", task.id),
                );
            }
        }
    }
}

/// The ports that a service registers, and whether they must be of TCP: with target groups, and with
/// the `SRV` records of Cloud Map.
fn ports(service: &Service) -> impl Iterator<Item = (&EcsName, ContainerPort, bool)> {
    let groups = service.load_balancers.iter();
    let groups = groups.map(|target| (&target.container_name, target.container_port, true));
    let registry = service.service_registry.as_ref().and_then(|it| it.target.as_ref());
    groups.chain(registry.map(|target| (&target.container_name, target.container_port, false)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::{check, container, registered, service, task},
        reference::Ref,
        services::{
            ecs::{RegistryTarget, ServiceLoadBalancer, ServiceRegistry},
            servicediscovery::ServiceArn,
        },
    };

    fn found_at<const PORT: u32>() -> ServiceRegistry {
        const ARN: ServiceArn =
            ServiceArn::literal("arn:aws:servicediscovery:us-east-1:123456789012:service/srv-1");
        let container_port = ContainerPort::new(PORT).unwrap();
        let target = RegistryTarget { container_name: EcsName::literal("web"), container_port };
        ServiceRegistry { target: Some(target), ..ServiceRegistry::new(ARN) }
    }

    #[test]
    fn fires_on_containers_and_ports_that_are_not_there() {
        check(
            &RULE,
            |arch| {
                task(arch, "task", [container()]);
                let mut it = service([Ref::existing("subnet-1")]);
                let group = Ref::existing("arn:group");
                let other = ServiceLoadBalancer {
                    target_group: group,
                    container_name: EcsName::literal("wbe"),
                    container_port: ContainerPort::of::<8080>(),
                };
                let port = ServiceLoadBalancer {
                    container_name: EcsName::literal("web"),
                    container_port: ContainerPort::of::<80>(),
                    ..other.clone()
                };
                it.load_balancers.extend([other, port]);
                it.service_registry = Some(found_at::<81>());
                arch.resource("service", it);
            },
            &[
                "error service: registers port 80 of `web`, which it does not map",
                "error service: registers port 81 of `web`, which it does not map",
                "error service: registers the container `wbe`, which `task` does not have",
            ],
        );
    }

    #[test]
    fn accepts_a_port_that_is_mapped() {
        check(
            &RULE,
            |arch| {
                task(arch, "task", [container()]);
                let mut it = service([Ref::existing("subnet-1")]);
                it.load_balancers = registered(&Ref::existing("arn:group"));
                it.service_registry = Some(found_at::<8080>());
                arch.resource("service", it);
            },
            &[],
        );
    }
}
