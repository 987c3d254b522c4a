//! The ARNs of alarms.

use crate::{arn::ArnFields, text::text};

text! {
    /// The ARN of an alarm, over a metric or over other alarms.
    AlarmArn: "the ARN of an alarm",
    "`arn:aws:cloudwatch:`, Region, `:`, account, `:alarm:`, name",
    is_alarm_arn
}

const fn is_alarm_arn(text: &str) -> bool {
    let Some(arn) = ArnFields::of(text) else { return false };
    arn.named("cloudwatch", "alarm:").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alarm_is_named_in_its_arn() {
        assert!(AlarmArn::new("arn:aws:cloudwatch:us-east-1:123456789012:alarm:late: web").is_ok());
        for bad in [
            "late",
            "arn:aws:cloudwatch:us-east-1:123456789012:alarm:",
            "arn:aws:cloudwatch::123456789012:dashboard/shop",
        ] {
            assert!(AlarmArn::new(bad).is_err(), "{bad}");
        }
    }
}
