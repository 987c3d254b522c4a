//! `AWS::EC2::VPCGatewayAttachment` over the SDK.
//!
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AttachInternetGateway.html>. An
//! attachment is a part of the description of its gateway.

use async_trait::async_trait;
use aws_sdk_ec2::types::{self, AttachmentStatus};
use elanswer_core::{
    Handler, Place, Ref, Region,
    executor::{Deletion, ExecError, Status},
    handler::{Create, Delete, Observed, Update},
    services::ec2::{VpcGatewayAttachment, VpcGatewayAttachmentOutputs},
};

use super::{failed, filter, gone_is_fine, internet_gateway::describe_internet_gateways, read_all};
use crate::clients::Clients;

/// Handles attachments of internet gateways over the SDK.
#[derive(Debug)]
pub struct VpcGatewayAttachmentHandler(Clients);

impl From<Clients> for VpcGatewayAttachmentHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

/// The attachments of a described gateway.
fn attachments(gateway: &types::InternetGateway) -> Vec<Observed<VpcGatewayAttachment>> {
    let Some(gateway_id) = gateway.internet_gateway_id() else { return Vec::new() };
    gateway
        .attachments()
        .iter()
        .filter_map(|attachment| {
            let vpc_id = attachment.vpc_id()?;
            let status = match attachment.state() {
                Some(AttachmentStatus::Attaching) => Status::Pending("attaching".to_owned()),
                Some(AttachmentStatus::Detaching) => Status::Deleting,
                Some(AttachmentStatus::Detached) => return None,
                // EC2 says `available`, which is not among the documented states.
                _ => Status::Ready,
            };
            let resource = VpcGatewayAttachment::builder()
                .vpc(Ref::existing(vpc_id))
                .internet_gateway(Ref::existing(gateway_id))
                .build();
            let outputs = VpcGatewayAttachmentOutputs::of(vpc_id);
            Some(Observed::ready(resource, outputs).with_status(status))
        })
        .collect()
}

impl VpcGatewayAttachmentHandler {
    async fn describe(
        &self,
        region: Region,
        vpc_ids: impl IntoIterator<Item = String>,
    ) -> Result<Vec<Observed<VpcGatewayAttachment>>, ExecError> {
        let filters = vec![filter("attachment.vpc-id", vpc_ids)];
        let gateways = describe_internet_gateways(&self.0, region, filters).await?;
        Ok(gateways.iter().flat_map(attachments).collect())
    }

    async fn attach(
        &self,
        region: Region,
        attachment: &VpcGatewayAttachment,
    ) -> Result<(), ExecError> {
        let call = self.0.ec2(region).attach_internet_gateway();
        let call = call
            .set_internet_gateway_id(attachment.internet_gateway.known().map(str::to_owned))
            .set_vpc_id(attachment.vpc.known().map(str::to_owned));
        call.send().await.map(drop).map_err(failed("AttachInternetGateway"))
    }

    /// A gateway that is detached already is fine.
    async fn detach(
        &self,
        region: Region,
        attachment: &VpcGatewayAttachment,
    ) -> Result<(), ExecError> {
        let call = self.0.ec2(region).detach_internet_gateway();
        let call = call
            .set_internet_gateway_id(attachment.internet_gateway.known().map(str::to_owned))
            .set_vpc_id(attachment.vpc.known().map(str::to_owned));
        gone_is_fine(call.send().await.map_err(failed("DetachInternetGateway")))
    }
}

#[async_trait]
impl Handler<VpcGatewayAttachment> for VpcGatewayAttachmentHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<VpcGatewayAttachment>>, ExecError>> {
        read_all(identifiers, |page| async move {
            let vpc_ids: Vec<String> = page
                .iter()
                .filter_map(|id| VpcGatewayAttachmentOutputs::vpc_id(id).map(str::to_owned))
                .collect();
            let found = self.describe(place.region, vpc_ids).await?;
            Ok(found.into_iter().map(|it| (it.outputs.id.clone(), it)).collect())
        })
        .await
    }

    async fn create(
        &self,
        request: &Create<VpcGatewayAttachment>,
    ) -> Result<Observed<VpcGatewayAttachment>, ExecError> {
        self.attach(request.place.region, &request.desired).await?;
        let vpc_id = request.desired.vpc.known().unwrap_or_default();
        Ok(Observed::ready(request.desired.clone(), VpcGatewayAttachmentOutputs::of(vpc_id)))
    }

    async fn find(
        &self,
        request: &Create<VpcGatewayAttachment>,
    ) -> Result<Option<Observed<VpcGatewayAttachment>>, ExecError> {
        let vpc_id = request.desired.vpc.known().map(str::to_owned);
        let found = self.describe(request.place.region, vpc_id).await?;
        Ok(found.into_iter().find(|attachment| attachment.resource == request.desired))
    }

    async fn update(
        &self,
        request: &Update<VpcGatewayAttachment>,
    ) -> Result<Observed<VpcGatewayAttachment>, ExecError> {
        let region = request.place.region;
        if request.current.internet_gateway != request.desired.internet_gateway {
            self.detach(region, &request.current).await?;
            self.attach(region, &request.desired).await?;
        }
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<VpcGatewayAttachment>) -> Result<Deletion, ExecError> {
        self.detach(request.place.region, &request.current).await?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_detached_gateway_has_no_attachment() {
        let attachment = |vpc: &str, state: &str| {
            types::InternetGatewayAttachment::builder().vpc_id(vpc).state(state.into()).build()
        };
        let gateway = types::InternetGateway::builder()
            .internet_gateway_id("igw-1")
            .attachments(attachment("vpc-1", "available"))
            .attachments(attachment("vpc-2", "detached"))
            .attachments(attachment("vpc-3", "attaching"))
            .build();
        let found = attachments(&gateway);
        let seen: Vec<_> =
            found.iter().map(|it| (it.outputs.id.as_str(), it.status.clone())).collect();
        assert_eq!(
            seen,
            [("IGW|vpc-1", Status::Ready), ("IGW|vpc-3", Status::Pending("attaching".to_owned()))]
        );
        assert_eq!(found[0].resource.internet_gateway, Ref::existing("igw-1"));
    }
}
