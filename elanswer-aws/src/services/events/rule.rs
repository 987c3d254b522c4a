//! `AWS::Events::Rule` over the SDK.
//!
//! <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html>. It overwrites what
//! is there under the same name: the tags of that are looked at first.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_eventbridge::{Client, operation::describe_rule::DescribeRuleOutput, types};
use elanswer_core::{
    Handler, Place, Tags,
    executor::{Deletion, ErrorKind, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::events::{
        InputPath, InputTemplate, InputTransformer, Rule, RuleName, RuleOutputs, RuleState, Target,
        TargetArn,
    },
};

use super::{CODES, SERVICE, failed};
use crate::{
    clients::Clients,
    error::{classify, gone_is_fine, missing, none_if_gone},
};

/// Handles rules over the SDK.
#[derive(Debug)]
pub struct RuleHandler(Clients);

impl From<Clients> for RuleHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

/// The name of the rule of this ARN; that of another event bus is none of ours.
fn name_of<'a>(operation: &'static str, arn: &'a str) -> Result<&'a str, ExecError> {
    RuleOutputs::name(arn).ok_or_else(|| missing(SERVICE, operation, "rule on the default bus"))
}

const fn state_of(state: Option<&types::RuleState>) -> Option<RuleState> {
    Some(match state {
        Some(types::RuleState::Disabled) => RuleState::Disabled,
        Some(types::RuleState::Enabled) => RuleState::Enabled,
        Some(types::RuleState::EnabledWithAllCloudtrailManagementEvents) => {
            RuleState::EnabledWithAllCloudtrailManagementEvents
        }
        _ => return None,
    })
}

fn to_state(state: RuleState) -> types::RuleState {
    match state {
        RuleState::Disabled => types::RuleState::Disabled,
        RuleState::EnabledWithAllCloudtrailManagementEvents => {
            types::RuleState::EnabledWithAllCloudtrailManagementEvents
        }
        _ => types::RuleState::Enabled,
    }
}

/// What AWS tells of a rule.
fn observed(
    answer: &DescribeRuleOutput,
    targets: &[types::Target],
    tags: Tags,
) -> Result<Observed<Rule>, ExecError> {
    let lacks = |field| missing(SERVICE, "DescribeRule", field);
    let name = answer.name().and_then(|name| RuleName::new(name).ok());
    // A rule on a schedule that somebody made of it has none.
    let pattern = answer.event_pattern().unwrap_or("{}");
    let rule = Rule::builder()
        .name(name.ok_or_else(|| lacks("Name"))?)
        .description(
            answer
                .description()
                .unwrap_or_default()
                .parse()
                .map_err(|_| lacks("Description that AWS takes"))?,
        )
        .event_pattern(serde_json::from_str(pattern).map_err(|_| lacks("EventPattern in JSON"))?)
        .state(state_of(answer.state()).ok_or_else(|| lacks("State"))?)
        .targets(targets.iter().map(target_of).collect::<Result<Vec<_>, _>>()?)
        .tags(tags.declared())
        .build();
    let arn = answer.arn().ok_or_else(|| lacks("Arn"))?.to_owned();
    Ok(Observed::ready(rule, RuleOutputs { arn }))
}

fn target_of(target: &types::Target) -> Result<Target, ExecError> {
    let lacks = |field| missing(SERVICE, "ListTargetsByRule", field);
    let arn = TargetArn::new(target.arn()).map_err(|_| lacks("Arn that is one"))?;
    let transformer = target.input_transformer().map(|input| {
        let paths = input.input_paths_map().into_iter().flatten();
        let path = |(name, path): (&String, &String)| {
            let path = InputPath::new(path).map_err(|_| lacks("InputPathsMap of paths"))?;
            Ok::<_, ExecError>((name.clone(), path))
        };
        let template = InputTemplate::new(input.input_template());
        Ok::<_, ExecError>(InputTransformer {
            input_paths_map: paths.map(path).collect::<Result<BTreeMap<_, _>, ExecError>>()?,
            input_template: template.map_err(|_| lacks("InputTemplate"))?,
        })
    });
    Ok(Target {
        id: target.id().parse().map_err(|_| lacks("Id"))?,
        arn: arn.into(),
        input_transformer: transformer.transpose()?,
    })
}

fn to_target(target: &Target) -> Result<types::Target, ExecError> {
    let lacks = |_| missing(SERVICE, "PutTargets", "Id, Arn or InputTemplate");
    let transformer = target.input_transformer.as_ref().map(|input| {
        let paths = input.input_paths_map.iter();
        let paths = paths.map(|(name, path)| (name.clone(), path.to_string()));
        types::InputTransformer::builder()
            .set_input_paths_map(
                Some(paths.collect()).filter(|_| !input.input_paths_map.is_empty()),
            )
            .input_template(input.input_template.as_str())
            .build()
    });
    types::Target::builder()
        .id(target.id.as_str())
        .set_arn(target.arn.known().map(ToString::to_string))
        .set_input_transformer(transformer.transpose().map_err(lacks)?)
        .build()
        .map_err(lacks)
}

fn to_tags(tags: &Tags) -> Result<Vec<types::Tag>, ExecError> {
    let tag = |(key, value): (&str, &str)| {
        let built = types::Tag::builder().key(key).value(value).build();
        built.map_err(|_| missing(SERVICE, "TagResource", "Key"))
    };
    tags.iter().map(tag).collect()
}

/// What AWS did not do of a call about several targets.
fn refused(operation: &'static str, id: &str, code: &str, message: &str) -> ExecError {
    let kind = classify(code, CODES).unwrap_or(ErrorKind::Invalid);
    ExecError::new(kind, format!("target `{id}`: {message}"))
        .with_code(code)
        .with_operation(SERVICE, operation)
}

async fn targets(client: &Client, name: &str) -> Result<Option<Vec<types::Target>>, ExecError> {
    let (mut found, mut next) = (Vec::new(), None);
    loop {
        let call = client.list_targets_by_rule().rule(name).set_next_token(next);
        let answer = call.send().await.map_err(failed("ListTargetsByRule"));
        let Some(answer) = none_if_gone(answer)? else { return Ok(None) };
        found.extend(answer.targets.unwrap_or_default());
        next = answer.next_token;
        if next.is_none() {
            return Ok(Some(found));
        }
    }
}

async fn tags(client: &Client, arn: &str) -> Result<Option<Tags>, ExecError> {
    let answer = client.list_tags_for_resource().resource_arn(arn).send().await;
    let answer = none_if_gone(answer.map_err(failed("ListTagsForResource")))?;
    let pair = |tag: &types::Tag| (tag.key().to_owned(), tag.value().to_owned());
    Ok(answer.map(|answer| answer.tags().iter().map(pair).collect()))
}

async fn describe(client: &Client, name: &str) -> Result<Option<DescribeRuleOutput>, ExecError> {
    let answer = client.describe_rule().name(name).send().await;
    none_if_gone(answer.map_err(failed("DescribeRule")))
}

/// The rule of this name, and all of its tags.
async fn look(client: &Client, name: &str) -> Result<Option<(Observed<Rule>, Tags)>, ExecError> {
    let Some(answer) = describe(client, name).await? else { return Ok(None) };
    let Some(targets) = targets(client, name).await? else { return Ok(None) };
    let Some(tags) = tags(client, answer.arn().unwrap_or_default()).await? else { return Ok(None) };
    Ok(Some((observed(&answer, &targets, tags.clone())?, tags)))
}

/// The rule of this ARN; one of another event bus is none of ours.
async fn read_one(client: &Client, arn: &str) -> Result<Option<Observed<Rule>>, ExecError> {
    match RuleOutputs::name(arn) {
        Some(name) => Ok(look(client, name).await?.map(|(rule, _)| rule)),
        None => Ok(None),
    }
}

/// Refuses to overwrite what somebody else made.
async fn claim(client: &Client, name: &str, request: &Create<Rule>) -> Result<(), ExecError> {
    let Some(found) = describe(client, name).await? else { return Ok(()) };
    let tags = tags(client, found.arn().unwrap_or_default()).await?;
    if tags.is_none_or(|tags| request.ownership.owns(&tags)) {
        return Ok(());
    }
    let message = format!("a rule `{name}` is there, and not of this resource");
    Err(ExecError::new(ErrorKind::Conflict, message).with_operation(SERVICE, "PutRule"))
}

async fn put_rule(
    client: &Client,
    name: &str,
    rule: &Rule,
    tags: Option<Vec<types::Tag>>,
) -> Result<String, ExecError> {
    let description = rule.description.as_str();
    let answer = client
        .put_rule()
        .name(name)
        .set_description(Some(description.to_owned()).filter(|text| !text.is_empty()))
        .event_pattern(rule.event_pattern.to_json())
        .state(to_state(rule.state))
        .set_tags(tags)
        .send()
        .await
        .map_err(failed("PutRule"))?;
    answer.rule_arn.ok_or_else(|| missing(SERVICE, "PutRule", "RuleArn"))
}

async fn put_targets<'a>(
    client: &Client,
    name: &str,
    targets: impl Iterator<Item = &'a Target>,
) -> Result<(), ExecError> {
    const OPERATION: &str = "PutTargets";
    let targets: Vec<types::Target> = targets.map(to_target).collect::<Result<_, _>>()?;
    if targets.is_empty() {
        return Ok(());
    }
    let call = client.put_targets().rule(name).set_targets(Some(targets));
    let answer = call.send().await.map_err(failed(OPERATION))?;
    match answer.failed_entries().first() {
        Some(entry) => {
            let id = entry.target_id().unwrap_or_default();
            let (code, message) = (entry.error_code(), entry.error_message());
            Err(refused(OPERATION, id, code.unwrap_or("Unknown"), message.unwrap_or_default()))
        }
        None => Ok(()),
    }
}

