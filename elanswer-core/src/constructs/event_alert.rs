//! An alert for what happens in AWS.

use super::{AlertTopicHandle, name_tag};
use crate::{
    architecture::{Construct, Scope},
    reference::{Input, Ref},
    services::{
        events::{EventPattern, InputTransformer, Rule, Target, TargetId},
        sns::TopicArn,
    },
};

/// Tells a topic of events of AWS: of pipelines and deployments that fail, of databases.
///
/// The topic is one to which [`Publisher::Events`](super::Publisher::Events) publishes.
///
/// ```
/// use elanswer_core::{
///     Architecture, Region,
///     constructs::{AlertTopic, EncryptionKey, EventAlert, KeyUser, Publisher},
///     services::events::{DatabaseEvent, EventPattern, InputPath, InputTransformer},
/// };
///
/// let mut arch = Architecture::new("shop", Region::UsEast1);
/// let key = arch.add(EncryptionKey::new("alerts-key").used_by([KeyUser::Events]));
/// let alerts = arch.add(AlertTopic::new("alerts", &key).from(Publisher::Events));
/// let events = [DatabaseEvent::Failover, DatabaseEvent::Failure, DatabaseEvent::LowStorage];
/// let text = InputTransformer::text("<database>: <message>")?
///     .with("database", InputPath::literal("$.detail.SourceIdentifier"))
///     .with("message", InputPath::literal("$.detail.Message"));
/// let database = EventAlert::new("database", EventPattern::database_events(events), &alerts);
/// arch.add(database.saying(text));
/// # Ok::<(), elanswer_core::TextError>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "an alert does nothing until it is added to an architecture"]
pub struct EventAlert {
    name: String,
    pattern: EventPattern,
    topic: Input<TopicArn>,
    text: Option<InputTransformer>,
}

impl EventAlert {
    /// Tells `topic` of the events of `pattern`, as AWS writes them.
    pub fn new(name: impl Into<String>, pattern: EventPattern, topic: &AlertTopicHandle) -> Self {
        Self { name: name.into(), pattern, topic: topic.arn(), text: None }
    }

    /// Tells this instead of the event.
    pub fn saying(mut self, text: InputTransformer) -> Self {
        self.text = Some(text);
        self
    }
}

/// What its topic is called in the rule.
const TARGET: TargetId = TargetId::literal("topic");

impl Construct for EventAlert {
    type Handle = Ref<Rule>;

    fn name(&self) -> &str {
        &self.name
    }

    fn build(self, scope: &mut Scope<'_>) -> Ref<Rule> {
        let target = Target { input_transformer: self.text, ..Target::topic(TARGET, self.topic) };
        let rule = Rule::builder()
            .event_pattern(self.pattern)
            .targets([target])
            .tags(name_tag(scope, "rule"))
            .build();
        scope.resource("rule", rule)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::constructs::{
        AlertTopic, EncryptionKey, KeyUser, Publisher,
        testing::{described, inventory, messages},
    };

    #[test]
    fn builds_a_rule_that_comes_after_the_policy_of_the_topic() {
        let (arch, _) = described(|arch| {
            let key = arch.add(EncryptionKey::new("key").used_by([KeyUser::Events]));
            let alerts = arch.add(AlertTopic::new("alerts", &key).from(Publisher::Events));
            arch.add(EventAlert::new("fails", EventPattern::pipeline_failures(), &alerts))
        });
        assert!(messages(&arch).is_empty());
        assert_eq!(inventory(&arch, "fails/"), "fails/rule Rule <- alerts/policy.Id\n");
    }
}
