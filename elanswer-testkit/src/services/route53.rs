//! Amazon Route 53 in memory.

pub use health_check::HealthCheckHandler;
pub use hosted_zone::HostedZoneHandler;
pub use record_set::RecordSetHandler;

mod health_check;
mod hosted_zone;
mod record_set;
#[cfg(test)]
mod tests;

use std::time::Duration;

use elanswer_core::{
    Place, Resource, Tags,
    executor::ExecError,
    services::route53::{HealthCheck, HostedZone},
};

use crate::{
    api::Api,
    world::{AwsError, Object, World},
};

/// The name of the API.
const SERVICE: &str = "route53";
/// How many tags one call sets or removes, and of how many objects one call shows the tags.
const TAGS_PAGE: usize = 10;

/// The zone, or the error of AWS that there is none.
fn zone<'a>(
    world: &'a World,
    place: &Place,
    zone_id: &str,
) -> Result<&'a Object<HostedZone>, AwsError> {
    world.get(place, zone_id).ok_or_else(|| {
        AwsError::not_found("NoSuchHostedZone", format!("No hosted zone found with ID: {zone_id}"))
    })
}

/// The health check, or the error of AWS that there is none.
fn health_check<'a>(
    world: &'a World,
    place: &Place,
    id: &str,
) -> Result<&'a Object<HealthCheck>, AwsError> {
    world.get(place, id).ok_or_else(|| {
        let message = format!("A health check with id {id} does not exist.");
        AwsError::not_found("NoSuchHealthCheck", message)
    })
}

/// `ChangeTagsForResource`, as often as it takes; `there` is the error of AWS when it is not.
async fn change_tags<R: Resource>(
    api: &Api,
    place: &Place,
    id: &str,
    (set, remove): (&Tags, &[String]),
    there: fn(&World, &Place, &str) -> Result<(), AwsError>,
) -> Result<(), ExecError> {
    let set: Vec<(&str, &str)> = set.iter().collect();
    let (mut set, mut remove) = (set.chunks(TAGS_PAGE), remove.chunks(TAGS_PAGE));
    loop {
        let (set, remove) = (set.next(), remove.next());
        if set.is_none() && remove.is_none() {
            return Ok(());
        }
        let change = |tags: &mut Tags| {
            set.into_iter().flatten().for_each(|(key, value)| tags.insert(*key, *value));
            remove.into_iter().flatten().for_each(|key| tags.remove(key));
        };
        api.call(SERVICE, "ChangeTagsForResource", place, |world| {
            there(world, place, id)?;
            world
                .change::<R>(place, id, "", Duration::ZERO, |object| change(&mut object.tags))
                .map(drop)
        })
        .await?;
    }
}
