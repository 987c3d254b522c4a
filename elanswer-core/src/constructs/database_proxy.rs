//! A pool of connections that stands before a database.

use super::{
    DatabaseHandle, Group, Internal, Isolated, NoGroup, NoSubnets, Secret, Tier, name_tag, role,
};
use crate::{
    architecture::{Construct, Scope},
    reference::{Output, Ref},
    services::{
        iam::{Operator, PolicyDocument, Service, Statement},
        rds::{ConnectionPool, DbProxy, DbProxyAuth, DbProxyTargetGroup, IamAuth},
    },
};

/// A proxy of RDS before a database: many clients come and go, and share some connections.
///
/// Clients connect to [`endpoint`](DatabaseProxyHandle::endpoint), over TLS, with the name and the
/// password of the master user, which the proxy reads in a role that may read nothing else.
///
/// The proxy has a security group of its own, between those of its clients and of the database: the
/// clients' group reaches that of the proxy, and that of the proxy reaches the one of the database.
///
/// ```
/// # use elanswer_core::{Architecture, NetworkPlan, Region, cidr};
/// # use elanswer_core::constructs::{Network, SecurityGroup};
/// # const NETWORK: NetworkPlan<2> = NetworkPlan::new(cidr!("10.0.0.0/16"))
/// #     .private([cidr!("10.0.11.0/24"), cidr!("10.0.12.0/24")])
/// #     .isolated([cidr!("10.0.21.0/24"), cidr!("10.0.22.0/24")]);
/// use elanswer_core::constructs::{Database, DatabaseProxy, Tcp};
///
/// # let mut arch = Architecture::new("shop", Region::UsEast1);
/// # let net = arch.add(Network::new("main", NETWORK));
/// let app = arch.add(SecurityGroup::internal("app", &net)); // guards the service
/// let pool = arch.add(SecurityGroup::internal("pool", &net).from(&app, Tcp(5432)));
/// let data = arch.add(SecurityGroup::internal("data", &net).from(&pool, Tcp(5432)));
/// let orders = Database::postgres("orders").subnets(net.isolated()).guarded_by(&data);
/// let orders = arch.add(orders);
/// let proxy = DatabaseProxy::of("pool-of-orders", &orders)
///     .subnets(net.isolated())
///     .guarded_by(&pool);
/// let proxy = arch.add(proxy);
/// arch.output("database", proxy.endpoint()); // in place of `orders.endpoint_address()`
/// ```
#[derive(Debug, Clone)]
#[must_use = "a proxy does nothing until it is added to an architecture"]
pub struct DatabaseProxy<S, G> {
    subnets: S,
    group: G,
    name: String,
    database: DatabaseHandle,
    connections: ConnectionPool,
    iam_auth: IamAuth,
}

impl DatabaseProxy<NoSubnets, NoGroup> {
    /// A proxy before this database.
    pub fn of(name: impl Into<String>, database: &DatabaseHandle) -> Self {
        Self {
            subnets: NoSubnets,
            group: NoGroup,
            name: name.into(),
            database: database.clone(),
            connections: ConnectionPool::default(),
            iam_auth: IamAuth::Disabled,
        }
    }
}

impl<G> DatabaseProxy<NoSubnets, G> {
    /// Where it stands: subnets that have no way to the internet, of the VPC of the database.
    pub fn subnets(self, tier: &Tier<Isolated>) -> DatabaseProxy<Tier<Isolated>, G> {
        let Self { group, name, database, connections, iam_auth, .. } = self;
        DatabaseProxy { subnets: tier.clone(), group, name, database, connections, iam_auth }
    }
}

impl<S> DatabaseProxy<S, NoGroup> {
    /// The group of the proxy: one that the clients reach, and that the group of the database lets
    /// in.
    pub fn guarded_by(self, group: &Group<Internal>) -> DatabaseProxy<S, Group<Internal>> {
        let Self { subnets, name, database, connections, iam_auth, .. } = self;
        DatabaseProxy { subnets, group: group.clone(), name, database, connections, iam_auth }
    }
}

