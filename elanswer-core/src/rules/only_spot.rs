//! Rule: only-spot
//!
//! Severity: warning
//!
//! Every task of a service runs on Fargate Spot.
//! AWS takes such tasks back two minutes after a warning, all of them at once when it needs the
//! machines, and starts no others while it has none to spare: the service then has no tasks.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html>
//!
//! Fix: give `FARGATE` a base in the strategy, as many tasks as must always run.
//!
//! Suppress: for work that can wait, such as that of a queue.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::ecs::{CapacityProviderStrategy, Service},
};

pub(crate) const RULE: Rule = Rule {
    slug: "only-spot",
    severity: Severity::Warning,
    summary: "Every task of a service runs on Fargate Spot.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, service) in ctx.all::<Service>() {
        if service.capacity.strategy().is_some_and(CapacityProviderStrategy::is_only_spot) {
            out.push(
                node,
                "AWS may take back all of its tasks at once: they run on `FARGATE_SPOT` alone",
                "give `FARGATE` a base in its capacity provider strategy",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        architecture::Architecture,
        checks::testing::{check, service},
        reference::Ref,
        services::ecs::{CapacityBase, CapacityProvider},
    };

    fn describe(arch: &mut Architecture, strategy: CapacityProviderStrategy) {
        let mut it = service([Ref::existing("subnet-1")]);
        it.capacity = strategy.into();
        arch.resource("service", it);
    }

    #[test]
    fn fires_on_spot_alone() {
        check(
            &RULE,
            |arch| describe(arch, CapacityProviderStrategy::only(CapacityProvider::FargateSpot)),
            &[
                "warning service: AWS may take back all of its tasks at once: they run on `FARGATE_SPOT` alone",
            ],
        );
    }

    #[test]
    fn accepts_a_base_that_stays() {
        check(
            &RULE,
            |arch| {
                let strategy = CapacityProviderStrategy::only(CapacityProvider::FargateSpot)
                    .with_base(CapacityProvider::Fargate, CapacityBase::of::<1>());
                describe(arch, strategy);
            },
            &[],
        );
    }

    #[test]
    fn accepts_a_launch_type() {
        check(
            &RULE,
            |arch| _ = arch.resource("service", service([Ref::existing("subnet-1")])),
            &[],
        );
    }
}
