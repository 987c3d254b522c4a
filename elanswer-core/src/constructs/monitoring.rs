//! Alarms and a dashboard over what a platform is made of.

use super::{
    CacheHandle, CdnHandle, DatabaseHandle, FargateHandle, FirewallHandle, LoadBalancerHandle,
    NetworkHandle, name_tag,
};
use crate::{
    architecture::{Construct, Scope},
    reference::{Input, Ref},
    region::Region,
    services::{
        cloudfront::Distribution,
        cloudwatch::{
            ActionArn, Alarm, AlarmDescription, AlarmRule, CompositeAlarm, Dashboard,
            DashboardName, MetricLine, MetricWidget,
        },
        ec2::NatGateway,
        ecs, elbv2,
        rds::DbInstance,
        route53::HealthCheck,
        wafv2,
    },
};

pub use limits::Limits;

use board::Board;
use watch::{Section, Watch};

mod board;
mod limits;
mod metrics;
#[cfg(test)]
mod tests;
mod watch;

/// Alarms for every tier of a platform, one alarm for all that users feel, and a dashboard.
///
/// Whatever it is given it watches by the metrics that tell most; [`Limits`] says what is too much
/// of each, and when. Two kinds of alarms come of it:
///
/// - What users feel: errors of distributions and load balancers and slow answers of these, targets
///   and addresses that do not answer, and NAT gateways that open no more connections. One alarm is over all of these, `users-feel-it`, and
///   tells somebody once.
/// - What comes before that, or explains it: load, memory, storage, connections, lag, evictions,
///   requests that a firewall blocked. Each tells by itself.
///
/// Both tell when it is over too. The dashboard has a section for each tier with the same metrics,
/// and lines at the same limits.
///
/// ```
/// # use elanswer_core::{Architecture, NetworkPlan, Region, cidr};
/// # use elanswer_core::constructs::{Database, Network, SecurityGroup};
/// # const NETWORK: NetworkPlan<2> = NetworkPlan::new(cidr!("10.0.0.0/16"))
/// #     .public([cidr!("10.0.1.0/24"), cidr!("10.0.2.0/24")])
/// #     .private([cidr!("10.0.11.0/24"), cidr!("10.0.12.0/24")])
/// #     .isolated([cidr!("10.0.21.0/24"), cidr!("10.0.22.0/24")]);
/// use elanswer_core::{
///     constructs::{Limits, Monitoring},
///     services::cloudwatch::ActionArn,
/// };
///
/// # let mut arch = Architecture::new("shop", Region::UsEast1);
/// # let net = arch.add(Network::new("main", NETWORK));
/// # let data = arch.add(SecurityGroup::internal("data", &net));
/// # let orders = arch.add(Database::postgres("orders").subnets(net.isolated()).guarded_by(&data));
/// const ALERTS: ActionArn = ActionArn::literal("arn:aws:sns:us-east-1:123456789012:alerts");
///
/// let monitoring = Monitoring::new("monitoring")
///     .limits(Limits::builder().database_cpu(90).build())
///     .notifies(ALERTS)
///     .database(&orders)
///     .network(&net);
/// let monitoring = arch.add(monitoring);
/// assert_eq!(monitoring.alarms().len(), 7); // three of the database, two of each NAT gateway
/// ```
#[derive(Debug, Clone)]
#[must_use = "monitoring does nothing until it is added to an architecture"]
pub struct Monitoring {
    name: String,
    limits: Limits,
    topic: Option<Input<ActionArn>>,
    edge_topic: Option<Input<ActionArn>>,
    balancers: Vec<Ref<elbv2::LoadBalancer>>,
    services: Vec<Service>,
    databases: Vec<Ref<DbInstance>>,
    replicas: Vec<Ref<DbInstance>>,
    caches: Vec<CacheHandle>,
    gateways: Vec<Ref<NatGateway>>,
    firewalls: Vec<(Ref<wafv2::WebAcl>, wafv2::MetricName)>,
    distributions: Vec<Ref<Distribution>>,
    checks: Vec<Ref<HealthCheck>>,
    own: Vec<(String, Alarm)>,
    dashboard: Option<DashboardName>,
}

#[derive(Debug, Clone)]
struct Service {
    cluster: Ref<ecs::Cluster>,
    service: Ref<ecs::Service>,
    targets: Ref<elbv2::TargetGroup>,
}

