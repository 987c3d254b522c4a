//! `AWS::EC2::VPCEndpoint` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html>,
//! <https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html>,
//! <https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html>, quotas:
//! <https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html>.
//! Stricter than AWS: the name of a service is taken until an endpoint under it is gone, and an
//! endpoint is pending while it gets other subnets.
//! Not modelled: which services and zones AWS has in a Region, services without policies, the
//! default security group of a VPC, the routes of prefix lists as routes of a table, and what is
//! sent through.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place, Ref, Resource, Set,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::{
        ec2::{
            EndpointType, GatewayEndpoint, InterfaceEndpoint, RouteTable, SecurityGroup, Subnet,
            Vpc, VpcEndpoint, VpcEndpointOutputs,
        },
        iam::PolicyUse,
    },
};

use super::TAGGING;
use crate::{
    api::Api,
    world::{AwsError, World},
};

/// Handles VPC endpoints in memory.
#[derive(Debug)]
pub struct VpcEndpointHandler(Api);

impl From<Api> for VpcEndpointHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

/// The hosted zone of the names that AWS gives endpoints in `us-east-1`.
const PUBLIC_ZONE: &str = "Z7HUB22UULQXV";

/// The hosted zone of the name of a service within a VPC.
const PRIVATE_ZONE: &str = "Z00000000000000000000";

fn create_vpc_endpoint(
    world: &mut World,
    request: &Create<VpcEndpoint>,
) -> Result<Observed<VpcEndpoint>, AwsError> {
    let (place, desired) = (&request.place, &request.desired);
    if let Some(made) = world.replay(request)? {
        return Ok(world
            .require::<VpcEndpoint>(place, &made, "InvalidVpcEndpointId.NotFound")?
            .observed(world.now()));
    }
    check(world, place, None, desired)?;
    quota(world, place, desired)?;
    let id = world.new_id("vpce");
    let first = format!("{id}-{}", world.new_hex(8));
    world.remember(request, &id);
    let dns_entries = dns_entries(world, place, &first, desired);
    let delay = match desired.endpoint_type {
        EndpointType::Interface(_) => VpcEndpoint::SCHEMA.timing.create,
        _ => Duration::ZERO,
    };
    world.insert(request, VpcEndpointOutputs { id, dns_entries }, "pending", delay)
}

fn quota(world: &World, place: &Place, desired: &VpcEndpoint) -> Result<(), AwsError> {
    let all = || world.all::<VpcEndpoint>(place).map(|(_, object)| &object.resource);
    let (name, default, used) = match desired.endpoint_type {
        EndpointType::Interface(_) => {
            let siblings = all().filter(|it| it.vpc == desired.vpc && it.as_interface().is_some());
            ("interface VPC endpoints per VPC", 50, siblings.count())
        }
        _ => {
            let gateways = all().filter(|it| it.as_gateway().is_some());
            ("gateway VPC endpoints per Region", 20, gateways.count())
        }
    };
    world.quotas.check(name, default, used, "VpcEndpointLimitExceeded")
}

/// What AWS refuses of an endpoint, which is `own` when it exists.
fn check(
    world: &World,
    place: &Place,
    own: Option<&str>,
    desired: &VpcEndpoint,
) -> Result<(), AwsError> {
    let vpc_id = desired.vpc.known().unwrap_or_default();
    let vpc = &world.require::<Vpc>(place, vpc_id, "InvalidVpcID.NotFound")?.resource;
    let grammar = desired.policy_document.faults(PolicyUse::Endpoint);
    let mut faults = grammar.iter().map(ToString::to_string).chain(desired.policy_faults());
    if let Some(fault) = faults.next() {
        return Err(AwsError::invalid("InvalidPolicyDocument", fault));
    }
    let others: Vec<&VpcEndpoint> = world
        .all::<VpcEndpoint>(place)
        .filter(|(id, other)| Some(*id) != own && other.resource.vpc == desired.vpc)
        .map(|(_, other)| &other.resource)
        .collect();
    match &desired.endpoint_type {
        EndpointType::Gateway(gateway) => check_gateway(world, place, vpc_id, gateway, &others),
        EndpointType::Interface(interface) => {
            check_interface(world, place, vpc_id, interface)?;
            if interface.private_dns_enabled {
                check_dns(place, vpc_id, vpc, interface, &others)?;
            }
            Ok(())
        }
        _ => Err(AwsError::invalid("InvalidParameter", "no such type of endpoint")),
    }
}

