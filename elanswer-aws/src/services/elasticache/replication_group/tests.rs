//! What is sent for a replication group, and what is read of one.

use aws_sdk_elasticache::types::{AutomaticFailoverStatus, MultiAzStatus, TransitEncryptionMode};
use elanswer_core::{
    Ref,
    services::elasticache::{
        self, CacheNodeType, Engine, EngineVersion, SnapshotWindow, UserGroup,
    },
};

use super::*;

fn cache() -> ReplicationGroup {
    ReplicationGroup::builder()
        .replication_group_description("carts")
        .engine(Engine::Redis)
        .engine_version(EngineVersion::literal("7.1"))
        .cache_node_type(CacheNodeType::literal("cache.t4g.micro"))
        .cache_subnet_group(Ref::existing("data"))
        .security_groups([Ref::existing("sg-1")])
        .build()
}

#[test]
fn a_change_names_only_what_changes() {
    let old = ReplicationGroup {
        snapshot_window: Some(SnapshotWindow::literal("03:00-04:00")),
        transit_encryption_mode: Some(elasticache::TransitEncryptionMode::Required),
        user_groups: [Ref::<UserGroup>::existing("old")].into(),
        ..cache()
    };
    let new = ReplicationGroup { user_groups: [Ref::existing("new")].into(), ..cache() };
    let call = request::modify("carts", &old, &new);
    assert_eq!(call.get_user_group_ids_to_add().as_deref(), Some(&["new".to_owned()][..]));
    assert_eq!(call.get_user_group_ids_to_remove().as_deref(), Some(&["old".to_owned()][..]));
    assert_eq!(call.get_apply_immediately(), &Some(true));
    // AWS refuses TLS as it is on a cache with users.
    assert_eq!(call.get_transit_encryption_enabled(), &None);
    assert_eq!((call.get_snapshot_window(), call.get_engine()), (&None, &None));
    assert_eq!(call.get_security_group_ids(), &None);
}

#[test]
fn tls_is_changed_with_its_mode() {
    let mode = elasticache::TransitEncryptionMode::Preferred;
    let off = ReplicationGroup { transit_encryption_enabled: false, ..cache() };
    let both = ReplicationGroup { transit_encryption_mode: Some(mode), ..cache() };
    let call = request::modify("carts", &off, &both);
    assert_eq!(call.get_transit_encryption_enabled(), &Some(true));
    assert_eq!(call.get_transit_encryption_mode(), &Some(TransitEncryptionMode::Preferred));
    let call = request::modify("carts", &both, &off);
    assert_eq!(call.get_transit_encryption_enabled(), &Some(false));
    assert_eq!(call.get_transit_encryption_mode(), &None);
}

#[test]
fn what_is_not_told_is_not_known() {
    let group = types::ReplicationGroup::builder()
        .replication_group_id("carts")
        .arn("arn:aws:elasticache:us-east-1:1:replicationgroup:carts")
        .engine("redis")
        .cache_node_type("cache.t4g.micro")
        .status("creating")
        .automatic_failover(AutomaticFailoverStatus::Enabling)
        .multi_az(MultiAzStatus::Enabled)
        .build();
    let found = response::observed(&group).unwrap();
    assert_eq!(found.status, Status::Pending("creating".to_owned()));
    for property in ["NumCacheClusters", "Port", "AutomaticFailoverEnabled", "UserGroupIds"] {
        assert!(found.unread.contains(&property), "{property}");
    }
    assert!(found.resource.automatic_failover_enabled);
    assert!(response::observed(&types::ReplicationGroup::builder().build()).is_err());
}
