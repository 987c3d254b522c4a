//! Rule: circuit-breaker-off
//!
//! Severity: warning
//!
//! When the tasks of a new deployment fail, ECS starts them again and again for ever, and a deployment
//! that waits for the service runs into its time limit.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html>
//!
//! Fix: set the circuit breaker to `RollBack`.
//!
//! Suppress: when alarms or people roll deployments back.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::ecs::{CircuitBreaker, Service},
};

pub(crate) const RULE: Rule = Rule {
    slug: "circuit-breaker-off",
    severity: Severity::Warning,
    summary: "A service tries a deployment that fails for ever.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, service) in ctx.all::<Service>() {
        if service.deployment_configuration.circuit_breaker == CircuitBreaker::Off {
            out.push(
                node,
                "tries a deployment that fails for ever: the circuit breaker is off",
                "set the circuit breaker to `RollBack`",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::{check, service},
        reference::Ref,
        services::ecs::DeploymentConfiguration,
    };

    #[test]
    fn fires_without_a_circuit_breaker() {
        check(
            &RULE,
            |arch| _ = arch.resource("service", service([Ref::existing("subnet-1")])),
            &[
                "warning service: tries a deployment that fails for ever: the circuit breaker is off",
            ],
        );
    }

    #[test]
    fn accepts_one_that_rolls_back() {
        check(
            &RULE,
            |arch| {
                let mut it = service([Ref::existing("subnet-1")]);
                let deployment =
                    DeploymentConfiguration::builder().circuit_breaker(CircuitBreaker::RollBack);
                it.deployment_configuration = deployment.build();
                arch.resource("service", it);
            },
            &[],
        );
    }
}
