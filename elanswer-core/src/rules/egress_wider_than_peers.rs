//! Rule: egress-wider-than-peers
//!
//! Severity: error; warning when only a part of the traffic has no receiver
//!
//! A security group lets traffic out to another group that does not let it in.
//! Traffic passes only when both ends allow it: the request times out, or the rule lets out more
//! than anybody needs.
//!
//! Source: <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html>
//!
//! Fix: add the ingress rule to the other group, or narrow the egress rule to what it lets in.
//!
//! Suppress: when the other group gets ingress rules outside of this architecture.

use crate::{
    checks::{
        Diagnostics, Rule, RuleContext,
        firewall::{Passage, list, may_be, passage},
    },
    diagnostic::Severity,
    services::ec2::{Peer, Protocol, SecurityGroupEgress},
};

pub(crate) const RULE: Rule = Rule {
    slug: "egress-wider-than-peers",
    severity: Severity::Error,
    summary: "A security group lets out to another group what that group does not let in.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, rule) in ctx.all::<SecurityGroupEgress>() {
        let Peer::Group(receiver) = &rule.peer else { continue };
        let Some((receiver_node, _)) = ctx.get(receiver) else { continue };
        let received: Vec<Protocol> = ctx
            .ingress_of(receiver)
            .iter()
            .filter(|(_, ingress)| may_be(ctx, &ingress.peer, &rule.group))
            .map(|(_, ingress)| ingress.protocol)
            .collect();
        let (name, traffic) = (&receiver_node.id, rule.protocol);
        match passage(traffic, &received) {
            Passage::Whole => {}
            Passage::Nothing => out.push(
                node,
                format!("lets out `{traffic}` to `{name}`, which lets none of it in from here"),
                format!("add an ingress rule for `{traffic}` to `{name}`, or remove this rule"),
            ),
            Passage::Part(left) => out.push_as(
                Severity::Warning,
                node,
                format!("lets out `{traffic}` to `{name}`, which lets in only {}", list(&received)),
                match left.as_slice() {
                    [] => format!("narrow the rule to {}", list(&received)),
                    left => format!("narrow the rule: nothing takes {}", list(left)),
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
        services::ec2::Vpc,
    };

    #[test]
    fn fires_on_traffic_that_nobody_takes() {
        check(
            &RULE,
            |arch| {
                arch.resource("vpc", Vpc::new(cidr!("10.0.0.0/16")));
                let (app, data) = (group(arch, "app"), group(arch, "data"));
                egress(arch, "out", &app, tcp(5432), &data);
                ingress(arch, "in", &data, tcp(5432), cidr!("192.168.0.0/24"));
            },
            &["error out: lets out `tcp 5432` to `data`, which lets none of it in from here"],
        );
    }

    #[test]
    fn fires_on_ports_that_nobody_takes() {
        check(
            &RULE,
            |arch| {
                let (app, data) = (group(arch, "app"), group(arch, "data"));
                egress(arch, "out", &app, tcp_range(5430, 5440), &data);
                ingress(arch, "in", &data, tcp(5432), &app);
            },
            &["warning out: lets out `tcp 5430-5440` to `data`, which lets in only `tcp 5432`"],
        );
    }

    #[test]
    fn accepts_a_pair_and_two_rules_that_make_one_up() {
        check(
            &RULE,
            |arch| {
                let (app, data) = (group(arch, "app"), group(arch, "data"));
                egress(arch, "out", &app, tcp_range(1, 10), &data);
                ingress(arch, "a", &data, tcp_range(1, 5), &app);
                ingress(arch, "b", &data, tcp_range(6, 20), cidr!("10.0.0.0/8"));
            },
            &[],
        );
    }
}
