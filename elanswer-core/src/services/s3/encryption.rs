//! How a bucket encrypts what is put into it.

use serde::{Deserialize, Serialize};

use crate::{reference::Input, services::kms::KeyArn};

/// How S3 encrypts new objects that do not say so themselves.
///
/// AWS: [`AWS::S3::Bucket BucketEncryption`](https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html).
///
/// ```
/// use elanswer_core::services::{kms::KeyArn, s3::Encryption};
///
/// let key = KeyArn::literal("arn:aws:kms:us-east-1:123456789012:key/k");
/// assert!(matches!(Encryption::with_key(key), Encryption::Kms { bucket_key: true, .. }));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Repr", into = "Repr")]
pub enum Encryption {
    /// With keys that S3 keeps itself (`AES256`). AWS's default.
    #[default]
    S3Managed,
    /// With a key of KMS (`aws:kms`).
    Kms {
        /// `KMSMasterKeyID`: the key, in the Region of the bucket. Unset: the key that AWS keeps
        /// for S3 in the account, which no other account and no policy of yours can use.
        key: Option<Input<KeyArn>>,
        /// `BucketKeyEnabled`: whether S3 asks KMS for a key of the bucket now and then, instead of
        /// one for every object: up to 99 % fewer calls that are paid for.
        bucket_key: bool,
    },
}

impl Encryption {
    /// With this key, and a bucket key.
    pub fn with_key(key: impl Into<Input<KeyArn>>) -> Self {
        Self::Kms { key: Some(key.into()), bucket_key: true }
    }
}

/// CloudFormation's shape.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Repr {
    server_side_encryption_configuration: [Rule; 1],
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Rule {
    server_side_encryption_by_default: ByDefault,
    #[serde(default)]
    bucket_key_enabled: bool,
}

#[derive(Clone, Serialize, Deserialize)]
struct ByDefault {
    #[serde(rename = "SSEAlgorithm")]
    algorithm: String,
    #[serde(rename = "KMSMasterKeyID", default, skip_serializing_if = "Option::is_none")]
    key: Option<Input<KeyArn>>,
}

impl From<Encryption> for Repr {
    fn from(encryption: Encryption) -> Self {
        let (algorithm, key, bucket_key_enabled) = match encryption {
            Encryption::S3Managed => ("AES256", None, false),
            Encryption::Kms { key, bucket_key } => ("aws:kms", key, bucket_key),
        };
        let by_default = ByDefault { algorithm: algorithm.to_owned(), key };
        Self {
            server_side_encryption_configuration: [Rule {
                server_side_encryption_by_default: by_default,
                bucket_key_enabled,
            }],
        }
    }
}

impl TryFrom<Repr> for Encryption {
    type Error = String;

    fn try_from(repr: Repr) -> Result<Self, Self::Error> {
        let [rule] = repr.server_side_encryption_configuration;
        let ByDefault { algorithm, key } = rule.server_side_encryption_by_default;
        match algorithm.as_str() {
            "AES256" => Ok(Self::S3Managed),
            "aws:kms" => Ok(Self::Kms { key, bucket_key: rule.bucket_key_enabled }),
            other => Err(format!("`{other}` is no encryption that is modelled")),
        }
    }
}
