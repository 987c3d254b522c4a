//! Cases of Amazon RDS.

use elanswer_core::{
    Architecture, Ref, Region, Resource, Tags, Zone, cidr,
    services::{
        ec2::{
            Ports, Protocol, SecurityGroup, SecurityGroupEgress, SecurityGroupIngress, Subnet, Vpc,
        },
        iam::{ManagedPolicyArn, PolicyDocument, PolicyName, Role, RolePolicy, Service, Statement},
        rds::{
            AutomatedBackupReplication, BackupRetentionPeriod, BackupWindow,
            ConnectionBorrowTimeout, ConnectionPool, CopyRetentionPeriod, DbInstance,
            DbInstanceClass, DbParameterGroup, DbParameterGroupFamily, DbProxy, DbProxyAuth,
            DbProxyTargetGroup, DbSubnetGroup, Engine, EngineVersion, IamAuth, IdleClientTimeout,
            LogExport, MaintenanceWindow, MasterUsername, MaxConnectionsPercent,
            MaxIdleConnectionsPercent, MonitoringInterval, PerformanceInsightsRetentionPeriod,
            Port, StorageSize,
        },
        secretsmanager::Secret,
    },
};

use super::{Case, ec2::security_group::DESCRIPTION};

pub(super) const CASES: &[Case] = &[
    Case {
        name: "rds_db_subnet_group",
        kind: DbSubnetGroup::SCHEMA.kind,
        made: || with_subnet_group(|[a, b, _]| subnet_group([a, b])),
        updated: Some(|| {
            with_subnet_group(|[_, b, c]| DbSubnetGroup {
                db_subnet_group_description: "renamed".to_owned(),
                tags: renamed(),
                ..subnet_group([b, c])
            })
        }),
        replaced: None,
    },
    Case {
        name: "rds_db_parameter_group",
        kind: DbParameterGroup::SCHEMA.kind,
        made: || with_parameter_group(parameter_group("16")),
        updated: Some(|| {
            with_parameter_group(DbParameterGroup { tags: renamed(), ..parameter_group("16") })
        }),
        replaced: Some(|| with_parameter_group(parameter_group("17"))),
    },
    Case {
        name: "rds_db_parameter_group_parameters",
        kind: DbParameterGroup::SCHEMA.kind,
        made: || with_parameter_group(one_parameter(parameter_group("16"))),
        updated: Some(|| with_parameter_group(many_parameters(parameter_group("16")))),
        replaced: Some(|| with_parameter_group(one_parameter(parameter_group("17")))),
    },
    Case {
        name: "rds_db_instance",
        kind: DbInstance::SCHEMA.kind,
        made: || with_instance(|_, _, instance| instance),
        updated: Some(|| with_instance(updated)),
        replaced: Some(|| {
            with_instance(|_, _, instance| DbInstance {
                master_username: Some(MasterUsername::literal("another")),
                ..instance
            })
        }),
    },
    Case {
        name: "rds_db_instance_insights_and_port",
        kind: DbInstance::SCHEMA.kind,
        made: || with_instance(|_, _, instance| instance),
        updated: Some(|| with_instance(|_, _, instance| watched(instance))),
        replaced: None,
    },
    Case {
        name: "rds_db_instance_replica",
        kind: DbInstance::SCHEMA.kind,
        made: || with_replica('b', |_, replica| replica),
        updated: Some(|| {
            with_replica('b', |role, replica| DbInstance {
                monitoring_interval: MonitoringInterval::Seconds60,
                monitoring_role_arn: Some(role.arn().into()),
                db_instance_class: DbInstanceClass::literal("db.t4g.small"),
                allocated_storage: Some(StorageSize::gib::<30>()),
                enable_cloudwatch_logs_exports: [LogExport::Postgresql].into(),
                copy_tags_to_snapshot: true,
                tags: renamed(),
                ..replica
            })
        }),
        replaced: Some(|| with_replica('a', |_, replica| replica)),
    },
    Case {
        name: "rds_db_instance_password",
        kind: DbInstance::SCHEMA.kind,
        made: || with_password(1, "correct-horse"),
        updated: Some(|| with_password(2, "battery-staple")),
        replaced: None,
    },
    Case {
        name: "rds_db_proxy",
        kind: DbProxy::SCHEMA.kind,
        made: || with_proxy(|_, proxy| proxy),
        updated: Some(|| {
            with_proxy(|user, proxy| DbProxy {
                auth: [DbProxyAuth { iam_auth: IamAuth::Required, ..user }].into(),
                idle_client_timeout: IdleClientTimeout::of::<600>(),
                debug_logging: true,
                tags: renamed(),
                ..proxy
            })
        }),
        replaced: Some(|| {
            with_proxy(|_, proxy| DbProxy {
                vpc_subnets: proxy.vpc_subnets.iter().skip(1).cloned().collect(),
                ..proxy
            })
        }),
    },
    Case {
        name: "rds_db_proxy_target_group",
        kind: DbProxyTargetGroup::SCHEMA.kind,
        made: || with_target(ConnectionPool::default()),
        updated: Some(|| {
            with_target(
                ConnectionPool::builder()
                    .max_connections_percent(MaxConnectionsPercent::of::<80>())
                    .max_idle_connections_percent(MaxIdleConnectionsPercent::of::<20>())
                    .connection_borrow_timeout(ConnectionBorrowTimeout::of::<60>())
                    .build(),
            )
        }),
        replaced: None,
    },
    Case {
        name: "rds_automated_backup_replication",
        kind: AutomatedBackupReplication::SCHEMA.kind,
        made: || with_copies(|copies| copies),
        updated: Some(|| with_copies(|it| AutomatedBackupReplication { tags: renamed(), ..it })),
        replaced: Some(|| {
            with_copies(|it| AutomatedBackupReplication {
                backup_retention_period: CopyRetentionPeriod::of::<30>(),
                ..it
            })
        }),
    },
];

