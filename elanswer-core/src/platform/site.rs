//! What viewers of the platform ask for, and what answers.

use super::storage::Buckets;
use crate::{
    architecture::Scope,
    constructs::{
        AddressTarget, Cdn, CdnHandle, Certificate, FailoverAddress, FirewallHandle,
        GeolocationAddress, LoadBalancerHandle, Location, OnCloudFront,
    },
    reference::Ref,
    services::{
        acm::DomainName,
        cloudfront::ManagedResponseHeadersPolicy,
        route53::{
            AliasTarget, DnsName, HealthCheck, HostedZone, RecordSet, RecordType, ResourcePath,
        },
    },
};

/// The name that the platform answers at through CloudFront.
///
/// Viewers get the static files. At the path of each service but `web`, such as `/api/*`, they get
/// what the load balancer answers, which CloudFront reaches by a name of its own; at a path of `web`
/// when it was given one with [`at`](super::PlatformService::at): of `/*` all that no other service
/// gets, and no file then.
///
/// Viewers meet the firewall of the distribution, which looks at who asks, how often and from where.
/// That of the load balancer sees only addresses of CloudFront, and looks at what is asked. Who asks
/// the load balancer by its own name meets that alone.
///
/// ```
/// use std::net::IpAddr;
///
/// use elanswer_core::{
///     Architecture, Platform, Region, Site,
///     constructs::{AddressTarget, Certificate},
///     services::{
///         acm::DomainName,
///         route53::{Continent, DnsName, HealthCheck, HostedZone, ResourcePath},
///     },
/// };
///
/// let mut arch = Architecture::new("elanswer", Region::UsEast1);
/// let zone = arch.resource("zone", HostedZone::new(DnsName::literal("example.com")));
/// let [name, origin] = ["example.com", "origin.example.com"].map(DomainName::literal);
/// let certificate = Certificate::dns("certificate", origin.clone()).validated_in(&zone);
/// let certificate = arch.add(certificate);
///
/// let europe = DnsName::literal("d111111abcdef8.cloudfront.net");
/// let check = HealthCheck::https(europe.clone(), ResourcePath::literal("/health"));
/// let europe = AddressTarget::cloudfront(europe).checked_by(check);
/// let site = Site::new(&zone, name, origin)
///     .standby(IpAddr::from([203, 0, 113, 10]))
///     .sends(Continent::Europe, europe);
/// arch.add(Platform::new("platform", certificate.arn()).delivered_at(site));
/// assert!(elanswer_core::check(&arch).is_deployable());
/// ```
#[derive(Debug, Clone)]
#[must_use = "nothing answers at a site until a platform is delivered at it"]
pub struct Site {
    zone: Ref<HostedZone>,
    name: DomainName,
    origin: DomainName,
    standby: Option<AddressTarget>,
    elsewhere: Vec<(Location, AddressTarget)>,
}

impl Site {
    /// CloudFront answers at `name`, and reaches the load balancer at `origin`. Both are names in
    /// `zone`; the certificate of the load balancer is for `origin`.
    pub fn new(zone: &Ref<HostedZone>, name: DomainName, origin: DomainName) -> Self {
        Self { zone: zone.clone(), name, origin, standby: None, elsewhere: Vec::new() }
    }

    /// What CloudFront asks in place of the load balancer while that does not answer at `/`: it
    /// answers by HTTPS for the name of the origin. Default: nothing does.
    pub fn standby(mut self, target: impl Into<AddressTarget>) -> Self {
        self.standby = Some(target.into());
        self
    }

    /// Sends viewers of a location to another target than CloudFront: a platform that is nearer, or
    /// where their law is. Default: all viewers are for CloudFront.
    pub fn sends(
        mut self,
        location: impl Into<Location>,
        target: impl Into<AddressTarget>,
    ) -> Self {
        self.elsewhere.push((location.into(), target.into()));
        self
    }

    /// The distribution with its certificate, which is in `us-east-1`, and the names. It asks the
    /// load balancer for these paths.
    pub(super) fn build(
        &self,
        scope: &mut Scope<'_>,
        buckets: &Buckets,
        (front, paths): (&LoadBalancerHandle, &[String]),
        firewall: &FirewallHandle<OnCloudFront>,
    ) -> (CdnHandle, Vec<Ref<HealthCheck>>) {
        let certificate = Certificate::for_cloudfront("site-certificate", self.name.clone());
        let certificate = scope.add(certificate.validated_in(&self.zone));
        let cdn = Cdn::new("site")
            .files(&buckets.files)
            .named([self.name.clone()], &certificate)
            .guarded_by(firewall)
            .headers_of(ManagedResponseHeadersPolicy::SecurityHeaders)
            .logs_to(&buckets.logs);
        let cdn = paths
            .iter()
            .fold(cdn, |cdn, path| cdn.route(path.as_str(), front, self.origin.clone()));
        let cdn = scope.add(cdn);
        let checks = self.names(scope, front, &cdn);
        (cdn, checks)
    }

    /// What the two names lead to, and what Route 53 checks of it.
    fn names(
        &self,
        scope: &mut Scope<'_>,
        front: &LoadBalancerHandle,
        cdn: &CdnHandle,
    ) -> Vec<Ref<HealthCheck>> {
        let Self { zone, name, origin, standby, elsewhere } = self;
        let (name, origin) = (DnsName::from(name), DnsName::from(origin));
        let mut checks = Vec::new();
        if elsewhere.is_empty() {
            let distribution = AliasTarget::distribution(cdn.distribution());
            for (id, family) in [("site-a", RecordType::A), ("site-aaaa", RecordType::Aaaa)] {
                let to = distribution.clone();
                scope.resource(id, RecordSet::alias(zone, name.clone(), family, to));
            }
        } else {
            let mut address = GeolocationAddress::new("site-address", zone, name);
            for (location, target) in elsewhere {
                address = address.location(location.clone(), target.clone());
            }
            let distribution = AddressTarget::distribution(cdn.distribution());
            checks.extend_from_slice(scope.add(address.default_to(distribution)).checks());
        }
        if let Some(standby) = standby {
            let check = HealthCheck::https(front.load_balancer(), ResourcePath::literal("/"));
            let address = FailoverAddress::new("origin", zone, origin);
            let address = scope.add(address.primary(front, check).secondary(standby.clone()));
            checks.extend_from_slice(address.checks());
        } else {
            let front = AliasTarget::load_balancer(front.load_balancer());
            scope.resource("origin", RecordSet::alias(zone, origin, RecordType::A, front));
        }
        checks
    }
}

#[cfg(test)]
mod tests;
