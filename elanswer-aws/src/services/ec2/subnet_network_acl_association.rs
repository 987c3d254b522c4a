//! `AWS::EC2::SubnetNetworkAclAssociation` over the SDK.
//!
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceNetworkAclAssociation.html>. An
//! association is a part of the description of its ACL. A subnet always has one: one is made by
//! taking the place of the one there is, and removed by putting the default ACL in its place.

use async_trait::async_trait;
use aws_sdk_ec2::types;
use elanswer_core::{
    Handler, Place, Ref, Region,
    executor::{Deletion, ErrorKind, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::ec2::{SubnetNetworkAclAssociation, SubnetNetworkAclAssociationOutputs},
};

use super::{SERVICE, failed, filter, gone_is_fine, network_acl::describe_network_acls, read_all};
use crate::{clients::Clients, error::missing};

/// Handles associations of subnets with network ACLs over the SDK.
#[derive(Debug)]
pub struct SubnetNetworkAclAssociationHandler(Clients);

impl From<Clients> for SubnetNetworkAclAssociationHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

/// An association of a described ACL.
fn observed(
    association: &types::NetworkAclAssociation,
) -> Option<Observed<SubnetNetworkAclAssociation>> {
    let resource = SubnetNetworkAclAssociation::new(
        Ref::existing(association.subnet_id()?),
        Ref::existing(association.network_acl_id()?),
    );
    let association_id = association.network_acl_association_id()?.to_owned();
    Some(Observed::ready(resource, SubnetNetworkAclAssociationOutputs { association_id }))
}

/// The association of a subnet among those of described ACLs.
fn of_subnet(
    acls: &[types::NetworkAcl],
    subnet_id: &str,
) -> Option<Observed<SubnetNetworkAclAssociation>> {
    let mut associations = acls.iter().flat_map(types::NetworkAcl::associations);
    associations.find(|association| association.subnet_id() == Some(subnet_id)).and_then(observed)
}

impl SubnetNetworkAclAssociationHandler {
    async fn describe(
        &self,
        region: Region,
        filters: Vec<types::Filter>,
    ) -> Result<Vec<types::NetworkAcl>, ExecError> {
        describe_network_acls(&self.0, region, Vec::new(), filters).await
    }

    /// The association that a subnet has now.
    async fn current(
        &self,
        region: Region,
        subnet_id: &str,
    ) -> Result<Option<Observed<SubnetNetworkAclAssociation>>, ExecError> {
        let filters = vec![filter("association.subnet-id", [subnet_id.to_owned()])];
        Ok(of_subnet(&self.describe(region, filters).await?, subnet_id))
    }

    /// Puts an ACL in the place of another one: the id of the new association.
    async fn replace(
        &self,
        region: Region,
        association_id: &str,
        network_acl_id: &str,
    ) -> Result<String, ExecError> {
        let answer = self
            .0
            .ec2(region)
            .replace_network_acl_association()
            .association_id(association_id)
            .network_acl_id(network_acl_id)
            .send()
            .await
            .map_err(failed("ReplaceNetworkAclAssociation"))?;
        let id = answer.new_association_id().map(str::to_owned);
        id.ok_or_else(|| missing(SERVICE, "ReplaceNetworkAclAssociation", "NewAssociationId"))
    }
}

#[async_trait]
impl Handler<SubnetNetworkAclAssociation> for SubnetNetworkAclAssociationHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<SubnetNetworkAclAssociation>>, ExecError>> {
        read_all(identifiers, |page| async {
            let filters = vec![filter("association.association-id", page)];
            let acls = self.describe(place.region, filters).await?;
            let associations = acls.iter().flat_map(types::NetworkAcl::associations);
            let found = associations.filter_map(observed);
            Ok(found.map(|it| (it.outputs.association_id.clone(), it)).collect())
        })
        .await
    }

    async fn create(
        &self,
        request: &Create<SubnetNetworkAclAssociation>,
    ) -> Result<Observed<SubnetNetworkAclAssociation>, ExecError> {
        let (region, desired) = (request.place.region, &request.desired);
        let subnet_id = desired.subnet.known().unwrap_or_default();
        let current = self.current(region, subnet_id).await?.ok_or_else(|| {
            let message = format!("no network ACL is associated with the subnet '{subnet_id}'");
            ExecError::new(ErrorKind::NotFound, message)
                .with_operation(SERVICE, "DescribeNetworkAcls")
        })?;
        let network_acl_id = desired.network_acl.known().unwrap_or_default();
        let replaced = self.replace(region, &current.outputs.association_id, network_acl_id);
        let outputs = SubnetNetworkAclAssociationOutputs { association_id: replaced.await? };
        Ok(Observed::ready(desired.clone(), outputs))
    }

    /// An association has no tags: one of the same subnet and ACL is taken for the one that was
    /// made.
    async fn find(
        &self,
        request: &Create<SubnetNetworkAclAssociation>,
    ) -> Result<Option<Observed<SubnetNetworkAclAssociation>>, ExecError> {
        let subnet_id = request.desired.subnet.known().unwrap_or_default();
        let found = self.current(request.place.region, subnet_id).await?;
        Ok(found.filter(|association| association.resource == request.desired))
    }

    /// Every property makes another association.
    async fn update(
        &self,
        request: &Update<SubnetNetworkAclAssociation>,
    ) -> Result<Observed<SubnetNetworkAclAssociation>, ExecError> {
        Ok(request.done())
    }

    /// Puts the subnet back behind the default ACL of its VPC.
    async fn delete(
        &self,
        request: &Delete<SubnetNetworkAclAssociation>,
    ) -> Result<Deletion, ExecError> {
        let (region, identifier) = (request.place.region, &request.identifier);
        let filters = vec![filter("association.association-id", [identifier.clone()])];
        let acls = self.describe(region, filters).await?;
        let Some(vpc_id) = acls.iter().find_map(types::NetworkAcl::vpc_id) else {
            return Ok(Deletion::Gone);
        };
        let of_vpc = filter("vpc-id", [vpc_id.to_owned()]);
        let filters = vec![of_vpc, filter("default", ["true".to_owned()])];
        let defaults = self.describe(region, filters).await?;
        let default = defaults.iter().find_map(types::NetworkAcl::network_acl_id);
        let default =
            default.ok_or_else(|| missing(SERVICE, "DescribeNetworkAcls", "NetworkAclId"))?;
        gone_is_fine(self.replace(region, identifier, default).await)?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_association_of_a_subnet_is_found_among_others() {
        let association = |id: &str, subnet: &str| {
            types::NetworkAclAssociation::builder()
                .network_acl_association_id(id)
                .network_acl_id("acl-1")
                .subnet_id(subnet)
                .build()
        };
        let acl = types::NetworkAcl::builder()
            .associations(association("aclassoc-1", "subnet-1"))
            .associations(association("aclassoc-2", "subnet-2"))
            .build();
        let acls = [types::NetworkAcl::builder().build(), acl];
        let found = of_subnet(&acls, "subnet-2").unwrap();
        assert_eq!(found.outputs.association_id, "aclassoc-2");
        assert_eq!(found.resource.network_acl, Ref::existing("acl-1"));
        assert!(of_subnet(&acls, "subnet-3").is_none());
    }
}
