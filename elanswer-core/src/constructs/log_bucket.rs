//! A bucket for what S3, load balancers and distributions write down.

use super::{caller, name_tag};
use crate::{
    architecture::{Construct, Scope},
    reference::{Input, Output, Ref},
    services::{
        cloudfront::Logging as DistributionLogs,
        elbv2::AccessLogs,
        iam::{Operator, PolicyDocument, Service, Statement},
        s3::{
            AbortIncompleteMultipartUpload, Bucket, BucketPolicy, Days, LifecycleRule, Logging,
            NoncurrentVersionExpiration, ObjectOwnership, Versioning,
        },
    },
};

/// A bucket that takes the access logs of the buckets and load balancers of the account, and of
/// nobody else, over TLS only, and forgets them after a while.
///
/// It is encrypted with keys of S3: load balancers write to no other. Once a
/// [`Cdn`](super::Cdn) writes its logs here, the bucket takes access control lists, without which
/// CloudFront writes none.
///
/// ```
/// use elanswer_core::{
///     Architecture, Region,
///     constructs::{LogBucket, PrivateBucket},
///     services::s3::Days,
/// };
///
/// let mut arch = Architecture::new("shop", Region::UsEast1);
/// let logs = arch.add(LogBucket::new("logs").kept_for(Days::of::<400>()));
/// arch.add(PrivateBucket::new("images").logs_to(&logs));
/// ```
#[derive(Debug, Clone)]
#[must_use = "a bucket does nothing until it is added to an architecture"]
pub struct LogBucket {
    name: String,
    kept_for: Days,
    disposable: bool,
}

impl LogBucket {
    /// A bucket for logs.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), kept_for: Days::of::<365>(), disposable: false }
    }

    /// How long a log is kept. Default: a year.
    pub const fn kept_for(mut self, days: Days) -> Self {
        self.kept_for = days;
        self
    }

    /// It is deleted with all logs in it: for tests and trials.
    pub const fn disposable(mut self) -> Self {
        self.disposable = true;
        self
    }
}

impl Construct for LogBucket {
    type Handle = LogBucketHandle;

    fn name(&self) -> &str {
        &self.name
    }

    fn build(self, scope: &mut Scope<'_>) -> LogBucketHandle {
        let caller = caller(scope);
        let old = LifecycleRule::builder()
            .id("old-logs")
            .expiration_in_days(self.kept_for)
            .noncurrent_version_expiration(NoncurrentVersionExpiration::after(Days::of::<1>()))
            .abort_incomplete_multipart_upload(AbortIncompleteMultipartUpload::after(
                Days::of::<1>(),
            ))
            .build();
        let bucket = Bucket::builder()
            .versioning(Versioning::Enabled)
            .lifecycle([old])
            .empty_on_delete(self.disposable)
            .tags(name_tag(scope, "bucket"))
            .build();
        let bucket = scope.resource("bucket", bucket);
        let writes = |service: Service, name: &str| {
            Statement::allow(["s3:PutObject"])
                .to([service])
                .on([bucket.objects("")])
                .when(Operator::STRING_EQUALS, "aws:SourceAccount", [caller.account()])
                .named(name)
        };
        let policy = PolicyDocument::new([
            BucketPolicy::tls_only(&bucket),
            writes(Service::S3Logging, "BucketLogs"),
            writes(Service::LoadBalancerLogs, "LoadBalancerLogs"),
        ]);
        let policy = scope.resource("policy", BucketPolicy::new(&bucket, policy));
        LogBucketHandle { bucket, policy }
    }
}

/// A bucket for logs that was added.
#[derive(Debug, Clone)]
pub struct LogBucketHandle {
    bucket: Ref<Bucket>,
    policy: Ref<BucketPolicy>,
}

impl LogBucketHandle {
    /// The bucket.
    #[must_use]
    pub const fn bucket(&self) -> &Ref<Bucket> {
        &self.bucket
    }

    /// Its policy: what writes logs comes after it.
    #[must_use]
    pub const fn policy(&self) -> &Ref<BucketPolicy> {
        &self.policy
    }

    /// The name of the bucket, known once its policy stands.
    fn name(&self) -> Output<String> {
        self.policy.bucket()
    }

    /// What a load balancer takes to write under this prefix.
    pub(super) fn access_logs(&self, prefix: String) -> AccessLogs {
        AccessLogs::builder().bucket(Input::from(self.name())).prefix(prefix).build()
    }

    /// What a distribution takes to write under this prefix. What writes its logs needs access
    /// control lists, which the bucket takes from now on.
    pub(super) fn distribution_logs(
        &self,
        scope: &mut Scope<'_>,
        prefix: String,
    ) -> DistributionLogs {
        scope.architecture().amend(&self.bucket, |bucket| {
            bucket.object_ownership = ObjectOwnership::BucketOwnerPreferred;
        });
        DistributionLogs::to(&self.bucket, prefix)
    }

    /// What a bucket takes to write under this prefix.
    pub(super) fn logging(&self, prefix: String) -> Logging {
        Logging::to(&self.bucket, prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::constructs::testing::{described, inventory, messages};

    #[test]
    fn builds_a_bucket_that_only_services_write_to() {
        let (arch, _) = described(|arch| arch.add(LogBucket::new("logs")));
        assert!(messages(&arch).is_empty());
        insta::assert_snapshot!(inventory(&arch, "logs/"), @"
        logs/bucket Bucket
        logs/policy BucketPolicy <- logs/bucket.BucketName, caller.Account, logs/bucket.Arn, caller.Account, logs/bucket.Arn
        ");
    }
}
