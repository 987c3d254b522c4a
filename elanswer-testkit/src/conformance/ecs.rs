//! Cases of Amazon ECS.

use elanswer_core::{
    Architecture, Region, Resource, Set, Tags,
    services::ecs::{
        Cluster, ContainerCondition, ContainerDefinition, ContainerDependency, ContainerInsights,
        ContainerPath, ContainerPort, EcsName, FargateSize, HealthCheck, MemoryReservation,
        MountPoint, PortMapping, RuntimePlatform, TaskDefinition, Volume,
    },
};

use super::Case;

pub(super) mod capacity;
pub(super) mod service;

pub(super) const CASES: &[Case] = &[
    Case {
        name: "ecs_cluster",
        kind: Cluster::SCHEMA.kind,
        made: || with_cluster(Cluster::builder().cluster_name(NAME).build()),
        updated: Some(|| {
            with_cluster(
                Cluster::builder()
                    .cluster_name(NAME)
                    .container_insights(ContainerInsights::Enabled)
                    .tags(renamed())
                    .build(),
            )
        }),
        replaced: Some(|| {
            with_cluster(Cluster::builder().cluster_name(EcsName::literal("conformance-2")).build())
        }),
    },
    Case {
        name: "ecs_task_definition",
        kind: TaskDefinition::SCHEMA.kind,
        made: || with_task_definition(task_definition(vec![web()]).call()),
        updated: Some(|| with_task_definition(task_definition(vec![web()]).tags(renamed()).call())),
        replaced: Some(|| {
            with_task_definition(
                task_definition(vec![web()]).size(FargateSize::of::<512, 2048>()).call(),
            )
        }),
    },
    Case {
        name: "ecs_task_definition_of_every_property",
        kind: TaskDefinition::SCHEMA.kind,
        made: || with_task_definition(task_definition(guarded()).call()),
        updated: None,
        replaced: Some(|| {
            with_task_definition(task_definition(guarded()).platform(RuntimePlatform::ARM64).call())
        }),
    },
];

const NAME: EcsName = EcsName::literal("conformance");
const WEB: EcsName = EcsName::literal("web");
const MIGRATE: EcsName = EcsName::literal("migrate");
const PORT: ContainerPort = ContainerPort::of::<8080>();

fn renamed() -> Tags {
    Tags::new().with("Name", "renamed")
}

fn with_cluster(cluster: Cluster) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    arch.resource("it", cluster);
    arch
}

fn with_task_definition(task_definition: TaskDefinition) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    arch.resource("it", task_definition);
    arch
}

#[bon::builder]
fn task_definition(
    #[builder(start_fn)] containers: Vec<ContainerDefinition>,
    #[builder(default = FargateSize::of::<256, 512>())] size: FargateSize,
    #[builder(default)] platform: RuntimePlatform,
    #[builder(default)] tags: Tags,
) -> TaskDefinition {
    TaskDefinition::builder()
        .family(NAME)
        .size(size)
        .runtime_platform(platform)
        .volumes(
            containers
                .iter()
                .flat_map(|container| &container.mount_points)
                .map(|mount| Volume::new(mount.source_volume.clone()))
                .collect::<Set<_>>(),
        )
        .container_definitions(containers)
        .tags(tags)
        .build()
}

fn web() -> ContainerDefinition {
    ContainerDefinition::builder()
        .name(WEB)
        .image("public.ecr.aws/nginx/nginx:1.29")
        .port_mappings([PortMapping::tcp(PORT)])
        .environment([("B".to_owned(), "2".into()), ("A".to_owned(), "1".into())])
        .build()
}

/// A container that says how to see that it is healthy, and waits for another.
fn guarded() -> Vec<ContainerDefinition> {
    let migrate = ContainerDefinition::builder()
        .name(MIGRATE)
        .image("public.ecr.aws/docker/library/busybox:1.37")
        .essential(false)
        .command(["true".to_owned()])
        .memory_reservation(MemoryReservation::of::<64>())
        .build();
    let web = ContainerDefinition {
        health_check: Some(HealthCheck::shell("curl -f http://localhost:8080/ || exit 1")),
        readonly_root_filesystem: true,
        mount_points: [MountPoint::new(EcsName::literal("tmp"), ContainerPath::literal("/tmp"))]
            .into(),
        depends_on: [ContainerDependency {
            container_name: MIGRATE,
            condition: ContainerCondition::Success,
        }]
        .into(),
        ..web()
    };
    vec![migrate, web]
}
