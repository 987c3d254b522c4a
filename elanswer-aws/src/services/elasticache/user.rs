//! `AWS::ElastiCache::User` over the SDK.
//!
//! <https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateUser.html>.
//! `DescribeUsers` describes one user by id, or all of them. The tags of each take a
//! `ListTagsForResource`.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_elasticache::types::{self, AuthenticationType, InputAuthenticationType};
use elanswer_core::{
    Handler, Place, Region,
    executor::{Deletion, ExecError, Status},
    handler::{Create, Delete, Observed, Update},
    services::elasticache::{AuthenticationMode, User, UserOutputs},
};

use super::{SERVICE, changed, failed, none_if_gone, only, retag, status, tags_of, text, to_sdk};
use crate::{clients::Clients, error::missing};

/// Handles users over the SDK.
#[derive(Debug)]
pub struct UserHandler(Clients);

impl From<Clients> for UserHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

/// A described user; its tags are none until they are read.
fn observed(user: &types::User) -> Result<Observed<User>, ExecError> {
    let lacks = |field| missing(SERVICE, "DescribeUsers", field);
    let user_id = user.user_id().ok_or_else(|| lacks("UserId"))?;
    let arn = user.arn().ok_or_else(|| lacks("ARN"))?;
    let engine = user.engine().and_then(|engine| engine.parse().ok());
    let access = user.access_string().and_then(|access| access.parse().ok());
    let mode = user.authentication().and_then(types::Authentication::r#type);
    let mode = match mode.map(AuthenticationType::as_str) {
        Some("iam") => Some(AuthenticationMode::Iam),
        // The second is what a request says.
        Some("no-password" | "no-password-required") => {
            Some(AuthenticationMode::NoPasswordRequired)
        }
        Some(_) => return Err(lacks("Authentication.Type that elanswer knows")),
        None => None,
    };
    let resource = User::builder()
        .user_id(user_id.parse().map_err(|_| lacks("valid UserId"))?)
        .maybe_user_name(user.user_name().and_then(|name| name.parse().ok()))
        .engine(engine.ok_or_else(|| lacks("Engine that elanswer knows"))?)
        .access_string(access.ok_or_else(|| lacks("AccessString that elanswer knows"))?)
        .maybe_authentication_mode(mode)
        .build();
    let outputs = UserOutputs { user_id: user_id.to_owned(), arn: arn.to_owned() };
    Ok(Observed::ready(resource, outputs)
        .with_status(status(user.status()))
        .unread_unless("AuthenticationMode", mode.is_some()))
}

fn authentication(mode: AuthenticationMode) -> types::AuthenticationMode {
    let mode = match mode {
        AuthenticationMode::NoPasswordRequired => InputAuthenticationType::NoPassword,
        _ => InputAuthenticationType::Iam,
    };
    types::AuthenticationMode::builder().r#type(mode).build()
}

impl UserHandler {
    /// Describes the user `id`, or every user.
    async fn describe(
        &self,
        region: Region,
        id: Option<String>,
    ) -> Result<BTreeMap<String, types::User>, ExecError> {
        let call = self.0.elasticache(region).describe_users().set_user_id(id);
        let users = call.into_paginator().items().send().try_collect().await;
        let users = none_if_gone(users.map_err(failed("DescribeUsers")))?.unwrap_or_default();
        let named = users.into_iter().filter_map(|user| Some((user.user_id()?.to_owned(), user)));
        Ok(named.collect())
    }

    async fn tagged(
        &self,
        region: Region,
        user: &types::User,
    ) -> Result<Observed<User>, ExecError> {
        let mut observed = observed(user)?;
        let tags = tags_of(&self.0.elasticache(region), &observed.outputs.arn).await?;
        observed.resource.tags = tags.declared();
        Ok(observed)
    }
}

#[async_trait]
impl Handler<User> for UserHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<User>>, ExecError>> {
        let users = match self.describe(place.region, only(identifiers)).await {
            Ok(users) => users,
            Err(error) => return identifiers.iter().map(|_| Err(error.clone())).collect(),
        };
        let mut answers = Vec::with_capacity(identifiers.len());
        for identifier in identifiers {
            answers.push(match users.get(identifier) {
                Some(user) => self.tagged(place.region, user).await.map(Some),
                None => Ok(None),
            });
        }
        answers
    }

    async fn create(&self, request: &Create<User>) -> Result<Observed<User>, ExecError> {
        let desired = &request.desired;
        let id = text(desired.user_id.as_ref());
        let answer = self
            .0
            .elasticache(request.place.region)
            .create_user()
            .set_user_name(text(desired.user_name.as_ref()).or_else(|| id.clone()))
            .set_user_id(id)
            .engine(desired.engine.as_str())
            .access_string(desired.access_string.as_str())
            .authentication_mode(authentication(desired.authentication_mode))
            .set_tags(Some(to_sdk(&request.tags())))
            .send()
            .await
            .map_err(failed("CreateUser"))?;
        let lacks = |field| missing(SERVICE, "CreateUser", field);
        let outputs = UserOutputs {
            user_id: answer.user_id().ok_or_else(|| lacks("UserId"))?.to_owned(),
            arn: answer.arn().ok_or_else(|| lacks("ARN"))?.to_owned(),
        };
        let mut resource = desired.clone();
        resource.user_name = answer.user_name().and_then(|name| name.parse().ok());
        Ok(Observed::ready(resource, outputs).with_status(status(answer.status())))
    }

    async fn find(&self, request: &Create<User>) -> Result<Option<Observed<User>>, ExecError> {
        let region = request.place.region;
        let Some(id) = request.desired.user_id.as_ref() else { return Ok(None) };
        let mut users = self.describe(region, Some(id.to_string())).await?;
        let Some(user) = users.remove(id.as_str()) else { return Ok(None) };
        let Some(arn) = user.arn() else { return Ok(None) };
        let tags = tags_of(&self.0.elasticache(region), arn).await?;
        if !request.ownership.owns(&tags) {
            return Ok(None);
        }
        let mut found = observed(&user)?;
        found.resource.tags = tags.declared();
        Ok(Some(found))
    }

    async fn update(&self, request: &Update<User>) -> Result<Observed<User>, ExecError> {
        let client = self.0.elasticache(request.place.region);
        let (from, to) = (&request.current, &request.desired);
        retag(&client, &request.outputs.arn, request).await?;
        if !from.is_modified_by(to) {
            return Ok(request.done());
        }
        let mode = changed(&from.authentication_mode, &to.authentication_mode);
        let engine = changed(&from.engine, &to.engine);
        let access = changed(&from.access_string, &to.access_string);
        let call = client
            .modify_user()
            .user_id(&request.identifier)
            .set_access_string(text(access))
            .set_authentication_mode(mode.map(|mode| authentication(*mode)))
            .set_engine(text(engine));
        call.send().await.map_err(failed("ModifyUser"))?;
        Ok(request.done().with_status(Status::Pending("modifying".to_owned())))
    }

    async fn delete(&self, request: &Delete<User>) -> Result<Deletion, ExecError> {
        let client = self.0.elasticache(request.place.region);
        let call = client.delete_user().user_id(&request.identifier);
        let answer = none_if_gone(call.send().await.map_err(failed("DeleteUser")))?;
        Ok(if answer.is_some() { Deletion::Underway } else { Deletion::Gone })
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::services::elasticache::Engine;

    use super::*;

    #[test]
    fn a_description_is_the_user() {
        let user = |mode| {
            types::User::builder()
                .user_id("app")
                .user_name("app")
                .arn("arn:aws:elasticache:us-east-1:1:user:app")
                .engine("REDIS")
                .status("modifying")
                .access_string("on ~app:* -@all +@read")
                .authentication(types::Authentication::builder().r#type(mode).build())
                .build()
        };
        let found = observed(&user(AuthenticationType::Iam)).unwrap();
        assert_eq!(found.status, Status::Pending("modifying".to_owned()));
        assert_eq!(found.resource.engine, Engine::Redis);
        assert_eq!(found.resource.access_string, "on ~app:* +@read".parse().unwrap());
        assert_eq!(found.resource.authentication_mode, AuthenticationMode::Iam);
        assert!(observed(&user(AuthenticationType::Password)).is_err());
    }
}
