//! A network ACL before each tier of a network, which agrees with its security groups.

use std::collections::BTreeMap;

use super::{Group, Internal, Nat, NetworkHandle, name_tag, security::Rule};
use crate::{
    architecture::{Construct, Scope},
    cidr::Cidr,
    id::ResourceId,
    network::TierName,
    reference::Ref,
    services::ec2::{
        AclProtocol, Direction, Icmp, NetworkAcl, NetworkAclEntry, Protocol, RuleAction,
        RuleNumber, SecurityGroup, Subnet, SubnetNetworkAclAssociation,
    },
};

/// A network ACL before each tier of a network: it lets through what the security groups of the
/// tiers let through, the answers to it, and nothing else.
///
/// Each group is named with the tier that what it guards stands in; from what the groups take and
/// send follows which ports each tier takes and sends.
///
/// - What a group takes from another one, or from itself, passes between the tiers of both, within a
///   tier from one subnet to the next.
/// - What a group of the isolated tier takes passes between the subnets of that tier too, for
///   servers that keep copies of each other.
/// - What goes from the private tier to the internet passes the public tier, where the NAT gateways
///   stand.
/// - Whoever speaks with the internet is told of packets that are too big on their way.
///
/// An entry that another one makes unnecessary is left out: answers go to the ports 1024 to 65535,
/// so that a tier that asks the internet takes those from anywhere, and port 8080 from the next tier
/// needs no entry of its own then. The number of an entry says whom it is about: from 1000 on it is
/// anybody, from 2000 on the public tier, from 3000 the private and from 4000 the isolated one.
///
/// ```
/// # use elanswer_core::{Architecture, NetworkPlan, Region, cidr, constructs::Network};
/// # const NETWORK: NetworkPlan<2> = NetworkPlan::new(cidr!("10.0.0.0/16"))
/// #     .public([cidr!("10.0.1.0/24"), cidr!("10.0.2.0/24")])
/// #     .private([cidr!("10.0.11.0/24"), cidr!("10.0.12.0/24")])
/// #     .isolated([cidr!("10.0.21.0/24"), cidr!("10.0.22.0/24")]);
/// use elanswer_core::constructs::{NetworkAcls, SecurityGroup, Tcp};
///
/// # let mut arch = Architecture::new("shop", Region::UsEast1);
/// # let net = arch.add(Network::new("main", NETWORK));
/// let edge = arch.add(SecurityGroup::edge("alb", &net).from_internet(Tcp(443)));
/// let app = SecurityGroup::internal("app", &net).from(&edge, Tcp(8080)).to_internet(Tcp(443));
/// let app = arch.add(app);
/// let data = arch.add(SecurityGroup::internal("data", &net).from(&app, Tcp(5432)));
/// arch.add(NetworkAcls::of("acls", &net).public(&edge).private(&app).isolated(&data));
/// ```
#[derive(Debug, Clone)]
#[must_use = "network ACLs do nothing until they are added to an architecture"]
pub struct NetworkAcls {
    name: String,
    network: NetworkHandle,
    members: Vec<Member>,
    flows: Vec<Flow>,
}

/// A group, and the tier that what it guards stands in.
#[derive(Debug, Clone)]
struct Member {
    tier: TierName,
    group: Ref<SecurityGroup>,
    declared: Vec<Rule>,
}

/// Where traffic comes from, or goes to. The order is that of the numbers of entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Side {
    Anybody,
    Tier(TierName),
}

/// Traffic that somebody begins.
#[derive(Debug, Clone, Copy)]
struct Flow {
    from: Side,
    to: Side,
    protocol: AclProtocol,
}

const TIERS: [TierName; 3] = [TierName::Public, TierName::Private, TierName::Isolated];

/// A router says with it that a packet is too big for what comes next: MTU discovery.
const TOO_BIG: AclProtocol = AclProtocol::Icmp(Icmp::TypeCode(3, 4));

