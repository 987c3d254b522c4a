//! Rule: network-acl-without-entries
//!
//! Severity: error
//!
//! Subnets are behind a network ACL that has no entry for a direction, and so denies everything that
//! way.
//! As an ACL keeps no record of connections, the answers are denied too: nothing in the subnets
//! reaches anything, and nothing reaches it.
//!
//! Source: <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html>
//!
//! Fix: add the entries, or leave the subnets behind the default ACL, which lets everything through.
//!
//! Suppress: when the subnets are cut off on purpose, or get their entries outside of this architecture.

use crate::{
    checks::{Diagnostics, Rule, RuleContext, acl::Acls},
    diagnostic::Severity,
    reference::Ref,
    services::ec2::{Direction, NetworkAcl},
};

pub(crate) const RULE: Rule = Rule {
    slug: "network-acl-without-entries",
    severity: Severity::Error,
    summary: "A network ACL before subnets has no entries, and denies everything.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    let acls = Acls::new(ctx);
    for (node, _) in ctx.all::<NetworkAcl>() {
        let acl = Ref::managed(node.id.clone());
        let behind = acls.behind(&acl).count();
        let lacks = |direction| acls.entries(&acl, direction).is_empty();
        let way = match (lacks(Direction::Ingress), lacks(Direction::Egress)) {
            _ if behind == 0 => continue,
            (false, false) => continue,
            (true, true) => "into or out of",
            (true, false) => "into",
            (false, true) => "out of",
        };
        let subnets = if behind == 1 { "subnet" } else { "subnets" };
        out.push(
            node,
            format!("has no entry that lets anything {way} the {behind} {subnets} behind it"),
            "add entries for both directions, or remove the association",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        architecture::Architecture,
        checks::testing::{check, managed, network},
        cidr::Cidr,
        services::ec2::{
            AclProtocol, NetworkAclEntry, RuleAction, RuleNumber, SubnetNetworkAclAssociation,
        },
    };

    /// A network with an ACL before the subnet of its first zone, which has entries these ways.
    fn describe(arch: &mut Architecture, ways: &[Direction]) {
        network(arch);
        let acl = arch.resource("acl", NetworkAcl::new(managed("main/vpc")));
        let behind = SubnetNetworkAclAssociation::new(managed("main/private-a"), &acl);
        arch.resource("association", behind);
        for direction in ways {
            let entry = NetworkAclEntry::builder()
                .network_acl(&acl)
                .direction(*direction)
                .rule_number(RuleNumber::of::<100>())
                .protocol(AclProtocol::All)
                .action(RuleAction::Allow)
                .cidr_block(Cidr::ANY);
            arch.resource(&format!("{direction:?}"), entry.build());
        }
    }

    #[test]
    fn fires_on_either_direction() {
        for (ways, way) in [
            (vec![], "into or out of"),
            (vec![Direction::Egress], "into"),
            (vec![Direction::Ingress], "out of"),
        ] {
            let message =
                format!("error acl: has no entry that lets anything {way} the 1 subnet behind it");
            check(&RULE, |arch| describe(arch, &ways), &[&message]);
        }
    }

    #[test]
    fn accepts_both_directions_and_an_acl_before_nothing() {
        check(
            &RULE,
            |arch| {
                describe(arch, &[Direction::Egress, Direction::Ingress]);
                arch.resource("idle", NetworkAcl::new(managed("main/vpc")));
            },
            &[],
        );
    }
}
