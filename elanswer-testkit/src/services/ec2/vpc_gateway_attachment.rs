//! `AWS::EC2::VPCGatewayAttachment` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AttachInternetGateway.html>,
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachInternetGateway.html>.
//! Public addresses are those of NAT gateways, load balancers and tasks. Not modelled: VPN gateways,
//! databases with public addresses.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place, Ref,
    executor::{Deletion, ErrorKind, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::{
        ec2::{
            InternetGateway, NatGateway, Subnet, Vpc, VpcGatewayAttachment,
            VpcGatewayAttachmentOutputs,
        },
        ecs::{AssignPublicIp, Service},
        elbv2::{LoadBalancer, Scheme},
    },
};

use crate::{
    api::Api,
    world::{AwsError, Object, World},
};

/// Handles attachments of internet gateways in memory.
#[derive(Debug)]
pub struct VpcGatewayAttachmentHandler(Api);

impl From<Api> for VpcGatewayAttachmentHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

/// The attachment of this gateway.
pub(super) fn attachment_of_gateway<'a>(
    world: &'a World,
    place: &Place,
    gateway_id: &str,
) -> Option<&'a Object<VpcGatewayAttachment>> {
    world
        .all::<VpcGatewayAttachment>(place)
        .map(|(_, attachment)| attachment)
        .find(|attachment| attachment.resource.internet_gateway.known() == Some(gateway_id))
}

/// The attachment of the gateway of this VPC.
pub(super) fn attachment_of_vpc<'a>(
    world: &'a World,
    place: &Place,
    vpc_id: &str,
) -> Option<&'a Object<VpcGatewayAttachment>> {
    world.get(place, &VpcGatewayAttachmentOutputs::of(vpc_id).id)
}

fn attach_internet_gateway(
    world: &mut World,
    request: &Create<VpcGatewayAttachment>,
) -> Result<Observed<VpcGatewayAttachment>, AwsError> {
    let place = &request.place;
    let gateway_id = request.desired.internet_gateway.known().unwrap_or_default();
    let vpc_id = request.desired.vpc.known().unwrap_or_default();
    world.require::<InternetGateway>(place, gateway_id, "InvalidInternetGatewayID.NotFound")?;
    world.require::<Vpc>(place, vpc_id, "InvalidVpcID.NotFound")?;
    if let Some(attached) = attachment_of_gateway(world, place, gateway_id) {
        let vpc_id = attached.resource.vpc.known().unwrap_or_default();
        return Err(AwsError::conflict(
            "Resource.AlreadyAssociated",
            format!("resource {gateway_id} is already attached to network {vpc_id}"),
        ));
    }
    if attachment_of_vpc(world, place, vpc_id).is_some() {
        return Err(AwsError::conflict(
            "InvalidParameterValue",
            format!("Network {vpc_id} already has an internet gateway attached"),
        ));
    }
    world.insert(request, VpcGatewayAttachmentOutputs::of(vpc_id), "", Duration::ZERO)
}

/// Whether something in the VPC has a public address; it has until it is gone.
fn has_public_addresses(world: &World, place: &Place, vpc_id: &str) -> bool {
    let inside = |subnet: &Ref<Subnet>| {
        world
            .look::<Subnet>(place, subnet.known().unwrap_or_default())
            .is_some_and(|subnet| subnet.resource.vpc.known() == Some(vpc_id))
    };
    let gateway =
        world.all::<NatGateway>(place).any(|(_, gateway)| inside(&gateway.resource.subnet));
    let load_balancer = world.all::<LoadBalancer>(place).any(|(_, object)| {
        object.resource.scheme == Scheme::InternetFacing
            && object.resource.subnets.iter().any(inside)
    });
    let tasks = world.all::<Service>(place).any(|(_, service)| {
        let network = &service.resource.network_configuration.awsvpc_configuration;
        network.assign_public_ip == AssignPublicIp::Enabled && network.subnets.iter().any(inside)
    });
    gateway || load_balancer || tasks
}

fn detach_internet_gateway(
    world: &mut World,
    place: &Place,
    attachment: &VpcGatewayAttachment,
    identifier: &str,
) -> Result<(), AwsError> {
    let vpc_id = attachment.vpc.known().unwrap_or_default();
    let attached = world.get::<VpcGatewayAttachment>(place, identifier);
    if attached.is_none_or(|attached| attached.resource != *attachment) {
        let gateway_id = attachment.internet_gateway.known().unwrap_or_default();
        return Err(AwsError::not_found(
            "Gateway.NotAttached",
            format!("resource {gateway_id} is not attached to network {vpc_id}"),
        ));
    }
    if has_public_addresses(world, place, vpc_id) {
        return Err(AwsError::dependency(
            "DependencyViolation",
            format!(
                "Network {vpc_id} has some mapped public address(es). Please unmap those public \
                 address(es) before detaching the gateway."
            ),
        ));
    }
    world.remove::<VpcGatewayAttachment>(place, identifier, Duration::ZERO);
    Ok(())
}

impl VpcGatewayAttachmentHandler {
    async fn attach(
        &self,
        request: &Create<VpcGatewayAttachment>,
    ) -> Result<Observed<VpcGatewayAttachment>, ExecError> {
        self.0
            .call("ec2", "AttachInternetGateway", &request.place, |world| {
                attach_internet_gateway(world, request)
            })
            .await
    }

    /// A gateway that is detached already is fine.
    async fn detach(
        &self,
        place: &Place,
        attachment: &VpcGatewayAttachment,
        identifier: &str,
    ) -> Result<(), ExecError> {
        let detached = self
            .0
            .call("ec2", "DetachInternetGateway", place, |world| {
                detach_internet_gateway(world, place, attachment, identifier)
            })
            .await;
        match detached {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            other => other,
        }
    }
}

#[async_trait]
impl Handler<VpcGatewayAttachment> for VpcGatewayAttachmentHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<VpcGatewayAttachment>>, ExecError>> {
        self.0.read("ec2", "DescribeInternetGateways", place, identifiers).await
    }

    async fn create(
        &self,
        request: &Create<VpcGatewayAttachment>,
    ) -> Result<Observed<VpcGatewayAttachment>, ExecError> {
        self.attach(request).await
    }

    async fn find(
        &self,
        request: &Create<VpcGatewayAttachment>,
    ) -> Result<Option<Observed<VpcGatewayAttachment>>, ExecError> {
        let (place, desired) = (&request.place, &request.desired);
        self.0
            .call("ec2", "DescribeInternetGateways", place, |world| {
                Ok(attachment_of_vpc(world, place, desired.vpc.known().unwrap_or_default())
                    .filter(|attached| attached.resource == *desired)
                    .map(|attached| attached.observed(world.now())))
            })
            .await
    }

    async fn update(
        &self,
        request: &Update<VpcGatewayAttachment>,
    ) -> Result<Observed<VpcGatewayAttachment>, ExecError> {
        if request.current.internet_gateway != request.desired.internet_gateway {
            self.detach(&request.place, &request.current, &request.identifier).await?;
            self.attach(&Create {
                place: request.place.clone(),
                desired: request.desired.clone(),
                ownership: request.ownership.clone(),
                token: request.token.clone(),
                secrets: request.secrets.clone(),
            })
            .await?;
        }
        Ok(self.0.after(request))
    }

    async fn delete(&self, request: &Delete<VpcGatewayAttachment>) -> Result<Deletion, ExecError> {
        self.detach(&request.place, &request.current, &request.identifier).await?;
        Ok(Deletion::Gone)
    }
}
