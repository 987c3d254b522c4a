//! Tasks that are scaled, databases, and what stands before them.

use std::collections::BTreeSet;

use super::*;
use crate::{
    platform::Platform,
    services::{
        applicationautoscaling::{
            Capacity, CapacityRange, ScalableTarget, Schedule, ScheduledAction,
            ScheduledActionName, SuspendedState,
        },
        ecs::{Cluster, ContainerInsights},
        elbv2::CertificateArn,
        rds::{DbInstance, DbInstanceClass, DbProxy, DbProxyAuth, DbProxyTargetGroup},
    },
};

/// Two tasks, of which the number is left to `target`.
fn scaled(target: impl FnOnce(&Ref<Service>) -> ScalableTarget) -> CostEstimate {
    let mut arch = arch();
    let web = tasks(&mut arch, 2, RuntimePlatform::X86_64);
    arch.amend(&web, |service| {
        service.service_name = Some(EcsName::literal("web"));
        service.desired_count = None;
    });
    arch.resource("target", target(&web));
    estimate(&arch)
}

fn three_or_more(service: &Ref<Service>) -> ScalableTarget {
    let (min, max) = (Capacity::of::<3>(), Capacity::of::<12>());
    ScalableTarget::of_service(&Ref::existing("cluster"), service, min, max)
}

/// From some time on, one task or more.
fn fewer(target: ScalableTarget) -> ScalableTarget {
    let night = ScheduledAction::builder()
        .scheduled_action_name(ScheduledActionName::literal("night"))
        .schedule(Schedule::literal("cron(0 20 * * ? *)"))
        .range(CapacityRange::new(Capacity::of::<1>(), Capacity::of::<2>()));
    ScalableTarget { scheduled_actions: [night.build()].into(), ..target }
}

#[test]
fn a_scaled_service_has_the_least_tasks_that_its_scaling_keeps() {
    // 3 × 730 × (0.5 × 0.04048 + 1 × 0.004445).
    insta::assert_snapshot!(scaled(three_or_more), @"
         54.06  web (AWS::ECS::Service)
                44.33: 1.5 vCPU of tasks (its scaling keeps 3 at least) at 0.04048 per hour
                9.73: 3 GB of memory of tasks (its scaling keeps 3 at least) at 0.004445 per hour
                by use, not counted: data sent out
         54.06  USD a month at least, of 3 resources
                1 cost more by use, 0 are unpriced, 2 are free; 0 prices are not verified
    ");
}

#[test]
fn scaling_may_have_the_name_of_a_service_written_out() {
    let of = |name: &'static str| {
        let estimate =
            scaled(|web| ScalableTarget { resource_id: name.into(), ..three_or_more(web) });
        estimate.monthly()
    };
    assert_eq!(of("service/cluster/web"), usd("54.06015"));
    // One task, for nobody says how many.
    assert_eq!(of("service/cluster/api"), usd("18.02005"));
    assert_eq!(of("service/other/web"), usd("18.02005"));
}

#[test]
fn the_least_of_a_schedule_is_counted_while_it_holds() {
    assert_eq!(scaled(|web| fewer(three_or_more(web))).monthly(), usd("18.02005"));
    let suspended = scaled(|web| ScalableTarget {
        suspended_state: SuspendedState::ALL,
        ..fewer(three_or_more(web))
    });
    assert_eq!(suspended.monthly(), usd("54.06015"));
    let none =
        scaled(|web| ScalableTarget { min_capacity: Capacity::of::<0>(), ..three_or_more(web) });
    assert_eq!(none.monthly(), Dollars::ZERO);
    assert!(none.to_string().contains("counted with no task"), "{none}");
}

#[test]
fn scaling_keeps_alarms_and_a_cluster_has_metrics() {
    let policy = |only_adds: bool| json!({"TargetTrackingScalingPolicyConfiguration": {"DisableScaleIn": only_adds}});
    assert_eq!(of("AWS::ApplicationAutoScaling::ScalingPolicy", policy(false)).0, usd("0.2"));
    assert_eq!(of("AWS::ApplicationAutoScaling::ScalingPolicy", policy(true)).0, usd("0.1"));
    let by_use = |insights| {
        let mut arch = arch();
        arch.resource("cluster", Cluster::builder().container_insights(insights).build());
        estimate(&arch).resources.remove(0).by_use
    };
    assert!(by_use(ContainerInsights::Disabled).is_empty());
    assert_eq!(by_use(ContainerInsights::Enabled), ["metrics and logs of Container Insights"]);
}

/// A database of this class, and a proxy before it.
fn proxied(class: &'static str) -> (Architecture, Ref<DbInstance>) {
    let mut arch = arch();
    let class = DbInstanceClass::literal(class);
    let db = arch.resource("db", DbInstance { db_instance_class: class, ..database() });
    let proxy = DbProxy::builder()
        .auth([DbProxyAuth::builder().secret_arn(db.secret_arn()).build()])
        .role_arn("arn:aws:iam::123456789012:role/proxy")
        .vpc_subnets(["subnet-1", "subnet-2"].map(Ref::existing))
        .vpc_security_groups([Ref::existing("sg-1")]);
    let proxy = arch.resource("proxy", proxy.build());
    let targets = DbProxyTargetGroup::builder().db_proxy(&proxy).db_instance(&db).build();
    arch.resource("targets", targets);
    (arch, db)
}

