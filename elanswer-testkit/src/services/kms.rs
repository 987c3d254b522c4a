//! AWS KMS in memory.

use elanswer_core::{Place, services::kms::Key};

pub use alias::AliasHandler;
pub use key::KeyHandler;

use crate::world::{AwsError, Object, World};

mod alias;
mod key;

/// The name of the API in calls and errors.
const SERVICE: &str = "kms";

/// The key, or AWS's error that there is none.
fn require<'a>(world: &'a World, place: &Place, id: &str) -> Result<&'a Object<Key>, AwsError> {
    world.get::<Key>(place, id).ok_or_else(|| {
        AwsError::not_found("NotFoundException", format!("Key '{id}' does not exist"))
    })
}
