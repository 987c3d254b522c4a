//! The task of a service: its containers, and what they may do and are asked.

use std::collections::BTreeMap;

use super::{Settings, tracing};
use crate::{
    Set,
    architecture::Scope,
    constructs::{Private, Secret, Tier, image::EcrRepository, name_tag},
    reference::{Input, Ref},
    region::Region,
    services::{
        ecs::{
            AwsLogs, ContainerDefinition, ContainerPath, EcsName, HealthCheck, MountPoint,
            PortMapping, TaskDefinition, Volume,
        },
        elbv2::{
            self, DeregistrationDelay, HealthCheckPath, Port, TargetGroup, TargetGroupAttributes,
        },
        iam::{Operator, PolicyDocument, Role, Statement},
        logs::LogGroup,
    },
};

impl Settings {
    pub(super) fn container_name(&self, scope: &mut Scope<'_>) -> EcsName {
        EcsName::new(self.name.clone()).unwrap_or_else(|error| {
            scope.problem(error.to_string(), "choose another name for the service");
            const { EcsName::literal("main") }
        })
    }

    /// What the agent must be able to do to start a task: just that.
    pub(super) fn execution_policy(&self, logs: &Ref<LogGroup>, region: Region) -> PolicyDocument {
        let mut policy =
            PolicyDocument::new([
                Statement::allow(["logs:CreateLogStream", "logs:PutLogEvents"]).on([logs.arn()])
            ]);
        let own = EcrRepository::of(&self.image).map(|repository| repository.arn());
        let repositories: Vec<Input<String>> =
            own.into_iter().map(Into::into).chain(self.repositories.iter().cloned()).collect();
        if !repositories.is_empty() {
            // The token is for the registry as a whole: IAM knows no narrower resource for it.
            policy = policy.with(Statement::allow(["ecr:GetAuthorizationToken"]).on(["*"])).with(
                Statement::allow([
                    "ecr:BatchCheckLayerAvailability",
                    "ecr:BatchGetImage",
                    "ecr:GetDownloadUrlForLayer",
                ])
                .on(repositories),
            );
        }
        if !self.secrets.is_empty() {
            let arns = self.secrets.iter().map(|secret| secret.arn().clone());
            policy = policy.with(Statement::allow(["secretsmanager:GetSecretValue"]).on(arns));
        }
        let keys: Vec<Input<String>> =
            self.secrets.iter().filter_map(Secret::key).cloned().collect();
        if !keys.is_empty() {
            let through = format!("secretsmanager.{region}.amazonaws.com");
            policy = policy.with(Statement::allow(["kms:Decrypt"]).on(keys).when(
                Operator::STRING_EQUALS,
                "kms:ViaService",
                [through],
            ));
        }
        policy
    }

    pub(super) fn target_group(
        &self,
        scope: &mut Scope<'_>,
        subnets: &Tier<Private>,
        port: Port,
    ) -> Ref<TargetGroup> {
        let path = self.health_path.parse::<HealthCheckPath>().unwrap_or_else(|error| {
            scope.problem(error.to_string(), "give `.health_path(..)` a path such as `/healthz`");
            HealthCheckPath::default()
        });
        // Tasks that stop get half a minute to finish what they are at; AWS's five minutes would
        // hold up every deployment.
        let attributes = TargetGroupAttributes::builder()
            .deregistration_delay(DeregistrationDelay::of::<30>())
            .build();
        let target_group = TargetGroup::builder()
            .vpc(subnets.vpc())
            .port(port)
            .health_check(elbv2::HealthCheck::builder().path(path).build())
            .attributes(attributes)
            .tags(name_tag(scope, "target-group"))
            .build();
        scope.resource("target-group", target_group)
    }

    /// The task: the container of the program, and what runs beside it.
    pub(super) fn task_definition(
        &self,
        scope: &mut Scope<'_>,
        name: &EcsName,
        logs: &Ref<LogGroup>,
        [execution, task]: [&Ref<Role>; 2],
    ) -> TaskDefinition {
        let mounts = self.mount_points(scope);
        let volumes = mounts.iter().map(|mount| Volume::new(mount.source_volume.clone()));
        let volumes: Set<Volume> = volumes.collect();
        let mut containers = vec![self.container(scope, name, logs, mounts)];
        if self.traced {
            containers.push(tracing::daemon(scope, logs, self.read_only));
        }
        TaskDefinition::builder()
            .size(self.size)
            .execution_role_arn(execution.arn())
            .task_role_arn(task.arn())
            .runtime_platform(self.platform)
            .container_definitions(containers)
            .volumes(volumes)
            .tags(name_tag(scope, "task-definition"))
            .build()
    }

    /// Where the container can write: a volume for each directory.
    fn mount_points(&self, scope: &mut Scope<'_>) -> Set<MountPoint> {
        let mut mounts = Set::new();
        for (number, path) in (1..).zip(&self.scratch) {
            let name = EcsName::new(format!("scratch-{number}"));
            match (name, path.parse::<ContainerPath>()) {
                (Ok(name), Ok(path)) => _ = mounts.insert(MountPoint::new(name, path)),
                (Err(error), _) | (_, Err(error)) => {
                    scope.problem(error.to_string(), "give `.scratch(..)` a path such as `/tmp`");
                }
            }
        }
        mounts
    }

    fn container(
        &self,
        scope: &Scope<'_>,
        name: &EcsName,
        logs: &Ref<LogGroup>,
        mounts: Set<MountPoint>,
    ) -> ContainerDefinition {
        let secrets: BTreeMap<String, Input<String>> =
            self.secrets.iter().flat_map(Secret::values).collect();
        let mut container = ContainerDefinition::builder()
            .name(name.clone())
            .image(self.image.as_str())
            .port_mappings(self.port.map(PortMapping::tcp).into_iter().collect::<Set<_>>())
            .environment(self.environment.clone())
            .secrets(secrets)
            .log_configuration(log_to(scope, logs, name.as_str()))
            .maybe_health_check(self.health_command.as_ref().map(HealthCheck::shell))
            .mount_points(mounts)
            .readonly_root_filesystem(self.read_only)
            .build();
        if self.traced {
            tracing::send_to_daemon(&mut container);
        }
        container
    }

    /// What the programs of the task may do: what was said, and what tracing takes.
    pub(super) fn permissions(&self) -> Vec<Statement> {
        let traces = self.traced.then(tracing::permission);
        self.permissions.iter().cloned().chain(traces).collect()
    }
}

/// Writes to streams of the log group that begin with `prefix`.
pub(super) fn log_to(scope: &Scope<'_>, logs: &Ref<LogGroup>, prefix: &str) -> AwsLogs {
    AwsLogs::builder()
        .group(logs.log_group_name())
        .region(scope.place().region)
        .stream_prefix(prefix)
        .build()
}
