//! Looks again and again at objects that AWS is working on, all of one kind in one read.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::sync::oneshot;

use super::limiter::{Access, Limiter};
use crate::{
    executor::{ErrorKind, ExecError, Executor, Observation},
    region::Place,
    schema::{Kind, Schema},
};

type Answer = Result<Option<Observation>, ExecError>;

/// Who waits for which object, by kind and place.
type Waiting = BTreeMap<(Kind, Place), Vec<Waiter>>;

#[derive(Debug)]
struct Waiter {
    number: u64,
    identifier: String,
    answer: oneshot::Sender<Answer>,
}

/// Reads on behalf of all who wait for objects of the same kind and place.
#[derive(Debug, Default)]
pub(super) struct Poller {
    waiting: Mutex<Waiting>,
    waiters: AtomicU64,
}

impl Poller {
    /// Reads an object after `pause`, or earlier when somebody else reads objects of this kind.
    pub(super) async fn read(
        &self,
        executor: &dyn Executor,
        limiter: &Limiter,
        schema: &'static Schema,
        place: &Place,
        identifier: &str,
        pause: Duration,
    ) -> Answer {
        let (answer, mut receiver) = oneshot::channel();
        let number = self.waiters.fetch_add(1, Ordering::Relaxed);
        let group = (schema.kind, place.clone());
        let waiter = Waiter { number, identifier: identifier.to_owned(), answer };
        self.waiting().entry(group.clone()).or_default().push(waiter);
        let given_up = |_| Err(ExecError::new(ErrorKind::Unavailable, "the read was given up"));
        tokio::select! {
            answer = &mut receiver => return answer.unwrap_or_else(given_up),
            () = tokio::time::sleep(pause) => {}
        }
        let limit = limiter.of(schema.api, place, Access::Read);
        let permit = limit.acquire(1).await;
        // Unless somebody is reading for all of them already.
        if let Some(waiters) = self.take(&group, number) {
            let identifiers: Vec<String> =
                waiters.iter().map(|waiter| waiter.identifier.clone()).collect();
            let answers = executor.read(schema, place, &identifiers).await;
            permit.answered(answers.iter().find_map(|answer| answer.as_ref().err()));
            for (waiter, answer) in waiters.into_iter().zip(answers) {
                // Whoever stopped waiting needs no answer.
                let _ = waiter.answer.send(answer);
            }
        } else {
            drop(permit);
        }
        receiver.await.unwrap_or_else(given_up)
    }

    /// All who wait together with this one, if it still waits.
    fn take(&self, group: &(Kind, Place), number: u64) -> Option<Vec<Waiter>> {
        let mut waiting = self.waiting();
        let waits = waiting.get(group)?.iter().any(|waiter| waiter.number == number);
        if waits { waiting.remove(group) } else { None }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// When to look again at something that usually takes `typical` and has taken `elapsed`: soon, for
/// it may be quick this time, then seldom, when it is due, and then often.
pub(super) fn pause(typical: Duration, elapsed: Duration, looks: u32) -> Duration {
    let least = (typical / 50).clamp(Duration::from_millis(250), Duration::from_secs(5));
    let due = typical.saturating_sub(elapsed);
    if looks == 0 {
        return least;
    }
    if due <= Duration::from_secs(5) { due.max(least) } else { (due / 4).min(MOST).max(least) }
}

/// The longest pause between two looks.
const MOST: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_when_it_is_due() {
        let seconds = Duration::from_secs;
        assert_eq!(pause(seconds(1), Duration::ZERO, 0), Duration::from_millis(250));
        assert_eq!(pause(seconds(100), Duration::ZERO, 0), seconds(2));
        assert_eq!(pause(seconds(102), seconds(2), 1), seconds(25));
        assert_eq!(pause(seconds(100), seconds(98), 9), seconds(2));
        assert_eq!(pause(seconds(100), seconds(130), 9), seconds(2));
        assert_eq!(pause(seconds(900), seconds(5), 1), seconds(60));
        assert_eq!(pause(Duration::ZERO, seconds(9), 9), Duration::from_millis(250));
    }
}
