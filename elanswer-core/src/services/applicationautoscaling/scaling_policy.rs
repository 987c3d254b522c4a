//! `AWS::ApplicationAutoScaling::ScalingPolicy`, of target tracking.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::{PolicyName, ScalableTarget, TargetTracking};
use crate::{
    arn::{ArnFields, behind, cut},
    reference::{Output, Ref},
    resource::Resource,
    schema::{Kind, Schema},
    text::text,
};

/// What makes a scalable target larger and smaller.
///
/// AWS: [`AWS::ApplicationAutoScaling::ScalingPolicy`](https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html).
/// Of several policies of a target, the one that wants the most tasks has its way; two may not
/// track the same metric. Not modelled: steps, predictions. Quota: 50 per scalable target.
///
/// ```
/// use elanswer_core::{
///     Architecture, Bounded, Ref, Region,
///     services::applicationautoscaling::{
///         PolicyName, PredefinedMetric, ScalableTarget, ScalingPolicy, TargetTracking,
///     },
/// };
///
/// let mut arch = Architecture::new("shop", Region::UsEast1);
/// let target: Ref<ScalableTarget> =
///     Ref::existing("service/main/web|ecs:service:DesiredCount|ecs");
/// let tracking = TargetTracking::builder()
///     .metric(PredefinedMetric::Cpu)
///     .target_value(Bounded::<1, 100>::of::<60>())
///     .build();
/// arch.resource("cpu", ScalingPolicy::new(&target, PolicyName::literal("cpu"), tracking));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct ScalingPolicy {
    /// `PolicyName`: unique among those of the target. Changing it replaces the policy.
    pub policy_name: PolicyName,
    /// `PolicyType`: `TargetTrackingScaling`.
    #[builder(default)]
    #[serde(default)]
    pub policy_type: PolicyType,
    /// `ScalingTargetId`: the target. Changing it replaces the policy.
    #[builder(into)]
    #[serde(rename = "ScalingTargetId")]
    pub scaling_target: Ref<ScalableTarget>,
    /// `TargetTrackingScalingPolicyConfiguration`: which metric it keeps near which value.
    #[serde(rename = "TargetTrackingScalingPolicyConfiguration")]
    pub target_tracking: TargetTracking,
}

/// How a policy decides.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[non_exhaustive]
pub enum PolicyType {
    /// `TargetTrackingScaling`: it keeps a metric near a value.
    #[default]
    TargetTrackingScaling,
}

text! {
    /// The ARN of a scaling policy. The target and the name of the policy are in it.
    PolicyArn: "the ARN of a scaling policy",
    "`arn:aws:autoscaling:`, Region, `:`, account, `:scalingPolicy:`, id, `:resource/ecs/`, target, `:policyName/`, name",
    is_policy_arn
}

const fn is_policy_arn(text: &str) -> bool {
    let Some(arn) = ArnFields::of(text) else { return false };
    let Some(rest) = arn.named("autoscaling", "scalingPolicy:") else { return false };
    let Some((_, rest)) = cut(rest, b':') else { return false };
    let Some(rest) = behind(rest, b"resource/") else { return false };
    let Some((target, rest)) = cut(rest, b':') else { return false };
    match behind(rest, b"policyName/") {
        Some(name) => !target.is_empty() && !name.is_empty(),
        None => false,
    }
}

impl PolicyArn {
    /// The resource id of the target, `service/CLUSTER/SERVICE`, and the name of the policy.
    #[must_use]
    pub fn parts(&self) -> (&str, &str) {
        let (target, name) = self
            .as_str()
            .split_once(":resource/")
            .and_then(|(_, rest)| rest.split_once(":policyName/"))
            .unwrap_or_default();
        (target.split_once('/').map_or(target, |(_namespace, resource)| resource), name)
    }
}

/// What AWS decides of a scaling policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ScalingPolicyOutputs {
    /// `Arn`.
    pub arn: PolicyArn,
}

impl Ref<ScalingPolicy> {
    /// `Arn`.
    #[must_use]
    pub fn arn(&self) -> Output<PolicyArn> {
        self.output("Arn")
    }
}

impl ScalingPolicy {
    /// Keeps a metric of a target near a value.
    pub fn new(
        target: impl Into<Ref<ScalableTarget>>,
        name: PolicyName,
        tracking: TargetTracking,
    ) -> Self {
        Self::builder().policy_name(name).scaling_target(target).target_tracking(tracking).build()
    }
}

impl Resource for ScalingPolicy {
    type Outputs = ScalingPolicyOutputs;

    /// `PutScalingPolicy` creates and updates, `DeleteScalingPolicy` deletes: one call each.
    const SCHEMA: &'static Schema = &Schema {
        identifier: "Arn",
        outputs: &["Arn"],
        replaces: &["PolicyName", "ScalingTargetId"],
        // A policy of another name would track the same metric of the same target, which AWS
        // refuses; which policies a target may have together is said in `scaling-refused`.
        exclusive: &["ScalingTargetId"],
        api: "application-autoscaling",
        ..Schema::new(Kind::new("AWS::ApplicationAutoScaling::ScalingPolicy"))
    };
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::{
        bounded::Bounded,
        resource::properties_of,
        services::applicationautoscaling::{Cooldown, PredefinedMetric},
    };

    #[test]
    fn has_the_shape_of_cloudformation() {
        let tracking = TargetTracking::builder()
            .metric(PredefinedMetric::Cpu)
            .target_value(Bounded::<1, 100>::of::<60>())
            .scale_out_cooldown(Cooldown::of::<30>())
            .build();
        let id = "service/main/web|ecs:service:DesiredCount|ecs";
        let policy = ScalingPolicy::new(Ref::existing(id), PolicyName::literal("cpu"), tracking);
        let tree = json!({
            "PolicyName": "cpu",
            "PolicyType": "TargetTrackingScaling",
            "ScalingTargetId": id,
            "TargetTrackingScalingPolicyConfiguration": {
                "PredefinedMetricSpecification": {
                    "PredefinedMetricType": "ECSServiceAverageCPUUtilization",
                },
                "TargetValue": 60,
                "ScaleInCooldown": 300,
                "ScaleOutCooldown": 30,
                "DisableScaleIn": false,
            },
        });
        assert_eq!(Value::Object(properties_of(&policy)), tree);
        assert_eq!(serde_json::from_value::<ScalingPolicy>(tree).unwrap(), policy);
    }

    #[test]
    fn an_arn_tells_target_and_name() {
        let arn = "arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:1-2:resource/ecs/service/main/web:policyName/cpu: 60 %";
        assert_eq!(PolicyArn::new(arn).unwrap().parts(), ("service/main/web", "cpu: 60 %"));
        for bad in [
            "cpu",
            "arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:1-2",
            "arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:1:resource/ecs/service/main/web:policyName/",
            "arn:aws:ecs:us-east-1:123456789012:service/main/web",
        ] {
            assert!(PolicyArn::new(bad).is_err(), "{bad}");
        }
    }
}
