//! What AWS refuses of databases and their groups, and how long it takes for them.

use std::time::Duration;

use elanswer_core::{
    Architecture, Executor, Place, Ref, Region, Resource, ResourceId, SecretRef, Zone, cidr,
    executor::{
        CreateRequest, DeleteRequest, Deletion, ErrorKind, ExecError, Observation, Status,
        UpdateRequest,
    },
    resource::{Properties, properties_of},
    services::{
        ec2::{Description, SecurityGroup, Subnet, Vpc},
        iam::{Role, RoleName, Service},
        kms::KeyArn,
        rds::{
            BackupRetentionPeriod, DbInstance, DbInstanceClass, DbInstanceIdentifier,
            DbParameterGroup, DbParameterGroupFamily, DbParameterGroupName, DbSubnetGroup,
            DbSubnetGroupName, EngineVersion, MasterUsername, MonitoringInterval, Port,
            StorageSize,
        },
    },
    tags::Ownership,
};

use serde_json::Value;

use crate::mock::MockAws;

const PLACE: Place = Place::new(Region::UsEast1);

/// A network in an AWS in memory that is spoken to without the engine.
pub(super) struct Account {
    pub(super) aws: MockAws,
    pub(super) subnets: [Ref<Subnet>; 3],
    pub(super) guard: Ref<SecurityGroup>,
    pub(super) stranger: Ref<SecurityGroup>,
}

pub(super) fn request<R: Resource>(resource: &R) -> CreateRequest {
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
    /// Two VPCs with a security group each, the first with subnets in zones a, a and b.
    pub(super) async fn new() -> Self {
        let aws = MockAws::new();
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
        Self { aws, subnets, guard, stranger }
    }

    /// The same with a subnet group `data` and a parameter group `settings`.
    pub(super) async fn with_groups() -> Self {
        let account = Self::new().await;
        let [a, _, b] = &account.subnets;
        account.make(&subnet_group([a, b])).await;
        account.make(&parameter_group("postgres16")).await;
        account
    }

    pub(super) async fn try_make<R: Resource>(
        &self,
        resource: &R,
    ) -> Result<Observation, ExecError> {
        self.aws.create(&[request(resource)]).await.remove(0)
    }

    pub(super) async fn make<R: Resource>(&self, resource: &R) -> Observation {
        self.try_make(resource).await.unwrap()
    }

    pub(super) async fn refused<R: Resource>(&self, resource: &R) -> String {
        self.try_make(resource).await.unwrap_err().code().unwrap().to_owned()
    }

    pub(super) async fn read<R: Resource>(&self, identifier: &str) -> Option<Observation> {
        self.aws.read(R::SCHEMA, &PLACE, &[identifier.to_owned()]).await.remove(0).unwrap()
    }

    /// The properties as they were last written, with those that are never given back.
    pub(super) fn written<R: Resource>(&self, identifier: &str) -> Properties {
        let key = R::SCHEMA.identifier;
        let mut objects = self.aws.objects::<R>().into_iter();
        let object = objects.find(|object| {
            properties_of(&object.outputs).get(key).and_then(Value::as_str) == Some(identifier)
        });
        properties_of(&object.unwrap().resource)
    }

    pub(super) async fn update<R: Resource>(
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

    pub(super) async fn delete<R: Resource>(
        &self,
        identifier: &str,
    ) -> Result<Deletion, ExecError> {
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

    pub(super) fn instance(&self) -> DbInstance {
        DbInstance::builder()
            .db_instance_identifier(DbInstanceIdentifier::literal("orders"))
            .engine_version(EngineVersion::literal("16.4"))
            .db_instance_class(DbInstanceClass::literal("db.t4g.micro"))
            .allocated_storage(StorageSize::gib::<100>())
            .master_username(MasterUsername::literal("orders"))
            .db_subnet_group(Ref::existing("data"))
            .vpc_security_groups([&self.guard])
            .build()
    }

    /// The instance, available.
    async fn with_instance(&self) {
        self.make(&self.instance()).await;
        tokio::time::sleep(Duration::from_secs(700)).await;
    }
}

async fn make<R: Resource>(aws: &MockAws, resource: &R) -> Ref<R> {
    Ref::existing(aws.create(&[request(resource)]).await.remove(0).unwrap().identifier)
}

fn subnet_group<'a>(subnets: impl IntoIterator<Item = &'a Ref<Subnet>>) -> DbSubnetGroup {
    DbSubnetGroup::builder()
        .db_subnet_group_name(DbSubnetGroupName::literal("data"))
        .db_subnet_group_description("data")
        .subnets(subnets)
        .build()
}

fn parameter_group(family: &'static str) -> DbParameterGroup {
    DbParameterGroup::builder()
        .db_parameter_group_name(DbParameterGroupName::literal("settings"))
        .family(DbParameterGroupFamily::literal(family))
        .description("settings")
        .parameters([("rds.force_ssl", "1")])
        .build()
}

pub(super) fn code(error: &ExecError) -> (&str, ErrorKind) {
    (error.code().unwrap(), error.kind())
}

#[tokio::test(start_paused = true)]
async fn a_subnet_group_covers_two_zones_of_one_vpc() {
    let account = Account::new().await;
    let [a, also_a, b] = &account.subnets;
    let one_zone = subnet_group([a, also_a]);
    assert_eq!(account.refused(&one_zone).await, "DBSubnetGroupDoesNotCoverEnoughAZs");
    assert_eq!(account.refused(&subnet_group([])).await, "DBSubnetGroupDoesNotCoverEnoughAZs");
    let missing = subnet_group([a, &Ref::existing("subnet-0")]);
    assert_eq!(account.refused(&missing).await, "InvalidSubnet");
    account.make(&subnet_group([a, b])).await;
    assert_eq!(account.refused(&subnet_group([a, b])).await, "DBSubnetGroupAlreadyExists");
    let error = account
        .update("data", |group: &mut DbSubnetGroup| {
            group.subnets = [a, also_a].map(Ref::from).into()
        })
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some("DBSubnetGroupDoesNotCoverEnoughAZs"));
}

