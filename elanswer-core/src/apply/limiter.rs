//! How many calls go to one API at once: more while AWS lets them, fewer when it throttles.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{sync::Notify, time::Instant};

use crate::region::Place;

/// The limits of every API, by endpoint and place.
#[derive(Debug)]
pub(super) struct Limiter {
    most: usize,
    apis: Mutex<BTreeMap<(&'static str, Place), Arc<Limit>>>,
}

/// The limit of one API.
#[derive(Debug)]
pub(super) struct Limit {
    most: f64,
    window: Mutex<Window>,
    freed: Notify,
}

#[derive(Debug)]
struct Window {
    size: f64,
    in_flight: usize,
    throttled: bool,
    shrunk_at: Option<Instant>,
}

/// The right to make one call; it ends when this is dropped.
#[derive(Debug)]
pub(super) struct Permit {
    limit: Arc<Limit>,
}

/// Calls at once at the beginning.
const START: f64 = 32.0;
/// Throttling answers that come within this time are one.
const CALM: Duration = Duration::from_secs(1);

impl Limiter {
    /// At most `most` calls at once to each API.
    pub(super) fn new(most: usize) -> Self {
        Self { most: most.max(1), apis: Mutex::default() }
    }

    pub(super) fn api(&self, api: &'static str, place: &Place) -> Arc<Limit> {
        let mut apis = self.apis.lock().unwrap_or_else(PoisonError::into_inner);
        let most = f64::from(u32::try_from(self.most).unwrap_or(u32::MAX));
        Arc::clone(apis.entry((api, place.clone())).or_insert_with(|| {
            Arc::new(Limit {
                most,
                window: Mutex::new(Window {
                    size: START.min(most),
                    in_flight: 0,
                    throttled: false,
                    shrunk_at: None,
                }),
                freed: Notify::new(),
            })
        }))
    }
}

impl Limit {
    /// Waits until a call may be made.
    pub(super) async fn acquire(self: Arc<Self>) -> Permit {
        loop {
            let freed = self.freed.notified();
            {
                let mut window = self.window();
                if (window.in_flight as f64) < window.size.max(1.0) {
                    window.in_flight += 1;
                    break;
                }
            }
            freed.await;
        }
        Permit { limit: self }
    }

    /// A call went through: one more at once, until AWS throttles; slowly after that.
    pub(super) fn succeeded(&self) {
        let mut window = self.window();
        let step = if window.throttled { 1.0 / window.size.max(1.0) } else { 1.0 };
        window.size = (window.size + step).min(self.most);
        self.freed.notify_one();
    }

    /// AWS throttled a call: half as many at once.
    pub(super) fn throttled(&self) {
        let mut window = self.window();
        let now = Instant::now();
        if window.shrunk_at.is_none_or(|at| now - at >= CALM) {
            window.size = (window.size / 2.0).max(1.0);
            window.shrunk_at = Some(now);
            window.throttled = true;
        }
    }

    fn window(&self) -> MutexGuard<'_, Window> {
        self.window.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.limit.window().in_flight -= 1;
        self.limit.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::region::Region;

    #[tokio::test(start_paused = true)]
    async fn halves_when_throttled_and_grows_again() {
        let limiter = Limiter::new(64);
        let limit = limiter.api("ec2", &Place::new(Region::UsEast1));
        let mut permits = Vec::new();
        for _ in 0..32 {
            permits.push(Arc::clone(&limit).acquire().await);
        }
        let next = tokio::time::timeout(Duration::from_secs(1), Arc::clone(&limit).acquire());
        assert!(next.await.is_err());
        limit.throttled();
        limit.throttled();
        permits.truncate(16);
        let next = tokio::time::timeout(Duration::from_secs(1), Arc::clone(&limit).acquire());
        assert!(next.await.is_err());
        permits.truncate(15);
        Arc::clone(&limit).acquire().await;
        assert_eq!(limiter.api("ec2", &Place::new(Region::UsEast1)).window().size, 16.0);
        for _ in 0..17 {
            limit.succeeded();
        }
        assert!(limit.window().size > 17.0 && limit.window().size < 18.0);
    }
}
