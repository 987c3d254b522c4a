use super::*;
use crate::{
    Architecture, NetworkPlan, check, cidr,
    constructs::{
        Cache, Cdn, Database, FargateService, Firewall, LoadBalancer, Network, PrivateBucket,
        SecurityGroup, Tcp, Tier,
        testing::{described, messages, problems},
    },
    services::{
        cloudwatch::{
            ComparisonOperator, EvaluationPeriods, Metric, MetricName, Namespace, Period, Statistic,
        },
        ec2::Vpc,
        elbv2::CertificateArn,
        route53::{DnsName, ResourcePath},
    },
};

const PLAN: NetworkPlan<2> = NetworkPlan::new(cidr!("10.0.0.0/16"))
    .public([cidr!("10.0.1.0/24"), cidr!("10.0.2.0/24")])
    .private([cidr!("10.0.11.0/24"), cidr!("10.0.12.0/24")])
    .isolated([cidr!("10.0.21.0/24"), cidr!("10.0.22.0/24")]);

const TOPIC: ActionArn = ActionArn::literal("arn:aws:sns:us-east-1:123456789012:alerts");
const CERTIFICATE: &str =
    "arn:aws:acm:us-east-1:123456789012:certificate/6f5d5d5e-0a1b-4c2d-8e3f-9a0b1c2d3e4f";

/// A platform, and monitoring of all of it.
fn platform(arch: &mut Architecture) -> Monitoring {
    let net = arch.add(Network::new("main", PLAN));
    let edge = arch.add(SecurityGroup::edge("edge", &net).from_internet(Tcp(443)));
    let app = arch.add(SecurityGroup::internal("app", &net).from(&edge, Tcp(8080)));
    let data = arch.add(SecurityGroup::internal("data", &net).from(&app, Tcp(5432)));
    let [web, api] = ["web", "api"].map(|name| {
        let service = FargateService::new(name, "shop:1");
        arch.add(service.subnets(net.private()).guarded_by(&app))
    });
    let front = LoadBalancer::internet_facing("front", net.public())
        .guarded_by(&edge)
        .certificate(CERTIFICATE.parse::<CertificateArn>().unwrap())
        .default_to(&web)
        .route("/api/*", &api);
    let front = arch.add(front);
    let orders = Database::postgres("orders").subnets(net.isolated()).guarded_by(&data);
    let orders = arch.add(orders);
    let firewall = arch.add(Firewall::regional("wall").protects(&front));
    Monitoring::new("monitoring")
        .load_balancer(&front)
        .service(&web)
        .service(&api)
        .database(&orders)
        .network(&net)
        .firewall(&firewall)
}

fn ids(arch: &Architecture) -> Vec<&str> {
    let all = arch.all::<Alarm>();
    all.filter_map(|(node, _)| node.id.as_str().strip_prefix("monitoring/")).collect()
}

#[test]
fn watches_every_tier() {
    let (arch, handle) = described(|arch| {
        let tier = Tier::existing(
            Ref::<Vpc>::existing("vpc-1"),
            ["subnet-a", "subnet-b"].map(Ref::existing),
        );
        let group = arch.add(SecurityGroup::internal("memory", tier.vpc()));
        let sessions = arch.add(Cache::valkey("sessions").subnets(&tier).guarded_by(&group));
        let monitoring =
            platform(arch).notifies(TOPIC).replica(Ref::existing("copy")).cache(&sessions);
        arch.add(monitoring)
    });
    assert_eq!(messages(&arch), [""; 0]);
    let expected = [
        "api-service-cpu",
        "api-service-memory",
        "api-service-unhealthy",
        "copy-connections",
        "copy-cpu",
        "copy-lag",
        "copy-storage",
        "front-load-balancer-errors",
        "front-load-balancer-latency",
        "front-load-balancer-target-errors",
        "main-nat-a-drops",
        "main-nat-a-ports",
        "main-nat-b-drops",
        "main-nat-b-ports",
        "orders-instance-connections",
        "orders-instance-cpu",
        "orders-instance-storage",
        "sessions-replication-group-001-cache-cpu",
        "sessions-replication-group-001-cache-evictions",
        "sessions-replication-group-001-cache-memory",
        "sessions-replication-group-002-cache-cpu",
        "sessions-replication-group-002-cache-evictions",
        "sessions-replication-group-002-cache-memory",
        "wall-web-acl-blocked",
        "web-service-cpu",
        "web-service-memory",
        "web-service-unhealthy",
    ];
    assert_eq!(ids(&arch), expected);
    assert_eq!(handle.alarms().len(), expected.len());
    let over_all = arch.get(handle.users_feel_it().unwrap()).unwrap();
    // Three of the load balancer, one of each service, one of each NAT gateway.
    assert_eq!(over_all.alarm_rule.children().len(), 7);
    let dashboard = &arch.get(handle.dashboard()).unwrap().dashboard_body;
    // The states, six headings, a graph for each alarm.
    assert_eq!(dashboard.widgets.len(), 1 + 6 + expected.len());
}

#[test]
fn every_alarm_watches_something_and_is_heard() {
    let (arch, _) = described(|arch| {
        let monitoring = platform(arch).notifies(TOPIC);
        arch.add(monitoring)
    });
    let report = check(&arch);
    let found: Vec<String> = report
        .diagnostics
        .iter()
        .filter(|found| found.resource.as_str().starts_with("monitoring"))
        .map(ToString::to_string)
        .collect();
    assert_eq!(found, [""; 0]);
}

