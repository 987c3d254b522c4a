//! The executor of [elanswer](https://docs.rs/elanswer) over the AWS SDK for Rust.
//!
//! Each AWS service is a cargo feature of the name that its module has; `state-s3` keeps states in S3.

pub mod clients;
mod error;
pub mod executor;
#[cfg(all(
    test,
    any(
        feature = "budgets",
        feature = "ce",
        feature = "cloudfront",
        feature = "codebuild",
        feature = "codeconnections",
        feature = "codepipeline",
        feature = "ecs",
        feature = "elasticache",
        feature = "rds"
    )
))]
mod replay;
#[cfg(all(
    test,
    any(feature = "codebuild", feature = "codeconnections", feature = "codepipeline")
))]
mod scripted;
mod search;
pub mod services;
#[cfg(feature = "state-s3")]
pub mod state;

pub use clients::Clients;
pub use executor::{AwsExecutor, AwsExecutorBuilder};
