//! `AWS::EC2::NatGateway` over the SDK.
//!
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNatGateway.html>. A deleted
//! gateway is described for about an hour more.

use async_trait::async_trait;
use aws_sdk_ec2::types::{self, NatGatewayState, ResourceType};
use elanswer_core::{
    Handler, Place, Ref, Region,
    executor::{Deletion, ExecError, Status},
    handler::{Create, Delete, Observed, Update},
    services::ec2::{NatGateway, NatGatewayOutputs},
};

use super::{
    SERVICE, declared, failed, filter, gone_is_fine, is_owned, owned_by, read_all, retag,
    tag_specification,
};
use crate::{clients::Clients, error::missing};

/// Handles NAT gateways over the SDK.
#[derive(Debug)]
pub struct NatGatewayHandler(Clients);

impl From<Clients> for NatGatewayHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

fn status(gateway: &types::NatGateway) -> Status {
    match gateway.state() {
        Some(NatGatewayState::Pending) => Status::Pending("pending".to_owned()),
        Some(NatGatewayState::Deleting | NatGatewayState::Deleted) => Status::Deleting,
        Some(NatGatewayState::Failed) => Status::Failed(format!(
            "{}: {}",
            gateway.failure_code().unwrap_or("failed"),
            gateway.failure_message().unwrap_or("AWS gave no reason")
        )),
        _ => Status::Ready,
    }
}

/// A gateway without an address, a private one, is read as one with another address.
fn observed(gateway: &types::NatGateway) -> Result<Observed<NatGateway>, ExecError> {
    let lacks = |field| missing(SERVICE, "DescribeNatGateways", field);
    let nat_gateway_id = gateway.nat_gateway_id().ok_or_else(|| lacks("NatGatewayId"))?.to_owned();
    let allocation_id = gateway
        .nat_gateway_addresses()
        .iter()
        .find(|address| address.is_primary().unwrap_or(true))
        .and_then(types::NatGatewayAddress::allocation_id);
    let resource = NatGateway::builder()
        .eip(Ref::existing(allocation_id.unwrap_or_default()))
        .subnet(Ref::existing(gateway.subnet_id().ok_or_else(|| lacks("SubnetId"))?))
        .tags(declared(gateway.tags()))
        .build();
    let outputs = NatGatewayOutputs { nat_gateway_id };
    Ok(Observed::ready(resource, outputs).with_status(status(gateway)))
}

impl NatGatewayHandler {
    /// Describes the gateways that are not gone.
    async fn describe(
        &self,
        region: Region,
        filters: Vec<types::Filter>,
    ) -> Result<Vec<types::NatGateway>, ExecError> {
        let call = self.0.ec2(region).describe_nat_gateways().set_filter(Some(filters));
        let gateways = call.into_paginator().items().send().try_collect().await;
        let mut gateways = gateways.map_err(failed("DescribeNatGateways"))?;
        gateways.retain(|gateway| gateway.state() != Some(&NatGatewayState::Deleted));
        Ok(gateways)
    }
}

#[async_trait]
impl Handler<NatGateway> for NatGatewayHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<NatGateway>>, ExecError>> {
        read_all(identifiers, |page| async {
            let found = self.describe(place.region, vec![filter("nat-gateway-id", page)]).await?;
            let found = found.iter().map(observed);
            found.map(|nat| nat.map(|it| (it.outputs.nat_gateway_id.clone(), it))).collect()
        })
        .await
    }

    async fn create(
        &self,
        request: &Create<NatGateway>,
    ) -> Result<Observed<NatGateway>, ExecError> {
        let desired = &request.desired;
        let answer = self
            .0
            .ec2(request.place.region)
            .create_nat_gateway()
            .set_allocation_id(desired.eip.known().map(str::to_owned))
            .set_subnet_id(desired.subnet.known().map(str::to_owned))
            .tag_specifications(tag_specification(ResourceType::Natgateway, &request.tags()))
            .client_token(&request.token)
            .send()
            .await
            .map_err(failed("CreateNatGateway"))?;
        let gateway = answer
            .nat_gateway()
            .ok_or_else(|| missing(SERVICE, "CreateNatGateway", "NatGateway"))?;
        let mut made = observed(gateway)?;
        made.resource = desired.clone();
        Ok(made)
    }

    async fn find(
        &self,
        request: &Create<NatGateway>,
    ) -> Result<Option<Observed<NatGateway>>, ExecError> {
        let found = self.describe(request.place.region, owned_by(&request.ownership)).await?;
        let own = found.iter().find(|gateway| {
            gateway.state() != Some(&NatGatewayState::Deleting)
                && is_owned(&request.ownership, gateway.tags())
        });
        own.map(observed).transpose()
    }

    async fn update(
        &self,
        request: &Update<NatGateway>,
    ) -> Result<Observed<NatGateway>, ExecError> {
        retag(&self.0.ec2(request.place.region), request).await?;
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<NatGateway>) -> Result<Deletion, ExecError> {
        let call = self.0.ec2(request.place.region).delete_nat_gateway();
        let call = call.nat_gateway_id(&request.identifier);
        gone_is_fine(call.send().await.map_err(failed("DeleteNatGateway")))?;
        Ok(Deletion::Underway)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(state: NatGatewayState) -> types::NatGateway {
        let address =
            types::NatGatewayAddress::builder().allocation_id("eipalloc-1").is_primary(true);
        types::NatGateway::builder()
            .nat_gateway_id("nat-1")
            .subnet_id("subnet-1")
            .nat_gateway_addresses(address.build())
            .state(state)
            .failure_code("Gateway.NotAttached")
            .failure_message("no door")
            .build()
    }

    #[test]
    fn states_become_statuses() {
        for (state, status) in [
            (NatGatewayState::Available, Status::Ready),
            (NatGatewayState::Pending, Status::Pending("pending".to_owned())),
            (NatGatewayState::Deleting, Status::Deleting),
            (NatGatewayState::Failed, Status::Failed("Gateway.NotAttached: no door".to_owned())),
        ] {
            assert_eq!(observed(&described(state)).unwrap().status, status);
        }
    }

    #[test]
    fn the_primary_address_counts() {
        let nat = observed(&described(NatGatewayState::Available)).unwrap();
        assert_eq!(nat.resource.eip, Ref::existing("eipalloc-1"));
        assert_eq!(nat.resource.subnet, Ref::existing("subnet-1"));
    }
}
