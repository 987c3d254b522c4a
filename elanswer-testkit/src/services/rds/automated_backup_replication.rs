//! `Elanswer::RDS::AutomatedBackupReplication` in memory: backups that are copied to another Region.
//!
//! Rules: <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReplicateBackups.html>,
//! <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_StartDBInstanceAutomatedBackupsReplication.html>,
//! <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_StopDBInstanceAutomatedBackupsReplication.html>.
//! Not modelled: the contents of backups, copies that stay after the replication has ended, which
//! Regions copy to which, whether KMS keys exist.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Input, Place, Region,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::{
        kms::KeyArn,
        rds::{AutomatedBackupReplication, AutomatedBackupReplicationOutputs, DbInstance},
    },
};

use super::{TAGGING, db_instance::is_available};
use crate::{
    api::Api,
    world::{AwsError, World, arn},
};

/// Handles replications in memory.
#[derive(Debug)]
pub struct AutomatedBackupReplicationHandler(Api);

impl From<Api> for AutomatedBackupReplicationHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

/// Until the first backup is copied.
const COPYING: Duration = Duration::from_secs(180);

/// The Region and the name in the ARN of an instance.
fn source(arn: &str) -> Option<(Region, &str)> {
    let mut parts = arn.split(':').skip(3);
    let (region, _account, kind, name) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    Some((region.parse().ok()?, name)).filter(|_| kind == "db")
}

fn check(
    world: &World,
    place: &Place,
    desired: &AutomatedBackupReplication,
) -> Result<DbInstance, AwsError> {
    let invalid = |why: &str| AwsError::invalid("InvalidParameterValue", why);
    let arn = desired.source_db_instance_arn.known().map(String::as_str).unwrap_or_default();
    let (region, name) = source(arn).ok_or_else(|| invalid("SourceDBInstanceArn is malformed"))?;
    if region == place.region {
        return Err(invalid("The source DB instance must be in another Region"));
    }
    let there = Place { region, ..place.clone() };
    let instance = world.require::<DbInstance>(&there, name, "DBInstanceNotFound")?;
    is_available(name, &instance.status(world.now()))?;
    let instance = instance.resource.clone();
    if instance.backup_retention_period.is_none_or(|period| period.get() == 0) {
        return Err(AwsError::invalid(
            "InvalidDBInstanceState",
            "Automated backups are not enabled for this database instance.",
        ));
    }
    let key = desired.kms_key_id.as_ref().and_then(Input::known).map(KeyArn::as_str);
    let of_key = key.and_then(|key| key.split(':').nth(3));
    if of_key.is_some_and(|region| region != place.region.as_str()) {
        return Err(AwsError::invalid(
            "KMSKeyNotAccessibleFault",
            "The specified KMS key does not exist, is not enabled or you do not have permissions to access it.",
        ));
    }
    Ok(instance)
}

fn start(
    world: &mut World,
    request: &Create<AutomatedBackupReplication>,
) -> Result<Observed<AutomatedBackupReplication>, AwsError> {
    let (place, desired) = (&request.place, &request.desired);
    let instance = check(world, place, desired)?;
    let source = &desired.source_db_instance_arn;
    let is_copied = world
        .everywhere::<AutomatedBackupReplication>()
        .any(|(_, _, object)| object.resource.source_db_instance_arn == *source);
    if is_copied {
        return Err(AwsError::conflict(
            "InvalidDBInstanceAutomatedBackupState",
            "The automated backups of the DB instance are replicated already",
        ));
    }
    let used = world.all::<AutomatedBackupReplication>(place).count();
    let code = "DBInstanceAutomatedBackupQuotaExceeded";
    world.quotas.check("replicated automated backups", 20, used, code)?;
    let id = world.new_hex(26);
    let outputs = AutomatedBackupReplicationOutputs {
        db_instance_automated_backups_arn: arn(place, "rds", &format!("auto-backup:ab-{id}")),
    };
    let mut made = request.clone();
    if made.desired.kms_key_id.is_none() && instance.storage_encrypted == Some(true) {
        let key = KeyArn::new(arn(place, "kms", "key/aws-rds")).ok();
        made.desired.kms_key_id = key.map(Input::Literal);
    }
    world.insert(&made, outputs, "pending", COPYING)
}

#[async_trait]
impl Handler<AutomatedBackupReplication> for AutomatedBackupReplicationHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<AutomatedBackupReplication>>, ExecError>> {
        self.0.read("rds", "DescribeDBInstanceAutomatedBackups", place, identifiers).await
    }

    async fn create(
        &self,
        request: &Create<AutomatedBackupReplication>,
    ) -> Result<Observed<AutomatedBackupReplication>, ExecError> {
        let operation = "StartDBInstanceAutomatedBackupsReplication";
        self.0.call("rds", operation, &request.place, |world| start(world, request)).await
    }

    async fn find(
        &self,
        request: &Create<AutomatedBackupReplication>,
    ) -> Result<Option<Observed<AutomatedBackupReplication>>, ExecError> {
        self.0.find_owned("rds", "DescribeDBInstanceAutomatedBackups", request).await
    }

    async fn update(
        &self,
        request: &Update<AutomatedBackupReplication>,
    ) -> Result<Observed<AutomatedBackupReplication>, ExecError> {
        self.0.retag("rds", TAGGING, request).await?;
        Ok(self.0.after(request))
    }

    async fn delete(
        &self,
        request: &Delete<AutomatedBackupReplication>,
    ) -> Result<Deletion, ExecError> {
        let (place, arn) = (&request.place, &request.identifier);
        self.0
            .call("rds", "StopDBInstanceAutomatedBackupsReplication", place, |world| {
                world.remove::<AutomatedBackupReplication>(place, arn, Duration::ZERO);
                Ok(())
            })
            .await?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::{
        Executor,
        executor::{CreateRequest, ErrorKind},
        services::rds::BackupRetentionPeriod,
    };

    use super::{
        super::tests::{Account, request},
        *,
    };

    const ARN: &str = "arn:aws:rds:us-east-1:123456789012:db:orders";

    async fn start_in(account: &Account, region: Region) -> Result<(), ExecError> {
        let it = AutomatedBackupReplication::builder(ARN).build();
        let request = CreateRequest { place: Place::new(region), ..request(&it) };
        account.aws.create(&[request]).await.remove(0).map(drop)
    }

    #[tokio::test(start_paused = true)]
    async fn backups_that_there_are_go_to_one_other_region() {
        let account = Account::with_groups().await;
        let code = |result: Result<(), ExecError>| result.unwrap_err().code().unwrap().to_owned();
        assert_eq!(code(start_in(&account, Region::UsWest2).await), "DBInstanceNotFound");
        account.with_source().await;
        assert_eq!(code(start_in(&account, Region::UsEast1).await), "InvalidParameterValue");
        let off = |db: &mut DbInstance| {
            db.backup_retention_period = Some(BackupRetentionPeriod::days::<0>());
        };
        account.update("orders", off).await.unwrap();
        tokio::time::sleep(Duration::from_secs(60)).await;
        assert_eq!(code(start_in(&account, Region::UsWest2).await), "InvalidDBInstanceState");
        let on = |db: &mut DbInstance| {
            db.backup_retention_period = Some(BackupRetentionPeriod::days::<1>());
        };
        account.update("orders", on).await.unwrap();
        tokio::time::sleep(Duration::from_secs(60)).await;
        start_in(&account, Region::UsWest2).await.unwrap();
        let error = start_in(&account, Region::EuWest1).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Conflict);
    }
}
