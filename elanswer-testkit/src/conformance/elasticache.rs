//! Cases of Amazon ElastiCache.

use elanswer_core::{
    Architecture, Ref, Region, Resource, Tags,
    services::{
        ec2::{SecurityGroup, Subnet},
        elasticache::{
            AccessString, AuthenticationMode, CacheNodeType, CacheParameterGroupFamily, Engine,
            EngineVersion, MaintenanceWindow, NumCacheClusters, ParameterGroup, Port,
            ReplicationGroup, SnapshotRetentionLimit, SnapshotWindow, SubnetGroup,
            TransitEncryptionMode, User, UserGroup, UserGroupId, UserName,
        },
        kms::Key,
    },
};

use super::{Case, ec2::security_group::DESCRIPTION, rds::with_subnets};

pub(super) const CASES: &[Case] = &[
    Case {
        name: "elasticache_subnet_group",
        kind: SubnetGroup::SCHEMA.kind,
        made: || with_subnet_group(|[a, b, _]| subnet_group([a, b])),
        updated: Some(|| {
            with_subnet_group(|[_, b, c]| SubnetGroup {
                description: "renamed".to_owned(),
                tags: renamed(),
                ..subnet_group([b, c])
            })
        }),
        replaced: None,
    },
    Case {
        name: "elasticache_parameter_group",
        kind: ParameterGroup::SCHEMA.kind,
        made: || alone(parameter_group("redis7", &[])),
        updated: Some(|| {
            alone(ParameterGroup { tags: renamed(), ..parameter_group("redis7", &[]) })
        }),
        replaced: Some(|| alone(parameter_group("valkey8", &[]))),
    },
    Case {
        name: "elasticache_parameter_group_parameters",
        kind: ParameterGroup::SCHEMA.kind,
        made: || alone(parameter_group("redis7", &[("timeout", "60")])),
        updated: Some(|| alone(parameter_group("redis7", MANY))),
        replaced: None,
    },
    Case {
        name: "elasticache_user",
        kind: User::SCHEMA.kind,
        made: || alone(user()),
        updated: Some(|| alone(User { tags: renamed(), ..user() })),
        replaced: Some(|| {
            alone(User {
                user_name: Some(UserName::literal("another")),
                authentication_mode: AuthenticationMode::NoPasswordRequired,
                ..user()
            })
        }),
    },
    Case {
        name: "elasticache_user_access",
        kind: User::SCHEMA.kind,
        made: || {
            let authentication_mode = AuthenticationMode::NoPasswordRequired;
            alone(User { authentication_mode, ..user() })
        },
        updated: Some(|| {
            alone(User {
                engine: Engine::Valkey,
                access_string: AccessString::everything(),
                authentication_mode: AuthenticationMode::Iam,
                ..user()
            })
        }),
        replaced: None,
    },
    Case {
        name: "elasticache_user_group",
        kind: UserGroup::SCHEMA.kind,
        made: || with_user_group(|[nobody, reader, _]| user_group(Engine::Redis, [nobody, reader])),
        updated: Some(|| {
            with_user_group(|[_, reader, writer]| UserGroup {
                tags: renamed(),
                ..user_group(Engine::Valkey, [reader, writer])
            })
        }),
        replaced: Some(|| {
            with_user_group(|[_, reader, writer]| UserGroup {
                user_group_id: Some(UserGroupId::literal("conformance-replaced")),
                ..user_group(Engine::Valkey, [reader, writer])
            })
        }),
    },
    Case {
        name: "elasticache_replication_group",
        kind: ReplicationGroup::SCHEMA.kind,
        made: || with_cache(|_, cache| cache),
        updated: Some(|| with_cache(updated)),
        replaced: Some(|| {
            with_cache(|parts, cache| ReplicationGroup {
                kms_key_id: Some(parts.key.arn().into()),
                port: Port::of::<6_380>(),
                ..updated(parts, cache)
            })
        }),
    },
    Case {
        name: "elasticache_replication_group_of_one",
        kind: ReplicationGroup::SCHEMA.kind,
        made: || with_cache(|_, cache| of_nodes(NumCacheClusters::of::<3>(), cache)),
        updated: Some(|| with_cache(|_, cache| of_nodes(NumCacheClusters::of::<1>(), cache))),
        replaced: None,
    },
    Case {
        name: "elasticache_replication_group_tls",
        kind: ReplicationGroup::SCHEMA.kind,
        made: || with_cache(|_, cache| with_tls(TransitEncryptionMode::Preferred, cache)),
        updated: Some(|| with_cache(|_, cache| with_tls(TransitEncryptionMode::Required, cache))),
        replaced: None,
    },
];

fn renamed() -> Tags {
    Tags::new().with("Name", "renamed")
}

/// An architecture of one resource.
fn alone(it: impl Resource) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    arch.resource("it", it);
    arch
}

fn with_subnet_group(group: impl FnOnce([&Ref<Subnet>; 3]) -> SubnetGroup) -> Architecture {
    let (mut arch, _, subnets) = with_subnets();
    arch.resource("it", group(subnets.each_ref()));
    arch
}

fn subnet_group(subnets: [&Ref<Subnet>; 2]) -> SubnetGroup {
    SubnetGroup::builder().description("conformance").subnets(subnets).build()
}

