//! Architectures that several tests use.

use std::net::IpAddr;

use elanswer::{
    Architecture, Cidr, Dollars, Platform, Region, Site, Zone, cidr,
    constructs::AddressTarget,
    services::{
        acm::DomainName,
        ec2::{Description, Ports, Protocol, SecurityGroup, SecurityGroupIngress, Subnet, Vpc},
        elbv2::CertificateArn,
        iam::{Role, RolePath, Service},
        logs::{LogGroup, Retention},
        route53::{Continent, DnsName, HealthCheck, HostedZone, ResourcePath},
        secretsmanager::FunctionArn,
        wafv2::{ByteMatch, CountryCode, FieldToMatch, Position, RuleAction, SearchString},
    },
    testkit::MockAws,
};

/// A small architecture: a network with two subnets, two groups with rules, a role, a log group.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shop {
    /// What the network is called.
    pub(crate) vpc: &'static str,
    /// Changed in place.
    pub(crate) retention: Retention,
    pub(crate) dns_hostnames: bool,
    pub(crate) admin_from: &'static str,
    /// Changed by making another object: these two names and numbers may be taken twice.
    pub(crate) group: &'static str,
    pub(crate) path: &'static str,
    /// Changed by making another object: the old one must go first.
    pub(crate) subnet: Cidr,
}

pub(crate) const SHOP: Shop = Shop {
    vpc: "vpc",
    retention: Retention::Days7,
    dns_hostnames: false,
    admin_from: "the office",
    group: "the web servers",
    path: "/",
    subnet: cidr!("10.0.1.0/24"),
};

impl Shop {
    pub(crate) fn architecture(self) -> Architecture {
        let mut arch = Architecture::new("shop", Region::UsEast1);
        arch.tag("project", "shop");
        let vpc = Vpc::builder()
            .cidr_block(cidr!("10.0.0.0/16"))
            .enable_dns_hostnames(self.dns_hostnames)
            .build();
        let vpc = arch.resource(self.vpc, vpc);
        for (name, zone, range) in [("a", 'a', self.subnet), ("b", 'b', cidr!("10.0.2.0/24"))] {
            let subnet = Subnet::builder()
                .vpc(&vpc)
                .cidr_block(range)
                .availability_zone(Zone::new(Region::UsEast1, zone))
                .build();
            arch.resource(&format!("subnet-{name}"), subnet);
        }
        let group = |description: &str| {
            SecurityGroup::builder()
                .group_description(Description::new(description).unwrap())
                .vpc(&vpc)
                .build()
        };
        let web = arch.resource("web", group(self.group));
        let database = arch.resource("database", group("the database"));
        let rules = [
            ("https", &web, 443, "everybody"),
            ("admin", &web, 8443, self.admin_from),
            ("postgres", &database, 5432, "the servers"),
        ];
        for (name, group, port, from) in rules {
            let rule = SecurityGroupIngress::builder()
                .group(group)
                .protocol(Protocol::Tcp(Ports::one(port)))
                .peer(cidr!("10.0.0.0/8"))
                .description(Description::new(from).unwrap())
                .build();
            arch.resource(name, rule);
        }
        let path = RolePath::new(self.path).unwrap();
        arch.resource("role", Role { path, ..Role::assumed_by(Service::EcsTasks) });
        arch.resource("logs", LogGroup::builder().retention_in_days(self.retention).build());
        arch.output("network", &vpc);
        arch
    }
}

/// The images of the services, which are private.
pub(crate) const IMAGE: &str = "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/web:1.4";

/// The blueprint with everything that it can have, as the document describes it, which can be
/// removed again.
pub(crate) fn platform() -> Architecture {
    whole(Platform::disposable)
}

/// The blueprint with everything that it can have, changed.
pub(crate) fn whole(change: impl FnOnce(Platform) -> Platform) -> Architecture {
    let certificate =
        "arn:aws:acm:us-east-1:123456789012:certificate/6f5d5d5e-0a1b-4c2d-8e3f-9a0b1c2d3e4f";
    let mut arch = Architecture::new("elanswer", Region::UsEast1);
    let [name, origin] = ["example.com", "origin.example.com"].map(DomainName::literal);
    let zone = arch.resource("zone", HostedZone::new(DnsName::from(&name)));
    let europe = DnsName::literal("d111111abcdef8.cloudfront.net");
    let check = HealthCheck::https(europe.clone(), ResourcePath::literal("/"));
    let site = Site::new(&zone, name, origin)
        .standby(IpAddr::from([203, 0, 113, 10]))
        .sends(Continent::Europe, AddressTarget::cloudfront(europe).checked_by(check));
    let function = |name: &str| -> FunctionArn {
        format!("arn:aws:lambda:us-east-1:123456789012:function:{name}").parse().unwrap()
    };
    let password = arch.secret("password", 1, "correct-horse");
    let login = r#"{"username":"postgres","password":"correct-horse"}"#;
    let login = arch.secret("login", 1, login);
    let no_admin =
        ByteMatch::new(FieldToMatch::path(), Position::StartsWith, SearchString::literal("/admin"));
    let platform = Platform::new("platform", certificate.parse::<CertificateArn>().unwrap())
        .web_image(IMAGE)
        .api_image(IMAGE)
        .services_call_each_other()
        .replicas(1, &password, &login)
        .login_rotated_by(function("rotate-login"))
        .copied_to(Region::UsWest2)
        .delivered_at(site)
        .block_countries([CountryCode::literal("KP")])
        .against_ddos()
        .firewall_rule("no-admin", no_admin, RuleAction::Block)
        .session_key_rotated_by(function("rotate"))
        .deployed_from("shop/platform", "main")
        .alerts(["ops@example.com"])
        .budget(Dollars::whole(3000));
    let platform = arch.add(change(platform));
    arch.output("address", platform.load_balancer().dns_name());
    arch
}

/// Whether AWS has objects of this kind: of elanswer's own kinds there is one.
pub(crate) fn is_object(kind: &str) -> bool {
    !kind.starts_with("Elanswer::") || kind == "Elanswer::RDS::AutomatedBackupReplication"
}

/// Exactly one object for every resource.
pub(crate) fn exactly(arch: &Architecture, aws: &MockAws, when: &str) {
    let mut expected: Vec<&str> =
        arch.nodes().map(|node| node.resource.schema().kind.as_str()).collect();
    expected.retain(|kind| is_object(kind));
    let inventory = aws.inventory();
    let mut kinds: Vec<&str> = inventory.iter().map(|entry| entry.kind.as_str()).collect();
    expected.sort_unstable();
    kinds.sort_unstable();
    assert_eq!(kinds, expected, "{when}: {inventory:#?}");
    let mut owned: Vec<&str> =
        inventory.iter().filter_map(|entry| entry.resource.as_deref()).collect();
    let all = owned.len();
    owned.sort_unstable();
    owned.dedup();
    assert_eq!(owned.len(), all, "{when}: {inventory:#?}");
}
