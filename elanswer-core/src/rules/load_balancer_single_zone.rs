//! Rule: load-balancer-single-zone
//!
//! Severity: error
//!
//! An application load balancer needs subnets in at least two zones; AWS answers `ValidationError`.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html>
//!
//! Fix: give it a subnet in each zone that its targets are in.
//!
//! Suppress: never.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::elbv2::LoadBalancer,
};

pub(crate) const RULE: Rule = Rule {
    slug: "load-balancer-single-zone",
    severity: Severity::Error,
    summary: "An application load balancer has subnets in fewer than two zones.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, load_balancer) in ctx.all::<LoadBalancer>() {
        let subnets = &load_balancer.subnets;
        let zones = ctx.zones(subnets).map_or(subnets.len(), |zones| zones.len());
        if zones < 2 {
            out.push(
                node,
                format!("is in {zones} of the two zones that AWS asks for (`ValidationError`)"),
                "give it subnets in at least two zones",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::{check, group, load_balancer, network, subnet},
        cidr,
        services::elbv2::Scheme,
    };

    #[test]
    fn fires_on_two_subnets_in_one_zone() {
        check(
            &RULE,
            |arch| {
                let subnets = [
                    arch.resource("a", subnet("vpc", cidr!("10.0.1.0/24"), 'a')),
                    arch.resource("b", subnet("vpc", cidr!("10.0.2.0/24"), 'a')),
                ];
                let edge = group(arch, "edge");
                let it = LoadBalancer::builder().subnets(subnets).security_groups([edge]).build();
                arch.resource("front", it);
            },
            &["error front: is in 1 of the two zones that AWS asks for (`ValidationError`)"],
        );
    }

    #[test]
    fn accepts_two_zones_and_subnets_that_exist() {
        check(
            &RULE,
            |arch| {
                let net = network(arch);
                let edge = group(arch, "edge");
                load_balancer(arch, "inner", Scheme::Internal, &edge);
                let subnets = net.public().subnets().iter().take(2).cloned();
                let it = LoadBalancer::builder().subnets(subnets).security_groups([edge]).build();
                arch.resource("front", it);
            },
            &[],
        );
    }
}
