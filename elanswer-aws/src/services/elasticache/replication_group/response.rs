//! From the description of a replication group to the group.

use aws_sdk_elasticache::types::{self, AutomaticFailoverStatus, MultiAzStatus};
use elanswer_core::{
    Ref,
    executor::{ExecError, Status},
    handler::Observed,
    services::{
        ec2::SecurityGroup,
        elasticache::{
            EngineVersion, NumCacheClusters, Port, ReplicationGroup, ReplicationGroupOutputs,
            SnapshotRetentionLimit, SubnetGroup, TransitEncryptionMode, UserGroup,
        },
        kms::KeyArn,
    },
};

use super::super::{SERVICE, status};
use crate::error::missing;

/// What stands for the version, which no description has.
const NO_VERSION: EngineVersion = EngineVersion::literal("0.0");

/// A described group; its tags are none until they are read, and what descriptions never have is
/// write-only.
pub(super) fn observed(
    group: &types::ReplicationGroup,
) -> Result<Observed<ReplicationGroup>, ExecError> {
    let lacks = |field| missing(SERVICE, "DescribeReplicationGroups", field);
    let id = group.replication_group_id().ok_or_else(|| lacks("ReplicationGroupId"))?;
    let arn = group.arn().ok_or_else(|| lacks("ARN"))?;
    let engine = group.engine().and_then(|engine| engine.parse().ok());
    let node = group.cache_node_type().and_then(|node| node.parse().ok());
    let nodes = u32::try_from(group.member_clusters().len()).ok();
    let nodes = nodes.and_then(|nodes| NumCacheClusters::new(nodes).ok());
    let shard = group.node_groups().first();
    let primary = shard.and_then(types::NodeGroup::primary_endpoint);
    let reader = shard.and_then(types::NodeGroup::reader_endpoint);
    let number = primary.and_then(types::Endpoint::port);
    let port = number.and_then(|port| Port::new(u32::try_from(port).ok()?).ok());
    let tls = group.transit_encryption_enabled().unwrap_or_default();
    let days = group.snapshot_retention_limit().and_then(|days| u32::try_from(days).ok());
    let resource = ReplicationGroup::builder()
        .replication_group_id(id.parse().map_err(|_| lacks("valid ReplicationGroupId"))?)
        .replication_group_description(group.description().unwrap_or_default())
        .engine(engine.ok_or_else(|| lacks("Engine that elanswer knows"))?)
        .engine_version(NO_VERSION)
        .cache_node_type(node.ok_or_else(|| lacks("CacheNodeType"))?)
        .maybe_num_cache_clusters(nodes)
        .automatic_failover_enabled(matches!(
            group.automatic_failover(),
            Some(AutomaticFailoverStatus::Enabled | AutomaticFailoverStatus::Enabling)
        ))
        .multi_az_enabled(group.multi_az() == Some(&MultiAzStatus::Enabled))
        .transit_encryption_enabled(tls)
        .maybe_transit_encryption_mode(
            group.transit_encryption_mode().filter(|_| tls).and_then(mode),
        )
        .at_rest_encryption_enabled(group.at_rest_encryption_enabled().unwrap_or_default())
        .maybe_kms_key_id(group.kms_key_id().and_then(|key| KeyArn::new(key).ok()))
        .user_groups(group.user_group_ids().iter().map(Ref::<UserGroup>::existing))
        .cache_subnet_group(Ref::<SubnetGroup>::existing(""))
        .security_groups(Vec::<Ref<SecurityGroup>>::new())
        .maybe_snapshot_retention_limit(
            days.and_then(|days| SnapshotRetentionLimit::new(days).ok()),
        )
        .maybe_snapshot_window(group.snapshot_window().and_then(|window| window.parse().ok()))
        .auto_minor_version_upgrade(group.auto_minor_version_upgrade().unwrap_or(true))
        .maybe_port(port)
        .build();
    let host = |endpoint: Option<&types::Endpoint>| {
        endpoint.and_then(types::Endpoint::address).map(str::to_owned)
    };
    let outputs = ReplicationGroupOutputs {
        replication_group_id: id.to_owned(),
        arn: arn.to_owned(),
        primary_address: host(primary),
        primary_port: number.map(|port| port.to_string()),
        reader_address: host(reader),
    };
    let status = status(group.status());
    // While it is made, AWS does not tell all of it.
    let ready = status == Status::Ready;
    Ok(Observed::ready(resource, outputs)
        .with_status(status)
        .unread_unless("NumCacheClusters", nodes.is_some())
        .unread_unless("Port", port.is_some())
        .unread_unless("AutomaticFailoverEnabled", ready)
        .unread_unless("MultiAZEnabled", ready)
        .unread_unless("UserGroupIds", ready))
}

fn mode(mode: &types::TransitEncryptionMode) -> Option<TransitEncryptionMode> {
    match mode {
        types::TransitEncryptionMode::Preferred => Some(TransitEncryptionMode::Preferred),
        types::TransitEncryptionMode::Required => Some(TransitEncryptionMode::Required),
        _ => None,
    }
}
