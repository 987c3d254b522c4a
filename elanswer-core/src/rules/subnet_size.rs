//! Rule: subnet-size
//!
//! Severity: error
//!
//! A subnet takes a range from a /16 to a /28; AWS answers `InvalidSubnet.Range` to any other.
//!
//! Source: <https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html>
//!
//! Fix: take a prefix length from 16 to 28.
//!
//! Suppress: never.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::ec2::Subnet,
};

pub(crate) const RULE: Rule = Rule {
    slug: "subnet-size",
    severity: Severity::Error,
    summary: "The range of a subnet is wider than a /16 or narrower than a /28.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, subnet) in ctx.all::<Subnet>() {
        if !(16..=28).contains(&subnet.cidr_block.prefix_len()) {
            out.push(
                node,
                format!("AWS refuses a subnet of `{}` (`InvalidSubnet.Range`)", subnet.cidr_block),
                "take a range from a /16 to a /28",
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
    };

    #[test]
    fn fires_on_a_29() {
        check(
            &RULE,
            |arch| _ = arch.resource("subnet", subnet("vpc", cidr!("10.0.0.0/29"), 'a')),
            &["error subnet: AWS refuses a subnet of `10.0.0.0/29` (`InvalidSubnet.Range`)"],
        );
    }

    #[test]
    fn accepts_a_28() {
        check(
            &RULE,
            |arch| _ = arch.resource("subnet", subnet("vpc", cidr!("10.0.0.0/28"), 'a')),
            &[],
        );
    }
}
