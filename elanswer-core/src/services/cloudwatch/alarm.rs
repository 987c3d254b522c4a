//! `AWS::CloudWatch::Alarm`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::{
    ActionArn, AlarmArn, AlarmDescription, AlarmName, Metric, MetricStatistic, Period, Threshold,
    Unit, words,
};
use crate::{
    Set,
    bounded::Bounded,
    reference::{Input, Output, Ref},
    resource::{Operation, Resource},
    schema::{Kind, NameRule, Schema},
    tags::Tags,
};

pub use fault::AlarmFault;

mod fault;
#[cfg(test)]
mod tests;

/// Watches one metric, and acts when it is beyond a threshold for some time.
///
/// AWS: [`AWS::CloudWatch::Alarm`](https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html).
/// Quota: 5000 per Region.
///
/// An alarm is in one of three states: `OK`, `ALARM`, or `INSUFFICIENT_DATA` while there are too few
/// points of its metric; it acts when it changes from one to another. CloudWatch does not mind when
/// a metric does not exist: `alarm-watches-nothing` looks for those.
///
/// `PutMetricAlarm` overwrites an alarm of the same name, whoever made it: elanswer looks first.
///
/// Not modelled: alarms over expressions, queries or anomaly detection, percentiles of few samples,
/// windows and warm-up of the evaluation. An update drops what others set of those.
///
/// ```
/// use elanswer_core::{
///     Architecture, Region,
///     services::cloudwatch::{
///         ActionArn, Alarm, ComparisonOperator, DimensionName, EvaluationPeriods, Metric,
///         MetricName, Namespace, Period, Statistic,
///     },
/// };
///
/// let mut arch = Architecture::new("shop", Region::EuWest1);
/// let cpu = Metric::new(Namespace::literal("AWS/RDS"), MetricName::literal("CPUUtilization"))
///     .of(DimensionName::literal("DBInstanceIdentifier"), "orders");
/// let alarm = Alarm::builder()
///     .metric(cpu)
///     .statistic(Statistic::Average)
///     .period(Period::MINUTE)
///     .evaluation_periods(EvaluationPeriods::of::<5>())
///     .comparison_operator(ComparisonOperator::GreaterThan)
///     .threshold(80)
///     .alarm_actions([ActionArn::literal("arn:aws:sns:eu-west-1:123456789012:alerts")])
///     .build();
/// let alarm = arch.resource("busy", alarm);
/// let name = alarm.alarm_name(); // what a health check of Route 53 takes
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct Alarm {
    /// `AlarmName`: unique in the account and Region, among the alarms over alarms too. Unset:
    /// elanswer makes up a name. Changing it replaces the alarm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alarm_name: Option<AlarmName>,
    /// `AlarmDescription`: what it is about; stands in what is sent. AWS's default: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alarm_description: Option<AlarmDescription>,
    /// `Namespace`, `MetricName` and `Dimensions`: what it watches.
    #[serde(flatten)]
    pub metric: Metric,
    /// `Statistic` or `ExtendedStatistic`: what is made of the values within a period.
    #[builder(into)]
    #[serde(flatten)]
    pub statistic: MetricStatistic,
    /// `Period`, in seconds: how long a point is.
    pub period: Period,
    /// `EvaluationPeriods`: at how many points it looks. With the period at most a week, or a day
    /// while the period is shorter than an hour.
    pub evaluation_periods: EvaluationPeriods,
    /// `DatapointsToAlarm`: how many of these points must be beyond the threshold. AWS's default:
    /// all of them.
    #[builder(default = evaluation_periods)]
    pub datapoints_to_alarm: DatapointsToAlarm,
    /// `Threshold`, in the unit of the metric.
    #[builder(into)]
    pub threshold: Threshold,
    /// `ComparisonOperator`: how points are compared with the threshold.
    pub comparison_operator: ComparisonOperator,
    /// `TreatMissingData`: what a missing point is taken for. AWS's default: missing.
    #[builder(default = TreatMissingData::Missing)]
    #[serde(default = "missing")]
    pub treat_missing_data: TreatMissingData,
    /// `Unit`: that the values have. AWS's default, which it recommends: whatever it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Unit>,
    /// `ActionsEnabled`: whether it acts. AWS's default: yes.
    #[builder(default = true)]
    #[serde(default = "yes")]
    pub actions_enabled: bool,
    /// `AlarmActions`: what it does when it becomes `ALARM`, at most five things. AWS's default:
    /// nothing.
    #[builder(default, with = |actions: impl IntoIterator<Item = impl Into<Input<ActionArn>>>| {
        actions.into_iter().map(Into::into).collect()
    })]
    #[serde(default)]
    pub alarm_actions: Set<Input<ActionArn>>,
    /// `OKActions`: what it does when it becomes `OK`, at most five things. AWS's default: nothing.
    #[builder(default, with = |actions: impl IntoIterator<Item = impl Into<Input<ActionArn>>>| {
        actions.into_iter().map(Into::into).collect()
    })]
    #[serde(rename = "OKActions", default)]
    pub ok_actions: Set<Input<ActionArn>>,
    /// `InsufficientDataActions`: what it does when it has too few data, at most five things. AWS's
    /// default: nothing.
    #[builder(default, with = |actions: impl IntoIterator<Item = impl Into<Input<ActionArn>>>| {
        actions.into_iter().map(Into::into).collect()
    })]
    #[serde(default)]
    pub insufficient_data_actions: Set<Input<ActionArn>>,
    /// `Tags`.
    #[builder(default)]
    #[serde(default)]
    pub tags: Tags,
}

