//! What AWS refuses of an instance.

use elanswer_core::{
    Input, Place, Ref, SecretRef, Secrets,
    executor::Status,
    services::{
        ec2::SecurityGroup,
        iam::Service,
        kms::KeyArn,
        rds::{
            DbInstance, DbInstanceContradiction, DbParameterGroup, DbParameterGroupFamily,
            DbSubnetGroup,
        },
    },
};

use super::{
    super::{
        db_parameter_group::MAJOR_VERSIONS,
        db_subnet_group::{vpc_of, zones_of},
    },
    replica,
};
use crate::{
    services::iam::assumable_by,
    world::{AwsError, World},
};

/// Refuses what AWS refuses of a new instance.
pub(super) fn new(world: &World, place: &Place, instance: &DbInstance) -> Result<(), AwsError> {
    contradictions(instance, |_| true)?;
    class_and_version(instance)?;
    let secret = instance.master_user_secret.as_ref().map(|secret| &secret.kms_key_id);
    for key in [instance.kms_key_id.as_ref(), secret].into_iter().flatten() {
        key_of_region(place, key)?;
    }
    replica::new(world, place, instance)?;
    surroundings(world, place, instance)?;
    zone(world, place, instance)
}

/// Refuses what AWS refuses of a change.
pub(super) fn change(
    world: &World,
    place: &Place,
    from: &DbInstance,
    to: &DbInstance,
) -> Result<(), AwsError> {
    if !to.manages_password() && to.master_user_password.is_none() && !to.is_replica() {
        return Err(combination(
            "You must specify a master user password when you stop managing it in Secrets Manager.",
        ));
    }
    // What AWS chose before is not asked for, and gives way.
    contradictions(to, |found| match found {
        DbInstanceContradiction::IopsForbidden(..) | DbInstanceContradiction::IopsRange { .. } => {
            to.iops != from.iops
        }
        DbInstanceContradiction::PerformanceInsightsOff(_) => {
            to.performance_insights_retention_period != from.performance_insights_retention_period
                || to.performance_insights_kms_key_id != from.performance_insights_kms_key_id
        }
        DbInstanceContradiction::ZoneOfTwo => false,
        _ => true,
    })?;
    class_and_version(to)?;
    if let Some((new, old)) = to.allocated_storage.zip(from.allocated_storage)
        && new < old
    {
        return Err(combination(format!(
            "Requested storage size ({new}) cannot be less than the current storage size ({old})"
        )));
    }
    if let (Some(old), Some(new)) = (&from.engine_version, &to.engine_version)
        && new.numbers() < old.numbers()
        && !old.numbers().starts_with(&new.numbers())
    {
        return Err(combination(format!("Cannot upgrade postgres from {old} to {new}")));
    }
    if from.manages_password()
        && to.manages_password()
        && to.master_user_secret != from.master_user_secret
    {
        return Err(combination(
            "You can't change the KMS key of a master user password that RDS manages.",
        ));
    }
    surroundings(world, place, to)
}

/// Refuses a password that AWS does not take.
pub(super) fn password(secret: Option<&SecretRef>, secrets: &Secrets) -> Result<(), AwsError> {
    let Some(secret) = secret else { return Ok(()) };
    let password = secrets.reveal(secret).map_err(|error| value(error.message()))?;
    let printable = |char: char| char.is_ascii_graphic() && !"/\"@".contains(char);
    if (8..=128).contains(&password.len()) && password.chars().all(printable) {
        return Ok(());
    }
    Err(value(
        "The parameter MasterUserPassword is not a valid password: 8 to 128 printable ASCII \
         characters besides '/', '@', '\"', ' ' may be used.",
    ))
}

/// Refuses a change or delete of an instance that AWS is still working on.
pub(in super::super) fn is_available(name: &str, status: &Status) -> Result<(), AwsError> {
    match status {
        Status::Pending(state) => Err(AwsError::dependency(
            "InvalidDBInstanceState",
            format!("Database instance {name} is not in available state: {state}."),
        )),
        _ => Ok(()),
    }
}

/// Properties that contradict each other, as far as `counts` says.
fn contradictions(
    instance: &DbInstance,
    counts: impl Fn(&DbInstanceContradiction) -> bool,
) -> Result<(), AwsError> {
    match instance.contradictions().into_iter().find(counts) {
        None => Ok(()),
        Some(
            found @ (DbInstanceContradiction::WindowsOverlap
            | DbInstanceContradiction::PasswordMissing),
        ) => Err(value(found.to_string())),
        Some(found) => Err(combination(found.to_string())),
    }
}

