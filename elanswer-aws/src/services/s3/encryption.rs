//! How a bucket encrypts, to the SDK and back.

use aws_sdk_s3::types::{
    ServerSideEncryption, ServerSideEncryptionByDefault, ServerSideEncryptionConfiguration,
    ServerSideEncryptionRule,
};
use elanswer_core::{
    Input,
    executor::ExecError,
    services::{kms::KeyArn, s3::Encryption},
};

use super::{SERVICE, unbuilt};
use crate::error::missing;

pub(super) fn to_sdk(
    encryption: &Encryption,
) -> Result<ServerSideEncryptionConfiguration, ExecError> {
    let (algorithm, key, bucket_key) = match encryption {
        Encryption::S3Managed => (ServerSideEncryption::Aes256, None, false),
        Encryption::Kms { key, bucket_key } => {
            let key = key.as_ref().and_then(Input::known).map(ToString::to_string);
            (ServerSideEncryption::AwsKms, key, *bucket_key)
        }
    };
    let by_default = ServerSideEncryptionByDefault::builder()
        .sse_algorithm(algorithm)
        .set_kms_master_key_id(key)
        .build()
        .map_err(unbuilt)?;
    let rule = ServerSideEncryptionRule::builder()
        .apply_server_side_encryption_by_default(by_default)
        .bucket_key_enabled(bucket_key)
        .build();
    ServerSideEncryptionConfiguration::builder().rules(rule).build().map_err(unbuilt)
}

/// What AWS says; nothing means what every bucket has.
pub(super) fn from_sdk(
    configuration: Option<&ServerSideEncryptionConfiguration>,
) -> Result<Encryption, ExecError> {
    let Some(rule) = configuration.and_then(|it| it.rules().first()) else {
        return Ok(Encryption::S3Managed);
    };
    let Some(by_default) = rule.apply_server_side_encryption_by_default() else {
        return Ok(Encryption::S3Managed);
    };
    if *by_default.sse_algorithm() == ServerSideEncryption::Aes256 {
        return Ok(Encryption::S3Managed);
    }
    let key = by_default.kms_master_key_id().map(KeyArn::new).transpose();
    let key = key.map_err(|_| missing(SERVICE, "GetBucketEncryption", "ARN of the key"))?;
    let bucket_key = rule.bucket_key_enabled().unwrap_or_default();
    Ok(Encryption::Kms { key: key.map(Input::Literal), bucket_key })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        let key = KeyArn::literal("arn:aws:kms:us-east-1:123456789012:key/k");
        for encryption in [
            Encryption::S3Managed,
            Encryption::Kms { key: None, bucket_key: false },
            Encryption::with_key(key),
        ] {
            let sent = to_sdk(&encryption).unwrap();
            assert_eq!(from_sdk(Some(&sent)).unwrap(), encryption);
        }
        assert_eq!(from_sdk(None).unwrap(), Encryption::S3Managed);
    }
}
