//! `AWS::KMS::Alias` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html>,
//! <https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdateAlias.html>.
//! Quota: 50 aliases per key,
//! <https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html>.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::kms::{Alias, AliasOutputs},
};

use super::{SERVICE, require};
use crate::{
    api::Api,
    world::{AwsError, World, arn},
};

/// Handles aliases in memory.
#[derive(Debug)]
pub struct AliasHandler(Api);

impl From<Api> for AliasHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

fn create_alias(world: &mut World, request: &Create<Alias>) -> Result<Observed<Alias>, AwsError> {
    let (place, name) = (&request.place, request.desired.alias_name.as_str());
    if world.get::<Alias>(place, name).is_some() {
        let arn = arn(place, "kms", name);
        return Err(AwsError::conflict(
            "AlreadyExistsException",
            format!("An alias with the name {arn} already exists"),
        ));
    }
    check_target(world, place, &request.desired)?;
    let outputs = AliasOutputs { alias_name: name.to_owned() };
    world.insert(request, outputs, "", Duration::ZERO)
}

/// The key exists, and has room for another alias.
fn check_target(world: &World, place: &Place, alias: &Alias) -> Result<(), AwsError> {
    let key = alias.target_key.known().unwrap_or_default();
    require(world, place, key)?;
    let aliases = world.all::<Alias>(place);
    let used = aliases.filter(|(_, it)| it.resource.target_key == alias.target_key).count();
    world.quotas.check("aliases per key", 50, used, "LimitExceededException")
}

#[async_trait]
impl Handler<Alias> for AliasHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<Alias>>, ExecError>> {
        self.0.read(SERVICE, "ListAliases", place, identifiers).await
    }

    async fn create(&self, request: &Create<Alias>) -> Result<Observed<Alias>, ExecError> {
        self.0
            .call(SERVICE, "CreateAlias", &request.place, |world| create_alias(world, request))
            .await
    }

    /// An alias has no tags: one of this name for this key is taken for the one that was made.
    async fn find(&self, request: &Create<Alias>) -> Result<Option<Observed<Alias>>, ExecError> {
        let (place, desired) = (&request.place, &request.desired);
        self.0
            .call(SERVICE, "ListAliases", place, |world| {
                let alias = world.get::<Alias>(place, desired.alias_name.as_str());
                let same = alias.filter(|alias| alias.resource.target_key == desired.target_key);
                Ok(same.map(|alias| alias.observed(world.now())))
            })
            .await
    }

    async fn update(&self, request: &Update<Alias>) -> Result<Observed<Alias>, ExecError> {
        let (place, desired) = (&request.place, &request.desired);
        self.0
            .call(SERVICE, "UpdateAlias", place, |world| {
                check_target(world, place, desired)?;
                world.require::<Alias>(place, &request.identifier, "NotFoundException")?;
                world.change::<Alias>(place, &request.identifier, "", Duration::ZERO, |alias| {
                    alias.resource = desired.clone();
                })
            })
            .await
    }

    async fn delete(&self, request: &Delete<Alias>) -> Result<Deletion, ExecError> {
        self.0
            .call(SERVICE, "DeleteAlias", &request.place, |world| {
                world.remove::<Alias>(&request.place, &request.identifier, Duration::ZERO);
                Ok(())
            })
            .await?;
        Ok(Deletion::Gone)
    }
}
