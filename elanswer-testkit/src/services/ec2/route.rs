//! `AWS::EC2::Route` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/vpc/latest/userguide/RouteTables.html>,
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html>.
//! Stricter than AWS: a NAT gateway is no target until it is available.
//! Not modelled: IPv6, prefix lists, other targets, the state `blackhole`.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Cidr, Handler, Place, cidr,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::ec2::{
        InternetGateway, NatGateway, Route, RouteOutputs, RouteTable, RouteTarget, Subnet, Vpc,
    },
};

use super::vpc_gateway_attachment::attachment_of_gateway;
use crate::{
    api::Api,
    world::{AwsError, World},
};

/// What AWS needs for itself in every VPC: no route leads there.
const RESERVED: Cidr = cidr!("169.254.168.0/22");

/// Handles routes in memory.
#[derive(Debug)]
pub struct RouteHandler(Api);

impl From<Api> for RouteHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

fn create_route(world: &mut World, request: &Create<Route>) -> Result<Observed<Route>, AwsError> {
    let (place, desired) = (&request.place, &request.desired);
    let (table_id, vpc_id) = table_of(world, place, desired)?;
    let outputs = RouteOutputs::of(&table_id, desired.destination);
    if let Some(existing) = world.get::<Route>(place, &outputs.id) {
        if existing.resource == *desired {
            return Ok(existing.observed(world.now()));
        }
        return Err(already_exists(desired.destination));
    }
    check_destination(world, place, &vpc_id, desired)?;
    check_target(world, place, &table_id, &vpc_id, &desired.target)?;
    let siblings = world
        .all::<Route>(place)
        .filter(|(_, route)| route.resource.route_table == desired.route_table)
        .count();
    let with_local = 1 + siblings;
    world.quotas.check("routes per route table", 500, with_local, "RouteLimitExceeded")?;
    world.insert(request, outputs, "", Duration::ZERO)
}

fn replace_route(
    world: &mut World,
    place: &Place,
    identifier: &str,
    desired: &Route,
) -> Result<(), AwsError> {
    let (table_id, vpc_id) = table_of(world, place, desired)?;
    if world.get::<Route>(place, identifier).is_none() {
        return Err(AwsError::not_found(
            "InvalidParameterValue",
            format!(
                "There is no route defined for '{}' in the route table. Use CreateRoute instead.",
                desired.destination
            ),
        ));
    }
    check_destination(world, place, &vpc_id, desired)?;
    check_target(world, place, &table_id, &vpc_id, &desired.target)?;
    world
        .change::<Route>(place, identifier, "", Duration::ZERO, |route| {
            route.resource.target = desired.target.clone();
        })
        .map(drop)
}

/// The table of a route, and the VPC of the table.
fn table_of(world: &World, place: &Place, route: &Route) -> Result<(String, String), AwsError> {
    let table_id = route.route_table.known().unwrap_or_default();
    let table = world.require::<RouteTable>(place, table_id, "InvalidRouteTableID.NotFound")?;
    Ok((table_id.to_owned(), table.resource.vpc.known().unwrap_or_default().to_owned()))
}

fn already_exists(destination: Cidr) -> AwsError {
    AwsError::conflict(
        "RouteAlreadyExists",
        format!("The route identified by {destination} already exists."),
    )
}

