//! `AWS::ElastiCache::SubnetGroup`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::CacheSubnetGroupName;
use crate::{
    Set,
    reference::{Output, Ref},
    resource::{Operation, Resource},
    schema::{Kind, NameRule, Schema},
    services::ec2::Subnet,
    tags::Tags,
};

/// The subnets that the nodes of a cache may stand in.
///
/// AWS: [`AWS::ElastiCache::SubnetGroup`](https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateCacheSubnetGroup.html).
/// They must be of one VPC; Multi-AZ needs two Availability Zones. Quotas: 150 groups per Region,
/// 20 subnets per group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct SubnetGroup {
    /// `CacheSubnetGroupName`. Unset: elanswer makes one up. Changing it replaces the group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache_subnet_group_name: Option<CacheSubnetGroupName>,
    /// `Description`: for people.
    #[builder(into)]
    pub description: String,
    /// `SubnetIds`.
    #[builder(with = |subnets: impl IntoIterator<Item = impl Into<Ref<Subnet>>>| {
        subnets.into_iter().map(Into::into).collect()
    })]
    #[serde(rename = "SubnetIds")]
    pub subnets: Set<Ref<Subnet>>,
    /// `Tags`.
    #[builder(default)]
    #[serde(default)]
    pub tags: Tags,
}

/// What AWS decides of a subnet group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SubnetGroupOutputs {
    /// `CacheSubnetGroupName`: what names the group to AWS.
    pub cache_subnet_group_name: String,
    /// `Arn`; CloudFormation does not give it out, but tags are set by it.
    pub arn: String,
}

impl Ref<SubnetGroup> {
    /// The ARN of the group.
    #[must_use]
    pub fn arn(&self) -> Output<String> {
        self.output("Arn")
    }
}

impl SubnetGroup {
    /// Whether `ModifyCacheSubnetGroup` must be called to come from `self` to `to`.
    #[must_use]
    pub fn is_modified_by(&self, to: &Self) -> bool {
        self.description != to.description || self.subnets != to.subnets
    }
}

impl Resource for SubnetGroup {
    type Outputs = SubnetGroupOutputs;

    const SCHEMA: &'static Schema = &Schema {
        identifier: "CacheSubnetGroupName",
        outputs: &["CacheSubnetGroupName", "Arn"],
        replaces: &["CacheSubnetGroupName"],
        computed: &["CacheSubnetGroupName"],
        exclusive: &["CacheSubnetGroupName"],
        name: Some(NameRule {
            lowercase: true,
            letter_first: true,
            ..NameRule::new("CacheSubnetGroupName", 255)
        }),
        resource_type: Some("elasticache:subnetgroup"),
        api: "elasticache",
        ..Schema::new(Kind::new("AWS::ElastiCache::SubnetGroup"))
    };

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    /// `CreateCacheSubnetGroup`, `ModifyCacheSubnetGroup`, `DeleteCacheSubnetGroup`, and those of tags.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Update(from, to) => {
                u32::from(from.is_modified_by(to)) + super::tag_calls(&from.tags, &to.tags)
            }
            Operation::Create(_) | Operation::Delete(_) => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::properties_of;

    #[test]
    fn has_the_shape_of_cloudformation() {
        let group = SubnetGroup::builder()
            .cache_subnet_group_name(CacheSubnetGroupName::literal("data"))
            .description("isolated")
            .subnets([Ref::existing("subnet-2"), Ref::existing("subnet-1")])
            .build();
        let shape = serde_json::json!({
            "CacheSubnetGroupName": "data",
            "Description": "isolated",
            "SubnetIds": ["subnet-1", "subnet-2"],
            "Tags": [],
        });
        assert_eq!(serde_json::Value::Object(properties_of(&group)), shape);
        assert_eq!(serde_json::from_value::<SubnetGroup>(shape).unwrap(), group);
    }
}
