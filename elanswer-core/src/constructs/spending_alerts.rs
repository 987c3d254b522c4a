//! Who is told when too much is spent.

use super::name_tag;
use crate::{
    Set,
    architecture::{Construct, Scope},
    dollars::Dollars,
    reference::{Input, Ref},
    services::{
        budgets::{
            Budget, BudgetLimit, CostFilters, EmailAddress, Notification, Subscriber, Threshold,
            TopicArn,
        },
        ce::{
            self, AnomalyMonitor, AnomalySubscription, AnomalyThreshold, Frequency, MonitorName,
            SubscriptionName,
        },
    },
};

/// A budget for a month, and whoever is told when 80 % or all of it is spent, when AWS expects all
/// of it to be spent, and when a service of AWS costs more than it uses to.
///
/// Mailboxes hear of unusual costs once a day, a topic hears of each at once. AWS refuses it without
/// anybody to tell.
///
/// Whoever begins to use Cost Explorer gets a monitor of unusual costs from AWS, and an account has
/// one: then name that one with [`monitored_by`](Self::monitored_by).
///
/// ```
/// use elanswer_core::{
///     Architecture, Dollars, Region, constructs::SpendingAlerts, services::sns::EmailAddress,
/// };
///
/// let mut arch = Architecture::new("shop", Region::UsEast1);
/// let alerts = SpendingAlerts::new("spending", Dollars::whole(500))
///     .to_emails([EmailAddress::literal("ops@example.com")]);
/// arch.add(alerts);
/// ```
#[derive(Debug, Clone)]
#[must_use = "nobody is told until it is added to an architecture"]
pub struct SpendingAlerts {
    name: String,
    limit: Dollars,
    filters: CostFilters,
    emails: Set<EmailAddress>,
    topic: Option<Input<TopicArn>>,
    unusual: Dollars,
    monitor: Option<Ref<AnomalyMonitor>>,
}

impl SpendingAlerts {
    /// Alerts of an account that means to spend so much in a month.
    pub fn new(name: impl Into<String>, monthly: Dollars) -> Self {
        Self {
            name: name.into(),
            limit: monthly,
            filters: CostFilters::default(),
            emails: Set::new(),
            topic: None,
            unusual: Dollars::whole(100),
            monitor: None,
        }
    }

    /// Tells these mailboxes, at most ten.
    pub fn to_emails(mut self, addresses: impl IntoIterator<Item = EmailAddress>) -> Self {
        self.emails.extend(addresses);
        self
    }

    /// Tells a topic of Amazon SNS, whose policy lets `budgets.amazonaws.com` and
    /// `costalerts.amazonaws.com` publish; one that is encrypted, with a key that lets them
    /// `kms:Decrypt` and `kms:GenerateDataKey`.
    pub fn to_topic(mut self, topic: impl Into<Input<TopicArn>>) -> Self {
        self.topic = Some(topic.into());
        self
    }

    /// Counts what has one of these tags, key and value, towards the budget. Default: everything.
    ///
    /// AWS knows what a tag costs once the tag was activated for cost allocation.
    pub fn tagged<K: Into<String>, V: Into<String>>(
        mut self,
        tags: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        self.filters.tags.extend(CostFilters::tags(tags).tags);
        self
    }

    /// How much more than usual a service must have cost altogether. Default: 100 US dollars.
    pub const fn unusual_from(mut self, amount: Dollars) -> Self {
        self.unusual = amount;
        self
    }

    /// Takes the monitor of unusual costs that the account has, by its ARN as [`Ref::existing`].
    /// Default: makes one.
    pub fn monitored_by(mut self, monitor: impl Into<Ref<AnomalyMonitor>>) -> Self {
        self.monitor = Some(monitor.into());
        self
    }
}

impl Construct for SpendingAlerts {
    type Handle = SpendingAlertsHandle;

    fn name(&self) -> &str {
        &self.name
    }

