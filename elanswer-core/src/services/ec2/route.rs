//! `AWS::EC2::Route`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::{InternetGateway, NatGateway, RouteTable};
use crate::{
    cidr::Cidr,
    reference::Ref,
    resource::{Operation, Resource},
    schema::{Kind, Schema},
};

/// One line of a route table: traffic to these addresses goes there.
///
/// AWS: [`AWS::EC2::Route`](https://docs.aws.amazon.com/vpc/latest/userguide/route-table-options.html).
/// A route to an internet gateway needs the gateway attached to the VPC of the table, which the
/// route does not refer to: make it depend on the
/// [`VpcGatewayAttachment`](super::VpcGatewayAttachment). Quota: 500 per table unless raised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct Route {
    /// `RouteTableId`. Changing it replaces the route.
    #[builder(into)]
    #[serde(rename = "RouteTableId")]
    pub route_table: Ref<RouteTable>,
    /// `DestinationCidrBlock`: the addresses. Changing it replaces the route.
    #[serde(rename = "DestinationCidrBlock")]
    pub destination: Cidr,
    /// `GatewayId` or `NatGatewayId`: where the traffic goes.
    #[builder(into)]
    #[serde(flatten)]
    pub target: RouteTarget,
}

/// Where a route leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RouteTarget {
    /// `GatewayId`: to the internet, both ways.
    #[serde(rename = "GatewayId")]
    InternetGateway(Ref<InternetGateway>),
    /// `NatGatewayId`: to the internet, outwards only.
    #[serde(rename = "NatGatewayId")]
    NatGateway(Ref<NatGateway>),
}

impl From<Ref<InternetGateway>> for RouteTarget {
    fn from(gateway: Ref<InternetGateway>) -> Self {
        Self::InternetGateway(gateway)
    }
}

impl From<&Ref<InternetGateway>> for RouteTarget {
    fn from(gateway: &Ref<InternetGateway>) -> Self {
        Self::InternetGateway(gateway.clone())
    }
}

impl From<Ref<NatGateway>> for RouteTarget {
    fn from(gateway: Ref<NatGateway>) -> Self {
        Self::NatGateway(gateway)
    }
}

impl From<&Ref<NatGateway>> for RouteTarget {
    fn from(gateway: &Ref<NatGateway>) -> Self {
        Self::NatGateway(gateway.clone())
    }
}

/// What AWS decides of a route.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct RouteOutputs {
    /// What CloudFormation calls the route: the table, `|` and the destination.
    pub id: String,
}

impl RouteOutputs {
    /// The route of this table to this destination.
    #[must_use]
    pub fn of(route_table_id: &str, destination: Cidr) -> Self {
        Self { id: format!("{route_table_id}|{destination}") }
    }

    /// The table and the destination in the identifier of a route.
    #[must_use]
    pub fn parts(identifier: &str) -> Option<(&str, Cidr)> {
        let (table, destination) = identifier.split_once('|')?;
        Some((table, destination.parse().ok()?))
    }
}

impl Route {
    /// A route of `route_table` for every address that no other route has.
    #[must_use]
    pub fn to_anywhere(
        route_table: impl Into<Ref<RouteTable>>,
        target: impl Into<RouteTarget>,
    ) -> Self {
        Self::builder().route_table(route_table).destination(Cidr::ANY).target(target).build()
    }
}

impl Resource for Route {
    type Outputs = RouteOutputs;

    const SCHEMA: &'static Schema = &Schema {
        identifier: "Id",
        outputs: &["Id"],
        replaces: &["RouteTableId", "DestinationCidrBlock"],
        exclusive: &["RouteTableId", "DestinationCidrBlock"],
        api: "ec2",
        ..Schema::new(Kind::new("AWS::EC2::Route"))
    };

    /// `CreateRoute`, `ReplaceRoute`, `DeleteRoute`.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Update(from, to) => u32::from(from.target != to.target),
            Operation::Create(_) | Operation::Delete(_) => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{cidr, resource::properties_of};

    #[test]
    fn has_the_shape_of_cloudformation() {
        let table = Ref::existing("rtb-1");
        let routes = [
            Route::to_anywhere(&table, Ref::<InternetGateway>::existing("igw-1")),
            Route::to_anywhere(&table, Ref::<NatGateway>::existing("nat-1")),
        ];
        let shapes = [
            serde_json::json!({
                "RouteTableId": "rtb-1", "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1",
            }),
            serde_json::json!({
                "RouteTableId": "rtb-1", "DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-1",
            }),
        ];
        for (route, shape) in routes.into_iter().zip(shapes) {
            assert_eq!(serde_json::Value::Object(properties_of(&route)), shape);
            assert_eq!(serde_json::from_value::<Route>(shape).unwrap(), route);
        }
    }

    #[test]
    fn a_managed_target_is_a_reference() {
        let gateway = Ref::<NatGateway>::managed(crate::ResourceId::new("nat").unwrap());
        let route = Route::to_anywhere(Ref::existing("rtb-1"), &gateway);
        let tree = properties_of(&route);
        assert_eq!(
            tree.get("NatGatewayId"),
            Some(&serde_json::json!({ "Fn::GetAtt": ["nat", "NatGatewayId"] }))
        );
        assert_eq!(serde_json::from_value::<Route>(tree.into()).unwrap(), route);
    }

    #[test]
    fn the_identifier_names_table_and_destination() {
        let id = RouteOutputs::of("rtb-1", cidr!("10.1.0.0/16")).id;
        assert_eq!(id, "rtb-1|10.1.0.0/16");
        assert_eq!(RouteOutputs::parts(&id), Some(("rtb-1", cidr!("10.1.0.0/16"))));
        assert_eq!(RouteOutputs::parts("rtb-1"), None);
    }
}
