//! Amazon EventBridge in memory.

pub use rule::RuleHandler;

mod rule;

/// The name of the API in calls and errors.
const SERVICE: &str = "events";
