//! Why there is no plan.

use crate::id::ResourceId;

/// A plan cannot be computed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// Resources depend on each other in a circle.
    #[error("these resources depend on each other in a circle: {}; take one of the references out", list(.resources))]
    Cycle {
        /// The resources of the circle.
        resources: Vec<ResourceId>,
    },
    /// A reference leads to nothing.
    #[error(
        "`{resource}` refers to `{reference}`, which is not in the architecture; add it, or refer to an existing object by its identifier"
    )]
    Dangling {
        /// The resource that refers.
        resource: ResourceId,
        /// What it refers to.
        reference: String,
    },
    /// The plan would delete what is protected.
    #[error("the plan would delete what is protected: {}; take the protection off if that is meant", list(.resources))]
    Protected {
        /// The protected resources.
        resources: Vec<ResourceId>,
    },
    /// The name of the architecture cannot be used.
    #[error(
        "`{name}` cannot be the name of an architecture: use at most 64 letters, digits, `-` and `_`"
    )]
    StackName {
        /// The name.
        name: String,
    },
    /// A kind that nobody handles.
    #[error(
        "`{resource}` is of the kind `{kind}`, which the executor has no handler of; add the handler"
    )]
    UnknownKind {
        /// The resource.
        resource: ResourceId,
        /// Its kind.
        kind: String,
    },
}

fn list(resources: &[ResourceId]) -> String {
    let names: Vec<String> = resources.iter().map(|id| format!("`{id}`")).collect();
    names.join(", ")
}
