//! When the next call may go to an API: at once, until AWS throttles; then as fast as AWS lets
//! calls through.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::Instant,
};

use crate::{
    executor::{ExecError, Retry},
    region::Place,
};

/// The limits of every API.
#[derive(Debug)]
pub(super) struct Limiter {
    at_once: usize,
    limits: Mutex<BTreeMap<Api, Arc<Limit>>>,
}

/// What AWS limits: an API by the name in its endpoint, where, and for which access.
type Api = (&'static str, Place, Access);

/// What a call does; AWS limits the two apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Access {
    /// It reads.
    Read,
    /// It changes something.
    Write,
}

/// The limit of one API, for one access.
#[derive(Debug)]
pub(super) struct Limit {
    at_once: Arc<Semaphore>,
    /// Who holds it is next: whoever asks first goes first.
    turn: tokio::sync::Mutex<()>,
    pace: Mutex<Option<Pace>>,
}

/// How many calls AWS lets through, from the first throttled call on.
///
/// AWS limits most APIs by a bucket of tokens. A throttled call tells that the bucket is empty; what
/// went through between two of those is what flowed into it. It is counted by answers, and over a
/// long time: what was in flight when the bucket ran empty has taken tokens as well, and would make
/// a short count a wrong one.
#[derive(Debug)]
struct Pace {
    per_second: f64,
    /// How much it rises in a second without throttling.
    growth: f64,
    /// When it was last set.
    since: Instant,
    /// The calls that went through since `counted`, a moment when the bucket was empty.
    through: f64,
    counted: Instant,
    /// When the next call may be sent.
    next: Instant,
}

/// The right to make one call; it ends when this is dropped.
#[derive(Debug)]
pub(super) struct Permit {
    limit: Arc<Limit>,
    _at_once: Option<OwnedSemaphorePermit>,
    calls: u32,
    sent: Instant,
}

/// Calls in a second after the first throttled one, while nothing is known.
const START: f64 = 4.0;
/// No slower: retries with longer and longer pauses do the rest.
const SLOWEST: f64 = 1.0;
/// How much the pace rises in a second, as long as AWS has throttled only once.
const SEARCH: f64 = 1.3;
/// How much the pace rises in a second, once it is known: enough to see that AWS lets through more.
const PROBE: f64 = 1.02;
/// What went through longer ago than this counts less and less: AWS may let through more now.
const MEMORY: Duration = Duration::from_secs(30);
/// A count of less time than this makes the pace half of what it was at the least: calls whose
/// answers are still on their way are much of it.
const SHORT: Duration = Duration::from_secs(2);
/// The pace is not set more often than this.
const LEAST: Duration = Duration::from_secs(1);
/// Calls of so much time may be caught up on: tokens flowed while there was nothing to send.
const CREDIT: Duration = Duration::from_secs(2);

impl Limiter {
    /// At most `at_once` calls at once to each API.
    pub(super) fn new(at_once: usize) -> Self {
        Self { at_once: at_once.clamp(1, Semaphore::MAX_PERMITS), limits: Mutex::default() }
    }

    pub(super) fn of(&self, api: &'static str, place: &Place, access: Access) -> Arc<Limit> {
        let mut limits = self.limits.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(limits.entry((api, place.clone(), access)).or_insert_with(|| {
            Arc::new(Limit {
                at_once: Arc::new(Semaphore::new(self.at_once)),
                turn: tokio::sync::Mutex::default(),
                pace: Mutex::default(),
            })
        }))
    }
}

impl Limit {
    /// Waits until something that takes so many calls may be sent.
    pub(super) async fn acquire(self: Arc<Self>, calls: u32) -> Permit {
        // The semaphore is never closed.
        let at_once = Arc::clone(&self.at_once).acquire_owned().await.ok();
        let turn = self.turn.lock().await;
        let next = self.pace().as_ref().map(|pace| pace.next);
        if let Some(next) = next {
            tokio::time::sleep_until(next).await;
        }
        let now = Instant::now();
        if let Some(pace) = self.pace().as_mut() {
            let earliest = now.checked_sub(CREDIT).unwrap_or(now);
            let took = Duration::from_secs_f64(f64::from(calls) / pace.per_second(now));
            pace.next = pace.next.max(earliest) + took;
        }
        drop(turn);
        Permit { limit: self, _at_once: at_once, calls, sent: now }
    }

    fn pace(&self) -> MutexGuard<'_, Option<Pace>> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pace {
    fn per_second(&self, now: Instant) -> f64 {
        self.per_second * self.growth.powf((now - self.since).as_secs_f64())
    }

