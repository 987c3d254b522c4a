//! `AWS::EC2::VPCEndpoint` over the SDK.
//!
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html>. States come
//! in lower case, against the names that the SDK has for them. `DeleteVpcEndpoints` takes several,
//! and says in its answer which of them failed.

use async_trait::async_trait;
use aws_sdk_ec2::types::{self, ResourceType, VpcEndpointType};
use elanswer_core::{
    Handler, Place, Ref, Region, Resource, Set,
    executor::{Deletion, ErrorKind, ExecError, Status},
    handler::{Create, Delete, Observed, Update},
    services::ec2::{
        EndpointType, GatewayEndpoint, InterfaceEndpoint, VpcEndpoint, VpcEndpointOutputs,
    },
};

use super::{
    CODES, SERVICE, declared, failed, gone_is_fine, is_owned, owned_by, read_listed, retag,
    tag_specification,
};
use crate::{
    clients::Clients,
    error::{classify, missing},
};

/// Handles VPC endpoints over the SDK.
#[derive(Debug)]
pub struct VpcEndpointHandler(Clients);

impl From<Clients> for VpcEndpointHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

/// The state in lower case: `available`.
fn state(endpoint: &types::VpcEndpoint) -> String {
    endpoint.state().map(|state| state.as_str().to_ascii_lowercase()).unwrap_or_default()
}

fn status(endpoint: &types::VpcEndpoint) -> Status {
    let state = state(endpoint);
    match state.as_str() {
        "pending" | "pendingacceptance" => Status::Pending(state),
        "deleting" | "deleted" => Status::Deleting,
        "failed" | "rejected" | "expired" => {
            let error = endpoint.last_error();
            let said = error.and_then(types::LastError::message).or(endpoint.failure_reason());
            let said = said.unwrap_or("AWS gave no reason");
            Status::Failed(match error.and_then(types::LastError::code) {
                Some(code) => format!("{code}: {said}"),
                None => format!("{state}: {said}"),
            })
        }
        _ => Status::Ready,
    }
}

/// What the engine knows of an endpoint; one to a service that is not AWS's, or of another Region,
/// it does not.
fn observed(
    region: Region,
    endpoint: &types::VpcEndpoint,
) -> Result<Observed<VpcEndpoint>, ExecError> {
    let lacks = |field| missing(SERVICE, "DescribeVpcEndpoints", field);
    let id = endpoint.vpc_endpoint_id().ok_or_else(|| lacks("VpcEndpointId"))?.to_owned();
    let name = endpoint.service_name().ok_or_else(|| lacks("ServiceName"))?;
    let policy = endpoint.policy_document().and_then(|json| json.parse().ok());
    let policy_told = policy.is_some();
    let resource = VpcEndpoint::builder()
        .vpc(Ref::existing(endpoint.vpc_id().ok_or_else(|| lacks("VpcId"))?))
        .endpoint_type(endpoint_type(region, name, endpoint)?)
        .maybe_policy_document(policy)
        .tags(declared(endpoint.tags()))
        .build();
    let outputs = VpcEndpointOutputs { id, dns_entries: dns_entries(endpoint) };
    Ok(Observed::ready(resource, outputs)
        .with_status(status(endpoint))
        .unread_unless("PolicyDocument", policy_told))
}

fn endpoint_type(
    region: Region,
    name: &str,
    endpoint: &types::VpcEndpoint,
) -> Result<EndpointType, ExecError> {
    let unknown = |what: &str| {
        ExecError::new(ErrorKind::Invalid, format!("an endpoint {what} is none of elanswer's"))
            .with_operation(SERVICE, "DescribeVpcEndpoints")
    };
    let service = name
        .strip_prefix(&format!("com.amazonaws.{region}."))
        .ok_or_else(|| unknown(&format!("to `{name}`")))?;
    let kind = endpoint.vpc_endpoint_type().map_or("", VpcEndpointType::as_str);
    if kind.eq_ignore_ascii_case("Gateway") {
        let service = service.to_owned().try_into();
        let service = service.map_err(|_| unknown(&format!("without interfaces to `{name}`")))?;
        return Ok(
            GatewayEndpoint { service, route_tables: refs(endpoint.route_table_ids()) }.into()
        );
    }
    if !kind.eq_ignore_ascii_case("Interface") {
        return Err(unknown(&format!("of the type `{kind}`")));
    }
    let groups = endpoint.groups().iter().filter_map(types::SecurityGroupIdentifier::group_id);
    let interface = InterfaceEndpoint::builder()
        .service(service.parse().map_err(|_| unknown(&format!("with interfaces to `{name}`")))?)
        .subnets(refs(endpoint.subnet_ids()))
        .security_groups(groups.map(Ref::existing))
        .private_dns_enabled(endpoint.private_dns_enabled().unwrap_or_default())
        .build();
    Ok(interface.into())
}

