//! `AWS::Logs::MetricFilter`.

use std::fmt;

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::LogGroup;
use crate::{
    Set,
    reference::Ref,
    resource::Resource,
    schema::{Kind, NameRule, Schema},
    text::{characters, text},
};

/// A metric made of what is written into a log group.
///
/// AWS: [`AWS::Logs::MetricFilter`](https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/MonitoringLogData.html).
/// It counts what comes after it was made. Not modelled: filters on transformed logs, dimensions of
/// the system. Quota: 100 for a log group.
///
/// ```
/// use elanswer_core::{
///     Architecture, Region,
///     services::logs::{
///         DefaultValue, FilterPattern, LogGroup, MetricFilter, MetricName, MetricNamespace,
///         MetricTransformation,
///     },
/// };
///
/// let mut arch = Architecture::new("shop", Region::UsEast1);
/// let logs = arch.resource("logs", LogGroup::default());
/// let errors = MetricTransformation::counting(
///     MetricNamespace::literal("shop"),
///     MetricName::literal("errors"),
/// );
/// let pattern = FilterPattern::literal(r#"{ $.level = "error" }"#);
/// arch.resource("errors", MetricFilter::new(&logs, pattern, errors));
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct MetricFilter {
    /// `LogGroupName`. Changing it replaces the filter.
    #[builder(into)]
    #[serde(rename = "LogGroupName")]
    pub log_group: Ref<LogGroup>,
    /// `FilterName`: unique in the log group. Unset: elanswer makes up a name. Changing it replaces
    /// the filter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter_name: Option<MetricFilterName>,
    /// `FilterPattern`: which events count. An empty one takes all.
    pub filter_pattern: FilterPattern,
    /// `MetricTransformations`: what becomes of them. AWS takes one.
    #[builder(with = |transformation: MetricTransformation| [transformation])]
    pub metric_transformations: [MetricTransformation; 1],
}

text! {
    /// The name of a metric filter.
    MetricFilterName: "the name of a metric filter",
    "1 to 512 characters without `:` and `*`",
    is_filter_name
}

text! {
    /// Which events of a log group count.
    ///
    /// AWS: [syntax](https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html).
    FilterPattern: "a filter pattern",
    "at most 1024 characters",
    is_pattern
}

text! {
    /// The namespace of a metric.
    MetricNamespace: "the namespace of a metric",
    "1 to 255 ASCII letters, digits and `.-_/#`",
    is_namespace
}

text! {
    /// The name of a metric in its namespace.
    MetricName: "the name of a metric",
    "1 to 255 characters without `:`, `*` and `$`",
    is_metric_name
}

text! {
    /// What a metric gets for every event: a number, or a field of the event, `$.latency`.
    MetricValue: "the value of a metric",
    "1 to 100 characters",
    is_value
}

text! {
    /// The name of a dimension of a metric.
    DimensionName: "the name of a dimension",
    "1 to 255 characters, not starting with `:`",
    is_dimension_name
}

text! {
    /// A field of an event: `$.service` in JSON, `$service` where the pattern names fields.
    EventField: "a field of an event",
    "`$` and 1 to 254 characters behind it",
    is_field
}

/// The most characters of the name of a filter.
const MAX_NAME_LEN: usize = 512;

const fn is_filter_name(text: &str) -> bool {
    !text.is_empty() && characters(text) <= MAX_NAME_LEN && has_none_of(text, ":*")
}

const fn is_pattern(text: &str) -> bool {
    characters(text) <= 1024
}

const fn is_namespace(text: &str) -> bool {
    crate::text::is_of(text, 1, 255, ".-_/#")
}

const fn is_metric_name(text: &str) -> bool {
    !text.is_empty() && characters(text) <= 255 && has_none_of(text, ":*$")
}

const fn is_value(text: &str) -> bool {
    !text.is_empty() && characters(text) <= 100
}

const fn is_dimension_name(text: &str) -> bool {
    !text.is_empty() && characters(text) <= 255 && !matches!(text.as_bytes(), [b':', ..])
}

const fn is_field(text: &str) -> bool {
    matches!(text.as_bytes(), [b'$', _, ..]) && characters(text) <= 255
}