/// A table has one route to a service.
fn check_gateway(
    world: &World,
    place: &Place,
    vpc_id: &str,
    gateway: &GatewayEndpoint,
    others: &[&VpcEndpoint],
) -> Result<(), AwsError> {
    for table in &gateway.route_tables {
        let id = table.known().unwrap_or_default();
        let found = world.require::<RouteTable>(place, id, "InvalidRouteTableID.NotFound")?;
        same_vpc("Route table", id, &found.resource.vpc, vpc_id)?;
        let taken = others
            .iter()
            .filter_map(|other| other.as_gateway())
            .any(|other| other.service == gateway.service && other.route_tables.contains(table));
        if taken {
            let service = gateway.service.in_region(place.region);
            return Err(AwsError::conflict(
                "RouteAlreadyExists",
                format!("route table {id} already has a route with the prefix list of {service}"),
            ));
        }
    }
    Ok(())
}

fn check_interface(
    world: &World,
    place: &Place,
    vpc_id: &str,
    interface: &InterfaceEndpoint,
) -> Result<(), AwsError> {
    let mut zones = Set::new();
    for subnet in &interface.subnets {
        let id = subnet.known().unwrap_or_default();
        let found = world.require::<Subnet>(place, id, "InvalidSubnetID.NotFound")?;
        same_vpc("Subnet", id, &found.resource.vpc, vpc_id)?;
        if !zones.insert(found.resource.availability_zone) {
            return Err(AwsError::invalid(
                "DuplicateSubnetsInSameZone",
                format!(
                    "Found another VPC endpoint subnet in the availability zone of {id}. VPC \
                     endpoint subnets should be in different availability zones supported by the \
                     VPC endpoint service."
                ),
            ));
        }
    }
    for group in &interface.security_groups {
        let id = group.known().unwrap_or_default();
        let found = world.require::<SecurityGroup>(place, id, "InvalidGroup.NotFound")?;
        same_vpc("Security group", id, &found.resource.vpc, vpc_id)?;
    }
    let code = "SecurityGroupsPerInterfaceLimitExceeded";
    let others = interface.security_groups.len().saturating_sub(1);
    world.quotas.check("security groups per network interface", 5, others, code)
}

fn same_vpc(what: &str, id: &str, of: &Ref<Vpc>, vpc_id: &str) -> Result<(), AwsError> {
    if of.known() == Some(vpc_id) {
        return Ok(());
    }
    Err(AwsError::invalid(
        "InvalidParameter",
        format!("{what} {id} does not belong to the VPC {vpc_id} of the endpoint"),
    ))
}

/// The name of the service stands for one thing in a VPC.
fn check_dns(
    place: &Place,
    vpc_id: &str,
    vpc: &Vpc,
    interface: &InterfaceEndpoint,
    others: &[&VpcEndpoint],
) -> Result<(), AwsError> {
    if !(vpc.enable_dns_support && vpc.enable_dns_hostnames) {
        return Err(AwsError::invalid(
            "InvalidParameter",
            format!(
                "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC \
                 attributes set to true for {vpc_id}"
            ),
        ));
    }
    let mut named = others.iter().filter_map(|other| other.as_interface());
    if named.any(|other| other.private_dns_enabled && other.service == interface.service) {
        let domain = domain(place, interface);
        return Err(AwsError::invalid(
            "InvalidParameter",
            format!(
                "private-dns-enabled cannot be set because there is already a conflicting DNS \
                 domain for {domain} in the VPC {vpc_id}"
            ),
        ));
    }
    Ok(())
}

/// The name of a service, from the outermost part to the innermost: `api.ecr.us-east-1`.
fn regional(place: &Place, interface: &InterfaceEndpoint) -> String {
    let mut parts: Vec<&str> = interface.service.as_str().split('.').collect();
    parts.reverse();
    format!("{}.{}", parts.join("."), place.region)
}

/// The name of a service for everybody.
fn domain(place: &Place, interface: &InterfaceEndpoint) -> String {
    format!("{}.amazonaws.com", regional(place, interface))
}

