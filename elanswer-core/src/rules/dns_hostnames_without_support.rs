//! Rule: dns-hostnames-without-support
//!
//! Severity: error
//!
//! A VPC gives out DNS names, but the resolver that answers for them is off.
//! AWS turns DNS hostnames on only while DNS support is on.
//!
//! Source: <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-dns.html>
//!
//! Fix: turn DNS support on, or DNS hostnames off.
//!
//! Suppress: never.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::ec2::Vpc,
};

pub(crate) const RULE: Rule = Rule {
    slug: "dns-hostnames-without-support",
    severity: Severity::Error,
    summary: "A VPC has DNS hostnames on and DNS support off.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, vpc) in ctx.all::<Vpc>() {
        if vpc.enable_dns_hostnames && !vpc.enable_dns_support {
            out.push(
                node,
                "`EnableDnsHostnames` is on, but `EnableDnsSupport` is off",
                "turn `EnableDnsSupport` on",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{checks::testing::check, cidr};

    fn vpc(hostnames: bool, support: bool) -> Vpc {
        Vpc::builder()
            .cidr_block(cidr!("10.0.0.0/16"))
            .enable_dns_hostnames(hostnames)
            .enable_dns_support(support)
            .build()
    }

    #[test]
    fn fires_on_hostnames_alone() {
        check(
            &RULE,
            |arch| _ = arch.resource("vpc", vpc(true, false)),
            &["error vpc: `EnableDnsHostnames` is on, but `EnableDnsSupport` is off"],
        );
    }

    #[test]
    fn accepts_support_alone_both_and_none() {
        check(
            &RULE,
            |arch| {
                arch.resource("a", vpc(false, true));
                arch.resource("b", vpc(true, true));
                arch.resource("c", vpc(false, false));
            },
            &[],
        );
    }
}
