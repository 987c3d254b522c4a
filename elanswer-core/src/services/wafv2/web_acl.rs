//! `AWS::WAFv2::WebACL`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::{DefaultAction, EntityDescription, EntityName, MetricName, Rule, WafScope, WebAclArn};
use crate::{
    Set,
    reference::{Output, Ref},
    resource::{Operation, Resource},
    schema::{Kind, NameRule, Schema, Timing},
    tags::Tags,
};

/// Rules about requests: which are let through, and which are not.
///
/// AWS: [`AWS::WAFv2::WebACL`](https://docs.aws.amazon.com/waf/latest/developerguide/web-acl.html).
/// Not modelled: rule groups of your own, bodies of answers, domains of tokens, how long a proof
/// holds, how much of a body is looked at, what is hidden in samples. An update drops what others
/// set of those. Quota: 100 per Region and scope.
///
/// ```
/// use elanswer_core::{
///     Architecture, Region,
///     services::wafv2::{
///         EntityName, ManagedRuleGroup, ManagedRules, MetricName, Priority, Rule,
///         VisibilityConfig, WafScope, WebAcl,
///     },
/// };
///
/// let mut arch = Architecture::new("shop", Region::EuWest1);
/// let common = Rule::managed(
///     EntityName::literal("common"),
///     Priority::of::<10>(),
///     ManagedRuleGroup::of(ManagedRules::Common),
/// );
/// let acl = WebAcl::builder()
///     .scope(WafScope::Regional)
///     .rules([common])
///     .visibility_config(VisibilityConfig::named(MetricName::literal("shop")))
///     .build();
/// let acl = arch.resource("acl", acl);
/// let arn = acl.arn();
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct WebAcl {
    /// `Name`: unique in the account, Region and scope. Unset: elanswer makes up a name. Changing
    /// it replaces the web ACL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<EntityName>,
    /// `Scope`: what it protects. For distributions it exists in `us-east-1` only. Changing it
    /// replaces the web ACL.
    pub scope: WafScope,
    /// `Description`. AWS's default: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<EntityDescription>,
    /// `DefaultAction`: what becomes of a request that no rule allowed or blocked. elanswer's
    /// default: it is let through; AWS has none.
    #[builder(default)]
    pub default_action: DefaultAction,
    /// `Rules`, in the order of their priorities. AWS's default: none.
    #[builder(with = FromIterator::from_iter, default)]
    #[serde(default)]
    pub rules: Set<Rule>,
    /// `VisibilityConfig`: what AWS tells about the requests that no rule decides.
    pub visibility_config: VisibilityConfig,
    /// `Tags`.
    #[builder(default)]
    #[serde(default)]
    pub tags: Tags,
}

/// What AWS tells about requests.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct VisibilityConfig {
    /// `CloudWatchMetricsEnabled`: whether CloudWatch shows how many they are.
    pub cloud_watch_metrics_enabled: bool,
    /// `MetricName`: under which name.
    pub metric_name: MetricName,
    /// `SampledRequestsEnabled`: whether AWS keeps some of them for three hours.
    pub sampled_requests_enabled: bool,
}

impl VisibilityConfig {
    /// Everything, under this name.
    #[must_use]
    pub const fn named(metric_name: MetricName) -> Self {
        Self { cloud_watch_metrics_enabled: true, metric_name, sampled_requests_enabled: true }
    }

    /// Everything, under the name of the rule.
    #[must_use]
    pub fn of_rule(name: &EntityName) -> Self {
        Self::named(MetricName::of_rule(name))
    }
}

/// What AWS decides of a web ACL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct WebAclOutputs {
    /// `Arn`: `arn:aws:wafv2:us-east-1:123456789012:regional/webacl/NAME/ID`.
    pub arn: WebAclArn,
    /// `Capacity`: the capacity units that its rules take.
    pub capacity: u64,
    /// `Id`: a UUID.
    pub id: String,
    /// `LabelNamespace`: how the labels begin that its rules put on requests.
    pub label_namespace: String,
}

impl Ref<WebAcl> {
    /// `Arn`: what a distribution takes.
    #[must_use]
    pub fn arn(&self) -> Output<WebAclArn> {
        self.output("Arn")
    }
}

impl Resource for WebAcl {
    type Outputs = WebAclOutputs;

    const SCHEMA: &'static Schema = &Schema {
        // Name, id and scope name it, and its ARN has all three.
        identifier: "Arn",
        outputs: &["Arn", "Capacity", "Id", "LabelNamespace"],
        replaces: &["Name", "Scope"],
        computed: &["Name"],
        name: Some(NameRule { also: "_", ..NameRule::new("Name", 128) }),
        exclusive: &["Name", "Scope"],
        named_by_arn: true,
        api: "wafv2",
        timing: Timing::seconds(2, 2, 2),
        ..Schema::new(Kind::new("AWS::WAFv2::WebACL"))
    };

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    /// `CreateWebACL` and a `GetWebACL` that tells the capacity; `GetWebACL` for the lock,
    /// `UpdateWebACL` and another `GetWebACL`, and a call for tags; `GetWebACL` and `DeleteWebACL`.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Create(_) | Operation::Delete(_) => 2,
            Operation::Update(from, to) => {
                let changes = Self { tags: Tags::new(), ..(*from).clone() }
                    != Self { tags: Tags::new(), ..(*to).clone() };
                3 * u32::from(changes) + super::tag_calls(&from.tags, &to.tags)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::{
        resource::properties_of,
        services::wafv2::{Priority, RateLimit, RequestLimit, RuleAction},
    };

    #[test]
    fn has_the_shape_of_cloudformation() {
        let limit = |name, priority| {
            let rate = RateLimit::of(RequestLimit::of::<100>());
            Rule::limiting(name, priority, rate, RuleAction::Block)
        };
        let acl = WebAcl::builder()
            .name(EntityName::literal("shop"))
            .scope(WafScope::CloudFront)
            .description(EntityDescription::literal("Guards the shop"))
            .default_action(DefaultAction::Block)
            .rules([
                limit(EntityName::literal("a"), Priority::of::<2>()),
                limit(EntityName::literal("b"), Priority::of::<1>()),
            ])
            .visibility_config(VisibilityConfig::named(MetricName::literal("shop")))
            .build();
        let tree = Value::Object(properties_of(&acl));
        assert_eq!(tree["Rules"][0]["Name"], "b");
        assert_eq!(tree["Rules"][1]["Name"], "a");
        let mut rest = tree.clone();
        rest["Rules"] = json!([]);
        let expected = json!({
            "Name": "shop",
            "Scope": "CLOUDFRONT",
            "Description": "Guards the shop",
            "DefaultAction": {"Block": {}},
            "Rules": [],
            "VisibilityConfig": {
                "CloudWatchMetricsEnabled": true,
                "MetricName": "shop",
                "SampledRequestsEnabled": true,
            },
            "Tags": [],
        });
        assert_eq!(rest, expected);
        assert_eq!(serde_json::from_value::<WebAcl>(tree).unwrap(), acl);
    }
}
