//! The helper of the tests of the rules.

use super::Rule;
use crate::{
    Set,
    architecture::Architecture,
    cidr,
    cidr::Cidr,
    constructs::{Network, NetworkHandle},
    id::ResourceId,
    network::NetworkPlan,
    reference::{Input, Ref},
    region::{Region, Zone},
    resource::Resource,
    services::{
        codebuild::{BuildSource, Environment, Project},
        codepipeline::{ArtifactStore, Pipeline, Stage},
        ec2::{
            Description, Peer, Ports, Protocol, SecurityGroup, SecurityGroupEgress,
            SecurityGroupIngress, Subnet,
        },
        ecs::{
            AwsVpcConfiguration, ContainerDefinition, ContainerPort, EcsName, FargateSize,
            PortMapping, Service, ServiceLoadBalancer, TaskDefinition,
        },
        elasticache::{self, CacheNodeType, NumCacheClusters, ReplicationGroup},
        elbv2::{Action, Listener, LoadBalancer, Port, Scheme, TargetGroup},
        rds::{
            BackupRetentionPeriod, DbInstance, DbInstanceClass, EngineVersion, MasterUsername,
            StorageSize,
        },
    },
};

/// Applies `rule` to what `describe` describes, and compares what it finds with `expected`: one
/// line for each diagnostic, `severity resource: message`.
#[track_caller]
pub(crate) fn check(rule: &Rule, describe: impl FnOnce(&mut Architecture), expected: &[&str]) {
    let mut arch = Architecture::new("test", Region::UsEast1);
    describe(&mut arch);
    let found = super::Checks { rules: vec![*rule] }.run(&arch);
    let lines: Vec<String> = found
        .diagnostics
        .iter()
        .map(|found| format!("{} {}: {}", found.severity, found.resource, found.message))
        .collect();
    assert_eq!(lines, expected);
    for found in &found.diagnostics {
        for text in [&found.message, &found.help] {
            assert!(!text.ends_with('.') && !text.contains('\n') && !text.is_empty(), "{text}");
            assert!(
                !text.starts_with(|first: char| first.is_uppercase()) || acronym(text),
                "{text}"
            );
        }
    }
}

/// Whether the first word is a name in capitals, such as `HTTP`.
fn acronym(text: &str) -> bool {
    text.chars().nth(1).is_some_and(char::is_uppercase)
}

/// A network `main` with three tiers in three zones, and a NAT gateway in each.
pub(crate) fn network(arch: &mut Architecture) -> NetworkHandle {
    arch.add(Network::new("main", PLAN))
}

/// The addresses of [`network`].
pub(crate) const PLAN: NetworkPlan<3> = NetworkPlan::new(cidr!("10.0.0.0/16"))
    .public([cidr!("10.0.1.0/24"), cidr!("10.0.2.0/24"), cidr!("10.0.3.0/24")])
    .private([cidr!("10.0.11.0/24"), cidr!("10.0.12.0/24"), cidr!("10.0.13.0/24")])
    .isolated([cidr!("10.0.21.0/24"), cidr!("10.0.22.0/24"), cidr!("10.0.23.0/24")]);

/// A reference to the resource with this id.
pub(crate) fn managed<R: Resource>(id: &str) -> Ref<R> {
    Ref::managed(ResourceId::new(id).unwrap())
}

/// A subnet of the VPC with the id `vpc`, in a zone of `us-east-1`.
pub(crate) fn subnet(vpc: &str, range: Cidr, zone: char) -> Subnet {
    Subnet::builder()
        .vpc(managed(vpc))
        .cidr_block(range)
        .availability_zone(Zone::new(Region::UsEast1, zone))
        .build()
}

/// A security group of the VPC `vpc`.
pub(crate) fn group(arch: &mut Architecture, id: &str) -> Ref<SecurityGroup> {
    let group = SecurityGroup::builder()
        .group_description(Description::literal("for a test"))
        .vpc(managed("vpc"))
        .build();
    arch.resource(id, group)
}

/// A rule that lets traffic into a group.
pub(crate) fn ingress(
    arch: &mut Architecture,
    id: &str,
    group: &Ref<SecurityGroup>,
    protocol: Protocol,
    peer: impl Into<Peer>,
) {
    let rule = SecurityGroupIngress::builder().group(group).protocol(protocol).peer(peer);
    arch.resource(id, rule.build());
}

/// A rule that lets traffic out of a group.
pub(crate) fn egress(
    arch: &mut Architecture,
    id: &str,
    group: &Ref<SecurityGroup>,
    protocol: Protocol,
    peer: impl Into<Peer>,
) {
    let rule = SecurityGroupEgress::builder().group(group).protocol(protocol).peer(peer);
    arch.resource(id, rule.build());
}

/// One port of TCP.
pub(crate) const fn tcp(port: u16) -> Protocol {
    Protocol::Tcp(Ports::one(port))
}

/// Some ports of TCP.
pub(crate) fn tcp_range(from: u16, to: u16) -> Protocol {
    Protocol::Tcp(Ports::range(from, to).unwrap())
}

