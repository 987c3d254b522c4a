//! Rule: vpc-size
//!
//! Severity: error
//!
//! A VPC takes a range from a /16 to a /28; AWS answers `InvalidVpc.Range` to any other.
//!
//! Source: <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html>
//!
//! Fix: take a prefix length from 16 to 28.
//!
//! Suppress: never.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::ec2::Vpc,
};

pub(crate) const RULE: Rule = Rule {
    slug: "vpc-size",
    severity: Severity::Error,
    summary: "The range of a VPC is wider than a /16 or narrower than a /28.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, vpc) in ctx.all::<Vpc>() {
        if !(16..=28).contains(&vpc.cidr_block.prefix_len()) {
            out.push(
                node,
                format!("AWS refuses a VPC of `{}` (`InvalidVpc.Range`)", vpc.cidr_block),
                "take a range from a /16 to a /28",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{checks::testing::check, cidr};

    #[test]
    fn fires_on_either_side() {
        check(
            &RULE,
            |arch| {
                arch.resource("a", Vpc::new(cidr!("10.0.0.0/15")));
                arch.resource("b", Vpc::new(cidr!("10.0.0.0/29")));
            },
            &[
                "error a: AWS refuses a VPC of `10.0.0.0/15` (`InvalidVpc.Range`)",
                "error b: AWS refuses a VPC of `10.0.0.0/29` (`InvalidVpc.Range`)",
            ],
        );
    }

    #[test]
    fn accepts_the_bounds() {
        check(
            &RULE,
            |arch| {
                arch.resource("a", Vpc::new(cidr!("10.0.0.0/16")));
                arch.resource("b", Vpc::new(cidr!("10.0.0.0/28")));
            },
            &[],
        );
    }
}
