//! The metrics of each tier.
//!
//! Sources: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html>,
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html>,
//! <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html>,
//! <https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.Redis.html>,
//! <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway-cloudwatch.html>,
//! <https://docs.aws.amazon.com/waf/latest/developerguide/waf-metrics.html>,
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/programming-cloudwatch-metrics.html>,
//! <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-cloudwatch.html>.

use super::{
    EDGE, Monitoring, Service,
    watch::{Section, TEN, THREE, Watch},
};
use crate::{
    architecture::{Architecture, Scope},
    id::ResourceId,
    reference::{Input, Ref},
    region::Region,
    resource::Resource,
    services::{
        cloudfront::Distribution,
        cloudwatch::{
            ComparisonOperator, DimensionName, ExtendedStatistic, Metric, MetricName, Namespace,
            Statistic, TreatMissingData,
        },
        ec2::NatGateway,
        elbv2::{Listener, ListenerRule, LoadBalancer, TargetGroup},
        rds::DbInstance,
        route53::HealthCheck,
        wafv2::{self, WafScope, WebAcl},
    },
};

impl Monitoring {
    /// What is watched, tier by tier.
    pub(super) fn sections(&self, scope: &mut Scope<'_>) -> Vec<Section> {
        let here = scope.place().region;
        let arch = &*scope.architecture();
        let sections = [
            ("Addresses", self.addresses()),
            ("Distributions", self.distributed()),
            ("Firewalls", self.firewalls(arch, here)),
            ("Load balancers", self.load_balancers(here)),
            ("Services", self.services(arch, here)),
            ("Databases", self.databases(here)),
            ("Caches", self.caches(here)),
            ("Network", self.gateways(here)),
        ];
        let sections = sections.into_iter().map(|(title, watches)| Section { title, watches });
        sections.filter(|section| !section.watches.is_empty()).collect()
    }

    fn addresses(&self) -> Vec<Watch> {
        let watch = |check: &Ref<HealthCheck>| {
            let (id, name) = (slug(check), name(check, "-check"));
            let id_of = known_or(check, || check.health_check_id().into());
            let status = const { MetricName::literal("HealthCheckStatus") };
            let metric = Metric::new(const { Namespace::literal("AWS/Route53") }, status)
                .of(const { DimensionName::literal("HealthCheckId") }, id_of);
            Watch {
                comparison: ComparisonOperator::LessThan,
                ..Watch::new(
                    format!("{id}-down"),
                    EDGE,
                    format!("What {name} leads to does not answer."),
                    metric,
                    1.into(),
                )
                .by(Statistic::Minimum)
                .felt()
            }
        };
        self.checks.iter().map(watch).collect()
    }

    fn distributed(&self) -> Vec<Watch> {
        let watch = |distribution: &Ref<Distribution>| {
            let (id, name) = (slug(distribution), name(distribution, "/distribution"));
            let id_of = known_or(distribution, || distribution.output::<String>("Id").into());
            let errors = const { MetricName::literal("5xxErrorRate") };
            let metric = Metric::new(const { Namespace::literal("AWS/CloudFront") }, errors)
                .of(const { DimensionName::literal("DistributionId") }, id_of)
                .of(const { DimensionName::literal("Region") }, "Global");
            let watch = Watch::new(
                format!("{id}-errors"),
                EDGE,
                format!("The distribution {name} answers with errors."),
                metric,
                self.limits.distribution_errors,
            );
            Watch { missing: TreatMissingData::NotBreaching, ..watch.felt() }
        };
        self.distributions.iter().map(watch).collect()
    }

    fn load_balancers(&self, here: Region) -> Vec<Watch> {
        let watch = |front: &Ref<LoadBalancer>| {
            let (id, name) = (slug(front), name(front, "/load-balancer"));
            let metric =
                |metric| Metric::new(APPLICATION_ELB, metric).of(LOAD_BALANCER, front.full_name());
            let id = |part: &str| format!("{id}-{part}");
            [
                Watch::new(
                    id("errors"),
                    here,
                    format!("The load balancer {name} answers with errors of its own: it reaches no target, or not in time."),
                    metric(const { MetricName::literal("HTTPCode_ELB_5XX_Count") }),
                    self.limits.load_balancer_errors,
                )
                .counted()
                .felt(),
                Watch::new(
                    id("target-errors"),
                    here,
                    format!("What is behind the load balancer {name} answers with errors."),
                    metric(const { MetricName::literal("HTTPCode_Target_5XX_Count") }),
                    self.limits.target_errors,
                )
                .counted()
                .felt(),
                Watch::new(
                    id("latency"),
                    here,
                    format!("What is behind the load balancer {name} takes long to answer one request of a hundred, or more."),
                    metric(const { MetricName::literal("TargetResponseTime") }),
                    self.limits.latency,
                )
                .counted()
                .by(ExtendedStatistic::P99)
                .felt(),
            ]
        };
        self.balancers.iter().flat_map(watch).collect()
    }

