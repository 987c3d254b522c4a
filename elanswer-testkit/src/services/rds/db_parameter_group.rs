//! `AWS::RDS::DBParameterGroup` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBParameterGroup.html>
//! and <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBParameterGroup.html>.
//! Not modelled: families of other engines than PostgreSQL; which of the hundreds of parameters a
//! family has (a name must only look like one) and, but for a few, which values they take; the
//! reboot that a static parameter waits for.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::rds::{DbInstance, DbParameterGroup, DbParameterGroupOutputs},
};

use super::{TAGGING, named};
use crate::{
    api::Api,
    world::{AwsError, World, arn},
};

/// Handles parameter groups in memory.
#[derive(Debug)]
pub struct DbParameterGroupHandler(Api);

impl From<Api> for DbParameterGroupHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

/// The major versions of PostgreSQL that RDS has.
pub(super) const MAJOR_VERSIONS: [&str; 8] = ["11", "12", "13", "14", "15", "16", "17", "18"];

/// Parameters with the values that they take.
const VALUES: &[(&str, &[&str])] = &[
    ("autovacuum", &["0", "1"]),
    ("log_connections", &["0", "1"]),
    ("log_disconnections", &["0", "1"]),
    ("log_statement", &["none", "ddl", "mod", "all"]),
    ("rds.force_ssl", &["0", "1"]),
    ("rds.logical_replication", &["0", "1"]),
    ("ssl_min_protocol_version", &["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"]),
];

/// Parameters that RDS sets itself.
const FIXED: &[&str] =
    &["archive_command", "data_directory", "fsync", "listen_addresses", "port", "ssl", "wal_level"];

fn check_parameter(name: &str, value: &str) -> Result<(), AwsError> {
    let invalid = |message: String| Err(AwsError::invalid("InvalidParameterValue", message));
    let looks_like_one = name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.chars().all(|char| {
            char.is_ascii_lowercase() || char.is_ascii_digit() || matches!(char, '_' | '.')
        });
    if !looks_like_one {
        return invalid(format!("Could not find parameter with name: {name}"));
    }
    if FIXED.contains(&name) {
        return invalid(format!("The parameter {name} cannot be modified."));
    }
    let allowed = VALUES.iter().find(|(known, _)| *known == name).map(|(_, values)| *values);
    match allowed {
        Some(values) if !values.contains(&value) => invalid(format!(
            "Invalid parameter value: {value} for: {name} allowed values are: {}",
            values.join(",")
        )),
        _ => Ok(()),
    }
}

fn create_db_parameter_group(
    world: &mut World,
    request: &Create<DbParameterGroup>,
) -> Result<Observed<DbParameterGroup>, AwsError> {
    let (place, desired) = (&request.place, &request.desired);
    let name = named(desired.db_parameter_group_name.as_ref(), "DBParameterGroupName")?;
    if world.look::<DbParameterGroup>(place, &name).is_some() {
        return Err(AwsError::conflict(
            "DBParameterGroupAlreadyExists",
            format!("Parameter group {name} already exists"),
        ));
    }
    let used = world.all::<DbParameterGroup>(place).count();
    world.quotas.check("DB parameter groups", 50, used, "DBParameterGroupQuotaExceeded")?;
    let family = desired.family.as_str();
    let version = family.strip_prefix("postgres").unwrap_or_default();
    if !MAJOR_VERSIONS.contains(&version) {
        return Err(AwsError::invalid(
            "InvalidParameterValue",
            format!("ParameterGroupFamily {family} is not a valid parameter group family"),
        ));
    }
    let outputs = DbParameterGroupOutputs {
        db_parameter_group_arn: arn(place, "rds", &format!("pg:{name}")),
        db_parameter_group_name: name,
    };
    // `CreateDBParameterGroup` takes no parameters.
    let mut made = request.clone();
    made.desired.parameters.clear();
    world.insert(&made, outputs, "", Duration::ZERO)
}

