//! `AWS::EC2::RouteTable`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::Vpc;
use crate::{
    reference::Ref,
    resource::{Operation, Resource},
    schema::{Kind, Schema},
    tags::Tags,
};

/// Says where traffic of the associated subnets goes.
///
/// AWS: [`AWS::EC2::RouteTable`](https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html).
/// Every table has a local route for the addresses of its VPC; the rest are
/// [`Route`](super::Route)s of their own. Quota: 200 per VPC unless raised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct RouteTable {
    /// `VpcId`. Changing it replaces the table.
    #[builder(into)]
    #[serde(rename = "VpcId")]
    pub vpc: Ref<Vpc>,
    /// `Tags`.
    #[builder(default)]
    #[serde(default)]
    pub tags: Tags,
}

/// What AWS decides of a route table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct RouteTableOutputs {
    /// `RouteTableId`: `rtb-` and hexadecimal digits.
    pub route_table_id: String,
}

impl RouteTable {
    /// A table of this VPC without tags.
    #[must_use]
    pub fn new(vpc: impl Into<Ref<Vpc>>) -> Self {
        Self::builder().vpc(vpc).build()
    }
}

impl Resource for RouteTable {
    type Outputs = RouteTableOutputs;

    const SCHEMA: &'static Schema = &Schema {
        identifier: "RouteTableId",
        outputs: &["RouteTableId"],
        replaces: &["VpcId"],
        resource_type: Some("ec2:route-table"),
        api: "ec2",
        ..Schema::new(Kind::new("AWS::EC2::RouteTable"))
    };

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    /// `CreateRouteTable`, `DeleteRouteTable`.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Update(from, to) => super::tag_calls(&from.tags, &to.tags),
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
        let table = RouteTable::new(Ref::existing("vpc-1"));
        assert_eq!(
            serde_json::Value::Object(properties_of(&table)),
            serde_json::json!({ "VpcId": "vpc-1", "Tags": [] })
        );
    }
}