    fn services(&self, arch: &Architecture, here: Region) -> Vec<Watch> {
        self.services.iter().flat_map(|service| self.service_of(service, arch, here)).collect()
    }

    fn service_of(&self, it: &Service, arch: &Architecture, here: Region) -> Vec<Watch> {
        let (id, name) = (slug(&it.service), name(&it.service, "/service"));
        let metric = |metric| {
            Metric::new(const { Namespace::literal("AWS/ECS") }, metric)
                .of(const { DimensionName::literal("ClusterName") }, it.cluster.name())
                .of(const { DimensionName::literal("ServiceName") }, it.service.name())
        };
        let mut watches = vec![
            Watch::new(
                format!("{id}-cpu"),
                here,
                format!("The tasks of the service {name} are busy."),
                metric(const { MetricName::literal("CPUUtilization") }),
                self.limits.service_cpu,
            )
            .points(TEN),
            Watch::new(
                format!("{id}-memory"),
                here,
                format!("The tasks of the service {name} are short of memory, and are killed when they have none left."),
                metric(const { MetricName::literal("MemoryUtilization") }),
                self.limits.service_memory,
            )
            .by(Statistic::Maximum),
        ];
        let fronts = self.balancers.iter().filter(|front| routes_to(arch, front, &it.targets));
        for (number, front) in fronts.enumerate() {
            let more = if number > 0 { format!("-{}", number + 1) } else { String::new() };
            let hosts = const { MetricName::literal("UnHealthyHostCount") };
            let hosts = Metric::new(APPLICATION_ELB, hosts)
                .of(LOAD_BALANCER, front.full_name())
                .of(const { DimensionName::literal("TargetGroup") }, it.targets.full_name());
            let watch = Watch::new(
                format!("{id}-unhealthy{more}"),
                here,
                format!("Tasks of the service {name} do not answer health checks."),
                hosts,
                self.limits.unhealthy_targets,
            );
            watches.push(watch.by(Statistic::Maximum).points(THREE).felt());
        }
        watches
    }

    fn databases(&self, here: Region) -> Vec<Watch> {
        self.databases.iter().flat_map(|database| self.database_of(database, here)).collect()
    }

    fn database_of(&self, database: &Ref<DbInstance>, here: Region) -> Vec<Watch> {
        let (id, name) = (slug(database), name(database, "/instance"));
        let metric = |metric| {
            let dimension = const { DimensionName::literal("DBInstanceIdentifier") };
            Metric::new(const { Namespace::literal("AWS/RDS") }, metric)
                .of(dimension, identifier(database))
        };
        let mut watches = vec![
            Watch::new(
                format!("{id}-cpu"),
                here,
                format!("The database {name} is busy."),
                metric(const { MetricName::literal("CPUUtilization") }),
                self.limits.database_cpu,
            )
            .points(TEN),
            Watch {
                comparison: ComparisonOperator::LessThan,
                ..Watch::new(
                    format!("{id}-storage"),
                    here,
                    format!(
                        "The database {name} has little storage left, and stops when it has none."
                    ),
                    metric(const { MetricName::literal("FreeStorageSpace") }),
                    self.limits.database_storage,
                )
                .by(Statistic::Minimum)
            },
            Watch::new(
                format!("{id}-connections"),
                here,
                format!("The database {name} has nearly as many connections as it takes."),
                metric(const { MetricName::literal("DatabaseConnections") }),
                self.limits.database_connections,
            )
            .by(Statistic::Maximum),
        ];
        if self.replicas.contains(database) {
            let watch = Watch::new(
                format!("{id}-lag"),
                here,
                format!(
                    "The copy {name} is far behind: it answers with what was, and would lose what came since."
                ),
                metric(const { MetricName::literal("ReplicaLag") }),
                self.limits.replica_lag,
            );
            watches.push(watch.by(Statistic::Maximum));
        }
        watches
    }

    fn caches(&self, here: Region) -> Vec<Watch> {
        let mut watches = Vec::new();
        for cache in &self.caches {
            let name = slug(cache.replication_group());
            for suffix in cache.node_suffixes() {
                let node = Input::concat([cache.id().into(), suffix.as_str().into()]);
                let metric = |metric| {
                    Metric::new(const { Namespace::literal("AWS/ElastiCache") }, metric)
                        .of(const { DimensionName::literal("CacheClusterId") }, node.clone())
                };
                let it = format!("{name}{suffix}");
                watches.push(Watch::new(
                    format!("{it}-cache-cpu"),
                    here,
                    format!("The engine of the cache {it} is busy."),
                    metric(const { MetricName::literal("EngineCPUUtilization") }),
                    self.limits.cache_cpu,
                ));
                watches.push(Watch::new(
                    format!("{it}-cache-memory"),
                    here,
                    format!("The cache {it} is nearly full."),
                    metric(const { MetricName::literal("DatabaseMemoryUsagePercentage") }),
                    self.limits.cache_memory,
                ));
                let evictions = Watch::new(
                    format!("{it}-cache-evictions"),
                    here,
                    format!("The cache {it} throws out what is still good, for want of memory."),
                    metric(const { MetricName::literal("Evictions") }),
                    self.limits.cache_evictions,
                );
                watches.push(evictions.counted());
            }
        }
        watches
    }

