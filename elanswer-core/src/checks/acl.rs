//! What network ACLs let through, and which entry decides about which traffic.

use std::{collections::BTreeMap, fmt};

use super::{RuleContext, Typed};
use crate::{
    architecture::Node,
    cidr::Cidr,
    reference::Ref,
    services::ec2::{
        AclProtocol, Direction, Icmp, NetworkAcl, NetworkAclEntry, RuleAction, Subnet,
        SubnetNetworkAclAssociation,
    },
};

/// Traffic across the border of subnets: every combination of some protocols, some ports and some
/// addresses at the other end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Traffic {
    protocols: Span,
    /// The ports of TCP and UDP; of ICMP, the type times 256 and the code.
    ports: Span,
    addresses: Span,
}

/// The numbers of `from` to `to`, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    from: u32,
    to: u32,
}

#[derive(Debug, Clone, Copy)]
enum Axis {
    Protocols,
    Ports,
    Addresses,
}

impl Span {
    const BYTE: Self = Self { from: 0, to: 255 };
    const PORTS: Self = Self { from: 0, to: 65_535 };

    const fn one(number: u32) -> Self {
        Self { from: number, to: number }
    }

    fn common(self, other: Self) -> Option<Self> {
        let (from, to) = (self.from.max(other.from), self.to.min(other.to));
        (from <= to).then_some(Self { from, to })
    }

    /// What of it is before `inner`, a part of it, and what is after.
    fn around(self, inner: Self) -> impl Iterator<Item = Self> {
        let before = inner.from.checked_sub(1).filter(|to| self.from <= *to);
        let after = inner.to.checked_add(1).filter(|from| *from <= self.to);
        let before = before.map(|to| Self { from: self.from, to });
        before.into_iter().chain(after.map(|from| Self { from, to: self.to }))
    }
}

impl Traffic {
    /// This traffic, from or to these addresses.
    pub(crate) fn new(protocol: AclProtocol, addresses: Cidr) -> Self {
        let (from, to) = addresses.bounds();
        let addresses = Span { from, to };
        let (protocols, ports) = match protocol {
            AclProtocol::All => (Span::BYTE, Span::PORTS),
            AclProtocol::Icmp(icmp) => {
                let message = |kind: u8, code: u8| u32::from(kind) * 256 + u32::from(code);
                let messages = match icmp {
                    Icmp::All => Span::PORTS,
                    Icmp::Type(kind) => Span { from: message(kind, 0), to: message(kind, 255) },
                    Icmp::TypeCode(kind, code) => Span::one(message(kind, code)),
                };
                (Span::one(1), messages)
            }
            AclProtocol::Tcp(ports) | AclProtocol::Udp(ports) => {
                let number = if matches!(protocol, AclProtocol::Tcp(_)) { 6 } else { 17 };
                (Span::one(number), Span { from: ports.from().into(), to: ports.to().into() })
            }
            AclProtocol::Other(number) => (Span::one(number.get().into()), Span::PORTS),
        };
        Self { protocols, ports, addresses }
    }

    /// The traffic of an entry.
    pub(crate) fn of(entry: &NetworkAclEntry) -> Self {
        Self::new(entry.protocol, entry.cidr_block)
    }

    const fn span(&self, axis: Axis) -> Span {
        match axis {
            Axis::Protocols => self.protocols,
            Axis::Ports => self.ports,
            Axis::Addresses => self.addresses,
        }
    }

    const fn with(mut self, axis: Axis, span: Span) -> Self {
        match axis {
            Axis::Protocols => self.protocols = span,
            Axis::Ports => self.ports = span,
            Axis::Addresses => self.addresses = span,
        }
        self
    }

    /// What of it is `other` too.
    fn common(self, other: Self) -> Option<Self> {
        Some(Self {
            protocols: self.protocols.common(other.protocols)?,
            ports: self.ports.common(other.ports)?,
            addresses: self.addresses.common(other.addresses)?,
        })
    }

    /// What of it is not `other`, in parts that have nothing in common.
    fn without(self, other: Self) -> Vec<Self> {
        let Some(common) = self.common(other) else { return vec![self] };
        let (mut parts, mut rest) = (Vec::new(), self);
        for axis in [Axis::Protocols, Axis::Ports, Axis::Addresses] {
            let inner = common.span(axis);
            parts.extend(rest.span(axis).around(inner).map(|span| rest.with(axis, span)));
            rest = rest.with(axis, inner);
        }
        parts
    }
}

