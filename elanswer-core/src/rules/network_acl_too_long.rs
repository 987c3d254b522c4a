//! Rule: network-acl-too-long
//!
//! Severity: warning above 20; error above 40
//!
//! A network ACL has more entries for a direction than AWS allows: 20 of an account with AWS's
//! defaults, and 40 at most after a request. The last entry, `*`, is one of them.
//! AWS answers `NetworkAclEntryLimitExceeded`.
//!
//! Source: <https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-nacls>
//!
//! Fix: name wider ranges of ports or addresses, such as that of the VPC.
//!
//! Suppress: when the quota of the account was raised.

use crate::{
    checks::{Diagnostics, Rule, RuleContext, acl::Acls},
    diagnostic::Severity,
    reference::Ref,
    services::ec2::{Direction, NetworkAcl},
};

pub(crate) const RULE: Rule = Rule {
    slug: "network-acl-too-long",
    severity: Severity::Warning,
    summary: "A network ACL has more entries than the quota of 20 for each direction.",
    check,
};

/// The quotas, without the last entry.
const DEFAULT: usize = 19;
const HIGHEST: usize = 39;

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    let acls = Acls::new(ctx);
    for (node, _) in ctx.all::<NetworkAcl>() {
        for (direction, way) in [(Direction::Egress, "outward"), (Direction::Ingress, "inward")] {
            let count = acls.entries(&Ref::managed(node.id.clone()), direction).len();
            let (severity, quota) = match count {
                count if count > HIGHEST => (Severity::Error, HIGHEST),
                count if count > DEFAULT => (Severity::Warning, DEFAULT),
                _ => continue,
            };
            out.push_as(
                severity,
                node,
                format!(
                    "has {count} {way} entries, and AWS allows {quota} besides the last one \
                     (`NetworkAclEntryLimitExceeded`)"
                ),
                "name wider ranges of ports or addresses",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        architecture::Architecture,
        checks::testing::{check, managed},
        cidr::Cidr,
        services::ec2::{AclProtocol, NetworkAclEntry, Ports, RuleAction, RuleNumber},
    };

    fn describe(arch: &mut Architecture, direction: Direction, count: u16) {
        for number in 1..=count {
            let entry = NetworkAclEntry::builder()
                .network_acl(managed("acl"))
                .direction(direction)
                .rule_number(RuleNumber::new(number.into()).unwrap())
                .protocol(AclProtocol::Tcp(Ports::one(number)))
                .action(RuleAction::Allow)
                .cidr_block(Cidr::ANY);
            arch.resource(&format!("{direction:?}-{number}"), entry.build());
        }
    }

    #[test]
    fn fires_above_the_quotas() {
        check(
            &RULE,
            |arch| {
                arch.resource("acl", NetworkAcl::new(managed("vpc")));
                describe(arch, Direction::Egress, 20);
                describe(arch, Direction::Ingress, 40);
            },
            &[
                "error acl: has 40 inward entries, and AWS allows 39 besides the last one (`NetworkAclEntryLimitExceeded`)",
                "warning acl: has 20 outward entries, and AWS allows 19 besides the last one (`NetworkAclEntryLimitExceeded`)",
            ],
        );
    }

    #[test]
    fn accepts_as_many_as_aws_does_each_way() {
        check(
            &RULE,
            |arch| {
                arch.resource("acl", NetworkAcl::new(managed("vpc")));
                describe(arch, Direction::Egress, 19);
                describe(arch, Direction::Ingress, 19);
            },
            &[],
        );
    }
}
