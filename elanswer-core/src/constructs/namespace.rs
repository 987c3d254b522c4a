//! A domain within a network.

use super::{NetworkHandle, name_tag};
use crate::{
    architecture::{Construct, Scope},
    reference::Ref,
    services::{
        ec2::Vpc,
        route53::DnsName,
        servicediscovery::{NamespaceProperties, PrivateDnsNamespace, Soa, SoaTtl},
    },
};

/// A domain that is known within a network, at which services find each other: see
/// [`DiscoveredService`](super::DiscoveredService).
///
/// ```
/// # use elanswer_core::{Architecture, NetworkPlan, Region, cidr, constructs::Network};
/// # const NETWORK: NetworkPlan<2> = NetworkPlan::new(cidr!("10.0.0.0/16"))
/// #     .private([cidr!("10.0.11.0/24"), cidr!("10.0.12.0/24")]);
/// use elanswer_core::constructs::{DiscoveredService, Namespace};
///
/// # let mut arch = Architecture::new("shop", Region::UsEast1);
/// # let net = arch.add(Network::new("main", NETWORK));
/// let internal = arch.add(Namespace::private("internal", &net, "shop.internal"));
/// let orders = arch.add(DiscoveredService::of("orders", &internal));
/// assert_eq!(orders.dns_name(), "orders.shop.internal");
/// let registry = orders.arn(); // what an ECS service registers its tasks with
/// ```
#[derive(Debug, Clone)]
#[must_use = "a namespace does nothing until it is added to an architecture"]
pub struct Namespace {
    name: String,
    vpc: Ref<Vpc>,
    domain: String,
    missing_for: SoaTtl,
}

impl Namespace {
    /// The domain `domain` within `network`.
    pub fn private(
        name: impl Into<String>,
        network: &NetworkHandle,
        domain: impl Into<String>,
    ) -> Self {
        Self {
            name: name.into(),
            vpc: network.vpc().clone(),
            domain: domain.into(),
            missing_for: Soa::default().ttl,
        }
    }

    /// For how many seconds an answer that there is no such name is kept. Default: 15.
    pub const fn missing_for(mut self, seconds: SoaTtl) -> Self {
        self.missing_for = seconds;
        self
    }
}

impl Construct for Namespace {
    type Handle = NamespaceHandle;

    fn name(&self) -> &str {
        &self.name
    }

    fn build(self, scope: &mut Scope<'_>) -> NamespaceHandle {
        let domain = DnsName::new(self.domain).unwrap_or_else(|error| {
            scope.problem(error.to_string(), "name a domain such as `shop.internal`");
            const { DnsName::literal("internal") }
        });
        let namespace = PrivateDnsNamespace::builder()
            .name(domain.clone())
            .vpc(self.vpc)
            .properties(NamespaceProperties::soa_ttl(self.missing_for))
            .tags(name_tag(scope, "namespace"))
            .build();
        let namespace = scope.resource("namespace", namespace);
        NamespaceHandle { namespace, domain }
    }
}

/// A domain within a network that was added.
#[derive(Debug, Clone)]
pub struct NamespaceHandle {
    namespace: Ref<PrivateDnsNamespace>,
    domain: DnsName,
}

impl NamespaceHandle {
    /// The namespace.
    #[must_use]
    pub const fn namespace(&self) -> &Ref<PrivateDnsNamespace> {
        &self.namespace
    }

    /// The domain: `shop.internal`.
    #[must_use]
    pub const fn domain(&self) -> &DnsName {
        &self.domain
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        NetworkPlan, cidr,
        constructs::{
            Network,
            testing::{described, inventory, messages},
        },
    };

    const PLAN: NetworkPlan<2> = NetworkPlan::new(cidr!("10.0.0.0/16"))
        .isolated([cidr!("10.0.21.0/24"), cidr!("10.0.22.0/24")]);

    #[test]
    fn builds_the_namespace() {
        let (arch, internal) = described(|arch| {
            let net = arch.add(Network::new("main", PLAN));
            arch.add(Namespace::private("internal", &net, "Shop.Internal."))
        });
        assert!(messages(&arch).is_empty());
        assert_eq!(internal.domain().as_str(), "shop.internal");
        insta::assert_snapshot!(inventory(&arch, "internal/"), @"internal/namespace PrivateDnsNamespace <- main/vpc.VpcId");
    }

    #[test]
    fn what_is_no_domain_is_reported() {
        let (arch, _) = described(|arch| {
            let net = arch.add(Network::new("main", PLAN));
            arch.add(Namespace::private("internal", &net, "shop..internal"))
        });
        assert_eq!(messages(&arch).len(), 1);
    }
}
