//! What AWS refuses of caches and their groups, and how long it takes for them.

use std::time::Duration;

use elanswer_core::{
    Architecture, Executor, NetworkPlan, Place, Ref, Region, Resource, ResourceId, Zone, cidr,
    constructs::{self, Cache, EncryptionKey, KeyUser, Network},
    executor::{
        CreateRequest, DeleteRequest, Deletion, ErrorKind, ExecError, Observation, Status,
        UpdateRequest,
    },
    resource::{Properties, properties_of},
    services::{
        ec2::{Description, SecurityGroup, Subnet, Vpc},
        elasticache::{
            AccessString, AuthenticationMode, CacheNodeType, CacheParameterGroupFamily,
            CacheParameterGroupName, CacheSubnetGroupName, Engine, EngineVersion, NumCacheClusters,
            ParameterGroup, ReplicationGroup, ReplicationGroupId, SubnetGroup,
            TransitEncryptionMode, User, UserGroup, UserGroupId, UserId, UserName,
        },
        iam::{PolicyDocument, PolicyName, Role, RolePolicy, Service},
        kms::KeyArn,
    },
    tags::Ownership,
};
use serde_json::Value;

use crate::mock::MockAws;

const PLACE: Place = Place::new(Region::UsEast1);

/// A network in an AWS in memory that is spoken to without the engine.
struct Account {
    aws: MockAws,
    subnets: [Ref<Subnet>; 3],
    other: Ref<Vpc>,
    guard: Ref<SecurityGroup>,
    stranger: Ref<SecurityGroup>,
}

fn request<R: Resource>(resource: &R) -> CreateRequest {
    CreateRequest {
        schema: R::SCHEMA,
        place: PLACE,
        properties: properties_of(resource),
        ownership: Ownership {
            stack: "test".to_owned(),
            resource: ResourceId::new("it").unwrap(),
            incarnation: 1,
        },
        token: "0".repeat(32),
        secrets: elanswer_core::Secrets::default(),
    }
}

impl Account {
    /// Two VPCs, the first with subnets in zones a, a and b.
    async fn new() -> Self {
        Self::of(MockAws::new()).await
    }

    async fn of(aws: MockAws) -> Self {
        let vpc = make(&aws, &Vpc::new(cidr!("10.0.0.0/16"))).await;
        let other = make(&aws, &Vpc::new(cidr!("10.1.0.0/16"))).await;
        let subnet = |cidr_block, zone| {
            Subnet::builder()
                .vpc(&vpc)
                .cidr_block(cidr_block)
                .availability_zone(Zone::new(Region::UsEast1, zone))
                .build()
        };
        let subnets = [
            make(&aws, &subnet(cidr!("10.0.1.0/24"), 'a')).await,
            make(&aws, &subnet(cidr!("10.0.2.0/24"), 'a')).await,
            make(&aws, &subnet(cidr!("10.0.3.0/24"), 'b')).await,
        ];
        let group = |vpc| {
            SecurityGroup::builder()
                .group_name("data".parse().unwrap())
                .group_description(Description::literal("data"))
                .vpc(vpc)
                .build()
        };
        let guard = make(&aws, &group(&vpc)).await;
        let stranger = make(&aws, &group(&other)).await;
        Self { aws, subnets, other, guard, stranger }
    }

    /// The same with a subnet group `data`.
    async fn with_subnets() -> Self {
        Self::of_subnets(MockAws::new()).await
    }

    async fn of_subnets(aws: MockAws) -> Self {
        let account = Self::of(aws).await;
        let [a, _, b] = &account.subnets;
        account.make(&subnet_group([a, b])).await;
        account
    }

    /// The same with the users `app`, who logs in with IAM, and `nobody`, who is the default.
    async fn with_users() -> Self {
        let account = Self::with_subnets().await;
        account.make(&user("app")).await;
        let nobody = User { user_id: id("nobody"), ..User::disabled_default() };
        account.make(&nobody).await;
        account
    }

