//! A name with a second answer for when the first does not work.

use super::{
    AddressTarget, Check,
    address::{Added, Member, add},
};
use crate::{
    architecture::{Construct, Scope},
    reference::Ref,
    services::route53::{
        DnsName, FailoverRole, HealthCheck, HostedZone, RecordSet, Routing, SetIdentifier,
    },
};

/// A name that leads to the primary while that is healthy, and to the secondary otherwise.
///
/// It cannot be added without both, nor the primary without what says when it fails: a health
/// check, or [`TargetHealth`](super::TargetHealth) of a load balancer. When both have IPv6 too, so
/// has the name.
///
/// ```
/// # use elanswer_core::{Architecture, NetworkPlan, Region, cidr};
/// # use elanswer_core::constructs::{FargateService, LoadBalancer, Network, SecurityGroup, Tcp};
/// # use elanswer_core::services::elbv2::CertificateArn;
/// # const NETWORK: NetworkPlan<2> = NetworkPlan::new(cidr!("10.0.0.0/16"))
/// #     .public([cidr!("10.0.1.0/24"), cidr!("10.0.2.0/24")])
/// #     .private([cidr!("10.0.11.0/24"), cidr!("10.0.12.0/24")]);
/// use elanswer_core::{
///     constructs::{AddressTarget, FailoverAddress},
///     services::route53::{DnsName, HealthCheck, HostedZone, ResourcePath},
/// };
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let mut arch = Architecture::new("shop", Region::UsEast1);
/// # let net = arch.add(Network::new("main", NETWORK));
/// # let edge = arch.add(SecurityGroup::edge("alb", &net).from_internet(Tcp(443)));
/// # let app = arch.add(SecurityGroup::internal("app", &net).from(&edge, Tcp(8080)));
/// # let web = arch.add(FargateService::new("web", "shop").subnets(net.private()).guarded_by(&app));
/// # let certificate: CertificateArn =
/// #     "arn:aws:acm:us-east-1:123456789012:certificate/6f5d5d5e-0a1b-4c2d-8e3f-9a0b1c2d3e4f".parse()?;
/// # let front = LoadBalancer::internet_facing("front", net.public());
/// # let front = arch.add(front.guarded_by(&edge).certificate(certificate).default_to(&web));
/// let zone = arch.resource("zone", HostedZone::new(DnsName::literal("example.com")));
/// let check = HealthCheck::https(front.load_balancer(), ResourcePath::literal("/"));
/// let sorry = AddressTarget::cloudfront(DnsName::literal("d111111abcdef8.cloudfront.net"));
/// let address = FailoverAddress::new("address", &zone, DnsName::literal("www.example.com"))
///     .primary(&front, check)
///     .secondary(sorry);
/// arch.add(address);
/// # assert!(elanswer_core::check(&arch).is_deployable());
/// # Ok(())
/// # }
/// ```
///
/// ```compile_fail,E0277
/// # use elanswer_core::{Architecture, Ref, Region, constructs::FailoverAddress};
/// # use elanswer_core::services::route53::{DnsName, HealthCheck, ResourcePath};
/// # let mut arch = Architecture::new("shop", Region::UsEast1);
/// # let check = HealthCheck::https(DnsName::literal("a.b"), ResourcePath::literal("/"));
/// # let address = std::net::IpAddr::from([1, 2, 3, 4]);
/// let name = DnsName::literal("www.example.com");
/// arch.add(FailoverAddress::new("address", &Ref::existing("Z1"), name).primary(address, check));
/// ```
#[derive(Debug, Clone)]
#[must_use = "an address leads nowhere until it is added to an architecture"]
pub struct FailoverAddress<P, S> {
    name: String,
    zone: Ref<HostedZone>,
    at: DnsName,
    primary: P,
    secondary: S,
}

/// Stands where `.primary(..)` has still to be called.
#[derive(Debug, Clone, Copy)]
pub struct NoPrimary;

/// Stands where `.secondary(..)` has still to be called.
#[derive(Debug, Clone, Copy)]
pub struct NoSecondary;

/// The primary of a failover, which is watched.
#[derive(Debug, Clone)]
pub struct Watched(AddressTarget);

impl FailoverAddress<NoPrimary, NoSecondary> {
    /// The name `at` in this zone.
    pub fn new(name: impl Into<String>, zone: &Ref<HostedZone>, at: DnsName) -> Self {
        Self {
            name: name.into(),
            zone: zone.clone(),
            at,
            primary: NoPrimary,
            secondary: NoSecondary,
        }
    }
}

impl<S> FailoverAddress<NoPrimary, S> {
    /// Where the name leads while `check` says that it works.
    pub fn primary(
        self,
        target: impl Into<AddressTarget>,
        check: impl Into<Check>,
    ) -> FailoverAddress<Watched, S> {
        let Self { name, zone, at, secondary, .. } = self;
        let primary = Watched(target.into().checked_by(check));
        FailoverAddress { name, zone, at, primary, secondary }
    }
}

impl<P> FailoverAddress<P, NoSecondary> {
    /// Where the name leads while the primary does not work. When this is seen not to work either,
    /// the primary is the answer after all.
    pub fn secondary(self, target: impl Into<AddressTarget>) -> FailoverAddress<P, AddressTarget> {
        let Self { name, zone, at, primary, .. } = self;
        FailoverAddress { name, zone, at, primary, secondary: target.into() }
    }
}

