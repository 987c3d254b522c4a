//! Crash exploration: a program dies at every boundary of what it does, and the next one has to
//! put it right.

use std::{fmt, future::IntoFuture, num::NonZeroUsize, pin::Pin, sync::Arc};

use elanswer_core::{Architecture, state::Store};

use crate::{disk::MemoryDisk, mock::MockAws};
use machine::MakeStore;
use record::Selection;

pub use error::ExploreError;
pub use report::{CrashFailure, CrashReport, Harm};

mod error;
mod judge;
mod look;
mod machine;
mod record;
mod report;
mod run;

/// Explores what a crash does to `arch`: at every boundary of its apply and of its destroy.
///
/// A boundary is a moment between two things that can be seen from outside: before an API call is
/// sent, after AWS has done it, before, half-way through and after each write, sync and rename of
/// the state, and also when names reach the disk in another order. At each, the program is killed with the power of its machine; then another one
/// starts from what AWS and the disk have, does the same again, and, from the same boundary, a
/// destroy instead. Afterwards AWS must be as if there had been no crash, and the plan empty.
///
/// The state is the real [`LocalStore`](elanswer_core::LocalStore) on a [`MemoryDisk`], and the
/// executor a [`MockAws`]; both, and the virtual time, are its own. It is exhaustive and
/// deterministic; every failure names the boundary, and [`only`](ExploreCrashes::only) goes there
/// again.
///
/// In a plain `#[test]`, [`run`](ExploreCrashes::run) it; in an async one, await it.
///
/// ```
/// use elanswer_core::{Architecture, Region, cidr, services::ec2::Vpc};
/// use elanswer_testkit::explore_crashes;
///
/// fn network(dns_hostnames: bool) -> Architecture {
///     let mut arch = Architecture::new("shop", Region::UsEast1);
///     let vpc = Vpc::builder().cidr_block(cidr!("10.0.0.0/16"));
///     arch.resource("vpc", vpc.enable_dns_hostnames(dns_hostnames).build());
///     arch
/// }
///
/// # fn main() -> Result<(), elanswer_testkit::explore::ExploreError> {
/// let report = explore_crashes(&network(false)).changed_to(&network(true)).run()?;
/// assert!(report.is_clean(), "{report}");
/// assert!(report.boundaries > 50);
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is explored until it is run or awaited"]
pub fn explore_crashes(arch: &Architecture) -> ExploreCrashes {
    ExploreCrashes {
        arch: arch.clone(),
        changes: Vec::new(),
        aws: Arc::new(MockAws::new),
        disk: Arc::new(MemoryDisk::new),
        store: Arc::new(|disk| Box::new(disk.store("/state").compact_after(0))),
        check: true,
        selection: Selection::default(),
        threads: std::thread::available_parallelism().map_or(1, NonZeroUsize::get),
        progress: None,
    }
}

/// An exploration that is about to begin. See [`explore_crashes`].
#[must_use = "nothing is explored until it is run or awaited"]
pub struct ExploreCrashes {
    arch: Architecture,
    changes: Vec<Architecture>,
    aws: Arc<dyn Fn() -> MockAws + Send + Sync>,
    disk: Arc<dyn Fn() -> MemoryDisk + Send + Sync>,
    store: Arc<MakeStore>,
    check: bool,
    selection: Selection,
    threads: usize,
    progress: Option<Listener>,
}

type Listener = Arc<dyn Fn(&Progress) + Send + Sync>;

/// How far an exploration is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// What is being explored: `apply`, `update`, `destroy`.
    pub operation: String,
    /// How many of its boundaries are explored.
    pub done: usize,
    /// How many there are.
    pub boundaries: usize,
    /// How many failures there were so far, in this operation.
    pub failures: usize,
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, done, boundaries, failures } = self;
        write!(f, "{operation}: {done} of {boundaries} boundaries, {failures} failures")
    }
}

impl ExploreCrashes {
    /// Explores also the way from the architecture to this one, which has the same name: an update
    /// in place, a replacement, or what the two differ by.
    ///
    /// Several of them all begin at the first architecture; their boundaries begin with `update`,
    /// `update2`, and so on.
    pub fn changed_to(mut self, arch: &Architecture) -> Self {
        self.changes.push(arch.clone());
        self
    }