#[tokio::test(start_paused = true)]
async fn groups_stay_while_an_instance_uses_them() {
    let account = Account::with_groups().await;
    let instance =
        DbInstance { db_parameter_group: Some(Ref::existing("settings")), ..account.instance() };
    account.make(&instance).await;
    let error = account.delete::<DbSubnetGroup>("data").await.unwrap_err();
    assert_eq!(code(&error), ("InvalidDBSubnetGroupStateFault", ErrorKind::Dependency));
    let error = account.delete::<DbParameterGroup>("settings").await.unwrap_err();
    assert_eq!(code(&error), ("InvalidDBParameterGroupState", ErrorKind::Dependency));
    let [a, also_a, b] = &account.subnets;
    let first = [a, b].into_iter().min().unwrap();
    let error = account
        .update("data", |group: &mut DbSubnetGroup| {
            group.subnets = account.subnets.iter().filter(|it| *it != first).cloned().collect();
        })
        .await;
    // Without `a` the group still covers two zones; without `b` it does not.
    let expected =
        if first == a { "SubnetAlreadyInUse" } else { "DBSubnetGroupDoesNotCoverEnoughAZs" };
    assert_eq!(error.unwrap_err().code(), Some(expected), "{also_a:?}");
    tokio::time::sleep(Duration::from_secs(700)).await;
    assert_eq!(account.delete::<DbInstance>("orders").await, Ok(Deletion::Underway));
    assert!(account.delete::<DbSubnetGroup>("data").await.is_err(), "until it is gone");
    tokio::time::sleep(Duration::from_secs(300)).await;
    assert!(account.read::<DbInstance>("orders").await.is_none());
    assert_eq!(account.delete::<DbSubnetGroup>("data").await, Ok(Deletion::Gone));
    assert_eq!(account.delete::<DbParameterGroup>("settings").await, Ok(Deletion::Gone));
}

