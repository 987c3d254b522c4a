//! What an alarm does when its state changes.

use crate::{arn::ArnFields, reference::Input, services::sns::TopicArn, text::text};

text! {
    /// The ARN of what an alarm does when its state changes: of a topic that it publishes to, of a
    /// function that it calls, or one of those that other services have for alarms.
    ///
    /// Source: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html>.
    ActionArn: "the ARN of an action of an alarm",
    "an ARN, such as `arn:aws:sns:`, Region, `:`, account, `:`, topic",
    is_action_arn
}

impl ActionArn {
    /// The service that acts: `sns`.
    #[must_use]
    pub fn service(&self) -> &str {
        self.as_str().split(':').nth(2).unwrap_or_default()
    }

    /// Its Region, where the ARN tells one.
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        self.as_str().split(':').nth(3).filter(|region| !region.is_empty())
    }
}

impl From<TopicArn> for ActionArn {
    fn from(topic: TopicArn) -> Self {
        Self(String::from(topic).into())
    }
}

impl From<Input<TopicArn>> for Input<ActionArn> {
    fn from(topic: Input<TopicArn>) -> Self {
        topic.widened()
    }
}

const fn is_action_arn(text: &str) -> bool {
    ArnFields::of(text).is_some() && text.len() <= 1024 && !matches!(text.as_bytes(), [.., b':'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_is_an_arn() {
        let topic = ActionArn::literal("arn:aws:sns:us-east-1:123456789012:alerts");
        assert_eq!((topic.service(), topic.region()), ("sns", Some("us-east-1")));
        assert!(ActionArn::new("arn:aws:automate:us-east-1:ec2:recover").is_ok());
        let plan = "arn:aws:ssm-incidents::123456789012:responseplan/all";
        assert_eq!(ActionArn::new(plan).unwrap().region(), None);
        for bad in ["", "alerts", "arn:aws:sns:us-east-1:123456789012:", "arn:aws:sns:alerts"] {
            assert!(ActionArn::new(bad).is_err(), "{bad}");
        }
    }
}
