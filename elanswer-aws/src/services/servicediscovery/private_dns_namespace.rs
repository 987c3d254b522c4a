//! `AWS::ServiceDiscovery::PrivateDnsNamespace` over the SDK.
//!
//! <https://docs.aws.amazon.com/cloud-map/latest/api/API_CreatePrivateDnsNamespace.html>. Making,
//! changing and deleting one are operations: only `GetOperation` tells the id of what is being made,
//! `ListOperations` what AWS is still at. `GetNamespace` shows one namespace, without its tags and its
//! VPC.

use std::collections::BTreeSet;

use async_trait::async_trait;
use aws_sdk_servicediscovery::{
    Client,
    operation::{
        create_private_dns_namespace::CreatePrivateDnsNamespaceError,
        list_namespaces::ListNamespacesOutput,
    },
    types,
};
use elanswer_core::{
    Handler, Place, Ref, Tags,
    executor::{Deletion, ErrorKind, ExecError, Outcome, Status},
    handler::{Create, Delete, Observed, Update},
    services::{
        route53::DnsName,
        servicediscovery::{
            Description, NamespaceProperties, PrivateDnsNamespace, PrivateDnsNamespaceOutputs,
            SoaTtl,
        },
    },
};

use super::{SERVICE, description, failed, retag, tags, tags_to_sdk, unbuilt, underway};
use crate::{
    clients::Clients,
    error::{missing, none_if_gone},
};

/// Handles private namespaces over the SDK.
#[derive(Debug)]
pub struct PrivateDnsNamespaceHandler(Clients);

impl From<Clients> for PrivateDnsNamespaceHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

fn soa_ttl(properties: NamespaceProperties) -> i64 {
    properties.dns_properties.soa.ttl.get().into()
}

fn properties(
    properties: NamespaceProperties,
) -> Result<types::PrivateDnsNamespaceProperties, ExecError> {
    let soa = types::Soa::builder().ttl(soa_ttl(properties)).build().map_err(unbuilt)?;
    let dns = types::PrivateDnsPropertiesMutable::builder().soa(soa).build();
    Ok(types::PrivateDnsNamespaceProperties::builder().dns_properties(dns).build())
}

fn change(desired: &PrivateDnsNamespace) -> Result<types::PrivateDnsNamespaceChange, ExecError> {
    let soa = types::SoaChange::builder().ttl(soa_ttl(desired.properties)).build();
    let dns = types::PrivateDnsPropertiesMutableChange::builder().soa(soa.map_err(unbuilt)?);
    let properties =
        types::PrivateDnsNamespacePropertiesChange::builder().dns_properties(dns.build()).build();
    Ok(types::PrivateDnsNamespaceChange::builder()
        .description(desired.description.as_ref().map_or("", Description::as_str))
        .properties(properties)
        .build())
}

fn outputs(namespace: &types::Namespace) -> Result<PrivateDnsNamespaceOutputs, ExecError> {
    let lacks = |field| missing(SERVICE, "GetNamespace", field);
    let dns = namespace.properties().and_then(types::NamespaceProperties::dns_properties);
    let zone = dns.and_then(types::DnsProperties::hosted_zone_id);
    Ok(PrivateDnsNamespaceOutputs {
        id: namespace.id().ok_or_else(|| lacks("Id"))?.to_owned(),
        arn: namespace.arn().ok_or_else(|| lacks("Arn"))?.to_owned(),
        hosted_zone_id: zone.ok_or_else(|| lacks("HostedZoneId"))?.to_owned(),
    })
}

