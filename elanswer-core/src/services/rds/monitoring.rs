//! What RDS reports of a DB instance: metrics of its host, and logs.

use serde::{Deserialize, Serialize};

/// How often Enhanced Monitoring reports on the host of an instance.
///
/// Source: <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Monitoring.OS.html>.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(try_from = "u32", into = "u32")]
pub enum MonitoringInterval {
    /// Never: Enhanced Monitoring is off.
    #[default]
    Off,
    /// Every second.
    Seconds1,
    /// Every 5 seconds.
    Seconds5,
    /// Every 10 seconds.
    Seconds10,
    /// Every 15 seconds.
    Seconds15,
    /// Every 30 seconds.
    Seconds30,
    /// Every 60 seconds.
    Seconds60,
}

impl MonitoringInterval {
    /// The interval in seconds; 0 is off.
    #[must_use]
    pub const fn seconds(self) -> u32 {
        match self {
            Self::Off => 0,
            Self::Seconds1 => 1,
            Self::Seconds5 => 5,
            Self::Seconds10 => 10,
            Self::Seconds15 => 15,
            Self::Seconds30 => 30,
            Self::Seconds60 => 60,
        }
    }

    /// Whether Enhanced Monitoring is on.
    #[must_use]
    pub const fn is_on(self) -> bool {
        !matches!(self, Self::Off)
    }
}

/// A number of seconds at which Enhanced Monitoring does not report.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{seconds}` is not a monitoring interval in seconds: 0, 1, 5, 10, 15, 30 or 60")]
pub struct MonitoringIntervalError {
    seconds: u32,
}

impl TryFrom<u32> for MonitoringInterval {
    type Error = MonitoringIntervalError;

    fn try_from(seconds: u32) -> Result<Self, Self::Error> {
        match seconds {
            0 => Ok(Self::Off),
            1 => Ok(Self::Seconds1),
            5 => Ok(Self::Seconds5),
            10 => Ok(Self::Seconds10),
            15 => Ok(Self::Seconds15),
            30 => Ok(Self::Seconds30),
            60 => Ok(Self::Seconds60),
            seconds => Err(MonitoringIntervalError { seconds }),
        }
    }
}

impl From<MonitoringInterval> for u32 {
    fn from(interval: MonitoringInterval) -> Self {
        interval.seconds()
    }
}

/// A log of PostgreSQL that RDS can publish to CloudWatch Logs.
///
/// Source: <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.Concepts.PostgreSQL.html>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum LogExport {
    /// `iam-db-auth-error`: why a login with an IAM token failed.
    IamDbAuthError,
    /// `postgresql`: the log of the server.
    Postgresql,
    /// `upgrade`: the log of upgrades to another major version.
    Upgrade,
}

impl LogExport {
    /// Every log.
    pub const ALL: [Self; 3] = [Self::IamDbAuthError, Self::Postgresql, Self::Upgrade];

    /// The name that AWS uses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::IamDbAuthError => "iam-db-auth-error",
            Self::Postgresql => "postgresql",
            Self::Upgrade => "upgrade",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_those_of_aws() {
        for seconds in [0, 1, 5, 10, 15, 30, 60] {
            assert_eq!(MonitoringInterval::try_from(seconds).unwrap().seconds(), seconds);
        }
        assert!([2, 45, 61].map(MonitoringInterval::try_from).iter().all(Result::is_err));
    }

    #[test]
    fn logs_serialise_to_the_names_of_aws() {
        for log in LogExport::ALL {
            assert_eq!(serde_json::to_value(log).unwrap(), log.as_str());
        }
    }
}
