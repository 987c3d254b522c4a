//! `AWS::RDS::DBInstance`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::{
    BackupRetentionPeriod, BackupWindow, DbInstanceClass, DbInstanceIdentifier, DbName,
    DbParameterGroup, DbSubnetGroup, Engine, EngineVersion, Iops, LogExport, MaintenanceWindow,
    MasterUsername, MonitoringInterval, PerformanceInsightsRetentionPeriod, Port, StorageSize,
    StorageType, storage::size_as_text,
};
use crate::{
    Set,
    reference::{Input, Output, Ref},
    region::Zone,
    resource::{Operation, Resource},
    schema::{Kind, NameRule, Schema, Timing},
    secret::SecretRef,
    services::ec2::SecurityGroup,
    services::kms::KeyArn,
    tags::Tags,
};

/// A database server that AWS runs.
///
/// AWS: [`AWS::RDS::DBInstance`](https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html).
/// It takes about ten minutes. Quota: 40 per Region.
///
/// Unless it is given a password, AWS makes one up, keeps it in Secrets Manager and rotates it; see
/// [`Ref::secret_arn`](Ref#method.secret_arn). Changes are applied at once, never left for the
/// maintenance window (`ApplyImmediately`); some of them restart the server.
///
/// [`builder`](Self::builder) makes a server of its own, [`replica_of`](Self::replica_of) a copy of
/// another one that only reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct DbInstance {
    /// `DBInstanceIdentifier`: its name. Unset: elanswer makes one up. Changing it replaces the
    /// instance.
    #[serde(rename = "DBInstanceIdentifier", default, skip_serializing_if = "Option::is_none")]
    pub db_instance_identifier: Option<DbInstanceIdentifier>,
    /// `SourceDBInstanceIdentifier`: the instance, of the same Region, that this one is a read
    /// replica of; [`replica_of`](Self::replica_of) sets it. Changing it replaces the instance:
    /// elanswer makes no replica an instance of its own.
    #[builder(skip)]
    #[serde(
        rename = "SourceDBInstanceIdentifier",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub source_db_instance: Option<Ref<Self>>,
    /// `Engine`. Default: `postgres`.
    #[builder(default = Engine::Postgres)]
    pub engine: Engine,
    /// `EngineVersion`: a major version, or one with its minor version.
    ///
    /// Compared with what was last written, not with what runs: AWS completes a major version, and
    /// upgrades minor ones by itself ([`auto_minor_version_upgrade`](Self::auto_minor_version_upgrade)).
    /// Another major version needs a parameter group of its family in the same change. A replica
    /// has that of its source.
    #[builder(required, with = Some)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engine_version: Option<EngineVersion>,
    /// `DBInstanceClass`: its processors and memory. Changing it restarts the server.
    #[serde(rename = "DBInstanceClass")]
    pub db_instance_class: DbInstanceClass,
    /// `AllocatedStorage`: the size of its storage in GiB. It can grow, not shrink.
    ///
    /// Compared with what was last written: AWS lets it grow by itself up to
    /// [`max_allocated_storage`](Self::max_allocated_storage). A replica has at least as much as its
    /// source; unset: as much.
    #[builder(required, with = Some)]
    #[serde(default, skip_serializing_if = "Option::is_none", with = "size_as_text")]
    pub allocated_storage: Option<StorageSize>,
    /// `MaxAllocatedStorage`: how far AWS may let the storage grow, in GiB. Unset: not at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_allocated_storage: Option<StorageSize>,
    /// `StorageType`. Default: `gp3`.
    #[builder(default = StorageType::Gp3)]
    pub storage_type: StorageType,
    /// `Iops`: the operations per second to provision. Unset: what the type and size come with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iops: Option<Iops>,
    /// `StorageEncrypted`. Default: yes; AWS's own default is no. Changing it replaces the
    /// instance: AWS cannot encrypt in place. A replica is encrypted as its source is.
    #[builder(required, default = Some(true), with = Some)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub storage_encrypted: Option<bool>,
    /// `KmsKeyId`: the key that encrypts the storage. Unset: AWS's own, `aws/rds`. Changing it
    /// replaces the instance. A replica has that of its source.
    #[builder(into)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kms_key_id: Option<Input<KeyArn>>,
    /// `MultiAZ`: whether a standby in another zone takes over when the server fails. AWS's
    /// default: no.
    #[builder(default)]
    #[serde(rename = "MultiAZ")]
    pub multi_az: bool,
    /// `AvailabilityZone`: the zone that it stands in, one of its subnet group. Not with
    /// [`multi_az`](Self::multi_az). Unset: AWS chooses. Changing it replaces the instance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub availability_zone: Option<Zone>,
    /// `DBName`: the database to start with. Unset: `postgres`. Changing it replaces the instance.
    #[serde(rename = "DBName", default, skip_serializing_if = "Option::is_none")]
    pub db_name: Option<DbName>,
    /// `MasterUsername`. Changing it replaces the instance. A replica has that of its source.
    #[builder(required, with = Some)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub master_username: Option<MasterUsername>,
    /// `ManageMasterUserPassword`: whether AWS makes the password up and keeps it in Secrets
    /// Manager. Default: yes. Either this or [`master_user_password`](Self::master_user_password).
    ///
    /// AWS makes no replica of an instance whose password it manages, and a replica has the
    /// password of its source.
    #[builder(required, default = Some(true), with = Some)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manage_master_user_password: Option<bool>,
    /// `MasterUserPassword`: a password of yours, 8 to 128 printable characters without `/`, `"`,
    /// `@` and spaces. Another version of it is set in place. AWS never gives it back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub master_user_password: Option<SecretRef>,
    /// `MasterUserSecret`: how the password is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub master_user_secret: Option<MasterUserSecret>,
    /// `DBSubnetGroupName`: where it stands. Changing it replaces the instance. A replica stands in
    /// that of its source.
    #[builder(required, with = |group: impl Into<Ref<DbSubnetGroup>>| Some(group.into()))]
    #[serde(rename = "DBSubnetGroupName", default, skip_serializing_if = "Option::is_none")]
    pub db_subnet_group: Option<Ref<DbSubnetGroup>>,
    /// `VPCSecurityGroups`: who may reach it. At least one, of the VPC of its subnets.
    #[builder(with = |groups: impl IntoIterator<Item = impl Into<Ref<SecurityGroup>>>| {
        groups.into_iter().map(Into::into).collect()
    })]
    #[serde(rename = "VPCSecurityGroups")]
    pub vpc_security_groups: Set<Ref<SecurityGroup>>,
    /// `DBParameterGroupName`: the settings of the engine. Unset: AWS's defaults; of a replica, that
    /// of its source.
    #[builder(into)]
    #[serde(rename = "DBParameterGroupName", default, skip_serializing_if = "Option::is_none")]
    pub db_parameter_group: Option<Ref<DbParameterGroup>>,
    /// `BackupRetentionPeriod` in days. AWS's default: 1. A source of replicas needs 1 or more; a
    /// replica has no backups of its own.
    #[builder(required, default = Some(BackupRetentionPeriod::days::<1>()), with = Some)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup_retention_period: Option<BackupRetentionPeriod>,
    /// `PreferredBackupWindow`. Unset: AWS chooses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preferred_backup_window: Option<BackupWindow>,
    /// `PreferredMaintenanceWindow`: must not overlap the backup window. Unset: AWS chooses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preferred_maintenance_window: Option<MaintenanceWindow>,
    /// `EnablePerformanceInsights`. AWS's default: no.
    #[builder(default)]
    pub enable_performance_insights: bool,
    /// `PerformanceInsightsRetentionPeriod` in days. Unset: 7.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub performance_insights_retention_period: Option<PerformanceInsightsRetentionPeriod>,
    /// `PerformanceInsightsKMSKeyId`: the key that encrypts its data. Unset: AWS's own.
    #[builder(into)]
    #[serde(
        rename = "PerformanceInsightsKMSKeyId",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub performance_insights_kms_key_id: Option<Input<KeyArn>>,
    /// `MonitoringInterval` of Enhanced Monitoring. AWS's default: off.
    #[builder(default)]
    pub monitoring_interval: MonitoringInterval,
    /// `MonitoringRoleArn`: the role that writes what Enhanced Monitoring reports; it trusts
    /// `monitoring.rds.amazonaws.com`. Needed just when monitoring is on.
    #[builder(into)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub monitoring_role_arn: Option<Input<String>>,
    /// `EnableCloudwatchLogsExports`: the logs to publish. AWS's default: none.
    #[builder(default, with = FromIterator::from_iter)]
    #[serde(default)]
    pub enable_cloudwatch_logs_exports: Set<LogExport>,
    /// `EnableIAMDatabaseAuthentication`: whether users may log in with IAM. AWS's default: no.
    #[builder(default)]
    #[serde(rename = "EnableIAMDatabaseAuthentication")]
    pub enable_iam_database_authentication: bool,
    /// `DeletionProtection`: whether AWS refuses to delete it. AWS's default: no.
    ///
    /// elanswer never turns it off by itself; apply that first, then delete.
    #[builder(default)]
    pub deletion_protection: bool,
    /// `AutoMinorVersionUpgrade`: whether AWS upgrades minor versions in the maintenance window.
    /// AWS's default: yes.
    #[builder(default = true)]
    pub auto_minor_version_upgrade: bool,
    /// `CopyTagsToSnapshot`. AWS's default: no.
    #[builder(default)]
    pub copy_tags_to_snapshot: bool,
    /// `PubliclyAccessible`: whether it gets a public address. Default: no.
    #[builder(default)]
    pub publicly_accessible: bool,
    /// `CACertificateIdentifier`: who signs its certificate. Unset: AWS chooses.
    #[builder(into)]
    #[serde(rename = "CACertificateIdentifier", default, skip_serializing_if = "Option::is_none")]
    pub ca_certificate_identifier: Option<String>,
    /// `Port`. Default: 5432. Changing it restarts the server.
    #[builder(default = engine.default_port())]
    pub port: Port,
    /// `DeleteAutomatedBackups`: whether the automated backups go with the instance. AWS's
    /// default: yes.
    #[builder(default = true)]
    #[serde(default = "yes")]
    pub delete_automated_backups: bool,
    /// `SkipFinalSnapshot`: whether the instance is deleted without a last snapshot. AWS's
    /// default: no. A replica never leaves one: its source has the data.
    ///
    /// It is a parameter of `DeleteDBInstance`; CloudFormation has it as `DeletionPolicy`, not as
    /// a property. elanswer keeps it in the state with what was last written, so that whoever
    /// deletes the instance need not know: apply the change first, then delete.
    #[builder(default)]
    #[serde(default)]
    pub skip_final_snapshot: bool,
    /// `Tags`.
    #[builder(default)]
    #[serde(default)]
    pub tags: Tags,
}

