//! `AWS::ApplicationAutoScaling::ScalableTarget` over the SDK.
//!
//! <https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html>.
//! `DescribeScalableTargets` shows many targets, `DescribeScheduledActions` the actions of one.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_applicationautoscaling::{Client, types};
use elanswer_core::{
    Handler, Place,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::applicationautoscaling::{
        Capacity, CapacityRange, ScalableTarget, ScalableTargetOutputs, Schedule, ScheduledAction,
        ScheduledActionName, SuspendedState, Timezone,
    },
};

use super::{SERVICE, failed, unknown};
use crate::{
    clients::Clients,
    error::{gone_is_fine, missing},
};

/// How many targets `DescribeScalableTargets` takes.
const PAGE: usize = 50;

const NAMESPACE: types::ServiceNamespace = types::ServiceNamespace::Ecs;
const DIMENSION: types::ScalableDimension = types::ScalableDimension::EcsServiceDesiredCount;

/// Handles scalable targets over the SDK.
#[derive(Debug)]
pub struct ScalableTargetHandler(Clients);

impl From<Clients> for ScalableTargetHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

fn capacity(count: i32) -> Option<Capacity> {
    Capacity::new(count.try_into().ok()?).ok()
}

fn suspended(state: SuspendedState) -> types::SuspendedState {
    types::SuspendedState::builder()
        .dynamic_scaling_in_suspended(state.dynamic_scaling_in_suspended)
        .dynamic_scaling_out_suspended(state.dynamic_scaling_out_suspended)
        .scheduled_scaling_suspended(state.scheduled_scaling_suspended)
        .build()
}

fn observed_suspended(state: &types::SuspendedState) -> SuspendedState {
    SuspendedState {
        dynamic_scaling_in_suspended: state.dynamic_scaling_in_suspended().unwrap_or(false),
        dynamic_scaling_out_suspended: state.dynamic_scaling_out_suspended().unwrap_or(false),
        scheduled_scaling_suspended: state.scheduled_scaling_suspended().unwrap_or(false),
    }
}

fn observed_action(action: &types::ScheduledAction) -> Result<ScheduledAction, ExecError> {
    let operation = "DescribeScheduledActions";
    let lacks = |field| missing(SERVICE, operation, field);
    let name = action.scheduled_action_name();
    let timezone = action.timezone().map(Timezone::new).transpose();
    let range = action.scalable_target_action().and_then(|range| {
        let (min, max) = (capacity(range.min_capacity()?)?, capacity(range.max_capacity()?)?);
        Some(CapacityRange::new(min, max))
    });
    Ok(ScheduledAction {
        scheduled_action_name: ScheduledActionName::new(name)
            .map_err(|_| lacks("valid ScheduledActionName"))?,
        schedule: Schedule::new(action.schedule()).map_err(|_| lacks("valid Schedule"))?,
        timezone: timezone.map_err(|_| lacks("valid Timezone"))?.unwrap_or_default(),
        range: range.ok_or_else(|| unknown(operation, "a scheduled action of one bound"))?,
    })
}

/// A described target. While there are scheduled actions, its range may be one of theirs.
fn observed(
    target: &types::ScalableTarget,
    actions: &[types::ScheduledAction],
) -> Result<Observed<ScalableTarget>, ExecError> {
    let lacks = |field| missing(SERVICE, "DescribeScalableTargets", field);
    let (min, max) = (target.min_capacity(), target.max_capacity());
    let actions: Vec<_> = actions.iter().map(observed_action).collect::<Result<_, _>>()?;
    let alone = actions.is_empty();
    let resource = ScalableTarget::builder()
        .resource_id(target.resource_id())
        .min_capacity(capacity(min).ok_or_else(|| lacks("valid MinCapacity"))?)
        .max_capacity(capacity(max).ok_or_else(|| lacks("valid MaxCapacity"))?)
        .scheduled_actions(actions)
        .suspended_state(target.suspended_state().map(observed_suspended).unwrap_or_default())
        .build();
    let outputs = resource.outputs();
    Ok(Observed::ready(resource, outputs)
        .unread_unless("MinCapacity", alone)
        .unread_unless("MaxCapacity", alone))
}

