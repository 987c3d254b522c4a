//! `AWS::ServiceDiscovery::PrivateDnsNamespace` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/cloud-map/latest/api/API_CreatePrivateDnsNamespace.html>,
//! <https://docs.aws.amazon.com/cloud-map/latest/api/API_Operation.html>,
//! <https://docs.aws.amazon.com/cloud-map/latest/api/API_UpdatePrivateDnsNamespace.html>,
//! <https://docs.aws.amazon.com/cloud-map/latest/api/API_DeleteNamespace.html>.
//! Making one is an operation of 45 seconds, which fails when the VPC knows the same domain already;
//! changing one takes 5, deleting one 20. Quota: 50 namespaces per Region,
//! <https://docs.aws.amazon.com/cloud-map/latest/dg/cloud-map-limits.html>.
//! A repeat with the same token answers with the operation of the first; AWS says so with
//! `DuplicateRequest` or `NamespaceAlreadyExists`, which name it.
//! Not modelled: operations as objects, the hosted zone, domains that contain each other.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::{
        ec2::Vpc,
        servicediscovery::{PrivateDnsNamespace, PrivateDnsNamespaceOutputs, Service},
    },
};

use super::{SERVICE, TAGGING, no_namespace, was_there};
use crate::{
    api::Api,
    world::{AwsError, World, arn},
};

/// How long AWS takes to make a namespace.
const CREATING: Duration = Duration::from_secs(45);

/// How long AWS takes to change one.
const UPDATING: Duration = Duration::from_secs(5);

/// How long AWS takes to delete one.
const DELETING: Duration = Duration::from_secs(20);

/// Handles private namespaces in memory.
#[derive(Debug)]
pub struct PrivateDnsNamespaceHandler(Api);

impl From<Api> for PrivateDnsNamespaceHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

/// What an operation makes, or why it fails.
type Operation = Result<String, AwsError>;

/// `CreatePrivateDnsNamespace`: what comes of its operation.
fn create_namespace(
    world: &mut World,
    request: &Create<PrivateDnsNamespace>,
) -> Result<Operation, AwsError> {
    let (place, desired) = (&request.place, &request.desired);
    if let Some(id) = world.replay(request)? {
        return Ok(Ok(id));
    }
    let vpc = desired.vpc.known().unwrap_or_default();
    if world.get::<Vpc>(place, vpc).is_none() {
        let message = format!("The VPC {vpc} does not exist in {}", place.region);
        return Err(AwsError::not_found("InvalidInput", message));
    }
    let used = world.all::<PrivateDnsNamespace>(place).count();
    world.quotas.check("namespaces", 50, used, "ResourceLimitExceeded")?;
    if world.all::<PrivateDnsNamespace>(place).any(|(_, other)| {
        (&other.resource.name, &other.resource.vpc) == (&desired.name, &desired.vpc)
    }) {
        return Ok(Err(AwsError::conflict(
            "CANNOT_CREATE_HOSTED_ZONE",
            format!(
                "The VPC that you chose, {vpc} in region {}, is already associated with another \
                 private hosted zone that has an overlapping name space, {}.",
                place.region, desired.name
            ),
        )));
    }
    let id = format!("ns-{}", world.new_hex(16));
    let hosted_zone_id = format!("Z{}", world.new_hex(20).to_uppercase());
    let outputs = PrivateDnsNamespaceOutputs {
        arn: arn(place, "servicediscovery", &format!("namespace/{id}")),
        hosted_zone_id,
        id: id.clone(),
    };
    world.insert(request, outputs, "CREATE_NAMESPACE", CREATING)?;
    world.remember(request, &id);
    Ok(Ok(id))
}

/// `UpdatePrivateDnsNamespace`.
fn update_namespace(
    world: &mut World,
    request: &Update<PrivateDnsNamespace>,
) -> Result<(), AwsError> {
    let (place, id, desired) = (&request.place, &request.identifier, &request.desired);
    let namespace = world.get::<PrivateDnsNamespace>(place, id).ok_or_else(|| no_namespace(id))?;
    if world.now() < namespace.ready_at {
        let message = format!("{id} is in use by another operation");
        return Err(AwsError::dependency("ResourceInUse", message));
    }
    world
        .change::<PrivateDnsNamespace>(place, id, "UPDATE_NAMESPACE", UPDATING, |object| {
            object.resource.description.clone_from(&desired.description);
            object.resource.properties = desired.properties;
        })
        .map(drop)
}

