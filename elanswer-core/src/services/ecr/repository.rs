//! `AWS::ECR::Repository`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::LifecyclePolicy;
use crate::{
    reference::{Input, Output, Ref},
    resource::{Operation, Resource},
    schema::{Kind, NameRule, Schema},
    services::kms::KeyArn,
    tags::Tags,
    text::text,
};

/// A private repository of container images.
///
/// AWS: [`AWS::ECR::Repository`](https://docs.aws.amazon.com/AmazonECR/latest/userguide/Repositories.html).
/// Not modelled: the policy of the repository, tags that are exempt from
/// immutability, KMS encryption with AWS's own key. Quota: 100,000 per account and Region.
///
/// ```
/// use elanswer_core::{Architecture, Region, services::ecr::Repository};
///
/// let mut arch = Architecture::new("shop", Region::UsEast1);
/// let images = arch.resource("images", Repository::default());
/// let uri = images.uri(); // what a container's image begins with
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct Repository {
    /// `RepositoryName`: unique in the account and Region. Unset: elanswer makes up a name.
    /// Changing it replaces the repository, whose images are lost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository_name: Option<RepositoryName>,
    /// `ImageTagMutability`: whether a tag can be moved to another image. elanswer's default: no;
    /// AWS's: yes.
    #[builder(default)]
    #[serde(default)]
    pub image_tag_mutability: ImageTagMutability,
    /// `ImageScanningConfiguration`: whether AWS looks for known vulnerabilities. elanswer's
    /// default: yes, when an image is pushed; AWS's: no.
    #[builder(default)]
    #[serde(default)]
    pub image_scanning_configuration: ImageScanningConfiguration,
    /// `EncryptionConfiguration`: what encrypts the images. AWS's default: keys of S3. Changing it
    /// replaces the repository.
    #[builder(default)]
    #[serde(default)]
    pub encryption_configuration: RepositoryEncryption,
    /// `LifecyclePolicy`: which images AWS deletes. AWS's default: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifecycle_policy: Option<LifecyclePolicy>,
    /// `EmptyOnDelete`: whether a delete takes the images too. AWS's default: no, it refuses to
    /// delete a repository that has images.
    #[builder(default)]
    #[serde(default)]
    pub empty_on_delete: bool,
    /// `Tags`.
    #[builder(default)]
    #[serde(default)]
    pub tags: Tags,
}

text! {
    /// The name of a repository.
    RepositoryName: "the name of a repository",
    "2 to 256 lower-case ASCII letters, digits and single `._-/` between them, a letter first",
    is_repository_name
}

/// A letter first; what is neither letter nor digit stands alone between those that are.
const fn is_repository_name(text: &str) -> bool {
    let mut rest = text.as_bytes();
    if rest.len() < 2 || rest.len() > 256 {
        return false;
    }
    let mut before = b'/';
    while let Some((byte, tail)) = rest.split_first() {
        let fits = match *byte {
            b'a'..=b'z' => true,
            b'0'..=b'9' => rest.len() < text.len(),
            b'.' | b'_' | b'-' | b'/' => before.is_ascii_alphanumeric(),
            _ => false,
        };
        if !fits {
            return false;
        }
        before = *byte;
        rest = tail;
    }
    before.is_ascii_alphanumeric()
}

/// Whether a tag can be moved from one image to another.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum ImageTagMutability {
    /// A tag means the same image for ever.
    #[default]
    Immutable,
    /// A push moves a tag that exists.
    Mutable,
}

/// When AWS looks for known vulnerabilities in an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ImageScanningConfiguration {
    /// `ScanOnPush`: when it is pushed.
    pub scan_on_push: bool,
}

impl Default for ImageScanningConfiguration {
    fn default() -> Self {
        Self { scan_on_push: true }
    }
}

/// What encrypts the images of a repository.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "EncryptionType")]
pub enum RepositoryEncryption {
    /// Keys that S3 keeps.
    #[default]
    #[serde(rename = "AES256")]
    Aes256,
    /// A key of KMS, in the same Region.
    #[serde(rename = "KMS", rename_all = "PascalCase")]
    Kms {
        /// `KmsKey`.
        kms_key: Input<KeyArn>,
    },
}

