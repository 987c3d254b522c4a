//! Rule: two-subnets-in-zone
//!
//! Severity: error
//!
//! A load balancer or a VPC endpoint has two subnets in one zone; AWS takes one for each and answers
//! `InvalidConfigurationRequest` or `DuplicateSubnetsInSameZone`.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html>,
//! <https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html>
//!
//! Fix: keep one subnet for each zone.
//!
//! Suppress: never.

use std::collections::{BTreeMap, btree_map::Entry};

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::{ec2::VpcEndpoint, elbv2::LoadBalancer},
};

pub(crate) const RULE: Rule = Rule {
    slug: "two-subnets-in-zone",
    severity: Severity::Error,
    summary: "A load balancer or a VPC endpoint has two subnets in one zone.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    let balancers = ctx.all::<LoadBalancer>().map(|(node, it)| (node, &it.subnets));
    let endpoints = ctx.all::<VpcEndpoint>();
    let endpoints = endpoints.filter_map(|(node, it)| Some((node, &it.as_interface()?.subnets)));
    for (node, subnets) in balancers.chain(endpoints) {
        let mut first = BTreeMap::new();
        for (subnet, typed) in subnets.iter().filter_map(|it| ctx.get(it)) {
            match first.entry(typed.availability_zone) {
                Entry::Vacant(entry) => _ = entry.insert(&subnet.id),
                Entry::Occupied(entry) => out.push(
                    node,
                    format!("has `{}` and `{}`, both in `{}`", entry.get(), subnet.id, entry.key()),
                    "keep one subnet for each zone",
                ),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::{check, group, network, subnet},
        cidr,
        services::ec2::InterfaceService,
    };

    #[test]
    fn fires_on_a_zone_with_two() {
        check(
            &RULE,
            |arch| {
                let net = network(arch);
                let fourth = arch.resource("d", subnet("main/vpc", cidr!("10.0.4.0/24"), 'a'));
                let subnets = net.public().subnets().iter().cloned().chain([fourth]);
                let edge = group(arch, "edge");
                let it = LoadBalancer::builder().subnets(subnets).security_groups([edge]).build();
                arch.resource("front", it);
            },
            &["error front: has `d` and `main/public-a`, both in `us-east-1a`"],
        );
    }

    #[test]
    fn fires_on_an_endpoint() {
        check(
            &RULE,
            |arch| {
                let net = network(arch);
                let subnets = [&net.private().subnets()[0], &net.isolated().subnets()[0]];
                let it = VpcEndpoint::interface(
                    net.vpc(),
                    InterfaceService::LOGS,
                    subnets.into_iter().cloned(),
                    [],
                );
                arch.resource("logs", it);
            },
            &["error logs: has `main/isolated-a` and `main/private-a`, both in `us-east-1a`"],
        );
    }

    #[test]
    fn accepts_one_for_each_zone() {
        check(
            &RULE,
            |arch| {
                let subnets = network(arch).public().subnets().to_vec();
                let edge = group(arch, "edge");
                let it = LoadBalancer::builder().subnets(subnets).security_groups([edge]).build();
                arch.resource("front", it);
            },
            &[],
        );
    }
}