/// What the answers say of a namespace; nothing of its VPC.
fn observed(
    namespace: &types::Namespace,
    tags: Tags,
) -> Result<Observed<PrivateDnsNamespace>, ExecError> {
    let lacks = |field| missing(SERVICE, "GetNamespace", field);
    let name = namespace.name().and_then(|name| DnsName::new(name).ok());
    let dns = namespace.properties().and_then(types::NamespaceProperties::dns_properties);
    let ttl = dns.and_then(types::DnsProperties::soa).map(types::Soa::ttl);
    let ttl = ttl.and_then(|ttl| SoaTtl::new(ttl.try_into().ok()?).ok());
    let resource = PrivateDnsNamespace::builder()
        .name(name.ok_or_else(|| lacks("valid Name"))?)
        .vpc(Ref::existing(""))
        .maybe_description(description(namespace.description()))
        .properties(ttl.map(NamespaceProperties::soa_ttl).unwrap_or_default())
        .tags(tags.declared())
        .build();
    let observed = Observed::ready(resource, outputs(namespace)?);
    Ok(observed.unread_unless("Properties", ttl.is_some()))
}

/// What an operation makes, and whether it is done; why it failed; or that it does not tell yet.
fn made(operation: &types::Operation) -> Result<(String, Status), ExecError> {
    let status = match operation.status() {
        Some(types::OperationStatus::Fail) => return Err(why(operation)),
        Some(types::OperationStatus::Success) => Status::Ready,
        _ => Status::Pending("CREATE_NAMESPACE".to_owned()),
    };
    let targets = operation.targets();
    let id = targets.and_then(|targets| targets.get(&types::OperationTargetType::Namespace));
    match id {
        Some(id) => Ok((id.clone(), status)),
        None => Err(ExecError::new(ErrorKind::NotYetVisible, "AWS does not tell the id yet")
            .with_operation(SERVICE, "GetOperation")
            .with_outcome(Outcome::Unknown)),
    }
}

/// Why an operation failed.
fn why(operation: &types::Operation) -> ExecError {
    let code = operation.error_code().unwrap_or("Unknown");
    let message = operation.error_message().unwrap_or("AWS does not say why");
    let kind = match code {
        "ACCESS_DENIED" => ErrorKind::PermissionDenied,
        "CANNOT_CREATE_HOSTED_ZONE" if message.contains("overlapping") => ErrorKind::Conflict,
        "EXPIRED_TOKEN" => ErrorKind::Credentials,
        "INTERNAL_FAILURE" => ErrorKind::Unavailable,
        "THROTTLED_REQUEST" => ErrorKind::Throttled,
        _ => ErrorKind::Invalid,
    };
    ExecError::new(kind, message).with_code(code).with_operation(SERVICE, "GetOperation")
}

impl PrivateDnsNamespaceHandler {
    fn client(&self, place: &Place) -> Client {
        self.0.servicediscovery(place.region)
    }

    async fn get(client: &Client, id: &str) -> Result<Option<types::Namespace>, ExecError> {
        let answer = client.get_namespace().id(id).send().await;
        let answer = none_if_gone(answer.map_err(failed("GetNamespace")))?;
        Ok(answer.and_then(|answer| answer.namespace))
    }

    async fn look(
        client: &Client,
        id: &str,
        underway: &BTreeSet<String>,
    ) -> Result<Option<Observed<PrivateDnsNamespace>>, ExecError> {
        let Some(namespace) = Self::get(client, id).await? else { return Ok(None) };
        let arn = namespace.arn().unwrap_or_default();
        let Some(tags) = none_if_gone(tags(client, arn).await)? else { return Ok(None) };
        let found = observed(&namespace, tags)?;
        let busy = underway.contains(id);
        Ok(Some(if busy {
            found.with_status(Status::Pending("PENDING".to_owned()))
        } else {
            found
        }))
    }

