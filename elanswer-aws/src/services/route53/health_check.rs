//! `AWS::Route53::HealthCheck` over the SDK.
//!
//! <https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateHealthCheck.html>.
//! One call lists a thousand health checks, and one the tags of ten.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_route53::{
    Client,
    types::{self, TagResourceType},
};
use elanswer_core::{
    Handler, Place, Tags,
    executor::{Deletion, ErrorKind, ExecError, Outcome},
    handler::{Create, Delete, Observed, Update},
    services::route53::{HealthCheck, HealthCheckOutputs},
};

use super::{SERVICE, TAGS_PAGE, change_tags, failed, found, tags};
use crate::{clients::Clients, error::missing};

mod config;

/// How many health checks one call lists.
const PAGE: i32 = 1000;
/// What tells health checks from other things with tags.
const TYPE: TagResourceType = TagResourceType::Healthcheck;

/// Handles health checks over the SDK.
///
/// `CreateHealthCheck` takes no tags; a second call sets them. When that one fails, the outcome of
/// the create is unknown: the engine asks `find`, which knows the health check by its caller
/// reference and sets the tags that it lacks.
#[derive(Debug)]
pub struct HealthCheckHandler(Clients);

impl From<Clients> for HealthCheckHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

fn observed(
    operation: &'static str,
    check: &types::HealthCheck,
    tags: Tags,
) -> Result<Observed<HealthCheck>, ExecError> {
    let lacks = |field| missing(SERVICE, operation, field);
    let sdk = check.health_check_config().ok_or_else(|| lacks("HealthCheckConfig"))?;
    let config = config::from_sdk(sdk).ok_or_else(|| {
        let message = format!("elanswer cannot read the settings of health check `{}`", check.id());
        ExecError::new(ErrorKind::Unsupported, message)
            .with_operation(SERVICE, operation)
            .with_outcome(Outcome::Unknown)
    })?;
    let resource = HealthCheck::builder().config(config).tags(tags.declared()).build();
    Ok(Observed::ready(resource, outputs(check)))
}

fn outputs(check: &types::HealthCheck) -> HealthCheckOutputs {
    HealthCheckOutputs {
        health_check_id: check.id().to_owned(),
        health_check_version: u64::try_from(check.health_check_version()).unwrap_or_default(),
    }
}

impl HealthCheckHandler {
    fn client(&self, place: &Place) -> Client {
        self.0.route53(place.region)
    }

    async fn get(client: &Client, id: &str) -> Result<Option<types::HealthCheck>, ExecError> {
        let answer = client.get_health_check().health_check_id(id).send().await;
        let answer = found(answer.map_err(failed("GetHealthCheck")))?;
        Ok(answer.and_then(|answer| answer.health_check))
    }

    /// Every health check, until `last` has been seen.
    async fn list(
        client: &Client,
        mut seen: impl FnMut(types::HealthCheck) -> bool,
    ) -> Result<(), ExecError> {
        let mut marker = None;
        loop {
            let call = client.list_health_checks().max_items(PAGE).set_marker(marker);
            let answer = call.send().await.map_err(failed("ListHealthChecks"))?;
            let (more, next) = (answer.is_truncated, answer.next_marker);
            for check in answer.health_checks {
                if seen(check) {
                    return Ok(());
                }
            }
            if !more {
                return Ok(());
            }
            marker = next;
        }
    }

    /// The health checks that exist of these, with their tags.
    async fn look(
        client: &Client,
        ids: &[String],
    ) -> Result<BTreeMap<String, Observed<HealthCheck>>, ExecError> {
        let mut checks: Vec<types::HealthCheck> = Vec::new();
        match ids {
            [only] => checks.extend(Self::get(client, only).await?),
            many => {
                Self::list(client, |check| {
                    if many.iter().any(|id| id == check.id()) {
                        checks.push(check);
                    }
                    checks.len() == many.len()
                })
                .await?;
            }
        }
        let mut observations = BTreeMap::new();
        for page in checks.chunks(TAGS_PAGE) {
            let ids: Vec<&str> = page.iter().map(types::HealthCheck::id).collect();
            let mut tags = found(tags(client, TYPE, &ids).await)?.unwrap_or_default();
            for check in page {
                let tags = tags.remove(check.id()).unwrap_or_default();
                let check = observed("ListHealthChecks", check, tags)?;
                observations.insert(check.outputs.health_check_id.clone(), check);
            }
        }
        Ok(observations)
    }

