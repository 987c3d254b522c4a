//! When a budget tells whom.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::Subscriber;
use crate::{Set, bounded::Bounded};

/// What a budget tells, and whom.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct NotificationWithSubscribers {
    /// `Notification`.
    pub notification: Notification,
    /// `Subscribers`: at least one, at most ten mailboxes and one topic.
    pub subscribers: Set<Subscriber>,
}

/// When a budget tells.
///
/// Two of one budget differ in something.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Builder,
)]
#[serde(rename_all = "PascalCase")]
pub struct Notification {
    /// `NotificationType`: what is compared.
    pub notification_type: NotificationType,
    /// `ComparisonOperator`. Default: more than the threshold.
    #[builder(default)]
    pub comparison_operator: ComparisonOperator,
    /// `Threshold`: a whole number of what [`threshold_type`](Self::threshold_type) says.
    pub threshold: Threshold,
    /// `ThresholdType`. AWS's default: percent of the limit.
    #[builder(default)]
    #[serde(default)]
    pub threshold_type: ThresholdType,
}

/// What is compared with a threshold: percent of the limit, or whole dollars.
pub type Threshold = Bounded<1, 1_000_000_000>;

/// What is compared with a threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum NotificationType {
    /// What was spent.
    Actual,
    /// What will have been spent at the end of the month, as AWS expects: after five weeks of data.
    Forecasted,
}

/// How it is compared with a threshold.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ComparisonOperator {
    /// It is the threshold.
    EqualTo,
    /// It is more.
    #[default]
    GreaterThan,
    /// It is less.
    LessThan,
}

/// What a threshold is.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ThresholdType {
    /// US dollars.
    AbsoluteValue,
    /// Percent of the limit.
    #[default]
    Percentage,
}

impl Notification {
    /// When so many percent of the limit were spent.
    #[must_use]
    pub fn actual(percent: Threshold) -> Self {
        Self::builder().notification_type(NotificationType::Actual).threshold(percent).build()
    }

    /// When so many percent of the limit will have been spent at the end of the month.
    #[must_use]
    pub fn forecasted(percent: Threshold) -> Self {
        Self::builder().notification_type(NotificationType::Forecasted).threshold(percent).build()
    }

    /// Told to these.
    pub fn to(
        self,
        subscribers: impl IntoIterator<Item = Subscriber>,
    ) -> NotificationWithSubscribers {
        let subscribers = subscribers.into_iter().collect();
        NotificationWithSubscribers { notification: self, subscribers }
    }
}
