//! Instances that are read replicas of others.

use bon::bon;

use super::{
    DbInstance, DbInstanceClass, DbInstanceIdentifier, Engine, Iops, LogExport, MonitoringInterval,
    PerformanceInsightsRetentionPeriod, Port, StorageSize, StorageType,
};
use crate::{
    Set,
    reference::{Input, Ref},
    region::Zone,
    services::{ec2::SecurityGroup, kms::KeyArn},
    tags::Tags,
};

#[bon]
impl DbInstance {
    /// A read replica of an instance of the same Region: a server of its own that follows the
    /// source some moments later, and only reads.
    ///
    /// AWS: [`CreateDBInstanceReadReplica`](https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstanceReadReplica.html).
    /// The source keeps backups for a day or more, and its password is not managed by AWS
    /// (`ManageMasterUserPassword`). It has at most 15 replicas. A replica has the engine, the
    /// version, the users, the encryption, the subnets and the parameters of its source: it cannot
    /// be given any. It is deleted before its source, and leaves no snapshot behind.
    ///
    /// ```
    /// use elanswer_core::{Ref, Region, Zone, services::rds::{DbInstance, DbInstanceClass}};
    ///
    /// let orders = Ref::<DbInstance>::existing("orders");
    /// let reports = DbInstance::replica_of(&orders)
    ///     .db_instance_class(DbInstanceClass::literal("db.m7g.large"))
    ///     .availability_zone(Zone::new(Region::UsEast1, 'b'))
    ///     .vpc_security_groups([Ref::existing("sg-1")])
    ///     .build();
    /// assert!(reports.is_replica());
    /// ```
    #[builder(finish_fn = build)]
    pub fn replica_of(
        /// `SourceDBInstanceIdentifier`.
        #[builder(start_fn, into)]
        source: Ref<Self>,
        /// `DBInstanceIdentifier`: its name. Unset: elanswer makes one up.
        db_instance_identifier: Option<DbInstanceIdentifier>,
        /// `DBInstanceClass`: its processors and memory.
        db_instance_class: DbInstanceClass,
        /// `AvailabilityZone`: one of its source's subnet group. Unset: AWS chooses.
        availability_zone: Option<Zone>,
        /// `MultiAZ`: whether it has a standby of its own. AWS's default: no.
        #[builder(default)]
        multi_az: bool,
        /// `AllocatedStorage` in GiB: at least that of its source. Unset: as much.
        allocated_storage: Option<StorageSize>,
        /// `MaxAllocatedStorage`: how far AWS may let the storage grow, in GiB.
        max_allocated_storage: Option<StorageSize>,
        /// `StorageType`. Default: `gp3`.
        #[builder(default = StorageType::Gp3)]
        storage_type: StorageType,
        /// `Iops`. Unset: what the type and size come with.
        iops: Option<Iops>,
        /// `VPCSecurityGroups`: who may reach it.
        #[builder(with = |groups: impl IntoIterator<Item = impl Into<Ref<SecurityGroup>>>| {
            groups.into_iter().map(Into::into).collect()
        })]
        vpc_security_groups: Set<Ref<SecurityGroup>>,
        /// `EnablePerformanceInsights`. AWS's default: no.
        #[builder(default)]
        enable_performance_insights: bool,
        /// `PerformanceInsightsRetentionPeriod` in days. Unset: 7.
        performance_insights_retention_period: Option<PerformanceInsightsRetentionPeriod>,
        /// `PerformanceInsightsKMSKeyId`. Unset: AWS's own.
        #[builder(into)]
        performance_insights_kms_key_id: Option<Input<KeyArn>>,
        /// `MonitoringInterval` of Enhanced Monitoring. AWS's default: off.
        #[builder(default)]
        monitoring_interval: MonitoringInterval,
        /// `MonitoringRoleArn`: needed just when monitoring is on.
        #[builder(into)]
        monitoring_role_arn: Option<Input<String>>,
        /// `EnableCloudwatchLogsExports`. AWS's default: none.
        #[builder(default, with = FromIterator::from_iter)]
        enable_cloudwatch_logs_exports: Set<LogExport>,
        /// `EnableIAMDatabaseAuthentication`. AWS's default: no.
        #[builder(default)]
        enable_iam_database_authentication: bool,
        /// `DeletionProtection`. AWS's default: no.
        #[builder(default)]
        deletion_protection: bool,
        /// `AutoMinorVersionUpgrade`. Default: yes; AWS's own default is that of the source.
        #[builder(default = true)]
        auto_minor_version_upgrade: bool,
        /// `CopyTagsToSnapshot`. AWS's default: no.
        #[builder(default)]
        copy_tags_to_snapshot: bool,
        /// `PubliclyAccessible`. Default: no.
        #[builder(default)]
        publicly_accessible: bool,
        /// `CACertificateIdentifier`. Unset: AWS chooses.
        #[builder(into)]
        ca_certificate_identifier: Option<String>,
        /// `Port`. Default: 5432; AWS's own default is that of the source.
        #[builder(default = Engine::Postgres.default_port())]
        port: Port,
        /// `Tags`.
        #[builder(default)]
        tags: Tags,
    ) -> Self {
        Self {
            db_instance_identifier,
            source_db_instance: Some(source),
            engine: Engine::Postgres,
            engine_version: None,
            db_instance_class,
            allocated_storage,
            max_allocated_storage,
            storage_type,
            iops,
            storage_encrypted: None,
            kms_key_id: None,
            multi_az,
            availability_zone,
            db_name: None,
            master_username: None,
            manage_master_user_password: None,
            master_user_password: None,
            master_user_secret: None,
            db_subnet_group: None,
            vpc_security_groups,
            db_parameter_group: None,
            backup_retention_period: None,
            preferred_backup_window: None,
            preferred_maintenance_window: None,
            enable_performance_insights,
            performance_insights_retention_period,
            performance_insights_kms_key_id,
            monitoring_interval,
            monitoring_role_arn,
            enable_cloudwatch_logs_exports,
            enable_iam_database_authentication,
            deletion_protection,
            auto_minor_version_upgrade,
            copy_tags_to_snapshot,
            publicly_accessible,
            ca_certificate_identifier,
            port,
            delete_automated_backups: true,
            skip_final_snapshot: true,
            tags,
        }
    }
}
