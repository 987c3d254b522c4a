//! Rule: service-without-way-out
//!
//! Severity: warning
//!
//! The tasks of a service run in a subnet without a route to the internet and without VPC endpoints:
//! they cannot pull their image, fetch secrets or write logs, and stop with
//! `ResourceInitializationError` or `CannotPullContainerError`.
//! The same happens in a public subnet to a task without a public address.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html>
//!
//! Fix: put the tasks into private subnets with a NAT gateway, or add VPC endpoints.
//!
//! Suppress: when VPC endpoints or routes are added outside of this architecture.

use crate::{
    checks::{Diagnostics, Rule, RuleContext, WayOut},
    diagnostic::Severity,
    services::ecs::{AssignPublicIp, Service},
};

pub(crate) const RULE: Rule = Rule {
    slug: "service-without-way-out",
    severity: Severity::Warning,
    summary: "The tasks of a service cannot reach what they need to start.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    // Which endpoints a task needs depends on its image, secrets and logs.
    let has_endpoints =
        ctx.nodes().any(|node| node.resource.schema().kind.as_str() == "AWS::EC2::VPCEndpoint");
    for (node, service) in ctx.all::<Service>().filter(|_| !has_endpoints) {
        let network = &service.network_configuration.awsvpc_configuration;
        for subnet in &network.subnets {
            let why = match (ctx.way_out(subnet), network.assign_public_ip) {
                (WayOut::Nowhere, _) => "which has no route out",
                (WayOut::InternetGateway(_), AssignPublicIp::Disabled) => {
                    "which is public, without public addresses"
                }
                _ => continue,
            };
            if let Some((subnet, _)) = ctx.get(subnet) {
                out.push(
                    node,
                    format!("cannot pull its image in `{}`, {why}", subnet.id),
                    "put it into private subnets with a NAT gateway, or add VPC endpoints",
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testing::{check, network, service};

    #[test]
    fn fires_in_isolated_subnets_and_in_public_ones_without_addresses() {
        check(
            &RULE,
            |arch| {
                let net = network(arch);
                let subnets = [&net.isolated().subnets()[0], &net.public().subnets()[0]];
                arch.resource("service", service(subnets.into_iter().cloned()));
            },
            &[
                "warning service: cannot pull its image in `main/isolated-a`, which has no route out",
                "warning service: cannot pull its image in `main/public-a`, which is public, without public addresses",
            ],
        );
    }

    #[test]
    fn accepts_private_subnets_and_public_addresses() {
        check(
            &RULE,
            |arch| {
                let net = network(arch);
                arch.resource("a", service(net.private().subnets().iter().cloned()));
                let mut b = service(net.public().subnets().iter().cloned());
                b.network_configuration.awsvpc_configuration.assign_public_ip =
                    AssignPublicIp::Enabled;
                arch.resource("b", b);
            },
            &[],
        );
    }
}
