//! Tests of the core as a program uses it.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

mod rules_agree;
mod rules_page;
mod rules_refusals;
mod schemas;
mod state_format;
