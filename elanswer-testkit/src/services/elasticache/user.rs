//! `AWS::ElastiCache::User` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html>,
//! <https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html>,
//! <https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateUser.html> and
//! <https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DeleteUser.html>.
//! Not modelled: passwords, which commands there are, that a changed user keeps its groups and their
//! caches busy for a moment.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place, Ref,
    executor::{Deletion, ExecError, Status},
    handler::{Create, Delete, Observed, Update},
    services::elasticache::{
        AuthenticationMode, Engine, User, UserGroup, UserId, UserName, UserOutputs,
    },
};

use super::{TAGGING, combination, named};
use crate::{
    api::Api,
    world::{AwsError, Object, World, arn},
};

/// Handles users in memory.
#[derive(Debug)]
pub struct UserHandler(Api);

impl From<Api> for UserHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

/// How long a change takes to reach the caches.
const MODIFYING: Duration = Duration::from_secs(10);
/// How long a user takes to be gone from them.
const DELETING: Duration = Duration::from_secs(10);

/// The id of the user that AWS has in every account.
pub(super) const AWS_DEFAULT: &str = "default";

/// Refuses ways to log in that the engine does not have.
fn check(user: &User) -> Result<(), AwsError> {
    let mode = user.authentication_mode;
    if user.engine == Engine::Valkey && mode == AuthenticationMode::NoPasswordRequired {
        return Err(combination(
            "A user of engine valkey must have an authentication type: password or iam",
        ));
    }
    let same =
        user.user_name.as_ref().map(UserName::as_str) == user.user_id.as_ref().map(UserId::as_str);
    if mode == AuthenticationMode::Iam && !same {
        return Err(combination("User Id and User name must be same for authentication type: iam"));
    }
    Ok(())
}

fn create_user(world: &mut World, request: &Create<User>) -> Result<Observed<User>, AwsError> {
    let (place, desired) = (&request.place, &request.desired);
    let user_id = named(desired.user_id.as_ref(), "UserId")?;
    if user_id == AWS_DEFAULT || world.look::<User>(place, &user_id).is_some() {
        return Err(AwsError::conflict(
            "UserAlreadyExists",
            format!("User {user_id} already exists."),
        ));
    }
    let used = world.all::<User>(place).count();
    world.quotas.check("users", 1_000, used, "UserQuotaExceeded")?;
    let mut made = request.clone();
    if made.desired.user_name.is_none() {
        made.desired.user_name = UserName::new(&user_id).ok();
    }
    check(&made.desired)?;
    let outputs =
        UserOutputs { arn: arn(place, "elasticache", &format!("user:{user_id}")), user_id };
    world.insert(&made, outputs, "", Duration::ZERO)
}

fn is_active(id: &str, user: &Object<User>, world: &World) -> Result<(), AwsError> {
    match user.status(world.now()) {
        Status::Pending(state) => Err(AwsError::dependency(
            "InvalidUserState",
            format!("User {id} is not in active state: {state}."),
        )),
        _ => Ok(()),
    }
}

fn modify_user(world: &mut World, request: &Update<User>) -> Result<(), AwsError> {
    let (place, id) = (&request.place, &request.identifier);
    let user = world.require::<User>(place, id, "UserNotFound")?;
    is_active(id, user, world)?;
    let changed = User {
        engine: request.desired.engine,
        access_string: request.desired.access_string.clone(),
        authentication_mode: request.desired.authentication_mode,
        ..user.resource.clone()
    };
    if user.resource.engine == Engine::Valkey && changed.engine == Engine::Redis {
        return Err(combination("The engine of a user cannot be changed from valkey to redis"));
    }
    check(&changed)?;
    world
        .change::<User>(place, id, "modifying", MODIFYING, |object| object.resource = changed)
        .map(drop)
}

fn delete_user(world: &mut World, place: &Place, id: &str) -> Result<Deletion, AwsError> {
    let Some(user) = world.look::<User>(place, id) else { return Ok(Deletion::Gone) };
    if user.gone_at.is_some() {
        return Ok(Deletion::Underway);
    }
    is_active(id, user, world)?;
    let is_default = user.resource.is_default();
    let has_it = |group: &Object<UserGroup>| {
        group.gone_at.is_none() && group.resource.users.iter().any(|user| user.known() == Some(id))
    };
    let groups: Vec<String> = world
        .all::<UserGroup>(place)
        .filter(|(_, group)| has_it(group))
        .map(|(name, _)| name.to_owned())
        .collect();
    if is_default && !groups.is_empty() {
        return Err(AwsError::dependency(
            "DefaultUserAssociatedToUserGroup",
            format!("The default user {id} is associated to a user group."),
        ));
    }
    for group in groups {
        world.change::<UserGroup>(place, &group, "modifying", MODIFYING, |object| {
            object.resource.users.remove(&Ref::existing(id));
        })?;
    }
    world.remove::<User>(place, id, DELETING);
    Ok(Deletion::Underway)
}

#[async_trait]
impl Handler<User> for UserHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<User>>, ExecError>> {
        self.0.read("elasticache", "DescribeUsers", place, identifiers).await
    }

    async fn create(&self, request: &Create<User>) -> Result<Observed<User>, ExecError> {
        self.0
            .call("elasticache", "CreateUser", &request.place, |world| create_user(world, request))
            .await
    }

    async fn find(&self, request: &Create<User>) -> Result<Option<Observed<User>>, ExecError> {
        self.0.find_owned("elasticache", "DescribeUsers", request).await
    }

    async fn update(&self, request: &Update<User>) -> Result<Observed<User>, ExecError> {
        self.0.retag("elasticache", TAGGING, request).await?;
        if request.current.is_modified_by(&request.desired) {
            self.0
                .call("elasticache", "ModifyUser", &request.place, |world| {
                    modify_user(world, request)
                })
                .await?;
        }
        Ok(self.0.after(request))
    }

    async fn delete(&self, request: &Delete<User>) -> Result<Deletion, ExecError> {
        self.0
            .call("elasticache", "DeleteUser", &request.place, |world| {
                delete_user(world, &request.place, &request.identifier)
            })
            .await
    }
}
