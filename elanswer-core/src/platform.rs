//! The blueprint: a whole platform, built of constructs only.

mod handle;
mod part;
mod service;
mod site;
mod storage;

pub use handle::PlatformHandle;
pub use part::Part;
pub use service::PlatformService;
pub use site::Site;

use std::collections::BTreeSet;

use self::{handle::Services, storage::Buckets};
use crate::{
    architecture::{Construct, Scope},
    cidr,
    constructs::{
        AppSecret, AppSecretHandle, Database, DatabaseHandle, EncryptionKey, EncryptionKeyHandle,
        Endpoints, FargateCluster, FargateHandle, FargateService, Firewall, FlowLogs, Group,
        Internal, KeyUser, LoadBalancer, Nat, Network, NetworkAcls, NetworkHandle, Private,
        PrivateService, SecurityGroup, Tcp, Tier,
    },
    network::{NetworkLayout, NetworkPlan, TierName},
    reference::{Input, Ref},
    region::Region,
    services::{
        ecs::Cluster,
        elbv2::CertificateArn,
        logs::Retention,
        rds::{BackupRetentionPeriod, DbInstanceClass, StorageSize},
        secretsmanager::{FunctionArn, RotationDays},
        wafv2::{CountryCode, RuleAction, Statement},
    },
};

/// A platform over three zones: two services on Fargate behind a load balancer, and a database.
///
/// - A VPC `10.0.0.0/16` with three tiers of three /24 subnets, and a NAT gateway in each zone.
/// - A load balancer that takes HTTPS and redirects HTTP.
/// - The service `web` for every request, and `api` for those to `/api/*`; three tasks each.
/// - A PostgreSQL database over two zones, encrypted, with 30 days of backups.
/// - A bucket for static files, which `web` reads, and one for backups, which `api` writes; their
///   versions are kept for 90 days, and the backups copied to a second Region when there is one.
/// - A bucket for the access logs of the load balancer and of the other buckets.
/// - A key of its own that encrypts the database, its password, objects and every log, and rotates.
/// - A record of all traffic in the network, kept for 90 days.
/// - Security groups that let through only what one part sends to the next, and before each tier a
///   network ACL that agrees with them.
/// - Private ways to the images, logs, secrets and buckets, for this account only.
/// - A firewall in front of the load balancer.
/// - If it is [delivered](Platform::delivered_at) by CloudFront: a distribution that answers with the
///   static files, and with what the load balancer answers, behind a firewall of its own; its
///   certificate, and the names of both, with what answers in its place: see [`Site`].
/// - If there is a function that [changes](Platform::session_key_rotated_by) it: a secret to sign
///   sessions with.
///
/// What differs from one stage to the next is said with its methods: its addresses and zones, its
/// services, the size of its database, and what it does [without](Platform::without). See
/// [`development`](Platform::development) for a small one.
///
/// It is a construct like any other: add it beside your own resources, or take its source as the
/// beginning of a platform of your own.
///
/// ```
/// use elanswer_core::{Architecture, Platform, Region, services::elbv2::CertificateArn};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let certificate: CertificateArn =
///     "arn:aws:acm:us-east-1:123456789012:certificate/6f5d5d5e-0a1b-4c2d-8e3f-9a0b1c2d3e4f".parse()?;
/// let mut arch = Architecture::new("elanswer", Region::UsEast1);
/// let platform = arch.add(Platform::new("platform", certificate));
/// arch.output("address", platform.load_balancer().dns_name());
/// assert!(elanswer_core::check(&arch).is_deployable());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "a platform does nothing until it is added to an architecture"]
pub struct Platform {
    name: String,
    certificate: Input<CertificateArn>,
    layout: NetworkLayout,
    zones: Option<Vec<char>>,
    nat: Nat,
    services: Vec<PlatformService>,
    class: DbInstanceClass,
    storage: StorageSize,
    copies: Option<Region>,
    site: Option<Site>,
    rotation: Option<Input<FunctionArn>>,
    countries: BTreeSet<CountryCode>,
    firewall_rules: Vec<(String, Statement, RuleAction)>,
    without: BTreeSet<Part>,
    disposable: bool,
}

/// An image that answers on port 8080, so that the platform works before there is one of yours.
const PLACEHOLDER: &str = "public.ecr.aws/nginx/nginx-unprivileged:1.29";

/// The service that gets what no other one gets.
const WEB: &str = "web";

/// The port that the containers listen on.
const APP: Tcp = Tcp(8080);

/// How ECS sees whether a container works, besides what the load balancer sees.
const HEALTH: &str = "curl --fail --silent http://localhost:8080/ || exit 1";

