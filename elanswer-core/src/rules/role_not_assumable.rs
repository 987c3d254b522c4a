//! Rule: role-not-assumable
//!
//! Severity: error
//!
//! A resource hands a role to an AWS service that the role does not trust.
//! The service cannot assume it: tasks stop with `unable to assume the role`, RDS answers
//! `IAMRoleNotFound` or `InvalidParameterValue`, CodeBuild and CodePipeline that they are not
//! authorized.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-service.html>
//!
//! Fix: trust the service that the message names in the trust policy of the role.
//!
//! Suppress: never.

use crate::{
    architecture::Node,
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    reference::Input,
    services::{
        codebuild::Project,
        codepipeline::Pipeline,
        ecs::TaskDefinition,
        iam::{Role, Service},
        rds::{DbInstance, DbProxy},
    },
};

pub(crate) const RULE: Rule = Rule {
    slug: "role-not-assumable",
    severity: Severity::Error,
    summary: "A service is given a role that does not trust it.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, task) in ctx.all::<TaskDefinition>() {
        for role in [&task.execution_role_arn, &task.task_role_arn] {
            compare(ctx, out, node, role.as_ref(), &Service::EcsTasks);
        }
    }
    for (node, database) in ctx.all::<DbInstance>() {
        compare(ctx, out, node, database.monitoring_role_arn.as_ref(), &Service::RdsMonitoring);
    }
    for (node, project) in ctx.all::<Project>() {
        compare(ctx, out, node, Some(&project.service_role), &Service::CodeBuild);
    }
    for (node, pipeline) in ctx.all::<Pipeline>() {
        compare(ctx, out, node, Some(&pipeline.role_arn), &Service::CodePipeline);
    }
    for (node, proxy) in ctx.all::<DbProxy>() {
        compare(ctx, out, node, Some(&proxy.role_arn), &Service::Rds);
    }
}

fn compare(
    ctx: &RuleContext<'_>,
    out: &mut Diagnostics,
    node: &Node,
    arn: Option<&Input<String>>,
    service: &Service,
) {
    let Some(Input::Output(reference)) = arn else { return };
    let Some(target) = ctx.node(&reference.resource) else { return };
    if target.get::<Role>().is_some_and(|role| !role.trust.trusts(service)) {
        let service = service.as_str();
        out.push(
            node,
            format!("`{service}` is to assume `{}`, which does not trust it", target.id),
            format!("trust `{service}` in the trust policy of `{}`", target.id),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        architecture::Architecture,
        checks::testing::{check, container, database},
        services::ecs::FargateSize,
    };

    fn describe(arch: &mut Architecture, of_tasks: Service, of_databases: Service) {
        let role = arch.resource("tasks", Role::assumed_by(of_tasks));
        let task = TaskDefinition::builder()
            .size(FargateSize::of::<256, 512>())
            .task_role_arn(role.arn())
            .execution_role_arn("arn:aws:iam::123456789012:role/other")
            .container_definitions([container()]);
        arch.resource("task", task.build());
        let role = arch.resource("monitoring", Role::assumed_by(of_databases));
        let monitoring_role_arn = Some(role.arn().into());
        arch.resource("db", crate::services::rds::DbInstance { monitoring_role_arn, ..database() });
    }

    #[test]
    fn fires_on_roles_of_other_services() {
        check(
            &RULE,
            |arch| describe(arch, Service::Ec2, Service::Rds),
            &[
                "error db: `monitoring.rds.amazonaws.com` is to assume `monitoring`, which does not trust it",
                "error task: `ecs-tasks.amazonaws.com` is to assume `tasks`, which does not trust it",
            ],
        );
    }

    #[test]
    fn fires_on_builds_and_pipelines_in_the_role_of_the_other() {
        check(
            &RULE,
            |arch| {
                let project = arch.resource("projects", Role::assumed_by(Service::CodePipeline));
                let pipeline = arch.resource("pipelines", Role::assumed_by(Service::CodeBuild));
                arch.resource("project", crate::checks::testing::project(project.arn()));
                arch.resource("pipeline", crate::checks::testing::pipeline(pipeline.arn(), []));
            },
            &[
                "error pipeline: `codepipeline.amazonaws.com` is to assume `pipelines`, which does not trust it",
                "error project: `codebuild.amazonaws.com` is to assume `projects`, which does not trust it",
            ],
        );
    }

    #[test]
    fn accepts_roles_that_trust_their_service() {
        check(&RULE, |arch| describe(arch, Service::EcsTasks, Service::RdsMonitoring), &[]);
    }
}
