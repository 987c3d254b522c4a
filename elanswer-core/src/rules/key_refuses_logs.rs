//! Rule: key-refuses-logs
//!
//! Severity: error
//!
//! A log group is to be encrypted with a key whose policy does not let CloudWatch Logs use it: AWS
//! refuses the log group.
//!
//! Source: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html>
//!
//! Fix: allow `kms:Encrypt`, `kms:Decrypt` and `kms:GenerateDataKey` to `logs.REGION.amazonaws.com`, as
//! `EncryptionKey::used_by` does with `KeyUser::Logs`.
//!
//! Suppress: never.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    reference::{Input, Ref},
    services::{iam::Service, kms::Key, logs::LogGroup},
};

pub(crate) const RULE: Rule = Rule {
    slug: "key-refuses-logs",
    severity: Severity::Error,
    summary: "A key does not let CloudWatch Logs use it.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, group) in ctx.all::<LogGroup>() {
        let Some(Input::Output(reference)) = &group.kms_key_id else { continue };
        let key = Ref::<Key>::managed(reference.resource.clone());
        let Some((key_node, key)) = ctx.get(&key) else { continue };
        let service = Service::logs_in(node.place.region);
        if !key.lets(&service, "kms:GenerateDataKey") {
            out.push(
                node,
                format!("`{}` does not let CloudWatch Logs use it", key_node.id),
                format!("allow `kms:GenerateDataKey` and its kin to `{service}` in its policy"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::check,
        constructs::{EncryptionKey, KeyUser},
        services::logs::Retention,
    };

    #[test]
    fn fires_on_a_key_of_others() {
        check(
            &RULE,
            |arch| {
                let key = arch.add(EncryptionKey::new("key").used_by([KeyUser::Rds]));
                let logs = LogGroup::builder().retention_in_days(Retention::Days7);
                arch.resource("logs", logs.kms_key_id(key.arn()).build());
            },
            &["error logs: `key/key` does not let CloudWatch Logs use it"],
        );
    }

    #[test]
    fn accepts_a_key_for_logs_and_one_that_is_not_managed_here() {
        check(
            &RULE,
            |arch| {
                let key = arch.add(EncryptionKey::new("key").used_by([KeyUser::Logs]));
                let logs = || LogGroup::builder().retention_in_days(Retention::Days7);
                arch.resource("ours", logs().kms_key_id(key.arn()).build());
                let arn = "arn:aws:kms:us-east-1:123456789012:key/k".parse().unwrap();
                arch.resource("theirs", logs().kms_key_id(Input::Literal(arn)).build());
            },
            &[],
        );
    }
}
