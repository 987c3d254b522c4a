//! Rule: task-without-execution-role
//!
//! Severity: error
//!
//! A task needs an execution role for what the agent does before the containers start: fetch secrets,
//! pull images from ECR, write to CloudWatch Logs; AWS answers `ClientException`.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html>
//!
//! Fix: set `ExecutionRoleArn` to a role that `ecs-tasks.amazonaws.com` may assume.
//!
//! Suppress: never.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::ecs::TaskDefinition,
};

pub(crate) const RULE: Rule = Rule {
    slug: "task-without-execution-role",
    severity: Severity::Error,
    summary: "A task has secrets, logs or images of ECR, but no execution role.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, task) in ctx.all::<TaskDefinition>() {
        if task.execution_role_arn.is_some() {
            continue;
        }
        let containers = &task.container_definitions;
        let ecr = |image: &str| image.contains(".dkr.ecr.");
        let reasons = [
            ("has secrets", containers.iter().any(|it| !it.secrets.is_empty())),
            (
                "writes to CloudWatch Logs",
                containers.iter().any(|it| it.log_configuration.is_some()),
            ),
            (
                "takes images of ECR",
                containers.iter().any(|it| it.image.known().is_some_and(|image| ecr(image))),
            ),
        ];
        for (reason, _) in reasons.iter().filter(|(_, applies)| *applies) {
            out.push(
                node,
                format!("{reason}, but has no execution role"),
                "set `ExecutionRoleArn` to a role that `ecs-tasks.amazonaws.com` may assume",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::{check, container, task},
        services::ecs::ContainerDefinition,
    };

    fn with_secret() -> ContainerDefinition {
        let mut container = container();
        container.secrets.insert("KEY".into(), "arn:key".into());
        container
    }

    #[test]
    fn fires_on_secrets_and_on_images_of_ecr() {
        check(
            &RULE,
            |arch| {
                let image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/web:1".into();
                task(arch, "task", [ContainerDefinition { image, ..with_secret() }]);
            },
            &[
                "error task: has secrets, but has no execution role",
                "error task: takes images of ECR, but has no execution role",
            ],
        );
    }

    #[test]
    fn accepts_a_role_and_public_images_without() {
        check(
            &RULE,
            |arch| {
                task(arch, "plain", [container()]);
                let plain = task(arch, "task", [with_secret()]);
                let mut other = arch.get(&plain).unwrap().clone();
                other.execution_role_arn = Some("arn:aws:iam::123456789012:role/r".into());
                *arch = crate::Architecture::new("test", crate::Region::UsEast1);
                arch.resource("task", other);
            },
            &[],
        );
    }
}
