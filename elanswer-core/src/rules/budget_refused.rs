//! Rule: budget-refused
//!
//! Severity: error
//!
//! AWS refuses what is said of a budget or of a subscription to unusual costs: a notification that
//! nobody gets, more subscribers than AWS allows, a topic that is told once a day.
//!
//! Source: <https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_CreateBudget.html>
//!
//! Fix: what the diagnostic says.
//!
//! Suppress: never: AWS refuses it.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::{budgets::Budget, ce::AnomalySubscription},
};

pub(crate) const RULE: Rule = Rule {
    slug: "budget-refused",
    severity: Severity::Error,
    summary: "AWS refuses what is said of a budget or of a subscription to unusual costs.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, budget) in ctx.all::<Budget>() {
        for fault in budget.faults() {
            out.push(node, format!("AWS refuses it: {fault}"), "change the budget");
        }
    }
    for (node, subscription) in ctx.all::<AnomalySubscription>() {
        for fault in subscription.faults() {
            out.push(node, format!("AWS refuses it: {fault}"), "change the subscription");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        architecture::Architecture,
        checks::testing::check,
        dollars::Dollars,
        services::{
            budgets::{BudgetLimit, EmailAddress, Notification, Subscriber, Threshold},
            ce::{
                self, AnomalyMonitor, AnomalyThreshold, Frequency, MonitorName, SubscriptionName,
            },
        },
    };

    const OPS: EmailAddress = EmailAddress::literal("ops@example.com");

    fn describe(arch: &mut Architecture, frequency: Frequency, told: Vec<Subscriber>) {
        let told = Notification::actual(Threshold::of::<80>()).to(told);
        let budget = Budget::builder()
            .budget_limit(BudgetLimit::usd(Dollars::whole(100)))
            .notifications_with_subscribers([told]);
        arch.resource("budget", budget.build());
        let monitor = AnomalyMonitor::of_services(MonitorName::literal("services"));
        let monitor = arch.resource("monitor", monitor);
        let subscription = AnomalySubscription::builder()
            .subscription_name(SubscriptionName::literal("ops"))
            .monitors([monitor])
            .frequency(frequency)
            .threshold(AnomalyThreshold::at_least(Dollars::whole(100)))
            .subscribers([ce::Subscriber::Email(OPS)]);
        arch.resource("subscription", subscription.build());
    }

    #[test]
    fn fires_on_what_aws_refuses() {
        check(
            &RULE,
            |arch| describe(arch, Frequency::Immediate, Vec::new()),
            &[
                "error budget: AWS refuses it: a notification has a subscriber at least",
                "error subscription: AWS refuses it: only a topic is told at once, mailboxes daily or weekly",
            ],
        );
    }

    #[test]
    fn accepts_what_aws_takes() {
        check(&RULE, |arch| describe(arch, Frequency::Daily, vec![Subscriber::email(OPS)]), &[]);
    }
}