#[tokio::test(start_paused = true)]
async fn parameters_have_names_and_values() {
    let account = Account::new().await;
    let refused = |name: &'static str, value: &'static str| {
        let parameters = [(name.to_owned(), value.to_owned())].into();
        DbParameterGroup { parameters, ..parameter_group("postgres16") }
    };
    assert_eq!(account.refused(&parameter_group("postgres99")).await, "InvalidParameterValue");
    let error = account.try_make(&refused("rds.force_ssl", "yes")).await.unwrap_err();
    assert_eq!(code(&error), ("InvalidParameterValue", ErrorKind::Invalid));
    assert_eq!(error.identifier(), Some("settings"), "the group exists, without its parameters");
    assert!(account.read::<DbParameterGroup>("settings").await.is_some());
    for (name, value) in [("Force SSL", "1"), ("port", "5433"), ("log_statement", "some")] {
        let update = account.update("settings", |group: &mut DbParameterGroup| {
            *group = refused(name, value);
        });
        assert_eq!(update.await.unwrap_err().code(), Some("InvalidParameterValue"), "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_instance_is_created_backed_up_and_available() {
    let account = Account::with_groups().await;
    let made = account.make(&account.instance()).await;
    assert_eq!(made.status, Status::Pending("creating".to_owned()));
    assert!(!made.outputs.contains_key("Endpoint.Address"));
    assert!(made.outputs.contains_key("MasterUserSecret.SecretArn"));
    assert_eq!(made.properties["Iops"], 3000);
    tokio::time::sleep(Duration::from_secs(601)).await;
    let running = account.read::<DbInstance>("orders").await.unwrap();
    assert_eq!(running.status, Status::Pending("backing-up".to_owned()));
    assert_eq!(running.outputs["Endpoint.Port"], "5432");
    tokio::time::sleep(Duration::from_secs(60)).await;
    let ready = account.read::<DbInstance>("orders").await.unwrap();
    assert_eq!(ready.status, Status::Ready);
    assert_eq!(account.refused(&account.instance()).await, "DBInstanceAlreadyExists");
}

#[tokio::test(start_paused = true)]
async fn an_instance_fits_its_surroundings() {
    let account = Account::with_groups().await;
    type Change = fn(&mut DbInstance, &Account);
    let cases: [(&str, Change); 9] = [
        ("DBSubnetGroupNotFoundFault", |db, _| db.db_subnet_group = Some(Ref::existing("none"))),
        ("DBParameterGroupNotFound", |db, _| db.db_parameter_group = Some(Ref::existing("none"))),
        ("InvalidParameterCombination", |db, _| {
            db.engine_version = Some(EngineVersion::literal("15.8"));
            db.db_parameter_group = Some(Ref::existing("settings"));
        }),
        ("InvalidParameterCombination", |db, account| {
            db.vpc_security_groups.insert(account.stranger.clone());
        }),
        ("InvalidParameterValue", |db, _| {
            db.vpc_security_groups.insert(Ref::existing("sg-0"));
        }),
        ("InvalidParameterCombination", |db, _| {
            db.engine_version = Some(EngineVersion::literal("9.6"));
        }),
        ("InvalidParameterCombination", |db, _| {
            db.db_instance_class = DbInstanceClass::literal("db.t4g.48xlarge");
        }),
        ("InvalidParameterValue", |db, _| db.manage_master_user_password = Some(false)),
        ("KMSKeyNotAccessibleFault", |db, _| {
            let key = KeyArn::literal("arn:aws:kms:eu-west-1:123456789012:key/k");
            db.kms_key_id = Some(key.into());
        }),
    ];
    for (code, change) in cases {
        let mut instance = account.instance();
        change(&mut instance, &account);
        assert_eq!(account.refused(&instance).await, code, "{instance:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_instance_changes_once_it_is_available() {
    let account = Account::with_groups().await;
    account.make(&account.instance()).await;
    let grow = |db: &mut DbInstance| db.allocated_storage = Some(StorageSize::gib::<400>());
    let error = account.update("orders", grow).await.unwrap_err();
    assert_eq!(code(&error), ("InvalidDBInstanceState", ErrorKind::Dependency));
    tokio::time::sleep(Duration::from_secs(660)).await;
    let changed = account.update("orders", grow).await.unwrap();
    assert_eq!(changed.status, Status::Pending("modifying".to_owned()));
    assert_eq!(changed.properties["Iops"], 12_000, "AWS's choice follows the size");
    tokio::time::sleep(Duration::from_secs(300)).await;
    let changes: [fn(&mut DbInstance); 3] = [
        |db| db.allocated_storage = Some(StorageSize::gib::<399>()),
        |db| db.engine_version = Some(EngineVersion::literal("16.3")),
        |db| db.manage_master_user_password = Some(false),
    ];
    for change in changes {
        let error = account.update("orders", change).await.unwrap_err();
        assert_eq!(error.code(), Some("InvalidParameterCombination"));
    }
    let upgraded = account.update("orders", |db: &mut DbInstance| {
        db.engine_version = Some(EngineVersion::literal("17"));
        db.port = Port::number::<5433>();
    });
    let upgraded = upgraded.await.unwrap();
    assert_eq!(upgraded.properties["DBParameterGroupName"], "default.postgres17");
    assert_eq!(upgraded.outputs["Endpoint.Port"], "5433");
}

#[tokio::test(start_paused = true)]
async fn a_protected_instance_stays_and_a_snapshot_has_a_name_of_its_own() {
    let account = Account::with_groups().await;
    account.with_instance().await;
    account.update("orders", |db: &mut DbInstance| db.deletion_protection = true).await.unwrap();
    let error = account.delete::<DbInstance>("orders").await.unwrap_err();
    assert_eq!(code(&error), ("InvalidParameterCombination", ErrorKind::Invalid));
    tokio::time::sleep(Duration::from_secs(30)).await;
    account.update("orders", |db: &mut DbInstance| db.deletion_protection = false).await.unwrap();
    let error = account.delete::<DbInstance>("orders").await.unwrap_err();
    assert_eq!(code(&error), ("InvalidDBInstanceState", ErrorKind::Dependency));
    for _ in 0..2 {
        tokio::time::sleep(Duration::from_secs(30)).await;
        assert_eq!(account.delete::<DbInstance>("orders").await, Ok(Deletion::Underway));
        assert_eq!(account.delete::<DbInstance>("orders").await, Ok(Deletion::Underway));
        tokio::time::sleep(Duration::from_secs(300)).await;
        account.with_instance().await;
    }
}

#[tokio::test(start_paused = true)]
async fn an_account_has_a_number_of_instances() {
    let account = Account::with_groups().await;
    for number in 0..40 {
        let name = DbInstanceIdentifier::new(format!("db-{number}")).unwrap();
        account
            .make(&DbInstance { db_instance_identifier: Some(name), ..account.instance() })
            .await;
    }
    let error = account.try_make(&account.instance()).await.unwrap_err();
    assert_eq!(code(&error), ("InstanceQuotaExceeded", ErrorKind::Quota));
}

#[tokio::test(start_paused = true)]
async fn monitoring_needs_a_role_that_it_may_assume() {
    let account = Account::with_groups().await;
    let monitored = |role: &str| DbInstance {
        monitoring_interval: MonitoringInterval::Seconds60,
        monitoring_role_arn: Some(role.into()),
        ..account.instance()
    };
    let role = |name, service: Service| Role {
        role_name: Some(RoleName::new(name).unwrap()),
        ..Role::assumed_by(service)
    };
    let other = account.make(&role("other", Service::Ec2)).await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    let role = account.make(&role("monitoring", Service::RdsMonitoring)).await;
    let arn = |role: &Observation| role.outputs["Arn"].as_str().unwrap().to_owned();
    let cases = [
        (monitored("arn:aws:iam::123456789012:role/none"), ErrorKind::Invalid),
        (monitored(&arn(&other)), ErrorKind::Invalid),
        (monitored(&arn(&role)), ErrorKind::NotYetVisible),
    ];
    for (instance, kind) in cases {
        let error = account.try_make(&instance).await.unwrap_err();
        assert_eq!(code(&error), ("InvalidParameterValue", kind));
    }
    tokio::time::sleep(Duration::from_secs(60)).await;
    account.make(&monitored(&arn(&role))).await;
}

impl Account {
    /// The instance with a password of the user's and backups, available.
    pub(super) async fn with_source(&self) {
        let mut instance = DbInstance {
            manage_master_user_password: Some(false),
            master_user_password: Some(SecretRef::new("master", 1)),
            ..self.instance()
        };
        instance.db_instance_identifier = Some(DbInstanceIdentifier::literal("orders"));
        let mut request = request(&instance);
        let mut arch = Architecture::new("test", Region::UsEast1);
        arch.secret("master", 1, "correct-horse");
        request.secrets = arch.secrets().clone();
        self.aws.create(&[request]).await.remove(0).unwrap();
        tokio::time::sleep(Duration::from_secs(700)).await;
    }

    fn replica(&self, name: String) -> DbInstance {
        DbInstance::replica_of(Ref::existing("orders"))
            .db_instance_identifier(DbInstanceIdentifier::new(name).unwrap())
            .db_instance_class(DbInstanceClass::literal("db.t4g.micro"))
            .availability_zone(Zone::new(Region::UsEast1, 'b'))
            .vpc_security_groups([&self.guard])
            .build()
    }
}

#[tokio::test(start_paused = true)]
async fn a_replica_follows_a_source_with_backups_and_a_password_of_ones_own() {
    let account = Account::with_groups().await;
    let replica = account.replica("reports".to_owned());
    assert_eq!(account.refused(&replica).await, "DBInstanceNotFound");
    account.make(&account.instance()).await;
    assert_eq!(account.refused(&replica).await, "InvalidDBInstanceState", "it is not made yet");
    tokio::time::sleep(Duration::from_secs(700)).await;
    assert_eq!(account.refused(&replica).await, "InvalidParameterValue", "its password is managed");
    let account = Account::with_groups().await;
    account.with_source().await;
    let retained = |days| {
        move |db: &mut DbInstance| {
            db.backup_retention_period = BackupRetentionPeriod::try_from(days).ok();
        }
    };
    account.update("orders", retained(0)).await.unwrap();
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(account.refused(&replica).await, "InvalidDBInstanceState");
    account.update("orders", retained(1)).await.unwrap();
    tokio::time::sleep(Duration::from_secs(60)).await;
    let smaller =
        DbInstance { allocated_storage: Some(StorageSize::gib::<99>()), ..replica.clone() };
    assert_eq!(account.refused(&smaller).await, "InvalidParameterCombination");
    let far =
        DbInstance { availability_zone: Some(Zone::new(Region::UsEast1, 'c')), ..replica.clone() };
    assert_eq!(account.refused(&far).await, "InvalidVPCNetworkStateFault");
    let made = account.make(&replica).await;
    assert_eq!(made.properties["SourceDBInstanceIdentifier"], "orders");
    assert!(!made.properties.contains_key("MasterUsername"));
    let error = account.update("orders", retained(0)).await.unwrap_err();
    assert_eq!(error.code(), Some("InvalidParameterCombination"));
}

#[tokio::test(start_paused = true)]
async fn a_source_has_fifteen_replicas_which_outlive_it() {
    let account = Account::with_groups().await;
    account.with_source().await;
    for number in 0..15 {
        account.make(&account.replica(format!("copy-{number}"))).await;
    }
    let error = account.try_make(&account.replica("more".to_owned())).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Quota);
    let error = account.delete::<DbSubnetGroup>("data").await.unwrap_err();
    assert_eq!(error.code(), Some("InvalidDBSubnetGroupStateFault"));
    tokio::time::sleep(Duration::from_secs(700)).await;
    assert_eq!(account.delete::<DbInstance>("copy-0").await, Ok(Deletion::Underway));
    assert_eq!(account.delete::<DbInstance>("orders").await, Ok(Deletion::Underway));
    let promoted = account.read::<DbInstance>("copy-1").await.unwrap();
    assert_eq!(promoted.properties["MasterUsername"], "orders");
    assert!(!promoted.properties.contains_key("SourceDBInstanceIdentifier"));
}
