//! `AWS::ElastiCache::ParameterGroup`.

use std::collections::BTreeMap;

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::{CacheParameterGroupFamily, CacheParameterGroupName};
use crate::{
    reference::{Output, Ref},
    resource::{Operation, Resource},
    schema::{Kind, NameRule, Schema},
    tags::Tags,
};

/// Settings of a cache engine, for the caches that use the group.
///
/// AWS: [`AWS::ElastiCache::ParameterGroup`](https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.html).
/// What the group does not set keeps the default of its family. Some parameters take effect at once,
/// others when a node is rebooted; elanswer reboots none. Quota: 150 per Region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct ParameterGroup {
    /// `CacheParameterGroupName`. Unset: elanswer makes one up; CloudFormation always does. Changing
    /// it replaces the group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache_parameter_group_name: Option<CacheParameterGroupName>,
    /// `CacheParameterGroupFamily`: the engine and major version. Changing it replaces the group.
    pub cache_parameter_group_family: CacheParameterGroupFamily,
    /// `Description`: for people. Changing it replaces the group: no call of AWS changes it.
    #[builder(into)]
    pub description: String,
    /// `Properties`: value by name, such as `maxmemory-policy` with `allkeys-lru`. Values are texts
    /// to AWS.
    #[builder(default, with = |properties: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>| {
        properties.into_iter().map(|(name, value)| (name.into(), value.into())).collect()
    })]
    #[serde(default)]
    pub properties: BTreeMap<String, String>,
    /// `Tags`.
    #[builder(default)]
    #[serde(default)]
    pub tags: Tags,
}

/// What AWS decides of a parameter group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ParameterGroupOutputs {
    /// `CacheParameterGroupName`: what names the group to AWS.
    pub cache_parameter_group_name: String,
    /// `Arn`; CloudFormation does not give it out, but tags are set by it.
    pub arn: String,
}

impl Ref<ParameterGroup> {
    /// The ARN of the group.
    #[must_use]
    pub fn arn(&self) -> Output<String> {
        self.output("Arn")
    }
}

impl ParameterGroup {
    /// How many parameters one call may set or reset.
    pub const PARAMETERS_PER_CALL: usize = 20;

    /// The parameters to set and the names to reset to come from `self` to `to`.
    #[must_use]
    pub fn parameter_changes(&self, to: &Self) -> (Vec<(String, String)>, Vec<String>) {
        let set =
            to.properties.iter().filter(|(name, value)| self.properties.get(*name) != Some(value));
        let reset = self.properties.keys().filter(|name| !to.properties.contains_key(*name));
        (set.map(|(name, value)| (name.clone(), value.clone())).collect(), reset.cloned().collect())
    }
}

impl Resource for ParameterGroup {
    type Outputs = ParameterGroupOutputs;

    const SCHEMA: &'static Schema = &Schema {
        identifier: "CacheParameterGroupName",
        outputs: &["CacheParameterGroupName", "Arn"],
        replaces: &["CacheParameterGroupFamily", "CacheParameterGroupName", "Description"],
        computed: &["CacheParameterGroupName"],
        exclusive: &["CacheParameterGroupName"],
        name: Some(NameRule {
            lowercase: true,
            letter_first: true,
            ..NameRule::new("CacheParameterGroupName", 255)
        }),
        resource_type: Some("elasticache:parametergroup"),
        api: "elasticache",
        ..Schema::new(Kind::new("AWS::ElastiCache::ParameterGroup"))
    };

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    /// `CreateCacheParameterGroup`, `DeleteCacheParameterGroup`, those of tags, and for every 20
    /// parameters a `ModifyCacheParameterGroup` or `ResetCacheParameterGroup`.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        let pages = |parameters: usize| {
            u32::try_from(parameters.div_ceil(Self::PARAMETERS_PER_CALL)).unwrap_or(u32::MAX)
        };
        match operation {
            Operation::Create(group) => 1 + pages(group.properties.len()),
            Operation::Update(from, to) => {
                let (set, reset) = from.parameter_changes(to);
                pages(set.len()) + pages(reset.len()) + super::tag_calls(&from.tags, &to.tags)
            }
            Operation::Delete(_) => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::properties_of;

    fn group(properties: &[(&str, &str)]) -> ParameterGroup {
        ParameterGroup::builder()
            .cache_parameter_group_family(CacheParameterGroupFamily::literal("valkey8"))
            .description("of carts")
            .properties(properties.iter().copied())
            .build()
    }

    #[test]
    fn has_the_shape_of_cloudformation() {
        let group = group(&[("timeout", "60"), ("maxmemory-policy", "allkeys-lru")]);
        let shape = serde_json::json!({
            "CacheParameterGroupFamily": "valkey8",
            "Description": "of carts",
            "Properties": { "maxmemory-policy": "allkeys-lru", "timeout": "60" },
            "Tags": [],
        });
        assert_eq!(serde_json::Value::Object(properties_of(&group)), shape);
        assert_eq!(serde_json::from_value::<ParameterGroup>(shape).unwrap(), group);
    }

    #[test]
    fn changes_are_set_or_reset_in_calls_of_twenty() {
        let old = group(&[("a", "1"), ("b", "1"), ("c", "1")]);
        let mut new = group(&[("a", "1"), ("b", "2")]);
        let (set, reset) = old.parameter_changes(&new);
        assert_eq!(set, [("b".to_owned(), "2".to_owned())]);
        assert_eq!(reset, ["c"]);
        assert_eq!(ParameterGroup::calls(&Operation::Update(&old, &new)), 2);
        new.properties.extend((0..21).map(|number| (format!("p{number}"), "1".to_owned())));
        assert_eq!(ParameterGroup::calls(&Operation::Create(&new)), 3);
    }
}