    fn cache(&self) -> ReplicationGroup {
        ReplicationGroup::builder()
            .replication_group_id(ReplicationGroupId::literal("carts"))
            .replication_group_description("carts")
            .engine(Engine::Redis)
            .engine_version(EngineVersion::literal("7.1"))
            .cache_node_type(CacheNodeType::literal("cache.t4g.micro"))
            .num_cache_clusters(NumCacheClusters::of::<2>())
            .automatic_failover_enabled(true)
            .multi_az_enabled(true)
            .cache_subnet_group(Ref::existing("data"))
            .security_groups([&self.guard])
            .build()
    }

    /// Makes a cache and waits until it runs.
    async fn with_cache(&self, cache: &ReplicationGroup) {
        self.make(cache).await;
        self.wait_for::<ReplicationGroup>("carts").await;
    }

    async fn wait_for<R: Resource>(&self, identifier: &str) {
        while self.read::<R>(identifier).await.unwrap().status != Status::Ready {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }

    async fn try_make<R: Resource>(&self, resource: &R) -> Result<Observation, ExecError> {
        self.aws.create(&[request(resource)]).await.remove(0)
    }

    async fn make<R: Resource>(&self, resource: &R) -> Observation {
        self.try_make(resource).await.unwrap()
    }

    async fn refused<R: Resource>(&self, resource: &R) -> String {
        self.try_make(resource).await.unwrap_err().code().unwrap().to_owned()
    }

    async fn read<R: Resource>(&self, identifier: &str) -> Option<Observation> {
        self.aws.read(R::SCHEMA, &PLACE, &[identifier.to_owned()]).await.remove(0).unwrap()
    }

    /// The properties as they were last written, with those that are never given back.
    fn written<R: Resource>(&self, identifier: &str) -> Properties {
        let key = R::SCHEMA.identifier;
        let mut objects = self.aws.objects::<R>().into_iter();
        let object = objects.find(|object| {
            properties_of(&object.outputs).get(key).and_then(Value::as_str) == Some(identifier)
        });
        properties_of(&object.unwrap().resource)
    }

    async fn update<R: Resource>(
        &self,
        identifier: &str,
        f: impl FnOnce(&mut R),
    ) -> Result<Observation, ExecError> {
        let now = self.read::<R>(identifier).await.unwrap();
        let current = self.written::<R>(identifier);
        let mut desired: R = serde_json::from_value(current.clone().into()).unwrap();
        f(&mut desired);
        let update = UpdateRequest {
            schema: R::SCHEMA,
            place: PLACE,
            identifier: now.identifier,
            current,
            desired: properties_of(&desired),
            outputs: now.outputs,
            ownership: request(&desired).ownership,
            token: "1".repeat(32),
            secrets: elanswer_core::Secrets::default(),
        };
        self.aws.update(&update).await
    }

    async fn delete<R: Resource>(&self, identifier: &str) -> Result<Deletion, ExecError> {
        let now = self.read::<R>(identifier).await.unwrap();
        let delete = DeleteRequest {
            schema: R::SCHEMA,
            place: PLACE,
            identifier: now.identifier,
            properties: self.written::<R>(identifier),
            outputs: now.outputs,
            token: "f".repeat(32),
        };
        self.aws.delete(&delete).await
    }
}

async fn make<R: Resource>(aws: &MockAws, resource: &R) -> Ref<R> {
    Ref::existing(aws.create(&[request(resource)]).await.remove(0).unwrap().identifier)
}

fn subnet_group<'a>(subnets: impl IntoIterator<Item = &'a Ref<Subnet>>) -> SubnetGroup {
    SubnetGroup::builder()
        .cache_subnet_group_name(CacheSubnetGroupName::literal("data"))
        .description("data")
        .subnets(subnets)
        .build()
}

