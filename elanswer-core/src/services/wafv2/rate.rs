//! How many requests one address may send.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::Statement;
use crate::bounded::Bounded;

/// The requests of an address within a while, from which on it is too many.
pub type RequestLimit = Bounded<10, 2_000_000_000>;

/// Requests of an address that sends more than a limit.
///
/// Source: <https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-rate-based.html>.
/// Not modelled: requests that are counted by something else than the address they come from.
///
/// AWS counts about every ten seconds: some more get through.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct RateLimit {
    /// `Limit`: 10 to 2,000,000,000 requests within the window.
    pub limit: RequestLimit,
    /// `EvaluationWindowSec`. AWS's default: five minutes.
    #[builder(default)]
    #[serde(default)]
    pub evaluation_window_sec: EvaluationWindow,
    /// `AggregateKeyType`: `IP`.
    #[builder(skip)]
    #[serde(default)]
    aggregate_key_type: AggregateKey,
    /// `ScopeDownStatement`: which requests count. AWS's default: all.
    #[builder(into)]
    #[serde(default, rename = "ScopeDownStatement", skip_serializing_if = "Option::is_none")]
    pub scope_down: Option<Statement>,
}

/// What is counted together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
enum AggregateKey {
    /// The requests of an address.
    #[default]
    #[serde(rename = "IP")]
    Ip,
}

/// How far AWS looks back when it counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub enum EvaluationWindow {
    /// 60 seconds.
    OneMinute,
    /// 120 seconds.
    TwoMinutes,
    /// 300 seconds: AWS's default.
    #[default]
    FiveMinutes,
    /// 600 seconds.
    TenMinutes,
}

/// A time that AWS does not look back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("AWS WAF looks back 60, 120, 300 or 600 seconds, not {seconds}")]
pub struct EvaluationWindowError {
    seconds: u32,
}

impl EvaluationWindow {
    /// The seconds.
    #[must_use]
    pub const fn seconds(self) -> u32 {
        match self {
            Self::OneMinute => 60,
            Self::TwoMinutes => 120,
            Self::FiveMinutes => 300,
            Self::TenMinutes => 600,
        }
    }
}

impl TryFrom<u32> for EvaluationWindow {
    type Error = EvaluationWindowError;

    fn try_from(seconds: u32) -> Result<Self, Self::Error> {
        [Self::OneMinute, Self::TwoMinutes, Self::FiveMinutes, Self::TenMinutes]
            .into_iter()
            .find(|window| window.seconds() == seconds)
            .ok_or(EvaluationWindowError { seconds })
    }
}

impl From<EvaluationWindow> for u32 {
    fn from(window: EvaluationWindow) -> Self {
        window.seconds()
    }
}

impl RateLimit {
    /// This many requests within five minutes.
    #[must_use]
    pub fn of(limit: RequestLimit) -> Self {
        Self::builder().limit(limit).build()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn has_the_shape_of_cloudformation() {
        let rate = RateLimit::of(RequestLimit::of::<2000>());
        let tree = json!({"Limit": 2000, "EvaluationWindowSec": 300, "AggregateKeyType": "IP"});
        assert_eq!(serde_json::to_value(&rate).unwrap(), tree);
        assert_eq!(serde_json::from_value::<RateLimit>(tree).unwrap(), rate);
    }

    #[test]
    fn limits_and_windows_are_those_of_aws() {
        assert!(RequestLimit::new(9).is_err() && RequestLimit::new(2_000_000_001).is_err());
        for seconds in [60, 120, 300, 600] {
            assert_eq!(EvaluationWindow::try_from(seconds).map(u32::from), Ok(seconds));
        }
        assert!(EvaluationWindow::try_from(90).is_err());
    }
}
