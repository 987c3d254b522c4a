//! What AWS calls to tell topics of what is spent.
//!
//! Source: <https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html>,
//! <https://docs.aws.amazon.com/cost-management/latest/userguide/ad-SNS.html>.

use elanswer_core::services::{
    budgets::{Budget, Subscriber},
    ce::{self, AnomalySubscription},
    iam::Service,
};

use super::{Calls, sns};
use crate::world::{World, account};

/// Budgets and subscriptions to unusual costs publish to topics of the account.
pub(super) fn topics(world: &World, calls: &mut Calls) {
    for (place, arn, budget) in world.everywhere::<Budget>() {
        let told = &budget.resource.notifications_with_subscribers;
        for who in told.iter().flat_map(|it| &it.subscribers) {
            let Subscriber::Sns(topic) = who else { continue };
            let Some(topic) = topic.known().filter(|topic| is_ours(world, topic.as_str())) else {
                continue;
            };
            let account = account(place);
            let context = [("aws:SourceAccount", account.as_str()), ("aws:SourceArn", arn)];
            let service = Service::Other("budgets.amazonaws.com".to_owned());
            let name = format!("{arn} tells a topic");
            sns::publish(world, calls, &name, service, (place, topic.as_str()), &context);
        }
    }
    for (place, arn, subscription) in world.everywhere::<AnomalySubscription>() {
        for who in &subscription.resource.subscribers {
            let ce::Subscriber::Sns(topic) = who else { continue };
            let Some(topic) = topic.known().filter(|topic| is_ours(world, topic.as_str())) else {
                continue;
            };
            let account = account(place);
            let context = [("aws:SourceAccount", account.as_str())];
            let service = Service::Other("costalerts.amazonaws.com".to_owned());
            let name = format!("{arn} tells a topic");
            sns::publish(world, calls, &name, service, (place, topic.as_str()), &context);
        }
    }
}

/// Whether a topic is of this world.
fn is_ours(world: &World, topic: &str) -> bool {
    world.sights().iter().any(|it| {
        it.kind.service() == "SNS" && it.kind.short() == "Topic" && it.identifier == topic
    })
}
