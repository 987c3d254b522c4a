//! `AWS::CodeConnections::Connection` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/codeconnections/latest/APIReference/API_CreateConnection.html>,
//! <https://docs.aws.amazon.com/codeconnections/latest/APIReference/API_GetConnection.html>,
//! <https://docs.aws.amazon.com/dtconsole/latest/userguide/welcome-connections-workflow.html>.
//! Quota: 250 connections per account,
//! <https://docs.aws.amazon.com/dtconsole/latest/userguide/limits-connections.html>.
//! Assumed: the code with which a name is refused that another connection has; AWS writes that names
//! are unique, and not what it answers.
//! Not modelled: what a person does in the console, so that a connection stays pending.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place, Resource, Tags,
    executor::{Deletion, ExecError, Tagged},
    handler::{Create, Delete, Observed, Update},
    services::codeconnections::{
        Connection, ConnectionArn, ConnectionName, ConnectionOutputs, ConnectionStatus,
    },
};

use super::{SERVICE, TAGGING};
use crate::{
    api::Api,
    world::{AwsError, World, arn},
};

/// Handles connections in memory.
#[derive(Debug)]
pub struct ConnectionHandler(Api);

impl From<Api> for ConnectionHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

fn invalid(message: impl Into<String>) -> AwsError {
    AwsError::invalid("InvalidInputException", message)
}

/// `CreateConnection`: it waits for somebody to complete it.
fn create_connection(
    world: &mut World,
    request: &Create<Connection>,
) -> Result<Observed<Connection>, AwsError> {
    let (place, desired) = (&request.place, &request.desired);
    let Some(name) = &desired.connection_name else {
        return Err(invalid("connectionName must not be null"));
    };
    if named(world, place, name).next().is_some() {
        let message = format!("A connection with the name {name} already exists.");
        return Err(AwsError::conflict("ResourceAlreadyExistsException", message));
    }
    let used = world.all::<Connection>(place).count();
    world.quotas.check("connections per account", 250, used, "LimitExceededException")?;
    let id = {
        let hex = world.new_hex(32);
        let part = |from, to| hex.get(from..to).unwrap_or_default();
        [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
    };
    let arn = ConnectionArn::new(arn(place, "codeconnections", &format!("connection/{id}")))
        .map_err(|error| invalid(error.to_string()))?;
    let outputs =
        ConnectionOutputs { connection_arn: arn, connection_status: ConnectionStatus::Pending };
    world.insert(request, outputs, "", Duration::ZERO)
}

/// The ARNs of the connections of this name.
fn named<'a>(
    world: &'a World,
    place: &Place,
    name: &ConnectionName,
) -> impl Iterator<Item = &'a str> {
    let same = |connection: &Connection| connection.connection_name.as_ref() == Some(name);
    world
        .all::<Connection>(place)
        .filter(move |(_, connection)| same(&connection.resource))
        .map(|(arn, _)| arn)
}

impl ConnectionHandler {
    /// `GetConnection`, and `ListTagsForResource` when there is such a connection.
    async fn look(
        &self,
        place: &Place,
        arn: &str,
    ) -> Result<Option<Observed<Connection>>, ExecError> {
        let found =
            self.0.read::<Connection>(SERVICE, "GetConnection", place, &[arn.to_owned()]).await;
        let found = found.into_iter().next().unwrap_or(Ok(None))?;
        if found.is_some() {
            self.tags(place, arn).await?;
        }
        Ok(found)
    }

    async fn tags(&self, place: &Place, arn: &str) -> Result<Tags, ExecError> {
        self.0
            .call(SERVICE, "ListTagsForResource", place, |world| {
                let connection = world.get::<Connection>(place, arn);
                Ok(connection.map(|connection| connection.tags.clone()).unwrap_or_default())
            })
            .await
    }
}

#[async_trait]
impl Handler<Connection> for ConnectionHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<Connection>>, ExecError>> {
        let mut answers = Vec::with_capacity(identifiers.len());
        for arn in identifiers {
            answers.push(self.look(place, arn).await);
        }
        answers
    }

    async fn create(
        &self,
        request: &Create<Connection>,
    ) -> Result<Observed<Connection>, ExecError> {
        self.0
            .call(SERVICE, "CreateConnection", &request.place, |world| {
                create_connection(world, request)
            })
            .await
    }

    async fn find(
        &self,
        request: &Create<Connection>,
    ) -> Result<Option<Observed<Connection>>, ExecError> {
        let (place, desired) = (&request.place, &request.desired);
        let Some(name) = &desired.connection_name else { return Ok(None) };
        let arns = self
            .0
            .call(SERVICE, "ListConnections", place, |world| {
                Ok(named(world, place, name).map(str::to_owned).collect::<Vec<_>>())
            })
            .await?;
        for arn in arns {
            if request.ownership.owns(&self.tags(place, &arn).await?) {
                return self.look(place, &arn).await;
            }
        }
        Ok(None)
    }

    /// Each connection is asked for its tags.
    async fn search(&self, place: &Place, tags: &Tags) -> Result<Option<Vec<Tagged>>, ExecError> {
        let arns = self
            .0
            .call(SERVICE, "ListConnections", place, |world| {
                let all = world.all::<Connection>(place);
                Ok(all.map(|(arn, _)| arn.to_owned()).collect::<Vec<_>>())
            })
            .await?;
        for arn in &arns {
            self.tags(place, arn).await?;
        }
        Ok(Some(self.0.world().tagged(Connection::SCHEMA.kind, place, tags)))
    }

    async fn update(
        &self,
        request: &Update<Connection>,
    ) -> Result<Observed<Connection>, ExecError> {
        self.0.retag(SERVICE, TAGGING, request).await?;
        Ok(self.0.after(request))
    }

    async fn delete(&self, request: &Delete<Connection>) -> Result<Deletion, ExecError> {
        self.0
            .call(SERVICE, "DeleteConnection", &request.place, |world| {
                world.remove::<Connection>(&request.place, &request.identifier, Duration::ZERO);
                Ok(())
            })
            .await?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::{Architecture, Region, operations, state::MemoryStore};

    use super::*;
    use crate::MockAws;

    fn connected(names: &[&str]) -> Architecture {
        let mut arch = Architecture::new("shop", Region::UsEast1);
        for (index, name) in names.iter().enumerate() {
            let name = ConnectionName::new(*name).unwrap();
            let connection = Connection::builder().connection_name(name).build();
            arch.resource(&format!("connection-{index}"), connection);
        }
        arch
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_waits_for_a_person() {
        let aws = MockAws::new();
        let report = elanswer_core::apply(&connected(&["github"]), &aws).await.unwrap();
        assert_eq!(report.failed(), 0, "{report}");
        let made = aws.objects::<Connection>();
        assert_eq!(made.len(), 1);
        assert_eq!(made[0].outputs.connection_status, ConnectionStatus::Pending);
    }

    #[tokio::test(start_paused = true)]
    async fn names_are_unique() {
        let target = (MockAws::new(), MemoryStore::new());
        let twice = connected(&["github", "github"]);
        let report = operations::apply(&twice, &target).unchecked().await.unwrap();
        assert!(report.to_string().contains("ResourceAlreadyExistsException"), "{report}");
    }
}
