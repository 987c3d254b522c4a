//! `AWS::ApplicationAutoScaling::ScalableTarget` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html>,
//! <https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScheduledAction.html>,
//! <https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DeregisterScalableTarget.html>.
//! A service outside of the range that is registered gets as many tasks as bring it inside. To
//! deregister a target deletes its policies and scheduled actions. Quotas: 3,000 targets per Region,
//! 200 scheduled actions each,
//! <https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-quotas.html>.
//! Not modelled: the schedules themselves and what they make of the range, the tags of targets, that
//! a target goes when its service is gone.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::{
        applicationautoscaling::{
            CapacityRange, ScalableTarget, ScalableTargetOutputs, ScalingPolicy, ScheduledAction,
            ScheduledActionName,
        },
        ecs::Service,
    },
};

use super::{SERVICE, gone_is_fine, no_target, refused};
use crate::{
    api::Api,
    world::{AwsError, World, arn},
};

/// How many targets `DescribeScalableTargets` takes.
const PAGE: usize = 50;

/// Handles scalable targets in memory.
#[derive(Debug)]
pub struct ScalableTargetHandler(Api);

impl From<Api> for ScalableTargetHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

fn holds_something(range: CapacityRange) -> Result<(), AwsError> {
    if range.is_empty() {
        return Err(refused("Maximum capacity cannot be less than minimum capacity"));
    }
    Ok(())
}

/// `RegisterScalableTarget`: a repeat changes the target.
fn register(world: &mut World, request: &Create<ScalableTarget>) -> Result<(), AwsError> {
    let (place, desired) = (&request.place, &request.desired);
    let outputs = desired.outputs();
    let resource_id = ScalableTargetOutputs::resource_id(&outputs.id).to_owned();
    let service = arn(place, "ecs", &resource_id);
    if world.get::<Service>(place, &service).is_none() {
        return Err(AwsError::not_found(
            "ValidationException",
            format!("ECS service doesn't exist: {resource_id}"),
        ));
    }
    holds_something(desired.range())?;
    let id = outputs.id.clone();
    if world.get::<ScalableTarget>(place, &id).is_some() {
        world.change::<ScalableTarget>(place, &id, "", Duration::ZERO, |object| {
            let actions = std::mem::take(&mut object.resource.scheduled_actions);
            object.resource = ScalableTarget { scheduled_actions: actions, ..desired.clone() };
        })?;
    } else {
        let used = world.all::<ScalableTarget>(place).count();
        world.quotas.check("scalable targets", 3_000, used, "LimitExceededException")?;
        let alone = ScalableTarget { scheduled_actions: [].into(), ..desired.clone() };
        let made = Create { desired: alone, ..request.clone() };
        world.insert(&made, outputs, "", Duration::ZERO)?;
    }
    bring_into(world, place, &service, desired.range())
}

/// Moves the desired count of a service into a range.
fn bring_into(
    world: &mut World,
    place: &Place,
    service: &str,
    range: CapacityRange,
) -> Result<(), AwsError> {
    let Some(found) = world.get::<Service>(place, service) else { return Ok(()) };
    let count = found.resource.desired_count.unwrap_or(1);
    let moved = range.nearest(count);
    if moved == count {
        return Ok(());
    }
    // No deployment begins: its tasks start beside those that run.
    world
        .change::<Service>(place, service, "", Duration::ZERO, |object| {
            object.resource.desired_count = Some(moved);
        })
        .map(drop)
}

/// The same as `RegisterScalableTarget` of a target that exists.
fn register_again(world: &mut World, request: &Update<ScalableTarget>) -> Result<(), AwsError> {
    let create = Create {
        place: request.place.clone(),
        desired: request.desired.clone(),
        ownership: request.ownership.clone(),
        token: request.token.clone(),
        secrets: request.secrets.clone(),
    };
    register(world, &create)
}

/// `PutScheduledAction`: in the place of one of the same name.
fn put_scheduled_action(
    world: &mut World,
    place: &Place,
    id: &str,
    action: &ScheduledAction,
) -> Result<(), AwsError> {
    let target = world
        .get::<ScalableTarget>(place, id)
        .ok_or_else(|| no_target(ScalableTargetOutputs::resource_id(id)))?;
    holds_something(action.range)?;
    let others = target.resource.scheduled_actions.iter();
    let name = &action.scheduled_action_name;
    let others = others.filter(|other| other.scheduled_action_name != *name).count();
    world.quotas.check("scheduled actions per target", 200, others, "LimitExceededException")?;
    world
        .change::<ScalableTarget>(place, id, "", Duration::ZERO, |object| {
            let actions = &mut object.resource.scheduled_actions;
            actions.retain(|other| other.scheduled_action_name != *name);
            actions.insert(action.clone());
        })
        .map(drop)
}

