//! What a scaling policy keeps near a value.

use std::fmt;

use bon::Builder;
use serde::{Deserialize, Serialize};

use crate::{
    bounded::Bounded,
    reference::{Input, Ref},
    services::elbv2::{LoadBalancer, TargetGroup},
};

/// Keeps a metric near a value: tasks are added while it is above, and removed while it is well
/// below.
///
/// AWS: [`TargetTrackingScalingPolicyConfiguration`](https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html).
/// AWS keeps alarms for it, which nobody should change. Not modelled: metrics of one's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct TargetTracking {
    /// `PredefinedMetricSpecification`: the metric.
    #[serde(rename = "PredefinedMetricSpecification")]
    pub metric: PredefinedMetric,
    /// `TargetValue`: percents of the processor or memory that the tasks reserve, or requests in a
    /// minute.
    #[builder(into)]
    pub target_value: TargetValue,
    /// `ScaleInCooldown`: the seconds after tasks were removed until more are. AWS's default for
    /// ECS: 300.
    #[builder(default = DEFAULT_COOLDOWN)]
    #[serde(default = "default_cooldown")]
    pub scale_in_cooldown: Cooldown,
    /// `ScaleOutCooldown`: the seconds that added tasks have to take effect before more are added;
    /// whatever is needed beyond them is added at once. AWS's default for ECS: 300.
    #[builder(default = DEFAULT_COOLDOWN)]
    #[serde(default = "default_cooldown")]
    pub scale_out_cooldown: Cooldown,
    /// `DisableScaleIn`: whether it only adds tasks. AWS's default: no.
    #[builder(default)]
    #[serde(default)]
    pub disable_scale_in: bool,
}

/// Seconds until a policy acts again.
pub type Cooldown = Bounded<0, 2_147_483_647>;

/// Percents of the processors or the memory that tasks reserve.
pub type Percent = Bounded<1, 100>;

/// Requests to each task in a minute.
pub type RequestCount = Bounded<1, 2_147_483_647>;

const DEFAULT_COOLDOWN: Cooldown = Cooldown::of::<300>();

const fn default_cooldown() -> Cooldown {
    DEFAULT_COOLDOWN
}

/// A metric that AWS has of every ECS service.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "Specification", into = "Specification")]
#[non_exhaustive]
pub enum PredefinedMetric {
    /// `ECSServiceAverageCPUUtilization`: percents of the processors that its tasks reserve.
    Cpu,
    /// `ECSServiceAverageMemoryUtilization`: percents of the memory that its tasks reserve.
    Memory,
    /// `ALBRequestCountPerTarget`: the requests that a load balancer sends to each task in a minute,
    /// by a `ResourceLabel`; see [`requests_per_target`](Self::requests_per_target).
    RequestsPerTarget(Input<String>),
}

impl PredefinedMetric {
    /// The requests that `load_balancer` sends to each target of `target_group` in a minute.
    #[must_use]
    pub fn requests_per_target(
        load_balancer: &Ref<LoadBalancer>,
        target_group: &Ref<TargetGroup>,
    ) -> Self {
        Self::RequestsPerTarget(Input::concat([
            load_balancer.full_name().into(),
            "/".into(),
            target_group.full_name().into(),
        ]))
    }

    /// AWS's word for the metric.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Cpu => CPU,
            Self::Memory => MEMORY,
            Self::RequestsPerTarget(_) => REQUESTS,
        }
    }

    /// The load balancer and target group of the requests, as AWS writes them, when they are known.
    #[must_use]
    pub const fn resource_label(&self) -> Option<&Input<String>> {
        match self {
            Self::Cpu | Self::Memory => None,
            Self::RequestsPerTarget(label) => Some(label),
        }
    }

    /// The metric that AWS's words mean.
    ///
    /// # Errors
    ///
    /// When it is none of these, or lacks its label.
    pub fn of(name: &str, label: Option<Input<String>>) -> Result<Self, PredefinedMetricError> {
        match (name, label) {
            (CPU, None) => Ok(Self::Cpu),
            (MEMORY, None) => Ok(Self::Memory),
            (REQUESTS, Some(label)) => Ok(Self::RequestsPerTarget(label)),
            (CPU | MEMORY, Some(_)) => Err(PredefinedMetricError::Label(name.to_owned())),
            (REQUESTS, None) => Err(PredefinedMetricError::NoLabel),
            _ => Err(PredefinedMetricError::Unknown(name.to_owned())),
        }
    }
}

const CPU: &str = "ECSServiceAverageCPUUtilization";
const MEMORY: &str = "ECSServiceAverageMemoryUtilization";
const REQUESTS: &str = "ALBRequestCountPerTarget";

/// A metric that elanswer does not know, or that AWS would refuse.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PredefinedMetricError {
    /// It has a label, and is none that takes one.
    #[error("the metric `{0}` takes no `ResourceLabel`")]
    Label(String),
    /// It lacks its label.
    #[error("the metric `{REQUESTS}` needs a `ResourceLabel`")]
    NoLabel,
    /// It is none of an ECS service.
    #[error("`{0}` is no metric of an ECS service")]
    Unknown(String),
}

