//! `AWS::SecretsManager::ResourcePolicy` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutResourcePolicy.html>.
//! Quota: 20,480 characters,
//! <https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html>.
//! Stricter than AWS: every statement for everyone without a condition makes a policy public.
//! Not modelled: policies under which whoever applies them could not change them again.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Input, Place,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::{
        iam::{Effect, PolicyUse, Principal, Role},
        secretsmanager::{ResourcePolicy, ResourcePolicyOutputs},
    },
};

use super::{SERVICE, require};
use crate::{
    api::Api,
    world::{AwsError, World, account, global},
};

/// Handles policies of secrets in memory.
#[derive(Debug)]
pub struct ResourcePolicyHandler(Api);

impl From<Api> for ResourcePolicyHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

/// What AWS refuses in the policy of a secret.
fn check(
    world: &World,
    place: &Place,
    secret: &str,
    desired: &ResourcePolicy,
) -> Result<(), AwsError> {
    require(world, place, secret)?;
    let policy = &desired.policy_document;
    let malformed =
        |message: &str| Err(AwsError::invalid("MalformedPolicyDocumentException", message));
    if let Some(fault) = policy.faults(PolicyUse::Resource).first() {
        return malformed(&fault.to_string());
    }
    if policy.size() > ResourcePolicy::LIMIT {
        return Err(AwsError::invalid("InvalidParameterException", "The policy is too long"));
    }
    let ours = format!("arn:aws:iam::{}:role/", account(place));
    let mut principals =
        policy.statements.iter().flat_map(|statement| statement.principals.named());
    let unknown = principals.any(|principal| match principal {
        Principal::Aws(Input::Literal(arn)) if arn.starts_with(&ours) => {
            !world.all::<Role>(&global()).any(|(_, role)| role.outputs.arn == *arn)
        }
        _ => false,
    });
    if unknown {
        return malformed("This resource policy contains an unsupported principal.");
    }
    let public = policy.statements.iter().any(|statement| {
        statement.effect == Effect::Allow
            && statement.conditions.is_empty()
            && statement.principals.named().any(|principal| *principal == Principal::Any)
    });
    if public && desired.block_public_policy {
        return Err(AwsError::invalid(
            "PublicPolicyException",
            "You can't apply this policy because it grants broad access to your secret.",
        ));
    }
    Ok(())
}

/// The ARN of the secret of a policy.
fn secret_of(policy: &ResourcePolicy) -> String {
    policy.secret.known().unwrap_or_default().to_owned()
}

/// `PutResourcePolicy`.
fn put(
    world: &mut World,
    request: &Create<ResourcePolicy>,
) -> Result<Observed<ResourcePolicy>, AwsError> {
    let id = secret_of(&request.desired);
    check(world, &request.place, &id, &request.desired)?;
    world.insert(request, ResourcePolicyOutputs { id }, "", Duration::ZERO)
}

#[async_trait]
impl Handler<ResourcePolicy> for ResourcePolicyHandler {
    /// One secret at a time.
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<ResourcePolicy>>, ExecError>> {
        let mut answers = Vec::with_capacity(identifiers.len());
        for id in identifiers {
            let found = self.0.call(SERVICE, "GetResourcePolicy", place, |world| {
                Ok(world.get::<ResourcePolicy>(place, id).map(|it| it.observed(world.now())))
            });
            answers.push(found.await);
        }
        answers
    }

    async fn create(
        &self,
        request: &Create<ResourcePolicy>,
    ) -> Result<Observed<ResourcePolicy>, ExecError> {
        self.0.call(SERVICE, "PutResourcePolicy", &request.place, |world| put(world, request)).await
    }

    /// A secret has one policy, without tags: the same content is taken for what was made.
    async fn find(
        &self,
        request: &Create<ResourcePolicy>,
    ) -> Result<Option<Observed<ResourcePolicy>>, ExecError> {
        let (place, id) = (&request.place, secret_of(&request.desired));
        let policy = &request.desired.policy_document;
        self.0
            .call(SERVICE, "GetResourcePolicy", place, |world| {
                let found = world.get::<ResourcePolicy>(place, &id);
                let same = found.filter(|it| it.resource.policy_document == *policy);
                Ok(same.map(|it| it.observed(world.now())))
            })
            .await
    }

    async fn update(
        &self,
        request: &Update<ResourcePolicy>,
    ) -> Result<Observed<ResourcePolicy>, ExecError> {
        let (place, id, desired) = (&request.place, &request.identifier, &request.desired);
        self.0
            .call(SERVICE, "PutResourcePolicy", place, |world| {
                check(world, place, id, desired)?;
                world.change::<ResourcePolicy>(place, id, "", Duration::ZERO, |it| {
                    it.resource = desired.clone();
                })
            })
            .await
    }

    async fn delete(&self, request: &Delete<ResourcePolicy>) -> Result<Deletion, ExecError> {
        let (place, id) = (&request.place, &request.identifier);
        self.0
            .call(SERVICE, "DeleteResourcePolicy", place, |world| {
                world.remove::<ResourcePolicy>(place, id, Duration::ZERO);
                Ok(())
            })
            .await?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::{
        Ref,
        services::{
            iam::{PolicyDocument, Statement},
            secretsmanager::{Secret, SecretOutputs},
        },
    };

    use super::{
        super::testing::{request, world},
        *,
    };

    const ARN: &str = "arn:aws:secretsmanager:us-east-1:123456789012:secret:key-a1B2c3";

    fn with_secret() -> World {
        let mut world = world();
        let outputs = SecretOutputs { id: ARN.to_owned() };
        world.insert(&request(Secret::default()), outputs, "", Duration::ZERO).unwrap();
        world
    }

    fn for_whom(principal: Principal) -> ResourcePolicy {
        let read = Statement::allow(["secretsmanager:GetSecretValue"]).to([principal]).on(["*"]);
        ResourcePolicy::new(Ref::existing(ARN), PolicyDocument::new([read]))
    }

    fn refused(policy: ResourcePolicy) -> String {
        put(&mut with_secret(), &request(policy)).unwrap_err().code().to_owned()
    }

    #[test]
    fn a_policy_is_of_a_secret_that_exists() {
        let policy = for_whom(Principal::account("210987654321"));
        let error = put(&mut world(), &request(policy.clone())).unwrap_err();
        assert_eq!(error.code(), "ResourceNotFoundException");
        put(&mut with_secret(), &request(policy)).unwrap();
    }

    #[test]
    fn aws_refuses_unknown_roles_and_long_policies_and_empty_ones() {
        let nobody = Principal::aws("arn:aws:iam::123456789012:role/nobody");
        assert_eq!(refused(for_whom(nobody)), "MalformedPolicyDocumentException");
        let empty = ResourcePolicy::new(Ref::existing(ARN), PolicyDocument::new([]));
        assert_eq!(refused(empty), "MalformedPolicyDocumentException");
        let long = (100..1200).map(|n| format!("arn:aws:iam::{n:012}:root"));
        let read = Statement::allow(["secretsmanager:GetSecretValue"])
            .to(long.map(Principal::aws))
            .on(["*"]);
        let long = ResourcePolicy::new(Ref::existing(ARN), PolicyDocument::new([read]));
        assert_eq!(refused(long), "InvalidParameterException");
    }

    #[test]
    fn a_public_policy_is_blocked_where_that_is_asked_for() {
        let public = for_whom(Principal::Any);
        assert_eq!(refused(public.clone()), "PublicPolicyException");
        let open = ResourcePolicy { block_public_policy: false, ..public };
        put(&mut with_secret(), &request(open)).unwrap();
    }
}
