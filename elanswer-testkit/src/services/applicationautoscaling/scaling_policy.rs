//! `AWS::ApplicationAutoScaling::ScalingPolicy` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html>,
//! <https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PredefinedMetricSpecification.html>.
//! `PutScalingPolicy` changes a policy of the same name. Two policies of a target may not track the
//! same metric. Quota: 50 policies per target,
//! <https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-quotas.html>.
//! Not modelled: metrics, alarms, and what policies make of a service.

use std::{collections::BTreeMap, time::Duration};

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place, Ref,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::{
        applicationautoscaling::{
            PolicyArn, PolicyName, ScalableTarget, ScalableTargetOutputs, ScalingPolicy,
            ScalingPolicyOutputs,
        },
        ecs::Service,
        elbv2::{LoadBalancer, TargetGroup},
    },
};

use super::{SERVICE, gone_is_fine, no_target, refused};
use crate::{
    api::Api,
    world::{AwsError, World, arn},
};

/// Handles scaling policies in memory.
#[derive(Debug)]
pub struct ScalingPolicyHandler(Api);

impl From<Api> for ScalingPolicyHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

/// The ARN of the policy of this name of a target.
fn named(
    world: &World,
    place: &Place,
    target: &Ref<ScalableTarget>,
    name: &PolicyName,
) -> Option<String> {
    let mut policies = world.all::<ScalingPolicy>(place);
    let found = policies.find(|(_, policy)| {
        policy.resource.scaling_target == *target && policy.resource.policy_name == *name
    });
    found.map(|(arn, _)| arn.to_owned())
}

/// What `PutScalingPolicy` checks, whether or not there is a policy of this name.
fn check(world: &World, place: &Place, policy: &ScalingPolicy) -> Result<(), AwsError> {
    let target = policy.scaling_target.known().unwrap_or_default();
    let resource_id = ScalableTargetOutputs::resource_id(target);
    if world.get::<ScalableTarget>(place, target).is_none() {
        return Err(no_target(resource_id));
    }
    let metric = &policy.target_tracking.metric;
    let others = || {
        let policies = world.all::<ScalingPolicy>(place).map(|(_, it)| &it.resource);
        policies.filter(|other| {
            other.scaling_target == policy.scaling_target && other.policy_name != policy.policy_name
        })
    };
    if others().any(|other| other.target_tracking.metric == *metric) {
        return Err(refused(
            "Only one TargetTrackingScaling policy for a given metric specification is allowed.",
        ));
    }
    let used = others().count();
    world.quotas.check("policies per scalable target", 50, used, "LimitExceededException")?;
    match metric.resource_label().and_then(|label| label.known()) {
        Some(label) => check_label(world, place, resource_id, label),
        None => Ok(()),
    }
}

/// `app/NAME/ID/targetgroup/NAME/ID`: a load balancer, and a target group that the service registers
/// with.
fn check_label(
    world: &World,
    place: &Place,
    resource_id: &str,
    label: &str,
) -> Result<(), AwsError> {
    let form = || refused(format!("Invalid resource label: {label}"));
    let (balancer, group) = label.split_once("/targetgroup/").ok_or_else(form)?;
    let group = format!("targetgroup/{group}");
    let mut balancers = world.all::<LoadBalancer>(place);
    if !balancers.any(|(_, it)| it.outputs.load_balancer_full_name == balancer) {
        return Err(refused(format!("Load balancer {balancer} does not exist")));
    }
    let mut groups = world.all::<TargetGroup>(place);
    let group = groups
        .find(|(_, it)| it.outputs.target_group_full_name == group)
        .map(|(arn, _)| arn)
        .ok_or_else(|| refused(format!("Target group {group} does not exist")))?;
    let service = world.get::<Service>(place, &arn(place, "ecs", resource_id));
    let registers = service.is_some_and(|service| {
        let mut balancers = service.resource.load_balancers.iter();
        balancers.any(|it| it.target_group.known() == Some(group))
    });
    if registers {
        Ok(())
    } else {
        Err(refused(format!("Target group {group} is not associated with {resource_id}")))
    }
}

/// `PutScalingPolicy`: a repeat changes the policy, and keeps its ARN.
fn put(
    world: &mut World,
    request: &Create<ScalingPolicy>,
) -> Result<Observed<ScalingPolicy>, AwsError> {
    let (place, desired) = (&request.place, &request.desired);
    check(world, place, desired)?;
    if let Some(arn) = named(world, place, &desired.scaling_target, &desired.policy_name) {
        return put_again(world, place, &arn, desired);
    }
    let target = desired.scaling_target.known().unwrap_or_default();
    let resource_id = ScalableTargetOutputs::resource_id(target);
    let id = world.new_hex(32);
    let name = &desired.policy_name;
    let resource = format!("scalingPolicy:{id}:resource/ecs/{resource_id}:policyName/{name}");
    let arn = PolicyArn::new(arn(place, "autoscaling", &resource))
        .map_err(|error| refused(error.to_string()))?;
    world.insert(request, ScalingPolicyOutputs { arn }, "", Duration::ZERO)
}

fn put_again(
    world: &mut World,
    place: &Place,
    arn: &str,
    desired: &ScalingPolicy,
) -> Result<Observed<ScalingPolicy>, AwsError> {
    check(world, place, desired)?;
    world.change::<ScalingPolicy>(place, arn, "", Duration::ZERO, |object| {
        object.resource = desired.clone();
    })
}