fn refs<R: Resource>(ids: &[String]) -> Set<Ref<R>> {
    ids.iter().map(Ref::existing).collect()
}

/// In CloudFormation's form: the hosted zone, and the name in it.
fn dns_entries(endpoint: &types::VpcEndpoint) -> Vec<String> {
    let entry = |entry: &types::DnsEntry| {
        let zone = entry.hosted_zone_id().unwrap_or_default();
        entry.dns_name().map(|name| format!("{zone}:{name}"))
    };
    endpoint.dns_entries().iter().filter_map(entry).collect()
}

/// The identifiers of a set; none at all for an empty one.
fn ids<R: Resource>(set: &Set<Ref<R>>) -> Option<Vec<String>> {
    let ids: Vec<String> = set.iter().filter_map(Ref::known).map(str::to_owned).collect();
    Some(ids).filter(|ids| !ids.is_empty())
}

/// What is to come and what is to go.
fn moves<R: Resource>(from: &Set<Ref<R>>, to: &Set<Ref<R>>) -> Moves {
    let of = |set: Set<Ref<R>>| ids(&set);
    Moves {
        add: of(to.difference(from).cloned().collect()),
        remove: of(from.difference(to).cloned().collect()),
    }
}

/// Identifiers to add to a list and to remove from it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Moves {
    add: Option<Vec<String>>,
    remove: Option<Vec<String>>,
}

/// What one `ModifyVpcEndpoint` changes.
#[derive(Debug, Default, PartialEq, Eq)]
struct Changes {
    tables: Moves,
    subnets: Moves,
    groups: Moves,
    private_dns: Option<bool>,
    policy: Option<String>,
}

impl Changes {
    fn between(from: &VpcEndpoint, to: &VpcEndpoint) -> Self {
        let policy = Some(&to.policy_document).filter(|policy| **policy != from.policy_document);
        let mut changes = Self { policy: policy.map(|policy| policy.to_json()), ..Self::default() };
        if let (Some(from), Some(to)) = (from.as_gateway(), to.as_gateway()) {
            changes.tables = moves(&from.route_tables, &to.route_tables);
        }
        if let (Some(from), Some(to)) = (from.as_interface(), to.as_interface()) {
            changes.subnets = moves(&from.subnets, &to.subnets);
            if !to.security_groups.is_empty() {
                changes.groups = moves(&from.security_groups, &to.security_groups);
            }
            let named = to.private_dns_enabled;
            changes.private_dns = Some(named).filter(|named| *named != from.private_dns_enabled);
        }
        changes
    }
}

/// The failure that an answer tells of one endpoint.
fn refused(items: &[types::UnsuccessfulItem]) -> Option<ExecError> {
    let error = items.first()?.error()?;
    let (code, message) = (error.code().unwrap_or_default(), error.message().unwrap_or_default());
    let kind = classify(code, CODES).unwrap_or(ErrorKind::Invalid);
    let error = ExecError::new(kind, message).with_code(code);
    Some(error.with_operation(SERVICE, "DeleteVpcEndpoints"))
}

impl VpcEndpointHandler {
    /// Describes the endpoints that are not gone.
    async fn describe(
        &self,
        region: Region,
        identifiers: Vec<String>,
        filters: Vec<types::Filter>,
    ) -> Result<Vec<types::VpcEndpoint>, ExecError> {
        let call = self.0.ec2(region).describe_vpc_endpoints();
        let call = call.set_vpc_endpoint_ids(Some(identifiers)).set_filters(Some(filters));
        let found = call.into_paginator().items().send().try_collect().await;
        let mut found: Vec<_> = found.map_err(failed("DescribeVpcEndpoints"))?;
        found.retain(|endpoint| state(endpoint) != "deleted");
        Ok(found)
    }
}

