//! AWS Budgets: limits of what an account spends, and who is told.

pub use budget::{Budget, BudgetArn, BudgetFault, BudgetLimit, BudgetName, BudgetOutputs};
pub use cost_filters::{CostFilters, CostFiltersError, TagFilter};
pub use notification::{
    ComparisonOperator, Notification, NotificationType, NotificationWithSubscribers, Threshold,
    ThresholdType,
};
pub use subscriber::Subscriber;

pub use super::sns::{EmailAddress, TopicArn};

mod budget;
mod cost_filters;
mod notification;
mod subscriber;
