//! The lives of groups, users and caches over the wire, with the answers that AWS gives: neither moto
//! nor winterbaume knows all of their calls.

use aws_smithy_http_client::test_util::{ReplayEvent, StaticReplayClient};
use elanswer_core::{
    Handler, Place, Ref, Region, Resource,
    executor::{Deletion, ErrorKind, Status},
    handler::{Create, Delete, Update},
    services::elasticache::{
        AccessString, AuthenticationMode, CacheNodeType, CacheParameterGroupFamily,
        CacheParameterGroupName, Engine, EngineVersion, NumCacheClusters, ParameterGroup,
        ReplicationGroup, ReplicationGroupId, ReplicationGroupOutputs, User, UserGroup,
        UserGroupId, UserId,
    },
};

use super::{ParameterGroupHandler, ReplicationGroupHandler, UserGroupHandler, UserHandler};
use crate::{clients::Clients, replay};

const PLACE: Place = Place::new(Region::UsEast1);

/// What AWS answers to `operation`.
fn answer(operation: &str, result: &str) -> ReplayEvent {
    replay::answer(
        200,
        format!(
            "<{operation}Response><{operation}Result>{result}</{operation}Result></{operation}Response>"
        ),
    )
}

/// What AWS answers when it refuses.
fn refusal(code: &str) -> ReplayEvent {
    replay::answer(
        400,
        format!(
            "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>No.</Message></Error></ErrorResponse>"
        ),
    )
}

/// Tags as AWS lists them: those of the owner.
fn tags() -> ReplayEvent {
    let tags = replay::ownership().tags();
    let tags: String = tags
        .iter()
        .map(|(key, value)| format!("<Tag><Key>{key}</Key><Value>{value}</Value></Tag>"))
        .collect();
    answer("ListTagsForResource", &format!("<TagList>{tags}</TagList>"))
}

/// A handler that gets these answers, and what it sends.
fn handler<H: From<Clients>>(answers: Vec<ReplayEvent>) -> (H, StaticReplayClient) {
    let (clients, http) = replay::clients(answers);
    (H::from(clients), http)
}

fn create<R: Resource>(it: &R) -> Create<R> {
    Create {
        place: PLACE,
        desired: it.clone(),
        ownership: replay::ownership(),
        token: "0".repeat(32),
        secrets: elanswer_core::Secrets::default(),
    }
}

fn update<R: Resource>(from: &R, to: &R, outputs: &R::Outputs) -> Update<R> {
    Update {
        place: PLACE,
        identifier: "carts".to_owned(),
        current: from.clone(),
        desired: to.clone(),
        outputs: outputs.clone(),
        ownership: replay::ownership(),
        token: "1".repeat(32),
        secrets: elanswer_core::Secrets::default(),
    }
}

fn delete<R: Resource>(it: &R, outputs: &R::Outputs) -> Delete<R> {
    Delete {
        place: PLACE,
        identifier: "carts".to_owned(),
        current: it.clone(),
        outputs: outputs.clone(),
        token: "2".repeat(32),
    }
}

/// Sees that the calls were these, in this order, and that their bodies have what is said.
#[track_caller]
fn sent(http: &StaticReplayClient, expected: &[(&str, &[&str])]) {
    let sent: Vec<String> = http
        .actual_requests()
        .map(|request| {
            let body = request.body().bytes().unwrap_or_default();
            std::str::from_utf8(body).unwrap().to_owned()
        })
        .collect();
    let operations: Vec<_> =
        sent.iter().filter_map(|body| body.strip_prefix("Action=")?.split('&').next()).collect();
    let wanted: Vec<_> = expected.iter().map(|(operation, _)| *operation).collect();
    assert_eq!(operations, wanted);
    for (body, (operation, parts)) in sent.iter().zip(expected) {
        for part in *parts {
            let found = body.split('&').any(|it| it == *part);
            assert!(found, "{operation}: no {part} in {body}");
        }
    }
}

