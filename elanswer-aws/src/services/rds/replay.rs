//! What no server that speaks AWS's protocols does of RDS, with the answers of AWS replayed: changes
//! of proxies, what stands behind them, and copies of backups.

use aws_smithy_http_client::test_util::{ReplayEvent, StaticReplayClient};
use elanswer_core::{
    Handler, Place, Ref, Region, Resource, ResourceId,
    executor::{Deletion, ErrorKind, Status},
    handler::{Create, Delete, Update},
    services::rds::{
        AutomatedBackupReplication, ConnectionPool, DbInstance, DbProxy, DbProxyAuth,
        DbProxyTargetGroup, MaxConnectionsPercent,
    },
    tags::Ownership,
};

use super::{AutomatedBackupReplicationHandler, DbProxyHandler, DbProxyTargetGroupHandler};
use crate::{clients::Clients, replay};

const HERE: Place = Place::new(Region::UsEast1);

fn answer(action: &str, result: &str) -> ReplayEvent {
    replay::answer(
        200,
        format!(
            "<{action}Response xmlns=\"http://rds.amazonaws.com/doc/2014-10-31/\">\
             <{action}Result>{result}</{action}Result>\
             <ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></{action}Response>"
        ),
    )
}

fn refused(status: u16, code: &str) -> ReplayEvent {
    replay::answer(
        status,
        format!(
            "<ErrorResponse xmlns=\"http://rds.amazonaws.com/doc/2014-10-31/\"><Error>\
             <Type>Sender</Type><Code>{code}</Code><Message>No.</Message></Error>\
             <RequestId>r</RequestId></ErrorResponse>"
        ),
    )
}

/// A handler that gets these answers, and what it sends.
fn handler<H: From<Clients>>(answers: Vec<ReplayEvent>) -> (H, StaticReplayClient) {
    let (clients, http) = replay::clients(answers);
    (H::from(clients), http)
}

/// Each call that was sent has all of these in its body.
#[track_caller]
fn sent(http: &StaticReplayClient, expected: &[&[&str]]) {
    let requests: Vec<_> = http.actual_requests().collect();
    assert_eq!(requests.len(), expected.len());
    for (request, parts) in requests.iter().zip(expected) {
        let body = std::str::from_utf8(request.body().bytes().unwrap_or_default()).unwrap();
        for part in *parts {
            assert!(body.contains(part), "{part} in {body}");
        }
    }
}

fn create<R: Resource>(place: Place, it: &R) -> Create<R> {
    Create {
        place,
        desired: it.clone(),
        ownership: Ownership {
            stack: "shop".to_owned(),
            resource: ResourceId::new("it").unwrap(),
            incarnation: 1,
        },
        token: "0".repeat(32),
        secrets: elanswer_core::Secrets::default(),
    }
}

fn update<R: Resource>(
    identifier: &str,
    current: &R,
    desired: &R,
    outputs: R::Outputs,
) -> Update<R> {
    Update {
        place: HERE,
        identifier: identifier.to_owned(),
        current: current.clone(),
        desired: desired.clone(),
        outputs,
        ownership: create(HERE, desired).ownership,
        token: "1".repeat(32),
        secrets: elanswer_core::Secrets::default(),
    }
}

const PROXY: &str = "<DBProxyName>pool</DBProxyName><DBProxyArn>arn:pool</DBProxyArn>\
    <Status>available</Status><EngineFamily>POSTGRESQL</EngineFamily><VpcId>vpc-1</VpcId>\
    <VpcSecurityGroupIds><member>sg-1</member></VpcSecurityGroupIds>\
    <VpcSubnetIds><member>subnet-1</member><member>subnet-2</member></VpcSubnetIds>\
    <Auth><member><AuthScheme>SECRETS</AuthScheme><SecretArn>arn:secret</SecretArn>\
    <IAMAuth>DISABLED</IAMAuth>\
    <ClientPasswordAuthType>POSTGRES_SCRAM_SHA_256</ClientPasswordAuthType></member></Auth>\
    <RoleArn>arn:role</RoleArn><Endpoint>pool.proxy-1.us-east-1.rds.amazonaws.com</Endpoint>\
    <RequireTLS>true</RequireTLS><IdleClientTimeout>1800</IdleClientTimeout>\
    <DebugLogging>false</DebugLogging>";

