//! `AWS::KMS::Key` over the SDK.
//!
//! <https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html>. A key takes no token
//! and has no name: only its tags tell whose it is. A key that waits for its deletion is gone: it
//! encrypts and decrypts nothing.

use async_trait::async_trait;
use aws_sdk_kms::{
    Client,
    error::BuildError,
    operation::get_key_rotation_status::GetKeyRotationStatusOutput,
    types::{KeyMetadata, KeyState, Tag},
};
use elanswer_core::{
    Handler, Place, Tags,
    executor::{Deletion, ErrorKind, ExecError, Status},
    handler::{Create, Delete, Observed, Update},
    services::{
        iam::PolicyDocument,
        kms::{Key, KeyDescription, KeyOutputs, RotationPeriod},
    },
};

use super::{SERVICE, failed, tags};
use crate::{
    clients::Clients,
    error::{missing, none_if_gone},
};

/// The one policy that a key has.
const POLICY: &str = "default";

/// Handles keys over the SDK.
#[derive(Debug)]
pub struct KeyHandler(Clients);

impl From<Clients> for KeyHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

/// What the answers say of a key; `None` when it waits for its deletion.
fn observed(
    key: &KeyMetadata,
    rotation: &GetKeyRotationStatusOutput,
    policy: &str,
    tags: Tags,
) -> Result<Option<Observed<Key>>, ExecError> {
    let lacks = |field| missing(SERVICE, "DescribeKey", field);
    let status = match key.key_state() {
        Some(KeyState::PendingDeletion | KeyState::PendingReplicaDeletion) => return Ok(None),
        Some(KeyState::Creating | KeyState::Updating) => Status::Pending("Creating".to_owned()),
        Some(KeyState::Unavailable) => Status::Failed("Unavailable".to_owned()),
        _ => Status::Ready,
    };
    let description = KeyDescription::new(key.description().unwrap_or_default());
    let policy = policy.parse::<PolicyDocument>().map_err(|error| {
        ExecError::new(ErrorKind::Internal, error.to_string())
            .with_operation(SERVICE, "GetKeyPolicy")
    })?;
    let period = rotation.rotation_period_in_days().and_then(|days| u32::try_from(days).ok());
    let period = period.and_then(|days| RotationPeriod::new(days).ok());
    let resource = Key::builder()
        .description(description.map_err(|_| lacks("Description"))?)
        .enabled(key.enabled())
        .enable_key_rotation(rotation.key_rotation_enabled())
        .maybe_rotation_period_in_days(period)
        .key_policy(policy)
        .tags(tags.declared())
        .build();
    let key_id = key.key_id().to_owned();
    let arn = key.arn().ok_or_else(|| lacks("Arn"))?.to_owned();
    let found = Observed::ready(resource, KeyOutputs { key_id, arn }).with_status(status);
    Ok(Some(found.unread_unless("RotationPeriodInDays", period.is_some())))
}

fn to_sdk(tags: &Tags) -> Result<Vec<Tag>, ExecError> {
    let tags = tags.iter().map(|(key, value)| Tag::builder().tag_key(key).tag_value(value).build());
    tags.collect::<Result<_, BuildError>>()
        .map_err(|error| ExecError::new(ErrorKind::Internal, error.to_string()))
}

impl KeyHandler {
    async fn look(client: &Client, id: &str) -> Result<Option<Observed<Key>>, ExecError> {
        none_if_gone(Self::describe(client, id).await).map(Option::flatten)
    }

    async fn describe(client: &Client, id: &str) -> Result<Option<Observed<Key>>, ExecError> {
        let described = client.describe_key().key_id(id).send().await;
        let described = described.map_err(failed("DescribeKey"))?;
        let key = described
            .key_metadata()
            .ok_or_else(|| missing(SERVICE, "DescribeKey", "KeyMetadata"))?;
        if key.deletion_date().is_some() {
            return Ok(None);
        }
        let rotation = client.get_key_rotation_status().key_id(id).send().await;
        let rotation = rotation.map_err(failed("GetKeyRotationStatus"))?;
        let policy = client.get_key_policy().key_id(id).policy_name(POLICY).send().await;
        let policy = policy.map_err(failed("GetKeyPolicy"))?;
        observed(key, &rotation, policy.policy().unwrap_or_default(), tags(client, id).await?)
    }

    async fn set_enabled(client: &Client, id: &str, to: bool) -> Result<(), ExecError> {
        if to {
            client.enable_key().key_id(id).send().await.map(drop).map_err(failed("EnableKey"))
        } else {
            client.disable_key().key_id(id).send().await.map(drop).map_err(failed("DisableKey"))
        }
    }

    async fn set_rotation(
        client: &Client,
        id: &str,
        to: Option<RotationPeriod>,
    ) -> Result<(), ExecError> {
        match to.and_then(|period| i32::try_from(period.get()).ok()) {
            Some(days) => {
                let call = client.enable_key_rotation().key_id(id).rotation_period_in_days(days);
                call.send().await.map(drop).map_err(failed("EnableKeyRotation"))
            }
            None => {
                let call = client.disable_key_rotation().key_id(id);
                call.send().await.map(drop).map_err(failed("DisableKeyRotation"))
            }
        }
    }

    /// Finishes a key that was just made: it is enabled and does not rotate.
    async fn complete(client: &Client, id: &str, desired: &Key) -> Result<(), ExecError> {
        if desired.rotates().is_some() {
            Self::set_rotation(client, id, desired.rotates()).await?;
        }
        if !desired.enabled {
            Self::set_enabled(client, id, false).await?;
        }
        Ok(())
    }

