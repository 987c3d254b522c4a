//! `AWS::ElasticLoadBalancingV2::ListenerRule` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html>,
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html>.
//! A repeated `CreateRule` is refused, as AWS documents no idempotency for it.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::elbv2::{Listener, ListenerRule, ListenerRuleOutputs},
};

use super::{Describe, SERVICE, action, arn_within, find, listener, read};
use crate::{
    api::Api,
    world::{AwsError, World},
};

/// Handles listener rules in memory.
#[derive(Debug)]
pub struct ListenerRuleHandler(Api);

impl From<Api> for ListenerRuleHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

const DESCRIBE: Describe = Describe { objects: "DescribeRules", attributes: None, tags: false };

fn create_rule(
    world: &mut World,
    request: &Create<ListenerRule>,
) -> Result<Observed<ListenerRule>, AwsError> {
    let (place, desired) = (&request.place, &request.desired);
    check(world, place, desired)?;
    check_priority(world, place, "", desired)?;
    let listener = desired.listener.known().unwrap_or_default();
    let load_balancer = listener::require(world, place, listener)?.resource.load_balancer.clone();
    let used = world
        .all::<ListenerRule>(place)
        .filter_map(|(_, rule)| world.get::<Listener>(place, rule.resource.listener.known()?))
        .filter(|other| other.resource.load_balancer == load_balancer)
        .count();
    world.quotas.check("rules per application load balancer", 100, used, "TooManyRules")?;
    let rule_arn = arn_within(world, place, "listener-rule", listener);
    let outputs = ListenerRuleOutputs { rule_arn, is_default: false };
    world.insert(request, outputs, "", Duration::ZERO)
}

fn check(world: &World, place: &Place, wanted: &ListenerRule) -> Result<(), AwsError> {
    let listener = listener::require(world, place, wanted.listener.known().unwrap_or_default())?;
    let refused = |message: &str| Err(AwsError::invalid("ValidationError", message));
    if wanted.conditions.is_empty() {
        return refused("A condition must be specified");
    }
    if wanted.conditions.len() > 5 {
        return refused("A rule can only have '5' condition values");
    }
    if wanted.conditions.wildcards() > 5 {
        return refused("A rule can only have '5' condition wildcards");
    }
    let load_balancer = listener.resource.load_balancer.known().unwrap_or_default();
    let protocol = listener.resource.protocol.protocol();
    action::check(world, place, load_balancer, protocol, &wanted.action)
}

fn check_priority(
    world: &World,
    place: &Place,
    identifier: &str,
    wanted: &ListenerRule,
) -> Result<(), AwsError> {
    let taken = world.all::<ListenerRule>(place).any(|(id, rule)| {
        let rule = &rule.resource;
        id != identifier && rule.listener == wanted.listener && rule.priority == wanted.priority
    });
    if taken {
        let message = format!("Priority '{}' is currently in use", wanted.priority);
        return Err(AwsError::conflict("PriorityInUse", message));
    }
    Ok(())
}

fn change(
    world: &mut World,
    place: &Place,
    identifier: &str,
    f: impl FnOnce(&mut ListenerRule),
) -> Result<(), AwsError> {
    if world.get::<ListenerRule>(place, identifier).is_none() {
        let message = format!("Rule '{identifier}' not found");
        return Err(AwsError::not_found("RuleNotFound", message));
    }
    world
        .change::<ListenerRule>(place, identifier, "", Duration::ZERO, |object| {
            f(&mut object.resource);
        })
        .map(drop)
}

#[async_trait]
impl Handler<ListenerRule> for ListenerRuleHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<ListenerRule>>, ExecError>> {
        read(&self.0, &DESCRIBE, place, identifiers).await
    }

    async fn create(
        &self,
        request: &Create<ListenerRule>,
    ) -> Result<Observed<ListenerRule>, ExecError> {
        self.0
            .call(SERVICE, "CreateRule", &request.place, |world| create_rule(world, request))
            .await
    }

    async fn find(
        &self,
        request: &Create<ListenerRule>,
    ) -> Result<Option<Observed<ListenerRule>>, ExecError> {
        find(&self.0, &DESCRIBE, request).await
    }

    async fn update(
        &self,
        request: &Update<ListenerRule>,
    ) -> Result<Observed<ListenerRule>, ExecError> {
        let (place, id) = (&request.place, &request.identifier);
        let (from, to) = (&request.current, &request.desired);
        if from.conditions != to.conditions || from.action != to.action {
            self.0
                .call(SERVICE, "ModifyRule", place, |world| {
                    check(world, place, to)?;
                    change(world, place, id, |it| {
                        it.conditions.clone_from(&to.conditions);
                        it.action.clone_from(&to.action);
                    })
                })
                .await?;
        }
        if from.priority != to.priority {
            self.0
                .call(SERVICE, "SetRulePriorities", place, |world| {
                    check_priority(world, place, id, to)?;
                    change(world, place, id, |it| it.priority = to.priority)
                })
                .await?;
        }
        Ok(self.0.after(request))
    }

    async fn delete(&self, request: &Delete<ListenerRule>) -> Result<Deletion, ExecError> {
        let place = &request.place;
        self.0
            .call(SERVICE, "DeleteRule", place, |world| {
                world.remove::<ListenerRule>(place, &request.identifier, Duration::ZERO);
                Ok(())
            })
            .await?;
        Ok(Deletion::Gone)
    }
}
