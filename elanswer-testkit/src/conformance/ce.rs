//! Cases of AWS Cost Explorer.

use elanswer_core::{
    Architecture, Dollars, Region, Resource, Tags,
    services::{
        budgets::{EmailAddress, TopicArn},
        ce::{
            AnomalyMonitor, AnomalySubscription, AnomalyThreshold, Frequency, MonitorName,
            Subscriber, SubscriptionName,
        },
    },
};

use super::Case;

pub(super) const CASES: &[Case] = &[
    Case {
        name: "ce_anomaly_monitor",
        kind: AnomalyMonitor::SCHEMA.kind,
        made: || {
            let mut arch = arch();
            arch.resource("it", AnomalyMonitor::of_services(MonitorName::literal("services")));
            arch
        },
        updated: Some(|| {
            let mut arch = arch();
            let renamed = AnomalyMonitor::builder()
                .monitor_name(MonitorName::literal("all services"))
                .tags(Tags::new().with("Name", "renamed"));
            arch.resource("it", renamed.build());
            arch
        }),
        // What replaces has one value each.
        replaced: None,
    },
    Case {
        name: "ce_anomaly_subscription",
        kind: AnomalySubscription::SCHEMA.kind,
        made: || {
            told(
                Frequency::Daily,
                100,
                [Subscriber::Email(EmailAddress::literal("ops@example.com"))],
                Tags::new(),
            )
        },
        updated: Some(|| {
            told(
                Frequency::Weekly,
                250,
                ["finance@example.com", "ops2@example.com"]
                    .map(|address| Subscriber::Email(EmailAddress::literal(address))),
                Tags::new().with("Name", "renamed"),
            )
        }),
        // Nothing replaces it.
        replaced: None,
    },
    Case {
        name: "ce_anomaly_subscription_at_once",
        kind: AnomalySubscription::SCHEMA.kind,
        made: || told(Frequency::Immediate, 50, [Subscriber::Sns(TOPIC.into())], Tags::new()),
        updated: None,
        replaced: None,
    },
];

const TOPIC: TopicArn = TopicArn::literal("arn:aws:sns:us-east-1:123456789012:spending");

fn arch() -> Architecture {
    Architecture::new("conformance", Region::UsEast1)
}

fn told(
    frequency: Frequency,
    dollars: u32,
    who: impl IntoIterator<Item = Subscriber>,
    tags: Tags,
) -> Architecture {
    let mut arch = arch();
    let monitor = AnomalyMonitor::of_services(MonitorName::literal("services"));
    let monitor = arch.resource("monitor", monitor);
    let subscription = AnomalySubscription::builder()
        .subscription_name(SubscriptionName::literal("ops"))
        .monitors([monitor])
        .frequency(frequency)
        .threshold(AnomalyThreshold::at_least(Dollars::whole(dollars)))
        .subscribers(who)
        .tags(tags);
    arch.resource("it", subscription.build());
    arch
}
