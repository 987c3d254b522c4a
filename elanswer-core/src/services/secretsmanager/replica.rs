//! Where else a secret is kept.

use serde::{Deserialize, Serialize};

use crate::{reference::Input, region::Region, services::kms::KeyArn};

/// Another Region that has a copy of a secret, under the same name.
///
/// AWS: [`AWS::SecretsManager::Secret ReplicaRegion`](https://docs.aws.amazon.com/secretsmanager/latest/userguide/replicate-secrets.html).
///
/// ```
/// use elanswer_core::{Region, services::secretsmanager::{ReplicaRegion, Secret}};
///
/// let secret = Secret::builder().replica_regions([ReplicaRegion::in_region(Region::UsWest2)]);
/// assert_eq!(secret.build().replica_regions.len(), 1);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ReplicaRegion {
    /// `Region`: another than that of the secret.
    pub region: Region,
    /// `KmsKeyId`: what encrypts it there, a key of that Region. Unset: the key that AWS keeps for
    /// Secrets Manager in the account. Changing it makes the copy anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kms_key_id: Option<Input<KeyArn>>,
}

impl ReplicaRegion {
    /// A copy in this Region, encrypted with a key of AWS.
    #[must_use]
    pub const fn in_region(region: Region) -> Self {
        Self { region, kms_key_id: None }
    }

    /// Encrypts it there with this key.
    #[must_use]
    pub fn encrypted_with(mut self, key: impl Into<Input<KeyArn>>) -> Self {
        self.kms_key_id = Some(key.into());
        self
    }
}
