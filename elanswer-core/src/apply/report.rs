//! What an apply did and did not do.

use std::{collections::BTreeMap, fmt, time::Duration};

use serde_json::Value;

use crate::{executor::ExecError, id::ResourceId};

/// What an apply did and did not do.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct ApplyReport {
    /// How many objects were made.
    pub created: usize,
    /// How many were changed in place.
    pub updated: usize,
    /// How many were replaced.
    pub replaced: usize,
    /// How many were removed.
    pub deleted: usize,
    /// What failed.
    pub failures: Vec<Failure>,
    /// What was not begun: something it needs failed, or the apply was cancelled.
    pub skipped: Vec<ResourceId>,
    /// Whether the apply was cancelled.
    pub cancelled: bool,
    /// How many API calls were sent, those of the refresh and of waiting among them.
    pub api_calls: u64,
    /// How long it took, by the clock of the runtime.
    pub elapsed: Duration,
    /// What came of taking back what was done, where that was asked for and something failed.
    pub rollback: Option<Rollback>,
    /// The outputs of the architecture that are known.
    pub outputs: BTreeMap<String, Value>,
}

/// A step that failed.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Failure {
    /// The resource.
    pub resource: ResourceId,
    /// Why.
    pub error: ExecError,
}

/// What came of rolling back.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Rollback {
    /// It was carried out, as far as the report says.
    CarriedOut(Box<ApplyReport>),
    /// It could not begin, for this reason; nothing was sent.
    NotPossible(String),
}

impl ApplyReport {
    /// How many steps failed.
    #[must_use]
    pub const fn failed(&self) -> usize {
        self.failures.len()
    }

    /// Whether everything was done.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        self.failures.is_empty() && self.skipped.is_empty() && !self.cancelled
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}\n  help: {}", self.resource, self.error, self.error.help())
    }
}

impl fmt::Display for ApplyReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for failure in &self.failures {
            writeln!(f, "{failure}")?;
        }
        write!(
            f,
            "{} created, {} updated, {} replaced, {} deleted, {} failed, {} not begun",
            self.created,
            self.updated,
            self.replaced,
            self.deleted,
            self.failed(),
            self.skipped.len()
        )?;
        match &self.rollback {
            Some(Rollback::CarriedOut(back)) => write!(f, "\nrolled back: {back}"),
            Some(Rollback::NotPossible(why)) => write!(f, "\nnot rolled back: {why}"),
            None if self.is_complete() => Ok(()),
            None => write!(f, "\nthe state is true: apply again to go on from here"),
        }
    }
}
