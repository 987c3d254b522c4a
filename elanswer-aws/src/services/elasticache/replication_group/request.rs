//! From a replication group to the requests that make and change it.

use aws_sdk_elasticache::{
    operation::{
        create_replication_group::builders::CreateReplicationGroupInputBuilder,
        modify_replication_group::builders::ModifyReplicationGroupInputBuilder,
    },
    types,
};
use elanswer_core::{
    Input, Ref, Tags,
    services::elasticache::{ReplicationGroup, TransitEncryptionMode},
};

use super::super::{changed, ids, some, text, to_sdk};

pub(super) fn create(
    desired: &ReplicationGroup,
    tags: &Tags,
) -> CreateReplicationGroupInputBuilder {
    let parameters = desired.cache_parameter_group.as_ref().and_then(Ref::known);
    CreateReplicationGroupInputBuilder::default()
        .set_replication_group_id(text(desired.replication_group_id.as_ref()))
        .replication_group_description(&desired.replication_group_description)
        .engine(desired.engine.as_str())
        .engine_version(desired.engine_version.as_str())
        .cache_node_type(desired.cache_node_type.as_str())
        .num_cache_clusters(number(desired.num_cache_clusters.get()))
        .automatic_failover_enabled(desired.automatic_failover_enabled)
        .multi_az_enabled(desired.multi_az_enabled)
        .transit_encryption_enabled(desired.transit_encryption_enabled)
        .set_transit_encryption_mode(desired.transit_encryption_mode.map(mode))
        .at_rest_encryption_enabled(desired.at_rest_encryption_enabled)
        .set_kms_key_id(text(desired.kms_key_id.as_ref().and_then(Input::known)))
        .set_user_group_ids(some(ids(&desired.user_groups)))
        .set_cache_subnet_group_name(desired.cache_subnet_group.known().map(str::to_owned))
        .set_security_group_ids(some(ids(&desired.security_groups)))
        .set_cache_parameter_group_name(parameters.map(str::to_owned))
        .snapshot_retention_limit(number(desired.snapshot_retention_limit.get()))
        .set_snapshot_window(text(desired.snapshot_window.as_ref()))
        .set_preferred_maintenance_window(text(desired.preferred_maintenance_window.as_ref()))
        .auto_minor_version_upgrade(desired.auto_minor_version_upgrade)
        .port(number(desired.port.get()))
        .set_tags(Some(to_sdk(tags)))
}

/// Names only what changes: AWS refuses TLS as it is, where users forbid to change it.
pub(super) fn modify(
    identifier: &str,
    from: &ReplicationGroup,
    to: &ReplicationGroup,
) -> ModifyReplicationGroupInputBuilder {
    let to = &from.completing(to);
    let (old, new) = (&from.user_groups, &to.user_groups);
    let parameters = changed(&from.cache_parameter_group, &to.cache_parameter_group);
    let parameters = parameters.and_then(Option::as_ref).and_then(Ref::known);
    let retention = changed(&from.snapshot_retention_limit, &to.snapshot_retention_limit);
    let failover = changed(&from.automatic_failover_enabled, &to.automatic_failover_enabled);
    let upgrade = changed(&from.auto_minor_version_upgrade, &to.auto_minor_version_upgrade);
    let upkeep = changed(&from.preferred_maintenance_window, &to.preferred_maintenance_window);
    let snapshots = changed(&from.snapshot_window, &to.snapshot_window);
    let guards = changed(&from.security_groups, &to.security_groups);
    let tls = (&from.transit_encryption_enabled, &from.transit_encryption_mode)
        != (&to.transit_encryption_enabled, &to.transit_encryption_mode);
    let description =
        changed(&from.replication_group_description, &to.replication_group_description);
    ModifyReplicationGroupInputBuilder::default()
        .replication_group_id(identifier)
        .apply_immediately(true)
        .set_replication_group_description(description.cloned())
        .set_engine(text(changed(&from.engine, &to.engine)))
        .set_engine_version(text(changed(&from.engine_version, &to.engine_version)))
        .set_cache_node_type(text(changed(&from.cache_node_type, &to.cache_node_type)))
        .set_automatic_failover_enabled(failover.copied())
        .set_multi_az_enabled(changed(&from.multi_az_enabled, &to.multi_az_enabled).copied())
        .set_transit_encryption_enabled(tls.then_some(to.transit_encryption_enabled))
        .set_transit_encryption_mode(
            to.transit_encryption_mode.filter(|_| tls && to.transit_encryption_enabled).map(mode),
        )
        .set_user_group_ids_to_add(some(ids(new.difference(old))))
        .set_user_group_ids_to_remove(some(ids(old.difference(new))))
        .set_security_group_ids(guards.map(ids))
        .set_cache_parameter_group_name(parameters.map(str::to_owned))
        .set_snapshot_retention_limit(retention.map(|days| number(days.get())))
        .set_snapshot_window(snapshots.and_then(|window| text(window.as_ref())))
        .set_preferred_maintenance_window(upkeep.and_then(|window| text(window.as_ref())))
        .set_auto_minor_version_upgrade(upgrade.copied())
}

fn mode(mode: TransitEncryptionMode) -> types::TransitEncryptionMode {
    match mode {
        TransitEncryptionMode::Preferred => types::TransitEncryptionMode::Preferred,
        TransitEncryptionMode::Required => types::TransitEncryptionMode::Required,
    }
}

fn number(value: u32) -> i32 {
    value.try_into().unwrap_or(i32::MAX)
}
