//! `AWS::KMS::Alias` over the SDK.
//!
//! <https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html>. `ListAliases` shows
//! every alias of a Region, and nothing shows one.

use std::collections::BTreeMap;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place, Ref, Region,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::kms::{Alias, AliasName, AliasOutputs},
};

use super::failed;
use crate::{clients::Clients, error::gone_is_fine};

/// Handles aliases over the SDK.
#[derive(Debug)]
pub struct AliasHandler(Clients);

impl From<Clients> for AliasHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

impl AliasHandler {
    /// Every alias that is not AWS's own, by its name.
    async fn list(&self, region: Region) -> Result<BTreeMap<String, Observed<Alias>>, ExecError> {
        let call = self.0.kms(region).list_aliases().into_paginator().items();
        let found = call.send().try_collect().await.map_err(failed("ListAliases"))?;
        let observed = found.into_iter().filter_map(|alias| {
            let name = AliasName::new(alias.alias_name()?).ok()?;
            let outputs = AliasOutputs { alias_name: name.to_string() };
            let alias = Alias::new(name, Ref::existing(alias.target_key_id()?));
            Some((outputs.alias_name.clone(), Observed::ready(alias, outputs)))
        });
        Ok(observed.collect())
    }
}

#[async_trait]
impl Handler<Alias> for AliasHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<Alias>>, ExecError>> {
        match self.list(place.region).await {
            Ok(found) => identifiers.iter().map(|name| Ok(found.get(name).cloned())).collect(),
            Err(error) => identifiers.iter().map(|_| Err(error.clone())).collect(),
        }
    }

    async fn create(&self, request: &Create<Alias>) -> Result<Observed<Alias>, ExecError> {
        let desired = &request.desired;
        self.0
            .kms(request.place.region)
            .create_alias()
            .alias_name(desired.alias_name.as_str())
            .set_target_key_id(desired.target_key.known().map(str::to_owned))
            .send()
            .await
            .map_err(failed("CreateAlias"))?;
        let outputs = AliasOutputs { alias_name: desired.alias_name.to_string() };
        Ok(Observed::ready(desired.clone(), outputs))
    }

    /// An alias has no tags: one of this name for this key is taken for the one that was made.
    async fn find(&self, request: &Create<Alias>) -> Result<Option<Observed<Alias>>, ExecError> {
        let mut found = self.list(request.place.region).await?;
        let found = found.remove(request.desired.alias_name.as_str());
        Ok(found.filter(|alias| alias.resource == request.desired))
    }

    async fn update(&self, request: &Update<Alias>) -> Result<Observed<Alias>, ExecError> {
        self.0
            .kms(request.place.region)
            .update_alias()
            .alias_name(&request.identifier)
            .set_target_key_id(request.desired.target_key.known().map(str::to_owned))
            .send()
            .await
            .map_err(failed("UpdateAlias"))?;
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<Alias>) -> Result<Deletion, ExecError> {
        let call = self.0.kms(request.place.region).delete_alias();
        let deleted = call.alias_name(&request.identifier).send().await;
        gone_is_fine(deleted.map_err(failed("DeleteAlias")))?;
        Ok(Deletion::Gone)
    }
}