#[tokio::test]
async fn a_proxy_is_made_read_changed_and_deleted() {
    let it = DbProxy::builder()
        .db_proxy_name("pool".parse().unwrap())
        .auth([DbProxyAuth::builder().secret_arn("arn:secret").build()])
        .role_arn("arn:role")
        .vpc_subnets(["subnet-1", "subnet-2"].map(Ref::existing))
        .vpc_security_groups([Ref::existing("sg-1")])
        .build();
    let one = format!("<DBProxy>{PROXY}</DBProxy>");
    let list = format!("<DBProxies><member>{PROXY}</member></DBProxies>");
    let (handler, http) = handler::<DbProxyHandler>(vec![
        answer("CreateDBProxy", &one),
        answer("DescribeDBProxies", &list),
        answer("ListTagsForResource", "<TagList/>"),
        answer("ModifyDBProxy", &one),
        answer("DeleteDBProxy", &one),
        refused(404, "DBProxyNotFoundFault"),
    ]);
    let made = handler.create(&create(HERE, &it)).await.unwrap();
    assert_eq!(made.outputs.vpc_id.as_deref(), Some("vpc-1"));
    let ids = ["pool".to_owned()];
    let seen = handler.read(&HERE, &ids).await.remove(0).unwrap().unwrap();
    assert_eq!((seen.resource, seen.status), (it.clone(), Status::Ready));
    let changed = DbProxy { debug_logging: true, ..it.clone() };
    let request = update("pool", &it, &changed, made.outputs.clone());
    let done = handler.update(&request).await.unwrap();
    assert_eq!(done.status, Status::Pending("modifying".to_owned()));
    let delete = Delete {
        place: HERE,
        identifier: "pool".to_owned(),
        current: changed,
        outputs: made.outputs,
        token: "2".repeat(32),
    };
    assert_eq!(handler.delete(&delete).await.unwrap(), Deletion::Underway);
    assert!(handler.read(&HERE, &ids).await.remove(0).unwrap().is_none());
    sent(
        &http,
        &[
            &["Action=CreateDBProxy", "RequireTLS=true", "Auth.member.1.SecretArn=arn%3Asecret"],
            &["Action=DescribeDBProxies", "DBProxyName=pool"],
            &["Action=ListTagsForResource"],
            &["Action=ModifyDBProxy", "DebugLogging=true", "SecurityGroups.member.1=sg-1"],
            &["Action=DeleteDBProxy"],
            &["Action=DescribeDBProxies"],
        ],
    );
}

#[tokio::test]
async fn a_database_is_registered_moved_and_deregistered() {
    let pool = ConnectionPool::builder()
        .max_connections_percent(MaxConnectionsPercent::of::<80>())
        .build();
    let it = DbProxyTargetGroup::builder()
        .db_proxy(Ref::existing("pool"))
        .db_instance(Ref::existing("orders"))
        .connection_pool(pool)
        .build();
    let groups = "<TargetGroups><member><DBProxyName>pool</DBProxyName>\
        <TargetGroupName>default</TargetGroupName><TargetGroupArn>arn:group</TargetGroupArn>\
        <ConnectionPoolConfig><MaxConnectionsPercent>80</MaxConnectionsPercent>\
        <MaxIdleConnectionsPercent>50</MaxIdleConnectionsPercent>\
        <ConnectionBorrowTimeout>120</ConnectionBorrowTimeout></ConnectionPoolConfig>\
        </member></TargetGroups>";
    let targets = |state: &str| {
        format!(
            "<Targets><member><RdsResourceId>orders</RdsResourceId><Type>RDS_INSTANCE</Type>\
             <TargetHealth><State>{state}</State></TargetHealth></member></Targets>"
        )
    };
    let (handler, http) = handler::<DbProxyTargetGroupHandler>(vec![
        answer("RegisterDBProxyTargets", "<DBProxyTargets/>"),
        answer("ModifyDBProxyTargetGroup", "<DBProxyTargetGroup/>"),
        answer("DescribeDBProxyTargetGroups", groups),
        answer("DescribeDBProxyTargets", &targets("REGISTERING")),
        answer("DeregisterDBProxyTargets", ""),
        answer("RegisterDBProxyTargets", "<DBProxyTargets/>"),
        answer("DeregisterDBProxyTargets", ""),
        answer("DescribeDBProxyTargetGroups", groups),
        answer("DescribeDBProxyTargets", "<Targets/>"),
        refused(404, "DBProxyNotFoundFault"),
    ]);
    let made = handler.create(&create(HERE, &it)).await.unwrap();
    assert_eq!(made.resource, it);
    assert_eq!(made.status, Status::Pending("registering".to_owned()));
    let moved =
        DbProxyTargetGroup { db_instance: Ref::<DbInstance>::existing("other"), ..it.clone() };
    let request = update("pool", &it, &moved, made.outputs.clone());
    handler.update(&request).await.unwrap();
    let delete = Delete {
        place: HERE,
        identifier: "pool".to_owned(),
        current: moved,
        outputs: made.outputs,
        token: "2".repeat(32),
    };
    assert_eq!(handler.delete(&delete).await.unwrap(), Deletion::Gone);
    let ids = ["pool".to_owned()];
    assert!(handler.read(&HERE, &ids).await.remove(0).unwrap().is_none());
    // Of a proxy that is gone the database is gone too.
    assert_eq!(handler.delete(&delete).await.unwrap(), Deletion::Gone);
    sent(
        &http,
        &[
            &["Action=RegisterDBProxyTargets", "DBInstanceIdentifiers.member.1=orders"],
            &["Action=ModifyDBProxyTargetGroup", "ConnectionPoolConfig.MaxConnectionsPercent=80"],
            &["Action=DescribeDBProxyTargetGroups", "TargetGroupName=default"],
            &["Action=DescribeDBProxyTargets"],
            &["Action=DeregisterDBProxyTargets", "DBInstanceIdentifiers.member.1=orders"],
            &["Action=RegisterDBProxyTargets", "DBInstanceIdentifiers.member.1=other"],
            &["Action=DeregisterDBProxyTargets", "DBInstanceIdentifiers.member.1=other"],
            &["Action=DescribeDBProxyTargetGroups"],
            &["Action=DescribeDBProxyTargets"],
            &["Action=DeregisterDBProxyTargets"],
        ],
    );
}

