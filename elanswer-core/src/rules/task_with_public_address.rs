//! Rule: task-with-public-address
//!
//! Severity: warning
//!
//! The tasks of a service get public addresses: only their security group stands between them and the
//! internet, and each address is billed.
//!
//! Source: <https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html>
//!
//! Fix: run the tasks in private subnets without public addresses.
//!
//! Suppress: where the price of a NAT gateway matters more, such as in a test environment.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::ecs::{AssignPublicIp, Service},
};

pub(crate) const RULE: Rule = Rule {
    slug: "task-with-public-address",
    severity: Severity::Warning,
    summary: "The tasks of a service get public addresses.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, service) in ctx.all::<Service>() {
        let network = &service.network_configuration.awsvpc_configuration;
        if network.assign_public_ip == AssignPublicIp::Enabled {
            out.push(
                node,
                "its tasks get public addresses (`AssignPublicIp`)",
                "run them in private subnets without public addresses",
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
    };

    #[test]
    fn fires_on_public_addresses() {
        check(
            &RULE,
            |arch| {
                let mut it = service([Ref::existing("subnet-1")]);
                it.network_configuration.awsvpc_configuration.assign_public_ip =
                    AssignPublicIp::Enabled;
                arch.resource("service", it);
            },
            &["warning service: its tasks get public addresses (`AssignPublicIp`)"],
        );
    }

    #[test]
    fn accepts_private_addresses() {
        check(
            &RULE,
            |arch| _ = arch.resource("service", service([Ref::existing("subnet-1")])),
            &[],
        );
    }
}
