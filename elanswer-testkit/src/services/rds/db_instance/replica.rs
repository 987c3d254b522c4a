//! Read replicas: what AWS refuses of them and of their sources, and what becomes of them.

use elanswer_core::{
    Place, Ref,
    services::rds::{BackupRetentionPeriod, DbInstance, DbSubnetGroup},
};

use super::check::{combination, is_available, value};
use crate::world::{AwsError, Object, World};

/// How many replicas an instance of PostgreSQL has at most.
const REPLICAS: usize = 15;

/// The replicas of an instance, those that are being deleted among them.
fn of<'a>(world: &'a World, place: &'a Place, source: &'a str) -> impl Iterator<Item = &'a str> {
    let is_of = move |instance: &DbInstance| {
        instance.source_db_instance.as_ref().and_then(Ref::known) == Some(source)
    };
    world
        .all::<DbInstance>(place)
        .filter(move |(_, object)| is_of(&object.resource))
        .map(|(name, _)| name)
}

/// The subnet group that an instance stands in: a replica in that of its source.
pub(in super::super) fn subnet_group<'a>(
    world: &'a World,
    place: &Place,
    instance: &'a DbInstance,
) -> Option<&'a Ref<DbSubnetGroup>> {
    instance.db_subnet_group.as_ref().or_else(|| {
        let source = instance.source_db_instance.as_ref()?.known()?;
        world.look::<DbInstance>(place, source)?.resource.db_subnet_group.as_ref()
    })
}

/// Refuses what AWS refuses of a new replica.
pub(super) fn new(world: &World, place: &Place, replica: &DbInstance) -> Result<(), AwsError> {
    let Some(source) = &replica.source_db_instance else { return Ok(()) };
    let name = source.known().unwrap_or_default();
    let source = world.require::<DbInstance>(place, name, "DBInstanceNotFound")?;
    is_available(name, &source.status(world.now()))?;
    let source = &source.resource;
    if source.manages_password() {
        return Err(value(format!(
            "Creating read replicas for source instance with engine {} where \
             ManageMasterUserPassword is enabled is not supported.",
            source.engine
        )));
    }
    if source.backup_retention_period.is_none_or(|period| period.get() == 0) {
        return Err(AwsError::invalid(
            "InvalidDBInstanceState",
            "Automated backups are not enabled for this database instance. To enable automated \
             backups, use ModifyDBInstance to set the backup retention period to a non-zero value.",
        ));
    }
    if let Some((mine, least)) = replica.allocated_storage.zip(source.allocated_storage)
        && mine < least
    {
        return Err(combination(format!(
            "The allocated storage of a read replica ({mine}) must not be less than that of its \
             source ({least})"
        )));
    }
    let used = of(world, place, name).count();
    world.quotas.check("read replicas per DB instance", REPLICAS, used, "InstanceQuotaExceeded")
}

/// Refuses a change of a source after which it could not be one.
pub(super) fn change_of_source(
    world: &World,
    place: &Place,
    name: &str,
    to: &DbInstance,
) -> Result<(), AwsError> {
    if of(world, place, name).next().is_none() {
        return Ok(());
    }
    if to.backup_retention_period == Some(BackupRetentionPeriod::days::<0>()) {
        return Err(combination(format!(
            "Automated backups cannot be turned off while the DB instance {name} has read replicas"
        )));
    }
    if to.manages_password() {
        return Err(value(format!(
            "ManageMasterUserPassword cannot be enabled while the DB instance {name} has read \
             replicas"
        )));
    }
    Ok(())
}

/// Replicas in the Region of a source that is deleted become instances of their own.
pub(super) fn promote(world: &mut World, place: &Place, source: &str) -> Result<(), AwsError> {
    let Some(parent) = world.look::<DbInstance>(place, source) else { return Ok(()) };
    let parent = parent.resource.clone();
    let replicas: Vec<String> = of(world, place, source).map(str::to_owned).collect();
    for replica in replicas {
        world.change::<DbInstance>(place, &replica, "", std::time::Duration::ZERO, |object| {
            become_own(object, &parent);
        })?;
    }
    Ok(())
}

fn become_own(object: &mut Object<DbInstance>, parent: &DbInstance) {
    let replica = &object.resource;
    object.resource = DbInstance {
        source_db_instance: None,
        engine_version: parent.engine_version.clone(),
        allocated_storage: replica.allocated_storage.or(parent.allocated_storage),
        storage_encrypted: parent.storage_encrypted,
        kms_key_id: parent.kms_key_id.clone(),
        db_name: parent.db_name.clone(),
        master_username: parent.master_username.clone(),
        manage_master_user_password: Some(false),
        db_subnet_group: parent.db_subnet_group.clone(),
        db_parameter_group: parent.db_parameter_group.clone(),
        backup_retention_period: Some(BackupRetentionPeriod::days::<0>()),
        ..replica.clone()
    };
}
