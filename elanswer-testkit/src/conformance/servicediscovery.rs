//! Cases of AWS Cloud Map.

use elanswer_core::{
    Architecture, Region, Resource, Tags, cidr,
    services::{
        ec2::Vpc,
        route53::DnsName,
        servicediscovery::{
            Description, DnsConfig, HealthCheckCustomConfig, NamespaceProperties,
            PrivateDnsNamespace, RecordTtl, Service, ServiceName, SoaTtl,
        },
    },
};

use super::Case;

pub(super) const CASES: &[Case] = &[
    Case {
        name: "servicediscovery_private_dns_namespace",
        kind: PrivateDnsNamespace::SCHEMA.kind,
        made: || with_namespace("one", |namespace| namespace),
        updated: Some(|| {
            with_namespace("one", |namespace| PrivateDnsNamespace {
                description: Some(Description::literal("who is where")),
                properties: NamespaceProperties::soa_ttl(SoaTtl::of::<60>()),
                tags: Tags::new().with("Name", "renamed"),
                ..namespace
            })
        }),
        replaced: Some(|| with_namespace("two", |namespace| namespace)),
    },
    Case {
        name: "servicediscovery_service",
        kind: Service::SCHEMA.kind,
        made: || with_service(|service| service),
        updated: Some(|| {
            with_service(|service| Service {
                description: Some(Description::literal("takes orders")),
                dns_config: DnsConfig::addresses(RecordTtl::of::<30>()),
                tags: Tags::new().with("Name", "renamed"),
                ..service
            })
        }),
        replaced: Some(|| {
            with_service(|service| Service {
                name: ServiceName::literal("purchases"),
                dns_config: DnsConfig::addresses(RecordTtl::of::<30>()),
                ..service
            })
        }),
    },
    Case {
        name: "servicediscovery_service_ports",
        kind: Service::SCHEMA.kind,
        made: || with_service(|service| service),
        updated: None,
        replaced: Some(|| {
            with_service(|service| Service {
                dns_config: DnsConfig::ports(RecordTtl::of::<10>()),
                health_check_custom_config: None,
                ..service
            })
        }),
    },
];

/// A namespace of one of two VPCs.
fn with_namespace(
    which: &str,
    of: impl FnOnce(PrivateDnsNamespace) -> PrivateDnsNamespace,
) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    let [one, two] = ["one", "two"].map(|id| arch.resource(id, vpc()));
    let vpc = if which == "one" { one } else { two };
    let name = DnsName::literal("conformance.internal");
    arch.resource("it", of(PrivateDnsNamespace::builder().name(name).vpc(vpc).build()));
    arch
}

fn vpc() -> Vpc {
    Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).enable_dns_hostnames(true).build()
}

/// A service of a namespace.
fn with_service(of: impl FnOnce(Service) -> Service) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    let vpc = arch.resource("vpc", vpc());
    let name = DnsName::literal("conformance.internal");
    let namespace = PrivateDnsNamespace::builder().name(name).vpc(&vpc).build();
    let namespace = arch.resource("namespace", namespace);
    let service = Service::builder()
        .name(ServiceName::literal("orders"))
        .namespace(&namespace)
        .dns_config(DnsConfig::addresses(RecordTtl::of::<10>()))
        .health_check_custom_config(HealthCheckCustomConfig {})
        .build();
    arch.resource("it", of(service));
    arch
}
