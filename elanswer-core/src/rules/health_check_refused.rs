//! Rule: health-check-refused
//!
//! Severity: error
//!
//! A health check is of an address that the health checkers of AWS do not reach, in a private,
//! local or reserved range, or over more than 256 others.
//! AWS answers `InvalidInput`.
//!
//! Source: <https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html>
//!
//! Fix: check an address in the internet; what is in a VPC, watch with an alarm of CloudWatch and a
//! health check that follows it.
//!
//! Suppress: never.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    reference::Input,
    services::route53::{HealthCheck, HealthCheckConfig, is_checkable},
};

pub(crate) const RULE: Rule = Rule {
    slug: "health-check-refused",
    severity: Severity::Error,
    summary: "AWS does not make a health check of this.",
    check,
};

/// The most others that a calculated health check is over.
const MAX_CHILDREN: usize = 256;

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, check) in ctx.all::<HealthCheck>() {
        match &check.config {
            HealthCheckConfig::Alarm(_) => {}
            HealthCheckConfig::Calculated(check) => {
                let count = check.children.len();
                if count > MAX_CHILDREN {
                    out.push(
                        node,
                        format!("is over {count} others; AWS takes {MAX_CHILDREN}"),
                        "make it one over several that are each over fewer endpoints",
                    );
                }
            }
            HealthCheckConfig::Endpoint(check) => {
                let address = check.endpoint.ip_address().and_then(Input::known);
                if let Some(address) = address.filter(|address| !is_checkable(**address)) {
                    out.push(
                        node,
                        format!("`{address}` is not in the internet: no health checker reaches it"),
                        "check an address in the internet, or follow an alarm of CloudWatch",
                    );
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;
    use crate::{
        checks::testing::check,
        reference::Ref,
        services::{
            ec2::Eip,
            elbv2::Port,
            route53::{DnsName, HealthThreshold, ResourcePath},
        },
    };

    fn connection(address: &str) -> HealthCheck {
        HealthCheck::tcp(address.parse::<IpAddr>().unwrap(), Port::of::<443>())
    }

    #[test]
    fn fires_on_addresses_out_of_reach_and_on_too_many_others() {
        let others = (0..257).map(|n| Ref::<HealthCheck>::existing(n.to_string()));
        check(
            &RULE,
            |arch| {
                arch.resource("a", connection("10.0.0.1"));
                arch.resource("b", connection("fe80::1"));
                arch.resource("c", HealthCheck::calculated(HealthThreshold::of::<1>(), others));
            },
            &[
                "error a: `10.0.0.1` is not in the internet: no health checker reaches it",
                "error b: `fe80::1` is not in the internet: no health checker reaches it",
                "error c: is over 257 others; AWS takes 256",
            ],
        );
    }

    #[test]
    fn accepts_the_internet_names_and_addresses_not_known_yet() {
        check(
            &RULE,
            |arch| {
                arch.resource("a", connection("1.2.3.4"));
                let host = DnsName::literal("www.example.com");
                arch.resource("b", HealthCheck::https(host, ResourcePath::literal("/")));
                let address = arch.resource("address", Eip::default());
                arch.resource("c", HealthCheck::tcp(&address, Port::of::<443>()));
            },
            &[],
        );
    }
}
