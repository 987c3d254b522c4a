//! `AWS::EC2::SubnetNetworkAclAssociation` in memory.
//!
//! Rules:
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceNetworkAclAssociation.html>.
//! A subnet is always associated with one ACL, and every change gives the association another id.
//! Stricter than AWS: a subnet that was associated with another ACL is not deleted before it is back
//! behind the default one.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place,
    executor::{Deletion, ErrorKind, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::ec2::{Subnet, SubnetNetworkAclAssociation, SubnetNetworkAclAssociationOutputs},
};

use super::network_acl::{default_acl_of, vpc_of};
use crate::{
    api::Api,
    world::{AwsError, Object, World},
};

/// Handles associations of subnets with network ACLs in memory.
#[derive(Debug)]
pub struct SubnetNetworkAclAssociationHandler(Api);

impl From<Api> for SubnetNetworkAclAssociationHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

/// The association that somebody made of a subnet.
fn made_of<'a>(
    world: &'a World,
    place: &Place,
    subnet_id: &str,
) -> Option<(&'a str, &'a Object<SubnetNetworkAclAssociation>)> {
    world
        .all::<SubnetNetworkAclAssociation>(place)
        .find(|(_, association)| association.resource.subnet.known() == Some(subnet_id))
}

/// The id of the association that a subnet has now, be it the one it was made with.
fn association_of(world: &World, place: &Place, subnet_id: &str) -> String {
    made_of(world, place, subnet_id).map_or_else(
        || format!("aclassoc-{}", subnet_id.trim_start_matches("subnet-")),
        |(id, _)| id.to_owned(),
    )
}

/// The subnet of an association, and the VPC of the subnet.
fn subnet_of(
    world: &World,
    place: &Place,
    association_id: &str,
) -> Result<(String, String), AwsError> {
    world
        .all::<Subnet>(place)
        .find(|(subnet_id, _)| association_of(world, place, subnet_id) == association_id)
        .map(|(subnet_id, subnet)| {
            (subnet_id.to_owned(), subnet.resource.vpc.known().unwrap_or_default().to_owned())
        })
        .ok_or_else(|| {
            AwsError::not_found(
                "InvalidAssociationID.NotFound",
                format!("The association ID '{association_id}' does not exist"),
            )
        })
}

/// Takes the place of an association: what it was with is no longer associated.
fn replace_association(
    world: &mut World,
    place: &Place,
    association_id: &str,
    acl_id: &str,
) -> Result<(), AwsError> {
    let vpc_of_acl = vpc_of(world, place, acl_id)?;
    let (subnet_id, vpc_of_subnet) = subnet_of(world, place, association_id)?;
    if vpc_of_acl != vpc_of_subnet {
        return Err(AwsError::invalid(
            "InvalidParameterValue",
            format!("Network ACL {acl_id} and subnet {subnet_id} belong to different networks"),
        ));
    }
    world.remove::<SubnetNetworkAclAssociation>(place, association_id, Duration::ZERO);
    Ok(())
}

#[async_trait]
impl Handler<SubnetNetworkAclAssociation> for SubnetNetworkAclAssociationHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<SubnetNetworkAclAssociation>>, ExecError>> {
        self.0.read("ec2", "DescribeNetworkAcls", place, identifiers).await
    }

    /// Looks for the association that the subnet has, and takes its place.
    async fn create(
        &self,
        request: &Create<SubnetNetworkAclAssociation>,
    ) -> Result<Observed<SubnetNetworkAclAssociation>, ExecError> {
        let (place, desired) = (&request.place, &request.desired);
        let subnet_id = desired.subnet.known().unwrap_or_default();
        let current = self
            .0
            .call("ec2", "DescribeNetworkAcls", place, |world| {
                world.require::<Subnet>(place, subnet_id, "InvalidSubnetID.NotFound")?;
                Ok(association_of(world, place, subnet_id))
            })
            .await?;
        self.0
            .call("ec2", "ReplaceNetworkAclAssociation", place, |world| {
                let acl_id = desired.network_acl.known().unwrap_or_default();
                replace_association(world, place, &current, acl_id)?;
                let association_id = world.new_id("aclassoc");
                let outputs = SubnetNetworkAclAssociationOutputs { association_id };
                world.insert(request, outputs, "", Duration::ZERO)
            })
            .await
    }

    /// An association has no tags: one of the same subnet and ACL is taken for the one that was
    /// made.
    async fn find(
        &self,
        request: &Create<SubnetNetworkAclAssociation>,
    ) -> Result<Option<Observed<SubnetNetworkAclAssociation>>, ExecError> {
        let (place, desired) = (&request.place, &request.desired);
        self.0
            .call("ec2", "DescribeNetworkAcls", place, |world| {
                let made = made_of(world, place, desired.subnet.known().unwrap_or_default());
                let same = made.filter(|(_, association)| association.resource == *desired);
                Ok(same.map(|(_, association)| association.observed(world.now())))
            })
            .await
    }

    /// Every property makes another association.
    async fn update(
        &self,
        request: &Update<SubnetNetworkAclAssociation>,
    ) -> Result<Observed<SubnetNetworkAclAssociation>, ExecError> {
        Ok(self.0.after(request))
    }

    /// Puts the subnet back behind the default ACL of its VPC.
    async fn delete(
        &self,
        request: &Delete<SubnetNetworkAclAssociation>,
    ) -> Result<Deletion, ExecError> {
        let (place, identifier) = (&request.place, &request.identifier);
        let vpc_id = self
            .0
            .call("ec2", "DescribeNetworkAcls", place, |world| {
                Ok(subnet_of(world, place, identifier).ok().map(|(_, vpc_id)| vpc_id))
            })
            .await?;
        let Some(vpc_id) = vpc_id else { return Ok(Deletion::Gone) };
        let default = self
            .0
            .call("ec2", "DescribeNetworkAcls", place, |_| Ok(default_acl_of(&vpc_id)))
            .await?;
        let replaced = self
            .0
            .call("ec2", "ReplaceNetworkAclAssociation", place, |world| {
                replace_association(world, place, identifier, &default)
            })
            .await;
        match replaced {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(Deletion::Gone),
        }
    }
}
