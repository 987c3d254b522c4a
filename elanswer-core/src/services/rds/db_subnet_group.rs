//! `AWS::RDS::DBSubnetGroup`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::DbSubnetGroupName;
use crate::{
    Set,
    reference::{Output, Ref},
    resource::{Operation, Resource},
    schema::{Kind, NameRule, Schema},
    services::ec2::Subnet,
    tags::Tags,
};

/// The subnets that the instances of a database may stand in.
///
/// AWS: [`AWS::RDS::DBSubnetGroup`](https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html).
/// They must be of one VPC and in two Availability Zones at least. Quotas: 50 groups per Region,
/// 20 subnets per group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct DbSubnetGroup {
    /// `DBSubnetGroupName`. Unset: elanswer makes one up. Changing it replaces the group.
    #[serde(rename = "DBSubnetGroupName", default, skip_serializing_if = "Option::is_none")]
    pub db_subnet_group_name: Option<DbSubnetGroupName>,
    /// `DBSubnetGroupDescription`: for people.
    #[builder(into)]
    #[serde(rename = "DBSubnetGroupDescription")]
    pub db_subnet_group_description: String,
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
pub struct DbSubnetGroupOutputs {
    /// `DBSubnetGroupName`: what names the group to AWS.
    #[serde(rename = "DBSubnetGroupName")]
    pub db_subnet_group_name: String,
    /// `DBSubnetGroupArn`; CloudFormation does not give it out, but tags are set by it.
    #[serde(rename = "DBSubnetGroupArn")]
    pub db_subnet_group_arn: String,
}

impl Ref<DbSubnetGroup> {
    /// The ARN of the group.
    #[must_use]
    pub fn arn(&self) -> Output<String> {
        self.output("DBSubnetGroupArn")
    }
}

impl DbSubnetGroup {
    /// Whether `ModifyDBSubnetGroup` must be called to come from `self` to `to`.
    #[must_use]
    pub fn is_modified_by(&self, to: &Self) -> bool {
        self.db_subnet_group_description != to.db_subnet_group_description
            || self.subnets != to.subnets
    }
}

impl Resource for DbSubnetGroup {
    type Outputs = DbSubnetGroupOutputs;

    const SCHEMA: &'static Schema = &Schema {
        identifier: "DBSubnetGroupName",
        outputs: &["DBSubnetGroupName", "DBSubnetGroupArn"],
        replaces: &["DBSubnetGroupName"],
        computed: &["DBSubnetGroupName"],
        exclusive: &["DBSubnetGroupName"],
        name: Some(NameRule {
            also: "._ ",
            lowercase: true,
            letter_first: true,
            ..NameRule::new("DBSubnetGroupName", 255)
        }),
        resource_type: Some("rds:subgrp"),
        api: "rds",
        ..Schema::new(Kind::new("AWS::RDS::DBSubnetGroup"))
    };

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    /// `CreateDBSubnetGroup`, `ModifyDBSubnetGroup`, `DeleteDBSubnetGroup`, and those of tags.
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
        let group = DbSubnetGroup::builder()
            .db_subnet_group_name(DbSubnetGroupName::literal("data"))
            .db_subnet_group_description("isolated")
            .subnets([Ref::existing("subnet-2"), Ref::existing("subnet-1")])
            .build();
        let shape = serde_json::json!({
            "DBSubnetGroupName": "data",
            "DBSubnetGroupDescription": "isolated",
            "SubnetIds": ["subnet-1", "subnet-2"],
            "Tags": [],
        });
        assert_eq!(serde_json::Value::Object(properties_of(&group)), shape);
        assert_eq!(serde_json::from_value::<DbSubnetGroup>(shape).unwrap(), group);
    }
}