/// The targets of these resource ids, without their scheduled actions.
async fn describe(
    client: &Client,
    resource_ids: Vec<String>,
) -> Result<Vec<types::ScalableTarget>, ExecError> {
    let call = client.describe_scalable_targets().service_namespace(NAMESPACE);
    let call = call.scalable_dimension(DIMENSION).set_resource_ids(Some(resource_ids));
    let found = call.into_paginator().items().send().try_collect().await;
    found.map_err(failed("DescribeScalableTargets"))
}

/// A target with its scheduled actions.
async fn with_actions(
    client: &Client,
    target: types::ScalableTarget,
) -> Result<Option<Observed<ScalableTarget>>, ExecError> {
    let call = client.describe_scheduled_actions().service_namespace(NAMESPACE);
    let call = call.scalable_dimension(DIMENSION).resource_id(target.resource_id());
    let actions: Result<Vec<_>, _> = call.into_paginator().items().send().try_collect().await;
    observed(&target, &actions.map_err(failed("DescribeScheduledActions"))?).map(Some)
}

async fn put_action(
    client: &Client,
    resource_id: &str,
    action: &ScheduledAction,
) -> Result<(), ExecError> {
    let range = types::ScalableTargetAction::builder()
        .min_capacity(action.range.min_capacity.get().cast_signed())
        .max_capacity(action.range.max_capacity.get().cast_signed())
        .build();
    client
        .put_scheduled_action()
        .service_namespace(NAMESPACE)
        .resource_id(resource_id)
        .scalable_dimension(DIMENSION)
        .scheduled_action_name(action.scheduled_action_name.as_str())
        .schedule(action.schedule.as_str())
        .timezone(action.timezone.as_str())
        .scalable_target_action(range)
        .send()
        .await
        .map_err(failed("PutScheduledAction"))?;
    Ok(())
}

/// `RegisterScalableTarget`: a repeat changes the target.
async fn register(
    client: &Client,
    resource_id: &str,
    desired: &ScalableTarget,
) -> Result<(), ExecError> {
    client
        .register_scalable_target()
        .service_namespace(NAMESPACE)
        .resource_id(resource_id)
        .scalable_dimension(DIMENSION)
        .min_capacity(desired.min_capacity.get().cast_signed())
        .max_capacity(desired.max_capacity.get().cast_signed())
        .suspended_state(suspended(desired.suspended_state))
        .send()
        .await
        .map_err(failed("RegisterScalableTarget"))?;
    Ok(())
}

impl ScalableTargetHandler {
    fn client(&self, place: &Place) -> Client {
        self.0.applicationautoscaling(place.region)
    }
}

