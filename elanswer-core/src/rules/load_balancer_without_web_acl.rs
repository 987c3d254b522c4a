//! Rule: load-balancer-without-web-acl
//!
//! Severity: warning
//!
//! The internet reaches a load balancer whose requests no web ACL looks at: nothing keeps out known
//! exploits, or those who ask too often.
//!
//! Source: <https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html#elb-16>
//!
//! Fix: put a web ACL in front of it, with `Firewall::regional(..).protects(..)`.
//!
//! Suppress: when only a distribution reaches it, and that has a web ACL, or for trials.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::{
        elbv2::{LoadBalancer, Scheme},
        wafv2::WebAclAssociation,
    },
};

pub(crate) const RULE: Rule = Rule {
    slug: "load-balancer-without-web-acl",
    severity: Severity::Warning,
    summary: "No web ACL stands between the internet and a load balancer.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, balancer) in ctx.all::<LoadBalancer>() {
        let mut referrers = ctx.referrers(&node.id).iter();
        if balancer.scheme == Scheme::InternetFacing
            && !referrers.any(|other| other.get::<WebAclAssociation>().is_some())
        {
            out.push(
                node,
                "the internet reaches it, and no web ACL looks at requests",
                "add `Firewall::regional(..).protects(..)`, or a `WebAclAssociation`",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::{check, group, load_balancer},
        constructs::Firewall,
    };

    #[test]
    fn fires_on_a_load_balancer_that_the_internet_reaches() {
        check(
            &RULE,
            |arch| {
                let edge = group(arch, "edge");
                load_balancer(arch, "front", Scheme::InternetFacing, &edge);
            },
            &["warning front: the internet reaches it, and no web ACL looks at requests"],
        );
    }

    #[test]
    fn accepts_a_web_acl_and_one_that_is_internal() {
        check(
            &RULE,
            |arch| {
                let edge = group(arch, "edge");
                load_balancer(arch, "inside", Scheme::Internal, &edge);
                let front = load_balancer(arch, "front", Scheme::InternetFacing, &edge);
                let firewall = arch.add(Firewall::regional("waf"));
                arch.resource("it", WebAclAssociation::new(firewall.web_acl(), &front));
            },
            &[],
        );
    }
}
