//! Rule: database-single-zone
//!
//! Severity: error; warning when only Multi-AZ is off
//!
//! A DB subnet group needs subnets in at least two zones; AWS answers
//! `DBSubnetGroupDoesNotCoverEnoughAZs`.
//! A DB instance without a standby in another zone is down until its zone is back, and its last
//! transactions may be lost.
//! A read replica needs none: its source has the data.
//!
//! Source: <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZ.html>
//!
//! Fix: give the subnet group subnets in several zones, and turn `MultiAZ` on.
//!
//! Suppress: for a database that may be down, such as that of a test environment.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::rds::{DbInstance, DbSubnetGroup},
};

pub(crate) const RULE: Rule = Rule {
    slug: "database-single-zone",
    severity: Severity::Error,
    summary: "A database, or its subnet group, is in one zone only.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, group) in ctx.all::<DbSubnetGroup>() {
        let zones = ctx.zones(&group.subnets).map_or(group.subnets.len(), |zones| zones.len());
        if zones < 2 {
            out.push(
                node,
                format!(
                    "is in {zones} of the two zones that AWS asks for (`DBSubnetGroupDoesNotCoverEnoughAZs`)"
                ),
                "give it subnets in at least two zones",
            );
        }
    }
    for (node, database) in ctx.all::<DbInstance>() {
        if !database.multi_az && !database.is_replica() {
            out.push_as(
                Severity::Warning,
                node,
                "has no standby in another zone: `MultiAZ` is off",
                "turn `MultiAZ` on",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::{check, database, network},
        reference::Ref,
    };

    #[test]
    fn fires_on_one_zone_and_without_a_standby() {
        check(
            &RULE,
            |arch| {
                let net = network(arch);
                let group = DbSubnetGroup::builder().db_subnet_group_description("for a test");
                arch.resource("group", group.subnets([&net.isolated().subnets()[0]]).build());
                arch.resource("db", DbInstance { multi_az: false, ..database() });
            },
            &[
                "error group: is in 1 of the two zones that AWS asks for (`DBSubnetGroupDoesNotCoverEnoughAZs`)",
                "warning db: has no standby in another zone: `MultiAZ` is off",
            ],
        );
    }

    #[test]
    fn accepts_several_zones_and_a_standby() {
        check(
            &RULE,
            |arch| {
                let net = network(arch);
                let group = DbSubnetGroup::builder().db_subnet_group_description("for a test");
                arch.resource("a", group.subnets(net.isolated().subnets()).build());
                let group = DbSubnetGroup::builder().db_subnet_group_description("for a test");
                let subnets = ["subnet-1", "subnet-2"].map(Ref::existing);
                arch.resource("b", group.subnets(subnets).build());
                arch.resource("db", database());
            },
            &[],
        );
    }
}
