//! What of an architecture is still there after a failure, and what comes back.
//!
//! One look at the whole: [`recovery`] lists everything that serves or holds data, in how many zones
//! it is, for how many days what it held can be restored, whether a second Region has a copy, and
//! how many alarms watch it. What is missing is a [`Gap`]. Rules report some of these one by one;
//! this says what the whole looks like.

mod kinds;
mod table;

use std::fmt;

use serde::Serialize;

use crate::{architecture::Architecture, checks::RuleContext, id::ResourceId, schema::Kind};

/// How an architecture stands against failures: see [`recovery`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecoveryReport {
    /// Everything that serves or holds data, in the order of its ids.
    pub parts: Vec<RecoveryPart>,
}

/// One resource that serves or holds data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecoveryPart {
    /// The resource.
    pub resource: ResourceId,
    /// Its kind.
    pub kind: Kind,
    /// In how many zones it is. `None`: AWS keeps it in several zones of its Region by itself.
    pub zones: Option<usize>,
    /// For how many days what it held can be restored; 0: it cannot. `None`: it holds no data.
    pub restorable_days: Option<u32>,
    /// Whether another Region has a copy. `None`: it holds nothing that needs one.
    pub copied: Option<bool>,
    /// How many alarms watch it. `None`: it has no metrics that tell of a failure.
    pub alarms: Option<usize>,
    /// What is missing.
    pub gaps: Vec<Gap>,
}

/// Something that is missing for the day of a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[non_exhaustive]
pub enum Gap {
    /// It is in one zone only.
    OneZone,
    /// What it holds cannot be restored.
    NoBackup,
    /// What it holds can be restored for so few days.
    ShortRetention {
        /// For how many.
        days: u32,
    },
    /// No other Region has a copy of what it holds.
    NotCopied,
    /// No alarm watches it.
    NoAlarm,
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OneZone => f.write_str("one zone only"),
            Self::NoBackup => f.write_str("no backup"),
            Self::ShortRetention { days: 1 } => f.write_str("backups for a day only"),
            Self::ShortRetention { days } => write!(f, "backups for {days} days only"),
            Self::NotCopied => f.write_str("no copy in a second Region"),
            Self::NoAlarm => f.write_str("no alarm"),
        }
    }
}

/// Reads a whole architecture for the day when something fails.
///
/// ```
/// use elanswer_core::{
///     Architecture, Gap, Region, recovery,
///     services::s3::{Bucket, Versioning},
/// };
///
/// let mut arch = Architecture::new("shop", Region::UsEast1);
/// arch.resource("orders", Bucket::builder().versioning(Versioning::Enabled).build());
/// let report = recovery(&arch);
/// assert_eq!(report.parts[0].gaps, [Gap::NotCopied]);
/// ```
#[must_use]
pub fn recovery(arch: &Architecture) -> RecoveryReport {
    let ctx = RuleContext::new(arch, &[]);
    let mut parts = kinds::parts(&ctx);
    parts.sort_by(|a, b| a.resource.cmp(&b.resource));
    RecoveryReport { parts }
}

impl RecoveryReport {
    /// Every gap, with the resource that has it.
    pub fn gaps(&self) -> impl Iterator<Item = (&ResourceId, Gap)> {
        self.parts.iter().flat_map(|part| part.gaps.iter().map(move |gap| (&part.resource, *gap)))
    }
}

/// Fewer days than these are short: a month ends, and somebody looks.
const SHORT: u32 = 7;

impl RecoveryPart {
    /// The part, with what is missing.
    fn judged(mut self) -> Self {
        let restorable = self.restorable_days;
        let found = [
            self.zones.is_some_and(|zones| zones < 2).then_some(Gap::OneZone),
            (restorable == Some(0)).then_some(Gap::NoBackup),
            restorable
                .filter(|days| (1..SHORT).contains(days))
                .map(|days| Gap::ShortRetention { days }),
            (self.copied == Some(false)).then_some(Gap::NotCopied),
            (self.alarms == Some(0)).then_some(Gap::NoAlarm),
        ];
        self.gaps = found.into_iter().flatten().collect();
        self
    }
}

#[cfg(test)]
mod tests;
