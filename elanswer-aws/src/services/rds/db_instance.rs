//! `AWS::RDS::DBInstance` over the SDK.
//!
//! <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html>,
//! <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstanceReadReplica.html>.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_rds::types::{self, Filter};
use elanswer_core::{
    Handler, Place, Region, Secrets,
    executor::{Deletion, ExecError, Status},
    handler::{Create, Delete, Observed, Update},
    services::rds::DbInstance,
};

use super::{SERVICE, failed, from_sdk, none_if_gone, retag};
use crate::{clients::Clients, error::missing};

mod request;
mod response;

/// How many identifiers one filter takes, and how many instances one page has.
const PAGE: usize = 100;

/// Handles instances over the SDK.
#[derive(Debug)]
pub struct DbInstanceHandler(Clients);

impl From<Clients> for DbInstanceHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

impl DbInstanceHandler {
    /// Describes instances by their identifiers. AWS fails a call by identifier for an unknown one;
    /// a filter answers for those that exist.
    async fn describe(
        &self,
        region: Region,
        identifiers: &[String],
    ) -> Result<BTreeMap<String, types::DbInstance>, ExecError> {
        let filter = Filter::builder().name("db-instance-id");
        let filter = filter.set_values(Some(identifiers.to_vec())).build();
        let call = self.0.rds(region).describe_db_instances().filters(filter);
        let instances = call.into_paginator().items().send().try_collect().await;
        let instances = none_if_gone(instances.map_err(failed("DescribeDBInstances")))?;
        let named = instances.unwrap_or_default().into_iter().filter_map(|instance| {
            let name = instance.db_instance_identifier()?.to_owned();
            Some((name, instance))
        });
        Ok(named.collect())
    }
}

fn password<'a>(instance: &DbInstance, secrets: &'a Secrets) -> Result<Option<&'a str>, ExecError> {
    instance.master_user_password.as_ref().map(|secret| secrets.reveal(secret)).transpose()
}

#[async_trait]
impl Handler<DbInstance> for DbInstanceHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<DbInstance>>, ExecError>> {
        let mut answers = Vec::with_capacity(identifiers.len());
        for page in identifiers.chunks(PAGE) {
            match self.describe(place.region, page).await {
                Ok(found) => {
                    answers.extend(page.iter().map(|identifier| {
                        found.get(identifier).map(response::observed).transpose()
                    }))
                }
                Err(error) => answers.extend(page.iter().map(|_| Err(error.clone()))),
            }
        }
        answers
    }

    async fn create(
        &self,
        request: &Create<DbInstance>,
    ) -> Result<Observed<DbInstance>, ExecError> {
        let client = self.0.rds(request.place.region);
        let desired = &request.desired;
        let made = if desired.is_replica() {
            let call = request::create_replica(desired, &request.tags());
            let answer = call.send_with(&client).await;
            answer.map_err(failed("CreateDBInstanceReadReplica"))?.db_instance
        } else {
            let password = password(desired, &request.secrets)?;
            let call = request::create(desired, password, &request.tags());
            let answer = call.send_with(&client).await;
            answer.map_err(failed("CreateDBInstance"))?.db_instance
        };
        let made = made.ok_or_else(|| missing(SERVICE, "CreateDBInstance", "DBInstance"))?;
        response::observed(&made).map_err(|error| {
            error.with_identifier(made.db_instance_identifier().unwrap_or_default())
        })
    }

    async fn find(
        &self,
        request: &Create<DbInstance>,
    ) -> Result<Option<Observed<DbInstance>>, ExecError> {
        let Some(name) = &request.desired.db_instance_identifier else { return Ok(None) };
        let found = self.describe(request.place.region, &[name.to_string()]).await?;
        let owned =
            |instance: &&types::DbInstance| request.ownership.owns(&from_sdk(instance.tag_list()));
        found.get(name.as_str()).filter(owned).map(response::observed).transpose()
    }

    async fn update(
        &self,
        request: &Update<DbInstance>,
    ) -> Result<Observed<DbInstance>, ExecError> {
        let client = self.0.rds(request.place.region);
        let modified = request.current.is_modified_by(&request.desired);
        if modified {
            let password = password(&request.desired, &request.secrets)?;
            let (current, desired) = (&request.current, &request.desired);
            let call = request::modify(&request.identifier, current, desired, password);
            call.send_with(&client).await.map_err(failed("ModifyDBInstance"))?;
        }
        retag(&client, &request.outputs.db_instance_arn, request).await?;
        let status = if modified { Status::Pending("modifying".to_owned()) } else { Status::Ready };
        Ok(request.done().with_status(status))
    }

    async fn delete(&self, request: &Delete<DbInstance>) -> Result<Deletion, ExecError> {
        let client = self.0.rds(request.place.region);
        let call = request::delete(&request.current, &request.outputs);
        let answer = call.send_with(&client).await.map_err(failed("DeleteDBInstance"));
        match none_if_gone(answer) {
            Ok(Some(_)) => Ok(Deletion::Underway),
            Ok(None) => Ok(Deletion::Gone),
            Err(error) if error.message().contains("already being deleted") => {
                Ok(Deletion::Underway)
            }
            Err(error) => Err(error),
        }
    }
}
