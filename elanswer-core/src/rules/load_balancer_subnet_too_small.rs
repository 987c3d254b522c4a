//! Rule: load-balancer-subnet-too-small
//!
//! Severity: warning
//!
//! A load balancer grows with its load, and takes addresses of its subnets for that.
//! AWS asks for a /27 at least and eight free addresses; in a smaller subnet it cannot grow, and
//! fails with `InvalidSubnet` when there are fewer.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html>
//!
//! Fix: take subnets of a /27 or wider.
//!
//! Suppress: for a load balancer that never has much to do.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::elbv2::LoadBalancer,
};

pub(crate) const RULE: Rule = Rule {
    slug: "load-balancer-subnet-too-small",
    severity: Severity::Warning,
    summary: "A load balancer has a subnet smaller than a /27.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, load_balancer) in ctx.all::<LoadBalancer>() {
        for (subnet, typed) in load_balancer.subnets.iter().filter_map(|it| ctx.get(it)) {
            if typed.cidr_block.prefix_len() > 27 {
                out.push(
                    node,
                    format!(
                        "cannot grow in `{}`, which is only a /{}",
                        subnet.id,
                        typed.cidr_block.prefix_len()
                    ),
                    "take subnets of a /27 or wider",
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::{check, group, subnet},
        cidr,
    };

    fn describe(arch: &mut crate::Architecture, range: crate::Cidr) {
        let subnet = arch.resource("subnet", subnet("vpc", range, 'a'));
        let edge = group(arch, "edge");
        let it = LoadBalancer::builder().subnets([subnet]).security_groups([edge]).build();
        arch.resource("front", it);
    }

    #[test]
    fn fires_on_a_28() {
        check(
            &RULE,
            |arch| describe(arch, cidr!("10.0.1.0/28")),
            &["warning front: cannot grow in `subnet`, which is only a /28"],
        );
    }

    #[test]
    fn accepts_a_27() {
        check(&RULE, |arch| describe(arch, cidr!("10.0.1.0/27")), &[]);
    }
}