impl Monitoring {
    /// Monitoring of nothing yet.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            limits: Limits::default(),
            topic: None,
            edge_topic: None,
            balancers: Vec::new(),
            services: Vec::new(),
            databases: Vec::new(),
            replicas: Vec::new(),
            caches: Vec::new(),
            gateways: Vec::new(),
            firewalls: Vec::new(),
            distributions: Vec::new(),
            checks: Vec::new(),
            own: Vec::new(),
            dashboard: None,
        }
    }

    /// What is too much. Default: [`Limits::default`].
    pub const fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// The topic that the alarms publish to, of the same Region; its policy lets CloudWatch do so.
    /// Default: none, of which the rule `alarm-without-action` tells.
    pub fn notifies(mut self, topic: impl Into<Input<ActionArn>>) -> Self {
        self.topic = Some(topic.into());
        self
    }

    /// The topic in `us-east-1` that alarms over distributions, their firewalls and health checks
    /// publish to: these are there, whatever the Region of the rest. Default: that of [`notifies`](Self::notifies), which
    /// does only when the rest is in `us-east-1` too.
    pub fn notifies_at_edge(mut self, topic: impl Into<Input<ActionArn>>) -> Self {
        self.edge_topic = Some(topic.into());
        self
    }

    /// Watches a load balancer: errors of its own and of its targets, and how long answers take.
    pub fn load_balancer(mut self, front: &LoadBalancerHandle) -> Self {
        self.balancers.push(front.load_balancer().clone());
        self
    }

    /// Watches a service: processors and memory of its tasks, and those that do not answer the load
    /// balancer that routes to it, when that is watched too.
    pub fn service(mut self, service: &FargateHandle) -> Self {
        self.services.push(Service {
            cluster: service.cluster().clone(),
            service: service.service().clone(),
            targets: service.target_group().clone(),
        });
        self
    }

    /// Watches a database: processors, free storage and connections.
    pub fn database(mut self, database: &DatabaseHandle) -> Self {
        self.databases.push(database.instance().clone());
        self
    }

    /// Watches a database that is a copy of another: as a database, and how far it is behind.
    pub fn replica(mut self, replica: impl Into<Ref<DbInstance>>) -> Self {
        let replica = replica.into();
        self.databases.push(replica.clone());
        self.replicas.push(replica);
        self
    }

    /// Watches a cache: the engine's processor, memory, and what had to be thrown out, of each node.
    pub fn cache(mut self, cache: &CacheHandle) -> Self {
        self.caches.push(cache.clone());
        self
    }

    /// Watches the way out of a network: of each NAT gateway, connections that it could not open and
    /// packets that it dropped.
    pub fn network(mut self, network: &NetworkHandle) -> Self {
        self.gateways.extend(network.nat_gateways().iter().cloned());
        self
    }

    /// Watches a firewall: how much it blocks.
    pub fn firewall<S>(mut self, firewall: &FirewallHandle<S>) -> Self {
        self.firewalls.push((firewall.web_acl().clone(), firewall.metric_name().clone()));
        self
    }

    /// Watches a distribution: how many of its answers are errors. CloudFront counts in `us-east-1`.
    pub fn distribution(mut self, cdn: &CdnHandle) -> Self {
        self.distributions.push(cdn.distribution().clone());
        self
    }

    /// Watches a health check of Route 53: whether what it checks answers. Route 53 counts in
    /// `us-east-1`.
    pub fn health_check(mut self, check: &Ref<HealthCheck>) -> Self {
        self.checks.push(check.clone());
        self
    }

    /// An alarm of your own. It is on the dashboard, and publishes where the others do unless it has
    /// actions.
    pub fn alarm(mut self, name: impl Into<String>, alarm: Alarm) -> Self {
        self.own.push((name.into(), alarm));
        self
    }

    /// The name of the dashboard. Default: one that elanswer makes up.
    pub fn dashboard_name(mut self, name: DashboardName) -> Self {
        self.dashboard = Some(name);
        self
    }
}

impl Construct for Monitoring {
    type Handle = MonitoringHandle;

    fn name(&self) -> &str {
        &self.name
    }