impl NetworkAcls {
    /// An ACL before each tier of `network`.
    pub fn of(name: impl Into<String>, network: &NetworkHandle) -> Self {
        Self { name: name.into(), network: network.clone(), members: Vec::new(), flows: Vec::new() }
    }

    /// What this group guards stands in the public tier.
    pub fn public<E>(self, group: &Group<E>) -> Self {
        self.member(TierName::Public, group)
    }

    /// What this group guards stands in the private tier.
    pub fn private(self, group: &Group<Internal>) -> Self {
        self.member(TierName::Private, group)
    }

    /// What this group guards stands in the isolated tier.
    pub fn isolated(self, group: &Group<Internal>) -> Self {
        self.member(TierName::Isolated, group)
    }

    /// Lets this traffic through from one tier to another, or within one, besides what the groups
    /// say; for what has a group of its own that the program does not hold.
    pub fn between(mut self, from: TierName, to: TierName, traffic: impl Into<Protocol>) -> Self {
        let protocol = traffic.into().into();
        self.flows.push(Flow { from: Side::Tier(from), to: Side::Tier(to), protocol });
        self
    }

    fn member<E>(mut self, tier: TierName, group: &Group<E>) -> Self {
        let declared = group.declared().to_vec();
        self.members.push(Member { tier, group: group.group().clone(), declared });
        self
    }

    /// Everything that somebody begins, as the groups say it.
    fn flows(&self, scope: &mut Scope<'_>) -> Vec<Flow> {
        let mut flows = Vec::new();
        for Member { tier, group, declared } in &self.members {
            let here = Side::Tier(*tier);
            for rule in declared {
                match rule {
                    Rule::FromInternet(protocol) => {
                        let protocol = (*protocol).into();
                        flows.push(Flow { from: Side::Anybody, to: here, protocol });
                    }
                    Rule::ToInternet(protocol) => {
                        let protocol = (*protocol).into();
                        flows.push(Flow { from: here, to: Side::Anybody, protocol });
                    }
                    Rule::FromItself(protocol) => {
                        let protocol = (*protocol).into();
                        flows.push(Flow { from: here, to: here, protocol });
                    }
                    Rule::FromGroup { name, group: peer, protocol } => {
                        let protocol = (*protocol).into();
                        let places = self.members.iter().filter(|member| member.group == *peer);
                        let places: Vec<TierName> = places.map(|member| member.tier).collect();
                        if places.is_empty() {
                            let this = group.id().map_or("a group", ResourceId::as_str);
                            scope.problem(
                                format!(
                                    "`{this}` takes `{protocol}` from `{name}`, which is in no tier"
                                ),
                                "name the tier of the group with `.public(..)`, `.private(..)` or \
                                 `.isolated(..)`",
                            );
                        }
                        let from = |tier| Flow { from: Side::Tier(tier), to: here, protocol };
                        flows.extend(places.into_iter().map(from));
                        if *tier == TierName::Isolated {
                            flows.push(from(*tier));
                        }
                    }
                }
            }
        }
        flows.extend(&self.flows);
        flows
    }
}

/// What an ACL lets through, in the order in which it was found necessary.
#[derive(Debug, Default)]
struct Lines(Vec<(Direction, Side, AclProtocol)>);

impl Lines {
    fn add(&mut self, direction: Direction, other: Side, protocol: AclProtocol) {
        let line = (direction, other, protocol);
        if !self.0.contains(&line) {
            self.0.push(line);
        }
    }

    /// What is asked one way, and the answers the other way.
    fn ask(&mut self, direction: Direction, other: Side, protocol: AclProtocol) {
        let back = match direction {
            Direction::Egress => Direction::Ingress,
            Direction::Ingress => Direction::Egress,
        };
        self.add(direction, other, protocol);
        if let Some(answers) = protocol.answers() {
            self.add(back, other, answers);
        }
        if other == Side::Anybody {
            self.add(direction, other, TOO_BIG);
            self.add(back, other, TOO_BIG);
        }
    }

