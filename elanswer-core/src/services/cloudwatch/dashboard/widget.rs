//! What stands on a dashboard.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use serde_json::Value;

use super::super::{AlarmArn, Metric, MetricStatistic, Period, Threshold, words};
use crate::{
    bounded::{Bounded, RangeError},
    reference::Input,
    region::Region,
    services::cloudwatch::{DimensionName, MetricName, Namespace},
};

/// Something on a dashboard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Widget {
    /// One of those that are modelled.
    Placed {
        /// Where it stands.
        #[serde(flatten)]
        area: Area,
        /// What it shows.
        #[serde(flatten)]
        content: WidgetContent,
    },
    /// One of the others, as somebody wrote it.
    Other(Value),
}

/// Where a widget stands: a dashboard is 24 wide, and as high as it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Area {
    /// From the left.
    pub x: Bounded<0, 23>,
    /// From the top.
    pub y: Bounded<0, 100_000>,
    /// `width`.
    pub width: Bounded<1, 24>,
    /// `height`.
    pub height: Bounded<1, 1000>,
}

/// What a widget shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "properties", rename_all = "lowercase")]
#[non_exhaustive]
pub enum WidgetContent {
    /// `alarm`: the states of alarms.
    Alarm(AlarmWidget),
    /// `metric`: metrics over time, or what they are now.
    Metric(MetricWidget),
    /// `text`: words.
    Text(TextWidget),
}

/// The states of alarms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlarmWidget {
    /// `title`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// `alarms`, at most 100.
    pub alarms: Vec<Input<AlarmArn>>,
}

/// Metrics over time, or what they are now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MetricWidget {
    /// `title`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// `region`: where the metrics are.
    pub region: Region,
    /// `view`. AWS's default: over time.
    #[serde(default = "time_series")]
    pub view: MetricView,
    /// `stacked`: whether lines stand upon each other. AWS's default: no.
    #[serde(default)]
    pub stacked: bool,
    /// `period`: how long a point is. AWS's default: five minutes.
    #[serde(default = "five_minutes")]
    pub period: Period,
    /// `metrics`, at most 500.
    pub metrics: Vec<MetricLine>,
    /// `annotations.horizontal`: lines such as thresholds. AWS's default: none.
    #[serde(
        rename = "annotations",
        default,
        with = "annotations",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub lines: Vec<HorizontalLine>,
}

words! {
    /// How metrics are shown.
    MetricView {
        /// In bars.
        Bar "bar",
        /// As pointers.
        Gauge "gauge",
        /// As parts of a whole.
        Pie "pie",
        /// As numbers.
        SingleValue "singleValue",
        /// In a table.
        Table "table",
        /// Over time.
        TimeSeries "timeSeries",
    }
}

/// A line of a graph: a metric, and what is made of its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetricLine {
    /// The metric.
    pub metric: Metric,
    /// `stat`.
    pub statistic: MetricStatistic,
    /// `label`. AWS's default: one that it makes up.
    pub label: Option<String>,
}

/// A line across a graph.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HorizontalLine {
    /// `label`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// `value`: at which height.
    pub value: Threshold,
}

/// Words in Markdown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextWidget {
    /// `markdown`.
    pub markdown: Input<String>,
}

const fn time_series() -> MetricView {
    MetricView::TimeSeries
}

const fn five_minutes() -> Period {
    Period::minutes::<5>()
}

impl Area {
    /// So far from the left and from the top, so wide and so high.
    ///
    /// # Errors
    ///
    /// When no dashboard has such a place.
    pub fn new(x: u32, y: u32, width: u32, height: u32) -> Result<Self, RangeError> {
        Ok(Self {
            x: Bounded::new(x)?,
            y: Bounded::new(y)?,
            width: Bounded::new(width)?,
            height: Bounded::new(height)?,
        })
    }

    /// From `X` from the left and `Y` from the top, one wide and one high.
    #[must_use]
    pub const fn at<const X: u32, const Y: u32>() -> Self {
        Self {
            x: Bounded::of::<X>(),
            y: Bounded::of::<Y>(),
            width: Bounded::of::<1>(),
            height: Bounded::of::<1>(),
        }
    }

    /// The same so wide and so high.
    #[must_use]
    pub const fn sized<const WIDTH: u32, const HEIGHT: u32>(self) -> Self {
        Self { width: Bounded::of::<WIDTH>(), height: Bounded::of::<HEIGHT>(), ..self }
    }
}

impl Widget {
    /// What it shows, and where.
    pub fn new(area: Area, content: impl Into<WidgetContent>) -> Self {
        Self::Placed { area, content: content.into() }
    }
}

