//! A small architecture of everything that refers to little.

use std::collections::BTreeMap;

use elanswer::{
    Architecture, Cidr, Region, Tags, Zone,
    services::{
        ec2::{
            Description, Ports, Protocol, SecurityGroup, SecurityGroupEgress, SecurityGroupIngress,
            Subnet, Vpc,
        },
        iam::{Role, RolePath, Service},
        logs::{LogGroup, Retention},
    },
};
use proptest::{collection::btree_map, prelude::*};

/// An architecture, by what can differ: names are few, so that two of them have much in common.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    owner: u8,
    networks: BTreeMap<u8, Network>,
    logs: BTreeMap<u8, u8>,
    roles: BTreeMap<u8, u8>,
}

#[derive(Debug, Clone)]
struct Network {
    /// Which range it has.
    range: bool,
    dns_hostnames: bool,
    /// Which zone each is in, and which of two ranges it has.
    subnets: BTreeMap<u8, (u8, bool)>,
    /// Which description each has, and its rules.
    groups: BTreeMap<u8, (u8, BTreeMap<u8, Rule>)>,
}

#[derive(Debug, Clone)]
struct Rule {
    outwards: bool,
    description: u8,
    range: u8,
}

pub(super) fn shapes() -> impl Strategy<Value = Shape> {
    let rule = (any::<bool>(), 0..2_u8, 0..2_u8).prop_map(|(outwards, description, range)| Rule {
        outwards,
        description,
        range,
    });
    let group = (0..2_u8, btree_map(0..3_u8, rule, 0..3));
    let subnet = (0..3_u8, any::<bool>());
    let network = (
        prop::bool::weighted(0.2),
        any::<bool>(),
        btree_map(0..4_u8, subnet, 0..4),
        btree_map(0..3_u8, group, 0..3),
    )
        .prop_map(|(range, dns_hostnames, subnets, groups)| Network {
            range,
            dns_hostnames,
            subnets,
            groups,
        });
    (
        0..2_u8,
        btree_map(0..2_u8, network, 0..3),
        btree_map(0..3_u8, 0..3_u8, 0..3),
        btree_map(0..3_u8, 0..2_u8, 0..3),
    )
        .prop_map(|(owner, networks, logs, roles)| Shape { owner, networks, logs, roles })
}

impl Shape {
    pub(super) fn architecture(&self) -> Architecture {
        let mut arch = Architecture::new("random", Region::EuCentral1);
        arch.tag("owner", format!("team-{}", self.owner));
        for (number, network) in &self.networks {
            network.build(*number, &mut arch);
        }
        for (number, retention) in &self.logs {
            let retention = [Retention::Days7, Retention::Days30, Retention::Days365]
                .get(usize::from(*retention))
                .copied()
                .unwrap();
            let logs = LogGroup::builder().retention_in_days(retention);
            arch.resource(&format!("logs-{number}"), logs.build());
        }
        for (number, path) in &self.roles {
            let path = RolePath::new(if *path == 0 { "/" } else { "/other/" }).unwrap();
            let role = Role { path, ..Role::assumed_by(Service::EcsTasks) };
            arch.resource(&format!("role-{number}"), role);
        }
        arch
    }
}

fn range(text: &str) -> Cidr {
    text.parse().unwrap()
}

impl Network {
    fn build(&self, number: u8, arch: &mut Architecture) {
        let first = number * 2 + u8::from(self.range);
        let vpc = Vpc::builder()
            .cidr_block(range(&format!("10.{first}.0.0/16")))
            .enable_dns_hostnames(self.dns_hostnames)
            .tags(Tags::new().with("Name", format!("network {number}")));
        let vpc = arch.resource(&format!("vpc-{number}"), vpc.build());
        for (subnet, (zone, other)) in &self.subnets {
            let third = subnet * 2 + u8::from(*other);
            let zone = char::from(b'a' + zone);
            let built = Subnet::builder()
                .vpc(&vpc)
                .cidr_block(range(&format!("10.{first}.{third}.0/24")))
                .availability_zone(Zone::new(Region::EuCentral1, zone));
            arch.resource(&format!("vpc-{number}-subnet-{subnet}"), built.build());
        }
        for (group, (description, rules)) in &self.groups {
            let name = format!("vpc-{number}-group-{group}");
            let built = SecurityGroup::builder()
                .group_description(Description::new(format!("group {description}")).unwrap())
                .vpc(&vpc);
            let group = arch.resource(&name, built.build());
            for (rule, Rule { outwards, description, range: peer }) in rules {
                let protocol = Protocol::Tcp(Ports::one(8000 + u16::from(*rule)));
                let peer = range(&format!("192.168.{peer}.0/24"));
                let description = Description::new(format!("rule {description}")).unwrap();
                let name = format!("{name}-rule-{rule}");
                if *outwards {
                    let rule = SecurityGroupEgress::builder().group(&group);
                    let rule = rule.protocol(protocol).peer(peer).description(description);
                    arch.resource(&name, rule.build());
                } else {
                    let rule = SecurityGroupIngress::builder().group(&group);
                    let rule = rule.protocol(protocol).peer(peer).description(description);
                    arch.resource(&name, rule.build());
                }
            }
        }
    }
}
