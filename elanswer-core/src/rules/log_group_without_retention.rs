//! Rule: log-group-without-retention
//!
//! Severity: warning
//!
//! CloudWatch Logs keeps the events of a log group for ever, and bills them every month.
//!
//! Source: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html>
//!
//! Fix: set `RetentionInDays`.
//!
//! Suppress: for logs that must never be deleted.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::logs::LogGroup,
};

pub(crate) const RULE: Rule = Rule {
    slug: "log-group-without-retention",
    severity: Severity::Warning,
    summary: "A log group keeps its events for ever.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, group) in ctx.all::<LogGroup>() {
        if group.retention_in_days.is_none() {
            out.push(
                node,
                "keeps its events for ever, and AWS bills them every month",
                "set `RetentionInDays`",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{checks::testing::check, services::logs::Retention};

    #[test]
    fn fires_without_a_retention() {
        check(
            &RULE,
            |arch| _ = arch.resource("logs", LogGroup::default()),
            &["warning logs: keeps its events for ever, and AWS bills them every month"],
        );
    }

    #[test]
    fn accepts_a_retention() {
        check(
            &RULE,
            |arch| {
                let group = LogGroup::builder().retention_in_days(Retention::Days30);
                arch.resource("logs", group.build());
            },
            &[],
        );
    }
}
