//! Properties of a DB instance that AWS refuses together: the checks and the AWS in memory share
//! them.

use super::{DbInstance, StorageSize, StorageType};

/// Properties of a DB instance that AWS refuses together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DbInstanceContradiction {
    /// `Iops` is set where the storage does not take it.
    #[error("storage of type `{0}` and {1} GiB takes no `Iops`")]
    IopsForbidden(StorageType, StorageSize),
    /// `Iops` is not set where the storage needs it.
    #[error("storage of type `{0}` needs `Iops`")]
    IopsMissing(StorageType),
    /// `Iops` is out of the range of the storage.
    #[error("`Iops` {iops} is outside {min} to {max}, the range of `{storage_type}` at {size} GiB")]
    IopsRange {
        /// What was asked for.
        iops: u32,
        /// The least.
        min: u32,
        /// The most.
        max: u32,
        /// The type of the storage.
        storage_type: StorageType,
        /// Its size.
        size: StorageSize,
    },
    /// `KmsKeyId` without `StorageEncrypted`.
    #[error("`KmsKeyId` is set, but `StorageEncrypted` is off")]
    KeyWithoutEncryption,
    /// `MaxAllocatedStorage` leaves too little room to grow.
    #[error(
        "`MaxAllocatedStorage` {max} must be at least a tenth more than `AllocatedStorage` {size}"
    )]
    MaxStorage {
        /// How far it may grow.
        max: StorageSize,
        /// Its size.
        size: StorageSize,
    },
    /// `MonitoringRoleArn` and no `MonitoringInterval`.
    #[error("`MonitoringRoleArn` is set, but `MonitoringInterval` is 0")]
    MonitoringOff,
    /// `MonitoringInterval` and no `MonitoringRoleArn`.
    #[error("a `MonitoringInterval` other than 0 needs a `MonitoringRoleArn`")]
    MonitoringRole,
    /// No security group: AWS would take the default one.
    #[error("`VPCSecurityGroups` is empty; AWS would use the default security group of the VPC")]
    NoSecurityGroup,
    /// What every instance but a read replica must be given.
    #[error("`{0}` is missing; only a read replica has it of its source")]
    NotOfSource(&'static str),
    /// What a read replica has of its source, and may not be given.
    #[error("`{0}` is set, but a read replica has that of its source")]
    OfSource(&'static str),
    /// `MasterUserPassword` and `ManageMasterUserPassword`.
    #[error("`MasterUserPassword` is set, but `ManageMasterUserPassword` is on")]
    PasswordManaged,
    /// Neither `MasterUserPassword` nor `ManageMasterUserPassword`.
    #[error("`ManageMasterUserPassword` is off, and there is no `MasterUserPassword`")]
    PasswordMissing,
    /// Settings of Performance Insights, which is off.
    #[error("`{0}` is set, but `EnablePerformanceInsights` is off")]
    PerformanceInsightsOff(&'static str),
    /// `MasterUserSecret` without `ManageMasterUserPassword`.
    #[error("`MasterUserSecret` is set, but `ManageMasterUserPassword` is off")]
    SecretNotManaged,
    /// The type of storage does not come in this size.
    #[error("storage of type `{storage_type}` has {min} to {max} GiB, not {size}")]
    StorageRange {
        /// What was asked for.
        size: StorageSize,
        /// The least.
        min: u32,
        /// The most.
        max: u32,
        /// The type of the storage.
        storage_type: StorageType,
    },
    /// A backup may run during maintenance.
    #[error("`PreferredBackupWindow` and `PreferredMaintenanceWindow` overlap")]
    WindowsOverlap,
    /// `AvailabilityZone` and `MultiAZ`.
    #[error("`AvailabilityZone` is set, but `MultiAZ` is on: AWS chooses both zones")]
    ZoneOfTwo,
}

impl DbInstance {
    /// What AWS would refuse of this instance, whatever else exists.
    #[must_use]
    pub fn contradictions(&self) -> Vec<DbInstanceContradiction> {
        use DbInstanceContradiction as Found;
        let mut found = self.storage_contradictions();
        let mut add = |applies: bool, what: Found| {
            if applies {
                found.push(what);
            }
        };
        let unencrypted = self.storage_encrypted == Some(false);
        add(self.kms_key_id.is_some() && unencrypted, Found::KeyWithoutEncryption);
        add(self.availability_zone.is_some() && self.multi_az, Found::ZoneOfTwo);
        let (monitored, role) =
            (self.monitoring_interval.is_on(), self.monitoring_role_arn.is_some());
        add(role && !monitored, Found::MonitoringOff);
        add(monitored && !role, Found::MonitoringRole);
        add(self.vpc_security_groups.is_empty(), Found::NoSecurityGroup);
        if !self.enable_performance_insights {
            let retention = self.performance_insights_retention_period.is_some();
            let key = self.performance_insights_kms_key_id.is_some();
            add(retention, Found::PerformanceInsightsOff("PerformanceInsightsRetentionPeriod"));
            add(key, Found::PerformanceInsightsOff("PerformanceInsightsKMSKeyId"));
        }
        let (managed, own) = (self.manages_password(), self.master_user_password.is_some());
        add(managed && own, Found::PasswordManaged);
        add(!managed && !own && !self.is_replica(), Found::PasswordMissing);
        let secret = self.master_user_secret.is_some();
        add(secret && !managed, Found::SecretNotManaged);
        for (set, property, needed) in self.of_source() {
            add(set && self.is_replica(), Found::OfSource(property));
            add(!set && needed && !self.is_replica(), Found::NotOfSource(property));
        }
        let windows = self.preferred_backup_window.zip(self.preferred_maintenance_window);
        add(
            windows.is_some_and(|(backup, maintenance)| backup.overlaps(maintenance)),
            Found::WindowsOverlap,
        );
        found
    }

    /// What a read replica has of its source: whether it is set, its name, and whether every other
    /// instance needs it.
    const fn of_source(&self) -> [(bool, &'static str, bool); 12] {
        [
            (self.engine_version.is_some(), "EngineVersion", true),
            (self.storage_encrypted.is_some(), "StorageEncrypted", true),
            (self.kms_key_id.is_some(), "KmsKeyId", false),
            (self.db_name.is_some(), "DBName", false),
            (self.master_username.is_some(), "MasterUsername", true),
            (self.manage_master_user_password.is_some(), "ManageMasterUserPassword", true),
            (self.master_user_password.is_some(), "MasterUserPassword", false),
            (self.master_user_secret.is_some(), "MasterUserSecret", false),
            (self.db_subnet_group.is_some(), "DBSubnetGroupName", true),
            (self.db_parameter_group.is_some(), "DBParameterGroupName", false),
            (self.backup_retention_period.is_some(), "BackupRetentionPeriod", true),
            (self.preferred_backup_window.is_some(), "PreferredBackupWindow", false),
        ]
    }

    fn storage_contradictions(&self) -> Vec<DbInstanceContradiction> {
        use DbInstanceContradiction as Found;
        let mut found = Vec::new();
        let storage_type = self.storage_type;
        let Some(size) = self.allocated_storage else {
            if !self.is_replica() {
                found.push(Found::NotOfSource("AllocatedStorage"));
            }
            return found;
        };
        let sizes = storage_type.sizes();
        if !sizes.contains(&size.get()) {
            let (min, max) = sizes.into_inner();
            found.push(Found::StorageRange { size, min, max, storage_type });
        }
        match (self.iops, storage_type.iops(size)) {
            (Some(_), None) => found.push(Found::IopsForbidden(storage_type, size)),
            (Some(iops), Some(range)) if !range.contains(&iops.get()) => {
                let (min, max) = range.into_inner();
                found.push(Found::IopsRange { iops: iops.get(), min, max, storage_type, size });
            }
            (None, _) if storage_type.needs_iops() => found.push(Found::IopsMissing(storage_type)),
            _ => {}
        }
        if let Some(max) = self.max_allocated_storage
            && max.get() * 10 < size.get() * 11
        {
            found.push(Found::MaxStorage { max, size });
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::kms::KeyArn;
    use crate::{
        reference::Ref,
        services::rds::{
            BackupWindow, DbInstanceClass, EngineVersion, Iops, MaintenanceWindow,
            MasterUserSecret, MasterUsername, MonitoringInterval,
            PerformanceInsightsRetentionPeriod,
        },
    };

    fn instance(change: impl FnOnce(&mut DbInstance)) -> Vec<DbInstanceContradiction> {
        let mut instance = DbInstance::builder()
            .engine_version(EngineVersion::literal("16"))
            .db_instance_class(DbInstanceClass::literal("db.m7g.large"))
            .allocated_storage(StorageSize::gib::<100>())
            .master_username(MasterUsername::literal("orders"))
            .db_subnet_group(Ref::existing("data"))
            .vpc_security_groups([Ref::existing("sg-1")])
            .build();
        change(&mut instance);
        instance.contradictions()
    }

    #[test]
    fn a_plain_instance_has_none() {
        assert_eq!(instance(|_| ()), []);
    }

    #[test]
    fn storage_and_iops_fit_each_other() {
        use DbInstanceContradiction as Found;
        let size = StorageSize::gib::<100>();
        assert_eq!(
            instance(|db| db.iops = Some(Iops::per_second::<12_000>())),
            [Found::IopsForbidden(StorageType::Gp3, size)]
        );
        assert_eq!(
            instance(|db| db.storage_type = StorageType::Io1),
            [Found::IopsMissing(StorageType::Io1)]
        );
        assert_eq!(
            instance(|db| {
                db.storage_type = StorageType::Io1;
                db.allocated_storage = Some(StorageSize::gib::<99>());
                db.iops = Some(Iops::per_second::<5_000>());
            }),
            [
                Found::StorageRange {
                    size: StorageSize::gib::<99>(),
                    min: 100,
                    max: 65_536,
                    storage_type: StorageType::Io1
                },
                Found::IopsRange {
                    iops: 5_000,
                    min: 1_000,
                    max: 4_950,
                    storage_type: StorageType::Io1,
                    size: StorageSize::gib::<99>()
                }
            ]
        );
        let max = |gib| StorageSize::try_from(gib).unwrap();
        assert_eq!(instance(|db| db.max_allocated_storage = Some(max(110))), []);
        assert_eq!(
            instance(|db| db.max_allocated_storage = Some(max(109))),
            [Found::MaxStorage { max: max(109), size }]
        );
    }

    #[test]
    fn what_belongs_together_comes_together() {
        use DbInstanceContradiction as Found;
        let key = KeyArn::literal("arn:aws:kms:us-east-1:1:key/k");
        assert_eq!(
            instance(|db| {
                db.storage_encrypted = Some(false);
                db.kms_key_id = Some(key.clone().into());
                db.monitoring_interval = MonitoringInterval::Seconds1;
                db.vpc_security_groups.clear();
                db.performance_insights_retention_period =
                    Some(PerformanceInsightsRetentionPeriod::days::<7>());
                db.manage_master_user_password = Some(false);
                db.master_user_secret = Some(MasterUserSecret { kms_key_id: key.into() });
                db.preferred_backup_window = Some(BackupWindow::literal("05:30-06:30"));
                db.preferred_maintenance_window =
                    Some(MaintenanceWindow::literal("sun:05:00-sun:06:00"));
            }),
            [
                Found::KeyWithoutEncryption,
                Found::MonitoringRole,
                Found::NoSecurityGroup,
                Found::PerformanceInsightsOff("PerformanceInsightsRetentionPeriod"),
                Found::PasswordMissing,
                Found::SecretNotManaged,
                Found::WindowsOverlap,
            ]
        );
        assert_eq!(
            instance(|db| db.monitoring_role_arn = Some("arn:aws:iam::1:role/m".into())),
            [Found::MonitoringOff]
        );
    }

    #[test]
    fn a_replica_has_of_its_source_what_others_must_be_given() {
        use DbInstanceContradiction as Found;
        let replica = |change: fn(&mut DbInstance)| {
            let mut replica = DbInstance::replica_of(Ref::existing("orders"))
                .db_instance_class(DbInstanceClass::literal("db.m7g.large"))
                .vpc_security_groups([Ref::existing("sg-1")])
                .build();
            change(&mut replica);
            replica.contradictions()
        };
        assert_eq!(replica(|_| ()), []);
        assert_eq!(
            replica(|db| db.engine_version = Some(EngineVersion::literal("16"))),
            [Found::OfSource("EngineVersion")]
        );
        assert_eq!(
            instance(|db| db.db_subnet_group = None),
            [Found::NotOfSource("DBSubnetGroupName")]
        );
        assert_eq!(
            instance(|db| {
                db.multi_az = true;
                db.availability_zone = Some(crate::Zone::new(crate::Region::UsEast1, 'a'));
            }),
            [Found::ZoneOfTwo]
        );
    }
}