fn renamed() -> Tags {
    Tags::new().with("Name", "renamed")
}

/// An architecture with a VPC of three subnets in three zones.
pub(super) fn with_subnets() -> (Architecture, Ref<Vpc>, [Ref<Subnet>; 3]) {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    let vpc = arch.resource("vpc", Vpc::new(cidr!("10.0.0.0/16")));
    let mut subnet = |zone, cidr_block| {
        let subnet = Subnet::builder()
            .vpc(&vpc)
            .cidr_block(cidr_block)
            .availability_zone(Zone::new(Region::UsEast1, zone));
        arch.resource(&format!("subnet-{zone}"), subnet.build())
    };
    let subnets = [
        subnet('a', cidr!("10.0.1.0/24")),
        subnet('b', cidr!("10.0.2.0/24")),
        subnet('c', cidr!("10.0.3.0/24")),
    ];
    (arch, vpc, subnets)
}

fn with_subnet_group(group: impl FnOnce([&Ref<Subnet>; 3]) -> DbSubnetGroup) -> Architecture {
    let (mut arch, _, subnets) = with_subnets();
    arch.resource("it", group(subnets.each_ref()));
    arch
}

fn subnet_group(subnets: [&Ref<Subnet>; 2]) -> DbSubnetGroup {
    DbSubnetGroup::builder().db_subnet_group_description("conformance").subnets(subnets).build()
}

fn with_parameter_group(group: DbParameterGroup) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    arch.resource("it", group);
    arch
}

fn parameter_group(version: &'static str) -> DbParameterGroup {
    let version = EngineVersion::literal(version);
    DbParameterGroup::builder()
        .family(DbParameterGroupFamily::of(Engine::Postgres, &version))
        .description("conformance")
        .build()
}

fn one_parameter(group: DbParameterGroup) -> DbParameterGroup {
    let parameters = [("rds.force_ssl".to_owned(), "1".to_owned())];
    DbParameterGroup { parameters: parameters.into(), ..group }
}

