//! `AWS::Events::Rule` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html>,
//! <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutTargets.html>,
//! <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RemoveTargets.html>,
//! <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeleteRule.html>. Quotas: 300 rules
//! in a Region, five targets of a rule, 2,048 characters of a pattern,
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html>.
//! As in AWS, targets need not exist, nor let EventBridge in.
//! Not modelled: events; other event buses than the default one.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place, Set,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::events::{Rule, RuleFault, RuleOutputs, Target},
};

use super::SERVICE;
use crate::{
    api::Api,
    world::{AwsError, World, arn},
};

/// The operations that set and remove tags.
const TAGGING: [&str; 2] = ["TagResource", "UntagResource"];

/// Handles rules in memory.
#[derive(Debug)]
pub struct RuleHandler(Api);

impl From<Api> for RuleHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

/// The ARN of the rule that a request is about.
fn arn_of(place: &Place, rule: &Rule) -> Result<String, AwsError> {
    let name = rule.name.as_ref().ok_or_else(|| {
        AwsError::invalid(
            "ValidationException",
            "1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null",
        )
    })?;
    Ok(arn(place, "events", &format!("rule/{name}")))
}

/// What `PutRule` refuses.
fn check_rule(world: &World, rule: &Rule) -> Result<(), AwsError> {
    for fault in rule.faults() {
        if matches!(fault, RuleFault::Pattern(_)) {
            let message = format!("Event pattern is not valid. Reason: {fault}");
            return Err(AwsError::invalid("InvalidEventPatternException", message));
        }
    }
    let length = rule.event_pattern.to_json().chars().count();
    let quota = "characters of an event pattern";
    world.quotas.check(quota, 2048, length.saturating_sub(1), "LimitExceededException")
}

/// What `PutTargets` refuses in the rule as it would be.
fn check_targets(world: &World, rule: &Rule) -> Result<(), AwsError> {
    for fault in rule.faults() {
        match fault {
            RuleFault::DuplicateTarget(_) | RuleFault::UndefinedPlaceholder { .. } => {
                return Err(AwsError::invalid("ValidationException", fault.to_string()));
            }
            _ => {}
        }
    }
    let used = rule.targets.len().saturating_sub(1);
    world.quotas.check("targets per rule", Rule::MAX_TARGETS, used, "LimitExceededException")
}

fn not_found(arn: &str) -> AwsError {
    let name = RuleOutputs::name(arn).unwrap_or(arn);
    let message = format!("Rule {name} does not exist on EventBus default.");
    AwsError::not_found("ResourceNotFoundException", message)
}

/// What is under the name of a rule that is to be made.
#[derive(Debug, PartialEq, Eq)]
enum Taken {
    /// Nothing.
    Free,
    /// What an earlier call of the same creation made.
    Ours,
    /// A rule of somebody else.
    Theirs,
}

/// `DescribeRule`, and `ListTagsForResource` when there is one.
fn taken(world: &World, request: &Create<Rule>) -> Result<Taken, AwsError> {
    let arn = arn_of(&request.place, &request.desired)?;
    Ok(match world.get::<Rule>(&request.place, &arn) {
        None => Taken::Free,
        Some(found) if request.ownership.owns(&found.tags) => Taken::Ours,
        Some(_) => Taken::Theirs,
    })
}

/// `PutRule` makes a rule without targets, or overwrites one but for its targets and tags.
fn put_rule(world: &mut World, request: &Create<Rule>) -> Result<Observed<Rule>, AwsError> {
    let (place, desired) = (&request.place, &request.desired);
    check_rule(world, desired)?;
    let arn = arn_of(place, desired)?;
    if world.get::<Rule>(place, &arn).is_some() {
        return overwrite(world, place, &arn, desired);
    }
    let used = world.all::<Rule>(place).count();
    world.quotas.check("rules per event bus", 300, used, "LimitExceededException")?;
    let bare = Rule { targets: Set::new(), ..desired.clone() };
    let request = Create { desired: bare, ..request.clone() };
    world.insert(&request, RuleOutputs { arn }, "", Duration::ZERO)
}

/// `PutRule` of a rule that is there.
fn overwrite(
    world: &mut World,
    place: &Place,
    arn: &str,
    desired: &Rule,
) -> Result<Observed<Rule>, AwsError> {
    check_rule(world, desired)?;
    world.get::<Rule>(place, arn).ok_or_else(|| not_found(arn))?;
    world.change::<Rule>(place, arn, "", Duration::ZERO, |it| {
        it.resource.description.clone_from(&desired.description);
        it.resource.event_pattern.clone_from(&desired.event_pattern);
        it.resource.state = desired.state;
    })
}