    async fn retag(client: &Client, request: &Update<Key>) -> Result<(), ExecError> {
        let (set, remove) = request.tag_changes();
        let id = &request.identifier;
        if !set.is_empty() {
            let call = client.tag_resource().key_id(id).set_tags(Some(to_sdk(&set)?));
            call.send().await.map_err(failed("TagResource"))?;
        }
        if !remove.is_empty() {
            let call = client.untag_resource().key_id(id).set_tag_keys(Some(remove));
            call.send().await.map_err(failed("UntagResource"))?;
        }
        Ok(())
    }
}

#[async_trait]
impl Handler<Key> for KeyHandler {
    /// KMS shows one key at a time, in four calls.
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<Key>>, ExecError>> {
        let client = self.0.kms(place.region);
        let mut answers = Vec::with_capacity(identifiers.len());
        for id in identifiers {
            answers.push(Self::look(&client, id).await);
        }
        answers
    }

    async fn create(&self, request: &Create<Key>) -> Result<Observed<Key>, ExecError> {
        let (client, desired) = (self.0.kms(request.place.region), &request.desired);
        let answer = client
            .create_key()
            .description(desired.description.as_str())
            .set_policy(desired.key_policy.as_ref().map(PolicyDocument::to_json))
            .set_tags(Some(to_sdk(&request.tags())?))
            .send()
            .await
            .map_err(failed("CreateKey"))?;
        let lacks = |field| missing(SERVICE, "CreateKey", field);
        let key = answer.key_metadata().ok_or_else(|| lacks("KeyMetadata"))?;
        let id = key.key_id();
        Self::complete(&client, id, desired).await.map_err(|error| error.with_identifier(id))?;
        let arn = key.arn().ok_or_else(|| lacks("Arn"))?.to_owned();
        Ok(Observed::ready(desired.clone(), KeyOutputs { key_id: id.to_owned(), arn }))
    }

    /// Looks at the tags of every key: nothing else tells whose a key is.
    async fn find(&self, request: &Create<Key>) -> Result<Option<Observed<Key>>, ExecError> {
        let client = self.0.kms(request.place.region);
        let keys = client.list_keys().into_paginator().items().send().try_collect().await;
        for key in keys.map_err(failed("ListKeys"))? {
            let Some(id) = key.key_id() else { continue };
            let tags = none_if_gone(tags(&client, id).await)?;
            if tags.is_some_and(|tags| request.ownership.owns(&tags))
                && let Some(found) = Self::look(&client, id).await?
            {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// A key that is disabled is enabled first, and one that will be is disabled last: in between
    /// its rotation can change.
    async fn update(&self, request: &Update<Key>) -> Result<Observed<Key>, ExecError> {
        let (client, id) = (self.0.kms(request.place.region), &request.identifier);
        let (current, desired) = (&request.current, &request.desired);
        if desired.enabled && !current.enabled {
            Self::set_enabled(&client, id, true).await?;
        }
        if current.description != desired.description {
            let call = client.update_key_description().key_id(id);
            let call = call.description(desired.description.as_str());
            call.send().await.map_err(failed("UpdateKeyDescription"))?;
        }
        if let Some(policy) = &desired.key_policy
            && current.key_policy.as_ref() != Some(policy)
        {
            let call = client.put_key_policy().key_id(id).policy_name(POLICY);
            call.policy(policy.to_json()).send().await.map_err(failed("PutKeyPolicy"))?;
        }
        if current.rotates() != desired.rotates() {
            Self::set_rotation(&client, id, desired.rotates()).await?;
        }
        Self::retag(&client, request).await?;
        if current.enabled && !desired.enabled {
            Self::set_enabled(&client, id, false).await?;
        }
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<Key>) -> Result<Deletion, ExecError> {
        let client = self.0.kms(request.place.region);
        let days = i32::try_from(request.current.pending_window_in_days.get()).ok();
        let call = client.schedule_key_deletion().key_id(&request.identifier);
        let deleted = call.set_pending_window_in_days(days).send().await;
        match deleted.map_err(failed("ScheduleKeyDeletion")) {
            // It waits for its deletion already.
            Err(error) if error.code() == Some("KMSInvalidStateException") => Ok(Deletion::Gone),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Deletion::Gone),
            Err(error) => Err(error),
            Ok(_) => Ok(Deletion::Gone),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(state: KeyState) -> KeyMetadata {
        let key = KeyMetadata::builder().key_id("k").arn("arn:aws:kms:us-east-1:1:key/k");
        key.enabled(state == KeyState::Enabled).key_state(state).build().unwrap()
    }

    fn shown(key: &KeyMetadata, rotation: Option<i32>) -> Option<Observed<Key>> {
        let rotation = GetKeyRotationStatusOutput::builder()
            .key_rotation_enabled(rotation.is_some())
            .set_rotation_period_in_days(rotation)
            .build();
        let policy = Key::default_policy("123456789012").to_json();
        observed(key, &rotation, &policy, Tags::new().with("elanswer:stack", "shop")).unwrap()
    }

    #[test]
    fn maps_what_aws_answers() {
        let found = shown(&key(KeyState::Enabled), Some(90)).unwrap();
        let expected = Key::builder()
            .enable_key_rotation(true)
            .rotation_period_in_days(RotationPeriod::of::<90>())
            .key_policy(Key::default_policy("123456789012"))
            .build();
        assert_eq!(found.resource, expected);
        assert!(found.unread.is_empty());
        let still = shown(&key(KeyState::Disabled), None).unwrap();
        assert!(!still.resource.enabled && !still.resource.enable_key_rotation);
        assert_eq!(still.unread, ["RotationPeriodInDays"]);
    }

    #[test]
    fn a_key_that_waits_for_its_deletion_is_gone() {
        assert!(shown(&key(KeyState::PendingDeletion), None).is_none());
    }
}
