//! Rule: listener-rule-conditions
//!
//! Severity: error
//!
//! A rule of a listener has no condition, more than five values, or more than five wildcards in them;
//! AWS answers `ValidationError`.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html>
//!
//! Fix: split the rule in two that forward to the same target group.
//!
//! Suppress: never.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::elbv2::ListenerRule,
};

pub(crate) const RULE: Rule = Rule {
    slug: "listener-rule-conditions",
    severity: Severity::Error,
    summary: "A rule of a listener has no condition, or too many values or wildcards.",
    check,
};

const MAX_VALUES: usize = 5;
const MAX_WILDCARDS: usize = 5;

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, rule) in ctx.all::<ListenerRule>() {
        let (values, wildcards) = (rule.conditions.len(), rule.conditions.wildcards());
        if values == 0 {
            out.push(
                node,
                "has no condition",
                "add one, or make the action the default of the listener",
            );
        }
        if values > MAX_VALUES {
            out.push(
                node,
                format!("has {values} values in its conditions, AWS allows {MAX_VALUES}"),
                "split it in two rules",
            );
        }
        if wildcards > MAX_WILDCARDS {
            out.push(
                node,
                format!("has {wildcards} wildcards in its conditions, AWS allows {MAX_WILDCARDS}"),
                "split it in two rules",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::check,
        reference::Ref,
        services::elbv2::{Action, Conditions, Priority},
    };

    fn rule(patterns: &[&str]) -> ListenerRule {
        ListenerRule::builder()
            .listener(Ref::existing("arn:https"))
            .priority(Priority::of::<1>())
            .conditions(Conditions::path(patterns.iter().map(|it| it.parse().unwrap())))
            .action(Action::forward(Ref::existing("arn:web")))
            .build()
    }

    #[test]
    fn fires_on_none_and_on_too_many() {
        check(
            &RULE,
            |arch| {
                arch.resource("a", rule(&[]));
                arch.resource("b", rule(&["/1", "/2", "/3", "/4", "/5", "/6"]));
                arch.resource("c", rule(&["/*/*", "/?/?", "/**"]));
            },
            &[
                "error a: has no condition",
                "error b: has 6 values in its conditions, AWS allows 5",
                "error c: has 6 wildcards in its conditions, AWS allows 5",
            ],
        );
    }

    #[test]
    fn accepts_five() {
        check(
            &RULE,
            |arch| _ = arch.resource("a", rule(&["/1*", "/2*", "/3*", "/4*", "/5*"])),
            &[],
        );
    }
}
