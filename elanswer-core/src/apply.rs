//! Carries out a plan: journal first, in the order of what depends on what, the longest chain
//! first.

pub use cancel::Cancel;
pub use engine::{Engine, EngineError, EngineOptions};
pub use event::Event;
pub use insist::insist;
pub use report::{ApplyReport, Failure, Rollback};
pub(crate) use retry::{Attempts, LOOKS};

mod cancel;
mod engine;
mod event;
mod graph;
mod insist;
mod journal;
mod limiter;
mod object;
mod poller;
mod report;
mod retry;