impl<S, G> DatabaseProxy<S, G> {
    /// How many connections to the database it keeps, and how long clients wait for one. Default:
    /// that of AWS.
    pub fn connections(mut self, pool: ConnectionPool) -> Self {
        self.connections = pool;
        self
    }

    /// Clients log in with tokens of IAM, for which they need `rds-db:connect`, in place of the
    /// password.
    pub const fn iam_logins(mut self) -> Self {
        self.iam_auth = IamAuth::Required;
        self
    }
}

impl Construct for DatabaseProxy<Tier<Isolated>, Group<Internal>> {
    type Handle = DatabaseProxyHandle;

    fn name(&self) -> &str {
        &self.name
    }

    fn build(self, scope: &mut Scope<'_>) -> DatabaseProxyHandle {
        let Self { subnets, group, database, connections, iam_auth, .. } = self;
        if subnets.subnets().len() < 2 {
            scope.problem(
                "a proxy stands in two zones at least, and the network has no isolated subnets for it",
                "plan an isolated tier with `.isolated([..])`",
            );
        }
        let policy = reads_login(scope, &database);
        let (role, policy) = role(scope, Service::Rds, "proxy", policy);
        let (secret, _) = database.login();
        let proxy = DbProxy::builder()
            .auth([DbProxyAuth::builder().secret_arn(secret).iam_auth(iam_auth).build()])
            .role_arn(role.arn())
            .vpc_subnets(subnets.subnets())
            .vpc_security_groups([group.group()])
            .tags(name_tag(scope, "proxy"))
            .build();
        let proxy = scope.resource("proxy", proxy);
        let targets = DbProxyTargetGroup::builder()
            .db_proxy(&proxy)
            .db_instance(database.instance())
            .connection_pool(connections)
            .build();
        let targets = scope.resource("targets", targets);
        // It is ready once the proxy reaches the database and may log in.
        scope.architecture().options(&targets, |options| {
            if let Some(policy) = &policy {
                options.depends_on(policy);
            }
            group.ready_before(options);
            database.group().ready_before(options);
        });
        DatabaseProxyHandle { proxy, targets, database }
    }
}

/// The role reads the login of the database and nothing else.
///
/// Source: <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-iam-setup.html>.
fn reads_login(scope: &Scope<'_>, database: &DatabaseHandle) -> PolicyDocument {
    let (secret, key) = database.login();
    let reads = Statement::allow(["secretsmanager:GetSecretValue"]).on([secret]);
    let policy = PolicyDocument::new([reads]);
    let Some(key) = key else { return policy };
    let through = format!("secretsmanager.{}.amazonaws.com", scope.place().region);
    policy.with(Statement::allow(["kms:Decrypt"]).on([key]).when(
        Operator::STRING_EQUALS,
        "kms:ViaService",
        [through],
    ))
}

/// A proxy that was added.
#[derive(Debug, Clone)]
pub struct DatabaseProxyHandle {
    proxy: Ref<DbProxy>,
    targets: Ref<DbProxyTargetGroup>,
    database: DatabaseHandle,
}

impl DatabaseProxyHandle {
    /// The proxy.
    #[must_use]
    pub const fn proxy(&self) -> &Ref<DbProxy> {
        &self.proxy
    }

    /// What it stands before: there once the proxy has connections to the database.
    #[must_use]
    pub const fn targets(&self) -> &Ref<DbProxyTargetGroup> {
        &self.targets
    }

    /// The host name at which it answers, on the port of PostgreSQL, 5432.
    #[must_use]
    pub fn endpoint(&self) -> Output<String> {
        self.proxy.endpoint()
    }