fn parameter_group(family: &'static str, properties: &[(&str, &str)]) -> ParameterGroup {
    ParameterGroup::builder()
        .cache_parameter_group_family(CacheParameterGroupFamily::literal(family))
        .description("conformance")
        .properties(properties.iter().copied())
        .build()
}

/// More parameters than one call sets.
const MANY: &[(&str, &str)] = &[
    ("active-defrag-cycle-max", "70"),
    ("active-defrag-cycle-min", "6"),
    ("active-defrag-threshold-lower", "11"),
    ("active-defrag-threshold-upper", "99"),
    ("activedefrag", "yes"),
    ("activerehashing", "yes"),
    ("client-output-buffer-limit-normal-hard-limit", "1"),
    ("hash-max-listpack-entries", "513"),
    ("hash-max-listpack-value", "65"),
    ("hll-sparse-max-bytes", "3001"),
    ("latency-tracking", "yes"),
    ("lazyfree-lazy-eviction", "yes"),
    ("lazyfree-lazy-expire", "yes"),
    ("lfu-decay-time", "2"),
    ("lfu-log-factor", "11"),
    ("list-compress-depth", "1"),
    ("maxmemory-policy", "allkeys-lru"),
    ("maxmemory-samples", "4"),
    ("notify-keyspace-events", "Ex"),
    ("set-max-intset-entries", "513"),
    ("slowlog-max-len", "129"),
    ("tcp-keepalive", "301"),
];

/// Who would log in with IAM, if that were not off.
fn user() -> User {
    User::builder().engine(Engine::Redis).access_string(AccessString::nothing()).build()
}

/// An architecture with three users, the first of whom is the `default` of Redis.
fn with_user_group(group: impl FnOnce([&Ref<User>; 3]) -> UserGroup) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    let nobody = arch.resource("nobody", User::disabled_default());
    let reader = arch.resource("reader", user());
    let writer = User { access_string: AccessString::everything(), ..user() };
    let writer = arch.resource("writer", writer);
    arch.resource("it", group([&nobody, &reader, &writer]));
    arch
}

fn user_group(engine: Engine, users: [&Ref<User>; 2]) -> UserGroup {
    UserGroup::builder().engine(engine).users(users).build()
}

/// What a cache needs, or may have.
struct Parts {
    guard: Ref<SecurityGroup>,
    parameters: Ref<ParameterGroup>,
    users: Ref<UserGroup>,
    key: Ref<Key>,
}

/// An architecture with all that a cache needs; `f` may change the cache.
fn with_cache(f: impl FnOnce(&Parts, ReplicationGroup) -> ReplicationGroup) -> Architecture {
    let (mut arch, vpc, [a, b, _]) = with_subnets();
    let mut guard = |id| {
        let group = SecurityGroup::builder().group_description(DESCRIPTION).vpc(&vpc).build();
        arch.resource(id, group)
    };
    let (guard, other) = (guard("guard"), guard("other"));
    let subnets = arch.resource("subnets", subnet_group([&a, &b]));
    let parameters = arch.resource("parameters", parameter_group("valkey8", &[]));
    let app = arch.resource("app", user());
    let users = UserGroup::builder().engine(Engine::Valkey).users([&app]).build();
    let users = arch.resource("users", users);
    let key = arch.resource("key", Key::builder().build());
    let cache = ReplicationGroup::builder()
        .replication_group_description("conformance")
        .engine(Engine::Redis)
        .engine_version(EngineVersion::literal("7.0"))
        .cache_node_type(CacheNodeType::literal("cache.t4g.micro"))
        .cache_subnet_group(&subnets)
        .security_groups([&guard])
        .build();
    let parts = Parts { guard: other, parameters, users, key };
    arch.resource("it", f(&parts, cache));
    arch
}

/// Every change in place but for TLS, which users forbid.
fn updated(parts: &Parts, cache: ReplicationGroup) -> ReplicationGroup {
    ReplicationGroup {
        replication_group_description: "renamed".to_owned(),
        engine: Engine::Valkey,
        engine_version: EngineVersion::literal("8.0"),
        cache_node_type: CacheNodeType::literal("cache.t4g.small"),
        user_groups: [parts.users.clone()].into(),
        security_groups: [parts.guard.clone()].into(),
        cache_parameter_group: Some(parts.parameters.clone()),
        snapshot_retention_limit: SnapshotRetentionLimit::of::<7>(),
        snapshot_window: Some(SnapshotWindow::literal("01:00-02:00")),
        preferred_maintenance_window: Some(MaintenanceWindow::literal("tue:10:00-tue:11:00")),
        auto_minor_version_upgrade: false,
        tags: renamed(),
        ..of_nodes(NumCacheClusters::of::<3>(), cache)
    }
}

/// With so many nodes, which take over for one another when they are several.
fn of_nodes(nodes: NumCacheClusters, cache: ReplicationGroup) -> ReplicationGroup {
    let several = nodes.get() > 1;
    ReplicationGroup {
        num_cache_clusters: nodes,
        automatic_failover_enabled: several,
        multi_az_enabled: several,
        ..cache
    }
}

fn with_tls(mode: TransitEncryptionMode, cache: ReplicationGroup) -> ReplicationGroup {
    ReplicationGroup { transit_encryption_mode: Some(mode), ..cache }
}
