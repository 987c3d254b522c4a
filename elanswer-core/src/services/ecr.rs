//! Amazon ECR: repositories of container images.

pub use lifecycle_policy::{
    Expiry, ImageAge, ImageCount, Images, LifecycleFault, LifecyclePolicy, LifecyclePolicyError,
    LifecycleRule, RuleDescription, RulePriority, TagPattern, TagPrefix,
};
pub use repository::{
    ImageScanningConfiguration, ImageTagMutability, Repository, RepositoryEncryption,
    RepositoryName, RepositoryOutputs,
};

mod lifecycle_policy;
mod repository;
