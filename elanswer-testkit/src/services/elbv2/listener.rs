//! `AWS::ElasticLoadBalancingV2::Listener` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html>,
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html>.
//! That an HTTPS listener has a certificate holds by its type.
//! A certificate of this AWS in memory must be issued. Not modelled: whether any other exists, was
//! issued and belongs to the account.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::elbv2::{Listener, ListenerOutputs, ListenerRule},
};

use super::{Describe, SERVICE, action, arn_within, find, load_balancer, read};
use crate::{
    api::Api,
    services::acm,
    world::{AwsError, Object, World},
};

/// Handles listeners in memory.
#[derive(Debug)]
pub struct ListenerHandler(Api);

impl From<Api> for ListenerHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

const DESCRIBE: Describe = Describe { objects: "DescribeListeners", attributes: None, tags: false };

fn create_listener(
    world: &mut World,
    request: &Create<Listener>,
) -> Result<Observed<Listener>, AwsError> {
    let (place, desired) = (&request.place, &request.desired);
    let load_balancer = desired.load_balancer.known().unwrap_or_default();
    load_balancer::require(world, place, load_balancer)?;
    check(world, place, desired)?;
    if let Some((_, existing)) = at_port(world, place, desired) {
        if existing.resource == *desired {
            return Ok(existing.observed(world.now()));
        }
        return Err(duplicate(load_balancer));
    }
    let used = world
        .all::<Listener>(place)
        .filter(|(_, listener)| listener.resource.load_balancer == desired.load_balancer)
        .count();
    world.quotas.check("listeners per application load balancer", 50, used, "TooManyListeners")?;
    let listener_arn = arn_within(world, place, "listener", load_balancer);
    world.insert(request, ListenerOutputs { listener_arn }, "", Duration::ZERO)
}

/// The listener of the same load balancer at the same port.
fn at_port<'a>(
    world: &'a World,
    place: &Place,
    wanted: &Listener,
) -> Option<(&'a str, &'a Object<Listener>)> {
    world.all::<Listener>(place).find(|(_, listener)| {
        let listener = &listener.resource;
        listener.load_balancer == wanted.load_balancer && listener.port == wanted.port
    })
}

fn duplicate(load_balancer: &str) -> AwsError {
    AwsError::conflict(
        "DuplicateListener",
        format!("A listener already exists on this port for this load balancer '{load_balancer}'"),
    )
}

fn check(world: &World, place: &Place, wanted: &Listener) -> Result<(), AwsError> {
    if let Some(arn) = wanted.protocol.tls().and_then(|tls| tls.certificate.known()) {
        if arn.region() != place.region {
            return Err(AwsError::invalid(
                "ValidationError",
                format!("Certificate ARN '{arn}' is not valid"),
            ));
        }
        if acm::state(world, place, arn.as_str()).is_some_and(|state| state != acm::ISSUED) {
            return Err(AwsError::invalid(
                "UnsupportedCertificate",
                format!(
                    "The certificate '{arn}' must have a fully-qualified domain name, a supported signature, and a supported key size."
                ),
            ));
        }
    }
    let load_balancer = wanted.load_balancer.known().unwrap_or_default();
    let protocol = wanted.protocol.protocol();
    action::check(world, place, load_balancer, protocol, &wanted.default_action)
}

fn modify_listener(
    world: &mut World,
    place: &Place,
    identifier: &str,
    to: &Listener,
) -> Result<(), AwsError> {
    require(world, place, identifier)?;
    check(world, place, to)?;
    if at_port(world, place, to).is_some_and(|(other, _)| other != identifier) {
        return Err(duplicate(to.load_balancer.known().unwrap_or_default()));
    }
    world
        .change::<Listener>(place, identifier, "", Duration::ZERO, |object| {
            object.resource = to.clone();
        })
        .map(drop)
}

/// Its rules go with it.
fn delete_listener(world: &mut World, place: &Place, identifier: &str) {
    let rules: Vec<String> = world
        .all::<ListenerRule>(place)
        .filter(|(_, rule)| rule.resource.listener.known() == Some(identifier))
        .map(|(id, _)| id.to_owned())
        .collect();
    for rule in rules {
        world.remove::<ListenerRule>(place, &rule, Duration::ZERO);
    }
    world.remove::<Listener>(place, identifier, Duration::ZERO);
}

/// The listener, or the error of AWS that there is none.
pub(super) fn require<'a>(
    world: &'a World,
    place: &Place,
    identifier: &str,
) -> Result<&'a Object<Listener>, AwsError> {
    world.get(place, identifier).ok_or_else(|| {
        AwsError::not_found("ListenerNotFound", format!("Listener '{identifier}' not found"))
    })
}

#[async_trait]
impl Handler<Listener> for ListenerHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<Listener>>, ExecError>> {
        read(&self.0, &DESCRIBE, place, identifiers).await
    }

    async fn create(&self, request: &Create<Listener>) -> Result<Observed<Listener>, ExecError> {
        self.0
            .call(SERVICE, "CreateListener", &request.place, |world| {
                create_listener(world, request)
            })
            .await
    }

    async fn find(
        &self,
        request: &Create<Listener>,
    ) -> Result<Option<Observed<Listener>>, ExecError> {
        find(&self.0, &DESCRIBE, request).await
    }

    async fn update(&self, request: &Update<Listener>) -> Result<Observed<Listener>, ExecError> {
        let (place, id) = (&request.place, &request.identifier);
        if request.current != request.desired {
            self.0
                .call(SERVICE, "ModifyListener", place, |world| {
                    modify_listener(world, place, id, &request.desired)
                })
                .await?;
        }
        Ok(self.0.after(request))
    }

    async fn delete(&self, request: &Delete<Listener>) -> Result<Deletion, ExecError> {
        let place = &request.place;
        self.0
            .call(SERVICE, "DeleteListener", place, |world| {
                delete_listener(world, place, &request.identifier);
                Ok(())
            })
            .await?;
        Ok(Deletion::Gone)
    }
}
