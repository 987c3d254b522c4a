//! Elastic Load Balancing: application load balancers and what they route to.

pub use action::{
    Action, ContentType, ContentTypeError, FixedResponse, FixedStatus, Redirect, RedirectStatus,
    StatusError,
};
pub use attribute::AttributeError;
pub use listener::{
    CertificateArn, CertificateArnError, Listener, ListenerOutputs, ListenerProtocol, SslPolicy,
    SslPolicyError, Tls,
};
pub use listener_rule::{
    Conditions, HostPattern, ListenerRule, ListenerRuleOutputs, PathPattern, PatternError, Priority,
};
pub use load_balancer::{
    AccessLogs, DesyncMitigation, IdleTimeout, LoadBalancer, LoadBalancerAttributes,
    LoadBalancerOutputs, LoadBalancerType, Scheme,
};
pub use name::{LoadBalancerName, TargetGroupName};
pub use target_group::{
    DeregistrationDelay, HealthCheck, HealthCheckError, HealthCheckInterval, HealthCheckPath,
    HealthCheckPort, HealthCheckTimeout, Matcher, TargetGroup, TargetGroupAttributes,
    TargetGroupOutputs, TargetType, Threshold,
};

mod action;
mod attribute;
mod listener;
mod listener_rule;
mod load_balancer;
mod name;
mod target_group;

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{bounded::Bounded, tags::Tags};

/// A TCP port: 1 to 65535.
pub type Port = Bounded<1, 65535>;

/// The protocol of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Protocol {
    /// `HTTP`.
    Http,
    /// `HTTPS`.
    Https,
}

impl Protocol {
    /// AWS's word: `HTTP`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "HTTP",
            Self::Https => "HTTPS",
        }
    }
}

/// A text that is not a protocol.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a protocol: `HTTP` or `HTTPS`")]
pub struct ProtocolError {
    text: String,
}

impl FromStr for Protocol {
    type Err = ProtocolError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Http, Self::Https]
            .into_iter()
            .find(|protocol| protocol.as_str() == text)
            .ok_or_else(|| ProtocolError { text: text.to_owned() })
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The calls that come from one set of tags to another: `AddTags`, `RemoveTags`.
fn tag_calls(from: &Tags, to: &Tags) -> u32 {
    let (set, remove) = from.changes_to(to);
    u32::from(!set.is_empty()) + u32::from(!remove.is_empty())
}
