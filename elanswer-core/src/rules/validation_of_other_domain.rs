//! Rule: validation-of-other-domain
//!
//! Severity: error
//!
//! A domain is to be validated for a certificate that is not for it.
//! ACM wants to see no record for it there, so what refers to that record cannot be made.
//!
//! Source: <https://docs.aws.amazon.com/acm/latest/APIReference/API_DomainValidation.html>
//!
//! Fix: add the name to the certificate, or remove the validation.
//!
//! Suppress: never.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::{Severity, nearest},
    services::acm::DomainValidation,
};

pub(crate) const RULE: Rule = Rule {
    slug: "validation-of-other-domain",
    severity: Severity::Error,
    summary: "A domain is validated for a certificate that is not for it.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, validation) in ctx.all::<DomainValidation>() {
        let Some((certificate_node, certificate)) = ctx.get(&validation.certificate) else {
            continue;
        };
        let (names, domain) = (certificate.validated_names(), &validation.domain_name);
        if !names.contains(domain) {
            let near = nearest(domain.as_str(), names.iter(), |name| name.as_str());
            out.push(
                node,
                format!("`{}` is not for `{domain}`", certificate_node.id),
                match near {
                    Some(name) => format!("did you mean `{name}`?"),
                    None => "add the name to the certificate, or remove this".to_owned(),
                },
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
        services::acm::{Certificate, DomainName},
    };

    fn described(arch: &mut Architecture, domain: &'static str) {
        let certificate = Certificate::new(DomainName::literal("*.example.com"));
        let certificate = arch.resource("certificate", certificate);
        let domain = DomainName::literal(domain);
        arch.resource("validation", DomainValidation::new(&certificate, &domain));
    }

    #[test]
    fn fires_on_another_domain() {
        check(
            &RULE,
            |arch| described(arch, "shop.example.org"),
            &["error validation: `certificate` is not for `shop.example.org`"],
        );
    }

    #[test]
    fn accepts_a_name_of_the_certificate() {
        check(&RULE, |arch| described(arch, "example.com"), &[]);
        check(&RULE, |arch| described(arch, "*.example.com"), &[]);
    }
}