    /// The lines that no other makes unnecessary, each with its place among those of the same
    /// direction and other side.
    fn needed(&self) -> impl Iterator<Item = (usize, Direction, Side, AclProtocol)> {
        self.0.iter().filter_map(|line| {
            let (direction, side, protocol) = *line;
            let unnecessary = self.0.iter().any(|other| {
                other != line
                    && other.0 == direction
                    && (other.1 == side || other.1 == Side::Anybody)
                    && other.2.contains(protocol)
            });
            let mut beside = self.0.iter().filter(|other| (other.0, other.1) == (direction, side));
            let place = beside.position(|other| other == line)?;
            (!unnecessary).then_some((place, direction, side, protocol))
        })
    }
}

/// What each tier lets through.
fn lines(flows: &[Flow], nat: Nat) -> BTreeMap<TierName, Lines> {
    let mut tiers: BTreeMap<TierName, Lines> = BTreeMap::new();
    for Flow { from, to, protocol } in flows.iter().copied() {
        // From the isolated tier there is no way to the internet.
        if (from, to) == (Side::Tier(TierName::Isolated), Side::Anybody) {
            continue;
        }
        if let Side::Tier(tier) = from {
            tiers.entry(tier).or_default().ask(Direction::Egress, to, protocol);
        }
        if let Side::Tier(tier) = to {
            tiers.entry(tier).or_default().ask(Direction::Ingress, from, protocol);
        }
        if (from, to) == (Side::Tier(TierName::Private), Side::Anybody) && nat != Nat::None {
            let public = tiers.entry(TierName::Public).or_default();
            public.ask(Direction::Ingress, from, protocol);
            public.ask(Direction::Egress, to, protocol);
            public.add(Direction::Egress, from, TOO_BIG);
            public.add(Direction::Ingress, from, TOO_BIG);
        }
    }
    tiers
}

impl Construct for NetworkAcls {
    type Handle = NetworkAclsHandle;

    fn name(&self) -> &str {
        &self.name
    }

    fn build(self, scope: &mut Scope<'_>) -> NetworkAclsHandle {
        let flows = self.flows(scope);
        let lines = lines(&flows, self.network.nat());
        let network = &self.network;
        let subnets = |tier| match tier {
            TierName::Public => network.public().subnets(),
            TierName::Private => network.private().subnets(),
            TierName::Isolated => network.isolated().subnets(),
        };
        let addresses = TIERS.map(|tier| (tier, addresses(scope, subnets(tier))));
        let addresses: BTreeMap<TierName, Vec<Cidr>> = addresses.into();
        let mut acls = BTreeMap::new();
        for tier in TIERS.into_iter().filter(|tier| !subnets(*tier).is_empty()) {
            let tags = name_tag(scope, tier.as_str());
            let acl = NetworkAcl::builder().vpc(network.vpc()).tags(tags).build();
            let acl = scope.resource(tier.as_str(), acl);
            let mut entries = Vec::new();
            let needed = lines.get(&tier).into_iter().flat_map(Lines::needed);
            for (place, direction, side, protocol) in needed {
                let ranges = match side {
                    Side::Anybody => &[Cidr::ANY][..],
                    Side::Tier(other) => {
                        addresses.get(&other).map(Vec::as_slice).unwrap_or_default()
                    }
                };
                for (index, range) in ranges.iter().enumerate() {
                    let Some(number) = number(side, place, index) else {
                        scope.problem(
                            format!("the {tier} tier needs more entries than there are numbers"),
                            "name fewer ports, or ranges of them",
                        );
                        continue;
                    };
                    let entry = NetworkAclEntry::builder()
                        .network_acl(&acl)
                        .direction(direction)
                        .rule_number(number)
                        .protocol(protocol)
                        .action(RuleAction::Allow)
                        .cidr_block(*range)
                        .build();
                    let way = match direction {
                        Direction::Egress => "out",
                        Direction::Ingress => "in",
                    };
                    entries.push(scope.resource(&format!("{tier}-{way}-{number}"), entry));
                }
            }
            for (zone, subnet) in network.zones().iter().zip(subnets(tier)) {
                let association = SubnetNetworkAclAssociation::new(subnet, &acl);
                let id = format!("{tier}-{}-association", zone.letter());
                let association = scope.resource(&id, association);
                // Behind an ACL without its entries a subnet is cut off.
                scope.architecture().options(&association, |options| {
                    for entry in &entries {
                        options.depends_on(entry);
                    }
                });
            }
            acls.insert(tier, acl);
        }
        NetworkAclsHandle { acls }
    }
}

