//! Cases of Amazon SNS.

use elanswer_core::{
    Architecture, Region, Resource, Tags,
    services::{
        iam::{PolicyDocument, Principal, Statement},
        kms::Key,
        secretsmanager::FunctionArn,
        sns::{
            DisplayName, EmailAddress, Endpoint, HttpsUrl, QueueArn, Subscription, Topic,
            TopicName, TopicPolicy,
        },
        sts::CallerIdentity,
    },
};

use super::Case;

pub(super) const CASES: &[Case] = &[
    Case {
        name: "sns_topic",
        kind: Topic::SCHEMA.kind,
        made: || with_topic(Topic::default()),
        updated: Some(|| {
            with_topic(
                Topic::builder()
                    .display_name(DisplayName::literal("Shop alarms"))
                    .tags(Tags::new().with("Name", "renamed"))
                    .build(),
            )
        }),
        replaced: Some(|| {
            let name = TopicName::literal("elanswer-conformance-renamed");
            with_topic(Topic::builder().topic_name(name).build())
        }),
    },
    Case {
        name: "sns_topic_key",
        kind: Topic::SCHEMA.kind,
        made: || encrypted("one"),
        updated: Some(|| encrypted("two")),
        replaced: None,
    },
    Case {
        name: "sns_topic_policy",
        kind: TopicPolicy::SCHEMA.kind,
        made: || with_policy("one", "sns:Publish"),
        updated: Some(|| with_policy("one", "sns:Subscribe")),
        replaced: Some(|| with_policy("two", "sns:Publish")),
    },
    Case {
        name: "sns_subscription",
        kind: Subscription::SCHEMA.kind,
        made: || subscribed(Endpoint::Sqs(QUEUE.into()), false),
        updated: Some(|| subscribed(Endpoint::Sqs(QUEUE.into()), true)),
        replaced: Some(|| subscribed(Endpoint::Lambda(FUNCTION.into()), false)),
    },
    Case {
        name: "sns_subscription_unconfirmed",
        kind: Subscription::SCHEMA.kind,
        made: || subscribed(Endpoint::Email(EmailAddress::literal("team@example.com")), false),
        updated: None,
        replaced: Some(|| {
            subscribed(Endpoint::Https(HttpsUrl::literal("https://example.com/hook")), false)
        }),
    },
];

const QUEUE: QueueArn = QueueArn::literal("arn:aws:sqs:us-east-1:123456789012:queue");
const FUNCTION: FunctionArn =
    FunctionArn::literal("arn:aws:lambda:us-east-1:123456789012:function:hears");

fn arch() -> Architecture {
    Architecture::new("conformance", Region::UsEast1)
}

fn with_topic(topic: Topic) -> Architecture {
    let mut arch = arch();
    arch.resource("it", topic);
    arch
}

/// A topic encrypted with one of two keys.
fn encrypted(key: &str) -> Architecture {
    let mut arch = arch();
    let [one, two] = ["one", "two"].map(|id| arch.resource(id, Key::builder().build()));
    let key = if key == "one" { one } else { two };
    arch.resource("it", Topic::builder().kms_master_key_id(key.arn()).build());
    arch
}

/// Two topics, of which one has a policy.
fn with_policy(which: &str, action: &str) -> Architecture {
    let mut arch = arch();
    let caller = arch.resource("caller", CallerIdentity::new());
    let [one, two] = ["one", "two"].map(|id| arch.resource(id, Topic::default()));
    let topic = if which == "one" { one } else { two };
    let lets = Statement::allow([action])
        .to([Principal::aws(caller.root())])
        .on([topic.arn().text()])
        .named("AccountMay");
    arch.resource("it", TopicPolicy::new(&topic, PolicyDocument::new([lets])));
    arch
}

/// A topic that tells an endpoint.
fn subscribed(endpoint: Endpoint, raw: bool) -> Architecture {
    let mut arch = arch();
    let topic = arch.resource("topic", Topic::default());
    let subscription = Subscription::new(&topic, endpoint);
    arch.resource("it", Subscription { raw_message_delivery: raw, ..subscription });
    arch
}