#[tokio::test(start_paused = true)]
async fn a_subnet_group_is_in_one_vpc() {
    let account = Account::new().await;
    let [a, _, b] = &account.subnets;
    assert_eq!(account.refused(&subnet_group([])).await, "InvalidParameterValue");
    let missing = subnet_group([a, &Ref::existing("subnet-0")]);
    assert_eq!(account.refused(&missing).await, "InvalidSubnet");
    account.make(&subnet_group([a])).await;
    assert_eq!(account.refused(&subnet_group([a, b])).await, "CacheSubnetGroupAlreadyExists");
    let stranger = Subnet::builder()
        .vpc(&account.other)
        .cidr_block(cidr!("10.1.1.0/24"))
        .availability_zone(Zone::new(Region::UsEast1, 'a'))
        .build();
    let stranger = make(&account.aws, &stranger).await;
    let error = account
        .update("data", |group: &mut SubnetGroup| group.subnets = [a.clone(), stranger].into())
        .await
        .unwrap_err();
    assert_eq!((error.code(), error.kind()), (Some("InvalidSubnet"), ErrorKind::Invalid));
    account
        .update("data", |group: &mut SubnetGroup| group.subnets = [b.clone()].into())
        .await
        .unwrap();
    assert_eq!(account.delete::<SubnetGroup>("data").await, Ok(Deletion::Gone));
}

fn id(text: &'static str) -> Option<UserId> {
    Some(UserId::literal(text))
}

fn user(name: &'static str) -> User {
    User::builder()
        .user_id(UserId::literal(name))
        .engine(Engine::Redis)
        .access_string(AccessString::everything())
        .build()
}

fn user_group(engine: Engine, users: &[&str]) -> UserGroup {
    UserGroup::builder()
        .user_group_id(UserGroupId::literal("carts"))
        .engine(engine)
        .users(users.iter().map(|user| Ref::existing(*user)))
        .build()
}

