//! The difference between an architecture and what exists, as steps.

use std::{collections::BTreeSet, fmt};

use serde::{Deserialize, Serialize};

use crate::{
    diagnostic::Source, id::ResourceId, reference::Reference, region::Place, resource::Properties,
    schema::Kind, state::ObjectKey,
};

pub use compensation::{Compensation, Undo};
pub use diff::PropertyChange;
pub(crate) use diff::changes;
pub use error::PlanError;
pub(crate) use order::in_order;
pub use planner::{Planner, Seen};

mod compensation;
mod diff;
mod error;
mod name;
mod order;
mod planner;

/// What to do to come from what exists to what the architecture says.
///
/// The same architecture, state and observations give the same plan, byte for byte.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Plan {
    /// The name of the architecture.
    pub stack: String,
    /// The steps, in the order of the ids of their resources. What order they are carried out in
    /// follows from what depends on what.
    pub steps: Vec<Step>,
    /// How many resources are as they should be.
    pub unchanged: usize,
    /// What the plan costs in API calls.
    pub api_calls: ApiCalls,
    /// What the plan was computed from; a saved plan is refused when it differs.
    pub fingerprint: String,
}

/// How many API calls something takes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiCalls {
    /// Sent to find out what exists.
    pub read: u64,
    /// To be sent by an apply, without waiting and retries.
    pub apply: u64,
}

/// What is to be done to one resource.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    /// What.
    pub action: Action,
    /// The kind of the resource.
    pub kind: Kind,
    /// The resource.
    pub resource: ResourceId,
    /// Where it is.
    pub place: Place,
    /// Why.
    pub reasons: Vec<Reason>,
    /// Whether the step loses data that no other step brings back.
    pub data_loss: bool,
    /// How many API calls it takes, without waiting and retries.
    pub api_calls: u64,
    /// Where the resource was declared, if it still is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// The object to make, update, or leave as it is.
    #[serde(skip)]
    pub(crate) target: Option<Target>,
    /// The object to update, replace or delete.
    #[serde(skip)]
    pub(crate) existing: Option<ObjectKey>,
    /// Whether the existing object must go before the new one is made.
    #[serde(skip)]
    pub(crate) delete_first: bool,
}

/// The object that a step makes or changes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Target {
    pub(crate) key: ObjectKey,
    /// The properties, with references to what is not known yet.
    pub(crate) properties: Properties,
    /// What is known of it now, when it is updated.
    pub(crate) actual: Properties,
    pub(crate) dependencies: BTreeSet<ResourceId>,
    pub(crate) protect: bool,
    pub(crate) retain: bool,
}

/// What a step does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Takes an existing object into the state.
    Adopt,
    /// Makes an object.
    Create,
    /// Removes an object.
    Delete,
    /// Leaves an object in AWS and forgets it.
    Forget,
    /// Gives a resource another id in the state.
    Move,
    /// Makes another object and removes the present one.
    Replace,
    /// Changes an object in place.
    Update,
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Adopt => "adopt",
            Self::Create => "create",
            Self::Delete => "delete",
            Self::Forget => "forget",
            Self::Move => "move",
            Self::Replace => "replace",
            Self::Update => "update",
        })
    }
}

/// Why a step is in the plan.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "why")]
#[non_exhaustive]
pub enum Reason {
    /// The object is gone from AWS.
    Gone,
    /// An earlier run did not finish with the object.
    Interrupted {
        /// What it was doing: `create`.
        doing: String,
    },
    /// The resource is new in the architecture.
    New,
    /// AWS gave up on the object.
    Failed {
        /// The reason that AWS gives.
        message: String,
    },
    /// It has another id now.
    Renamed {
        /// The id it had.
        from: ResourceId,
    },
    /// A property differs.
    Property(PropertyChange),
    /// What is asked of elanswer for it differs: whether it is protected, whether it is retained.
    Options,
    /// The object was replaced and still exists.
    Replaced,
    /// The resource is no longer in the architecture.
    Removed,
    /// Something it cannot be kept apart from is replaced.
    ReplacedWith {
        /// The resource that is replaced.
        reference: String,
    },
    /// It is in AWS as the architecture says, and only the state does not say so yet.
    Unrecorded,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed { message } => write!(f, "AWS gave up on it: {message}"),
            Self::Gone => f.write_str("it is gone from AWS"),
            Self::Interrupted { doing } => write!(f, "an earlier {doing} was interrupted"),
            Self::New => f.write_str("new in the architecture"),
            Self::Options => {
                f.write_str("what elanswer records of it changes: its protection or retention")
            }
            Self::Property(change) => change.fmt(f),
            Self::Removed => f.write_str("no longer in the architecture"),
            Self::Renamed { from } => write!(f, "was `{from}`"),
            Self::Unrecorded => f.write_str("AWS has it like this already; only the state changes"),
            Self::Replaced => f.write_str("was replaced earlier"),
            Self::ReplacedWith { reference } => write!(f, "`{reference}` is replaced"),
        }
    }
}

impl Plan {
    /// Whether there is nothing to do.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// How many steps have this action.
    #[must_use]
    pub fn count(&self, action: Action) -> usize {
        self.steps.iter().filter(|step| step.action == action).count()
    }

    /// The step of a resource.
    #[must_use]
    pub fn step(&self, resource: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.resource.as_str() == resource)
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in &self.steps {
            writeln!(f, "{:<7} {} ({})", step.action, step.resource, step.kind)?;
            for reason in &step.reasons {
                writeln!(f, "        {reason}")?;
            }
            if step.data_loss {
                writeln!(f, "        loses data")?;
            }
        }
        write!(
            f,
            "{} to create, {} to update, {} to replace, {} to delete, {} unchanged",
            self.count(Action::Create),
            self.count(Action::Update),
            self.count(Action::Replace),
            self.count(Action::Delete),
            self.unchanged
        )
    }
}

/// What stands in a plan for a value that is known only after the apply.
pub(crate) fn is_unknown(value: &serde_json::Value) -> bool {
    let mut found = Vec::<Reference>::new();
    crate::reference::references_in(value, &mut found);
    !found.is_empty()
}