/// `DeleteScalingPolicy`.
fn delete(world: &mut World, place: &Place, arn: &str) -> Result<(), AwsError> {
    if world.get::<ScalingPolicy>(place, arn).is_none() {
        let message = format!("No scaling policy found: {arn}");
        return Err(AwsError::not_found("ObjectNotFoundException", message));
    }
    world.remove::<ScalingPolicy>(place, arn, Duration::ZERO);
    Ok(())
}

#[async_trait]
impl Handler<ScalingPolicy> for ScalingPolicyHandler {
    /// The policies of one target in one call.
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<ScalingPolicy>>, ExecError>> {
        let mut by_target: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for arn in identifiers {
            let target = arn.split_once(":policyName/").map_or(arn.as_str(), |(target, _)| target);
            let target = target.split_once(":resource/").map_or(target, |(_, target)| target);
            by_target.entry(target).or_default().push(arn.clone());
        }
        let mut answers = BTreeMap::new();
        for arns in by_target.into_values() {
            let found = self.0.read(SERVICE, "DescribeScalingPolicies", place, &arns).await;
            answers.extend(arns.into_iter().zip(found));
        }
        identifiers.iter().map(|arn| answers.remove(arn).unwrap_or(Ok(None))).collect()
    }

    async fn create(
        &self,
        request: &Create<ScalingPolicy>,
    ) -> Result<Observed<ScalingPolicy>, ExecError> {
        self.0.call(SERVICE, "PutScalingPolicy", &request.place, |world| put(world, request)).await
    }

    /// By target and name: policies have no tags.
    async fn find(
        &self,
        request: &Create<ScalingPolicy>,
    ) -> Result<Option<Observed<ScalingPolicy>>, ExecError> {
        let (place, desired) = (&request.place, &request.desired);
        self.0
            .call(SERVICE, "DescribeScalingPolicies", place, |world| {
                let arn = named(world, place, &desired.scaling_target, &desired.policy_name);
                let policy = arn.and_then(|arn| world.get::<ScalingPolicy>(place, &arn));
                Ok(policy.map(|it| it.observed(world.now())))
            })
            .await
    }

    async fn update(
        &self,
        request: &Update<ScalingPolicy>,
    ) -> Result<Observed<ScalingPolicy>, ExecError> {
        let place = &request.place;
        self.0
            .call(SERVICE, "PutScalingPolicy", place, |world| {
                put_again(world, place, &request.identifier, &request.desired)
            })
            .await
    }

    async fn delete(&self, request: &Delete<ScalingPolicy>) -> Result<Deletion, ExecError> {
        let (place, arn) = (&request.place, &request.identifier);
        let gone = self
            .0
            .call(SERVICE, "DeleteScalingPolicy", place, |world| delete(world, place, arn))
            .await;
        gone_is_fine(gone)?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::{
        Input,
        services::applicationautoscaling::{PredefinedMetric, TargetTracking, TargetValue},
    };

    use super::*;
    use crate::services::applicationautoscaling::testing::{PLACE, request, target, world};

    const TARGET: &str = "service/main/web|ecs:service:DesiredCount|ecs";

    fn policy(name: &'static str, metric: PredefinedMetric, value: f64) -> ScalingPolicy {
        let tracking = TargetTracking::builder()
            .metric(metric)
            .target_value(TargetValue::new(value).unwrap())
            .build();
        ScalingPolicy::new(Ref::existing(TARGET), PolicyName::literal(name), tracking)
    }

    /// An account with a service that has a target.
    fn scaled() -> World {
        let mut world = world(2);
        let outputs = ScalableTargetOutputs { id: TARGET.to_owned() };
        world.insert(&request(target(1, 4)), outputs, "", Duration::ZERO).unwrap();
        world
    }

    #[test]
    fn a_policy_is_of_a_target_and_keeps_its_arn() {
        let cpu = |value| request(policy("cpu", PredefinedMetric::Cpu, value));
        let error = put(&mut world(2), &cpu(60.0)).unwrap_err();
        assert_eq!(error.code(), "ObjectNotFoundException");
        let mut world = scaled();
        let made = put(&mut world, &cpu(60.0)).unwrap();
        assert_eq!(made.outputs.arn.parts(), ("service/main/web", "cpu"));
        let again = put(&mut world, &cpu(70.0)).unwrap();
        assert_eq!(again.outputs.arn, made.outputs.arn);
        assert_eq!(again.resource, policy("cpu", PredefinedMetric::Cpu, 70.0));
        let arn = made.outputs.arn.as_str();
        delete(&mut world, &PLACE, arn).unwrap();
        let gone = delete(&mut world, &PLACE, arn).unwrap_err();
        assert_eq!(gone.code(), "ObjectNotFoundException");
    }

    #[test]
    fn two_policies_track_two_metrics() {
        let mut world = scaled();
        put(&mut world, &request(policy("cpu", PredefinedMetric::Cpu, 60.0))).unwrap();
        put(&mut world, &request(policy("memory", PredefinedMetric::Memory, 60.0))).unwrap();
        let again = request(policy("processor", PredefinedMetric::Cpu, 80.0));
        assert_eq!(put(&mut world, &again).unwrap_err().code(), "ValidationException");
    }

    #[test]
    fn requests_are_those_of_a_load_balancer_before_the_service() {
        let mut world = scaled();
        for label in ["front", "app/front/1/targetgroup/web/2"] {
            let metric = PredefinedMetric::RequestsPerTarget(Input::from(label));
            let error = put(&mut world, &request(policy("requests", metric, 900.0))).unwrap_err();
            assert_eq!(error.code(), "ValidationException", "{label}");
        }
    }
}
