//! `AWS::RDS::DBInstance` in memory: PostgreSQL.
//!
//! Rules: <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html>,
//! <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html>,
//! <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBInstance.html>, replicas:
//! <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstanceReadReplica.html>,
//! <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.html>, states:
//! <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html>.
//! Not modelled: which minor versions exist, which class is offered in which zone, the six hours
//! between two changes of storage, storage that grows by itself, upgrades by AWS, failover, reboots,
//! replicas in other Regions and of replicas, their lag, the contents of snapshots, whether KMS keys exist.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place, Ref, Zone,
    executor::{Deletion, ExecError, Status},
    handler::{Create, Delete, Observed, Update},
    services::rds::{DbInstance, DbInstanceOutputs, DbParameterGroup, DbSubnetGroup},
};

pub(super) use self::check::is_available;
use self::decide::decide;
use super::{TAGGING, db_subnet_group::zones_of, named};
use crate::{
    api::Api,
    world::{AwsError, Millis, Object, World, arn},
};

mod check;
mod decide;
pub(super) mod replica;

/// Handles instances in memory.
#[derive(Debug)]
pub struct DbInstanceHandler(Api);

impl From<Api> for DbInstanceHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

/// From the create call until the server runs and its first backup begins.
const CREATING: Duration = Duration::from_secs(600);
/// How long the first backup takes.
const BACKING_UP: Duration = Duration::from_secs(60);
/// How long a change takes that starts another server or moves storage.
const MODIFYING: Duration = Duration::from_secs(300);
/// How long any other change takes.
const CONFIGURING: Duration = Duration::from_secs(30);
/// How long a delete takes, with its final snapshot.
const DELETING: Duration = Duration::from_secs(300);

/// What a read shows at `now`: the endpoint is known once the server runs.
fn observed(object: &Object<DbInstance>, now: Millis) -> Observed<DbInstance> {
    let mut observed = object.observed(now);
    if let Status::Pending(state) = &mut observed.status
        && state == "creating"
    {
        if u128::from(object.ready_at - now) <= BACKING_UP.as_millis() {
            "backing-up".clone_into(state);
        } else {
            observed.outputs.endpoint_address = None;
            observed.outputs.endpoint_port = None;
        }
    }
    observed
}

fn create_db_instance(
    world: &mut World,
    request: &Create<DbInstance>,
) -> Result<Observed<DbInstance>, AwsError> {
    let (place, desired) = (&request.place, &request.desired);
    let name = named(desired.db_instance_identifier.as_ref(), "DBInstanceIdentifier")?;
    if world.look::<DbInstance>(place, &name).is_some() {
        return Err(AwsError::conflict("DBInstanceAlreadyExists", "DB instance already exists"));
    }
    let used = world.all::<DbInstance>(place).count();
    world.quotas.check("DB instances", 40, used, "InstanceQuotaExceeded")?;
    check::new(world, place, desired)?;
    check::password(desired.master_user_password.as_ref(), &request.secrets)?;
    let dbi_resource_id = format!("db-{}", world.new_hex(26).to_uppercase());
    let outputs = DbInstanceOutputs {
        db_instance_arn: arn(place, "rds", &format!("db:{name}")),
        endpoint_address: Some(format!("{name}.cmemory0aws1.{}.rds.amazonaws.com", place.region)),
        endpoint_port: Some(desired.port.to_string()),
        secret_arn: desired.manages_password().then(|| secret_arn(world, place)),
        db_instance_identifier: name,
        dbi_resource_id,
    };
    let mut desired = decide(place, desired.clone());
    desired.availability_zone =
        desired.availability_zone.or_else(|| a_zone(world, place, &desired));
    let made = Create { desired, ..request.clone() };
    world.insert(&made, outputs.clone(), "creating", CREATING + BACKING_UP)?;
    let made = world.require(place, &outputs.db_instance_identifier, "DBInstanceNotFound")?;
    Ok(observed(made, world.now()))
}

/// The zone that AWS chooses.
fn a_zone(world: &World, place: &Place, instance: &DbInstance) -> Option<Zone> {
    let group = replica::subnet_group(world, place, instance)?.known()?;
    let group = world.get::<DbSubnetGroup>(place, group)?;
    zones_of(world, place, &group.resource).into_iter().min()
}

/// The secret that Secrets Manager keeps the password in.
fn secret_arn(world: &mut World, place: &Place) -> String {
    let (id, suffix) = (world.new_hex(32), world.new_hex(6));
    arn(place, "secretsmanager", &format!("secret:rds!db-{id}-{suffix}"))
}

