//! Rule: target-not-reachable
//!
//! Severity: error
//!
//! A load balancer forwards to the tasks of a service, but the security groups between them do not let
//! the port through: the groups of the load balancer must let it out and those of the tasks let it in.
//! Every health check fails, and the service replaces its tasks for ever.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-update-security-groups.html>
//!
//! Fix: add the rule that the message names.
//!
//! Suppress: when the rules are added outside of this architecture.

use crate::{
    checks::{Diagnostics, Rule, RuleContext, balancing::forwarders, firewall::blocked},
    diagnostic::Severity,
    services::{
        ec2::{Direction, Ports, Protocol},
        ecs::Service,
    },
};

pub(crate) const RULE: Rule = Rule {
    slug: "target-not-reachable",
    severity: Severity::Error,
    summary: "Security groups keep a load balancer from the tasks that it forwards to.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, service) in ctx.all::<Service>() {
        let groups = &service.network_configuration.awsvpc_configuration.security_groups;
        for target in &service.load_balancers {
            let Ok(port) = u16::try_from(target.container_port.get()) else { continue };
            let traffic = Protocol::Tcp(Ports::one(port));
            let mut told = None;
            for (_, load_balancer) in forwarders(ctx, &target.target_group) {
                let Some((front, typed)) = load_balancer else { continue };
                // Several rules of one load balancer forward to a group.
                if told == Some(&front.id) || groups.is_empty() {
                    continue;
                }
                told = Some(&front.id);
                let (message, help) = match blocked(ctx, &typed.security_groups, groups, traffic) {
                    None => continue,
                    Some(Direction::Egress) => (
                        format!(
                            "`{}` cannot reach it: its groups do not let `{traffic}` out",
                            front.id
                        ),
                        format!("add an egress rule for `{traffic}` to a group of `{}`", front.id),
                    ),
                    Some(Direction::Ingress) => (
                        format!("does not let `{traffic}` in from `{}`", front.id),
                        format!(
                            "add an ingress rule for `{traffic}` from a group of `{}`",
                            front.id
                        ),
                    ),
                };
                out.push(node, message, help);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::{
        architecture::Architecture,
        checks::testing::{
            check, egress, group, ingress, listener, load_balancer, registered, service,
            target_group, tcp,
        },
        reference::Ref,
        services::{
            ec2::SecurityGroup,
            elbv2::{Action, Scheme},
        },
    };

    /// A load balancer with the group `edge` before a service with the group `app`.
    fn describe(arch: &mut Architecture) -> (Ref<SecurityGroup>, Ref<SecurityGroup>) {
        let (edge, app) = (group(arch, "edge"), group(arch, "app"));
        let web = target_group(arch, "web");
        let front = load_balancer(arch, "front", Scheme::Internal, &edge);
        listener(arch, "http", &front, Action::forward(&web));
        let mut it = service([Ref::existing("subnet-1")]);
        it.network_configuration.awsvpc_configuration.security_groups =
            crate::Set::from([app.clone()]);
        it.load_balancers = registered(&web);
        arch.resource("service", it);
        (edge, app)
    }

    #[test]
    fn fires_on_a_missing_rule_at_either_end() {
        check(
            &RULE,
            |arch| {
                let (edge, app) = describe(arch);
                ingress(arch, "in", &app, tcp(8080), &edge);
            },
            &["error service: `front` cannot reach it: its groups do not let `tcp 8080` out"],
        );
        check(
            &RULE,
            |arch| {
                let (edge, app) = describe(arch);
                egress(arch, "out", &edge, tcp(8080), &app);
                ingress(arch, "in", &app, tcp(80), &edge);
            },
            &["error service: does not let `tcp 8080` in from `front`"],
        );
    }

    #[test]
    fn accepts_both_rules() {
        check(
            &RULE,
            |arch| {
                let (edge, app) = describe(arch);
                egress(arch, "out", &edge, tcp(8080), &app);
                ingress(arch, "in", &app, tcp(8080), &edge);
            },
            &[],
        );
    }
}
