//! Names of CloudWatch: of alarms and metrics, and of what tells metrics apart.

use crate::text::{characters, text};

text! {
    /// The name of an alarm of CloudWatch.
    ///
    /// Source: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html>.
    AlarmName: "the name of an alarm",
    "1 to 255 characters, no control characters",
    is_alarm_name
}

text! {
    /// What an alarm is about, for whoever is woken by it.
    AlarmDescription: "the description of an alarm",
    "1 to 1024 characters",
    is_alarm_description
}

text! {
    /// Where a metric belongs: `AWS/RDS`, `ECS/ContainerInsights` or one of your own.
    ///
    /// Source: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Metric.html>.
    Namespace: "the namespace of a metric",
    "1 to 255 characters that are not control characters, not beginning with `:`",
    is_name
}

text! {
    /// The name of a metric: `CPUUtilization`.
    ///
    /// Source: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Metric.html>.
    MetricName: "the name of a metric",
    "1 to 255 characters that are not control characters, not beginning with `:`",
    is_name
}

text! {
    /// The name of a dimension of a metric: `LoadBalancer`.
    ///
    /// Source: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Dimension.html>.
    DimensionName: "the name of a dimension",
    "1 to 255 characters that are not control characters, not beginning with `:`",
    is_name
}

const fn is_alarm_name(text: &str) -> bool {
    has_no_controls(text) && !text.is_empty() && characters(text) <= 255
}

const fn is_alarm_description(text: &str) -> bool {
    !text.is_empty() && characters(text) <= 1024
}

const fn is_name(text: &str) -> bool {
    is_alarm_name(text) && !matches!(text.as_bytes(), [b':', ..])
}

const fn has_no_controls(text: &str) -> bool {
    let mut rest = text.as_bytes();
    while let Some((byte, tail)) = rest.split_first() {
        if byte.is_ascii_control() {
            return false;
        }
        rest = tail;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_no_control_characters() {
        assert!(AlarmName::new("late: web (p99) ☕").is_ok());
        assert!(AlarmName::new("x".repeat(255)).is_ok());
        for bad in [String::new(), "a\nb".to_owned(), "x".repeat(256)] {
            assert!(AlarmName::new(bad.clone()).is_err(), "{bad:?}");
        }
        assert!(Namespace::new("AWS/RDS").is_ok() && Namespace::new(":shop").is_err());
        assert!(AlarmDescription::new("x".repeat(1025)).is_err());
    }
}