#[tokio::test]
async fn a_parameter_group_has_its_parameters_in_calls_of_their_own() {
    let group = "<CacheParameterGroup><CacheParameterGroupName>carts</CacheParameterGroupName>\
                 <CacheParameterGroupFamily>valkey8</CacheParameterGroupFamily>\
                 <Description>of carts</Description>\
                 <ARN>arn:aws:elasticache:us-east-1:1:parametergroup:carts</ARN></CacheParameterGroup>";
    let groups = format!("<CacheParameterGroups>{group}</CacheParameterGroups>");
    let parameters = "<Parameters><Parameter><ParameterName>timeout</ParameterName>\
                      <ParameterValue>60</ParameterValue></Parameter></Parameters>";
    let (handler, http) = handler::<ParameterGroupHandler>(vec![
        answer("CreateCacheParameterGroup", group),
        answer("ModifyCacheParameterGroup", ""),
        answer("DescribeCacheParameterGroups", &groups),
        tags(),
        answer("DescribeCacheParameters", parameters),
        answer("ResetCacheParameterGroup", ""),
        answer("DeleteCacheParameterGroup", ""),
        refusal("CacheParameterGroupNotFound"),
    ]);
    let it = ParameterGroup::builder()
        .cache_parameter_group_name(CacheParameterGroupName::literal("carts"))
        .cache_parameter_group_family(CacheParameterGroupFamily::literal("valkey8"))
        .description("of carts")
        .properties([("timeout", "60")])
        .build();
    let made = handler.create(&create(&it)).await.unwrap();
    let seen = handler.read(&PLACE, &["carts".to_owned()]).await.remove(0).unwrap().unwrap();
    assert_eq!(seen.resource, it);
    let bare = ParameterGroup { properties: [].into(), ..it.clone() };
    handler.update(&update(&it, &bare, &made.outputs)).await.unwrap();
    assert_eq!(handler.delete(&delete(&it, &made.outputs)).await, Ok(Deletion::Gone));
    assert_eq!(handler.delete(&delete(&it, &made.outputs)).await, Ok(Deletion::Gone));
    let set = [
        "ParameterNameValues.ParameterNameValue.1.ParameterName=timeout",
        "ParameterNameValues.ParameterNameValue.1.ParameterValue=60",
    ];
    sent(
        &http,
        &[
            ("CreateCacheParameterGroup", &["CacheParameterGroupFamily=valkey8"]),
            ("ModifyCacheParameterGroup", &set),
            ("DescribeCacheParameterGroups", &["CacheParameterGroupName=carts"]),
            ("ListTagsForResource", &[]),
            ("DescribeCacheParameters", &["Source=user"]),
            ("ResetCacheParameterGroup", &set[..1]),
            ("DeleteCacheParameterGroup", &[]),
            ("DeleteCacheParameterGroup", &[]),
        ],
    );
}

#[tokio::test]
async fn a_user_is_changed_in_place_and_goes_in_time() {
    let user = "<UserId>carts</UserId><UserName>carts</UserName><Status>active</Status>\
                <Engine>redis</Engine><AccessString>on ~* +@all</AccessString>\
                <ARN>arn:aws:elasticache:us-east-1:1:user:carts</ARN>\
                <Authentication><Type>iam</Type></Authentication>";
    let (handler, http) = handler::<UserHandler>(vec![
        answer("CreateUser", user),
        answer("DescribeUsers", &format!("<Users><member>{user}</member></Users>")),
        tags(),
        answer("ModifyUser", user),
        refusal("InvalidUserState"),
        answer("DeleteUser", user),
        refusal("UserNotFound"),
    ]);
    let it = User::builder()
        .user_id(UserId::literal("carts"))
        .engine(Engine::Redis)
        .access_string(AccessString::everything())
        .build();
    let made = handler.create(&create(&it)).await.unwrap();
    assert_eq!(made.resource.user_name.as_ref().map(|it| it.as_str()), Some("carts"));
    let found = handler.find(&create(&it)).await.unwrap().unwrap();
    assert_eq!(found.resource, made.resource);
    let off = User {
        engine: Engine::Valkey,
        access_string: AccessString::nothing(),
        authentication_mode: AuthenticationMode::Iam,
        ..made.resource.clone()
    };
    let changed = handler.update(&update(&made.resource, &off, &made.outputs)).await.unwrap();
    assert_eq!(changed.status, Status::Pending("modifying".to_owned()));
    let error = handler.delete(&delete(&it, &made.outputs)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Dependency);
    assert_eq!(handler.delete(&delete(&it, &made.outputs)).await, Ok(Deletion::Underway));
    assert_eq!(handler.delete(&delete(&it, &made.outputs)).await, Ok(Deletion::Gone));
    sent(
        &http,
        &[
            ("CreateUser", &["UserName=carts", "AuthenticationMode.Type=iam"]),
            ("DescribeUsers", &["UserId=carts"]),
            ("ListTagsForResource", &[]),
            ("ModifyUser", &["Engine=valkey", "AccessString=off%20~%2A%20-%40all"]),
            ("DeleteUser", &[]),
            ("DeleteUser", &[]),
            ("DeleteUser", &[]),
        ],
    );
}

