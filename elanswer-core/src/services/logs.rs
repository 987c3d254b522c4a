//! Amazon CloudWatch Logs.

pub use metric_filter::{
    BesideValue, DefaultValue, DefaultValueError, Dimension, DimensionName, EventField,
    FilterPattern, MetricFilter, MetricFilterFault, MetricFilterName, MetricFilterOutputs,
    MetricName, MetricNamespace, MetricTransformation, MetricUnit, MetricValue,
};

mod metric_filter;

use bon::Builder;
use serde::{Deserialize, Serialize};

use crate::{
    reference::{Input, Output, Ref},
    resource::{Operation, Resource},
    schema::{Kind, NameRule, Schema},
    services::kms::KeyArn,
    tags::Tags,
    text::{is_of, text},
};

/// Log streams that share a retention, a key and permissions.
///
/// AWS: [`AWS::Logs::LogGroup`](https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html).
/// Not modelled: the infrequent-access class, deletion protection, data protection policies.
/// Quota: 1,000,000 per Region.
///
/// ```
/// use elanswer_core::services::logs::{LogGroup, Retention};
///
/// let logs = LogGroup::builder().retention_in_days(Retention::Days30).build();
/// assert_eq!(logs.retention_in_days.map(Retention::days), Some(30));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct LogGroup {
    /// `LogGroupName`: unique in the account and Region. Unset: elanswer makes up a name. Changing
    /// it replaces the log group, and loses what it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log_group_name: Option<LogGroupName>,
    /// `RetentionInDays`: when AWS deletes an event. Unset, and AWS's default: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention_in_days: Option<Retention>,
    /// `KmsKeyId`: the ARN of the key that encrypts the events. AWS's default: a key of its own.
    /// Another key encrypts only what comes after the change.
    #[builder(into)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kms_key_id: Option<Input<KeyArn>>,
    /// `Tags`.
    #[builder(default)]
    #[serde(default)]
    pub tags: Tags,
}

/// What AWS decides of a log group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct LogGroupOutputs {
    /// `LogGroupName`: the name, which elanswer may have made up.
    pub log_group_name: String,
    /// `Arn`: `arn:aws:logs:us-east-1:123456789012:log-group:NAME:*`, all of its streams.
    pub arn: String,
}

impl Ref<LogGroup> {
    /// `Arn`: all streams of the log group, as policies take it.
    #[must_use]
    pub fn arn(&self) -> Output<String> {
        self.output("Arn")
    }

    /// `LogGroupName`.
    #[must_use]
    pub fn log_group_name(&self) -> Output<String> {
        self.output("LogGroupName")
    }
}

impl Resource for LogGroup {
    type Outputs = LogGroupOutputs;

    const SCHEMA: &'static Schema = &Schema {
        // The identifier is a property in CloudFormation's schema, and so not among its read-only
        // ones. Here it is an output too, because every identifier is one.
        identifier: "LogGroupName",
        outputs: &["LogGroupName", "Arn"],
        replaces: &["LogGroupName"],
        computed: &["LogGroupName"],
        name: Some(NameRule {
            also: "._/#",
            not_first: &["aws/"],
            ..NameRule::new("LogGroupName", MAX_NAME_LEN)
        }),
        exclusive: &["LogGroupName"],
        holds_data: true,
        resource_type: Some("logs:log-group"),
        api: "logs",
        ..Schema::new(Kind::new("AWS::Logs::LogGroup"))
    };

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    /// `CreateLogGroup`, a `PutRetentionPolicy` unless events stay forever, and a
    /// `DescribeLogGroups` that tells the ARN.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Create(group) => 2 + u32::from(group.retention_in_days.is_some()),
            Operation::Update(from, to) => {
                let (set, remove) = from.tags.changes_to(&to.tags);
                u32::from(from.retention_in_days != to.retention_in_days)
                    + u32::from(from.kms_key_id != to.kms_key_id)
                    + u32::from(!set.is_empty())
                    + u32::from(!remove.is_empty())
            }
            Operation::Delete(_) => 1,
        }
    }
}

text! {
    /// The name of a log group.
    LogGroupName: "a log group name",
    "1 to 512 letters, digits and `._-/#`, not starting with `aws/`",
    is_log_group_name
}