    /// `CreatePrivateDnsNamespace`, until it is known what that makes. The token makes a repeat name
    /// the operation, or the namespace, of the first.
    async fn make(
        client: &Client,
        request: &Create<PrivateDnsNamespace>,
    ) -> Result<(String, Status), ExecError> {
        let desired = &request.desired;
        let answer = client
            .create_private_dns_namespace()
            .name(desired.name.as_str())
            .set_vpc(desired.vpc.known().map(str::to_owned))
            .creator_request_id(&request.token)
            .set_description(desired.description.as_ref().map(ToString::to_string))
            .properties(properties(desired.properties)?)
            .set_tags(Some(tags_to_sdk(&request.tags())?))
            .send()
            .await;
        let operation = match answer {
            Ok(answer) => answer.operation_id,
            Err(error) => match error.as_service_error() {
                Some(CreatePrivateDnsNamespaceError::DuplicateRequest(duplicate)) => {
                    duplicate.duplicate_operation_id().map(str::to_owned)
                }
                Some(CreatePrivateDnsNamespaceError::NamespaceAlreadyExists(exists))
                    if exists.creator_request_id() == Some(request.token.as_str())
                        && exists.namespace_id().is_some() =>
                {
                    return Ok((
                        exists.namespace_id().unwrap_or_default().to_owned(),
                        Status::Ready,
                    ));
                }
                _ => return Err(failed("CreatePrivateDnsNamespace")(error)),
            },
        };
        let lacks = |field| missing(SERVICE, "CreatePrivateDnsNamespace", field);
        let operation = operation.ok_or_else(|| lacks("OperationId"))?;
        let answer = client.get_operation().operation_id(operation).send().await;
        // The call before has taken effect, whatever becomes of this one.
        let answer = answer
            .map_err(failed("GetOperation"))
            .map_err(|error| error.with_outcome(Outcome::Unknown))?;
        made(&answer.operation.ok_or_else(|| lacks("Operation"))?)
    }
}

#[async_trait]
impl Handler<PrivateDnsNamespace> for PrivateDnsNamespaceHandler {
    /// Cloud Map shows one namespace at a time, and its tags apart.
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<PrivateDnsNamespace>>, ExecError>> {
        let client = self.client(place);
        match underway(&client).await {
            Ok(underway) => {
                let looks = identifiers.iter().map(|id| Self::look(&client, id, &underway));
                futures_util::future::join_all(looks).await
            }
            Err(error) => identifiers.iter().map(|_| Err(error.clone())).collect(),
        }
    }

    async fn create(
        &self,
        request: &Create<PrivateDnsNamespace>,
    ) -> Result<Observed<PrivateDnsNamespace>, ExecError> {
        let client = self.client(&request.place);
        let (id, status) = Self::make(&client, request).await?;
        let namespace = Self::get(&client, &id).await.and_then(|namespace| {
            namespace.ok_or_else(|| {
                ExecError::new(ErrorKind::NotYetVisible, format!("`{id}` is not visible yet"))
                    .with_operation(SERVICE, "GetNamespace")
            })
        });
        let outputs = namespace.and_then(|namespace| outputs(&namespace));
        let outputs = outputs.map_err(|error| error.with_identifier(&id))?;
        Ok(Observed::ready(request.desired.clone(), outputs).with_status(status))
    }

    async fn find(
        &self,
        request: &Create<PrivateDnsNamespace>,
    ) -> Result<Option<Observed<PrivateDnsNamespace>>, ExecError> {
        let (client, name) = (self.client(&request.place), &request.desired.name);
        let filter = |by, value: &str| {
            let filter = types::NamespaceFilter::builder().name(by).values(value);
            filter.condition(types::FilterCondition::Eq).build().map_err(unbuilt)
        };
        let kind = types::NamespaceType::DnsPrivate;
        let call = client
            .list_namespaces()
            .filters(filter(types::NamespaceFilterName::Type, kind.as_str())?)
            .filters(filter(types::NamespaceFilterName::Name, name.as_str())?);
        let pages: Result<Vec<_>, _> = call.into_paginator().send().try_collect().await;
        let pages = pages.map_err(failed("ListNamespaces"))?;
        for namespace in pages.iter().flat_map(ListNamespacesOutput::namespaces) {
            // Not every server heeds the filters.
            let same = namespace.name().and_then(|name| DnsName::new(name).ok());
            let (Some(id), Some(arn)) = (namespace.id(), namespace.arn()) else { continue };
            if same.as_ref() != Some(name) {
                continue;
            }
            let tags = none_if_gone(tags(&client, arn).await)?;
            if tags.is_some_and(|tags| request.ownership.owns(&tags)) {
                return Self::look(&client, id, &underway(&client).await?).await;
            }
        }
        Ok(None)
    }