/// The addresses of subnets of this architecture, in as few ranges as there can be.
fn addresses(scope: &mut Scope<'_>, subnets: &[Ref<Subnet>]) -> Vec<Cidr> {
    let arch = scope.architecture();
    Cidr::merged(subnets.iter().filter_map(|subnet| Some(arch.get(subnet)?.cidr_block)))
}

/// The number of an entry: whom it is about, its place among those, and the range of addresses.
fn number(side: Side, place: usize, index: usize) -> Option<RuleNumber> {
    let first = match side {
        Side::Anybody => 1000,
        Side::Tier(TierName::Public) => 2000,
        Side::Tier(TierName::Private) => 3000,
        Side::Tier(TierName::Isolated) => 4000,
    };
    let number = first + u32::try_from(place).ok()? * 10 + u32::try_from(index).ok()?;
    let fits = place < 100 && index < 10;
    fits.then(|| RuleNumber::new(number).ok()).flatten()
}

/// Network ACLs that were added.
#[derive(Debug, Clone)]
pub struct NetworkAclsHandle {
    acls: BTreeMap<TierName, Ref<NetworkAcl>>,
}

impl NetworkAclsHandle {
    /// The ACL before a tier; `None` when the network has no such subnets.
    #[must_use]
    pub fn acl(&self, tier: TierName) -> Option<&Ref<NetworkAcl>> {
        self.acls.get(&tier)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Architecture, NetworkPlan, check, cidr,
        constructs::{
            Database, FargateService, LoadBalancer, Network, SecurityGroup as Guard, Tcp,
            testing::{described, inventory, messages},
        },
        services::elbv2::CertificateArn,
    };

    const PLAN: NetworkPlan<3> = NetworkPlan::new(cidr!("10.0.0.0/16"))
        .public([cidr!("10.0.1.0/24"), cidr!("10.0.2.0/24"), cidr!("10.0.3.0/24")])
        .private([cidr!("10.0.11.0/24"), cidr!("10.0.12.0/24"), cidr!("10.0.13.0/24")])
        .isolated([cidr!("10.0.21.0/24"), cidr!("10.0.22.0/24"), cidr!("10.0.23.0/24")]);

    struct Groups {
        net: NetworkHandle,
        edge: Group<crate::constructs::Edge>,
        app: Group<Internal>,
        data: Group<Internal>,
    }

    fn groups(arch: &mut Architecture, nat: Nat) -> Groups {
        let net = arch.add(Network::new("main", PLAN).nat(nat));
        let edge = Guard::edge("edge", &net).from_internet(Tcp(443)).from_internet(Tcp(80));
        let edge = arch.add(edge);
        let mut app = Guard::internal("app", &net).from(&edge, Tcp(8080));
        if nat != Nat::None {
            app = app.to_internet(Tcp(443));
        }
        let app = arch.add(app);
        let data = arch.add(Guard::internal("data", &net).from(&app, Tcp(5432)));
        Groups { net, edge, app, data }
    }

