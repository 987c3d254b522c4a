//! `AWS::ServiceDiscovery::Service` over the SDK.
//!
//! <https://docs.aws.amazon.com/cloud-map/latest/api/API_CreateService.html>. Changing one is an
//! operation; `ListOperations` tells what AWS is still at. `GetService` shows one service, without its
//! tags.

use std::collections::BTreeSet;

use async_trait::async_trait;
use aws_sdk_servicediscovery::{
    Client,
    operation::{create_service::CreateServiceError, list_services::ListServicesOutput},
    types,
};
use elanswer_core::{
    Handler, Place, Ref, Tags,
    executor::{Deletion, ErrorKind, ExecError, Status},
    handler::{Create, Delete, Observed, Update},
    services::servicediscovery::{
        Description, DnsConfig, DnsRecords, HealthCheckCustomConfig, RecordTtl, RoutingPolicy,
        Service, ServiceArn, ServiceName, ServiceOutputs,
    },
};

use super::{SERVICE, description, failed, retag, tags, tags_to_sdk, unbuilt, underway};
use crate::{
    clients::Clients,
    error::{gone_is_fine, missing, none_if_gone},
};

/// Handles services of Cloud Map over the SDK.
#[derive(Debug)]
pub struct ServiceHandler(Clients);

impl From<Clients> for ServiceHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

fn record(records: DnsRecords) -> Result<types::DnsRecord, ExecError> {
    types::DnsRecord::builder()
        .r#type(records.record_type().into())
        .ttl(records.ttl().get().into())
        .build()
        .map_err(unbuilt)
}

fn dns_config(config: DnsConfig) -> Result<types::DnsConfig, ExecError> {
    let policy = match config.routing_policy {
        RoutingPolicy::Multivalue => types::RoutingPolicy::Multivalue,
        RoutingPolicy::Weighted => types::RoutingPolicy::Weighted,
    };
    types::DnsConfig::builder()
        .routing_policy(policy)
        .dns_records(record(config.records)?)
        .build()
        .map_err(unbuilt)
}

/// All of it: what is left out of the request is removed.
fn change(desired: &Service) -> Result<types::ServiceChange, ExecError> {
    let records = record(desired.dns_config.records)?;
    let dns = types::DnsConfigChange::builder().dns_records(records).build().map_err(unbuilt)?;
    Ok(types::ServiceChange::builder()
        .description(desired.description.as_ref().map_or("", Description::as_str))
        .dns_config(dns)
        .build())
}

