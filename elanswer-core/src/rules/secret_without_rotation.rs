//! Rule: secret-without-rotation
//!
//! Severity: warning
//!
//! Nothing changes the value of a secret, or less often than every 90 days: whoever has seen it once
//! can use it for as long.
//! The secrets that RDS keeps of its master users rotate by themselves, and are none of these.
//!
//! Source: <https://docs.aws.amazon.com/securityhub/latest/userguide/secretsmanager-controls.html>
//!
//! Fix: add a `RotationSchedule` of 90 days at most, or `AppSecret::rotated_by`.
//!
//! Suppress: for a value that only others can change, or one that the program changes by its version.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::secretsmanager::{RotationSchedule, Secret},
};

pub(crate) const RULE: Rule = Rule {
    slug: "secret-without-rotation",
    severity: Severity::Warning,
    summary: "A secret does not rotate, or seldom.",
    check,
};

/// The most days from one rotation to the next.
const MAX_DAYS: u32 = 90;

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, _) in ctx.all::<Secret>() {
        let users = ctx.referrers(&node.id).iter();
        let rotation = users.filter_map(|user| user.get::<RotationSchedule>());
        let mut rotation = rotation.filter(|rotation| rotation.secret.id() == Some(&node.id));
        match rotation.next().map(|rotation| rotation.rotation_rules.days()) {
            None => out.push(
                node,
                "nothing changes its value",
                "add a `RotationSchedule`, or suppress this if only others can change it",
            ),
            Some(Some(days)) if days > MAX_DAYS => out.push(
                node,
                format!("it rotates every {days} days"),
                format!("rotate it every {MAX_DAYS} days at least"),
            ),
            Some(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        architecture::Architecture,
        checks::testing::check,
        services::secretsmanager::{FunctionArn, RotationDays, RotationRules, ScheduleExpression},
    };

    fn rotating(arch: &mut Architecture, rules: RotationRules) {
        let secret = arch.resource("secret", Secret::default());
        let function = "arn:aws:lambda:us-east-1:123456789012:function:rotate";
        let rotation = RotationSchedule::builder()
            .secret(&secret)
            .rotation_lambda_arn(FunctionArn::literal(function))
            .rotation_rules(rules);
        arch.resource("rotation", rotation.build());
    }

    #[test]
    fn fires_on_a_secret_that_stays_and_one_that_seldom_changes() {
        check(
            &RULE,
            |arch| _ = arch.resource("secret", Secret::default()),
            &["warning secret: nothing changes its value"],
        );
        check(
            &RULE,
            |arch| rotating(arch, RotationRules::every(RotationDays::of::<91>())),
            &["warning secret: it rotates every 91 days"],
        );
    }

    #[test]
    fn accepts_90_days_and_what_a_calendar_says() {
        for rules in [
            RotationRules::every(RotationDays::of::<90>()),
            RotationRules::at(ScheduleExpression::literal("cron(0 8 1 * ? *)")),
        ] {
            check(&RULE, |arch| rotating(arch, rules), &[]);
        }
    }
}