    /// `UpdateHealthCheck`, of the version that was seen last. One whose answer was lost finds
    /// another version, and what it wanted.
    async fn change(
        client: &Client,
        request: &Update<HealthCheck>,
    ) -> Result<HealthCheckOutputs, ExecError> {
        let operation = "UpdateHealthCheck";
        let (id, desired) = (&request.identifier, &request.desired.config);
        let version = i64::try_from(request.outputs.health_check_version).ok();
        let call = client.update_health_check().health_check_id(id);
        let call = call.set_health_check_version(version);
        let call = config::update(call, &request.current.config, config::to_sdk(desired)?)?;
        match call.send().await.map_err(failed(operation)) {
            Ok(answer) => {
                let check = answer.health_check();
                check.map(outputs).ok_or_else(|| missing(SERVICE, operation, "HealthCheck"))
            }
            Err(error) if error.code() == Some("HealthCheckVersionMismatch") => {
                let check = Self::get(client, id).await?;
                let same = check.filter(|check| {
                    check.health_check_config().and_then(config::from_sdk).as_ref() == Some(desired)
                });
                same.as_ref().map(outputs).ok_or(error)
            }
            Err(error) => Err(error),
        }
    }
}

#[async_trait]
impl Handler<HealthCheck> for HealthCheckHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<HealthCheck>>, ExecError>> {
        match Self::look(&self.client(place), identifiers).await {
            Ok(mut checks) => identifiers.iter().map(|id| Ok(checks.remove(id))).collect(),
            Err(error) => identifiers.iter().map(|_| Err(error.clone())).collect(),
        }
    }

    async fn create(
        &self,
        request: &Create<HealthCheck>,
    ) -> Result<Observed<HealthCheck>, ExecError> {
        let (client, desired) = (self.client(&request.place), &request.desired);
        let operation = "CreateHealthCheck";
        let call = client.create_health_check().caller_reference(&request.token);
        let call = call.health_check_config(config::to_sdk(&desired.config)?);
        let answer = call.send().await.map_err(failed(operation))?;
        let check =
            answer.health_check().ok_or_else(|| missing(SERVICE, operation, "HealthCheck"))?;
        change_tags(&client, TYPE, check.id(), &request.tags(), &[])
            .await
            .map_err(|error| error.with_outcome(Outcome::Unknown))?;
        Ok(Observed::ready(desired.clone(), outputs(check)))
    }

    /// By the caller reference, which the list tells.
    async fn find(
        &self,
        request: &Create<HealthCheck>,
    ) -> Result<Option<Observed<HealthCheck>>, ExecError> {
        let client = self.client(&request.place);
        let mut id = None;
        Self::list(&client, |check| {
            let ours = check.caller_reference() == request.token;
            id = Some(check.id).filter(|_| ours);
            ours
        })
        .await?;
        let Some(id) = id else { return Ok(None) };
        let tags = tags(&client, TYPE, &[&id]).await?.remove(&id).unwrap_or_default();
        let (lacking, _) = tags.changes_to(&request.tags());
        change_tags(&client, TYPE, &id, &lacking, &[]).await?;
        Ok(Self::look(&client, std::slice::from_ref(&id)).await?.remove(&id))
    }

    async fn update(
        &self,
        request: &Update<HealthCheck>,
    ) -> Result<Observed<HealthCheck>, ExecError> {
        let client = self.client(&request.place);
        let mut updated = request.done();
        if request.current.config != request.desired.config {
            updated.outputs = Self::change(&client, request).await?;
        }
        let (set, remove) = request.tag_changes();
        change_tags(&client, TYPE, &request.identifier, &set, &remove).await?;
        Ok(updated)
    }

    async fn delete(&self, request: &Delete<HealthCheck>) -> Result<Deletion, ExecError> {
        let call = self.client(&request.place).delete_health_check();
        let call = call.health_check_id(&request.identifier);
        found(call.send().await.map_err(failed("DeleteHealthCheck")))?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::services::route53::{DnsName, ResourcePath};

    use super::*;

    #[test]
    fn maps_what_aws_answers() {
        let path = ResourcePath::literal("/health");
        let expected = HealthCheck::https(DnsName::literal("a.example.com"), path);
        let answered = |config: Option<types::HealthCheckConfig>| {
            types::HealthCheck::builder()
                .id("check")
                .caller_reference("token")
                .set_health_check_config(config)
                .health_check_version(7)
                .build()
                .unwrap()
        };
        let config = config::to_sdk(&expected.config).unwrap();
        let tags = Tags::new().with("Name", "n").with("elanswer:stack", "shop");
        let check = observed("GetHealthCheck", &answered(Some(config)), tags).unwrap();
        let tags = Tags::new().with("Name", "n");
        assert_eq!(check.resource, HealthCheck { tags, ..expected });
        let (id, version) = (check.outputs.health_check_id, check.outputs.health_check_version);
        assert_eq!((id.as_str(), version), ("check", 7));
        let odd = types::HealthCheckConfig::builder().r#type("RECOVERY_CONTROL".into());
        let odd = observed("", &answered(Some(odd.build().unwrap())), Tags::new()).unwrap_err();
        assert_eq!(odd.kind(), ErrorKind::Unsupported);
    }
}
