//! `AWS::SNS::Topic`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use crate::{
    arn::{ArnFields, cut},
    reference::{Input, Output, Ref},
    resource::{Operation, Resource},
    schema::{Kind, NameRule, Schema},
    services::kms::KeyArn,
    tags::Tags,
    text::{characters, is_of, text},
};

/// What messages are published to, and sent from to whoever subscribes.
///
/// AWS: [`AWS::SNS::Topic`](https://docs.aws.amazon.com/sns/latest/dg/sns-create-topic.html).
/// Not modelled: FIFO topics, delivery policies, delivery status logs, tracing, data protection
/// policies. Quota: 100,000 per account and Region.
///
/// ```
/// use elanswer_core::{
///     Architecture, Region,
///     services::{kms::Key, sns::{DisplayName, Topic}},
/// };
///
/// let mut arch = Architecture::new("shop", Region::UsEast1);
/// let key = arch.resource("key", Key::default());
/// let topic = Topic::builder()
///     .display_name(DisplayName::literal("Shop alarms"))
///     .kms_master_key_id(key.arn())
///     .build();
/// let topic = arch.resource("alarms", topic);
/// let arn = topic.arn(); // what an alarm takes
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct Topic {
    /// `TopicName`: unique in the account and Region, 1 to 256 letters, digits, `-` and `_`. Unset:
    /// elanswer makes up a name. Changing it replaces the topic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic_name: Option<TopicName>,
    /// `DisplayName`: from whom mails and text messages seem to come, at most 100 characters. AWS's
    /// default: nothing.
    #[builder(default)]
    #[serde(default)]
    pub display_name: DisplayName,
    /// `KmsMasterKeyId`: the ARN of the key that encrypts messages while AWS keeps them. Unset, and
    /// AWS's default: they are not encrypted.
    ///
    /// Whoever publishes must be let use the key; for an alarm its policy names
    /// `cloudwatch.amazonaws.com`.
    #[builder(into)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kms_master_key_id: Option<Input<KeyArn>>,
    /// `Tags`.
    #[builder(default)]
    #[serde(default)]
    pub tags: Tags,
}

text! {
    /// The name of a topic.
    TopicName: "the name of a topic",
    "1 to 256 letters, digits, `-` and `_`",
    is_topic_name
}

/// The most characters of a name.
const MAX_NAME_LEN: usize = 256;

const fn is_topic_name(text: &str) -> bool {
    is_of(text, 1, MAX_NAME_LEN, "-_")
}

text! {
    /// From whom messages of a topic seem to come.
    DisplayName: "the display name of a topic",
    "at most 100 characters",
    is_display_name
}

const fn is_display_name(text: &str) -> bool {
    characters(text) <= 100
}

impl Default for DisplayName {
    fn default() -> Self {
        Self::literal("")
    }
}

text! {
    /// The ARN of a topic.
    TopicArn: "the ARN of a topic",
    "`arn:aws:sns:`, Region, `:`, account, `:`, name",
    is_topic_arn
}

/// Whether the text is the ARN of something of this service, in a Region, of an account, with a name
/// of one part.
pub(super) const fn is_arn_of(text: &str, service: &str) -> bool {
    let Some(arn) = ArnFields::of(text) else { return false };
    matches!(arn.named(service, ""), Some(name) if cut(name, b':').is_none())
}

const fn is_topic_arn(text: &str) -> bool {
    is_arn_of(text, "sns")
}

/// What AWS decides of a topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct TopicOutputs {
    /// `TopicArn`: `arn:aws:sns:us-east-1:123456789012:NAME`.
    pub topic_arn: String,
}

impl Ref<Topic> {
    /// `TopicArn`. A policy takes it as [`text`](Output::text).
    #[must_use]
    pub fn arn(&self) -> Output<TopicArn> {
        self.output("TopicArn")
    }
}

impl Resource for Topic {
    type Outputs = TopicOutputs;

    const SCHEMA: &'static Schema = &Schema {
        identifier: "TopicArn",
        outputs: &["TopicArn"],
        replaces: &["TopicName"],
        computed: &["TopicName"],
        name: Some(NameRule { also: "_", ..NameRule::new("TopicName", MAX_NAME_LEN) }),
        exclusive: &["TopicName"],
        resource_type: Some("sns"),
        named_by_arn: true,
        api: "sns",
        ..Schema::new(Kind::new("AWS::SNS::Topic"))
    };

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    /// `CreateTopic`; a `SetTopicAttributes` for each attribute that changes; `DeleteTopic`.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Create(_) | Operation::Delete(_) => 1,
            Operation::Update(from, to) => {
                let (set, remove) = from.tags.changes_to(&to.tags);
                u32::from(from.display_name != to.display_name)
                    + u32::from(from.kms_master_key_id != to.kms_master_key_id)
                    + u32::from(!set.is_empty())
                    + u32::from(!remove.is_empty())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn has_the_shape_of_cloudformation() {
        let topic = Topic::builder()
            .topic_name(TopicName::literal("shop_alarms-1"))
            .display_name(DisplayName::literal("Shop"))
            .kms_master_key_id(KeyArn::literal("arn:aws:kms:us-east-1:123456789012:key/k"))
            .build();
        let tree = json!({
            "TopicName": "shop_alarms-1",
            "DisplayName": "Shop",
            "KmsMasterKeyId": "arn:aws:kms:us-east-1:123456789012:key/k",
            "Tags": [],
        });
        assert_eq!(serde_json::to_value(&topic).unwrap(), tree);
        assert_eq!(serde_json::from_value::<Topic>(tree).unwrap(), topic);
    }

    #[test]
    fn names_and_arns_are_those_of_aws() {
        for bad in ["", "shop.fifo", "a b", &"x".repeat(257)] {
            assert!(TopicName::new(bad).is_err(), "{bad:?}");
        }
        assert!(TopicArn::new("arn:aws:sns:us-east-1:123456789012:alarms").is_ok());
        for bad in [
            "alarms",
            "arn:aws:sqs:us-east-1:123456789012:alarms",
            "arn:aws:sns:us-east-1:123456789012:",
            "arn:aws:sns:us-east-1:123456789012:alarms:a-subscription",
        ] {
            assert!(TopicArn::new(bad).is_err(), "{bad:?}");
        }
    }
}
