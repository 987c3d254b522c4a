//! `AWS::CodeConnections::Connection` over the SDK.
//!
//! <https://docs.aws.amazon.com/codeconnections/latest/APIReference/API_CreateConnection.html>. The
//! tags are in no answer but that of `ListTagsForResource`.

use async_trait::async_trait;
use aws_sdk_codeconnections::{Client, types};
use elanswer_core::{
    Handler, Place, Tags,
    executor::{Deletion, ErrorKind, ExecError, Tagged},
    handler::{Create, Delete, Observed, Update},
    services::codeconnections::{
        Connection, ConnectionArn, ConnectionName, ConnectionOutputs, ConnectionStatus,
        ProviderType,
    },
};

use super::{SERVICE, failed};
use crate::{
    clients::Clients,
    error::{gone_is_fine, missing, none_if_gone},
};

/// Handles connections over the SDK.
#[derive(Debug)]
pub struct ConnectionHandler(Clients);

impl From<Clients> for ConnectionHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

/// What the answers say of a connection.
fn observed(connection: &types::Connection, tags: Tags) -> Result<Observed<Connection>, ExecError> {
    let lacks = |field| missing(SERVICE, "GetConnection", field);
    let name = connection.connection_name().and_then(|name| ConnectionName::new(name).ok());
    let provider_type = match connection.provider_type() {
        Some(types::ProviderType::Github) => ProviderType::GitHub,
        _ => return Err(lacks("ProviderType that is known")),
    };
    let connection_status = match connection.connection_status() {
        Some(types::ConnectionStatus::Available) => ConnectionStatus::Available,
        Some(types::ConnectionStatus::Error) => ConnectionStatus::Error,
        Some(types::ConnectionStatus::Pending) => ConnectionStatus::Pending,
        _ => return Err(lacks("ConnectionStatus that is known")),
    };
    let resource = Connection::builder()
        .connection_name(name.ok_or_else(|| lacks("ConnectionName"))?)
        .provider_type(provider_type)
        .tags(tags.declared())
        .build();
    let arn = connection.connection_arn().and_then(|arn| ConnectionArn::new(arn).ok());
    let connection_arn = arn.ok_or_else(|| lacks("ConnectionArn"))?;
    Ok(Observed::ready(resource, ConnectionOutputs { connection_arn, connection_status }))
}

fn provider(it: ProviderType) -> types::ProviderType {
    types::ProviderType::from(it.as_str())
}

fn to_sdk(tags: &Tags) -> Result<Vec<types::Tag>, ExecError> {
    let tag = |(key, value)| types::Tag::builder().key(key).value(value).build();
    let tags: Result<Vec<_>, _> = tags.iter().map(tag).collect();
    tags.map_err(|error| ExecError::new(ErrorKind::Internal, error.to_string()))
}

impl ConnectionHandler {
    /// All tags of a connection; `None` when it is gone.
    async fn tags(client: &Client, arn: &str) -> Result<Option<Tags>, ExecError> {
        let answer = client.list_tags_for_resource().resource_arn(arn).send().await;
        let answer = none_if_gone(answer.map_err(failed("ListTagsForResource")))?;
        let pairs = |tags: &[types::Tag]| tags.iter().map(|tag| (tag.key(), tag.value())).collect();
        Ok(answer.map(|answer| pairs(answer.tags())))
    }

    async fn look(client: &Client, arn: &str) -> Result<Option<Observed<Connection>>, ExecError> {
        let answer = client.get_connection().connection_arn(arn).send().await;
        let Some(answer) = none_if_gone(answer.map_err(failed("GetConnection")))? else {
            return Ok(None);
        };
        let Some(tags) = Self::tags(client, arn).await? else { return Ok(None) };
        let found = answer.connection();
        let found = found.ok_or_else(|| missing(SERVICE, "GetConnection", "Connection"))?;
        observed(found, tags).map(Some)
    }

    /// The names and ARNs of all connections to hosts that elanswer knows.
    async fn list(client: &Client) -> Result<Vec<(String, String)>, ExecError> {
        let call = client.list_connections().provider_type_filter(types::ProviderType::Github);
        let mut pages = call.into_paginator().send();
        let mut found = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(failed("ListConnections"))?;
            let connections = page.connections.unwrap_or_default().into_iter();
            found.extend(
                connections.filter_map(|it| Some((it.connection_name?, it.connection_arn?))),
            );
        }
        Ok(found)
    }
}

#[async_trait]
impl Handler<Connection> for ConnectionHandler {
    /// AWS shows one connection at a time, and its tags apart.
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<Connection>>, ExecError>> {
        let client = self.0.codeconnections(place.region);
        let mut answers = Vec::with_capacity(identifiers.len());
        for arn in identifiers {
            answers.push(Self::look(&client, arn).await);
        }
        answers
    }

    async fn create(
        &self,
        request: &Create<Connection>,
    ) -> Result<Observed<Connection>, ExecError> {
        let (client, desired) = (self.0.codeconnections(request.place.region), &request.desired);
        let answer = client
            .create_connection()
            .set_connection_name(desired.connection_name.as_ref().map(ToString::to_string))
            .provider_type(provider(desired.provider_type))
            .set_tags(Some(to_sdk(&request.tags())?))
            .send()
            .await
            .map_err(failed("CreateConnection"))?;
        let connection_arn = ConnectionArn::new(answer.connection_arn())
            .map_err(|_| missing(SERVICE, "CreateConnection", "ConnectionArn"))?;
        // Nobody can have completed it yet.
        let outputs =
            ConnectionOutputs { connection_arn, connection_status: ConnectionStatus::Pending };
        Ok(Observed::ready(desired.clone(), outputs))
    }