fn observed_dns(config: &types::DnsConfig) -> Result<DnsConfig, ExecError> {
    let lacks = |field| missing(SERVICE, "GetService", field);
    let records = config.dns_records().iter().map(|record| {
        let ttl = record.ttl().try_into().ok().and_then(|ttl| RecordTtl::new(ttl).ok());
        Some((record.r#type().as_str().to_owned(), ttl?))
    });
    let records: Vec<_> = records.collect::<Option<_>>().ok_or_else(|| lacks("valid TTL"))?;
    let records = DnsRecords::of(&records).map_err(|error| {
        ExecError::new(ErrorKind::Unsupported, error.to_string())
            .with_operation(SERVICE, "GetService")
    })?;
    let routing_policy = match config.routing_policy() {
        Some(types::RoutingPolicy::Weighted) => RoutingPolicy::Weighted,
        _ => RoutingPolicy::Multivalue,
    };
    Ok(DnsConfig { records, routing_policy })
}

fn outputs(service: &types::Service) -> Result<ServiceOutputs, ExecError> {
    let lacks = |field| missing(SERVICE, "GetService", field);
    let arn = service.arn().and_then(|arn| ServiceArn::new(arn).ok());
    Ok(ServiceOutputs {
        id: service.id().ok_or_else(|| lacks("Id"))?.to_owned(),
        arn: arn.ok_or_else(|| lacks("valid Arn"))?,
    })
}

fn observed(service: &types::Service, tags: Tags) -> Result<Observed<Service>, ExecError> {
    let lacks = |field| missing(SERVICE, "GetService", field);
    let name = service.name().and_then(|name| ServiceName::new(name).ok());
    let namespace = service.namespace_id();
    let config = service.dns_config().ok_or_else(|| lacks("DnsConfig"))?;
    let checked = service.health_check_custom_config().map(|_| HealthCheckCustomConfig {});
    let resource = Service::builder()
        .name(name.ok_or_else(|| lacks("valid Name"))?)
        .namespace(Ref::existing(namespace.unwrap_or_default()))
        .maybe_description(description(service.description()))
        .dns_config(observed_dns(config)?)
        .maybe_health_check_custom_config(checked)
        .tags(tags.declared())
        .build();
    let observed = Observed::ready(resource, outputs(service)?);
    Ok(observed.unread_unless("NamespaceId", namespace.is_some()))
}

impl ServiceHandler {
    fn client(&self, place: &Place) -> Client {
        self.0.servicediscovery(place.region)
    }

    async fn look(
        client: &Client,
        id: &str,
        underway: &BTreeSet<String>,
    ) -> Result<Option<Observed<Service>>, ExecError> {
        let answer = client.get_service().id(id).send().await;
        let answer = none_if_gone(answer.map_err(failed("GetService")))?;
        let Some(service) = answer.and_then(|answer| answer.service) else { return Ok(None) };
        let arn = service.arn().unwrap_or_default();
        let Some(tags) = none_if_gone(tags(client, arn).await)? else { return Ok(None) };
        let found = observed(&service, tags)?;
        let busy = underway.contains(id);
        Ok(Some(if busy {
            found.with_status(Status::Pending("PENDING".to_owned()))
        } else {
            found
        }))
    }
}

#[async_trait]
impl Handler<Service> for ServiceHandler {
    /// Cloud Map shows one service at a time, and its tags apart.
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<Service>>, ExecError>> {
        let client = self.client(place);
        match underway(&client).await {
            Ok(underway) => {
                let looks = identifiers.iter().map(|id| Self::look(&client, id, &underway));
                futures_util::future::join_all(looks).await
            }
            Err(error) => identifiers.iter().map(|_| Err(error.clone())).collect(),
        }
    }

    /// The token makes a repeat name the service of the first.
    async fn create(&self, request: &Create<Service>) -> Result<Observed<Service>, ExecError> {
        let (client, desired) = (self.client(&request.place), &request.desired);
        let checked = desired
            .health_check_custom_config
            .map(|_| types::HealthCheckCustomConfig::builder().build());
        let answer = client
            .create_service()
            .name(desired.name.as_str())
            .set_namespace_id(desired.namespace.known().map(str::to_owned))
            .creator_request_id(&request.token)
            .set_description(desired.description.as_ref().map(ToString::to_string))
            .dns_config(dns_config(desired.dns_config)?)
            .set_health_check_custom_config(checked)
            .set_tags(Some(tags_to_sdk(&request.tags())?))
            .send()
            .await;
        let lacks = |field| missing(SERVICE, "CreateService", field);
        match answer {
            Ok(answer) => {
                let service = answer.service().ok_or_else(|| lacks("Service"))?;
                Ok(Observed::ready(desired.clone(), outputs(service)?))
            }
            Err(error) => {
                let made = match error.as_service_error() {
                    Some(CreateServiceError::ServiceAlreadyExists(exists))
                        if exists.creator_request_id() == Some(request.token.as_str()) =>
                    {
                        exists.service_id().map(str::to_owned)
                    }
                    _ => None,
                };
                let error = failed("CreateService")(error);
                let Some(id) = made else { return Err(error) };
                let made = Self::look(&client, &id, &BTreeSet::new()).await;
                let made = made.map_err(|error| error.with_identifier(&id))?;
                made.ok_or_else(|| lacks("Service").with_identifier(&id))
            }
        }
    }

    async fn find(
        &self,
        request: &Create<Service>,
    ) -> Result<Option<Observed<Service>>, ExecError> {
        let (client, desired) = (self.client(&request.place), &request.desired);
        let namespace = desired.namespace.known().unwrap_or_default();
        let filter = types::ServiceFilter::builder()
            .name(types::ServiceFilterName::NamespaceId)
            .values(namespace)
            .condition(types::FilterCondition::Eq)
            .build()
            .map_err(unbuilt)?;
        let call = client.list_services().filters(filter);
        let pages: Result<Vec<_>, _> = call.into_paginator().send().try_collect().await;
        let pages = pages.map_err(failed("ListServices"))?;
        for service in pages.iter().flat_map(ListServicesOutput::services) {
            // Not every server heeds the filter.
            let (Some(id), Some(arn)) = (service.id(), service.arn()) else { continue };
            if service.name() != Some(desired.name.as_str()) {
                continue;
            }
            let tags = none_if_gone(tags(&client, arn).await)?;
            if tags.is_some_and(|tags| request.ownership.owns(&tags)) {
                return Self::look(&client, id, &underway(&client).await?).await;
            }
        }
        Ok(None)
    }

    async fn update(&self, request: &Update<Service>) -> Result<Observed<Service>, ExecError> {
        let client = self.client(&request.place);
        let mut status = Status::Ready;
        if request.current.is_updated_by(&request.desired) {
            let call = client.update_service().id(&request.identifier);
            let call = call.service(change(&request.desired)?);
            call.send().await.map_err(failed("UpdateService"))?;
            status = Status::Pending("UPDATE_SERVICE".to_owned());
        }
        retag(&client, request.outputs.arn.as_str(), request.tag_changes()).await?;
        Ok(request.done().with_status(status))
    }

    async fn delete(&self, request: &Delete<Service>) -> Result<Deletion, ExecError> {
        let call = self.client(&request.place).delete_service().id(&request.identifier);
        gone_is_fine(call.send().await.map_err(failed("DeleteService")))?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_what_was_asked_for() {
        let asked = Service::builder()
            .name(ServiceName::literal("orders"))
            .namespace(Ref::existing("ns-1"))
            .dns_config(DnsConfig::ports(RecordTtl::of::<10>()))
            .health_check_custom_config(HealthCheckCustomConfig {})
            .build();
        let answer = types::Service::builder()
            .id("srv-1")
            .arn("arn:aws:servicediscovery:us-east-1:123456789012:service/srv-1")
            .name("orders")
            .dns_config(dns_config(asked.dns_config).unwrap())
            .health_check_custom_config(types::HealthCheckCustomConfig::builder().build());
        let found = observed(&answer.clone().namespace_id("ns-1").build(), Tags::new()).unwrap();
        assert_eq!((found.resource, found.outputs.id.as_str()), (asked.clone(), "srv-1"));
        assert!(found.unread.is_empty());
        let elsewhere = observed(&answer.build(), Tags::new()).unwrap();
        assert_eq!(elsewhere.unread, ["NamespaceId"]);
        assert_eq!(change(&asked).unwrap().description(), Some(""));
    }
}
