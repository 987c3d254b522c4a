//! Rule: zone-may-not-answer
//!
//! Severity: warning
//!
//! Something waits until a certificate is issued, and nothing here shows that the zone of its
//! validation records is the one that the world asks: the zone is made by this architecture, and no
//! `NS` record of it delegates the domain to the zone; or the zone is not one of this architecture.
//! Until the registrar or the zone above names its name servers, ACM does not see the records: the
//! apply waits for 75 minutes and gives up.
//!
//! Source: <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/CreatingNewSubdomain.html>
//!
//! Fix: apply the zone alone first and give its name servers, `Ref::name_servers`, to the registrar
//! or to the zone above; then refer to it with its id, as in `--var zone=Z0123456789`.
//!
//! Suppress: when the zone is known to answer for the domain, or somebody delegates the domain
//! while the apply waits.

use std::collections::BTreeMap;

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    reference::{Input, Ref},
    services::{
        acm::{DomainName, DomainValidation, IssuedCertificate},
        route53::{HostedZone, RecordSet, RecordType},
    },
};

pub(crate) const RULE: Rule = Rule {
    slug: "zone-may-not-answer",
    severity: Severity::Warning,
    summary: "Nothing shows that the zone of a certificate's records answers for its domain.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    let mut zones: BTreeMap<&DomainName, Vec<&Ref<HostedZone>>> = BTreeMap::new();
    for (_, record) in ctx.all::<RecordSet>() {
        let Input::Output(reference) = &record.name else { continue };
        let validation = ctx.node(&reference.resource).and_then(|it| it.get::<DomainValidation>());
        if let Some(validation) = validation {
            zones.entry(&validation.domain_name).or_default().push(&record.hosted_zone);
        }
    }
    for (node, issued) in ctx.all::<IssuedCertificate>() {
        let Some((certificate_node, certificate)) = ctx.get(&issued.certificate) else { continue };
        let mut told = Vec::new();
        for domain in certificate.validated_names() {
            for zone in zones.get(&domain).into_iter().flatten() {
                let Some(why) = doubt(ctx, zone, &domain) else { continue };
                if !told.contains(zone) {
                    told.push(zone);
                    out.push(
                        node,
                        format!("may wait for `{}` in vain: {why}", certificate_node.id),
                        "see that the registrar, or the zone above, names the name servers of the zone before this is applied; then suppress this with that as the reason",
                    );
                }
            }
        }
    }
}

/// Why it is not certain that the world asks this zone for the domain.
fn doubt(ctx: &RuleContext<'_>, zone: &Ref<HostedZone>, domain: &DomainName) -> Option<String> {
    if let Some(id) = zone.known() {
        return Some(format!(
            "`{id}` is not a zone of this architecture, and nothing shows that it answers for `{domain}`"
        ));
    }
    let (node, zone_made) = ctx.get(zone)?;
    let name = Input::Literal(zone_made.name.clone());
    let delegated = ctx.all::<RecordSet>().any(|(_, record)| {
        record.record_type == RecordType::Ns && record.name == name && record.hosted_zone != *zone
    });
    (!delegated).then(|| {
        format!(
            "`{}` is a new zone, which answers for `{}` only once the registrar or the zone above names its name servers",
            node.id, zone_made.name
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        architecture::Architecture, checks::testing::check, constructs::Certificate,
        services::route53::DnsName,
    };

    fn certified(arch: &mut Architecture, zone: &Ref<HostedZone>) {
        let certificate = Certificate::dns("front", DomainName::literal("example.com"));
        let others = ["shop.example.com", "*.example.com"].map(DomainName::literal);
        arch.add(certificate.alternative_names(others).validated_in(zone));
    }

    fn zone(arch: &mut Architecture) -> Ref<HostedZone> {
        arch.resource("zone", HostedZone::new(DnsName::literal("example.com")))
    }

    #[test]
    fn fires_on_a_new_zone() {
        check(
            &RULE,
            |arch| {
                let zone = zone(arch);
                certified(arch, &zone);
            },
            &[
                "warning front/issued: may wait for `front/certificate` in vain: `zone` is a new zone, which answers for `example.com` only once the registrar or the zone above names its name servers",
            ],
        );
    }

    #[test]
    fn fires_on_a_zone_that_is_not_ours() {
        check(
            &RULE,
            |arch| certified(arch, &Ref::existing("Z1")),
            &[
                "warning front/issued: may wait for `front/certificate` in vain: `Z1` is not a zone of this architecture, and nothing shows that it answers for `example.com`",
            ],
        );
    }

    #[test]
    fn accepts_a_zone_that_another_delegates_to_and_certificates_that_exist() {
        check(
            &RULE,
            |arch| {
                let zone = zone(arch);
                certified(arch, &zone);
                let above = Ref::existing("Z1");
                let name = DnsName::literal("example.com");
                let servers = ["ns-1.awsdns-00.com", "ns-2.awsdns-01.net"];
                arch.resource("above", RecordSet::new(above, name, RecordType::Ns, servers));
            },
            &[],
        );
        check(
            &RULE,
            |arch| _ = arch.resource("issued", IssuedCertificate::new(Ref::existing("arn"))),
            &[],
        );
    }
}
