//! `AWS::XRay::SamplingRule` over the SDK.
//!
//! <https://docs.aws.amazon.com/xray/latest/api/API_CreateSamplingRule.html>.
//! There is no call for one rule: all of them are listed. Each takes a `ListTagsForResource` of its
//! own.

use async_trait::async_trait;
use aws_sdk_xray::{Client, types};
use elanswer_core::{
    Handler, Place, Tags,
    executor::{Deletion, ErrorKind, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::xray::{
        FixedRate, Pattern, ReservoirSize, RuleName, RulePriority, Sampling, SamplingRule,
        SamplingRuleArn, SamplingRuleOutputs,
    },
};

use super::{SERVICE, failed, retag, tags, tags_to_sdk, unbuilt};
use crate::{
    clients::Clients,
    error::{missing, none_if_gone},
};

/// Handles sampling rules over the SDK.
#[derive(Debug)]
pub struct SamplingRuleHandler(Clients);

impl From<Clients> for SamplingRuleHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

/// The form of rules that there is.
const VERSION: i32 = 1;

fn to_i32(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

fn to_sdk(rule: &Sampling) -> Result<types::SamplingRule, ExecError> {
    types::SamplingRule::builder()
        .rule_name(rule.rule_name.as_str())
        .priority(to_i32(rule.priority.get()))
        .reservoir_size(to_i32(rule.reservoir_size.get()))
        .fixed_rate(rule.fixed_rate.get())
        .service_name(rule.service_name.as_str())
        .service_type(rule.service_type.as_str())
        .host(rule.host.as_str())
        .http_method(rule.http_method.as_str())
        .url_path(rule.url_path.as_str())
        .resource_arn(rule.resource_arn.as_str())
        .set_attributes(Some(rule.attributes.clone().into_iter().collect()))
        .version(VERSION)
        .build()
        .map_err(|error| unbuilt(&error))
}

fn update_to_sdk(arn: &str, rule: &Sampling) -> types::SamplingRuleUpdate {
    types::SamplingRuleUpdate::builder()
        .rule_arn(arn)
        .priority(to_i32(rule.priority.get()))
        .reservoir_size(to_i32(rule.reservoir_size.get()))
        .fixed_rate(rule.fixed_rate.get())
        .service_name(rule.service_name.as_str())
        .service_type(rule.service_type.as_str())
        .host(rule.host.as_str())
        .http_method(rule.http_method.as_str())
        .url_path(rule.url_path.as_str())
        .resource_arn(rule.resource_arn.as_str())
        .set_attributes(Some(rule.attributes.clone().into_iter().collect()))
        .build()
}

fn arn(operation: &'static str, answered: Option<&str>) -> Result<SamplingRuleArn, ExecError> {
    let arn = SamplingRuleArn::new(answered.unwrap_or_default());
    arn.map_err(|_| missing(SERVICE, operation, "RuleARN"))
}

fn observed(
    operation: &'static str,
    rule: &types::SamplingRule,
    tags: Tags,
) -> Result<Observed<SamplingRule>, ExecError> {
    let lacks = |field| missing(SERVICE, operation, field);
    let pattern = |text: &str, field| Pattern::new(text).map_err(|_| lacks(field));
    let number = |number: i32, field| u32::try_from(number).map_err(|_| lacks(field));
    let name = RuleName::new(rule.rule_name().unwrap_or_default());
    let priority = RulePriority::new(number(rule.priority(), "Priority")?);
    let reservoir = ReservoirSize::new(number(rule.reservoir_size(), "ReservoirSize")?);
    let attributes = rule.attributes().cloned().unwrap_or_default();
    let sampling = Sampling::builder()
        .rule_name(name.map_err(|_| lacks("RuleName"))?)
        .priority(priority.map_err(|_| lacks("Priority"))?)
        .reservoir_size(reservoir.map_err(|_| lacks("ReservoirSize"))?)
        .fixed_rate(FixedRate::try_from(rule.fixed_rate()).map_err(|_| lacks("FixedRate"))?)
        .service_name(pattern(rule.service_name(), "ServiceName")?)
        .service_type(pattern(rule.service_type(), "ServiceType")?)
        .host(pattern(rule.host(), "Host")?)
        .http_method(pattern(rule.http_method(), "HTTPMethod")?)
        .url_path(pattern(rule.url_path(), "URLPath")?)
        .resource_arn(pattern(rule.resource_arn(), "ResourceARN")?)
        .attributes(attributes.into_iter().collect())
        .build();
    let outputs = SamplingRuleOutputs { rule_arn: arn(operation, rule.rule_arn())? };
    Ok(Observed::ready(SamplingRule { rule: sampling, tags: tags.declared() }, outputs))
}

impl SamplingRuleHandler {
    fn client(&self, place: &Place) -> Client {
        self.0.xray(place.region)
    }

    async fn list(client: &Client) -> Result<Vec<types::SamplingRule>, ExecError> {
        let pages = client.get_sampling_rules().into_paginator().items().send();
        let records: Vec<types::SamplingRuleRecord> =
            pages.try_collect().await.map_err(failed("GetSamplingRules"))?;
        Ok(records.into_iter().filter_map(|record| record.sampling_rule).collect())
    }

    /// The rule with its tags; `None` when it is gone by now.
    async fn with_tags(
        client: &Client,
        rule: Option<&types::SamplingRule>,
    ) -> Result<Option<(Observed<SamplingRule>, Tags)>, ExecError> {
        let Some(rule) = rule else { return Ok(None) };
        let found = none_if_gone(tags(client, rule.rule_arn().unwrap_or_default()).await)?;
        let with = |tags: Tags| Ok((observed("GetSamplingRules", rule, tags.clone())?, tags));
        found.map(with).transpose()
    }
}

#[async_trait]
impl Handler<SamplingRule> for SamplingRuleHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<SamplingRule>>, ExecError>> {
        let client = self.client(place);
        let rules = match Self::list(&client).await {
            Ok(rules) => rules,
            Err(error) => return identifiers.iter().map(|_| Err(error.clone())).collect(),
        };
        let mut answers = Vec::with_capacity(identifiers.len());
        for arn in identifiers {
            let rule = rules.iter().find(|rule| rule.rule_arn() == Some(arn.as_str()));
            let found = Self::with_tags(&client, rule).await;
            answers.push(found.map(|found| found.map(|(rule, _)| rule)));
        }
        answers
    }

    async fn create(
        &self,
        request: &Create<SamplingRule>,
    ) -> Result<Observed<SamplingRule>, ExecError> {
        let (client, desired) = (self.client(&request.place), &request.desired);
        let operation = "CreateSamplingRule";
        let answer = client
            .create_sampling_rule()
            .sampling_rule(to_sdk(&desired.rule)?)
            .set_tags(Some(tags_to_sdk(&request.tags())?))
            .send()
            .await
            .map_err(failed(operation))?;
        let made = answer.sampling_rule_record.and_then(|record| record.sampling_rule);
        let made = made.and_then(|rule| rule.rule_arn);
        let rule_arn = arn(operation, made.as_deref())?;
        Ok(Observed::ready(desired.clone(), SamplingRuleOutputs { rule_arn }))
    }

    async fn find(
        &self,
        request: &Create<SamplingRule>,
    ) -> Result<Option<Observed<SamplingRule>>, ExecError> {
        let client = self.client(&request.place);
        let name = request.desired.rule.rule_name.as_str();
        let rules = Self::list(&client).await?;
        let named = rules.iter().find(|rule| rule.rule_name() == Some(name));
        let found = Self::with_tags(&client, named).await?;
        let owned = found.filter(|(_, tags)| request.ownership.owns(tags));
        Ok(owned.map(|(rule, _)| rule))
    }

    async fn update(
        &self,
        request: &Update<SamplingRule>,
    ) -> Result<Observed<SamplingRule>, ExecError> {
        let (client, desired) = (self.client(&request.place), &request.desired);
        if request.current.rule != desired.rule {
            let update = update_to_sdk(&request.identifier, &desired.rule);
            let call = client.update_sampling_rule().sampling_rule_update(update);
            call.send().await.map_err(failed("UpdateSamplingRule"))?;
        }
        retag(&client, &request.identifier, request.tag_changes()).await?;
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<SamplingRule>) -> Result<Deletion, ExecError> {
        let client = self.client(&request.place);
        let deleted = client.delete_sampling_rule().rule_arn(&request.identifier).send().await;
        match deleted.map_err(failed("DeleteSamplingRule")) {
            Err(error) if error.kind() == ErrorKind::Invalid => {
                let rules = Self::list(&client).await?;
                let mut arns = rules.iter().map(types::SamplingRule::rule_arn);
                let there = arns.any(|arn| arn == Some(request.identifier.as_str()));
                if there { Err(error) } else { Ok(Deletion::Gone) }
            }
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(Deletion::Gone),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_what_aws_answers() {
        let expected = Sampling::builder()
            .rule_name(RuleName::literal("checkout"))
            .priority(RulePriority::of::<100>())
            .url_path(Pattern::literal("/checkout/*"))
            .attributes([("customer".to_owned(), "gold".to_owned())].into())
            .build();
        let mut rule = to_sdk(&expected).unwrap();
        assert_eq!(rule.version(), 1);
        let arn = "arn:aws:xray:us-east-1:123456789012:sampling-rule/checkout";
        rule.rule_arn = Some(arn.to_owned());
        let found = observed("", &rule, Tags::new().with("Name", "n")).unwrap();
        let tags = Tags::new().with("Name", "n");
        assert_eq!(found.resource, SamplingRule { rule: expected.clone(), tags });
        let update = update_to_sdk(arn, &expected);
        assert_eq!((update.rule_name(), update.rule_arn()), (None, Some(arn)));
        rule.fixed_rate = 2.0;
        assert!(observed("", &rule, Tags::new()).is_err());
    }
}
