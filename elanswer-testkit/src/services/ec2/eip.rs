//! `AWS::EC2::EIP` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AllocateAddress.html>,
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReleaseAddress.html>.
//! The release of an address that is in use fails with the documented `InvalidIPAddress.InUse`;
//! while a NAT gateway has it, AWS was seen to say `AuthFailure` instead.
//! Not modelled: pools of the customer's own addresses, associations with instances.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::ec2::{Eip, EipOutputs},
};

use super::TAGGING;
use crate::{
    api::Api,
    world::{AwsError, World},
};

/// Handles Elastic IP addresses in memory.
#[derive(Debug)]
pub struct EipHandler(Api);

impl From<Api> for EipHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

/// An address of 198.18.0.0/16, which is for tests only (RFC 2544), that nobody has.
fn new_address(world: &mut World) -> String {
    loop {
        let number = u16::from_str_radix(&world.new_hex(4), 16).unwrap_or_default();
        let [high, low] = number.to_be_bytes();
        let address = format!("198.18.{high}.{low}");
        let taken = world.everywhere::<Eip>().any(|(_, _, eip)| eip.outputs.public_ip == address);
        if !taken {
            return address;
        }
    }
}

fn allocate_address(world: &mut World, request: &Create<Eip>) -> Result<Observed<Eip>, AwsError> {
    let used = world.all::<Eip>(&request.place).count();
    world.quotas.check("Elastic IP addresses per Region", 5, used, "AddressLimitExceeded")?;
    let outputs =
        EipOutputs { allocation_id: world.new_id("eipalloc"), public_ip: new_address(world) };
    world.insert(request, outputs, "", Duration::ZERO)
}

fn release_address(world: &mut World, place: &Place, identifier: &str) -> Result<(), AwsError> {
    if !world.users_of(place, identifier).is_empty() {
        return Err(AwsError::dependency(
            "InvalidIPAddress.InUse",
            format!("The address with allocation id '{identifier}' is in use."),
        ));
    }
    world.remove::<Eip>(place, identifier, Duration::ZERO);
    Ok(())
}

#[async_trait]
impl Handler<Eip> for EipHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<Eip>>, ExecError>> {
        self.0.read("ec2", "DescribeAddresses", place, identifiers).await
    }

    async fn create(&self, request: &Create<Eip>) -> Result<Observed<Eip>, ExecError> {
        self.0
            .call("ec2", "AllocateAddress", &request.place, |world| {
                allocate_address(world, request)
            })
            .await
    }

    async fn find(&self, request: &Create<Eip>) -> Result<Option<Observed<Eip>>, ExecError> {
        self.0.find_owned("ec2", "DescribeAddresses", request).await
    }

    async fn update(&self, request: &Update<Eip>) -> Result<Observed<Eip>, ExecError> {
        self.0.retag("ec2", TAGGING, request).await?;
        Ok(self.0.after(request))
    }

    async fn delete(&self, request: &Delete<Eip>) -> Result<Deletion, ExecError> {
        self.0
            .call("ec2", "ReleaseAddress", &request.place, |world| {
                release_address(world, &request.place, &request.identifier)
            })
            .await?;
        Ok(Deletion::Gone)
    }
}