#[async_trait]
impl Handler<ScalableTarget> for ScalableTargetHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<ScalableTarget>>, ExecError>> {
        let client = self.client(place);
        let mut answers = BTreeMap::new();
        for page in identifiers.chunks(PAGE) {
            let resource_id = |id: &String| ScalableTargetOutputs::resource_id(id).to_owned();
            match describe(&client, page.iter().map(resource_id).collect()).await {
                Ok(found) => {
                    let client = &client;
                    let found = found.into_iter().map(|target| async move {
                        let resource_id = target.resource_id().to_owned();
                        (resource_id, with_actions(client, target).await)
                    });
                    answers.extend(futures_util::future::join_all(found).await);
                }
                Err(error) => {
                    answers.extend(page.iter().map(|id| (resource_id(id), Err(error.clone()))));
                }
            }
        }
        let answer = |id: &String| answers.remove(ScalableTargetOutputs::resource_id(id));
        identifiers.iter().map(answer).map(|answer| answer.unwrap_or(Ok(None))).collect()
    }

    async fn create(
        &self,
        request: &Create<ScalableTarget>,
    ) -> Result<Observed<ScalableTarget>, ExecError> {
        let (client, desired) = (self.client(&request.place), &request.desired);
        let outputs = desired.outputs();
        let resource_id = ScalableTargetOutputs::resource_id(&outputs.id);
        register(&client, resource_id, desired).await?;
        for action in &desired.scheduled_actions {
            let put = put_action(&client, resource_id, action).await;
            put.map_err(|error| error.with_identifier(&outputs.id))?;
        }
        Ok(Observed::ready(desired.clone(), outputs.clone()))
    }

    /// By what it is of: a service has one target.
    async fn find(
        &self,
        request: &Create<ScalableTarget>,
    ) -> Result<Option<Observed<ScalableTarget>>, ExecError> {
        let id = [request.desired.outputs().id];
        self.read(&request.place, &id).await.pop().unwrap_or(Ok(None))
    }

    async fn update(
        &self,
        request: &Update<ScalableTarget>,
    ) -> Result<Observed<ScalableTarget>, ExecError> {
        let client = self.client(&request.place);
        let resource_id = ScalableTargetOutputs::resource_id(&request.identifier);
        let (from, to) = (&request.current, &request.desired);
        if from.is_registered_by(to) {
            register(&client, resource_id, to).await?;
        }
        for action in from.actions_to_put(to) {
            put_action(&client, resource_id, action).await?;
        }
        for name in from.actions_to_delete(to) {
            let call = client
                .delete_scheduled_action()
                .service_namespace(NAMESPACE)
                .resource_id(resource_id)
                .scalable_dimension(DIMENSION)
                .scheduled_action_name(name.as_str());
            gone_is_fine(call.send().await.map_err(failed("DeleteScheduledAction")))?;
        }
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<ScalableTarget>) -> Result<Deletion, ExecError> {
        let call = self
            .client(&request.place)
            .deregister_scalable_target()
            .service_namespace(NAMESPACE)
            .resource_id(ScalableTargetOutputs::resource_id(&request.identifier))
            .scalable_dimension(DIMENSION);
        gone_is_fine(call.send().await.map_err(failed("DeregisterScalableTarget")))?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use aws_smithy_types::DateTime;

    use super::*;

    fn described() -> types::ScalableTarget {
        types::ScalableTarget::builder()
            .service_namespace(NAMESPACE)
            .resource_id("service/main/web")
            .scalable_dimension(DIMENSION)
            .min_capacity(2)
            .max_capacity(6)
            .role_arn("arn:aws:iam::123456789012:role/aws-service-role/ecs")
            .creation_time(DateTime::from_secs(1))
            .build()
            .unwrap()
    }

    fn action() -> types::builders::ScheduledActionBuilder {
        types::ScheduledAction::builder()
            .scheduled_action_name("morning")
            .scheduled_action_arn("arn")
            .service_namespace(NAMESPACE)
            .schedule("cron(0 8 * * ? *)")
            .resource_id("service/main/web")
            .creation_time(DateTime::from_secs(1))
    }

    #[test]
    fn a_description_is_the_target() {
        let found = observed(&described(), &[]).unwrap();
        assert_eq!(found.outputs.id, "service/main/web|ecs:service:DesiredCount|ecs");
        assert_eq!(found.resource.range().nearest(9), 6);
        assert_eq!(found.resource.suspended_state, SuspendedState::default());
        assert!(found.unread.is_empty());
    }

    #[test]
    fn a_range_that_the_clock_sets_is_not_read() {
        let range = types::ScalableTargetAction::builder().min_capacity(4).max_capacity(8).build();
        let whole = action().scalable_target_action(range).build().unwrap();
        let found = observed(&described(), &[whole]).unwrap();
        assert_eq!(found.unread, ["MinCapacity", "MaxCapacity"]);
        let actions: Vec<_> = found.resource.scheduled_actions.iter().collect();
        assert_eq!((actions[0].timezone.as_str(), actions[0].range.nearest(1)), ("UTC", 4));
        let half = types::ScalableTargetAction::builder().min_capacity(4).build();
        let half = action().scalable_target_action(half).build().unwrap();
        assert!(observed(&described(), &[half]).is_err());
    }
}
