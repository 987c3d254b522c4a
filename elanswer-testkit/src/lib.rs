//! The test kit of [elanswer](https://docs.rs/elanswer): an AWS in memory that enforces AWS's
//! rules, faults, and virtual time.

pub mod api;
pub mod conformance;
pub mod disk;
pub mod explore;
pub mod fault;
pub mod iam;
pub mod mock;
pub mod rehearsal;
pub mod services;
pub mod token_bucket;
pub mod world;

pub use api::Api;
pub use disk::MemoryDisk;
pub use explore::explore_crashes;
pub use fault::{Call, FaultGuard, FaultRule, Verdict};
pub use iam::{Caller, Iam, Request, ServiceCall};
pub use mock::{CloudFileError, MockAws, MockAwsBuilder};
pub use rehearsal::{Rehearsal, rehearse};
pub use token_bucket::TokenBucket;
pub use world::{AwsError, World};
