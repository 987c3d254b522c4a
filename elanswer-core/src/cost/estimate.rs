//! What an architecture costs.

use std::fmt;

use serde::Serialize;

use super::{
    charge::{self, Charge},
    price::{Price, Prices},
};
use crate::{
    architecture::{Architecture, Node},
    dollars::Dollars,
    id::ResourceId,
    region::Region,
    schema::Kind,
};

/// What an architecture costs in a month of 730 hours, as far as that is fixed.
///
/// Its [`Display`](fmt::Display) is a table for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CostEstimate {
    /// Every resource, in the order of their ids.
    pub resources: Vec<ResourceCost>,
}

/// What a resource costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ResourceCost {
    /// The resource.
    pub resource: ResourceId,
    /// Its kind.
    pub kind: Kind,
    /// Its Region.
    pub region: Region,
    /// What is counted.
    pub lines: Vec<CostLine>,
    /// What usage decides, and is not counted.
    pub by_use: Vec<&'static str>,
    /// What has no price here, and is not counted.
    pub unpriced: Vec<String>,
    /// What to know of what was counted.
    pub notes: Vec<&'static str>,
}

/// So many times a price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CostLine {
    /// What is paid for.
    pub what: String,
    /// How many, in the unit of the price: hours and months are not in it.
    pub quantity: String,
    /// The price.
    pub price: Price,
    /// What it comes to in a month.
    pub monthly: Dollars,
}

/// What the architecture costs in a month, at the prices that are compiled in.
#[must_use]
pub fn estimate(arch: &Architecture) -> CostEstimate {
    Prices::builtin().estimate(arch)
}

impl Prices {
    /// What the architecture costs in a month, at these prices.
    #[must_use]
    pub fn estimate(&self, arch: &Architecture) -> CostEstimate {
        let resources = arch.nodes().map(|node| self.cost(arch, node)).collect();
        CostEstimate { resources }
    }

    fn cost(&self, arch: &Architecture, node: &Node) -> ResourceCost {
        let (kind, region) = (node.resource.schema().kind, node.place.region);
        let mut cost = ResourceCost {
            resource: node.id.clone(),
            kind,
            region,
            lines: Vec::new(),
            by_use: Vec::new(),
            unpriced: Vec::new(),
            notes: Vec::new(),
        };
        let Some(charges) = charge::of(arch, node) else {
            cost.unpriced.push("nothing is known of what it costs".to_owned());
            return cost;
        };
        cost.by_use = charges.usage;
        cost.unpriced = charges.unknown;
        cost.notes = charges.notes;
        for charge in charges.fixed {
            match self.get(&charge.key, region) {
                Some(price) => cost.lines.push(line(&charge, price)),
                None => {
                    let missing =
                        format!("{}: no price of `{}` in {region}", charge.what, charge.key);
                    cost.unpriced.push(missing);
                }
            }
        }
        cost
    }
}

fn line(charge: &Charge, price: &Price) -> CostLine {
    let quantity = Dollars::whole(1).share(charge.part, charge.whole).to_string();
    let monthly = price.monthly().share(charge.part, charge.whole);
    CostLine { what: charge.what.clone(), quantity, price: price.clone(), monthly }
}

impl ResourceCost {
    /// What is counted of it, in a month.
    #[must_use]
    pub fn monthly(&self) -> Dollars {
        self.lines.iter().map(|line| line.monthly).sum()
    }

    /// Whether AWS does not charge for it at all.
    #[must_use]
    pub const fn is_free(&self) -> bool {
        self.lines.is_empty() && self.by_use.is_empty() && self.unpriced.is_empty()
    }
}

impl CostEstimate {
    /// What is counted, in a month: the bill is not less, at these prices.
    #[must_use]
    pub fn monthly(&self) -> Dollars {
        self.resources.iter().map(ResourceCost::monthly).sum()
    }

    /// The resources of which something has no price here.
    pub fn unpriced(&self) -> impl Iterator<Item = &ResourceCost> {
        self.resources.iter().filter(|cost| !cost.unpriced.is_empty())
    }

    /// The lines whose prices could not be verified.
    pub fn unverified(&self) -> impl Iterator<Item = &CostLine> {
        let lines = self.resources.iter().flat_map(|cost| &cost.lines);
        lines.filter(|line| !line.price.verified)
    }
}

/// The marks of a table: what a price is that could not be verified.
pub(super) const UNVERIFIED: &str = "not verified";

impl fmt::Display for CostEstimate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for cost in self.resources.iter().filter(|cost| !cost.is_free()) {
            writeln!(f, "{:>10.2}  {} ({})", cost.monthly(), cost.resource, cost.kind)?;
            for line in &cost.lines {
                let Price { amount, per, verified, .. } = &line.price;
                let mark = if *verified { String::new() } else { format!(" ({UNVERIFIED})") };
                writeln!(
                    f,
                    "            {:.2}: {} {} at {amount} per {per}{mark}",
                    line.monthly, line.quantity, line.what
                )?;
            }
            for usage in &cost.by_use {
                writeln!(f, "            by use, not counted: {usage}")?;
            }
            for unpriced in &cost.unpriced {
                writeln!(f, "            unpriced, not counted: {unpriced}")?;
            }
            for note in &cost.notes {
                writeln!(f, "            {note}")?;
            }
        }
        let by_use = self.resources.iter().filter(|cost| !cost.by_use.is_empty()).count();
        let free = self.resources.iter().filter(|cost| cost.is_free()).count();
        writeln!(
            f,
            "{:>10.2}  USD a month at least, of {} resources",
            self.monthly(),
            self.resources.len()
        )?;
        write!(
            f,
            "            {by_use} cost more by use, {} are unpriced, {free} are free; {} prices are {UNVERIFIED}",
            self.unpriced().count(),
            self.unverified().count()
        )
    }
}
