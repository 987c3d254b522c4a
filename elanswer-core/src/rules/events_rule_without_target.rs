//! Rule: events-rule-without-target
//!
//! Severity: warning
//!
//! A rule of EventBridge takes events and has no target: nobody hears of them.
//!
//! Source: <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html>
//!
//! Fix: give it a target, a topic say.
//!
//! Suppress: where only the metric counts of how often the rule took something, or where somebody
//! else puts the targets.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::events,
};

pub(crate) const RULE: Rule = Rule {
    slug: "events-rule-without-target",
    severity: Severity::Warning,
    summary: "Nobody hears of what a rule of EventBridge takes.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, rule) in ctx.all::<events::Rule>() {
        if rule.targets.is_empty() {
            out.push(node, "nobody hears of its events", "give it a target: `Target::topic`");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::check,
        services::{
            events::{EventPattern, Target, TargetId},
            sns::TopicArn,
        },
    };

    fn rule(targets: impl IntoIterator<Item = Target>) -> events::Rule {
        let pattern = EventPattern::pipeline_failures();
        events::Rule::builder().event_pattern(pattern).targets(targets).build()
    }

    #[test]
    fn fires_without_a_target() {
        check(
            &RULE,
            |arch| _ = arch.resource("fails", rule([])),
            &["warning fails: nobody hears of its events"],
        );
    }

    #[test]
    fn accepts_a_target() {
        check(
            &RULE,
            |arch| {
                let topic = TopicArn::literal("arn:aws:sns:us-east-1:123456789012:alarms");
                let target = Target::topic(TargetId::literal("alarms"), topic);
                arch.resource("fails", rule([target]));
            },
            &[],
        );
    }
}
