//! AWS Cost Explorer: unusual costs, and who is told of them.

pub use anomaly_monitor::{
    AnomalyMonitor, AnomalyMonitorArn, AnomalyMonitorOutputs, MonitorDimension, MonitorName,
    MonitorType,
};
pub use anomaly_subscription::{
    AnomalySubscription, AnomalySubscriptionOutputs, Frequency, Subscriber, SubscriptionArn,
    SubscriptionFault, SubscriptionName,
};
pub use threshold::{AnomalyThreshold, AnomalyThresholdError};

mod anomaly_monitor;
mod anomaly_subscription;
mod threshold;
