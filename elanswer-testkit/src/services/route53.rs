//! Amazon Route 53 in memory.

pub use hosted_zone::HostedZoneHandler;
pub use record_set::RecordSetHandler;

mod hosted_zone;
mod record_set;
#[cfg(test)]
mod tests;

use elanswer_core::{Place, services::route53::HostedZone};

use crate::world::{AwsError, Object, World};

/// The name of the API.
const SERVICE: &str = "route53";

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
