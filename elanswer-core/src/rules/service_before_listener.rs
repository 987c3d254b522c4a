//! Rule: service-before-listener
//!
//! Severity: error
//!
//! A service registers with a target group, but does not come after the listener or rule that forwards
//! to it.
//! Until one forwards, AWS refuses the service with `InvalidParameterException`, because the target
//! group does not have an associated load balancer.
//!
//! Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-dependson.html>
//!
//! Fix: let the service depend on the listener or the rule, with `Architecture::options` and
//! `depends_on`.
//!
//! Suppress: never.

use crate::{
    checks::{Diagnostics, Rule, RuleContext, balancing::forwarders},
    diagnostic::Severity,
    services::ecs::Service,
};

pub(crate) const RULE: Rule = Rule {
    slug: "service-before-listener",
    severity: Severity::Error,
    summary: "A service does not come after the listener that forwards to its target group.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, service) in ctx.all::<Service>() {
        for target in &service.load_balancers {
            let forwarders = forwarders(ctx, &target.target_group);
            let Some((first, _)) = forwarders.first() else { continue };
            if !forwarders.iter().any(|(forwarder, _)| ctx.comes_after(node, &forwarder.id)) {
                out.push(
                    node,
                    format!("may be created before `{}` forwards to its target group", first.id),
                    format!("let it depend on `{}`", first.id),
                );
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
            check, group, listener, load_balancer, registered, service, target_group,
        },
        reference::Ref,
        services::elbv2::{Action, Listener, Scheme},
    };

    fn describe(arch: &mut Architecture) -> (Ref<Service>, Ref<Listener>) {
        let web = target_group(arch, "web");
        let edge = group(arch, "edge");
        let front = load_balancer(arch, "front", Scheme::Internal, &edge);
        let http = listener(arch, "http", &front, Action::forward(&web));
        let mut it = service([Ref::existing("subnet-1")]);
        it.load_balancers = registered(&web);
        (arch.resource("service", it), http)
    }

    #[test]
    fn fires_without_a_dependency() {
        check(
            &RULE,
            |arch| _ = describe(arch),
            &["error service: may be created before `http` forwards to its target group"],
        );
    }

    #[test]
    fn accepts_a_dependency() {
        check(
            &RULE,
            |arch| {
                let (service, http) = describe(arch);
                arch.options(&service, |options| _ = options.depends_on(&http));
            },
            &[],
        );
    }
}
