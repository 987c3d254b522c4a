//! Rule: ingress-wider-than-peers
//!
//! Severity: error; warning when only a part of the traffic has no sender
//!
//! A security group lets traffic in from another group that does not let it out.
//! Traffic passes only when both ends allow it: what no end sends is either a request that times
//! out, because the egress rule is missing, or a door that nobody needs.
//!
//! Source: <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html>
//!
//! Fix: add the egress rule to the other group, or narrow the ingress rule to what it sends.
//!
//! Suppress: when the other group gets egress rules outside of this architecture.

use crate::{
    checks::{
        Diagnostics, Rule, RuleContext,
        firewall::{Passage, list, may_be, passage},
    },
    diagnostic::Severity,
    services::ec2::{Peer, Protocol, SecurityGroupIngress},
};

pub(crate) const RULE: Rule = Rule {
    slug: "ingress-wider-than-peers",
    severity: Severity::Error,
    summary: "A security group lets in from another group what that group does not let out.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, rule) in ctx.all::<SecurityGroupIngress>() {
        let Peer::Group(sender) = &rule.peer else { continue };
        let Some((sender_node, _)) = ctx.get(sender) else { continue };
        let sent: Vec<Protocol> = ctx
            .egress_of(sender)
            .iter()
            .filter(|(_, egress)| may_be(ctx, &egress.peer, &rule.group))
            .map(|(_, egress)| egress.protocol)
            .collect();
        let (name, traffic) = (&sender_node.id, rule.protocol);
        match passage(traffic, &sent) {
            Passage::Whole => {}
            Passage::Nothing => out.push(
                node,
                format!("lets in `{traffic}` from `{name}`, which lets none of it out to here"),
                format!("add an egress rule for `{traffic}` to `{name}`, or remove this rule"),
            ),
            Passage::Part(left) => out.push_as(
                Severity::Warning,
                node,
                format!("lets in `{traffic}` from `{name}`, which lets out only {}", list(&sent)),
                match left.as_slice() {
                    [] => format!("narrow the rule to {}", list(&sent)),
                    left => format!("narrow the rule: nothing sends {}", list(left)),
                },
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::{check, egress, group, ingress, tcp, tcp_range},
        cidr,
    };

    #[test]
    fn fires_on_traffic_that_nobody_sends() {
        check(
            &RULE,
            |arch| {
                let (app, data) = (group(arch, "app"), group(arch, "data"));
                ingress(arch, "in", &data, tcp(5432), &app);
            },
            &["error in: lets in `tcp 5432` from `app`, which lets none of it out to here"],
        );
    }

    #[test]
    fn fires_on_ports_that_nobody_sends() {
        check(
            &RULE,
            |arch| {
                let (app, data) = (group(arch, "app"), group(arch, "data"));
                ingress(arch, "in", &data, tcp_range(5432, 5440), &app);
                ingress(arch, "all", &data, Protocol::All, &app);
                egress(arch, "out", &app, tcp(5432), &data);
            },
            &[
                "warning all: lets in `all traffic` from `app`, which lets out only `tcp 5432`",
                "warning in: lets in `tcp 5432-5440` from `app`, which lets out only `tcp 5432`",
            ],
        );
    }

    #[test]
    fn accepts_a_pair_a_range_that_holds_the_group_and_groups_that_exist() {
        check(
            &RULE,
            |arch| {
                let (app, data) = (group(arch, "app"), group(arch, "data"));
                ingress(arch, "a", &data, tcp(5432), &app);
                egress(arch, "b", &app, tcp(5432), &data);
                ingress(arch, "c", &data, tcp(6379), &app);
                egress(arch, "d", &app, tcp(6379), cidr!("10.0.0.0/16"));
                let other = crate::Ref::<crate::services::ec2::SecurityGroup>::existing("sg-1");
                ingress(arch, "e", &data, tcp(22), &other);
            },
            &[],
        );
    }
}
