//! What EventBridge calls.
//!
//! Source: <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sns-permissions>.

use elanswer_core::services::{
    events::{Rule, TargetArn},
    iam::Service,
    sns::Topic,
};

use super::{Calls, sns};
use crate::world::World;

/// EventBridge publishes events to the topics of rules. It does not say for whom.
pub(super) fn targets(world: &World, calls: &mut Calls) {
    for (place, name, rule) in world.everywhere::<Rule>() {
        for target in &rule.resource.targets {
            let arn = target.arn.known().map(TargetArn::as_str).unwrap_or_default();
            if world.get::<Topic>(place, arn).is_some() {
                let what = format!("events of {name} go to {arn}");
                sns::publish(world, calls, &what, Service::Events, (place, arn), &[]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::{
        Architecture, Region,
        constructs::{AlertTopic, EncryptionKey, EventAlert, KeyUser, Publisher},
        services::events::EventPattern,
    };

    use crate::{MockAws, iam::Iam};

    #[tokio::test(start_paused = true)]
    async fn events_reach_an_encrypted_topic_and_no_topic_of_others() {
        let mut arch = Architecture::new("shop", Region::UsEast1);
        let key = arch.add(EncryptionKey::new("key").used_by([KeyUser::Events]));
        let alerts = arch.add(AlertTopic::new("alerts", &key).from(Publisher::Events));
        arch.add(EventAlert::new("fails", EventPattern::pipeline_failures(), &alerts));
        let aws = MockAws::new();
        let report = elanswer_core::apply(&arch, &aws).await.unwrap();
        assert!(report.is_complete(), "{report}");
        let world = aws.api().world();
        let iam = Iam::of(&world);
        let calls = super::super::of(&world);
        let about = calls.iter().filter(|it| it.name.starts_with("events of"));
        let (held, broken): (Vec<_>, Vec<_>) = about.partition(|it| it.holds(&iam));
        let broken: Vec<String> = broken.into_iter().map(ToString::to_string).collect();
        assert_eq!((held.len(), broken), (6, Vec::new()));
    }
}
