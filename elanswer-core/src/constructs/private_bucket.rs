//! A bucket that nobody reads but those who are told to.

use super::{EncryptionKey, EncryptionKeyHandle, KeyUser, LogBucketHandle, name_tag};
use crate::{
    architecture::{Construct, Scope},
    reference::Ref,
    region::Region,
    services::{
        iam::{Operator, PolicyDocument, PolicyName, Role, RolePolicy, Service, Statement},
        s3::{
            AbortIncompleteMultipartUpload, Bucket, BucketPolicy, Days, Destination, Encryption,
            IntelligentTiering, Lifecycle, LifecycleRule, NoncurrentVersionExpiration, Replication,
            ReplicationRule, Versioning,
        },
    },
};

/// A bucket that keeps versions, answers over TLS only, is never public, and throws away uploads
/// that nobody finished.
///
/// Who reads or writes it says so: [`FargateService::reads`](super::FargateService::reads) and
/// [`writes`](super::FargateService::writes) write the statements.
///
/// ```
/// use elanswer_core::{
///     Architecture, Region,
///     constructs::{EncryptionKey, KeyUser, PrivateBucket},
///     services::s3::Days,
/// };
///
/// let mut arch = Architecture::new("shop", Region::UsEast1);
/// let key = arch.add(EncryptionKey::new("key").used_by([KeyUser::S3]));
/// let backups = PrivateBucket::new("backups")
///     .encrypted_with(&key)
///     .old_versions_kept_for(Days::of::<90>())
///     .copied_to(Region::UsWest2);
/// let backups = arch.add(backups);
/// assert!(backups.copy().is_some());
/// ```
#[derive(Debug, Clone)]
#[must_use = "a bucket does nothing until it is added to an architecture"]
pub struct PrivateBucket {
    name: String,
    key: Option<EncryptionKeyHandle>,
    logs: Option<LogBucketHandle>,
    old_versions: Option<Days>,
    rules: Vec<LifecycleRule>,
    tierings: Vec<IntelligentTiering>,
    copy: Option<Region>,
    disposable: bool,
}

impl PrivateBucket {
    /// A bucket.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            key: None,
            logs: None,
            old_versions: None,
            rules: Vec::new(),
            tierings: Vec::new(),
            copy: None,
            disposable: false,
        }
    }

    /// Encrypts objects with this key, which [`KeyUser::S3`] uses. Default: with keys of S3.
    pub fn encrypted_with(mut self, key: &EncryptionKeyHandle) -> Self {
        self.key = Some(key.clone());
        self
    }

    /// Writes down who reads and writes. Default: nowhere.
    pub fn logs_to(mut self, logs: &LogBucketHandle) -> Self {
        self.logs = Some(logs.clone());
        self
    }

    /// How long versions are kept that were overwritten or deleted. Default: for ever.
    pub const fn old_versions_kept_for(mut self, days: Days) -> Self {
        self.old_versions = Some(days);
        self
    }

    /// What else becomes of objects with time.
    pub fn rule(mut self, rule: LifecycleRule) -> Self {
        self.rules.push(rule);
        self
    }

    /// When objects of the class `INTELLIGENT_TIERING` go to its archives.
    pub fn tiering(mut self, tiering: IntelligentTiering) -> Self {
        self.tierings.push(tiering);
        self
    }

    /// Copies every object to a bucket in another Region as soon as it is put, encrypted with a key
    /// there. What is deleted here stays there. Default: no copies.
    pub const fn copied_to(mut self, region: Region) -> Self {
        self.copy = Some(region);
        self
    }

    /// It is deleted with all that is in it: for tests and trials.
    pub const fn disposable(mut self) -> Self {
        self.disposable = true;
        self
    }

    fn bucket(&self, scope: &Scope<'_>, key: Option<&EncryptionKeyHandle>) -> Bucket {
        let uploads = LifecycleRule::builder()
            .id("unfinished-uploads")
            .abort_incomplete_multipart_upload(AbortIncompleteMultipartUpload::after(
                Days::of::<7>(),
            ))
            .build();
        let versions = self.old_versions.map(|days| {
            LifecycleRule::builder()
                .id("old-versions")
                .noncurrent_version_expiration(NoncurrentVersionExpiration::after(days))
                .build()
        });
        let rules = self.rules.iter().cloned().chain(versions).chain([uploads]).collect();
        Bucket::builder()
            .encryption(key.map_or(Encryption::S3Managed, |key| Encryption::with_key(key.arn())))
            .versioning(Versioning::Enabled)
            .lifecycle(Lifecycle { rules })
            .intelligent_tiering(self.tierings.iter().cloned())
            .empty_on_delete(self.disposable)
            .tags(name_tag(scope, "bucket"))
            .build()
    }

    /// The bucket in the other Region, and the key there.
    fn copy(&self, scope: &mut Scope<'_>, region: Region) -> Copy {
        let mut there = scope.part("copy").in_region(region);
        let key = self.key.as_ref().map(|_| {
            let key = EncryptionKey::new("key").used_by([KeyUser::S3, KeyUser::S3Copies]);
            there.add(if self.disposable { key.disposable() } else { key })
        });
        let bucket = self.bucket(&there, key.as_ref());
        let bucket = there.resource("bucket", bucket);
        let policy = PolicyDocument::new([BucketPolicy::tls_only(&bucket)]);
        there.resource("policy", BucketPolicy::new(&bucket, policy));
        Copy { bucket, key, region }
    }
}

