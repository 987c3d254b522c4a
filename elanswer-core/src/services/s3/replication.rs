//! Copies of objects in another bucket.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::{BucketArn, Status, TransitionStorageClass};
use crate::{
    Set,
    reference::{Input, Ref},
    services::{iam::Role, kms::KeyArn, s3::Bucket},
};

/// What S3 copies to other buckets, as soon as it is put. Both buckets keep versions.
///
/// AWS: [`AWS::S3::Bucket ReplicationConfiguration`](https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication.html).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Replication {
    /// `Role`: the ARN of the role in which S3 reads here and writes there.
    pub role: Input<String>,
    /// `Rules`: at most 1,000, each with a priority of its own.
    pub rules: Set<ReplicationRule>,
}

impl Replication {
    /// Copies as `rules` say, in this role.
    pub fn new(role: &Ref<Role>, rules: impl IntoIterator<Item = ReplicationRule>) -> Self {
        Self { role: role.arn().into(), rules: rules.into_iter().collect() }
    }
}

/// Which objects are copied where.
///
/// Not modelled: filters by tags, buckets of other accounts, replication time control, and what
/// changes of a replica.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct ReplicationRule {
    /// `Id`: unique in the bucket, at most 255 characters.
    #[builder(into)]
    pub id: String,
    /// `Priority`: of two rules for one object the greater number decides. Unique in the bucket.
    #[builder(default)]
    pub priority: u16,
    /// `Status`.
    #[builder(default)]
    #[serde(default)]
    pub status: Status,
    /// `Filter`: which objects. AWS's default: all of them.
    #[builder(into, default)]
    #[serde(default)]
    pub filter: ReplicationFilter,
    /// `DeleteMarkerReplication`: whether an object that is deleted here is hidden there too. AWS's
    /// default: no.
    #[builder(default)]
    #[serde(default)]
    pub delete_marker_replication: DeleteMarkers,
    /// `SourceSelectionCriteria.SseKmsEncryptedObjects`: whether objects that a key of KMS encrypts
    /// are copied. AWS's default: no. Needs [`Destination::encrypted_with`].
    #[builder(default)]
    #[serde(rename = "SourceSelectionCriteria", default, with = "encrypted_objects")]
    pub encrypted_objects: bool,
    /// `Destination`.
    #[builder(into)]
    pub destination: Destination,
}

/// The objects that a rule is about.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ReplicationFilter {
    /// `Prefix`: those whose keys begin so.
    #[serde(default)]
    pub prefix: String,
}

impl From<&str> for ReplicationFilter {
    fn from(prefix: &str) -> Self {
        Self { prefix: prefix.to_owned() }
    }
}

/// Whether the marks of deleted objects are copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteMarkers {
    /// `Status`.
    pub status: Status,
}

impl Default for DeleteMarkers {
    fn default() -> Self {
        Self { status: Status::Disabled }
    }
}

/// Where copies go.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Destination {
    /// `Bucket`: the ARN of the other bucket, in any Region.
    pub bucket: Input<BucketArn>,
    /// `StorageClass` of the copies. AWS's default: that of the original.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub storage_class: Option<TransitionStorageClass>,
    /// `EncryptionConfiguration.ReplicaKmsKeyID`: the key that encrypts the copies, in the Region of
    /// the other bucket.
    #[serde(
        rename = "EncryptionConfiguration",
        default,
        with = "replica_key",
        skip_serializing_if = "Option::is_none"
    )]
    pub replica_key: Option<Input<KeyArn>>,
}

impl Destination {
    /// In this bucket.
    pub fn new(bucket: impl Into<Input<BucketArn>>) -> Self {
        Self { bucket: bucket.into(), storage_class: None, replica_key: None }
    }

    /// The same, with this key.
    #[must_use]
    pub fn encrypted_with(mut self, key: impl Into<Input<KeyArn>>) -> Self {
        self.replica_key = Some(key.into());
        self
    }

    /// The same, in this class.
    #[must_use]
    pub const fn stored_as(mut self, class: TransitionStorageClass) -> Self {
        self.storage_class = Some(class);
        self
    }
}

impl From<&Ref<Bucket>> for Destination {
    fn from(bucket: &Ref<Bucket>) -> Self {
        Self::new(bucket.arn())
    }
}

/// CloudFormation's nesting of one switch.
mod encrypted_objects {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Status;

    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Criteria {
        sse_kms_encrypted_objects: Objects,
    }

    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Objects {
        status: Status,
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives references")]
    pub(super) fn serialize<S: Serializer>(yes: &bool, serializer: S) -> Result<S::Ok, S::Error> {
        let status = if *yes { Status::Enabled } else { Status::Disabled };
        Criteria { sse_kms_encrypted_objects: Objects { status } }.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<bool, D::Error> {
        let criteria = Criteria::deserialize(deserializer)?;
        Ok(criteria.sse_kms_encrypted_objects.status == Status::Enabled)
    }
}

/// CloudFormation's nesting of one key.
mod replica_key {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::{Input, KeyArn};

    #[derive(Serialize, Deserialize)]
    struct Configuration {
        #[serde(rename = "ReplicaKmsKeyID")]
        key: Input<KeyArn>,
    }

    pub(super) fn serialize<S: Serializer>(
        key: &Option<Input<KeyArn>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        key.clone().map(|key| Configuration { key }).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Input<KeyArn>>, D::Error> {
        let configuration = Option::<Configuration>::deserialize(deserializer)?;
        Ok(configuration.map(|it| it.key))
    }
}
