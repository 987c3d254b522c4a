//! The addresses of a network: checked when the program compiles, or when a configuration is read.
//!
//! [`NetworkPlan`] is for addresses that stand in the program, [`NetworkLayout`] for those that
//! come from configuration. Both go through the same rules, in `network/rules.rs`.

pub use error::{NetworkError, PlannedSubnet};
pub use layout::NetworkLayout;
pub use plan::NetworkPlan;

mod error;
mod layout;
mod plan;
mod rules;
mod text;

use serde::{Deserialize, Serialize};

/// Which way the subnets of a tier can be reached, and what they reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TierName {
    /// Open to the internet both ways: load balancers and NAT gateways.
    Public,
    /// Reaches the internet through NAT, and is not reached from it: application containers.
    Private,
    /// No way to or from the internet: databases.
    Isolated,
}

impl TierName {
    /// The word for it, as in the names of subnets: `public`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
            Self::Isolated => "isolated",
        }
    }
}

impl std::fmt::Display for TierName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}
