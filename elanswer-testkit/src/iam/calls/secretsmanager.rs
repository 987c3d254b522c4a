//! What Secrets Manager calls to keep secrets.
//!
//! Source: <https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html>.

use elanswer_core::{Input, services::secretsmanager::Secret};

use super::{Calls, STRANGER, is_ours, owner, through};
use crate::{iam::request::Caller, world::World};

/// Secrets Manager encrypts a value with the key of its secret, for whoever gives it.
pub(super) fn secrets(world: &World, calls: &mut Calls) {
    for (place, arn, secret) in world.everywhere::<Secret>() {
        let key = secret.resource.kms_key_id.as_ref().and_then(Input::known);
        let key = key.map(ToString::to_string).filter(|key| is_ours(world, key));
        let Some(key) = key else { continue };
        let service = through("secretsmanager", place);
        let via = [("kms:ViaService", service.as_str())];
        let uses = ["kms:Decrypt", "kms:GenerateDataKey"];
        calls.needed(format!("the secret {arn} is encrypted"), &owner(place), uses, &key, &via);
        let theirs = format!("others encrypt a secret with the key of {arn}");
        calls.refused(theirs, &Caller::root(STRANGER), uses, &key, &via);
    }
}
