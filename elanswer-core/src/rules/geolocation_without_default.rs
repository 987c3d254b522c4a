//! Rule: geolocation-without-default
//!
//! Severity: warning
//!
//! Record sets are for some locations, and none is for all others.
//! Clients from elsewhere, and those whose place Route 53 does not know, get no answer.
//!
//! Source: <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-geo.html>
//!
//! Fix: add a record set with the location `Default`, of the same name and type.
//!
//! Suppress: when clients from elsewhere shall get no answer.

use std::collections::BTreeMap;

use crate::{
    architecture::Node,
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::route53::{GeoLocation, RecordSet, Routing},
};

pub(crate) const RULE: Rule = Rule {
    slug: "geolocation-without-default",
    severity: Severity::Warning,
    summary: "Records for some locations leave all other clients without an answer.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    let mut names: BTreeMap<_, (&Node, bool)> = BTreeMap::new();
    for (node, record) in ctx.all::<RecordSet>() {
        let Routing::Geolocation { location, .. } = &record.routing else { continue };
        let key = (&record.hosted_zone, &record.name, record.record_type);
        let (_, has_default) = names.entry(key).or_insert((node, false));
        *has_default |= *location == GeoLocation::Default;
    }
    for (node, has_default) in names.into_values() {
        if !has_default {
            out.push(
                node,
                "clients from elsewhere get no answer: no record set of its name is for all others",
                "add one with the location `Default`",
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
        services::route53::{Continent, DnsName, RecordType, SetIdentifier},
    };

    fn located(arch: &mut Architecture, id: &'static str, location: GeoLocation) {
        let name = DnsName::literal("www.example.com");
        let set_identifier = SetIdentifier::literal(id);
        let record = RecordSet::new(Ref::existing("Z1"), name, RecordType::A, ["192.0.2.1"]);
        arch.resource(id, record.routed(Routing::Geolocation { set_identifier, location }));
    }

    #[test]
    fn fires_without_a_default() {
        check(
            &RULE,
            |arch| {
                located(arch, "asia", GeoLocation::Continent(Continent::Asia));
                located(arch, "europe", GeoLocation::Continent(Continent::Europe));
            },
            &[
                "warning asia: clients from elsewhere get no answer: no record set of its name is for all others",
            ],
        );
    }

    #[test]
    fn accepts_a_default() {
        check(
            &RULE,
            |arch| {
                located(arch, "asia", GeoLocation::Continent(Continent::Asia));
                located(arch, "others", GeoLocation::Default);
            },
            &[],
        );
    }
}
