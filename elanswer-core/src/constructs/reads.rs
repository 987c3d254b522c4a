//! What a container can be let read.

use super::{PrivateBucketHandle, Secret};

/// What a container can be let read, by [`FargateService::reads`](super::FargateService::reads).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Reads {
    /// The objects of a bucket.
    Bucket(PrivateBucketHandle),
    /// A secret.
    Secret(Secret),
}

impl From<&PrivateBucketHandle> for Reads {
    fn from(bucket: &PrivateBucketHandle) -> Self {
        Self::Bucket(bucket.clone())
    }
}

impl From<Secret> for Reads {
    fn from(secret: Secret) -> Self {
        Self::Secret(secret)
    }
}
