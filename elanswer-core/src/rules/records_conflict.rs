//! Rule: records-conflict
//!
//! Severity: error
//!
//! Two record sets of a name cannot be in a zone together: a `CNAME` beside any other type, a simple
//! one beside one with a routing policy, two policies for one type, two primaries of a failover, or
//! the same location, Region or set identifier twice.
//! AWS answers `InvalidChangeBatch`.
//!
//! Source: <https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html>
//!
//! Fix: leave one of them out, or give both the same policy and each a place of its own.
//! Where a `CNAME` stands in the way, an alias of type `A` may do.
//!
//! Suppress: never.

use std::collections::BTreeMap;

use crate::{
    checks::{Diagnostics, Rule, RuleContext, Typed},
    diagnostic::Severity,
    services::route53::{Conflict, RecordSet},
};

pub(crate) const RULE: Rule = Rule {
    slug: "records-conflict",
    severity: Severity::Error,
    summary: "Two record sets of a name cannot be in a zone together.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    let mut names: BTreeMap<_, Vec<Typed<'_, RecordSet>>> = BTreeMap::new();
    for (node, record) in ctx.all::<RecordSet>() {
        let others = names.entry((&record.hosted_zone, &record.name)).or_default();
        let conflict = others
            .iter()
            .find_map(|(other, theirs)| Some((other, theirs, record.conflict_with(theirs)?)));
        if let Some((other, theirs, conflict)) = conflict {
            let id = &other.id;
            let (why, help) = match conflict {
                Conflict::Cname => (
                    format!(
                        "is of type `{}`, and `{id}` of the same name of type `{}`; a `CNAME` is alone",
                        record.record_type, theirs.record_type
                    ),
                    "leave one of them out, or make the `CNAME` an alias of type `A`",
                ),
                Conflict::Duplicate => (
                    format!("has the same name, type and set identifier as `{id}`"),
                    "leave one of them out, or put the values of both in one",
                ),
                Conflict::Place => (
                    format!(
                        "is for the same {} as `{id}`",
                        match record.routing.policy() {
                            "failover" => "half of the failover",
                            "geolocation" => "location",
                            _ => "Region",
                        }
                    ),
                    "leave one of them out, or give it a place of its own",
                ),
                Conflict::Policies => (
                    format!(
                        "has the policy {}, and `{id}` of the same name and type the policy {}",
                        record.routing.policy(),
                        theirs.routing.policy()
                    ),
                    "give both the same policy",
                ),
            };
            out.push(node, why, help);
        }
        others.push((node, record));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        architecture::Architecture,
        checks::testing::check,
        reference::Ref,
        region::Region,
        services::route53::{DnsName, FailoverRole, RecordType, Routing, SetIdentifier, Weight},
    };

    fn add(arch: &mut Architecture, id: &str, record_type: RecordType, routing: Routing) {
        let name = DnsName::literal("www.example.com");
        let record = RecordSet::new(Ref::existing("Z1"), name, record_type, ["value"]);
        arch.resource(id, record.routed(routing));
    }

    fn weighted(set: &'static str) -> Routing {
        let set_identifier = SetIdentifier::literal(set);
        Routing::Weighted { set_identifier, weight: Weight::of::<1>() }
    }

    fn latency(set: &'static str) -> Routing {
        let set_identifier = SetIdentifier::literal(set);
        Routing::Latency { set_identifier, region: Region::EuWest1 }
    }

    fn primary(set: &'static str) -> Routing {
        let set_identifier = SetIdentifier::literal(set);
        Routing::Failover { set_identifier, role: FailoverRole::Primary }
    }

    #[test]
    fn fires_on_a_cname_beside_others() {
        check(
            &RULE,
            |arch| {
                add(arch, "a", RecordType::A, Routing::Simple);
                add(arch, "b", RecordType::Cname, Routing::Simple);
            },
            &[
                "error b: is of type `CNAME`, and `a` of the same name of type `A`; a `CNAME` is alone",
            ],
        );
    }

    #[test]
    fn fires_on_the_same_twice_and_on_mixed_policies() {
        let two = |one: Routing, two: Routing, expected: &str| {
            check(
                &RULE,
                |arch| {
                    add(arch, "a", RecordType::A, one);
                    add(arch, "b", RecordType::A, two);
                },
                &[expected],
            );
        };
        two(
            Routing::Simple,
            Routing::Simple,
            "error b: has the same name, type and set identifier as `a`",
        );
        two(
            Routing::Simple,
            weighted("x"),
            "error b: has the policy weighted, and `a` of the same name and type the policy simple",
        );
        two(primary("x"), primary("y"), "error b: is for the same half of the failover as `a`");
        two(latency("x"), latency("y"), "error b: is for the same Region as `a`");
    }

    #[test]
    fn accepts_types_and_sets_beside_each_other() {
        check(
            &RULE,
            |arch| {
                add(arch, "a", RecordType::A, weighted("x"));
                add(arch, "b", RecordType::A, weighted("y"));
                add(arch, "c", RecordType::Txt, Routing::Simple);
                let other = DnsName::literal("other.example.com");
                let other = RecordSet::new(Ref::existing("Z1"), other, RecordType::Cname, ["a.b"]);
                arch.resource("d", other);
            },
            &[],
        );
    }
}
