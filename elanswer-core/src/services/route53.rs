//! Amazon Route 53: public DNS zones and what they answer.

pub use conflict::Conflict;
pub use health_check::{
    AlarmCheck, CalculatedCheck, CheckerRegion, CheckerRegionError, CheckerRegions,
    CheckerRegionsError, Endpoint, EndpointCheck, FailureThreshold, HealthCheck, HealthCheckConfig,
    HealthCheckConfigError, HealthCheckOutputs, HealthThreshold, HttpRequest, HttpTarget,
    InsufficientDataStatus, RequestInterval, RequestIntervalError, ResourcePath, SearchString,
    TcpTarget, is_checkable,
};
pub use hosted_zone::{HostedZone, HostedZoneConfig, HostedZoneOutputs, ZoneComment};
pub use name::{DnsName, DnsNameError};
pub use record_set::{
    AliasTarget, Answer, AnswerError, RecordKey, RecordSet, RecordSetOutputs, RecordType,
    RecordTypeError, RecordValueError, Ttl,
};
pub use routing::{
    Continent, ContinentError, CountryCode, CountryCodeError, FailoverRole, GeoLocation, Routing,
    RoutingError, SetIdentifier, SetIdentifierError, SubdivisionCode, SubdivisionCodeError, Weight,
};

mod conflict;
mod health_check;
mod hosted_zone;
mod name;
mod record_set;
mod routing;

use crate::tags::Tags;

/// How many tags one `ChangeTagsForResource` sets, and how many it removes.
const TAGS_PER_CALL: usize = 10;
/// How many tags say whose an object is.
const OWNERSHIP_TAGS: usize = 3;

/// The calls that set the tags of an object that was just made, those of its owner among them.
fn tag_calls_to_create(tags: &Tags) -> u32 {
    pages(tags.len() + OWNERSHIP_TAGS)
}

/// The calls that come from one set of tags to another.
fn tag_calls(from: &Tags, to: &Tags) -> u32 {
    let (set, remove) = from.changes_to(to);
    pages(set.len().max(remove.len()))
}

fn pages(tags: usize) -> u32 {
    u32::try_from(tags.div_ceil(TAGS_PER_CALL)).unwrap_or(u32::MAX)
}
