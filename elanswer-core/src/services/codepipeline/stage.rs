//! The stages of a pipeline.

use serde::{Deserialize, Serialize};

use super::{Action, StageName};

/// A stage of a pipeline: actions that are done before the next stage begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Stage {
    /// `Name`: unique in the pipeline.
    pub name: StageName,
    /// `Actions`: one to fifty.
    pub actions: Vec<Action>,
    /// `OnFailure`: what becomes of the stage when one of them fails. AWS's default: it stays
    /// failed, until somebody tries it again or something new comes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_failure: Option<OnFailure>,
}

/// What becomes of a stage that failed: `Result` of `OnFailure`.
///
/// AWS: <https://docs.aws.amazon.com/codepipeline/latest/userguide/stage-rollback-auto.html>.
/// Not modelled: trying again, and conditions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "Result")]
#[non_exhaustive]
pub enum OnFailure {
    /// `ROLLBACK`: its actions run again with what they had when they last succeeded, since the
    /// pipeline was last changed. Not of a stage with sources.
    #[serde(rename = "ROLLBACK")]
    RollBack,
}

impl OnFailure {
    /// `Result`: AWS's word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RollBack => "ROLLBACK",
        }
    }
}

impl Stage {
    /// A stage that stays failed when it fails.
    #[must_use]
    pub fn new(name: StageName, actions: impl IntoIterator<Item = Action>) -> Self {
        Self { name, actions: actions.into_iter().collect(), on_failure: None }
    }

    /// When it fails, what it did before comes back.
    #[must_use]
    pub const fn rolled_back_on_failure(mut self) -> Self {
        self.on_failure = Some(OnFailure::RollBack);
        self
    }
}
