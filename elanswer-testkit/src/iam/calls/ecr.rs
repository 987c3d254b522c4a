//! What AWS calls for repositories of images.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html>.

use elanswer_core::services::ecr::{Repository, RepositoryEncryption};

use super::{Calls, STRANGER, is_ours, owner, through};
use crate::{iam::request::Caller, world::World};

/// What ECR does with a key for whoever makes or deletes a repository: it grants itself its use.
const GRANTS: [&str; 3] = ["kms:CreateGrant", "kms:DescribeKey", "kms:RetireGrant"];

pub(super) fn repositories(world: &World, calls: &mut Calls) {
    for (place, id, repository) in world.everywhere::<Repository>() {
        let RepositoryEncryption::Kms { kms_key } = &repository.resource.encryption_configuration
        else {
            continue;
        };
        let key = kms_key.known().map(ToString::to_string);
        let Some(key) = key.filter(|key| is_ours(world, key)) else { continue };
        let (owner, ecr) = (owner(place), through("ecr", place));
        let via = [("kms:ViaService", ecr.as_str())];
        let name = format!("the images of {id} are encrypted");
        calls.needed(name, &owner, GRANTS, &key, &via);
        let name = format!("somebody grants others the key of the repository {id}");
        calls.refused(name, &owner, ["kms:CreateGrant"], &key, &[]);
        let name = format!("others encrypt a repository with the key of {id}");
        calls.refused(name, &Caller::root(STRANGER), ["kms:CreateGrant"], &key, &via);
    }
}
