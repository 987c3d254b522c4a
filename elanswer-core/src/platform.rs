//! The blueprint: a whole platform, built of constructs only.

mod site;

pub use site::Site;

use crate::{
    architecture::{Construct, Scope},
    bounded::Bounded,
    cidr,
    constructs::{
        AppSecret, AppSecretHandle, CdnHandle, Database, DatabaseHandle, EncryptionKey,
        EncryptionKeyHandle, Endpoints, FargateCluster, FargateHandle, FargateService, Firewall,
        FirewallHandle, FlowLogs, InRegion, KeyUser, LoadBalancer, LoadBalancerHandle, LogBucket,
        Nat, Network, NetworkAcls, NetworkHandle, PrivateBucket, PrivateBucketHandle,
        PrivateService, SecurityGroup, Tcp,
    },
    network::{NetworkPlan, TierName},
    reference::Input,
    region::Region,
    services::{
        elbv2::CertificateArn,
        logs::Retention,
        rds::BackupRetentionPeriod,
        s3::{
            AccessTier, ArchiveDays, Days, IntelligentTiering, LifecycleRule, Transition,
            TransitionStorageClass,
        },
        secretsmanager::{FunctionArn, RotationDays},
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
    web_image: String,
    api_image: String,
    zones: Option<[char; 3]>,
    copies: Option<Region>,
    site: Option<Site>,
    rotation: Option<Input<FunctionArn>>,
    disposable: bool,
}

/// An image that answers on port 8080, so that the platform works before there is one of yours.
const PLACEHOLDER: &str = "public.ecr.aws/nginx/nginx-unprivileged:1.29";

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

    /// A platform whose load balancer shows this certificate, one of its Region.
    pub fn new(name: impl Into<String>, certificate: impl Into<Input<CertificateArn>>) -> Self {
        Self {
            name: name.into(),
            certificate: certificate.into(),
            web_image: PLACEHOLDER.to_owned(),
            api_image: PLACEHOLDER.to_owned(),
            zones: None,
            copies: None,
            site: None,
            rotation: None,
            disposable: false,
        }
    }

    /// The image of the service `web`: it answers `/` on port 8080, and has `curl` in it for the
    /// health check. Default: an nginx.
    pub fn web_image(mut self, image: impl Into<String>) -> Self {
        self.web_image = image.into();
        self
    }

    /// The image of the service `api`: it answers `/` on port 8080, and has `curl` in it for the
    /// health check. Default: an nginx.
    pub fn api_image(mut self, image: impl Into<String>) -> Self {
        self.api_image = image.into();
        self
    }

    /// The letters of its zones. Default: the first three of the Region.
    pub const fn zones(mut self, letters: [char; 3]) -> Self {
        self.zones = Some(letters);
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

    /// A secret that both services find in `SESSION_KEY`, to sign sessions with; this function
    /// changes it every 30 days. The function must be there, and let
    /// `secretsmanager.amazonaws.com` invoke it. Default: no such secret.
    pub fn session_key_rotated_by(mut self, function: impl Into<Input<FunctionArn>>) -> Self {
        self.rotation = Some(function.into());
        self
    }

    /// Nothing of it is protected from deletion: for tests and trials.
    pub const fn disposable(mut self) -> Self {
        self.disposable = true;
        self
    }
}

impl Construct for Platform {
    type Handle = PlatformHandle;

    fn name(&self) -> &str {
        &self.name
    }

    fn build(self, scope: &mut Scope<'_>) -> PlatformHandle {
        let Self {
            certificate,
            web_image,
            api_image,
            zones,
            copies,
            site,
            rotation,
            disposable,
            ..
        } = self;

        let mut network = Network::new("network", Self::NETWORK).nat(Nat::PerZone);
        if let Some(letters) = zones {
            network = network.zones(letters);
        }
        let net = scope.add(network);

        let mut key = EncryptionKey::new("key").used_by([
            KeyUser::Logs,
            KeyUser::Rds,
            KeyUser::S3,
            KeyUser::SecretsManager,
        ]);
        if site.is_some() {
            key = key.used_by([KeyUser::CloudFront]);
        }
        if disposable {
            key = key.disposable();
        }
        let key = scope.add(key);
        let traffic = FlowLogs::of("traffic", &net).retention(Retention::Days90);
        scope.add(traffic.encrypted_with(&key));

        let mut logs = LogBucket::new("logs");
        let mut files = PrivateBucket::new("files").tiering(archive()).rule(watch());
        let mut backups = PrivateBucket::new("backups").rule(put_away());
        if disposable {
            (logs, files, backups) = (logs.disposable(), files.disposable(), backups.disposable());
        }
        if let Some(region) = copies {
            backups = backups.copied_to(region);
        }
        let logs = scope.add(logs);
        let [files, backups] = [files, backups].map(|bucket| {
            let bucket = bucket.encrypted_with(&key).logs_to(&logs);
            scope.add(bucket.old_versions_kept_for(Days::of::<90>()))
        });

        let edge = SecurityGroup::edge("edge", &net).from_internet(Tcp(443)).from_internet(Tcp(80));
        let edge = scope.add(edge);
        // HTTPS is the way to registries and to AWS, by NAT.
        let app = SecurityGroup::internal("app", &net).from(&edge, APP).to_internet(Tcp(443));
        let app = scope.add(app);
        let data = scope.add(SecurityGroup::internal("data", &net).from(&app, Tcp(5432)));
        let acls = NetworkAcls::of("acls", &net).public(&edge).private(&app).isolated(&data);
        // The endpoints stand beside the services, in every zone.
        scope.add(acls.between(TierName::Private, TierName::Private, Tcp(443)));
        let endpoints = Endpoints::of("endpoints", &net)
            .to([PrivateService::Ecr, PrivateService::Logs, PrivateService::SecretsManager])
            .reads(&files)
            .writes(&backups)
            .from(&app);
        let endpoints = scope.add(endpoints);

        let mut database = Database::postgres("database")
            .subnets(net.isolated())
            .guarded_by(&data)
            .multi_az()
            .backups(BackupRetentionPeriod::days::<30>())
            .encrypted_with(&key);
        if disposable {
            database = database.disposable();
        }
        let database = scope.add(database);

        let session_key = rotation.map(|function| {
            let secret = AppSecret::generated("session-key").encrypted_with(&key);
            let secret = if disposable { secret.disposable() } else { secret };
            scope.add(secret.rotated_by(function, RotationDays::of::<30>()))
        });

        let cluster = scope.add(FargateCluster::new("services"));
        let [web, api] = [("web", web_image), ("api", api_image)].map(|(name, image)| {
            let mut service = FargateService::new(name, image)
                .cluster(&cluster)
                .subnets(endpoints.private())
                .guarded_by(&app)
                .tasks(3)
                .logs_encrypted_with(&key)
                .health_command(HEALTH)
                .env("DATABASE_HOST", database.endpoint_address())
                .env("DATABASE_PORT", database.endpoint_port())
                .reads(database.secret());
            if let Some(secret) = &session_key {
                service = service.reads(secret.in_variable("SESSION_KEY"));
            }
            scope.add(match name {
                "web" => service.reads(&files),
                _ => service.writes(&backups),
            })
        });

        let mut front = LoadBalancer::internet_facing("front", net.public())
            .guarded_by(&edge)
            .logs_to(&logs)
            .certificate(certificate)
            .default_to(&web)
            .route("/api/*", &api);
        if disposable {
            front = front.disposable();
        }
        let load_balancer = scope.add(front);
        let firewall = Firewall::regional("firewall").protects(&load_balancer);
        let firewall = scope.add(firewall.encrypted_with(&key));
        let cdn = site.map(|site| {
            // The firewall of a distribution logs in `us-east-1`, with a key that is there.
            let key = if scope.place().region == Region::UsEast1 {
                key.clone()
            } else {
                let key = EncryptionKey::new("site-key").used_by([KeyUser::Logs]);
                let mut there = scope.elsewhere(Region::UsEast1);
                there.add(if disposable { key.disposable() } else { key })
            };
            site.build(scope, &files, &load_balancer, &logs, &key)
        });
        PlatformHandle {
            network: net,
            key,
            files,
            backups,
            load_balancer,
            firewall,
            cdn,
            session_key,
            web,
            api,
            database,
        }
    }
}

/// What nobody reads for a quarter is archived.
fn archive() -> IntelligentTiering {
    IntelligentTiering::builder()
        .id("archive")
        .tiering(AccessTier::ArchiveAccess, ArchiveDays::of::<90>())
        .build()
}

/// S3 watches which objects are read.
fn watch() -> LifecycleRule {
    let class = TransitionStorageClass::IntelligentTiering;
    let rule = LifecycleRule::builder().id("watch");
    rule.transitions([Transition::to(class, Bounded::of::<0>())]).build()
}

/// Backups are seldom read after a month, and hardly ever after a quarter.
fn put_away() -> LifecycleRule {
    LifecycleRule::builder()
        .id("put-away")
        .transitions([
            Transition::to(TransitionStorageClass::StandardIa, Bounded::of::<30>()),
            Transition::to(TransitionStorageClass::Glacier, Bounded::of::<90>()),
        ])
        .build()
}

/// A platform that was added.
#[derive(Debug, Clone)]
pub struct PlatformHandle {
    network: NetworkHandle,
    key: EncryptionKeyHandle,
    files: PrivateBucketHandle,
    backups: PrivateBucketHandle,
    load_balancer: LoadBalancerHandle,
    firewall: FirewallHandle<InRegion>,
    cdn: Option<CdnHandle>,
    session_key: Option<AppSecretHandle>,
    web: FargateHandle,
    api: FargateHandle,
    database: DatabaseHandle,
}

impl PlatformHandle {
    /// The network.
    #[must_use]
    pub const fn network(&self) -> &NetworkHandle {
        &self.network
    }

    /// The key that encrypts what it stores.
    #[must_use]
    pub const fn key(&self) -> &EncryptionKeyHandle {
        &self.key
    }

    /// The bucket of static files.
    #[must_use]
    pub const fn files(&self) -> &PrivateBucketHandle {
        &self.files
    }

    /// The bucket of backups.
    #[must_use]
    pub const fn backups(&self) -> &PrivateBucketHandle {
        &self.backups
    }

    /// The load balancer.
    #[must_use]
    pub const fn load_balancer(&self) -> &LoadBalancerHandle {
        &self.load_balancer
    }

    /// The firewall in front of the load balancer.
    #[must_use]
    pub const fn firewall(&self) -> &FirewallHandle<InRegion> {
        &self.firewall
    }

    /// The distribution, when it is [delivered](Platform::delivered_at) by CloudFront.
    #[must_use]
    pub const fn cdn(&self) -> Option<&CdnHandle> {
        self.cdn.as_ref()
    }

    /// The secret that signs sessions, when
    /// [a function changes it](Platform::session_key_rotated_by).
    #[must_use]
    pub const fn session_key(&self) -> Option<&AppSecretHandle> {
        self.session_key.as_ref()
    }

    /// The service that gets every request but those to `/api/*`.
    #[must_use]
    pub const fn web(&self) -> &FargateHandle {
        &self.web
    }

    /// The service that gets the requests to `/api/*`.
    #[must_use]
    pub const fn api(&self) -> &FargateHandle {
        &self.api
    }

    /// The database.
    #[must_use]
    pub const fn database(&self) -> &DatabaseHandle {
        &self.database
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, fmt::Write as _, net::IpAddr};

    use super::*;
    use crate::{
        Architecture, Ref, Region,
        constructs::AddressTarget,
        services::{
            acm::DomainName,
            kms::Key,
            route53::{Continent, DnsName, HealthCheck, ResourcePath},
        },
    };

    fn platform(region: Region) -> (Architecture, PlatformHandle) {
        let certificate: CertificateArn = format!(
            "arn:aws:acm:{region}:123456789012:certificate/6f5d5d5e-0a1b-4c2d-8e3f-9a0b1c2d3e4f"
        )
        .parse()
        .unwrap();
        let mut arch = Architecture::new("elanswer", region);
        let handle = arch.add(Platform::new("platform", certificate));
        (arch, handle)
    }

    #[test]
    fn is_sound_in_every_region_with_three_zones() {
        for region in Region::ALL.iter().copied().filter(|region| region.zone_letters().len() > 2) {
            let (arch, _) = platform(region);
            assert!(arch.problems().is_empty(), "{region}: {:?}", arch.problems());
            for node in arch.nodes() {
                for id in node.dependencies() {
                    assert!(arch.node(id).is_some(), "{region}: {} needs {id}", node.id);
                }
            }
            let report = crate::check(&arch);
            assert!(report.diagnostics.is_empty(), "{region}: {report}");
        }
    }

    #[test]
    fn is_sound_behind_cloudfront_wherever_it_is() {
        for region in [Region::UsEast1, Region::EuWest1] {
            let certificate: CertificateArn = format!(
                "arn:aws:acm:{region}:123456789012:certificate/6f5d5d5e-0a1b-4c2d-8e3f-9a0b1c2d3e4f"
            )
            .parse()
            .unwrap();
            let mut arch = Architecture::new("elanswer", region);
            let [site, origin] = ["example.com", "origin.example.com"].map(DomainName::literal);
            let zone = Ref::existing("Z0123456789");
            let platform = Platform::new("platform", certificate);
            let ireland = DnsName::literal("d111111abcdef8.cloudfront.net");
            let health = HealthCheck::https(ireland.clone(), ResourcePath::literal("/"));
            let site = Site::new(&zone, site, origin)
                .standby(IpAddr::from([203, 0, 113, 10]))
                .sends(Continent::Europe, AddressTarget::cloudfront(ireland).checked_by(health));
            let function = format!("arn:aws:lambda:{region}:123456789012:function:rotate");
            let function: FunctionArn = function.parse().unwrap();
            let platform = platform.delivered_at(site).session_key_rotated_by(function);
            let platform = arch.add(platform);
            assert!(platform.cdn().is_some() && platform.session_key().is_some());
            let report = crate::check(&arch);
            let codes: Vec<&str> = report.diagnostics.iter().map(|it| it.code.as_str()).collect();
            // Only people know whether the world asks the zone.
            assert_eq!(codes, ["zone-may-not-answer"], "{region}: {report}");
            let keys = arch.all::<Key>().count();
            assert_eq!(keys, if region == Region::UsEast1 { 1 } else { 2 });
        }
    }

    #[test]
    fn has_what_the_documentation_says() {
        let (arch, _) = platform(Region::UsEast1);
        let mut kinds = BTreeMap::<&str, usize>::new();
        for node in arch.nodes() {
            *kinds.entry(node.resource.schema().kind.as_str()).or_default() += 1;
        }
        let mut text = String::new();
        for (kind, count) in kinds {
            writeln!(text, "{count} {kind}").unwrap();
        }
        insta::assert_snapshot!(text, @"
        3 AWS::EC2::EIP
        1 AWS::EC2::FlowLog
        1 AWS::EC2::InternetGateway
        3 AWS::EC2::NatGateway
        3 AWS::EC2::NetworkAcl
        27 AWS::EC2::NetworkAclEntry
        4 AWS::EC2::Route
        5 AWS::EC2::RouteTable
        4 AWS::EC2::SecurityGroup
        4 AWS::EC2::SecurityGroupEgress
        5 AWS::EC2::SecurityGroupIngress
        9 AWS::EC2::Subnet
        9 AWS::EC2::SubnetNetworkAclAssociation
        9 AWS::EC2::SubnetRouteTableAssociation
        1 AWS::EC2::VPC
        5 AWS::EC2::VPCEndpoint
        1 AWS::EC2::VPCGatewayAttachment
        1 AWS::ECS::Cluster
        2 AWS::ECS::Service
        2 AWS::ECS::TaskDefinition
        2 AWS::ElasticLoadBalancingV2::Listener
        1 AWS::ElasticLoadBalancingV2::ListenerRule
        1 AWS::ElasticLoadBalancingV2::LoadBalancer
        2 AWS::ElasticLoadBalancingV2::TargetGroup
        6 AWS::IAM::Role
        6 AWS::IAM::RolePolicy
        1 AWS::KMS::Alias
        1 AWS::KMS::Key
        4 AWS::Logs::LogGroup
        1 AWS::RDS::DBInstance
        1 AWS::RDS::DBParameterGroup
        1 AWS::RDS::DBSubnetGroup
        3 AWS::S3::Bucket
        3 AWS::S3::BucketPolicy
        1 AWS::WAFv2::LoggingConfiguration
        1 AWS::WAFv2::WebACL
        1 AWS::WAFv2::WebACLAssociation
        1 Elanswer::STS::CallerIdentity
        ");
    }

    #[test]
    fn survives_a_round_trip_through_json() {
        let (arch, _) = platform(Region::UsEast1);
        let text = serde_json::to_string(&arch).unwrap();
        let back: Architecture = serde_json::from_str(&text).unwrap();
        assert_eq!(serde_json::to_string(&back).unwrap(), text);
    }
}
