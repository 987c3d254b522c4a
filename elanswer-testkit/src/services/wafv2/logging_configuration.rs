//! `AWS::WAFv2::LoggingConfiguration` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/waf/latest/APIReference/API_PutLoggingConfiguration.html>,
//! <https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html>,
//! <https://docs.aws.amazon.com/waf/latest/developerguide/logging-s3.html>.
//! Assumed: the code of the answer to a log group or bucket that does not exist.
//! Not modelled: the policies that AWS adds to log groups and buckets, keys of buckets that do not
//! let AWS write, delivery streams.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place,
    executor::{Deletion, ErrorKind, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::{
        logs::LogGroup,
        s3::Bucket,
        wafv2::{
            LOG_DESTINATION_PREFIX, LogDestinationArn, LoggingConfiguration,
            LoggingConfigurationOutputs, WebAcl,
        },
    },
};

use super::{SERVICE, invalid, referenced};
use crate::{
    api::Api,
    world::{AwsError, World},
};

/// Handles logging configurations in memory.
#[derive(Debug)]
pub struct LoggingConfigurationHandler(Api);

impl From<Api> for LoggingConfigurationHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

/// What `PutLoggingConfiguration` refuses.
fn check(world: &World, place: &Place, it: &LoggingConfiguration) -> Result<(), AwsError> {
    referenced::<WebAcl>(world, place, it.web_acl.known().unwrap_or_default())?;
    let Some(destination) = it.destination.known() else { return Ok(()) };
    let (arn, name) = (destination.as_sent(), destination.name());
    let elsewhere = destination.region().is_some_and(|region| region != place.region.as_str());
    if !name.starts_with(LOG_DESTINATION_PREFIX) || elsewhere {
        let reason = "The ARN isn't valid. A valid ARN begins with arn: and includes other information separated by colons or slashes.";
        return Err(invalid(reason, "LOG_DESTINATION", arn));
    }
    if exists(world, place, destination) {
        return Ok(());
    }
    Err(AwsError::new(
        ErrorKind::PermissionDenied,
        "WAFLogDestinationPermissionIssueException",
        "Unable to deliver logs to the configured destination. You might need to grant log delivery permissions for the destination.",
    ))
}

/// Whether there is something that takes the logs.
fn exists(world: &World, place: &Place, destination: &LogDestinationArn) -> bool {
    let (arn, name) = (destination.as_str(), destination.name());
    if arn.contains(":logs:") {
        world.get::<LogGroup>(place, name).is_some()
    } else if arn.contains(":s3:") {
        world.everywhere::<Bucket>().any(|(_, bucket, _)| bucket == name)
    } else {
        true
    }
}

/// `PutLoggingConfiguration`.
pub(super) fn put(
    world: &mut World,
    request: &Create<LoggingConfiguration>,
) -> Result<Observed<LoggingConfiguration>, AwsError> {
    check(world, &request.place, &request.desired)?;
    let resource_arn = request.desired.web_acl.known().unwrap_or_default().to_owned();
    world.insert(request, LoggingConfigurationOutputs { resource_arn }, "", Duration::ZERO)
}

#[async_trait]
impl Handler<LoggingConfiguration> for LoggingConfigurationHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<LoggingConfiguration>>, ExecError>> {
        let mut answers = Vec::with_capacity(identifiers.len());
        for arn in identifiers {
            let found = self.0.call(SERVICE, "GetLoggingConfiguration", place, |world| {
                let found = world.get::<LoggingConfiguration>(place, arn);
                Ok(found.map(|it| it.observed(world.now())))
            });
            answers.push(found.await);
        }
        answers
    }

    async fn create(
        &self,
        request: &Create<LoggingConfiguration>,
    ) -> Result<Observed<LoggingConfiguration>, ExecError> {
        self.0
            .call(SERVICE, "PutLoggingConfiguration", &request.place, |world| put(world, request))
            .await
    }

    /// A configuration has no tags: the same one is taken for the one that was made.
    async fn find(
        &self,
        request: &Create<LoggingConfiguration>,
    ) -> Result<Option<Observed<LoggingConfiguration>>, ExecError> {
        let (place, desired) = (&request.place, &request.desired);
        self.0
            .call(SERVICE, "GetLoggingConfiguration", place, |world| {
                let arn = desired.web_acl.known().unwrap_or_default();
                let found = world.get::<LoggingConfiguration>(place, arn);
                let same = found.filter(|it| it.resource == *desired);
                Ok(same.map(|it| it.observed(world.now())))
            })
            .await
    }

    async fn update(
        &self,
        request: &Update<LoggingConfiguration>,
    ) -> Result<Observed<LoggingConfiguration>, ExecError> {
        let (place, arn) = (&request.place, &request.identifier);
        self.0
            .call(SERVICE, "PutLoggingConfiguration", place, |world| {
                check(world, place, &request.desired)?;
                world.change::<LoggingConfiguration>(place, arn, "", Duration::ZERO, |it| {
                    it.resource = request.desired.clone();
                })
            })
            .await
    }

    async fn delete(&self, request: &Delete<LoggingConfiguration>) -> Result<Deletion, ExecError> {
        let (place, arn) = (&request.place, &request.identifier);
        self.0
            .call(SERVICE, "DeleteLoggingConfiguration", place, |world| {
                world.remove::<LoggingConfiguration>(place, arn, Duration::ZERO);
                Ok(())
            })
            .await?;
        Ok(Deletion::Gone)
    }
}