    /// AWS throttled a call that was sent at this pace.
    fn throttled(&mut self, now: Instant) {
        if now - self.since < LEAST {
            return;
        }
        let counted = (now - self.counted).as_secs_f64();
        let before = self.per_second(now);
        let slowest = if now - self.counted < SHORT { SLOWEST.max(before / 2.0) } else { SLOWEST };
        self.per_second = (self.through / counted).clamp(slowest, before.max(slowest));
        self.growth = PROBE;
        self.since = now;
        self.next = now + Duration::from_secs_f64(self.per_second.recip());
        if now - self.counted > MEMORY {
            self.through /= 2.0;
            self.counted = now - Duration::from_secs_f64(counted / 2.0);
        }
    }
}

impl Permit {
    /// AWS has answered: so, or with success.
    pub(super) fn answered(self, error: Option<&ExecError>) {
        let now = Instant::now();
        let throttled = error.filter(|error| error.retry() == Retry::Throttled);
        let mut pace = self.limit.pace();
        match (pace.as_mut(), throttled) {
            (None, None) => {}
            (None, Some(_)) => {
                *pace = Some(Pace {
                    per_second: START,
                    growth: SEARCH,
                    since: now,
                    through: 0.0,
                    counted: now,
                    next: now + Duration::from_secs_f64(START.recip()),
                });
            }
            (Some(pace), None) => pace.through += f64::from(self.calls),
            (Some(pace), Some(error)) => {
                // Of the calls that make an object, all but the last one went through.
                if error.identifier().is_some() {
                    pace.through += f64::from(self.calls.saturating_sub(1));
                }
                // Else it was sent at a pace that is given up already.
                if self.sent >= pace.since {
                    pace.throttled(now);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{executor::ErrorKind, region::Region};

    const SECOND: Duration = Duration::from_secs(1);

    /// A bucket of tokens as AWS has them.
    struct Bucket {
        tokens: f64,
        per_second: f64,
        at: Instant,
    }

    impl Bucket {
        fn take(&mut self) -> Option<ExecError> {
            let now = Instant::now();
            self.tokens += (now - self.at).as_secs_f64() * self.per_second;
            self.at = now;
            if self.tokens < 1.0 {
                return Some(ExecError::new(ErrorKind::Throttled, ""));
            }
            self.tokens -= 1.0;
            None
        }
    }

    async fn is_ready(limit: &Arc<Limit>) -> bool {
        tokio::time::timeout(SECOND / 10, Arc::clone(limit).acquire(1)).await.is_ok()
    }

    #[tokio::test(start_paused = true)]
    async fn as_many_at_once_as_allowed_while_nothing_is_throttled() {
        let limiter = Limiter::new(2);
        let limit = limiter.of("ec2", &Place::new(Region::UsEast1), Access::Write);
        let first = Arc::clone(&limit).acquire(1).await;
        let second = Arc::clone(&limit).acquire(9).await;
        assert!(!is_ready(&limit).await);
        for (place, access) in [(Region::EuWest1, Access::Write), (Region::UsEast1, Access::Read)] {
            assert!(is_ready(&limiter.of("ec2", &Place::new(place), access)).await);
        }
        first.answered(None);
        assert!(is_ready(&limit).await);
        drop(second);
    }

    /// However fast the bucket fills, what flows into it is used, and few calls are throttled.
    #[tokio::test(start_paused = true)]
    async fn finds_the_pace_of_the_bucket() {
        for per_second in [2.0, 5.0, 20.0, 100.0] {
            let limiter = Limiter::new(16);
            let limit = limiter.of("ec2", &Place::new(Region::UsEast1), Access::Write);
            let start = Instant::now();
            let mut bucket = Bucket { tokens: 10.0, per_second, at: start };
            let (mut through, mut throttled) = (0_u32, 0_u32);
            while start.elapsed() < 60 * SECOND {
                let permit = Arc::clone(&limit).acquire(1).await;
                let error = bucket.take();
                *(if error.is_some() { &mut throttled } else { &mut through }) += 1;
                permit.answered(error.as_ref());
            }
            let share = f64::from(through) / (10.0 + 60.0 * per_second);
            assert!(share > 0.95, "{share} at {per_second}");
            assert!(throttled < through / 10, "{throttled} of {through} at {per_second}");
        }
    }

    /// Throttling that does not depend on the pace slows down, and does not stop.
    #[tokio::test(start_paused = true)]
    async fn random_throttling_does_not_stop_it() {
        let limiter = Limiter::new(16);
        let limit = limiter.of("ec2", &Place::new(Region::UsEast1), Access::Write);
        let start = Instant::now();
        let mut through = 0;
        for number in 0..400 {
            let permit = Arc::clone(&limit).acquire(1).await;
            let error = (number % 3 == 0).then(|| ExecError::new(ErrorKind::Throttled, ""));
            through += u32::from(error.is_none());
            permit.answered(error.as_ref());
        }
        assert!(start.elapsed().as_secs_f64() <= 400.0 / SLOWEST, "{:?}", start.elapsed());
        assert_eq!(through, 266);
    }
}