impl From<AlarmWidget> for WidgetContent {
    fn from(widget: AlarmWidget) -> Self {
        Self::Alarm(widget)
    }
}

impl From<MetricWidget> for WidgetContent {
    fn from(widget: MetricWidget) -> Self {
        Self::Metric(widget)
    }
}

impl From<TextWidget> for WidgetContent {
    fn from(widget: TextWidget) -> Self {
        Self::Text(widget)
    }
}

impl AlarmWidget {
    /// The states of these alarms.
    pub fn of(alarms: impl IntoIterator<Item = impl Into<Input<AlarmArn>>>) -> Self {
        Self { title: None, alarms: alarms.into_iter().map(Into::into).collect() }
    }

    /// The same under this title.
    #[must_use]
    pub fn titled(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }
}

impl MetricWidget {
    /// These metrics of a Region, over time, with a point for each minute.
    pub fn of(region: Region, metrics: impl IntoIterator<Item = MetricLine>) -> Self {
        Self {
            title: None,
            region,
            view: MetricView::TimeSeries,
            stacked: false,
            period: Period::MINUTE,
            metrics: metrics.into_iter().collect(),
            lines: Vec::new(),
        }
    }

    /// The same under this title.
    #[must_use]
    pub fn titled(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// The same with a line across it, such as the threshold of an alarm.
    #[must_use]
    pub fn line(mut self, label: impl Into<String>, value: impl Into<Threshold>) -> Self {
        self.lines.push(HorizontalLine { label: Some(label.into()), value: value.into() });
        self
    }
}

impl MetricLine {
    /// This metric.
    pub fn of(metric: Metric, statistic: impl Into<MetricStatistic>) -> Self {
        Self { metric, statistic: statistic.into(), label: None }
    }

    /// The same under this name.
    #[must_use]
    pub fn labelled(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }
}

impl TextWidget {
    /// These words, in Markdown.
    pub fn of(markdown: impl Into<Input<String>>) -> Self {
        Self { markdown: markdown.into() }
    }
}

/// What a metric of a graph is made of: namespace, name, names and values of dimensions, options.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Cell {
    Text(Input<String>),
    Options(Options),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    stat: String,
}

impl Serialize for MetricLine {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = |text: &str| Cell::Text(text.into());
        let metric = &self.metric;
        let mut cells = vec![text(metric.namespace.as_str()), text(metric.metric_name.as_str())];
        for (name, value) in &metric.dimensions {
            cells.extend([text(name.as_str()), Cell::Text(value.clone())]);
        }
        let stat = self.statistic.as_str().to_owned();
        cells.push(Cell::Options(Options { label: self.label.clone(), stat }));
        cells.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for MetricLine {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut cells = Vec::<Cell>::deserialize(deserializer)?.into_iter();
        let mut next = || match cells.next() {
            Some(Cell::Text(text)) => Ok(Some(text)),
            Some(Cell::Options(options)) => Err(options),
            None => Ok(None),
        };
        let literal = |cell| match cell {
            Ok(Some(Input::Literal(text))) => Ok(text),
            _ => Err(D::Error::custom("a metric is a list that begins with texts")),
        };
        let namespace = Namespace::new(literal(next())?).map_err(D::Error::custom)?;
        let name = MetricName::new(literal(next())?).map_err(D::Error::custom)?;
        let mut metric = Metric::new(namespace, name);
        loop {
            match next() {
                Ok(None) => return Err(D::Error::custom("a metric without a statistic")),
                Err(Options { label, stat }) => {
                    let statistic = MetricStatistic::from_word(&stat).ok_or_else(|| {
                        D::Error::custom(format_args!("`{stat}` is no statistic"))
                    })?;
                    return Ok(Self { metric, statistic, label });
                }
                dimension => {
                    let name = DimensionName::new(literal(dimension)?).map_err(D::Error::custom)?;
                    let Ok(Some(value)) = next() else {
                        return Err(D::Error::custom("a dimension without a value"));
                    };
                    metric = metric.of(name, value);
                }
            }
        }
    }
}

/// `annotations`, of which these are the horizontal ones.
mod annotations {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::HorizontalLine;

    #[derive(Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Annotations<T> {
        horizontal: T,
    }

    pub(super) fn serialize<S: Serializer>(
        lines: &[HorizontalLine],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        Annotations { horizontal: lines }.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<HorizontalLine>, D::Error> {
        Ok(Annotations::deserialize(deserializer)?.horizontal)
    }
}