impl Platform {
    /// The addresses of its network.
    pub const NETWORK: NetworkPlan<3> = NetworkPlan::new(cidr!("10.0.0.0/16"))
        .public([cidr!("10.0.1.0/24"), cidr!("10.0.2.0/24"), cidr!("10.0.3.0/24")])
        .private([cidr!("10.0.11.0/24"), cidr!("10.0.12.0/24"), cidr!("10.0.13.0/24")])
        .isolated([cidr!("10.0.21.0/24"), cidr!("10.0.22.0/24"), cidr!("10.0.23.0/24")]);

    /// The addresses of its network over two zones.
    pub const TWO_ZONES: NetworkPlan<2> = NetworkPlan::new(cidr!("10.0.0.0/16"))
        .public([cidr!("10.0.1.0/24"), cidr!("10.0.2.0/24")])
        .private([cidr!("10.0.11.0/24"), cidr!("10.0.12.0/24")])
        .isolated([cidr!("10.0.21.0/24"), cidr!("10.0.22.0/24")]);

    /// A platform whose load balancer shows this certificate, one of its Region.
    pub fn new(name: impl Into<String>, certificate: impl Into<Input<CertificateArn>>) -> Self {
        Self {
            name: name.into(),
            certificate: certificate.into(),
            layout: Self::NETWORK.into(),
            zones: None,
            nat: Nat::PerZone,
            services: vec![
                PlatformService::new(WEB, PLACEHOLDER).reads_files(),
                PlatformService::new("api", PLACEHOLDER).writes_backups(),
            ],
            class: const { DbInstanceClass::literal("db.m7g.large") },
            storage: StorageSize::gib::<100>(),
            copies: None,
            site: None,
            rotation: None,
            countries: BTreeSet::new(),
            firewall_rules: Vec::new(),
            without: BTreeSet::new(),
            disposable: false,
        }
    }

    /// A small platform for development: two zones with one NAT gateway, one task for each service,
    /// a small database without a standby, and nothing protected from deletion.
    ///
    /// It gives up what these rules look for; suppress them by name: `single-nat-gateway`,
    /// `service-single-zone`, `database-single-zone`, `deletion-protection-off` and
    /// `database-without-final-snapshot`.
    pub fn development(
        name: impl Into<String>,
        certificate: impl Into<Input<CertificateArn>>,
    ) -> Self {
        let mut small = Self::new(name, certificate)
            .network(Self::TWO_ZONES)
            .nat(Nat::Single)
            .database_class(const { DbInstanceClass::literal("db.t4g.micro") })
            .database_storage(StorageSize::gib::<20>())
            .without([Part::Standby])
            .disposable();
        small.services.iter_mut().for_each(|service| service.tasks = 1);
        small
    }

    /// The addresses of its network: three tiers over two zones or more. Default:
    /// [`NETWORK`](Self::NETWORK).
    pub fn network(mut self, addresses: impl Into<NetworkLayout>) -> Self {
        self.layout = addresses.into();
        self
    }

    /// The letters of its zones. Default: the first of the Region.
    pub fn zones(mut self, letters: impl IntoIterator<Item = char>) -> Self {
        self.zones = Some(letters.into_iter().collect());
        self
    }

    /// How its services reach the internet. Default: [`Nat::PerZone`].
    pub const fn nat(mut self, nat: Nat) -> Self {
        self.nat = nat;
        self
    }

    /// Adds a service, or puts another one in the place of that of the same name.
    pub fn service(mut self, service: PlatformService) -> Self {
        match self.services.iter_mut().find(|known| known.name == service.name) {
            Some(known) => *known = service,
            None => self.services.push(service),
        }
        self
    }

    /// The image of the service `web`: it answers `/` on port 8080, and has `curl` in it for the
    /// health check. Default: an nginx.
    pub fn web_image(self, image: impl Into<String>) -> Self {
        self.image(WEB, image)
    }

    /// The image of the service `api`: it answers `/` on port 8080, and has `curl` in it for the
    /// health check. Default: an nginx.
    pub fn api_image(self, image: impl Into<String>) -> Self {
        self.image("api", image)
    }

    fn image(mut self, name: &str, image: impl Into<String>) -> Self {
        let image = image.into();
        for service in self.services.iter_mut().filter(|service| service.name == name) {
            service.image.clone_from(&image);
        }
        self
    }

    /// The processors and memory of the database. Default: `db.m7g.large`.
    pub fn database_class(mut self, class: DbInstanceClass) -> Self {
        self.class = class;
        self
    }

    /// The storage of the database at first. Default: 100 GiB.
    pub const fn database_storage(mut self, size: StorageSize) -> Self {
        self.storage = size;
        self
    }

    /// The second Region, which gets a copy of every backup. Default: none.
    pub const fn copied_to(mut self, region: Region) -> Self {
        self.copies = Some(region);
        self
    }

    /// Answers viewers through CloudFront. Default: the load balancer alone answers.
    pub fn delivered_at(mut self, site: Site) -> Self {
        self.site = Some(site);
        self
    }

