#![doc = include_str!("../README.md")]

pub use elanswer_core::*;

#[cfg(feature = "cli")]
pub mod cli;

/// The AWS SDK for Rust as an executor. Each AWS service is a feature: `aws-ec2`, or `aws` for all.
#[cfg(feature = "aws-any")]
pub mod aws {
    pub use elanswer_aws::*;
}

/// An AWS in memory with AWS's rules, faults and virtual time, for your own tests.
#[cfg(feature = "testkit")]
pub mod testkit {
    pub use elanswer_testkit::*;
}

/// What most programs need: `use elanswer::prelude::*;`.
pub mod prelude {
    pub use elanswer_core::{
        Architecture, Cidr, Construct, Input, Ref, Region, Scope, Tags, Zone, cidr,
    };
}

/// The guide, so that its code is run.
#[cfg(all(doctest, feature = "testkit"))]
mod guide {
    #[doc = include_str!("../docs/guide/start.md")]
    mod start {}
    #[cfg(feature = "cli")]
    #[doc = include_str!("../docs/guide/platform.md")]
    mod platform {}
    #[doc = include_str!("../docs/guide/services.md")]
    mod services {}
    #[doc = include_str!("../docs/guide/data.md")]
    mod data {}
    #[doc = include_str!("../docs/guide/watching.md")]
    mod watching {}
    #[doc = include_str!("../docs/guide/pipeline.md")]
    mod pipeline {}
    #[doc = include_str!("../docs/guide/network.md")]
    mod network {}
    #[doc = include_str!("../docs/guide/storage.md")]
    mod storage {}
    #[doc = include_str!("../docs/guide/delivery.md")]
    mod delivery {}
    #[doc = include_str!("../docs/guide/names.md")]
    mod names {}
    #[doc = include_str!("../docs/guide/keys-and-secrets.md")]
    mod keys_and_secrets {}
}
