//! What AWS asks of the addresses of a network: each rule once, for both doors.

use super::{NetworkError, PlannedSubnet, TierName};
use crate::cidr::Cidr;

/// The subnets of one tier, in the order of the zones.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    pub(super) tier: TierName,
    pub(super) subnets: &'a [Cidr],
}

/// Load balancers and database subnet groups need two zones.
pub(super) const fn enough_zones(zones: usize) -> Result<(), NetworkError> {
    if zones < 2 { Err(NetworkError::TooFewZones { zones }) } else { Ok(()) }
}

/// A VPC is a /16 to a /28.
pub(super) const fn vpc_size(vpc: Cidr) -> Result<(), NetworkError> {
    if size_allowed(vpc) { Ok(()) } else { Err(NetworkError::VpcSize { vpc }) }
}

/// A tier has one subnet for each zone.
pub(super) const fn one_per_zone(row: Row<'_>, zones: usize) -> Result<(), NetworkError> {
    let Row { tier, subnets } = row;
    let subnets = subnets.len();
    if subnets == zones { Ok(()) } else { Err(NetworkError::TierLength { tier, subnets, zones }) }
}

/// A tier that joins the tiers `earlier` of a VPC: sizes, within the VPC, no overlap.
pub(super) const fn fits(
    vpc: Cidr,
    row: Row<'_>,
    earlier: [Option<Row<'_>>; 2],
) -> Result<(), NetworkError> {
    let [first, second] = earlier;
    let mut rest = row.subnets;
    let mut number = 1;
    while let Some((cidr, tail)) = rest.split_first() {
        let subnet = PlannedSubnet { tier: row.tier, number, cidr: *cidr };
        let checks = [
            subnet_size(subnet),
            within(vpc, subnet),
            apart(subnet, first, usize::MAX),
            apart(subnet, second, usize::MAX),
            apart(subnet, Some(row), number - 1),
        ];
        let mut results: &[Result<(), NetworkError>] = &checks;
        while let Some((result, others)) = results.split_first() {
            if let Err(error) = result {
                return Err(*error);
            }
            results = others;
        }
        rest = tail;
        number += 1;
    }
    Ok(())
}

/// A subnet is a /16 to a /28.
const fn subnet_size(subnet: PlannedSubnet) -> Result<(), NetworkError> {
    if size_allowed(subnet.cidr) { Ok(()) } else { Err(NetworkError::SubnetSize { subnet }) }
}

/// A subnet lies within its VPC.
const fn within(vpc: Cidr, subnet: PlannedSubnet) -> Result<(), NetworkError> {
    if vpc.contains(subnet.cidr) { Ok(()) } else { Err(NetworkError::OutsideVpc { subnet, vpc }) }
}

/// A subnet shares no address with the first `count` of a row.
const fn apart(
    subnet: PlannedSubnet,
    row: Option<Row<'_>>,
    count: usize,
) -> Result<(), NetworkError> {
    let Some(Row { tier, subnets: mut rest }) = row else { return Ok(()) };
    let mut number = 1;
    while let Some((cidr, tail)) = rest.split_first() {
        if number > count {
            break;
        }
        if cidr.overlaps(subnet.cidr) {
            let other = PlannedSubnet { tier, number, cidr: *cidr };
            return Err(NetworkError::Overlap { subnet, other });
        }
        rest = tail;
        number += 1;
    }
    Ok(())
}

/// AWS allows VPCs and subnets of a /16 to a /28.
///
/// Source: <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html>.
const fn size_allowed(cidr: Cidr) -> bool {
    16 <= cidr.prefix_len() && cidr.prefix_len() <= 28
}
