//! `AWS::Route53::HealthCheck` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateHealthCheck.html>,
//! <https://docs.aws.amazon.com/Route53/latest/APIReference/API_UpdateHealthCheck.html>,
//! <https://docs.aws.amazon.com/Route53/latest/APIReference/API_DeleteHealthCheck.html>, which
//! says that a health check in use is deleted all the same. Quota: 200 health checks per account,
//! <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html>.
//! Stricter than AWS: a caller reference is never free again, and the other health checks of a
//! calculated one must exist.
//! Not modelled: whether an endpoint is healthy, and whether an alarm exists.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place, Tags,
    executor::{Deletion, ExecError, Outcome},
    handler::{Create, Delete, Observed, Update},
    services::{
        ec2::Eip,
        route53::{HealthCheck, HealthCheckConfig, HealthCheckOutputs, is_checkable},
    },
};

use super::{SERVICE, TAGS_PAGE, health_check};
use crate::{
    api::Api,
    world::{AwsError, World},
};

/// How many health checks one call lists.
const PAGE: usize = 1000;

/// Handles health checks in memory.
///
/// `CreateHealthCheck` takes no tags; a second call sets them. When that one fails, the outcome of
/// the create is unknown: the engine asks `find`, which knows the health check by its caller
/// reference and sets the tags that it lacks.
#[derive(Debug)]
pub struct HealthCheckHandler(Api);

impl From<Api> for HealthCheckHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

fn refused(message: impl Into<String>) -> AwsError {
    AwsError::invalid("InvalidInput", message)
}

/// What Route 53 asks of the settings of a health check.
fn check(world: &World, place: &Place, config: &HealthCheckConfig) -> Result<(), AwsError> {
    match config {
        HealthCheckConfig::Alarm(_) => Ok(()),
        HealthCheckConfig::Calculated(check) => {
            if check.children.len() > 256 {
                return Err(refused("A health check has at most 256 child health checks."));
            }
            let mut children = check.children.iter().filter_map(|child| child.known());
            let missing = children.find(|id| world.get::<HealthCheck>(place, id).is_none());
            missing.map_or(Ok(()), |id| {
                Err(refused(format!("The child health check {id} does not exist.")))
            })
        }
        HealthCheckConfig::Endpoint(check) => {
            let Some(address) = check.endpoint.ip_address().and_then(|it| it.known()) else {
                return Ok(());
            };
            // The addresses of the AWS in memory are of a range for tests.
            let ours = world
                .everywhere::<Eip>()
                .any(|(_, _, eip)| eip.outputs.public_ip == address.to_string());
            if ours || is_checkable(*address) {
                return Ok(());
            }
            Err(refused(format!(
                "Invalid parameter : The IP address {address} is in a private, local or reserved range."
            )))
        }
    }
}