const fn yes() -> bool {
    true
}

/// How Secrets Manager keeps the password of the master user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct MasterUserSecret {
    /// `KmsKeyId`: the key that encrypts the secret. AWS cannot change it while it manages the
    /// password.
    pub kms_key_id: Input<KeyArn>,
}

/// What AWS decides of an instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DbInstanceOutputs {
    /// `DBInstanceIdentifier`: what names the instance to AWS.
    #[serde(rename = "DBInstanceIdentifier")]
    pub db_instance_identifier: String,
    /// `DBInstanceArn`.
    #[serde(rename = "DBInstanceArn")]
    pub db_instance_arn: String,
    /// `DbiResourceId`: names it to IAM and Performance Insights, whatever its identifier.
    #[serde(rename = "DbiResourceId")]
    pub dbi_resource_id: String,
    /// `Endpoint.Address`: its host name, once it runs.
    #[serde(rename = "Endpoint.Address", default, skip_serializing_if = "Option::is_none")]
    pub endpoint_address: Option<String>,
    /// `Endpoint.Port`, once it runs.
    #[serde(rename = "Endpoint.Port", default, skip_serializing_if = "Option::is_none")]
    pub endpoint_port: Option<String>,
    /// `MasterUserSecret.SecretArn`: the secret with the password, when AWS manages it.
    #[serde(
        rename = "MasterUserSecret.SecretArn",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub secret_arn: Option<String>,
}

