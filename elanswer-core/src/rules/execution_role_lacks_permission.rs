//! Rule: execution-role-lacks-permission
//!
//! Severity: error
//!
//! The execution role of a task does not allow what the agent does before the containers start: fetch
//! their secrets, write their logs, pull their images.
//! The tasks stop with `ResourceInitializationError`, and the service starts them again and again.
//! Compared are actions, not resources; a role with managed policies that elanswer does not know is
//! left alone.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html>
//!
//! Fix: add a policy with the action that the message names.
//!
//! Suppress: when the role gets policies outside of this architecture.

use std::collections::BTreeMap;

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    reference::Input,
    resource::Resource,
    services::{
        ecs::TaskDefinition,
        iam::{Action, Effect, Role, RolePolicy},
        rds::DbInstance,
        secretsmanager::Secret,
    },
};

pub(crate) const RULE: Rule = Rule {
    slug: "execution-role-lacks-permission",
    severity: Severity::Error,
    summary: "The execution role of a task does not allow what its containers need to start.",
    check,
};

const LOGS: [&str; 2] = ["logs:CreateLogStream", "logs:PutLogEvents"];
const IMAGES: [&str; 3] =
    ["ecr:BatchGetImage", "ecr:GetAuthorizationToken", "ecr:GetDownloadUrlForLayer"];

/// What AWS's own policy for execution roles allows.
const OF_AWS: &str = "policy/service-role/AmazonECSTaskExecutionRolePolicy";

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, task) in ctx.all::<TaskDefinition>() {
        let Some(Input::Output(reference)) = &task.execution_role_arn else { continue };
        let role = ctx.node(&reference.resource);
        let Some((role, typed)) = role.and_then(|node| Some((node, node.get::<Role>()?))) else {
            continue;
        };
        let mut managed = typed.managed_policy_arns.iter().map(Input::known);
        let of_aws = match (managed.next(), managed.next()) {
            (None, _) => false,
            (Some(Some(arn)), None) if arn.as_str().ends_with(OF_AWS) => true,
            _ => continue,
        };
        let granted: Vec<&Action> = ctx
            .referrers(&role.id)
            .iter()
            .filter_map(|node| node.get::<RolePolicy>())
            .flat_map(|policy| &policy.policy_document.statements)
            .filter(|statement| statement.effect == Effect::Allow)
            .flat_map(|statement| statement.actions.named())
            .collect();
        for (action, reason) in needed(ctx, task) {
            let given = of_aws && (LOGS.contains(&action) || IMAGES.contains(&action));
            if !given && !granted.iter().any(|granted| granted.covers(&Action::new(action))) {
                out.push(
                    node,
                    format!(
                        "{reason}, but its execution role `{}` does not allow `{action}`",
                        role.id
                    ),
                    format!("add a policy with `{action}` to `{}`", role.id),
                );
            }
        }
    }
}

/// The actions that the agent needs for a task, and what for.
fn needed(ctx: &RuleContext<'_>, task: &TaskDefinition) -> BTreeMap<&'static str, &'static str> {
    let mut needed = BTreeMap::new();
    for container in &task.container_definitions {
        if container.log_configuration.is_some() {
            needed.extend(LOGS.map(|action| (action, "writes logs")));
        }
        if container.image.known().is_some_and(|image| image.contains(".dkr.ecr.")) {
            needed.extend(IMAGES.map(|action| (action, "takes images of ECR")));
        }
        for secret in container.secrets.values() {
            if let Some(action) = fetches(ctx, secret) {
                needed.insert(action, "has secrets");
            }
        }
    }
    needed
}

/// What fetches a secret: its ARN tells the service; a parameter may go by its name alone.
fn fetches(ctx: &RuleContext<'_>, from: &Input<String>) -> Option<&'static str> {
    match from {
        Input::Literal(text) if text.contains(":secretsmanager:") => {
            Some("secretsmanager:GetSecretValue")
        }
        Input::Literal(_) => Some("ssm:GetParameters"),
        Input::Output(reference) => {
            let kind = ctx.node(&reference.resource)?.resource.schema().kind;
            let kept = [DbInstance::SCHEMA.kind, Secret::SCHEMA.kind].contains(&kind);
            kept.then_some("secretsmanager:GetSecretValue")
        }
        Input::Join(parts) => parts.first().and_then(|first| match first {
            Input::Output(_) => fetches(ctx, first),
            _ => None,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        architecture::Architecture,
        checks::testing::{check, container, database},
        reference::Ref,
        region::Region,
        services::{
            ecs::{AwsLogs, FargateSize},
            iam::{ManagedPolicyArn, PolicyDocument, PolicyName, Service, Statement},
        },
    };

    /// A task that logs and takes the secret of a database, with an execution role.
    fn describe(arch: &mut Architecture, role: Role) -> Ref<Role> {
        let role = arch.resource("role", role);
        let db = arch.resource("db", database());
        let mut container = container();
        container.secrets.insert("LOGIN".into(), db.secret_arn().into());
        let logs = AwsLogs::builder().group("web").region(Region::UsEast1).stream_prefix("web");
        container.log_configuration = Some(logs.build());
        let task = TaskDefinition::builder()
            .size(FargateSize::of::<256, 512>())
            .execution_role_arn(role.arn())
            .container_definitions([container]);
        arch.resource("task", task.build());
        role
    }

    fn of_aws() -> Role {
        let arn = ManagedPolicyArn::new(format!("arn:aws:iam::aws:{OF_AWS}")).unwrap();
        let managed_policy_arns = [Input::Literal(arn)].into();
        Role { managed_policy_arns, ..Role::assumed_by(Service::EcsTasks) }
    }

    #[test]
    fn fires_on_a_role_without_policies_and_on_secrets_beyond_that_of_aws() {
        check(
            &RULE,
            |arch| _ = describe(arch, Role::assumed_by(Service::EcsTasks)),
            &[
                "error task: has secrets, but its execution role `role` does not allow `secretsmanager:GetSecretValue`",
                "error task: writes logs, but its execution role `role` does not allow `logs:CreateLogStream`",
                "error task: writes logs, but its execution role `role` does not allow `logs:PutLogEvents`",
            ],
        );
        check(
            &RULE,
            |arch| _ = describe(arch, of_aws()),
            &[
                "error task: has secrets, but its execution role `role` does not allow `secretsmanager:GetSecretValue`",
            ],
        );
    }

    #[test]
    fn fires_on_secrets_of_ones_own() {
        check(
            &RULE,
            |arch| {
                let role = arch.resource("role", Role::assumed_by(Service::EcsTasks));
                let secret = arch.resource("secret", Secret::default());
                let mut container = container();
                container.secrets.insert("KEY".into(), secret.arn().text().into());
                let task = TaskDefinition::builder()
                    .size(FargateSize::of::<256, 512>())
                    .execution_role_arn(role.arn())
                    .container_definitions([container]);
                arch.resource("task", task.build());
            },
            &[
                "error task: has secrets, but its execution role `role` does not allow `secretsmanager:GetSecretValue`",
            ],
        );
    }

    #[test]
    fn accepts_a_policy_for_the_secret() {
        check(
            &RULE,
            |arch| {
                let role = describe(arch, of_aws());
                let statement = Statement::allow(["secretsmanager:GetSecretValue"]).on(["*"]);
                let name = PolicyName::new("secrets").unwrap();
                let policy = PolicyDocument::new([statement]);
                arch.resource("policy", RolePolicy::new(&role, name, policy));
            },
            &[],
        );
    }
}