#[tokio::test]
async fn copies_of_backups_are_started_seen_and_stopped_where_they_are() {
    const SOURCE: &str = "arn:aws:rds:us-east-1:123456789012:db:orders";
    const COPIES: &str = "arn:aws:rds:us-west-2:123456789012:auto-backup:ab-1";
    let there = Place::new(Region::UsWest2);
    let it = AutomatedBackupReplication::builder(SOURCE).build();
    let backup = |status: &str| {
        format!(
            "<DBInstanceArn>{SOURCE}</DBInstanceArn><BackupRetentionPeriod>7</BackupRetentionPeriod>\
             <DBInstanceAutomatedBackupsArn>{COPIES}</DBInstanceAutomatedBackupsArn>\
             <Status>{status}</Status><TagList/>"
        )
    };
    let one = |status: &str| {
        let backup = backup(status);
        format!("<DBInstanceAutomatedBackup>{backup}</DBInstanceAutomatedBackup>")
    };
    let list =
        format!("<DBInstanceAutomatedBackups>{}</DBInstanceAutomatedBackups>", one("active"));
    let (handler, http) = handler::<AutomatedBackupReplicationHandler>(vec![
        answer("StartDBInstanceAutomatedBackupsReplication", &one("creating")),
        answer("DescribeDBInstanceAutomatedBackups", &list),
        answer("StopDBInstanceAutomatedBackupsReplication", &one("retained")),
        refused(404, "DBInstanceAutomatedBackupNotFound"),
        refused(400, "InvalidDBInstanceState"),
    ]);
    let made = handler.create(&create(there.clone(), &it)).await.unwrap();
    assert_eq!(made.outputs.db_instance_automated_backups_arn, COPIES);
    assert_eq!(made.status, Status::Pending("creating".to_owned()));
    let ids = [COPIES.to_owned()];
    let seen = handler.read(&there, &ids).await.remove(0).unwrap().unwrap();
    assert_eq!((seen.resource, seen.status), (it.clone(), Status::Ready));
    let delete = Delete {
        place: there.clone(),
        identifier: COPIES.to_owned(),
        current: it.clone(),
        outputs: made.outputs,
        token: "2".repeat(32),
    };
    assert_eq!(handler.delete(&delete).await.unwrap(), Deletion::Gone);
    assert!(handler.read(&there, &ids).await.remove(0).unwrap().is_none());
    let error = handler.create(&create(there, &it)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Dependency, "it has no backup yet");
    sent(
        &http,
        &[
            &["Action=StartDBInstanceAutomatedBackupsReplication", "BackupRetentionPeriod=7"],
            &["Action=DescribeDBInstanceAutomatedBackups", "DBInstanceAutomatedBackupsArn=arn"],
            &["Action=StopDBInstanceAutomatedBackupsReplication", "SourceDBInstanceArn=arn"],
            &["Action=DescribeDBInstanceAutomatedBackups"],
            &["Action=StartDBInstanceAutomatedBackupsReplication"],
        ],
    );
    let hosts = http.actual_requests().all(|it| it.uri().contains("us-west-2"));
    assert!(hosts, "every call goes to the Region of the copies");
}
