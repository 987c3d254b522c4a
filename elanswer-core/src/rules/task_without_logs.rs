//! Rule: task-without-logs
//!
//! Severity: warning
//!
//! What a container on Fargate writes to its output is lost unless it has a log configuration, and
//! with it the reason why a task stopped.
//!
//! Source: <https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html>
//!
//! Fix: give each container an `AwsLogs` configuration.
//!
//! Suppress: for a container that sends its logs elsewhere by itself.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::ecs::TaskDefinition,
};

pub(crate) const RULE: Rule = Rule {
    slug: "task-without-logs",
    severity: Severity::Warning,
    summary: "A container has no log configuration.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, task) in ctx.all::<TaskDefinition>() {
        for container in &task.container_definitions {
            if container.log_configuration.is_none() {
                out.push(
                    node,
                    format!(
                        "the output of `{}` is lost: it has no log configuration",
                        container.name
                    ),
                    "give the container an `AwsLogs` configuration",
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::{check, container, task},
        region::Region,
        services::ecs::{AwsLogs, ContainerDefinition},
    };

    #[test]
    fn fires_without_a_configuration() {
        check(
            &RULE,
            |arch| _ = task(arch, "task", [container()]),
            &["warning task: the output of `web` is lost: it has no log configuration"],
        );
    }

    #[test]
    fn accepts_cloudwatch_logs() {
        check(
            &RULE,
            |arch| {
                let logs =
                    AwsLogs::builder().group("web").region(Region::UsEast1).stream_prefix("w");
                let log_configuration = Some(logs.build());
                task(arch, "task", [ContainerDefinition { log_configuration, ..container() }]);
            },
            &[],
        );
    }
}
