//! Amazon EventBridge: what happens in AWS, and who hears of it.

pub use event_pattern::{DatabaseEvent, EventPattern, Matcher, PatternFault};
pub use rule::{Rule, RuleDescription, RuleFault, RuleName, RuleOutputs, RuleState};
pub use target::{InputPath, InputTemplate, InputTransformer, Target, TargetArn, TargetId};

mod event_pattern;
mod rule;
mod target;
