//! Rule: cname-at-apex
//!
//! Severity: error
//!
//! A record set of type `CNAME` has the name of its zone.
//! A `CNAME` is the only record of its name, and that of the zone always has others; AWS answers
//! `InvalidChangeBatch`.
//!
//! Source: <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html#CNAMEFormat>
//!
//! Fix: make it an alias of type `A`, and one of type `AAAA`, when it leads to something in AWS.
//!
//! Suppress: never.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::route53::{RecordSet, RecordType},
};

pub(crate) const RULE: Rule = Rule {
    slug: "cname-at-apex",
    severity: Severity::Error,
    summary: "A `CNAME` record has the name of its zone.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, record) in ctx.all::<RecordSet>() {
        let Some((zone_node, zone)) = ctx.get(&record.hosted_zone) else { continue };
        if record.record_type == RecordType::Cname && record.name.known() == Some(&zone.name) {
            out.push(
                node,
                format!("is a `CNAME` with the name of its zone `{}`", zone_node.id),
                "make it an alias of type `A`",
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
        services::route53::{DnsName, HostedZone},
    };

    fn described(arch: &mut Architecture, name: &'static str, record_type: RecordType) {
        let zone = arch.resource("zone", HostedZone::new(DnsName::literal("example.com")));
        let name = DnsName::literal(name);
        arch.resource("record", RecordSet::new(&zone, name, record_type, ["a.example.org"]));
    }

    #[test]
    fn fires_on_the_name_of_the_zone() {
        check(
            &RULE,
            |arch| described(arch, "example.com", RecordType::Cname),
            &["error record: is a `CNAME` with the name of its zone `zone`"],
        );
    }

    #[test]
    fn accepts_a_name_below_it_and_other_types() {
        check(&RULE, |arch| described(arch, "www.example.com", RecordType::Cname), &[]);
        check(&RULE, |arch| described(arch, "example.com", RecordType::Mx), &[]);
    }
}