/// Within the VPC the local route decides, except that a NAT gateway may take all of a subnet.
fn check_destination(
    world: &World,
    place: &Place,
    vpc_id: &str,
    route: &Route,
) -> Result<(), AwsError> {
    let destination = route.destination;
    let local = world.require::<Vpc>(place, vpc_id, "InvalidVpcID.NotFound")?.resource.cidr_block;
    if destination == local {
        return Err(already_exists(destination));
    }
    if RESERVED.contains(destination) {
        return Err(AwsError::invalid(
            "InvalidParameterValue",
            format!("The destination CIDR block {destination} is reserved by AWS."),
        ));
    }
    if !local.contains(destination) {
        return Ok(());
    }
    let whole_subnet = world.all::<Subnet>(place).any(|(_, subnet)| {
        subnet.resource.vpc.known() == Some(vpc_id) && subnet.resource.cidr_block == destination
    });
    match &route.target {
        RouteTarget::NatGateway(_) if whole_subnet => Ok(()),
        RouteTarget::NatGateway(_) => Err(AwsError::invalid(
            "InvalidParameterValue",
            "Route destination doesn't match any subnet CIDR blocks.",
        )),
        RouteTarget::InternetGateway(_) => Err(AwsError::invalid(
            "InvalidParameterValue",
            format!(
                "The destination CIDR block {destination} is equal to or more specific than one \
                 of this VPC's CIDR blocks. This route can target only an interface or an instance."
            ),
        )),
    }
}

fn check_target(
    world: &World,
    place: &Place,
    table_id: &str,
    vpc_id: &str,
    target: &RouteTarget,
) -> Result<(), AwsError> {
    let (gateway_id, vpc_of_target) = match target {
        RouteTarget::InternetGateway(gateway) => {
            let id = gateway.known().unwrap_or_default();
            if world.get::<InternetGateway>(place, id).is_none() {
                return Err(AwsError::not_found(
                    "InvalidGatewayID.NotFound",
                    format!("The gateway ID '{id}' does not exist"),
                ));
            }
            let attached = attachment_of_gateway(world, place, id);
            (id, attached.and_then(|attached| attached.resource.vpc.known()))
        }
        RouteTarget::NatGateway(gateway) => {
            let id = gateway.known().unwrap_or_default();
            let subnet = world
                .get::<NatGateway>(place, id)
                .filter(|gateway| world.now() >= gateway.ready_at)
                .and_then(|gateway| world.look::<Subnet>(place, gateway.resource.subnet.known()?));
            let Some(subnet) = subnet else {
                return Err(AwsError::not_found(
                    "InvalidNatGatewayID.NotFound",
                    format!("The natGateway ID '{id}' does not exist"),
                ));
            };
            (id, subnet.resource.vpc.known())
        }
    };
    if vpc_of_target == Some(vpc_id) {
        Ok(())
    } else {
        Err(AwsError::invalid(
            "InvalidParameterValue",
            format!(
                "route table {table_id} and network gateway {gateway_id} belong to different \
                 networks"
            ),
        ))
    }
}

#[async_trait]
impl Handler<Route> for RouteHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<Route>>, ExecError>> {
        self.0.read("ec2", "DescribeRouteTables", place, identifiers).await
    }

    async fn create(&self, request: &Create<Route>) -> Result<Observed<Route>, ExecError> {
        self.0
            .call("ec2", "CreateRoute", &request.place, |world| create_route(world, request))
            .await
    }

    /// A table has one route for a destination.
    async fn find(&self, request: &Create<Route>) -> Result<Option<Observed<Route>>, ExecError> {
        let (place, desired) = (&request.place, &request.desired);
        let table_id = desired.route_table.known().unwrap_or_default();
        let outputs = RouteOutputs::of(table_id, desired.destination);
        self.0
            .call("ec2", "DescribeRouteTables", place, |world| {
                let route = world.get::<Route>(place, &outputs.id);
                Ok(route.map(|route| route.observed(world.now())))
            })
            .await
    }

    async fn update(&self, request: &Update<Route>) -> Result<Observed<Route>, ExecError> {
        if request.current.target != request.desired.target {
            self.0
                .call("ec2", "ReplaceRoute", &request.place, |world| {
                    replace_route(world, &request.place, &request.identifier, &request.desired)
                })
                .await?;
        }
        Ok(self.0.after(request))
    }

    async fn delete(&self, request: &Delete<Route>) -> Result<Deletion, ExecError> {
        self.0
            .call("ec2", "DeleteRoute", &request.place, |world| {
                world.remove::<Route>(&request.place, &request.identifier, Duration::ZERO);
                Ok(())
            })
            .await?;
        Ok(Deletion::Gone)
    }
}
