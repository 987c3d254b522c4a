//! `AWS::EC2::EIP` over the SDK.
//!
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AllocateAddress.html>.

use async_trait::async_trait;
use aws_sdk_ec2::types::{self, DomainType, ResourceType};
use elanswer_core::{
    Handler, Place, Region,
    executor::{Deletion, ErrorKind, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::ec2::{Eip, EipDomain, EipOutputs},
};

use super::{
    SERVICE, declared, failed, filter, gone_is_fine, is_owned, owned_by, read_all, retag,
    tag_specification,
};
use crate::{
    clients::Clients,
    error::{Codes, exec_error, missing},
};

/// The codes of `ReleaseAddress`: EC2 says that it is not allowed while a NAT gateway has the
/// address, and for some seconds after the gateway is gone.
const RELEASE: Codes =
    &[("AuthFailure", ErrorKind::Dependency), ("InvalidIPAddress.InUse", ErrorKind::Dependency)];

/// Handles Elastic IP addresses over the SDK.
#[derive(Debug)]
pub struct EipHandler(Clients);

impl From<Clients> for EipHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

fn domain(domain: EipDomain) -> DomainType {
    match domain {
        EipDomain::Vpc => DomainType::Vpc,
    }
}

fn observed(address: &types::Address) -> Result<Observed<Eip>, ExecError> {
    let lacks = |field| missing(SERVICE, "DescribeAddresses", field);
    let outputs = EipOutputs {
        allocation_id: address.allocation_id().ok_or_else(|| lacks("AllocationId"))?.to_owned(),
        public_ip: address.public_ip().ok_or_else(|| lacks("PublicIp"))?.to_owned(),
    };
    Ok(Observed::ready(Eip::builder().tags(declared(address.tags())).build(), outputs))
}

impl EipHandler {
    /// `DescribeAddresses` has no pages: it answers with all of them.
    async fn describe(
        &self,
        region: Region,
        filters: Vec<types::Filter>,
    ) -> Result<Vec<types::Address>, ExecError> {
        let call = self.0.ec2(region).describe_addresses().set_filters(Some(filters));
        let answer = call.send().await.map_err(failed("DescribeAddresses"))?;
        Ok(answer.addresses.unwrap_or_default())
    }
}

#[async_trait]
impl Handler<Eip> for EipHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<Eip>>, ExecError>> {
        read_all(identifiers, |page| async {
            let found = self.describe(place.region, vec![filter("allocation-id", page)]).await?;
            let found = found.iter().map(observed);
            found.map(|eip| eip.map(|it| (it.outputs.allocation_id.clone(), it))).collect()
        })
        .await
    }

    async fn create(&self, request: &Create<Eip>) -> Result<Observed<Eip>, ExecError> {
        let answer = self
            .0
            .ec2(request.place.region)
            .allocate_address()
            .domain(domain(request.desired.domain))
            .tag_specifications(tag_specification(ResourceType::ElasticIp, &request.tags()))
            .send()
            .await
            .map_err(failed("AllocateAddress"))?;
        let lacks = |field| missing(SERVICE, "AllocateAddress", field);
        let outputs = EipOutputs {
            allocation_id: answer.allocation_id.ok_or_else(|| lacks("AllocationId"))?,
            public_ip: answer.public_ip.ok_or_else(|| lacks("PublicIp"))?,
        };
        Ok(Observed::ready(request.desired.clone(), outputs))
    }

    async fn find(&self, request: &Create<Eip>) -> Result<Option<Observed<Eip>>, ExecError> {
        let found = self.describe(request.place.region, owned_by(&request.ownership)).await?;
        let own = found.iter().find(|address| is_owned(&request.ownership, address.tags()));
        own.map(observed).transpose()
    }

    async fn update(&self, request: &Update<Eip>) -> Result<Observed<Eip>, ExecError> {
        retag(&self.0.ec2(request.place.region), request).await?;
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<Eip>) -> Result<Deletion, ExecError> {
        let call = self.0.ec2(request.place.region).release_address();
        let answer = call.allocation_id(&request.identifier).send().await;
        let released =
            answer.map_err(|error| exec_error(SERVICE, "ReleaseAddress", RELEASE, error));
        gone_is_fine(released)?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_without_an_allocation_is_an_error() {
        let address = types::Address::builder().public_ip("198.18.0.1");
        assert!(observed(&address.clone().build()).is_err());
        let eip = observed(&address.allocation_id("eipalloc-1").build()).unwrap();
        assert_eq!(eip.resource, Eip::default());
        assert_eq!(eip.outputs.allocation_id, "eipalloc-1");
    }
}