fn proxy_of(arch: &Architecture) -> ResourceCost {
    let costs = estimate(arch).resources;
    costs.into_iter().find(|cost| cost.resource.as_str() == "proxy").unwrap()
}

#[test]
fn a_proxy_has_the_vcpu_of_its_database_and_two_at_least() {
    // 730 × 0.015 for each: those of a standby are not counted.
    for (class, monthly) in [
        ("db.t4g.micro", "21.9"),
        ("db.m7g.large", "21.9"),
        ("db.m7g.xlarge", "43.8"),
        ("db.m7g.4xlarge", "175.2"),
    ] {
        let cost = proxy_of(&proxied(class).0);
        assert_eq!((cost.monthly(), cost.unpriced), (usd(monthly), Vec::new()), "{class}");
    }
    let unknown = proxy_of(&proxied("db.x9.huge").0);
    assert_eq!(unknown.monthly(), usd("21.9"));
    assert_eq!(unknown.unpriced, ["the vCPU of its database, beyond two"]);
}

#[test]
fn a_proxy_of_no_database_here_is_not_taken_for_free() {
    let (_, unpriced) = of("AWS::RDS::DBProxy", json!({}));
    assert_eq!(unpriced, ["the vCPU of its database, which is not known here"]);
}

#[test]
fn nothing_promises_a_proxy() {
    let (with, _) = proxied("db.m7g.large");
    let mut without = arch();
    without.resource("db", database());
    assert_eq!(reservations(&with), reservations(&without));
}

#[test]
fn a_replica_has_the_storage_of_its_source() {
    let mut arch = arch();
    let db = arch.resource("db", database());
    let replica = DbInstance::replica_of(db)
        .db_instance_class(DbInstanceClass::literal("db.m7g.large"))
        .vpc_security_groups([Ref::existing("sg-1")])
        .build();
    arch.resource("replica", replica);
    let estimate = estimate(&arch);
    let replica = estimate.resources.last().unwrap();
    // 730 × 0.168 and 100 × 0.115.
    assert_eq!(replica.monthly(), usd("134.14"));
    assert!(replica.unpriced.is_empty(), "{:?}", replica.unpriced);
}

#[test]
fn what_a_database_may_have_besides_is_counted_or_named() {
    let with = |name: &str, value: Value| {
        let mut properties = json!({"Engine": "postgres", "DBInstanceClass": "db.t4g.micro",
            "EngineVersion": "16.4", "StorageType": "gp3", "AllocatedStorage": "20",
            "EnablePerformanceInsights": true});
        properties[name] = value;
        of("AWS::RDS::DBInstance", properties)
    };
    // 730 × 0.016 and 20 × 0.115.
    assert_eq!(with("MultiAZ", json!(false)), (usd("13.98"), Vec::new()));
    assert_eq!(with("PubliclyAccessible", json!(true)), (usd("17.63"), Vec::new()));
    let insights = with("PerformanceInsightsRetentionPeriod", json!(731)).1;
    assert_eq!(insights, ["insights that are kept for longer than a week"]);
    assert_eq!(with("EngineVersion", json!("12.22")).1, ["Extended Support of its version"]);
}

#[test]
fn everything_of_the_platform_that_stands_has_a_price() {
    let certificate: CertificateArn =
        "arn:aws:acm:us-east-1:123456789012:certificate/6f5d5d5e-0a1b-4c2d-8e3f-9a0b1c2d3e4f"
            .parse()
            .unwrap();
    let mut arch = arch();
    arch.add(Platform::new("platform", certificate));
    let estimate = estimate(&arch);
    assert_eq!(estimate.unpriced().count(), 0, "{estimate}");
    let counted = estimate.resources.iter().filter(|cost| !cost.lines.is_empty());
    let kinds: BTreeSet<_> = counted.map(|cost| cost.kind.as_str()).collect();
    let kinds: Vec<_> = kinds.into_iter().collect();
    insta::assert_snapshot!(kinds.join("\n"), @"
    AWS::ApplicationAutoScaling::ScalingPolicy
    AWS::CloudWatch::Alarm
    AWS::CloudWatch::CompositeAlarm
    AWS::CloudWatch::Dashboard
    AWS::EC2::EIP
    AWS::EC2::NatGateway
    AWS::EC2::VPCEndpoint
    AWS::ECS::Service
    AWS::ElastiCache::ReplicationGroup
    AWS::ElasticLoadBalancingV2::LoadBalancer
    AWS::KMS::Key
    AWS::RDS::DBInstance
    AWS::RDS::DBProxy
    AWS::ServiceDiscovery::PrivateDnsNamespace
    AWS::WAFv2::WebACL
    ");
    let text = estimate.to_string();
    assert_eq!(text.matches("its scaling keeps 3 at least").count(), 4, "{text}");
}
