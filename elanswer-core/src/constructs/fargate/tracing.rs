//! The daemon of AWS X-Ray, beside the container of a program.
//!
//! AWS: <https://docs.aws.amazon.com/xray/latest/devguide/xray-daemon-ecs.html>.

use super::containers::log_to;
use crate::{
    architecture::Scope,
    reference::Ref,
    services::{
        ecs::{
            ContainerCondition, ContainerDefinition, ContainerDependency, ContainerPort, EcsName,
            MemoryReservation, PortMapping,
        },
        iam::Statement,
        logs::LogGroup,
    },
};

/// The image: a version, so that two tasks never run different ones.
const IMAGE: &str = "public.ecr.aws/xray/aws-xray-daemon:3.7.0";
const NAME: EcsName = EcsName::literal("xray-daemon");
const PORT: ContainerPort = ContainerPort::of::<2000>();
/// Where the SDKs of X-Ray find it: the containers of a task share an address.
const ADDRESS: (&str, &str) = ("AWS_XRAY_DAEMON_ADDRESS", "127.0.0.1:2000");

/// The daemon. The program runs on without it, and it takes little of the memory of the task.
pub(super) fn daemon(
    scope: &Scope<'_>,
    logs: &Ref<LogGroup>,
    read_only: bool,
) -> ContainerDefinition {
    let region = scope.place().region.as_str();
    ContainerDefinition::builder()
        .name(NAME)
        .image(IMAGE)
        .essential(false)
        .memory_reservation(MemoryReservation::of::<32>())
        .port_mappings([PortMapping::udp(PORT)])
        .environment([("AWS_REGION".to_owned(), region.into())])
        .log_configuration(log_to(scope, logs, "xray"))
        .readonly_root_filesystem(read_only)
        .build()
}

/// Lets a program find the daemon, and start after it.
pub(super) fn send_to_daemon(container: &mut ContainerDefinition) {
    let (name, address) = ADDRESS;
    container.environment.entry(name.to_owned()).or_insert_with(|| address.into());
    container
        .depends_on
        .insert(ContainerDependency { container_name: NAME, condition: ContainerCondition::Start });
}

/// What the daemon calls, all of which AWS restricts to no resource: AWS's own policy
/// `AWSXRayDaemonWriteAccess`.
pub(super) fn permission() -> Statement {
    Statement::allow([
        "xray:GetSamplingRules",
        "xray:GetSamplingStatisticSummaries",
        "xray:GetSamplingTargets",
        "xray:PutTelemetryRecords",
        "xray:PutTraceSegments",
    ])
    .on(["*"])
}
