//! The case of services.
//!
//! The services have no tasks: those would need images, and a way to them.

use elanswer_core::{
    Architecture, Bounded, Cidr, Ref, Region, Resource, Set, Tags, Zone, cidr,
    services::{
        ec2::{SecurityGroup, Subnet, Vpc},
        ecs::{
            AssignPublicIp, AwsVpcConfiguration, CapacityBase, CapacityProvider,
            CapacityProviderStrategy, CircuitBreaker, Cluster, ClusterCapacityProviderAssociations,
            ContainerDefinition, DeploymentAlarms, DeploymentConfiguration, EcsName, FargateSize,
            PlatformVersion, PortMapping, PropagateTags, RegistryTarget, Service,
            ServiceLoadBalancer, ServiceRegistry, TaskDefinition,
        },
        elbv2::{Action, Listener, LoadBalancer, Port, Scheme, TargetGroup},
        iam::{self, Role},
        servicediscovery::ServiceArn,
    },
};

use crate::conformance::{Case, ec2::security_group::DESCRIPTION};

pub(in crate::conformance) const CASES: &[Case] = &[
    Case {
        name: "ecs_service",
        kind: Service::SCHEMA.kind,
        made: || with_service(plain),
        updated: Some(|| with_service(changed)),
        replaced: Some(|| {
            with_service(|base| Service {
                service_name: Some(EcsName::literal("conformance-2")),
                ..plain(base)
            })
        }),
    },
    Case {
        name: "ecs_service_on_spot",
        kind: Service::SCHEMA.kind,
        made: || with_service(on_spot),
        updated: Some(|| with_service(on_less_spot)),
        replaced: None,
    },
];

const WEB: EcsName = EcsName::literal("web");
const PORT: Port = Port::of::<8080>();

/// What a service needs.
struct Base {
    cluster: Ref<Cluster>,
    tasks: [Ref<TaskDefinition>; 2],
    subnets: [Ref<Subnet>; 2],
    groups: [Ref<SecurityGroup>; 2],
    targets: Ref<TargetGroup>,
}

fn with_service(service: impl FnOnce(&Base) -> Service) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    let vpc = arch.resource("vpc", Vpc::new(cidr!("10.0.0.0/16")));
    let mut subnet = |id: &str, range: Cidr, zone: char| {
        let zone = Zone::new(Region::UsEast1, zone);
        let subnet = Subnet::builder().vpc(&vpc).cidr_block(range).availability_zone(zone);
        arch.resource(id, subnet.build())
    };
    let subnets = [subnet("a", cidr!("10.0.1.0/24"), 'a'), subnet("b", cidr!("10.0.2.0/24"), 'b')];
    let mut group = |id: &str| {
        let group = SecurityGroup::builder().group_description(DESCRIPTION).vpc(&vpc);
        arch.resource(id, group.build())
    };
    let groups = [group("group-1"), group("group-2")];
    let role = arch.resource("role", Role::assumed_by(iam::Service::EcsTasks));
    let mut task = |id: &str, family: &'static str, image: &str| {
        let container = ContainerDefinition::builder().name(WEB).image(image);
        let task = TaskDefinition::builder()
            .family(EcsName::literal(family))
            .size(FargateSize::of::<256, 512>())
            .task_role_arn(role.arn())
            .container_definitions([container.port_mappings([PortMapping::tcp(PORT)]).build()]);
        arch.resource(id, task.build())
    };
    let tasks = [
        task("task-1", "conformance-1", "public.ecr.aws/nginx/nginx:1.28"),
        task("task-2", "conformance-2", "public.ecr.aws/nginx/nginx:1.29"),
    ];
    let balancer = LoadBalancer::builder()
        .scheme(Scheme::Internal)
        .subnets(subnets.clone())
        .security_groups(groups.iter().take(1).cloned());
    let balancer = arch.resource("balancer", balancer.build());
    let targets = arch.resource("targets", TargetGroup::builder().vpc(&vpc).port(PORT).build());
    let listener = Listener::builder()
        .load_balancer(&balancer)
        .port(Port::of::<80>())
        .default_action(Action::forward(&targets));
    let listener = arch.resource("listener", listener.build());
    let cluster = Cluster::builder().cluster_name(EcsName::literal("conformance")).build();
    let cluster = arch.resource("cluster", cluster);
    let service = service(&Base { cluster: cluster.clone(), tasks, subnets, groups, targets });
    let spot = service.capacity.strategy().is_some();
    let it = arch.resource("it", service);
    arch.options(&it, |options| {
        options.depends_on(&listener);
    });
    if spot {
        let providers = ClusterCapacityProviderAssociations::builder()
            .cluster(&cluster)
            .capacity_providers([CapacityProvider::Fargate, CapacityProvider::FargateSpot]);
        let providers = arch.resource("providers", providers.build());
        arch.options(&it, |options| {
            options.depends_on(&providers);
        });
    }
    arch
}