async fn remove_targets(client: &Client, name: &str, ids: Vec<String>) -> Result<(), ExecError> {
    const OPERATION: &str = "RemoveTargets";
    if ids.is_empty() {
        return Ok(());
    }
    let call = client.remove_targets().rule(name).set_ids(Some(ids));
    let Some(answer) = none_if_gone(call.send().await.map_err(failed(OPERATION)))? else {
        return Ok(());
    };
    match answer.failed_entries().first() {
        Some(entry) => {
            let id = entry.target_id().unwrap_or_default();
            let (code, message) = (entry.error_code(), entry.error_message());
            Err(refused(OPERATION, id, code.unwrap_or("Unknown"), message.unwrap_or_default()))
        }
        None => Ok(()),
    }
}

async fn retag(client: &Client, request: &Update<Rule>) -> Result<(), ExecError> {
    let (set, remove) = request.tag_changes();
    let arn = &request.identifier;
    if !set.is_empty() {
        let call = client.tag_resource().resource_arn(arn).set_tags(Some(to_tags(&set)?));
        call.send().await.map_err(failed("TagResource"))?;
    }
    if !remove.is_empty() {
        let call = client.untag_resource().resource_arn(arn).set_tag_keys(Some(remove));
        call.send().await.map_err(failed("UntagResource"))?;
    }
    Ok(())
}

