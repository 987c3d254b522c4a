//! Rule: record-without-health-check
//!
//! Severity: warning
//!
//! A record set is one of several with weights, Regions, locations or values, and nothing says when
//! it fails: it has no health check, and is no alias whose target's health counts.
//! Route 53 takes it for healthy always, and clients are sent to an endpoint that does not answer.
//!
//! Source: <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-complex-configs.html>
//!
//! Fix: give it a health check, or let the health of its alias target count.
//!
//! Suppress: for an endpoint that does not fail by itself, such as a distribution of CloudFront, or
//! when the client tries another one.

use std::collections::BTreeMap;

use crate::{
    checks::{Diagnostics, Rule, RuleContext, Typed},
    diagnostic::Severity,
    services::route53::{GeoLocation, RecordSet, Routing},
};

pub(crate) const RULE: Rule = Rule {
    slug: "record-without-health-check",
    severity: Severity::Warning,
    summary: "One of several record sets has no health check.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    let mut groups: BTreeMap<_, Vec<Typed<'_, RecordSet>>> = BTreeMap::new();
    for (node, record) in ctx.all::<RecordSet>() {
        // Half a failover is for another rule.
        if !matches!(record.routing, Routing::Simple | Routing::Failover { .. }) {
            let key = (&record.hosted_zone, &record.name, record.record_type);
            groups.entry(key).or_default().push((node, record));
        }
    }
    for group in groups.into_values().filter(|group| group.len() > 1) {
        for (node, record) in group {
            if !record.is_watched() && !is_last_resort(&record.routing) {
                let policy = record.routing.policy();
                out.push(
                    node,
                    format!(
                        "is one of several with {policy} routing, and nothing says when it fails"
                    ),
                    "give it a health check, or let the health of its alias target count",
                );
            }
        }
    }
}

/// Whether there is none to answer with in its place.
fn is_last_resort(routing: &Routing) -> bool {
    matches!(routing, Routing::Geolocation { location: GeoLocation::Default, .. })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        architecture::Architecture,
        checks::testing::check,
        reference::Ref,
        services::route53::{
            AliasTarget, Answer, Continent, DnsName, RecordType, SetIdentifier, Weight,
        },
    };

    fn record(routing: Routing) -> RecordSet {
        let name = DnsName::literal("www.example.com");
        RecordSet::new(Ref::existing("Z1"), name, RecordType::A, ["192.0.2.1"]).routed(routing)
    }

    fn weighted(set: &'static str) -> RecordSet {
        let set_identifier = SetIdentifier::literal(set);
        record(Routing::Weighted { set_identifier, weight: Weight::of::<1>() })
    }

    fn located(arch: &mut Architecture, set: &'static str, location: GeoLocation) {
        let set_identifier = SetIdentifier::literal(set);
        arch.resource(set, record(Routing::Geolocation { set_identifier, location }));
    }

    #[test]
    fn fires_on_one_of_several() {
        check(
            &RULE,
            |arch| {
                arch.resource("one", weighted("one").checked(Ref::existing("check")));
                arch.resource("two", weighted("two"));
            },
            &[
                "warning two: is one of several with weighted routing, and nothing says when it fails",
            ],
        );
        check(
            &RULE,
            |arch| {
                located(arch, "asia", GeoLocation::Continent(Continent::Asia));
                located(arch, "others", GeoLocation::Default);
            },
            &[
                "warning asia: is one of several with geolocation routing, and nothing says when it fails",
            ],
        );
    }

    #[test]
    fn accepts_healthy_targets_and_one_that_is_alone() {
        check(
            &RULE,
            |arch| {
                arch.resource("one", weighted("one").checked(Ref::existing("check")));
                let target = AliasTarget::load_balancer(&Ref::existing("arn"));
                let answer = Answer::Alias(target);
                arch.resource("two", RecordSet { answer, ..weighted("two") });
            },
            &[],
        );
        check(&RULE, |arch| _ = arch.resource("one", weighted("one")), &[]);
    }
}
