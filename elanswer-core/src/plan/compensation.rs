//! What it takes to take a plan back.

use std::fmt;

use serde::Serialize;

use super::{Action, Plan, Reason, Step};
use crate::{id::ResourceId, schema::Kind};

/// How a step is taken back, once it has been done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Compensation {
    /// The resource of the step.
    pub resource: ResourceId,
    /// Its kind.
    pub kind: Kind,
    /// How.
    pub undo: Undo,
}

/// How a step is taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Undo {
    /// What was made is removed.
    Delete,
    /// What was changed is changed back.
    Update,
    /// What was removed is made again: the same, but another object with another identifier.
    Remake,
    /// What was done to the state alone is taken back in the state.
    Record,
    /// Not at all: the data went with the object.
    DataLost,
    /// Not at all: what was made is protected from deletion, or retained.
    Stays,
}

impl Undo {
    /// Whether the step cannot be taken back.
    #[must_use]
    pub const fn is_impossible(self) -> bool {
        matches!(self, Self::DataLost | Self::Stays)
    }

    fn of(step: &Step) -> Self {
        let stays = step.target.as_ref().is_some_and(|target| target.protect || target.retain);
        match step.action {
            Action::Create if stays => Self::Stays,
            Action::Create => Self::Delete,
            Action::Update if matches!(*step.reasons, [Reason::Options | Reason::Unrecorded]) => {
                Self::Record
            }
            Action::Update => Self::Update,
            Action::Replace | Action::Delete if step.data_loss => Self::DataLost,
            Action::Replace | Action::Delete => Self::Remake,
            Action::Adopt | Action::Forget | Action::Move => Self::Record,
        }
    }
}

impl fmt::Display for Undo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Delete => "is removed again",
            Self::Update => "is changed back",
            Self::Remake => "is made again, as another object with another identifier",
            Self::Record => "is recorded as it was",
            Self::DataLost => "cannot be brought back: its data is gone",
            Self::Stays => "stays: it is protected from deletion or retained",
        })
    }
}

impl fmt::Display for Compensation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.resource, self.undo)
    }
}

impl Plan {
    /// How each step is taken back when the apply fails after it, and
    /// [rolling back](crate::operations::Applying::roll_back) was asked for.
    #[must_use]
    pub fn compensation(&self) -> Vec<Compensation> {
        let undo = |step: &Step| Compensation {
            resource: step.resource.clone(),
            kind: step.kind,
            undo: Undo::of(step),
        };
        self.steps.iter().map(undo).collect()
    }
}
