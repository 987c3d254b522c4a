//! What AWS calls for caches.
//!
//! Source: <https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/at-rest-encryption.html>.

use elanswer_core::{Input, services::elasticache::ReplicationGroup};

use super::{Calls, STRANGER, ServiceCall, is_ours, owner, through};
use crate::{iam::request::Caller, world::World};

pub(super) fn caches(world: &World, calls: &mut Calls) {
    for (place, id, cache) in world.everywhere::<ReplicationGroup>() {
        let key = cache.resource.kms_key_id.as_ref().and_then(Input::known);
        let key = key.map(ToString::to_string).filter(|key| is_ours(world, key));
        let Some(key) = key else { continue };
        // ElastiCache works for whoever makes or changes the cache.
        let (owner, service) = (owner(place), through("elasticache", place));
        let via = [("kms:ViaService", service.as_str())];
        let name = format!("what the cache {id} writes is encrypted");
        let uses = ["kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"];
        calls.needed(name, &owner, uses, &key, &via);
        let name = format!("somebody grants others the key of the cache {id}");
        calls.refused(name, &owner, ["kms:CreateGrant"], &key, &[]);
        let stranger = Caller::root(STRANGER);
        let name = format!("others encrypt a cache with the key of {id}");
        calls.refused(name, &stranger, ["kms:CreateGrant"], &key, &via);
    }
}

/// A program logs in to a cache as a user: IAM is asked for both.
///
/// Source: <https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html>.
pub(super) fn connecting(role: &str, cache: &str, user: &str) -> Vec<ServiceCall> {
    let mut calls = Calls(Vec::new());
    let (caller, name) = (role.into(), format!("{role} logs in to a cache"));
    for resource in [cache, user] {
        calls.needed(&name, &caller, ["elasticache:Connect"], resource, &[]);
        let (other, name) = (format!("{resource}-of-others"), format!("{name} of others"));
        calls.refused(name, &caller, ["elasticache:Connect"], &other, &[]);
    }
    calls.0
}
