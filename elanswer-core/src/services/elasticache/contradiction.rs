//! Properties of a replication group that AWS refuses together: the checks and the AWS in memory
//! share them.

use super::{CacheNodeType, Engine, EngineVersion, ReplicationGroup};

/// Properties of a replication group that AWS refuses together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReplicationGroupContradiction {
    /// Automatic failover of a single node.
    #[error("`AutomaticFailoverEnabled` is on, but `NumCacheClusters` is 1: it takes two nodes")]
    FailoverAlone,
    /// `KmsKeyId` without `AtRestEncryptionEnabled`.
    #[error("`KmsKeyId` is set, but `AtRestEncryptionEnabled` is off")]
    KeyWithoutEncryption,
    /// Multi-AZ without automatic failover.
    #[error("`MultiAZEnabled` is on, but `AutomaticFailoverEnabled` is off")]
    MultiAzWithoutFailover,
    /// Nodes of a family that AWS makes no more.
    #[error("AWS makes no new nodes of the type `{0}`")]
    NodeTypeOfThePast(CacheNodeType),
    /// Nodes with disks, which the model has no property for.
    #[error("nodes of the type `{0}` take `DataTieringEnabled`, which elanswer does not have")]
    NodeTypeWithTiers(CacheNodeType),
    /// More than one user group.
    #[error("`UserGroupIds` has {0} groups; a cache has one at most")]
    SeveralUserGroups(usize),
    /// `TransitEncryptionMode` without `TransitEncryptionEnabled`.
    #[error("`TransitEncryptionMode` is set, but `TransitEncryptionEnabled` is off")]
    TransitModeWithoutTls,
    /// Users of a version that knows none.
    #[error("`UserGroupIds` takes Redis OSS 6.0 or Valkey, not Redis OSS {0}")]
    UsersTooEarly(EngineVersion),
    /// `UserGroupIds` without `TransitEncryptionEnabled`.
    #[error("`UserGroupIds` is set, but `TransitEncryptionEnabled` is off")]
    UsersWithoutTls,
    /// The engine has no such version.
    #[error("{0} has no version {1}: Redis OSS ends with 7.1, Valkey begins with 7.2")]
    Version(Engine, EngineVersion),
    /// A snapshot may be made during maintenance.
    #[error("`SnapshotWindow` and `PreferredMaintenanceWindow` overlap")]
    WindowsOverlap,
}

impl ReplicationGroup {
    /// What AWS would refuse of this cache, whatever else exists.
    #[must_use]
    pub fn contradictions(&self) -> Vec<ReplicationGroupContradiction> {
        use ReplicationGroupContradiction as Found;
        let mut found = Vec::new();
        let mut add = |applies: bool, what: Found| {
            if applies {
                found.push(what);
            }
        };
        let (failover, version) = (self.automatic_failover_enabled, &self.engine_version);
        let exists = match self.engine {
            Engine::Redis => !version.is_at_least(7, 2),
            Engine::Valkey => version.is_at_least(7, 2),
        };
        add(!exists, Found::Version(self.engine, version.clone()));
        let node = &self.cache_node_type;
        add(node.is_of_the_past(), Found::NodeTypeOfThePast(node.clone()));
        add(node.has_tiers(), Found::NodeTypeWithTiers(node.clone()));
        add(failover && self.num_cache_clusters.get() < 2, Found::FailoverAlone);
        add(self.multi_az_enabled && !failover, Found::MultiAzWithoutFailover);
        let encrypted = self.at_rest_encryption_enabled;
        add(self.kms_key_id.is_some() && !encrypted, Found::KeyWithoutEncryption);
        let tls = self.transit_encryption_enabled;
        add(self.transit_encryption_mode.is_some() && !tls, Found::TransitModeWithoutTls);
        let users = self.user_groups.len();
        add(users > 1, Found::SeveralUserGroups(users));
        if users > 0 {
            add(!tls, Found::UsersWithoutTls);
            let knows_users = self.engine == Engine::Valkey || version.is_at_least(6, 0);
            add(!knows_users, Found::UsersTooEarly(version.clone()));
        }
        let windows = self.snapshot_window.zip(self.preferred_maintenance_window);
        let overlap = windows.is_some_and(|(snapshot, upkeep)| snapshot.overlaps(upkeep));
        add(overlap, Found::WindowsOverlap);
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        reference::Ref,
        services::elasticache::{MaintenanceWindow, NumCacheClusters, SnapshotWindow},
    };

    fn cache(engine: Engine, version: &'static str) -> ReplicationGroup {
        ReplicationGroup::builder()
            .replication_group_description("carts")
            .engine(engine)
            .engine_version(EngineVersion::literal(version))
            .cache_node_type(CacheNodeType::literal("cache.t4g.micro"))
            .num_cache_clusters(NumCacheClusters::of::<2>())
            .automatic_failover_enabled(true)
            .multi_az_enabled(true)
            .user_groups([Ref::existing("carts")])
            .cache_subnet_group(Ref::existing("data"))
            .security_groups([Ref::existing("sg-1")])
            .build()
    }

    #[test]
    fn what_fits_together_is_no_contradiction() {
        for (engine, version) in [
            (Engine::Valkey, "7.2"),
            (Engine::Valkey, "8.1"),
            (Engine::Redis, "6.x"),
            (Engine::Redis, "6.2"),
            (Engine::Redis, "7.1"),
        ] {
            assert_eq!(cache(engine, version).contradictions(), []);
        }
    }

    #[test]
    fn each_contradiction_is_found() {
        use ReplicationGroupContradiction as Found;
        let valkey = || cache(Engine::Valkey, "8.0");
        let version = |text| EngineVersion::new(text).unwrap();
        let old = CacheNodeType::literal("cache.t2.micro");
        for (cache, found) in [
            (cache(Engine::Redis, "7.2"), Found::Version(Engine::Redis, version("7.2"))),
            (cache(Engine::Valkey, "7.0"), Found::Version(Engine::Valkey, version("7.0"))),
            (cache(Engine::Redis, "5.0.6"), Found::UsersTooEarly(version("5.0.6"))),
            (
                ReplicationGroup { cache_node_type: old.clone(), ..valkey() },
                Found::NodeTypeOfThePast(old),
            ),
            (
                ReplicationGroup { num_cache_clusters: NumCacheClusters::of::<1>(), ..valkey() },
                Found::FailoverAlone,
            ),
            (
                ReplicationGroup { automatic_failover_enabled: false, ..valkey() },
                Found::MultiAzWithoutFailover,
            ),
            (
                ReplicationGroup {
                    user_groups: [Ref::existing("a"), Ref::existing("b")].into(),
                    ..valkey()
                },
                Found::SeveralUserGroups(2),
            ),
            (
                ReplicationGroup {
                    snapshot_window: Some(SnapshotWindow::literal("05:30-06:30")),
                    preferred_maintenance_window: Some(MaintenanceWindow::literal(
                        "sun:05:00-sun:06:00",
                    )),
                    ..valkey()
                },
                Found::WindowsOverlap,
            ),
        ] {
            assert_eq!(cache.contradictions(), [found]);
        }
        let open = ReplicationGroup { transit_encryption_enabled: false, ..valkey() };
        assert_eq!(
            open.contradictions()[0].to_string(),
            "`UserGroupIds` is set, but `TransitEncryptionEnabled` is off"
        );
    }
}
