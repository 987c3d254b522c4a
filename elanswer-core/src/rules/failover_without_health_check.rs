//! Rule: failover-without-health-check
//!
//! Severity: warning
//!
//! The primary record set of a failover has no health check, and is no alias whose target's health
//! counts.
//! Route 53 takes it for healthy always, and never answers with the secondary.
//!
//! Source: <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-simple-configs.html>
//!
//! Fix: give it a health check, or let the health of its alias target count.
//!
//! Suppress: never; without a health check it is no failover.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::route53::{FailoverRole, RecordSet, Routing},
};

pub(crate) const RULE: Rule = Rule {
    slug: "failover-without-health-check",
    severity: Severity::Warning,
    summary: "The primary of a failover has no health check.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, record) in ctx.all::<RecordSet>() {
        let primary =
            matches!(&record.routing, Routing::Failover { role: FailoverRole::Primary, .. });
        if primary && !record.is_watched() {
            out.push(
                node,
                "is the primary of a failover, and no health check says when it fails",
                "give it a health check, or let the health of its alias target count",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::check,
        reference::Ref,
        services::route53::{AliasTarget, Answer, DnsName, RecordType, SetIdentifier},
    };

    fn record(role: FailoverRole) -> RecordSet {
        let name = DnsName::literal("www.example.com");
        let set_identifier = SetIdentifier::literal("one");
        RecordSet::new(Ref::existing("Z1"), name, RecordType::A, ["192.0.2.1"])
            .routed(Routing::Failover { set_identifier, role })
    }

    #[test]
    fn fires_on_a_primary_that_nobody_watches() {
        check(
            &RULE,
            |arch| _ = arch.resource("one", record(FailoverRole::Primary)),
            &["warning one: is the primary of a failover, and no health check says when it fails"],
        );
    }

    #[test]
    fn accepts_health_checks_healthy_targets_and_secondaries() {
        check(
            &RULE,
            |arch| {
                let checked = record(FailoverRole::Primary).checked(Ref::existing("hc"));
                arch.resource("one", checked);
                let target = AliasTarget::load_balancer(&Ref::existing("arn"));
                let answer = Answer::Alias(target);
                arch.resource("two", RecordSet { answer, ..record(FailoverRole::Primary) });
                arch.resource("three", record(FailoverRole::Secondary));
            },
            &[],
        );
    }
}
