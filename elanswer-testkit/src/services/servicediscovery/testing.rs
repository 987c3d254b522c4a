//! What the tests of the service share.

use std::time::Duration;

use elanswer_core::{
    Place, Ref, Region, Resource, ResourceId, Secrets, cidr,
    handler::Create,
    services::{
        ec2::{Vpc, VpcOutputs},
        ecs,
        route53::DnsName,
        servicediscovery::{PrivateDnsNamespace, Service},
    },
    tags::Ownership,
};

use crate::world::{Quotas, World};

pub(super) const PLACE: Place = Place::new(Region::UsEast1);

/// An account with the VPCs `vpc-1` and `vpc-2`.
pub(super) fn world() -> World {
    let mut world = World::new(7, Quotas::new());
    world.register::<Vpc>();
    world.register::<ecs::Service>();
    world.register::<PrivateDnsNamespace>();
    world.register::<Service>();
    for (token, id) in ["vpc-1", "vpc-2"].into_iter().enumerate() {
        let outputs = VpcOutputs { vpc_id: id.to_owned() };
        let vpc = request(token, Vpc::new(cidr!("10.0.0.0/16")));
        world.insert(&vpc, outputs, "", Duration::ZERO).unwrap();
    }
    world
}

/// A namespace of a VPC.
pub(super) fn namespace(vpc: &str) -> PrivateDnsNamespace {
    let name = DnsName::literal("shop.internal");
    PrivateDnsNamespace::builder().name(name).vpc(Ref::existing(vpc)).build()
}

/// The request to make this, with this token.
pub(super) fn request<R: Resource>(token: usize, desired: R) -> Create<R> {
    Create {
        place: PLACE,
        desired,
        ownership: Ownership {
            stack: "shop".to_owned(),
            resource: ResourceId::new("it").unwrap(),
            incarnation: 1,
        },
        token: format!("{token:032}"),
        secrets: Secrets::default(),
    }
}
