//! Rule: container-definitions
//!
//! Severity: error
//!
//! The containers of a task definition contradict each other: AWS answers `ClientException`, or the
//! task stops as soon as it starts.
//! A task has one to ten containers with names of their own, at least one of them essential.
//! They share an address, so each port is listened on once.
//! A container waits only for others that can get there: `HEALTHY` needs a health check, `COMPLETE`
//! and `SUCCESS` need a container that is not essential.
//! A secret and an environment variable of a container do not share a name.
//! What a container mounts is a volume of the task, each path once, and the memory that containers
//! reserve is at most that of the task.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html>
//!
//! Fix: follow the help of the diagnostic.
//!
//! Suppress: never.

use std::collections::BTreeSet;

use petgraph::{algo::is_cyclic_directed, graph::DiGraph};

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::ecs::{
        ContainerCondition, ContainerDefinition, ContainerDependency, EcsName, TaskDefinition,
    },
};

pub(crate) const RULE: Rule = Rule {
    slug: "container-definitions",
    severity: Severity::Error,
    summary: "The containers of a task definition contradict each other.",
    check,
};

const MAX_CONTAINERS: usize = 10;

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, task) in ctx.all::<TaskDefinition>() {
        let shares = shares(task).into_iter();
        for (message, help) in faults(&task.container_definitions).into_iter().chain(shares) {
            out.push(node, message, help);
        }
    }
}

fn faults(containers: &[ContainerDefinition]) -> Vec<(String, &'static str)> {
    let mut faults = Vec::new();
    if !containers.iter().any(|container| container.essential) {
        faults.push(("no container is essential".to_owned(), "make one essential"));
    }
    if containers.len() > MAX_CONTAINERS {
        let message = format!("has {} containers, AWS allows {MAX_CONTAINERS}", containers.len());
        faults.push((message, "move some into a task definition of their own"));
    }
    let (mut names, mut ports) = (BTreeSet::new(), BTreeSet::new());
    for container in containers {
        let name = &container.name;
        if !names.insert(name) {
            faults.push((format!("two containers are called `{name}`"), "rename one of them"));
        }
        for port in container.port_mappings.iter().filter(|port| !ports.insert(**port)) {
            let message = format!("two containers listen on port {}", port.container_port.get());
            faults.push((message, "let one of them listen on another port"));
        }
        for secret in container.secrets.keys() {
            if container.environment.contains_key(secret) {
                let message = format!("`{name}` has `{secret}` as a secret and in its environment");
                faults.push((message, "remove one of the two"));
            }
        }
        for dependency in &container.depends_on {
            if let Some((why, help)) = impossible(containers, dependency) {
                let other = &dependency.container_name;
                faults.push((format!("`{name}` waits for `{other}`, {why}"), help));
            }
        }
    }
    let place = |name: &EcsName| containers.iter().position(|it| it.name == *name);
    let waits = containers.iter().flat_map(|container| {
        let others = container.depends_on.iter().map(|other| &other.container_name);
        others.filter_map(|other| place(&container.name).zip(place(other)))
    });
    if is_cyclic_directed(&DiGraph::<(), (), usize>::from_edges(waits)) {
        faults.push(("containers wait for each other in a circle".to_owned(), "break the circle"));
    }
    faults
}

/// What containers take of a task that has it not.
fn shares(task: &TaskDefinition) -> Vec<(String, &'static str)> {
    let mut faults = Vec::new();
    let containers = &task.container_definitions;
    for container in containers {
        let name = &container.name;
        let mut paths = BTreeSet::new();
        for mount in &container.mount_points {
            let volume = &mount.source_volume;
            if !task.volumes.iter().any(|known| known.name == *volume) {
                let message = format!("`{name}` mounts `{volume}`, which is no volume of the task");
                faults.push((message, "add it to `Volumes`"));
            }
            if !paths.insert(&mount.container_path) {
                let path = &mount.container_path;
                let message = format!("`{name}` mounts two volumes at `{path}`");
                faults.push((message, "mount one of them elsewhere"));
            }
        }
    }
    let reserved = containers.iter().filter_map(|container| container.memory_reservation);
    let reserved: u64 = reserved.map(|memory| u64::from(memory.get())).sum();
    let memory = task.size.memory_mib();
    if reserved > u64::from(memory) {
        let message = format!("its containers reserve {reserved} MiB, and it has {memory}");
        faults.push((message, "let them reserve less, or take a larger task"));
    }
    faults
}

