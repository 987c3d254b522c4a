//! `AWS::EC2::InternetGateway` over the SDK.
//!
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateInternetGateway.html>.

use async_trait::async_trait;
use aws_sdk_ec2::types::{self, ResourceType};
use elanswer_core::{
    Handler, Place, Region,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::ec2::{InternetGateway, InternetGatewayOutputs},
};

use super::{
    SERVICE, declared, failed, filter, gone_is_fine, is_owned, owned_by, read_all, retag,
    tag_specification,
};
use crate::{clients::Clients, error::missing};

/// Handles internet gateways over the SDK.
#[derive(Debug)]
pub struct InternetGatewayHandler(Clients);

impl From<Clients> for InternetGatewayHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

fn observed(gateway: &types::InternetGateway) -> Result<Observed<InternetGateway>, ExecError> {
    let internet_gateway_id = gateway
        .internet_gateway_id()
        .ok_or_else(|| missing(SERVICE, "DescribeInternetGateways", "InternetGatewayId"))?
        .to_owned();
    let resource = InternetGateway { tags: declared(gateway.tags()) };
    Ok(Observed::ready(resource, InternetGatewayOutputs { internet_gateway_id }))
}

/// Describes internet gateways by `filters`.
pub(super) async fn describe_internet_gateways(
    clients: &Clients,
    region: Region,
    filters: Vec<types::Filter>,
) -> Result<Vec<types::InternetGateway>, ExecError> {
    let call = clients.ec2(region).describe_internet_gateways().set_filters(Some(filters));
    let gateways = call.into_paginator().items().send().try_collect().await;
    gateways.map_err(failed("DescribeInternetGateways"))
}

#[async_trait]
impl Handler<InternetGateway> for InternetGatewayHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<InternetGateway>>, ExecError>> {
        read_all(identifiers, |page| async {
            let filters = vec![filter("internet-gateway-id", page)];
            let found = describe_internet_gateways(&self.0, place.region, filters).await?;
            let found = found.iter().map(observed);
            found
                .map(|gateway| gateway.map(|it| (it.outputs.internet_gateway_id.clone(), it)))
                .collect()
        })
        .await
    }

    async fn create(
        &self,
        request: &Create<InternetGateway>,
    ) -> Result<Observed<InternetGateway>, ExecError> {
        let tags = tag_specification(ResourceType::InternetGateway, &request.tags());
        let call = self.0.ec2(request.place.region).create_internet_gateway();
        let answer = call.tag_specifications(tags).send().await;
        let answer = answer.map_err(failed("CreateInternetGateway"))?;
        let gateway = answer
            .internet_gateway()
            .ok_or_else(|| missing(SERVICE, "CreateInternetGateway", "InternetGateway"))?;
        observed(gateway)
    }

    async fn find(
        &self,
        request: &Create<InternetGateway>,
    ) -> Result<Option<Observed<InternetGateway>>, ExecError> {
        let filters = owned_by(&request.ownership);
        let found = describe_internet_gateways(&self.0, request.place.region, filters).await?;
        let own = found.iter().find(|gateway| is_owned(&request.ownership, gateway.tags()));
        own.map(observed).transpose()
    }

    async fn update(
        &self,
        request: &Update<InternetGateway>,
    ) -> Result<Observed<InternetGateway>, ExecError> {
        retag(&self.0.ec2(request.place.region), request).await?;
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<InternetGateway>) -> Result<Deletion, ExecError> {
        let call = self.0.ec2(request.place.region).delete_internet_gateway();
        let call = call.internet_gateway_id(&request.identifier);
        gone_is_fine(call.send().await.map_err(failed("DeleteInternetGateway")))?;
        Ok(Deletion::Gone)
    }
}
