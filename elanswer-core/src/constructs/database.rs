//! A PostgreSQL database with all that belongs to it.

use std::collections::BTreeMap;

pub use self::password::{ManagedPassword, OwnPassword, Password, Replicable};
use self::replicas::{Replicas, Source};
use super::{
    AppSecretHandle, EncryptionKeyHandle, Group, Internal, Isolated, NoGroup, NoSubnets, Secret,
    Tier, name_tag, role,
};
use crate::{
    architecture::{Construct, Scope},
    reference::{Input, Output, Ref},
    region::Region,
    secret::SecretRef,
    services::{
        iam::{PolicyDocument, Service, Statement},
        rds::{
            AutomatedBackupReplication, BackupRetentionPeriod, BackupWindow, CopyRetentionPeriod,
            DbInstance, DbInstanceClass, DbName, DbParameterGroup, DbParameterGroupFamily,
            DbSubnetGroup, Engine, EngineVersion, LogExport, MaintenanceWindow, MasterUserSecret,
            MasterUsername, MonitoringInterval, StorageSize,
        },
    },
};

mod password;
mod replicas;

/// A PostgreSQL database: an instance with its subnet group, parameter group and monitoring role.
///
/// It stands in isolated subnets, behind an internal security group. Always on: encryption at rest,
/// TLS (`rds.force_ssl`), a password that AWS makes up and keeps in Secrets Manager unless there is
/// one of your own ([`password`](Self::password)), Performance Insights, Enhanced Monitoring, and
/// the export of its logs. Protected from deletion unless [`disposable`](Self::disposable).
///
/// ```
/// # use elanswer_core::{Architecture, NetworkPlan, Region, cidr};
/// # use elanswer_core::constructs::{Network, SecurityGroup};
/// # const NETWORK: NetworkPlan<2> = NetworkPlan::new(cidr!("10.0.0.0/16"))
/// #     .isolated([cidr!("10.0.21.0/24"), cidr!("10.0.22.0/24")]);
/// use elanswer_core::{constructs::Database, services::rds::BackupRetentionPeriod};
///
/// # let mut arch = Architecture::new("shop", Region::UsEast1);
/// # let net = arch.add(Network::new("main", NETWORK));
/// # let data = arch.add(SecurityGroup::internal("data", &net));
/// let orders = Database::postgres("orders")
///     .subnets(net.isolated()) // `net.public()` does not compile
///     .guarded_by(&data)
///     .multi_az()
///     .backups(BackupRetentionPeriod::days::<30>());
/// let orders = arch.add(orders);
/// arch.output("database", orders.endpoint_address());
/// ```
#[derive(Debug, Clone)]
#[must_use = "a database does nothing until it is added to an architecture"]
pub struct Database<S, G, P = ManagedPassword> {
    subnets: S,
    group: G,
    password: P,
    settings: Settings,
}

#[derive(Debug, Clone)]
struct Settings {
    name: String,
    version: EngineVersion,
    class: DbInstanceClass,
    storage: StorageSize,
    database_name: Option<DbName>,
    multi_az: bool,
    backups: BackupRetentionPeriod,
    backup_window: Option<BackupWindow>,
    maintenance: Option<MaintenanceWindow>,
    copies: Option<(Region, EncryptionKeyHandle)>,
    replicas: Replicas,
    parameters: BTreeMap<String, String>,
    disposable: bool,
    key: Option<EncryptionKeyHandle>,
}

impl Settings {
    /// How far the storage grows by itself.
    fn max_storage(&self) -> Option<StorageSize> {
        StorageSize::try_from(self.storage.get().saturating_mul(10)).ok()
    }
}

impl Database<NoSubnets, NoGroup> {
    /// A PostgreSQL database.
    pub fn postgres(name: impl Into<String>) -> Self {
        let settings = Settings {
            name: name.into(),
            version: const { EngineVersion::literal("17") },
            class: const { DbInstanceClass::literal("db.m7g.large") },
            storage: StorageSize::gib::<100>(),
            database_name: None,
            multi_az: false,
            backups: BackupRetentionPeriod::days::<7>(),
            backup_window: None,
            maintenance: None,
            copies: None,
            replicas: Replicas::default(),
            parameters: BTreeMap::from([("rds.force_ssl".to_owned(), "1".to_owned())]),
            disposable: false,
            key: None,
        };
        Self { subnets: NoSubnets, group: NoGroup, password: ManagedPassword, settings }
    }
}

