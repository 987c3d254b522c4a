//! `AWS::Budgets::Budget`.

use std::collections::BTreeMap;

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::{CostFilters, Notification, NotificationWithSubscribers, Subscriber};
use crate::{
    Set,
    arn::{ArnFields, behind},
    dollars::Dollars,
    reference::{Output, Ref},
    resource::{Operation, Resource},
    schema::{Kind, NameRule, Schema, Scope},
    tags::Tags,
    text::{characters, text},
};

/// What an account means to spend in a month, and who is told when it spends more.
///
/// AWS: [`AWS::Budgets::Budget`](https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-managing-costs.html).
/// CloudFormation has the first properties inside of one that is called `Budget`. Modelled are
/// budgets of costs, with `BudgetType` `COST` and `TimeUnit` `MONTHLY`, from now on and without an
/// end. Not modelled: other budgets and periods, limits that are planned month by month, the types
/// of costs that count (AWS's default: all, credits and refunds among them), filters by anything
/// but tags, and actions. The first two budgets of an account with actions, and all without, cost
/// nothing. Quota: 20,000 per account.
///
/// ```
/// use elanswer_core::{
///     Architecture, Dollars, Region,
///     services::budgets::{Budget, BudgetLimit, EmailAddress, Notification, Subscriber, Threshold},
/// };
///
/// let mut arch = Architecture::new("shop", Region::UsEast1);
/// let ops = Subscriber::email(EmailAddress::literal("ops@example.com"));
/// let budget = Budget::builder()
///     .budget_limit(BudgetLimit::usd(Dollars::whole(500)))
///     .notifications_with_subscribers([Notification::actual(Threshold::of::<80>()).to([ops])])
///     .build();
/// arch.resource("budget", budget);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct Budget {
    /// `BudgetName`: unique in the account. Unset: elanswer makes up a name. Changing it replaces
    /// the budget.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget_name: Option<BudgetName>,
    /// `BudgetLimit`: what the account means to spend in a month; more than nothing.
    pub budget_limit: BudgetLimit,
    /// `CostFilters`: which costs count. AWS's default: all.
    #[builder(default)]
    #[serde(default)]
    pub cost_filters: CostFilters,
    /// `NotificationsWithSubscribers`: who is told, and when; at most five. AWS's default: nobody.
    ///
    /// CloudFormation replaces the budget when they change; elanswer changes them in place.
    #[builder(default, with = |it: impl IntoIterator<Item = NotificationWithSubscribers>| {
        it.into_iter().collect()
    })]
    #[serde(default)]
    pub notifications_with_subscribers: Set<NotificationWithSubscribers>,
    /// `ResourceTags`.
    #[builder(default)]
    #[serde(default, rename = "ResourceTags")]
    pub tags: Tags,
}

/// What an account means to spend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct BudgetLimit {
    /// `Amount`.
    pub amount: Dollars,
    /// `Unit`: `USD`.
    unit: Currency,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Currency {
    Usd,
}

impl BudgetLimit {
    /// So many US dollars.
    #[must_use]
    pub const fn usd(amount: Dollars) -> Self {
        Self { amount, unit: Currency::Usd }
    }
}

text! {
    /// The name of a budget.
    BudgetName: "the name of a budget",
    "1 to 100 characters without `:`, `\\` and `/action/`",
    is_budget_name
}

text! {
    /// The ARN of a budget.
    BudgetArn: "the ARN of a budget",
    "`arn:aws:budgets::`, account, `:budget/`, name",
    is_budget_arn
}

const fn is_budget_name(text: &str) -> bool {
    let length = characters(text);
    let mut rest = text.as_bytes();
    while let Some((byte, tail)) = rest.split_first() {
        if matches!(*byte, b':' | b'\\') || behind(rest, b"/action/").is_some() {
            return false;
        }
        rest = tail;
    }
    1 <= length && length <= 100
}

const fn is_budget_arn(text: &str) -> bool {
    let Some(arn) = ArnFields::of(text) else { return false };
    let Some(resource) = arn.resource_of("budgets") else { return false };
    let Some(name) = behind(resource, b"budget/") else { return false };
    !arn.account.is_empty() && !name.is_empty()
}

impl BudgetArn {
    /// The account: twelve digits.
    #[must_use]
    pub fn account(&self) -> &str {
        self.as_str().split(':').nth(4).unwrap_or_default()
    }

    /// The name of the budget.
    #[must_use]
    pub fn name(&self) -> &str {
        self.as_str().split_once(":budget/").map_or("", |(_, name)| name)
    }
}

