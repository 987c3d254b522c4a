//! Where a pipeline keeps what its actions hand on.

use serde::{Deserialize, Serialize};

use crate::{
    reference::{Input, Ref},
    services::{kms::KeyArn, s3::Bucket},
};

/// The bucket in which a pipeline keeps what its actions hand on, of the pipeline's own Region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ArtifactStore {
    /// `Type`: `S3`.
    #[serde(rename = "Type", default)]
    pub store_type: StoreType,
    /// `Location`: the bucket.
    pub location: Ref<Bucket>,
    /// `EncryptionKey`. AWS's default: the key that it keeps for S3 in the account, which other
    /// accounts cannot use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encryption_key: Option<EncryptionKey>,
}

/// What keeps artifacts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum StoreType {
    /// `S3`.
    #[default]
    S3,
}

/// The key that encrypts artifacts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct EncryptionKey {
    /// `Id`: its ARN.
    pub id: Input<KeyArn>,
    /// `Type`: `KMS`.
    #[serde(rename = "Type", default)]
    pub key_type: KeyType,
}

/// What keeps the key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[non_exhaustive]
pub enum KeyType {
    /// `KMS`.
    #[default]
    Kms,
}

impl ArtifactStore {
    /// This bucket, with the key that AWS keeps for S3.
    #[must_use]
    pub fn new(bucket: impl Into<Ref<Bucket>>) -> Self {
        Self { store_type: StoreType::S3, location: bucket.into(), encryption_key: None }
    }

    /// With a key of one's own.
    #[must_use]
    pub fn encrypted_with(mut self, key: impl Into<Input<KeyArn>>) -> Self {
        self.encryption_key = Some(EncryptionKey { id: key.into(), key_type: KeyType::Kms });
        self
    }

    /// The ARN of the key.
    #[must_use]
    pub fn key(&self) -> Option<&Input<KeyArn>> {
        self.encryption_key.as_ref().map(|key| &key.id)
    }
}
