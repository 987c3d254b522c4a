//! Rule: health-check-of-own-record
//!
//! Severity: warning
//!
//! A record set, one of several, has a health check of its own name.
//! The health checkers ask the DNS for the name and get whichever of the record sets is the answer:
//! the health check says something of another endpoint than the one it is for, and Route 53 goes
//! back and forth.
//!
//! Source: <https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html>
//!
//! Fix: check the address of the endpoint, or a name that it alone has: that of its load balancer.
//!
//! Suppress: never.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::route53::{RecordSet, Routing},
};

pub(crate) const RULE: Rule = Rule {
    slug: "health-check-of-own-record",
    severity: Severity::Warning,
    summary: "The health check of a record set looks at whatever its name leads to.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, record) in ctx.all::<RecordSet>() {
        let check = record.health_check.as_ref().and_then(|check| ctx.get(check));
        let Some((check_node, check)) = check.filter(|_| record.routing != Routing::Simple) else {
            continue;
        };
        let endpoint = check.endpoint().map(|check| &check.endpoint);
        let by_name = endpoint.filter(|endpoint| endpoint.ip_address().is_none());
        let host = by_name.and_then(|endpoint| endpoint.domain());
        if host.is_some_and(|host| *host == record.name) {
            out.push(
                node,
                format!(
                    "its health check `{}` asks for its own name, which leads to any of several",
                    check_node.id
                ),
                "check an address, or a name that this endpoint alone has",
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
        reference::Ref,
        services::route53::{
            DnsName, FailoverRole, HealthCheck, RecordType, ResourcePath, SetIdentifier,
        },
    };

    const PRIMARY: Routing = Routing::Failover {
        set_identifier: SetIdentifier::literal("one"),
        role: FailoverRole::Primary,
    };

    fn described(arch: &mut Architecture, host: &'static str, routing: Routing) {
        let path = ResourcePath::literal("/");
        let check = arch.resource("check", HealthCheck::https(DnsName::literal(host), path));
        let name = DnsName::literal("www.example.com");
        let record = RecordSet::new(Ref::existing("Z1"), name, RecordType::A, ["192.0.2.1"]);
        arch.resource("record", record.routed(routing).checked(&check));
    }

    #[test]
    fn fires_on_the_name_of_the_record() {
        check(
            &RULE,
            |arch| described(arch, "www.example.com", PRIMARY),
            &[
                "warning record: its health check `check` asks for its own name, which leads to any of several",
            ],
        );
    }

    #[test]
    fn accepts_another_name_and_a_record_that_is_alone() {
        check(&RULE, |arch| described(arch, "one.example.com", PRIMARY), &[]);
        check(&RULE, |arch| described(arch, "www.example.com", Routing::Simple), &[]);
    }
}
