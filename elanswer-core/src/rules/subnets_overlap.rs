//! Rule: subnets-overlap
//!
//! Severity: error
//!
//! Two subnets of a VPC share addresses; AWS refuses the second with `InvalidSubnet.Conflict`.
//!
//! Source: <https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html>
//!
//! Fix: take ranges that have no address in common.
//!
//! Suppress: never.

use std::collections::BTreeMap;

use crate::{
    architecture::Node,
    checks::{Diagnostics, Rule, RuleContext},
    cidr::Cidr,
    diagnostic::Severity,
    reference::Ref,
    services::ec2::{Subnet, Vpc},
};

pub(crate) const RULE: Rule = Rule {
    slug: "subnets-overlap",
    severity: Severity::Error,
    summary: "Two subnets of a VPC share addresses.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    let mut by_vpc: BTreeMap<&Ref<Vpc>, Vec<(Cidr, &Node)>> = BTreeMap::new();
    for (node, subnet) in ctx.all::<Subnet>() {
        by_vpc.entry(&subnet.vpc).or_default().push((subnet.cidr_block, node));
    }
    for subnets in by_vpc.values_mut() {
        // Ranges are nested or apart. Sorted by their first address, the wider first, what holds a
        // range is the last of those before it that has not ended yet.
        subnets.sort_by_key(|(range, _)| *range);
        let mut open: Vec<(Cidr, &Node)> = Vec::new();
        for (range, node) in subnets.iter().copied() {
            while open.pop_if(|(wider, _)| !wider.contains(range)).is_some() {}
            if let Some((wider, other)) = open.last() {
                out.push(
                    node,
                    format!("`{range}` overlaps with `{wider}` of `{}`", other.id),
                    "take ranges that have no address in common",
                );
            }
            open.push((range, node));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        architecture::Architecture,
        checks::testing::{check, subnet},
        cidr,
        region::Region,
    };

    #[test]
    fn fires_on_equal_and_on_nested_ranges() {
        check(
            &RULE,
            |arch| {
                arch.resource("a", subnet("vpc", cidr!("10.0.0.0/20"), 'a'));
                arch.resource("b", subnet("vpc", cidr!("10.0.0.0/20"), 'b'));
                arch.resource("c", subnet("vpc", cidr!("10.0.15.0/24"), 'c'));
                arch.resource("d", subnet("vpc", cidr!("10.0.16.0/24"), 'c'));
            },
            &[
                "error b: `10.0.0.0/20` overlaps with `10.0.0.0/20` of `a`",
                "error c: `10.0.15.0/24` overlaps with `10.0.0.0/20` of `b`",
            ],
        );
    }

    #[test]
    fn accepts_neighbours_and_other_vpcs() {
        check(
            &RULE,
            |arch| {
                arch.resource("a", subnet("vpc", cidr!("10.0.0.0/24"), 'a'));
                arch.resource("b", subnet("vpc", cidr!("10.0.1.0/24"), 'b'));
                arch.resource("c", subnet("other", cidr!("10.0.1.0/24"), 'b'));
            },
            &[],
        );
    }

    proptest! {
        #[test]
        fn agrees_with_comparing_each_with_each(
            ranges in proptest::collection::vec((0_u32..64, 26_u8..=32), 0..12),
        ) {
            let mut arch = Architecture::new("test", Region::UsEast1);
            let ranges: Vec<Cidr> = ranges
                .into_iter()
                .map(|(bits, prefix)| ipnet::Ipv4Net::new(bits.into(), prefix).unwrap().trunc())
                .map(|net| net.to_string().parse().unwrap())
                .collect();
            for (n, range) in ranges.iter().enumerate() {
                arch.resource(&format!("s{n}"), subnet("vpc", *range, 'a'));
            }
            let pairs = |(n, range): (usize, &Cidr)| {
                ranges.iter().skip(n + 1).any(|other| range.overlaps(*other))
            };
            let expected = ranges.iter().enumerate().any(pairs);
            let found = crate::check(&arch);
            let found = found.diagnostics.iter().any(|found| found.code == RULE.slug);
            prop_assert_eq!(found, expected);
        }
    }
}