fn modify_db_instance(world: &mut World, request: &Update<DbInstance>) -> Result<(), AwsError> {
    let (place, name) = (&request.place, &request.identifier);
    let mut desired = request.current.completing(&request.desired);
    // AWS's own parameter groups follow the version.
    if desired.db_parameter_group == request.current.db_parameter_group {
        desired.db_parameter_group = desired.db_parameter_group.filter(|group| !is_default(group));
    }
    let object = world.require::<DbInstance>(place, name, "DBInstanceNotFound")?;
    check::is_available(name, &object.status(world.now()))?;
    let current = object.resource.clone();
    check::change(world, place, &current, &desired)?;
    replica::change_of_source(world, place, name, &desired)?;
    if desired.master_user_password != current.master_user_password {
        check::password(desired.master_user_password.as_ref(), &request.secrets)?;
    }
    let duration = if is_slow(&current, &desired) { MODIFYING } else { CONFIGURING };
    let secret = desired.manages_password() && !current.manages_password();
    let secret = secret.then(|| secret_arn(world, place));
    world
        .change::<DbInstance>(place, name, "modifying", duration, |object| {
            let outputs = &mut object.outputs;
            outputs.endpoint_port = Some(desired.port.to_string());
            let managed = desired.manages_password();
            let old = outputs.secret_arn.take().filter(|_| managed);
            outputs.secret_arn = secret.or(old);
            object.resource = decide(place, desired);
        })
        .map(drop)
}

/// Whether AWS made the group, for those who name none.
fn is_default(group: &Ref<DbParameterGroup>) -> bool {
    group.known().is_some_and(|name| name.starts_with("default."))
}

/// Whether the change starts another server, restarts it, or moves storage.
fn is_slow(from: &DbInstance, to: &DbInstance) -> bool {
    from.db_instance_class != to.db_instance_class
        || from.engine_version != to.engine_version
        || from.multi_az != to.multi_az
        || from.allocated_storage != to.allocated_storage
        || from.storage_type != to.storage_type
        || from.iops != to.iops
        || from.port != to.port
        || from.ca_certificate_identifier != to.ca_certificate_identifier
}

fn delete_db_instance(
    world: &mut World,
    request: &Delete<DbInstance>,
) -> Result<Deletion, AwsError> {
    let (place, name) = (&request.place, &request.identifier);
    let Some(object) = world.look::<DbInstance>(place, name) else { return Ok(Deletion::Gone) };
    if object.gone_at.is_some() {
        return Ok(Deletion::Underway);
    }
    if object.resource.deletion_protection {
        return Err(AwsError::invalid(
            "InvalidParameterCombination",
            "Cannot delete protected DB Instance, please disable deletion protection and try again.",
        ));
    }
    check::is_available(name, &object.status(world.now()))?;
    if let Some(snapshot) = request.current.final_snapshot(&request.outputs)
        && world.next_number(place, &format!("DB snapshot {snapshot}")) > 1
    {
        return Err(AwsError::conflict(
            "DBSnapshotAlreadyExists",
            format!(
                "Cannot create the snapshot because a snapshot with the identifier {snapshot} already exists."
            ),
        ));
    }
    replica::promote(world, place, name)?;
    world.remove::<DbInstance>(place, name, DELETING);
    Ok(Deletion::Underway)
}

#[async_trait]
impl Handler<DbInstance> for DbInstanceHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<DbInstance>>, ExecError>> {
        let answer = self
            .0
            .call("rds", "DescribeDBInstances", place, |world| {
                let look = |identifier: &String| world.look::<DbInstance>(place, identifier);
                let seen = |object: Option<&Object<DbInstance>>| {
                    object.map(|object| observed(object, world.now()))
                };
                Ok(identifiers.iter().map(|identifier| seen(look(identifier))).collect::<Vec<_>>())
            })
            .await;
        match answer {
            Ok(objects) => objects.into_iter().map(Ok).collect(),
            Err(error) => identifiers.iter().map(|_| Err(error.clone())).collect(),
        }
    }

    async fn create(
        &self,
        request: &Create<DbInstance>,
    ) -> Result<Observed<DbInstance>, ExecError> {
        let operation = match request.desired.is_replica() {
            true => "CreateDBInstanceReadReplica",
            false => "CreateDBInstance",
        };
        self.0
            .call("rds", operation, &request.place, |world| create_db_instance(world, request))
            .await
    }

    async fn find(
        &self,
        request: &Create<DbInstance>,
    ) -> Result<Option<Observed<DbInstance>>, ExecError> {
        self.0
            .call("rds", "DescribeDBInstances", &request.place, |world| {
                let found = world.owned::<DbInstance>(&request.place, &request.ownership);
                Ok(found.map(|(_, object)| observed(object, world.now())))
            })
            .await
    }

    async fn update(
        &self,
        request: &Update<DbInstance>,
    ) -> Result<Observed<DbInstance>, ExecError> {
        if request.current.is_modified_by(&request.desired) {
            self.0
                .call("rds", "ModifyDBInstance", &request.place, |world| {
                    modify_db_instance(world, request)
                })
                .await?;
        }
        self.0.retag("rds", TAGGING, request).await?;
        Ok(self.0.after(request))
    }

    async fn delete(&self, request: &Delete<DbInstance>) -> Result<Deletion, ExecError> {
        self.0
            .call("rds", "DeleteDBInstance", &request.place, |world| {
                delete_db_instance(world, request)
            })
            .await
    }
}
