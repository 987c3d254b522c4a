//! What happens during an apply, for whoever shows its progress.

use std::time::Duration;

use serde::Serialize;

use crate::{id::ResourceId, plan::Action, schema::Kind};

/// Something that happened during an apply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "event")]
#[non_exhaustive]
pub enum Event {
    /// The apply begins.
    Started {
        /// How many steps there are.
        steps: usize,
    },
    /// A step begins.
    StepStarted {
        /// What it does.
        action: Action,
        /// The resource.
        resource: ResourceId,
        /// Its kind.
        kind: Kind,
    },
    /// AWS works on the object.
    StepWaiting {
        /// The resource.
        resource: ResourceId,
        /// The state that AWS reports: `pending`.
        state: String,
    },
    /// A call failed and is tried again.
    StepRetrying {
        /// The resource.
        resource: ResourceId,
        /// Why.
        error: String,
        /// After which pause.
        pause: Duration,
    },
    /// A step is done.
    StepFinished {
        /// What it did.
        action: Action,
        /// The resource.
        resource: ResourceId,
        /// How long it took.
        took: Duration,
    },
    /// A step failed.
    StepFailed {
        /// What it was to do.
        action: Action,
        /// The resource.
        resource: ResourceId,
        /// Why.
        error: String,
    },
    /// A step was not begun, because one that it needs failed or the apply was cancelled.
    StepSkipped {
        /// The resource.
        resource: ResourceId,
    },
}