#[test]
fn what_users_feel_is_told_once() {
    let (arch, handle) = described(|arch| {
        let monitoring = platform(arch).notifies(TOPIC);
        arch.add(monitoring)
    });
    let alarm = |id: &str| {
        let mut all = arch.all::<Alarm>();
        all.find(|(node, _)| node.id.as_str() == format!("monitoring/{id}")).unwrap().1
    };
    let errors = alarm("front-load-balancer-errors");
    assert!(errors.alarm_actions.is_empty());
    assert_eq!(errors.treat_missing_data.as_str(), "notBreaching");
    let topic = [Input::from(TOPIC)].into();
    let cpu = alarm("orders-instance-cpu");
    assert_eq!((&cpu.alarm_actions, &cpu.ok_actions), (&topic, &topic));
    let over_all = arch.get(handle.users_feel_it().unwrap()).unwrap();
    assert_eq!((&over_all.alarm_actions, &over_all.ok_actions), (&topic, &topic));
    let storage = alarm("orders-instance-storage");
    assert_eq!(storage.comparison_operator, ComparisonOperator::LessThan);
    assert_eq!(storage.threshold.to_string(), "10737418240");
    assert_eq!(alarm("front-load-balancer-latency").statistic.as_str(), "p99");
}

#[test]
fn limits_and_alarms_of_ones_own() {
    let own = Alarm::builder()
        .metric(Metric::new(Namespace::literal("Shop"), MetricName::literal("Orders")))
        .statistic(Statistic::Sum)
        .period(Period::minutes::<5>())
        .evaluation_periods(EvaluationPeriods::of::<1>())
        .comparison_operator(ComparisonOperator::LessThan)
        .threshold(1)
        .build();
    let (arch, handle) = described(|arch| {
        let limits = Limits::builder().blocked_requests(5).build();
        let firewall = arch.add(Firewall::regional("wall"));
        let monitoring = Monitoring::new("monitoring").limits(limits).notifies(TOPIC);
        arch.add(monitoring.firewall(&firewall).alarm("no-orders", own.clone()))
    });
    let [blocked, orders] = handle.alarms() else { panic!("{:?}", handle.alarms()) };
    let blocked = arch.get(blocked).unwrap();
    assert_eq!(blocked.threshold.to_string(), "5");
    let dimensions: Vec<&str> =
        blocked.metric.dimensions.values().map(|value| value.known().unwrap().as_str()).collect();
    assert_eq!(dimensions, ["us-east-1", "ALL", "shop-wall"]);
    assert_eq!(arch.get(orders).unwrap().alarm_actions, [Input::from(TOPIC)].into());
    assert!(handle.users_feel_it().is_none());
}

#[test]
fn firewalls_for_distributions_are_watched_where_they_count() {
    let mut arch = Architecture::new("shop", Region::EuWest1);
    let firewall = arch.add(Firewall::cloudfront("edge"));
    let orders = Ref::<DbInstance>::existing("orders");
    let here = ActionArn::literal("arn:aws:sns:eu-west-1:123456789012:alerts");
    let monitoring = || {
        let monitoring = Monitoring::new("monitoring").replica(&orders);
        monitoring.firewall(&firewall).notifies(here.clone())
    };
    let mut without = arch.clone();
    without.add(monitoring());
    let text = "monitoring: edge-web-acl-blocked is in us-east-1, and the topic of the alarms in eu-west-1";
    assert_eq!(messages(&without), [text]);
    let handle = arch.add(monitoring().notifies_at_edge(TOPIC));
    assert_eq!(messages(&arch), [""; 0]);
    assert_eq!(handle.alarms().len(), 4);
    let mut all = arch.all::<Alarm>();
    let (node, alarm) = all.find(|(node, _)| node.place.region == Region::UsEast1).unwrap();
    assert_eq!(node.id.as_str(), "monitoring/edge-web-acl-blocked");
    assert_eq!(alarm.metric.dimension("Region"), None);
    assert_eq!(alarm.alarm_actions, [Input::from(TOPIC)].into());
}

#[test]
fn what_viewers_come_to_first_is_watched_where_it_counts() {
    let mut arch = Architecture::new("shop", Region::UsEast1);
    let files = arch.add(PrivateBucket::new("files"));
    let cdn = arch.add(Cdn::new("cdn").files(&files));
    let check = HealthCheck::https(DnsName::literal("a.example.com"), ResourcePath::literal("/"));
    let check = arch.resource("origin-check", check);
    let monitoring = Monitoring::new("monitoring").notifies(TOPIC);
    let handle = arch.add(monitoring.distribution(&cdn).health_check(&check));
    assert_eq!(messages(&arch), [""; 0]);
    assert_eq!(ids(&arch), ["cdn-distribution-errors", "origin-check-down"]);
    let [down, errors] = handle.alarms() else { panic!("{:?}", handle.alarms()) };
    let [down, errors] = [down, errors].map(|alarm| arch.get(alarm).unwrap());
    assert_eq!(down.comparison_operator, ComparisonOperator::LessThan);
    assert_eq!(down.metric.dimension("HealthCheckId"), Some(&check.health_check_id().into()));
    assert_eq!(errors.metric.dimension("Region"), Some(&"Global".into()));
    let over_all = arch.get(handle.users_feel_it().unwrap()).unwrap();
    assert_eq!(over_all.alarm_rule.children().len(), 2);
}

#[test]
fn nothing_to_watch_is_a_problem() {
    assert_eq!(problems(Monitoring::new("monitoring")), ["monitoring: it watches nothing"]);
}