    /// The entries of an ACL and direction, in their order.
    fn entries(arch: &Architecture, within: &str) -> String {
        let lines =
            arch.all::<NetworkAclEntry>().filter(|(node, _)| node.id.as_str().starts_with(within));
        let lines = lines.map(|(_, entry)| {
            format!(
                "{} {} {} {}",
                entry.rule_number, entry.action, entry.protocol, entry.cidr_block
            )
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn what_the_groups_let_through_passes_and_nothing_else() {
        let (arch, _) = described(|arch| {
            let Groups { net, edge, app, data } = groups(arch, Nat::PerZone);
            arch.add(NetworkAcls::of("acls", &net).public(&edge).private(&app).isolated(&data))
        });
        assert!(messages(&arch).is_empty());
        insta::assert_snapshot!(entries(&arch, "acls/public-in-"), @"
        1000 allow tcp 443 0.0.0.0/0
        1010 allow icmp 3/4 0.0.0.0/0
        1020 allow tcp 80 0.0.0.0/0
        1030 allow tcp 1024-65535 0.0.0.0/0
        ");
        insta::assert_snapshot!(entries(&arch, "acls/public-out-"), @"
        1000 allow tcp 1024-65535 0.0.0.0/0
        1010 allow icmp 3/4 0.0.0.0/0
        1020 allow tcp 443 0.0.0.0/0
        ");
        insta::assert_snapshot!(entries(&arch, "acls/private-in-"), @"
        1000 allow tcp 1024-65535 0.0.0.0/0
        1010 allow icmp 3/4 0.0.0.0/0
        ");
        insta::assert_snapshot!(entries(&arch, "acls/private-out-"), @"
        1000 allow tcp 443 0.0.0.0/0
        1010 allow icmp 3/4 0.0.0.0/0
        2000 allow tcp 1024-65535 10.0.1.0/24
        2001 allow tcp 1024-65535 10.0.2.0/23
        4000 allow tcp 5432 10.0.21.0/24
        4001 allow tcp 5432 10.0.22.0/23
        ");
        insta::assert_snapshot!(entries(&arch, "acls/isolated-in-"), @"
        3000 allow tcp 5432 10.0.11.0/24
        3001 allow tcp 5432 10.0.12.0/23
        4000 allow tcp 1024-65535 10.0.21.0/24
        4001 allow tcp 1024-65535 10.0.22.0/23
        ");
        insta::assert_snapshot!(entries(&arch, "acls/isolated-out-"), @"
        3000 allow tcp 1024-65535 10.0.11.0/24
        3001 allow tcp 1024-65535 10.0.12.0/23
        4010 allow tcp 1024-65535 10.0.21.0/24
        4011 allow tcp 1024-65535 10.0.22.0/23
        ");
    }

    #[test]
    fn a_tier_that_asks_nobody_takes_only_its_ports() {
        let (arch, acls) = described(|arch| {
            let Groups { net, edge, app, data } = groups(arch, Nat::None);
            let acls = NetworkAcls::of("acls", &net).public(&edge).private(&app).isolated(&data);
            arch.add(acls.between(TierName::Private, TierName::Private, Tcp(443)))
        });
        assert!(messages(&arch).is_empty());
        assert!(TIERS.iter().all(|tier| acls.acl(*tier).is_some()));
        insta::assert_snapshot!(entries(&arch, "acls/private-in-"), @"
        2000 allow tcp 8080 10.0.1.0/24
        2001 allow tcp 8080 10.0.2.0/23
        3000 allow tcp 1024-65535 10.0.11.0/24
        3001 allow tcp 1024-65535 10.0.12.0/23
        3010 allow tcp 443 10.0.11.0/24
        3011 allow tcp 443 10.0.12.0/23
        4000 allow tcp 1024-65535 10.0.21.0/24
        4001 allow tcp 1024-65535 10.0.22.0/23
        ");
        insta::assert_snapshot!(inventory(&arch, "acls/isolated-"), @"
        acls/isolated-a-association SubnetNetworkAclAssociation <- acls/isolated.Id, main/isolated-a.SubnetId after acls/isolated-in-3000, acls/isolated-in-3001, acls/isolated-out-3000, acls/isolated-out-3001, acls/isolated-in-4000, acls/isolated-in-4001, acls/isolated-out-4010, acls/isolated-out-4011
        acls/isolated-b-association SubnetNetworkAclAssociation <- acls/isolated.Id, main/isolated-b.SubnetId after acls/isolated-in-3000, acls/isolated-in-3001, acls/isolated-out-3000, acls/isolated-out-3001, acls/isolated-in-4000, acls/isolated-in-4001, acls/isolated-out-4010, acls/isolated-out-4011
        acls/isolated-c-association SubnetNetworkAclAssociation <- acls/isolated.Id, main/isolated-c.SubnetId after acls/isolated-in-3000, acls/isolated-in-3001, acls/isolated-out-3000, acls/isolated-out-3001, acls/isolated-in-4000, acls/isolated-in-4001, acls/isolated-out-4010, acls/isolated-out-4011
        acls/isolated-in-3000 NetworkAclEntry <- acls/isolated.Id
        acls/isolated-in-3001 NetworkAclEntry <- acls/isolated.Id
        acls/isolated-in-4000 NetworkAclEntry <- acls/isolated.Id
        acls/isolated-in-4001 NetworkAclEntry <- acls/isolated.Id
        acls/isolated-out-3000 NetworkAclEntry <- acls/isolated.Id
        acls/isolated-out-3001 NetworkAclEntry <- acls/isolated.Id
        acls/isolated-out-4010 NetworkAclEntry <- acls/isolated.Id
        acls/isolated-out-4011 NetworkAclEntry <- acls/isolated.Id
        ");
    }

    /// Everything that stands in the network reaches what it is to reach, as the rule sees it.
    #[test]
    fn no_security_group_is_defeated() {
        let describe = |arch: &mut Architecture, without: Option<&str>| {
            let Groups { net, edge, app, data } = groups(arch, Nat::PerZone);
            let acls = NetworkAcls::of("acls", &net).public(&edge).private(&app).isolated(&data);
            arch.add(acls);
            let database = Database::postgres("db").subnets(net.isolated()).guarded_by(&data);
            arch.add(database);
            let web = FargateService::new("web", "shop:1").subnets(net.private()).guarded_by(&app);
            let web = arch.add(web);
            let certificate: CertificateArn =
                "arn:aws:acm:us-east-1:123456789012:certificate/6f5d5d5e-0a1b-4c2d-8e3f-9a0b1c2d3e4f"
                    .parse()
                    .unwrap();
            let front = LoadBalancer::internet_facing("front", net.public()).guarded_by(&edge);
            arch.add(front.certificate(certificate).default_to(&web));
            without.map(str::to_owned)
        };
        let about_acls = |arch: &Architecture| {
            let found = check(arch).diagnostics.into_iter();
            let found = found.filter(|found| found.code.contains("network-acl"));
            found.map(|found| format!("{} {}", found.resource, found.message)).collect::<Vec<_>>()
        };
        let (arch, _) = described(|arch| describe(arch, None));
        assert_eq!(about_acls(&arch), Vec::<String>::new());

        // Without any one of its entries, but for what routers say, something no longer passes.
        let entries: Vec<_> = arch
            .all::<NetworkAclEntry>()
            .filter(|(node, entry)| {
                // Copies between servers stand for no security group.
                let within = node.id.as_str().starts_with("acls/isolated")
                    && entry.rule_number.get() >= 4000;
                entry.protocol != TOO_BIG && !within
            })
            .map(|(node, entry)| (node.id.clone(), entry.clone()))
            .collect();
        for (id, entry) in entries {
            let (arch, _) = described(|arch| {
                describe(arch, None);
                let deny = NetworkAclEntry {
                    rule_number: RuleNumber::of::<1>(),
                    action: RuleAction::Deny,
                    ..entry
                };
                arch.resource("zz-deny", deny)
            });
            let found = about_acls(&arch);
            let defeated = found.iter().any(|found| found.contains("`zz-deny` denies"));
            assert!(defeated, "{id} is of no use: {found:#?}");
        }
    }

    #[test]
    fn a_group_without_a_tier_is_a_problem() {
        let (arch, _) = described(|arch| {
            let Groups { net, app, data, .. } = groups(arch, Nat::PerZone);
            arch.add(NetworkAcls::of("acls", &net).private(&app).isolated(&data))
        });
        assert_eq!(
            messages(&arch),
            ["acls: `app/group` takes `tcp 8080` from `edge`, which is in no tier"]
        );
    }
}
