//! Rule: single-nat-gateway
//!
//! Severity: warning
//!
//! Subnets in several zones reach the internet through one NAT gateway.
//! A NAT gateway stands in one zone: when that zone fails, the others are cut off too, and until
//! then AWS bills what crosses between zones.
//!
//! Source: <https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html>
//!
//! Fix: give each zone a NAT gateway of its own, as `Nat::PerZone` does.
//!
//! Suppress: where the price of more gateways matters more than the failure of a zone, such as in a
//! test account.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    checks::{Diagnostics, Rule, RuleContext, WayOut},
    diagnostic::Severity,
    reference::Ref,
    region::Zone,
    services::ec2::{NatGateway, Subnet, Vpc},
};

pub(crate) const RULE: Rule = Rule {
    slug: "single-nat-gateway",
    severity: Severity::Warning,
    summary: "Subnets in several zones share one NAT gateway.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for gateways in users(ctx).values() {
        let Some((gateway, zones)) = only(gateways) else { continue };
        if let Some((node, _)) = ctx.get(gateway)
            && zones.len() > 1
        {
            let zones: Vec<String> = zones.iter().map(|zone| format!("`{zone}`")).collect();
            out.push(
                node,
                format!("is the only way out of {}", zones.join(", ")),
                "give each zone a NAT gateway of its own",
            );
        }
    }
}

/// For each VPC, its NAT gateways with the zones of the subnets that lead to them.
type Users<'a> = BTreeMap<&'a Ref<Vpc>, BTreeMap<&'a Ref<NatGateway>, BTreeSet<Zone>>>;

pub(super) fn users<'a>(ctx: &RuleContext<'a>) -> Users<'a> {
    let mut users = Users::new();
    for (node, subnet) in ctx.all::<Subnet>() {
        if let WayOut::NatGateway(gateway) = ctx.way_out(&Ref::managed(node.id.clone())) {
            let gateways = users.entry(&subnet.vpc).or_default();
            gateways.entry(gateway).or_default().insert(subnet.availability_zone);
        }
    }
    users
}

/// The one entry of a map with one entry.
pub(super) fn only<K: Ord, V>(map: &BTreeMap<K, V>) -> Option<(&K, &V)> {
    map.first_key_value().filter(|_| map.len() == 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::{PLAN, check, network},
        constructs::{Nat, Network},
    };

    #[test]
    fn fires_on_one_gateway_for_three_zones() {
        check(
            &RULE,
            |arch| _ = arch.add(Network::new("main", PLAN).nat(Nat::Single)),
            &[
                "warning main/nat-a: is the only way out of `us-east-1a`, `us-east-1b`, `us-east-1c`",
            ],
        );
    }

    #[test]
    fn accepts_a_gateway_for_each_zone() {
        check(&RULE, |arch| _ = network(arch), &[]);
    }
}
