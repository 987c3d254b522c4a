//! A cache of Valkey or Redis with all that belongs to it.

use std::collections::BTreeMap;

use super::{EncryptionKeyHandle, Group, Internal, Isolated, NoGroup, NoSubnets, Tier, name_tag};
use crate::{
    architecture::{Construct, Scope},
    bounded::Bounded,
    reference::{Input, Output, Ref},
    services::{
        elasticache::{
            AccessString, CacheNodeType, CacheParameterGroupFamily, Engine, EngineVersion,
            NumCacheClusters, ParameterGroup, ReplicationGroup, SnapshotRetentionLimit,
            SubnetGroup, User, UserGroup,
        },
        iam::Statement,
    },
};

#[cfg(test)]
mod tests;

/// How many nodes a [`Cache`] has: the primary, and at least one that takes over.
pub type CacheNodes = Bounded<2, 6>;

/// For how many days the daily snapshots of a [`Cache`] are kept.
pub type SnapshotDays = Bounded<1, 35>;

/// A cache of Valkey or Redis: nodes in several zones, one of which takes over when the primary fails,
/// with a subnet group, a parameter group, and a user for the application.
///
/// It stands in isolated subnets, behind an internal security group. Always on: encryption at rest,
/// TLS, and users. The one user logs in with a token of IAM, so that there is no password anywhere: who
/// is let do what [`CacheHandle::connecting`] says connects as [`CacheHandle::user`].
/// Protected from deletion unless [`disposable`](Self::disposable).
///
/// ```
/// # use elanswer_core::{Architecture, NetworkPlan, Region, cidr};
/// # use elanswer_core::constructs::{Network, SecurityGroup};
/// # const NETWORK: NetworkPlan<2> = NetworkPlan::new(cidr!("10.0.0.0/16"))
/// #     .isolated([cidr!("10.0.21.0/24"), cidr!("10.0.22.0/24")]);
/// use elanswer_core::constructs::{Cache, CacheNodes, SnapshotDays};
///
/// # let mut arch = Architecture::new("shop", Region::UsEast1);
/// # let net = arch.add(Network::new("main", NETWORK));
/// # let data = arch.add(SecurityGroup::internal("data", &net));
/// let carts = Cache::valkey("carts")
///     .subnets(net.isolated()) // `net.public()` does not compile
///     .guarded_by(&data)
///     .nodes(CacheNodes::of::<3>())
///     .snapshots(SnapshotDays::of::<7>());
/// let carts = arch.add(carts);
/// arch.output("cache", carts.endpoint());
/// let statement = carts.connecting(); // what `FargateService::allow` takes
/// ```
#[derive(Debug, Clone)]
#[must_use = "a cache does nothing until it is added to an architecture"]
pub struct Cache<S, G> {
    subnets: S,
    group: G,
    settings: Settings,
}

#[derive(Debug, Clone)]
struct Settings {
    name: String,
    engine: Engine,
    version: EngineVersion,
    node_type: CacheNodeType,
    nodes: CacheNodes,
    snapshots: SnapshotDays,
    parameters: BTreeMap<String, String>,
    access: AccessString,
    key: Option<EncryptionKeyHandle>,
    disposable: bool,
}

impl Cache<NoSubnets, NoGroup> {
    /// A cache of Valkey 8.0.
    pub fn valkey(name: impl Into<String>) -> Self {
        Self::of(name.into(), Engine::Valkey, const { EngineVersion::literal("8.0") })
    }

    /// A cache of Redis OSS 7.1, the last that AWS has. Its users have among them the `default` that
    /// Redis asks for, who can do nothing.
    pub fn redis(name: impl Into<String>) -> Self {
        Self::of(name.into(), Engine::Redis, const { EngineVersion::literal("7.1") })
    }