/// The names of an endpoint: that for all zones, those of zones, and that of the service.
fn dns_entries(world: &World, place: &Place, first: &str, endpoint: &VpcEndpoint) -> Vec<String> {
    let Some(interface) = endpoint.as_interface() else { return Vec::new() };
    let of = regional(place, interface);
    let subnets = interface.subnets.iter();
    let zones: Set<String> = subnets
        .filter_map(|subnet| world.get::<Subnet>(place, subnet.known()?))
        .map(|subnet| format!("-{}", subnet.resource.availability_zone))
        .collect();
    let names = [String::new()].into_iter().chain(zones);
    let mut entries: Vec<String> =
        names.map(|zone| format!("{PUBLIC_ZONE}:{first}{zone}.{of}.vpce.amazonaws.com")).collect();
    if interface.private_dns_enabled {
        entries.push(format!("{PRIVATE_ZONE}:{}", domain(place, interface)));
    }
    entries
}

/// `ModifyVpcEndpoint` says what comes and what goes, and all of it changes or nothing.
fn modify_vpc_endpoint(
    world: &mut World,
    request: &Update<VpcEndpoint>,
) -> Result<Observed<VpcEndpoint>, AwsError> {
    let (place, id, desired) = (&request.place, &request.identifier, &request.desired);
    let found = world.require::<VpcEndpoint>(place, id, "InvalidVpcEndpointId.NotFound")?;
    let mut changed = found.resource.clone();
    let subnets = |it: &VpcEndpoint| it.as_interface().map(|it| it.subnets.clone());
    let moves = subnets(&changed) != subnets(desired);
    let groups = changed.as_interface().map(|it| it.security_groups.clone());
    changed.endpoint_type = desired.endpoint_type.clone();
    changed.policy_document = desired.policy_document.clone();
    if let (EndpointType::Interface(interface), Some(groups)) = (&mut changed.endpoint_type, groups)
        && interface.security_groups.is_empty()
    {
        interface.security_groups = groups;
    }
    let first = found.outputs.dns_entries.first();
    let first = first.and_then(|entry| entry.split([':', '.']).nth(1)).unwrap_or(id).to_owned();
    check(world, place, Some(id), &changed)?;
    let entries = dns_entries(world, place, &first, &changed);
    let delay = if moves { VpcEndpoint::SCHEMA.timing.update } else { Duration::ZERO };
    world.change::<VpcEndpoint>(place, id, "pending", delay, |object| {
        object.resource = changed;
        object.outputs.dns_entries = entries;
    })
}

/// The interfaces stay in their subnets for a while.
fn delete_vpc_endpoints(world: &mut World, place: &Place, identifier: &str) -> Deletion {
    let interface = world
        .look::<VpcEndpoint>(place, identifier)
        .is_some_and(|endpoint| endpoint.resource.as_interface().is_some());
    let delay = if interface { VpcEndpoint::SCHEMA.timing.delete } else { Duration::ZERO };
    world.remove::<VpcEndpoint>(place, identifier, delay);
    if world.look::<VpcEndpoint>(place, identifier).is_some() {
        Deletion::Underway
    } else {
        Deletion::Gone
    }
}

#[async_trait]
impl Handler<VpcEndpoint> for VpcEndpointHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<VpcEndpoint>>, ExecError>> {
        self.0.read("ec2", "DescribeVpcEndpoints", place, identifiers).await
    }

    async fn create(
        &self,
        request: &Create<VpcEndpoint>,
    ) -> Result<Observed<VpcEndpoint>, ExecError> {
        self.0
            .call("ec2", "CreateVpcEndpoint", &request.place, |world| {
                create_vpc_endpoint(world, request)
            })
            .await
    }

    async fn find(
        &self,
        request: &Create<VpcEndpoint>,
    ) -> Result<Option<Observed<VpcEndpoint>>, ExecError> {
        self.0.find_owned("ec2", "DescribeVpcEndpoints", request).await
    }

    async fn update(
        &self,
        request: &Update<VpcEndpoint>,
    ) -> Result<Observed<VpcEndpoint>, ExecError> {
        if request.current.differs(&request.desired) {
            self.0
                .call("ec2", "ModifyVpcEndpoint", &request.place, |world| {
                    modify_vpc_endpoint(world, request)
                })
                .await?;
        }
        self.0.retag("ec2", TAGGING, request).await?;
        Ok(self.0.after(request))
    }

    async fn delete(&self, request: &Delete<VpcEndpoint>) -> Result<Deletion, ExecError> {
        self.0
            .call("ec2", "DeleteVpcEndpoints", &request.place, |world| {
                Ok(delete_vpc_endpoints(world, &request.place, &request.identifier))
            })
            .await
    }
}
