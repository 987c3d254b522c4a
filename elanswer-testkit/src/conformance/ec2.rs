//! Cases of Amazon EC2.

use elanswer_core::{
    Architecture, Ref, Region, Resource, Tags, Zone, cidr,
    services::ec2::{Subnet, Vpc},
};

use super::Case;

pub(super) mod flow_log;
pub(super) mod network;
pub(super) mod network_acl;
pub(super) mod security_group;
pub(super) mod vpc_endpoint;

pub(super) const CASES: &[Case] = &[
    Case {
        name: "ec2_vpc",
        kind: Vpc::SCHEMA.kind,
        made: || with_vpc(Vpc::new(cidr!("10.0.0.0/16"))),
        updated: Some(|| {
            with_vpc(
                Vpc::builder()
                    .cidr_block(cidr!("10.0.0.0/16"))
                    .enable_dns_hostnames(true)
                    .tags(Tags::new().with("Name", "renamed"))
                    .build(),
            )
        }),
        replaced: Some(|| with_vpc(Vpc::new(cidr!("10.1.0.0/16")))),
    },
    Case {
        name: "ec2_subnet",
        kind: Subnet::SCHEMA.kind,
        made: || with_subnet(|vpc| subnet(vpc).call()),
        updated: Some(|| {
            with_subnet(|vpc| {
                subnet(vpc).public(true).tags(Tags::new().with("Name", "renamed")).call()
            })
        }),
        replaced: Some(|| with_subnet(|vpc| subnet(vpc).zone('b').call())),
    },
];

fn with_vpc(vpc: Vpc) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    arch.resource("it", vpc);
    arch
}

fn with_subnet(subnet: impl FnOnce(&Ref<Vpc>) -> Subnet) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    let vpc = arch.resource("vpc", Vpc::new(cidr!("10.0.0.0/16")));
    arch.resource("it", subnet(&vpc));
    arch
}

#[bon::builder]
fn subnet(
    #[builder(start_fn)] vpc: &Ref<Vpc>,
    #[builder(default = 'a')] zone: char,
    #[builder(default)] public: bool,
    #[builder(default)] tags: Tags,
) -> Subnet {
    Subnet::builder()
        .vpc(vpc)
        .cidr_block(cidr!("10.0.1.0/24"))
        .availability_zone(Zone::new(Region::UsEast1, zone))
        .map_public_ip_on_launch(public)
        .tags(tags)
        .build()
}
