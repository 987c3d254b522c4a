//! Rule: service-refused
//!
//! Severity: error
//!
//! The properties of a service contradict each other; AWS answers `InvalidParameterException`.
//! On Fargate target groups hold IP addresses, a grace period needs a load balancer, there are at most
//! five target groups and five security groups and one to sixteen subnets, a deployment needs room to
//! start or to stop a task, and deployment alarms have names.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html>
//!
//! Fix: follow the help of the diagnostic.
//!
//! Suppress: never.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::{ecs::Service, elbv2::TargetType},
};

pub(crate) const RULE: Rule = Rule {
    slug: "service-refused",
    severity: Severity::Error,
    summary: "The properties of a service contradict each other.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, service) in ctx.all::<Service>() {
        let network = &service.network_configuration.awsvpc_configuration;
        let deployment = &service.deployment_configuration;
        if !(1..=16).contains(&network.subnets.len()) {
            let message = format!("has {} subnets, AWS takes 1 to 16", network.subnets.len());
            out.push(node, message, "name the subnets of its tasks");
        }
        if network.security_groups.len() > 5 {
            let count = network.security_groups.len();
            out.push(node, format!("has {count} security groups, AWS takes 5"), "merge some");
        }
        if service.load_balancers.len() > 5 {
            let count = service.load_balancers.len();
            out.push(node, format!("has {count} target groups, AWS takes 5"), "remove some");
        }
        if service.load_balancers.is_empty() && service.health_check_grace_period_seconds.get() > 0
        {
            out.push(
                node,
                "has a grace period for the health checks of a load balancer, but no load balancer",
                "remove `HealthCheckGracePeriodSeconds`",
            );
        }
        if deployment.minimum_healthy_percent.get() >= 100
            && deployment.maximum_percent.get() <= 100
        {
            out.push(
                node,
                "a deployment may neither start a task nor stop one: at least and at most 100 percent stay",
                "raise `MaximumPercent`, or lower `MinimumHealthyPercent`",
            );
        }
        if deployment.alarms.as_ref().is_some_and(|alarms| alarms.alarm_names.is_empty()) {
            out.push(node, "its deployment alarms name no alarm", "name one, or remove `Alarms`");
        }
        for target in &service.load_balancers {
            if let Some((group, typed)) = ctx.get(&target.target_group)
                && typed.target_type != TargetType::Ip
            {
                out.push(
                    node,
                    format!(
                        "registers with `{}`, whose targets are of the type `{}`, not `ip`",
                        group.id,
                        typed.target_type.as_str()
                    ),
                    "give the target group the target type `ip`",
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        bounded::Bounded,
        checks::testing::{check, registered, service},
        reference::Ref,
        services::{
            ecs::{DeploymentAlarms, DeploymentConfiguration},
            elbv2::{Port, TargetGroup},
        },
    };

    #[test]
    fn fires_on_what_aws_refuses() {
        check(
            &RULE,
            |arch| {
                let mut a = service([]);
                a.health_check_grace_period_seconds = Bounded::of::<60>();
                a.deployment_configuration = DeploymentConfiguration::builder()
                    .maximum_percent(Bounded::of::<100>())
                    .alarms(DeploymentAlarms::roll_back::<&str>([]))
                    .build();
                arch.resource("a", a);
                let group = TargetGroup::builder()
                    .vpc(Ref::existing("vpc-1"))
                    .port(Port::of::<80>())
                    .target_type(TargetType::Instance);
                let group = arch.resource("group", group.build());
                let mut b = service([Ref::existing("subnet-1")]);
                b.load_balancers = registered(&group);
                arch.resource("b", b);
            },
            &[
                "error a: a deployment may neither start a task nor stop one: at least and at most 100 percent stay",
                "error a: has 0 subnets, AWS takes 1 to 16",
                "error a: has a grace period for the health checks of a load balancer, but no load balancer",
                "error a: its deployment alarms name no alarm",
                "error b: registers with `group`, whose targets are of the type `instance`, not `ip`",
            ],
        );
    }

    #[test]
    fn accepts_a_service_behind_a_load_balancer() {
        check(
            &RULE,
            |arch| {
                let mut it = service([Ref::existing("subnet-1")]);
                it.load_balancers = registered(&Ref::existing("arn:group"));
                it.health_check_grace_period_seconds = Bounded::of::<60>();
                arch.resource("service", it);
            },
            &[],
        );
    }
}
