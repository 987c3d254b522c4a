//! `AWS::ServiceDiscovery::Service` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/cloud-map/latest/api/API_CreateService.html>,
//! <https://docs.aws.amazon.com/cloud-map/latest/api/API_UpdateService.html>,
//! <https://docs.aws.amazon.com/cloud-map/latest/api/API_DeleteService.html>.
//! Changing one is an operation of 5 seconds. While an ECS service names it, it has instances, and
//! cannot be deleted.
//! Not modelled: instances, and what the DNS answers.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place,
    executor::{Deletion, ExecError, Status},
    handler::{Create, Delete, Observed, Update},
    services::servicediscovery::{PrivateDnsNamespace, Service, ServiceArn, ServiceOutputs},
};

use super::{SERVICE, TAGGING, no_namespace, was_there};
use crate::{
    api::Api,
    world::{AwsError, World, arn},
};

/// How long AWS takes to change a service, and the records of its instances.
const UPDATING: Duration = Duration::from_secs(5);

/// Handles services of Cloud Map in memory.
#[derive(Debug)]
pub struct ServiceHandler(Api);

impl From<Api> for ServiceHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

fn no_service(id: &str) -> AwsError {
    AwsError::not_found("ServiceNotFound", format!("{id} does not exist"))
}

/// `CreateService`.
fn create_service(
    world: &mut World,
    request: &Create<Service>,
) -> Result<Observed<Service>, AwsError> {
    let (place, desired) = (&request.place, &request.desired);
    if let Some(id) = world.replay(request)?
        && let Some(made) = world.look::<Service>(place, &id)
    {
        return Ok(made.observed(world.now()));
    }
    let namespace = desired.namespace.known().unwrap_or_default();
    let found = world.get::<PrivateDnsNamespace>(place, namespace);
    found
        .filter(|found| found.status(world.now()) != Status::Pending("CREATE_NAMESPACE".to_owned()))
        .ok_or_else(|| no_namespace(namespace))?;
    if world.all::<Service>(place).any(|(_, other)| {
        other.resource.namespace == desired.namespace
            && other.resource.name.as_str().eq_ignore_ascii_case(desired.name.as_str())
    }) {
        let message = format!("Service already exists: {}", desired.name);
        return Err(AwsError::conflict("ServiceAlreadyExists", message));
    }
    let id = format!("srv-{}", world.new_hex(16));
    let arn = ServiceArn::new(arn(place, "servicediscovery", &format!("service/{id}")))
        .map_err(|error| AwsError::invalid("InvalidInput", error.to_string()))?;
    let outputs = ServiceOutputs { id: id.clone(), arn };
    let made = world.insert(request, outputs, "", Duration::ZERO)?;
    world.remember(request, &id);
    Ok(made)
}

/// `UpdateService`.
fn update_service(world: &mut World, request: &Update<Service>) -> Result<(), AwsError> {
    let (place, id, desired) = (&request.place, &request.identifier, &request.desired);
    world.get::<Service>(place, id).ok_or_else(|| no_service(id))?;
    world
        .change::<Service>(place, id, "UPDATE_SERVICE", UPDATING, |object| {
            object.resource.description.clone_from(&desired.description);
            object.resource.dns_config = desired.dns_config;
        })
        .map(drop)
}

/// `DeleteService`.
fn delete_service(world: &mut World, place: &Place, id: &str) -> Result<(), AwsError> {
    let service = world.get::<Service>(place, id).ok_or_else(|| no_service(id))?;
    if !world.users_of(place, service.outputs.arn.as_str()).is_empty() {
        return Err(AwsError::dependency(
            "ResourceInUse",
            "Service contains registered instances; delete the instances before deleting the service",
        ));
    }
    world.remove::<Service>(place, id, Duration::ZERO);
    Ok(())
}

#[async_trait]
impl Handler<Service> for ServiceHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<Service>>, ExecError>> {
        super::read(&self.0, "GetService", place, identifiers).await
    }

    async fn create(&self, request: &Create<Service>) -> Result<Observed<Service>, ExecError> {
        self.0
            .call(SERVICE, "CreateService", &request.place, |world| create_service(world, request))
            .await
    }

    async fn find(
        &self,
        request: &Create<Service>,
    ) -> Result<Option<Observed<Service>>, ExecError> {
        self.0.find_owned(SERVICE, "ListServices", request).await
    }

    async fn update(&self, request: &Update<Service>) -> Result<Observed<Service>, ExecError> {
        if request.current.is_updated_by(&request.desired) {
            self.0
                .call(SERVICE, "UpdateService", &request.place, |world| {
                    update_service(world, request)
                })
                .await?;
        }
        self.0.retag(SERVICE, TAGGING, request).await?;
        Ok(self.0.after(request))
    }

    async fn delete(&self, request: &Delete<Service>) -> Result<Deletion, ExecError> {
        let (place, id) = (&request.place, &request.identifier);
        let deleted = self
            .0
            .call(SERVICE, "DeleteService", place, |world| delete_service(world, place, id))
            .await;
        was_there(deleted)?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::{
        Ref,
        services::servicediscovery::{
            DnsConfig, PrivateDnsNamespaceOutputs, RecordTtl, ServiceName,
        },
    };

    use super::*;
    use crate::services::servicediscovery::testing::{PLACE, namespace, request, world};

    fn service(name: &'static str) -> Service {
        Service::builder()
            .name(ServiceName::literal(name))
            .namespace(Ref::existing("ns-1"))
            .dns_config(DnsConfig::addresses(RecordTtl::of::<10>()))
            .build()
    }

    #[test]
    fn a_service_is_of_a_namespace_that_is_there() {
        let mut world = world();
        let error = create_service(&mut world, &request(1, service("web"))).unwrap_err();
        assert_eq!(error.code(), "NamespaceNotFound");
        let outputs = PrivateDnsNamespaceOutputs {
            id: "ns-1".to_owned(),
            arn: String::new(),
            hosted_zone_id: String::new(),
        };
        let soon = Duration::from_secs(1);
        let namespace = request(2, namespace("vpc-1"));
        world.insert(&namespace, outputs, "CREATE_NAMESPACE", soon).unwrap();
        let error = create_service(&mut world, &request(3, service("web"))).unwrap_err();
        assert_eq!(error.code(), "NamespaceNotFound");
        world.advance_to(1_000);
        let made = create_service(&mut world, &request(3, service("web"))).unwrap();
        let again = create_service(&mut world, &request(3, service("web"))).unwrap();
        assert_eq!(again.outputs, made.outputs);
        let taken = create_service(&mut world, &request(4, service("Web"))).unwrap_err();
        assert_eq!(taken.code(), "ServiceAlreadyExists");
        delete_service(&mut world, &PLACE, &made.outputs.id).unwrap();
        let gone = delete_service(&mut world, &PLACE, &made.outputs.id).unwrap_err();
        assert_eq!(gone.code(), "ServiceNotFound");
    }
}
