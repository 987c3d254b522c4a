//! `AWS::EC2::SubnetNetworkAclAssociation`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::{NetworkAcl, Subnet};
use crate::{
    reference::Ref,
    resource::{Operation, Resource},
    schema::{Kind, Schema},
};

/// Puts a subnet behind a network ACL.
///
/// AWS: [`AWS::EC2::SubnetNetworkAclAssociation`](https://docs.aws.amazon.com/vpc/latest/userguide/network-acl-associations.html).
/// A subnet has one at all times: the default ACL of its VPC lets everything through, and stands
/// before the subnet until it is associated with another one, and again when that association is
/// removed. An ACL without its entries denies everything, and the association does not refer to
/// them: make it depend on the [`NetworkAclEntry`](super::NetworkAclEntry)s.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct SubnetNetworkAclAssociation {
    /// `SubnetId`. Changing it replaces the association.
    #[builder(into)]
    #[serde(rename = "SubnetId")]
    pub subnet: Ref<Subnet>,
    /// `NetworkAclId`. Changing it replaces the association; between the two the subnet is behind
    /// the default ACL.
    #[builder(into)]
    #[serde(rename = "NetworkAclId")]
    pub network_acl: Ref<NetworkAcl>,
}

/// What AWS decides of an association.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SubnetNetworkAclAssociationOutputs {
    /// `AssociationId`: `aclassoc-` and hexadecimal digits. Each association of a subnet has
    /// another one.
    pub association_id: String,
}

impl SubnetNetworkAclAssociation {
    /// Puts `subnet` behind `network_acl`.
    #[must_use]
    pub fn new(subnet: impl Into<Ref<Subnet>>, network_acl: impl Into<Ref<NetworkAcl>>) -> Self {
        Self { subnet: subnet.into(), network_acl: network_acl.into() }
    }
}

impl Resource for SubnetNetworkAclAssociation {
    type Outputs = SubnetNetworkAclAssociationOutputs;

    const SCHEMA: &'static Schema = &Schema {
        identifier: "AssociationId",
        outputs: &["AssociationId"],
        replaces: &["SubnetId", "NetworkAclId"],
        exclusive: &["SubnetId"],
        api: "ec2",
        ..Schema::new(Kind::new("AWS::EC2::SubnetNetworkAclAssociation"))
    };

    /// `ReplaceNetworkAclAssociation`, after a `DescribeNetworkAcls` for the association that is
    /// replaced; a removal looks for the default ACL too.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Create(_) => 2,
            Operation::Update(_, _) => 0,
            Operation::Delete(_) => 3,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::properties_of;

    #[test]
    fn has_the_shape_of_cloudformation() {
        let association = SubnetNetworkAclAssociation::new(
            Ref::existing("subnet-1"),
            Ref::<NetworkAcl>::existing("acl-1"),
        );
        assert_eq!(
            serde_json::Value::Object(properties_of(&association)),
            serde_json::json!({ "SubnetId": "subnet-1", "NetworkAclId": "acl-1" })
        );
    }
}