    fn gateways(&self, here: Region) -> Vec<Watch> {
        let watch = |gateway: &Ref<NatGateway>| {
            let (id, name) = (slug(gateway), name(gateway, ""));
            let metric = |metric| {
                let dimension = const { DimensionName::literal("NatGatewayId") };
                let id = known_or(gateway, || gateway.nat_gateway_id().into());
                Metric::new(const { Namespace::literal("AWS/NATGateway") }, metric)
                    .of(dimension, id)
            };
            [
                Watch::new(
                    format!("{id}-ports"),
                    here,
                    format!("The NAT gateway {name} opens no more connections to somewhere: all of its ports are taken."),
                    metric(const { MetricName::literal("ErrorPortAllocation") }),
                    self.limits.nat_port_errors,
                )
                .counted()
                .felt(),
                Watch::new(
                    format!("{id}-drops"),
                    here,
                    format!("The NAT gateway {name} drops packets."),
                    metric(const { MetricName::literal("PacketsDropCount") }),
                    self.limits.nat_dropped_packets,
                )
                .counted(),
            ]
        };
        self.gateways.iter().flat_map(watch).collect()
    }

    fn firewalls(&self, arch: &Architecture, here: Region) -> Vec<Watch> {
        let watch = |(acl, counts): &(Ref<WebAcl>, wafv2::MetricName)| {
            let (id, name) = (slug(acl), name(acl, "/web-acl"));
            let edge = arch.get(acl).is_some_and(|acl| acl.scope == WafScope::CloudFront);
            let blocked = const { MetricName::literal("BlockedRequests") };
            let metric = Metric::new(const { Namespace::literal("AWS/WAFV2") }, blocked)
                .of(const { DimensionName::literal("WebACL") }, counts.as_str())
                .of(const { DimensionName::literal("Rule") }, "ALL");
            // What is for distributions counts without a Region.
            let region = const { DimensionName::literal("Region") };
            let metric = if edge { metric } else { metric.of(region, here.as_str()) };
            Watch::new(
                format!("{id}-blocked"),
                if edge { EDGE } else { here },
                format!("The firewall {name} blocks much: somebody attacks, or a rule is wrong."),
                metric,
                self.limits.blocked_requests,
            )
            .counted()
        };
        self.firewalls.iter().map(watch).collect()
    }
}

const APPLICATION_ELB: Namespace = Namespace::literal("AWS/ApplicationELB");
const LOAD_BALANCER: DimensionName = DimensionName::literal("LoadBalancer");

/// How a resource is called: by its id, or by what it is in AWS.
fn called<R: Resource>(of: &Ref<R>) -> &str {
    of.id().map(ResourceId::as_str).or_else(|| of.known()).unwrap_or_default()
}

/// What the ids of the alarms over a resource begin with: `front-load-balancer`.
fn slug<R: Resource>(of: &Ref<R>) -> String {
    let known = |char: char| char.is_ascii_alphanumeric();
    called(of).chars().map(|char| if known(char) { char } else { '-' }).collect()
}

/// What people call it: `front` of `front/load-balancer`.
fn name<'a, R: Resource>(of: &'a Ref<R>, part: &str) -> &'a str {
    let name = called(of);
    name.strip_suffix(part).unwrap_or(name)
}

/// What names a database to its metrics.
fn identifier(database: &Ref<DbInstance>) -> Input<String> {
    known_or(database, || database.db_instance_identifier().into())
}

/// What names something that exists, or the output that will.
fn known_or<R: Resource>(of: &Ref<R>, or: impl FnOnce() -> Input<String>) -> Input<String> {
    of.known().map_or_else(or, Input::from)
}

/// Whether a load balancer routes to these targets.
fn routes_to(arch: &Architecture, front: &Ref<LoadBalancer>, targets: &Ref<TargetGroup>) -> bool {
    let Some(targets) = targets.id() else { return false };
    let of_front = |listener: &Listener| listener.load_balancer == *front;
    let mut listeners = arch.all::<Listener>();
    let mut rules = arch.all::<ListenerRule>();
    let names = |node: &crate::Node| {
        node.references().iter().any(|reference| reference.resource == *targets)
    };
    listeners.any(|(node, listener)| of_front(listener) && names(node))
        || rules.any(|(node, rule)| names(node) && arch.get(&rule.listener).is_some_and(of_front))
}
