//! Cases of Amazon ECR.

use elanswer_core::{
    Architecture, Region, Resource, Tags,
    services::{
        ecr::{
            ImageAge, ImageCount, ImageScanningConfiguration, ImageTagMutability, LifecyclePolicy,
            LifecycleRule, Repository, RepositoryEncryption, RepositoryName, TagPrefix,
        },
        kms::Key,
    },
};

use super::Case;

pub(super) const CASES: &[Case] = &[
    Case {
        name: "ecr_repository",
        kind: Repository::SCHEMA.kind,
        made: || with(Repository::default()),
        updated: Some(|| {
            with(
                Repository::builder()
                    .image_tag_mutability(ImageTagMutability::Mutable)
                    .image_scanning_configuration(ImageScanningConfiguration {
                        scan_on_push: false,
                    })
                    .empty_on_delete(true)
                    .tags(Tags::new().with("Name", "renamed"))
                    .build(),
            )
        }),
        replaced: Some(|| {
            let name = RepositoryName::literal("elanswer/conformance");
            with(Repository::builder().repository_name(name).build())
        }),
    },
    Case {
        name: "ecr_repository_lifecycle",
        kind: Repository::SCHEMA.kind,
        made: || {
            let untagged = LifecycleRule::untagged_after(ImageAge::of::<14>());
            with(Repository::builder().lifecycle_policy(LifecyclePolicy::new([untagged])).build())
        },
        updated: Some(|| {
            let prefixes = ["release-", "hotfix-"].map(TagPrefix::literal);
            let policy = LifecyclePolicy::new([
                LifecycleRule::keep_last(ImageCount::of::<10>(), prefixes),
                LifecycleRule::untagged_after(ImageAge::of::<7>()),
                LifecycleRule::keep_last_of_all(ImageCount::of::<100>()),
            ]);
            with(Repository::builder().lifecycle_policy(policy).build())
        }),
        replaced: None,
    },
    Case {
        name: "ecr_repository_lifecycle_ends",
        kind: Repository::SCHEMA.kind,
        made: || {
            let untagged = LifecycleRule::untagged_after(ImageAge::of::<14>());
            with(Repository::builder().lifecycle_policy(LifecyclePolicy::new([untagged])).build())
        },
        updated: Some(|| with(Repository::default())),
        replaced: None,
    },
    Case {
        name: "ecr_repository_key",
        kind: Repository::SCHEMA.kind,
        made: || with_key(true),
        updated: None,
        replaced: Some(|| with_key(false)),
    },
];

fn with(repository: Repository) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    arch.resource("it", repository);
    arch
}

fn with_key(encrypted: bool) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    let key = arch.resource("key", Key::builder().build());
    let encryption = if encrypted {
        RepositoryEncryption::with(key.arn())
    } else {
        RepositoryEncryption::Aes256
    };
    arch.resource("it", Repository::builder().encryption_configuration(encryption).build());
    arch
}
