//! `AWS::IAM::RolePolicy` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html>.
//! `PutRolePolicy` overwrites a policy of the same name.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::iam::{PolicyDocument, PolicyUse, Role, RolePolicy, RolePolicyOutputs},
};

use super::{NO_SUCH_ENTITY, SERVICE, gone_is_fine, no_such_role, well_formed};
use crate::{
    api::Api,
    world::{AwsError, World},
};

/// Handles inline policies of roles in memory.
#[derive(Debug)]
pub struct RolePolicyHandler(Api);

impl From<Api> for RolePolicyHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

fn identifier(policy: &RolePolicy) -> RolePolicyOutputs {
    let role_name = policy.role.known().unwrap_or_default();
    RolePolicyOutputs::new(role_name, policy.policy_name.as_str())
}

/// What `PutRolePolicy` checks, whether or not there is a policy of this name.
fn check(world: &World, place: &Place, policy: &RolePolicy) -> Result<(), AwsError> {
    let role_name = policy.role.known().unwrap_or_default();
    world.get::<Role>(place, role_name).ok_or_else(|| no_such_role(role_name))?;
    well_formed(&policy.policy_document, PolicyUse::Identity)?;
    let others = world
        .all::<RolePolicy>(place)
        .map(|(_, object)| &object.resource)
        .filter(|other| other.role == policy.role && other.policy_name != policy.policy_name);
    let size = policy.policy_document.size()
        + others.map(|other| other.policy_document.size()).sum::<usize>();
    let limit = PolicyDocument::ROLE_INLINE_LIMIT;
    if size > limit {
        return Err(AwsError::quota(
            "LimitExceeded",
            format!("Maximum policy size of {limit} bytes exceeded for role {role_name}"),
        ));
    }
    Ok(())
}

fn put(world: &mut World, request: &Create<RolePolicy>) -> Result<Observed<RolePolicy>, AwsError> {
    check(world, &request.place, &request.desired)?;
    world.insert(request, identifier(&request.desired), "", Duration::ZERO)
}

fn delete(world: &mut World, place: &Place, id: &str) -> Result<(), AwsError> {
    if world.get::<RolePolicy>(place, id).is_none() {
        return Err(AwsError::not_found(
            NO_SUCH_ENTITY,
            "The role policy with this name cannot be found.",
        ));
    }
    world.remove::<RolePolicy>(place, id, Duration::ZERO);
    Ok(())
}

#[async_trait]
impl Handler<RolePolicy> for RolePolicyHandler {
    /// `GetRolePolicy` takes one policy.
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<RolePolicy>>, ExecError>> {
        let mut answers = Vec::with_capacity(identifiers.len());
        for id in identifiers.chunks(1) {
            answers.extend(self.0.read(SERVICE, "GetRolePolicy", place, id).await);
        }
        answers
    }

    async fn create(
        &self,
        request: &Create<RolePolicy>,
    ) -> Result<Observed<RolePolicy>, ExecError> {
        self.0.call(SERVICE, "PutRolePolicy", &request.place, |world| put(world, request)).await
    }

    /// By role and name: inline policies have no tags.
    async fn find(
        &self,
        request: &Create<RolePolicy>,
    ) -> Result<Option<Observed<RolePolicy>>, ExecError> {
        let id = [identifier(&request.desired).id];
        let mut found = self.0.read(SERVICE, "GetRolePolicy", &request.place, &id).await;
        found.pop().unwrap_or(Ok(None))
    }

    async fn update(
        &self,
        request: &Update<RolePolicy>,
    ) -> Result<Observed<RolePolicy>, ExecError> {
        let (place, desired) = (&request.place, &request.desired);
        self.0
            .call(SERVICE, "PutRolePolicy", place, |world| {
                check(world, place, desired)?;
                world.change::<RolePolicy>(
                    place,
                    &request.identifier,
                    "",
                    Duration::ZERO,
                    |object| object.resource = desired.clone(),
                )
            })
            .await
    }

    async fn delete(&self, request: &Delete<RolePolicy>) -> Result<Deletion, ExecError> {
        let (place, id) = (&request.place, &request.identifier);
        let call =
            self.0.call(SERVICE, "DeleteRolePolicy", place, |world| delete(world, place, id));
        gone_is_fine(call.await)?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::{
        Ref,
        executor::ErrorKind,
        services::iam::{PolicyName, RoleName, Service, Statement},
    };

    use super::*;
    use crate::{
        MockAws,
        services::iam::testing::{change, make, read, remove},
    };

    fn policy(name: &str, statement: Statement) -> RolePolicy {
        let name = PolicyName::new(name).unwrap();
        RolePolicy::new(Ref::existing("web"), name, PolicyDocument::new([statement]))
    }

    fn reading() -> Statement {
        Statement::allow(["s3:GetObject"]).on(["arn:aws:s3:::images/*"])
    }

    fn long(characters: usize) -> Statement {
        reading().named("a".repeat(characters))
    }

    #[tokio::test(start_paused = true)]
    async fn a_policy_lives_and_holds_its_role() {
        let aws = MockAws::new();
        let missing = make(&aws, &policy("read", reading())).await.unwrap_err();
        assert_eq!((missing.kind(), missing.code()), (ErrorKind::NotFound, Some(NO_SUCH_ENTITY)));
        let role = Role {
            role_name: Some(RoleName::new("web").unwrap()),
            ..Role::assumed_by(Service::EcsTasks)
        };
        let role = make(&aws, &role).await.unwrap();
        let made = make(&aws, &policy("read", reading())).await.unwrap();
        assert_eq!(made.identifier, "web|read");
        let wider = policy("read", Statement::allow(["s3:Get*"]).on(["*"]));
        let changed = change(&aws, &made, &wider).await.unwrap();
        assert_eq!(read::<RolePolicy>(&aws, "web|read").await, Some(changed.clone()));
        let held = remove::<Role>(&aws, &role).await.unwrap_err();
        assert_eq!((held.kind(), held.code()), (ErrorKind::Dependency, Some("DeleteConflict")));
        remove::<RolePolicy>(&aws, &changed).await.unwrap();
        remove::<RolePolicy>(&aws, &changed).await.unwrap();
        remove::<Role>(&aws, &role).await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn policies_are_well_formed_and_not_too_long_together() {
        let aws = MockAws::new();
        let role = Role {
            role_name: Some(RoleName::new("web").unwrap()),
            ..Role::assumed_by(Service::EcsTasks)
        };
        make(&aws, &role).await.unwrap();
        for statement in [
            Statement::allow(["s3:GetObject"]),
            reading().to([Service::Ec2]),
            Statement::allow(["GetObject"]).on(["*"]),
            Statement::allow(["s3:GetObject"]).on(["images"]),
        ] {
            let error = make(&aws, &policy("read", statement)).await.unwrap_err();
            assert_eq!(error.code(), Some("MalformedPolicyDocument"));
        }
        let first = make(&aws, &policy("a", long(6000))).await.unwrap();
        let error = make(&aws, &policy("b", long(4500))).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Quota, Some("LimitExceeded")));
        change(&aws, &first, &policy("a", long(5000))).await.unwrap();
        make(&aws, &policy("b", long(4500))).await.unwrap();
    }
}