/// What AWS decides of a budget.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct BudgetOutputs {
    /// `Arn`: `arn:aws:budgets::123456789012:budget/…`.
    pub arn: BudgetArn,
}

/// What AWS refuses in a budget.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BudgetFault {
    /// Its limit is nothing.
    #[error("a budget has a limit of more than nothing")]
    NoLimit,
    /// A notification is told to nobody.
    #[error("a notification has a subscriber at least")]
    NoSubscriber,
    /// A notification is told to more mailboxes than AWS allows.
    #[error("a notification has at most 10 mailboxes, not {0}")]
    TooManyMailboxes(usize),
    /// A budget has more notifications than AWS allows.
    #[error("a budget has at most 5 notifications, not {0}")]
    TooManyNotifications(usize),
    /// A notification is told to several topics.
    #[error("a notification has at most one topic, not {0}")]
    TooManyTopics(usize),
    /// Two notifications are the same.
    #[error("two notifications have the same type, operator and threshold")]
    Twice,
}

impl Budget {
    /// The most notifications of a budget.
    pub const NOTIFICATIONS: usize = 5;
    /// The most mailboxes of a notification.
    pub const MAILBOXES: usize = 10;

    /// What AWS refuses in it.
    #[must_use]
    pub fn faults(&self) -> Vec<BudgetFault> {
        let mut faults = Vec::new();
        if self.budget_limit.amount == Dollars::ZERO {
            faults.push(BudgetFault::NoLimit);
        }
        let notifications = &self.notifications_with_subscribers;
        if notifications.len() > Self::NOTIFICATIONS {
            faults.push(BudgetFault::TooManyNotifications(notifications.len()));
        }
        if self.subscribers().len() < notifications.len() {
            faults.push(BudgetFault::Twice);
        }
        faults.extend(notifications.iter().filter_map(|it| subscribers_fault(&it.subscribers)));
        faults
    }

    /// Who is told, by what they are told.
    #[must_use]
    pub fn subscribers(&self) -> BTreeMap<Notification, &Set<Subscriber>> {
        let all = self.notifications_with_subscribers.iter();
        all.map(|it| (it.notification, &it.subscribers)).collect()
    }
}

/// What AWS refuses in the subscribers of a notification.
fn subscribers_fault(subscribers: &Set<Subscriber>) -> Option<BudgetFault> {
    let topics = subscribers.iter().filter(|it| matches!(it, Subscriber::Sns(_))).count();
    match (topics, subscribers.len() - topics) {
        (0, 0) => Some(BudgetFault::NoSubscriber),
        (_, mailboxes) if mailboxes > Budget::MAILBOXES => {
            Some(BudgetFault::TooManyMailboxes(mailboxes))
        }
        (topics, _) if topics > 1 => Some(BudgetFault::TooManyTopics(topics)),
        _ => None,
    }
}

impl Ref<Budget> {
    /// The ARN.
    #[must_use]
    pub fn arn(&self) -> Output<BudgetArn> {
        self.output("Arn")
    }
}

impl Resource for Budget {
    type Outputs = BudgetOutputs;