/// The most characters of a name.
const MAX_NAME_LEN: usize = 512;

const fn is_log_group_name(text: &str) -> bool {
    is_of(text, 1, MAX_NAME_LEN, "._-/#")
        && !matches!(text.as_bytes(), [b'a', b'w', b's', b'/', ..])
}

/// A number of days that AWS takes as a retention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "CloudWatch Logs does not keep events for {days} days: {}",
    Retention::ALL.map(|retention| retention.days().to_string()).join(", ")
)]
pub struct RetentionError {
    days: u16,
}

macro_rules! retention {
    ($($variant:ident = $days:literal, $doc:literal;)*) => {
        /// How long AWS keeps an event: the numbers of days that it allows.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "u16", into = "u16")]
        pub enum Retention {
            $(#[doc = $doc] $variant = $days,)*
        }

        impl Retention {
            /// Every retention, the shortest first.
            pub const ALL: [Self; [$($days),*].len()] = [$(Self::$variant),*];
        }
    };
}

retention! {
    Days1 = 1, "One day.";
    Days3 = 3, "Three days.";
    Days5 = 5, "Five days.";
    Days7 = 7, "One week.";
    Days14 = 14, "Two weeks.";
    Days30 = 30, "One month.";
    Days60 = 60, "Two months.";
    Days90 = 90, "Three months.";
    Days120 = 120, "Four months.";
    Days150 = 150, "Five months.";
    Days180 = 180, "Six months.";
    Days365 = 365, "One year.";
    Days400 = 400, "Thirteen months.";
    Days545 = 545, "Eighteen months.";
    Days731 = 731, "Two years.";
    Days1096 = 1096, "Three years.";
    Days1827 = 1827, "Five years.";
    Days2192 = 2192, "Six years.";
    Days2557 = 2557, "Seven years.";
    Days2922 = 2922, "Eight years.";
    Days3288 = 3288, "Nine years.";
    Days3653 = 3653, "Ten years.";
}

impl Retention {
    /// The number of days.
    #[must_use]
    pub const fn days(self) -> u16 {
        self as u16
    }
}

impl TryFrom<u16> for Retention {
    type Error = RetentionError;

    fn try_from(days: u16) -> Result<Self, Self::Error> {
        Self::ALL
            .into_iter()
            .find(|retention| retention.days() == days)
            .ok_or(RetentionError { days })
    }
}

impl From<Retention> for u16 {
    fn from(retention: Retention) -> Self {
        retention.days()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_name_is_one_that_aws_takes() {
        for good in ["/ecs/shop", "a", "a_b-c.d#e", "/aws/rds", &"x".repeat(512)] {
            assert_eq!(LogGroupName::new(good).unwrap().as_str(), good);
        }
        for bad in ["", "aws/shop", "a b", "a:b", "é", &"x".repeat(513)] {
            assert!(bad.parse::<LogGroupName>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn only_the_retentions_of_aws() {
        for retention in Retention::ALL {
            assert_eq!(Retention::try_from(retention.days()), Ok(retention));
        }
        for days in [0, 2, 29, 31, 364, 366, 3652, 3654] {
            assert!(Retention::try_from(days).is_err(), "{days}");
        }
        let error = Retention::try_from(31).unwrap_err().to_string();
        assert!(error.contains("31 days: 1, 3, 5"), "{error}");
    }

    #[test]
    fn has_the_shape_of_cloudformation() {
        let group = LogGroup::builder()
            .log_group_name(LogGroupName::literal("/ecs/shop"))
            .retention_in_days(Retention::Days30)
            .kms_key_id(KeyArn::literal("arn:aws:kms:us-east-1:123456789012:key/k"))
            .build();
        let tree = json!({
            "LogGroupName": "/ecs/shop",
            "RetentionInDays": 30,
            "KmsKeyId": "arn:aws:kms:us-east-1:123456789012:key/k",
            "Tags": [],
        });
        assert_eq!(serde_json::to_value(&group).unwrap(), tree);
        assert_eq!(serde_json::from_value::<LogGroup>(tree).unwrap(), group);
    }
}
