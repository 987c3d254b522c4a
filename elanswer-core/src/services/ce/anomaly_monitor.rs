//! `AWS::CE::AnomalyMonitor`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use crate::{
    arn::{ArnFields, behind},
    reference::{Output, Ref},
    resource::{Operation, Resource},
    schema::{Kind, Schema, Scope},
    tags::Tags,
    text::{characters, text},
};

/// Looks for unusual costs, of each service of AWS by itself.
///
/// AWS: [`AWS::CE::AnomalyMonitor`](https://docs.aws.amazon.com/cost-management/latest/userguide/manage-ad.html).
/// It costs nothing. Not modelled: monitors of accounts, tags and cost categories.
///
/// An account has one such monitor, and AWS makes it by itself, as `Default-Services-Monitor`, for
/// whoever begins to use Cost Explorer: AWS then refuses another, and a
/// [subscription](super::AnomalySubscription) names that one as [`Ref::existing`].
///
/// ```
/// use elanswer_core::{Architecture, Region, services::ce::{AnomalyMonitor, MonitorName}};
///
/// let mut arch = Architecture::new("shop", Region::UsEast1);
/// arch.resource("monitor", AnomalyMonitor::of_services(MonitorName::literal("services")));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct AnomalyMonitor {
    /// `MonitorName`: what people know it by; need not be unique.
    pub monitor_name: MonitorName,
    /// `MonitorType`. Changing it replaces the monitor.
    #[builder(default)]
    #[serde(default)]
    pub monitor_type: MonitorType,
    /// `MonitorDimension`: what it tells apart. Changing it replaces the monitor.
    #[builder(default)]
    #[serde(default)]
    pub monitor_dimension: MonitorDimension,
    /// `ResourceTags`. CloudFormation replaces the monitor when they change; elanswer changes them
    /// in place.
    #[builder(default)]
    #[serde(default, rename = "ResourceTags")]
    pub tags: Tags,
}

text! {
    /// What people know a monitor by.
    MonitorName: "the name of an anomaly monitor",
    "1 to 1024 characters",
    is_name
}

text! {
    /// The ARN of a monitor.
    AnomalyMonitorArn: "the ARN of an anomaly monitor",
    "`arn:aws:ce::`, account, `:anomalymonitor/`, id",
    is_arn
}

const fn is_name(text: &str) -> bool {
    let length = characters(text);
    1 <= length && length <= 1024
}

const fn is_arn(text: &str) -> bool {
    let Some(arn) = ArnFields::of(text) else { return false };
    let Some(resource) = arn.resource_of("ce") else { return false };
    matches!(behind(resource, b"anomalymonitor/"), Some(id) if !id.is_empty())
}

/// What a monitor looks at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum MonitorType {
    /// All costs, told apart by a dimension.
    #[default]
    Dimensional,
}

/// What a monitor tells apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum MonitorDimension {
    /// Services of AWS.
    #[default]
    Service,
}

/// What AWS decides of a monitor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AnomalyMonitorOutputs {
    /// `MonitorArn`: `arn:aws:ce::123456789012:anomalymonitor/…`.
    pub monitor_arn: AnomalyMonitorArn,
}

impl AnomalyMonitor {
    /// A monitor of all services of AWS.
    #[must_use]
    pub fn of_services(name: MonitorName) -> Self {
        Self::builder().monitor_name(name).build()
    }
}

impl Ref<AnomalyMonitor> {
    /// `MonitorArn`.
    #[must_use]
    pub fn arn(&self) -> Output<AnomalyMonitorArn> {
        self.output("MonitorArn")
    }
}

impl Resource for AnomalyMonitor {
    type Outputs = AnomalyMonitorOutputs;

    const SCHEMA: &'static Schema = &Schema {
        scope: Scope::Global,
        identifier: "MonitorArn",
        outputs: &["MonitorArn"],
        replaces: &["MonitorDimension", "MonitorType"],
        exclusive: &["MonitorDimension", "MonitorType"],
        named_by_arn: true,
        api: "ce",
        ..Schema::new(Kind::new("AWS::CE::AnomalyMonitor"))
    };

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    /// `CreateAnomalyMonitor`; `UpdateAnomalyMonitor`, and a call for tags to set and to remove;
    /// `DeleteAnomalyMonitor`.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Create(_) | Operation::Delete(_) => 1,
            Operation::Update(from, to) => {
                let (set, remove) = from.tags.changes_to(&to.tags);
                u32::from(from.monitor_name != to.monitor_name)
                    + u32::from(!set.is_empty())
                    + u32::from(!remove.is_empty())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::resource::properties_of;

    #[test]
    fn has_the_shape_of_cloudformation() {
        let monitor = AnomalyMonitor::of_services(MonitorName::literal("services"));
        let tree = json!({
            "MonitorName": "services",
            "MonitorType": "DIMENSIONAL",
            "MonitorDimension": "SERVICE",
            "ResourceTags": [],
        });
        assert_eq!(serde_json::Value::Object(properties_of(&monitor)), tree);
        assert_eq!(serde_json::from_value::<AnomalyMonitor>(tree).unwrap(), monitor);
    }
}
