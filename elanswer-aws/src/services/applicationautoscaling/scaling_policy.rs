//! `AWS::ApplicationAutoScaling::ScalingPolicy` over the SDK.
//!
//! <https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html>.
//! `DescribeScalingPolicies` shows the policies of one target.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_applicationautoscaling::{Client, types};
use elanswer_core::{
    Handler, Input, Place, Ref,
    executor::{Deletion, ErrorKind, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::applicationautoscaling::{
        Cooldown, PolicyArn, PolicyName, PredefinedMetric, ScalableDimension,
        ScalableTargetOutputs, ScalingPolicy, ScalingPolicyOutputs, ServiceNamespace,
        TargetTracking, TargetValue,
    },
};

use super::{SERVICE, failed, unbuilt, unknown};
use crate::{
    clients::Clients,
    error::{gone_is_fine, missing},
};

const NAMESPACE: types::ServiceNamespace = types::ServiceNamespace::Ecs;
const DIMENSION: types::ScalableDimension = types::ScalableDimension::EcsServiceDesiredCount;
const DESCRIBE: &str = "DescribeScalingPolicies";

/// Handles scaling policies over the SDK.
#[derive(Debug)]
pub struct ScalingPolicyHandler(Clients);

impl From<Clients> for ScalingPolicyHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

fn tracking(
    tracking: &TargetTracking,
) -> Result<types::TargetTrackingScalingPolicyConfiguration, ExecError> {
    let label = tracking.metric.resource_label().and_then(Input::known);
    let metric = types::PredefinedMetricSpecification::builder()
        .predefined_metric_type(tracking.metric.as_str().into())
        .set_resource_label(label.cloned())
        .build()
        .map_err(unbuilt)?;
    types::TargetTrackingScalingPolicyConfiguration::builder()
        .predefined_metric_specification(metric)
        .target_value(tracking.target_value.get())
        .scale_in_cooldown(tracking.scale_in_cooldown.get().cast_signed())
        .scale_out_cooldown(tracking.scale_out_cooldown.get().cast_signed())
        .disable_scale_in(tracking.disable_scale_in)
        .build()
        .map_err(unbuilt)
}

fn observed_tracking(
    tracking: &types::TargetTrackingScalingPolicyConfiguration,
) -> Result<TargetTracking, ExecError> {
    let metric = tracking
        .predefined_metric_specification()
        .ok_or_else(|| unknown(DESCRIBE, "a metric of its own"))?;
    let label =
        metric.resource_label().filter(|label| !label.is_empty()).map(Input::<String>::from);
    let metric = PredefinedMetric::of(metric.predefined_metric_type().as_str(), label);
    let value = TargetValue::new(tracking.target_value());
    let cooldown = |seconds: Option<i32>| Cooldown::new(seconds?.try_into().ok()?).ok();
    Ok(TargetTracking::builder()
        .metric(metric.map_err(|error| unknown(DESCRIBE, &error.to_string()))?)
        .target_value(value.map_err(|_| missing(SERVICE, DESCRIBE, "valid TargetValue"))?)
        .maybe_scale_in_cooldown(cooldown(tracking.scale_in_cooldown()))
        .maybe_scale_out_cooldown(cooldown(tracking.scale_out_cooldown()))
        .disable_scale_in(tracking.disable_scale_in().unwrap_or(false))
        .build())
}

fn observed(policy: &types::ScalingPolicy) -> Result<Observed<ScalingPolicy>, ExecError> {
    let lacks = |field| missing(SERVICE, DESCRIBE, field);
    let configuration = policy
        .target_tracking_scaling_policy_configuration()
        .ok_or_else(|| unknown(DESCRIBE, "a policy without target tracking"))?;
    let target = ScalableTargetOutputs::new(
        policy.resource_id(),
        ScalableDimension::EcsServiceDesiredCount,
        ServiceNamespace::Ecs,
    );
    let name = PolicyName::new(policy.policy_name()).map_err(|_| lacks("valid PolicyName"))?;
    let arn = PolicyArn::new(policy.policy_arn()).map_err(|_| lacks("valid PolicyARN"))?;
    let tracking = observed_tracking(configuration)?;
    let resource = ScalingPolicy::new(Ref::existing(target.id), name, tracking);
    Ok(Observed::ready(resource, ScalingPolicyOutputs { arn }))
}

/// The policies of a target that have these names, by their names. Not every server heeds the names.
async fn describe(
    client: &Client,
    resource_id: &str,
    names: Vec<String>,
) -> Result<BTreeMap<String, types::ScalingPolicy>, ExecError> {
    let call = client
        .describe_scaling_policies()
        .service_namespace(NAMESPACE)
        .scalable_dimension(DIMENSION)
        .resource_id(resource_id)
        .set_policy_names(Some(names));
    let found: Result<Vec<_>, _> = call.into_paginator().items().send().try_collect().await;
    let found = found.map_err(failed(DESCRIBE))?.into_iter();
    let found = found.filter(|policy| policy.resource_id() == resource_id);
    Ok(found.map(|policy| (policy.policy_name().to_owned(), policy)).collect())
}

fn parsed(arn: &str) -> Result<PolicyArn, ExecError> {
    PolicyArn::new(arn).map_err(|error| ExecError::new(ErrorKind::Internal, error.to_string()))
}

/// The resource id of the target of a policy.
fn resource_id(policy: &ScalingPolicy) -> &str {
    ScalableTargetOutputs::resource_id(policy.scaling_target.known().unwrap_or_default())
}

impl ScalingPolicyHandler {
    fn client(&self, place: &Place) -> Client {
        self.0.applicationautoscaling(place.region)
    }

    /// `PutScalingPolicy`: a repeat changes the policy.
    async fn put(
        &self,
        place: &Place,
        desired: &ScalingPolicy,
    ) -> Result<Observed<ScalingPolicy>, ExecError> {
        let answer = self
            .client(place)
            .put_scaling_policy()
            .policy_name(desired.policy_name.as_str())
            .policy_type(types::PolicyType::TargetTrackingScaling)
            .service_namespace(NAMESPACE)
            .resource_id(resource_id(desired))
            .scalable_dimension(DIMENSION)
            .target_tracking_scaling_policy_configuration(tracking(&desired.target_tracking)?)
            .send()
            .await
            .map_err(failed("PutScalingPolicy"))?;
        let arn = PolicyArn::new(answer.policy_arn())
            .map_err(|_| missing(SERVICE, "PutScalingPolicy", "valid PolicyARN"))?;
        Ok(Observed::ready(desired.clone(), ScalingPolicyOutputs { arn }))
    }
}

#[async_trait]
impl Handler<ScalingPolicy> for ScalingPolicyHandler {
    /// The policies of one target in one call.
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<ScalingPolicy>>, ExecError>> {
        let client = self.client(place);
        let arns: Vec<_> = identifiers.iter().map(|arn| parsed(arn)).collect();
        let mut by_target: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for arn in arns.iter().flatten() {
            let (target, name) = arn.parts();
            by_target.entry(target).or_default().push(name.to_owned());
        }
        let mut found = BTreeMap::new();
        for (target, names) in by_target {
            found.insert(target, describe(&client, target, names).await);
        }
        let answer = |arn: &Result<PolicyArn, ExecError>| {
            let (target, name) = arn.as_ref().map_err(Clone::clone)?.parts();
            match found.get(target) {
                Some(Ok(policies)) => policies.get(name).map(observed).transpose(),
                Some(Err(error)) => Err(error.clone()),
                None => Ok(None),
            }
        };
        arns.iter().map(answer).collect()
    }

    async fn create(
        &self,
        request: &Create<ScalingPolicy>,
    ) -> Result<Observed<ScalingPolicy>, ExecError> {
        self.put(&request.place, &request.desired).await
    }

    /// By target and name: policies have no tags.
    async fn find(
        &self,
        request: &Create<ScalingPolicy>,
    ) -> Result<Option<Observed<ScalingPolicy>>, ExecError> {
        let desired = &request.desired;
        let name = desired.policy_name.to_string();
        let client = self.client(&request.place);
        let found = describe(&client, resource_id(desired), vec![name.clone()]).await?;
        found.get(&name).map(observed).transpose()
    }

    async fn update(
        &self,
        request: &Update<ScalingPolicy>,
    ) -> Result<Observed<ScalingPolicy>, ExecError> {
        self.put(&request.place, &request.desired).await
    }

    async fn delete(&self, request: &Delete<ScalingPolicy>) -> Result<Deletion, ExecError> {
        let arn = parsed(&request.identifier)?;
        let (resource_id, name) = arn.parts();
        let call = self
            .client(&request.place)
            .delete_scaling_policy()
            .policy_name(name)
            .service_namespace(NAMESPACE)
            .resource_id(resource_id)
            .scalable_dimension(DIMENSION);
        gone_is_fine(call.send().await.map_err(failed("DeleteScalingPolicy")))?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use aws_smithy_types::DateTime;

    use super::*;

    const ARN: &str = "arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:1-2:resource/ecs/service/main/web:policyName/requests";

    fn policy() -> types::builders::ScalingPolicyBuilder {
        types::ScalingPolicy::builder()
            .policy_arn(ARN)
            .policy_name("requests")
            .service_namespace(NAMESPACE)
            .resource_id("service/main/web")
            .scalable_dimension(DIMENSION)
            .policy_type(types::PolicyType::TargetTrackingScaling)
            .creation_time(DateTime::from_secs(1))
    }

    #[test]
    fn a_description_is_what_was_asked_for() {
        let label = "app/front/1/targetgroup/web/2";
        let asked = ScalingPolicy::new(
            Ref::existing("service/main/web|ecs:service:DesiredCount|ecs"),
            PolicyName::literal("requests"),
            TargetTracking::builder()
                .metric(PredefinedMetric::RequestsPerTarget(Input::from(label)))
                .target_value(TargetValue::new(750.5).unwrap())
                .scale_out_cooldown(Cooldown::of::<30>())
                .disable_scale_in(true)
                .build(),
        );
        let sent = tracking(&asked.target_tracking).unwrap();
        assert_eq!(TargetValue::new(sent.target_value()), Ok(asked.target_tracking.target_value));
        let described = policy().target_tracking_scaling_policy_configuration(sent);
        let found = observed(&described.build().unwrap()).unwrap();
        assert_eq!((found.resource, found.outputs.arn.as_str()), (asked, ARN));
        assert!(observed(&policy().build().unwrap()).is_err());
    }
}