    /// Its firewalls let nothing in that comes from these countries. Default: from none.
    pub fn block_countries(mut self, countries: impl IntoIterator<Item = CountryCode>) -> Self {
        self.countries.extend(countries);
        self
    }

    /// A rule of your own in its firewalls; those come in the order in which they are declared.
    pub fn firewall_rule(
        mut self,
        name: impl Into<String>,
        statement: impl Into<Statement>,
        action: RuleAction,
    ) -> Self {
        self.firewall_rules.push((name.into(), statement.into(), action));
        self
    }

    /// A secret that both services find in `SESSION_KEY`, to sign sessions with; this function
    /// changes it every 30 days. The function must be there, and let
    /// `secretsmanager.amazonaws.com` invoke it. Default: no such secret.
    pub fn session_key_rotated_by(mut self, function: impl Into<Input<FunctionArn>>) -> Self {
        self.rotation = Some(function.into());
        self
    }

    /// Leaves out these parts. Default: none.
    pub fn without(mut self, parts: impl IntoIterator<Item = Part>) -> Self {
        self.without.extend(parts);
        self
    }

    /// Nothing of it is protected from deletion: for tests and trials.
    pub const fn disposable(mut self) -> Self {
        self.disposable = true;
        self
    }

    fn has(&self, part: Part) -> bool {
        !self.without.contains(&part)
    }
}

impl Construct for Platform {
    type Handle = PlatformHandle;

    fn name(&self) -> &str {
        &self.name
    }

    fn build(self, scope: &mut Scope<'_>) -> PlatformHandle {
        let net = self.net(scope);
        let key = self.key(scope);
        if self.has(Part::FlowLogs) {
            let traffic = FlowLogs::of("traffic", &net).retention(Retention::Days90);
            scope.add(traffic.encrypted_with(&key));
        }
        let buckets = Buckets::build(scope, &key, self.copies, self.disposable);

        let edge = SecurityGroup::edge("edge", &net).from_internet(Tcp(443)).from_internet(Tcp(80));
        let edge = scope.add(edge);
        // HTTPS is the way to registries and to AWS, by NAT.
        let app = SecurityGroup::internal("app", &net).from(&edge, APP).to_internet(Tcp(443));
        let app = scope.add(app);
        let data = scope.add(SecurityGroup::internal("data", &net).from(&app, Tcp(5432)));
        let mut acls = NetworkAcls::of("acls", &net).public(&edge).private(&app).isolated(&data);
        if self.has(Part::Endpoints) {
            // The endpoints stand beside the services, in every zone.
            acls = acls.between(TierName::Private, TierName::Private, Tcp(443));
        }
        scope.add(acls);
        let private = self.private(scope, &net, &buckets, &app);

        let database = self.database(scope, &net, &data, &key);
        let session_key = self.session_key(scope, &key);
        let cluster = scope.add(FargateCluster::new("services"));
        let ground = Ground {
            cluster: &cluster,
            private: &private,
            group: &app,
            key: &key,
            buckets: &buckets,
            database: &database,
            session_key: session_key.as_ref(),
        };
        let (services, routes) = self.services(scope, &ground);

        let mut front = LoadBalancer::internet_facing("front", net.public())
            .guarded_by(&edge)
            .logs_to(&buckets.logs)
            .certificate(self.certificate.clone())
            .default_to(&services.web);
        for (path, (_, service)) in routes.into_iter().zip(&services.others) {
            front = front.route(path, service);
        }
        if self.disposable {
            front = front.disposable();
        }
        let load_balancer = scope.add(front);
        let firewall = self.has(Part::Firewall).then(|| {
            let firewall = self.rules_of(Firewall::regional("firewall").protects(&load_balancer));
            scope.add(firewall.encrypted_with(&key))
        });
        let cdn = self.site.as_ref().map(|site| {
            // The firewall of a distribution logs in `us-east-1`, with a key that is there.
            let key = if scope.place().region == Region::UsEast1 {
                key.clone()
            } else {
                let key = EncryptionKey::new("site-key").used_by([KeyUser::Logs]);
                let mut there = scope.elsewhere(Region::UsEast1);
                there.add(if self.disposable { key.disposable() } else { key })
            };
            let firewall = self.rules_of(Firewall::cloudfront("site-firewall"));
            let firewall = firewall.encrypted_with(&key);
            site.build(scope, &buckets, &load_balancer, firewall)
        });
        PlatformHandle {
            network: net,
            key,
            files: buckets.files,
            backups: buckets.backups,
            load_balancer,
            firewall,
            cdn,
            session_key,
            services,
            database,
        }
    }
}

