//! `AWS::CloudWatch::Dashboard`.

use std::collections::BTreeMap;

use bon::Builder;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    reference::{Output, Ref},
    resource::{Operation, Resource},
    schema::{Kind, NameRule, Schema},
    text::{is_of, text},
};

pub use widget::{
    AlarmWidget, Area, HorizontalLine, MetricLine, MetricView, MetricWidget, TextWidget, Widget,
    WidgetContent,
};

mod widget;

/// Graphs, texts and the states of alarms on one page of the console.
///
/// AWS: [`AWS::CloudWatch::Dashboard`](https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Dashboards.html).
/// Quota: 500 widgets, and 2500 metrics over all of them. AWS takes money for each beyond the third.
///
/// `PutDashboard` overwrites a dashboard of the same name, whoever made it: elanswer looks first.
/// A dashboard of the name that shows the same is taken for the one that was made.
///
/// ```
/// use elanswer_core::{
///     Architecture, Region,
///     services::cloudwatch::{
///         Area, Dashboard, DashboardBody, DimensionName, Metric, MetricLine, MetricName,
///         MetricWidget, Namespace, Statistic, TextWidget, Widget,
///     },
/// };
///
/// let mut arch = Architecture::new("shop", Region::EuWest1);
/// let cpu = Metric::new(Namespace::literal("AWS/RDS"), MetricName::literal("CPUUtilization"))
///     .of(DimensionName::literal("DBInstanceIdentifier"), "orders");
/// let graph = MetricWidget::of(Region::EuWest1, [MetricLine::of(cpu, Statistic::Average)]);
/// let body = DashboardBody::of([
///     Widget::new(Area::at::<0, 0>().sized::<24, 1>(), TextWidget::of("## Database")),
///     Widget::new(Area::at::<0, 1>().sized::<12, 6>(), graph),
/// ]);
/// arch.resource("overview", Dashboard::builder().dashboard_body(body).build());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct Dashboard {
    /// `DashboardName`: unique in the account, whatever the Region. Unset: elanswer makes up a name.
    /// Changing it replaces the dashboard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dashboard_name: Option<DashboardName>,
    /// `DashboardBody`: what it shows. AWS takes it as a text; here it is the tree of that text.
    pub dashboard_body: DashboardBody,
}

text! {
    /// The name of a dashboard.
    ///
    /// Source: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html>.
    DashboardName: "the name of a dashboard",
    "1 to 255 letters, digits, `-` and `_`",
    is_dashboard_name
}

const fn is_dashboard_name(text: &str) -> bool {
    is_of(text, 1, 255, "-_")
}

text! {
    /// How long ago what a dashboard shows begins: `-PT3H`, `-P7D`.
    DashboardStart: "the start of a dashboard",
    "`-P` and a duration of ISO 8601, such as `-PT3H`",
    is_dashboard_start
}

const fn is_dashboard_start(text: &str) -> bool {
    matches!(text.as_bytes(), [b'-', b'P', _, _, ..]) && is_of(text, 4, 32, "-")
}

/// What a dashboard shows.
///
/// AWS: [Dashboard body structure and syntax](https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DashboardBody {
    /// `start`: how long ago what it shows begins. AWS's default: three hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<DashboardStart>,
    /// `widgets`, at most 500.
    pub widgets: Vec<Widget>,
    /// What else it has that is not modelled, such as `variables`: what others wrote.
    #[serde(flatten)]
    pub other: BTreeMap<String, Value>,
}

impl DashboardBody {
    /// How many widgets AWS takes.
    pub const MAX_WIDGETS: usize = 500;

    /// One with these widgets.
    pub fn of(widgets: impl IntoIterator<Item = Widget>) -> Self {
        Self { start: None, widgets: widgets.into_iter().collect(), other: BTreeMap::new() }
    }

    /// The same that begins so long ago.
    #[must_use]
    pub fn starting(mut self, start: DashboardStart) -> Self {
        self.start = Some(start);
        self
    }

    /// As the text that AWS takes: one for each body, whatever the order in which it was written.
    ///
    /// # Errors
    ///
    /// When it is no JSON, which no body of these types is.
    pub fn text(&self) -> Result<String, serde_json::Error> {
        let mut tree = serde_json::to_value(self)?;
        tree.sort_all_objects();
        serde_json::to_string(&tree)
    }

    /// Reads the text that AWS answers with.
    ///
    /// # Errors
    ///
    /// When it is no body of a dashboard.
    pub fn from_text(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }
}

/// What AWS decides of a dashboard: nothing but what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DashboardOutputs {
    /// `DashboardName`: what names it to AWS.
    pub dashboard_name: DashboardName,
}

impl Ref<Dashboard> {
    /// `DashboardName`.
    #[must_use]
    pub fn dashboard_name(&self) -> Output<String> {
        self.output("DashboardName")
    }
}

impl Resource for Dashboard {
    type Outputs = DashboardOutputs;

    const SCHEMA: &'static Schema = &Schema {
        identifier: "DashboardName",
        outputs: &["DashboardName"],
        replaces: &["DashboardName"],
        computed: &["DashboardName"],
        name: Some(NameRule { also: "_", ..NameRule::new("DashboardName", 255) }),
        exclusive: &["DashboardName"],
        api: "cloudwatch",
        ..Schema::new(Kind::new("AWS::CloudWatch::Dashboard"))
    };

    /// `GetDashboard`, whether the name is free, and `PutDashboard`.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Create(_) => 2,
            Operation::Update(..) | Operation::Delete(_) => 1,
        }
    }
}

#[cfg(test)]
mod tests;
