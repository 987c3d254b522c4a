//! `AWS::CE::AnomalySubscription`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::{AnomalyMonitor, AnomalyThreshold};
use crate::{
    Set,
    arn::{ArnFields, behind},
    reference::{Input, Ref},
    resource::{Operation, Resource},
    schema::{Kind, Schema, Scope},
    services::sns::{EmailAddress, TopicArn},
    tags::Tags,
    text::{characters, text},
};

/// Who is told of unusual costs, how often, and of which.
///
/// AWS: [`AWS::CE::AnomalySubscription`](https://docs.aws.amazon.com/cost-management/latest/userguide/getting-started-ad.html).
/// It costs nothing.
///
/// ```
/// use elanswer_core::{
///     Architecture, Dollars, Region,
///     services::{
///         budgets::EmailAddress,
///         ce::{
///             AnomalyMonitor, AnomalySubscription, AnomalyThreshold, Frequency, MonitorName,
///             Subscriber, SubscriptionName,
///         },
///     },
/// };
///
/// let mut arch = Architecture::new("shop", Region::UsEast1);
/// let monitor = AnomalyMonitor::of_services(MonitorName::literal("services"));
/// let monitor = arch.resource("monitor", monitor);
/// let subscription = AnomalySubscription::builder()
///     .subscription_name(SubscriptionName::literal("ops"))
///     .monitors([monitor])
///     .frequency(Frequency::Daily)
///     .threshold(AnomalyThreshold::at_least(Dollars::whole(100)))
///     .subscribers([Subscriber::Email(EmailAddress::literal("ops@example.com"))])
///     .build();
/// arch.resource("subscription", subscription);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct AnomalySubscription {
    /// `SubscriptionName`: what people know it by; need not be unique.
    pub subscription_name: SubscriptionName,
    /// `MonitorArnList`: what finds the costs, at least one.
    #[builder(with = |it: impl IntoIterator<Item = Ref<AnomalyMonitor>>| it.into_iter().collect())]
    #[serde(rename = "MonitorArnList")]
    pub monitors: Set<Ref<AnomalyMonitor>>,
    /// `Frequency`: how often they are told.
    pub frequency: Frequency,
    /// `ThresholdExpression`: of which anomalies they are told.
    #[serde(rename = "ThresholdExpression")]
    pub threshold: AnomalyThreshold,
    /// `Subscribers`: who is told; at once a topic, else mailboxes.
    #[builder(with = |it: impl IntoIterator<Item = Subscriber>| it.into_iter().collect())]
    pub subscribers: Set<Subscriber>,
    /// `ResourceTags`. CloudFormation replaces the subscription when they change; elanswer changes
    /// them in place.
    #[builder(default)]
    #[serde(default, rename = "ResourceTags")]
    pub tags: Tags,
}

text! {
    /// What people know a subscription by.
    SubscriptionName: "the name of an anomaly subscription",
    "1 to 1024 characters",
    is_name
}

text! {
    /// The ARN of a subscription.
    SubscriptionArn: "the ARN of an anomaly subscription",
    "`arn:aws:ce::`, account, `:anomalysubscription/`, id",
    is_arn
}

const fn is_name(text: &str) -> bool {
    let length = characters(text);
    1 <= length && length <= 1024
}

const fn is_arn(text: &str) -> bool {
    let Some(arn) = ArnFields::of(text) else { return false };
    let Some(resource) = arn.resource_of("ce") else { return false };
    matches!(behind(resource, b"anomalysubscription/"), Some(id) if !id.is_empty())
}

/// How often somebody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Frequency {
    /// Of all anomalies of a day together.
    Daily,
    /// Of each as soon as it is found, by way of a topic.
    Immediate,
    /// Of all anomalies of a week together.
    Weekly,
}

/// Who is told of unusual costs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "Type", content = "Address", rename_all = "UPPERCASE")]
pub enum Subscriber {
    /// Whoever reads the mail of this address.
    Email(EmailAddress),
    /// A topic of Amazon SNS whose policy lets `costalerts.amazonaws.com` publish.
    Sns(Input<TopicArn>),
}

/// What AWS decides of a subscription.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AnomalySubscriptionOutputs {
    /// `SubscriptionArn`: `arn:aws:ce::123456789012:anomalysubscription/…`.
    pub subscription_arn: SubscriptionArn,
}

