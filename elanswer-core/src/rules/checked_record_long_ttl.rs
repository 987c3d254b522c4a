//! Rule: checked-record-long-ttl
//!
//! Severity: warning
//!
//! A record set is one of several and has a health check, and others keep its answer for longer
//! than a minute.
//! When it fails, clients go on with the old answer for that long.
//!
//! Source: <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-failover.html>
//!
//! Fix: set a TTL of 60 seconds or less.
//!
//! Suppress: when clients may be without an answer for as long.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::route53::{Answer, RecordSet, Routing},
};

pub(crate) const RULE: Rule = Rule {
    slug: "checked-record-long-ttl",
    severity: Severity::Warning,
    summary: "Clients keep the answer of a record set with a health check for long.",
    check,
};

/// What AWS recommends at most.
const MOST: u32 = 60;

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, record) in ctx.all::<RecordSet>() {
        let Answer::Records { ttl, .. } = &record.answer else { continue };
        let several = record.routing != Routing::Simple;
        if several && record.health_check.is_some() && ttl.get() > MOST {
            out.push(
                node,
                format!("clients keep its answer for {ttl} s after its health check fails"),
                format!("set a TTL of {MOST} seconds or less"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::check,
        reference::Ref,
        services::route53::{DnsName, RecordType, SetIdentifier, Ttl, Weight},
    };

    fn record(ttl: Ttl) -> RecordSet {
        let name = DnsName::literal("www.example.com");
        let record = RecordSet::new(Ref::existing("Z1"), name, RecordType::A, ["192.0.2.1"]);
        let set_identifier = SetIdentifier::literal("one");
        let answer = Answer::records(ttl, ["192.0.2.1"]);
        RecordSet { answer, ..record }
            .routed(Routing::Weighted { set_identifier, weight: Weight::of::<1>() })
    }

    #[test]
    fn fires_on_more_than_a_minute() {
        check(
            &RULE,
            |arch| {
                let slow = record(Ttl::of::<61>()).checked(Ref::existing("check"));
                arch.resource("one", slow);
            },
            &["warning one: clients keep its answer for 61 s after its health check fails"],
        );
    }

    #[test]
    fn accepts_a_minute_and_records_that_nobody_checks() {
        check(
            &RULE,
            |arch| {
                arch.resource("one", record(Ttl::of::<60>()).checked(Ref::existing("check")));
                arch.resource("two", record(Ttl::of::<300>()));
            },
            &[],
        );
    }
}
