//! `AWS::Events::Rule`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::{EventPattern, PatternFault, Target};
use crate::{
    Set,
    reference::{Output, Ref},
    resource::{Operation, Resource},
    schema::{Kind, NameRule, Schema},
    tags::Tags,
    text::{characters, is_of, text},
};

/// Sends what happens in AWS on to targets.
///
/// AWS: [`AWS::Events::Rule`](https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rules.html).
/// It is on the default event bus of the Region, which has the events of the services of AWS.
/// Not modelled: schedules, other event buses, roles. Quota: 300 in a Region, with five targets each.
///
/// ```
/// use elanswer_core::{
///     Architecture, Region,
///     services::{
///         events::{EventPattern, Rule, Target, TargetId},
///         sns::Topic,
///     },
/// };
///
/// let mut arch = Architecture::new("shop", Region::UsEast1);
/// let topic = arch.resource("alarms", Topic::default());
/// let rule = Rule::builder()
///     .event_pattern(EventPattern::pipeline_failures())
///     .targets([Target::topic(TargetId::literal("alarms"), topic.arn())])
///     .build();
/// arch.resource("pipeline-fails", rule);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct Rule {
    /// `Name`: unique on the event bus. Unset: elanswer makes up a name. Changing it replaces the
    /// rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<RuleName>,
    /// `Description`: what it is for. AWS's default: nothing.
    #[builder(default)]
    #[serde(default)]
    pub description: RuleDescription,
    /// `EventPattern`: which events it takes.
    pub event_pattern: EventPattern,
    /// `State`: whether it is at work. AWS's default: it is.
    #[builder(default)]
    #[serde(default)]
    pub state: RuleState,
    /// `Targets`: who gets the events, each under a name of its own. AWS's default: nobody.
    #[builder(with = |targets: impl IntoIterator<Item = Target>| targets.into_iter().collect(), default)]
    #[serde(default)]
    pub targets: Set<Target>,
    /// `Tags`.
    #[builder(default)]
    #[serde(default)]
    pub tags: Tags,
}

text! {
    /// The name of a rule.
    RuleName: "the name of a rule",
    "1 to 64 letters, digits, `.`, `-` and `_`",
    is_rule_name
}

/// The most characters of a name.
const MAX_NAME_LEN: usize = 64;

const fn is_rule_name(text: &str) -> bool {
    is_of(text, 1, MAX_NAME_LEN, ".-_")
}

text! {
    /// What a rule is for.
    RuleDescription: "the description of a rule",
    "at most 512 characters",
    is_description
}

const fn is_description(text: &str) -> bool {
    characters(text) <= 512
}

impl Default for RuleDescription {
    fn default() -> Self {
        Self::literal("")
    }
}

/// Whether a rule is at work.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[non_exhaustive]
pub enum RuleState {
    /// `DISABLED`: it takes no events.
    Disabled,
    /// `ENABLED`: it takes events, but for those of calls to AWS that only read.
    #[default]
    Enabled,
    /// `ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS`: it takes those of all calls to AWS.
    EnabledWithAllCloudtrailManagementEvents,
}

/// Something that AWS refuses in a rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RuleFault {
    /// Two targets have the same name.
    #[error("two targets have the id `{0}`")]
    DuplicateTarget(String),
    /// The pattern is none.
    #[error("{0}")]
    Pattern(#[from] PatternFault),
    /// There are more targets than a rule takes.
    #[error("{0} targets; a rule takes at most 5")]
    TooManyTargets(usize),
    /// A placeholder of a target stands for nothing.
    #[error("`<{placeholder}>` in the input of `{target}` stands for nothing")]
    UndefinedPlaceholder {
        /// The name of the target.
        target: String,
        /// The placeholder.
        placeholder: String,
    },
}

/// What AWS decides of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct RuleOutputs {
    /// `Arn`: `arn:aws:events:us-east-1:123456789012:rule/NAME`.
    pub arn: String,
}

impl RuleOutputs {
    /// The name of the rule of this ARN; `None` when it is on another event bus than the default one.
    #[must_use]
    pub fn name(arn: &str) -> Option<&str> {
        let (_, name) = arn.split_once(":rule/")?;
        (!name.contains('/')).then_some(name)
    }
}

impl Ref<Rule> {
    /// `Arn`.
    #[must_use]
    pub fn arn(&self) -> Output<String> {
        self.output("Arn")
    }
}

impl Rule {
    /// How many targets a rule has at most.
    pub const MAX_TARGETS: usize = 5;

    /// What AWS refuses in it.
    #[must_use]
    pub fn faults(&self) -> Vec<RuleFault> {
        let mut faults: Vec<RuleFault> =
            self.event_pattern.faults().into_iter().map(RuleFault::from).collect();
        let count = self.targets.len();
        if count > Self::MAX_TARGETS {
            faults.push(RuleFault::TooManyTargets(count));
        }
        let mut seen = Set::new();
        for target in &self.targets {
            if !seen.insert(&target.id) {
                faults.push(RuleFault::DuplicateTarget(target.id.to_string()));
            }
            let undefined = target.input_transformer.iter().flat_map(|input| input.undefined());
            faults.extend(undefined.map(|placeholder| RuleFault::UndefinedPlaceholder {
                target: target.id.to_string(),
                placeholder,
            }));
        }
        faults
    }

