//! `AWS::EC2::Subnet` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html>.
//! Not modelled: IPv6, outposts, addresses that are used up.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::ec2::{Subnet, SubnetOutputs, Vpc},
};

use super::{TAGGING, dependency_violation};
use crate::{
    api::Api,
    world::{AwsError, World},
};

/// Handles subnets in memory.
#[derive(Debug)]
pub struct SubnetHandler(Api);

impl From<Api> for SubnetHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

/// `CreateSubnet` does not take `MapPublicIpOnLaunch`: it starts as false.
fn create_subnet(
    world: &mut World,
    request: &Create<Subnet>,
) -> Result<Observed<Subnet>, AwsError> {
    let (place, desired) = (&request.place, &request.desired);
    let vpc_id = desired.vpc.known().unwrap_or_default();
    let vpc = world.require::<Vpc>(place, vpc_id, "InvalidVpcID.NotFound")?.resource.cidr_block;
    let zone = desired.availability_zone;
    if zone.region() != place.region || !zone.exists() {
        return Err(AwsError::invalid(
            "InvalidParameterValue",
            format!("Value ({zone}) for parameter availabilityZone is invalid."),
        ));
    }
    let cidr = desired.cidr_block;
    if !vpc.contains(cidr) || !(16..=28).contains(&cidr.prefix_len()) {
        return Err(AwsError::invalid(
            "InvalidSubnet.Range",
            format!("The CIDR '{cidr}' is invalid."),
        ));
    }
    let siblings = || {
        world
            .all::<Subnet>(place)
            .map(|(_, subnet)| &subnet.resource)
            .filter(|subnet| subnet.vpc == desired.vpc)
    };
    if siblings().any(|subnet| subnet.cidr_block.overlaps(cidr)) {
        return Err(AwsError::conflict(
            "InvalidSubnet.Conflict",
            format!("The CIDR '{cidr}' conflicts with another subnet"),
        ));
    }
    world.quotas.check("subnets per VPC", 200, siblings().count(), "SubnetLimitExceeded")?;
    let subnet_id = world.new_id("subnet");
    let made = Create {
        desired: Subnet { map_public_ip_on_launch: false, ..desired.clone() },
        ..request.clone()
    };
    world.insert(&made, SubnetOutputs { subnet_id }, "pending", Duration::from_secs(1))
}

fn delete_subnet(world: &mut World, place: &Place, identifier: &str) -> Result<(), AwsError> {
    if !world.users_of(place, identifier).is_empty() {
        return Err(dependency_violation("subnet", identifier));
    }
    world.remove::<Subnet>(place, identifier, Duration::ZERO);
    Ok(())
}

impl SubnetHandler {
    async fn modify(&self, place: &Place, identifier: &str, to: &Subnet) -> Result<(), ExecError> {
        self.0
            .call("ec2", "ModifySubnetAttribute", place, |world| {
                world.require::<Subnet>(place, identifier, "InvalidSubnetID.NotFound")?;
                world.change::<Subnet>(place, identifier, "", Duration::ZERO, |object| {
                    object.resource.map_public_ip_on_launch = to.map_public_ip_on_launch;
                })
            })
            .await
            .map(drop)
    }
}

#[async_trait]
impl Handler<Subnet> for SubnetHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<Subnet>>, ExecError>> {
        self.0.read("ec2", "DescribeSubnets", place, identifiers).await
    }

    async fn create(&self, request: &Create<Subnet>) -> Result<Observed<Subnet>, ExecError> {
        let place = &request.place;
        let mut made = self
            .0
            .call("ec2", "CreateSubnet", place, |world| create_subnet(world, request))
            .await?;
        if request.desired.map_public_ip_on_launch {
            let identifier = &made.outputs.subnet_id;
            self.modify(place, identifier, &request.desired)
                .await
                .map_err(|error| error.with_identifier(identifier))?;
            made.resource.map_public_ip_on_launch = true;
        }
        Ok(made)
    }

    async fn find(&self, request: &Create<Subnet>) -> Result<Option<Observed<Subnet>>, ExecError> {
        self.0.find_owned("ec2", "DescribeSubnets", request).await
    }

    async fn update(&self, request: &Update<Subnet>) -> Result<Observed<Subnet>, ExecError> {
        if request.current.map_public_ip_on_launch != request.desired.map_public_ip_on_launch {
            self.modify(&request.place, &request.identifier, &request.desired).await?;
        }
        self.0.retag("ec2", TAGGING, request).await?;
        Ok(self.0.after(request))
    }

    async fn delete(&self, request: &Delete<Subnet>) -> Result<Deletion, ExecError> {
        self.0
            .call("ec2", "DeleteSubnet", &request.place, |world| {
                delete_subnet(world, &request.place, &request.identifier)
            })
            .await?;
        Ok(Deletion::Gone)
    }
}
