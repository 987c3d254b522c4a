//! A certificate with its validation, and the wait until it is issued.

use super::name_tag;
use crate::{
    Set,
    architecture::{Construct, Scope},
    reference::{Output, Ref},
    region::Region,
    services::{
        acm::{self, DomainName, DomainValidation, IssuedCertificate},
        cloudfront::EdgeCertificateArn,
        elbv2::CertificateArn,
        route53::HostedZone,
    },
};

/// A certificate that ACM issues by itself: with the records that it wants to see, in a zone of
/// Route 53, and the wait until it has seen them.
///
/// It is one of the Region where it is added, and for load balancers there. What a distribution
/// shows comes from [`for_cloudfront`](Certificate::for_cloudfront).
///
/// ```
/// # use elanswer_core::{Architecture, NetworkPlan, Region, cidr};
/// # use elanswer_core::constructs::{FargateService, LoadBalancer, Network, SecurityGroup, Tcp};
/// # const NETWORK: NetworkPlan<2> = NetworkPlan::new(cidr!("10.0.0.0/16"))
/// #     .public([cidr!("10.0.1.0/24"), cidr!("10.0.2.0/24")])
/// #     .private([cidr!("10.0.11.0/24"), cidr!("10.0.12.0/24")]);
/// use elanswer_core::{
///     constructs::Certificate,
///     services::{
///         acm::DomainName,
///         route53::{AliasTarget, DnsName, HostedZone, RecordSet, RecordType},
///     },
/// };
///
/// # let mut arch = Architecture::new("shop", Region::UsEast1);
/// # let net = arch.add(Network::new("main", NETWORK));
/// # let edge = arch.add(SecurityGroup::edge("alb", &net).from_internet(Tcp(443)));
/// # let app = arch.add(SecurityGroup::internal("app", &net).from(&edge, Tcp(8080)));
/// # let web = arch.add(FargateService::new("web", "shop").subnets(net.private()).guarded_by(&app));
/// let zone = arch.resource("zone", HostedZone::new(DnsName::literal("example.com")));
/// let certificate = Certificate::dns("front-certificate", DomainName::literal("example.com"))
///     .alternative_names([DomainName::literal("*.example.com")])
///     .validated_in(&zone);
/// let certificate = arch.add(certificate);
/// let front = LoadBalancer::internet_facing("front", net.public())
///     .guarded_by(&edge)
///     .certificate(certificate.arn())
///     .default_to(&web);
/// let front = arch.add(front);
/// let alias = AliasTarget::load_balancer(front.load_balancer());
/// let name = DnsName::literal("example.com");
/// arch.resource("front-address", RecordSet::alias(&zone, name, RecordType::A, alias));
/// ```
#[derive(Debug, Clone)]
#[must_use = "a certificate does nothing until it is added to an architecture"]
pub struct Certificate<Z> {
    name: String,
    domain: DomainName,
    others: Set<DomainName>,
    zone: Z,
}

/// Stands where `.validated_in(..)` has still to be called.
#[derive(Debug, Clone, Copy)]
pub struct NoZone;

impl Certificate<NoZone> {
    /// A certificate for `domain`, which records in the DNS show to be yours.
    pub fn dns(name: impl Into<String>, domain: DomainName) -> Self {
        Self { name: name.into(), domain, others: Set::new(), zone: NoZone }
    }

    /// A certificate for a distribution: it is in `us-east-1`, wherever it is added, for CloudFront
    /// takes no other.
    pub fn for_cloudfront(
        name: impl Into<String>,
        domain: DomainName,
    ) -> CloudFrontCertificate<NoZone> {
        CloudFrontCertificate(Self::dns(name, domain))
    }

    /// The zone that answers for all of its names.
    pub fn validated_in(self, zone: &Ref<HostedZone>) -> Certificate<Ref<HostedZone>> {
        let Self { name, domain, others, .. } = self;
        Certificate { name, domain, others, zone: zone.clone() }
    }
}

impl<Z> Certificate<Z> {
    /// More names that it is for.
    pub fn alternative_names(mut self, names: impl IntoIterator<Item = DomainName>) -> Self {
        self.others.extend(names);
        self
    }
}

impl Construct for Certificate<Ref<HostedZone>> {
    type Handle = CertificateHandle;

    fn name(&self) -> &str {
        &self.name
    }

    fn build(self, scope: &mut Scope<'_>) -> CertificateHandle {
        let certificate = acm::Certificate::builder()
            .domain_name(self.domain)
            .subject_alternative_names(self.others)
            .tags(name_tag(scope, "certificate"))
            .build();
        let names = certificate.validated_names();
        let certificate = scope.resource("certificate", certificate);
        let records: Vec<_> = names
            .iter()
            .map(|name| {
                let validation = DomainValidation::new(&certificate, name);
                let validation = scope.resource(&format!("validation-{name}"), validation);
                scope.resource(&format!("record-{name}"), validation.record(&self.zone))
            })
            .collect();
        let issued = scope.resource("issued", IssuedCertificate::new(&certificate));
        scope.architecture().options(&issued, |options| {
            for record in &records {
                options.depends_on(record);
            }
        });
        CertificateHandle { certificate, issued }
    }
}

