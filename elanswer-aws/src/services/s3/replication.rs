//! Copies of objects in another bucket, to the SDK and back.

use aws_sdk_s3::types::{
    self, DeleteMarkerReplication, DeleteMarkerReplicationStatus, EncryptionConfiguration,
    ReplicationConfiguration, ReplicationRuleFilter, ReplicationRuleStatus,
    SourceSelectionCriteria, SseKmsEncryptedObjects, SseKmsEncryptedObjectsStatus,
};
use elanswer_core::{
    Input,
    executor::ExecError,
    services::{
        kms::KeyArn,
        s3::{
            BucketArn, DeleteMarkers, Destination, Replication, ReplicationRule, Status,
            TransitionStorageClass,
        },
    },
};

use super::{SERVICE, unbuilt};
use crate::error::missing;

pub(super) fn to_sdk(replication: &Replication) -> Result<ReplicationConfiguration, ExecError> {
    let rules = replication.rules.iter().map(rule_to_sdk).collect::<Result<_, _>>()?;
    ReplicationConfiguration::builder()
        .role(replication.role.known().map(String::as_str).unwrap_or_default())
        .set_rules(Some(rules))
        .build()
        .map_err(unbuilt)
}

fn rule_to_sdk(rule: &ReplicationRule) -> Result<types::ReplicationRule, ExecError> {
    let criteria = rule.encrypted_objects.then(|| {
        let status = SseKmsEncryptedObjectsStatus::Enabled;
        SseKmsEncryptedObjects::builder().status(status).build()
    });
    let criteria = criteria.transpose().map_err(unbuilt)?.map(|objects| {
        SourceSelectionCriteria::builder().sse_kms_encrypted_objects(objects).build()
    });
    let markers = match rule.delete_marker_replication.status {
        Status::Enabled => DeleteMarkerReplicationStatus::Enabled,
        Status::Disabled => DeleteMarkerReplicationStatus::Disabled,
    };
    types::ReplicationRule::builder()
        .id(&rule.id)
        .priority(rule.priority.into())
        .status(match rule.status {
            Status::Enabled => ReplicationRuleStatus::Enabled,
            Status::Disabled => ReplicationRuleStatus::Disabled,
        })
        .filter(ReplicationRuleFilter::builder().prefix(&rule.filter.prefix).build())
        .set_source_selection_criteria(criteria)
        .delete_marker_replication(DeleteMarkerReplication::builder().status(markers).build())
        .destination(destination_to_sdk(&rule.destination)?)
        .build()
        .map_err(unbuilt)
}

fn destination_to_sdk(destination: &Destination) -> Result<types::Destination, ExecError> {
    let key = destination
        .replica_key
        .as_ref()
        .and_then(Input::known)
        .map(|key| EncryptionConfiguration::builder().replica_kms_key_id(key.as_str()).build());
    types::Destination::builder()
        .bucket(destination.bucket.known().map(BucketArn::as_str).unwrap_or_default())
        .set_storage_class(destination.storage_class.map(|class| class.as_str().into()))
        .set_encryption_configuration(key)
        .build()
        .map_err(unbuilt)
}

pub(super) fn from_sdk(configuration: &ReplicationConfiguration) -> Result<Replication, ExecError> {
    let rules = configuration.rules().iter().map(rule_from_sdk).collect::<Result<_, _>>()?;
    Ok(Replication { role: configuration.role().into(), rules })
}

fn rule_from_sdk(rule: &types::ReplicationRule) -> Result<ReplicationRule, ExecError> {
    let lacks = |field| missing(SERVICE, "GetBucketReplication", field);
    let destination = rule.destination().ok_or_else(|| lacks("Destination"))?;
    let criteria = rule.source_selection_criteria();
    let encrypted = criteria.and_then(SourceSelectionCriteria::sse_kms_encrypted_objects);
    let markers = rule.delete_marker_replication().and_then(DeleteMarkerReplication::status);
    let filter = rule.filter().and_then(ReplicationRuleFilter::prefix).unwrap_or_default();
    let status = if markers == Some(&DeleteMarkerReplicationStatus::Enabled) {
        Status::Enabled
    } else {
        Status::Disabled
    };
    Ok(ReplicationRule::builder()
        .id(rule.id().ok_or_else(|| lacks("ID"))?)
        .priority(rule.priority().and_then(|it| u16::try_from(it).ok()).unwrap_or_default())
        .status(match rule.status() {
            ReplicationRuleStatus::Enabled => Status::Enabled,
            _ => Status::Disabled,
        })
        .filter(filter)
        .delete_marker_replication(DeleteMarkers { status })
        .encrypted_objects(
            encrypted.is_some_and(|it| *it.status() == SseKmsEncryptedObjectsStatus::Enabled),
        )
        .destination(destination_from_sdk(destination)?)
        .build())
}

fn destination_from_sdk(destination: &types::Destination) -> Result<Destination, ExecError> {
    let lacks = |field| missing(SERVICE, "GetBucketReplication", field);
    let bucket = BucketArn::new(destination.bucket()).map_err(|_| lacks("Bucket"))?;
    let key = destination.encryption_configuration();
    let key = key.and_then(EncryptionConfiguration::replica_kms_key_id).map(KeyArn::new);
    let key = key.transpose().map_err(|_| lacks("ReplicaKmsKeyID"))?;
    let class = destination.storage_class().and_then(|class| {
        TransitionStorageClass::ALL.into_iter().find(|known| known.as_str() == class.as_str())
    });
    Ok(Destination {
        bucket: bucket.into(),
        storage_class: class,
        replica_key: key.map(Input::Literal),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        let to = || Destination::new(BucketArn::literal("arn:aws:s3:::replica"));
        let key = KeyArn::literal("arn:aws:kms:us-west-2:123456789012:key/k");
        let all = ReplicationRule::builder()
            .id("all")
            .encrypted_objects(true)
            .delete_marker_replication(DeleteMarkers { status: Status::Enabled })
            .destination(to().encrypted_with(key))
            .build();
        let some = ReplicationRule::builder()
            .id("some")
            .priority(3)
            .status(Status::Disabled)
            .filter("invoices/")
            .destination(to().stored_as(TransitionStorageClass::GlacierIr))
            .build();
        let role = "arn:aws:iam::123456789012:role/copy".into();
        let replication = Replication { role, rules: [all, some].into() };
        assert_eq!(from_sdk(&to_sdk(&replication).unwrap()).unwrap(), replication);
    }
}
