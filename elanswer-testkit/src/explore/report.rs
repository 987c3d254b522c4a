//! What was found.

use std::fmt;

use serde::Serialize;

use super::judge::{Problem, Then};

/// What an exploration found. It serialises to its four numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[must_use = "an exploration says nothing by itself: look whether the report is clean"]
#[non_exhaustive]
pub struct CrashReport {
    /// At how many boundaries a program died.
    pub boundaries: usize,
    /// Objects that no state knew after the next apply, or that were left after a destroy.
    pub orphans: usize,
    /// Objects that existed twice.
    pub duplicates: usize,
    /// Whatever else was not as without the crash: AWS, the state, a plan that was not empty, an
    /// apply that failed.
    pub diverged: usize,
    /// What these were.
    #[serde(skip)]
    pub failures: Vec<CrashFailure>,
}

/// What a crash did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CrashFailure {
    /// Where the program died, for [`only`](super::ExploreCrashes::only).
    pub boundary: String,
    /// Whether a destroy came next, instead of the same again.
    pub destroyed: bool,
    /// What kind of harm it is.
    pub harm: Harm,
    /// What is wrong.
    pub text: String,
}

/// What kind of harm a crash did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Harm {
    /// Something is not as without the crash.
    Diverged,
    /// An object exists twice.
    Duplicate,
    /// An object is in no state.
    Orphan,
}

impl CrashReport {
    /// Whether no crash did any harm.
    #[must_use]
    pub const fn is_clean(&self) -> bool {
        self.orphans == 0 && self.duplicates == 0 && self.diverged == 0
    }

    pub(super) fn add<'a>(
        &mut self,
        boundary: &str,
        problems: impl Iterator<Item = &'a (Then, Problem)>,
    ) {
        self.boundaries += 1;
        for (then, Problem { harm, text }) in problems {
            match harm {
                Harm::Diverged => self.diverged += 1,
                Harm::Duplicate => self.duplicates += 1,
                Harm::Orphan => self.orphans += 1,
            }
            self.failures.push(CrashFailure {
                boundary: boundary.to_owned(),
                destroyed: *then == Then::Destroy,
                harm: *harm,
                text: text.clone(),
            });
        }
    }
}

/// How many failures are shown.
const SHOWN: usize = 20;

impl fmt::Display for CrashReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} boundaries: {} orphans, {} duplicates, {} diverged",
            self.boundaries, self.orphans, self.duplicates, self.diverged
        )?;
        for failure in self.failures.iter().take(SHOWN) {
            write!(f, "\n{failure}")?;
        }
        match self.failures.len().checked_sub(SHOWN) {
            Some(more @ 1..) => write!(f, "\nand {more} more"),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for CrashFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { boundary, text, .. } = self;
        let harm = match self.harm {
            Harm::Diverged => "diverged",
            Harm::Duplicate => "duplicate",
            Harm::Orphan => "orphan",
        };
        let then = if self.destroyed { ", destroyed instead" } else { "" };
        write!(f, "{harm}: {text} [.only(\"{boundary}\"){then}]")
    }
}
