//! `AWS::SecretsManager::RotationSchedule`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::{FunctionArn, Secret};
use crate::{
    bounded::Bounded,
    reference::{Input, Ref},
    resource::{Operation, Resource},
    schema::{Kind, Schema},
    text::text,
};

/// Has a Lambda function of yours change the value of a secret again and again.
///
/// AWS: [`AWS::SecretsManager::RotationSchedule`](https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets.html).
/// Not modelled: functions that CloudFormation makes (`HostedRotationLambda`). Secrets that another
/// service keeps, as RDS those of its master users, rotate by themselves and take none.
///
/// The function must exist and let `secretsmanager.amazonaws.com` invoke it.
///
/// ```
/// use elanswer_core::{
///     Architecture, Region,
///     services::secretsmanager::{
///         FunctionArn, RotationDays, RotationRules, RotationSchedule, Secret,
///     },
/// };
///
/// let mut arch = Architecture::new("shop", Region::UsEast1);
/// let secret = arch.resource("session-key", Secret::default());
/// let function = FunctionArn::literal("arn:aws:lambda:us-east-1:123456789012:function:rotate");
/// let rotation = RotationSchedule::builder()
///     .secret(&secret)
///     .rotation_lambda_arn(function)
///     .rotation_rules(RotationRules::every(RotationDays::of::<30>()))
///     .build();
/// arch.resource("session-key-rotation", rotation);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct RotationSchedule {
    /// `SecretId`. Changing it replaces the schedule.
    #[builder(into)]
    #[serde(rename = "SecretId")]
    pub secret: Ref<Secret>,
    /// `RotationLambdaARN`: the function that makes, sets and tests a new value, of the Region of
    /// the secret.
    #[builder(into)]
    #[serde(rename = "RotationLambdaARN")]
    pub rotation_lambda_arn: Input<FunctionArn>,
    /// `RotationRules`: when.
    pub rotation_rules: RotationRules,
    /// `RotateImmediatelyOnUpdate`: whether the secret rotates as soon as the schedule is made or
    /// changed, and not only at the next time of the schedule. AWS's default: yes.
    #[builder(default = true)]
    #[serde(default = "yes")]
    pub rotate_immediately_on_update: bool,
}

const fn yes() -> bool {
    true
}

/// When a secret rotates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Repr", into = "Repr")]
pub struct RotationRules {
    /// `AutomaticallyAfterDays` or `ScheduleExpression`.
    pub schedule: Schedule,
    /// `Duration`: for how long after its beginning AWS may rotate, in hours. AWS's default: to the
    /// end of the day; to the end of the hour, when the schedule is in hours.
    pub duration: Option<RotationWindow>,
}

/// How often a secret rotates.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Schedule {
    /// `AutomaticallyAfterDays`: so many days after the last time, 1 to 1000.
    EveryDays(RotationDays),
    /// `ScheduleExpression`: as this says.
    Expression(ScheduleExpression),
}

/// The days from one rotation to the next.
pub type RotationDays = Bounded<1, 1000>;

text! {
    /// When a secret rotates, in UTC: `rate(12 hours)`, `rate(10 days)` or `cron(0 8 1 * ? *)`; at
    /// most every four hours.
    ScheduleExpression: "a schedule expression of Secrets Manager",
    "`rate(…)` or `cron(…)` of at most 256 letters, digits, spaces and `()#?*-/,`",
    is_schedule
}

text! {
    /// For how long after the beginning of its window a secret may rotate: `3h`.
    RotationWindow: "the length of a rotation window",
    "`1h` to `24h`",
    is_window
}

const fn is_schedule(text: &str) -> bool {
    let mut rest = text.as_bytes();
    let length = rest.len();
    let opens = matches!(rest, [b'r', b'a', b't', b'e', b'(', _, .., b')'])
        || matches!(rest, [b'c', b'r', b'o', b'n', b'(', _, .., b')']);
    while let Some((byte, tail)) = rest.split_first() {
        let also = matches!(*byte, b'(' | b')' | b'#' | b'?' | b'*' | b'-' | b'/' | b',' | b' ');
        if !byte.is_ascii_alphanumeric() && !also {
            return false;
        }
        rest = tail;
    }
    opens && length <= 256
}

