//! Rule: health-check-constant
//!
//! Severity: warning
//!
//! A calculated health check is healthy whatever the others are, because none of them has to be, or
//! never, because more have to be than there are.
//! Route 53 takes both, and record sets with it are answers always or never.
//!
//! Source: <https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html>
//!
//! Fix: set a threshold of 1 to the number of the others.
//!
//! Suppress: while something is switched on or off by hand.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::route53::{HealthCheck, HealthCheckConfig},
};

pub(crate) const RULE: Rule = Rule {
    slug: "health-check-constant",
    severity: Severity::Warning,
    summary: "A calculated health check says the same whatever happens.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, check) in ctx.all::<HealthCheck>() {
        let HealthCheckConfig::Calculated(check) = &check.config else { continue };
        let (threshold, count) = (check.threshold.get(), check.children.len());
        let always = if threshold == 0 {
            "healthy: none of the others has to be".to_owned()
        } else if usize::try_from(threshold).is_ok_and(|threshold| threshold > count) {
            format!("not healthy: {threshold} others have to be, and there are {count}")
        } else {
            continue;
        };
        let always = if check.inverted { format!("the opposite of {always}") } else { always };
        let help = format!("set a threshold of 1 to {}", count.max(1));
        out.push(node, format!("is always {always}"), help);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        architecture::Architecture, checks::testing::check, reference::Ref,
        services::route53::HealthThreshold,
    };

    fn over_two(arch: &mut Architecture, id: &str, threshold: HealthThreshold) {
        let others = ["one", "two"].map(Ref::<HealthCheck>::existing);
        arch.resource(id, HealthCheck::calculated(threshold, others));
    }

    #[test]
    fn fires_on_none_and_on_more_than_there_are() {
        check(
            &RULE,
            |arch| {
                over_two(arch, "a", HealthThreshold::of::<0>());
                over_two(arch, "b", HealthThreshold::of::<3>());
            },
            &[
                "warning a: is always healthy: none of the others has to be",
                "warning b: is always not healthy: 3 others have to be, and there are 2",
            ],
        );
    }

    #[test]
    fn accepts_some_and_all() {
        check(
            &RULE,
            |arch| {
                over_two(arch, "a", HealthThreshold::of::<1>());
                over_two(arch, "b", HealthThreshold::of::<2>());
            },
            &[],
        );
    }
}
