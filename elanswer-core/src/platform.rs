//! The blueprint: a whole platform, built of constructs and of a few resources beside them.

mod data;
mod delivery;
mod firewalls;
mod handle;
mod keys;
mod net;
mod part;
mod service;
mod site;
mod storage;
mod watch;

pub use handle::PlatformHandle;
pub use part::{Part, PartError};
pub use service::PlatformService;
pub use site::Site;

use self::{
    data::{Data, Guards, Login},
    delivery::GitHub,
    handle::Services,
    service::Ground,
    storage::Buckets,
};
use crate::{
    Set,
    architecture::{Construct, Scope},
    cidr,
    constructs::{
        EncryptionKeyHandle, FargateCluster, FlowLogs, Limits, LoadBalancer, Nat, SecurityGroup,
        Tcp, Tracing,
    },
    dollars::Dollars,
    network::{NetworkLayout, NetworkPlan},
    reference::{Input, Ref},
    region::Region,
    secret::SecretRef,
    services::{
        ce::AnomalyMonitor,
        codeconnections::ConnectionArn,
        elasticache::CacheNodeType,
        elbv2::CertificateArn,
        logs::Retention,
        rds::{DbInstanceClass, StorageSize},
        secretsmanager::FunctionArn,
        wafv2::{CountryCode, RuleAction, Statement},
    },
};

/// A platform over three zones: two services on Fargate behind a load balancer, a database and a cache.
///
/// - A VPC `10.0.0.0/16` with three tiers of three /24 subnets, and a NAT gateway in each zone.
/// - A load balancer that takes HTTPS and redirects HTTP.
/// - The service `web` for every request, and `api` for those to `/api/*`: three tasks or more each,
///   as their load asks for, which find each other by name and are traced.
/// - A PostgreSQL database over two zones, encrypted, with 30 days of backups, behind a pool of
///   connections; [read replicas](Platform::replicas), if wanted.
/// - A cache of Redis over two zones, to which the services log in by IAM.
/// - A bucket for static files, which `web` reads, and one for backups, which `api` writes; their
///   versions are kept for 90 days. Both, and the backups of the database, are copied to a second
///   Region when there is [one](Platform::copied_to).
/// - A bucket for the access logs of the load balancer and of the other buckets.
/// - A key of its own that encrypts the database, its password, the cache, objects, images and
///   the log groups that it makes, and rotates.
/// - A record of all traffic in the network, kept for 90 days.
/// - Security groups that let through only what one part sends to the next, and before each tier a
///   network ACL that agrees with them.
/// - Private ways to the images, logs, secrets and buckets, for this account only.
/// - A firewall in front of the load balancer.
/// - If it is [delivered](Platform::delivered_at) by CloudFront: a distribution that answers with the
///   static files, and at the paths of the services with what the load balancer answers, behind a
///   firewall of its own; its certificate, and the names of both, with what answers in its place: see
///   [`Site`].
/// - Alarms for every tier, a dashboard, and an encrypted topic that tells of them, of events, and of
///   [what it costs](Platform::budget).
/// - A repository for images; a [pipeline](Platform::deployed_from) that builds them from GitHub and
///   deploys them, if wanted.
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
    login: Option<Login>,
    node_type: CacheNodeType,
    source: Option<GitHub>,
    connection: Option<Input<ConnectionArn>>,
    emails: Vec<String>,
    budget: Option<Dollars>,
    cost_monitor: Option<Ref<AnomalyMonitor>>,
    limits: Option<Limits>,
    copies: Option<Region>,
    site: Option<Site>,
    rotation: Option<Input<FunctionArn>>,
    login_rotation: Option<Input<FunctionArn>>,
    services_meet: bool,
    countries: Set<CountryCode>,
    against_ddos: bool,
    firewall_rules: Vec<(String, Statement, RuleAction)>,
    without: Set<Part>,
    disposable: bool,
}