    async fn update(
        &self,
        request: &Update<PrivateDnsNamespace>,
    ) -> Result<Observed<PrivateDnsNamespace>, ExecError> {
        let client = self.client(&request.place);
        let mut status = Status::Ready;
        if request.current.is_updated_by(&request.desired) {
            client
                .update_private_dns_namespace()
                .id(&request.identifier)
                .updater_request_id(&request.token)
                .namespace(change(&request.desired)?)
                .send()
                .await
                .map_err(failed("UpdatePrivateDnsNamespace"))?;
            status = Status::Pending("UPDATE_NAMESPACE".to_owned());
        }
        retag(&client, &request.outputs.arn, request.tag_changes()).await?;
        Ok(request.done().with_status(status))
    }

    async fn delete(&self, request: &Delete<PrivateDnsNamespace>) -> Result<Deletion, ExecError> {
        let call = self.client(&request.place).delete_namespace().id(&request.identifier);
        let deleted = none_if_gone(call.send().await.map_err(failed("DeleteNamespace")))?;
        Ok(if deleted.is_some() { Deletion::Underway } else { Deletion::Gone })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_the_namespace_but_for_its_vpc() {
        let soa = types::Soa::builder().ttl(60).build().unwrap();
        let dns = types::DnsProperties::builder().hosted_zone_id("Z1").soa(soa).build();
        let answer = types::Namespace::builder()
            .id("ns-1")
            .arn("arn:aws:servicediscovery:us-east-1:1:namespace/ns-1")
            .name("shop.internal")
            .description("")
            .properties(types::NamespaceProperties::builder().dns_properties(dns).build())
            .build();
        let found = observed(&answer, Tags::new().with("elanswer:stack", "shop")).unwrap();
        let expected = PrivateDnsNamespace::builder()
            .name(DnsName::literal("shop.internal"))
            .vpc(Ref::existing(""))
            .properties(NamespaceProperties::soa_ttl(SoaTtl::of::<60>()))
            .build();
        assert_eq!((found.resource, found.outputs.hosted_zone_id.as_str()), (expected, "Z1"));
        assert!(found.unread.is_empty());
        assert!(observed(&types::Namespace::builder().build(), Tags::new()).is_err());
    }

    #[test]
    fn an_operation_tells_what_it_makes_or_why_not() {
        let operation = |status| types::Operation::builder().status(status);
        let of = |operation: types::builders::OperationBuilder| {
            operation.targets(types::OperationTargetType::Namespace, "ns-1").build()
        };
        let pending = made(&of(operation(types::OperationStatus::Pending))).unwrap();
        assert_eq!(pending, ("ns-1".to_owned(), Status::Pending("CREATE_NAMESPACE".to_owned())));
        let done = made(&of(operation(types::OperationStatus::Success))).unwrap();
        assert_eq!(done, ("ns-1".to_owned(), Status::Ready));
        let soon = made(&operation(types::OperationStatus::Submitted).build()).unwrap_err();
        assert_eq!((soon.kind(), soon.outcome()), (ErrorKind::NotYetVisible, Outcome::Unknown));
        let taken = operation(types::OperationStatus::Fail)
            .error_code("CANNOT_CREATE_HOSTED_ZONE")
            .error_message("already associated with a zone that has an overlapping name space");
        let taken = made(&of(taken)).unwrap_err();
        assert_eq!((taken.kind(), taken.outcome()), (ErrorKind::Conflict, Outcome::NotApplied));
    }
}
