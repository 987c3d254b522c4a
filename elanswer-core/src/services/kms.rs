//! AWS KMS: keys that encrypt what other services store.

pub use alias::{Alias, AliasName, AliasOutputs};
pub use arn::KeyArn;
pub use key::{Key, KeyDescription, KeyOutputs, PendingWindow, RotationPeriod};

mod alias;
mod arn;
mod key;
