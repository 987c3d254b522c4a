//! What security groups let through.

use std::collections::BTreeMap;

use super::{RuleContext, Typed};
use crate::{
    Set,
    cidr::Cidr,
    reference::Ref,
    services::ec2::{
        Direction, Icmp, Peer, Ports, Protocol, SecurityGroup, SecurityGroupEgress,
        SecurityGroupIngress, SecurityGroupRule,
    },
};

/// The rules of security groups, by the groups they belong to.
#[derive(Debug, Default)]
pub(super) struct Firewall<'a> {
    ingress: ByGroup<'a, SecurityGroupIngress>,
    egress: ByGroup<'a, SecurityGroupEgress>,
}

type ByGroup<'a, R> = BTreeMap<&'a Ref<SecurityGroup>, Vec<Typed<'a, R>>>;

impl<'a> Firewall<'a> {
    pub(super) fn new(ctx: &RuleContext<'a>) -> Self {
        Self { ingress: by_group(ctx), egress: by_group(ctx) }
    }

    pub(super) fn ingress_of(
        &self,
        group: &Ref<SecurityGroup>,
    ) -> &[Typed<'a, SecurityGroupIngress>] {
        self.ingress.get(group).map(Vec::as_slice).unwrap_or_default()
    }

    pub(super) fn egress_of(
        &self,
        group: &Ref<SecurityGroup>,
    ) -> &[Typed<'a, SecurityGroupEgress>] {
        self.egress.get(group).map(Vec::as_slice).unwrap_or_default()
    }
}

fn by_group<'a, R: SecurityGroupRule>(ctx: &RuleContext<'a>) -> ByGroup<'a, R> {
    let mut groups = ByGroup::new();
    for (node, rule) in ctx.all::<R>() {
        groups.entry(rule.group()).or_default().push((node, rule));
    }
    groups
}

/// What of some traffic the other end lets through.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Passage {
    /// All of it.
    Whole,
    /// Some of it; these ports it does not, when that can be said in ports.
    Part(Vec<Protocol>),
    /// Nothing.
    Nothing,
}

/// How much of `traffic` is let through by rules that each let one of `others` through.
pub(crate) fn passage(traffic: Protocol, others: &[Protocol]) -> Passage {
    if others.iter().any(|other| covers(*other, traffic)) {
        return Passage::Whole;
    }
    let (ports, of): (Ports, fn(Ports) -> Protocol) = match traffic {
        Protocol::Tcp(ports) => (ports, Protocol::Tcp),
        Protocol::Udp(ports) => (ports, Protocol::Udp),
        Protocol::All if !others.is_empty() => return Passage::Part(Vec::new()),
        Protocol::Icmp(_) if others.iter().any(|other| covers(traffic, *other)) => {
            return Passage::Part(Vec::new());
        }
        Protocol::All | Protocol::Icmp(_) => return Passage::Nothing,
    };
    let ranges = others.iter().filter_map(|other| match (traffic, other) {
        (Protocol::Tcp(_), Protocol::Tcp(ports)) | (Protocol::Udp(_), Protocol::Udp(ports)) => {
            Some(*ports)
        }
        _ => None,
    });
    let left = gaps(ports, ranges.collect());
    match left.as_slice() {
        [] => Passage::Whole,
        [all] if *all == ports => Passage::Nothing,
        _ => Passage::Part(left.into_iter().map(of).collect()),
    }
}

/// Whether everything of `narrow` is part of `wide`.
pub(crate) fn covers(wide: Protocol, narrow: Protocol) -> bool {
    match (wide, narrow) {
        (Protocol::All, _) => true,
        (Protocol::Tcp(wide), Protocol::Tcp(narrow))
        | (Protocol::Udp(wide), Protocol::Udp(narrow)) => wide.contains(narrow),
        (Protocol::Icmp(wide), Protocol::Icmp(narrow)) => match (wide, narrow) {
            (Icmp::All, _) => true,
            (Icmp::Type(wide), Icmp::Type(narrow) | Icmp::TypeCode(narrow, _)) => wide == narrow,
            (wide, narrow) => wide == narrow,
        },
        _ => false,
    }
}

/// The parts of `ports` that are in none of `ranges`.
fn gaps(ports: Ports, mut ranges: Vec<Ports>) -> Vec<Ports> {
    ranges.sort_unstable();
    let mut gaps = Vec::new();
    let mut next = Some(ports.from());
    for range in ranges {
        let Some(from) = next.filter(|from| *from <= ports.to()) else { break };
        if range.from() > from {
            let to = (range.from() - 1).min(ports.to());
            gaps.extend(Ports::range(from, to));
        }
        if range.to() >= from {
            next = range.to().checked_add(1);
        }
    }
    gaps.extend(next.and_then(|from| Ports::range(from, ports.to())));
    gaps
}