impl<G, P> Database<NoSubnets, G, P> {
    /// Where it stands: subnets that have no way to the internet.
    pub fn subnets(self, tier: &Tier<Isolated>) -> Database<Tier<Isolated>, G, P> {
        let Self { group, password, settings, .. } = self;
        Database { subnets: tier.clone(), group, password, settings }
    }
}

impl<S, P> Database<S, NoGroup, P> {
    /// What may reach it: a group that does not let in the internet.
    pub fn guarded_by(self, group: &Group<Internal>) -> Database<S, Group<Internal>, P> {
        let Self { subnets, password, settings, .. } = self;
        Database { subnets, group: group.clone(), password, settings }
    }
}

impl<S, G> Database<S, G, ManagedPassword> {
    /// Gives it a password of your own in place of one that AWS makes up and rotates: AWS makes no
    /// [`replicas`](Self::replicas) of a database whose password it manages.
    ///
    /// `login` is the secret in which readers find it: JSON with the keys `username`, which is
    /// `postgres`, and `password`. Who changes the password gives both another version.
    pub fn password(
        self,
        password: &SecretRef,
        login: &AppSecretHandle,
    ) -> Database<S, G, OwnPassword> {
        let Self { subnets, group, settings, .. } = self;
        let password = OwnPassword { password: password.clone(), login: login.clone() };
        Database { subnets, group, password, settings }
    }
}

impl<S, G, P> Database<S, G, P> {
    /// A standby in another zone takes over when the server or its zone fails. Default: none.
    pub const fn multi_az(mut self) -> Self {
        self.settings.multi_az = true;
        self
    }

    /// How long its daily backups are kept; any second of that time can be restored. Default: 7
    /// days.
    pub const fn backups(mut self, kept: BackupRetentionPeriod) -> Self {
        self.settings.backups = kept;
        self
    }

    /// The time of day at which the daily backup is made, in UTC. Default: AWS chooses.
    pub const fn backup_window(mut self, window: BackupWindow) -> Self {
        self.settings.backup_window = Some(window);
        self
    }

    /// The time of the week at which AWS may patch it, in UTC; not while a backup is made. Default:
    /// AWS chooses.
    pub const fn maintenance_window(mut self, window: MaintenanceWindow) -> Self {
        self.settings.maintenance = Some(window);
        self
    }

    /// Keeps copies of its backups in another Region for as long as the backups, encrypted with a
    /// key of that Region, which [`KeyUser::RdsCopies`](super::KeyUser::RdsCopies) uses. Default: no copies.
    ///
    /// ```
    /// # use elanswer_core::{Architecture, Region};
    /// # use elanswer_core::constructs::{Database, EncryptionKey, KeyUser};
    /// # let mut arch = Architecture::new("shop", Region::UsEast1);
    /// let there = Region::UsWest2;
    /// let key = EncryptionKey::new("copies").used_by([KeyUser::RdsCopies]);
    /// let key = arch.in_region(there, |scope| scope.add(key));
    /// let orders = Database::postgres("orders").backups_copied_to(there, &key);
    /// ```
    pub fn backups_copied_to(mut self, region: Region, key: &EncryptionKeyHandle) -> Self {
        self.settings.copies = Some((region, key.clone()));
        self
    }

    /// Servers that follow this one and only read, each in another zone than the one before: at
    /// most 15. They take the load of readers, and are no standby: see
    /// [`multi_az`](Self::multi_az). Default: none.
    ///
    /// ```
    /// # use elanswer_core::{Architecture, NetworkPlan, Region, cidr};
    /// # use elanswer_core::constructs::{Network, SecurityGroup};
    /// # const NETWORK: NetworkPlan<2> = NetworkPlan::new(cidr!("10.0.0.0/16"))
    /// #     .isolated([cidr!("10.0.21.0/24"), cidr!("10.0.22.0/24")]);
    /// use elanswer_core::constructs::{AppSecret, Database};
    ///
    /// # let mut arch = Architecture::new("shop", Region::UsEast1);
    /// # let net = arch.add(Network::new("main", NETWORK));
    /// # let data = arch.add(SecurityGroup::internal("data", &net));
    /// # let (text, json) = ("correct-horse", r#"{"username":"postgres","password":"correct-horse"}"#);
    /// let password = arch.secret("orders-password", 1, text);
    /// let login = arch.secret("orders-login", 1, json);
    /// let login = arch.add(AppSecret::given("orders-login", login));
    /// let orders = Database::postgres("orders")
    ///     .subnets(net.isolated())
    ///     .guarded_by(&data)
    ///     .password(&password, &login) // without it `.replicas(2)` does not compile
    ///     .replicas(2);
    /// let orders = arch.add(orders);
    /// assert_eq!(orders.replicas().len(), 2);
    /// ```
    pub const fn replicas(mut self, count: u8) -> Self
    where
        P: Replicable,
    {
        self.settings.replicas.count = count;
        self
    }