fn plain(
    Base { cluster, tasks: [task, _], subnets: [a, _], groups: [group, _], .. }: &Base,
) -> Service {
    let network = AwsVpcConfiguration::builder().subnets([a.clone()]);
    Service::builder()
        .service_name(EcsName::literal("conformance"))
        .cluster(cluster)
        .task_definition(task)
        .desired_count(0)
        .network_configuration(network.security_groups([group.clone()]).build().into())
        .build()
}

/// Another value of everything that changes in place.
fn changed(base: &Base) -> Service {
    let Base { tasks: [_, task], subnets, groups: [_, group], targets, .. } = base;
    let network = AwsVpcConfiguration::builder()
        .subnets(subnets.clone())
        .security_groups([group.clone()])
        .assign_public_ip(AssignPublicIp::Enabled)
        .build();
    let deployment = DeploymentConfiguration::builder()
        .minimum_healthy_percent(Bounded::of::<50>())
        .maximum_percent(Bounded::of::<150>())
        .circuit_breaker(CircuitBreaker::RollBack)
        .build();
    Service {
        task_definition: task.clone(),
        platform_version: PlatformVersion::V1_4_0,
        network_configuration: network.into(),
        load_balancers: Set::from([ServiceLoadBalancer {
            target_group: targets.clone(),
            container_name: WEB,
            container_port: PORT,
        }]),
        deployment_configuration: deployment,
        health_check_grace_period_seconds: Bounded::of::<60>(),
        enable_execute_command: true,
        enable_ecs_managed_tags: true,
        propagate_tags: PropagateTags::Service,
        tags: Tags::new().with("Name", "renamed"),
        ..plain(base)
    }
}

const REGISTRIES: [ServiceArn; 2] = [
    ServiceArn::literal("arn:aws:servicediscovery:us-east-1:123456789012:service/srv-1"),
    ServiceArn::literal("arn:aws:servicediscovery:us-east-1:123456789012:service/srv-2"),
];

/// A service whose tasks AWS may take back, found by its name, that alarms roll back.
fn on_spot(base: &Base) -> Service {
    let [registry, _] = REGISTRIES;
    Service {
        capacity: CapacityProviderStrategy::only(CapacityProvider::FargateSpot).into(),
        service_registry: Some(ServiceRegistry::new(registry)),
        deployment_configuration: DeploymentConfiguration::builder()
            .alarms(DeploymentAlarms::roll_back(["conformance-1"]))
            .build(),
        ..plain(base)
    }
}

/// Another value of what [`on_spot`] has beyond the plain service.
fn on_less_spot(base: &Base) -> Service {
    let [_, registry] = REGISTRIES;
    let target = RegistryTarget { container_name: WEB, container_port: PORT };
    let strategy = CapacityProviderStrategy::only(CapacityProvider::FargateSpot)
        .with_base(CapacityProvider::Fargate, CapacityBase::of::<1>());
    let alarms = DeploymentAlarms {
        rollback: false,
        ..DeploymentAlarms::roll_back(["conformance-1", "conformance-2"])
    };
    Service {
        capacity: strategy.into(),
        service_registry: Some(ServiceRegistry {
            target: Some(target),
            ..ServiceRegistry::new(registry)
        }),
        deployment_configuration: DeploymentConfiguration::builder().alarms(alarms).build(),
        ..plain(base)
    }
}
