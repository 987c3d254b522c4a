//! Rule: cidr-not-private
//!
//! Severity: warning
//!
//! The range of a VPC is not one of the private ranges of RFC 1918, nor the shared one of RFC 6598.
//! AWS accepts most others, but hosts of the internet with those addresses are then out of reach
//! from the VPC, and traffic meant for them goes astray.
//!
//! Source: <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html>
//!
//! Fix: take a range within `10.0.0.0/8`, `172.16.0.0/12`, `192.168.0.0/16` or `100.64.0.0/10`.
//!
//! Suppress: when the public range is your own.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    cidr::Cidr,
    diagnostic::Severity,
    services::ec2::Vpc,
};

pub(crate) const RULE: Rule = Rule {
    slug: "cidr-not-private",
    severity: Severity::Warning,
    summary: "The range of a VPC is not private.",
    check,
};

/// For use between networks of carriers and in clouds: RFC 6598.
const SHARED: Cidr = crate::cidr!("100.64.0.0/10");

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, vpc) in ctx.all::<Vpc>() {
        let range = vpc.cidr_block;
        if !range.is_private() && !SHARED.contains(range) {
            out.push(
                node,
                format!("`{range}` is not private: hosts of the internet there are out of reach"),
                "take a range within `10.0.0.0/8`, `172.16.0.0/12` or `192.168.0.0/16`",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{checks::testing::check, cidr};

    #[test]
    fn fires_on_a_public_range() {
        check(
            &RULE,
            |arch| _ = arch.resource("vpc", Vpc::new(cidr!("172.32.0.0/16"))),
            &[
                "warning vpc: `172.32.0.0/16` is not private: hosts of the internet there are out of reach",
            ],
        );
    }

    #[test]
    fn accepts_private_and_shared_ranges() {
        check(
            &RULE,
            |arch| {
                arch.resource("a", Vpc::new(cidr!("172.31.0.0/16")));
                arch.resource("b", Vpc::new(cidr!("100.127.0.0/16")));
            },
            &[],
        );
    }
}