/// More parameters than one call sets, a static one among them.
fn many_parameters(group: DbParameterGroup) -> DbParameterGroup {
    let parameters = [
        ("autovacuum_analyze_threshold", "51"),
        ("autovacuum_naptime", "16"),
        ("autovacuum_vacuum_threshold", "51"),
        ("checkpoint_timeout", "301"),
        ("deadlock_timeout", "1001"),
        ("default_statistics_target", "101"),
        ("idle_in_transaction_session_timeout", "86400001"),
        ("log_autovacuum_min_duration", "10001"),
        ("log_connections", "1"),
        ("log_disconnections", "1"),
        ("log_lock_waits", "1"),
        ("log_min_duration_statement", "1000"),
        ("log_statement", "ddl"),
        ("log_temp_files", "1"),
        ("max_connections", "100"),
        ("max_standby_archive_delay", "30001"),
        ("max_standby_streaming_delay", "30001"),
        ("rds.force_ssl", "0"),
        ("statement_timeout", "60000"),
        ("track_io_timing", "1"),
        ("wal_receiver_timeout", "30001"),
        ("work_mem", "4097"),
    ];
    let parameters = parameters.map(|(name, value)| (name.to_owned(), value.to_owned()));
    DbParameterGroup { parameters: parameters.into(), ..group }
}

/// An architecture with all that an instance needs.
struct Around {
    arch: Architecture,
    subnets: [Ref<Subnet>; 3],
    guard: Ref<SecurityGroup>,
    group: Ref<DbSubnetGroup>,
    parameters: Ref<DbParameterGroup>,
    role: Ref<Role>,
}

impl Around {
    fn new() -> Self {
        let (mut arch, vpc, subnets) = with_subnets();
        let guard = SecurityGroup::builder().group_description(DESCRIPTION).vpc(&vpc).build();
        let guard = arch.resource("guard", guard);
        let [a, b, _] = &subnets;
        let group = arch.resource("subnets", subnet_group([a, b]));
        let parameters = arch.resource("parameters", parameter_group("16"));
        let role = Role::builder()
            .trust(PolicyDocument::trusting(Service::RdsMonitoring))
            .managed_policy_arns([ManagedPolicyArn::aws(
                "service-role/AmazonRDSEnhancedMonitoringRole",
            )])
            .build();
        let role = arch.resource("role", role);
        Self { arch, subnets, guard, group, parameters, role }
    }

    fn instance(&self) -> DbInstance {
        DbInstance::builder()
            .engine_version(EngineVersion::literal("16"))
            .db_instance_class(DbInstanceClass::literal("db.t4g.micro"))
            .allocated_storage(StorageSize::gib::<20>())
            .master_username(MasterUsername::literal("conformance"))
            .db_subnet_group(&self.group)
            .vpc_security_groups([&self.guard])
            .skip_final_snapshot(true)
            .build()
    }

    /// An instance with a password of the user's.
    fn with_password(&mut self, version: u32, password: &'static str) -> DbInstance {
        let password = self.arch.secret("master", version, password);
        DbInstance {
            manage_master_user_password: Some(false),
            master_user_password: Some(password),
            ..self.instance()
        }
    }
}

/// An architecture with all that an instance needs; `f` may change the instance.
fn with_instance(
    f: impl FnOnce(&Ref<DbParameterGroup>, &Ref<Role>, DbInstance) -> DbInstance,
) -> Architecture {
    let mut around = Around::new();
    let instance = f(&around.parameters, &around.role, around.instance());
    around.arch.resource("it", instance);
    around.arch
}

/// An instance with a password of the user's.
fn with_password(version: u32, password: &'static str) -> Architecture {
    let mut around = Around::new();
    let instance = around.with_password(version, password);
    around.arch.resource("it", instance);
    around.arch
}

/// A replica in this zone of an instance with backups.
fn with_replica(zone: char, f: impl FnOnce(&Ref<Role>, DbInstance) -> DbInstance) -> Architecture {
    let mut around = Around::new();
    let source = around.with_password(1, "correct-horse");
    let source = around.arch.resource("source", source);
    let replica = DbInstance::replica_of(&source)
        .db_instance_class(DbInstanceClass::literal("db.t4g.micro"))
        .availability_zone(Zone::new(Region::UsEast1, zone))
        .vpc_security_groups([&around.guard])
        .build();
    around.arch.resource("it", f(&around.role, replica));
    around.arch
}