impl Ref<DbInstance> {
    /// The ARN of the instance.
    #[must_use]
    pub fn arn(&self) -> Output<String> {
        self.output("DBInstanceArn")
    }

    /// `DBInstanceIdentifier`: what names the instance to AWS, and its metrics.
    #[must_use]
    pub fn db_instance_identifier(&self) -> Output<String> {
        self.output("DBInstanceIdentifier")
    }

    /// The host name at which the database answers.
    #[must_use]
    pub fn endpoint_address(&self) -> Output<String> {
        self.output("Endpoint.Address")
    }

    /// The port at which the database answers, as text.
    #[must_use]
    pub fn endpoint_port(&self) -> Output<String> {
        self.output("Endpoint.Port")
    }

    /// The ARN of the secret with the name and password of the master user.
    #[must_use]
    pub fn secret_arn(&self) -> Output<String> {
        self.output("MasterUserSecret.SecretArn")
    }
}

impl DbInstance {
    /// Whether it is a read replica of another instance.
    #[must_use]
    pub const fn is_replica(&self) -> bool {
        self.source_db_instance.is_some()
    }

    /// Whether AWS makes the password of the master user up, and keeps it in Secrets Manager.
    #[must_use]
    pub fn manages_password(&self) -> bool {
        self.manage_master_user_password == Some(true)
    }