#[tokio::test]
async fn users_come_into_a_group_and_go() {
    let group = |users: &[&str], status: &str| {
        let users: String = users.iter().map(|user| format!("<member>{user}</member>")).collect();
        format!(
            "<UserGroupId>carts</UserGroupId><Status>{status}</Status><Engine>redis</Engine>\
             <UserIds>{users}</UserIds><ARN>arn:aws:elasticache:us-east-1:1:usergroup:carts</ARN>"
        )
    };
    let described = |group: String| {
        answer("DescribeUserGroups", &format!("<UserGroups><member>{group}</member></UserGroups>"))
    };
    let (handler, http) = handler::<UserGroupHandler>(vec![
        answer("CreateUserGroup", &group(&["a", "b"], "creating")),
        described(group(&["a", "b"], "active")),
        tags(),
        described(group(&["a", "b"], "active")),
        tags(),
        answer("ModifyUserGroup", &group(&["a", "b"], "modifying")),
        answer("DeleteUserGroup", &group(&["b", "c"], "deleting")),
        refusal("UserGroupNotFound"),
        refusal("UserGroupNotFound"),
    ]);
    let it = |users: [&str; 2]| {
        UserGroup::builder()
            .user_group_id(UserGroupId::literal("carts"))
            .engine(Engine::Redis)
            .users(users.map(Ref::<User>::existing))
            .build()
    };
    let (old, new) = (it(["a", "b"]), it(["b", "c"]));
    let made = handler.create(&create(&old)).await.unwrap();
    assert_eq!(made.status, Status::Pending("creating".to_owned()));
    let ids = ["carts".to_owned()];
    let seen = handler.read(&PLACE, &ids).await.remove(0).unwrap().unwrap();
    assert_eq!((seen.resource, seen.status), (old.clone(), Status::Ready));
    assert!(handler.find(&create(&old)).await.unwrap().is_some());
    let changed = handler.update(&update(&old, &new, &made.outputs)).await.unwrap();
    assert_eq!(changed.status, Status::Pending("modifying".to_owned()));
    assert_eq!(handler.delete(&delete(&new, &made.outputs)).await, Ok(Deletion::Underway));
    assert!(handler.read(&PLACE, &ids).await.remove(0).unwrap().is_none());
    assert_eq!(handler.delete(&delete(&new, &made.outputs)).await, Ok(Deletion::Gone));
    sent(
        &http,
        &[
            ("CreateUserGroup", &["UserIds.member.1=a", "UserIds.member.2=b", "Engine=redis"]),
            ("DescribeUserGroups", &["UserGroupId=carts"]),
            ("ListTagsForResource", &[]),
            ("DescribeUserGroups", &["UserGroupId=carts"]),
            ("ListTagsForResource", &[]),
            ("ModifyUserGroup", &["UserIdsToAdd.member.1=c", "UserIdsToRemove.member.1=a"]),
            ("DeleteUserGroup", &[]),
            ("DescribeUserGroups", &[]),
            ("DeleteUserGroup", &[]),
        ],
    );
}