/// Why a container never gets to where another waits for it to be.
fn impossible(
    containers: &[ContainerDefinition],
    dependency: &ContainerDependency,
) -> Option<(&'static str, &'static str)> {
    let name = &dependency.container_name;
    let Some(other) = containers.iter().find(|container| container.name == *name) else {
        return Some(("which does not exist", "name a container of the task definition"));
    };
    match dependency.condition {
        ContainerCondition::Healthy if other.health_check.is_none() => {
            Some(("which has no health check", "give it a health check, or wait for `START`"))
        }
        ContainerCondition::Complete | ContainerCondition::Success if other.essential => {
            Some(("the end of which ends the task", "make it not essential"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::{check, container, task},
        services::ecs::{ContainerPath, FargateSize, MemoryReservation, MountPoint, Volume},
    };

    fn named(
        name: &'static str,
        waits: &[(&'static str, ContainerCondition)],
    ) -> ContainerDefinition {
        let depends_on = waits.iter().map(|(name, condition)| ContainerDependency {
            container_name: EcsName::literal(name),
            condition: *condition,
        });
        ContainerDefinition::builder()
            .name(EcsName::literal(name))
            .image("web:1")
            .depends_on(depends_on.collect::<crate::Set<_>>())
            .build()
    }

    #[test]
    fn fires_on_names_ports_secrets_and_essentials() {
        check(
            &RULE,
            |arch| {
                let mut other = container();
                other.secrets.insert("KEY".into(), "arn:key".into());
                other.environment.insert("KEY".into(), "1".into());
                task(arch, "a", [container(), other]);
                task(arch, "b", [ContainerDefinition { essential: false, ..container() }]);
                task(arch, "c", vec![]);
            },
            &[
                "error a: `web` has `KEY` as a secret and in its environment",
                "error a: two containers are called `web`",
                "error a: two containers listen on port 8080",
                "error b: no container is essential",
                "error c: no container is essential",
            ],
        );
    }

    #[test]
    fn fires_on_waiting_for_ever() {
        use ContainerCondition::{Healthy, Start, Success};
        check(
            &RULE,
            |arch| {
                let waits = [("gone", Start), ("b", Healthy), ("c", Success)];
                task(
                    arch,
                    "task",
                    [named("a", &waits), named("b", &[("a", Start)]), named("c", &[])],
                );
            },
            &[
                "error task: `a` waits for `b`, which has no health check",
                "error task: `a` waits for `c`, the end of which ends the task",
                "error task: `a` waits for `gone`, which does not exist",
                "error task: containers wait for each other in a circle",
            ],
        );
    }

    #[test]
    fn accepts_a_helper_that_ends_before_the_container_starts() {
        check(
            &RULE,
            |arch| {
                let migrate = ContainerDefinition { essential: false, ..named("migrate", &[]) };
                let waits = [("migrate", ContainerCondition::Success)];
                task(arch, "task", [named("web", &waits), migrate]);
            },
            &[],
        );
    }

    #[test]
    fn fires_on_what_the_task_does_not_have() {
        check(
            &RULE,
            |arch| {
                let at = |volume| {
                    MountPoint::new(EcsName::literal(volume), ContainerPath::literal("/tmp"))
                };
                let mut web = container();
                web.mount_points = crate::Set::from([at("a"), at("b")]);
                web.memory_reservation = Some(MemoryReservation::of::<513>());
                let task = TaskDefinition::builder()
                    .size(FargateSize::of::<256, 512>())
                    .volumes([Volume::new(EcsName::literal("a"))])
                    .container_definitions([web]);
                arch.resource("task", task.build());
            },
            &[
                "error task: `web` mounts `b`, which is no volume of the task",
                "error task: `web` mounts two volumes at `/tmp`",
                "error task: its containers reserve 513 MiB, and it has 512",
            ],
        );
    }
}
