//! Cases of Amazon RDS.

use elanswer_core::{
    Architecture, Ref, Region, Resource, SecretRef, Tags, Zone, cidr,
    services::{
        ec2::{SecurityGroup, Subnet, Vpc},
        iam::{ManagedPolicyArn, PolicyDocument, Role, Service},
        rds::{
            BackupRetentionPeriod, BackupWindow, DbInstance, DbInstanceClass, DbParameterGroup,
            DbParameterGroupFamily, DbSubnetGroup, Engine, EngineVersion, LogExport,
            MaintenanceWindow, MasterUsername, MonitoringInterval,
            PerformanceInsightsRetentionPeriod, Port, StorageSize,
        },
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
                master_username: MasterUsername::literal("another"),
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
        name: "rds_db_instance_password",
        kind: DbInstance::SCHEMA.kind,
        made: || with_password(1, "correct-horse"),
        updated: Some(|| with_password(2, "battery-staple")),
        replaced: None,
    },
];

fn renamed() -> Tags {
    Tags::new().with("Name", "renamed")
}

/// An architecture with a VPC of three subnets in three zones.
fn with_subnets() -> (Architecture, Ref<Vpc>, [Ref<Subnet>; 3]) {
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

/// An architecture with all that an instance needs; `f` may change the instance.
fn with_instance(
    f: impl FnOnce(&Ref<DbParameterGroup>, &Ref<Role>, DbInstance) -> DbInstance,
) -> Architecture {
    let (mut arch, vpc, [a, b, _]) = with_subnets();
    let guard = SecurityGroup::builder().group_description(DESCRIPTION).vpc(&vpc).build();
    let guard = arch.resource("guard", guard);
    let subnets = arch.resource("subnets", subnet_group([&a, &b]));
    let parameters = arch.resource("parameters", parameter_group("16"));
    let role = Role::builder()
        .trust(PolicyDocument::trusting(Service::RdsMonitoring))
        .managed_policy_arns([ManagedPolicyArn::aws(
            "service-role/AmazonRDSEnhancedMonitoringRole",
        )])
        .build();
    let role = arch.resource("role", role);
    let instance = DbInstance::builder()
        .engine_version(EngineVersion::literal("16"))
        .db_instance_class(DbInstanceClass::literal("db.t4g.micro"))
        .allocated_storage(StorageSize::gib::<20>())
        .master_username(MasterUsername::literal("conformance"))
        .db_subnet_group(&subnets)
        .vpc_security_groups([&guard])
        .skip_final_snapshot(true)
        .build();
    arch.resource("it", f(&parameters, &role, instance));
    arch
}

/// An instance with a password of the user's.
fn with_password(version: u32, password: &'static str) -> Architecture {
    let mut arch = with_instance(|_, _, instance| DbInstance {
        manage_master_user_password: false,
        master_user_password: Some(SecretRef::new("master", version)),
        ..instance
    });
    arch.secret("master", version, password);
    arch
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
        allocated_storage: StorageSize::gib::<30>(),
        max_allocated_storage: Some(StorageSize::gib::<50>()),
        multi_az: true,
        db_parameter_group: Some(parameters.clone()),
        backup_retention_period: BackupRetentionPeriod::days::<30>(),
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
