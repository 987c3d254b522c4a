//! Rule: load-balancer-without-listener
//!
//! Severity: warning
//!
//! A load balancer without a listener answers nothing, and AWS bills it all the same.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html>
//!
//! Fix: add a listener, or remove the load balancer.
//!
//! Suppress: when its listeners are added outside of this architecture.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::elbv2::{Listener, LoadBalancer},
};

pub(crate) const RULE: Rule = Rule {
    slug: "load-balancer-without-listener",
    severity: Severity::Warning,
    summary: "A load balancer has no listener.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, _) in ctx.all::<LoadBalancer>() {
        if !ctx.referrers(&node.id).iter().any(|other| other.get::<Listener>().is_some()) {
            out.push(node, "has no listener, so it answers nothing", "add a listener");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::{check, group, listener, load_balancer},
        services::elbv2::{Action, Scheme},
    };

    #[test]
    fn fires_without_a_listener() {
        check(
            &RULE,
            |arch| {
                let edge = group(arch, "edge");
                load_balancer(arch, "front", Scheme::InternetFacing, &edge);
            },
            &["warning front: has no listener, so it answers nothing"],
        );
    }

    #[test]
    fn accepts_one_listener() {
        check(
            &RULE,
            |arch| {
                let edge = group(arch, "edge");
                let front = load_balancer(arch, "front", Scheme::InternetFacing, &edge);
                listener(arch, "http", &front, Action::redirect_to_https());
            },
            &[],
        );
    }
}
