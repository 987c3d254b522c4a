//! What the tests of the service share.

use elanswer_core::{
    Place, Region, ResourceId, Secrets,
    handler::Create,
    services::{
        iam::Role,
        kms::Key,
        secretsmanager::{ResourcePolicy, RotationSchedule, Secret},
    },
    tags::Ownership,
};

use crate::world::{Quotas, World};

pub(super) const PLACE: Place = Place::new(Region::UsEast1);

/// An account with nothing in it.
pub(super) fn world() -> World {
    let mut world = World::new(7, Quotas::new());
    world.register::<Secret>();
    world.register::<ResourcePolicy>();
    world.register::<RotationSchedule>();
    world.register::<Key>();
    world.register::<Role>();
    world
}

/// The request to make this.
pub(super) fn request<R>(desired: R) -> Create<R> {
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