const fn is_window(text: &str) -> bool {
    matches!(
        text.as_bytes(),
        [b'1'..=b'9', b'h'] | [b'1', b'0'..=b'9', b'h'] | [b'2', b'0'..=b'4', b'h']
    )
}

/// CloudFormation's shape.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Repr {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    automatically_after_days: Option<RotationDays>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    duration: Option<RotationWindow>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    schedule_expression: Option<ScheduleExpression>,
}

/// Rules with two schedules, or with none.
#[derive(Debug, thiserror::Error)]
#[error("a rotation has `AutomaticallyAfterDays` or `ScheduleExpression`, and one of them only")]
struct OneScheduleError;

impl TryFrom<Repr> for RotationRules {
    type Error = OneScheduleError;

    fn try_from(repr: Repr) -> Result<Self, Self::Error> {
        let schedule = match (repr.automatically_after_days, repr.schedule_expression) {
            (Some(days), None) => Schedule::EveryDays(days),
            (None, Some(expression)) => Schedule::Expression(expression),
            _ => return Err(OneScheduleError),
        };
        Ok(Self { schedule, duration: repr.duration })
    }
}

impl From<RotationRules> for Repr {
    fn from(rules: RotationRules) -> Self {
        let (automatically_after_days, schedule_expression) = match rules.schedule {
            Schedule::EveryDays(days) => (Some(days), None),
            Schedule::Expression(expression) => (None, Some(expression)),
        };
        Self { automatically_after_days, duration: rules.duration, schedule_expression }
    }
}

impl RotationRules {
    /// Every so many days.
    #[must_use]
    pub const fn every(days: RotationDays) -> Self {
        Self { schedule: Schedule::EveryDays(days), duration: None }
    }

    /// As this says.
    #[must_use]
    pub const fn at(expression: ScheduleExpression) -> Self {
        Self { schedule: Schedule::Expression(expression), duration: None }
    }

    /// Within so many hours.
    #[must_use]
    pub fn within(mut self, window: RotationWindow) -> Self {
        self.duration = Some(window);
        self
    }

    /// The days from one rotation to the next; `None` when only a calendar tells.
    #[must_use]
    pub fn days(&self) -> Option<u32> {
        self.hours().map(|hours| hours.div_ceil(24))
    }

    /// The hours from one rotation to the next, as far as a rate or a number of days says.
    fn hours(&self) -> Option<u32> {
        let expression = match &self.schedule {
            Schedule::EveryDays(days) => return Some(days.get() * 24),
            Schedule::Expression(expression) => expression.as_str(),
        };
        let rate = expression.strip_prefix("rate(")?.strip_suffix(')')?;
        let (count, unit) = rate.trim().split_once(' ')?;
        let count: u32 = count.parse().ok()?;
        match unit.trim() {
            "day" | "days" => count.checked_mul(24),
            "hour" | "hours" => Some(count),
            _ => None,
        }
    }

    /// What AWS refuses of it.
    #[must_use]
    pub fn fault(&self) -> Option<RotationFault> {
        self.hours().filter(|hours| *hours < MIN_HOURS).map(RotationFault::TooOften)
    }
}

/// The fewest hours from one rotation to the next.
const MIN_HOURS: u32 = 4;

/// What AWS refuses of the rules of a rotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RotationFault {
    /// It comes too often.
    #[error("it rotates every {0} h, and AWS rotates every {MIN_HOURS} h at most")]
    TooOften(u32),
}

/// What AWS decides of a rotation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct RotationScheduleOutputs {
    /// `Id`: the ARN of the secret.
    pub id: String,
}

impl Resource for RotationSchedule {
    type Outputs = RotationScheduleOutputs;

