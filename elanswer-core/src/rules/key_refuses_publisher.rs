//! Rule: key-refuses-publisher
//!
//! Severity: error
//!
//! The policy of a topic lets a service of AWS publish, and the key that encrypts the topic does not
//! let that service use it: AWS takes both, and drops every message of the service.
//!
//! Source: <https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services>
//!
//! Fix: allow `kms:GenerateDataKey` and `kms:Decrypt` to the service in the policy of the key, as
//! `EncryptionKey::used_by` does with `KeyUser::Alarms`, `Budgets`, `CostAnomalies` and `Events`.
//!
//! Suppress: never.

use std::collections::BTreeSet;

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    reference::{Input, Ref},
    services::{
        iam::{Principal, Service},
        kms::Key,
        sns::{Publishing, TopicPolicy},
    },
};

pub(crate) const RULE: Rule = Rule {
    slug: "key-refuses-publisher",
    severity: Severity::Error,
    summary: "A key does not let a service publish to the topic that it encrypts.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (_, policy) in ctx.all::<TopicPolicy>() {
        let Some((node, topic)) = ctx.get(policy.topic()) else { continue };
        let Some(Input::Output(reference)) = &topic.kms_master_key_id else { continue };
        let key = Ref::<Key>::managed(reference.resource.clone());
        let Some((key_node, key)) = ctx.get(&key) else { continue };
        for service in publishers(policy) {
            let uses = ["kms:GenerateDataKey", "kms:Decrypt"];
            if !uses.iter().all(|action| key.lets(service, action)) {
                out.push(
                    node,
                    format!("`{}` does not let `{service}` use it, which publishes", key_node.id),
                    format!(
                        "allow `kms:GenerateDataKey` and `kms:Decrypt` to `{service}` in its policy"
                    ),
                );
            }
        }
    }
}

/// The services that a policy lets publish.
fn publishers(policy: &TopicPolicy) -> BTreeSet<&Service> {
    let statements = policy.policy_document.statements.iter();
    let named = statements.flat_map(|it| it.principals.named()).filter_map(|it| match it {
        Principal::Service(service) => Some(service),
        _ => None,
    });
    named.filter(|service| policy.lets_publish(service) != Publishing::Refused).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        architecture::Architecture,
        checks::testing::check,
        constructs::{AlertTopic, EncryptionKey, KeyUser, Publisher},
    };

    fn describe(arch: &mut Architecture, users: &[KeyUser]) {
        let key = arch.add(EncryptionKey::new("key").used_by(users.iter().copied()));
        let topic = AlertTopic::new("alerts", &key).from(Publisher::Alarms);
        arch.add(topic.from(Publisher::Events));
    }

    #[test]
    fn fires_on_a_publisher_that_the_key_does_not_know() {
        check(
            &RULE,
            |arch| describe(arch, &[KeyUser::Events, KeyUser::Budgets]),
            &["error alerts/topic: `key/key` does not let `cloudwatch.amazonaws.com` use it, \
               which publishes"],
        );
    }

    #[test]
    fn accepts_a_key_that_knows_them_all() {
        check(&RULE, |arch| describe(arch, &[KeyUser::Events, KeyUser::Alarms]), &[]);
    }
}
