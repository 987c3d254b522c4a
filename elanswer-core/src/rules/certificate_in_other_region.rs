//! Rule: certificate-in-other-region
//!
//! Severity: error
//!
//! An HTTPS listener takes a certificate of another Region; AWS answers `ValidationError`.
//! Or something waits in one Region for a certificate of another, which it does not find there.
//!
//! Source: <https://docs.aws.amazon.com/acm/latest/userguide/acm-regions.html>
//!
//! Fix: request the certificate in the Region of the load balancer.
//!
//! Suppress: never.

use crate::{
    architecture::Node,
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    reference::Input,
    region::Region,
    services::{
        acm::{DomainValidation, IssuedCertificate},
        elbv2::{CertificateArn, Listener},
    },
};

pub(crate) const RULE: Rule = Rule {
    slug: "certificate-in-other-region",
    severity: Severity::Error,
    summary: "An HTTPS listener takes a certificate of another Region.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, listener) in ctx.all::<Listener>() {
        let certificate = listener.protocol.tls().and_then(|tls| region(ctx, &tls.certificate));
        report(node, certificate, out);
    }
    for (node, issued) in ctx.all::<IssuedCertificate>() {
        let certificate = ctx.get(&issued.certificate);
        report(node, certificate.map(|(certificate, _)| certificate.place.region), out);
    }
    for (node, validation) in ctx.all::<DomainValidation>() {
        let certificate = ctx.get(&validation.certificate);
        report(node, certificate.map(|(certificate, _)| certificate.place.region), out);
    }
}

/// The Region of a certificate.
fn region(ctx: &RuleContext<'_>, arn: &Input<CertificateArn>) -> Option<Region> {
    match arn {
        Input::Literal(arn) => Some(arn.region()),
        Input::Output(reference) => Some(ctx.node(&reference.resource)?.place.region),
        Input::Join(_) => None,
    }
}

fn report(node: &Node, certificate: Option<Region>, out: &mut Diagnostics) {
    let region = node.place.region;
    if let Some(certificate) = certificate.filter(|certificate| *certificate != region) {
        out.push(
            node,
            format!("is in `{region}`, its certificate in `{certificate}`"),
            format!("request the certificate in `{region}`"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::check,
        reference::{Input, Ref},
        services::{
            acm::{Certificate, DomainName},
            elbv2::{Action, ListenerProtocol, Port},
        },
    };

    const DOMAIN: DomainName = DomainName::literal("example.com");

    fn listener(region: &str) -> Listener {
        let id = "certificate/01234567-89ab-cdef-0123-456789abcdef";
        let arn = format!("arn:aws:acm:{region}:123456789012:{id}");
        let certificate: Input<CertificateArn> = Input::Literal(arn.parse().unwrap());
        Listener::builder()
            .load_balancer(Ref::existing("arn:front"))
            .port(Port::of::<443>())
            .protocol(ListenerProtocol::https(certificate))
            .default_action(Action::forward(Ref::existing("arn:web")))
            .build()
    }

    #[test]
    fn fires_on_another_region() {
        check(
            &RULE,
            |arch| _ = arch.resource("https", listener("eu-west-1")),
            &["error https: is in `us-east-1`, its certificate in `eu-west-1`"],
        );
    }

    #[test]
    fn fires_on_a_certificate_declared_elsewhere() {
        check(
            &RULE,
            |arch| {
                let certificate = arch.in_region(Region::EuWest1, |scope| {
                    scope.resource("certificate", Certificate::new(DOMAIN))
                });
                let issued = arch.resource("issued", IssuedCertificate::new(&certificate));
                arch.resource("validation", DomainValidation::new(&certificate, &DOMAIN));
                let mut https = listener("us-east-1");
                https.protocol = ListenerProtocol::https(issued.certificate_arn());
                arch.in_region(Region::EuWest1, |scope| _ = scope.resource("https", https));
            },
            &[
                "error https: is in `eu-west-1`, its certificate in `us-east-1`",
                "error issued: is in `us-east-1`, its certificate in `eu-west-1`",
                "error validation: is in `us-east-1`, its certificate in `eu-west-1`",
            ],
        );
    }

    #[test]
    fn accepts_its_own_region() {
        check(&RULE, |arch| _ = arch.resource("https", listener("us-east-1")), &[]);
    }
}