    /// Explores only the boundary of this name, such as `apply:call:17:after`: what a failure says
    /// to do to see it again.
    ///
    /// A write can be torn at any byte, also where the exploration does not: `apply:write:3:20`.
    pub fn only(mut self, boundary: impl Into<String>) -> Self {
        self.selection.only = Some(boundary.into());
        self
    }

    /// Explores every `n`th boundary only. Default: every one.
    pub fn every(mut self, n: usize) -> Self {
        self.selection.every = n.max(1);
        self
    }

    /// Leaves the check of the architectures out, for a program that has done it.
    pub const fn unchecked(mut self) -> Self {
        self.check = false;
        self
    }

    /// What AWS is like when it begins: with kinds of your own, other quotas, something in it.
    /// Default: [`MockAws::new`].
    ///
    /// ```
    /// # use elanswer_core::{Architecture, Region, cidr, services::ec2::Vpc};
    /// # use elanswer_testkit::{MockAws, explore_crashes};
    /// # let mut arch = Architecture::new("shop", Region::UsEast1);
    /// # arch.resource("vpc", Vpc::new(cidr!("10.0.0.0/16")));
    /// let aws = || MockAws::builder().quota("VPCs per Region", 1).build();
    /// assert!(explore_crashes(&arch).aws(aws).run().is_ok_and(|report| report.is_clean()));
    /// ```
    pub fn aws(mut self, make: impl Fn() -> MockAws + Send + Sync + 'static) -> Self {
        self.aws = Arc::new(make);
        self
    }

    /// What the disk is like. Default: [`MemoryDisk::new`].
    pub fn disk(mut self, make: impl Fn() -> MemoryDisk + Send + Sync + 'static) -> Self {
        self.disk = Arc::new(make);
        self
    }

    /// What keeps the state on the disk; made anew for every program that starts. Default: a local
    /// store that compacts whenever it can.
    ///
    /// ```
    /// # use elanswer_core::{Architecture, Region, cidr, services::ec2::Vpc};
    /// # use elanswer_testkit::explore_crashes;
    /// # let mut arch = Architecture::new("shop", Region::UsEast1);
    /// # arch.resource("vpc", Vpc::new(cidr!("10.0.0.0/16")));
    /// let exploring = explore_crashes(&arch).store(|disk| Box::new(disk.store("/elsewhere")));
    /// assert!(exploring.run().is_ok_and(|report| report.is_clean()));
    /// ```
    pub fn store(
        mut self,
        make: impl Fn(&MemoryDisk) -> Box<dyn Store> + Send + Sync + 'static,
    ) -> Self {
        self.store = Arc::new(make);
        self
    }

    /// How many threads explore. Default: as many as the machine runs at once.
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = threads.max(1);
        self
    }

    /// Tells how far it is, after every boundary.
    pub fn progress(mut self, listener: impl Fn(&Progress) + Send + Sync + 'static) -> Self {
        self.progress = Some(Arc::new(listener));
        self
    }

    /// Explores, on threads and runtimes of its own: also in a test that is not async.
    ///
    /// # Errors
    ///
    /// When what is to be interrupted fails without any crash, and when there is no such boundary.
    /// What a crash does is in the report.
    pub fn run(self) -> Result<CrashReport, ExploreError> {
        // The caller may be on a thread that has a runtime, and one has no other.
        match std::thread::spawn(move || self.explore()).join() {
            Ok(report) => report,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
}

impl fmt::Debug for ExploreCrashes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExploreCrashes")
            .field("arch", &self.arch.name())
            .field("changes", &self.changes.len())
            .field("selection", &self.selection)
            .field("threads", &self.threads)
            .finish_non_exhaustive()
    }
}

impl IntoFuture for ExploreCrashes {
    type Output = Result<CrashReport, ExploreError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let (sender, receiver) = tokio::sync::oneshot::channel();
            let explorer = std::thread::spawn(move || {
                // Whoever stopped waiting needs no report.
                let _ = sender.send(self.explore());
            });
            match receiver.await {
                Ok(report) => report,
                // The thread ended without a report: it panicked, and joining it says why.
                Err(_) => match explorer.join() {
                    Err(panic) => std::panic::resume_unwind(panic),
                    Ok(()) => Ok(CrashReport::default()),
                },
            }
        })
    }
}
