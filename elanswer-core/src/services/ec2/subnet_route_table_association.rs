//! `AWS::EC2::SubnetRouteTableAssociation`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::{RouteTable, Subnet};
use crate::{
    reference::Ref,
    resource::Resource,
    schema::{Kind, Schema},
};

/// Puts a subnet under a route table.
///
/// AWS: [`AWS::EC2::SubnetRouteTableAssociation`](https://docs.aws.amazon.com/vpc/latest/userguide/WorkWithRouteTables.html).
/// A subnet has at most one; without one it is under the main table of its VPC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct SubnetRouteTableAssociation {
    /// `SubnetId`. Changing it replaces the association.
    #[builder(into)]
    #[serde(rename = "SubnetId")]
    pub subnet: Ref<Subnet>,
    /// `RouteTableId`. Changing it replaces the association; between the two the subnet is under
    /// the main table.
    #[builder(into)]
    #[serde(rename = "RouteTableId")]
    pub route_table: Ref<RouteTable>,
}

/// What AWS decides of an association.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SubnetRouteTableAssociationOutputs {
    /// `Id`: `rtbassoc-` and hexadecimal digits.
    pub id: String,
}

impl SubnetRouteTableAssociation {
    /// Puts `subnet` under `route_table`.
    #[must_use]
    pub fn new(subnet: impl Into<Ref<Subnet>>, route_table: impl Into<Ref<RouteTable>>) -> Self {
        Self { subnet: subnet.into(), route_table: route_table.into() }
    }
}

/// Every operation is one call: `AssociateRouteTable`, `DisassociateRouteTable`.
impl Resource for SubnetRouteTableAssociation {
    type Outputs = SubnetRouteTableAssociationOutputs;

    const SCHEMA: &'static Schema = &Schema {
        identifier: "Id",
        outputs: &["Id"],
        replaces: &["SubnetId", "RouteTableId"],
        exclusive: &["SubnetId"],
        api: "ec2",
        ..Schema::new(Kind::new("AWS::EC2::SubnetRouteTableAssociation"))
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::properties_of;

    #[test]
    fn has_the_shape_of_cloudformation() {
        let association = SubnetRouteTableAssociation::new(
            Ref::existing("subnet-1"),
            Ref::<RouteTable>::existing("rtb-1"),
        );
        assert_eq!(
            serde_json::Value::Object(properties_of(&association)),
            serde_json::json!({ "SubnetId": "subnet-1", "RouteTableId": "rtb-1" })
        );
    }
}
