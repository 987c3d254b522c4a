//! `AWS::EC2::NetworkAcl` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html>, quotas:
//! <https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html>.
//! The default ACL of a VPC is there without being an object, with an entry 100 in each direction
//! that lets everything through; so is the association of every subnet that nobody associated.
//! Not modelled: packets.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::ec2::{
        NetworkAcl, NetworkAclEntry, NetworkAclOutputs, SubnetNetworkAclAssociation, Vpc,
    },
};

use super::{TAGGING, dependency_violation};
use crate::{
    api::Api,
    world::{AwsError, World},
};

/// Handles network ACLs in memory.
#[derive(Debug)]
pub struct NetworkAclHandler(Api);

impl From<Api> for NetworkAclHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

/// The default ACL of a VPC: it comes and goes with the VPC.
pub(super) fn default_acl_of(vpc_id: &str) -> String {
    format!("acl-{}", vpc_id.trim_start_matches("vpc-"))
}

/// The VPC of an ACL, which may be the default one.
pub(super) fn vpc_of(world: &World, place: &Place, acl_id: &str) -> Result<String, AwsError> {
    if let Some(acl) = world.get::<NetworkAcl>(place, acl_id) {
        return Ok(acl.resource.vpc.known().unwrap_or_default().to_owned());
    }
    let of_default = world.all::<Vpc>(place).find(|(vpc_id, _)| default_acl_of(vpc_id) == acl_id);
    of_default.map(|(vpc_id, _)| vpc_id.to_owned()).ok_or_else(|| {
        AwsError::not_found(
            "InvalidNetworkAclID.NotFound",
            format!("The networkAcl ID '{acl_id}' does not exist"),
        )
    })
}

/// Removes the entries of an ACL, which go with it.
pub(super) fn remove_entries(world: &mut World, place: &Place, acl_id: &str) {
    let entries: Vec<String> = world
        .all::<NetworkAclEntry>(place)
        .filter(|(_, entry)| entry.resource.network_acl.known() == Some(acl_id))
        .map(|(id, _)| id.to_owned())
        .collect();
    for entry in entries {
        world.remove::<NetworkAclEntry>(place, &entry, Duration::ZERO);
    }
}

fn create_network_acl(
    world: &mut World,
    request: &Create<NetworkAcl>,
) -> Result<Observed<NetworkAcl>, AwsError> {
    let (place, vpc) = (&request.place, &request.desired.vpc);
    if let Some(made) = world.replay(request)? {
        return Ok(world
            .require::<NetworkAcl>(place, &made, "InvalidNetworkAclID.NotFound")?
            .observed(world.now()));
    }
    world.require::<Vpc>(place, vpc.known().unwrap_or_default(), "InvalidVpcID.NotFound")?;
    let siblings = world.all::<NetworkAcl>(place).filter(|(_, acl)| acl.resource.vpc == *vpc);
    let with_default = 1 + siblings.count();
    world.quotas.check("network ACLs per VPC", 200, with_default, "NetworkAclLimitExceeded")?;
    let id = world.new_id("acl");
    world.remember(request, &id);
    world.insert(request, NetworkAclOutputs { id }, "", Duration::ZERO)
}

/// A subnet behind an ACL keeps it.
fn delete_network_acl(world: &mut World, place: &Place, identifier: &str) -> Result<(), AwsError> {
    let associated = world
        .all::<SubnetNetworkAclAssociation>(place)
        .any(|(_, association)| association.resource.network_acl.known() == Some(identifier));
    if associated {
        return Err(dependency_violation("networkAcl", identifier));
    }
    remove_entries(world, place, identifier);
    world.remove::<NetworkAcl>(place, identifier, Duration::ZERO);
    Ok(())
}

#[async_trait]
impl Handler<NetworkAcl> for NetworkAclHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<NetworkAcl>>, ExecError>> {
        self.0.read("ec2", "DescribeNetworkAcls", place, identifiers).await
    }

    async fn create(
        &self,
        request: &Create<NetworkAcl>,
    ) -> Result<Observed<NetworkAcl>, ExecError> {
        self.0
            .call("ec2", "CreateNetworkAcl", &request.place, |world| {
                create_network_acl(world, request)
            })
            .await
    }

    async fn find(
        &self,
        request: &Create<NetworkAcl>,
    ) -> Result<Option<Observed<NetworkAcl>>, ExecError> {
        self.0.find_owned("ec2", "DescribeNetworkAcls", request).await
    }

    async fn update(
        &self,
        request: &Update<NetworkAcl>,
    ) -> Result<Observed<NetworkAcl>, ExecError> {
        self.0.retag("ec2", TAGGING, request).await?;
        Ok(self.0.after(request))
    }

    async fn delete(&self, request: &Delete<NetworkAcl>) -> Result<Deletion, ExecError> {
        self.0
            .call("ec2", "DeleteNetworkAcl", &request.place, |world| {
                delete_network_acl(world, &request.place, &request.identifier)
            })
            .await?;
        Ok(Deletion::Gone)
    }
}
