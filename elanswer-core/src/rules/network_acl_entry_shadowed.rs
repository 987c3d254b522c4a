//! Rule: network-acl-entry-shadowed
//!
//! Severity: warning; error when the entries before it do the contrary
//!
//! An entry of a network ACL decides about nothing: those of smaller numbers take all of its traffic.
//! AWS accepts it, and it counts against the quota of 20 for each direction.
//!
//! Source: <https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html>
//!
//! Fix: give it a smaller number than what takes its traffic, or remove it.
//!
//! Suppress: never.

use crate::{
    checks::{
        Diagnostics, Rule, RuleContext,
        acl::{Acls, Traffic, decide},
    },
    diagnostic::Severity,
};

pub(crate) const RULE: Rule = Rule {
    slug: "network-acl-entry-shadowed",
    severity: Severity::Warning,
    summary: "An entry of a network ACL decides about nothing, as earlier ones take all of its traffic.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for entries in Acls::new(ctx).all() {
        for (index, (node, entry)) in entries.iter().enumerate() {
            let earlier = entries.get(..index).unwrap_or_default();
            let decisions = decide(earlier, Traffic::of(entry));
            // What is left to the entry itself is what no earlier one decides about.
            if decisions.iter().any(|decision| decision.by.is_none()) {
                continue;
            }
            let contrary = decisions.iter().find(|decision| decision.action != entry.action);
            let Some(by) = contrary.or(decisions.first()).and_then(|decision| decision.by) else {
                continue;
            };
            let takes = match decisions.len() {
                1 => format!("`{}` takes all of its traffic before", by.id),
                _ => format!("`{}` and others take all of its traffic before", by.id),
            };
            let (severity, help) = match contrary {
                Some(_) => (
                    Severity::Error,
                    format!("give it a smaller number than that of `{}`, or remove it", by.id),
                ),
                None => (Severity::Warning, "remove it, or what is wider".to_owned()),
            };
            let action = entry.action;
            out.push_as(severity, *node, format!("is to {action}, and never does: {takes}"), help);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        architecture::Architecture,
        checks::testing::{check, managed},
        cidr,
        cidr::Cidr,
        services::ec2::{
            AclProtocol, Direction, NetworkAcl, NetworkAclEntry, Ports, RuleAction, RuleNumber,
        },
    };

    use Direction::{Egress, Ingress};
    use RuleAction::{Allow, Deny};

    fn tcp(from: u16, to: u16) -> AclProtocol {
        AclProtocol::Tcp(Ports::range(from, to).unwrap())
    }

    fn entry(
        arch: &mut Architecture,
        id: &str,
        (direction, number): (Direction, u32),
        action: RuleAction,
        (protocol, addresses): (AclProtocol, Cidr),
    ) {
        let entry = NetworkAclEntry::builder()
            .network_acl(managed("acl"))
            .direction(direction)
            .rule_number(RuleNumber::new(number).unwrap())
            .protocol(protocol)
            .action(action)
            .cidr_block(addresses);
        arch.resource(id, entry.build());
    }

    #[test]
    fn fires_on_what_one_or_several_entries_take() {
        check(
            &RULE,
            |arch| {
                arch.resource("acl", NetworkAcl::new(managed("vpc")));
                entry(arch, "wide", (Ingress, 100), Allow, (tcp(1, 100), Cidr::ANY));
                entry(arch, "closed", (Ingress, 110), Deny, (tcp(22, 22), cidr!("10.0.0.0/8")));
                entry(arch, "again", (Ingress, 120), Allow, (tcp(80, 80), Cidr::ANY));
                entry(arch, "more", (Ingress, 130), Allow, (tcp(101, 200), Cidr::ANY));
                entry(arch, "both", (Ingress, 140), Allow, (tcp(90, 110), Cidr::ANY));
            },
            &[
                "error closed: is to deny, and never does: `wide` takes all of its traffic before",
                "warning again: is to allow, and never does: `wide` takes all of its traffic before",
                "warning both: is to allow, and never does: `wide` and others take all of its traffic before",
            ],
        );
    }

    #[test]
    fn accepts_the_same_entries_in_another_order_and_other_directions() {
        check(
            &RULE,
            |arch| {
                arch.resource("acl", NetworkAcl::new(managed("vpc")));
                entry(arch, "wide", (Ingress, 120), Allow, (tcp(1, 100), Cidr::ANY));
                entry(arch, "closed", (Ingress, 110), Deny, (tcp(22, 22), cidr!("10.0.0.0/8")));
                entry(arch, "out", (Egress, 130), Allow, (tcp(80, 80), Cidr::ANY));
                entry(arch, "both", (Ingress, 140), Allow, (tcp(90, 110), Cidr::ANY));
            },
            &[],
        );
    }
}
