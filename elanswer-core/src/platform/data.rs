//! The data tier of the platform: the database, the pool of connections before it, and the cache.

use super::{Part, Platform};
use crate::{
    architecture::Scope,
    constructs::{
        AppSecret, Cache, CacheHandle, Database, DatabaseHandle, DatabaseProxy,
        DatabaseProxyHandle, EncryptionKey, EncryptionKeyHandle, Group, Internal, Isolated,
        KeyUser, Password, SecurityGroup, Tcp, Tier,
    },
    reference::{Input, Ref},
    secret::SecretRef,
    services::{ec2::Vpc, rds::BackupRetentionPeriod, secretsmanager::RotationDays},
};

/// A login of the database that the program gave, for replicas.
#[derive(Debug, Clone)]
pub(super) struct Login {
    pub(super) password: SecretRef,
    pub(super) json: SecretRef,
    pub(super) replicas: u8,
}

/// What guards the data tier.
pub(super) struct Guards {
    pub(super) data: Group<Internal>,
    pub(super) pool: Option<Group<Internal>>,
    pub(super) cache: Option<Group<Internal>>,
}

/// Where PostgreSQL and Redis listen.
const POSTGRES: Tcp = Tcp(5432);
const REDIS: Tcp = Tcp(6379);

impl Guards {
    /// The services reach the pool and the cache; the database they reach through the pool, if there
    /// is one, and its replicas directly.
    pub(super) fn build(
        platform: &Platform,
        scope: &mut Scope<'_>,
        vpc: &Ref<Vpc>,
        app: &Group<Internal>,
    ) -> Self {
        let pool = platform
            .has(Part::Pool)
            .then(|| scope.add(SecurityGroup::internal("pool-group", vpc).from(app, POSTGRES)));
        let mut data = SecurityGroup::internal("data", vpc);
        if pool.is_none() || platform.login.is_some() {
            data = data.from(app, POSTGRES);
        }
        if let Some(pool) = &pool {
            data = data.from(pool, POSTGRES);
        }
        let data = scope.add(data);
        let cache = platform
            .has(Part::Cache)
            .then(|| scope.add(SecurityGroup::internal("cache-group", vpc).from(app, REDIS)));
        Self { data, pool, cache }
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Group<Internal>> {
        [Some(&self.data), self.pool.as_ref(), self.cache.as_ref()].into_iter().flatten()
    }
}

/// The data tier.
pub(super) struct Data {
    pub(super) database: DatabaseHandle,
    pub(super) pool: Option<DatabaseProxyHandle>,
    pub(super) cache: Option<CacheHandle>,
}

impl Data {
    pub(super) fn build(
        platform: &Platform,
        scope: &mut Scope<'_>,
        tier: &Tier<Isolated>,
        guards: &Guards,
        key: &EncryptionKeyHandle,
    ) -> Self {
        let database = platform.database(scope, tier, guards, key);
        let pool = guards.pool.as_ref().map(|group| {
            let pool = DatabaseProxy::of("pool", &database);
            scope.add(pool.subnets(tier).guarded_by(group))
        });
        let cache = guards.cache.as_ref().map(|group| {
            let cache = Cache::redis("cache")
                .subnets(tier)
                .guarded_by(group)
                .node_type(platform.node_type.clone())
                .encrypted_with(key);
            scope.add(if platform.disposable { cache.disposable() } else { cache })
        });
        Self { database, pool, cache }
    }

    /// Where the services find the tier.
    pub(super) fn variables(&self) -> Vec<(&'static str, Input<String>)> {
        let database = &self.database;
        // Who goes through the pool has nothing to do with the address of the database.
        let (host, port) = match &self.pool {
            Some(pool) => (pool.endpoint(), POSTGRES.0.to_string().into()),
            None => (database.endpoint_address(), database.endpoint_port().into()),
        };
        let mut variables = vec![("DATABASE_HOST", host.into()), ("DATABASE_PORT", port)];
        if let Some(replica) = database.replicas().first() {
            variables.push(("DATABASE_READER_HOST", replica.endpoint_address().into()));
        }
        if let Some(cache) = &self.cache {
            variables.extend([
                ("CACHE_HOST", cache.endpoint().into()),
                ("CACHE_PORT", cache.port().into()),
                ("CACHE_ID", cache.id().into()),
                ("CACHE_USER", cache.user_name().into()),
            ]);
        }
        variables
    }
}

impl Platform {
    fn database(
        &self,
        scope: &mut Scope<'_>,
        tier: &Tier<Isolated>,
        guards: &Guards,
        key: &EncryptionKeyHandle,
    ) -> DatabaseHandle {
        let database = Database::postgres("database")
            .subnets(tier)
            .guarded_by(&guards.data)
            .class(self.class.clone())
            .storage(self.storage)
            .backups(BackupRetentionPeriod::days::<30>())
            .encrypted_with(key);
        let Some(Login { password, json, replicas }) = &self.login else {
            let database = self.kept(scope, database);
            return scope.add(database);
        };
        let mut login = AppSecret::given("database-login", json.clone()).encrypted_with(key);
        if let Some(function) = &self.login_rotation {
            login = login.rotated_by(function.clone(), RotationDays::of::<30>());
        }
        let login = scope.add(if self.disposable { login.disposable() } else { login });
        let database = self.kept(scope, database.password(password, &login));
        let database = scope.add(database.replicas(*replicas));
        if let Some(rotation) = login.rotation() {
            // AWS rotates at once, and the function logs in to the database for that.
            scope.architecture().options(rotation, |options| {
                options.depends_on(database.instance());
            });
        }
        database
    }

    /// How the database is kept from loss.
    fn kept<P: Password>(
        &self,
        scope: &mut Scope<'_>,
        mut database: Database<Tier<Isolated>, Group<Internal>, P>,
    ) -> Database<Tier<Isolated>, Group<Internal>, P> {
        if self.has(Part::Standby) {
            database = database.multi_az();
        }
        if let Some(region) = self.copies.filter(|_| self.has(Part::BackupCopies)) {
            let key = EncryptionKey::new("copies-key").used_by([KeyUser::RdsCopies]);
            let key = if self.disposable { key.disposable() } else { key };
            let key = scope.elsewhere(region).add(key);
            database = database.backups_copied_to(region, &key);
        }
        if self.disposable { database.disposable() } else { database }
    }
}

#[cfg(test)]
mod tests;