/// `CreateHealthCheck`: the same caller reference with the same settings is the same health check.
fn create_health_check(
    world: &mut World,
    request: &Create<HealthCheck>,
) -> Result<Observed<HealthCheck>, AwsError> {
    let place = &request.place;
    let exists = || {
        AwsError::conflict(
            "HealthCheckAlreadyExists",
            "A health check has already been created with the specified caller reference.",
        )
    };
    match world.replay(request) {
        Ok(None) => {}
        Ok(Some(id)) => {
            let found = world.get::<HealthCheck>(place, &id).ok_or_else(exists)?;
            if found.resource.config != request.desired.config {
                return Err(exists());
            }
            return Ok(found.observed(world.now()));
        }
        Err(_) => return Err(exists()),
    }
    let used = world.all::<HealthCheck>(place).count();
    world.quotas.check("health checks", 200, used, "TooManyHealthChecks")?;
    check(world, place, &request.desired.config)?;
    let hex = world.new_hex(32);
    let part = |from, to| hex.get(from..to).unwrap_or_default();
    let id = [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-");
    world.remember(request, &id);
    let outputs = HealthCheckOutputs { health_check_id: id.clone(), health_check_version: 1 };
    world.insert(request, outputs, "", Duration::ZERO)?;
    world.change::<HealthCheck>(place, &id, "", Duration::ZERO, |object| {
        object.tags = Tags::new();
    })
}

/// `UpdateHealthCheck`, of the version that the caller knows.
fn update_health_check(
    world: &mut World,
    request: &Update<HealthCheck>,
) -> Result<Observed<HealthCheck>, AwsError> {
    let (place, id) = (&request.place, &request.identifier);
    let found = health_check(world, place, id)?;
    if found.outputs.health_check_version != request.outputs.health_check_version {
        return Err(AwsError::conflict(
            "HealthCheckVersionMismatch",
            format!(
                "The health check version {} does not match {}.",
                request.outputs.health_check_version, found.outputs.health_check_version
            ),
        ));
    }
    let config = &request.desired.config;
    if fixed(&found.resource.config) != fixed(config) {
        return Err(refused("Type, interval, latency and kind of endpoint cannot be changed."));
    }
    check(world, place, config)?;
    world.change::<HealthCheck>(place, id, "", Duration::ZERO, |object| {
        object.resource.config = config.clone();
        object.outputs.health_check_version += 1;
    })
}

/// What an update cannot change: the type, the interval, whether latency is measured, and whether
/// there is an address.
fn fixed(config: &HealthCheckConfig) -> (&'static str, u32, bool, bool) {
    match config {
        HealthCheckConfig::Alarm(_) => ("CLOUDWATCH_METRIC", 0, false, false),
        HealthCheckConfig::Calculated(_) => ("CALCULATED", 0, false, false),
        HealthCheckConfig::Endpoint(check) => (
            check.endpoint.type_name(),
            check.request_interval.seconds(),
            check.measure_latency,
            check.endpoint.ip_address().is_some(),
        ),
    }
}

impl HealthCheckHandler {
    async fn change_tags(
        &self,
        place: &Place,
        id: &str,
        set: &Tags,
        remove: &[String],
    ) -> Result<(), ExecError> {
        let there =
            |world: &World, place: &Place, id: &str| health_check(world, place, id).map(drop);
        super::change_tags::<HealthCheck>(&self.0, place, id, (set, remove), there).await
    }

    /// `GetHealthCheck`.
    async fn get(
        &self,
        place: &Place,
        id: &str,
    ) -> Result<Option<Observed<HealthCheck>>, ExecError> {
        self.0
            .call(SERVICE, "GetHealthCheck", place, |world| {
                let found = world.get::<HealthCheck>(place, id);
                Ok(found.map(|found| found.observed(world.now())))
            })
            .await
    }

    /// `ListHealthChecks`, as often as a list of all takes.
    async fn list(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Result<Vec<Option<Observed<HealthCheck>>>, ExecError> {
        let mut seen = 0;
        loop {
            let (count, found) = self
                .0
                .call(SERVICE, "ListHealthChecks", place, |world| {
                    let look = |id: &String| {
                        let found = world.get::<HealthCheck>(place, id)?;
                        Some(found.observed(world.now()))
                    };
                    let count = world.all::<HealthCheck>(place).count();
                    Ok((count, identifiers.iter().map(look).collect()))
                })
                .await?;
            seen += PAGE;
            if seen >= count {
                return Ok(found);
            }
        }
    }

    /// What is there of these, and `ListTagsForResources` for ten of them at a time.
    async fn look(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Result<Vec<Option<Observed<HealthCheck>>>, ExecError> {
        let found = match identifiers {
            [only] => vec![self.get(place, only).await?],
            many => self.list(place, many).await?,
        };
        for _ in (0..found.iter().flatten().count()).step_by(TAGS_PAGE) {
            self.0.call(SERVICE, "ListTagsForResources", place, |_| Ok(())).await?;
        }
        Ok(found)
    }
}

#[async_trait]
impl Handler<HealthCheck> for HealthCheckHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<HealthCheck>>, ExecError>> {
        match self.look(place, identifiers).await {
            Ok(found) => found.into_iter().map(Ok).collect(),
            Err(error) => identifiers.iter().map(|_| Err(error.clone())).collect(),
        }
    }

    async fn create(
        &self,
        request: &Create<HealthCheck>,
    ) -> Result<Observed<HealthCheck>, ExecError> {
        let place = &request.place;
        let mut made = self
            .0
            .call(SERVICE, "CreateHealthCheck", place, |world| create_health_check(world, request))
            .await?;
        self.change_tags(place, &made.outputs.health_check_id, &request.tags(), &[])
            .await
            .map_err(|error| error.with_outcome(Outcome::Unknown))?;
        made.resource = request.desired.clone();
        Ok(made)
    }

    /// By the caller reference, which the list tells.
    async fn find(
        &self,
        request: &Create<HealthCheck>,
    ) -> Result<Option<Observed<HealthCheck>>, ExecError> {
        let place = &request.place;
        let id = self
            .0
            .call(SERVICE, "ListHealthChecks", place, |world| {
                let id = world.replay(request)?;
                Ok(id.filter(|id| world.get::<HealthCheck>(place, id).is_some()))
            })
            .await?;
        let Some(id) = id else { return Ok(None) };
        let tags = self
            .0
            .call(SERVICE, "ListTagsForResources", place, |world| {
                Ok(health_check(world, place, &id)?.tags.clone())
            })
            .await?;
        let (lacking, _) = tags.changes_to(&request.tags());
        self.change_tags(place, &id, &lacking, &[]).await?;
        self.get(place, &id).await
    }

    /// An update whose answer was lost finds another version, and what it wanted.
    async fn update(
        &self,
        request: &Update<HealthCheck>,
    ) -> Result<Observed<HealthCheck>, ExecError> {
        let (place, id, config) = (&request.place, &request.identifier, &request.desired.config);
        if request.current.config != *config {
            let updated = self
                .0
                .call(SERVICE, "UpdateHealthCheck", place, |world| {
                    update_health_check(world, request)
                })
                .await;
            match updated {
                Err(error) if error.code() == Some("HealthCheckVersionMismatch") => {
                    let found = self.get(place, id).await?;
                    if found.is_none_or(|found| found.resource.config != *config) {
                        return Err(error);
                    }
                }
                updated => _ = updated?,
            }
        }
        let (set, remove) = request.tag_changes();
        self.change_tags(place, id, &set, &remove).await?;
        Ok(self.0.after(request))
    }

    async fn delete(&self, request: &Delete<HealthCheck>) -> Result<Deletion, ExecError> {
        let (place, id) = (&request.place, &request.identifier);
        self.0
            .call(SERVICE, "DeleteHealthCheck", place, |world| {
                world.remove::<HealthCheck>(place, id, Duration::ZERO);
                Ok(())
            })
            .await?;
        Ok(Deletion::Gone)
    }
}
