//! Rule: health-check-without-address
//!
//! Severity: warning
//!
//! A health check asks for a name within a zone of this architecture, and no record there leads
//! from the name to an IPv4 address.
//! The health checkers use IPv4 only: they answer "DNS resolution failed", and it is never healthy.
//!
//! Source: <https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html>
//!
//! Fix: correct the name, or add a record of type `A` for it.
//!
//! Suppress: when the record is managed elsewhere.

use crate::{
    checks::{Diagnostics, Rule, RuleContext, Typed},
    diagnostic::{Severity, nearest},
    reference::{Input, Ref},
    services::route53::{DnsName, HealthCheck, HostedZone, RecordSet, RecordType},
};

pub(crate) const RULE: Rule = Rule {
    slug: "health-check-without-address",
    severity: Severity::Warning,
    summary: "A health check asks for a name that no record leads to an address.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, check) in ctx.all::<HealthCheck>() {
        let endpoint = check.endpoint().map(|check| &check.endpoint);
        let by_name = endpoint.filter(|endpoint| endpoint.ip_address().is_none());
        let Some(host) = by_name.and_then(|endpoint| endpoint.domain()).and_then(Input::known)
        else {
            continue;
        };
        let Some((zone_node, zone)) = zone_of(ctx, host) else { continue };
        let zone_ref = Ref::managed(zone_node.id.clone());
        let names: Vec<(&DnsName, RecordType)> = ctx
            .all::<RecordSet>()
            .filter(|(_, record)| record.hosted_zone == zone_ref)
            .filter_map(|(_, record)| Some((record.name.known()?, record.record_type)))
            .collect();
        let leads = |(name, record_type): &(&DnsName, RecordType)| match record_type {
            RecordType::A | RecordType::Cname => answers(name, host),
            // Another zone answers for what is below it.
            RecordType::Ns => **name != zone.name && host.is_within(name),
            _ => false,
        };
        if !names.iter().any(leads) {
            let known = names.iter().filter(|(_, kind)| *kind == RecordType::A);
            let near = nearest(host.as_str(), known, |(name, _)| name.as_str());
            out.push(
                node,
                format!(
                    "never healthy: no record of `{}` leads from `{host}` to an IPv4 address",
                    zone_node.id
                ),
                match near {
                    Some((name, _)) => format!("did you mean `{name}`?"),
                    None => format!("add a record of type `A` for `{host}`, or correct the name"),
                },
            );
        }
    }
}

/// The narrowest zone of this architecture that the name is within.
fn zone_of<'a>(ctx: &RuleContext<'a>, name: &DnsName) -> Option<Typed<'a, HostedZone>> {
    let zones = ctx.all::<HostedZone>().filter(|(_, zone)| name.is_within(&zone.name));
    zones.max_by_key(|(_, zone)| zone.name.as_str().len())
}

/// Whether a record of this name, which may be `*` and the rest, is the answer for `name`.
fn answers(record: &DnsName, name: &DnsName) -> bool {
    record == name
        || record.as_str().strip_prefix('*').is_some_and(|rest| name.as_str().ends_with(rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        architecture::Architecture, checks::testing::check, services::route53::ResourcePath,
    };

    fn described(arch: &mut Architecture, host: &'static str, record: &'static str) {
        let zone = arch.resource("zone", HostedZone::new(DnsName::literal("example.com")));
        let record = RecordSet::new(&zone, DnsName::literal(record), RecordType::A, ["192.0.2.1"]);
        arch.resource("record", record);
        let path = ResourcePath::literal("/");
        arch.resource("check", HealthCheck::https(DnsName::literal(host), path));
    }

    #[test]
    fn fires_on_a_name_without_a_record() {
        check(
            &RULE,
            |arch| described(arch, "one.example.com", "ome.example.com"),
            &[
                "warning check: never healthy: no record of `zone` leads from `one.example.com` to an IPv4 address",
            ],
        );
    }

    #[test]
    fn suggests_the_name_that_is_near() {
        let mut arch = Architecture::new("test", crate::Region::UsEast1);
        described(&mut arch, "one.example.com", "ome.example.com");
        let report = crate::check(&arch);
        let mut found = report.diagnostics.iter().filter(|found| found.code == RULE.slug);
        assert_eq!(found.next().unwrap().help, "did you mean `ome.example.com`?");
    }

    #[test]
    fn accepts_records_wildcards_and_names_of_other_zones() {
        check(&RULE, |arch| described(arch, "one.example.com", "one.example.com"), &[]);
        check(&RULE, |arch| described(arch, "one.example.com", "*.example.com"), &[]);
        check(&RULE, |arch| described(arch, "one.example.org", "one.example.com"), &[]);
    }
}
