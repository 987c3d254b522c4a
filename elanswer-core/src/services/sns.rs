//! Amazon SNS: topics, who may use them, and who hears of what is published.

pub use subscription::{
    EmailAddress, Endpoint, HttpsUrl, QueueArn, Subscription, SubscriptionOutputs,
};
pub use topic::{DisplayName, Topic, TopicArn, TopicName, TopicOutputs};
pub use topic_policy::{Publishing, TopicPolicy, TopicPolicyFault, TopicPolicyOutputs};

mod subscription;
mod topic;
mod topic_policy;
