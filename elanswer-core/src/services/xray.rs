//! AWS X-Ray: which requests are traced, and groups of traces.

pub use group::{FilterExpression, Group, GroupArn, GroupName, GroupOutputs, Insights};
pub use sampling_rule::{
    FixedRate, FixedRateError, Pattern, ReservoirSize, RuleName, RulePriority, Sampling,
    SamplingRule, SamplingRuleArn, SamplingRuleOutputs,
};

mod group;
mod sampling_rule;

/// The calls that come from one set of tags to another: `TagResource`, `UntagResource`.
fn tag_calls(from: &crate::Tags, to: &crate::Tags) -> u32 {
    let (set, remove) = from.changes_to(to);
    u32::from(!set.is_empty()) + u32::from(!remove.is_empty())
}
