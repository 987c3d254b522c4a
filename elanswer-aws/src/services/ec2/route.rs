//! `AWS::EC2::Route` over the SDK.
//!
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html>. A route is a part
//! of the description of its table.

use std::collections::BTreeSet;

use async_trait::async_trait;
use aws_sdk_ec2::types;
use elanswer_core::{
    Handler, Place, Ref, Region,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::ec2::{Route, RouteOutputs, RouteTarget},
};

use super::{failed, filter, gone_is_fine, read_all, route_table::describe_route_tables};
use crate::clients::Clients;

/// Handles routes over the SDK.
#[derive(Debug)]
pub struct RouteHandler(Clients);

impl From<Clients> for RouteHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

/// A target as the two parameters `GatewayId` and `NatGatewayId`.
fn parameters(target: &RouteTarget) -> (Option<String>, Option<String>) {
    match target {
        RouteTarget::InternetGateway(gateway) => (gateway.known().map(str::to_owned), None),
        RouteTarget::NatGateway(gateway) => (None, gateway.known().map(str::to_owned)),
    }
}

/// Where a described route leads.
///
/// AWS takes a NAT gateway as `GatewayId` too, and not every server answers as AWS does: the
/// identifier says what it is. Whatever else somebody made it lead to stands as its gateway, so
/// that the plan shows it and leads it back.
fn target(route: &types::Route) -> Option<RouteTarget> {
    let id = route
        .nat_gateway_id()
        .or_else(|| route.gateway_id())
        .or_else(|| route.network_interface_id())
        .or_else(|| route.instance_id())
        .or_else(|| route.transit_gateway_id())
        .or_else(|| route.vpc_peering_connection_id())
        .or_else(|| route.carrier_gateway_id())
        .or_else(|| route.local_gateway_id())
        .or_else(|| route.core_network_arn())?;
    Some(if id.starts_with("nat-") {
        RouteTarget::NatGateway(Ref::existing(id))
    } else {
        RouteTarget::InternetGateway(Ref::existing(id))
    })
}

/// The IPv4 routes of a described table; the local one is among them.
fn routes(table: &types::RouteTable) -> Vec<Observed<Route>> {
    let Some(table_id) = table.route_table_id() else { return Vec::new() };
    table
        .routes()
        .iter()
        .filter_map(|route| {
            let destination = route.destination_cidr_block()?.parse().ok()?;
            let resource = Route::builder()
                .route_table(Ref::existing(table_id))
                .destination(destination)
                .target(target(route)?)
                .build();
            Some(Observed::ready(resource, RouteOutputs::of(table_id, destination)))
        })
        .collect()
}

impl RouteHandler {
    async fn describe(
        &self,
        region: Region,
        table_ids: impl IntoIterator<Item = String>,
    ) -> Result<Vec<(String, Observed<Route>)>, ExecError> {
        let filters = vec![filter("route-table-id", table_ids)];
        let tables = describe_route_tables(&self.0, region, filters).await?;
        let found = tables.iter().flat_map(routes);
        Ok(found.map(|route| (route.outputs.id.clone(), route)).collect())
    }
}

#[async_trait]
impl Handler<Route> for RouteHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<Route>>, ExecError>> {
        read_all(identifiers, |page| async move {
            let table_ids: BTreeSet<String> = page
                .iter()
                .filter_map(|id| RouteOutputs::parts(id).map(|(table_id, _)| table_id.to_owned()))
                .collect();
            self.describe(place.region, table_ids).await
        })
        .await
    }

    async fn create(&self, request: &Create<Route>) -> Result<Observed<Route>, ExecError> {
        let desired = &request.desired;
        let (gateway_id, nat_gateway_id) = parameters(&desired.target);
        self.0
            .ec2(request.place.region)
            .create_route()
            .set_route_table_id(desired.route_table.known().map(str::to_owned))
            .destination_cidr_block(desired.destination.to_string())
            .set_gateway_id(gateway_id)
            .set_nat_gateway_id(nat_gateway_id)
            .send()
            .await
            .map_err(failed("CreateRoute"))?;
        let table_id = desired.route_table.known().unwrap_or_default();
        let outputs = RouteOutputs::of(table_id, desired.destination);
        Ok(Observed::ready(desired.clone(), outputs))
    }

    /// A table has one route for a destination.
    async fn find(&self, request: &Create<Route>) -> Result<Option<Observed<Route>>, ExecError> {
        let table_id = request.desired.route_table.known().unwrap_or_default();
        let wanted = RouteOutputs::of(table_id, request.desired.destination).id;
        let found = self.describe(request.place.region, [table_id.to_owned()]).await?;
        Ok(found.into_iter().find(|(id, _)| *id == wanted).map(|(_, route)| route))
    }

    async fn update(&self, request: &Update<Route>) -> Result<Observed<Route>, ExecError> {
        let desired = &request.desired;
        if request.current.target != desired.target {
            let (gateway_id, nat_gateway_id) = parameters(&desired.target);
            self.0
                .ec2(request.place.region)
                .replace_route()
                .set_route_table_id(desired.route_table.known().map(str::to_owned))
                .destination_cidr_block(desired.destination.to_string())
                .set_gateway_id(gateway_id)
                .set_nat_gateway_id(nat_gateway_id)
                .send()
                .await
                .map_err(failed("ReplaceRoute"))?;
        }
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<Route>) -> Result<Deletion, ExecError> {
        let current = &request.current;
        let call = self.0.ec2(request.place.region).delete_route();
        let call = call
            .set_route_table_id(current.route_table.known().map(str::to_owned))
            .destination_cidr_block(current.destination.to_string());
        gone_is_fine(call.send().await.map_err(failed("DeleteRoute")))?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_told_apart() {
        let route = |destination: &str| types::Route::builder().destination_cidr_block(destination);
        let table = types::RouteTable::builder()
            .route_table_id("rtb-1")
            .routes(route("10.0.0.0/16").gateway_id("local").build())
            .routes(route("0.0.0.0/0").nat_gateway_id("nat-1").build())
            .routes(route("192.0.2.0/24").gateway_id("igw-1").build())
            .routes(route("203.0.113.0/24").gateway_id("nat-2").build())
            .routes(route("198.51.100.0/24").transit_gateway_id("tgw-1").build())
            .routes(types::Route::builder().destination_prefix_list_id("pl-1").build())
            .build();
        let seen: Vec<_> =
            routes(&table).into_iter().map(|it| (it.outputs.id, it.resource.target)).collect();
        let gateway = |id: &str| RouteTarget::InternetGateway(Ref::existing(id));
        assert_eq!(
            seen,
            [
                ("rtb-1|10.0.0.0/16".to_owned(), gateway("local")),
                ("rtb-1|0.0.0.0/0".to_owned(), RouteTarget::NatGateway(Ref::existing("nat-1"))),
                ("rtb-1|192.0.2.0/24".to_owned(), gateway("igw-1")),
                (
                    "rtb-1|203.0.113.0/24".to_owned(),
                    RouteTarget::NatGateway(Ref::existing("nat-2"))
                ),
                ("rtb-1|198.51.100.0/24".to_owned(), gateway("tgw-1")),
            ]
        );
    }

    #[test]
    fn one_parameter_is_sent() {
        let nat = RouteTarget::NatGateway(Ref::existing("nat-1"));
        assert_eq!(parameters(&nat), (None, Some("nat-1".to_owned())));
    }
}
