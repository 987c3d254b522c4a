//! Rule: failover-without-secondary
//!
//! Severity: warning
//!
//! A record set is one half of a failover, and the zone of this architecture has no other half.
//! Without a secondary, clients get no answer while the primary is not healthy; without a primary,
//! the secondary is the answer always.
//!
//! Source: <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-configuring-options.html>
//!
//! Fix: add the other half, of the same name and type.
//!
//! Suppress: when the other half is managed elsewhere.

use std::collections::BTreeSet;

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::route53::{FailoverRole, RecordSet, Routing},
};

pub(crate) const RULE: Rule = Rule {
    slug: "failover-without-secondary",
    severity: Severity::Warning,
    summary: "One half of a failover has no other half.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    let role = |record: &RecordSet| match &record.routing {
        Routing::Failover { role, .. } => Some(*role),
        _ => None,
    };
    let halves: BTreeSet<_> = ctx
        .all::<RecordSet>()
        .filter_map(|(_, record)| {
            Some((&record.hosted_zone, &record.name, record.record_type, role(record)?))
        })
        .collect();
    for (node, record) in ctx.all::<RecordSet>() {
        let Some(role) = role(record) else { continue };
        let other = match role {
            FailoverRole::Primary => FailoverRole::Secondary,
            FailoverRole::Secondary => FailoverRole::Primary,
        };
        if !halves.contains(&(&record.hosted_zone, &record.name, record.record_type, other)) {
            out.push(
                node,
                format!("is the `{role}` of a failover, which has no `{other}`"),
                format!("add the `{other}`, of the same name and type"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        architecture::Architecture,
        checks::testing::check,
        reference::Ref,
        services::route53::{DnsName, RecordType, SetIdentifier},
    };

    fn half(
        arch: &mut Architecture,
        id: &'static str,
        role: FailoverRole,
        record_type: RecordType,
    ) {
        let name = DnsName::literal("www.example.com");
        let set_identifier = SetIdentifier::literal(id);
        let record = RecordSet::new(Ref::existing("Z1"), name, record_type, ["192.0.2.1"]);
        arch.resource(id, record.routed(Routing::Failover { set_identifier, role }));
    }

    #[test]
    fn fires_on_half_a_failover() {
        check(
            &RULE,
            |arch| half(arch, "one", FailoverRole::Primary, RecordType::A),
            &["warning one: is the `PRIMARY` of a failover, which has no `SECONDARY`"],
        );
        check(
            &RULE,
            |arch| {
                half(arch, "one", FailoverRole::Primary, RecordType::A);
                half(arch, "two", FailoverRole::Secondary, RecordType::Aaaa);
            },
            &[
                "warning one: is the `PRIMARY` of a failover, which has no `SECONDARY`",
                "warning two: is the `SECONDARY` of a failover, which has no `PRIMARY`",
            ],
        );
    }

    #[test]
    fn accepts_both_halves() {
        check(
            &RULE,
            |arch| {
                half(arch, "one", FailoverRole::Primary, RecordType::A);
                half(arch, "two", FailoverRole::Secondary, RecordType::A);
            },
            &[],
        );
    }
}