const fn has_none_of(text: &str, refused: &str) -> bool {
    let mut rest = text.as_bytes();
    while let Some((byte, tail)) = rest.split_first() {
        let mut others = refused.as_bytes();
        while let Some((other, more)) = others.split_first() {
            if *byte == *other {
                return false;
            }
            others = more;
        }
        rest = tail;
    }
    true
}

/// What becomes of the events that count.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct MetricTransformation {
    /// `MetricNamespace`.
    pub metric_namespace: MetricNamespace,
    /// `MetricName`.
    pub metric_name: MetricName,
    /// `MetricValue`: what the metric gets for every event.
    pub metric_value: MetricValue,
    /// `Unit`. AWS's default: none.
    #[builder(default)]
    #[serde(default)]
    pub unit: MetricUnit,
    /// `DefaultValue` or `Dimensions`: a metric has one of the two. AWS's default: neither, and
    /// nothing where no event counts.
    #[builder(into)]
    #[serde(flatten, default, skip_serializing_if = "Option::is_none")]
    pub beside: Option<BesideValue>,
}

/// What a metric has beside the values of events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum BesideValue {
    /// `DefaultValue`: what it gets for a minute in which events came, and none that counts.
    DefaultValue(DefaultValue),
    /// `Dimensions`: by what it is told apart, at most three. Every value of a field is a metric of
    /// its own, and billed as one.
    Dimensions(Set<Dimension>),
}

impl From<DefaultValue> for BesideValue {
    fn from(value: DefaultValue) -> Self {
        Self::DefaultValue(value)
    }
}

/// By what a metric is told apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Dimension {
    /// `Key`: the name of the dimension.
    pub key: DimensionName,
    /// `Value`: the field of an event that has its value.
    pub value: EventField,
}

/// A number that a metric gets: not infinite.
#[derive(Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct DefaultValue(f64);

/// A number that is none.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("`{0}` is no number that a metric can get")]
pub struct DefaultValueError(f64);

impl DefaultValue {
    /// Nothing happened.
    pub const ZERO: Self = Self(0.0);

    /// The number `value`.
    ///
    /// # Errors
    ///
    /// When it is infinite or none.
    pub const fn new(value: f64) -> Result<Self, DefaultValueError> {
        if value.is_finite() { Ok(Self(value)) } else { Err(DefaultValueError(value)) }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> f64 {
        self.0
    }
}

impl TryFrom<f64> for DefaultValue {
    type Error = DefaultValueError;