/// An image that answers on port 8080, so that the platform works before there is one of yours.
const PLACEHOLDER: &str = "public.ecr.aws/nginx/nginx-unprivileged:1.29";

/// The service that gets what no other one gets.
const WEB: &str = "web";

/// The port that the containers listen on.
const APP: Tcp = Tcp(8080);

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
            login: None,
            node_type: const { CacheNodeType::literal("cache.m7g.large") },
            source: None,
            connection: None,
            emails: Vec::new(),
            budget: None,
            cost_monitor: None,
            limits: None,
            copies: None,
            site: None,
            rotation: None,
            login_rotation: None,
            services_meet: false,
            countries: Set::new(),
            against_ddos: false,
            firewall_rules: Vec::new(),
            without: Set::new(),
            disposable: false,
        }
    }

    /// A small platform for development: two zones with one NAT gateway, one task for each service,
    /// a small database without a standby, and nothing protected from deletion.
    ///
    /// It gives up what these rules look for; suppress them by name: `single-nat-gateway`,
    /// `database-single-zone`, `deletion-protection-off` and `database-without-final-snapshot`.
    pub fn development(
        name: impl Into<String>,
        certificate: impl Into<Input<CertificateArn>>,
    ) -> Self {
        let mut small = Self::new(name, certificate)
            .network(Self::TWO_ZONES)
            .nat(Nat::Single)
            .database_class(const { DbInstanceClass::literal("db.t4g.micro") })
            .database_storage(StorageSize::gib::<20>())
            .cache_node_type(const { CacheNodeType::literal("cache.t4g.micro") })
            .without([Part::Standby, Part::Pool])
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

    /// Lets the services call each other at port 8080, by their names: `http://api.elanswer.internal:8080`
    /// of the architecture `elanswer`. Default: only the load balancer calls them.
    pub const fn services_call_each_other(mut self) -> Self {
        self.services_meet = true;
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

    /// Servers that follow the database and only read. Default: none.
    ///
    /// AWS makes none of a database whose password it manages itself. So it gets the password of
    /// yours; `login` is the same for the services, as JSON:
    /// `{"username": "postgres", "password": "…"}`.
    pub fn replicas(mut self, count: u8, password: &SecretRef, login: &SecretRef) -> Self {
        let (password, json) = (password.clone(), login.clone());
        self.login = Some(Login { password, json, replicas: count });
        self
    }

    /// Has this function change the password that [`replicas`](Self::replicas) gives, every 30 days
    /// and at once, at the database and in `login`: AWS's own function for PostgreSQL and a single
    /// user, say. Default: nobody does. Without replicas RDS changes the password by itself.
    ///
    /// The function stands in the network, in the [group](PlatformHandle::group) of the services, and
    /// lets `secretsmanager.amazonaws.com` invoke it: say this once the platform is there. AWS's own
    /// finds the database by `engine` and `host` beside the name and the password: give it those in
    /// another version of `login`. Any other version of both secrets puts the password back to
    /// yours.
    ///
    /// A task has the password of the moment when it started, with which it opens no connection
    /// after a rotation: start the tasks anew then. Or have the program read the secret when it
    /// connects, for which its [task role](crate::constructs::FargateHandle::task_role) may
    /// `secretsmanager:GetSecretValue` of it and `kms:Decrypt` with the key of the platform. A pool
    /// of yours that takes [logins by IAM](crate::constructs::DatabaseProxy::iam_logins) does
    /// without.
    pub fn login_rotated_by(mut self, function: impl Into<Input<FunctionArn>>) -> Self {
        self.login_rotation = Some(function.into());
        self
    }

    /// The processors and memory of the nodes of the cache. Default: `cache.m7g.large`.
    pub fn cache_node_type(mut self, node_type: CacheNodeType) -> Self {
        self.node_type = node_type;
        self
    }

    /// Builds every push to this branch of a repository on GitHub, `owner/repository`, and deploys
    /// the image to every service. Somebody must complete the connection to GitHub, once. Default:
    /// nothing does.
    pub fn deployed_from(
        mut self,
        repository: impl Into<String>,
        branch: impl Into<String>,
    ) -> Self {
        self.source = Some(GitHub { repository: repository.into(), branch: branch.into() });
        self
    }

    /// Uses this connection to GitHub, which somebody has completed. Default: one of its own.
    pub fn connected_by(mut self, connection: impl Into<Input<ConnectionArn>>) -> Self {
        self.connection = Some(connection.into());
        self
    }

    /// Whoever reads mails to these addresses hears of what is wrong, once they confirmed it.
    /// Default: nobody does.
    pub fn alerts<A: Into<String>>(mut self, emails: impl IntoIterator<Item = A>) -> Self {
        self.emails.extend(emails.into_iter().map(Into::into));
        self
    }

    /// Tells when the account spends more in a month, or more than it uses to: see
    /// [`SpendingAlerts`](crate::constructs::SpendingAlerts). Default: it does not.
    pub const fn budget(mut self, monthly: Dollars) -> Self {
        self.budget = Some(monthly);
        self
    }

    /// With a [budget](Self::budget): takes the monitor of unusual costs that the account has, by its
    /// ARN as [`Ref::existing`]. AWS has one for services in an account, and makes it for whoever
    /// begins to use Cost Explorer. Default: makes one.
    pub fn spending_monitored_by(mut self, monitor: impl Into<Ref<AnomalyMonitor>>) -> Self {
        self.cost_monitor = Some(monitor.into());
        self
    }

    /// What is too much of what the alarms watch. Default: [`Limits::default`], but for the
    /// connections and the free storage of the database, which go by its class and its storage.
    pub const fn limits(mut self, limits: Limits) -> Self {
        self.limits = Some(limits);
        self
    }

    /// The second Region, which gets a copy of every file and every backup. Default: none.
    pub const fn copied_to(mut self, region: Region) -> Self {
        self.copies = Some(region);
        self
    }

    /// Answers viewers through CloudFront: with the static files, but for the paths of the services;
    /// see [`Site`]. Default: the load balancer alone answers, and `web` gets what no other service
    /// gets.
    ///
    /// The load balancer still answers who asks it directly, and the firewall in front of it sees of
    /// viewers only what they ask for: who asks too often, and from which country, the firewall in
    /// front of the distribution looks at.
    pub fn delivered_at(mut self, site: Site) -> Self {
        self.site = Some(site);
        self
    }

    /// The firewall that viewers come to first lets nothing in that comes from these countries: that
    /// in front of the distribution, if there is a [site](Self::delivered_at), or else that in front
    /// of the load balancer. Default: from none.
    pub fn block_countries(mut self, countries: impl IntoIterator<Item = CountryCode>) -> Self {
        self.countries.extend(countries);
        self
    }

    /// The firewall that viewers come to first watches for attacks that deny service, challenges
    /// browsers meanwhile and blocks who is under suspicion: that in front of the distribution, if
    /// there is a [site](Self::delivered_at), or else that in front of the load balancer. AWS charges
    /// a fee for it. Default: it does not.
    pub const fn against_ddos(mut self) -> Self {
        self.against_ddos = true;
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
    ///
    /// A task has the key of the moment when it started: see
    /// [`AppSecret::rotated_by`](crate::constructs::AppSecret::rotated_by).
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
        let app = scope.add(if self.services_meet { app.from_itself(APP) } else { app });
        let guards = Guards::build(&self, scope, net.vpc(), &app);
        self.acls(scope, &net, &edge, &app, &guards);

        let images = self.images(scope, &key);
        let ground = Ground {
            cluster: scope.add(FargateCluster::new("services").spot()),
            private: self.private(scope, &net, &buckets, &app),
            group: &app,
            key: &key,
            buckets: &buckets,
            images: &images,
            data: Data::build(&self, scope, net.isolated(), &guards, &key),
            session_key: self.session_key(scope, &key),
            namespace: self.namespace(scope, &net),
        };
        let (services, routes) = self.services(scope, &ground);

        let mut front = LoadBalancer::internet_facing("front", net.public())
            .guarded_by(&edge)
            .logs_to(&buckets.logs)
            .certificate(self.certificate.clone())
            .default_to(&services.web);
        for (path, (_, service)) in routes.iter().zip(&services.others) {
            front = front.route(path.as_str(), service);
        }
        if self.disposable {
            front = front.disposable();
        }
        let load_balancer = scope.add(front);
        let firewall = self.has(Part::Firewall).then(|| {
            let firewall = self.firewall(&load_balancer);
            scope.add(firewall.encrypted_with(&key))
        });
        let edge_key = self.edge_key(scope, &key);
        let site_firewall = self.site.is_some().then(|| {
            let firewall = self.site_firewall();
            scope.add(firewall.encrypted_with(&edge_key))
        });
        let site = self.site.as_ref().zip(site_firewall.as_ref());
        let paths = self.viewed(routes);
        let (cdn, checks) = site
            .map(|(site, firewall)| site.build(scope, &buckets, (&load_balancer, &paths), firewall))
            .unzip();
        let pipeline = self.pipeline(scope, &key, &images, &services);
        let Ground { data, session_key, .. } = ground;
        let Data { database, pool, cache } = data;
        let mut built = PlatformHandle {
            network: net,
            group: app,
            key,
            files: buckets.files,
            backups: buckets.backups,
            load_balancer,
            firewall,
            cdn,
            checks: checks.unwrap_or_default(),
            session_key,
            site_firewall,
            services,
            database,
            pool,
            cache,
            images,
            pipeline,
            alerts: None,
            monitoring: None,
        };
        self.watch(scope, &mut built, &edge_key);
        built
    }
}

/// The parts, in the order in which they are built.
impl Platform {
    /// The services, and the paths of all but `web`.
    fn services(&self, scope: &mut Scope<'_>, ground: &Ground<'_>) -> (Services, Vec<String>) {
        let mut web = None;
        let (mut others, mut paths) = (Vec::new(), Vec::new());
        for service in &self.services {
            let handle = service.build(scope, ground, self);
            if service.name == WEB {
                web = Some(handle);
            } else {
                let path = service.path.clone();
                paths.push(path.unwrap_or_else(|| format!("/{}/*", service.name)));
                others.push((service.name.clone(), handle));
            }
        }
        // There is one from the beginning, and it can only be replaced.
        let web = web
            .unwrap_or_else(|| PlatformService::new(WEB, PLACEHOLDER).build(scope, ground, self));
        (Services { web, others }, paths)
    }

    /// The paths for which CloudFront asks the load balancer: those of `services`, and that of `web`
    /// if it was given one.
    fn viewed(&self, mut services: Vec<String>) -> Vec<String> {
        let web = self.services.iter().find(|service| service.name == WEB);
        let path = web.and_then(|web| web.path.clone());
        // As the load balancer, which asks it last.
        match path {
            Some(path) if !services.contains(&path) => services.push(path),
            _ => {}
        }
        services
    }

    /// Who hears of what.
    fn watch(
        &self,
        scope: &mut Scope<'_>,
        built: &mut PlatformHandle,
        edge_key: &EncryptionKeyHandle,
    ) {
        if self.has(Part::Tracing) {
            scope.add(Tracing::new("tracing"));
        }
        if !self.has(Part::Alarms) {
            return;
        }
        let topic = self.topic(scope, &built.key);
        self.events(scope, &topic);
        self.spending(scope, &topic);
        built.monitoring = Some(self.monitoring(scope, built, &topic, edge_key));
        built.alerts = Some(topic);
    }
}

#[cfg(test)]
mod tests;
