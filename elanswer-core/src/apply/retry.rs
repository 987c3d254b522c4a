//! When a failed call is tried again.

use std::time::Duration;

use tokio::time::Instant;

use crate::executor::{ExecError, Retry};

/// How often a passing fault is tried again.
const ATTEMPTS: u32 = 8;

/// How often a throttled call is sent, also when its time is over.
const THROTTLED: u32 = 25;

/// The pauses between looks for something that may have been made a moment ago: AWS is consistent
/// only eventually, and what a first look does not show may exist all the same.
pub(crate) const LOOKS: [Duration; 5] = [
    Duration::from_millis(250),
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(2),
];

/// The tries of one call.
#[derive(Debug)]
pub(crate) struct Attempts {
    deadline: Instant,
    tried: u32,
    /// How many of the tries met a passing fault; being throttled is none.
    faults: u32,
    /// How many of the tries were throttled.
    throttled: u32,
    /// Spreads the pauses of calls that fail together; the same for the same call.
    spread: u32,
}

impl Attempts {
    /// Tries for so long when what it waits for may come; `seed` tells this call from others.
    pub(crate) fn within(time: Duration, seed: &str) -> Self {
        let spread = seed.bytes().fold(7_u32, |sum, byte| sum.wrapping_mul(31) + u32::from(byte));
        Self { deadline: Instant::now() + time, tried: 0, faults: 0, throttled: 0, spread }
    }

    /// The pause before the next try after `error`, or `None` if there is none.
    pub(crate) fn next(&mut self, error: &ExecError) -> Option<Duration> {
        self.tried += 1;
        self.faults += u32::from(error.retry() == Retry::Backoff);
        self.throttled += u32::from(error.retry() == Retry::Throttled);
        let (first, most) = match error.retry() {
            Retry::Never => return None,
            Retry::Backoff if self.faults >= ATTEMPTS => return None,
            Retry::Backoff => (200, 20_000),
            Retry::Throttled => (100, 30_000),
            Retry::UntilDeadline => (1_000, 10_000),
        };
        let pause = (first << self.tried.min(10).saturating_sub(1)).min(most);
        let spread = u64::from(self.spread.wrapping_mul(self.tried) % 256);
        let pause = Duration::from_millis(pause * 3 / 4 + pause * spread / 512);
        // Time that a call waited for its turn among hundreds is no chance that it had.
        let more = match error.retry() {
            Retry::Never | Retry::UntilDeadline => false,
            Retry::Backoff => true,
            Retry::Throttled => self.throttled < THROTTLED,
        };
        (more || Instant::now() + pause < self.deadline).then_some(pause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::executor::ErrorKind;

    #[tokio::test(start_paused = true)]
    async fn gives_up_by_class() {
        let attempts = |kind| {
            let mut attempts = Attempts::within(Duration::from_secs(300), "seed");
            let error = ExecError::new(kind, "");
            let mut pauses = Vec::new();
            let mut now = Duration::ZERO;
            while let Some(pause) = attempts.next(&error) {
                now += pause;
                pauses.push(pause);
                if now > Duration::from_secs(300) {
                    break;
                }
            }
            pauses
        };
        assert!(attempts(ErrorKind::Invalid).is_empty());
        assert!(attempts(ErrorKind::Throttled).len() > 10);
        let backoff = attempts(ErrorKind::Unavailable);
        assert_eq!(backoff.len(), 7);
        assert!(backoff.windows(2).all(|pair| pair[0] < pair[1]));
        let waits = attempts(ErrorKind::Dependency);
        assert!(waits.iter().all(|pause| *pause <= Duration::from_secs(13)) && waits.len() > 20);
    }
}