#[async_trait]
impl Handler<VpcEndpoint> for VpcEndpointHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<VpcEndpoint>>, ExecError>> {
        read_listed(identifiers, "vpc-endpoint-id", |ids, filters| async move {
            let found = self.describe(place.region, ids, filters).await?;
            let id = |it: &types::VpcEndpoint| it.vpc_endpoint_id().unwrap_or_default().to_owned();
            Ok(found.iter().map(|it| (id(it), observed(place.region, it))).collect())
        })
        .await
    }

    async fn create(
        &self,
        request: &Create<VpcEndpoint>,
    ) -> Result<Observed<VpcEndpoint>, ExecError> {
        let (region, desired) = (request.place.region, &request.desired);
        // Some services take no policy; what AWS sets by itself need not be said.
        let policy = Some(&desired.policy_document);
        let policy = policy.filter(|policy| **policy != VpcEndpoint::full_access());
        let call = self
            .0
            .ec2(region)
            .create_vpc_endpoint()
            .set_vpc_id(desired.vpc.known().map(str::to_owned))
            .service_name(desired.endpoint_type.service_in(region))
            .set_policy_document(policy.map(|policy| policy.to_json()))
            .tag_specifications(tag_specification(ResourceType::VpcEndpoint, &request.tags()))
            .client_token(&request.token);
        let call = match &desired.endpoint_type {
            EndpointType::Gateway(gateway) => call
                .vpc_endpoint_type(VpcEndpointType::Gateway)
                .set_route_table_ids(ids(&gateway.route_tables)),
            EndpointType::Interface(interface) => call
                .vpc_endpoint_type(VpcEndpointType::Interface)
                .set_subnet_ids(ids(&interface.subnets))
                .set_security_group_ids(ids(&interface.security_groups))
                .private_dns_enabled(interface.private_dns_enabled),
            _ => call,
        };
        let answer = call.send().await.map_err(failed("CreateVpcEndpoint"))?;
        let lacks = |field| missing(SERVICE, "CreateVpcEndpoint", field);
        let made = answer.vpc_endpoint().ok_or_else(|| lacks("VpcEndpoint"))?;
        let id = made.vpc_endpoint_id().ok_or_else(|| lacks("VpcEndpointId"))?.to_owned();
        let outputs = VpcEndpointOutputs { id, dns_entries: dns_entries(made) };
        Ok(Observed::ready(desired.clone(), outputs).with_status(status(made)))
    }

    async fn find(
        &self,
        request: &Create<VpcEndpoint>,
    ) -> Result<Option<Observed<VpcEndpoint>>, ExecError> {
        let (region, ownership) = (request.place.region, &request.ownership);
        let found = self.describe(region, Vec::new(), owned_by(ownership)).await?;
        let own = found
            .iter()
            .find(|it| status(it) != Status::Deleting && is_owned(ownership, it.tags()));
        own.map(|endpoint| observed(region, endpoint)).transpose()
    }

    async fn update(
        &self,
        request: &Update<VpcEndpoint>,
    ) -> Result<Observed<VpcEndpoint>, ExecError> {
        let client = self.0.ec2(request.place.region);
        if request.current.differs(&request.desired) {
            let changes = Changes::between(&request.current, &request.desired);
            client
                .modify_vpc_endpoint()
                .vpc_endpoint_id(&request.identifier)
                .set_add_route_table_ids(changes.tables.add)
                .set_remove_route_table_ids(changes.tables.remove)
                .set_add_subnet_ids(changes.subnets.add)
                .set_remove_subnet_ids(changes.subnets.remove)
                .set_add_security_group_ids(changes.groups.add)
                .set_remove_security_group_ids(changes.groups.remove)
                .set_private_dns_enabled(changes.private_dns)
                .set_policy_document(changes.policy)
                .send()
                .await
                .map_err(failed("ModifyVpcEndpoint"))?;
        }
        retag(&client, request).await?;
        let done = request.done();
        // What has interfaces gets other names with them: only a read tells those.
        let of = |it: &VpcEndpoint| {
            it.as_interface().map(|it| (it.subnets.clone(), it.private_dns_enabled))
        };
        if of(&request.current) == of(&request.desired) {
            Ok(done)
        } else {
            Ok(done.with_status(Status::Pending("pending".to_owned())))
        }
    }

    async fn delete(&self, request: &Delete<VpcEndpoint>) -> Result<Deletion, ExecError> {
        let call = self.0.ec2(request.place.region).delete_vpc_endpoints();
        let answer = call.vpc_endpoint_ids(&request.identifier).send().await;
        let answer = answer.map_err(failed("DeleteVpcEndpoints"));
        gone_is_fine(answer.and_then(|answer| refused(answer.unsuccessful()).map_or(Ok(()), Err)))?;
        // A gateway is nothing but routes, and they go with the call.
        Ok(match request.current.endpoint_type {
            EndpointType::Gateway(_) => Deletion::Gone,
            _ => Deletion::Underway,
        })
    }
}

#[cfg(test)]
mod tests;
