//! The store of states in a bucket.

use std::{
    sync::{Arc, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use elanswer_core::state::{Session, State, StateError, Store};
use object_store::{ObjectStore, path::Path};

use super::{
    clock::{Clock, SystemClock},
    journal::Loaded,
    lease::Holder,
    objects::Objects,
    owner,
    session::{BucketSession, Releases},
};

/// How long a lock holds unless it is renewed, which happens three times as often.
pub(super) const LOCK: Duration = Duration::from_secs(60);

/// The longest lock: whoever dies keeps the others out for that long.
pub(super) const LONGEST_LOCK: Duration = Duration::from_secs(24 * 60 * 60);

/// Keeps states in a bucket of S3, or in any other store of objects that can refuse to replace one.
///
/// Several people and machines may use it: one at a time has the state of an architecture open, the
/// others are told who. A process that dies keeps the others out until its lock expires. One that
/// stops for longer, and goes on when another took over, is refused by the store.
///
/// [`AwsExecutor::state`](crate::AwsExecutor::state) makes one in S3.
#[derive(Debug, Clone)]
pub struct BucketStore {
    objects: Arc<dyn ObjectStore>,
    name: String,
    prefix: Path,
    lock: Duration,
    owner: String,
    clock: Arc<dyn Clock>,
    releases: Releases,
}

impl BucketStore {
    /// The store in `objects`, below `prefix`; people are told `name`, as `s3://bucket`.
    #[must_use]
    pub fn new(objects: Arc<dyn ObjectStore>, name: impl Into<String>, prefix: Path) -> Self {
        Self {
            objects,
            name: name.into(),
            prefix,
            lock: LOCK,
            owner: owner::owner(),
            clock: Arc::new(SystemClock::new()),
            releases: Releases::default(),
        }
    }

    /// How long a lock holds unless it is renewed, at most a day: 60 seconds, unless said otherwise.
    /// The clocks of all who use the state may differ by less than that.
    #[must_use]
    pub fn with_lock(mut self, lifetime: Duration) -> Self {
        self.lock = lifetime.min(LONGEST_LOCK);
        self
    }

    /// Whom others are told while this one has a state open: user, machine and process, unless said
    /// otherwise.
    #[must_use]
    pub fn with_owner(mut self, owner: impl Into<String>) -> Self {
        self.owner = owner.into();
        self
    }

    /// The clock that locks expire by: that of the machine, unless said otherwise.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Waits until the locks of sessions that were dropped are given back. A program that ends
    /// before keeps others out until they expire.
    pub async fn settle(&self) {
        let releases = {
            let mut releases = self.releases.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *releases)
        };
        for release in releases {
            // One that failed has said so.
            let _ = release.await;
        }
    }

    fn objects(&self, stack: &str) -> Objects {
        Objects::new(Arc::clone(&self.objects), &self.name, &self.prefix, stack)
    }
}

#[async_trait]
impl Store for BucketStore {
    async fn load(&self, stack: &str) -> Result<State, StateError> {
        let loaded = Loaded::read(&self.objects(stack)).await?;
        Ok(loaded.state.unwrap_or_else(|| State::new("new")))
    }

    async fn open(&self, stack: &str) -> Result<Box<dyn Session>, StateError> {
        let holder = Holder {
            stack: stack.to_owned(),
            session: owner::session_id(),
            owner: self.owner.clone(),
            lifetime: self.lock,
            clock: Arc::clone(&self.clock),
        };
        let releases = Arc::clone(&self.releases);
        Ok(Box::new(BucketSession::open(self.objects(stack), holder, releases).await?))
    }
}
