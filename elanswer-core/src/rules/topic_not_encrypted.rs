//! Rule: topic-not-encrypted
//!
//! Severity: warning
//!
//! AWS keeps the messages of a topic unencrypted until they are delivered.
//!
//! Source: <https://docs.aws.amazon.com/sns/latest/dg/sns-server-side-encryption.html>
//!
//! Fix: set `kms_master_key_id` to a key whose policy lets the publishers use it; an alarm publishes
//! as `cloudwatch.amazonaws.com`.
//!
//! Suppress: where messages say nothing that is not public.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::sns::Topic,
};

pub(crate) const RULE: Rule = Rule {
    slug: "topic-not-encrypted",
    severity: Severity::Warning,
    summary: "The messages of a topic are not encrypted.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, topic) in ctx.all::<Topic>() {
        if topic.kms_master_key_id.is_none() {
            out.push(
                node,
                "its messages are not encrypted",
                "set `kms_master_key_id` to a key that those who publish may use",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{checks::testing::check, services::kms::KeyArn};

    #[test]
    fn fires_without_a_key() {
        check(
            &RULE,
            |arch| _ = arch.resource("alarms", Topic::default()),
            &["warning alarms: its messages are not encrypted"],
        );
    }

    #[test]
    fn accepts_a_key() {
        check(
            &RULE,
            |arch| {
                let key = KeyArn::literal("arn:aws:kms:us-east-1:123456789012:key/k");
                arch.resource("alarms", Topic::builder().kms_master_key_id(key).build());
            },
            &[],
        );
    }
}
