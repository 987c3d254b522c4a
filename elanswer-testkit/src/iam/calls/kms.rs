//! What is called to administer keys.
//!
//! Source: <https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html>.

use elanswer_core::services::kms::{Alias, Key};

use super::{Calls, owner};
use crate::world::World;

/// What elanswer calls over the life of a key.
const LIFE: [&str; 13] = [
    "kms:DescribeKey",
    "kms:DisableKey",
    "kms:DisableKeyRotation",
    "kms:EnableKey",
    "kms:EnableKeyRotation",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListResourceTags",
    "kms:PutKeyPolicy",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateKeyDescription",
];

/// What people call on a bad day: to get back a key that is to be deleted, to see which services
/// were granted its use, and to take that back.
const BAD_DAY: [&str; 3] = ["kms:CancelKeyDeletion", "kms:ListGrants", "kms:RevokeGrant"];

/// The account administers its keys.
pub(super) fn keys(world: &World, calls: &mut Calls) {
    for (place, id, key) in world.everywhere::<Key>() {
        let (arn, owner) = (&key.outputs.arn, owner(place));
        calls.needed(format!("elanswer keeps the key {id}"), &owner, LIFE, arn, &[]);
        calls.needed(format!("somebody rescues the key {id}"), &owner, BAD_DAY, arn, &[]);
    }
    for (place, name, alias) in world.everywhere::<Alias>() {
        let target = alias.resource.target_key.known().unwrap_or_default();
        let key = world.all::<Key>(place).find(|(id, _)| *id == target);
        let Some((_, key)) = key else { continue };
        let alter = ["kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"];
        let what = format!("elanswer keeps {name}");
        calls.needed(what, &owner(place), alter, &key.outputs.arn, &[]);
    }
}
