//! Rule: budget-without-notification
//!
//! Severity: warning
//!
//! The budget has a limit, and nobody is told when it is used up: who does not look at the console
//! learns of it from the bill.
//!
//! Source: <https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-best-practices.html>
//!
//! Fix: give it notifications, or take the construct `SpendingAlerts`.
//!
//! Suppress: for a budget that only a report reads.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::budgets::Budget,
};

pub(crate) const RULE: Rule = Rule {
    slug: "budget-without-notification",
    severity: Severity::Warning,
    summary: "Nobody is told when a budget is used up.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, budget) in ctx.all::<Budget>() {
        if budget.notifications_with_subscribers.is_empty() {
            out.push(
                node,
                "nobody is told when it is used up",
                "add a notification to `notifications_with_subscribers`",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::check,
        dollars::Dollars,
        services::budgets::{BudgetLimit, EmailAddress, Notification, Subscriber, Threshold},
    };

    #[test]
    fn fires_on_a_budget_that_tells_nobody() {
        check(
            &RULE,
            |arch| {
                let limit = BudgetLimit::usd(Dollars::whole(100));
                arch.resource("budget", Budget::builder().budget_limit(limit).build());
            },
            &["warning budget: nobody is told when it is used up"],
        );
    }

    #[test]
    fn accepts_a_budget_that_tells_somebody() {
        check(
            &RULE,
            |arch| {
                let ops = Subscriber::email(EmailAddress::literal("ops@example.com"));
                let told = Notification::forecasted(Threshold::of::<100>()).to([ops]);
                let budget = Budget::builder()
                    .budget_limit(BudgetLimit::usd(Dollars::whole(100)))
                    .notifications_with_subscribers([told]);
                arch.resource("budget", budget.build());
            },
            &[],
        );
    }
}
