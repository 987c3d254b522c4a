//! Rule: multivalue-refused
//!
//! Severity: error
//!
//! A record set is one of several multivalue answers, and is an alias, of type `CNAME` or `NS`, or
//! has more than one value.
//! AWS answers `InvalidChangeBatch`.
//!
//! Source: <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-multivalue.html>
//!
//! Fix: make it one record set for each value; in place of aliases, give them weights.
//!
//! Suppress: never.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::route53::RecordSet,
};

pub(crate) const RULE: Rule = Rule {
    slug: "multivalue-refused",
    severity: Severity::Error,
    summary: "A record set cannot be a multivalue answer.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, record) in ctx.all::<RecordSet>() {
        if let Some(fault) = record.multivalue_fault() {
            out.push(
                node,
                format!("AWS refuses it: {fault}"),
                "make it one record set for each value, or give several record sets weights",
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
        services::route53::{AliasTarget, Answer, DnsName, RecordType, Routing, SetIdentifier},
    };

    fn described(arch: &mut Architecture, record_type: RecordType, values: &[&str]) {
        let name = DnsName::literal("www.example.com");
        let values = values.iter().copied();
        let record = RecordSet::new(Ref::existing("Z1"), name, record_type, values);
        let set_identifier = SetIdentifier::literal("one");
        let record = record.routed(Routing::Multivalue { set_identifier });
        arch.resource("one", record.clone());
        if record_type == RecordType::Aaaa {
            let answer = Answer::Alias(AliasTarget::load_balancer(&Ref::existing("arn")));
            arch.resource("two", RecordSet { answer, ..record });
        }
    }

    #[test]
    fn fires_on_types_values_and_aliases() {
        check(
            &RULE,
            |arch| described(arch, RecordType::Cname, &["a.example.org"]),
            &["error one: AWS refuses it: `CNAME` and `NS` are no types of multivalue answers"],
        );
        check(
            &RULE,
            |arch| described(arch, RecordType::Aaaa, &["2001:db8::1", "2001:db8::2"]),
            &[
                "error one: AWS refuses it: each multivalue answer has one value",
                "error two: AWS refuses it: an alias is no multivalue answer",
            ],
        );
    }

    #[test]
    fn accepts_one_value() {
        check(&RULE, |arch| described(arch, RecordType::A, &["192.0.2.1"]), &[]);
    }
}
