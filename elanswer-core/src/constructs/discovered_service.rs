//! A name at which the tasks of a service are found.

use super::{NamespaceHandle, name_tag};
use crate::{
    architecture::{Construct, Scope},
    reference::{Output, Ref},
    services::servicediscovery::{
        DnsConfig, HealthCheckCustomConfig, RecordTtl, Service, ServiceArn, ServiceName,
    },
};

/// A name in a [`Namespace`](super::Namespace) that answers with the addresses of up to eight healthy
/// tasks; ECS says which are, and registers them.
///
/// The ECS service takes its [`arn`](DiscoveredServiceHandle::arn) as a registry. What asks for the
/// name must itself be let into the tasks by their security group.
#[derive(Debug, Clone)]
#[must_use = "a name is not known until it is added to an architecture"]
pub struct DiscoveredService {
    name: String,
    host: Option<String>,
    namespace: NamespaceHandle,
    ttl: RecordTtl,
}

impl DiscoveredService {
    /// The name `name` in `namespace`.
    pub fn of(name: impl Into<String>, namespace: &NamespaceHandle) -> Self {
        let ttl = RecordTtl::of::<10>();
        Self { name: name.into(), host: None, namespace: namespace.clone(), ttl }
    }

    /// Another name in the namespace than the one of this construct.
    pub fn at(mut self, host: impl Into<String>) -> Self {
        self.host = Some(host.into());
        self
    }

    /// For how many seconds an answer is kept: for so long a task that is gone may still be called.
    /// Default: 10.
    pub const fn ttl(mut self, seconds: RecordTtl) -> Self {
        self.ttl = seconds;
        self
    }
}

impl Construct for DiscoveredService {
    type Handle = DiscoveredServiceHandle;

    fn name(&self) -> &str {
        &self.name
    }

    fn build(self, scope: &mut Scope<'_>) -> DiscoveredServiceHandle {
        let host = self.host.unwrap_or(self.name);
        let host = ServiceName::new(host).unwrap_or_else(|error| {
            scope.problem(error.to_string(), "choose another name with `.at(..)`");
            const { ServiceName::literal("service") }
        });
        let service = Service::builder()
            .name(host.clone())
            .namespace(self.namespace.namespace())
            .dns_config(DnsConfig::addresses(self.ttl))
            .health_check_custom_config(HealthCheckCustomConfig {})
            .tags(name_tag(scope, "discovery"))
            .build();
        let service = scope.resource("service", service);
        let dns_name = format!("{host}.{}", self.namespace.domain());
        DiscoveredServiceHandle { service, dns_name }
    }
}

/// A name at which the tasks of a service are found that was added.
#[derive(Debug, Clone)]
pub struct DiscoveredServiceHandle {
    service: Ref<Service>,
    dns_name: String,
}

impl DiscoveredServiceHandle {
    /// The service of Cloud Map.
    #[must_use]
    pub const fn service(&self) -> &Ref<Service> {
        &self.service
    }

    /// Its ARN: what an ECS service registers its tasks with.
    #[must_use]
    pub fn arn(&self) -> Output<ServiceArn> {
        self.service.arn()
    }

    /// The name at which its tasks are found: `orders.shop.internal`.
    #[must_use]
    pub fn dns_name(&self) -> &str {
        &self.dns_name
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Architecture, NetworkPlan, cidr,
        constructs::{
            Namespace, Network,
            testing::{described, inventory, messages, pretty},
        },
    };

    const PLAN: NetworkPlan<2> = NetworkPlan::new(cidr!("10.0.0.0/16"))
        .isolated([cidr!("10.0.21.0/24"), cidr!("10.0.22.0/24")]);

    fn internal(arch: &mut Architecture) -> NamespaceHandle {
        let net = arch.add(Network::new("main", PLAN));
        arch.add(Namespace::private("internal", &net, "shop.internal"))
    }

    #[test]
    fn builds_a_name_that_tasks_register_with() {
        let (arch, orders) = described(|arch| {
            let internal = internal(arch);
            arch.add(DiscoveredService::of("orders", &internal))
        });
        assert!(messages(&arch).is_empty());
        assert_eq!(orders.dns_name(), "orders.shop.internal");
        insta::assert_snapshot!(inventory(&arch, "orders/"), @"orders/service Service <- internal/namespace.Id");
        let node = arch.node(orders.service().id().unwrap()).unwrap();
        insta::assert_snapshot!(pretty(node), @r#"
        {
          "DnsConfig": {
            "DnsRecords": [
              {
                "TTL": 10,
                "Type": "A"
              }
            ],
            "RoutingPolicy": "MULTIVALUE"
          },
          "HealthCheckCustomConfig": {},
          "Name": "orders",
          "NamespaceId": {
            "Fn::GetAtt": [
              "internal/namespace",
              "Id"
            ]
          },
          "Tags": [
            {
              "Key": "Name",
              "Value": "shop-orders-discovery"
            }
          ]
        }
        "#);
    }

    #[test]
    fn what_is_no_name_is_reported() {
        let (arch, other) = described(|arch| {
            let internal = internal(arch);
            arch.add(DiscoveredService::of("a", &internal).at("b.c"));
            arch.add(DiscoveredService::of("orders", &internal).at("-orders"))
        });
        assert_eq!(messages(&arch).len(), 1);
        assert_eq!(other.dns_name(), "service.shop.internal");
    }
}
