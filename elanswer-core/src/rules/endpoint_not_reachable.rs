//! Rule: endpoint-not-reachable
//!
//! Severity: error; warning for a gateway
//!
//! Nothing reaches a VPC endpoint: it stands in no subnet, or its security groups let in nothing on
//! port 443.
//! Since the name of the service stands for the endpoint, every call to the service times out in the
//! whole VPC, also where a NAT gateway would have led to it.
//! A gateway endpoint that no route table leads to does nothing.
//!
//! Source: <https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html>
//!
//! Fix: let `tcp 443` in from the groups of what calls the service.
//!
//! Suppress: when its security groups get rules outside of this architecture.

use crate::{
    checks::{Diagnostics, Rule, RuleContext, firewall::covers},
    diagnostic::Severity,
    services::ec2::{EndpointType, InterfaceEndpoint, Ports, Protocol, VpcEndpoint},
};

pub(crate) const RULE: Rule = Rule {
    slug: "endpoint-not-reachable",
    severity: Severity::Error,
    summary: "Nothing reaches a VPC endpoint.",
    check,
};

/// What the services of AWS listen on.
const HTTPS: Protocol = Protocol::Tcp(Ports::one(443));

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, endpoint) in ctx.all::<VpcEndpoint>() {
        match &endpoint.endpoint_type {
            EndpointType::Gateway(gateway) if gateway.route_tables.is_empty() => out.push_as(
                Severity::Warning,
                node,
                "does nothing: no route table leads to it",
                "name the route tables of the subnets that are to reach it",
            ),
            EndpointType::Gateway(_) => {}
            EndpointType::Interface(interface) => {
                if let Some((message, help)) = closed(ctx, interface) {
                    out.push(node, message, help);
                }
            }
        }
    }
}

/// Why nothing reaches an endpoint, and what to do about it.
fn closed(
    ctx: &RuleContext<'_>,
    interface: &InterfaceEndpoint,
) -> Option<(&'static str, &'static str)> {
    if interface.subnets.is_empty() {
        return Some(("stands in no subnet", "give it a subnet in each zone that is to reach it"));
    }
    let groups = &interface.security_groups;
    if groups.is_empty() {
        return Some((
            "is guarded by the default group of its VPC, which lets in its own members only",
            "guard it with a group that lets in `tcp 443`",
        ));
    }
    let open = groups.iter().any(|group| {
        let mut rules = ctx.ingress_of(group).iter();
        group.id().is_none() || rules.any(|(_, rule)| covers(rule.protocol, HTTPS))
    });
    (!open).then_some((
        "its security groups let nothing in on `tcp 443`",
        "let `tcp 443` in from the groups of what calls the service",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::{check, group, ingress, managed, tcp},
        reference::Ref,
        services::ec2::{GatewayService, InterfaceService, RouteTable, SecurityGroup, Subnet},
    };

    fn logs<const COUNT: usize>(
        subnet: Option<Ref<Subnet>>,
        groups: [Ref<SecurityGroup>; COUNT],
    ) -> VpcEndpoint {
        VpcEndpoint::interface(managed("vpc"), InterfaceService::LOGS, subnet, groups)
    }

    fn subnet() -> Option<Ref<Subnet>> {
        Some(Ref::existing("subnet-1"))
    }

    #[test]
    fn fires_on_endpoints_that_let_nothing_in() {
        check(
            &RULE,
            |arch| {
                let (app, closed) = (group(arch, "app"), group(arch, "closed"));
                ingress(arch, "http", &closed, tcp(80), &app);
                arch.resource("a", logs(subnet(), [closed.clone()]));
                arch.resource("b", logs(subnet(), []));
                arch.resource("c", logs(None, [closed]));
                arch.resource("d", VpcEndpoint::gateway(managed("vpc"), GatewayService::S3, []));
            },
            &[
                "error a: its security groups let nothing in on `tcp 443`",
                "error b: is guarded by the default group of its VPC, which lets in its own members only",
                "error c: stands in no subnet",
                "warning d: does nothing: no route table leads to it",
            ],
        );
    }

    #[test]
    fn accepts_https_and_groups_that_exist() {
        check(
            &RULE,
            |arch| {
                let (app, open) = (group(arch, "app"), group(arch, "open"));
                ingress(arch, "https", &open, tcp(443), &app);
                arch.resource("a", logs(subnet(), [open]));
                arch.resource("b", logs(subnet(), [Ref::existing("sg-1")]));
                let tables = [Ref::<RouteTable>::existing("rtb-1")];
                let gateway = VpcEndpoint::gateway(managed("vpc"), GatewayService::S3, tables);
                arch.resource("c", gateway);
            },
            &[],
        );
    }
}
