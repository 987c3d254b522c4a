//! What promising to pay for a year would save.

use std::{collections::BTreeMap, fmt};

use serde::Serialize;

use super::{
    estimate::{CostEstimate, UNVERIFIED},
    price::{Price, Prices},
};
use crate::{architecture::Architecture, dollars::Dollars, region::Region};

/// A share of all, in millionths.
const WHOLE: u64 = 1_000_000;

/// What the account could promise to pay for a year, without payment in advance, and what that
/// would save. It only reports: nothing here buys.
///
/// A reservation is paid whether or not what it is for still stands: it is worth its money for what
/// stays as it is for a year. Its [`Display`](fmt::Display) is a table for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reservations {
    /// What can be promised, by commitment, Region and thing.
    pub items: Vec<Reservation>,
    /// What there is no rate for.
    pub unpriced: Vec<String>,
}

/// One thing that can be promised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reservation {
    /// How.
    pub commitment: Commitment,
    /// For what: `rds.postgres.db.m7g.large`, or `fargate` for all tasks.
    pub what: String,
    /// Where. A plan for compute holds in every Region, and is shown for each.
    pub region: Region,
    /// What it costs in a month on demand.
    pub on_demand: Dollars,
    /// What it costs in a month when promised.
    pub reserved: Dollars,
    /// The share that is left of the on-demand price, and where that is from.
    pub rate: Price,
}

/// How something is promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[non_exhaustive]
pub enum Commitment {
    /// Reserved nodes of ElastiCache.
    Cache,
    /// A Compute Savings Plan, which covers Fargate.
    Compute,
    /// Reserved instances of RDS: of one engine and class, in one Region.
    Database,
}

impl Commitment {
    /// What covers the thing of a price: storage and proxies are reserved by nothing.
    fn of(key: &str) -> Option<(Self, String)> {
        let (service, rest) = key.split_once('.')?;
        match service {
            "elasticache" => Some((Self::Cache, key.to_owned())),
            "fargate" => Some((Self::Compute, "fargate".to_owned())),
            "rds" if !rest.starts_with("storage.") && rest != "proxy" => {
                Some((Self::Database, key.to_owned()))
            }
            _ => None,
        }
    }

    const fn rate(self) -> &'static str {
        match self {
            Self::Cache => "reserved.cache",
            Self::Compute => "reserved.compute",
            Self::Database => "reserved.database",
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Cache => "reserved nodes",
            Self::Compute => "a Compute Savings Plan",
            Self::Database => "reserved instances",
        }
    }
}

/// What reservations of a year of the databases, the caches and the compute of the architecture
/// would save, at the rates that are compiled in.
#[must_use]
pub fn reservations(arch: &Architecture) -> Reservations {
    Prices::builtin().reservations(arch)
}

impl Prices {
    /// What reservations of a year would save, at these prices and rates.
    #[must_use]
    pub fn reservations(&self, arch: &Architecture) -> Reservations {
        let mut unpriced = Vec::new();
        let mut items = Vec::new();
        for ((commitment, region, what), on_demand) in by_commitment(&self.estimate(arch)) {
            let Some(rate) = self.get(commitment.rate(), region) else {
                unpriced.push(format!("{} for {what} in {region}", commitment.name()));
                continue;
            };
            let reserved = on_demand.share(rate.amount.as_millionths(), WHOLE);
            let rate = rate.clone();
            items.push(Reservation { commitment, what, region, on_demand, reserved, rate });
        }
        Reservations { items, unpriced }
    }
}

/// What is paid on demand, by what would cover it.
fn by_commitment(estimate: &CostEstimate) -> BTreeMap<(Commitment, Region, String), Dollars> {
    let mut found = BTreeMap::new();
    for cost in &estimate.resources {
        for line in &cost.lines {
            let Some((commitment, what)) = Commitment::of(&line.price.key) else { continue };
            let sum: &mut Dollars = found.entry((commitment, cost.region, what)).or_default();
            *sum = *sum + line.monthly;
        }
    }
    found
}

impl Reservation {
    /// What it saves in a month.
    #[must_use]
    pub const fn saved(&self) -> Dollars {
        self.on_demand.less(self.reserved)
    }
}

impl Reservations {
    /// What all of them save in a month.
    #[must_use]
    pub fn saved(&self) -> Dollars {
        self.items.iter().map(Reservation::saved).sum()
    }
}

impl fmt::Display for Reservations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for it in &self.items {
            let Reservation { what, region, on_demand, reserved, .. } = it;
            let mark = if it.rate.verified { "" } else { UNVERIFIED };
            writeln!(
                f,
                "{:>10.2}  {} for {what} in {region}: {reserved:.2} in the place of {on_demand:.2}{}{mark}",
                it.saved(),
                it.commitment.name(),
                if mark.is_empty() { "" } else { ", the rate " }
            )?;
        }
        for unpriced in &self.unpriced {
            writeln!(f, "            unpriced: {unpriced}")?;
        }
        write!(
            f,
            "{:>10.2}  USD a month saved by promises of a year without payment in advance",
            self.saved()
        )
    }
}