/// A cache of so many nodes as AWS describes it.
fn cache_of(nodes: usize, status: &str, failover: &str) -> String {
    let members: String =
        (1..=nodes).map(|node| format!("<ClusterId>carts-00{node}</ClusterId>")).collect();
    format!(
        "<ReplicationGroup><ReplicationGroupId>carts</ReplicationGroupId>\
         <Description>carts</Description><Status>{status}</Status><Engine>valkey</Engine>\
         <CacheNodeType>cache.t4g.micro</CacheNodeType><MemberClusters>{members}</MemberClusters>\
         <NodeGroups><NodeGroup><NodeGroupId>0001</NodeGroupId>\
         <PrimaryEndpoint><Address>master.carts</Address><Port>6379</Port></PrimaryEndpoint>\
         <ReaderEndpoint><Address>replica.carts</Address><Port>6379</Port></ReaderEndpoint>\
         </NodeGroup></NodeGroups><AutomaticFailover>{failover}</AutomaticFailover>\
         <MultiAZ>{failover}</MultiAZ><TransitEncryptionEnabled>true</TransitEncryptionEnabled>\
         <TransitEncryptionMode>required</TransitEncryptionMode>\
         <AtRestEncryptionEnabled>true</AtRestEncryptionEnabled>\
         <SnapshotRetentionLimit>0</SnapshotRetentionLimit>\
         <SnapshotWindow>03:00-04:00</SnapshotWindow>\
         <AutoMinorVersionUpgrade>true</AutoMinorVersionUpgrade>\
         <ARN>arn:aws:elasticache:us-east-1:1:replicationgroup:carts</ARN></ReplicationGroup>"
    )
}

fn described(nodes: usize, status: &str, failover: &str) -> ReplayEvent {
    let cache = cache_of(nodes, status, failover);
    let caches = format!("<ReplicationGroups>{cache}</ReplicationGroups>");
    answer("DescribeReplicationGroups", &caches)
}

/// A cache of two nodes that take over for each other.
fn cache() -> ReplicationGroup {
    ReplicationGroup::builder()
        .replication_group_id(ReplicationGroupId::literal("carts"))
        .replication_group_description("carts")
        .engine(Engine::Valkey)
        .engine_version(EngineVersion::literal("8.0"))
        .cache_node_type(CacheNodeType::literal("cache.t4g.micro"))
        .num_cache_clusters(NumCacheClusters::of::<2>())
        .automatic_failover_enabled(true)
        .multi_az_enabled(true)
        .cache_subnet_group(Ref::existing("data"))
        .security_groups([Ref::existing("sg-1")])
        .build()
}

fn outputs() -> ReplicationGroupOutputs {
    ReplicationGroupOutputs {
        replication_group_id: "carts".to_owned(),
        arn: "arn:aws:elasticache:us-east-1:1:replicationgroup:carts".to_owned(),
        primary_address: None,
        primary_port: None,
        reader_address: None,
    }
}

#[tokio::test]
async fn a_cache_is_made_read_and_deleted() {
    let (handler, http) = handler::<ReplicationGroupHandler>(vec![
        answer("CreateReplicationGroup", &cache_of(2, "creating", "enabling")),
        described(2, "creating", "enabling"),
        described(2, "available", "enabled"),
        tags(),
        refusal("InvalidReplicationGroupState"),
        answer("DeleteReplicationGroup", &cache_of(2, "deleting", "enabled")),
        refusal("ReplicationGroupNotFoundFault"),
    ]);
    let made = handler.create(&create(&cache())).await.unwrap();
    assert_eq!(made.status, Status::Pending("creating".to_owned()));
    let ids = ["carts".to_owned()];
    let seen = handler.read(&PLACE, &ids).await.remove(0).unwrap().unwrap();
    assert!(seen.unread.contains(&"Tags"), "{:?}", seen.unread);
    let seen = handler.read(&PLACE, &ids).await.remove(0).unwrap().unwrap();
    assert_eq!((seen.status, seen.unread), (Status::Ready, Vec::new()));
    assert_eq!(seen.resource.num_cache_clusters.get(), 2);
    assert!(seen.resource.multi_az_enabled && seen.resource.automatic_failover_enabled);
    assert_eq!(seen.outputs.primary_address.as_deref(), Some("master.carts"));
    let error = handler.delete(&delete(&cache(), &outputs())).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Dependency);
    assert_eq!(handler.delete(&delete(&cache(), &outputs())).await, Ok(Deletion::Underway));
    assert_eq!(handler.delete(&delete(&cache(), &outputs())).await, Ok(Deletion::Gone));
    sent(
        &http,
        &[
            (
                "CreateReplicationGroup",
                &[
                    "NumCacheClusters=2",
                    "MultiAZEnabled=true",
                    "TransitEncryptionEnabled=true",
                    "SecurityGroupIds.SecurityGroupId.1=sg-1",
                    "Port=6379",
                ],
            ),
            ("DescribeReplicationGroups", &["ReplicationGroupId=carts"]),
            ("DescribeReplicationGroups", &["ReplicationGroupId=carts"]),
            ("ListTagsForResource", &[]),
            ("DeleteReplicationGroup", &[]),
            ("DeleteReplicationGroup", &[]),
            ("DeleteReplicationGroup", &[]),
        ],
    );
}

