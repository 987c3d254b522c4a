//! What can be wrong with the addresses of a network.

use std::fmt;

use super::{TierName, text::Text};
use crate::cidr::Cidr;

/// One subnet of a network plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlannedSubnet {
    /// Its tier.
    pub tier: TierName,
    /// Its place in the tier, counted from 1; the zones come in the same order.
    pub number: usize,
    /// Its addresses.
    pub cidr: Cidr,
}

/// Why addresses make no network.
///
/// A [`NetworkPlan`](super::NetworkPlan) that is a constant does not compile then, with the same
/// words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NetworkError {
    /// Two subnets share addresses: AWS refuses the second (`InvalidSubnet.Conflict`).
    Overlap {
        /// The later one.
        subnet: PlannedSubnet,
        /// The one before it.
        other: PlannedSubnet,
    },
    /// A subnet is not within its VPC: AWS refuses it (`InvalidSubnet.Range`).
    OutsideVpc {
        /// The subnet.
        subnet: PlannedSubnet,
        /// The addresses of the VPC.
        vpc: Cidr,
    },
    /// A subnet is larger than a /16 or smaller than a /28: AWS refuses it (`InvalidSubnet.Range`).
    SubnetSize {
        /// The subnet.
        subnet: PlannedSubnet,
    },
    /// A tier has more or fewer subnets than the tiers before it: one for each zone is needed.
    TierLength {
        /// The tier.
        tier: TierName,
        /// How many subnets it has.
        subnets: usize,
        /// How many zones the network has.
        zones: usize,
    },
    /// Fewer than two zones: load balancers and database subnet groups need two.
    TooFewZones {
        /// How many there are.
        zones: usize,
    },
    /// The VPC is larger than a /16 or smaller than a /28: AWS refuses it (`InvalidVpc.Range`).
    VpcSize {
        /// The addresses of the VPC.
        vpc: Cidr,
    },
}

impl NetworkError {
    /// What to do about it.
    #[must_use]
    pub const fn help(&self) -> &'static str {
        match self {
            Self::Overlap { .. } => "give each subnet a range of its own",
            Self::OutsideVpc { .. } => "choose a range within the VPC, or a larger VPC",
            Self::SubnetSize { .. } | Self::VpcSize { .. } => {
                "choose a prefix length from /16 to /28"
            }
            Self::TierLength { .. } => "give each tier one subnet for each zone",
            Self::TooFewZones { .. } => "plan subnets in at least two zones",
        }
    }

    pub(super) const fn message(&self) -> Text {
        match *self {
            Self::Overlap { subnet, other } => {
                other.describe(subnet.describe(Text::new()).text(" and ")).text(" overlap")
            }
            Self::OutsideVpc { subnet, vpc } => {
                subnet.describe(Text::new()).text(" is outside its VPC `").cidr(vpc).text("`")
            }
            Self::SubnetSize { subnet } => subnet
                .describe(Text::new())
                .text(if subnet.cidr.prefix_len() < 16 { LARGE } else { SMALL }),
            Self::TierLength { tier, subnets, zones } => Text::new()
                .text("the number of ")
                .text(tier.as_str())
                .text(" subnets (")
                .number(subnets)
                .text(") is not the number of zones (")
                .number(zones)
                .text(")"),
            Self::TooFewZones { zones } => Text::new()
                .text("the number of zones (")
                .number(zones)
                .text(") is below the two that AWS needs for a load balancer or a database"),
            Self::VpcSize { vpc } => Text::new()
                .text("the VPC `")
                .cidr(vpc)
                .text("`")
                .text(if vpc.prefix_len() < 16 { LARGE } else { SMALL }),
        }
    }
}

const LARGE: &str = " is larger than a /16, the largest that AWS allows";
const SMALL: &str = " is smaller than a /28, the smallest that AWS allows";

impl PlannedSubnet {
    const fn describe(&self, text: Text) -> Text {
        text.text(self.tier.as_str())
            .text(" subnet ")
            .number(self.number)
            .text(" (`")
            .cidr(self.cidr)
            .text("`)")
    }
}

impl fmt::Display for PlannedSubnet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.describe(Text::new()).as_str())
    }
}

impl fmt::Display for NetworkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.message().as_str())
    }
}

impl std::error::Error for NetworkError {}
