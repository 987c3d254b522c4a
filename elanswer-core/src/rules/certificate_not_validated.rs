//! Rule: certificate-not-validated
//!
//! Severity: error
//!
//! Something waits until a certificate is issued, and a record that ACM wants to see for one of its
//! names is not declared.
//! ACM never issues it: the apply gives up after 75 minutes, and ACM after 72 hours. Of a
//! certificate that nothing waits for, it is a warning.
//!
//! Source: <https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html>
//!
//! Fix: add a `DomainValidation` for the name and its `record(..)`, or take the construct
//! `Certificate`.
//!
//! Suppress: when the record is managed elsewhere. ACM wants to see the same one in every
//! certificate of the account.

use std::collections::BTreeSet;

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    id::ResourceId,
    reference::Input,
    services::{
        acm::{Certificate, DomainName, DomainValidation, IssuedCertificate},
        route53::RecordSet,
    },
};

pub(crate) const RULE: Rule = Rule {
    slug: "certificate-not-validated",
    severity: Severity::Error,
    summary: "Something waits for a certificate whose validation records are missing.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    // ACM wants the same record in every certificate of the account.
    let validated: BTreeSet<&DomainName> = ctx
        .all::<RecordSet>()
        .filter_map(|(_, record)| match &record.name {
            Input::Output(reference) => {
                let id: &ResourceId = &reference.resource;
                Some(&ctx.node(id)?.get::<DomainValidation>()?.domain_name)
            }
            _ => None,
        })
        .collect();
    let lacking = |certificate: &Certificate| {
        let names = certificate.validated_names().into_iter();
        names.filter(|name| !validated.contains(name)).collect::<Vec<_>>()
    };
    let help =
        |name: &DomainName| format!("add a `DomainValidation` for `{name}`, and its `record(..)`");
    let mut waited_for = BTreeSet::new();
    for (node, issued) in ctx.all::<IssuedCertificate>() {
        let Some((certificate_node, certificate)) = ctx.get(&issued.certificate) else { continue };
        waited_for.insert(&certificate_node.id);
        for name in lacking(certificate) {
            let id = &certificate_node.id;
            let message = format!("`{id}` is never issued: no record shows ACM whose `{name}` is");
            out.push(node, message, help(&name));
        }
    }
    for (node, certificate) in ctx.all::<Certificate>() {
        for name in lacking(certificate) {
            if !waited_for.contains(&node.id) {
                let message = format!("never issued: no record shows ACM whose `{name}` is");
                out.push_as(Severity::Warning, node, message, help(&name));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{architecture::Architecture, checks::testing::check, reference::Ref};

    const DOMAIN: DomainName = DomainName::literal("example.com");

    fn described(arch: &mut Architecture, others: &[&'static str]) -> Ref<Certificate> {
        let others = others.iter().map(|name| DomainName::literal(name));
        let certificate =
            Certificate::builder().domain_name(DOMAIN).subject_alternative_names(others).build();
        let certificate = arch.resource("certificate", certificate);
        arch.resource("issued", IssuedCertificate::new(&certificate));
        let validation = DomainValidation::new(&certificate, &DOMAIN);
        let validation = arch.resource("validation", validation);
        arch.resource("record", validation.record(Ref::existing("Z1")));
        certificate
    }

    #[test]
    fn fires_on_a_name_without_a_record() {
        check(
            &RULE,
            |arch| {
                let others = ["*.example.com", "a.example.com", "b.example.com"];
                let certificate = described(arch, &others);
                let validation =
                    DomainValidation::new(&certificate, &DomainName::literal("a.example.com"));
                // The validation alone makes no record.
                arch.resource("validation-a", validation);
            },
            &[
                "error issued: `certificate` is never issued: no record shows ACM whose `a.example.com` is",
                "error issued: `certificate` is never issued: no record shows ACM whose `b.example.com` is",
            ],
        );
    }

    #[test]
    fn warns_of_one_that_nothing_waits_for() {
        check(
            &RULE,
            |arch| _ = arch.resource("certificate", Certificate::new(DOMAIN)),
            &["warning certificate: never issued: no record shows ACM whose `example.com` is"],
        );
    }

    #[test]
    fn accepts_records_and_certificates_that_exist() {
        check(&RULE, |arch| _ = described(arch, &["*.example.com"]), &[]);
        check(
            &RULE,
            |arch| _ = arch.resource("issued", IssuedCertificate::new(Ref::existing("arn"))),
            &[],
        );
    }
}
