//! Who hears of it when something is wrong with the platform, and when it costs too much.

use super::{Platform, PlatformHandle};
use crate::{
    architecture::Scope,
    constructs::{
        AlertTopic, AlertTopicHandle, EncryptionKeyHandle, EventAlert, FargateHandle, Limits,
        Monitoring, MonitoringHandle, Publisher, SpendingAlerts,
    },
    region::Region,
    services::{
        cloudwatch::{
            self, Alarm, ComparisonOperator, DashboardName, EvaluationPeriods, Metric, Period,
            Statistic, Threshold, TreatMissingData,
        },
        events::{DatabaseEvent, EventPattern},
        logs::{
            FilterPattern, MetricFilter, MetricFilterName, MetricName, MetricNamespace,
            MetricTransformation,
        },
        sns::EmailAddress,
    },
};

/// What a program writes when it could not do something.
const ERRORS: FilterPattern = FilterPattern::literal("?ERROR ?error ?FATAL ?panicked");

/// What the filter is called in the log group.
const FILTER: MetricFilterName = MetricFilterName::literal("errors");

/// How many of these within five minutes are too many.
const TOO_MANY: u32 = 10;

impl Platform {
    /// The services that publish to the topic.
    pub(super) const fn publishers(&self) -> &'static [Publisher] {
        const SPENDING: &[Publisher] =
            &[Publisher::Alarms, Publisher::Events, Publisher::Budgets, Publisher::CostAnomalies];
        if self.budget.is_some() { SPENDING } else { &[Publisher::Alarms, Publisher::Events] }
    }

    pub(super) fn topic(
        &self,
        scope: &mut Scope<'_>,
        key: &EncryptionKeyHandle,
    ) -> AlertTopicHandle {
        let publishers = self.publishers().iter().copied();
        let topic = publishers.fold(AlertTopic::new("alerts", key), AlertTopic::from);
        scope.add(self.mailed(topic))
    }

    fn mailed(&self, topic: AlertTopic) -> AlertTopic {
        self.emails.iter().fold(topic, |topic, address| topic.email(address.as_str()))
    }

    /// The events that people must hear of.
    pub(super) fn events(&self, scope: &mut Scope<'_>, topic: &AlertTopicHandle) {
        let database = [DatabaseEvent::Failover, DatabaseEvent::Failure, DatabaseEvent::LowStorage];
        let mut told = vec![
            ("deployment-fails", EventPattern::deployment_failures()),
            ("database-tells", EventPattern::database_events(database)),
        ];
        if self.source.is_some() {
            told.push(("pipeline-fails", EventPattern::pipeline_failures()));
        }
        for (name, pattern) in told {
            scope.add(EventAlert::new(name, pattern, topic));
        }
    }

    /// The alarms of every tier, and the dashboard.
    pub(super) fn monitoring(
        &self,
        scope: &mut Scope<'_>,
        built: &PlatformHandle,
        topic: &AlertTopicHandle,
        edge_key: &EncryptionKeyHandle,
    ) -> MonitoringHandle {
        let name = DashboardName::new(scope.label());
        let mut monitoring = Monitoring::new("monitoring")
            .limits(self.limits.unwrap_or_else(|| self.fitting()))
            .notifies(topic.arn())
            .load_balancer(&built.load_balancer)
            .database(&built.database)
            .network(&built.network);
        if let Ok(name) = name {
            monitoring = monitoring.dashboard_name(name);
        }
        for (name, service) in built.services() {
            monitoring = monitoring.service(service);
            if let Some(alarm) = logged(scope, name, service) {
                monitoring = monitoring.alarm(format!("{name}-logs-errors"), alarm);
            }
        }
        for replica in built.database.replicas() {
            monitoring = monitoring.replica(replica);
        }
        if let Some(cache) = &built.cache {
            monitoring = monitoring.cache(cache);
        }
        if let Some(cdn) = &built.cdn {
            monitoring = monitoring.distribution(cdn);
        }
        for check in &built.checks {
            monitoring = monitoring.health_check(check);
        }
        if let Some(firewall) = &built.firewall {
            monitoring = monitoring.firewall(firewall);
        }
        if let Some(firewall) = &built.site_firewall {
            monitoring = monitoring.firewall(firewall);
            if scope.place().region != Region::UsEast1 {
                let topic = AlertTopic::new("site-alerts", edge_key).from(Publisher::Alarms);
                let topic = scope.elsewhere(Region::UsEast1).add(self.mailed(topic));
                monitoring = monitoring.notifies_at_edge(topic.arn());
            }
        }
        scope.add(monitoring)
    }

    /// Limits that fit the database.
    fn fitting(&self) -> Limits {
        let mut limits = Limits::of_database(&self.class);
        // RDS gives it more when a tenth is left.
        limits.database_storage = Threshold::gib((self.storage.get() / 10).min(10));
        limits
    }

    pub(super) fn spending(&self, scope: &mut Scope<'_>, topic: &AlertTopicHandle) {
        let Some(monthly) = self.budget else { return };
        let mut addresses = Vec::new();
        for address in &self.emails {
            match EmailAddress::new(address.as_str()) {
                Ok(address) => addresses.push(address),
                Err(error) => scope.problem(error.to_string(), "give `.alerts` an e-mail address"),
            }
        }
        let mut alerts = SpendingAlerts::new("spending", monthly).to_emails(addresses);
        if let Some(monitor) = &self.cost_monitor {
            alerts = alerts.monitored_by(monitor.clone());
        }
        scope.add(alerts.to_topic(topic.arn()));
    }
}

/// Counts the errors in the log of a service: the alarm over their number.
fn logged(scope: &mut Scope<'_>, name: &str, service: &FargateHandle) -> Option<Alarm> {
    let label = scope.label();
    let namespace = MetricNamespace::new(label.clone()).ok()?;
    let metric = MetricName::new(format!("{name}-errors")).ok()?;
    let counting = MetricTransformation::counting(namespace, metric);
    // It has no tags: it is known by its name.
    let filter = MetricFilter {
        filter_name: Some(FILTER),
        ..MetricFilter::new(service.log_group(), ERRORS, counting)
    };
    scope.resource(&format!("{name}-errors"), filter);
    let metric = Metric::new(
        cloudwatch::Namespace::new(label).ok()?,
        cloudwatch::MetricName::new(format!("{name}-errors")).ok()?,
    );
    let alarm = Alarm::builder()
        .metric(metric)
        .statistic(Statistic::Sum)
        .period(Period::minutes::<5>())
        .evaluation_periods(EvaluationPeriods::of::<1>())
        .threshold(TOO_MANY)
        .comparison_operator(ComparisonOperator::GreaterThan)
        .treat_missing_data(TreatMissingData::NotBreaching);
    Some(alarm.build())
}

#[cfg(test)]
mod tests;