/// AWS refuses every call while it works on the last; what is repeated does not do it twice.
#[tokio::test]
async fn a_cache_goes_to_one_node_by_way_of_no_failover() {
    let (handler, http) = handler::<ReplicationGroupHandler>(vec![
        described(2, "available", "enabled"),
        answer("ModifyReplicationGroup", &cache_of(2, "modifying", "disabling")),
        refusal("InvalidReplicationGroupState"),
        described(2, "available", "disabled"),
        answer("DecreaseReplicaCount", &cache_of(2, "modifying", "disabled")),
        refusal("InvalidReplicationGroupState"),
        described(1, "available", "disabled"),
        answer("ModifyReplicationGroup", &cache_of(1, "modifying", "disabled")),
    ]);
    let alone = ReplicationGroup {
        num_cache_clusters: NumCacheClusters::of::<1>(),
        automatic_failover_enabled: false,
        multi_az_enabled: false,
        cache_node_type: CacheNodeType::literal("cache.t4g.small"),
        ..cache()
    };
    let update = update(&cache(), &alone, &outputs());
    for _ in 0..2 {
        let error = handler.update(&update).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Dependency);
    }
    let changed = handler.update(&update).await.unwrap();
    assert_eq!(changed.status, Status::Pending("modifying".to_owned()));
    let calm = ["AutomaticFailoverEnabled=false", "MultiAZEnabled=false", "ApplyImmediately=true"];
    sent(
        &http,
        &[
            ("DescribeReplicationGroups", &[]),
            ("ModifyReplicationGroup", &calm),
            ("DecreaseReplicaCount", &["NewReplicaCount=0"]),
            ("DescribeReplicationGroups", &[]),
            ("DecreaseReplicaCount", &["NewReplicaCount=0", "ApplyImmediately=true"]),
            ("ModifyReplicationGroup", &[]),
            ("DescribeReplicationGroups", &[]),
            ("ModifyReplicationGroup", &["CacheNodeType=cache.t4g.small"]),
        ],
    );
}

#[tokio::test]
async fn a_cache_gets_nodes_before_it_is_told_of_them() {
    let (handler, http) = handler::<ReplicationGroupHandler>(vec![
        described(1, "available", "disabled"),
        answer("IncreaseReplicaCount", &cache_of(1, "modifying", "disabled")),
        refusal("InvalidReplicationGroupState"),
        described(2, "available", "disabled"),
        answer("ModifyReplicationGroup", &cache_of(2, "modifying", "enabling")),
    ]);
    let alone = ReplicationGroup {
        num_cache_clusters: NumCacheClusters::of::<1>(),
        automatic_failover_enabled: false,
        multi_az_enabled: false,
        ..cache()
    };
    let update = update(&alone, &cache(), &outputs());
    assert_eq!(handler.update(&update).await.unwrap_err().kind(), ErrorKind::Dependency);
    handler.update(&update).await.unwrap();
    sent(
        &http,
        &[
            ("DescribeReplicationGroups", &[]),
            ("IncreaseReplicaCount", &["NewReplicaCount=1", "ApplyImmediately=true"]),
            ("ModifyReplicationGroup", &[]),
            ("DescribeReplicationGroups", &[]),
            ("ModifyReplicationGroup", &["AutomaticFailoverEnabled=true", "MultiAZEnabled=true"]),
        ],
    );
}
