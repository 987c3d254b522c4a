//! `AWS::S3::BucketPolicy` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html>,
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html>.
//! Stricter than AWS: every statement for everyone without a condition makes a policy public.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Input, Place,
    executor::{Deletion, ErrorKind, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::{
        iam::{Effect, PolicyDocument, PolicyUse, Principal, Role},
        s3::{BucketPolicy, BucketPolicyOutputs},
    },
};

use super::{SERVICE, require};
use crate::{
    api::Api,
    world::{AwsError, World, account, global},
};

/// The most bytes of a policy.
const MAX_POLICY_LEN: usize = 20 * 1024;

/// Handles policies of buckets in memory.
#[derive(Debug)]
pub struct BucketPolicyHandler(Api);

impl From<Api> for BucketPolicyHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

/// What AWS refuses in the policy of a bucket.
fn check(
    world: &World,
    place: &Place,
    name: &str,
    policy: &PolicyDocument,
) -> Result<(), AwsError> {
    let bucket = require(world, place, name)?;
    let malformed = |message: &str| Err(AwsError::invalid("MalformedPolicy", message));
    if let Some(fault) = policy.faults(PolicyUse::Resource).first() {
        return malformed(&fault.to_string());
    }
    if policy.size() > MAX_POLICY_LEN {
        return malformed("Policy exceeds the maximum size");
    }
    let mut statements = policy.statements.iter();
    let outside = statements.any(|statement| {
        let mut resources = statement.resources.named().filter_map(Input::known);
        resources.any(|resource| {
            let rest = resource.strip_prefix(bucket.outputs.arn.as_str());
            !rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    });
    if outside {
        return malformed("Policy has invalid resource");
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
        return malformed("Invalid principal in policy");
    }
    let public = policy.statements.iter().any(|statement| {
        statement.effect == Effect::Allow
            && statement.conditions.is_empty()
            && statement.principals.named().any(|principal| *principal == Principal::Any)
    });
    if public && bucket.resource.public_access_block.block_public_policy {
        return Err(AwsError::new(
            ErrorKind::PermissionDenied,
            "AccessDenied",
            "public policies are blocked by the BlockPublicPolicy block public access setting",
        ));
    }
    Ok(())
}

/// `PutBucketPolicy`.
fn put(world: &mut World, request: &Create<BucketPolicy>) -> Result<(), AwsError> {
    let name = request.desired.bucket.known().unwrap_or_default();
    check(world, &request.place, name, &request.desired.policy_document)?;
    let outputs = BucketPolicyOutputs { bucket: name.to_owned() };
    world.insert(request, outputs, "", Duration::ZERO).map(drop)
}

#[async_trait]
impl Handler<BucketPolicy> for BucketPolicyHandler {
    /// One bucket at a time.
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<BucketPolicy>>, ExecError>> {
        let mut answers = Vec::with_capacity(identifiers.len());
        for name in identifiers {
            let found = self.0.call(SERVICE, "GetBucketPolicy", place, |world| {
                Ok(world.get::<BucketPolicy>(place, name).map(|it| it.observed(world.now())))
            });
            answers.push(found.await);
        }
        answers
    }

    async fn create(
        &self,
        request: &Create<BucketPolicy>,
    ) -> Result<Observed<BucketPolicy>, ExecError> {
        let place = &request.place;
        self.0.call(SERVICE, "PutBucketPolicy", place, |world| put(world, request)).await?;
        let bucket = request.desired.bucket.known().unwrap_or_default().to_owned();
        Ok(Observed::ready(request.desired.clone(), BucketPolicyOutputs { bucket }))
    }

    /// A bucket has one policy, without tags: the same content is taken for what was made.
    async fn find(
        &self,
        request: &Create<BucketPolicy>,
    ) -> Result<Option<Observed<BucketPolicy>>, ExecError> {
        let (place, name) = (&request.place, request.desired.bucket.known().unwrap_or_default());
        self.0
            .call(SERVICE, "GetBucketPolicy", place, |world| {
                let found = world.get::<BucketPolicy>(place, name);
                let same = found.filter(|policy| policy.resource == request.desired);
                Ok(same.map(|policy| policy.observed(world.now())))
            })
            .await
    }

    async fn update(
        &self,
        request: &Update<BucketPolicy>,
    ) -> Result<Observed<BucketPolicy>, ExecError> {
        let (place, name) = (&request.place, &request.identifier);
        let policy = &request.desired.policy_document;
        self.0
            .call(SERVICE, "PutBucketPolicy", place, |world| {
                check(world, place, name, policy)?;
                world.change::<BucketPolicy>(place, name, "", Duration::ZERO, |it| {
                    it.resource.policy_document = policy.clone();
                })
            })
            .await
    }

    async fn delete(&self, request: &Delete<BucketPolicy>) -> Result<Deletion, ExecError> {
        let (place, name) = (&request.place, &request.identifier);
        self.0
            .call(SERVICE, "DeleteBucketPolicy", place, |world| {
                world.remove::<BucketPolicy>(place, name, Duration::ZERO);
                Ok(())
            })
            .await?;
        Ok(Deletion::Gone)
    }
}
