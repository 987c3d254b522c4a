//! Rule: scaling-refused
//!
//! Severity: error
//!
//! The scaling of a service contradicts itself; AWS answers `ValidationException`.
//! The least tasks may not be more than the most, neither of a scalable target nor of a scheduled
//! action; two policies of a target may neither track the same metric nor have the same name; a target
//! has at most 50 policies and 200 scheduled actions, each with a name of its own.
//!
//! Source: <https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html>
//!
//! Fix: follow the help of the diagnostic.
//!
//! Suppress: never.

use std::collections::BTreeMap;

use crate::{
    architecture::Node,
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    reference::Ref,
    services::applicationautoscaling::{ScalableTarget, ScalableTargetFault, ScalingPolicy},
};

pub(crate) const RULE: Rule = Rule {
    slug: "scaling-refused",
    severity: Severity::Error,
    summary: "The scaling of a service contradicts itself.",
    check,
};

/// How many policies a target has at most.
const MAX_POLICIES: usize = 50;

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, target) in ctx.all::<ScalableTarget>() {
        for fault in target.faults() {
            let help = match fault {
                ScalableTargetFault::EmptyRange(..)
                | ScalableTargetFault::EmptyScheduledRange { .. } => {
                    "lower the least, or raise the most"
                }
                ScalableTargetFault::TooManyActions(_) => "remove some",
                ScalableTargetFault::TwoActions(_) => "give each a name of its own",
            };
            out.push(node, fault.to_string(), help);
        }
    }
    let mut by_target: BTreeMap<&Ref<ScalableTarget>, Vec<(&Node, &ScalingPolicy)>> =
        BTreeMap::new();
    for (node, policy) in ctx.all::<ScalingPolicy>() {
        let others = by_target.entry(&policy.scaling_target).or_default();
        let metric = &policy.target_tracking.metric;
        let same = |of: fn(&ScalingPolicy, &ScalingPolicy) -> bool| {
            others.iter().find(|(_, other)| of(other, policy)).map(|(other, _)| &other.id)
        };
        let tracked = same(|one, other| one.target_tracking.metric == other.target_tracking.metric);
        let named = same(|one, other| one.policy_name == other.policy_name);
        if let Some(other) = tracked {
            out.push(
                node,
                format!("tracks `{}`, as `{other}` does for the same target", metric.as_str()),
                format!("remove one of the two, or let `{other}` track another metric"),
            );
        } else if let Some(other) = named {
            out.push(
                node,
                format!("is called `{}`, as `{other}` of the same target", policy.policy_name),
                "give it a name of its own",
            );
        }
        others.push((node, policy));
        if others.len() == MAX_POLICIES + 1 {
            let message = format!("its target has more than {MAX_POLICIES} policies");
            out.push(node, message, "remove some");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::{check, managed},
        services::applicationautoscaling::{
            Capacity, Percent, PolicyName, PredefinedMetric, TargetTracking,
        },
    };

    fn target(min: Capacity, max: Capacity) -> ScalableTarget {
        ScalableTarget::builder()
            .resource_id("service/main/web")
            .min_capacity(min)
            .max_capacity(max)
            .build()
    }

    fn policy(name: &'static str, metric: PredefinedMetric, target: &str) -> ScalingPolicy {
        let tracking = TargetTracking::builder().metric(metric).target_value(Percent::of::<60>());
        let name = PolicyName::literal(name);
        ScalingPolicy::new(managed(target), name, tracking.build())
    }

    #[test]
    fn fires_on_empty_ranges_and_on_what_is_there_twice() {
        check(
            &RULE,
            |arch| {
                arch.resource("target", target(Capacity::of::<3>(), Capacity::of::<2>()));
                arch.resource("a", policy("cpu", PredefinedMetric::Cpu, "target"));
                arch.resource("b", policy("processor", PredefinedMetric::Cpu, "target"));
                arch.resource("c", policy("cpu", PredefinedMetric::Memory, "target"));
            },
            &[
                "error b: tracks `ECSServiceAverageCPUUtilization`, as `a` does for the same target",
                "error c: is called `cpu`, as `a` of the same target",
                "error target: its least tasks, 3, are more than its most, 2",
            ],
        );
    }

    #[test]
    fn accepts_metrics_of_their_own_and_targets_of_their_own() {
        check(
            &RULE,
            |arch| {
                arch.resource("one", target(Capacity::of::<2>(), Capacity::of::<2>()));
                arch.resource("two", target(Capacity::of::<0>(), Capacity::of::<2>()));
                arch.resource("a", policy("cpu", PredefinedMetric::Cpu, "one"));
                arch.resource("b", policy("memory", PredefinedMetric::Memory, "one"));
                arch.resource("c", policy("cpu", PredefinedMetric::Cpu, "two"));
            },
            &[],
        );
    }
}
