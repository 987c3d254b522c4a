//! Rule: scaling-without-trigger
//!
//! Severity: warning
//!
//! A scalable target has neither a policy nor a scheduled action: nothing ever changes the number of
//! tasks, unless somebody moves the range itself.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-auto-scaling.html>
//!
//! Fix: track a metric with a `ScalingPolicy`, or add scheduled actions.
//!
//! Suppress: when the policies of the target are not of this architecture.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::applicationautoscaling::{ScalableTarget, ScalingPolicy},
};

pub(crate) const RULE: Rule = Rule {
    slug: "scaling-without-trigger",
    severity: Severity::Warning,
    summary: "A scalable target has neither a policy nor a scheduled action.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, target) in ctx.all::<ScalableTarget>() {
        let mut users = ctx.referrers(&node.id).iter();
        let tracked = users.any(|user| user.get::<ScalingPolicy>().is_some());
        if !tracked && target.scheduled_actions.is_empty() {
            out.push(
                node,
                "nothing changes the number of tasks: it has no policy and no scheduled action",
                "track a metric with a scaling policy, or add scheduled actions",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::{check, managed},
        services::applicationautoscaling::{
            Capacity, CapacityRange, Percent, PolicyName, PredefinedMetric, Schedule,
            ScheduledAction, ScheduledActionName, TargetTracking,
        },
    };

    fn target(actions: impl IntoIterator<Item = ScheduledAction>) -> ScalableTarget {
        ScalableTarget::builder()
            .resource_id("service/main/web")
            .min_capacity(Capacity::of::<1>())
            .max_capacity(Capacity::of::<3>())
            .scheduled_actions(actions)
            .build()
    }

    #[test]
    fn fires_on_a_target_alone() {
        check(
            &RULE,
            |arch| _ = arch.resource("target", target([])),
            &[
                "warning target: nothing changes the number of tasks: it has no policy and no scheduled action",
            ],
        );
    }

    #[test]
    fn accepts_a_policy_or_a_schedule() {
        check(
            &RULE,
            |arch| {
                arch.resource("tracked", target([]));
                let tracking = TargetTracking::builder()
                    .metric(PredefinedMetric::Cpu)
                    .target_value(Percent::of::<60>())
                    .build();
                let name = PolicyName::literal("cpu");
                arch.resource("cpu", ScalingPolicy::new(managed("tracked"), name, tracking));
                let action = ScheduledAction::builder()
                    .scheduled_action_name(ScheduledActionName::literal("morning"))
                    .schedule(Schedule::literal("cron(0 8 * * ? *)"))
                    .range(CapacityRange::new(Capacity::of::<2>(), Capacity::of::<3>()))
                    .build();
                arch.resource("scheduled", target([action]));
            },
            &[],
        );
    }
}