    /// `to`, with what it leaves to AWS as it is in `self`.
    #[must_use]
    pub fn completing(&self, to: &Self) -> Self {
        fn or<T: Clone>(to: &Option<T>, from: &Option<T>) -> Option<T> {
            to.clone().or_else(|| from.clone())
        }
        Self {
            db_instance_identifier: or(&to.db_instance_identifier, &self.db_instance_identifier),
            allocated_storage: or(&to.allocated_storage, &self.allocated_storage),
            availability_zone: or(&to.availability_zone, &self.availability_zone),
            iops: or(&to.iops, &self.iops),
            kms_key_id: or(&to.kms_key_id, &self.kms_key_id),
            db_name: or(&to.db_name, &self.db_name),
            master_user_secret: or(&to.master_user_secret, &self.master_user_secret),
            db_parameter_group: or(&to.db_parameter_group, &self.db_parameter_group),
            preferred_backup_window: or(&to.preferred_backup_window, &self.preferred_backup_window),
            preferred_maintenance_window: or(
                &to.preferred_maintenance_window,
                &self.preferred_maintenance_window,
            ),
            performance_insights_retention_period: or(
                &to.performance_insights_retention_period,
                &self.performance_insights_retention_period,
            ),
            performance_insights_kms_key_id: or(
                &to.performance_insights_kms_key_id,
                &self.performance_insights_kms_key_id,
            ),
            ca_certificate_identifier: or(
                &to.ca_certificate_identifier,
                &self.ca_certificate_identifier,
            ),
            ..to.clone()
        }
    }

    /// The name of the snapshot that deleting this instance leaves behind, unless it leaves none.
    ///
    /// No other instance has the same, nor does a later one of the same identifier.
    #[must_use]
    pub fn final_snapshot(&self, outputs: &DbInstanceOutputs) -> Option<String> {
        let DbInstanceOutputs { db_instance_identifier, dbi_resource_id, .. } = outputs;
        let unique = dbi_resource_id.to_ascii_lowercase();
        let leaves = !self.skip_final_snapshot && !self.is_replica();
        leaves.then(|| format!("{db_instance_identifier}-final-{unique}"))
    }

