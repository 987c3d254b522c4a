//! `AWS::ElastiCache::UserGroup` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html>,
//! <https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateUserGroup.html> and
//! <https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ModifyUserGroup.html>.
//! Not modelled: serverless caches; that a changed group keeps its caches busy for a moment.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place, Set,
    executor::{Deletion, ExecError, Status},
    handler::{Create, Delete, Observed, Update},
    services::elasticache::{
        AuthenticationMode, Engine, ReplicationGroup, User, UserGroup, UserGroupOutputs, UserName,
    },
};

use super::{TAGGING, combination, named, user::AWS_DEFAULT, value};
use crate::{
    api::Api,
    world::{AwsError, Object, World, arn},
};

/// Handles user groups in memory.
#[derive(Debug)]
pub struct UserGroupHandler(Api);

impl From<Api> for UserGroupHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

const CREATING: Duration = Duration::from_secs(15);
const MODIFYING: Duration = Duration::from_secs(30);
const DELETING: Duration = Duration::from_secs(15);

/// Refuses users that do not exist or do not go together.
fn check_users(world: &World, place: &Place, group: &UserGroup) -> Result<(), AwsError> {
    let mut names = Set::new();
    for user in &group.users {
        let id = user.known().unwrap_or_default();
        let (name, engine, mode) = if id == AWS_DEFAULT {
            let mode = AuthenticationMode::NoPasswordRequired;
            (AWS_DEFAULT.to_owned(), Engine::Redis, mode)
        } else {
            let user = &world.require::<User>(place, id, "UserNotFound")?.resource;
            let name = user.user_name.as_ref().map_or(id, UserName::as_str);
            (name.to_owned(), user.engine, user.authentication_mode)
        };
        if group.engine == Engine::Redis && engine == Engine::Valkey {
            return Err(value(format!(
                "User {id} of engine valkey cannot be in a user group of engine redis"
            )));
        }
        if group.engine == Engine::Valkey && mode == AuthenticationMode::NoPasswordRequired {
            return Err(value(format!(
                "User {id} has no authentication: a user group of engine valkey can only contain \
                 users with a password or IAM"
            )));
        }
        if !names.insert(name.clone()) {
            return Err(AwsError::invalid(
                "DuplicateUserName",
                format!("More than one user of the group has the user name {name}"),
            ));
        }
    }
    if group.engine == Engine::Redis && !names.contains(AWS_DEFAULT) {
        return Err(AwsError::invalid(
            "DefaultUserRequired",
            "User group needs to contain a user with the user name default.",
        ));
    }
    let Some(others) = group.users.len().checked_sub(1) else {
        return Err(value("The parameter UserIds must be provided."));
    };
    world.quotas.check("users per user group", 100, others, "InvalidParameterValue")
}

fn create_user_group(
    world: &mut World,
    request: &Create<UserGroup>,
) -> Result<Observed<UserGroup>, AwsError> {
    let (place, desired) = (&request.place, &request.desired);
    let user_group_id = named(desired.user_group_id.as_ref(), "UserGroupId")?;
    if world.look::<UserGroup>(place, &user_group_id).is_some() {
        return Err(AwsError::conflict(
            "UserGroupAlreadyExists",
            format!("User Group {user_group_id} already exists."),
        ));
    }
    let used = world.all::<UserGroup>(place).count();
    world.quotas.check("user groups", 100, used, "UserGroupQuotaExceeded")?;
    check_users(world, place, desired)?;
    let outputs = UserGroupOutputs {
        arn: arn(place, "elasticache", &format!("usergroup:{user_group_id}")),
        user_group_id,
    };
    world.insert(request, outputs, "creating", CREATING)
}

/// Refuses what needs a group that AWS is not working on.
pub(super) fn is_active(
    id: &str,
    group: &Object<UserGroup>,
    world: &World,
) -> Result<(), AwsError> {
    match group.status(world.now()) {
        Status::Pending(state) => Err(AwsError::dependency(
            "InvalidUserGroupState",
            format!("User group {id} is not in active state: {state}."),
        )),
        _ => Ok(()),
    }
}

fn modify_user_group(world: &mut World, request: &Update<UserGroup>) -> Result<(), AwsError> {
    let (place, id, desired) = (&request.place, &request.identifier, &request.desired);
    let group = world.require::<UserGroup>(place, id, "UserGroupNotFound")?;
    is_active(id, group, world)?;
    if group.resource.engine == Engine::Valkey && desired.engine == Engine::Redis {
        return Err(combination(
            "The engine of a user group cannot be changed from valkey to redis",
        ));
    }
    check_users(world, place, desired)?;
    world
        .change::<UserGroup>(place, id, "modifying", MODIFYING, |object| {
            object.resource.engine = desired.engine;
            object.resource.users.clone_from(&desired.users);
        })
        .map(drop)
}

fn delete_user_group(world: &mut World, place: &Place, id: &str) -> Result<Deletion, AwsError> {
    let Some(group) = world.look::<UserGroup>(place, id) else { return Ok(Deletion::Gone) };
    if group.gone_at.is_some() {
        return Ok(Deletion::Underway);
    }
    is_active(id, group, world)?;
    let used = world
        .all::<ReplicationGroup>(place)
        .any(|(_, cache)| cache.resource.user_groups.iter().any(|it| it.known() == Some(id)));
    if used {
        return Err(AwsError::dependency(
            "InvalidUserGroupState",
            format!("User group {id} is associated with a replication group."),
        ));
    }
    world.remove::<UserGroup>(place, id, DELETING);
    Ok(Deletion::Underway)
}

#[async_trait]
impl Handler<UserGroup> for UserGroupHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<UserGroup>>, ExecError>> {
        self.0.read("elasticache", "DescribeUserGroups", place, identifiers).await
    }

    async fn create(&self, request: &Create<UserGroup>) -> Result<Observed<UserGroup>, ExecError> {
        self.0
            .call("elasticache", "CreateUserGroup", &request.place, |world| {
                create_user_group(world, request)
            })
            .await
    }

    async fn find(
        &self,
        request: &Create<UserGroup>,
    ) -> Result<Option<Observed<UserGroup>>, ExecError> {
        self.0.find_owned("elasticache", "DescribeUserGroups", request).await
    }

    async fn update(&self, request: &Update<UserGroup>) -> Result<Observed<UserGroup>, ExecError> {
        self.0.retag("elasticache", TAGGING, request).await?;
        if request.current.is_modified_by(&request.desired) {
            self.0
                .call("elasticache", "ModifyUserGroup", &request.place, |world| {
                    modify_user_group(world, request)
                })
                .await?;
        }
        Ok(self.0.after(request))
    }

    async fn delete(&self, request: &Delete<UserGroup>) -> Result<Deletion, ExecError> {
        self.0
            .call("elasticache", "DeleteUserGroup", &request.place, |world| {
                delete_user_group(world, &request.place, &request.identifier)
            })
            .await
    }
}