    fn of(name: String, engine: Engine, version: EngineVersion) -> Self {
        let settings = Settings {
            name,
            engine,
            version,
            node_type: const { CacheNodeType::literal("cache.m7g.large") },
            nodes: CacheNodes::of::<2>(),
            snapshots: SnapshotDays::of::<7>(),
            parameters: BTreeMap::new(),
            access: AccessString::everything(),
            key: None,
            disposable: false,
        };
        Self { subnets: NoSubnets, group: NoGroup, settings }
    }
}

impl<G> Cache<NoSubnets, G> {
    /// Where it stands: subnets that have no way to the internet, in two zones or more.
    pub fn subnets(self, tier: &Tier<Isolated>) -> Cache<Tier<Isolated>, G> {
        let Self { group, settings, .. } = self;
        Cache { subnets: tier.clone(), group, settings }
    }
}

impl<S> Cache<S, NoGroup> {
    /// What may reach it: a group that does not let in the internet.
    pub fn guarded_by(self, group: &Group<Internal>) -> Cache<S, Group<Internal>> {
        let Self { subnets, settings, .. } = self;
        Cache { subnets, group: group.clone(), settings }
    }
}

impl<S, G> Cache<S, G> {
    /// How many nodes it has, one of which is the primary. Default: 2.
    pub const fn nodes(mut self, nodes: CacheNodes) -> Self {
        self.settings.nodes = nodes;
        self
    }

    /// The processors and memory of each node. Default: `cache.m7g.large`.
    pub fn node_type(mut self, node_type: CacheNodeType) -> Self {
        self.settings.node_type = node_type;
        self
    }

    /// The version of the engine. Default: 8.0 of Valkey, 7.1 of Redis.
    pub fn version(mut self, version: EngineVersion) -> Self {
        self.settings.version = version;
        self
    }

    /// For how long its daily snapshots are kept. Default: 7 days.
    pub const fn snapshots(mut self, kept: SnapshotDays) -> Self {
        self.settings.snapshots = kept;
        self
    }

    /// Sets a parameter of the engine, such as `maxmemory-policy`.
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.parameters.insert(name.into(), value.into());
        self
    }

    /// What the application may do with it. Default: everything.
    pub fn access(mut self, access: AccessString) -> Self {
        self.settings.access = access;
        self
    }

    /// Encrypts what it writes, and its snapshots, with this key, which
    /// [`KeyUser::ElastiCache`](super::KeyUser::ElastiCache) uses. Default: a key of AWS's own.
    /// Changing it replaces the cache.
    pub fn encrypted_with(mut self, key: &EncryptionKeyHandle) -> Self {
        self.settings.key = Some(key.clone());
        self
    }

    /// It may be deleted, with all that is in it: for tests and trials.
    pub const fn disposable(mut self) -> Self {
        self.settings.disposable = true;
        self
    }
}

impl Settings {
    /// The group of those who may log in, and the user of the application.
    fn users(&self, scope: &mut Scope<'_>) -> (Ref<UserGroup>, Ref<User>) {
        let app = User::builder()
            .engine(self.engine)
            .access_string(self.access.clone())
            .tags(name_tag(scope, "user"))
            .build();
        let app = scope.resource("user", app);
        let nobody = (self.engine == Engine::Redis).then(|| {
            let tags = name_tag(scope, "default-user");
            scope.resource("default-user", User { tags, ..User::disabled_default() })
        });
        let group = UserGroup::builder()
            .engine(self.engine)
            .users([app.clone()].into_iter().chain(nobody))
            .tags(name_tag(scope, "users"))
            .build();
        (scope.resource("users", group), app)
    }
}

impl Construct for Cache<Tier<Isolated>, Group<Internal>> {
    type Handle = CacheHandle;

    fn name(&self) -> &str {
        &self.settings.name
    }