    fn try_from(value: f64) -> Result<Self, Self::Error> {
        Self::new(value)
    }
}

impl From<DefaultValue> for f64 {
    fn from(value: DefaultValue) -> Self {
        value.0
    }
}

impl fmt::Debug for DefaultValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

macro_rules! units {
    ($($variant:ident = $name:literal;)*) => {
        /// The unit of a metric, as AWS names it.
        #[derive(
            Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[non_exhaustive]
        pub enum MetricUnit {
            /// None, as of a number without one.
            #[default]
            None,
            $(#[doc = concat!("`", $name, "`.")] #[serde(rename = $name)] $variant,)*
        }

        impl MetricUnit {
            /// AWS's name of the unit.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    Self::None => "None",
                    $(Self::$variant => $name,)*
                }
            }

            /// The unit of this name.
            #[must_use]
            pub fn parse(name: &str) -> Option<Self> {
                match name {
                    "None" => Some(Self::None),
                    $($name => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

units! {
    Bits = "Bits";
    BitsPerSecond = "Bits/Second";
    Bytes = "Bytes";
    BytesPerSecond = "Bytes/Second";
    Count = "Count";
    CountPerSecond = "Count/Second";
    Gigabits = "Gigabits";
    GigabitsPerSecond = "Gigabits/Second";
    Gigabytes = "Gigabytes";
    GigabytesPerSecond = "Gigabytes/Second";
    Kilobits = "Kilobits";
    KilobitsPerSecond = "Kilobits/Second";
    Kilobytes = "Kilobytes";
    KilobytesPerSecond = "Kilobytes/Second";
    Megabits = "Megabits";
    MegabitsPerSecond = "Megabits/Second";
    Megabytes = "Megabytes";
    MegabytesPerSecond = "Megabytes/Second";
    Microseconds = "Microseconds";
    Milliseconds = "Milliseconds";
    Percent = "Percent";
    Seconds = "Seconds";
    Terabits = "Terabits";
    TerabitsPerSecond = "Terabits/Second";
    Terabytes = "Terabytes";
    TerabytesPerSecond = "Terabytes/Second";
}

/// Something that AWS refuses in a metric filter, with `InvalidParameterException`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MetricFilterFault {
    /// A field is taken from events of which the pattern does not say that they have fields.
    #[error(
        "the metric takes `{0}` of events, and the pattern is neither `{{ … }}` for JSON nor `[ … ]`"
    )]
    FieldOfText(String),
    /// There are more dimensions than AWS takes.
    #[error("{0} dimensions; a metric of a filter has at most 3")]
    TooManyDimensions(usize),
}

impl MetricTransformation {
    /// The metric gets one for every event, and zero for a minute without one that counts.
    #[must_use]
    pub fn counting(namespace: MetricNamespace, name: MetricName) -> Self {
        Self {
            metric_namespace: namespace,
            metric_name: name,
            metric_value: MetricValue::literal("1"),
            unit: MetricUnit::Count,
            beside: Some(DefaultValue::ZERO.into()),
        }
    }

    /// The metric gets this field of every event.
    #[must_use]
    pub fn measuring(
        namespace: MetricNamespace,
        name: MetricName,
        value: MetricValue,
        unit: MetricUnit,
    ) -> Self {
        Self {
            metric_namespace: namespace,
            metric_name: name,
            metric_value: value,
            unit,
            beside: None,
        }
    }

    /// It is told apart by this field too, in the place of a default value.
    #[must_use]
    pub fn by(mut self, key: DimensionName, value: EventField) -> Self {
        let dimension = Dimension { key, value };
        match &mut self.beside {
            Some(BesideValue::Dimensions(dimensions)) => _ = dimensions.insert(dimension),
            beside => *beside = Some(BesideValue::Dimensions(Set::from([dimension]))),
        }
        self
    }
}

/// What AWS decides of a metric filter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct MetricFilterOutputs {
    /// The log group and the filter in it: `LogGroupName|FilterName`. CloudFormation does not give
    /// them back.
    pub id: String,
}

impl MetricFilterOutputs {
    /// Those of the filter of this name of this log group.
    #[must_use]
    pub fn new(log_group_name: &str, filter_name: &str) -> Self {
        Self { id: format!("{log_group_name}|{filter_name}") }
    }

    /// The names of log group and filter in an identifier. That of a log group has no `|`.
    #[must_use]
    pub fn names(identifier: &str) -> Option<(&str, &str)> {
        identifier.split_once('|')
    }
}

impl MetricFilter {
    /// Makes a metric of the events of a log group that match a pattern.
    pub fn new(
        log_group: impl Into<Ref<LogGroup>>,
        pattern: FilterPattern,
        transformation: MetricTransformation,
    ) -> Self {
        Self {
            log_group: log_group.into(),
            filter_name: None,
            filter_pattern: pattern,
            metric_transformations: [transformation],
        }
    }

    /// What becomes of the events that count.
    #[must_use]
    pub const fn transformation(&self) -> &MetricTransformation {
        let [transformation] = &self.metric_transformations;
        transformation
    }

    /// What AWS refuses in it.
    #[must_use]
    pub fn faults(&self) -> Vec<MetricFilterFault> {
        let mut faults = Vec::new();
        let transformation = self.transformation();
        let value = transformation.metric_value.as_str();
        let mut fields: Vec<&str> = Vec::new();
        if value.starts_with('$') {
            fields.push(value);
        }
        if let Some(BesideValue::Dimensions(dimensions)) = &transformation.beside {
            if dimensions.len() > 3 {
                faults.push(MetricFilterFault::TooManyDimensions(dimensions.len()));
            }
            fields.extend(dimensions.iter().map(|it| it.value.as_str()));
        }
        if !self.filter_pattern.as_str().trim_start().starts_with(['{', '[']) {
            let of_text = |field: &str| MetricFilterFault::FieldOfText(field.to_owned());
            faults.extend(fields.into_iter().map(of_text));
        }
        faults
    }
}

impl Resource for MetricFilter {
    type Outputs = MetricFilterOutputs;

    /// `PutMetricFilter` creates and updates, `DeleteMetricFilter` deletes: one call each.
    const SCHEMA: &'static Schema = &Schema {
        replaces: &["FilterName", "LogGroupName"],
        computed: &["FilterName"],
        name: Some(NameRule { also: "._/#", ..NameRule::new("FilterName", MAX_NAME_LEN) }),
        exclusive: &["FilterName", "LogGroupName"],
        api: "logs",
        ..Schema::new(Kind::new("AWS::Logs::MetricFilter"))
    };
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NAMESPACE: MetricNamespace = MetricNamespace::literal("shop");
    const NAME: MetricName = MetricName::literal("errors");

    fn filter(pattern: &str, transformation: MetricTransformation) -> MetricFilter {
        let pattern = FilterPattern::new(pattern).unwrap();
        MetricFilter::new(Ref::existing("/ecs/shop"), pattern, transformation)
    }

    fn by(count: usize) -> MetricTransformation {
        let value = MetricValue::literal("$.ms");
        let start = MetricTransformation::measuring(NAMESPACE, NAME, value, MetricUnit::None);
        (0..count).fold(start, |it, number| {
            let key = DimensionName::new(format!("d{number}")).unwrap();
            it.by(key, EventField::literal("$.service"))
        })
    }

    #[test]
    fn has_the_shape_of_cloudformation() {
        let counting = filter("error", MetricTransformation::counting(NAMESPACE, NAME));
        let tree = json!({
            "LogGroupName": "/ecs/shop",
            "FilterPattern": "error",
            "MetricTransformations": [{
                "MetricNamespace": "shop",
                "MetricName": "errors",
                "MetricValue": "1",
                "Unit": "Count",
                "DefaultValue": 0.0,
            }],
        });
        assert_eq!(serde_json::to_value(&counting).unwrap(), tree);
        assert_eq!(serde_json::from_value::<MetricFilter>(tree).unwrap(), counting);
        let told_apart = filter("{ $.ms > 0 }", by(1));
        let tree = serde_json::to_value(&told_apart).unwrap();
        let dimensions = json!([{"Key": "d0", "Value": "$.service"}]);
        assert_eq!(tree["MetricTransformations"][0]["Dimensions"], dimensions);
        assert_eq!(serde_json::from_value::<MetricFilter>(tree).unwrap(), told_apart);
        let plain = filter("{ $.ms > 0 }", by(0));
        let tree = serde_json::to_value(&plain).unwrap();
        assert_eq!(serde_json::from_value::<MetricFilter>(tree).unwrap(), plain);
    }

    #[test]
    fn fields_are_of_events_that_have_them() {
        let field = |text: &str| MetricFilterFault::FieldOfText(text.to_owned());
        assert_eq!(filter("error", by(1)).faults(), [field("$.ms"), field("$.service")]);
        assert_eq!(filter("{ $.ms > 0 }", by(3)).faults(), []);
        assert_eq!(filter("[ms]", by(4)).faults(), [MetricFilterFault::TooManyDimensions(4)]);
    }

    #[test]
    fn texts_and_units_are_those_of_aws() {
        assert!(MetricFilterName::new("a:b").is_err() && MetricName::new("a$").is_err());
        assert!(MetricNamespace::new("a b").is_err() && EventField::new("$").is_err());
        assert!(FilterPattern::new("").is_ok() && FilterPattern::new("x".repeat(1025)).is_err());
        assert!(DefaultValue::new(f64::NAN).is_err());
        for unit in [MetricUnit::None, MetricUnit::BitsPerSecond, MetricUnit::Percent] {
            assert_eq!(MetricUnit::parse(unit.as_str()), Some(unit));
            assert_eq!(serde_json::to_value(unit).unwrap(), unit.as_str());
        }
    }

    #[test]
    fn identifiers_name_log_group_and_filter() {
        let outputs = MetricFilterOutputs::new("/ecs/shop", "a|b");
        assert_eq!(MetricFilterOutputs::names(&outputs.id), Some(("/ecs/shop", "a|b")));
    }
}