/// A bucket in another Region, and the key there.
struct Copy {
    bucket: Ref<Bucket>,
    key: Option<EncryptionKeyHandle>,
    region: Region,
}

impl Copy {
    /// What S3 does to copy: for each object that is put here a replica there.
    fn replication(&self, role: &Ref<Role>) -> Replication {
        let key = self.key.as_ref().map(|key| key.arn().into());
        let destination = Destination { replica_key: key, ..Destination::from(&self.bucket) };
        let rule = ReplicationRule::builder()
            .id("everything")
            .encrypted_objects(self.key.is_some())
            .destination(destination)
            .build();
        Replication::new(role, [rule])
    }

    /// What S3 must be able to do for that: read versions here, write replicas there.
    fn permissions(
        &self,
        from: &Ref<Bucket>,
        key: Option<&EncryptionKeyHandle>,
        here: Region,
    ) -> PolicyDocument {
        let policy = PolicyDocument::new([
            Statement::allow(["s3:GetReplicationConfiguration", "s3:ListBucket"])
                .on([from.arn().text()]),
            Statement::allow([
                "s3:GetObjectVersionAcl",
                "s3:GetObjectVersionForReplication",
                "s3:GetObjectVersionTagging",
            ])
            .on([from.objects("")]),
            Statement::allow(["s3:ReplicateObject", "s3:ReplicateTags"])
                .on([self.bucket.objects("")]),
        ]);
        let keys = [(key, "kms:Decrypt", here), (self.key.as_ref(), "kms:Encrypt", self.region)];
        keys.into_iter()
            .filter_map(|(key, action, region)| Some((key?, action, region)))
            .fold(policy, |policy, (key, action, region)| {
                policy.with(through_s3([action], key, region))
            })
    }
}

/// Use of a key by way of S3 only.
pub(super) fn through_s3<const COUNT: usize>(
    actions: [&str; COUNT],
    key: &EncryptionKeyHandle,
    region: Region,
) -> Statement {
    Statement::allow(actions).on([key.arn().text()]).when(
        Operator::STRING_EQUALS,
        "kms:ViaService",
        [format!("s3.{region}.amazonaws.com")],
    )
}

impl Construct for PrivateBucket {
    type Handle = PrivateBucketHandle;

    fn name(&self) -> &str {
        &self.name
    }

    fn build(self, scope: &mut Scope<'_>) -> PrivateBucketHandle {
        let region = scope.place().region;
        if self.copy == Some(region) {
            scope.problem(
                format!("`{}` is copied to its own Region {region}", self.name),
                "choose another Region for the copies",
            );
        }
        let mut bucket = self.bucket(scope, self.key.as_ref());
        bucket.logging = self.logs.as_ref().map(|logs| logs.logging(format!("{}/", scope.label())));
        let copy = self.copy.map(|region| {
            let copy = self.copy(scope, region);
            let mut role = Role::assumed_by(Service::S3);
            role.tags = name_tag(scope, "copies-role");
            (copy, scope.resource("copies-role", role))
        });
        bucket.replication = copy.as_ref().map(|(copy, role)| copy.replication(role));
        let bucket = scope.resource("bucket", bucket);
        if let Some(logs) = &self.logs {
            scope.architecture().options(&bucket, |options| _ = options.depends_on(logs.policy()));
        }
        if let Some((copy, role)) = &copy {
            let policy = copy.permissions(&bucket, self.key.as_ref(), region);
            let policy = RolePolicy::new(role, COPY, policy);
            scope.resource("copies-role-policy", policy);
        }
        let policy = PolicyDocument::new([BucketPolicy::tls_only(&bucket)]);
        let policy = scope.resource("policy", BucketPolicy::new(&bucket, policy));
        let copy = copy.map(|(it, _)| it.bucket);
        PrivateBucketHandle { bucket, policy, key: self.key, region, copy }
    }
}

