//! Rule: events-rule-refused
//!
//! Severity: error
//!
//! AWS refuses a rule of EventBridge: its pattern could never match, for a value stands in no list
//! or a list is empty; it has too many targets; the input of a target has a placeholder that stands
//! for nothing.
//!
//! Source: <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html>
//!
//! Fix: what the diagnostic says: `"state": ["FAILED"]`, not `"state": "FAILED"`.
//!
//! Suppress: never: AWS refuses it.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::events,
};

pub(crate) const RULE: Rule = Rule {
    slug: "events-rule-refused",
    severity: Severity::Error,
    summary: "AWS refuses the pattern or a target of a rule of EventBridge.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, rule) in ctx.all::<events::Rule>() {
        for fault in rule.faults() {
            out.push(node, format!("AWS refuses it: {fault}"), help(&fault));
        }
    }
}

const fn help(fault: &events::RuleFault) -> &'static str {
    match fault {
        events::RuleFault::Pattern(_) => "put values into lists: `\"state\": [\"FAILED\"]`",
        events::RuleFault::UndefinedPlaceholder { .. } => {
            "say with `InputTransformer::with` what stands for it"
        }
        events::RuleFault::TooManyTargets(_) => "make another rule of the same pattern",
        events::RuleFault::DuplicateTarget(_) => "give every target an id of its own",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::check,
        services::{
            events::{EventPattern, InputPath, InputTransformer, Target, TargetId},
            sns::TopicArn,
        },
    };

    fn rule(pattern: EventPattern, input: InputTransformer) -> events::Rule {
        let topic = TopicArn::literal("arn:aws:sns:us-east-1:123456789012:alarms");
        let target = Target::topic(TargetId::literal("alarms"), topic).transformed(input);
        events::Rule::builder().event_pattern(pattern).targets([target]).build()
    }

    fn text() -> InputTransformer {
        InputTransformer::text("<pipeline> failed").unwrap()
    }

    #[test]
    fn fires_on_values_outside_of_lists_and_placeholders_for_nothing() {
        check(
            &RULE,
            |arch| {
                let mut pattern = EventPattern::of_source("aws.codepipeline");
                pattern.detail.insert("state".to_owned(), "FAILED".into());
                arch.resource("fails", rule(pattern, text()));
            },
            &[
                "error fails: AWS refuses it: `<pipeline>` in the input of `alarms` stands for \
                 nothing",
                "error fails: AWS refuses it: the pattern has a value that is in no list at \
                 `detail.state`",
            ],
        );
    }

    #[test]
    fn accepts_the_same_in_a_list_and_defined() {
        check(
            &RULE,
            |arch| {
                let pattern = EventPattern::pipeline_failures();
                let path = InputPath::literal("$.detail.pipeline");
                arch.resource("fails", rule(pattern, text().with("pipeline", path)));
            },
            &[],
        );
    }
}