fn class_and_version(instance: &DbInstance) -> Result<(), AwsError> {
    let (class, version) = (&instance.db_instance_class, instance.engine_version.as_ref());
    if let Some(version) = version.filter(|version| !MAJOR_VERSIONS.contains(&version.major())) {
        return Err(combination(format!("Cannot find version {version} for {}", instance.engine)));
    }
    if !class.is_known() {
        let version = version.map_or("that of its source", |version| version.as_str());
        return Err(combination(format!(
            "RDS does not support creating a DB instance with the following combination: \
             DBInstanceClass={class}, Engine={}, EngineVersion={version}",
            instance.engine
        )));
    }
    Ok(())
}

/// Refuses a zone in which the subnet group has no subnet.
fn zone(world: &World, place: &Place, instance: &DbInstance) -> Result<(), AwsError> {
    let Some(zone) = instance.availability_zone else { return Ok(()) };
    let group = replica::subnet_group(world, place, instance).and_then(Ref::known);
    let group = group.and_then(|name| world.get::<DbSubnetGroup>(place, name));
    let zones = group.map(|group| zones_of(world, place, &group.resource)).unwrap_or_default();
    if zones.contains(&zone) {
        return Ok(());
    }
    Err(AwsError::invalid(
        "InvalidVPCNetworkStateFault",
        format!("The DB subnet group has no subnet in the Availability Zone {zone}."),
    ))
}

fn key_of_region(place: &Place, key: &Input<KeyArn>) -> Result<(), AwsError> {
    let region = key.known().and_then(|arn| arn.as_str().split(':').nth(3));
    if region == Some(place.region.as_str()) {
        Ok(())
    } else {
        Err(AwsError::invalid(
            "KMSKeyNotAccessibleFault",
            "The specified KMS key does not exist, is not enabled or you do not have permissions to access it.",
        ))
    }
}

/// Refuses what does not fit the groups and the role that the instance names.
fn surroundings(world: &World, place: &Place, instance: &DbInstance) -> Result<(), AwsError> {
    let name = replica::subnet_group(world, place, instance).and_then(Ref::known);
    let name = name.unwrap_or_default();
    let subnets = world.require::<DbSubnetGroup>(place, name, "DBSubnetGroupNotFoundFault")?;
    let vpc = vpc_of(world, place, &subnets.resource);
    for group in &instance.vpc_security_groups {
        security_group(world, place, group, vpc.as_deref())?;
    }
    if let Some(group) = &instance.db_parameter_group {
        parameter_group(world, place, group, instance)?;
    }
    if let Some(role) = instance.monitoring_role_arn.as_ref().and_then(Input::known) {
        // AWS says the same of a role that it does not see yet and of one that never will do.
        assumable_by(world, role, &Service::RdsMonitoring, "InvalidParameterValue")?;
    }
    Ok(())
}

fn security_group(
    world: &World,
    place: &Place,
    group: &Ref<SecurityGroup>,
    vpc: Option<&str>,
) -> Result<(), AwsError> {
    let identifier = group.known().unwrap_or_default();
    let Some(group) = world.get::<SecurityGroup>(place, identifier) else {
        return Err(value(format!("Invalid security group , groupId= {identifier}, groupName=.")));
    };
    let (other, vpc) = (group.resource.vpc.known().unwrap_or_default(), vpc.unwrap_or_default());
    if other == vpc {
        Ok(())
    } else {
        Err(combination(format!(
            "The DB instance and EC2 security group are in different VPCs. The DB instance is in \
             {vpc} and the EC2 security group is in {other}"
        )))
    }
}

fn parameter_group(
    world: &World,
    place: &Place,
    group: &Ref<DbParameterGroup>,
    instance: &DbInstance,
) -> Result<(), AwsError> {
    let name = group.known().unwrap_or_default();
    let Some(version) = &instance.engine_version else { return Ok(()) };
    let wanted = DbParameterGroupFamily::of(instance.engine, version);
    let family = match name.strip_prefix("default.") {
        Some(family) => family.to_owned(),
        None => {
            let code = "DBParameterGroupNotFound";
            world.require::<DbParameterGroup>(place, name, code)?.resource.family.to_string()
        }
    };
    if family == wanted.as_str() {
        Ok(())
    } else {
        Err(combination(format!(
            "The Parameter Group {name} with DBParameterGroupFamily {family} cannot be used for \
             this instance. Please use a Parameter Group with DBParameterGroupFamily {wanted}"
        )))
    }
}

pub(super) fn value(message: impl Into<String>) -> AwsError {
    AwsError::invalid("InvalidParameterValue", message)
}

pub(super) fn combination(message: impl Into<String>) -> AwsError {
    AwsError::invalid("InvalidParameterCombination", message)
}
