//! What a platform can do without.

use std::{fmt, str::FromStr};

/// A part of the platform that can be [left out](super::Platform::without).
///
/// What is left out is missed by a rule: suppress it by name, with the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Part {
    /// The record of all traffic in the network.
    FlowLogs,
    /// The private ways to AWS: what the services call goes by NAT then.
    Endpoints,
    /// The firewall in front of the load balancer: `load-balancer-without-web-acl`.
    Firewall,
    /// The database's standby in another zone: `database-single-zone`.
    Standby,
    /// The copies of the database's backups in the second Region: those of objects stay.
    BackupCopies,
    /// The pool of connections before the database: the services connect to the database.
    Pool,
    /// The cache.
    Cache,
    /// The names by which the services find each other. They are let in when they
    /// [call each other](super::Platform::services_call_each_other).
    Discovery,
    /// That the number of tasks follows their load: as many run as each service says.
    Scaling,
    /// The traces of requests, and the daemon beside each service that sends them.
    Tracing,
    /// The alarms, the dashboard, and the topic that people hear of them by.
    Alarms,
}

impl Part {
    /// Every part.
    pub const ALL: &[Self] = &[
        Self::FlowLogs,
        Self::Endpoints,
        Self::Firewall,
        Self::Standby,
        Self::BackupCopies,
        Self::Pool,
        Self::Cache,
        Self::Discovery,
        Self::Scaling,
        Self::Tracing,
        Self::Alarms,
    ];

    /// Its name in words: `flow-logs`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FlowLogs => "flow-logs",
            Self::Endpoints => "endpoints",
            Self::Firewall => "firewall",
            Self::Standby => "standby",
            Self::BackupCopies => "backup-copies",
            Self::Pool => "pool",
            Self::Cache => "cache",
            Self::Discovery => "discovery",
            Self::Scaling => "scaling",
            Self::Tracing => "tracing",
            Self::Alarms => "alarms",
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A text names no part of a platform.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a platform has no part `{text}`; it has {}", names())]
pub struct PartError {
    text: String,
}

fn names() -> String {
    Part::ALL.iter().map(|part| part.as_str()).collect::<Vec<_>>().join(", ")
}

impl FromStr for Part {
    type Err = PartError;

    fn from_str(text: &str) -> Result<Self, PartError> {
        let named = |part: &&Self| part.as_str() == text;
        let found = Self::ALL.iter().find(named).copied();
        found.ok_or_else(|| PartError { text: text.to_owned() })
    }
}