impl Construct for FailoverAddress<Watched, AddressTarget> {
    type Handle = FailoverAddressHandle;

    fn name(&self) -> &str {
        &self.name
    }

    fn build(self, scope: &mut Scope<'_>) -> FailoverAddressHandle {
        let member = |id: &'static str, role, target| Member {
            id: id.to_owned(),
            routing: Routing::Failover { set_identifier: SetIdentifier::literal(id), role },
            target,
        };
        let members = vec![
            member("primary", FailoverRole::Primary, self.primary.0),
            member("secondary", FailoverRole::Secondary, self.secondary),
        ];
        FailoverAddressHandle(add(scope, &self.zone, &self.at, members))
    }
}

/// A failover that was added.
#[derive(Debug, Clone)]
pub struct FailoverAddressHandle(Added);

impl FailoverAddressHandle {
    /// The record sets.
    #[must_use]
    pub fn records(&self) -> &[Ref<RecordSet>] {
        &self.0.records
    }

    /// The health checks, that of the primary first: what alarms watch.
    #[must_use]
    pub fn checks(&self) -> &[Ref<HealthCheck>] {
        &self.0.checks
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;
    use crate::{
        constructs::{
            TargetHealth,
            testing::{described, inventory, messages, pretty},
        },
        services::{
            elbv2::LoadBalancer,
            route53::{AliasTarget, ResourcePath},
        },
    };

    const WWW: DnsName = DnsName::literal("www.example.com");
    const SORRY: DnsName = DnsName::literal("d1.cloudfront.net");

    fn front() -> Ref<LoadBalancer> {
        Ref::existing("arn")
    }

    fn check() -> HealthCheck {
        HealthCheck::https(DnsName::literal("a.example.com"), ResourcePath::literal("/health"))
    }

    fn new() -> FailoverAddress<NoPrimary, NoSecondary> {
        FailoverAddress::new("www", &Ref::existing("Z1"), WWW)
    }

    fn v6() -> IpAddr {
        "2600:1f18::1".parse().unwrap()
    }

    #[test]
    fn builds_two_record_sets_and_a_health_check() {
        let (arch, handle) = described(|arch| {
            let sorry = AddressTarget::cloudfront(SORRY);
            arch.add(new().primary(IpAddr::from([1, 2, 3, 4]), check()).secondary(sorry))
        });
        assert!(messages(&arch).is_empty());
        insta::assert_snapshot!(inventory(&arch, "www/"), @"
        www/primary RecordSet <- www/primary-check.HealthCheckId
        www/primary-check HealthCheck
        www/secondary RecordSet
        ");
        let primary = arch.node(handle.records()[0].id().unwrap()).unwrap();
        insta::assert_snapshot!(pretty(primary), @r#"
        {
          "Failover": "PRIMARY",
          "HealthCheckId": {
            "Fn::GetAtt": [
              "www/primary-check",
              "HealthCheckId"
            ]
          },
          "HostedZoneId": "Z1",
          "Name": "www.example.com",
          "ResourceRecords": [
            "1.2.3.4"
          ],
          "SetIdentifier": "primary",
          "TTL": "60",
          "Type": "A"
        }
        "#);
        let tags = arch.get(&handle.checks()[0]).unwrap().tags.clone();
        assert_eq!(tags.get("Name"), Some("shop-www-primary-check"));
        let report = crate::check(&arch);
        assert!(report.diagnostics.is_empty(), "{report}");
    }

    #[test]
    fn has_ipv6_when_both_have_it() {
        let both = AddressTarget::addresses([IpAddr::from([1, 2, 3, 4]), v6()]);
        let (arch, handle) = described(|arch| {
            let existing = Ref::<HealthCheck>::existing("check");
            let sorry = AddressTarget::cloudfront(SORRY);
            arch.add(new().primary(both, &existing).secondary(sorry))
        });
        assert_eq!(handle.records().len(), 4);
        let ids: Vec<&str> = arch.nodes().map(|node| node.id.as_str()).collect();
        let expected = ["www/primary", "www/primary-ipv6", "www/secondary", "www/secondary-ipv6"];
        assert_eq!(ids, expected);
        let report = crate::check(&arch);
        assert!(report.diagnostics.is_empty(), "{report}");
    }

    #[test]
    fn the_health_of_a_load_balancer_is_enough() {
        let (arch, handle) = described(|arch| {
            let sorry = AddressTarget::cloudfront(SORRY);
            let aliases = new().primary(&front(), TargetHealth).secondary(sorry);
            arch.add(aliases)
        });
        assert!(messages(&arch).is_empty() && handle.checks().is_empty());
        let report = crate::check(&arch);
        assert!(!report.diagnostics.iter().any(|it| it.code.starts_with("failover")), "{report}");
    }

    #[test]
    fn says_what_cannot_fail_over() {
        let (arch, _) = described(|arch| {
            let sorry = AddressTarget::cloudfront(SORRY);
            arch.add(new().primary(sorry.clone(), TargetHealth).secondary(sorry))
        });
        assert_eq!(
            messages(&arch),
            ["www: the target `primary` of `www.example.com` says nothing of its health"]
        );
        let (arch, _) = described(|arch| {
            let alias = AliasTarget::load_balancer(&front());
            arch.add(new().primary(v6(), check()).secondary(AddressTarget::alias(alias)))
        });
        assert_eq!(
            messages(&arch),
            ["www: the targets of `www.example.com` have neither IPv4 nor IPv6 in common"]
        );
    }
}
