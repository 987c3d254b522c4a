//! Rule: internet-facing-in-private-subnet
//!
//! Severity: error
//!
//! An internet-facing load balancer has a subnet without a route to an internet gateway.
//! Its address in that zone is public, but no answer finds its way back, so that a part of the
//! requests times out; in a VPC without an internet gateway AWS answers `InvalidSubnet`.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html>
//!
//! Fix: give it public subnets, or make it internal.
//!
//! Suppress: when the routes are added outside of this architecture.

use crate::{
    checks::{Diagnostics, Rule, RuleContext, WayOut},
    diagnostic::Severity,
    services::elbv2::{LoadBalancer, Scheme},
};

pub(crate) const RULE: Rule = Rule {
    slug: "internet-facing-in-private-subnet",
    severity: Severity::Error,
    summary: "An internet-facing load balancer has a subnet without a route to an internet gateway.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, load_balancer) in ctx.all::<LoadBalancer>() {
        if load_balancer.scheme != Scheme::InternetFacing {
            continue;
        }
        for subnet in &load_balancer.subnets {
            let leads = match ctx.way_out(subnet) {
                WayOut::InternetGateway(_) | WayOut::Unknown => continue,
                WayOut::NatGateway(_) => "leads to a NAT gateway",
                WayOut::Nowhere => "has no route out",
            };
            if let Some((subnet, _)) = ctx.get(subnet) {
                out.push(
                    node,
                    format!("faces the internet from `{}`, which {leads}", subnet.id),
                    "give it public subnets, or make it internal",
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testing::{check, group, network};

    #[test]
    fn fires_on_private_and_isolated_subnets() {
        check(
            &RULE,
            |arch| {
                let net = network(arch);
                let edge = group(arch, "edge");
                let subnets = [net.private().subnets(), net.isolated().subnets()].concat();
                let subnets = [0, 4].map(|n: usize| subnets[n].clone());
                let it = LoadBalancer::builder().subnets(subnets).security_groups([edge]).build();
                arch.resource("front", it);
            },
            &[
                "error front: faces the internet from `main/isolated-b`, which has no route out",
                "error front: faces the internet from `main/private-a`, which leads to a NAT gateway",
            ],
        );
    }

    #[test]
    fn accepts_public_subnets_and_internal_load_balancers() {
        check(
            &RULE,
            |arch| {
                let net = network(arch);
                let edge = group(arch, "edge");
                let front = LoadBalancer::builder().subnets(net.public().subnets().iter().cloned());
                arch.resource("front", front.security_groups([edge.clone()]).build());
                let inner =
                    LoadBalancer::builder().subnets(net.private().subnets().iter().cloned());
                let inner = inner.scheme(Scheme::Internal).security_groups([edge]).build();
                arch.resource("inner", inner);
            },
            &[],
        );
    }
}
