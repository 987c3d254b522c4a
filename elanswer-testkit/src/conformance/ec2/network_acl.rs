//! Cases of network ACLs, their entries, and the subnets behind them.

use elanswer_core::{
    Architecture, Cidr, Ref, Region, Resource, Tags, Zone, cidr,
    services::ec2::{
        AclProtocol, Direction, Icmp, NetworkAcl, NetworkAclEntry, Ports, ProtocolNumber,
        RuleAction, RuleNumber, Subnet, SubnetNetworkAclAssociation, Vpc,
    },
};

use super::Case;

pub(in crate::conformance) const CASES: &[Case] = &[
    Case {
        name: "ec2_network_acl",
        kind: NetworkAcl::SCHEMA.kind,
        made: || with_acl(|vpcs| &vpcs.0, Tags::new()),
        updated: Some(|| with_acl(|vpcs| &vpcs.0, Tags::new().with("Name", "renamed"))),
        replaced: Some(|| with_acl(|vpcs| &vpcs.1, Tags::new())),
    },
    Case {
        name: "ec2_network_acl_entry",
        kind: NetworkAclEntry::SCHEMA.kind,
        made: || with_entry(FIRST, AclProtocol::Tcp(Ports::one(443)), RuleAction::Allow, Cidr::ANY),
        updated: Some(|| {
            let ports = Ports::range(1024, 65535).map_or(AclProtocol::All, AclProtocol::Udp);
            with_entry(FIRST, ports, RuleAction::Deny, cidr!("192.0.2.0/24"))
        }),
        replaced: Some(|| {
            with_entry(LATER, AclProtocol::Tcp(Ports::one(443)), RuleAction::Allow, Cidr::ANY)
        }),
    },
    Case {
        name: "ec2_network_acl_entry_icmp",
        kind: NetworkAclEntry::SCHEMA.kind,
        made: || {
            let too_big = AclProtocol::Icmp(Icmp::TypeCode(3, 4));
            with_entry(FIRST, too_big, RuleAction::Allow, Cidr::ANY)
        },
        updated: Some(|| {
            let ping = AclProtocol::Icmp(Icmp::Type(8));
            with_entry(FIRST, ping, RuleAction::Allow, Cidr::ANY)
        }),
        replaced: Some(|| {
            let gre = ProtocolNumber::new(47).map_or(AclProtocol::All, AclProtocol::Other);
            with_entry(LATER, gre, RuleAction::Allow, Cidr::ANY)
        }),
    },
    Case {
        name: "ec2_subnet_network_acl_association",
        kind: SubnetNetworkAclAssociation::SCHEMA.kind,
        made: || with_association(|acls| &acls.0),
        updated: None,
        replaced: Some(|| with_association(|acls| &acls.1)),
    },
];

const FIRST: RuleNumber = RuleNumber::of::<100>();
const LATER: RuleNumber = RuleNumber::of::<32766>();

fn with_acl(vpc: impl FnOnce(&(Ref<Vpc>, Ref<Vpc>)) -> &Ref<Vpc>, tags: Tags) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    let vpcs = (
        arch.resource("vpc", Vpc::new(cidr!("10.0.0.0/16"))),
        arch.resource("other-vpc", Vpc::new(cidr!("10.1.0.0/16"))),
    );
    arch.resource("it", NetworkAcl::builder().vpc(vpc(&vpcs)).tags(tags).build());
    arch
}

/// An entry, and beside it one of the same number in the other direction.
fn with_entry(
    number: RuleNumber,
    protocol: AclProtocol,
    action: RuleAction,
    addresses: Cidr,
) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    let vpc = arch.resource("vpc", Vpc::new(cidr!("10.0.0.0/16")));
    let acl = arch.resource("acl", NetworkAcl::new(&vpc));
    let entry = NetworkAclEntry::builder()
        .network_acl(&acl)
        .direction(Direction::Ingress)
        .rule_number(number)
        .protocol(protocol)
        .action(action)
        .cidr_block(addresses)
        .build();
    arch.resource("it", entry);
    arch.resource("other", anything(&acl, Direction::Egress));
    arch
}

/// An entry that lets everything through.
fn anything(acl: &Ref<NetworkAcl>, direction: Direction) -> NetworkAclEntry {
    NetworkAclEntry::builder()
        .network_acl(acl)
        .direction(direction)
        .rule_number(FIRST)
        .protocol(AclProtocol::All)
        .action(RuleAction::Allow)
        .cidr_block(Cidr::ANY)
        .build()
}

/// An ACL that lets everything through.
fn open_acl(arch: &mut Architecture, id: &str, vpc: &Ref<Vpc>) -> Ref<NetworkAcl> {
    let acl = arch.resource(id, NetworkAcl::new(vpc));
    arch.resource(&format!("{id}-in"), anything(&acl, Direction::Ingress));
    arch.resource(&format!("{id}-out"), anything(&acl, Direction::Egress));
    acl
}

fn with_association(
    acl: impl FnOnce(&(Ref<NetworkAcl>, Ref<NetworkAcl>)) -> &Ref<NetworkAcl>,
) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    let vpc = arch.resource("vpc", Vpc::new(cidr!("10.0.0.0/16")));
    let subnet = Subnet::builder()
        .vpc(&vpc)
        .cidr_block(cidr!("10.0.1.0/24"))
        .availability_zone(Zone::new(Region::UsEast1, 'a'))
        .build();
    let subnet = arch.resource("subnet", subnet);
    let acls = (open_acl(&mut arch, "acl", &vpc), open_acl(&mut arch, "other-acl", &vpc));
    arch.resource("it", SubnetNetworkAclAssociation::new(&subnet, acl(&acls)));
    arch
}