/// The name of the policy of the role that copies.
const COPY: PolicyName = PolicyName::literal("copy");

/// A private bucket that was added.
#[derive(Debug, Clone)]
pub struct PrivateBucketHandle {
    bucket: Ref<Bucket>,
    policy: Ref<BucketPolicy>,
    key: Option<EncryptionKeyHandle>,
    region: Region,
    copy: Option<Ref<Bucket>>,
}

impl PrivateBucketHandle {
    /// The bucket.
    #[must_use]
    pub const fn bucket(&self) -> &Ref<Bucket> {
        &self.bucket
    }

    /// Its policy.
    #[must_use]
    pub const fn policy(&self) -> &Ref<BucketPolicy> {
        &self.policy
    }

    /// The key that encrypts its objects.
    #[must_use]
    pub const fn key(&self) -> Option<&EncryptionKeyHandle> {
        self.key.as_ref()
    }

    /// The bucket in the other Region that has copies of all objects.
    #[must_use]
    pub const fn copy(&self) -> Option<&Ref<Bucket>> {
        self.copy.as_ref()
    }

    /// What somebody must be able to do who lists and reads its objects.
    #[must_use]
    pub fn reading(&self) -> Vec<Statement> {
        let objects = Statement::allow(["s3:GetObject"]).on([self.bucket.objects("")]);
        let list = Statement::allow(["s3:ListBucket"]).on([self.bucket.arn().text()]);
        let key = self.key.as_ref().map(|key| through_s3(["kms:Decrypt"], key, self.region));
        [objects, list].into_iter().chain(key).collect()
    }

    /// What somebody must be able to do who puts objects, in one part or in many.
    #[must_use]
    pub fn writing(&self) -> Vec<Statement> {
        let objects = Statement::allow(["s3:AbortMultipartUpload", "s3:PutObject"])
            .on([self.bucket.objects("")]);
        let actions = ["kms:Decrypt", "kms:GenerateDataKey"];
        let key = self.key.as_ref().map(|key| through_s3(actions, key, self.region));
        [objects].into_iter().chain(key).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::constructs::{
        LogBucket,
        testing::{described, inventory, messages},
    };

    #[test]
    fn builds_a_bucket_and_its_copy_in_another_region() {
        let (arch, backups) = described(|arch| {
            let key = arch.add(EncryptionKey::new("key").used_by([KeyUser::S3]));
            let logs = arch.add(LogBucket::new("logs"));
            let backups = PrivateBucket::new("backups")
                .encrypted_with(&key)
                .logs_to(&logs)
                .old_versions_kept_for(Days::of::<90>())
                .copied_to(Region::EuWest1);
            arch.add(backups)
        });
        assert!(messages(&arch).is_empty());
        let there = backups.copy().and_then(|copy| arch.node(copy.id()?)).unwrap();
        assert_eq!(there.place.region, Region::EuWest1);
        insta::assert_snapshot!(inventory(&arch, "backups/"), @"
        backups/bucket Bucket <- key/key.Arn, logs/bucket.BucketName, backups/copies-role.Arn, backups/copy/bucket.Arn, backups/copy/key/key.Arn after logs/policy
        backups/copies-role Role
        backups/copies-role-policy RolePolicy <- key/key.Arn, backups/copy/key/key.Arn, backups/bucket.Arn, backups/copy/bucket.Arn, backups/copies-role.RoleName
        backups/copy/bucket Bucket <- backups/copy/key/key.Arn
        backups/copy/key/alias Alias <- backups/copy/key/key.KeyId
        backups/copy/key/key Key <- caller.Root
        backups/copy/policy BucketPolicy <- backups/copy/bucket.BucketName, backups/copy/bucket.Arn
        backups/policy BucketPolicy <- backups/bucket.BucketName, backups/bucket.Arn
        ");
    }

    #[test]
    fn copies_go_to_another_region() {
        let (arch, _) = described(|arch| {
            let region = arch.region();
            arch.add(PrivateBucket::new("backups").copied_to(region))
        });
        let messages = messages(&arch);
        assert!(messages.iter().any(|text| text.contains("its own Region")), "{messages:?}");
    }

    #[test]
    fn keys_are_used_by_way_of_s3_only() {
        let (_, bucket) = described(|arch| {
            let key = arch.add(EncryptionKey::new("key").used_by([KeyUser::S3]));
            arch.add(PrivateBucket::new("images").encrypted_with(&key))
        });
        for statement in bucket.reading().into_iter().chain(bucket.writing()) {
            let of_keys = statement.actions.named().any(|it| it.service() == Some("kms"));
            assert_eq!(of_keys, !statement.conditions.is_empty(), "{statement:?}");
        }
    }
}