/// The protocols and ports, in the words of [`AclProtocol`]; the addresses are left out.
impl fmt::Display for Traffic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Span { from, to } = self.protocols;
        let name = match from {
            _ if self.protocols == Span::BYTE => return f.write_str("all traffic"),
            _ if from != to => return write!(f, "protocols {from}-{to}"),
            1 => "icmp",
            6 => "tcp",
            17 => "udp",
            other => return write!(f, "protocol {other}"),
        };
        let Span { from, to } = self.ports;
        match name {
            "icmp" if self.ports == Span::PORTS => f.write_str(name),
            "icmp" if from == to => write!(f, "icmp {}/{}", from / 256, from % 256),
            "icmp" if from / 256 == to / 256 => write!(f, "icmp {}", from / 256),
            "icmp" => write!(f, "icmp {}-{}", from / 256, to / 256),
            _ if from == to => write!(f, "{name} {from}"),
            _ => write!(f, "{name} {from}-{to}"),
        }
    }
}

/// What an entry decides about a part of some traffic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Decision<T> {
    /// The entry, unless it is the last one, `*`, which denies what no other decides about.
    pub(crate) by: Option<T>,
    /// What is done.
    pub(crate) action: RuleAction,
    /// With what.
    pub(crate) traffic: Traffic,
}

/// What `entries`, in their order, decide about `traffic`: every part of it once.
pub(crate) fn decide<T: Copy>(
    entries: &[(T, &NetworkAclEntry)],
    traffic: Traffic,
) -> Vec<Decision<T>> {
    let (mut decisions, mut left) = (Vec::new(), vec![traffic]);
    for (by, entry) in entries {
        let matched = Traffic::of(entry);
        let found = left.iter().filter_map(|part| part.common(matched));
        decisions.extend(found.map(|traffic| Decision {
            by: Some(*by),
            action: entry.action,
            traffic,
        }));
        left = left.into_iter().flat_map(|part| part.without(matched)).collect();
    }
    let last = |traffic| Decision { by: None, action: RuleAction::Deny, traffic };
    decisions.extend(left.into_iter().map(last));
    decisions
}

/// What keeps all of `traffic` from passing: the first part that is denied.
pub(crate) fn first_denied<T: Copy>(decisions: &[Decision<T>]) -> Option<Decision<T>> {
    decisions.iter().copied().find(|decision| decision.action == RuleAction::Deny)
}

/// The same where a list of addresses that are kept out is no fault: a part that no entry decides
/// about or, when no address passes with all of `traffic`, the part with the most addresses.
pub(crate) fn denied_beyond_a_list<T: Copy>(
    decisions: &[Decision<T>],
    traffic: Traffic,
) -> Option<Decision<T>> {
    if let Some(undecided) = decisions.iter().find(|decision| decision.by.is_none()) {
        return Some(*undecided);
    }
    let denied = decisions.iter().filter(|decision| decision.action == RuleAction::Deny);
    let mut left = vec![traffic];
    for decision in denied {
        let addresses = traffic.with(Axis::Addresses, decision.traffic.addresses);
        left = left.into_iter().flat_map(|part| part.without(addresses)).collect();
    }
    let denied = decisions.iter().filter(|decision| decision.action == RuleAction::Deny);
    let addresses = |decision: &&Decision<T>| {
        let Span { from, to } = decision.traffic.addresses;
        std::cmp::Reverse(to - from)
    };
    denied.min_by_key(addresses).copied().filter(|_| left.is_empty())
}

/// The same, when nothing of the traffic passes.
pub(crate) fn denied_whole<T: Copy>(decisions: &[Decision<T>]) -> Option<Decision<T>> {
    let nothing = decisions.iter().all(|decision| decision.action == RuleAction::Deny);
    first_denied(decisions).filter(|_| nothing)
}

type Entries<'a> = Vec<Typed<'a, NetworkAclEntry>>;

/// The ACLs of an architecture, with their entries and the subnets behind them.
#[derive(Debug)]
pub(crate) struct Acls<'a> {
    entries: BTreeMap<&'a Ref<NetworkAcl>, BTreeMap<Direction, Entries<'a>>>,
    subnets: BTreeMap<&'a Ref<Subnet>, &'a Ref<NetworkAcl>>,
}

