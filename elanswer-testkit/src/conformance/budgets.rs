//! Cases of AWS Budgets.

use elanswer_core::{
    Architecture, Dollars, Region, Resource, Tags,
    services::budgets::{
        Budget, BudgetLimit, BudgetName, CostFilters, EmailAddress, Notification, Subscriber,
        Threshold, TopicArn,
    },
};

use super::Case;

pub(super) const CASES: &[Case] = &[
    Case {
        name: "budgets_budget",
        kind: Budget::SCHEMA.kind,
        made: || {
            with(
                Budget::builder()
                    .budget_limit(BudgetLimit::usd(Dollars::whole(500)))
                    .notifications_with_subscribers([
                        Notification::actual(Threshold::of::<80>()).to([OPS, SPARE].map(mail)),
                        Notification::actual(Threshold::of::<100>()).to([mail(OPS)]),
                    ])
                    .build(),
            )
        },
        updated: Some(|| {
            with(
                Budget::builder()
                    .budget_limit(BudgetLimit::usd(Dollars::cents(75_050)))
                    .cost_filters(CostFilters::tags([("team", "web"), ("team", "data")]))
                    .notifications_with_subscribers([
                        // Another mailbox and a topic in the place of one of two mailboxes.
                        Notification::actual(Threshold::of::<80>()).to([
                            mail(OPS),
                            mail(FINANCE),
                            Subscriber::topic(TOPIC),
                        ]),
                        Notification::forecasted(Threshold::of::<100>()).to([mail(OPS)]),
                    ])
                    .tags(Tags::new().with("Name", "renamed"))
                    .build(),
            )
        }),
        replaced: Some(|| {
            with(
                Budget::builder()
                    .budget_name(BudgetName::literal("elanswer-conformance"))
                    .budget_limit(BudgetLimit::usd(Dollars::whole(500)))
                    .build(),
            )
        }),
    },
    Case {
        name: "budgets_budget_silent",
        kind: Budget::SCHEMA.kind,
        made: || {
            with(Budget::builder().budget_limit(BudgetLimit::usd(Dollars::whole(500))).build())
        },
        updated: None,
        replaced: None,
    },
];

const OPS: EmailAddress = EmailAddress::literal("ops@example.com");
const SPARE: EmailAddress = EmailAddress::literal("spare@example.com");
const FINANCE: EmailAddress = EmailAddress::literal("finance@example.com");
const TOPIC: TopicArn = TopicArn::literal("arn:aws:sns:us-east-1:123456789012:spending");

fn mail(address: EmailAddress) -> Subscriber {
    Subscriber::email(address)
}

fn with(budget: Budget) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    arch.resource("it", budget);
    arch
}
