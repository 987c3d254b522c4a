//! `AWS::EC2::NatGateway` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html>,
//! <https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html>.
//! A NAT gateway that has no internet gateway, or whose address is taken, is refused at once; AWS
//! makes it first and then lets it fail with the same code.
//! Not modelled: private gateways, secondary addresses, gateways of a whole VPC.

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place, Resource,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::ec2::{Eip, NatGateway, NatGatewayOutputs, Subnet},
};

use super::{TAGGING, vpc_gateway_attachment::attachment_of_vpc};
use crate::{
    api::Api,
    world::{AwsError, World},
};

/// Handles NAT gateways in memory.
#[derive(Debug)]
pub struct NatGatewayHandler(Api);

impl From<Api> for NatGatewayHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

fn create_nat_gateway(
    world: &mut World,
    request: &Create<NatGateway>,
) -> Result<Observed<NatGateway>, AwsError> {
    let (place, desired) = (&request.place, &request.desired);
    if let Some(made) = world.replay(request)? {
        return Ok(world
            .require::<NatGateway>(place, &made, "NatGatewayNotFound")?
            .observed(world.now()));
    }
    let allocation_id = desired.eip.known().unwrap_or_default();
    let subnet_id = desired.subnet.known().unwrap_or_default();
    world.require::<Eip>(place, allocation_id, "InvalidAllocationID.NotFound")?;
    let subnet = world.require::<Subnet>(place, subnet_id, "InvalidSubnetID.NotFound")?;
    let zone = subnet.resource.availability_zone;
    let vpc_id = subnet.resource.vpc.known().unwrap_or_default();
    if attachment_of_vpc(world, place, vpc_id).is_none() {
        return Err(AwsError::invalid(
            "Gateway.NotAttached",
            format!("Network {vpc_id} has no Internet gateway attached"),
        ));
    }
    if !world.users_of(place, allocation_id).is_empty() {
        return Err(AwsError::conflict(
            "Resource.AlreadyAssociated",
            format!("Elastic IP address [{allocation_id}] is already associated"),
        ));
    }
    let neighbours = world
        .all::<NatGateway>(place)
        .filter_map(|(_, gateway)| world.look::<Subnet>(place, gateway.resource.subnet.known()?))
        .filter(|subnet| subnet.resource.availability_zone == zone)
        .count();
    let quota = "NAT gateways per Availability Zone";
    world.quotas.check(quota, 5, neighbours, "NatGatewayLimitExceeded")?;
    let nat_gateway_id = world.new_id("nat");
    world.remember(request, &nat_gateway_id);
    let delay = NatGateway::SCHEMA.timing.create;
    world.insert(request, NatGatewayOutputs { nat_gateway_id }, "pending", delay)
}

/// Routes that lead to the gateway stay, and lead nowhere afterwards.
fn delete_nat_gateway(world: &mut World, place: &Place, identifier: &str) -> Deletion {
    world.remove::<NatGateway>(place, identifier, NatGateway::SCHEMA.timing.delete);
    if world.look::<NatGateway>(place, identifier).is_some() {
        Deletion::Underway
    } else {
        Deletion::Gone
    }
}

#[async_trait]
impl Handler<NatGateway> for NatGatewayHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<NatGateway>>, ExecError>> {
        self.0.read("ec2", "DescribeNatGateways", place, identifiers).await
    }

    async fn create(
        &self,
        request: &Create<NatGateway>,
    ) -> Result<Observed<NatGateway>, ExecError> {
        self.0
            .call("ec2", "CreateNatGateway", &request.place, |world| {
                create_nat_gateway(world, request)
            })
            .await
    }

    async fn find(
        &self,
        request: &Create<NatGateway>,
    ) -> Result<Option<Observed<NatGateway>>, ExecError> {
        self.0.find_owned("ec2", "DescribeNatGateways", request).await
    }

    async fn update(
        &self,
        request: &Update<NatGateway>,
    ) -> Result<Observed<NatGateway>, ExecError> {
        self.0.retag("ec2", TAGGING, request).await?;
        Ok(self.0.after(request))
    }

    async fn delete(&self, request: &Delete<NatGateway>) -> Result<Deletion, ExecError> {
        self.0
            .call("ec2", "DeleteNatGateway", &request.place, |world| {
                Ok(delete_nat_gateway(world, &request.place, &request.identifier))
            })
            .await
    }
}