#[async_trait]
impl Handler<Rule> for RuleHandler {
    /// One rule at a time.
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<Rule>>, ExecError>> {
        let client = self.0.events(place.region);
        let reads = identifiers.iter().map(|arn| read_one(&client, arn));
        futures_util::future::join_all(reads).await
    }

    async fn create(&self, request: &Create<Rule>) -> Result<Observed<Rule>, ExecError> {
        let (client, desired) = (self.0.events(request.place.region), &request.desired);
        let name = desired.name.as_ref().map(ToString::to_string).unwrap_or_default();
        claim(&client, &name, request).await?;
        let arn = put_rule(&client, &name, desired, Some(to_tags(&request.tags())?)).await?;
        let put = put_targets(&client, &name, desired.targets.iter()).await;
        put.map_err(|error| error.with_identifier(&arn))?;
        Ok(Observed::ready(desired.clone(), RuleOutputs { arn }))
    }

    async fn find(&self, request: &Create<Rule>) -> Result<Option<Observed<Rule>>, ExecError> {
        let client = self.0.events(request.place.region);
        let Some(name) = &request.desired.name else { return Ok(None) };
        let found = look(&client, name.as_str()).await?;
        let ours = found.filter(|(_, tags)| request.ownership.owns(tags));
        Ok(ours.map(|(rule, _)| rule))
    }