    /// The secret with the name and the password that clients log in with: that of the database.
    #[must_use]
    pub fn secret(&self) -> Secret {
        self.database.secret()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Architecture, Input, NetworkPlan, cidr,
        constructs::{
            Database, EncryptionKey, KeyUser, Network, SecurityGroup, Tcp,
            testing::{described, inventory, messages},
        },
        services::iam::RolePolicy,
    };

    const NETWORK: NetworkPlan<2> = NetworkPlan::new(cidr!("10.0.0.0/16"))
        .isolated([cidr!("10.0.21.0/24"), cidr!("10.0.22.0/24")]);

    fn describe(arch: &mut Architecture) -> DatabaseProxyHandle {
        let net = arch.add(Network::new("main", NETWORK));
        let key = EncryptionKey::new("key").used_by([KeyUser::Rds, KeyUser::SecretsManager]);
        let key = arch.add(key);
        let pool = arch.add(SecurityGroup::internal("pool", &net));
        let data = arch.add(SecurityGroup::internal("data", &net).from(&pool, Tcp(5432)));
        let orders = Database::postgres("orders").subnets(net.isolated()).guarded_by(&data);
        let orders = arch.add(orders.encrypted_with(&key));
        let proxy = DatabaseProxy::of("proxy", &orders).subnets(net.isolated());
        arch.add(proxy.guarded_by(&pool).iam_logins())
    }

    #[test]
    fn builds_a_proxy_that_reads_the_login_and_nothing_else() {
        let (arch, handle) = described(describe);
        assert!(messages(&arch).is_empty());
        insta::assert_snapshot!(inventory(&arch, "proxy/"), @"
        proxy/proxy DBProxy <- orders/instance.MasterUserSecret.SecretArn, proxy/proxy-role.Arn, pool/group.GroupId, main/isolated-a.SubnetId, main/isolated-b.SubnetId
        proxy/proxy-role Role
        proxy/proxy-role-policy RolePolicy <- key/key.Arn, orders/instance.MasterUserSecret.SecretArn, proxy/proxy-role.RoleName
        proxy/targets DBProxyTargetGroup <- orders/instance.DBInstanceIdentifier, proxy/proxy.DBProxyName after proxy/proxy-role-policy, data/from-pool-tcp-5432, data/from-pool-tcp-5432-egress
        ");
        let (_, proxy) = arch.all::<DbProxy>().next().unwrap();
        assert!(proxy.require_tls);
        assert!(proxy.auth.iter().all(|user| user.iam_auth == IamAuth::Required));
        let policies = arch.all::<RolePolicy>();
        let policy = policies.filter(|(node, _)| node.id.as_str().starts_with("proxy/")).last();
        insta::assert_snapshot!(policy.unwrap().1.policy_document.to_json(), @r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["kms:Decrypt"],"Resource":[{"Fn::GetAtt":["key/key","Arn"]}],"Condition":{"StringEquals":{"kms:ViaService":["secretsmanager.us-east-1.amazonaws.com"]}}},{"Effect":"Allow","Action":["secretsmanager:GetSecretValue"],"Resource":[{"Fn::GetAtt":["orders/instance","MasterUserSecret.SecretArn"]}]}]}"#);
        let endpoint: Input<String> = handle.endpoint().into();
        let same: Input<String> = handle.proxy().endpoint().into();
        assert_eq!(endpoint, same);
    }

    #[test]
    fn reports_a_network_without_isolated_subnets() {
        let (arch, _) = described(|arch| {
            let net = arch.add(Network::new("main", NETWORK));
            let data = arch.add(SecurityGroup::internal("data", &net));
            let orders = Database::postgres("orders").subnets(net.isolated()).guarded_by(&data);
            let orders = arch.add(orders);
            let none = Tier::existing(net.vpc().clone(), []);
            arch.add(DatabaseProxy::of("proxy", &orders).subnets(&none).guarded_by(&data))
        });
        assert_eq!(messages(&arch).len(), 1, "{:?}", messages(&arch));
    }
}
