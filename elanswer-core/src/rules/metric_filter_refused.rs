//! Rule: metric-filter-refused
//!
//! Severity: error
//!
//! AWS refuses a metric filter: its metric takes a field of the events, as value or as dimension,
//! and the pattern takes them for plain text; or it has more than three dimensions.
//!
//! Source: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html>
//!
//! Fix: write the pattern for JSON, `{ $.latency > 0 }`, or name the fields of a line, `[ip, user,
//! latency]`.
//!
//! Suppress: never: AWS refuses it.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::logs::MetricFilter,
};

pub(crate) const RULE: Rule = Rule {
    slug: "metric-filter-refused",
    severity: Severity::Error,
    summary: "AWS refuses what a metric filter makes of events.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, filter) in ctx.all::<MetricFilter>() {
        for fault in filter.faults() {
            out.push(
                node,
                format!("AWS refuses it: {fault}"),
                "write a pattern of fields, and at most three dimensions",
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
        services::logs::{
            FilterPattern, MetricName, MetricNamespace, MetricTransformation, MetricUnit,
            MetricValue,
        },
    };

    fn filter(pattern: &'static str) -> MetricFilter {
        let metric = MetricTransformation::measuring(
            MetricNamespace::literal("shop"),
            MetricName::literal("latency"),
            MetricValue::literal("$.ms"),
            MetricUnit::Milliseconds,
        );
        MetricFilter::new(Ref::existing("web"), FilterPattern::literal(pattern), metric)
    }

    #[test]
    fn fires_on_a_field_of_plain_text() {
        check(
            &RULE,
            |arch| _ = arch.resource("latency", filter("done")),
            &["error latency: AWS refuses it: the metric takes `$.ms` of events, and the pattern \
               is neither `{ … }` for JSON nor `[ … ]`"],
        );
    }

    #[test]
    fn accepts_a_field_of_json() {
        check(&RULE, |arch| _ = arch.resource("latency", filter("{ $.ms > 0 }")), &[]);
    }
}
