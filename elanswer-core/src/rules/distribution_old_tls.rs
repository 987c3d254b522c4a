//! Rule: distribution-old-tls
//!
//! Severity: warning
//!
//! A distribution takes TLS older than 1.2 from viewers, or speaks it with an origin. Their ciphers
//! are broken, and standards such as PCI DSS forbid them.
//!
//! Source: <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-viewer-protocols-ciphers.html>
//!
//! Fix: leave `minimum` and `origin_ssl_protocols` as they are by default.
//!
//! Suppress: where viewers or an origin are that old.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::cloudfront::{Distribution, OriginKind, OriginTls, ViewerCertificate},
};

pub(crate) const RULE: Rule = Rule {
    slug: "distribution-old-tls",
    severity: Severity::Warning,
    summary: "A distribution speaks TLS older than 1.2.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, it) in ctx.all::<Distribution>() {
        if let ViewerCertificate::Acm { minimum, .. } = &it.config.viewer_certificate
            && minimum.is_old()
        {
            out.push(
                node,
                format!("takes old TLS from viewers: `{}`", minimum.as_str()),
                "set `minimum` to `TlsPolicy::Tls12Of2021`",
            );
        }
        for origin in &it.config.origins {
            let OriginKind::Custom(custom) = &origin.kind else { continue };
            if custom.origin_ssl_protocols.iter().any(|it| *it < OriginTls::Tls12) {
                out.push(
                    node,
                    format!("speaks old TLS with its origin `{}`", origin.id),
                    "leave `TLSv1.2` alone in `origin_ssl_protocols`",
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Architecture,
        checks::testing::check,
        services::{
            acm::DomainName,
            cloudfront::{
                CustomOrigin, DefaultCacheBehavior, DistributionConfig, EdgeCertificateArn, Origin,
                OriginId, TlsPolicy,
            },
        },
    };

    fn distribution(arch: &mut Architecture, minimum: TlsPolicy, origin: OriginTls) {
        let server = OriginId::literal("server");
        let custom = CustomOrigin::builder().origin_ssl_protocols([origin].into()).build();
        let behavior = DefaultCacheBehavior::builder().target_origin_id(server.clone()).build();
        let origin =
            Origin::builder().id(server).domain_name("origin.example.com").kind(custom).build();
        let arn = "arn:aws:acm:us-east-1:123456789012:certificate/c";
        let certificate = EdgeCertificateArn::literal(arn).into();
        let config = DistributionConfig::builder()
            .default_cache_behavior(behavior)
            .origins([origin])
            .aliases([DomainName::literal("www.example.com")])
            .viewer_certificate(ViewerCertificate::Acm { certificate, minimum })
            .build();
        arch.resource("cdn", Distribution::from(config));
    }

    #[test]
    fn fires_on_tls_1_1() {
        check(
            &RULE,
            |arch| distribution(arch, TlsPolicy::Tls11Of2016, OriginTls::Tls11),
            &[
                "warning cdn: speaks old TLS with its origin `server`",
                "warning cdn: takes old TLS from viewers: `TLSv1.1_2016`",
            ],
        );
    }

    #[test]
    fn accepts_tls_1_2() {
        check(&RULE, |arch| distribution(arch, TlsPolicy::Tls12Of2018, OriginTls::Tls12), &[]);
    }
}
