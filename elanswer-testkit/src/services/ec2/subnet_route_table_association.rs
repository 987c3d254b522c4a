//! `AWS::EC2::SubnetRouteTableAssociation` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateRouteTable.html>.
//! Not modelled: associations with gateways, the association with the main table.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::ec2::{
        RouteTable, Subnet, SubnetRouteTableAssociation, SubnetRouteTableAssociationOutputs,
    },
};

use crate::{
    api::Api,
    world::{AwsError, Object, World},
};

/// Handles associations of subnets with route tables in memory.
#[derive(Debug)]
pub struct SubnetRouteTableAssociationHandler(Api);

impl From<Api> for SubnetRouteTableAssociationHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

/// The association of the same subnet.
fn of_subnet<'a>(
    world: &'a World,
    place: &Place,
    desired: &SubnetRouteTableAssociation,
) -> Option<&'a Object<SubnetRouteTableAssociation>> {
    world
        .all::<SubnetRouteTableAssociation>(place)
        .map(|(_, association)| association)
        .find(|association| association.resource.subnet == desired.subnet)
}

fn associate_route_table(
    world: &mut World,
    request: &Create<SubnetRouteTableAssociation>,
) -> Result<Observed<SubnetRouteTableAssociation>, AwsError> {
    let (place, desired) = (&request.place, &request.desired);
    let table_id = desired.route_table.known().unwrap_or_default();
    let subnet_id = desired.subnet.known().unwrap_or_default();
    let table = world.require::<RouteTable>(place, table_id, "InvalidRouteTableID.NotFound")?;
    let subnet = world.require::<Subnet>(place, subnet_id, "InvalidSubnetID.NotFound")?;
    if table.resource.vpc != subnet.resource.vpc {
        return Err(AwsError::invalid(
            "InvalidParameterValue",
            format!("Route table {table_id} and subnet {subnet_id} belong to different networks"),
        ));
    }
    if of_subnet(world, place, desired).is_some() {
        return Err(AwsError::conflict(
            "Resource.AlreadyAssociated",
            format!(
                "the specified association for route table {table_id} conflicts with an existing \
                 association"
            ),
        ));
    }
    let id = world.new_id("rtbassoc");
    world.insert(request, SubnetRouteTableAssociationOutputs { id }, "", Duration::ZERO)
}

#[async_trait]
impl Handler<SubnetRouteTableAssociation> for SubnetRouteTableAssociationHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<SubnetRouteTableAssociation>>, ExecError>> {
        self.0.read("ec2", "DescribeRouteTables", place, identifiers).await
    }

    async fn create(
        &self,
        request: &Create<SubnetRouteTableAssociation>,
    ) -> Result<Observed<SubnetRouteTableAssociation>, ExecError> {
        self.0
            .call("ec2", "AssociateRouteTable", &request.place, |world| {
                associate_route_table(world, request)
            })
            .await
    }

    async fn find(
        &self,
        request: &Create<SubnetRouteTableAssociation>,
    ) -> Result<Option<Observed<SubnetRouteTableAssociation>>, ExecError> {
        let (place, desired) = (&request.place, &request.desired);
        self.0
            .call("ec2", "DescribeRouteTables", place, |world| {
                Ok(of_subnet(world, place, desired)
                    .filter(|association| association.resource == *desired)
                    .map(|association| association.observed(world.now())))
            })
            .await
    }

    /// Every property makes another association.
    async fn update(
        &self,
        request: &Update<SubnetRouteTableAssociation>,
    ) -> Result<Observed<SubnetRouteTableAssociation>, ExecError> {
        Ok(self.0.after(request))
    }

    async fn delete(
        &self,
        request: &Delete<SubnetRouteTableAssociation>,
    ) -> Result<Deletion, ExecError> {
        let place = &request.place;
        self.0
            .call("ec2", "DisassociateRouteTable", place, |world| {
                let identifier = &request.identifier;
                world.remove::<SubnetRouteTableAssociation>(place, identifier, Duration::ZERO);
                Ok(())
            })
            .await?;
        Ok(Deletion::Gone)
    }
}
