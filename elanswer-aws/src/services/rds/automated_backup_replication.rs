//! `Elanswer::RDS::AutomatedBackupReplication` over the SDK.
//!
//! <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_StartDBInstanceAutomatedBackupsReplication.html>.
//! Every call goes to the Region that gets the copies.

use async_trait::async_trait;
use aws_sdk_rds::{
    operation::start_db_instance_automated_backups_replication::builders::StartDbInstanceAutomatedBackupsReplicationInputBuilder,
    types,
};
use elanswer_core::{
    Handler, Input, Place, Region, Tags,
    executor::{Deletion, ExecError, Status},
    handler::{Create, Delete, Observed, Update},
    services::{
        kms::KeyArn,
        rds::{AutomatedBackupReplication, AutomatedBackupReplicationOutputs, CopyRetentionPeriod},
    },
};

use super::{SERVICE, failed, from_sdk, retag, to_sdk};
use crate::{
    clients::Clients,
    error::{gone_is_fine, missing, none_if_gone},
};

/// Handles replications over the SDK.
#[derive(Debug)]
pub struct AutomatedBackupReplicationHandler(Clients);

impl From<Clients> for AutomatedBackupReplicationHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

/// The copies as described. Those that only stay until their retention is over count as gone.
fn observed(
    backup: &types::DbInstanceAutomatedBackup,
) -> Result<Option<Observed<AutomatedBackupReplication>>, ExecError> {
    let lacks = |field| missing(SERVICE, "DescribeDBInstanceAutomatedBackups", field);
    // AWS writes it in small letters and in capitals.
    let status = match backup.status().map(str::to_lowercase).as_deref() {
        Some("retained") => return Ok(None),
        Some("active" | "replicating") | None => Status::Ready,
        Some(status) => Status::Pending(status.to_owned()),
    };
    let arn = backup.db_instance_automated_backups_arn();
    let arn = arn.ok_or_else(|| lacks("DBInstanceAutomatedBackupsArn"))?;
    let source = backup.db_instance_arn().ok_or_else(|| lacks("DBInstanceArn"))?;
    let days = backup.backup_retention_period().and_then(|days| days.try_into().ok());
    let days = days.and_then(|days: u32| CopyRetentionPeriod::new(days).ok());
    let key = backup.kms_key_id().and_then(|key| key.parse::<KeyArn>().ok());
    let resource = AutomatedBackupReplication::builder(source)
        .backup_retention_period(days.ok_or_else(|| lacks("BackupRetentionPeriod"))?)
        .maybe_kms_key_id(key.map(Input::Literal))
        .tags(from_sdk(backup.tag_list()).declared())
        .build();
    let outputs =
        AutomatedBackupReplicationOutputs { db_instance_automated_backups_arn: arn.to_owned() };
    Ok(Some(Observed::ready(resource, outputs).with_status(status)))
}

/// Whether nothing was copied any more. The code alone also says that the database is busy.
fn is_over(error: &ExecError) -> bool {
    error.code() == Some("InvalidDBInstanceState") && error.message().contains("not replicating")
}

fn start(
    desired: &AutomatedBackupReplication,
    tags: &Tags,
) -> StartDbInstanceAutomatedBackupsReplicationInputBuilder {
    let days = desired.backup_retention_period.get().try_into().unwrap_or(i32::MAX);
    let key = desired.kms_key_id.as_ref().and_then(Input::known);
    StartDbInstanceAutomatedBackupsReplicationInputBuilder::default()
        .set_source_db_instance_arn(desired.source_db_instance_arn.known().cloned())
        .backup_retention_period(days)
        .set_kms_key_id(key.map(ToString::to_string))
        .set_tags(Some(to_sdk(tags)))
}

impl AutomatedBackupReplicationHandler {
    /// The backups of this ARN, or all in the Region.
    async fn describe(
        &self,
        region: Region,
        arn: Option<String>,
    ) -> Result<Vec<types::DbInstanceAutomatedBackup>, ExecError> {
        let call = self.0.rds(region).describe_db_instance_automated_backups();
        let call = call.set_db_instance_automated_backups_arn(arn);
        let backups = call.into_paginator().items().send().try_collect().await;
        let backups = backups.map_err(failed("DescribeDBInstanceAutomatedBackups"));
        Ok(none_if_gone(backups)?.unwrap_or_default())
    }
}

