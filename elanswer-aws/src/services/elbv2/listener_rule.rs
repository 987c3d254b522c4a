//! `AWS::ElasticLoadBalancingV2::ListenerRule` over the SDK.
//!
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html>.
//! AWS does not say which listener a rule belongs to; the ARN of the rule does.

use std::str::FromStr;

use async_trait::async_trait;
use aws_sdk_elasticloadbalancingv2::{
    Client,
    types::{
        self, HostHeaderConditionConfig, PathPatternConditionConfig, RuleCondition,
        RulePriorityPair,
    },
};
use elanswer_core::{
    Handler, Place, Ref,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::elbv2::{Conditions, ListenerRule, ListenerRuleOutputs},
};

use super::{
    SERVICE, action, failed, foreign, gone_is_fine, int, none_if_gone, owns, read_all, to_sdk,
};
use crate::{clients::Clients, error::missing};

/// Handles listener rules over the SDK.
#[derive(Debug)]
pub struct ListenerRuleHandler(Clients);

impl From<Clients> for ListenerRuleHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

const DESCRIBE: &str = "DescribeRules";

fn observed(described: &types::Rule) -> Result<Observed<ListenerRule>, ExecError> {
    let lacks = |field| missing(SERVICE, DESCRIBE, field);
    let arn = described.rule_arn().ok_or_else(|| lacks("RuleArn"))?;
    let listener = listener_of(arn).ok_or_else(|| foreign(DESCRIBE, format_args!("`{arn}`")))?;
    let priority = described.priority().ok_or_else(|| lacks("Priority"))?;
    let resource = ListenerRule::builder()
        .listener(Ref::existing(listener))
        .priority(priority.parse().map_err(|error| foreign(DESCRIBE, error))?)
        .conditions(conditions(described.conditions())?)
        .action(action::from_sdk(DESCRIBE, described.actions())?)
        .build();
    let outputs = ListenerRuleOutputs {
        rule_arn: arn.to_owned(),
        is_default: described.is_default().unwrap_or_default(),
    };
    Ok(Observed::ready(resource, outputs))
}

/// `…:listener-rule/app/front/1/2/3` is of `…:listener/app/front/1/2`.
fn listener_of(arn: &str) -> Option<String> {
    let (prefix, path) = arn.split_once(":listener-rule/")?;
    let (listener, _) = path.rsplit_once('/')?;
    Some(format!("{prefix}:listener/{listener}"))
}

fn conditions(described: &[RuleCondition]) -> Result<Conditions, ExecError> {
    let mut conditions = Conditions::path([]);
    for condition in described {
        let hosts = condition.host_header_config().map(HostHeaderConditionConfig::values);
        let paths = condition.path_pattern_config().map(PathPatternConditionConfig::values);
        match condition.field() {
            Some("host-header") => {
                conditions.host_header.extend(patterns(hosts.unwrap_or(condition.values()))?);
            }
            Some("path-pattern") => {
                conditions.path_pattern.extend(patterns(paths.unwrap_or(condition.values()))?);
            }
            other => return Err(foreign(DESCRIBE, format_args!("a condition on {other:?}"))),
        }
    }
    Ok(conditions)
}

fn patterns<T: FromStr<Err: std::fmt::Display>>(values: &[String]) -> Result<Vec<T>, ExecError> {
    let parsed = values.iter().map(|text| text.parse().map_err(|error| foreign(DESCRIBE, error)));
    parsed.collect()
}

/// The conditions of a create or modify call.
fn conditions_to_sdk(conditions: &Conditions) -> Vec<RuleCondition> {
    let mut all = Vec::new();
    if !conditions.host_header.is_empty() {
        let values = conditions.host_header.iter().map(ToString::to_string).collect();
        let config = HostHeaderConditionConfig::builder().set_values(Some(values)).build();
        all.push(RuleCondition::builder().field("host-header").host_header_config(config).build());
    }
    if !conditions.path_pattern.is_empty() {
        let values = conditions.path_pattern.iter().map(ToString::to_string).collect();
        let config = PathPatternConditionConfig::builder().set_values(Some(values)).build();
        all.push(
            RuleCondition::builder().field("path-pattern").path_pattern_config(config).build(),
        );
    }
    all
}

/// Describes the rules of these ARNs.
async fn describe(
    client: &Client,
    arns: Vec<String>,
) -> Result<Vec<(String, Observed<ListenerRule>)>, ExecError> {
    let call = client.describe_rules().set_rule_arns(Some(arns));
    let pages = call.into_paginator().items().send();
    let described: Vec<_> = pages.try_collect().await.map_err(failed(DESCRIBE))?;
    let rules = described.iter().map(observed);
    rules.map(|rule| rule.map(|rule| (rule.outputs.rule_arn.clone(), rule))).collect()
}