fn watched(instance: DbInstance) -> DbInstance {
    DbInstance {
        enable_performance_insights: true,
        performance_insights_retention_period: Some(
            PerformanceInsightsRetentionPeriod::days::<31>(),
        ),
        port: Port::number::<5433>(),
        ..instance
    }
}

/// Every other change in place, but for protection against deletion: the case must end.
fn updated(
    parameters: &Ref<DbParameterGroup>,
    role: &Ref<Role>,
    instance: DbInstance,
) -> DbInstance {
    DbInstance {
        monitoring_interval: MonitoringInterval::Seconds60,
        monitoring_role_arn: Some(role.arn().into()),
        db_instance_class: DbInstanceClass::literal("db.t4g.small"),
        allocated_storage: Some(StorageSize::gib::<30>()),
        max_allocated_storage: Some(StorageSize::gib::<50>()),
        multi_az: true,
        db_parameter_group: Some(parameters.clone()),
        backup_retention_period: Some(BackupRetentionPeriod::days::<30>()),
        preferred_backup_window: Some(BackupWindow::literal("02:00-02:30")),
        preferred_maintenance_window: Some(MaintenanceWindow::literal("tue:10:00-tue:10:30")),
        enable_cloudwatch_logs_exports: [LogExport::Postgresql, LogExport::Upgrade].into(),
        enable_iam_database_authentication: true,
        auto_minor_version_upgrade: false,
        copy_tags_to_snapshot: true,
        delete_automated_backups: false,
        tags: renamed(),
        ..instance
    }
}

/// A proxy in three zones, and a user that it lets in.
fn with_proxy(f: impl FnOnce(DbProxyAuth, DbProxy) -> DbProxy) -> Architecture {
    let mut around = Around::new();
    let (user, proxy) = around.proxy();
    around.arch.resource("it", f(user, proxy));
    around.arch
}

/// A proxy that stands before a database.
fn with_target(pool: ConnectionPool) -> Architecture {
    let mut around = Around::new();
    let (_, proxy) = around.proxy();
    let (guard, postgres) = (&around.guard, Protocol::Tcp(Ports::one(5432)));
    let into = SecurityGroupIngress::builder().group(guard).protocol(postgres).peer(guard);
    around.arch.resource("into", into.build());
    let out = SecurityGroupEgress::builder().group(guard).protocol(postgres).peer(guard);
    around.arch.resource("out", out.build());
    let proxy = around.arch.resource("proxy", proxy);
    let instance = around.instance();
    let instance = around.arch.resource("instance", instance);
    let group = DbProxyTargetGroup::builder()
        .db_proxy(&proxy)
        .db_instance(&instance)
        .connection_pool(pool)
        .build();
    around.arch.resource("it", group);
    around.arch
}

/// Copies of the backups of a database in another Region.
fn with_copies(
    f: impl FnOnce(AutomatedBackupReplication) -> AutomatedBackupReplication,
) -> Architecture {
    let mut around = Around::new();
    let instance = around.instance();
    let instance = around.arch.resource("instance", instance);
    let copies = f(AutomatedBackupReplication::of(&instance).build());
    around.arch.in_region(Region::UsWest2, |there| _ = there.resource("it", copies));
    around.arch
}

impl Around {
    fn proxy(&mut self) -> (DbProxyAuth, DbProxy) {
        let role = Role::assumed_by(Service::Rds);
        let role = self.arch.resource("proxy-role", role);
        let secret = self.arch.resource("secret", Secret::default());
        let reads = Statement::allow(["secretsmanager:GetSecretValue"]).on([secret.arn().text()]);
        let policy = PolicyDocument::new([reads]);
        let policy = RolePolicy::new(&role, PolicyName::literal("reads"), policy);
        self.arch.resource("proxy-role-policy", policy);
        let user = DbProxyAuth::builder().secret_arn(secret.arn().text()).build();
        let proxy = DbProxy::builder()
            .auth([user.clone()])
            .role_arn(role.arn())
            .vpc_subnets(&self.subnets)
            .vpc_security_groups([&self.guard])
            .build();
        (user, proxy)
    }
}
