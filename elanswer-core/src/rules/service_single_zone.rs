//! Rule: service-single-zone
//!
//! Severity: warning
//!
//! The tasks of a service run in one zone, or there is only one: the failure of a zone, or of a task,
//! takes the service down.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-rebalancing.html>
//!
//! Fix: give it subnets in several zones and a desired count of at least two.
//!
//! Suppress: for work that may pause, or that must run once only.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::ecs::Service,
};

pub(crate) const RULE: Rule = Rule {
    slug: "service-single-zone",
    severity: Severity::Warning,
    summary: "A service runs in one zone, or as one task.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, service) in ctx.all::<Service>() {
        let subnets = &service.network_configuration.awsvpc_configuration.subnets;
        let zones = ctx.zones(subnets).map_or(subnets.len(), |zones| zones.len());
        if zones == 1 {
            out.push(
                node,
                "runs in one zone: when that fails, the service fails",
                "give it subnets in several zones",
            );
        }
        // Without a count, automatic scaling decides.
        if service.desired_count == Some(1) {
            out.push(
                node,
                "runs as one task: when that stops, the service stops",
                "raise `DesiredCount` to two at least",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testing::{check, network, service};

    #[test]
    fn fires_on_one_zone_and_on_one_task() {
        check(
            &RULE,
            |arch| {
                let net = network(arch);
                let one = service(net.private().subnets().iter().take(1).cloned());
                arch.resource("service", Service { desired_count: Some(1), ..one });
            },
            &[
                "warning service: runs as one task: when that stops, the service stops",
                "warning service: runs in one zone: when that fails, the service fails",
            ],
        );
    }

    #[test]
    fn accepts_several_zones_and_no_count() {
        check(
            &RULE,
            |arch| {
                let net = network(arch);
                let all = service(net.private().subnets().iter().cloned());
                arch.resource("service", Service { desired_count: None, ..all });
            },
            &[],
        );
    }
}