/// `DeleteScheduledAction`.
fn delete_scheduled_action(
    world: &mut World,
    place: &Place,
    id: &str,
    name: &ScheduledActionName,
) -> Result<(), AwsError> {
    let target = world.get::<ScalableTarget>(place, id);
    let has = target.is_some_and(|target| {
        let mut actions = target.resource.scheduled_actions.iter();
        actions.any(|action| action.scheduled_action_name == *name)
    });
    if !has {
        let message = format!("No scheduled action found: {name}");
        return Err(AwsError::not_found("ObjectNotFoundException", message));
    }
    world
        .change::<ScalableTarget>(place, id, "", Duration::ZERO, |object| {
            object.resource.scheduled_actions.retain(|it| it.scheduled_action_name != *name);
        })
        .map(drop)
}

/// `DeregisterScalableTarget`, with the policies of the target.
fn deregister(world: &mut World, place: &Place, id: &str) -> Result<(), AwsError> {
    if world.get::<ScalableTarget>(place, id).is_none() {
        return Err(no_target(ScalableTargetOutputs::resource_id(id)));
    }
    let policies: Vec<String> = world
        .all::<ScalingPolicy>(place)
        .filter(|(_, policy)| policy.resource.scaling_target.known() == Some(id))
        .map(|(arn, _)| arn.to_owned())
        .collect();
    for policy in policies {
        world.remove::<ScalingPolicy>(place, &policy, Duration::ZERO);
    }
    world.remove::<ScalableTarget>(place, id, Duration::ZERO);
    Ok(())
}

impl ScalableTargetHandler {
    /// A target with its scheduled actions, which `DescribeScheduledActions` shows. While there are
    /// any, the range may be one of theirs.
    async fn with_actions(
        &self,
        place: &Place,
        id: &str,
        target: Observed<ScalableTarget>,
    ) -> Result<Option<Observed<ScalableTarget>>, ExecError> {
        let actions = self
            .0
            .call(SERVICE, "DescribeScheduledActions", place, |world| {
                let target = world.look::<ScalableTarget>(place, id);
                Ok(target.map(|it| it.resource.scheduled_actions.clone()).unwrap_or_default())
            })
            .await?;
        let alone = actions.is_empty();
        let resource = ScalableTarget { scheduled_actions: actions, ..target.resource.clone() };
        let target = Observed { resource, ..target };
        Ok(Some(target.unread_unless("MinCapacity", alone).unread_unless("MaxCapacity", alone)))
    }

    async fn put_action(
        &self,
        place: &Place,
        id: &str,
        action: &ScheduledAction,
    ) -> Result<(), ExecError> {
        self.0
            .call(SERVICE, "PutScheduledAction", place, |world| {
                put_scheduled_action(world, place, id, action)
            })
            .await
    }
}

