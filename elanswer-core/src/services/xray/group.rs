//! `AWS::XRay::Group`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use crate::{
    arn::ArnFields,
    reference::{Output, Ref},
    resource::{Operation, Resource},
    schema::{Kind, NameRule, Schema},
    tags::Tags,
    text::{characters, is_of, text},
};

/// Traces that an expression picks out: they have a service graph and metrics of their own.
///
/// AWS: [`AWS::XRay::Group`](https://docs.aws.amazon.com/xray/latest/devguide/xray-console-groups.html).
/// Quota: 25 per Region.
///
/// ```
/// use elanswer_core::{
///     Architecture, Region,
///     services::xray::{FilterExpression, Group, Insights},
/// };
///
/// let mut arch = Architecture::new("shop", Region::EuWest1);
/// let slow = Group::builder()
///     .filter_expression(FilterExpression::literal("service(\"web\") AND responsetime > 2"))
///     .insights(Insights::Enabled)
///     .build();
/// arch.resource("slow", slow);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct Group {
    /// `GroupName`: unique in the account and Region, and not `Default`. Unset: elanswer makes up a
    /// name. Changing it replaces the group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_name: Option<GroupName>,
    /// `FilterExpression`: which traces are in it.
    pub filter_expression: FilterExpression,
    /// `InsightsConfiguration`: whether AWS looks for anomalies in it. AWS's default: no.
    #[builder(default)]
    #[serde(rename = "InsightsConfiguration", default)]
    pub insights: Insights,
    /// `Tags`.
    #[builder(default)]
    #[serde(default)]
    pub tags: Tags,
}

text! {
    /// The name of a group.
    ///
    /// Source: <https://docs.aws.amazon.com/xray/latest/api/API_CreateGroup.html>.
    GroupName: "the name of a group of traces",
    "1 to 32 letters, digits, `-` and `_`, and not `Default`",
    is_group_name
}

const fn is_group_name(text: &str) -> bool {
    is_of(text, 1, 32, "-_") && !matches!(text.as_bytes(), b"Default")
}

text! {
    /// Which traces are meant: `service("web") AND responsetime > 2`.
    ///
    /// AWS: [Filter expressions](https://docs.aws.amazon.com/xray/latest/devguide/xray-console-filters.html).
    FilterExpression: "a filter expression of X-Ray",
    "1 to 2000 characters",
    is_filter_expression
}

const fn is_filter_expression(text: &str) -> bool {
    !text.is_empty() && characters(text) <= 2000
}

text! {
    /// The ARN of a group.
    GroupArn: "the ARN of a group of traces",
    "`arn:aws:xray:`, Region, `:`, account, `:group/`, name",
    is_group_arn
}

const fn is_group_arn(text: &str) -> bool {
    let Some(arn) = ArnFields::of(text) else { return false };
    arn.named("xray", "group/").is_some()
}

/// Whether AWS looks for anomalies in a group, and says when it finds some.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(from = "InsightsConfiguration", into = "InsightsConfiguration")]
pub enum Insights {
    /// It does not.
    #[default]
    Disabled,
    /// It does.
    Enabled,
    /// It does, and sends an event to EventBridge.
    Notifying,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct InsightsConfiguration {
    #[serde(default)]
    insights_enabled: bool,
    #[serde(default)]
    notifications_enabled: bool,
}

impl Insights {
    /// `InsightsEnabled` and `NotificationsEnabled`.
    #[must_use]
    pub const fn flags(self) -> (bool, bool) {
        match self {
            Self::Disabled => (false, false),
            Self::Enabled => (true, false),
            Self::Notifying => (true, true),
        }
    }

    /// From `InsightsEnabled` and `NotificationsEnabled`; the second means nothing without the
    /// first.
    #[must_use]
    pub const fn from_flags(insights: bool, notifications: bool) -> Self {
        match (insights, notifications) {
            (false, _) => Self::Disabled,
            (true, false) => Self::Enabled,
            (true, true) => Self::Notifying,
        }
    }
}

impl From<InsightsConfiguration> for Insights {
    fn from(config: InsightsConfiguration) -> Self {
        Self::from_flags(config.insights_enabled, config.notifications_enabled)
    }
}

impl From<Insights> for InsightsConfiguration {
    fn from(insights: Insights) -> Self {
        let (insights_enabled, notifications_enabled) = insights.flags();
        Self { insights_enabled, notifications_enabled }
    }
}

/// What AWS decides of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupOutputs {
    /// `GroupARN`: `arn:aws:xray:us-east-1:123456789012:group/NAME/ID`.
    #[serde(rename = "GroupARN")]
    pub group_arn: GroupArn,
}

impl Ref<Group> {
    /// `GroupARN`.
    #[must_use]
    pub fn group_arn(&self) -> Output<GroupArn> {
        self.output("GroupARN")
    }
}

impl Resource for Group {
    type Outputs = GroupOutputs;

    const SCHEMA: &'static Schema = &Schema {
        identifier: "GroupARN",
        outputs: &["GroupARN"],
        replaces: &["GroupName"],
        computed: &["GroupName"],
        name: Some(NameRule { also: "_", ..NameRule::new("GroupName", 32) }),
        exclusive: &["GroupName"],
        resource_type: Some("xray:group"),
        named_by_arn: true,
        api: "xray",
        ..Schema::new(Kind::new("AWS::XRay::Group"))
    };

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    /// `CreateGroup`, `UpdateGroup` and the calls for tags, `DeleteGroup`.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Create(_) | Operation::Delete(_) => 1,
            Operation::Update(from, to) => {
                u32::from(from.differs_from(to)) + super::tag_calls(&from.tags, &to.tags)
            }
        }
    }
}

impl Group {
    /// Whether it is another but for its tags, which have calls of their own.
    #[must_use]
    pub fn differs_from(&self, other: &Self) -> bool {
        (&self.filter_expression, self.insights) != (&other.filter_expression, other.insights)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::resource::properties_of;

    #[test]
    fn has_the_shape_of_cloudformation() {
        let group = Group::builder()
            .group_name(GroupName::literal("slow"))
            .filter_expression(FilterExpression::literal("responsetime > 2"))
            .insights(Insights::Notifying)
            .build();
        let tree = json!({
            "GroupName": "slow",
            "FilterExpression": "responsetime > 2",
            "InsightsConfiguration": { "InsightsEnabled": true, "NotificationsEnabled": true },
            "Tags": [],
        });
        assert_eq!(Value::Object(properties_of(&group)), tree);
        assert_eq!(serde_json::from_value::<Group>(tree).unwrap(), group);
    }

    #[test]
    fn names_and_arns() {
        assert!(GroupName::new("Default").is_err() && GroupName::new("a b").is_err());
        assert!(GroupArn::new("arn:aws:xray:us-east-1:123456789012:group/slow/ABC").is_ok());
        assert!(GroupArn::new("arn:aws:xray:us-east-1:123456789012:sampling-rule/a").is_err());
    }
}
