//! Rule: alarm-refused
//!
//! Severity: error
//!
//! AWS refuses an alarm: it looks at more than a day of points that are shorter than an hour, or at
//! more than a week; more points must be beyond the threshold than it looks at; it does more than
//! five things for one state; the rule of an alarm over alarms is too long; or a topic is in another
//! Region.
//! It answers `ValidationError`.
//!
//! Source: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html>
//!
//! Fix: change the alarm as the diagnostic says.
//!
//! Suppress: never.

use std::collections::BTreeSet;

use crate::{
    Set,
    architecture::Node,
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    reference::Input,
    services::cloudwatch::{ActionArn, Alarm, CompositeAlarm},
};

pub(crate) const RULE: Rule = Rule {
    slug: "alarm-refused",
    severity: Severity::Error,
    summary: "AWS refuses an alarm.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, alarm) in ctx.all::<Alarm>() {
        for fault in alarm.faults() {
            out.push(node, format!("AWS refuses it: {fault}"), "change the alarm");
        }
        topics(
            node,
            [&alarm.alarm_actions, &alarm.ok_actions, &alarm.insufficient_data_actions],
            out,
        );
    }
    for (node, alarm) in ctx.all::<CompositeAlarm>() {
        for fault in alarm.faults() {
            out.push(node, format!("AWS refuses it: {fault}"), "make several alarms of it");
        }
        topics(
            node,
            [&alarm.alarm_actions, &alarm.ok_actions, &alarm.insufficient_data_actions],
            out,
        );
    }
}

/// Topics are those of the Region of the alarm.
fn topics(node: &Node, actions: [&Set<Input<ActionArn>>; 3], out: &mut Diagnostics) {
    let here = node.place.region.as_str();
    let known: BTreeSet<&ActionArn> =
        actions.into_iter().flatten().filter_map(Input::known).collect();
    for action in known.into_iter().filter(|action| action.service() == "sns") {
        if let Some(region) = action.region().filter(|region| *region != here) {
            out.push(
                node,
                format!("its topic `{action}` is in {region}, and the alarm in {here}"),
                "publish to a topic of the same Region",
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
        services::cloudwatch::{
            AlarmName, AlarmRule, ComparisonOperator, EvaluationPeriods, Metric, MetricName,
            Namespace, Period, Statistic,
        },
    };

    fn alarm(arch: &mut Architecture, periods: EvaluationPeriods, topic: &'static str) {
        let metric = Metric::new(Namespace::literal("Shop"), MetricName::literal("Orders"));
        let alarm = Alarm::builder()
            .metric(metric)
            .statistic(Statistic::Sum)
            .period(Period::MINUTE)
            .evaluation_periods(periods)
            .threshold(1)
            .comparison_operator(ComparisonOperator::LessThan)
            .alarm_actions([ActionArn::literal(topic)]);
        arch.resource("alarm", alarm.build());
    }

    #[test]
    fn fires_on_a_span_and_on_a_topic_elsewhere() {
        check(
            &RULE,
            |arch| {
                let topic = "arn:aws:sns:eu-west-1:123456789012:alerts";
                alarm(arch, EvaluationPeriods::of::<1441>(), topic);
            },
            &[
                "error alarm: AWS refuses it: it looks at 86460 seconds, and with this period AWS looks at 86400 at most",
                "error alarm: its topic `arn:aws:sns:eu-west-1:123456789012:alerts` is in eu-west-1, and the alarm in us-east-1",
            ],
        );
    }

    #[test]
    fn fires_on_a_rule_that_is_too_long() {
        check(
            &RULE,
            |arch| {
                let names = (0..101).map(|n| AlarmName::new(format!("a{n}")).unwrap());
                let rule = AlarmRule::any_of(names.map(AlarmRule::alarm)).unwrap();
                arch.resource("any", CompositeAlarm::builder().alarm_rule(rule).build());
            },
            &["error any: AWS refuses it: its rule names 101 alarms, and AWS takes 100"],
        );
    }

    #[test]
    fn accepts_a_whole_day_and_a_topic_here() {
        check(
            &RULE,
            |arch| {
                let topic = "arn:aws:sns:us-east-1:123456789012:alerts";
                alarm(arch, EvaluationPeriods::of::<1440>(), topic);
            },
            &[],
        );
    }
}
