//! `AWS::EC2::InternetGateway` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html>, quotas:
//! <https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html>.
//! Not modelled: egress-only gateways.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::ec2::{InternetGateway, InternetGatewayOutputs},
};

use super::{TAGGING, dependency_violation, vpc_gateway_attachment::attachment_of_gateway};
use crate::{
    api::Api,
    world::{AwsError, World},
};

/// Handles internet gateways in memory.
#[derive(Debug)]
pub struct InternetGatewayHandler(Api);

impl From<Api> for InternetGatewayHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

fn create_internet_gateway(
    world: &mut World,
    request: &Create<InternetGateway>,
) -> Result<Observed<InternetGateway>, AwsError> {
    let used = world.all::<InternetGateway>(&request.place).count();
    // AWS raises this quota together with that of VPCs.
    let default = world.quotas.get("VPCs per Region", 5);
    let code = "InternetGatewayLimitExceeded";
    world.quotas.check("internet gateways per Region", default, used, code)?;
    let internet_gateway_id = world.new_id("igw");
    world.insert(request, InternetGatewayOutputs { internet_gateway_id }, "", Duration::ZERO)
}

/// What is attached stays; routes that lead to the gateway lead nowhere afterwards.
fn delete_internet_gateway(
    world: &mut World,
    place: &Place,
    identifier: &str,
) -> Result<(), AwsError> {
    if attachment_of_gateway(world, place, identifier).is_some() {
        return Err(dependency_violation("internetGateway", identifier));
    }
    world.remove::<InternetGateway>(place, identifier, Duration::ZERO);
    Ok(())
}

#[async_trait]
impl Handler<InternetGateway> for InternetGatewayHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<InternetGateway>>, ExecError>> {
        self.0.read("ec2", "DescribeInternetGateways", place, identifiers).await
    }

    async fn create(
        &self,
        request: &Create<InternetGateway>,
    ) -> Result<Observed<InternetGateway>, ExecError> {
        self.0
            .call("ec2", "CreateInternetGateway", &request.place, |world| {
                create_internet_gateway(world, request)
            })
            .await
    }

    async fn find(
        &self,
        request: &Create<InternetGateway>,
    ) -> Result<Option<Observed<InternetGateway>>, ExecError> {
        self.0.find_owned("ec2", "DescribeInternetGateways", request).await
    }

    async fn update(
        &self,
        request: &Update<InternetGateway>,
    ) -> Result<Observed<InternetGateway>, ExecError> {
        self.0.retag("ec2", TAGGING, request).await?;
        Ok(self.0.after(request))
    }

    async fn delete(&self, request: &Delete<InternetGateway>) -> Result<Deletion, ExecError> {
        self.0
            .call("ec2", "DeleteInternetGateway", &request.place, |world| {
                delete_internet_gateway(world, &request.place, &request.identifier)
            })
            .await?;
        Ok(Deletion::Gone)
    }
}
