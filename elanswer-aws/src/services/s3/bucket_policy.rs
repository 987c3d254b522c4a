//! `AWS::S3::BucketPolicy` over the SDK.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html>.

use async_trait::async_trait;
use aws_sdk_s3::Client;
use elanswer_core::{
    Handler, Place, Ref,
    executor::{Deletion, ErrorKind, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::{
        iam::PolicyDocument,
        s3::{BucketPolicy, BucketPolicyOutputs},
    },
};

use super::{SERVICE, failed, if_set};
use crate::{
    clients::Clients,
    error::{gone_is_fine, none_if_gone},
};

/// Handles policies of buckets over the SDK.
#[derive(Debug)]
pub struct BucketPolicyHandler(Clients);

impl From<Clients> for BucketPolicyHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

fn observed(bucket: &str, policy: PolicyDocument) -> Observed<BucketPolicy> {
    let resource = BucketPolicy::new(Ref::existing(bucket), policy);
    Observed::ready(resource, BucketPolicyOutputs { bucket: bucket.to_owned() })
}

async fn look(client: &Client, bucket: &str) -> Result<Option<Observed<BucketPolicy>>, ExecError> {
    let answer = client.get_bucket_policy().bucket(bucket).send().await;
    let answer = if_set(answer.map_err(failed("GetBucketPolicy")));
    let Some(text) = none_if_gone(answer)?.flatten().and_then(|answer| answer.policy) else {
        return Ok(None);
    };
    let policy = text.parse::<PolicyDocument>().map_err(|error| {
        ExecError::new(ErrorKind::Internal, error.to_string())
            .with_operation(SERVICE, "GetBucketPolicy")
    })?;
    Ok(Some(observed(bucket, policy)))
}

async fn put(client: &Client, bucket: &str, policy: &PolicyDocument) -> Result<(), ExecError> {
    let call = client.put_bucket_policy().bucket(bucket).policy(policy.to_json());
    call.send().await.map(drop).map_err(failed("PutBucketPolicy"))
}

#[async_trait]
impl Handler<BucketPolicy> for BucketPolicyHandler {
    /// One bucket at a time.
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<BucketPolicy>>, ExecError>> {
        let client = self.0.s3(place.region);
        let looks = identifiers.iter().map(|bucket| look(&client, bucket));
        futures_util::future::join_all(looks).await
    }

    async fn create(
        &self,
        request: &Create<BucketPolicy>,
    ) -> Result<Observed<BucketPolicy>, ExecError> {
        let client = self.0.s3(request.place.region);
        let (bucket, policy) = (&request.desired.bucket, &request.desired.policy_document);
        let bucket = bucket.known().unwrap_or_default();
        put(&client, bucket, policy).await?;
        Ok(observed(bucket, policy.clone()))
    }

    /// A bucket has one policy, without tags: the same content is taken for what was made.
    async fn find(
        &self,
        request: &Create<BucketPolicy>,
    ) -> Result<Option<Observed<BucketPolicy>>, ExecError> {
        let client = self.0.s3(request.place.region);
        let found = look(&client, request.desired.bucket.known().unwrap_or_default()).await?;
        Ok(found.filter(|found| found.resource.policy_document == request.desired.policy_document))
    }

    async fn update(
        &self,
        request: &Update<BucketPolicy>,
    ) -> Result<Observed<BucketPolicy>, ExecError> {
        let client = self.0.s3(request.place.region);
        put(&client, &request.identifier, &request.desired.policy_document).await?;
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<BucketPolicy>) -> Result<Deletion, ExecError> {
        let call = self.0.s3(request.place.region).delete_bucket_policy();
        let deleted = call.bucket(&request.identifier).send().await;
        gone_is_fine(deleted.map_err(failed("DeleteBucketPolicy")))?;
        Ok(Deletion::Gone)
    }
}