/// A load balancer in subnets that exist.
pub(crate) fn load_balancer(
    arch: &mut Architecture,
    id: &str,
    scheme: Scheme,
    group: &Ref<SecurityGroup>,
) -> Ref<LoadBalancer> {
    let load_balancer = LoadBalancer::builder()
        .scheme(scheme)
        .subnets(["subnet-1", "subnet-2"].map(Ref::existing))
        .security_groups([group.clone()])
        .build();
    arch.resource(id, load_balancer)
}

/// A target group of the VPC `vpc`, for IP addresses and port 8080.
pub(crate) fn target_group(arch: &mut Architecture, id: &str) -> Ref<TargetGroup> {
    let group = TargetGroup::builder().vpc(managed("vpc")).port(Port::of::<8080>()).build();
    arch.resource(id, group)
}

/// A listener for plain HTTP.
pub(crate) fn listener(
    arch: &mut Architecture,
    id: &str,
    load_balancer: &Ref<LoadBalancer>,
    action: Action,
) -> Ref<Listener> {
    let listener = Listener::builder()
        .load_balancer(load_balancer)
        .port(Port::of::<80>())
        .default_action(action)
        .build();
    arch.resource(id, listener)
}

/// A task definition with these containers.
pub(crate) fn task(
    arch: &mut Architecture,
    id: &str,
    containers: impl Into<Vec<ContainerDefinition>>,
) -> Ref<TaskDefinition> {
    let task = TaskDefinition::builder()
        .size(FargateSize::of::<256, 512>())
        .container_definitions(containers)
        .build();
    arch.resource(id, task)
}

/// A container `web` that listens on port 8080.
pub(crate) fn container() -> ContainerDefinition {
    ContainerDefinition::builder()
        .name(EcsName::literal("web"))
        .image("web:1")
        .port_mappings([PortMapping::tcp(ContainerPort::of::<8080>())])
        .build()
}

/// A service of the task definition `task` in these subnets, without a load balancer.
pub(crate) fn service(subnets: impl IntoIterator<Item = Ref<Subnet>>) -> Service {
    let network = AwsVpcConfiguration::builder().subnets(subnets.into_iter().collect::<Set<_>>());
    Service::builder()
        .cluster(Ref::existing("cluster"))
        .task_definition(managed("task"))
        .desired_count(3)
        .network_configuration(network.build().into())
        .build()
}

/// What registers the port 8080 of the container `web` with a target group.
pub(crate) fn registered(target_group: &Ref<TargetGroup>) -> Set<ServiceLoadBalancer> {
    Set::from([ServiceLoadBalancer {
        target_group: target_group.clone(),
        container_name: EcsName::literal("web"),
        container_port: ContainerPort::of::<8080>(),
    }])
}

/// A read replica of a database, with the security group `data`.
pub(crate) fn replica(source: &Ref<DbInstance>) -> DbInstance {
    DbInstance::replica_of(source)
        .db_instance_class(DbInstanceClass::literal("db.m7g.large"))
        .vpc_security_groups([managed("data")])
        .build()
}

/// A database that no rule finds fault with, of the subnet group and security group `data`.
pub(crate) fn database() -> DbInstance {
    DbInstance::builder()
        .engine_version(EngineVersion::literal("16.4"))
        .db_instance_class(DbInstanceClass::literal("db.m7g.large"))
        .allocated_storage(StorageSize::gib::<100>())
        .multi_az(true)
        .master_username(MasterUsername::literal("app"))
        .db_subnet_group(managed("subnets"))
        .vpc_security_groups([managed("data")])
        .backup_retention_period(BackupRetentionPeriod::days::<30>())
        .deletion_protection(true)
        .build()
}

/// A cache that no rule finds fault with, of the subnet group, user group and security group `data`.
pub(crate) fn cache() -> ReplicationGroup {
    ReplicationGroup::builder()
        .replication_group_description("for a test")
        .engine(elasticache::Engine::Valkey)
        .engine_version(elasticache::EngineVersion::literal("8.0"))
        .cache_node_type(CacheNodeType::literal("cache.m7g.large"))
        .num_cache_clusters(NumCacheClusters::of::<2>())
        .automatic_failover_enabled(true)
        .multi_az_enabled(true)
        .user_groups([managed("users")])
        .cache_subnet_group(managed("subnets"))
        .security_groups([managed("data")])
        .build()
}

/// A project that builds what a pipeline hands over, in `role`.
pub(crate) fn project(role: impl Into<Input<String>>) -> Project {
    let image = "aws/codebuild/amazonlinux-x86_64-standard:5.0";
    Project::builder()
        .source(BuildSource::CodePipeline { build_spec: None })
        .environment(Environment::builder().image(image).build())
        .service_role(role)
        .build()
}

/// A pipeline of these stages, in `role`.
pub(crate) fn pipeline(
    role: impl Into<Input<String>>,
    stages: impl IntoIterator<Item = Stage>,
) -> Pipeline {
    Pipeline::builder()
        .role_arn(role)
        .artifact_store(ArtifactStore::new(Ref::existing("artifacts")))
        .stages(stages.into_iter().collect::<Vec<_>>())
        .build()
}
