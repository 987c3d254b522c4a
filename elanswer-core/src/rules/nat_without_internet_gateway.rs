//! Rule: nat-without-internet-gateway
//!
//! Severity: error
//!
//! A NAT gateway needs an internet gateway that is attached to its VPC: without one it ends up in
//! the state `failed` with `Gateway.NotAttached`.
//!
//! Source: <https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html>
//!
//! Fix: attach an internet gateway to the VPC.
//!
//! Suppress: when the attachment is made outside of this architecture.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::ec2::NatGateway,
};

pub(crate) const RULE: Rule = Rule {
    slug: "nat-without-internet-gateway",
    severity: Severity::Error,
    summary: "A NAT gateway is in a VPC without an internet gateway.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, nat) in ctx.all::<NatGateway>() {
        let Some((_, subnet)) = ctx.get(&nat.subnet) else { continue };
        let Some((vpc, _)) = ctx.get(&subnet.vpc) else { continue };
        if ctx.internet_gateway_of(&subnet.vpc).is_none() {
            out.push(
                node,
                format!("no internet gateway is attached to its VPC `{}`", vpc.id),
                "add an internet gateway, attach it to the VPC, and route the subnet to it",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::{check, managed, network, subnet},
        cidr,
        reference::Ref,
        services::ec2::Vpc,
    };

    #[test]
    fn fires_without_an_attachment() {
        check(
            &RULE,
            |arch| {
                arch.resource("vpc", Vpc::new(cidr!("10.0.0.0/16")));
                arch.resource("subnet", subnet("vpc", cidr!("10.0.0.0/24"), 'a'));
                let nat = NatGateway::builder().eip(Ref::existing("eipalloc-1"));
                arch.resource("nat", nat.subnet(managed("subnet")).build());
            },
            &["error nat: no internet gateway is attached to its VPC `vpc`"],
        );
    }

    #[test]
    fn accepts_a_network_and_a_vpc_that_exists() {
        check(
            &RULE,
            |arch| {
                network(arch);
                let mut other = subnet("vpc", cidr!("10.0.0.0/24"), 'a');
                other.vpc = Ref::existing("vpc-1");
                let subnet = arch.resource("subnet", other);
                let nat = NatGateway::builder().eip(Ref::existing("eipalloc-1"));
                arch.resource("nat", nat.subnet(subnet).build());
            },
            &[],
        );
    }
}