    /// Whether `PutRule` has something to do to come here `from`.
    #[must_use]
    pub fn puts_rule(&self, from: &Self) -> bool {
        (&from.event_pattern, &from.description, from.state)
            != (&self.event_pattern, &self.description, self.state)
    }

    /// The targets that `PutTargets` is given to come here `from`.
    pub fn targets_to_put<'a>(&'a self, from: &'a Self) -> impl Iterator<Item = &'a Target> {
        self.targets.difference(&from.targets)
    }

    /// The targets that are there `from` before and are not here.
    pub fn targets_to_remove<'a>(&'a self, from: &'a Self) -> impl Iterator<Item = &'a Target> {
        from.targets.iter().filter(|old| self.targets.iter().all(|new| new.id != old.id))
    }
}

impl Resource for Rule {
    type Outputs = RuleOutputs;

    const SCHEMA: &'static Schema = &Schema {
        identifier: "Arn",
        outputs: &["Arn"],
        replaces: &["Name"],
        computed: &["Name"],
        name: Some(NameRule { also: "._", ..NameRule::new("Name", MAX_NAME_LEN) }),
        exclusive: &["Name"],
        resource_type: Some("events:rule"),
        named_by_arn: true,
        api: "events",
        ..Schema::new(Kind::new("AWS::Events::Rule"))
    };

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    /// `DescribeRule`, for `PutRule` overwrites what is there, `PutRule`, `PutTargets`; what of
    /// `PutRule`, `RemoveTargets`, `PutTargets` and the calls for tags has something to do;
    /// `ListTargetsByRule`, `RemoveTargets`, `DeleteRule`.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Create(rule) => 2 + u32::from(!rule.targets.is_empty()),
            Operation::Update(from, to) => {
                let (set, remove) = from.tags.changes_to(&to.tags);
                u32::from(to.puts_rule(from))
                    + u32::from(to.targets_to_remove(from).next().is_some())
                    + u32::from(to.targets_to_put(from).next().is_some())
                    + u32::from(!set.is_empty())
                    + u32::from(!remove.is_empty())
            }
            Operation::Delete(rule) => 2 + u32::from(!rule.targets.is_empty()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::services::{
        events::{InputTransformer, TargetId},
        sns::TopicArn,
    };

    const TOPIC: TopicArn = TopicArn::literal("arn:aws:sns:us-east-1:123456789012:alarms");

    fn target(id: &str) -> Target {
        Target::topic(TargetId::new(id).unwrap(), TOPIC)
    }

    fn rule(targets: impl IntoIterator<Item = Target>) -> Rule {
        let pattern = EventPattern::of_source("aws.ecs");
        Rule::builder().event_pattern(pattern).targets(targets).build()
    }

    #[test]
    fn has_the_shape_of_cloudformation() {
        let rule = Rule { name: Some(RuleName::literal("fails")), ..rule([target("alarms")]) };
        let tree = json!({
            "Name": "fails",
            "Description": "",
            "EventPattern": {"source": ["aws.ecs"]},
            "State": "ENABLED",
            "Targets": [{"Id": "alarms", "Arn": "arn:aws:sns:us-east-1:123456789012:alarms"}],
            "Tags": [],
        });
        assert_eq!(serde_json::to_value(&rule).unwrap(), tree);
        assert_eq!(serde_json::from_value::<Rule>(tree).unwrap(), rule);
        let all = RuleState::EnabledWithAllCloudtrailManagementEvents;
        let text = json!("ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS");
        assert_eq!(serde_json::to_value(all).unwrap(), text);
    }

    #[test]
    fn a_rule_is_named_by_its_arn() {
        let arn = "arn:aws:events:us-east-1:123456789012:rule";
        assert_eq!(RuleOutputs::name(&format!("{arn}/fails")), Some("fails"));
        assert_eq!(RuleOutputs::name(&format!("{arn}/bus/fails")), None);
        assert_eq!(RuleOutputs::name("fails"), None);
    }

    #[test]
    fn aws_refuses_too_many_targets_and_twice_the_same() {
        let many = rule(["a", "b", "c", "d", "e", "f"].map(target));
        assert_eq!(many.faults(), [RuleFault::TooManyTargets(6)]);
        let text = InputTransformer::text("<what>").unwrap();
        let twice = rule([target("a"), target("a").transformed(text)]);
        assert_eq!(
            twice.faults(),
            [
                RuleFault::DuplicateTarget("a".to_owned()),
                RuleFault::UndefinedPlaceholder {
                    target: "a".to_owned(),
                    placeholder: "what".to_owned()
                },
            ]
        );
    }

    #[test]
    fn what_changes_is_sent_and_no_more() {
        let text = InputTransformer::text("it failed").unwrap();
        let (from, to) = (rule([target("a"), target("b")]), rule([target("b").transformed(text)]));
        let ids = |targets: Vec<&Target>| -> Vec<String> {
            targets.iter().map(|target| target.id.to_string()).collect()
        };
        assert_eq!(ids(to.targets_to_put(&from).collect()), ["b"]);
        assert_eq!(ids(to.targets_to_remove(&from).collect()), ["a"]);
        assert!(!to.puts_rule(&from));
    }
}
