//! Amazon CloudWatch: alarms over metrics, alarms over alarms, and dashboards.

pub use action::ActionArn;
pub use alarm::{
    Alarm, AlarmFault, AlarmOutputs, ComparisonOperator, DatapointsToAlarm, EvaluationPeriods,
    TreatMissingData,
};
pub use alarm_rule::{AlarmRule, AlarmRuleError};
pub use arn::AlarmArn;
pub use composite_alarm::{CompositeAlarm, CompositeAlarmFault, CompositeAlarmOutputs};
pub use dashboard::{
    AlarmWidget, Area, Dashboard, DashboardBody, DashboardName, DashboardOutputs, DashboardStart,
    HorizontalLine, MetricLine, MetricView, MetricWidget, TextWidget, Widget, WidgetContent,
};
pub use metric::Metric;
pub use name::{AlarmDescription, AlarmName, DimensionName, MetricName, Namespace};
pub use period::{Period, PeriodError};
pub use statistic::{ExtendedStatistic, MetricStatistic, Statistic};
pub use threshold::{Threshold, ThresholdError};
pub use unit::Unit;

mod action;
mod alarm;
mod alarm_rule;
mod arn;
mod composite_alarm;
mod dashboard;
mod metric;
mod name;
mod period;
mod statistic;
mod threshold;
mod unit;

/// Defines an enum whose variants are words of AWS.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize,
            serde::Deserialize,
        )]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_doc])* #[doc = concat!("AWS: `", $word, "`.")] #[serde(rename = $word)] $variant,)*
        }

        impl $name {
            /// Every one of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// AWS's word.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }

            /// The one that AWS calls so.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.as_str() == word)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

use words;

/// The calls that come from one set of tags to another: `TagResource`, `UntagResource`.
fn tag_calls(from: &crate::Tags, to: &crate::Tags) -> u32 {
    let (set, remove) = from.changes_to(to);
    u32::from(!set.is_empty()) + u32::from(!remove.is_empty())
}