impl<'a> Acls<'a> {
    pub(crate) fn new(ctx: &RuleContext<'a>) -> Self {
        let mut acls = Self { entries: BTreeMap::new(), subnets: BTreeMap::new() };
        for (node, entry) in ctx.all::<NetworkAclEntry>() {
            let of_acl = acls.entries.entry(&entry.network_acl).or_default();
            of_acl.entry(entry.direction).or_default().push((node, entry));
        }
        for entries in acls.entries.values_mut().flat_map(BTreeMap::values_mut) {
            entries.sort_by_key(|(_, entry)| entry.rule_number);
        }
        for (_, association) in ctx.all::<SubnetNetworkAclAssociation>() {
            acls.subnets.entry(&association.subnet).or_insert(&association.network_acl);
        }
        acls
    }

    /// The entries of every ACL and direction that has any, in their order.
    pub(crate) fn all(&self) -> impl Iterator<Item = &[Typed<'a, NetworkAclEntry>]> {
        self.entries.values().flat_map(BTreeMap::values).map(Vec::as_slice)
    }

    /// The entries of an ACL for a direction, in their order.
    pub(crate) fn entries(
        &self,
        acl: &Ref<NetworkAcl>,
        direction: Direction,
    ) -> &[Typed<'a, NetworkAclEntry>] {
        let entries = self.entries.get(acl).and_then(|of_acl| of_acl.get(&direction));
        entries.map(Vec::as_slice).unwrap_or_default()
    }

