//! Rule: alias-health-refused
//!
//! Severity: error
//!
//! The health of an alias target is to count, and the target is a distribution of CloudFront, whose
//! health Route 53 does not know.
//! AWS answers `InvalidChangeBatch`.
//!
//! Source: <https://docs.aws.amazon.com/Route53/latest/APIReference/API_AliasTarget.html>
//!
//! Fix: set `evaluate_target_health` to false; give the record set a health check when it matters.
//!
//! Suppress: never.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    reference::Input,
    services::{
        cloudfront,
        route53::{Answer, RecordSet},
    },
};

pub(crate) const RULE: Rule = Rule {
    slug: "alias-health-refused",
    severity: Severity::Error,
    summary: "The health of a distribution is to count, which Route 53 does not know.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, record) in ctx.all::<RecordSet>() {
        let Answer::Alias(target) = &record.answer else { continue };
        let zone_id = target.hosted_zone_id.known().map(String::as_str);
        if target.evaluate_target_health && zone_id == Some(cloudfront::HOSTED_ZONE_ID) {
            let name = match &target.dns_name {
                Input::Literal(name) => format!("`{name}`"),
                _ => "its target".to_owned(),
            };
            out.push(
                node,
                format!("{name} is a distribution of CloudFront, whose health cannot count"),
                "set `evaluate_target_health` to false, and give it a health check if it matters",
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
        services::route53::{AliasTarget, DnsName, RecordType},
    };

    fn described(arch: &mut Architecture, evaluate_target_health: bool) {
        let target = AliasTarget {
            evaluate_target_health,
            ..AliasTarget::cloudfront(DnsName::literal("d1.cloudfront.net"))
        };
        let name = DnsName::literal("www.example.com");
        let record = RecordSet::alias(Ref::existing("Z1"), name, RecordType::A, target);
        arch.resource("record", record);
    }

    #[test]
    fn fires_on_a_distribution() {
        check(
            &RULE,
            |arch| described(arch, true),
            &[
                "error record: `d1.cloudfront.net` is a distribution of CloudFront, whose health cannot count",
            ],
        );
    }

    #[test]
    fn accepts_a_distribution_whose_health_does_not_count() {
        check(&RULE, |arch| described(arch, false), &[]);
    }
}