/// What every service stands on.
struct Ground<'a> {
    cluster: &'a Ref<Cluster>,
    private: &'a Tier<Private>,
    group: &'a Group<Internal>,
    key: &'a EncryptionKeyHandle,
    buckets: &'a Buckets,
    database: &'a DatabaseHandle,
    session_key: Option<&'a AppSecretHandle>,
}

/// The parts, in the order in which they are built.
impl Platform {
    fn net(&self, scope: &mut Scope<'_>) -> NetworkHandle {
        let network = Network::new("network", self.layout.clone()).nat(self.nat);
        scope.add(match &self.zones {
            Some(letters) => network.zones(letters.iter().copied()),
            None => network,
        })
    }

    fn key(&self, scope: &mut Scope<'_>) -> EncryptionKeyHandle {
        let mut key = EncryptionKey::new("key").used_by([
            KeyUser::Logs,
            KeyUser::Rds,
            KeyUser::S3,
            KeyUser::SecretsManager,
        ]);
        if self.site.is_some() {
            key = key.used_by([KeyUser::CloudFront]);
        }
        scope.add(if self.disposable { key.disposable() } else { key })
    }

    /// The private subnets, with the ways to AWS that their services take.
    fn private(
        &self,
        scope: &mut Scope<'_>,
        net: &NetworkHandle,
        buckets: &Buckets,
        app: &Group<Internal>,
    ) -> Tier<Private> {
        if !self.has(Part::Endpoints) {
            return net.private().clone();
        }
        let endpoints = Endpoints::of("endpoints", net)
            .to([PrivateService::Ecr, PrivateService::Logs, PrivateService::SecretsManager])
            .reads(&buckets.files)
            .writes(&buckets.backups)
            .from(app);
        scope.add(endpoints).private().clone()
    }

    /// What every firewall of the platform refuses.
    fn rules_of<S>(&self, firewall: Firewall<S>) -> Firewall<S> {
        let firewall = firewall.block_countries(self.countries.iter().cloned());
        self.firewall_rules.iter().fold(firewall, |firewall, (name, statement, action)| {
            firewall.rule(name.as_str(), statement.clone(), action.clone())
        })
    }

    fn database(
        &self,
        scope: &mut Scope<'_>,
        net: &NetworkHandle,
        data: &Group<Internal>,
        key: &EncryptionKeyHandle,
    ) -> DatabaseHandle {
        let mut database = Database::postgres("database")
            .subnets(net.isolated())
            .guarded_by(data)
            .class(self.class.clone())
            .storage(self.storage)
            .backups(BackupRetentionPeriod::days::<30>())
            .encrypted_with(key);
        if self.has(Part::Standby) {
            database = database.multi_az();
        }
        scope.add(if self.disposable { database.disposable() } else { database })
    }

    fn session_key(
        &self,
        scope: &mut Scope<'_>,
        key: &EncryptionKeyHandle,
    ) -> Option<AppSecretHandle> {
        let function = self.rotation.clone()?;
        let secret = AppSecret::generated("session-key").encrypted_with(key);
        let secret = if self.disposable { secret.disposable() } else { secret };
        Some(scope.add(secret.rotated_by(function, RotationDays::of::<30>())))
    }

    /// The services, and the paths of all but `web`.
    fn services(&self, scope: &mut Scope<'_>, ground: &Ground<'_>) -> (Services, Vec<String>) {
        let mut web = None;
        let (mut others, mut paths) = (Vec::new(), Vec::new());
        for service in &self.services {
            let handle = ground.service(scope, service);
            if service.name == WEB {
                web = Some(handle);
            } else {
                let path = service.path.clone();
                paths.push(path.unwrap_or_else(|| format!("/{}/*", service.name)));
                others.push((service.name.clone(), handle));
            }
        }
        // There is one from the beginning, and it can only be replaced.
        let web =
            web.unwrap_or_else(|| ground.service(scope, &PlatformService::new(WEB, PLACEHOLDER)));
        (Services { web, others }, paths)
    }
}

impl Ground<'_> {
    fn service(&self, scope: &mut Scope<'_>, service: &PlatformService) -> FargateHandle {
        let mut fargate = FargateService::new(service.name.as_str(), service.image.as_str())
            .cluster(self.cluster)
            .subnets(self.private)
            .guarded_by(self.group)
            .tasks(service.tasks)
            .size(service.size)
            .logs_encrypted_with(self.key)
            .health_command(HEALTH)
            .env("DATABASE_HOST", self.database.endpoint_address())
            .env("DATABASE_PORT", self.database.endpoint_port())
            .reads(self.database.secret());
        if let Some(secret) = self.session_key {
            fargate = fargate.reads(secret.in_variable("SESSION_KEY"));
        }
        if service.reads_files {
            fargate = fargate.reads(&self.buckets.files);
        }
        if service.writes_backups {
            fargate = fargate.writes(&self.buckets.backups);
        }
        scope.add(fargate)
    }
}

#[cfg(test)]
mod tests;
