//! The tests of the facade: one binary, because linking takes longer than running.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod cli;
mod compile_fail;
mod crash;
mod databases;
mod failures;
mod import;
mod least_privilege;
mod platform;
mod random;
mod rate_limits;
mod rehearsal;
mod rollback;
mod secrets;
mod seed;
mod support;
mod tidy;