#[async_trait]
impl Handler<AutomatedBackupReplication> for AutomatedBackupReplicationHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<AutomatedBackupReplication>>, ExecError>> {
        let only = match identifiers {
            [only] => Some(only.clone()),
            _ => None,
        };
        let backups = match self.describe(place.region, only).await {
            Ok(backups) => backups,
            Err(error) => return identifiers.iter().map(|_| Err(error.clone())).collect(),
        };
        let look = |identifier: &String| {
            let arn = Some(identifier.as_str());
            let backup = backups.iter().find(|it| it.db_instance_automated_backups_arn() == arn);
            backup.map_or(Ok(None), observed)
        };
        identifiers.iter().map(look).collect()
    }

    async fn create(
        &self,
        request: &Create<AutomatedBackupReplication>,
    ) -> Result<Observed<AutomatedBackupReplication>, ExecError> {
        let client = self.0.rds(request.place.region);
        let operation = "StartDBInstanceAutomatedBackupsReplication";
        let call = start(&request.desired, &request.tags());
        let answer = call.send_with(&client).await.map_err(failed(operation))?;
        let lacks = || missing(SERVICE, operation, "DBInstanceAutomatedBackup");
        let backup = answer.db_instance_automated_backup().ok_or_else(lacks)?;
        let arn = backup.db_instance_automated_backups_arn().unwrap_or_default();
        let made = observed(backup).and_then(|made| made.ok_or_else(lacks));
        made.map_err(|error| error.with_identifier(arn))
    }

    async fn find(
        &self,
        request: &Create<AutomatedBackupReplication>,
    ) -> Result<Option<Observed<AutomatedBackupReplication>>, ExecError> {
        let backups = self.describe(request.place.region, None).await?;
        let owned = |it: &&types::DbInstanceAutomatedBackup| {
            request.ownership.owns(&from_sdk(it.tag_list()))
        };
        let mut found = backups.iter().filter(owned).filter_map(|it| observed(it).transpose());
        found.next().transpose()
    }

    /// Only tags change in place.
    async fn update(
        &self,
        request: &Update<AutomatedBackupReplication>,
    ) -> Result<Observed<AutomatedBackupReplication>, ExecError> {
        let client = self.0.rds(request.place.region);
        retag(&client, &request.identifier, request).await?;
        Ok(request.done())
    }

    async fn delete(
        &self,
        request: &Delete<AutomatedBackupReplication>,
    ) -> Result<Deletion, ExecError> {
        let client = self.0.rds(request.place.region);
        let source = request.current.source_db_instance_arn.known().cloned();
        let call = client.stop_db_instance_automated_backups_replication();
        let stopped = call.set_source_db_instance_arn(source).send().await;
        match stopped.map_err(failed("StopDBInstanceAutomatedBackupsReplication")) {
            Err(error) if is_over(&error) => Ok(Deletion::Gone),
            stopped => gone_is_fine(stopped).map(|()| Deletion::Gone),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "arn:aws:rds:us-east-1:1:db:orders";

    #[test]
    fn a_start_says_what_is_copied_and_for_how_long() {
        let key = KeyArn::literal("arn:aws:kms:us-west-2:1:key/k");
        let it = AutomatedBackupReplication::builder(SOURCE).kms_key_id(key).build();
        let call = start(&it, &Tags::new().with("a", "b")).build().unwrap();
        assert_eq!(call.source_db_instance_arn(), Some(SOURCE));
        assert_eq!(call.backup_retention_period(), Some(7));
        assert_eq!(call.kms_key_id(), Some("arn:aws:kms:us-west-2:1:key/k"));
        assert_eq!(call.tags().len(), 1);
    }

    #[test]
    fn copies_that_only_stay_are_gone() {
        let described = |status: &str| {
            types::DbInstanceAutomatedBackup::builder()
                .db_instance_automated_backups_arn("arn:aws:rds:us-west-2:1:auto-backup:ab-1")
                .db_instance_arn(SOURCE)
                .backup_retention_period(7)
                .status(status)
                .build()
        };
        let it = observed(&described("active")).unwrap().unwrap();
        assert_eq!(it.resource, AutomatedBackupReplication::builder(SOURCE).build());
        for ready in ["replicating", "REPLICATING"] {
            let it = observed(&described(ready)).unwrap().unwrap();
            assert_eq!(it.status, Status::Ready, "{ready}");
        }
        let it = observed(&described("pending")).unwrap().unwrap();
        assert_eq!(it.status, Status::Pending("pending".to_owned()));
        assert!(observed(&described("retained")).unwrap().is_none());
    }
}
