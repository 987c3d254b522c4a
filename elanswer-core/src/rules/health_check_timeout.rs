//! Rule: health-check-timeout
//!
//! Severity: error
//!
//! The health check of a target group waits for an answer as long as, or longer than, until the next
//! check; AWS answers `ValidationError`.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html>
//!
//! Fix: make the timeout shorter than the interval.
//!
//! Suppress: never.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::elbv2::TargetGroup,
};

pub(crate) const RULE: Rule = Rule {
    slug: "health-check-timeout",
    severity: Severity::Error,
    summary: "The timeout of a health check is not shorter than its interval.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, group) in ctx.all::<TargetGroup>() {
        let (timeout, interval) =
            (group.health_check.timeout.get(), group.health_check.interval.get());
        if timeout >= interval {
            out.push(
                node,
                format!("checks every {interval} s, but waits {timeout} s for an answer"),
                "make the timeout shorter than the interval",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::check,
        reference::Ref,
        services::elbv2::{HealthCheck, HealthCheckInterval, HealthCheckTimeout, Port},
    };

    fn group(interval: u32, timeout: u32) -> TargetGroup {
        let health = HealthCheck::builder()
            .interval(HealthCheckInterval::new(interval).unwrap())
            .timeout(HealthCheckTimeout::new(timeout).unwrap());
        let group = TargetGroup::builder().vpc(Ref::existing("vpc-1")).port(Port::of::<80>());
        group.health_check(health.build()).build()
    }

    #[test]
    fn fires_on_equal_times() {
        check(
            &RULE,
            |arch| _ = arch.resource("web", group(10, 10)),
            &["error web: checks every 10 s, but waits 10 s for an answer"],
        );
    }

    #[test]
    fn accepts_a_shorter_timeout() {
        check(&RULE, |arch| _ = arch.resource("web", group(10, 9)), &[]);
    }
}
