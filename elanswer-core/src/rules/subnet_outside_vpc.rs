//! Rule: subnet-outside-vpc
//!
//! Severity: error
//!
//! The range of a subnet must lie within that of its VPC; AWS answers `InvalidSubnet.Range`.
//!
//! Source: <https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html>
//!
//! Fix: take a range within that of the VPC.
//!
//! Suppress: when the range is a secondary one of a VPC, associated outside of this architecture.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::ec2::Subnet,
};

pub(crate) const RULE: Rule = Rule {
    slug: "subnet-outside-vpc",
    severity: Severity::Error,
    summary: "The range of a subnet does not lie within that of its VPC.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, subnet) in ctx.all::<Subnet>() {
        let Some((vpc_node, vpc)) = ctx.get(&subnet.vpc) else { continue };
        if !vpc.cidr_block.contains(subnet.cidr_block) {
            out.push(
                node,
                format!(
                    "`{}` does not lie within `{}` of `{}`",
                    subnet.cidr_block, vpc.cidr_block, vpc_node.id
                ),
                format!("take a range within `{}`", vpc.cidr_block),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::{check, subnet},
        cidr,
        services::ec2::Vpc,
    };

    #[test]
    fn fires_on_a_range_beside_and_around() {
        check(
            &RULE,
            |arch| {
                arch.resource("vpc", Vpc::new(cidr!("10.0.0.0/20")));
                arch.resource("a", subnet("vpc", cidr!("10.0.16.0/24"), 'a'));
                arch.resource("b", subnet("vpc", cidr!("10.0.0.0/19"), 'a'));
            },
            &[
                "error a: `10.0.16.0/24` does not lie within `10.0.0.0/20` of `vpc`",
                "error b: `10.0.0.0/19` does not lie within `10.0.0.0/20` of `vpc`",
            ],
        );
    }

    #[test]
    fn accepts_the_last_range_and_all_of_the_vpc() {
        check(
            &RULE,
            |arch| {
                arch.resource("vpc", Vpc::new(cidr!("10.0.0.0/20")));
                arch.resource("a", subnet("vpc", cidr!("10.0.15.0/24"), 'a'));
                arch.resource("b", subnet("vpc", cidr!("10.0.0.0/20"), 'a'));
            },
            &[],
        );
    }
}
