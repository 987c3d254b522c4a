//! A database with all that may stand around it: replicas, copies of its backups, and a proxy.

use elanswer::{
    Architecture, NetworkPlan, Region, cidr,
    constructs::{
        AppSecret, Database, DatabaseProxy, EncryptionKey, KeyUser, Network, SecurityGroup, Tcp,
    },
    services::rds::{AutomatedBackupReplication, BackupRetentionPeriod, DbInstance, DbProxy},
    testkit::MockAws,
};

const NETWORK: NetworkPlan<2> =
    NetworkPlan::new(cidr!("10.0.0.0/16")).isolated([cidr!("10.0.21.0/24"), cidr!("10.0.22.0/24")]);

/// With a password of AWS's, or with one's own and replicas.
fn describe(replicas: u8) -> Architecture {
    let mut arch = Architecture::new("shop", Region::UsEast1);
    let net = arch.add(Network::new("main", NETWORK));
    let key = EncryptionKey::new("key").used_by([KeyUser::Rds, KeyUser::SecretsManager]);
    let key = arch.add(key.disposable());
    let copies = EncryptionKey::new("copies").used_by([KeyUser::Rds]).disposable();
    let copies = arch.in_region(Region::UsWest2, |scope| scope.add(copies));
    let pool = arch.add(SecurityGroup::internal("pool", &net));
    let data = arch.add(SecurityGroup::internal("data", &net).from(&pool, Tcp(5432)));
    let orders = Database::postgres("orders")
        .subnets(net.isolated())
        .guarded_by(&data)
        .encrypted_with(&key)
        .backups(BackupRetentionPeriod::days::<30>())
        .backups_copied_to(Region::UsWest2, &copies)
        .multi_az()
        .disposable();
    let orders = if replicas == 0 {
        arch.add(orders)
    } else {
        let password = arch.secret("password", 1, "correct-horse");
        let login = r#"{"username":"postgres","password":"correct-horse"}"#;
        let login = arch.secret("login", 1, login);
        let login = AppSecret::given("login", login).encrypted_with(&key).disposable();
        let login = arch.add(login);
        arch.add(orders.password(&password, &login).replicas(replicas))
    };
    let proxy = DatabaseProxy::of("proxy", &orders).subnets(net.isolated()).guarded_by(&pool);
    arch.add(proxy);
    arch
}

async fn settles(arch: &Architecture) -> MockAws {
    let checked = elanswer::check(arch);
    assert!(checked.is_deployable(), "{checked}");
    let aws = MockAws::new();
    let report = elanswer::apply(arch, &aws).await.unwrap();
    assert_eq!(report.failed(), 0, "{report}");
    assert!(elanswer::plan(arch, &aws).await.unwrap().is_empty());
    let iam = aws.iam();
    let calls = aws.service_calls();
    let wrong: Vec<_> = calls.iter().filter(|call| !call.holds(&iam)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(calls.iter().any(|call| call.name.contains("the proxy")));
    aws
}

#[tokio::test(start_paused = true)]
async fn a_proxy_and_copies_of_backups_settle() {
    let aws = settles(&describe(0)).await;
    assert_eq!(aws.objects::<DbProxy>().len(), 1);
    assert_eq!(aws.objects::<AutomatedBackupReplication>().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn replicas_settle_and_go_before_their_source() {
    let arch = describe(2);
    let aws = settles(&arch).await;
    let instances = aws.objects::<DbInstance>();
    assert_eq!(instances.iter().filter(|it| it.resource.is_replica()).count(), 2);
    let fewer = describe(1);
    let report = elanswer::apply(&fewer, &aws).await.unwrap();
    assert_eq!(report.failed(), 0, "{report}");
    assert_eq!(aws.objects::<DbInstance>().len(), 2);
    let report = elanswer::destroy(fewer.name(), &aws).await.unwrap();
    assert_eq!(report.failed(), 0, "{report}");
    assert!(aws.objects::<DbInstance>().is_empty());
}
