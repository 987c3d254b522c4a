//! What the tests of the service share.

use std::time::Duration;

use elanswer_core::{
    Place, Ref, Region, Resource, ResourceId, Secrets,
    handler::Create,
    services::{
        applicationautoscaling::{Capacity, ScalableTarget, ScalingPolicy},
        ecs::{AwsVpcConfiguration, Service, ServiceOutputs},
        elbv2::{LoadBalancer, TargetGroup},
    },
    tags::Ownership,
};

use crate::world::{Quotas, World};

pub(super) const PLACE: Place = Place::new(Region::UsEast1);

pub(super) const WEB: &str = "arn:aws:ecs:us-east-1:123456789012:service/main/web";

/// An account with a service of this many tasks.
pub(super) fn world(tasks: u32) -> World {
    let mut world = World::new(7, Quotas::new());
    world.register::<Service>();
    world.register::<ScalableTarget>();
    world.register::<ScalingPolicy>();
    world.register::<LoadBalancer>();
    world.register::<TargetGroup>();
    let network = AwsVpcConfiguration::builder().subnets([Ref::existing("subnet-1")]).build();
    let service = Service::builder()
        .cluster(Ref::existing("arn:aws:ecs:us-east-1:123456789012:cluster/main"))
        .task_definition(Ref::existing("web:1"))
        .desired_count(tasks)
        .network_configuration(network.into())
        .build();
    let outputs = ServiceOutputs { service_arn: WEB.to_owned(), name: "web".to_owned() };
    world.insert(&request(service), outputs, "", Duration::ZERO).unwrap();
    world
}

/// How many tasks the service shall have.
pub(super) fn tasks(world: &World) -> Option<u32> {
    world.get::<Service>(&PLACE, WEB).and_then(|service| service.resource.desired_count)
}

/// A target of the service.
pub(super) fn target(min: u32, max: u32) -> ScalableTarget {
    ScalableTarget::builder()
        .resource_id("service/main/web")
        .min_capacity(Capacity::new(min).unwrap())
        .max_capacity(Capacity::new(max).unwrap())
        .build()
}

/// The request to make this.
pub(super) fn request<R: Resource>(desired: R) -> Create<R> {
    Create {
        place: PLACE,
        desired,
        ownership: Ownership {
            stack: "shop".to_owned(),
            resource: ResourceId::new("it").unwrap(),
            incarnation: 1,
        },
        token: "0123456789abcdef0123456789abcdef".to_owned(),
        secrets: Secrets::default(),
    }
}