    fn build(self, scope: &mut Scope<'_>) -> MonitoringHandle {
        let sections = self.sections(scope);
        let mut alarms = Vec::new();
        let mut felt = Vec::new();
        let mut board = Board::new(scope.place().region);
        for Section { title, watches } in sections {
            board.section(title);
            for watch in watches {
                board.graph(watch.region, watch.graph());
                let Some(alarm) = self.watched(scope, &watch) else { continue };
                if watch.felt {
                    felt.push(AlarmRule::alarm(&alarm));
                }
                alarms.push(alarm);
            }
        }
        if !self.own.is_empty() {
            board.section("More");
        }
        for (name, alarm) in &self.own {
            let line = MetricLine::of(alarm.metric.clone(), alarm.statistic.clone());
            let graph = MetricWidget::of(scope.place().region, [line]).titled(name.as_str());
            board.graph(scope.place().region, graph.line(LIMIT, alarm.threshold));
            let alarm = self.acting(Alarm { tags: name_tag(scope, name), ..alarm.clone() });
            alarms.push(scope.resource(name, alarm));
        }
        let users_feel_it = AlarmRule::any_of(felt).map(|rule| {
            let text = "Users feel that something is wrong: see the alarms that this one is over.";
            let alarm = CompositeAlarm::builder()
                .maybe_alarm_description(AlarmDescription::new(text).ok())
                .alarm_rule(rule)
                .alarm_actions(self.topic.clone())
                .ok_actions(self.topic.clone())
                .tags(name_tag(scope, "users-feel-it"))
                .build();
            let alarm = scope.resource("users-feel-it", alarm);
            board.alarm(&alarm);
            alarm
        });
        if alarms.is_empty() {
            scope.problem(
                "it watches nothing",
                "give it what it watches: `.load_balancer(..)`, `.service(..)`, `.database(..)`",
            );
        }
        alarms.iter().for_each(|alarm| board.state(alarm));
        let dashboard = Dashboard::builder()
            .maybe_dashboard_name(self.dashboard.clone())
            .dashboard_body(board.body());
        let dashboard = scope.resource("dashboard", dashboard.build());
        MonitoringHandle { alarms, users_feel_it, dashboard }
    }
}

/// How the dashboard calls the threshold of an alarm.
const LIMIT: &str = "limit";

impl Monitoring {
    /// The alarm of a watch: of what users feel, one that says nothing by itself.
    fn watched(&self, scope: &mut Scope<'_>, watch: &Watch) -> Option<Ref<Alarm>> {
        let mut alarm = watch.alarm();
        alarm.tags = name_tag(scope, &watch.id);
        let here = scope.place().region;
        if watch.region == here {
            let alarm = if watch.felt { alarm } else { self.acting(alarm) };
            return Some(scope.resource(&watch.id, alarm));
        }
        let topic = self.edge_topic.clone();
        if topic.is_none() && self.topic.is_some() {
            scope.problem(
                format!(
                    "{} is in {}, and the topic of the alarms in {here}",
                    watch.id, watch.region
                ),
                "give it a topic of that Region with `.notifies_at_edge(..)`",
            );
        }
        alarm.alarm_actions = topic.iter().cloned().collect();
        alarm.ok_actions = topic.into_iter().collect();
        // It is no part of the dashboard's states and of the alarm over all, which are of a Region.
        scope.elsewhere(watch.region).resource(&watch.id, alarm);
        None
    }

    /// The alarm with the actions of the others, unless it has its own.
    fn acting(&self, mut alarm: Alarm) -> Alarm {
        if alarm.alarm_actions.is_empty() && alarm.ok_actions.is_empty() {
            alarm.alarm_actions = self.topic.iter().cloned().collect();
            alarm.ok_actions = self.topic.iter().cloned().collect();
        }
        alarm
    }
}

/// Monitoring that was added.
#[derive(Debug, Clone)]
pub struct MonitoringHandle {
    alarms: Vec<Ref<Alarm>>,
    users_feel_it: Option<Ref<CompositeAlarm>>,
    dashboard: Ref<Dashboard>,
}

impl MonitoringHandle {
    /// The alarms, tier by tier; those over distributions, their firewalls and health checks are not
    /// among them when the rest is in another Region than `us-east-1`.
    #[must_use]
    pub fn alarms(&self) -> &[Ref<Alarm>] {
        &self.alarms
    }

    /// The alarm over all that users feel; none when nothing of that is watched.
    #[must_use]
    pub const fn users_feel_it(&self) -> Option<&Ref<CompositeAlarm>> {
        self.users_feel_it.as_ref()
    }

    /// The dashboard.
    #[must_use]
    pub const fn dashboard(&self) -> &Ref<Dashboard> {
        &self.dashboard
    }
}

/// Where distributions, their firewalls and health checks count.
const EDGE: Region = Region::UsEast1;