/// `PutTargets`: those of the same names are others from now on.
fn put_targets(
    world: &mut World,
    place: &Place,
    arn: &str,
    targets: &[Target],
) -> Result<Observed<Rule>, AwsError> {
    let found = world.get::<Rule>(place, arn).ok_or_else(|| not_found(arn))?;
    let mut rule = found.resource.clone();
    rule.targets.retain(|old| targets.iter().all(|new| new.id != old.id));
    rule.targets.extend(targets.iter().cloned());
    check_targets(world, &rule)?;
    world.change::<Rule>(place, arn, "", Duration::ZERO, |it| it.resource.targets = rule.targets)
}

/// `RemoveTargets`.
fn remove_targets(
    world: &mut World,
    place: &Place,
    arn: &str,
    gone: impl Fn(&Target) -> bool,
) -> Result<(), AwsError> {
    world.get::<Rule>(place, arn).ok_or_else(|| not_found(arn))?;
    world
        .change::<Rule>(place, arn, "", Duration::ZERO, |it| {
            it.resource.targets.retain(|it| !gone(it))
        })
        .map(drop)
}

/// `DeleteRule`: one that is not there is deleted already.
fn delete_rule(world: &mut World, place: &Place, arn: &str) -> Result<(), AwsError> {
    let targets = world.get::<Rule>(place, arn).is_some_and(|it| !it.resource.targets.is_empty());
    if targets {
        let message = "Rule can't be deleted since it has targets.";
        return Err(AwsError::invalid("ValidationException", message));
    }
    world.remove::<Rule>(place, arn, Duration::ZERO);
    Ok(())
}

impl RuleHandler {
    /// Refuses to overwrite what somebody else made.
    async fn claim(&self, request: &Create<Rule>) -> Result<(), ExecError> {
        let place = &request.place;
        let what =
            self.0.call(SERVICE, "DescribeRule", place, |world| taken(world, request)).await?;
        if what == Taken::Free {
            return Ok(());
        }
        self.0
            .call(SERVICE, "ListTagsForResource", place, |world| {
                if taken(world, request)? == Taken::Theirs {
                    let message = "a rule of this name is there, and not of this resource";
                    return Err(AwsError::conflict("ResourceAlreadyExistsException", message));
                }
                Ok(())
            })
            .await
    }

    async fn put_targets(
        &self,
        place: &Place,
        arn: &str,
        targets: &[Target],
    ) -> Result<(), ExecError> {
        if targets.is_empty() {
            return Ok(());
        }
        let put = self.0.call(SERVICE, "PutTargets", place, |world| {
            put_targets(world, place, arn, targets).map(drop)
        });
        put.await
    }
}

#[async_trait]
impl Handler<Rule> for RuleHandler {
    /// One rule at a time.
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<Rule>>, ExecError>> {
        let mut answers = Vec::with_capacity(identifiers.len());
        for id in identifiers.chunks(1) {
            answers.extend(self.0.read(SERVICE, "DescribeRule", place, id).await);
        }
        answers
    }

    async fn create(&self, request: &Create<Rule>) -> Result<Observed<Rule>, ExecError> {
        let place = &request.place;
        self.claim(request).await?;
        let mut made =
            self.0.call(SERVICE, "PutRule", place, |world| put_rule(world, request)).await?;
        let targets: Vec<Target> = request.desired.targets.iter().cloned().collect();
        let put = self.put_targets(place, &made.outputs.arn, &targets).await;
        put.map_err(|error| error.with_identifier(&made.outputs.arn))?;
        made.resource = request.desired.clone();
        Ok(made)
    }

    async fn find(&self, request: &Create<Rule>) -> Result<Option<Observed<Rule>>, ExecError> {
        self.0.find_owned(SERVICE, "DescribeRule", request).await
    }

    async fn update(&self, request: &Update<Rule>) -> Result<Observed<Rule>, ExecError> {
        let (place, arn) = (&request.place, &request.identifier);
        let (current, desired) = (&request.current, &request.desired);
        if desired.puts_rule(current) {
            self.0
                .call(SERVICE, "PutRule", place, |world| overwrite(world, place, arn, desired))
                .await?;
        }
        let gone: Vec<&Target> = desired.targets_to_remove(current).collect();
        if !gone.is_empty() {
            self.0
                .call(SERVICE, "RemoveTargets", place, |world| {
                    remove_targets(world, place, arn, |it| gone.iter().any(|old| old.id == it.id))
                })
                .await?;
        }
        let targets: Vec<Target> = desired.targets_to_put(current).cloned().collect();
        self.put_targets(place, arn, &targets).await?;
        self.0.retag(SERVICE, TAGGING, request).await?;
        Ok(self.0.after(request))
    }

