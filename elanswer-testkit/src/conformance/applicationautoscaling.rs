//! Cases of Application Auto Scaling.
//!
//! The targets want more tasks than the services begin with: what that makes of the services is no
//! change to them.

use elanswer_core::{
    Architecture, Bounded, Ref, Region, Resource, Zone, cidr,
    services::{
        applicationautoscaling::{
            Capacity, CapacityRange, Cooldown, PolicyName, PredefinedMetric, ScalableTarget,
            ScalingPolicy, Schedule, ScheduledAction, ScheduledActionName, SuspendedState,
            TargetTracking, TargetValue, Timezone,
        },
        ec2::{SecurityGroup, Subnet, Vpc},
        ecs::{
            AwsVpcConfiguration, Cluster, ContainerDefinition, EcsName, FargateSize, PortMapping,
            Service, ServiceLoadBalancer, TaskDefinition,
        },
        elbv2::{Action, Listener, LoadBalancer, Port, Scheme, TargetGroup},
    },
};

use super::{Case, ec2::security_group::DESCRIPTION};

pub(super) const CASES: &[Case] = &[
    Case {
        name: "applicationautoscaling_scalable_target",
        kind: ScalableTarget::SCHEMA.kind,
        made: || with_target("web", |target| target),
        updated: Some(|| {
            with_target("web", |target| ScalableTarget {
                min_capacity: Capacity::of::<0>(),
                max_capacity: Capacity::of::<9>(),
                suspended_state: SuspendedState::ALL,
                ..target
            })
        }),
        replaced: Some(|| with_target("api", |target| target)),
    },
    Case {
        name: "applicationautoscaling_scalable_target_scheduled",
        kind: ScalableTarget::SCHEMA.kind,
        made: || scheduled([action("morning", "cron(0 8 ? * MON-FRI *)", 2, 8), night()]),
        updated: Some(|| {
            let weekend = ScheduledAction {
                timezone: Timezone::literal("Europe/Berlin"),
                ..action("weekend", "at(2030-01-05T08:00:00)", 1, 2)
            };
            scheduled([action("morning", "cron(0 7 ? * MON-FRI *)", 3, 8), weekend])
        }),
        replaced: None,
    },
    Case {
        name: "applicationautoscaling_scaling_policy",
        kind: ScalingPolicy::SCHEMA.kind,
        made: || with_policy("cpu", |_| plain(PredefinedMetric::Cpu)),
        updated: Some(|| {
            with_policy("cpu", |_| {
                TargetTracking::builder()
                    .metric(PredefinedMetric::Memory)
                    .target_value(Bounded::<1, 100>::of::<70>())
                    .scale_in_cooldown(Cooldown::of::<600>())
                    .scale_out_cooldown(Cooldown::of::<30>())
                    .disable_scale_in(true)
                    .build()
            })
        }),
        replaced: Some(|| with_policy("processor", |_| plain(PredefinedMetric::Memory))),
    },
    Case {
        name: "applicationautoscaling_scaling_policy_requests",
        kind: ScalingPolicy::SCHEMA.kind,
        made: || with_policy("requests", |base| requests(base, 1000.0)),
        updated: Some(|| with_policy("requests", |base| requests(base, 750.5))),
        replaced: None,
    },
];

const WEB: EcsName = EcsName::literal("web");
const PORT: Port = Port::of::<8080>();

/// What there is to scale: two services, one of them behind a load balancer.
struct Base {
    cluster: Ref<Cluster>,
    web: Ref<Service>,
    api: Ref<Service>,
    balancer: Ref<LoadBalancer>,
    targets: Ref<TargetGroup>,
}