/// At how many points an alarm looks.
pub type EvaluationPeriods = Bounded<1, 60_480>;

/// How many points must be beyond a threshold.
pub type DatapointsToAlarm = EvaluationPeriods;

words! {
    /// How the points of a metric are compared with a threshold.
    ComparisonOperator {
        /// Above it.
        GreaterThan "GreaterThanThreshold",
        /// At it or above.
        GreaterThanOrEqualTo "GreaterThanOrEqualToThreshold",
        /// Below it.
        LessThan "LessThanThreshold",
        /// At it or below.
        LessThanOrEqualTo "LessThanOrEqualToThreshold",
    }
}

words! {
    /// What a missing point of a metric is taken for.
    ///
    /// AWS: [Configuring how CloudWatch alarms treat missing data](https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html).
    TreatMissingData {
        /// For one beyond the threshold: of what must always report.
        Breaching "breaching",
        /// For nothing: the alarm stays as it is.
        Ignore "ignore",
        /// For a missing one: with no others, the alarm has insufficient data.
        Missing "missing",
        /// For one within the threshold: of what reports only when something is wrong, as the
        /// counts of errors of load balancers.
        NotBreaching "notBreaching",
    }
}

/// What AWS decides of an alarm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AlarmOutputs {
    /// `AlarmName`: what names it to AWS.
    pub alarm_name: AlarmName,
    /// `Arn`: `arn:aws:cloudwatch:us-east-1:123456789012:alarm:NAME`.
    pub arn: AlarmArn,
}

const fn yes() -> bool {
    true
}

const fn missing() -> TreatMissingData {
    TreatMissingData::Missing
}

impl Ref<Alarm> {
    /// `AlarmName`.
    #[must_use]
    pub fn alarm_name(&self) -> Output<AlarmName> {
        self.output("AlarmName")
    }

    /// `Arn`: what a dashboard takes.
    #[must_use]
    pub fn arn(&self) -> Output<AlarmArn> {
        self.output("Arn")
    }
}

impl Resource for Alarm {
    type Outputs = AlarmOutputs;

    const SCHEMA: &'static Schema = &Schema {
        identifier: "AlarmName",
        outputs: &["AlarmName", "Arn"],
        replaces: &["AlarmName"],
        computed: &["AlarmName"],
        name: Some(NAME),
        exclusive: &["AlarmName"],
        api: "cloudwatch",
        ..Schema::new(Kind::new("AWS::CloudWatch::Alarm"))
    };

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    /// `DescribeAlarms`, whether the name is free; `PutMetricAlarm`; `DescribeAlarms`, for the ARN.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Create(_) => 3,
            Operation::Update(from, to) => {
                u32::from(from.differs_from(to)) + super::tag_calls(&from.tags, &to.tags)
            }
            Operation::Delete(_) => 1,
        }
    }
}

/// How AWS limits the names of alarms: every character that is printed.
pub(super) const NAME: NameRule =
    NameRule { also: " !\"#$%&'()*+,./:;<=>?@[\\]^_`{|}~", ..NameRule::new("AlarmName", 255) };

impl Alarm {
    /// How many things it does at most when it comes into a state.
    pub const MAX_ACTIONS: usize = 5;

    /// Whether it is another but for its tags, which have calls of their own.
    #[must_use]
    pub fn differs_from(&self, other: &Self) -> bool {
        let tags = other.tags.clone();
        Self { tags, ..self.clone() } != *other
    }
}
