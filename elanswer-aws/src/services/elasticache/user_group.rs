//! `AWS::ElastiCache::UserGroup` over the SDK.
//!
//! <https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateUserGroup.html>.
//! `DescribeUserGroups` describes one group by id, or all of them. The tags of each take a
//! `ListTagsForResource`.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_elasticache::types;
use elanswer_core::{
    Handler, Place, Ref, Region,
    executor::{Deletion, ExecError, Status},
    handler::{Create, Delete, Observed, Update},
    services::elasticache::{User, UserGroup, UserGroupOutputs},
};

use super::{
    SERVICE, changed, failed, ids, none_if_gone, only, retag, some, status, tags_of, text, to_sdk,
};
use crate::{clients::Clients, error::missing};

/// Handles user groups over the SDK.
#[derive(Debug)]
pub struct UserGroupHandler(Clients);

impl From<Clients> for UserGroupHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

/// A described group; its tags are none until they are read.
fn observed(group: &types::UserGroup) -> Result<Observed<UserGroup>, ExecError> {
    let lacks = |field| missing(SERVICE, "DescribeUserGroups", field);
    let user_group_id = group.user_group_id().ok_or_else(|| lacks("UserGroupId"))?;
    let arn = group.arn().ok_or_else(|| lacks("ARN"))?;
    let engine = group.engine().and_then(|engine| engine.parse().ok());
    let resource = UserGroup::builder()
        .user_group_id(user_group_id.parse().map_err(|_| lacks("valid UserGroupId"))?)
        .engine(engine.ok_or_else(|| lacks("Engine that elanswer knows"))?)
        .users(group.user_ids().iter().map(Ref::<User>::existing))
        .build();
    let outputs = UserGroupOutputs { user_group_id: user_group_id.to_owned(), arn: arn.to_owned() };
    Ok(Observed::ready(resource, outputs).with_status(status(group.status())))
}

/// The users that come and those that go.
fn changes(from: &UserGroup, to: &UserGroup) -> (Vec<String>, Vec<String>) {
    (ids(to.users.difference(&from.users)), ids(from.users.difference(&to.users)))
}

impl UserGroupHandler {
    /// Describes the group `id`, or every group.
    async fn describe(
        &self,
        region: Region,
        id: Option<String>,
    ) -> Result<BTreeMap<String, types::UserGroup>, ExecError> {
        let call = self.0.elasticache(region).describe_user_groups().set_user_group_id(id);
        let groups = call.into_paginator().items().send().try_collect().await;
        let groups = none_if_gone(groups.map_err(failed("DescribeUserGroups")))?;
        let named = groups.unwrap_or_default().into_iter().filter_map(|group| {
            let id = group.user_group_id()?.to_owned();
            Some((id, group))
        });
        Ok(named.collect())
    }

    async fn tagged(
        &self,
        region: Region,
        group: &types::UserGroup,
    ) -> Result<Observed<UserGroup>, ExecError> {
        let mut observed = observed(group)?;
        let tags = tags_of(&self.0.elasticache(region), &observed.outputs.arn).await?;
        observed.resource.tags = tags.declared();
        Ok(observed)
    }
}

#[async_trait]
impl Handler<UserGroup> for UserGroupHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<UserGroup>>, ExecError>> {
        let groups = match self.describe(place.region, only(identifiers)).await {
            Ok(groups) => groups,
            Err(error) => return identifiers.iter().map(|_| Err(error.clone())).collect(),
        };
        let mut answers = Vec::with_capacity(identifiers.len());
        for identifier in identifiers {
            answers.push(match groups.get(identifier) {
                Some(group) => self.tagged(place.region, group).await.map(Some),
                None => Ok(None),
            });
        }
        answers
    }

    async fn create(&self, request: &Create<UserGroup>) -> Result<Observed<UserGroup>, ExecError> {
        let desired = &request.desired;
        let answer = self
            .0
            .elasticache(request.place.region)
            .create_user_group()
            .set_user_group_id(text(desired.user_group_id.as_ref()))
            .engine(desired.engine.as_str())
            .set_user_ids(Some(ids(&desired.users)))
            .set_tags(Some(to_sdk(&request.tags())))
            .send()
            .await
            .map_err(failed("CreateUserGroup"))?;
        let lacks = |field| missing(SERVICE, "CreateUserGroup", field);
        let outputs = UserGroupOutputs {
            user_group_id: answer.user_group_id().ok_or_else(|| lacks("UserGroupId"))?.to_owned(),
            arn: answer.arn().ok_or_else(|| lacks("ARN"))?.to_owned(),
        };
        Ok(Observed::ready(desired.clone(), outputs).with_status(status(answer.status())))
    }

    async fn find(
        &self,
        request: &Create<UserGroup>,
    ) -> Result<Option<Observed<UserGroup>>, ExecError> {
        let region = request.place.region;
        let Some(id) = request.desired.user_group_id.as_ref() else { return Ok(None) };
        let mut groups = self.describe(region, Some(id.to_string())).await?;
        let Some(group) = groups.remove(id.as_str()) else { return Ok(None) };
        let mut found = observed(&group)?;
        let tags = tags_of(&self.0.elasticache(region), &found.outputs.arn).await?;
        let owned = request.ownership.owns(&tags);
        found.resource.tags = tags.declared();
        Ok(owned.then_some(found))
    }

    async fn update(&self, request: &Update<UserGroup>) -> Result<Observed<UserGroup>, ExecError> {
        let client = self.0.elasticache(request.place.region);
        let (from, to) = (&request.current, &request.desired);
        retag(&client, &request.outputs.arn, request).await?;
        if !from.is_modified_by(to) {
            return Ok(request.done());
        }
        let (add, remove) = changes(from, to);
        let call = client
            .modify_user_group()
            .user_group_id(&request.identifier)
            .set_user_ids_to_add(some(add))
            .set_user_ids_to_remove(some(remove))
            .set_engine(text(changed(&from.engine, &to.engine)));
        call.send().await.map_err(failed("ModifyUserGroup"))?;
        Ok(request.done().with_status(Status::Pending("modifying".to_owned())))
    }

    async fn delete(&self, request: &Delete<UserGroup>) -> Result<Deletion, ExecError> {
        let client = self.0.elasticache(request.place.region);
        let call = client.delete_user_group().user_group_id(&request.identifier);
        let answer = none_if_gone(call.send().await.map_err(failed("DeleteUserGroup")))?;
        Ok(if answer.is_some() { Deletion::Underway } else { Deletion::Gone })
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::services::elasticache::Engine;

    use super::*;

    #[test]
    fn a_description_is_the_group() {
        let group = types::UserGroup::builder()
            .user_group_id("carts")
            .arn("arn:aws:elasticache:us-east-1:1:usergroup:carts")
            .engine("valkey")
            .status("creating")
            .user_ids("app")
            .build();
        let found = observed(&group).unwrap();
        assert_eq!(found.status, Status::Pending("creating".to_owned()));
        assert_eq!(ids(&found.resource.users), ["app"]);
        assert!(observed(&types::UserGroup::builder().build()).is_err());
    }

    #[test]
    fn users_come_and_go() {
        let group = |users: [&str; 2]| {
            let users = users.map(Ref::<User>::existing);
            UserGroup::builder().engine(Engine::Valkey).users(users).build()
        };
        let (add, remove) = changes(&group(["a", "b"]), &group(["b", "c"]));
        assert_eq!((add, remove), (vec!["c".to_owned()], vec!["a".to_owned()]));
    }
}