fn delete_db_parameter_group(world: &mut World, place: &Place, name: &str) -> Result<(), AwsError> {
    let used = world.all::<DbInstance>(place).any(|(_, instance)| {
        let group = instance.resource.db_parameter_group.as_ref();
        group.and_then(|group| group.known()) == Some(name)
    });
    if used {
        return Err(AwsError::dependency(
            "InvalidDBParameterGroupState",
            format!(
                "One or more database instances are still members of this parameter group {name}, \
                 so the group cannot be deleted"
            ),
        ));
    }
    world.remove::<DbParameterGroup>(place, name, Duration::ZERO);
    Ok(())
}

impl DbParameterGroupHandler {
    /// `ModifyDBParameterGroup` and `ResetDBParameterGroup`, for twenty parameters at a time.
    async fn change(
        &self,
        place: &Place,
        identifier: &str,
        set: &[(String, String)],
        reset: &[String],
    ) -> Result<(), ExecError> {
        for page in set.chunks(DbParameterGroup::PARAMETERS_PER_CALL) {
            self.change_page(place, identifier, "ModifyDBParameterGroup", |group| {
                page.iter().try_for_each(|(name, value)| check_parameter(name, value))?;
                group.parameters.extend(page.iter().cloned());
                Ok(())
            })
            .await?;
        }
        for page in reset.chunks(DbParameterGroup::PARAMETERS_PER_CALL) {
            self.change_page(place, identifier, "ResetDBParameterGroup", |group| {
                group.parameters.retain(|name, _| !page.contains(name));
                Ok(())
            })
            .await?;
        }
        Ok(())
    }

    async fn change_page(
        &self,
        place: &Place,
        identifier: &str,
        operation: &str,
        f: impl FnOnce(&mut DbParameterGroup) -> Result<(), AwsError> + Send,
    ) -> Result<(), ExecError> {
        self.0
            .call("rds", operation, place, |world| {
                let code = "DBParameterGroupNotFound";
                let group = world.require::<DbParameterGroup>(place, identifier, code)?;
                let mut changed = group.resource.clone();
                f(&mut changed)?;
                world.change::<DbParameterGroup>(place, identifier, "", Duration::ZERO, |object| {
                    object.resource = changed;
                })
            })
            .await
            .map(drop)
    }
}

#[async_trait]
impl Handler<DbParameterGroup> for DbParameterGroupHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<DbParameterGroup>>, ExecError>> {
        self.0.read("rds", "DescribeDBParameterGroups", place, identifiers).await
    }

    async fn create(
        &self,
        request: &Create<DbParameterGroup>,
    ) -> Result<Observed<DbParameterGroup>, ExecError> {
        let place = &request.place;
        let mut made = self
            .0
            .call("rds", "CreateDBParameterGroup", place, |world| {
                create_db_parameter_group(world, request)
            })
            .await?;
        let identifier = &made.outputs.db_parameter_group_name;
        let (set, _) = made.resource.parameter_changes(&request.desired);
        self.change(place, identifier, &set, &[])
            .await
            .map_err(|error| error.with_identifier(identifier))?;
        made.resource.parameters.clone_from(&request.desired.parameters);
        Ok(made)
    }

    async fn find(
        &self,
        request: &Create<DbParameterGroup>,
    ) -> Result<Option<Observed<DbParameterGroup>>, ExecError> {
        self.0.find_owned("rds", "DescribeDBParameterGroups", request).await
    }

    async fn update(
        &self,
        request: &Update<DbParameterGroup>,
    ) -> Result<Observed<DbParameterGroup>, ExecError> {
        let (set, reset) = request.current.parameter_changes(&request.desired);
        self.change(&request.place, &request.identifier, &set, &reset).await?;
        self.0.retag("rds", TAGGING, request).await?;
        Ok(self.0.after(request))
    }

    async fn delete(&self, request: &Delete<DbParameterGroup>) -> Result<Deletion, ExecError> {
        self.0
            .call("rds", "DeleteDBParameterGroup", &request.place, |world| {
                delete_db_parameter_group(world, &request.place, &request.identifier)
            })
            .await?;
        Ok(Deletion::Gone)
    }
}
