//! Rule: record-outside-zone
//!
//! Severity: error
//!
//! A record set has a name that is neither that of its zone nor one below it, or is to validate a
//! domain that is not within the zone; AWS answers `InvalidChangeBatch`.
//!
//! Source: <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-basic.html>
//!
//! Fix: write the whole name, as in `www.example.com`, or take the zone that it belongs to.
//!
//! Suppress: never.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    reference::Input,
    services::{
        acm::DomainValidation,
        route53::{DnsName, RecordSet},
    },
};

pub(crate) const RULE: Rule = Rule {
    slug: "record-outside-zone",
    severity: Severity::Error,
    summary: "A record has a name that is not within its zone.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, record) in ctx.all::<RecordSet>() {
        let Some((zone_node, zone)) = ctx.get(&record.hosted_zone) else { continue };
        let Some(name) = name(ctx, record) else { continue };
        if !name.is_within(&zone.name) {
            out.push(
                node,
                format!("`{name}` is not within `{}`, the zone `{}`", zone.name, zone_node.id),
                format!("write the whole name, as in `www.{}`, or take another zone", zone.name),
            );
        }
    }
}

/// The name of a record, or the domain that it is to validate.
fn name(ctx: &RuleContext<'_>, record: &RecordSet) -> Option<DnsName> {
    match &record.name {
        Input::Literal(name) => Some(name.clone()),
        Input::Output(reference) => {
            let validation = ctx.node(&reference.resource)?.get::<DomainValidation>()?;
            Some(DnsName::from(&validation.domain_name))
        }
        Input::Join(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        architecture::Architecture,
        checks::testing::check,
        reference::Ref,
        services::{
            acm::DomainName,
            route53::{HostedZone, RecordType},
        },
    };

    fn zone(arch: &mut Architecture) -> Ref<HostedZone> {
        arch.resource("zone", HostedZone::new(DnsName::literal("example.com")))
    }

    fn record(arch: &mut Architecture, name: &'static str) {
        let zone = zone(arch);
        let name = DnsName::literal(name);
        arch.resource("record", RecordSet::new(&zone, name, RecordType::A, ["192.0.2.1"]));
    }

    fn validation(arch: &mut Architecture, domain: &'static str) {
        let zone = zone(arch);
        let domain = DomainName::literal(domain);
        let validation = DomainValidation::new(Ref::existing("arn"), &domain);
        let validation = arch.resource("validation", validation);
        arch.resource("record", validation.record(&zone));
    }

    #[test]
    fn fires_on_a_name_elsewhere() {
        check(
            &RULE,
            |arch| record(arch, "www"),
            &["error record: `www` is not within `example.com`, the zone `zone`"],
        );
        check(
            &RULE,
            |arch| validation(arch, "example.org"),
            &["error record: `example.org` is not within `example.com`, the zone `zone`"],
        );
    }

    #[test]
    fn accepts_the_zone_and_what_is_below_it() {
        check(&RULE, |arch| record(arch, "example.com"), &[]);
        check(&RULE, |arch| record(arch, "*.example.com"), &[]);
        check(&RULE, |arch| validation(arch, "shop.example.com"), &[]);
    }
}
