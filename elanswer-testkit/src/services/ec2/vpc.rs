//! `AWS::EC2::VPC` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html>, error codes:
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html>.
//! Not modelled: secondary ranges, IPv6, the default VPC of an account.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::ec2::{Vpc, VpcOutputs},
};

use super::{
    TAGGING, dependency_violation,
    network_acl::{default_acl_of, remove_entries},
};
use crate::{
    api::Api,
    world::{AwsError, World},
};

/// Handles VPCs in memory.
#[derive(Debug)]
pub struct VpcHandler(Api);

impl From<Api> for VpcHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

/// `CreateVpc` takes no attributes: those start at AWS's defaults.
fn create_vpc(world: &mut World, request: &Create<Vpc>) -> Result<Observed<Vpc>, AwsError> {
    let used = world.all::<Vpc>(&request.place).count();
    world.quotas.check("VPCs per Region", 5, used, "VpcLimitExceeded")?;
    let cidr = request.desired.cidr_block;
    if !(16..=28).contains(&cidr.prefix_len()) {
        return Err(AwsError::invalid(
            "InvalidVpc.Range",
            format!("The CIDR '{cidr}' is invalid: a VPC has a /16 to a /28"),
        ));
    }
    let vpc_id = world.new_id("vpc");
    let made = Create {
        desired: Vpc {
            enable_dns_support: true,
            enable_dns_hostnames: false,
            ..request.desired.clone()
        },
        ..request.clone()
    };
    world.insert(&made, VpcOutputs { vpc_id }, "pending", Duration::from_secs(1))
}

/// The default ACL goes with its VPC, and so do its entries.
fn delete_vpc(world: &mut World, place: &Place, identifier: &str) -> Result<(), AwsError> {
    if !world.users_of(place, identifier).is_empty() {
        return Err(dependency_violation("vpc", identifier));
    }
    remove_entries(world, place, &default_acl_of(identifier));
    world.remove::<Vpc>(place, identifier, Duration::ZERO);
    Ok(())
}

impl VpcHandler {
    /// `ModifyVpcAttribute`, once for each attribute that differs.
    async fn modify(
        &self,
        place: &Place,
        identifier: &str,
        from: &Vpc,
        to: &Vpc,
    ) -> Result<(), ExecError> {
        if from.enable_dns_support != to.enable_dns_support {
            self.modify_attribute(place, identifier, |vpc| {
                vpc.enable_dns_support = to.enable_dns_support;
            })
            .await?;
        }
        if from.enable_dns_hostnames != to.enable_dns_hostnames {
            self.modify_attribute(place, identifier, |vpc| {
                vpc.enable_dns_hostnames = to.enable_dns_hostnames;
            })
            .await?;
        }
        Ok(())
    }

    async fn modify_attribute(
        &self,
        place: &Place,
        identifier: &str,
        f: impl FnOnce(&mut Vpc) + Send,
    ) -> Result<(), ExecError> {
        self.0
            .call("ec2", "ModifyVpcAttribute", place, |world| {
                let current =
                    &world.require::<Vpc>(place, identifier, "InvalidVpcID.NotFound")?.resource;
                let mut changed = current.clone();
                f(&mut changed);
                let turned_on = changed.enable_dns_hostnames && !current.enable_dns_hostnames;
                if turned_on && !changed.enable_dns_support {
                    return Err(AwsError::invalid(
                        "InvalidParameterCombination",
                        format!("DNS hostnames of '{identifier}' need DNS support"),
                    ));
                }
                world.change::<Vpc>(place, identifier, "", Duration::ZERO, |object| {
                    object.resource = changed;
                })
            })
            .await
            .map(drop)
    }
}

#[async_trait]
impl Handler<Vpc> for VpcHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<Vpc>>, ExecError>> {
        self.0.read("ec2", "DescribeVpcs", place, identifiers).await
    }

    async fn create(&self, request: &Create<Vpc>) -> Result<Observed<Vpc>, ExecError> {
        let place = &request.place;
        let mut made =
            self.0.call("ec2", "CreateVpc", place, |world| create_vpc(world, request)).await?;
        let identifier = &made.outputs.vpc_id;
        self.modify(place, identifier, &made.resource, &request.desired)
            .await
            .map_err(|error| error.with_identifier(identifier))?;
        made.resource = request.desired.clone();
        Ok(made)
    }

    async fn find(&self, request: &Create<Vpc>) -> Result<Option<Observed<Vpc>>, ExecError> {
        self.0.find_owned("ec2", "DescribeVpcs", request).await
    }

    async fn update(&self, request: &Update<Vpc>) -> Result<Observed<Vpc>, ExecError> {
        self.modify(&request.place, &request.identifier, &request.current, &request.desired)
            .await?;
        self.0.retag("ec2", TAGGING, request).await?;
        Ok(self.0.after(request))
    }

    async fn delete(&self, request: &Delete<Vpc>) -> Result<Deletion, ExecError> {
        self.0
            .call("ec2", "DeleteVpc", &request.place, |world| {
                delete_vpc(world, &request.place, &request.identifier)
            })
            .await?;
        Ok(Deletion::Gone)
    }
}