/// CloudFormation's shape.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Specification {
    predefined_metric_type: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    resource_label: Option<Input<String>>,
}

impl TryFrom<Specification> for PredefinedMetric {
    type Error = PredefinedMetricError;

    fn try_from(specification: Specification) -> Result<Self, Self::Error> {
        Self::of(&specification.predefined_metric_type, specification.resource_label)
    }
}

impl From<PredefinedMetric> for Specification {
    fn from(metric: PredefinedMetric) -> Self {
        Self {
            predefined_metric_type: metric.as_str().to_owned(),
            resource_label: metric.resource_label().cloned(),
        }
    }
}

/// What a metric is kept near: more than nothing, to a thousandth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "Number")]
pub struct TargetValue {
    thousandths: u64,
}

/// A value that a metric cannot be kept near.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no value above 0 and up to 1000000000000")]
pub struct TargetValueError {
    text: String,
}

/// The most thousandths: numbers up to there are exact.
const MOST: f64 = 1e15;

impl TargetValue {
    /// The value `value`, rounded to a thousandth.
    ///
    /// # Errors
    ///
    /// When it is not above 0, or beyond 10¹².
    pub fn new(value: f64) -> Result<Self, TargetValueError> {
        let thousandths = (value * 1000.0).round();
        if !(1.0..=MOST).contains(&thousandths) {
            return Err(TargetValueError { text: value.to_string() });
        }
        // A whole number within the range of u64.
        Ok(Self { thousandths: thousandths as u64 })
    }

    /// The value.
    #[must_use]
    pub fn get(self) -> f64 {
        self.thousandths as f64 / 1000.0
    }
}

impl<const MAX: u32> From<Bounded<1, MAX>> for TargetValue {
    fn from(value: Bounded<1, MAX>) -> Self {
        Self { thousandths: u64::from(value.get()) * 1000 }
    }
}

impl TryFrom<f64> for TargetValue {
    type Error = TargetValueError;

    fn try_from(value: f64) -> Result<Self, Self::Error> {
        Self::new(value)
    }
}

/// A whole number is written without a point, so that `60` and `60.0` are the same.
#[derive(Serialize)]
#[serde(untagged)]
enum Number {
    Whole(u64),
    Broken(f64),
}

impl From<TargetValue> for Number {
    fn from(value: TargetValue) -> Self {
        if value.thousandths.is_multiple_of(1000) {
            Self::Whole(value.thousandths / 1000)
        } else {
            Self::Broken(value.get())
        }
    }
}

impl fmt::Display for TargetValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::id::ResourceId;

    #[test]
    fn a_value_is_a_number_above_nothing() {
        let value = |number| TargetValue::new(number);
        assert_eq!(serde_json::to_value(value(60.0).unwrap()).unwrap(), json!(60));
        assert_eq!(serde_json::to_value(value(62.5).unwrap()).unwrap(), json!(62.5));
        assert_eq!(serde_json::from_value::<TargetValue>(json!(60)).unwrap(), value(60.0).unwrap());
        assert_eq!(TargetValue::from(Bounded::<1, 100>::of::<60>()), value(60.0).unwrap());
        assert_eq!(value(62.5).unwrap().to_string(), "62.5");
        for bad in [0.0, -1.0, 0.0001, 1e13, f64::NAN, f64::INFINITY] {
            assert!(value(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_metric_has_a_label_or_none() {
        let parse = |tree| serde_json::from_value::<PredefinedMetric>(tree);
        assert_eq!(parse(json!({"PredefinedMetricType": CPU})).unwrap(), PredefinedMetric::Cpu);
        assert_eq!(
            serde_json::to_value(PredefinedMetric::Memory).unwrap(),
            json!({"PredefinedMetricType": MEMORY})
        );
        for bad in [
            json!({"PredefinedMetricType": REQUESTS}),
            json!({"PredefinedMetricType": CPU, "ResourceLabel": "app/a/1/targetgroup/b/2"}),
            json!({"PredefinedMetricType": "DynamoDBReadCapacityUtilization"}),
        ] {
            assert!(parse(bad.clone()).is_err(), "{bad}");
        }
    }

    #[test]
    fn requests_are_labelled_with_load_balancer_and_target_group() {
        let metric = PredefinedMetric::requests_per_target(
            &Ref::managed(ResourceId::new("front").unwrap()),
            &Ref::managed(ResourceId::new("web").unwrap()),
        );
        assert_eq!(
            serde_json::to_value(metric).unwrap(),
            json!({
                "PredefinedMetricType": REQUESTS,
                "ResourceLabel": { "Fn::Join": ["", [
                    { "Fn::GetAtt": ["front", "LoadBalancerFullName"] },
                    "/",
                    { "Fn::GetAtt": ["web", "TargetGroupFullName"] },
                ]]},
            })
        );
    }
}
