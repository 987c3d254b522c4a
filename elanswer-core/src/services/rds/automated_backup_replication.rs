//! `Elanswer::RDS::AutomatedBackupReplication`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::DbInstance;
use crate::{
    bounded::Bounded,
    reference::{Input, Output, Ref},
    resource::{Operation, Resource},
    schema::{Kind, Schema, Timing},
    services::kms::KeyArn,
    tags::Tags,
};

/// Copies of the automated backups of a DB instance in another Region: the database can be restored
/// there, as it was at any second that they cover.
///
/// AWS: [`StartDBInstanceAutomatedBackupsReplication`](https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReplicateBackups.html).
/// It is a resource of the Region that gets the copies. Every change replaces it; the copies that
/// there are stay until their retention is over. Quota: 20 per account.
///
/// CloudFormation has `AutomaticBackupReplicationRegion`, `AutomaticBackupReplicationRetentionPeriod`
/// and `AutomaticBackupReplicationKmsKeyId` at the instance in place of it. Here it is a kind of its
/// own: AWS begins to copy once the instance runs and has a backup, which a create call cannot wait
/// for, while a resource that refers to the instance does; and a failure, a read and a delete in the
/// other Region are told apart from those of the instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct AutomatedBackupReplication {
    /// `SourceDBInstanceArn`: the instance, of another Region, with a retention of a day or more.
    #[builder(start_fn, into)]
    #[serde(rename = "SourceDBInstanceArn")]
    pub source_db_instance_arn: Input<String>,
    /// `BackupRetentionPeriod`: for how many days the copies are kept. AWS's default: 7.
    #[builder(default = CopyRetentionPeriod::of::<7>())]
    pub backup_retention_period: CopyRetentionPeriod,
    /// `KmsKeyId`: the key, of the Region of the copies, that encrypts them when the instance is
    /// encrypted. Unset: AWS's own of that Region.
    #[builder(into)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kms_key_id: Option<Input<KeyArn>>,
    /// `Tags`.
    #[builder(default)]
    #[serde(default)]
    pub tags: Tags,
}

/// For how many days copies of backups are kept: 1 to 35.
pub type CopyRetentionPeriod = Bounded<1, 35>;

/// What AWS decides of a replication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AutomatedBackupReplicationOutputs {
    /// `DBInstanceAutomatedBackupsArn`: what names the copies to AWS.
    #[serde(rename = "DBInstanceAutomatedBackupsArn")]
    pub db_instance_automated_backups_arn: String,
}

impl AutomatedBackupReplication {
    /// The copies of the backups of this instance.
    pub fn of(source: &Ref<DbInstance>) -> AutomatedBackupReplicationBuilder {
        Self::builder(source.arn())
    }
}

impl Ref<AutomatedBackupReplication> {
    /// The ARN of the copies.
    #[must_use]
    pub fn arn(&self) -> Output<String> {
        self.output("DBInstanceAutomatedBackupsArn")
    }
}

impl Resource for AutomatedBackupReplication {
    type Outputs = AutomatedBackupReplicationOutputs;

    const SCHEMA: &'static Schema = &Schema {
        identifier: "DBInstanceAutomatedBackupsArn",
        outputs: &["DBInstanceAutomatedBackupsArn"],
        replaces: &["BackupRetentionPeriod", "KmsKeyId", "SourceDBInstanceArn"],
        computed: &["KmsKeyId"],
        exclusive: &["SourceDBInstanceArn"],
        resource_type: Some("rds:auto-backup"),
        named_by_arn: true,
        api: "rds",
        timing: Timing::seconds(300, 5, 5),
        ..Schema::new(Kind::new("Elanswer::RDS::AutomatedBackupReplication"))
    };

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    /// `StartDBInstanceAutomatedBackupsReplication`, `StopDBInstanceAutomatedBackupsReplication`,
    /// and those of tags.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Update(from, to) => super::tag_calls(&from.tags, &to.tags),
            Operation::Create(_) | Operation::Delete(_) => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::properties_of;

    #[test]
    fn has_the_names_of_the_api() {
        let key = KeyArn::literal("arn:aws:kms:us-west-2:1:key/k");
        let it = AutomatedBackupReplication::builder("arn:aws:rds:us-east-1:1:db:orders")
            .backup_retention_period(CopyRetentionPeriod::of::<30>())
            .kms_key_id(key)
            .build();
        let shape = serde_json::json!({
            "SourceDBInstanceArn": "arn:aws:rds:us-east-1:1:db:orders",
            "BackupRetentionPeriod": 30,
            "KmsKeyId": "arn:aws:kms:us-west-2:1:key/k",
            "Tags": [],
        });
        assert_eq!(serde_json::Value::Object(properties_of(&it)), shape);
        assert_eq!(serde_json::from_value::<AutomatedBackupReplication>(shape).unwrap(), it);
    }
}
