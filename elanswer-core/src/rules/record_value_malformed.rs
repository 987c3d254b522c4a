//! Rule: record-value-malformed
//!
//! Severity: error
//!
//! A record set has a value that its type does not have, such as a name for type `A` or a text
//! without quotation marks for type `TXT`, no value at all, or several for type `CNAME`.
//! AWS answers `InvalidChangeBatch`.
//!
//! Source: <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html>
//!
//! Fix: write the value in the form of the type; `RecordType::quoted` does it for texts.
//!
//! Suppress: never.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::route53::{Answer, RecordSet, RecordType},
};

pub(crate) const RULE: Rule = Rule {
    slug: "record-value-malformed",
    severity: Severity::Error,
    summary: "A record has a value that its type does not have.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, record) in ctx.all::<RecordSet>() {
        let Answer::Records { values, .. } = &record.answer else { continue };
        let record_type = record.record_type;
        if values.is_empty() {
            out.push(node, "has no value", "give it one, or remove it");
        }
        if record_type == RecordType::Cname && values.len() > 1 {
            out.push(
                node,
                format!("is a `CNAME` with {} values; AWS takes one", values.len()),
                "leave one, or make it several record sets with weights",
            );
        }
        for value in record.answer.known_values() {
            if let Err(error) = record_type.check(value) {
                let help = format!("write the value in the form of type `{record_type}`");
                out.push(node, error.to_string(), help);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        architecture::Architecture, checks::testing::check, reference::Ref,
        services::route53::DnsName,
    };

    fn record(arch: &mut Architecture, record_type: RecordType, values: &[&str]) {
        let name = DnsName::literal("www.example.com");
        let values = values.iter().copied();
        arch.resource("record", RecordSet::new(Ref::existing("Z1"), name, record_type, values));
    }

    #[test]
    fn fires_on_another_form() {
        check(
            &RULE,
            |arch| record(arch, RecordType::A, &["192.0.2.1", "www.example.org"]),
            &["error record: `www.example.org` is not an IPv4 address"],
        );
        check(
            &RULE,
            |arch| record(arch, RecordType::Cname, &["a.example.org", "b.example.org"]),
            &["error record: is a `CNAME` with 2 values; AWS takes one"],
        );
        check(&RULE, |arch| record(arch, RecordType::A, &[]), &["error record: has no value"]);
    }

    #[test]
    fn accepts_the_form_of_the_type() {
        check(&RULE, |arch| record(arch, RecordType::Aaaa, &["2001:db8::1"]), &[]);
        check(&RULE, |arch| record(arch, RecordType::Txt, &["\"v=spf1 -all\""]), &[]);
    }
}
