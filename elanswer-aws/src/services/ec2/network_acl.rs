//! `AWS::EC2::NetworkAcl` over the SDK.
//!
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkAcl.html>. Its
//! description holds its entries and associations too, which are kinds of their own.

use async_trait::async_trait;
use aws_sdk_ec2::types::{self, Filter, ResourceType};
use elanswer_core::{
    Handler, Place, Ref, Region,
    executor::{Deletion, ErrorKind, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::ec2::{NetworkAcl, NetworkAclOutputs},
};

use super::{
    FILTER_VALUES, PAGE, SERVICE, declared, failed, filter, gone_is_fine, is_owned, owned_by,
    read_listed, retag, tag_specification,
};
use crate::{clients::Clients, error::missing};

/// Handles network ACLs over the SDK.
#[derive(Debug)]
pub struct NetworkAclHandler(Clients);

impl From<Clients> for NetworkAclHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

fn observed(acl: &types::NetworkAcl) -> Result<Observed<NetworkAcl>, ExecError> {
    let lacks = |field| missing(SERVICE, "DescribeNetworkAcls", field);
    let id = acl.network_acl_id().ok_or_else(|| lacks("NetworkAclId"))?.to_owned();
    let resource = NetworkAcl::builder()
        .vpc(Ref::existing(acl.vpc_id().ok_or_else(|| lacks("VpcId"))?))
        .tags(declared(acl.tags()))
        .build();
    Ok(Observed::ready(resource, NetworkAclOutputs { id }))
}

/// Describes network ACLs by their ids or by `filters`, with their entries and associations.
pub(super) async fn describe_network_acls(
    clients: &Clients,
    region: Region,
    ids: Vec<String>,
    filters: Vec<Filter>,
) -> Result<Vec<types::NetworkAcl>, ExecError> {
    let call = clients.ec2(region).describe_network_acls();
    let call = call.set_network_acl_ids(Some(ids)).set_filters(Some(filters));
    let acls = call.into_paginator().items().send().try_collect().await;
    acls.map_err(failed("DescribeNetworkAcls"))
}

/// Those of the network ACLs `ids` that exist, in as few calls as their lists allow.
pub(super) async fn existing(
    clients: &Clients,
    region: Region,
    ids: &[String],
) -> Result<Vec<types::NetworkAcl>, ExecError> {
    let mut acls = Vec::new();
    for page in ids.chunks(PAGE) {
        match describe_network_acls(clients, region, page.to_vec(), Vec::new()).await {
            // AWS fails a whole call when one id is unknown; a filter finds the others.
            Err(error) if error.kind() == ErrorKind::NotFound => {
                for part in page.chunks(FILTER_VALUES) {
                    let filters = vec![filter("network-acl-id", part.iter().cloned())];
                    acls.extend(describe_network_acls(clients, region, Vec::new(), filters).await?);
                }
            }
            found => acls.extend(found?),
        }
    }
    Ok(acls)
}

#[async_trait]
impl Handler<NetworkAcl> for NetworkAclHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<NetworkAcl>>, ExecError>> {
        read_listed(identifiers, "network-acl-id", |ids, filters| async move {
            let acls = describe_network_acls(&self.0, place.region, ids, filters).await?;
            let id = |acl: &types::NetworkAcl| acl.network_acl_id().unwrap_or_default().to_owned();
            Ok(acls.iter().map(|acl| (id(acl), observed(acl))).collect())
        })
        .await
    }

    async fn create(
        &self,
        request: &Create<NetworkAcl>,
    ) -> Result<Observed<NetworkAcl>, ExecError> {
        let answer = self
            .0
            .ec2(request.place.region)
            .create_network_acl()
            .set_vpc_id(request.desired.vpc.known().map(str::to_owned))
            .tag_specifications(tag_specification(ResourceType::NetworkAcl, &request.tags()))
            .client_token(&request.token)
            .send()
            .await
            .map_err(failed("CreateNetworkAcl"))?;
        let acl = answer.network_acl();
        observed(acl.ok_or_else(|| missing(SERVICE, "CreateNetworkAcl", "NetworkAcl"))?)
    }

    async fn find(
        &self,
        request: &Create<NetworkAcl>,
    ) -> Result<Option<Observed<NetworkAcl>>, ExecError> {
        let (region, filters) = (request.place.region, owned_by(&request.ownership));
        let found = describe_network_acls(&self.0, region, Vec::new(), filters).await?;
        let own = found.iter().find(|acl| is_owned(&request.ownership, acl.tags()));
        own.map(observed).transpose()
    }

    async fn update(
        &self,
        request: &Update<NetworkAcl>,
    ) -> Result<Observed<NetworkAcl>, ExecError> {
        retag(&self.0.ec2(request.place.region), request).await?;
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<NetworkAcl>) -> Result<Deletion, ExecError> {
        let call = self.0.ec2(request.place.region).delete_network_acl();
        let call = call.network_acl_id(&request.identifier);
        gone_is_fine(call.send().await.map_err(failed("DeleteNetworkAcl")))?;
        Ok(Deletion::Gone)
    }
}
