//! A repository of container images.

use super::{EncryptionKeyHandle, name_tag};
use crate::{
    architecture::{Construct, Scope},
    reference::{Input, Output, Ref},
    services::{
        ecr::{
            Expiry, ImageAge, ImageCount, Images, LifecyclePolicy, LifecycleRule, Repository,
            RepositoryEncryption, RepositoryName, RuleDescription,
        },
        kms::KeyArn,
    },
};

/// A repository whose tags stay with their images, which scans what is pushed, and which forgets
/// what no tag names any more and all but the newest images.
///
/// ```
/// use elanswer_core::{
///     Architecture, Region,
///     constructs::{EncryptionKey, ImageRepository, KeyUser},
///     services::ecr::ImageCount,
/// };
///
/// let mut arch = Architecture::new("shop", Region::UsEast1);
/// let key = arch.add(EncryptionKey::new("key").used_by([KeyUser::Ecr]));
/// let images = ImageRepository::new("images").encrypted_with(&key).keeps(ImageCount::of::<50>());
/// let images = arch.add(images);
/// let web = images.image("1.4"); // what a container definition takes
/// ```
#[derive(Debug, Clone)]
#[must_use = "a repository does nothing until it is added to an architecture"]
pub struct ImageRepository {
    name: String,
    repository_name: Option<RepositoryName>,
    key: Option<Input<KeyArn>>,
    untagged: ImageAge,
    kept: ImageCount,
    disposable: bool,
}

impl ImageRepository {
    /// A repository whose name elanswer makes up.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            repository_name: None,
            key: None,
            untagged: ImageAge::of::<14>(),
            kept: ImageCount::of::<100>(),
            disposable: false,
        }
    }

    /// Its name in AWS: what builds push to, when they must know it beforehand.
    pub fn called(mut self, name: RepositoryName) -> Self {
        self.repository_name = Some(name);
        self
    }

    /// Encrypts the images with this key, which [`KeyUser::Ecr`](super::KeyUser::Ecr) uses. Default:
    /// with keys of S3.
    pub fn encrypted_with(mut self, key: &EncryptionKeyHandle) -> Self {
        self.key = Some(key.arn().into());
        self
    }

    /// After how many days an image goes that no tag names. Default: 14.
    pub const fn untagged_for(mut self, age: ImageAge) -> Self {
        self.untagged = age;
        self
    }

    /// How many of the newest images are kept. Default: 100.
    ///
    /// One that still runs and is older than these can no longer be pulled: a task that AWS starts
    /// again then fails. Keep more than are deployed between two deployments of any service.
    pub const fn keeps(mut self, count: ImageCount) -> Self {
        self.kept = count;
        self
    }

    /// It is deleted with all images in it: for tests and trials.
    pub const fn disposable(mut self) -> Self {
        self.disposable = true;
        self
    }
}

impl Construct for ImageRepository {
    type Handle = ImageRepositoryHandle;

    fn name(&self) -> &str {
        &self.name
    }

    fn build(self, scope: &mut Scope<'_>) -> ImageRepositoryHandle {
        const UNTAGGED: RuleDescription = RuleDescription::literal("no tag names them");
        const OLD: RuleDescription = RuleDescription::literal("newer ones took their place");
        let old = LifecycleRule::new(Images::Any, Expiry::AllBut(self.kept));
        let policy = LifecyclePolicy::new([
            LifecycleRule::untagged_after(self.untagged).described(UNTAGGED),
            old.described(OLD),
        ]);
        let encryption = self.key.map(RepositoryEncryption::with).unwrap_or_default();
        let repository = Repository::builder()
            .maybe_repository_name(self.repository_name)
            .encryption_configuration(encryption)
            .lifecycle_policy(policy)
            .empty_on_delete(self.disposable)
            .tags(name_tag(scope, "repository"))
            .build();
        ImageRepositoryHandle { repository: scope.resource("repository", repository) }
    }
}

/// A repository that was added.
#[derive(Debug, Clone)]
pub struct ImageRepositoryHandle {
    repository: Ref<Repository>,
}

impl ImageRepositoryHandle {
    /// The repository.
    #[must_use]
    pub const fn repository(&self) -> &Ref<Repository> {
        &self.repository
    }

    /// Its ARN, for policies.
    #[must_use]
    pub fn arn(&self) -> Output<String> {
        self.repository.arn()
    }

    /// What its images are called before `:` and the tag.
    #[must_use]
    pub fn uri(&self) -> Output<String> {
        self.repository.uri()
    }

    /// The image with this tag, as a container definition names it.
    #[must_use]
    pub fn image(&self, tag: &str) -> Input<String> {
        Input::concat([self.uri().into(), format!(":{tag}").into()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::constructs::{
        EncryptionKey, KeyUser,
        testing::{described, inventory, messages, pretty},
    };

    #[test]
    fn builds_a_repository_that_forgets() {
        let (arch, images) = described(|arch| arch.add(ImageRepository::new("images")));
        assert!(messages(&arch).is_empty());
        let node = arch.nodes().next().unwrap();
        insta::assert_snapshot!(pretty(node), @r#"
        {
          "EmptyOnDelete": false,
          "EncryptionConfiguration": {
            "EncryptionType": "AES256"
          },
          "ImageScanningConfiguration": {
            "ScanOnPush": true
          },
          "ImageTagMutability": "IMMUTABLE",
          "LifecyclePolicy": {
            "LifecyclePolicyText": "{\"rules\":[{\"rulePriority\":1,\"description\":\"no tag names them\",\"selection\":{\"tagStatus\":\"untagged\",\"countType\":\"sinceImagePushed\",\"countUnit\":\"days\",\"countNumber\":14},\"action\":{\"type\":\"expire\"}},{\"rulePriority\":2,\"description\":\"newer ones took their place\",\"selection\":{\"tagStatus\":\"any\",\"countType\":\"imageCountMoreThan\",\"countNumber\":100},\"action\":{\"type\":\"expire\"}}]}"
          },
          "Tags": [
            {
              "Key": "Name",
              "Value": "shop-images-repository"
            }
          ]
        }
        "#);
        let image = serde_json::to_value(images.image("1.4")).unwrap();
        assert_eq!(
            image.to_string(),
            r#"{"Fn::Join":["",[{"Fn::GetAtt":["images/repository","RepositoryUri"]},":1.4"]]}"#
        );
    }

    #[test]
    fn encrypts_with_a_key() {
        let (arch, _) = described(|arch| {
            let key = arch.add(EncryptionKey::new("key").used_by([KeyUser::Ecr]));
            arch.add(ImageRepository::new("images").encrypted_with(&key))
        });
        insta::assert_snapshot!(inventory(&arch, "images/"), @"images/repository Repository <- key/key.Arn");
    }
}