    fn build(self, scope: &mut Scope<'_>) -> CacheHandle {
        let Self { subnets, group, settings } = self;
        if subnets.subnets().len() < 2 {
            scope.problem(
                "the network has no two isolated subnets for the cache",
                "plan an isolated tier of two zones with `.isolated([..])`",
            );
        }
        let subnet_group = SubnetGroup::builder()
            .description("Isolated subnets")
            .subnets(subnets.subnets())
            .tags(name_tag(scope, "subnet-group"))
            .build();
        let subnet_group = scope.resource("subnet-group", subnet_group);
        let (users, user) = settings.users(scope);
        let parameters = ParameterGroup::builder()
            .cache_parameter_group_family(CacheParameterGroupFamily::of(
                settings.engine,
                &settings.version,
            ))
            .description("Parameters")
            .properties(settings.parameters)
            .tags(name_tag(scope, "parameter-group"))
            .build();
        let parameters = scope.resource("parameter-group", parameters);
        let replication_group = ReplicationGroup::builder()
            .replication_group_description(format!("Cache {}", settings.name))
            .engine(settings.engine)
            .engine_version(settings.version)
            .cache_node_type(settings.node_type)
            .maybe_num_cache_clusters(NumCacheClusters::new(settings.nodes.get()).ok())
            .automatic_failover_enabled(true)
            .multi_az_enabled(true)
            .maybe_kms_key_id(settings.key.as_ref().map(EncryptionKeyHandle::arn))
            .user_groups([&users])
            .cache_subnet_group(&subnet_group)
            .security_groups([group.group()])
            .cache_parameter_group(&parameters)
            .maybe_snapshot_retention_limit(
                SnapshotRetentionLimit::new(settings.snapshots.get()).ok(),
            )
            .tags(name_tag(scope, "replication-group"))
            .build();
        let replication_group = scope.resource("replication-group", replication_group);
        scope.architecture().options(&replication_group, |options| {
            options.protect = !settings.disposable;
        });
        CacheHandle { nodes: settings.nodes, replication_group, user }
    }
}

/// A cache that was added.
#[derive(Debug, Clone)]
pub struct CacheHandle {
    nodes: CacheNodes,
    replication_group: Ref<ReplicationGroup>,
    user: Ref<User>,
}

impl CacheHandle {
    /// The cache.
    #[must_use]
    pub const fn replication_group(&self) -> &Ref<ReplicationGroup> {
        &self.replication_group
    }

    /// The user of the application: its id is the name under which it logs in.
    #[must_use]
    pub const fn user(&self) -> &Ref<User> {
        &self.user
    }

    /// The host name of the primary, with which clients speak TLS. It stays when another node takes
    /// over.
    #[must_use]
    pub fn endpoint(&self) -> Output<String> {
        self.replication_group.primary_address()
    }

    /// A host name for the other nodes, for reads.
    #[must_use]
    pub fn reader_endpoint(&self) -> Output<String> {
        self.replication_group.reader_address()
    }

    /// The port at which it answers, as text.
    #[must_use]
    pub fn port(&self) -> Output<String> {
        self.replication_group.primary_port()
    }

    /// The id of the cache, which a token of IAM is made for.
    #[must_use]
    pub fn id(&self) -> Output<String> {
        self.replication_group.output("ReplicationGroupId")
    }

    /// What the ids of its nodes end with, behind [that of the cache](Self::id): `-001`. Metrics have
    /// them as `CacheClusterId`.
    ///
    /// AWS: [Which metrics should I monitor?](https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.WhichShouldIMonitor.html).
    #[must_use]
    pub fn node_suffixes(&self) -> Vec<String> {
        (1..=self.nodes.get()).map(|node| format!("-{node:03}")).collect()
    }

    /// The name under which the application logs in.
    #[must_use]
    pub fn user_name(&self) -> Output<String> {
        self.user.user_id()
    }

    /// What somebody must be able to do who logs in as the user of the application:
    /// `elasticache:Connect` on the cache and on the user.
    ///
    /// Source: <https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html>.
    #[must_use]
    pub fn connecting(&self) -> Statement {
        let (cache, user): (Input<String>, Input<String>) =
            (self.replication_group.arn().into(), self.user.arn().into());
        Statement::allow(["elasticache:Connect"]).on([cache, user])
    }
}