    /// The subnets behind an ACL.
    pub(crate) fn behind(&self, acl: &Ref<NetworkAcl>) -> impl Iterator<Item = &'a Ref<Subnet>> {
        self.subnets.iter().filter(move |(_, behind)| **behind == acl).map(|(subnet, _)| *subnet)
    }

    /// The ACL of this architecture that a subnet is behind, when it is behind one: the default
    /// one lets everything through, and of others nothing is known.
    pub(crate) fn before(
        &self,
        ctx: &RuleContext<'a>,
        subnet: &Ref<Subnet>,
    ) -> Option<(&'a Node, &'a Ref<NetworkAcl>)> {
        let acl = self.subnets.get(subnet)?;
        Some((ctx.get(acl)?.0, acl))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        cidr,
        services::ec2::{Ports, ProtocolNumber, RuleNumber},
    };

    fn tcp(from: u16, to: u16) -> AclProtocol {
        AclProtocol::Tcp(Ports::range(from, to).unwrap())
    }

    fn entry(action: RuleAction, protocol: AclProtocol, addresses: Cidr) -> NetworkAclEntry {
        NetworkAclEntry::builder()
            .network_acl(Ref::existing("acl-1"))
            .direction(Direction::Ingress)
            .rule_number(RuleNumber::of::<1>())
            .protocol(protocol)
            .action(action)
            .cidr_block(addresses)
            .build()
    }

    fn numbered(entries: &[NetworkAclEntry]) -> Vec<(usize, &NetworkAclEntry)> {
        entries.iter().enumerate().collect()
    }

    use RuleAction::{Allow, Deny};

    #[test]
    fn the_first_entry_that_matches_decides() {
        let entries = [
            entry(Allow, tcp(443, 443), cidr!("10.0.1.0/24")),
            entry(Deny, tcp(400, 500), cidr!("10.0.0.0/16")),
            entry(Allow, AclProtocol::All, Cidr::ANY),
        ];
        for (protocol, addresses, expected) in [
            (tcp(443, 443), cidr!("10.0.1.0/28"), vec![(Some(0), Allow, "tcp 443")]),
            (tcp(443, 443), cidr!("10.0.2.0/24"), vec![(Some(1), Deny, "tcp 443")]),
            (tcp(443, 443), cidr!("10.1.0.0/16"), vec![(Some(2), Allow, "tcp 443")]),
            (
                tcp(440, 443),
                cidr!("10.0.1.0/24"),
                vec![(Some(0), Allow, "tcp 443"), (Some(1), Deny, "tcp 440-442")],
            ),
        ] {
            let found = decide(&numbered(&entries), Traffic::new(protocol, addresses));
            let found: Vec<_> =
                found.iter().map(|it| (it.by, it.action, it.traffic.to_string())).collect();
            let expected: Vec<_> =
                expected.into_iter().map(|(by, action, text)| (by, action, text.into())).collect();
            assert_eq!(found, expected, "{protocol} {addresses}");
        }
        let nothing = decide::<usize>(&[], Traffic::new(tcp(1, 2), Cidr::ANY));
        assert_eq!(nothing.len(), 1);
        assert_eq!((nothing[0].by, nothing[0].action), (None, Deny));
    }

    #[test]
    fn a_list_of_addresses_that_are_kept_out_is_no_fault() {
        let traffic = Traffic::new(tcp(443, 443), Cidr::ANY);
        let with_list = [
            entry(Deny, AclProtocol::All, cidr!("192.0.2.0/24")),
            entry(Allow, tcp(443, 443), Cidr::ANY),
        ];
        let decisions = decide(&numbered(&with_list), traffic);
        assert!(first_denied(&decisions).is_some());
        assert_eq!(denied_beyond_a_list(&decisions, traffic), None);
        // Half of the addresses lack one half of the ports, the others the other one.
        let traffic = Traffic::new(tcp(1, 2), Cidr::ANY);
        let halves = [
            entry(Allow, tcp(1, 1), cidr!("0.0.0.0/1")),
            entry(Allow, tcp(2, 2), cidr!("128.0.0.0/1")),
            entry(Deny, AclProtocol::All, Cidr::ANY),
        ];
        let decisions = decide(&numbered(&halves), traffic);
        assert!(denied_beyond_a_list(&decisions, traffic).is_some());
        let some = decide(&numbered(&halves[..2]), traffic);
        assert_eq!(denied_beyond_a_list(&some, traffic).unwrap().by, None);
        assert_eq!(denied_whole(&decisions), None);
        assert!(denied_whole(&decide::<usize>(&[], traffic)).is_some());
    }

    #[test]
    fn traffic_has_the_words_of_its_protocol() {
        let other = AclProtocol::Other(ProtocolNumber::new(47).unwrap());
        for protocol in [
            AclProtocol::All,
            AclProtocol::Icmp(Icmp::All),
            AclProtocol::Icmp(Icmp::Type(8)),
            AclProtocol::Icmp(Icmp::TypeCode(3, 4)),
            tcp(80, 90),
            tcp(80, 80),
            AclProtocol::Udp(Ports::EPHEMERAL),
            other,
        ] {
            assert_eq!(Traffic::new(protocol, Cidr::ANY).to_string(), protocol.to_string());
        }
    }

    fn protocols() -> impl Strategy<Value = AclProtocol> {
        prop_oneof![
            Just(AclProtocol::All),
            Just(AclProtocol::Icmp(Icmp::All)),
            (0_u8..3).prop_map(|kind| AclProtocol::Icmp(Icmp::Type(kind))),
            (0_u16..6, 0_u16..6).prop_map(|(a, b)| tcp(a.min(b), a.max(b))),
            (0_u16..6).prop_map(|port| AclProtocol::Udp(Ports::one(port))),
            (2_u8..4).prop_map(|it| AclProtocol::Other(ProtocolNumber::new(it).unwrap())),
        ]
    }

    fn addresses() -> impl Strategy<Value = Cidr> {
        (0_u8..8, 29_u8..=32).prop_map(|(host, prefix)| {
            let net = ipnet::Ipv4Net::new([10, 0, 0, host].into(), prefix).unwrap().trunc();
            net.to_string().parse().unwrap()
        })
    }

    fn matches(traffic: Traffic, packet: Traffic) -> bool {
        traffic.common(packet) == Some(packet)
    }

    proptest! {
        /// Packet by packet, the decisions are those of whoever asks entry after entry.
        #[test]
        fn every_packet_is_decided_once_by_the_first_that_matches(
            entries in proptest::collection::vec(
                (any::<bool>(), protocols(), addresses()), 0..6),
            protocol in protocols(),
            range in addresses(),
        ) {
            let entries: Vec<_> = entries
                .into_iter()
                .map(|(allow, protocol, addresses)| {
                    entry(if allow { Allow } else { Deny }, protocol, addresses)
                })
                .collect();
            let traffic = Traffic::new(protocol, range);
            let decisions = decide(&numbered(&entries), traffic);
            for number in [1, 2, 6, 17] {
                for port in [0, 1, 5, 6, 255, 256, 300, 65_535] {
                    for host in 0..8 {
                        let packet = Traffic {
                            protocols: Span::one(number),
                            ports: Span::one(port),
                            addresses: Span::one(u32::from_be_bytes([10, 0, 0, host])),
                        };
                        let deciding: Vec<_> =
                            decisions.iter().filter(|it| matches(it.traffic, packet)).collect();
                        if !matches(traffic, packet) {
                            prop_assert!(deciding.is_empty());
                            continue;
                        }
                        prop_assert_eq!(deciding.len(), 1);
                        let first = entries.iter().position(|it| matches(Traffic::of(it), packet));
                        prop_assert_eq!(deciding[0].by, first);
                        let action = first.map_or(Deny, |first| entries[first].action);
                        prop_assert_eq!(deciding[0].action, action);
                    }
                }
            }
        }
    }
}
