//! Rule: cache-single-zone
//!
//! Severity: warning
//!
//! All nodes of a cache may be in one zone, or nothing takes over when the primary fails: the cache is
//! down until its zone is back, and what it holds is lost.
//!
//! Source: <https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/AutoFailover.html>
//!
//! Fix: give it two nodes and a subnet group of several zones, and turn `AutomaticFailoverEnabled` and
//! `MultiAZEnabled` on.
//!
//! Suppress: for a cache that may be empty at times, such as that of a test environment.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::elasticache::ReplicationGroup,
};

pub(crate) const RULE: Rule = Rule {
    slug: "cache-single-zone",
    severity: Severity::Warning,
    summary: "A cache is in one zone only.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, cache) in ctx.all::<ReplicationGroup>() {
        if !cache.multi_az_enabled {
            // In which zones its nodes could be says nothing then.
            out.push(
                node,
                "has no node in another zone that takes over: `MultiAZEnabled` is off",
                "turn `MultiAZEnabled` and `AutomaticFailoverEnabled` on, with two nodes",
            );
            continue;
        }
        let Some((group, subnets)) = ctx.get(&cache.cache_subnet_group) else { continue };
        if ctx.zones(&subnets.subnets).is_some_and(|zones| zones.len() < 2) {
            out.push(
                node,
                format!("its subnet group `{}` is in one zone", group.id),
                "give the subnet group subnets in at least two zones",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        architecture::Architecture,
        checks::testing::{cache, check, network},
        services::elasticache::SubnetGroup,
    };

    fn describe(arch: &mut Architecture, zones: usize) {
        let net = network(arch);
        let subnets = net.isolated().subnets().iter().take(zones);
        let group = SubnetGroup::builder().description("for a test").subnets(subnets).build();
        let cache_subnet_group = arch.resource("group", group);
        arch.resource("cache", ReplicationGroup { cache_subnet_group, ..cache() });
    }

    #[test]
    fn fires_on_one_zone_and_without_multi_az() {
        check(
            &RULE,
            |arch| {
                describe(arch, 1);
                arch.resource("other", ReplicationGroup { multi_az_enabled: false, ..cache() });
            },
            &[
                "warning cache: its subnet group `group` is in one zone",
                "warning other: has no node in another zone that takes over: `MultiAZEnabled` is off",
            ],
        );
    }

    #[test]
    fn accepts_several_zones() {
        check(&RULE, |arch| describe(arch, 2), &[]);
    }
}