/// What AWS refuses in a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SubscriptionFault {
    /// Mailboxes are told at once.
    #[error("only a topic is told at once, mailboxes daily or weekly")]
    MailboxAtOnce,
    /// It is of no monitor.
    #[error("a subscription is of one monitor at least")]
    NoMonitor,
    /// It tells nobody.
    #[error("a subscription has a subscriber at least")]
    NoSubscriber,
    /// A topic is told daily or weekly.
    #[error("a topic is told at once, not daily or weekly")]
    TopicLater,
}

impl AnomalySubscription {
    /// What AWS refuses in it.
    #[must_use]
    pub fn faults(&self) -> Vec<SubscriptionFault> {
        let topics = self.subscribers.iter().any(|it| matches!(it, Subscriber::Sns(_)));
        let mailboxes = self.subscribers.iter().any(|it| matches!(it, Subscriber::Email(_)));
        let at_once = self.frequency == Frequency::Immediate;
        let faults = [
            (self.monitors.is_empty(), SubscriptionFault::NoMonitor),
            (self.subscribers.is_empty(), SubscriptionFault::NoSubscriber),
            (at_once && mailboxes, SubscriptionFault::MailboxAtOnce),
            (!at_once && topics, SubscriptionFault::TopicLater),
        ];
        faults.into_iter().filter(|(found, _)| *found).map(|(_, fault)| fault).collect()
    }

    /// All that `UpdateAnomalySubscription` changes.
    #[must_use]
    pub fn without_tags(&self) -> Self {
        Self { tags: Tags::new(), ..self.clone() }
    }
}

impl Resource for AnomalySubscription {
    type Outputs = AnomalySubscriptionOutputs;

    const SCHEMA: &'static Schema = &Schema {
        scope: Scope::Global,
        identifier: "SubscriptionArn",
        outputs: &["SubscriptionArn"],
        named_by_arn: true,
        api: "ce",
        ..Schema::new(Kind::new("AWS::CE::AnomalySubscription"))
    };

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    /// `CreateAnomalySubscription`; `UpdateAnomalySubscription`, and a call for tags to set and to
    /// remove; `DeleteAnomalySubscription`.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Create(_) | Operation::Delete(_) => 1,
            Operation::Update(from, to) => {
                let (set, remove) = from.tags.changes_to(&to.tags);
                u32::from(from.without_tags() != to.without_tags())
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
    use crate::{dollars::Dollars, resource::properties_of};

    fn subscription(frequency: Frequency, who: Subscriber) -> AnomalySubscription {
        AnomalySubscription::builder()
            .subscription_name(SubscriptionName::literal("ops"))
            .monitors([Ref::existing("arn:aws:ce::123456789012:anomalymonitor/m")])
            .frequency(frequency)
            .threshold(AnomalyThreshold::at_least(Dollars::whole(100)))
            .subscribers([who])
            .build()
    }

    fn mail() -> Subscriber {
        Subscriber::Email(EmailAddress::literal("ops@example.com"))
    }

    fn topic() -> Subscriber {
        Subscriber::Sns(TopicArn::literal("arn:aws:sns:us-east-1:123456789012:spending").into())
    }

    #[test]
    fn has_the_shape_of_cloudformation() {
        let it = subscription(Frequency::Daily, mail());
        let tree = json!({
            "SubscriptionName": "ops",
            "MonitorArnList": ["arn:aws:ce::123456789012:anomalymonitor/m"],
            "Frequency": "DAILY",
            "ThresholdExpression": it.threshold.to_json(),
            "Subscribers": [{ "Type": "EMAIL", "Address": "ops@example.com" }],
            "ResourceTags": [],
        });
        assert_eq!(serde_json::Value::Object(properties_of(&it)), tree);
        assert_eq!(serde_json::from_value::<AnomalySubscription>(tree).unwrap(), it);
    }

    #[test]
    fn topics_are_told_at_once_and_mailboxes_later() {
        assert!(subscription(Frequency::Immediate, topic()).faults().is_empty());
        assert!(subscription(Frequency::Weekly, mail()).faults().is_empty());
        let at_once = subscription(Frequency::Immediate, mail()).faults();
        assert_eq!(at_once, [SubscriptionFault::MailboxAtOnce]);
        let later = subscription(Frequency::Daily, topic()).faults();
        assert_eq!(later, [SubscriptionFault::TopicLater]);
        let mut nothing = subscription(Frequency::Daily, mail());
        nothing.monitors.clear();
        nothing.subscribers.clear();
        assert_eq!(
            nothing.faults(),
            [SubscriptionFault::NoMonitor, SubscriptionFault::NoSubscriber]
        );
    }
}
