//! Rule: service-port-not-mapped
//!
//! Severity: error
//!
//! A service registers a port that its task definition does not have: the container does not exist, or
//! does not list the port in its port mappings; AWS answers `InvalidParameterException`.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LoadBalancer.html>
//!
//! Fix: name a container and a TCP port of the task definition.
//!
//! Suppress: never.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::{Severity, nearest},
    services::ecs::{Service, TransportProtocol},
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
        for target in &service.load_balancers {
            let (name, port) = (&target.container_name, target.container_port);
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
                mapping.container_port == port && mapping.protocol == TransportProtocol::Tcp
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::{check, container, registered, service, task},
        reference::Ref,
        services::ecs::{ContainerPort, EcsName, ServiceLoadBalancer},
    };

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
                arch.resource("service", it);
            },
            &[
                "error service: registers port 80 of `web`, which it does not map",
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
                arch.resource("service", it);
            },
            &[],
        );
    }
}
