//! Rule: nat-in-private-subnet
//!
//! Severity: error
//!
//! A public NAT gateway stands in a subnet that has no route to an internet gateway.
//! AWS makes it, but nothing that is sent through it arrives: every image pull and every call to
//! AWS from the private subnets times out.
//!
//! Source: <https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html>
//!
//! Fix: put the NAT gateway into a public subnet.
//!
//! Suppress: when the route is added outside of this architecture.

use crate::{
    checks::{Diagnostics, Rule, RuleContext, WayOut},
    diagnostic::Severity,
    services::ec2::NatGateway,
};

pub(crate) const RULE: Rule = Rule {
    slug: "nat-in-private-subnet",
    severity: Severity::Error,
    summary: "A NAT gateway stands in a subnet without a route to an internet gateway.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, nat) in ctx.all::<NatGateway>() {
        let leads = match ctx.way_out(&nat.subnet) {
            WayOut::InternetGateway(_) | WayOut::Unknown => continue,
            WayOut::NatGateway(_) => "leads to a NAT gateway",
            WayOut::Nowhere => "has no route out",
        };
        if let Some((subnet, _)) = ctx.get(&nat.subnet) {
            out.push(
                node,
                format!("its subnet `{}` {leads}: nothing gets through", subnet.id),
                "put it into a subnet whose route table leads to an internet gateway",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::{check, network},
        reference::Ref,
    };

    #[test]
    fn fires_in_private_and_isolated_subnets() {
        check(
            &RULE,
            |arch| {
                let net = network(arch);
                let subnets = [net.private().subnets(), net.isolated().subnets()].concat();
                for (n, subnet) in [0, 3].into_iter().filter_map(|n| Some((n, subnets.get(n)?))) {
                    let nat = NatGateway::builder().eip(Ref::existing("eipalloc-1"));
                    arch.resource(&format!("nat-{n}"), nat.subnet(subnet).build());
                }
            },
            &[
                "error nat-0: its subnet `main/private-a` leads to a NAT gateway: nothing gets through",
                "error nat-3: its subnet `main/isolated-a` has no route out: nothing gets through",
            ],
        );
    }

    #[test]
    fn accepts_public_subnets_and_those_that_exist() {
        check(
            &RULE,
            |arch| {
                network(arch);
                let nat = NatGateway::builder().eip(Ref::existing("eipalloc-1"));
                arch.resource("nat", nat.subnet(Ref::existing("subnet-1")).build());
            },
            &[],
        );
    }
}
