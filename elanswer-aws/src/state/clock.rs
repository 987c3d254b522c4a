//! What time it is, for locks that expire.

use std::{
    fmt,
    time::{Instant, SystemTime},
};

/// Tells the time that locks expire by.
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// What time it is.
    fn now(&self) -> SystemTime;
}

/// The clock of the machine; it never goes back.
#[derive(Debug)]
pub struct SystemClock {
    started: (SystemTime, Instant),
}

impl SystemClock {
    /// The clock of the machine.
    #[must_use]
    pub fn new() -> Self {
        Self { started: (SystemTime::now(), Instant::now()) }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    /// The later of what the wall says and what has passed: the wall may be set back, and the other
    /// does not count while the machine sleeps.
    fn now(&self) -> SystemTime {
        let (wall, instant) = self.started;
        SystemTime::now().max(wall + instant.elapsed())
    }
}