    async fn update(&self, request: &Update<Rule>) -> Result<Observed<Rule>, ExecError> {
        let client = self.0.events(request.place.region);
        let (current, desired) = (&request.current, &request.desired);
        let name = name_of("PutRule", &request.identifier)?;
        if desired.puts_rule(current) {
            put_rule(&client, name, desired, None).await?;
        }
        let gone = desired.targets_to_remove(current).map(|target| target.id.to_string());
        remove_targets(&client, name, gone.collect()).await?;
        put_targets(&client, name, desired.targets_to_put(current)).await?;
        retag(&client, request).await?;
        Ok(request.done())
    }

    /// A rule goes after its targets, those too that somebody else put there.
    async fn delete(&self, request: &Delete<Rule>) -> Result<Deletion, ExecError> {
        let client = self.0.events(request.place.region);
        let name = name_of("DeleteRule", &request.identifier)?;
        let found = targets(&client, name).await?.unwrap_or_default();
        let ids = found.iter().map(|target| target.id().to_owned()).collect();
        remove_targets(&client, name, ids).await?;
        let deleted = client.delete_rule().name(name).send().await;
        gone_is_fine(deleted.map_err(failed("DeleteRule")))?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::services::{
        events::{EventPattern, TargetId},
        sns::TopicArn,
    };

    use super::*;

    const ARN: &str = "arn:aws:events:us-east-1:123456789012:rule/fails";
    const TOPIC: TopicArn = TopicArn::literal("arn:aws:sns:us-east-1:123456789012:alarms");

    fn text() -> InputTransformer {
        let text = InputTransformer::text("<pipeline> failed").unwrap();
        text.with("pipeline", InputPath::literal("$.detail.pipeline"))
    }

    #[test]
    fn targets_there_and_back() {
        let plain = Target::topic(TargetId::literal("alarms"), TOPIC);
        for target in [plain.clone().transformed(text()), plain] {
            assert_eq!(target_of(&to_target(&target).unwrap()).unwrap(), target);
        }
    }

    #[test]
    fn maps_what_aws_answers() {
        let pattern = EventPattern::pipeline_failures();
        let answer = DescribeRuleOutput::builder()
            .name("fails")
            .arn(ARN)
            .event_pattern(pattern.to_json())
            .state(types::RuleState::Disabled);
        let tags = Tags::new().with("Name", "n").with("elanswer:stack", "shop");
        let found = observed(&answer.clone().build(), &[], tags).unwrap();
        let expected = Rule::builder()
            .name(RuleName::literal("fails"))
            .event_pattern(pattern)
            .state(RuleState::Disabled)
            .tags(Tags::new().with("Name", "n"))
            .build();
        assert_eq!((found.resource, found.outputs.arn.as_str()), (expected, ARN));
        let scheduled = answer.set_event_pattern(None).build();
        let found = observed(&scheduled, &[], Tags::new()).unwrap();
        assert_eq!(found.resource.event_pattern, EventPattern::default());
    }

    #[test]
    fn a_target_that_was_refused_is_an_error() {
        let error = refused("PutTargets", "alarms", "LimitExceededException", "too many");
        assert_eq!(error.kind(), ErrorKind::Quota);
        assert!(error.message().contains("`alarms`"), "{error}");
    }
}