#[async_trait]
impl Handler<ScalableTarget> for ScalableTargetHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<ScalableTarget>>, ExecError>> {
        let mut answers = Vec::with_capacity(identifiers.len());
        for page in identifiers.chunks(PAGE) {
            let found = self.0.read(SERVICE, "DescribeScalableTargets", place, page).await;
            for (id, answer) in page.iter().zip(found) {
                answers.push(match answer {
                    Ok(Some(target)) => self.with_actions(place, id, target).await,
                    other => other,
                });
            }
        }
        answers
    }

    async fn create(
        &self,
        request: &Create<ScalableTarget>,
    ) -> Result<Observed<ScalableTarget>, ExecError> {
        let (place, desired) = (&request.place, &request.desired);
        self.0
            .call(SERVICE, "RegisterScalableTarget", place, |world| register(world, request))
            .await?;
        let outputs = desired.outputs();
        for action in &desired.scheduled_actions {
            let put = self.put_action(place, &outputs.id, action).await;
            put.map_err(|error| error.with_identifier(&outputs.id))?;
        }
        Ok(Observed::ready(desired.clone(), outputs))
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
        let (place, id) = (&request.place, &request.identifier);
        let (from, to) = (&request.current, &request.desired);
        if from.is_registered_by(to) {
            self.0
                .call(SERVICE, "RegisterScalableTarget", place, |world| {
                    register_again(world, request)
                })
                .await?;
        }
        for action in from.actions_to_put(to) {
            self.put_action(place, id, action).await?;
        }
        for name in from.actions_to_delete(to) {
            let deleted = self
                .0
                .call(SERVICE, "DeleteScheduledAction", place, |world| {
                    delete_scheduled_action(world, place, id, name)
                })
                .await;
            gone_is_fine(deleted)?;
        }
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<ScalableTarget>) -> Result<Deletion, ExecError> {
        let (place, id) = (&request.place, &request.identifier);
        let gone = self
            .0
            .call(SERVICE, "DeregisterScalableTarget", place, |world| deregister(world, place, id))
            .await;
        gone_is_fine(gone)?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::services::applicationautoscaling::{Capacity, Schedule};

    use super::*;
    use crate::services::applicationautoscaling::testing::{PLACE, request, target, tasks, world};

    const ID: &str = "service/main/web|ecs:service:DesiredCount|ecs";

    fn action(name: &'static str, min: u32, max: u32) -> ScheduledAction {
        let capacity = |count| Capacity::new(count).unwrap();
        ScheduledAction::builder()
            .scheduled_action_name(ScheduledActionName::literal(name))
            .schedule(Schedule::literal("rate(1 day)"))
            .range(CapacityRange::new(capacity(min), capacity(max)))
            .build()
    }

    fn actions(world: &World) -> Vec<&str> {
        let target = world.get::<ScalableTarget>(&PLACE, ID).unwrap();
        let actions = target.resource.scheduled_actions.iter();
        actions.map(|action| action.scheduled_action_name.as_str()).collect()
    }

    #[test]
    fn a_service_comes_into_the_range() {
        for (before, after) in [(1, 2), (3, 3), (9, 6), (0, 2)] {
            let mut world = world(before);
            register(&mut world, &request(target(2, 6))).unwrap();
            assert_eq!(tasks(&world), Some(after), "{before}");
        }
        let mut world = world(3);
        register(&mut world, &request(target(2, 6))).unwrap();
        register(&mut world, &request(target(5, 6))).unwrap();
        assert_eq!(tasks(&world), Some(5));
    }

    #[test]
    fn a_target_is_of_a_service_and_holds_something() {
        let mut world = world(1);
        let mut elsewhere = target(1, 2);
        elsewhere.resource_id = "service/main/api".into();
        let error = register(&mut world, &request(elsewhere)).unwrap_err();
        assert_eq!(error.code(), "ValidationException");
        let error = register(&mut world, &request(target(2, 1))).unwrap_err();
        assert_eq!(error.code(), "ValidationException");
        assert_eq!(tasks(&world), Some(1));
    }

    #[test]
    fn an_action_takes_the_place_of_one_of_its_name() {
        let mut world = world(2);
        let put = |world: &mut World, action| put_scheduled_action(world, &PLACE, ID, &action);
        let error = put(&mut world, action("day", 4, 8)).unwrap_err();
        assert_eq!(error.code(), "ObjectNotFoundException");
        register(&mut world, &request(target(2, 6))).unwrap();
        put(&mut world, action("day", 4, 8)).unwrap();
        put(&mut world, action("day", 5, 8)).unwrap();
        put(&mut world, action("night", 1, 2)).unwrap();
        assert_eq!(actions(&world), ["day", "night"]);
        assert_eq!(
            put(&mut world, action("noon", 4, 3)).unwrap_err().code(),
            "ValidationException"
        );
        // To register again keeps them.
        register(&mut world, &request(target(2, 7))).unwrap();
        let night = ScheduledActionName::literal("night");
        delete_scheduled_action(&mut world, &PLACE, ID, &night).unwrap();
        let gone = delete_scheduled_action(&mut world, &PLACE, ID, &night).unwrap_err();
        assert_eq!((gone.code(), actions(&world)), ("ObjectNotFoundException", vec!["day"]));
        deregister(&mut world, &PLACE, ID).unwrap();
        let gone = deregister(&mut world, &PLACE, ID).unwrap_err();
        assert_eq!(gone.code(), "ObjectNotFoundException");
    }
}