    const SCHEMA: &'static Schema = &Schema {
        scope: Scope::Global,
        // Every call names the account: the ARN has both.
        identifier: "Arn",
        outputs: &["Arn"],
        replaces: &["BudgetName"],
        computed: &["BudgetName"],
        name: Some(NameRule { also: " ._/()#,@[]+=&;{}!$*", ..NameRule::new("BudgetName", 100) }),
        exclusive: &["BudgetName"],
        named_by_arn: true,
        api: "budgets",
        ..Schema::new(Kind::new("AWS::Budgets::Budget"))
    };

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    /// `GetCallerIdentity` and `CreateBudget`; `UpdateBudget`, and a call for each notification and
    /// subscriber that comes or goes; `DeleteBudget`.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Create(_) => 2,
            Operation::Update(from, to) => {
                let (set, remove) = from.tags.changes_to(&to.tags);
                let changes = (&from.budget_limit, &from.cost_filters)
                    != (&to.budget_limit, &to.cost_filters);
                let (old, new) = (from.subscribers(), to.subscribers());
                let gone = old.keys().filter(|it| !new.contains_key(it)).count();
                let made = new.keys().filter(|it| !old.contains_key(it)).count();
                let told = new.iter().filter_map(|(it, told)| Some((told, old.get(it)?)));
                let told = told.map(|(new, old)| new.symmetric_difference(old).count());
                let calls = gone + made + told.sum::<usize>();
                u32::from(changes)
                    + u32::try_from(calls).unwrap_or(u32::MAX)
                    + u32::from(!set.is_empty())
                    + u32::from(!remove.is_empty())
            }
            Operation::Delete(_) => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::{
        resource::properties_of,
        services::budgets::{EmailAddress, Threshold, TopicArn},
    };

    fn mail(number: usize) -> Subscriber {
        Subscriber::email(EmailAddress::new(format!("ops{number}@example.com")).unwrap())
    }

    fn budget(notifications: impl IntoIterator<Item = NotificationWithSubscribers>) -> Budget {
        Budget::builder()
            .budget_limit(BudgetLimit::usd(Dollars::cents(50_050)))
            .notifications_with_subscribers(notifications)
            .build()
    }

    #[test]
    fn has_the_shape_of_cloudformation() {
        let told = Notification::actual(Threshold::of::<80>()).to([mail(1)]);
        let budget =
            Budget { cost_filters: CostFilters::tags([("team", "web")]), ..budget([told]) };
        let tree = json!({
            "BudgetLimit": { "Amount": "500.5", "Unit": "USD" },
            "CostFilters": { "TagKeyValue": ["user:team$web"] },
            "NotificationsWithSubscribers": [{
                "Notification": {
                    "NotificationType": "ACTUAL",
                    "ComparisonOperator": "GREATER_THAN",
                    "Threshold": 80,
                    "ThresholdType": "PERCENTAGE",
                },
                "Subscribers": [{ "SubscriptionType": "EMAIL", "Address": "ops1@example.com" }],
            }],
            "ResourceTags": [],
        });
        assert_eq!(Value::Object(properties_of(&budget)), tree);
        assert_eq!(serde_json::from_value::<Budget>(tree).unwrap(), budget);
    }

    #[test]
    fn finds_what_aws_refuses() {
        let actual = || Notification::actual(Threshold::of::<80>());
        let texts =
            |it: Budget| -> Vec<String> { it.faults().iter().map(ToString::to_string).collect() };
        assert_eq!(texts(budget([actual().to([])])), ["a notification has a subscriber at least"]);
        assert_eq!(
            texts(budget([actual().to((0..11).map(mail))])),
            ["a notification has at most 10 mailboxes, not 11"]
        );
        let topics = ["a", "b"].map(|name| {
            let arn = format!("arn:aws:sns:us-east-1:123456789012:{name}");
            Subscriber::topic(TopicArn::new(arn).unwrap())
        });
        assert_eq!(
            texts(budget([actual().to(topics)])),
            ["a notification has at most one topic, not 2"]
        );
        assert_eq!(
            texts(budget([actual().to([mail(1)]), actual().to([mail(2)])])),
            ["two notifications have the same type, operator and threshold"]
        );
        let many = (1..=6)
            .map(|percent| Notification::actual(Threshold::new(percent).unwrap()).to([mail(1)]));
        assert_eq!(texts(budget(many)), ["a budget has at most 5 notifications, not 6"]);
        let none = Budget::builder().budget_limit(BudgetLimit::usd(Dollars::ZERO)).build();
        assert_eq!(texts(none), ["a budget has a limit of more than nothing"]);
        assert!(texts(budget([actual().to([mail(1)])])).is_empty());
    }

    #[test]
    fn counts_a_call_for_whatever_comes_or_goes() {
        let [one, two] = [80, 100].map(|it| Notification::actual(Threshold::new(it).unwrap()));
        let from = budget([one.to([mail(1), mail(2)]), two.to([mail(1)])]);
        let to = budget([
            one.to([mail(2), mail(3)]),
            Notification::forecasted(Threshold::of::<100>()).to([mail(1)]),
        ]);
        assert_eq!(Budget::calls(&Operation::Update(&from, &to)), 4);
        assert_eq!(Budget::calls(&Operation::Update(&from, &from)), 0);
    }

    #[test]
    fn an_arn_tells_the_account_and_the_name() {
        let arn = BudgetArn::literal("arn:aws:budgets::123456789012:budget/shop/all");
        assert_eq!((arn.account(), arn.name()), ("123456789012", "shop/all"));
        for bad in ["arn:aws:budgets:::budget/shop", "arn:aws:budgets::1:budget/", "shop"] {
            assert!(BudgetArn::new(bad).is_err(), "{bad}");
        }
        for bad in ["", "a:b", "a\\b", "a/action/b"] {
            assert!(BudgetName::new(bad).is_err(), "{bad}");
        }
    }
}
