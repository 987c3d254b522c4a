//! Application Auto Scaling: ECS services that have as many tasks as they need.

pub use scalable_target::{
    Capacity, ScalableDimension, ScalableTarget, ScalableTargetFault, ScalableTargetOutputs,
    ServiceNamespace, SuspendedState,
};
pub use scaling_policy::{PolicyArn, PolicyType, ScalingPolicy, ScalingPolicyOutputs};
pub use scheduled_action::{
    CapacityRange, Schedule, ScheduledAction, ScheduledActionName, Timezone,
};
pub use target_tracking::{
    Cooldown, Percent, PredefinedMetric, PredefinedMetricError, RequestCount, TargetTracking,
    TargetValue, TargetValueError,
};

mod scalable_target;
mod scaling_policy;
mod scheduled_action;
mod target_tracking;

use crate::text::{characters, text};

text! {
    /// The name of a scaling policy, unique among those of its target.
    PolicyName: "the name of a scaling policy",
    "1 to 256 printable ASCII characters",
    is_name
}

/// What names of policies have: they stand in ARNs and in URLs.
const fn is_name(text: &str) -> bool {
    let mut rest = text.as_bytes();
    let length = rest.len();
    while let Some((byte, tail)) = rest.split_first() {
        if !byte.is_ascii_graphic() && *byte != b' ' {
            return false;
        }
        rest = tail;
    }
    1 <= length && length <= 256 && characters(text) == length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_has_a_name() {
        for good in ["cpu", "CPU at 60 %", &"x".repeat(256)] {
            assert!(PolicyName::new(good).is_ok(), "{good}");
        }
        for bad in ["", "größe", "a\nb", &"x".repeat(257)] {
            assert!(PolicyName::new(bad).is_err(), "{bad}");
        }
    }
}