    fn build(self, scope: &mut Scope<'_>) -> SpendingAlertsHandle {
        let mut told: Set<Subscriber> =
            self.emails.iter().cloned().map(Subscriber::Email).collect();
        told.extend(self.topic.clone().map(Subscriber::Sns));
        if told.is_empty() {
            scope.problem("nobody is told", "call `to_emails` or `to_topic`");
        }
        let notifications = [
            Notification::actual(Threshold::of::<80>()),
            Notification::actual(Threshold::of::<100>()),
            Notification::forecasted(Threshold::of::<100>()),
        ];
        let notifications = notifications.map(|it| it.to(told.iter().cloned()));
        let budget = Budget::builder()
            .budget_limit(BudgetLimit::usd(self.limit))
            .cost_filters(self.filters)
            .notifications_with_subscribers(notifications)
            .tags(name_tag(scope, "budget"))
            .build();
        let budget = scope.resource("budget", budget);
        let label = scope.label();
        let monitor = match (self.monitor, MonitorName::new(label.clone())) {
            (Some(monitor), _) => Some(monitor),
            (None, Ok(name)) => {
                let monitor = AnomalyMonitor::builder()
                    .monitor_name(name)
                    .tags(name_tag(scope, "monitor"))
                    .build();
                Some(scope.resource("monitor", monitor))
            }
            (None, Err(error)) => {
                scope.problem(error.to_string(), "choose another name for the alerts");
                None
            }
        };
        let by_mail = (Frequency::Daily, "daily");
        let at_once = (Frequency::Immediate, "immediate");
        let emails: Set<_> = self.emails.into_iter().map(ce::Subscriber::Email).collect();
        let topic: Set<_> = self.topic.into_iter().map(ce::Subscriber::Sns).collect();
        for ((frequency, id), subscribers) in [(by_mail, emails), (at_once, topic)] {
            let name = SubscriptionName::new(format!("{label}-{id}")).ok();
            let Some((monitor, name)) =
                monitor.clone().zip(name).filter(|_| !subscribers.is_empty())
            else {
                continue;
            };
            let subscription = AnomalySubscription::builder()
                .subscription_name(name)
                .monitors([monitor])
                .frequency(frequency)
                .threshold(AnomalyThreshold::at_least(self.unusual))
                .subscribers(subscribers)
                .tags(name_tag(scope, id))
                .build();
            scope.resource(id, subscription);
        }
        SpendingAlertsHandle { budget }
    }
}

/// Alerts that were added.
#[derive(Debug, Clone)]
pub struct SpendingAlertsHandle {
    budget: Ref<Budget>,
}

impl SpendingAlertsHandle {
    /// The budget.
    #[must_use]
    pub const fn budget(&self) -> &Ref<Budget> {
        &self.budget
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::constructs::testing::{described, inventory, messages, problems};

    const OPS: EmailAddress = EmailAddress::literal("ops@example.com");
    const TOPIC: TopicArn = TopicArn::literal("arn:aws:sns:us-east-1:123456789012:spending");

    fn alerts() -> SpendingAlerts {
        SpendingAlerts::new("spending", Dollars::whole(500))
    }

    #[test]
    fn tells_mailboxes_and_a_topic() {
        let (arch, _) = described(|arch| arch.add(alerts().to_emails([OPS]).to_topic(TOPIC)));
        assert!(messages(&arch).is_empty());
        insta::assert_snapshot!(inventory(&arch, "spending/"), @"
        spending/budget Budget
        spending/daily AnomalySubscription <- spending/monitor.MonitorArn
        spending/immediate AnomalySubscription <- spending/monitor.MonitorArn
        spending/monitor AnomalyMonitor
        ");
        let (_, budget) = arch.all::<Budget>().next().unwrap();
        assert!(budget.faults().is_empty());
        assert_eq!(budget.subscribers().len(), 3);
        for (_, subscription) in arch.all::<AnomalySubscription>() {
            assert!(subscription.faults().is_empty());
        }
    }

    #[test]
    fn takes_the_monitor_that_the_account_has() {
        let arn = "arn:aws:ce::123456789012:anomalymonitor/m";
        let (arch, _) =
            described(|arch| arch.add(alerts().to_emails([OPS]).monitored_by(Ref::existing(arn))));
        insta::assert_snapshot!(inventory(&arch, "spending/"), @"
        spending/budget Budget
        spending/daily AnomalySubscription
        ");
    }

    #[test]
    fn somebody_must_be_told() {
        assert_eq!(problems(alerts()), ["spending: nobody is told"]);
    }
}
