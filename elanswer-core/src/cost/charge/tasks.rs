//! The tasks of a service on Fargate, as many as it keeps.

use serde_json::Value;

use super::{Charges, Tree};
use crate::{architecture::Architecture, id::ResourceId};

/// How many tasks are counted, and who says so.
enum Count {
    /// The service.
    Desired(u64),
    /// Its scaling, which keeps no fewer.
    Scaled(u64),
    /// Nobody here.
    Unknown,
}

pub(super) fn service(id: &ResourceId, it: &Tree<'_>, arch: &Architecture) -> Charges {
    let mut charges = Charges::default().by_use(["data sent out"]);
    let Some(task) = it.referred("TaskDefinition", arch) else {
        return charges.unknown("its task definition is not of this architecture");
    };
    let (Some(cpu), Some(memory)) = (task.number("Cpu"), task.number("Memory")) else {
        return charges.unknown("its task definition has no size");
    };
    let processor = match task.text("RuntimePlatform.CpuArchitecture") {
        "ARM64" => "arm",
        _ => "x86",
    };
    let count = count(id, it, arch);
    if matches!(count, Count::Unknown) {
        charges = charges.note("counted with one task: how many run is left to others");
    }
    let strategy = it.at("CapacityProviderStrategy").map(Value::to_string).unwrap_or_default();
    if strategy.contains("FARGATE_SPOT") {
        charges = charges.note("counted as if none of its tasks ran on Spot, at up to 70 % less");
    }
    let (count, tasks) = match count {
        Count::Scaled(0) => return charges.note("counted with no task: its scaling may keep none"),
        Count::Scaled(count) => (count, format!("tasks (its scaling keeps {count} at least)")),
        Count::Desired(0) => return charges,
        Count::Desired(count) => (count, "tasks".to_owned()),
        Count::Unknown => (1, "tasks".to_owned()),
    };
    let public = it.text("NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp") == "ENABLED";
    let (vcpu, gb) = (count.saturating_mul(cpu), count.saturating_mul(memory));
    charges
        .part(&format!("vCPU of {tasks}"), format!("fargate.{processor}.vcpu"), vcpu, 1024)
        .part(&format!("GB of memory of {tasks}"), format!("fargate.{processor}.gb"), gb, 1024)
        .some("public IPv4 addresses", "ec2.public-ipv4", if public { count } else { 0 })
}

/// Scaling goes before the count of the service, which is only what it begins with.
fn count(id: &ResourceId, it: &Tree<'_>, arch: &Architecture) -> Count {
    let targets = Tree::of_kind("AWS::ApplicationAutoScaling::ScalableTarget", arch);
    let least = targets.filter(|target| scales(target, id, it, arch)).flat_map(|it| least(&it));
    match (least.min(), it.number("DesiredCount")) {
        (Some(least), _) => Count::Scaled(least),
        (None, Some(count)) => Count::Desired(count),
        (None, None) => Count::Unknown,
    }
}

/// Whether a target is of the service: it refers to it, or has its name written out.
fn scales(target: &Tree<'_>, id: &ResourceId, it: &Tree<'_>, arch: &Architecture) -> bool {
    let written = || {
        let cluster = it.named("Cluster", arch)?;
        let cluster = cluster.rsplit('/').next()?;
        let name = it.named("ServiceName", arch)?;
        Some(target.named("ResourceId", arch)? == format!("service/{cluster}/{name}"))
    };
    target.refers("ResourceId", id) || written().unwrap_or_default()
}

/// The least tasks at first, and from each of its times on.
fn least(target: &Tree<'_>) -> Vec<u64> {
    let suspended = target.is("SuspendedState.ScheduledScalingSuspended");
    let actions = if suspended { &[] } else { target.items("ScheduledActions") };
    let scheduled = actions.iter().filter_map(|action| {
        action.pointer("/ScalableTargetAction/MinCapacity").and_then(Value::as_u64)
    });
    target.number("MinCapacity").into_iter().chain(scheduled).collect()
}