    /// The processors and memory of its replicas. Default: those of the database.
    pub fn replica_class(mut self, class: DbInstanceClass) -> Self
    where
        P: Replicable,
    {
        self.settings.replicas.class = Some(class);
        self
    }

    /// The version of PostgreSQL. Default: 17.
    pub fn version(mut self, version: EngineVersion) -> Self {
        self.settings.version = version;
        self
    }

    /// The processors and memory. Default: `db.m7g.large`.
    pub fn class(mut self, class: DbInstanceClass) -> Self {
        self.settings.class = class;
        self
    }

    /// The size of its storage at first; it grows to ten times that by itself. Default: 100 GiB.
    pub const fn storage(mut self, size: StorageSize) -> Self {
        self.settings.storage = size;
        self
    }

    /// The database to start with. Default: only `postgres`.
    pub fn database_name(mut self, name: DbName) -> Self {
        self.settings.database_name = Some(name);
        self
    }

    /// Sets a parameter of the engine, such as `log_min_duration_statement`.
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.parameters.insert(name.into(), value.into());
        self
    }

    /// Encrypts its storage, its snapshots, its insights and the password of the master user with
    /// this key, which [`KeyUser::Rds`](super::KeyUser::Rds) and
    /// [`KeyUser::SecretsManager`](super::KeyUser::SecretsManager) use. Default: keys of AWS's own.
    /// Changing it replaces the database.
    pub fn encrypted_with(mut self, key: &EncryptionKeyHandle) -> Self {
        self.settings.key = Some(key.clone());
        self
    }

    /// It may be deleted, and no last snapshot is taken then: for tests and trials.
    pub const fn disposable(mut self) -> Self {
        self.settings.disposable = true;
        self
    }
}

impl<P: Password> Construct for Database<Tier<Isolated>, Group<Internal>, P> {
    type Handle = DatabaseHandle;

    fn name(&self) -> &str {
        &self.settings.name
    }

    fn build(self, scope: &mut Scope<'_>) -> DatabaseHandle {
        let Self { subnets, group, password, settings } = self;
        let own = password.own();
        if subnets.subnets().is_empty() {
            scope.problem(
                "the network has no isolated subnets for the database",
                "plan an isolated tier with `.isolated([..])`",
            );
        }
        let subnet_group = DbSubnetGroup::builder()
            .db_subnet_group_description("Isolated subnets")
            .subnets(subnets.subnets())
            .tags(name_tag(scope, "subnet-group"))
            .build();
        let subnet_group = scope.resource("subnet-group", subnet_group);
        let parameters = DbParameterGroup::builder()
            .family(DbParameterGroupFamily::of(Engine::Postgres, &settings.version))
            .description("Parameters")
            .parameters(settings.parameters.clone())
            .tags(name_tag(scope, "parameter-group"))
            .build();
        let parameters = scope.resource("parameter-group", parameters);
        let policy = writes_metrics(scope.place().region);
        let (monitoring, policy) = role(scope, Service::RdsMonitoring, "monitoring", policy);

        let instance = DbInstance::builder()
            .engine_version(settings.version.clone())
            .db_instance_class(settings.class.clone())
            .allocated_storage(settings.storage)
            .maybe_max_allocated_storage(settings.max_storage())
            .maybe_kms_key_id(settings.key.as_ref().map(EncryptionKeyHandle::arn))
            .maybe_performance_insights_kms_key_id(
                settings.key.as_ref().map(EncryptionKeyHandle::arn),
            )
            .manage_master_user_password(own.is_none())
            .maybe_master_user_password(own.map(|own| own.password.clone()))
            .maybe_master_user_secret(
                settings
                    .key
                    .as_ref()
                    .filter(|_| own.is_none())
                    .map(|key| MasterUserSecret { kms_key_id: key.arn().into() }),
            )
            .multi_az(settings.multi_az)
            .maybe_db_name(settings.database_name.clone())
            .master_username(const { MasterUsername::literal("postgres") })
            .db_subnet_group(&subnet_group)
            .vpc_security_groups([group.group()])
            .db_parameter_group(&parameters)
            .backup_retention_period(settings.backups)
            .maybe_preferred_backup_window(settings.backup_window)
            .maybe_preferred_maintenance_window(settings.maintenance)
            .enable_performance_insights(true)
            .monitoring_interval(MonitoringInterval::Seconds60)
            .monitoring_role_arn(monitoring.arn())
            .enable_cloudwatch_logs_exports([LogExport::Postgresql, LogExport::Upgrade])
            .deletion_protection(!settings.disposable)
            .skip_final_snapshot(settings.disposable)
            .copy_tags_to_snapshot(true)
            .tags(name_tag(scope, "instance"))
            .build();
        let instance = scope.resource("instance", instance);
        scope.architecture().options(&instance, |options| {
            if let Some(policy) = &policy {
                options.depends_on(policy);
            }
            options.protect = !settings.disposable;
        });
        let source = Source {
            instance: &instance,
            group: &group,
            monitoring: monitoring.arn().into(),
            policy: policy.as_ref(),
            key: settings.key.as_ref().map(|key| key.arn().into()),
        };
        let replicas = replicas::build(scope, &settings, &subnets, &source);
        if let Some((region, key)) = &settings.copies {
            copy_backups(scope, &settings, &instance, *region, key);
        }
        let login = own.map(|own| own.login.clone());
        let Settings { name, key, .. } = settings;
        DatabaseHandle { name, instance, replicas, group, key, login }
    }
}