    const SCHEMA: &'static Schema = &Schema {
        outputs: &["Id"],
        replaces: &["SecretId"],
        write_only: &["RotateImmediatelyOnUpdate"],
        exclusive: &["SecretId"],
        api: "secretsmanager",
        ..Schema::new(Kind::new("AWS::SecretsManager::RotationSchedule"))
    };

    /// `RotateSecret` creates and updates, `CancelRotateSecret` deletes.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Update(from, to) => u32::from(to.updates(from)),
            Operation::Create(_) | Operation::Delete(_) => 1,
        }
    }
}

impl RotationSchedule {
    /// Whether there is something to send to come here `from`: when it is to begin is said with the
    /// next change.
    #[must_use]
    pub fn updates(&self, from: &Self) -> bool {
        self.rotation_lambda_arn != from.rotation_lambda_arn
            || self.rotation_rules != from.rotation_rules
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const FUNCTION: FunctionArn =
        FunctionArn::literal("arn:aws:lambda:us-east-1:123456789012:function:rotate");

    #[test]
    fn has_the_shape_of_cloudformation() {
        let rotation = RotationSchedule::builder()
            .secret(Ref::existing("arn"))
            .rotation_lambda_arn(FUNCTION)
            .rotation_rules(
                RotationRules::at(ScheduleExpression::literal("rate(10 days)"))
                    .within(RotationWindow::literal("3h")),
            )
            .build();
        let tree = json!({
            "RotateImmediatelyOnUpdate": true,
            "RotationLambdaARN": FUNCTION.as_str(),
            "RotationRules": { "Duration": "3h", "ScheduleExpression": "rate(10 days)" },
            "SecretId": "arn",
        });
        assert_eq!(serde_json::to_value(&rotation).unwrap(), tree);
        assert_eq!(serde_json::from_value::<RotationSchedule>(tree).unwrap(), rotation);
    }

    #[test]
    fn rules_have_one_schedule() {
        let days = json!({ "AutomaticallyAfterDays": 30 });
        let rules: RotationRules = serde_json::from_value(days).unwrap();
        assert_eq!(rules, RotationRules::every(RotationDays::of::<30>()));
        let both = json!({ "AutomaticallyAfterDays": 30, "ScheduleExpression": "rate(1 day)" });
        for bad in [both, json!({}), json!({ "AutomaticallyAfterDays": 1001 })] {
            assert!(serde_json::from_value::<RotationRules>(bad.clone()).is_err(), "{bad}");
        }
    }

    #[test]
    fn schedules_and_windows_have_a_form() {
        for good in ["rate(4 hours)", "cron(0 8 ? * 1#1 *)", "cron(15/4 9,10 * * ? 2027-2030)"] {
            assert!(ScheduleExpression::new(good).is_ok(), "{good}");
        }
        for bad in ["", "rate()", "every(1 day)", "rate(1 day", "cron(0 8 ? * 1#1 *);"] {
            assert!(ScheduleExpression::new(bad).is_err(), "{bad}");
        }
        for good in ["1h", "9h", "10h", "24h"] {
            assert!(RotationWindow::new(good).is_ok(), "{good}");
        }
        for bad in ["", "h", "0h", "25h", "3", "3m", "024h"] {
            assert!(RotationWindow::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn knows_how_often() {
        let of = |text| RotationRules::at(ScheduleExpression::new(text).unwrap()).days();
        assert_eq!(RotationRules::every(RotationDays::of::<9>()).days(), Some(9));
        assert_eq!(of("rate(10 days)"), Some(10));
        assert_eq!(of("rate(36 hours)"), Some(2));
        assert_eq!(of("cron(0 8 1 * ? *)"), None);
        let fault = |text| RotationRules::at(ScheduleExpression::new(text).unwrap()).fault();
        assert_eq!(fault("rate(4 hours)"), None);
        assert_eq!(fault("rate(3 hours)"), Some(RotationFault::TooOften(3)));
    }
}
