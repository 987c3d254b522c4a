//! Rule: namespace-not-resolved
//!
//! Severity: error
//!
//! The VPC of a namespace does not answer names from private hosted zones, because its DNS support or
//! its DNS hostnames are off: nothing finds what is registered.
//!
//! Source: <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html>
//!
//! Fix: set `enable_dns_support` and `enable_dns_hostnames` of the VPC.
//!
//! Suppress: when everybody asks the API of Cloud Map, not the DNS.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::servicediscovery::PrivateDnsNamespace,
};

pub(crate) const RULE: Rule = Rule {
    slug: "namespace-not-resolved",
    severity: Severity::Error,
    summary: "The VPC of a namespace does not answer its names.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, namespace) in ctx.all::<PrivateDnsNamespace>() {
        let Some((vpc, typed)) = ctx.get(&namespace.vpc) else { continue };
        if !(typed.enable_dns_support && typed.enable_dns_hostnames) {
            let id = &vpc.id;
            out.push(
                node,
                format!(
                    "its names are not found in `{id}`, which lacks DNS support or DNS hostnames"
                ),
                format!("set `enable_dns_support` and `enable_dns_hostnames` of `{id}`"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        architecture::Architecture,
        checks::testing::check,
        cidr,
        services::{ec2::Vpc, route53::DnsName},
    };

    fn namespace(arch: &mut Architecture, id: &str, hostnames: bool) {
        let vpc = Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).enable_dns_hostnames(hostnames);
        let vpc = arch.resource(&format!("{id}-vpc"), vpc.build());
        let name = DnsName::literal("shop.internal");
        arch.resource(id, PrivateDnsNamespace::builder().name(name).vpc(vpc).build());
    }

    #[test]
    fn fires_on_a_vpc_without_hostnames() {
        check(
            &RULE,
            |arch| namespace(arch, "internal", false),
            &[
                "error internal: its names are not found in `internal-vpc`, which lacks DNS support or DNS hostnames",
            ],
        );
    }

    #[test]
    fn accepts_a_vpc_with_both() {
        check(&RULE, |arch| namespace(arch, "internal", true), &[]);
    }
}
