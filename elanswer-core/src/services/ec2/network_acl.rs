//! `AWS::EC2::NetworkAcl`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::Vpc;
use crate::{
    reference::Ref,
    resource::{Operation, Resource},
    schema::{Kind, Schema},
    tags::Tags,
};

/// A firewall at the border of subnets, which keeps no record of connections.
///
/// AWS: [`AWS::EC2::NetworkAcl`](https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html).
/// It denies everything that none of its [`NetworkAclEntry`](super::NetworkAclEntry)s allows, in
/// each direction by itself: the answers to what is let in must be let out. What stays within a
/// subnet, and what goes to the DNS resolver of AWS, it does not see. Quota: 200 per VPC unless
/// raised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct NetworkAcl {
    /// `VpcId`. Changing it replaces the ACL.
    #[builder(into)]
    #[serde(rename = "VpcId")]
    pub vpc: Ref<Vpc>,
    /// `Tags`.
    #[builder(default)]
    #[serde(default)]
    pub tags: Tags,
}

/// What AWS decides of a network ACL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct NetworkAclOutputs {
    /// `Id`: `acl-` and hexadecimal digits.
    pub id: String,
}

impl NetworkAcl {
    /// An ACL of this VPC without tags, which denies everything.
    #[must_use]
    pub fn new(vpc: impl Into<Ref<Vpc>>) -> Self {
        Self::builder().vpc(vpc).build()
    }
}

impl Resource for NetworkAcl {
    type Outputs = NetworkAclOutputs;

    const SCHEMA: &'static Schema = &Schema {
        identifier: "Id",
        outputs: &["Id"],
        replaces: &["VpcId"],
        resource_type: Some("ec2:network-acl"),
        api: "ec2",
        ..Schema::new(Kind::new("AWS::EC2::NetworkAcl"))
    };

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    /// `CreateNetworkAcl`, `DeleteNetworkAcl`.
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
        let acl = NetworkAcl::new(Ref::existing("vpc-1"));
        assert_eq!(
            serde_json::Value::Object(properties_of(&acl)),
            serde_json::json!({ "VpcId": "vpc-1", "Tags": [] })
        );
    }
}