#[async_trait]
impl Handler<ListenerRule> for ListenerRuleHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<ListenerRule>>, ExecError>> {
        let client = self.0.elbv2(place.region);
        read_all(identifiers, |page| describe(&client, page)).await
    }

    async fn create(
        &self,
        request: &Create<ListenerRule>,
    ) -> Result<Observed<ListenerRule>, ExecError> {
        let (client, desired) = (self.0.elbv2(request.place.region), &request.desired);
        let answer = client
            .create_rule()
            .set_listener_arn(desired.listener.known().map(str::to_owned))
            .priority(int(desired.priority))
            .set_conditions(Some(conditions_to_sdk(&desired.conditions)))
            .set_actions(Some(action::to_sdk("CreateRule", &desired.action)?))
            .set_tags(Some(to_sdk(&request.tags())))
            .send()
            .await
            .map_err(failed("CreateRule"))?;
        let arn = answer.rules().first().and_then(types::Rule::rule_arn);
        let arn = arn.ok_or_else(|| missing(SERVICE, "CreateRule", "RuleArn"))?;
        let outputs = ListenerRuleOutputs { rule_arn: arn.to_owned(), is_default: false };
        Ok(Observed::ready(desired.clone(), outputs))
    }

    /// A listener has one rule of a priority; whose it is, its tags say.
    async fn find(
        &self,
        request: &Create<ListenerRule>,
    ) -> Result<Option<Observed<ListenerRule>>, ExecError> {
        let client = self.0.elbv2(request.place.region);
        let call = client.describe_rules();
        let call = call.set_listener_arn(request.desired.listener.known().map(str::to_owned));
        let pages = call.into_paginator().items().send();
        let all: Result<Vec<_>, _> = pages.try_collect().await.map_err(failed(DESCRIBE));
        let all = none_if_gone(all.map(Some))?.unwrap_or_default();
        let priority = request.desired.priority.to_string();
        let Some(rule) = all.iter().find(|rule| rule.priority() == Some(&priority)) else {
            return Ok(None);
        };
        if owns(&client, request, rule.rule_arn().unwrap_or_default()).await? {
            observed(rule).map(Some)
        } else {
            Ok(None)
        }
    }

    async fn update(
        &self,
        request: &Update<ListenerRule>,
    ) -> Result<Observed<ListenerRule>, ExecError> {
        let (client, arn) = (self.0.elbv2(request.place.region), &request.identifier);
        let (from, to) = (&request.current, &request.desired);
        if from.conditions != to.conditions || from.action != to.action {
            client
                .modify_rule()
                .rule_arn(arn)
                .set_conditions(Some(conditions_to_sdk(&to.conditions)))
                .set_actions(Some(action::to_sdk("ModifyRule", &to.action)?))
                .send()
                .await
                .map_err(failed("ModifyRule"))?;
        }
        if from.priority != to.priority {
            let pair = RulePriorityPair::builder().rule_arn(arn).priority(int(to.priority)).build();
            let call = client.set_rule_priorities().rule_priorities(pair);
            call.send().await.map_err(failed("SetRulePriorities"))?;
        }
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<ListenerRule>) -> Result<Deletion, ExecError> {
        let client = self.0.elbv2(request.place.region);
        let call = client.delete_rule().rule_arn(&request.identifier);
        gone_is_fine(call.send().await.map_err(failed("DeleteRule")))?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::services::elbv2::{Action, Priority};

    use super::*;

    const LISTENER: &str = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/a/1/2";
    const RULE: &str =
        "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener-rule/app/a/1/2/3";

    #[test]
    fn rules_come_back_as_they_were_sent() {
        let mut conditions = Conditions::path(["/b/*".parse().unwrap(), "/a".parse().unwrap()]);
        conditions.host_header.insert("*.example.com".parse().unwrap());
        let it = ListenerRule::builder()
            .listener(Ref::existing(LISTENER))
            .priority(Priority::of::<10>())
            .conditions(conditions)
            .action(Action::redirect_to_https())
            .build();
        let described = types::Rule::builder()
            .rule_arn(RULE)
            .priority("10")
            .set_conditions(Some(conditions_to_sdk(&it.conditions)))
            .set_actions(action::to_sdk("", &it.action).ok())
            .is_default(false)
            .build();
        assert_eq!(observed(&described).unwrap().resource, it);
    }

    #[test]
    fn conditions_are_read_in_their_older_form_too() {
        let older = RuleCondition::builder().field("path-pattern").values("/a").build();
        assert_eq!(conditions(&[older]), Ok(Conditions::path(["/a".parse().unwrap()])));
        let other = RuleCondition::builder().field("source-ip").build();
        assert!(conditions(&[other]).is_err());
    }

    #[test]
    fn the_arn_of_a_rule_names_its_listener() {
        assert_eq!(listener_of(RULE).as_deref(), Some(LISTENER));
        assert_eq!(listener_of(LISTENER), None);
    }
}
