//! `AWS::EC2::VPC` over the SDK.
//!
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpc.html>.
//! The DNS attributes are not in `DescribeVpcs`; each takes a `DescribeVpcAttribute` of its own.

use async_trait::async_trait;
use aws_sdk_ec2::{
    Client,
    types::{self, AttributeBooleanValue, ResourceType, VpcAttributeName, VpcState},
};
use elanswer_core::{
    Handler, Place, Region,
    executor::{Deletion, ExecError, Status},
    handler::{Create, Delete, Observed, Update},
    services::ec2::{Vpc, VpcOutputs},
};

use super::{
    SERVICE, declared, failed, filter, gone_is_fine, is_owned, owned_by, read_all, retag,
    tag_specification,
};
use crate::{clients::Clients, error::missing};

/// Handles VPCs over the SDK.
#[derive(Debug)]
pub struct VpcHandler(Clients);

impl From<Clients> for VpcHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

/// A described VPC; its attributes are AWS's defaults until they are read.
fn observed(vpc: &types::Vpc) -> Result<Observed<Vpc>, ExecError> {
    let lacks = |field| missing(SERVICE, "DescribeVpcs", field);
    let vpc_id = vpc.vpc_id().ok_or_else(|| lacks("VpcId"))?.to_owned();
    let cidr = vpc.cidr_block().and_then(|text| text.parse().ok());
    let resource = Vpc::builder()
        .cidr_block(cidr.ok_or_else(|| lacks("CidrBlock"))?)
        .tags(declared(vpc.tags()))
        .build();
    let status = match vpc.state() {
        Some(VpcState::Pending) => Status::Pending("pending".to_owned()),
        _ => Status::Ready,
    };
    Ok(Observed::ready(resource, VpcOutputs { vpc_id }).with_status(status))
}

impl VpcHandler {
    fn client(&self, region: Region) -> Client {
        self.0.ec2(region)
    }

    async fn attribute(
        &self,
        client: &Client,
        identifier: &str,
        name: VpcAttributeName,
    ) -> Result<bool, ExecError> {
        let answer = client
            .describe_vpc_attribute()
            .vpc_id(identifier)
            .attribute(name.clone())
            .send()
            .await
            .map_err(failed("DescribeVpcAttribute"))?;
        let value = match name {
            VpcAttributeName::EnableDnsSupport => answer.enable_dns_support(),
            _ => answer.enable_dns_hostnames(),
        };
        Ok(value.and_then(AttributeBooleanValue::value).unwrap_or_default())
    }

    async fn describe(
        &self,
        region: Region,
        filters: Vec<types::Filter>,
    ) -> Result<Vec<types::Vpc>, ExecError> {
        let call = self.client(region).describe_vpcs().set_filters(Some(filters));
        let vpcs = call.into_paginator().items().send().try_collect().await;
        vpcs.map_err(failed("DescribeVpcs"))
    }

    /// A VPC as described, with the attributes that it is not described with.
    async fn with_attributes(
        &self,
        region: Region,
        vpc: &types::Vpc,
    ) -> Result<Observed<Vpc>, ExecError> {
        let (client, mut vpc) = (self.client(region), observed(vpc)?);
        let (id, resource) = (&vpc.outputs.vpc_id, &mut vpc.resource);
        resource.enable_dns_support =
            self.attribute(&client, id, VpcAttributeName::EnableDnsSupport).await?;
        resource.enable_dns_hostnames =
            self.attribute(&client, id, VpcAttributeName::EnableDnsHostnames).await?;
        Ok(vpc)
    }

    /// `ModifyVpcAttribute`, once for each attribute that differs.
    async fn modify(
        &self,
        region: Region,
        identifier: &str,
        from: &Vpc,
        to: &Vpc,
    ) -> Result<(), ExecError> {
        let value = |value| AttributeBooleanValue::builder().value(value).build();
        let modify = || self.client(region).modify_vpc_attribute().vpc_id(identifier);
        if from.enable_dns_support != to.enable_dns_support {
            let request = modify().enable_dns_support(value(to.enable_dns_support));
            request.send().await.map_err(failed("ModifyVpcAttribute"))?;
        }
        if from.enable_dns_hostnames != to.enable_dns_hostnames {
            let request = modify().enable_dns_hostnames(value(to.enable_dns_hostnames));
            request.send().await.map_err(failed("ModifyVpcAttribute"))?;
        }
        Ok(())
    }
}

#[async_trait]
impl Handler<Vpc> for VpcHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<Vpc>>, ExecError>> {
        read_all(identifiers, |page| async {
            let mut found = Vec::with_capacity(page.len());
            for vpc in &self.describe(place.region, vec![filter("vpc-id", page)]).await? {
                let vpc = self.with_attributes(place.region, vpc).await?;
                found.push((vpc.outputs.vpc_id.clone(), vpc));
            }
            Ok(found)
        })
        .await
    }

    async fn create(&self, request: &Create<Vpc>) -> Result<Observed<Vpc>, ExecError> {
        let region = request.place.region;
        let answer = self
            .client(region)
            .create_vpc()
            .cidr_block(request.desired.cidr_block.to_string())
            .tag_specifications(tag_specification(ResourceType::Vpc, &request.tags()))
            .send()
            .await
            .map_err(failed("CreateVpc"))?;
        let vpc = answer.vpc().ok_or_else(|| missing(SERVICE, "CreateVpc", "Vpc"))?;
        let mut made = observed(vpc)?;
        let identifier = &made.outputs.vpc_id;
        self.modify(region, identifier, &made.resource, &request.desired)
            .await
            .map_err(|error| error.with_identifier(identifier))?;
        made.resource = request.desired.clone();
        Ok(made)
    }

    async fn find(&self, request: &Create<Vpc>) -> Result<Option<Observed<Vpc>>, ExecError> {
        let found = self.describe(request.place.region, owned_by(&request.ownership)).await?;
        match found.iter().find(|vpc| is_owned(&request.ownership, vpc.tags())) {
            Some(vpc) => Ok(Some(self.with_attributes(request.place.region, vpc).await?)),
            None => Ok(None),
        }
    }

    async fn update(&self, request: &Update<Vpc>) -> Result<Observed<Vpc>, ExecError> {
        let region = request.place.region;
        self.modify(region, &request.identifier, &request.current, &request.desired).await?;
        retag(&self.client(region), request).await?;
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<Vpc>) -> Result<Deletion, ExecError> {
        let call = self.client(request.place.region).delete_vpc().vpc_id(&request.identifier);
        gone_is_fine(call.send().await.map_err(failed("DeleteVpc")))?;
        Ok(Deletion::Gone)
    }
}
