//! Rule: topic-refused
//!
//! Severity: error
//!
//! AWS refuses what is said of a topic: its policy is about actions of something else, or about all
//! by a pattern, or too long; a mail or a function is to get messages raw.
//!
//! Source: <https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html>
//!
//! Fix: name the actions, `sns:Publish`; raw messages go to queues and over HTTPS.
//!
//! Suppress: never: AWS refuses it.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::sns::{Subscription, TopicPolicy},
};

pub(crate) const RULE: Rule = Rule {
    slug: "topic-refused",
    severity: Severity::Error,
    summary: "AWS refuses the policy or a subscription of a topic.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, policy) in ctx.all::<TopicPolicy>() {
        for fault in policy.faults() {
            out.push(node, format!("AWS refuses it: {fault}"), "name what is to be allowed");
        }
    }
    for (node, subscription) in ctx.all::<Subscription>() {
        if subscription.raw_message_delivery && !subscription.endpoint.takes_raw_messages() {
            out.push(
                node,
                format!("AWS sends no raw messages by `{}`", subscription.endpoint.protocol()),
                "leave out `raw_message_delivery`",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        architecture::Architecture,
        checks::testing::check,
        services::{
            iam::{PolicyDocument, Principal, Statement},
            sns::{EmailAddress, Endpoint, HttpsUrl, Topic},
        },
    };

    fn describe(arch: &mut Architecture, action: &str, endpoint: Endpoint) {
        let topic = arch.resource("alarms", Topic::default());
        let lets = Statement::allow([action])
            .to([Principal::account("123456789012")])
            .on([topic.arn().text()]);
        arch.resource("policy", TopicPolicy::new(&topic, PolicyDocument::new([lets])));
        let raw = Subscription::new(&topic, endpoint);
        arch.resource("raw", Subscription { raw_message_delivery: true, ..raw });
    }

    #[test]
    fn fires_on_a_pattern_and_on_a_raw_mail() {
        let mail = Endpoint::Email(EmailAddress::literal("team@example.com"));
        check(
            &RULE,
            |arch| describe(arch, "sns:*", mail),
            &[
                "error policy: AWS refuses it: a policy of a topic names actions of topics, not \
                 `sns:*`",
                "error raw: AWS sends no raw messages by `email`",
            ],
        );
    }

    #[test]
    fn accepts_names_and_raw_messages_over_https() {
        let hook = Endpoint::Https(HttpsUrl::literal("https://example.com/hook"));
        check(&RULE, |arch| describe(arch, "SNS:Publish", hook), &[]);
    }
}
