//! Where events go.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    TextError,
    arn::ArnFields,
    reference::Input,
    services::sns::TopicArn,
    text::{characters, is_of, text},
};

/// Where a rule sends events.
///
/// AWS: [targets](https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html). What
/// takes events by a policy of its own, a topic say, must let `events.amazonaws.com` in.
///
/// Not modelled: roles, constant inputs, retries, dead-letter queues, and what single kinds of
/// targets need beside that.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Target {
    /// `Id`: its name in the rule.
    pub id: TargetId,
    /// `Arn`: what gets the events, in the Region of the rule.
    pub arn: Input<TargetArn>,
    /// `InputTransformer`: what is sent instead of the event. AWS's default: the event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_transformer: Option<InputTransformer>,
}

text! {
    /// The name of a target in its rule.
    TargetId: "the id of a target",
    "1 to 64 letters, digits, `.`, `-` and `_`",
    is_target_id
}

text! {
    /// The ARN of what gets events.
    TargetArn: "the ARN of a target",
    "`arn:aws:`, service, `:`, Region, `:`, account, `:`, name",
    is_target_arn
}

const fn is_target_id(text: &str) -> bool {
    is_of(text, 1, 64, ".-_")
}

const fn is_target_arn(text: &str) -> bool {
    ArnFields::of(text).is_some() && text.len() <= 1600
}

impl From<TopicArn> for TargetArn {
    fn from(topic: TopicArn) -> Self {
        Self(String::from(topic).into())
    }
}

impl Target {
    /// A topic, which gets the events as they are.
    pub fn topic(id: TargetId, topic: impl Into<Input<TopicArn>>) -> Self {
        Self { id, arn: retyped(topic.into()), input_transformer: None }
    }

    /// It gets this instead of the event.
    #[must_use]
    pub fn transformed(mut self, input: InputTransformer) -> Self {
        self.input_transformer = Some(input);
        self
    }
}

fn retyped(topic: Input<TopicArn>) -> Input<TargetArn> {
    match topic {
        Input::Literal(arn) => Input::Literal(arn.into()),
        Input::Output(reference) => Input::Output(reference),
        Input::Join(parts) => Input::Join(parts.into_iter().map(retyped).collect()),
    }
}

/// What is sent instead of an event: a template, and what stands for its placeholders.
///
/// AWS: [input transformation](https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html).
///
/// ```
/// use elanswer_core::services::events::{InputPath, InputTransformer};
///
/// let failed = InputTransformer::text("<pipeline> failed at <time>")?
///     .with("pipeline", InputPath::literal("$.detail.pipeline"))
///     .with("time", InputPath::literal("$.time"));
/// assert_eq!(failed.input_template.as_str(), r#""<pipeline> failed at <time>""#);
/// assert!(failed.undefined().is_empty());
/// # Ok::<(), elanswer_core::TextError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct InputTransformer {
    /// `InputPathsMap`: by placeholder, what of the event stands for it. AWS's default: nothing.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub input_paths_map: BTreeMap<String, InputPath>,
    /// `InputTemplate`: JSON with `<placeholders>`; a text stands in quotation marks.
    pub input_template: InputTemplate,
}

text! {
    /// What is sent instead of an event: JSON with `<placeholders>`.
    InputTemplate: "a template of an input",
    "1 to 8192 characters",
    is_template
}

text! {
    /// A part of an event, as JSON paths name it: `$.detail.state`.
    InputPath: "a path in an event",
    "`$` and at most 255 characters behind it",
    is_path
}

const fn is_template(text: &str) -> bool {
    !text.is_empty() && characters(text) <= 8192
}

const fn is_path(text: &str) -> bool {
    matches!(text.as_bytes(), [b'$', ..]) && characters(text) <= 256
}

impl InputTransformer {
    /// A template in JSON, without placeholders of its own yet.
    #[must_use]
    pub const fn json(template: InputTemplate) -> Self {
        Self { input_paths_map: BTreeMap::new(), input_template: template }
    }

    /// A text with `<placeholders>`, as people read it.
    ///
    /// # Errors
    ///
    /// When it is longer than AWS takes.
    pub fn text(text: &str) -> Result<Self, TextError> {
        InputTemplate::new(serde_json::Value::from(text).to_string()).map(Self::json)
    }

    /// This part of the event, `$.detail.state`, stands for `<name>`.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, path: InputPath) -> Self {
        self.input_paths_map.insert(name.into(), path);
        self
    }

    /// The placeholders of the template that stand for nothing: AWS refuses it.
    #[must_use]
    pub fn undefined(&self) -> Vec<String> {
        let known =
            |name: &str| name.starts_with("aws.events.") || self.input_paths_map.contains_key(name);
        let mut names: Vec<String> = Vec::new();
        for part in self.input_template.as_str().split('<').skip(1) {
            let Some((name, _)) = part.split_once('>') else { continue };
            let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
            if is_name && !name.is_empty() && !known(name) {
                names.push(name.to_owned());
            }
        }
        names
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const TOPIC: TopicArn = TopicArn::literal("arn:aws:sns:us-east-1:123456789012:alarms");
    const A: InputPath = InputPath::literal("$.detail.a");

    #[test]
    fn has_the_shape_of_cloudformation() {
        let target = Target::topic(TargetId::literal("alarms"), TOPIC)
            .transformed(InputTransformer::text("<a> is \"down\"").unwrap().with("a", A));
        let tree = json!({
            "Id": "alarms",
            "Arn": "arn:aws:sns:us-east-1:123456789012:alarms",
            "InputTransformer": {
                "InputPathsMap": {"a": "$.detail.a"},
                "InputTemplate": r#""<a> is \"down\"""#,
            },
        });
        assert_eq!(serde_json::to_value(&target).unwrap(), tree);
        assert_eq!(serde_json::from_value::<Target>(tree).unwrap(), target);
    }

    #[test]
    fn every_placeholder_stands_for_something() {
        let text = "<a> <b> <aws.events.event.ingestion-time> 1 < 2 > 1";
        let transformer = InputTransformer::text(text).unwrap().with("a", A);
        assert_eq!(transformer.undefined(), ["b"]);
    }

    #[test]
    fn names_and_arns_are_those_of_aws() {
        assert!(TargetId::new("a b").is_err() && TargetId::new("x".repeat(65)).is_err());
        assert!(TargetArn::new("topic").is_err());
        assert!(TargetArn::new("arn:aws:logs:us-east-1:123456789012:log-group:a:*").is_ok());
        assert!(InputPath::new("detail").is_err());
    }
}
