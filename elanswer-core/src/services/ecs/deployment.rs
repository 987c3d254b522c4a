//! How a change of the tasks of a service rolls out.

use bon::Builder;
use serde::{Deserialize, Serialize};

use crate::{Set, bounded::Bounded, reference::Input};

/// How a change of the tasks rolls out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct DeploymentConfiguration {
    /// `MinimumHealthyPercent`: how much of the desired count stays, rounded up. AWS's default:
    /// 100.
    #[builder(default = Bounded::of::<100>())]
    pub minimum_healthy_percent: Bounded<0, 100>,
    /// `MaximumPercent`: how much of the desired count there may be, rounded down; above 100
    /// unless the minimum is below. AWS's default: 200.
    #[builder(default = Bounded::of::<200>())]
    pub maximum_percent: Bounded<100, 200>,
    /// `DeploymentCircuitBreaker`: what becomes of a deployment whose tasks fail. AWS's default:
    /// ECS tries for ever.
    #[builder(default)]
    #[serde(default, rename = "DeploymentCircuitBreaker")]
    pub circuit_breaker: CircuitBreaker,
    /// `Alarms`: what else makes a deployment fail. Unset: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alarms: Option<DeploymentAlarms>,
}

impl Default for DeploymentConfiguration {
    fn default() -> Self {
        Self::builder().build()
    }
}

/// What becomes of a deployment whose tasks fail.
///
/// AWS: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html>.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(from = "EnableAndRollback", into = "EnableAndRollback")]
pub enum CircuitBreaker {
    /// It fails, and the tasks of the last deployment that completed come back.
    RollBack,
    /// It fails, and stays as it is.
    Stop,
    /// ECS tries for ever.
    #[default]
    Off,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct EnableAndRollback {
    enable: bool,
    rollback: bool,
}

impl From<EnableAndRollback> for CircuitBreaker {
    fn from(EnableAndRollback { enable, rollback }: EnableAndRollback) -> Self {
        match (enable, rollback) {
            (true, true) => Self::RollBack,
            (true, false) => Self::Stop,
            (false, _) => Self::Off,
        }
    }
}

impl From<CircuitBreaker> for EnableAndRollback {
    fn from(breaker: CircuitBreaker) -> Self {
        Self {
            enable: breaker != CircuitBreaker::Off,
            rollback: breaker == CircuitBreaker::RollBack,
        }
    }
}

/// Alarms of CloudWatch that make a deployment fail: one of them is in `ALARM` while the tasks roll
/// out, or in the time after that for which ECS watches them.
///
/// AWS: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html>.
/// An alarm that is in `ALARM` when the deployment begins is left out of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Alarms", into = "Alarms")]
pub struct DeploymentAlarms {
    /// `AlarmNames`: at least one, of the same Region.
    pub alarm_names: Set<Input<String>>,
    /// `Rollback`: whether the tasks of the last deployment that completed come back.
    pub rollback: bool,
}

impl DeploymentAlarms {
    /// A deployment that sets off one of these is rolled back.
    pub fn roll_back<T: Into<Input<String>>>(alarm_names: impl IntoIterator<Item = T>) -> Self {
        Self { alarm_names: alarm_names.into_iter().map(Into::into).collect(), rollback: true }
    }
}

/// `Enable` is always true: alarms that are off are written by leaving them out.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Alarms {
    alarm_names: Set<Input<String>>,
    enable: bool,
    rollback: bool,
}

#[derive(Debug, thiserror::Error)]
#[error("deployment alarms that are off are written by leaving them out")]
struct Off;

impl TryFrom<Alarms> for DeploymentAlarms {
    type Error = Off;

    fn try_from(Alarms { alarm_names, enable, rollback }: Alarms) -> Result<Self, Off> {
        if enable { Ok(Self { alarm_names, rollback }) } else { Err(Off) }
    }
}

impl From<DeploymentAlarms> for Alarms {
    fn from(DeploymentAlarms { alarm_names, rollback }: DeploymentAlarms) -> Self {
        Self { alarm_names, enable: true, rollback }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn alarms_have_the_shape_of_cloudformation() {
        let it = DeploymentConfiguration::builder()
            .alarms(DeploymentAlarms::roll_back(["slow", "errors"]))
            .build();
        let tree = json!({
            "MinimumHealthyPercent": 100,
            "MaximumPercent": 200,
            "DeploymentCircuitBreaker": { "Enable": false, "Rollback": false },
            "Alarms": { "AlarmNames": ["errors", "slow"], "Enable": true, "Rollback": true },
        });
        assert_eq!(serde_json::to_value(&it).unwrap(), tree);
        assert_eq!(serde_json::from_value::<DeploymentConfiguration>(tree).unwrap(), it);
        let off = json!({ "AlarmNames": [], "Enable": false, "Rollback": false });
        assert!(serde_json::from_value::<DeploymentAlarms>(off).is_err());
    }
}