    async fn find(
        &self,
        request: &Create<Connection>,
    ) -> Result<Option<Observed<Connection>>, ExecError> {
        let client = self.0.codeconnections(request.place.region);
        let Some(name) = &request.desired.connection_name else { return Ok(None) };
        for (found, arn) in Self::list(&client).await? {
            if found != name.as_str() {
                continue;
            }
            let tags = Self::tags(&client, &arn).await?;
            if tags.is_some_and(|tags| request.ownership.owns(&tags)) {
                return Self::look(&client, &arn).await;
            }
        }
        Ok(None)
    }

    /// AWS does not say that it lists connections by their tags: each is asked for its own.
    async fn search(&self, place: &Place, wanted: &Tags) -> Result<Option<Vec<Tagged>>, ExecError> {
        let client = self.0.codeconnections(place.region);
        let mut found = Vec::new();
        for (_, arn) in Self::list(&client).await? {
            let Some(tags) = Self::tags(&client, &arn).await? else { continue };
            if wanted.iter().all(|(key, value)| tags.get(key) == Some(value)) {
                found.push(Tagged { identifier: arn, tags });
            }
        }
        Ok(Some(found))
    }

    async fn update(
        &self,
        request: &Update<Connection>,
    ) -> Result<Observed<Connection>, ExecError> {
        let client = self.0.codeconnections(request.place.region);
        let (arn, (set, remove)) = (&request.identifier, request.tag_changes());
        if !set.is_empty() {
            let call = client.tag_resource().resource_arn(arn).set_tags(Some(to_sdk(&set)?));
            call.send().await.map_err(failed("TagResource"))?;
        }
        if !remove.is_empty() {
            let call = client.untag_resource().resource_arn(arn).set_tag_keys(Some(remove));
            call.send().await.map_err(failed("UntagResource"))?;
        }
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<Connection>) -> Result<Deletion, ExecError> {
        let client = self.0.codeconnections(request.place.region);
        let deleted = client.delete_connection().connection_arn(&request.identifier).send().await;
        gone_is_fine(deleted.map_err(failed("DeleteConnection")))?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        replay,
        scripted::{self, Scripted, refused, replied},
    };

    const ARN: &str = "arn:aws:codeconnections:us-east-1:123456789012:connection/1234";

    fn connection() -> Connection {
        Connection::builder()
            .connection_name(ConnectionName::literal("github"))
            .tags(Tags::new().with("team", "shop"))
            .build()
    }

    /// No server of the tests has the service: these are the answers of AWS's reference.
    #[tokio::test]
    async fn a_life_over_the_wire() {
        let shown = json!({
            "ConnectionName": "github",
            "ConnectionArn": ARN,
            "ProviderType": "GitHub",
            "OwnerAccountId": "123456789012",
            "ConnectionStatus": "AVAILABLE",
        });
        let declared = connection().tags;
        let all = declared.iter().map(|(key, value)| json!({ "Key": key, "Value": value }));
        let ownership = replay::ownership().tags();
        let own = ownership.iter().map(|(key, value)| json!({ "Key": key, "Value": value }));
        let tags = json!({ "Tags": all.chain(own).collect::<Vec<_>>() });
        let gone = || refused("ResourceNotFoundException", "No connection.");
        let script = Scripted::cbor([
            replied(json!({ "ConnectionArn": ARN })),
            replied(json!({ "Connection": shown })),
            replied(tags.clone()),
            replied(json!({ "Connections": [shown] })),
            replied(tags.clone()),
            replied(json!({ "Connection": shown })),
            replied(tags),
            replied(json!({})),
            replied(json!({})),
            replied(json!({})),
            gone(),
            gone(),
        ]);
        let handler = ConnectionHandler::from(script.clients());
        let create = scripted::create(connection());
        let made = handler.create(&create).await.unwrap();
        assert_eq!(made.outputs.connection_status, ConnectionStatus::Pending);
        let ids = [ARN.to_owned()];
        let seen = handler.read(&create.place, &ids).await.remove(0).unwrap().unwrap();
        assert_eq!(seen.resource, connection());
        assert_eq!(seen.outputs.connection_status, ConnectionStatus::Available);
        let found = handler.find(&create).await.unwrap().unwrap();
        assert_eq!(found.outputs.connection_arn.as_str(), ARN);
        let retagged = Connection { tags: Tags::new().with("cost", "1"), ..connection() };
        let update = scripted::update(ARN, connection(), retagged, made.outputs.clone());
        handler.update(&update).await.unwrap();
        let delete = scripted::delete(ARN, connection(), made.outputs);
        assert_eq!(handler.delete(&delete).await.unwrap(), Deletion::Gone);
        assert!(handler.read(&create.place, &ids).await.remove(0).unwrap().is_none());
        assert_eq!(handler.delete(&delete).await.unwrap(), Deletion::Gone);
        script.assert_sent(&[
            ("CreateConnection", "GitHub"),
            ("GetConnection", ARN),
            ("ListTagsForResource", ARN),
            ("ListConnections", "GitHub"),
            ("ListTagsForResource", ARN),
            ("GetConnection", ARN),
            ("ListTagsForResource", ARN),
            ("TagResource", "cost"),
            ("UntagResource", "team"),
            ("DeleteConnection", ARN),
            ("GetConnection", ARN),
            ("DeleteConnection", ARN),
        ]);
    }
}
