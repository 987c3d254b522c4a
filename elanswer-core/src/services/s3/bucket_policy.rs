//! `AWS::S3::BucketPolicy`.

use serde::{Deserialize, Serialize};

use super::Bucket;
use crate::{
    reference::{Input, Output, Ref},
    resource::Resource,
    schema::{Kind, Schema},
    services::iam::{Operator, PolicyDocument, PolicyUse, Principal, Statement},
};

/// Who may do what with a bucket and what is in it, besides what their own policies say.
///
/// AWS: [`AWS::S3::BucketPolicy`](https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html).
/// A bucket has one; of at most 20 KiB.
///
/// ```
/// use elanswer_core::{
///     Architecture, Region,
///     services::{iam::PolicyDocument, s3::{Bucket, BucketPolicy}},
/// };
///
/// let mut arch = Architecture::new("shop", Region::UsEast1);
/// let bucket = arch.resource("images", Bucket::default());
/// let policy = PolicyDocument::new([BucketPolicy::tls_only(&bucket)]);
/// arch.resource("images-policy", BucketPolicy::new(&bucket, policy));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct BucketPolicy {
    /// `Bucket`. Changing it replaces the policy.
    pub bucket: Ref<Bucket>,
    /// `PolicyDocument`.
    pub policy_document: PolicyDocument,
}

/// What AWS decides of the policy of a bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct BucketPolicyOutputs {
    /// `Bucket`: the name of the bucket.
    pub bucket: String,
}

impl Ref<BucketPolicy> {
    /// `Bucket`: the name of the bucket, for what comes after its policy.
    #[must_use]
    pub fn bucket(&self) -> Output<String> {
        self.output("Bucket")
    }
}

impl BucketPolicy {
    /// Says of `bucket` what `policy` says.
    pub fn new(bucket: impl Into<Ref<Bucket>>, policy: PolicyDocument) -> Self {
        Self { bucket: bucket.into(), policy_document: policy }
    }

    /// Refuses whoever does not come over TLS.
    #[must_use]
    pub fn tls_only(bucket: &Ref<Bucket>) -> Statement {
        Statement::deny(["s3:*"])
            .to([Principal::Any])
            .on([Input::from(bucket.arn().text()), bucket.objects("")])
            .when(Operator::BOOL, "aws:SecureTransport", ["false"])
            .named("TlsOnly")
    }
}

impl Resource for BucketPolicy {
    type Outputs = BucketPolicyOutputs;

    /// `PutBucketPolicy` creates and updates, `DeleteBucketPolicy` deletes: one call each.
    const SCHEMA: &'static Schema = &Schema {
        identifier: "Bucket",
        outputs: &["Bucket"],
        replaces: &["Bucket"],
        exclusive: &["Bucket"],
        api: "s3",
        ..Schema::new(Kind::new("AWS::S3::BucketPolicy"))
    };

    fn policies(&self) -> Vec<(PolicyUse, &PolicyDocument)> {
        vec![(PolicyUse::Resource, &self.policy_document)]
    }
}
