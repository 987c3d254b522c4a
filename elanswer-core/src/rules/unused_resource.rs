//! Rule: unused-resource
//!
//! Severity: warning
//!
//! A resource does nothing, because nothing refers to it: an address, a NAT gateway without a route,
//! a target group, a route table or a network ACL without a subnet, a group of a database, a health
//! check.
//! AWS bills addresses, NAT gateways and health checks all the same.
//!
//! Source: <https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html>
//!
//! Fix: refer to it where it belongs, or remove it.
//!
//! Suppress: when it is used outside of this architecture.

use std::collections::BTreeSet;

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    id::ResourceId,
    reference::{Input, references_in},
};

pub(crate) const RULE: Rule = Rule {
    slug: "unused-resource",
    severity: Severity::Warning,
    summary: "A resource does nothing, because nothing refers to it.",
    check,
};

/// Kinds that do nothing by themselves, with those that are parts of them rather than users.
const IDLE: [(&str, &[&str]); 8] = [
    ("AWS::EC2::EIP", &[]),
    ("AWS::EC2::NatGateway", &[]),
    ("AWS::EC2::NetworkAcl", &["AWS::EC2::NetworkAclEntry"]),
    ("AWS::EC2::RouteTable", &["AWS::EC2::Route", "AWS::EC2::VPCEndpoint"]),
    ("AWS::ElasticLoadBalancingV2::TargetGroup", &[]),
    ("AWS::RDS::DBParameterGroup", &[]),
    ("AWS::RDS::DBSubnetGroup", &[]),
    ("AWS::Route53::HealthCheck", &[]),
];

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    let shown: BTreeSet<ResourceId> = ctx.arch().outputs().values().flat_map(resources).collect();
    for node in ctx.nodes() {
        let kind = node.resource.schema().kind;
        let Some((_, parts)) = IDLE.iter().find(|(idle, _)| *idle == kind.as_str()) else {
            continue;
        };
        let used = ctx
            .referrers(&node.id)
            .iter()
            .any(|user| !parts.contains(&user.resource.schema().kind.as_str()));
        if !used && !shown.contains(&node.id) {
            out.push(
                node,
                "does nothing: nothing refers to it",
                "refer to it where it belongs, or remove it",
            );
        }
    }
}

/// The resources that a value is made of.
fn resources(input: &Input<String>) -> Vec<ResourceId> {
    let mut found = Vec::new();
    references_in(&serde_json::to_value(input).unwrap_or_default(), &mut found);
    found.into_iter().map(|reference| reference.resource).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::{check, network},
        cidr::Cidr,
        reference::Ref,
        services::{
            ec2::{
                Direction, Eip, InternetGateway, NetworkAcl, NetworkAclEntry, Protocol, Route,
                RouteTable, RuleAction, RuleNumber,
            },
            route53::{DnsName, HealthCheck, ResourcePath},
        },
    };

    #[test]
    fn fires_on_an_address_and_on_a_table_and_an_acl_without_subnets() {
        check(
            &RULE,
            |arch| {
                arch.resource("address", Eip::default());
                let path = ResourcePath::literal("/");
                arch.resource("check", HealthCheck::http(DnsName::literal("a.b"), path));
                let table = arch.resource("table", RouteTable::new(Ref::existing("vpc-1")));
                let gateway = Ref::<InternetGateway>::existing("igw-1");
                arch.resource("route", Route::to_anywhere(&table, gateway));
                let acl = arch.resource("acl", NetworkAcl::new(Ref::existing("vpc-1")));
                let entry = NetworkAclEntry::builder()
                    .network_acl(&acl)
                    .direction(Direction::Egress)
                    .rule_number(RuleNumber::of::<100>())
                    .protocol(Protocol::All)
                    .action(RuleAction::Allow)
                    .cidr_block(Cidr::ANY);
                arch.resource("entry", entry.build());
            },
            &[
                "warning acl: does nothing: nothing refers to it",
                "warning address: does nothing: nothing refers to it",
                "warning check: does nothing: nothing refers to it",
                "warning table: does nothing: nothing refers to it",
            ],
        );
    }

    #[test]
    fn accepts_a_network_and_what_is_shown() {
        check(
            &RULE,
            |arch| {
                network(arch);
                let address = arch.resource("address", Eip::default());
                arch.output("address", address.public_ip());
            },
            &[],
        );
    }
}
