//! Rule: nat-in-other-zone
//!
//! Severity: warning
//!
//! A subnet reaches the internet through the NAT gateway of another zone, although the VPC has
//! several.
//! The failure of that zone cuts the subnet off, and AWS bills what crosses between zones.
//!
//! Source: <https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html>
//!
//! Fix: route the subnet to the NAT gateway of its own zone.
//!
//! Suppress: when the zone has so little traffic that a gateway of its own is not worth its price.

use crate::{
    checks::{Diagnostics, Rule, RuleContext, WayOut},
    diagnostic::Severity,
    reference::Ref,
    rules::single_nat_gateway::{only, users},
    services::ec2::Subnet,
};

pub(crate) const RULE: Rule = Rule {
    slug: "nat-in-other-zone",
    severity: Severity::Warning,
    summary: "A subnet leads to the NAT gateway of another zone.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    let users = users(ctx);
    for (node, subnet) in ctx.all::<Subnet>() {
        let WayOut::NatGateway(gateway) = ctx.way_out(&Ref::managed(node.id.clone())) else {
            continue;
        };
        // One gateway for several zones is what `single-nat-gateway` finds.
        let shared =
            users.get(&subnet.vpc).and_then(only).is_some_and(|(_, zones)| zones.len() > 1);
        let Some((nat, typed)) = ctx.get(gateway).filter(|_| !shared) else { continue };
        let Some((_, home)) = ctx.get(&typed.subnet) else { continue };
        if home.availability_zone != subnet.availability_zone {
            out.push(
                node,
                format!(
                    "is in `{}`, but leads to `{}` in `{}`",
                    subnet.availability_zone, nat.id, home.availability_zone
                ),
                "route it to a NAT gateway in its own zone",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::{PLAN, check, managed, network, subnet},
        cidr,
        constructs::{Nat, Network},
        services::ec2::{Route, RouteTable, SubnetRouteTableAssociation},
    };

    #[test]
    fn fires_on_a_route_to_another_zone() {
        check(
            &RULE,
            |arch| {
                let net = network(arch);
                let subnet = arch.resource("d", subnet("main/vpc", cidr!("10.0.14.0/24"), 'd'));
                let table = arch.resource("table", RouteTable::new(net.vpc()));
                let gateway = managed::<crate::services::ec2::NatGateway>("main/nat-a");
                arch.resource("route", Route::to_anywhere(&table, gateway));
                arch.resource("under", SubnetRouteTableAssociation::new(&subnet, &table));
            },
            &["warning d: is in `us-east-1d`, but leads to `main/nat-a` in `us-east-1a`"],
        );
    }

    #[test]
    fn accepts_own_zones_and_leaves_a_single_gateway_to_its_rule() {
        check(&RULE, |arch| _ = network(arch), &[]);
        check(&RULE, |arch| _ = arch.add(Network::new("main", PLAN).nat(Nat::Single)), &[]);
    }
}
