//! Rule: distribution-certificate-region
//!
//! Severity: error
//!
//! A distribution shows a certificate that is not in `us-east-1`; AWS answers
//! `InvalidViewerCertificate`.
//!
//! Source: <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html>
//!
//! Fix: request the certificate in `us-east-1`, as `Certificate::for_cloudfront` does.
//!
//! Suppress: never.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    reference::Input,
    region::Region,
    services::cloudfront::{Distribution, ViewerCertificate},
};

pub(crate) const RULE: Rule = Rule {
    slug: "distribution-certificate-region",
    severity: Severity::Error,
    summary: "A distribution shows a certificate that is not in `us-east-1`.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, it) in ctx.all::<Distribution>() {
        // A literal is in `us-east-1` by its type.
        let ViewerCertificate::Acm { certificate: Input::Output(certificate), .. } =
            &it.config.viewer_certificate
        else {
            continue;
        };
        let Some(certificate) = ctx.node(&certificate.resource) else { continue };
        let region = certificate.place.region;
        if region != Region::UsEast1 {
            out.push(
                node,
                format!("shows the certificate `{}`, which is in `{region}`", certificate.id),
                "request it in `us-east-1`, as `Certificate::for_cloudfront` does",
            );
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
            acm::{Certificate, DomainName, IssuedCertificate},
            cloudfront::{DefaultCacheBehavior, DistributionConfig, Origin, OriginId},
        },
    };

    fn shown(arch: &mut Architecture, region: Region) {
        let name = DomainName::literal("www.example.com");
        let issued = arch.in_region(region, |scope| {
            let certificate = scope.resource("certificate", Certificate::new(name.clone()));
            scope.resource("issued", IssuedCertificate::new(&certificate))
        });
        let server = OriginId::literal("server");
        let behavior = DefaultCacheBehavior::builder().target_origin_id(server.clone()).build();
        let config = DistributionConfig::builder()
            .default_cache_behavior(behavior)
            .origins([Origin::https(server, &DomainName::literal("origin.example.com"))])
            .aliases([name])
            .viewer_certificate(ViewerCertificate::acm(issued.edge_certificate_arn()))
            .build();
        arch.resource("cdn", Distribution::from(config));
    }

    #[test]
    fn fires_on_another_region() {
        check(
            &RULE,
            |arch| shown(arch, Region::EuWest1),
            &["error cdn: shows the certificate `issued`, which is in `eu-west-1`"],
        );
    }

    #[test]
    fn accepts_the_one_region() {
        check(&RULE, |arch| shown(arch, Region::UsEast1), &[]);
    }
}