/// The copies of the backups, which are a resource of the other Region.
fn copy_backups(
    scope: &mut Scope<'_>,
    settings: &Settings,
    instance: &Ref<DbInstance>,
    region: Region,
    key: &EncryptionKeyHandle,
) {
    if region == scope.place().region {
        scope.problem(
            format!("the backups of `{}` are copied to its own Region {region}", settings.name),
            "choose another Region for the copies",
        );
        return;
    }
    let Ok(kept) = CopyRetentionPeriod::new(settings.backups.get().into()) else {
        scope.problem(
            format!("`{}` has no backups to copy", settings.name),
            "keep backups for a day or more with `.backups(..)`",
        );
        return;
    };
    let copies = AutomatedBackupReplication::of(instance)
        .backup_retention_period(kept)
        .kms_key_id(key.arn())
        .tags(name_tag(scope, "backup-copies"))
        .build();
    scope.elsewhere(region).resource("backup-copies", copies);
}

/// What Enhanced Monitoring needs, and of it only the log group that it writes to: the managed
/// policy of AWS allows it in every Region, on every group whose name begins with `RDS`.
///
/// With `:*` behind its name an ARN is that of a group and of all its streams.
/// Source: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html>.
fn writes_metrics(region: Region) -> PolicyDocument {
    PolicyDocument::new([Statement::allow([
        "logs:CreateLogGroup",
        "logs:CreateLogStream",
        "logs:DescribeLogStreams",
        "logs:GetLogEvents",
        "logs:PutLogEvents",
        "logs:PutRetentionPolicy",
    ])
    .on([format!("arn:aws:logs:{region}:*:log-group:RDSOSMetrics:*")])])
}

/// A database that was added.
#[derive(Debug, Clone)]
pub struct DatabaseHandle {
    name: String,
    instance: Ref<DbInstance>,
    replicas: Vec<Ref<DbInstance>>,
    group: Group<Internal>,
    key: Option<EncryptionKeyHandle>,
    login: Option<AppSecretHandle>,
}

impl DatabaseHandle {
    /// The instance.
    #[must_use]
    pub const fn instance(&self) -> &Ref<DbInstance> {
        &self.instance
    }

    /// The servers that follow it and only read, if there are any.
    #[must_use]
    pub fn replicas(&self) -> &[Ref<DbInstance>] {
        &self.replicas
    }

    /// What guards it.
    pub(super) const fn group(&self) -> &Group<Internal> {
        &self.group
    }

