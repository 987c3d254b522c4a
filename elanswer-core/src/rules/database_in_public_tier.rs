//! Rule: database-in-public-tier
//!
//! Severity: error; warning when the way is a NAT gateway
//!
//! The subnets of a database have a route to the internet.
//! With one to an internet gateway, a public address or a wrong rule is all that is missing to expose
//! the data; with one to a NAT gateway, data can be sent out.
//! A database needs neither.
//!
//! Source: <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html>
//!
//! Fix: give the subnet group isolated subnets.
//!
//! Suppress: when the database itself calls out, such as for foreign data wrappers.

use crate::{
    checks::{Diagnostics, Rule, RuleContext, WayOut},
    diagnostic::Severity,
    services::rds::DbSubnetGroup,
};

pub(crate) const RULE: Rule = Rule {
    slug: "database-in-public-tier",
    severity: Severity::Error,
    summary: "The subnets of a database have a route to the internet.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, group) in ctx.all::<DbSubnetGroup>() {
        for subnet in &group.subnets {
            let (severity, leads) = match ctx.way_out(subnet) {
                WayOut::InternetGateway(_) => (Severity::Error, "to an internet gateway"),
                WayOut::NatGateway(_) => (Severity::Warning, "to a NAT gateway"),
                WayOut::Nowhere | WayOut::Unknown => continue,
            };
            if let Some((subnet, _)) = ctx.get(subnet) {
                out.push_as(
                    severity,
                    node,
                    format!("puts databases into `{}`, which leads {leads}", subnet.id),
                    "give it isolated subnets",
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testing::{check, network};

    #[test]
    fn fires_on_public_and_private_subnets() {
        check(
            &RULE,
            |arch| {
                let net = network(arch);
                let subnets = [&net.public().subnets()[0], &net.private().subnets()[1]];
                let group = DbSubnetGroup::builder().db_subnet_group_description("for a test");
                arch.resource("group", group.subnets(subnets).build());
            },
            &[
                "error group: puts databases into `main/public-a`, which leads to an internet gateway",
                "warning group: puts databases into `main/private-b`, which leads to a NAT gateway",
            ],
        );
    }

    #[test]
    fn accepts_isolated_subnets() {
        check(
            &RULE,
            |arch| {
                let net = network(arch);
                let group = DbSubnetGroup::builder().db_subnet_group_description("for a test");
                arch.resource("group", group.subnets(net.isolated().subnets()).build());
            },
            &[],
        );
    }
}
