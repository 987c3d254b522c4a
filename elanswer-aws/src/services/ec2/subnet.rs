//! `AWS::EC2::Subnet` over the SDK.
//!
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnet.html>.

use async_trait::async_trait;
use aws_sdk_ec2::types::{self, AttributeBooleanValue, ResourceType, SubnetState};
use elanswer_core::{
    Handler, Place, Ref, Region,
    executor::{Deletion, ExecError, Status},
    handler::{Create, Delete, Observed, Update},
    services::ec2::{Subnet, SubnetOutputs},
};

use super::{
    SERVICE, declared, failed, filter, gone_is_fine, is_owned, owned_by, read_all, retag,
    tag_specification,
};
use crate::{clients::Clients, error::missing};

/// Handles subnets over the SDK.
#[derive(Debug)]
pub struct SubnetHandler(Clients);

impl From<Clients> for SubnetHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

fn observed(subnet: &types::Subnet) -> Result<Observed<Subnet>, ExecError> {
    let lacks = |field| missing(SERVICE, "DescribeSubnets", field);
    let subnet_id = subnet.subnet_id().ok_or_else(|| lacks("SubnetId"))?.to_owned();
    let cidr = subnet.cidr_block().and_then(|text| text.parse().ok());
    let zone = subnet.availability_zone().and_then(|text| text.parse().ok());
    let resource = Subnet::builder()
        .vpc(Ref::existing(subnet.vpc_id().ok_or_else(|| lacks("VpcId"))?))
        .cidr_block(cidr.ok_or_else(|| lacks("CidrBlock"))?)
        .availability_zone(zone.ok_or_else(|| lacks("AvailabilityZone"))?)
        .map_public_ip_on_launch(subnet.map_public_ip_on_launch().unwrap_or_default())
        .tags(declared(subnet.tags()))
        .build();
    let status = match subnet.state() {
        Some(SubnetState::Pending) => Status::Pending("pending".to_owned()),
        _ => Status::Ready,
    };
    Ok(Observed::ready(resource, SubnetOutputs { subnet_id }).with_status(status))
}

impl SubnetHandler {
    async fn describe(
        &self,
        region: Region,
        filters: Vec<types::Filter>,
    ) -> Result<Vec<types::Subnet>, ExecError> {
        let call = self.0.ec2(region).describe_subnets().set_filters(Some(filters));
        let subnets = call.into_paginator().items().send().try_collect().await;
        subnets.map_err(failed("DescribeSubnets"))
    }

    async fn modify(
        &self,
        region: Region,
        identifier: &str,
        map_public_ip_on_launch: bool,
    ) -> Result<(), ExecError> {
        let value = AttributeBooleanValue::builder().value(map_public_ip_on_launch).build();
        let call = self.0.ec2(region).modify_subnet_attribute().subnet_id(identifier);
        let call = call.map_public_ip_on_launch(value);
        call.send().await.map(drop).map_err(failed("ModifySubnetAttribute"))
    }
}

#[async_trait]
impl Handler<Subnet> for SubnetHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<Subnet>>, ExecError>> {
        read_all(identifiers, |page| async {
            let found = self.describe(place.region, vec![filter("subnet-id", page)]).await?;
            let found = found.iter().map(observed);
            found.map(|subnet| subnet.map(|it| (it.outputs.subnet_id.clone(), it))).collect()
        })
        .await
    }

    async fn create(&self, request: &Create<Subnet>) -> Result<Observed<Subnet>, ExecError> {
        let (region, desired) = (request.place.region, &request.desired);
        let answer = self
            .0
            .ec2(region)
            .create_subnet()
            .set_vpc_id(desired.vpc.known().map(str::to_owned))
            .cidr_block(desired.cidr_block.to_string())
            .availability_zone(desired.availability_zone.to_string())
            .tag_specifications(tag_specification(ResourceType::Subnet, &request.tags()))
            .send()
            .await
            .map_err(failed("CreateSubnet"))?;
        let subnet = answer.subnet().ok_or_else(|| missing(SERVICE, "CreateSubnet", "Subnet"))?;
        let mut made = observed(subnet)?;
        if desired.map_public_ip_on_launch {
            let identifier = &made.outputs.subnet_id;
            self.modify(region, identifier, true)
                .await
                .map_err(|error| error.with_identifier(identifier))?;
        }
        made.resource = desired.clone();
        Ok(made)
    }

    async fn find(&self, request: &Create<Subnet>) -> Result<Option<Observed<Subnet>>, ExecError> {
        let found = self.describe(request.place.region, owned_by(&request.ownership)).await?;
        let own = found.iter().find(|subnet| is_owned(&request.ownership, subnet.tags()));
        own.map(observed).transpose()
    }

    async fn update(&self, request: &Update<Subnet>) -> Result<Observed<Subnet>, ExecError> {
        let (region, desired) = (request.place.region, &request.desired);
        if request.current.map_public_ip_on_launch != desired.map_public_ip_on_launch {
            self.modify(region, &request.identifier, desired.map_public_ip_on_launch).await?;
        }
        retag(&self.0.ec2(region), request).await?;
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<Subnet>) -> Result<Deletion, ExecError> {
        let call = self.0.ec2(request.place.region).delete_subnet().subnet_id(&request.identifier);
        gone_is_fine(call.send().await.map_err(failed("DeleteSubnet")))?;
        Ok(Deletion::Gone)
    }
}
