//! Rule: deletion-protection-off
//!
//! Severity: warning
//!
//! Anybody who may delete a load balancer or a database can delete it in one call, by mistake or not.
//! With deletion protection AWS answers `OperationNotPermitted` or `InvalidParameterCombination`
//! until the protection is taken off.
//!
//! Source: <https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html>
//!
//! Fix: turn deletion protection on.
//!
//! Suppress: for what is made and removed often, such as a test environment.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::{elbv2::LoadBalancer, rds::DbInstance},
};

pub(crate) const RULE: Rule = Rule {
    slug: "deletion-protection-off",
    severity: Severity::Warning,
    summary: "A load balancer or a database is not protected against deletion.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    let load_balancers = ctx
        .all::<LoadBalancer>()
        .filter(|(_, it)| !it.attributes.deletion_protection)
        .map(|(node, _)| node);
    // The data of a replica is that of its source.
    let databases = ctx
        .all::<DbInstance>()
        .filter(|(_, it)| !it.deletion_protection && !it.is_replica())
        .map(|(node, _)| node);
    for node in load_balancers.chain(databases) {
        out.push(
            node,
            "is deleted by a single call: deletion protection is off",
            "turn deletion protection on",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::{check, database, group, load_balancer},
        reference::Ref,
        services::elbv2::{LoadBalancerAttributes, Scheme},
    };

    #[test]
    fn fires_on_both_kinds() {
        check(
            &RULE,
            |arch| {
                let edge = group(arch, "edge");
                load_balancer(arch, "front", Scheme::InternetFacing, &edge);
                arch.resource("db", DbInstance { deletion_protection: false, ..database() });
            },
            &[
                "warning db: is deleted by a single call: deletion protection is off",
                "warning front: is deleted by a single call: deletion protection is off",
            ],
        );
    }

    #[test]
    fn accepts_protection() {
        check(
            &RULE,
            |arch| {
                let attributes =
                    LoadBalancerAttributes::builder().deletion_protection(true).build();
                let front = LoadBalancer::builder()
                    .subnets([Ref::existing("subnet-1"), Ref::existing("subnet-2")])
                    .security_groups([Ref::existing("sg-1")])
                    .attributes(attributes);
                arch.resource("front", front.build());
                arch.resource("db", database());
            },
            &[],
        );
    }
}
