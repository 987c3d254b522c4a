//! Rule: http-without-redirect
//!
//! Severity: warning
//!
//! An internet-facing load balancer serves plain HTTP: requests and answers, with their cookies and
//! passwords, cross the internet unencrypted.
//!
//! Source: <https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html>
//!
//! Fix: serve over HTTPS, and let the HTTP listener redirect to it.
//!
//! Suppress: behind something that ends TLS itself and reaches the load balancer in no other way.

use crate::{
    architecture::Node,
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::elbv2::{
        Action, Listener, ListenerProtocol, ListenerRule, LoadBalancer, Protocol, Scheme,
    },
};

pub(crate) const RULE: Rule = Rule {
    slug: "http-without-redirect",
    severity: Severity::Warning,
    summary: "An internet-facing load balancer serves plain HTTP instead of redirecting to HTTPS.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, listener) in ctx.all::<Listener>() {
        if is_plain(ctx, listener) {
            compare(out, node, &listener.default_action);
        }
    }
    for (node, rule) in ctx.all::<ListenerRule>() {
        if ctx.get(&rule.listener).is_some_and(|(_, listener)| is_plain(ctx, listener)) {
            compare(out, node, &rule.action);
        }
    }
}

/// Whether the internet reaches the listener without TLS.
fn is_plain(ctx: &RuleContext<'_>, listener: &Listener) -> bool {
    let faces = |it: &LoadBalancer| it.scheme == Scheme::InternetFacing;
    matches!(listener.protocol, ListenerProtocol::Http)
        && ctx.get(&listener.load_balancer).is_some_and(|(_, it)| faces(it))
}

fn compare(out: &mut Diagnostics, node: &Node, action: &Action) {
    let does = match action {
        Action::Forward(_) => "forwards",
        Action::Redirect(to) if to.protocol != Some(Protocol::Https) => "redirects",
        Action::Redirect(_) | Action::FixedResponse(_) => return,
    };
    out.push(
        node,
        format!("{does} requests that cross the internet as plain HTTP"),
        "redirect to HTTPS, as `Action::redirect_to_https` does",
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::{check, group, listener, load_balancer, target_group},
        services::elbv2::{Conditions, Port, Priority, Redirect},
    };

    #[test]
    fn fires_on_forwarding_and_on_redirects_to_http() {
        check(
            &RULE,
            |arch| {
                let edge = group(arch, "edge");
                let front = load_balancer(arch, "front", Scheme::InternetFacing, &edge);
                let web = target_group(arch, "web");
                let http = listener(arch, "http", &front, Action::forward(&web));
                let redirect = Redirect::builder().port(Port::of::<8080>()).build();
                let rule = ListenerRule::builder()
                    .listener(&http)
                    .priority(Priority::of::<1>())
                    .conditions(Conditions::path(["/old".parse().unwrap()]))
                    .action(Action::Redirect(redirect));
                arch.resource("rule", rule.build());
            },
            &[
                "warning http: forwards requests that cross the internet as plain HTTP",
                "warning rule: redirects requests that cross the internet as plain HTTP",
            ],
        );
    }

    #[test]
    fn accepts_a_redirect_and_internal_load_balancers() {
        check(
            &RULE,
            |arch| {
                let edge = group(arch, "edge");
                let front = load_balancer(arch, "front", Scheme::InternetFacing, &edge);
                listener(arch, "http", &front, Action::redirect_to_https());
                let inner = load_balancer(arch, "inner", Scheme::Internal, &edge);
                let web = target_group(arch, "web");
                listener(arch, "inner-http", &inner, Action::forward(&web));
            },
            &[],
        );
    }
}
