//! `AWS::ECS::Cluster`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::{EcsName, MAX_NAME_LEN};
use crate::{
    reference::{Output, Ref},
    resource::{Operation, Resource},
    schema::{Kind, NameRule, Schema, Timing},
    services::ec2::tag_calls,
    tags::Tags,
};

/// A cluster: what services and tasks run in.
///
/// AWS: [`AWS::ECS::Cluster`](https://docs.aws.amazon.com/AmazonECS/latest/developerguide/clusters.html).
/// On Fargate it has no machines and costs nothing. Quota: 10,000 per Region.
///
/// ```
/// use elanswer_core::services::ecs::{Cluster, ContainerInsights};
///
/// let cluster = Cluster::builder().container_insights(ContainerInsights::Enhanced).build();
/// assert!(cluster.cluster_name.is_none());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct Cluster {
    /// `ClusterName`: unique in the Region. Unset: elanswer makes one up. Changing it replaces the
    /// cluster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster_name: Option<EcsName>,
    /// `ClusterSettings`, of which AWS has one: `containerInsights`. AWS's default: what the
    /// account setting says, `disabled` unless changed; elanswer always says which.
    #[builder(default)]
    #[serde(rename = "ClusterSettings", default)]
    pub container_insights: ContainerInsights,
    /// `Tags`.
    #[builder(default)]
    #[serde(default)]
    pub tags: Tags,
}

/// How much CloudWatch Container Insights collects of a cluster.
///
/// AWS: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cloudwatch-container-insights.html>.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(from = "[ClusterSetting; 1]", into = "[ClusterSetting; 1]")]
pub enum ContainerInsights {
    /// `disabled`: nothing.
    #[default]
    Disabled,
    /// `enabled`: metrics of the cluster and its services.
    Enabled,
    /// `enhanced`: also those of tasks and containers.
    Enhanced,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ClusterSetting {
    name: SettingName,
    value: SettingValue,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum SettingName {
    ContainerInsights,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum SettingValue {
    Disabled,
    Enabled,
    Enhanced,
}

impl ContainerInsights {
    /// AWS's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Disabled => "disabled",
            Self::Enabled => "enabled",
            Self::Enhanced => "enhanced",
        }
    }
}

impl From<[ClusterSetting; 1]> for ContainerInsights {
    fn from([setting]: [ClusterSetting; 1]) -> Self {
        match setting.value {
            SettingValue::Disabled => Self::Disabled,
            SettingValue::Enabled => Self::Enabled,
            SettingValue::Enhanced => Self::Enhanced,
        }
    }
}

impl From<ContainerInsights> for [ClusterSetting; 1] {
    fn from(insights: ContainerInsights) -> Self {
        let value = match insights {
            ContainerInsights::Disabled => SettingValue::Disabled,
            ContainerInsights::Enabled => SettingValue::Enabled,
            ContainerInsights::Enhanced => SettingValue::Enhanced,
        };
        [ClusterSetting { name: SettingName::ContainerInsights, value }]
    }
}

/// What AWS decides of a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ClusterOutputs {
    /// `Arn`.
    pub arn: String,
    /// `ClusterName`: the name, whoever chose it.
    pub cluster_name: String,
}

impl Ref<Cluster> {
    /// The ARN.
    #[must_use]
    pub fn arn(&self) -> Output<String> {
        self.output("Arn")
    }

    /// The name, which metrics and scaling targets take.
    #[must_use]
    pub fn name(&self) -> Output<String> {
        self.output("ClusterName")
    }
}

impl Resource for Cluster {
    type Outputs = ClusterOutputs;

    /// CloudFormation's identifier is `ClusterName`, which there is a property and not an output.
    /// Here it is the ARN: it names the Region and the account, every call takes it, and AWS gives
    /// it back wherever something refers to a cluster. The name is an output as well, because what
    /// CloudFormation takes by `Ref` is it.
    const SCHEMA: &'static Schema = &Schema {
        identifier: "Arn",
        outputs: &["Arn", "ClusterName"],
        replaces: &["ClusterName"],
        computed: &["ClusterName"],
        name: Some(NameRule { also: "_", ..NameRule::new("ClusterName", MAX_NAME_LEN) }),
        exclusive: &["ClusterName"],
        resource_type: Some("ecs:cluster"),
        named_by_arn: true,
        api: "ecs",
        timing: Timing::seconds(1, 0, 0),
        ..Schema::new(Kind::new("AWS::ECS::Cluster"))
    };

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    /// `CreateCluster`; `UpdateCluster` for the settings.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Update(from, to) => {
                u32::from(from.container_insights != to.container_insights)
                    + tag_calls(&from.tags, &to.tags)
            }
            _ => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_setting_has_the_shape_of_cloudformation() {
        let cluster = Cluster::builder()
            .cluster_name(EcsName::literal("main"))
            .container_insights(ContainerInsights::Enabled)
            .build();
        let tree = serde_json::to_value(&cluster).unwrap();
        assert_eq!(
            tree,
            json!({
                "ClusterName": "main",
                "ClusterSettings": [{ "Name": "containerInsights", "Value": "enabled" }],
                "Tags": [],
            })
        );
        assert_eq!(serde_json::from_value::<Cluster>(tree).unwrap(), cluster);
    }
}
