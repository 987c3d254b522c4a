//! What a server is known to do otherwise than AWS.

use std::{
    fmt,
    time::{SystemTime, UNIX_EPOCH},
};

use elanswer_aws::AwsExecutor;
use elanswer_core::state::{MemoryStore, State};
use elanswer_testkit::conformance::{self, Case};

/// A part of a case that a server cannot pass.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known {
    /// The name of the case.
    pub(crate) case: &'static str,
    /// Which part of it.
    pub(crate) part: Part,
    /// What the server does otherwise than AWS.
    pub(crate) reason: &'static str,
}

/// A part of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    /// All of it: the resource is not even made as described.
    Made,
    /// The change in place.
    Updated,
    /// The replacement.
    Replaced,
}

impl Known {
    /// The parts of `case` that are known to fail, of those that it has.
    pub(crate) fn of(known: &[Self], case: &Case) -> Vec<Self> {
        known.iter().copied().filter(|known| known.case == case.name).collect()
    }
}

impl Part {
    /// The case with this part and without the others that could fail.
    fn alone(self, case: Case) -> Case {
        match self {
            Self::Made => Case { updated: None, replaced: None, ..case },
            Self::Updated => Case { replaced: None, ..case },
            Self::Replaced => Case { updated: None, ..case },
        }
    }

    /// The case without this part, if anything is left.
    fn left_out(self, case: Case) -> Option<Case> {
        match self {
            Self::Made => None,
            Self::Updated => Some(Case { updated: None, ..case }),
            Self::Replaced => Some(Case { replaced: None, ..case }),
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Made => "made",
            Self::Updated => "updated",
            Self::Replaced => "replaced",
        })
    }
}

/// Runs a case on `server`, which makes an empty account each time.
///
/// What is known to fail must fail, or it is to be taken off the list; all else must pass.
pub(crate) async fn run(case: Case, server: impl AsyncFn() -> AwsExecutor, known: &[Known]) {
    let known = Known::of(known, &case);
    for Known { part, reason, .. } in &known {
        let (alone, target) = (part.alone(case), (server().await, MemoryStore::new()));
        let outcome = tokio::spawn(async move { conformance::run(&alone, &target).await }).await;
        assert!(
            outcome.is_err(),
            "`{}` ({part}) passes now; it is listed as known to fail: {reason}",
            case.name
        );
    }
    let rest = known.iter().try_fold(case, |case, known| known.part.left_out(case));
    if let Some(rest) = rest {
        conformance::run(&rest, &(server().await, store(&case))).await;
    }
}

/// A state that no test had before: the names that it makes up are its own, on servers too whose
/// accounts share names, as all accounts share the names of buckets.
fn store(case: &Case) -> MemoryStore {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970");
    let id = format!("{} {}", case.name, now.as_nanos());
    MemoryStore::holding((case.made)().name(), State::new(id))
}
