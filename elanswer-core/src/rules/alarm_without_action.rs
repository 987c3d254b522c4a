//! Rule: alarm-without-action
//!
//! Severity: warning
//!
//! An alarm does nothing when it goes off: it has no actions, or they are switched off, no alarm
//! over alarms that acts names it, and no health check follows it.
//! Only who looks at the console learns of it.
//!
//! Source: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html>
//!
//! Fix: give it the ARN of a topic in `alarm_actions`, or name it in the rule of an alarm that acts.
//!
//! Suppress: for an alarm that something outside the architecture asks about, such as a deployment.

use std::collections::BTreeSet;

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    id::ResourceId,
    reference::Input,
    services::{
        cloudwatch::{Alarm, AlarmName, CompositeAlarm},
        route53::{HealthCheck, HealthCheckConfig},
    },
};

pub(crate) const RULE: Rule = Rule {
    slug: "alarm-without-action",
    severity: Severity::Warning,
    summary: "An alarm goes off, and nobody learns of it.",
    check,
};

const HELP: &str = "give it a topic in `alarm_actions`, or name it in an alarm over alarms";

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    let heard = heard(ctx);
    for (node, alarm) in ctx.all::<Alarm>() {
        let acts = alarm.actions_enabled && !alarm.alarm_actions.is_empty();
        if !acts && !heard.names(&node.id, alarm.alarm_name.as_ref()) {
            out.push(node, why(alarm.alarm_actions.is_empty()), HELP);
        }
    }
    for (node, alarm) in ctx.all::<CompositeAlarm>() {
        if !acts(alarm) && !heard.names(&node.id, alarm.alarm_name.as_ref()) {
            out.push(node, why(alarm.alarm_actions.is_empty()), HELP);
        }
    }
}

const fn why(nothing: bool) -> &'static str {
    if nothing { "it goes off and does nothing" } else { "its actions are switched off" }
}

fn acts(alarm: &CompositeAlarm) -> bool {
    alarm.actions_enabled && !alarm.alarm_actions.is_empty()
}

/// The alarms that something acts upon.
#[derive(Default)]
struct Heard<'a> {
    ids: BTreeSet<&'a ResourceId>,
    names: BTreeSet<&'a AlarmName>,
}

impl<'a> Heard<'a> {
    fn add(&mut self, alarm: &'a Input<AlarmName>) {
        match alarm {
            Input::Literal(name) => _ = self.names.insert(name),
            Input::Output(reference) => _ = self.ids.insert(&reference.resource),
            Input::Join(_) => {}
        }
    }

    fn names(&self, id: &ResourceId, name: Option<&AlarmName>) -> bool {
        self.ids.contains(id) || name.is_some_and(|name| self.names.contains(name))
    }
}

fn heard<'a>(ctx: &RuleContext<'a>) -> Heard<'a> {
    let mut heard = Heard::default();
    for (_, check) in ctx.all::<HealthCheck>() {
        if let HealthCheckConfig::Alarm(check) = &check.config {
            heard.add(&check.alarm);
        }
    }
    let mut silent = Vec::new();
    for (node, alarm) in ctx.all::<CompositeAlarm>() {
        if acts(alarm) {
            alarm.alarm_rule.children().into_iter().for_each(|child| heard.add(child));
        } else {
            silent.push((node, alarm));
        }
    }
    // One that does nothing itself passes on what it is about, when another one names it.
    loop {
        let (heard_of, rest): (Vec<_>, Vec<_>) = silent
            .into_iter()
            .partition(|(node, alarm)| heard.names(&node.id, alarm.alarm_name.as_ref()));
        if heard_of.is_empty() {
            return heard;
        }
        for (_, alarm) in heard_of {
            alarm.alarm_rule.children().into_iter().for_each(|child| heard.add(child));
        }
        silent = rest;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        architecture::Architecture,
        checks::testing::check,
        reference::Ref,
        region::Region,
        services::cloudwatch::{
            ActionArn, AlarmRule, ComparisonOperator, EvaluationPeriods, Metric, MetricName,
            Namespace, Period, Statistic,
        },
    };

    const TOPIC: ActionArn = ActionArn::literal("arn:aws:sns:us-east-1:123456789012:alerts");

    fn silent() -> Alarm {
        let metric = Metric::new(Namespace::literal("Shop"), MetricName::literal("Orders"));
        Alarm::builder()
            .metric(metric)
            .statistic(Statistic::Sum)
            .period(Period::MINUTE)
            .evaluation_periods(EvaluationPeriods::of::<5>())
            .threshold(1)
            .comparison_operator(ComparisonOperator::LessThan)
            .build()
    }

    /// An alarm over this one.
    fn over(
        arch: &mut Architecture,
        id: &str,
        rule: AlarmRule,
        actions: impl IntoIterator<Item = ActionArn>,
    ) -> Ref<CompositeAlarm> {
        let alarm = CompositeAlarm::builder().alarm_rule(rule).alarm_actions(actions).build();
        arch.resource(id, alarm)
    }

    #[test]
    fn fires_on_alarms_that_nobody_hears() {
        check(
            &RULE,
            |arch| {
                let off = Alarm {
                    actions_enabled: false,
                    alarm_actions: [Input::from(TOPIC)].into(),
                    ..silent()
                };
                arch.resource("off", off);
                let alarm = arch.resource("alarm", silent());
                over(arch, "over", AlarmRule::alarm(&alarm), []);
            },
            &[
                "warning alarm: it goes off and does nothing",
                "warning off: its actions are switched off",
                "warning over: it goes off and does nothing",
            ],
        );
    }

    #[test]
    fn accepts_alarms_that_act_or_that_others_act_upon() {
        check(
            &RULE,
            |arch| {
                let acting = Alarm { alarm_actions: [Input::from(TOPIC)].into(), ..silent() };
                arch.resource("acting", acting);
                let [a, b] = ["a", "b"].map(|id| arch.resource(id, silent()));
                let inner = over(arch, "inner", AlarmRule::alarm(&a), []);
                let rule = AlarmRule::alarm(&inner).or(AlarmRule::alarm(AlarmName::literal("c")));
                over(arch, "outer", rule, [TOPIC]);
                let named = Alarm { alarm_name: Some(AlarmName::literal("c")), ..silent() };
                arch.resource("c", named);
                arch.resource("check", HealthCheck::alarm(&b, Region::UsEast1));
            },
            &[],
        );
    }
}