/// `DeleteNamespace`.
fn delete_namespace(world: &mut World, place: &Place, id: &str) -> Result<(), AwsError> {
    if world.look::<PrivateDnsNamespace>(place, id).is_none() {
        return Err(no_namespace(id));
    }
    if world
        .all::<Service>(place)
        .any(|(_, service)| service.resource.namespace.known() == Some(id))
    {
        return Err(AwsError::dependency(
            "ResourceInUse",
            "Namespace has associated services; delete the services before deleting the namespace",
        ));
    }
    world.remove::<PrivateDnsNamespace>(place, id, DELETING);
    Ok(())
}

#[async_trait]
impl Handler<PrivateDnsNamespace> for PrivateDnsNamespaceHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<PrivateDnsNamespace>>, ExecError>> {
        super::read(&self.0, "GetNamespace", place, identifiers).await
    }

    /// Only the operation tells the id.
    async fn create(
        &self,
        request: &Create<PrivateDnsNamespace>,
    ) -> Result<Observed<PrivateDnsNamespace>, ExecError> {
        let place = &request.place;
        let operation = self
            .0
            .call(SERVICE, "CreatePrivateDnsNamespace", place, |world| {
                create_namespace(world, request)
            })
            .await?;
        let id = self.0.call(SERVICE, "GetOperation", place, |_| operation).await?;
        self.0
            .call(SERVICE, "GetNamespace", place, |world| {
                let found = world.look::<PrivateDnsNamespace>(place, &id);
                let found = found.ok_or_else(|| no_namespace(&id))?;
                Ok(found.observed(world.now()))
            })
            .await
            .map_err(|error| error.with_identifier(&id))
    }

    async fn find(
        &self,
        request: &Create<PrivateDnsNamespace>,
    ) -> Result<Option<Observed<PrivateDnsNamespace>>, ExecError> {
        self.0.find_owned(SERVICE, "ListNamespaces", request).await
    }

    async fn update(
        &self,
        request: &Update<PrivateDnsNamespace>,
    ) -> Result<Observed<PrivateDnsNamespace>, ExecError> {
        if request.current.is_updated_by(&request.desired) {
            self.0
                .call(SERVICE, "UpdatePrivateDnsNamespace", &request.place, |world| {
                    update_namespace(world, request)
                })
                .await?;
        }
        self.0.retag(SERVICE, TAGGING, request).await?;
        Ok(self.0.after(request))
    }

    async fn delete(&self, request: &Delete<PrivateDnsNamespace>) -> Result<Deletion, ExecError> {
        let (place, id) = (&request.place, &request.identifier);
        let deleted = self
            .0
            .call(SERVICE, "DeleteNamespace", place, |world| delete_namespace(world, place, id))
            .await;
        Ok(if was_there(deleted)? { Deletion::Underway } else { Deletion::Gone })
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::executor::Status;

    use super::*;
    use crate::services::servicediscovery::testing::{PLACE, namespace, request, world};

    #[test]
    fn a_namespace_is_of_a_vpc_and_takes_its_time() {
        let mut world = world();
        let error = create_namespace(&mut world, &request(1, namespace("vpc-3"))).unwrap_err();
        assert_eq!(error.code(), "InvalidInput");
        let id = create_namespace(&mut world, &request(2, namespace("vpc-1"))).unwrap().unwrap();
        let again = create_namespace(&mut world, &request(2, namespace("vpc-1"))).unwrap();
        assert_eq!(again.as_ref(), Ok(&id));
        let status = |world: &World| {
            world.look::<PrivateDnsNamespace>(&PLACE, &id).map(|it| it.status(world.now()))
        };
        assert_eq!(status(&world), Some(Status::Pending("CREATE_NAMESPACE".to_owned())));
        world.advance_to(45_000);
        assert_eq!(status(&world), Some(Status::Ready));
        delete_namespace(&mut world, &PLACE, &id).unwrap();
        assert_eq!(status(&world), Some(Status::Deleting));
        world.advance_to(65_000);
        assert_eq!(status(&world), None);
        let gone = delete_namespace(&mut world, &PLACE, &id).unwrap_err();
        assert_eq!(gone.code(), "NamespaceNotFound");
    }

    #[test]
    fn a_domain_is_known_once_in_a_vpc() {
        let mut world = world();
        let mut make =
            |token, vpc| create_namespace(&mut world, &request(token, namespace(vpc))).unwrap();
        assert!(make(1, "vpc-1").is_ok() && make(2, "vpc-2").is_ok());
        assert_eq!(make(3, "vpc-1").unwrap_err().code(), "CANNOT_CREATE_HOSTED_ZONE");
    }
}