impl RepositoryEncryption {
    /// Encrypted with this key.
    #[must_use]
    pub fn with(key: impl Into<Input<KeyArn>>) -> Self {
        Self::Kms { kms_key: key.into() }
    }
}

/// What AWS decides of a repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct RepositoryOutputs {
    /// `RepositoryName`.
    pub repository_name: String,
    /// `Arn`: `arn:aws:ecr:us-east-1:123456789012:repository/…`.
    pub arn: String,
    /// `RepositoryUri`: `123456789012.dkr.ecr.us-east-1.amazonaws.com/…`.
    pub repository_uri: String,
}

impl Default for Repository {
    fn default() -> Self {
        Self::builder().build()
    }
}

impl Ref<Repository> {
    /// `Arn`, for policies.
    #[must_use]
    pub fn arn(&self) -> Output<String> {
        self.output("Arn")
    }

    /// `RepositoryUri`: what comes before `:` and the tag in the name of an image.
    #[must_use]
    pub fn uri(&self) -> Output<String> {
        self.output("RepositoryUri")
    }
}

impl Resource for Repository {
    type Outputs = RepositoryOutputs;

    const SCHEMA: &'static Schema = &Schema {
        identifier: "RepositoryName",
        outputs: &["Arn", "RepositoryName", "RepositoryUri"],
        replaces: &["EncryptionConfiguration", "RepositoryName"],
        write_only: &["EmptyOnDelete"],
        computed: &["RepositoryName"],
        name: Some(NameRule {
            also: "._/",
            lowercase: true,
            letter_first: true,
            ..NameRule::new("RepositoryName", 256)
        }),
        exclusive: &["RepositoryName"],
        holds_data: true,
        resource_type: Some("ecr:repository"),
        api: "ecr",
        ..Schema::new(Kind::new("AWS::ECR::Repository"))
    };

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    /// `CreateRepository` and `PutLifecyclePolicy`; one call for each part that changes;
    /// `DeleteRepository`.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Create(made) => 1 + u32::from(made.lifecycle_policy.is_some()),
            Operation::Delete(_) => 1,
            Operation::Update(from, to) => {
                let (set, remove) = from.tags.changes_to(&to.tags);
                u32::from(from.image_tag_mutability != to.image_tag_mutability)
                    + u32::from(
                        from.image_scanning_configuration != to.image_scanning_configuration,
                    )
                    + u32::from(from.lifecycle_policy != to.lifecycle_policy)
                    + u32::from(!set.is_empty())
                    + u32::from(!remove.is_empty())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::resource::properties_of;

    #[test]
    fn has_the_shape_of_cloudformation() {
        let key = KeyArn::literal("arn:aws:kms:us-east-1:123456789012:key/k");
        let repository = Repository::builder()
            .repository_name(RepositoryName::literal("shop/web"))
            .encryption_configuration(RepositoryEncryption::with(key))
            .build();
        let tree = json!({
            "RepositoryName": "shop/web",
            "ImageTagMutability": "IMMUTABLE",
            "ImageScanningConfiguration": { "ScanOnPush": true },
            "EncryptionConfiguration": {
                "EncryptionType": "KMS",
                "KmsKey": "arn:aws:kms:us-east-1:123456789012:key/k",
            },
            "EmptyOnDelete": false,
            "Tags": [],
        });
        assert_eq!(serde_json::Value::Object(properties_of(&repository)), tree);
        assert_eq!(serde_json::from_value::<Repository>(tree).unwrap(), repository);
    }

    #[test]
    fn names_have_the_form_that_aws_wants() {
        for good in ["ab", "shop/web", "a1/b-c_d.e", &"x".repeat(256)] {
            assert!(RepositoryName::new(good).is_ok(), "{good}");
        }
        for bad in ["a", "1a", "Shop", "a//b", "a-", "/a", "a b", "a:b", &"x".repeat(257)] {
            assert!(RepositoryName::new(bad).is_err(), "{bad}");
        }
    }
}
