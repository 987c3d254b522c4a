//! Rule: service-target-group-unused
//!
//! Severity: error
//!
//! A service registers its tasks with a target group that no listener forwards to.
//! AWS answers `InvalidParameterException`, because the target group does not have an associated load
//! balancer.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-load-balancing.html>
//!
//! Fix: forward to the target group, as the default of a listener or with a rule.
//!
//! Suppress: when the listener is managed outside of this architecture.

use crate::{
    checks::{Diagnostics, Rule, RuleContext, balancing::forwarders},
    diagnostic::Severity,
    services::ecs::Service,
};

pub(crate) const RULE: Rule = Rule {
    slug: "service-target-group-unused",
    severity: Severity::Error,
    summary: "A service registers with a target group that no listener forwards to.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, service) in ctx.all::<Service>() {
        for target in &service.load_balancers {
            if let Some((group, _)) = ctx.get(&target.target_group)
                && forwarders(ctx, &target.target_group).is_empty()
            {
                out.push(
                    node,
                    format!("registers with `{}`, which no listener forwards to", group.id),
                    format!("add a listener or a rule that forwards to `{}`", group.id),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::{
            check, group, listener, load_balancer, registered, service, target_group,
        },
        reference::Ref,
        services::elbv2::{Action, Conditions, ListenerRule, Priority, Scheme},
    };

    #[test]
    fn fires_without_a_listener() {
        check(
            &RULE,
            |arch| {
                let web = target_group(arch, "web");
                let mut it = service([Ref::existing("subnet-1")]);
                it.load_balancers = registered(&web);
                arch.resource("service", it);
            },
            &["error service: registers with `web`, which no listener forwards to"],
        );
    }

    #[test]
    fn accepts_a_default_and_a_rule() {
        check(
            &RULE,
            |arch| {
                let (web, api) = (target_group(arch, "web"), target_group(arch, "api"));
                let edge = group(arch, "edge");
                let front = load_balancer(arch, "front", Scheme::Internal, &edge);
                let http = listener(arch, "http", &front, Action::forward(&web));
                let rule = ListenerRule::builder()
                    .listener(&http)
                    .priority(Priority::of::<1>())
                    .conditions(Conditions::path(["/api/*".parse().unwrap()]))
                    .action(Action::forward(&api));
                arch.resource("rule", rule.build());
                for group in [&web, &api] {
                    let mut it = service([Ref::existing("subnet-1")]);
                    it.load_balancers = registered(group);
                    arch.resource(&format!("service-{}", group.id().unwrap()), it);
                }
            },
            &[],
        );
    }
}