/// A certificate for a distribution, and so one in `us-east-1`; see
/// [`Certificate::for_cloudfront`].
#[derive(Debug, Clone)]
#[must_use = "a certificate does nothing until it is added to an architecture"]
pub struct CloudFrontCertificate<Z>(Certificate<Z>);

impl CloudFrontCertificate<NoZone> {
    /// The zone that answers for all of its names.
    pub fn validated_in(self, zone: &Ref<HostedZone>) -> CloudFrontCertificate<Ref<HostedZone>> {
        CloudFrontCertificate(self.0.validated_in(zone))
    }
}

impl<Z> CloudFrontCertificate<Z> {
    /// More names that it is for.
    pub fn alternative_names(self, names: impl IntoIterator<Item = DomainName>) -> Self {
        Self(self.0.alternative_names(names))
    }
}

impl Construct for CloudFrontCertificate<Ref<HostedZone>> {
    type Handle = CloudFrontCertificateHandle;

    fn name(&self) -> &str {
        &self.0.name
    }

    fn build(self, scope: &mut Scope<'_>) -> CloudFrontCertificateHandle {
        CloudFrontCertificateHandle(self.0.build(&mut scope.elsewhere(Region::UsEast1)))
    }
}

/// A certificate for a distribution that was added: nothing else gives the ARN that
/// [`Cdn`](super::Cdn) takes.
#[derive(Debug, Clone)]
pub struct CloudFrontCertificateHandle(CertificateHandle);

impl CloudFrontCertificateHandle {
    /// The certificate, issued or not.
    #[must_use]
    pub const fn certificate(&self) -> &Ref<acm::Certificate> {
        &self.0.certificate
    }

    /// The wait until it is issued.
    #[must_use]
    pub const fn issued(&self) -> &Ref<IssuedCertificate> {
        &self.0.issued
    }

    /// Its ARN, once it is issued.
    #[must_use]
    pub fn arn(&self) -> Output<EdgeCertificateArn> {
        self.0.issued.edge_certificate_arn()
    }
}

/// A certificate that was added.
#[derive(Debug, Clone)]
pub struct CertificateHandle {
    certificate: Ref<acm::Certificate>,
    issued: Ref<IssuedCertificate>,
}

impl CertificateHandle {
    /// The certificate, issued or not.
    #[must_use]
    pub const fn certificate(&self) -> &Ref<acm::Certificate> {
        &self.certificate
    }

    /// The wait until it is issued.
    #[must_use]
    pub const fn issued(&self) -> &Ref<IssuedCertificate> {
        &self.issued
    }

    /// Its ARN, once it is issued.
    #[must_use]
    pub fn arn(&self) -> Output<CertificateArn> {
        self.issued.certificate_arn()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        constructs::testing::{described, inventory, messages},
        services::route53::DnsName,
    };

    #[test]
    fn builds_a_record_for_each_name_and_one_for_a_wildcard_and_its_base() {
        let (arch, handle) = described(|arch| {
            let zone = arch.resource("zone", HostedZone::new(DnsName::literal("example.com")));
            let others = ["*.example.com", "shop.example.com"].map(DomainName::literal);
            let certificate = Certificate::dns("front", DomainName::literal("example.com"));
            arch.add(certificate.alternative_names(others).validated_in(&zone))
        });
        assert!(messages(&arch).is_empty());
        insta::assert_snapshot!(inventory(&arch, "front/"), @"
        front/certificate Certificate
        front/issued IssuedCertificate <- front/certificate.Id after front/record-example.com, front/record-shop.example.com
        front/record-example.com RecordSet <- zone.Id, front/validation-example.com.RecordName, front/validation-example.com.RecordValue
        front/record-shop.example.com RecordSet <- zone.Id, front/validation-shop.example.com.RecordName, front/validation-shop.example.com.RecordValue
        front/validation-example.com DomainValidation <- front/certificate.Id
        front/validation-shop.example.com DomainValidation <- front/certificate.Id
        ");
        assert_eq!(handle.arn().reference().to_string(), "front/issued.CertificateArn");
        let report = crate::check(&arch);
        let codes: Vec<&str> = report.diagnostics.iter().map(|it| it.code.as_str()).collect();
        // Only people know whether the world asks a new zone.
        assert_eq!(codes, ["zone-may-not-answer"], "{report}");
    }

    #[test]
    fn one_for_a_distribution_is_in_us_east_1() {
        let mut arch = crate::Architecture::new("shop", Region::EuWest1);
        let zone = arch.resource("zone", HostedZone::new(DnsName::literal("example.com")));
        let domain = DomainName::literal("www.example.com");
        let certificate = Certificate::for_cloudfront("cdn-certificate", domain);
        let handle = arch.add(certificate.validated_in(&zone));
        assert!(messages(&arch).is_empty());
        assert!(arch.nodes().all(|node| node.place.region == Region::UsEast1));
        assert_eq!(handle.arn().reference().to_string(), "cdn-certificate/issued.CertificateArn");
        let report = crate::check(&arch);
        let codes: Vec<&str> = report.diagnostics.iter().map(|it| it.code.as_str()).collect();
        assert_eq!(codes, ["zone-may-not-answer"], "{report}");
    }
}