    /// The ARN of the secret with the name and the password of the master user, and the key that it
    /// is encrypted with, if that is not one of AWS.
    pub(super) fn login(&self) -> (Input<String>, Option<Input<String>>) {
        let secret = self.secret();
        (secret.arn().clone(), secret.key().cloned())
    }

    /// The host name at which it answers.
    #[must_use]
    pub fn endpoint_address(&self) -> Output<String> {
        self.instance.endpoint_address()
    }

    /// The port at which it answers, as text.
    #[must_use]
    pub fn endpoint_port(&self) -> Output<String> {
        self.instance.endpoint_port()
    }

    /// The secret with the name and the password of the master user.
    ///
    /// A service that [reads](super::FargateService::reads) that of the database `orders` gets the
    /// variables `ORDERS_USERNAME` and `ORDERS_PASSWORD`.
    #[must_use]
    pub fn secret(&self) -> Secret {
        if let Some(login) = &self.login {
            return login.in_variables(&self.name, ["username", "password"]);
        }
        let arn: Input<String> = self.instance.secret_arn().into();
        let secret = Secret::json(&self.name, arn, ["username", "password"]);
        match &self.key {
            Some(key) => secret.encrypted_with(key),
            None => secret,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        NetworkPlan, Ref, cidr,
        constructs::{
            AppSecret, EncryptionKey, KeyUser, Network, SecurityGroup,
            testing::{described, inventory, messages, pretty},
        },
        services::{ec2::Vpc, rds::DbInstance},
    };

    fn database(arch: &mut crate::Architecture) -> Database<Tier<Isolated>, Group<Internal>> {
        let vpc = || Ref::<Vpc>::existing("vpc-1");
        let group = arch.add(SecurityGroup::internal("data", vpc()));
        let tier = Tier::existing(vpc(), ["subnet-a", "subnet-b"].map(Ref::existing));
        Database::postgres("orders").subnets(&tier).guarded_by(&group)
    }

    #[test]
    fn builds_the_instance_and_what_belongs_to_it() {
        let (arch, orders) = described(|arch| {
            let orders = database(arch).multi_az().backups(BackupRetentionPeriod::days::<30>());
            arch.add(orders)
        });
        assert!(messages(&arch).is_empty());
        insta::assert_snapshot!(inventory(&arch, "orders/"), @"
        orders/instance DBInstance <- orders/parameter-group.DBParameterGroupName, orders/subnet-group.DBSubnetGroupName, orders/monitoring-role.Arn, data/group.GroupId after orders/monitoring-role-policy
        orders/monitoring-role Role
        orders/monitoring-role-policy RolePolicy <- orders/monitoring-role.RoleName
        orders/parameter-group DBParameterGroup
        orders/subnet-group DBSubnetGroup
        ");
        let node = arch.node(orders.instance().id().unwrap()).unwrap();
        assert!(node.options.protect);
        let instance = node.get::<DbInstance>().unwrap();
        assert!(instance.contradictions().is_empty());
        assert_eq!(instance.storage_encrypted, Some(true));
        assert!(instance.deletion_protection && instance.multi_az);
        insta::assert_snapshot!(pretty(node), @r#"
        {
          "AllocatedStorage": "100",
          "AutoMinorVersionUpgrade": true,
          "BackupRetentionPeriod": 30,
          "CopyTagsToSnapshot": true,
          "DBInstanceClass": "db.m7g.large",
          "DBParameterGroupName": {
            "Fn::GetAtt": [
              "orders/parameter-group",
              "DBParameterGroupName"
            ]
          },
          "DBSubnetGroupName": {
            "Fn::GetAtt": [
              "orders/subnet-group",
              "DBSubnetGroupName"
            ]
          },
          "DeleteAutomatedBackups": true,
          "DeletionProtection": true,
          "EnableCloudwatchLogsExports": [
            "postgresql",
            "upgrade"
          ],
          "EnableIAMDatabaseAuthentication": false,
          "EnablePerformanceInsights": true,
          "Engine": "postgres",
          "EngineVersion": "17",
          "ManageMasterUserPassword": true,
          "MasterUsername": "postgres",
          "MaxAllocatedStorage": 1000,
          "MonitoringInterval": 60,
          "MonitoringRoleArn": {
            "Fn::GetAtt": [
              "orders/monitoring-role",
              "Arn"
            ]
          },
          "MultiAZ": true,
          "Port": "5432",
          "PubliclyAccessible": false,
          "SkipFinalSnapshot": false,
          "StorageEncrypted": true,
          "StorageType": "gp3",
          "Tags": [
            {
              "Key": "Name",
              "Value": "shop-orders-instance"
            }
          ],
          "VPCSecurityGroups": [
            {
              "Fn::GetAtt": [
                "data/group",
                "GroupId"
              ]
            }
          ]
        }
        "#);
        let (_, parameters) = arch.all::<DbParameterGroup>().next().unwrap();
        assert_eq!(parameters.family.as_str(), "postgres17");
        assert_eq!(parameters.parameters.get("rds.force_ssl").map(String::as_str), Some("1"));
    }

    #[test]
    fn a_disposable_one_goes_without_a_trace() {
        let (arch, orders) = described(|arch| {
            let orders = database(arch).disposable();
            arch.add(orders)
        });
        let node = arch.node(orders.instance().id().unwrap()).unwrap();
        let instance = node.get::<DbInstance>().unwrap();
        assert!(!node.options.protect && !instance.deletion_protection);
        assert!(instance.skip_final_snapshot);
    }

    #[test]
    fn has_replicas_in_other_zones_with_a_password_of_ones_own() {
        const NETWORK: NetworkPlan<2> = NetworkPlan::new(cidr!("10.0.0.0/16"))
            .isolated([cidr!("10.0.21.0/24"), cidr!("10.0.22.0/24")]);
        let (arch, orders) = described(|arch| {
            let net = arch.add(Network::new("main", NETWORK));
            let group = arch.add(SecurityGroup::internal("data", &net));
            let password = arch.secret("password", 1, "correct-horse");
            let login = arch.secret("login", 1, "{}");
            let login = arch.add(AppSecret::given("login", login));
            let orders = Database::postgres("orders").subnets(net.isolated()).guarded_by(&group);
            let orders = orders.password(&password, &login).replicas(3);
            arch.add(orders.replica_class(DbInstanceClass::literal("db.t4g.medium")))
        });
        assert!(messages(&arch).is_empty());
        let replicas: Vec<_> = orders
            .replicas()
            .iter()
            .map(|replica| arch.node(replica.id().unwrap()).unwrap().get::<DbInstance>().unwrap())
            .collect();
        let zones: Vec<_> =
            replicas.iter().filter_map(|it| Some(it.availability_zone?.letter())).collect();
        assert_eq!(zones, ['b', 'a', 'b']);
        assert!(replicas.iter().all(|it| it.is_replica() && it.contradictions().is_empty()));
        assert_eq!(replicas[0].db_instance_class.as_str(), "db.t4g.medium");
        let node = arch.node(orders.instance().id().unwrap()).unwrap();
        let instance = node.get::<DbInstance>().unwrap();
        assert!(instance.contradictions().is_empty() && !instance.manages_password());
        let (arn, key) = orders.login();
        assert!(key.is_none());
        assert!(format!("{arn:?}").contains("login/secret"), "{arn:?}");
    }

    #[test]
    fn copies_backups_to_another_region() {
        let copied = |region| {
            described(|arch| {
                let key = EncryptionKey::new("copies").used_by([KeyUser::Rds]);
                let key = arch.in_region(Region::UsWest2, |scope| scope.add(key));
                let orders = database(arch).backups_copied_to(region, &key);
                arch.add(orders)
            })
        };
        let (arch, _) = copied(Region::UsWest2);
        assert!(messages(&arch).is_empty());
        let (node, copies) = arch.all::<AutomatedBackupReplication>().next().unwrap();
        assert_eq!(
            (node.id.as_str(), node.place.region),
            ("orders/backup-copies", Region::UsWest2)
        );
        assert_eq!(copies.backup_retention_period.get(), 7);
        let (arch, _) = copied(Region::UsEast1);
        assert_eq!(
            messages(&arch),
            ["orders: the backups of `orders` are copied to its own Region us-east-1"]
        );
    }

    #[test]
    fn reports_a_network_without_isolated_subnets() {
        let (arch, _) = described(|arch| {
            let tier = Tier::existing(Ref::<Vpc>::existing("vpc-1"), []);
            let group = arch.add(SecurityGroup::internal("data", tier.vpc()));
            arch.add(Database::postgres("orders").subnets(&tier).guarded_by(&group))
        });
        assert_eq!(
            messages(&arch),
            ["orders: the network has no isolated subnets for the database"]
        );
    }
}
