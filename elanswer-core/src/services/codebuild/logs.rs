//! Where a build writes what it says.

use serde::{Deserialize, Serialize};

use crate::{reference::Ref, services::logs::LogGroup};

/// Where a build writes what it says: `CloudWatchLogs` of `LogsConfig`.
///
/// Not modelled: logs in buckets.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "LogsConfig", into = "LogsConfig")]
pub enum BuildLogs {
    /// To `/aws/codebuild/` and the name of the project, a log group that the first build makes and
    /// that keeps everything for ever. AWS's default.
    #[default]
    OfProject,
    /// Nowhere.
    Disabled,
    /// To this log group.
    Group(Ref<LogGroup>),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct LogsConfig {
    #[serde(default)]
    cloud_watch_logs: CloudWatchLogs,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CloudWatchLogs {
    status: Status,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    group_name: Option<Ref<LogGroup>>,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Status {
    Disabled,
    #[default]
    Enabled,
}

impl From<LogsConfig> for BuildLogs {
    fn from(LogsConfig { cloud_watch_logs }: LogsConfig) -> Self {
        match cloud_watch_logs {
            CloudWatchLogs { status: Status::Disabled, .. } => Self::Disabled,
            CloudWatchLogs { group_name: Some(group), .. } => Self::Group(group),
            CloudWatchLogs { group_name: None, .. } => Self::OfProject,
        }
    }
}

impl From<BuildLogs> for LogsConfig {
    fn from(logs: BuildLogs) -> Self {
        let status = if logs == BuildLogs::Disabled { Status::Disabled } else { Status::Enabled };
        let group_name = match logs {
            BuildLogs::Group(group) => Some(group),
            BuildLogs::Disabled | BuildLogs::OfProject => None,
        };
        Self { cloud_watch_logs: CloudWatchLogs { status, group_name } }
    }
}