    /// Whether `ModifyDBInstance` must be called to come from `self` to `to`.
    ///
    /// Tags have calls of their own, and what only matters to a delete needs none.
    #[must_use]
    pub fn is_modified_by(&self, to: &Self) -> bool {
        let changed = Self {
            tags: self.tags.clone(),
            delete_automated_backups: self.delete_automated_backups,
            skip_final_snapshot: self.skip_final_snapshot,
            ..self.completing(to)
        };
        changed != *self
    }
}

impl Resource for DbInstance {
    type Outputs = DbInstanceOutputs;

    const SCHEMA: &'static Schema = &Schema {
        identifier: "DBInstanceIdentifier",
        // CloudFormation also gives out states, dates and what others did to the instance, which
        // change without a plan. The identifier is not among its outputs: there it is `Ref`.
        outputs: &[
            "DBInstanceIdentifier",
            "DBInstanceArn",
            "DbiResourceId",
            "Endpoint.Address",
            "Endpoint.Port",
            "MasterUserSecret.SecretArn",
        ],
        replaces: &[
            "AvailabilityZone",
            "DBInstanceIdentifier",
            "DBName",
            "DBSubnetGroupName",
            "KmsKeyId",
            "MasterUsername",
            "SourceDBInstanceIdentifier",
            "StorageEncrypted",
        ],
        // AWS changes the first two by itself, so what it gives back is not what was asked for.
        // It never gives back the others; `SkipFinalSnapshot` is not in CloudFormation.
        write_only: &[
            "AllocatedStorage",
            "EngineVersion",
            "DeleteAutomatedBackups",
            "MasterUserPassword",
            "SkipFinalSnapshot",
        ],
        computed: &[
            "AllocatedStorage",
            "AvailabilityZone",
            "CACertificateIdentifier",
            "DBInstanceIdentifier",
            "DBName",
            "DBParameterGroupName",
            "Iops",
            "KmsKeyId",
            "MasterUserSecret",
            "PerformanceInsightsKMSKeyId",
            "PerformanceInsightsRetentionPeriod",
            "PreferredBackupWindow",
            "PreferredMaintenanceWindow",
        ],
        exclusive: &["DBInstanceIdentifier"],
        name: Some(NameRule {
            lowercase: true,
            letter_first: true,
            ..NameRule::new("DBInstanceIdentifier", 63)
        }),
        holds_data: true,
        resource_type: Some("rds:db"),
        api: "rds",
        timing: Timing::seconds(660, 300, 300),
        ..Schema::new(Kind::new("AWS::RDS::DBInstance"))
    };

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    /// `CreateDBInstance` or `CreateDBInstanceReadReplica`, `ModifyDBInstance`, `DeleteDBInstance`,
    /// and those of tags.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Update(from, to) => {
                u32::from(from.is_modified_by(to)) + super::tag_calls(&from.tags, &to.tags)
            }
            Operation::Create(_) | Operation::Delete(_) => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::properties_of;

    fn instance() -> DbInstance {
        DbInstance::builder()
            .engine_version(EngineVersion::literal("16.4"))
            .db_instance_class(DbInstanceClass::literal("db.t4g.micro"))
            .allocated_storage(StorageSize::gib::<20>())
            .master_username(MasterUsername::literal("orders"))
            .db_subnet_group(Ref::existing("data"))
            .vpc_security_groups([Ref::existing("sg-1")])
            .build()
    }

    #[test]
    fn has_the_shape_of_cloudformation() {
        let instance = DbInstance {
            kms_key_id: Some(KeyArn::literal("arn:aws:kms:us-east-1:1:key/k").into()),
            monitoring_interval: MonitoringInterval::Seconds60,
            preferred_backup_window: Some(BackupWindow::literal("03:00-04:00")),
            enable_cloudwatch_logs_exports: [LogExport::Upgrade, LogExport::Postgresql].into(),
            ..instance()
        };
        let shape = serde_json::json!({
            "Engine": "postgres",
            "EngineVersion": "16.4",
            "DBInstanceClass": "db.t4g.micro",
            "AllocatedStorage": "20",
            "StorageType": "gp3",
            "StorageEncrypted": true,
            "KmsKeyId": "arn:aws:kms:us-east-1:1:key/k",
            "MultiAZ": false,
            "MasterUsername": "orders",
            "ManageMasterUserPassword": true,
            "DBSubnetGroupName": "data",
            "VPCSecurityGroups": ["sg-1"],
            "BackupRetentionPeriod": 1,
            "PreferredBackupWindow": "03:00-04:00",
            "EnablePerformanceInsights": false,
            "MonitoringInterval": 60,
            "EnableCloudwatchLogsExports": ["postgresql", "upgrade"],
            "EnableIAMDatabaseAuthentication": false,
            "DeletionProtection": false,
            "AutoMinorVersionUpgrade": true,
            "CopyTagsToSnapshot": false,
            "PubliclyAccessible": false,
            "Port": "5432",
            "DeleteAutomatedBackups": true,
            "SkipFinalSnapshot": false,
            "Tags": [],
        });
        assert_eq!(serde_json::Value::Object(properties_of(&instance)), shape);
        assert_eq!(serde_json::from_value::<DbInstance>(shape).unwrap(), instance);
    }

    #[test]
    fn a_replica_says_nothing_of_what_it_has_of_its_source() {
        let source = Ref::<DbInstance>::existing("orders");
        let replica = DbInstance::replica_of(&source)
            .db_instance_class(DbInstanceClass::literal("db.t4g.micro"))
            .availability_zone(Zone::new(crate::Region::UsEast1, 'b'))
            .vpc_security_groups([Ref::existing("sg-1")])
            .build();
        assert!(replica.is_replica() && replica.contradictions().is_empty());
        let shape = serde_json::json!({
            "SourceDBInstanceIdentifier": "orders",
            "Engine": "postgres",
            "DBInstanceClass": "db.t4g.micro",
            "StorageType": "gp3",
            "MultiAZ": false,
            "AvailabilityZone": "us-east-1b",
            "VPCSecurityGroups": ["sg-1"],
            "EnablePerformanceInsights": false,
            "MonitoringInterval": 0,
            "EnableCloudwatchLogsExports": [],
            "EnableIAMDatabaseAuthentication": false,
            "DeletionProtection": false,
            "AutoMinorVersionUpgrade": true,
            "CopyTagsToSnapshot": false,
            "PubliclyAccessible": false,
            "Port": "5432",
            "DeleteAutomatedBackups": true,
            "SkipFinalSnapshot": true,
            "Tags": [],
        });
        assert_eq!(serde_json::Value::Object(properties_of(&replica)), shape);
        assert_eq!(serde_json::from_value::<DbInstance>(shape).unwrap(), replica);
    }

    #[test]
    fn only_what_aws_must_be_told_takes_a_call() {
        let old = DbInstance { iops: Iops::try_from(3000).ok(), ..instance() };
        let calls = |new: &DbInstance| DbInstance::calls(&Operation::Update(&old, new));
        assert_eq!(calls(&instance()), 0, "what is left to AWS has not changed");
        assert_eq!(calls(&DbInstance { skip_final_snapshot: true, ..old.clone() }), 0);
        assert_eq!(calls(&DbInstance { multi_az: true, ..old.clone() }), 1);
        let tags = Tags::new().with("a", "b");
        assert_eq!(calls(&DbInstance { multi_az: true, tags, ..old.clone() }), 2);
    }

    #[test]
    fn outputs_have_the_names_of_cloudformation() {
        let outputs = DbInstanceOutputs {
            db_instance_identifier: "orders".into(),
            db_instance_arn: "arn".into(),
            dbi_resource_id: "db-1".into(),
            endpoint_address: Some("host".into()),
            endpoint_port: Some("5432".into()),
            secret_arn: Some("secret".into()),
        };
        let mut names: Vec<String> = properties_of(&outputs).keys().cloned().collect();
        let mut declared = DbInstance::SCHEMA.outputs.to_vec();
        names.sort();
        declared.sort_unstable();
        assert_eq!(names, declared);
    }
}