fn base(arch: &mut Architecture) -> Base {
    let vpc = arch.resource("vpc", Vpc::new(cidr!("10.0.0.0/16")));
    let subnets = [("a", cidr!("10.0.1.0/24"), 'a'), ("b", cidr!("10.0.2.0/24"), 'b')];
    let subnets = subnets.map(|(id, range, zone)| {
        let zone = Zone::new(Region::UsEast1, zone);
        let subnet = Subnet::builder().vpc(&vpc).cidr_block(range).availability_zone(zone);
        arch.resource(id, subnet.build())
    });
    let group = SecurityGroup::builder().group_description(DESCRIPTION).vpc(&vpc).build();
    let group = arch.resource("group", group);
    let container = ContainerDefinition::builder()
        .name(WEB)
        .image("public.ecr.aws/nginx/nginx:1.29")
        .port_mappings([PortMapping::tcp(PORT)])
        .build();
    let task = TaskDefinition::builder()
        .family(EcsName::literal("conformance-scaling"))
        .size(FargateSize::of::<256, 512>())
        .container_definitions([container])
        .build();
    let task = arch.resource("task", task);
    let balancer = LoadBalancer::builder()
        .scheme(Scheme::Internal)
        .subnets(subnets.clone())
        .security_groups([group.clone()]);
    let balancer = arch.resource("balancer", balancer.build());
    let targets = arch.resource("targets", TargetGroup::builder().vpc(&vpc).port(PORT).build());
    let listener = Listener::builder()
        .load_balancer(&balancer)
        .port(Port::of::<80>())
        .default_action(Action::forward(&targets));
    let listener = arch.resource("listener", listener.build());
    let cluster = Cluster::builder().cluster_name(EcsName::literal("conformance")).build();
    let cluster = arch.resource("cluster", cluster);
    let mut service = |id: &str, name, load_balancers: &[ServiceLoadBalancer]| {
        let network = AwsVpcConfiguration::builder().subnets(subnets.clone());
        let service = Service::builder()
            .service_name(name)
            .cluster(&cluster)
            .task_definition(&task)
            .network_configuration(network.security_groups([group.clone()]).build().into())
            .load_balancers(load_balancers.iter().cloned().collect::<elanswer_core::Set<_>>())
            .build();
        let service = arch.resource(id, service);
        arch.options(&service, |options| {
            options.depends_on(&listener);
        });
        service
    };
    let registered = ServiceLoadBalancer {
        target_group: targets.clone(),
        container_name: WEB,
        container_port: PORT,
    };
    let web = service("web", EcsName::literal("web"), &[registered]);
    let api = service("api", EcsName::literal("api"), &[]);
    Base { cluster, web, api, balancer, targets }
}

/// A target of one of the services.
fn with_target(which: &str, of: impl FnOnce(ScalableTarget) -> ScalableTarget) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    let base = base(&mut arch);
    let service = if which == "web" { &base.web } else { &base.api };
    arch.resource("it", of(target(&base, service)));
    arch
}

fn target(base: &Base, service: &Ref<Service>) -> ScalableTarget {
    ScalableTarget::of_service(&base.cluster, service, Capacity::of::<2>(), Capacity::of::<4>())
}

fn scheduled(actions: [ScheduledAction; 2]) -> Architecture {
    with_target("web", |target| ScalableTarget { scheduled_actions: actions.into(), ..target })
}

fn action(name: &'static str, schedule: &'static str, min: u32, max: u32) -> ScheduledAction {
    let capacity = |count| Capacity::new(count).unwrap_or(Capacity::of::<0>());
    ScheduledAction::builder()
        .scheduled_action_name(ScheduledActionName::literal(name))
        .schedule(Schedule::literal(schedule))
        .range(CapacityRange::new(capacity(min), capacity(max)))
        .build()
}

fn night() -> ScheduledAction {
    action("night", "rate(1 day)", 0, 1)
}

/// A policy of the target of a service.
fn with_policy(name: &'static str, tracking: impl FnOnce(&Base) -> TargetTracking) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    let base = base(&mut arch);
    let target = arch.resource("target", target(&base, &base.web));
    let policy = ScalingPolicy::new(&target, PolicyName::literal(name), tracking(&base));
    arch.resource("it", policy);
    arch
}

fn plain(metric: PredefinedMetric) -> TargetTracking {
    TargetTracking::builder().metric(metric).target_value(Bounded::<1, 100>::of::<60>()).build()
}

fn requests(base: &Base, value: f64) -> TargetTracking {
    let metric = PredefinedMetric::requests_per_target(&base.balancer, &base.targets);
    let value = TargetValue::new(value).unwrap_or(Bounded::<1, 1>::of::<1>().into());
    TargetTracking::builder().metric(metric).target_value(value).build()
}