/// Whether a range of addresses stands for the internet rather than for known hosts.
pub(crate) fn is_internet(range: Cidr) -> bool {
    range.prefix_len() < 8 && !range.is_private()
}

/// Whether an address of `group` may be among what `peer` stands for.
pub(crate) fn may_be(ctx: &RuleContext<'_>, peer: &Peer, group: &Ref<SecurityGroup>) -> bool {
    match peer {
        Peer::Group(other) => other == group,
        Peer::Cidr(range) => {
            let vpc = ctx.get(group).and_then(|(_, group)| ctx.get(&group.vpc));
            vpc.is_none_or(|(_, vpc)| vpc.cidr_block.overlaps(*range))
        }
    }
}

/// Whether what has the groups `from` reaches what has the groups `to`: which end does not let it
/// through.
///
/// A group that is not managed here is taken to let everything through.
pub(crate) fn blocked(
    ctx: &RuleContext<'_>,
    from: &Set<Ref<SecurityGroup>>,
    to: &Set<Ref<SecurityGroup>>,
    traffic: Protocol,
) -> Option<Direction> {
    let out = from.iter().any(|group| {
        group.id().is_none()
            || ctx.egress_of(group).iter().any(|(_, rule)| {
                covers(rule.protocol, traffic) && to.iter().any(|to| may_be(ctx, &rule.peer, to))
            })
    });
    let into = to.iter().any(|group| {
        group.id().is_none()
            || ctx.ingress_of(group).iter().any(|(_, rule)| {
                covers(rule.protocol, traffic)
                    && from.iter().any(|from| may_be(ctx, &rule.peer, from))
            })
    });
    match (out, into) {
        (true, true) => None,
        (false, _) => Some(Direction::Egress),
        (true, false) => Some(Direction::Ingress),
    }
}

/// `tcp 80, tcp 443`, in backticks.
pub(crate) fn list(traffic: &[Protocol]) -> String {
    let words: Vec<String> = traffic.iter().map(|traffic| format!("`{traffic}`")).collect();
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tcp(from: u16, to: u16) -> Protocol {
        Protocol::Tcp(Ports::range(from, to).unwrap())
    }

    #[test]
    fn traffic_is_let_through_in_whole_in_part_or_not() {
        use Passage::{Nothing, Part, Whole};
        let ping = Protocol::Icmp(Icmp::Type(8));
        for (traffic, others, expected) in [
            (tcp(80, 80), vec![], Nothing),
            (tcp(80, 80), vec![Protocol::All], Whole),
            (tcp(80, 80), vec![Protocol::Udp(Ports::ALL)], Nothing),
            (tcp(1, 10), vec![tcp(6, 10), tcp(1, 5)], Whole),
            (tcp(1, 10), vec![tcp(3, 4)], Part(vec![tcp(1, 2), tcp(5, 10)])),
            (tcp(65535, 65535), vec![tcp(0, 65535)], Whole),
            (Protocol::All, vec![tcp(0, 65535)], Part(vec![])),
            (ping, vec![Protocol::Icmp(Icmp::All)], Whole),
            (ping, vec![Protocol::Icmp(Icmp::TypeCode(8, 0))], Part(vec![])),
            (ping, vec![Protocol::Icmp(Icmp::Type(3))], Nothing),
        ] {
            assert_eq!(passage(traffic, &others), expected, "{traffic} {others:?}");
        }
    }

    proptest! {
        #[test]
        fn gaps_are_the_ports_that_no_range_has(
            ports in (0_u16..40, 0_u16..40),
            ranges in proptest::collection::vec((0_u16..40, 0_u16..40), 0..6),
        ) {
            let range = |(a, b): (u16, u16)| Ports::range(a.min(b), a.max(b)).unwrap();
            let (ports, ranges) = (range(ports), ranges.into_iter().map(range).collect::<Vec<_>>());
            let gaps = gaps(ports, ranges.clone());
            for port in 0..45 {
                let one = Ports::one(port);
                let expected = ports.contains(one) && !ranges.iter().any(|range| range.contains(one));
                prop_assert_eq!(gaps.iter().any(|gap| gap.contains(one)), expected);
            }
        }
    }
}
