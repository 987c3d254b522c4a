//! `AWS::EC2::RouteTable` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html>, quotas:
//! <https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html>.
//! The local route of a table, and the main table of a VPC, are there without being objects.
//! Stricter than AWS: a gateway endpoint keeps the tables that lead to it.
//! Not modelled: propagation from VPN gateways, associations with gateways.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::ec2::{
        Route, RouteTable, RouteTableOutputs, SubnetRouteTableAssociation, Vpc, VpcEndpoint,
    },
};

use super::{TAGGING, dependency_violation};
use crate::{
    api::Api,
    world::{AwsError, World},
};

/// Handles route tables in memory.
#[derive(Debug)]
pub struct RouteTableHandler(Api);

impl From<Api> for RouteTableHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

fn create_route_table(
    world: &mut World,
    request: &Create<RouteTable>,
) -> Result<Observed<RouteTable>, AwsError> {
    let (place, vpc) = (&request.place, &request.desired.vpc);
    if let Some(made) = world.replay(request)? {
        return Ok(world
            .require::<RouteTable>(place, &made, "InvalidRouteTableID.NotFound")?
            .observed(world.now()));
    }
    world.require::<Vpc>(place, vpc.known().unwrap_or_default(), "InvalidVpcID.NotFound")?;
    let siblings = world.all::<RouteTable>(place).filter(|(_, table)| table.resource.vpc == *vpc);
    let with_main = 1 + siblings.count();
    world.quotas.check("route tables per VPC", 200, with_main, "RouteTableLimitExceeded")?;
    let route_table_id = world.new_id("rtb");
    world.remember(request, &route_table_id);
    world.insert(request, RouteTableOutputs { route_table_id }, "", Duration::ZERO)
}

/// The routes of a table go with it; a subnet under it keeps it, and so does a gateway endpoint.
fn delete_route_table(world: &mut World, place: &Place, identifier: &str) -> Result<(), AwsError> {
    let associated = world
        .all::<SubnetRouteTableAssociation>(place)
        .any(|(_, association)| association.resource.route_table.known() == Some(identifier));
    let leads = world.all::<VpcEndpoint>(place).any(|(_, endpoint)| {
        let gateway = endpoint.resource.as_gateway();
        gateway.is_some_and(|it| it.route_tables.iter().any(|it| it.known() == Some(identifier)))
    });
    if associated || leads {
        return Err(dependency_violation("routeTable", identifier));
    }
    let routes: Vec<String> = world
        .all::<Route>(place)
        .filter(|(_, route)| route.resource.route_table.known() == Some(identifier))
        .map(|(id, _)| id.to_owned())
        .collect();
    for route in routes {
        world.remove::<Route>(place, &route, Duration::ZERO);
    }
    world.remove::<RouteTable>(place, identifier, Duration::ZERO);
    Ok(())
}

#[async_trait]
impl Handler<RouteTable> for RouteTableHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<RouteTable>>, ExecError>> {
        self.0.read("ec2", "DescribeRouteTables", place, identifiers).await
    }

    async fn create(
        &self,
        request: &Create<RouteTable>,
    ) -> Result<Observed<RouteTable>, ExecError> {
        self.0
            .call("ec2", "CreateRouteTable", &request.place, |world| {
                create_route_table(world, request)
            })
            .await
    }

    async fn find(
        &self,
        request: &Create<RouteTable>,
    ) -> Result<Option<Observed<RouteTable>>, ExecError> {
        self.0.find_owned("ec2", "DescribeRouteTables", request).await
    }

    async fn update(
        &self,
        request: &Update<RouteTable>,
    ) -> Result<Observed<RouteTable>, ExecError> {
        self.0.retag("ec2", TAGGING, request).await?;
        Ok(self.0.after(request))
    }

    async fn delete(&self, request: &Delete<RouteTable>) -> Result<Deletion, ExecError> {
        self.0
            .call("ec2", "DeleteRouteTable", &request.place, |world| {
                delete_route_table(world, &request.place, &request.identifier)
            })
            .await?;
        Ok(Deletion::Gone)
    }
}
