//! What S3 refuses of a replication.

use elanswer_core::{
    Place, Set,
    services::{
        iam::Service,
        s3::{Bucket, Replication, Versioning},
    },
};

use super::require;
use crate::{
    services::iam::assumable_by,
    world::{AwsError, World},
};

/// What `PutBucketReplication` checks.
pub(super) fn check(
    world: &World,
    place: &Place,
    name: &str,
    replication: &Replication,
) -> Result<(), AwsError> {
    let invalid = |code: &str, message: &str| Err(AwsError::invalid(code, message));
    if require(world, place, name)?.resource.versioning != Versioning::Enabled {
        return invalid(
            "InvalidRequest",
            "Versioning must be 'Enabled' on the bucket to apply a replication configuration",
        );
    }
    let role = replication.role.known().map(String::as_str).unwrap_or_default();
    assumable_by(world, role, &Service::S3, "InvalidRequest")?;
    let rules = &replication.rules;
    let ids: Set<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
    let priorities: Set<u16> = rules.iter().map(|rule| rule.priority).collect();
    if rules.is_empty() || ids.len() < rules.len() {
        return invalid("InvalidArgument", "Rule Id must be unique and not empty");
    }
    if priorities.len() < rules.len() {
        let message = "Found duplicate priorities. Every rule must have a distinct priority";
        return invalid("InvalidRequest", message);
    }
    for rule in rules {
        if rule.encrypted_objects && rule.destination.replica_key.is_none() {
            let message = "ReplicaKmsKeyID must be specified if SseKmsEncryptedObjects tag is \
                           present";
            return invalid("InvalidRequest", message);
        }
        let arn = rule.destination.bucket.known().map(ToString::to_string).unwrap_or_default();
        if arn == format!("arn:aws:s3:::{name}") {
            let message = "The destination bucket cannot be the source bucket";
            return invalid("InvalidRequest", message);
        }
        let found = world.everywhere::<Bucket>().find(|(_, _, bucket)| bucket.outputs.arn == arn);
        match found {
            None => return invalid("InvalidRequest", "Destination bucket must exist."),
            Some((_, _, bucket)) if bucket.resource.versioning != Versioning::Enabled => {
                let message = "Destination bucket must have versioning enabled.";
                return invalid("InvalidRequest", message);
            }
            Some(_) => {}
        }
    }
    Ok(())
}