    async fn delete(&self, request: &Delete<Rule>) -> Result<Deletion, ExecError> {
        let (place, arn) = (&request.place, &request.identifier);
        let targets = self
            .0
            .call(SERVICE, "ListTargetsByRule", place, |world| {
                Ok(world.get::<Rule>(place, arn).map(|it| it.resource.targets.len()))
            })
            .await?;
        if targets.is_some_and(|count| count > 0) {
            self.0
                .call(SERVICE, "RemoveTargets", place, |world| {
                    remove_targets(world, place, arn, |_| true)
                })
                .await?;
        }
        self.0.call(SERVICE, "DeleteRule", place, |world| delete_rule(world, place, arn)).await?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::{
        Region, ResourceId, Secrets,
        services::{
            events::{EventPattern, InputTransformer, RuleName, TargetId},
            sns::TopicArn,
        },
        tags::Ownership,
    };

    use super::*;
    use crate::world::Quotas;

    const PLACE: Place = Place::new(Region::UsEast1);
    const ARN: &str = "arn:aws:events:us-east-1:123456789012:rule/fails";
    const TOPIC: TopicArn = TopicArn::literal("arn:aws:sns:us-east-1:123456789012:alarms");

    fn target(id: &str) -> Target {
        Target::topic(TargetId::new(id).unwrap(), TOPIC)
    }

    fn request(pattern: EventPattern) -> Create<Rule> {
        let rule = Rule::builder()
            .name(RuleName::literal("fails"))
            .event_pattern(pattern)
            .targets([target("alarms")]);
        Create {
            place: PLACE,
            desired: rule.build(),
            ownership: Ownership {
                stack: "shop".to_owned(),
                resource: ResourceId::new("rule").unwrap(),
                incarnation: 1,
            },
            token: String::new(),
            secrets: Secrets::default(),
        }
    }

    fn world() -> World {
        let mut world = World::new(7, Quotas::new());
        world.register::<Rule>();
        world
    }

    #[test]
    fn a_pattern_is_one_that_can_match() {
        let mut world = world();
        let error = put_rule(&mut world, &request(EventPattern::default())).unwrap_err();
        assert_eq!(error.code(), "InvalidEventPatternException");
        let long = EventPattern::of_source("x".repeat(2100));
        let error = put_rule(&mut world, &request(long)).unwrap_err();
        assert_eq!(error.code(), "LimitExceededException");
        let made = put_rule(&mut world, &request(EventPattern::pipeline_failures())).unwrap();
        assert_eq!((made.outputs.arn.as_str(), made.resource.targets.len()), (ARN, 0));
    }

    #[test]
    fn a_rule_goes_after_its_targets() {
        let mut world = world();
        put_rule(&mut world, &request(EventPattern::pipeline_failures())).unwrap();
        put_targets(&mut world, &PLACE, ARN, &[target("a"), target("b")]).unwrap();
        let text = InputTransformer::text("<what>").unwrap();
        let undefined = [target("a").transformed(text)];
        let error = put_targets(&mut world, &PLACE, ARN, &undefined).unwrap_err();
        assert_eq!(error.code(), "ValidationException");
        let error = delete_rule(&mut world, &PLACE, ARN).unwrap_err();
        assert_eq!(error.code(), "ValidationException");
        let many = ["c", "d", "e", "f"].map(target);
        let error = put_targets(&mut world, &PLACE, ARN, &many).unwrap_err();
        assert_eq!(error.code(), "LimitExceededException");
        remove_targets(&mut world, &PLACE, ARN, |_| true).unwrap();
        delete_rule(&mut world, &PLACE, ARN).unwrap();
        delete_rule(&mut world, &PLACE, ARN).unwrap();
        let error = put_targets(&mut world, &PLACE, ARN, &many).unwrap_err();
        assert_eq!(error.code(), "ResourceNotFoundException");
    }

    #[test]
    fn what_somebody_else_made_is_not_overwritten() {
        let mut world = world();
        let ours = request(EventPattern::pipeline_failures());
        assert_eq!(taken(&world, &ours).unwrap(), Taken::Free);
        put_rule(&mut world, &ours).unwrap();
        assert_eq!(taken(&world, &ours).unwrap(), Taken::Ours);
        let mut theirs = ours;
        theirs.ownership.stack = "other".to_owned();
        assert_eq!(taken(&world, &theirs).unwrap(), Taken::Theirs);
    }
}
