//! Amazon Route 53: public DNS zones and what they answer.

pub use conflict::Conflict;
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
mod hosted_zone;
mod name;
mod record_set;
mod routing;