#[tokio::test(start_paused = true)]
async fn parameters_have_names_and_values() {
    let account = Account::new().await;
    let group = |family, properties: &[(&str, &str)]| {
        ParameterGroup::builder()
            .cache_parameter_group_name(CacheParameterGroupName::literal("settings"))
            .cache_parameter_group_family(CacheParameterGroupFamily::literal(family))
            .description("settings")
            .properties(properties.iter().copied())
            .build()
    };
    assert_eq!(account.refused(&group("valkey6", &[])).await, "InvalidParameterValue");
    account.make(&group("valkey8", &[("maxmemory-policy", "allkeys-lru")])).await;
    let again = account.refused(&group("valkey8", &[])).await;
    assert_eq!(again, "CacheParameterGroupAlreadyExists");
    for (name, value) in [("maxmemory-policy", "sometimes"), ("port", "1"), ("No Name", "1")] {
        let error = account
            .update("settings", |group: &mut ParameterGroup| {
                group.properties.insert(name.to_owned(), value.to_owned());
            })
            .await
            .unwrap_err();
        assert_eq!(error.code(), Some("InvalidParameterValue"), "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_user_logs_in_with_iam_under_its_id() {
    let account = Account::new().await;
    let other = User { user_name: Some(UserName::literal("other")), ..user("app") };
    assert_eq!(account.refused(&other).await, "InvalidParameterCombination");
    let no_password = AuthenticationMode::NoPasswordRequired;
    let open = User { engine: Engine::Valkey, authentication_mode: no_password, ..user("app") };
    assert_eq!(account.refused(&open).await, "InvalidParameterCombination");
    let made = account.make(&user("app")).await;
    assert_eq!(made.properties["UserName"], "app");
    assert_eq!(account.refused(&user("app")).await, "UserAlreadyExists");
    let change = |user: &mut User| user.access_string = AccessString::nothing();
    account.update("app", change).await.unwrap();
    let change = |user: &mut User| user.access_string = AccessString::everything();
    let error = account.update("app", change).await.unwrap_err();
    assert_eq!((error.code(), error.kind()), (Some("InvalidUserState"), ErrorKind::Dependency));
    account.wait_for::<User>("app").await;
    let change = |user: &mut User| user.engine = Engine::Valkey;
    account.update("app", change).await.unwrap();
    account.wait_for::<User>("app").await;
    let back = |user: &mut User| user.engine = Engine::Redis;
    let error = account.update("app", back).await.unwrap_err();
    assert_eq!(error.code(), Some("InvalidParameterCombination"));
}

#[tokio::test(start_paused = true)]
async fn the_users_of_a_group_go_together() {
    let account = Account::with_users().await;
    for (engine, users, code) in [
        (Engine::Redis, &["app"][..], "DefaultUserRequired"),
        (Engine::Redis, &["app", "nobody", "default"], "DuplicateUserName"),
        (Engine::Redis, &["who"], "UserNotFound"),
        (Engine::Valkey, &["app", "nobody"], "InvalidParameterValue"),
        (Engine::Valkey, &[], "InvalidParameterValue"),
    ] {
        assert_eq!(account.refused(&user_group(engine, users)).await, code, "{users:?}");
    }
    let made = account.make(&user_group(Engine::Redis, &["app", "nobody"])).await;
    assert_eq!(made.status, Status::Pending("creating".to_owned()));
    account.wait_for::<UserGroup>("carts").await;
    let error = account.delete::<User>("nobody").await.unwrap_err();
    assert_eq!(error.code(), Some("DefaultUserAssociatedToUserGroup"));
    // Any other user is taken out of its groups.
    assert_eq!(account.delete::<User>("app").await, Ok(Deletion::Underway));
    let group = account.read::<UserGroup>("carts").await.unwrap();
    assert_eq!(group.properties["UserIds"], serde_json::json!(["nobody"]));
}

#[tokio::test(start_paused = true)]
async fn a_group_of_valkey_needs_no_default_user() {
    let account = Account::with_users().await;
    account.make(&user_group(Engine::Valkey, &["app"])).await;
    account.wait_for::<UserGroup>("carts").await;
    let with_users =
        ReplicationGroup { user_groups: [Ref::existing("carts")].into(), ..account.cache() };
    assert_eq!(account.refused(&with_users).await, "InvalidParameterCombination");
    let valkey = ReplicationGroup {
        engine: Engine::Valkey,
        engine_version: EngineVersion::literal("8.0"),
        ..with_users
    };
    account.with_cache(&valkey).await;
    let error = account.delete::<UserGroup>("carts").await.unwrap_err();
    let expected = (Some("InvalidUserGroupState"), ErrorKind::Dependency);
    assert_eq!((error.code(), error.kind()), expected);
}

#[tokio::test(start_paused = true)]
async fn a_cache_has_an_endpoint_once_its_nodes_run() {
    let account = Account::with_subnets().await;
    let made = account.make(&account.cache()).await;
    assert_eq!(made.status, Status::Pending("creating".to_owned()));
    assert!(!made.outputs.contains_key("PrimaryEndPoint.Address"));
    let error = account.delete::<ReplicationGroup>("carts").await.unwrap_err();
    assert_eq!(error.code(), Some("InvalidReplicationGroupState"));
    tokio::time::sleep(Duration::from_secs(540)).await;
    let ready = account.read::<ReplicationGroup>("carts").await.unwrap();
    assert_eq!(ready.status, Status::Ready);
    assert_eq!(
        ready.outputs["PrimaryEndPoint.Address"],
        "master.carts.memory.use1.cache.amazonaws.com"
    );
    assert_eq!(ready.properties["TransitEncryptionMode"], "required");
    assert_eq!(account.delete::<ReplicationGroup>("carts").await, Ok(Deletion::Underway));
    let error = account.delete::<SubnetGroup>("data").await.unwrap_err();
    assert_eq!(error.code(), Some("CacheSubnetGroupInUse"));
}

#[tokio::test(start_paused = true)]
async fn a_cache_fits_its_surroundings() {
    let account = Account::with_users().await;
    account.make(&user_group(Engine::Redis, &["app", "nobody"])).await;
    let parameters = ParameterGroup::builder()
        .cache_parameter_group_name(CacheParameterGroupName::literal("settings"))
        .cache_parameter_group_family(CacheParameterGroupFamily::literal("valkey8"))
        .description("settings")
        .build();
    account.make(&parameters).await;
    let cache = || account.cache();
    let users = [Ref::<UserGroup>::existing("carts")];
    let key = KeyArn::literal("arn:aws:kms:us-east-1:123456789012:key/none");
    for (cache, code) in [
        (
            ReplicationGroup { cache_subnet_group: Ref::existing("none"), ..cache() },
            "CacheSubnetGroupNotFoundFault",
        ),
        (
            ReplicationGroup { security_groups: [account.stranger.clone()].into(), ..cache() },
            "InvalidParameterCombination",
        ),
        (
            ReplicationGroup { security_groups: [Ref::existing("sg-0")].into(), ..cache() },
            "InvalidParameterValue",
        ),
        (
            ReplicationGroup { cache_parameter_group: Some(Ref::existing("settings")), ..cache() },
            "InvalidParameterCombination",
        ),
        (
            ReplicationGroup { cache_parameter_group: Some(Ref::existing("none")), ..cache() },
            "CacheParameterGroupNotFound",
        ),
        (
            ReplicationGroup { user_groups: [Ref::existing("none")].into(), ..cache() },
            "UserGroupNotFound",
        ),
        // It is still being created.
        (
            ReplicationGroup { user_groups: users.clone().into(), ..cache() },
            "InvalidUserGroupState",
        ),
        (ReplicationGroup { kms_key_id: Some(key.into()), ..cache() }, "InvalidKMSKeyFault"),
        (
            ReplicationGroup { engine_version: EngineVersion::literal("7.2"), ..cache() },
            "InvalidParameterValue",
        ),
        (
            ReplicationGroup {
                cache_node_type: CacheNodeType::literal("cache.t4g.huge"),
                ..cache()
            },
            "InvalidParameterValue",
        ),
        (
            ReplicationGroup { num_cache_clusters: NumCacheClusters::of::<1>(), ..cache() },
            "InvalidParameterCombination",
        ),
    ] {
        assert_eq!(account.refused(&cache).await, code, "{cache:?}");
    }
    account.wait_for::<UserGroup>("carts").await;
    let old = ReplicationGroup {
        engine_version: EngineVersion::literal("6.2"),
        user_groups: users.clone().into(),
        ..cache()
    };
    assert_eq!(account.refused(&old).await, "InvalidParameterCombination", "IAM takes 7.0");
    account.with_cache(&ReplicationGroup { user_groups: users.into(), ..cache() }).await;
    assert_eq!(account.refused(&cache()).await, "ReplicationGroupAlreadyExists");
}

#[tokio::test(start_paused = true)]
async fn tls_comes_and_goes_by_way_of_both() {
    let account = Account::with_subnets().await;
    account.with_cache(&account.cache()).await;
    let off = |cache: &mut ReplicationGroup| {
        cache.transit_encryption_enabled = false;
        cache.transit_encryption_mode = None;
    };
    let error = account.update("carts", off).await.unwrap_err();
    assert_eq!(error.code(), Some("InvalidParameterCombination"));
    let both = |cache: &mut ReplicationGroup| {
        cache.transit_encryption_mode = Some(TransitEncryptionMode::Preferred);
    };
    account.update("carts", both).await.unwrap();
    account.wait_for::<ReplicationGroup>("carts").await;
    account.update("carts", off).await.unwrap();
    account.wait_for::<ReplicationGroup>("carts").await;
    let on = |cache: &mut ReplicationGroup| cache.transit_encryption_enabled = true;
    let error = account.update("carts", on).await.unwrap_err();
    assert_eq!(error.code(), Some("InvalidParameterCombination"));
}

#[tokio::test(start_paused = true)]
async fn a_cache_with_users_keeps_its_tls() {
    let account = Account::with_users().await;
    account.make(&user_group(Engine::Redis, &["app", "nobody"])).await;
    account.wait_for::<UserGroup>("carts").await;
    let users = [Ref::existing("carts")].into();
    account.with_cache(&ReplicationGroup { user_groups: users, ..account.cache() }).await;
    let both = |cache: &mut ReplicationGroup| {
        cache.transit_encryption_mode = Some(TransitEncryptionMode::Preferred);
    };
    let error = account.update("carts", both).await.unwrap_err();
    assert_eq!(error.code(), Some("InvalidParameterCombination"));
}

#[tokio::test(start_paused = true)]
async fn a_cache_is_upgraded_and_not_downgraded() {
    let account = Account::with_subnets().await;
    account.with_cache(&account.cache()).await;
    let to = |engine, version| {
        move |cache: &mut ReplicationGroup| {
            cache.engine = engine;
            cache.engine_version = EngineVersion::literal(version);
        }
    };
    let error = account.update("carts", to(Engine::Redis, "7.0")).await.unwrap_err();
    assert_eq!(error.code(), Some("InvalidParameterCombination"));
    account.update("carts", to(Engine::Valkey, "8.0")).await.unwrap();
    let error = account.update("carts", to(Engine::Valkey, "8.1")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Dependency, "{error}");
    account.wait_for::<ReplicationGroup>("carts").await;
    let group = account.written::<ReplicationGroup>("carts");
    assert_eq!(group["CacheParameterGroupName"], "default.valkey8");
    let error = account.update("carts", to(Engine::Redis, "7.1")).await.unwrap_err();
    assert_eq!(error.code(), Some("InvalidParameterCombination"));
}

#[tokio::test(start_paused = true)]
async fn one_change_comes_after_the_other() {
    let account = Account::with_subnets().await;
    account.with_cache(&account.cache()).await;
    let alone = |cache: &mut ReplicationGroup| {
        cache.num_cache_clusters = NumCacheClusters::of::<1>();
    };
    let error = account.update("carts", alone).await.unwrap_err();
    assert_eq!(error.code(), Some("InvalidParameterCombination"), "failover takes two nodes");
    let mut times = 0;
    let calm = |cache: &mut ReplicationGroup| {
        alone(cache);
        cache.automatic_failover_enabled = false;
        cache.multi_az_enabled = false;
    };
    while let Err(error) = account.update("carts", calm).await {
        assert_eq!(error.code(), Some("InvalidReplicationGroupState"));
        tokio::time::sleep(Duration::from_secs(10)).await;
        times += 1;
    }
    assert!(times > 1, "failover first, then a node less: {times}");
    account.wait_for::<ReplicationGroup>("carts").await;
    let now = account.read::<ReplicationGroup>("carts").await.unwrap();
    assert_eq!(now.properties["NumCacheClusters"], 1);
    assert_eq!(now.properties["MultiAZEnabled"], false);
}

#[tokio::test(start_paused = true)]
async fn an_account_has_a_number_of_nodes() {
    let aws = MockAws::builder().quota("cache nodes", 2).build();
    let account = Account::of_subnets(aws).await;
    account.with_cache(&account.cache()).await;
    let more = |cache: &mut ReplicationGroup| {
        cache.num_cache_clusters = NumCacheClusters::of::<3>();
    };
    let error = account.update("carts", more).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Quota);
}

const NETWORK: NetworkPlan<2> =
    NetworkPlan::new(cidr!("10.0.0.0/16")).isolated([cidr!("10.0.21.0/24"), cidr!("10.0.22.0/24")]);

#[tokio::test(start_paused = true)]
async fn the_application_connects_as_its_user_and_nobody_else_uses_the_key() {
    let mut arch = Architecture::new("shop", Region::UsEast1);
    let net = arch.add(Network::new("net", NETWORK));
    let data = arch.add(constructs::SecurityGroup::internal("data", &net));
    let key = arch.add(EncryptionKey::new("key").used_by([KeyUser::ElastiCache]));
    let carts = Cache::redis("carts").subnets(net.isolated()).guarded_by(&data);
    let carts = arch.add(carts.encrypted_with(&key).disposable());
    let role = arch.resource("app", Role::assumed_by(Service::EcsTasks));
    let connecting = PolicyDocument::new([carts.connecting()]);
    arch.resource("connect", RolePolicy::new(&role, PolicyName::literal("connect"), connecting));
    let aws = MockAws::new();
    let report = elanswer_core::apply(&arch, &aws).await.unwrap();
    assert!(report.is_complete(), "{report}");

    let iam = aws.iam();
    let calls = aws.service_calls();
    assert!(calls.iter().any(|call| call.name.starts_with("what the cache")), "{calls:?}");
    for call in &calls {
        assert!(call.holds(&iam), "{call}");
    }
    let app = aws.objects::<Role>().remove(0).outputs.arn;
    let may = |on: &str| iam.may(&app, "elasticache:Connect", on).is_allowed();
    assert!(may(&aws.objects::<ReplicationGroup>().remove(0).outputs.arn));
    for user in aws.objects::<User>() {
        assert_eq!(may(&user.outputs.arn), !user.resource.is_default(), "{user:?}");
    }
}
