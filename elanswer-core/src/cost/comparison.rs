//! What a change costs.

use std::{collections::BTreeSet, fmt};

use serde::Serialize;

use super::{
    estimate::{CostEstimate, ResourceCost},
    price::Prices,
};
use crate::{architecture::Architecture, dollars::Dollars, id::ResourceId};

/// What two architectures cost, and each resource of which the cost differs.
///
/// Its [`Display`](fmt::Display) is a table for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CostComparison {
    /// What the first costs.
    pub before: CostEstimate,
    /// What the second costs.
    pub after: CostEstimate,
}

/// What a resource costs in two architectures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CostChange {
    /// The resource.
    pub resource: ResourceId,
    /// What is counted of it in the first, which may not have it.
    pub before: Option<Dollars>,
    /// What is counted of it in the second, which may not have it.
    pub after: Option<Dollars>,
    /// Whether something of it has no price here, in either.
    pub unpriced: bool,
}

/// What a change from one architecture to another costs, at the prices that are compiled in.
///
/// Of what is applied there is [`Architecture::recorded`].
///
/// ```
/// use elanswer_core::{Architecture, Region, cost, services::kms::Key};
///
/// let before = Architecture::new("shop", Region::UsEast1);
/// let mut after = before.clone();
/// after.resource("key", Key::default());
/// let comparison = cost::before_and_after(&before, &after);
/// assert!(comparison.to_string().ends_with("from 0.00 to 1.00 USD a month, +1.00"));
/// ```
#[must_use]
pub fn before_and_after(before: &Architecture, after: &Architecture) -> CostComparison {
    let prices = Prices::builtin();
    CostComparison { before: prices.estimate(before), after: prices.estimate(after) }
}

impl CostComparison {
    /// The resources of which the cost differs, in the order of their ids.
    #[must_use]
    pub fn changes(&self) -> Vec<CostChange> {
        let costs = |estimate: &'_ CostEstimate, id: &ResourceId| {
            estimate.resources.iter().find(|cost| cost.resource == *id).cloned()
        };
        let all = self.before.resources.iter().chain(&self.after.resources);
        let ids: BTreeSet<&ResourceId> = all.map(|cost| &cost.resource).collect();
        let changes = ids.into_iter().filter_map(|id| {
            let (before, after) = (costs(&self.before, id), costs(&self.after, id));
            let unpriced = |cost: &Option<ResourceCost>| {
                cost.as_ref().is_some_and(|cost| !cost.unpriced.is_empty())
            };
            let unpriced = unpriced(&before) || unpriced(&after);
            let (before, after) =
                (before.map(|cost| cost.monthly()), after.map(|cost| cost.monthly()));
            let differs = before.unwrap_or_default() != after.unwrap_or_default();
            let comes_or_goes = before.is_some() != after.is_some();
            let shown = differs || (unpriced && comes_or_goes);
            shown.then(|| CostChange { resource: id.clone(), before, after, unpriced })
        });
        changes.collect()
    }
}

/// The difference of two amounts, with its sign.
fn signed(before: Dollars, after: Dollars) -> String {
    if after >= before {
        format!("+{:.2}", after.less(before))
    } else {
        format!("-{:.2}", before.less(after))
    }
}

impl fmt::Display for CostComparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for change in self.changes() {
            let (before, after) =
                (change.before.unwrap_or_default(), change.after.unwrap_or_default());
            write!(f, "{:>10}  {}", signed(before, after), change.resource)?;
            match (change.before, change.after) {
                (Some(before), Some(after)) => write!(f, ", from {before:.2} to {after:.2}")?,
                (None, _) => write!(f, ", new")?,
                (_, None) => write!(f, ", gone")?,
            }
            writeln!(f, "{}", if change.unpriced { ", some of it unpriced" } else { "" })?;
        }
        let (before, after) = (self.before.monthly(), self.after.monthly());
        write!(f, "from {before:.2} to {after:.2} USD a month, {}", signed(before, after))
    }
}
