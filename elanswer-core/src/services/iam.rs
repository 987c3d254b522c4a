//! AWS IAM: roles, and the policies that say what they may do.

pub use catalogue::{AccessLevel, ArnPattern, Catalogue};
pub use name::{PolicyName, RoleName};
pub use policy::{
    Action, Effect, Operator, PolicyDocument, PolicyError, PolicyFault, PolicyUse, Principal,
    Selection, Service, Statement, Wildcard,
};
pub use role::{
    Attachment, ManagedPolicyArn, MaxSessionDuration, MaxSessionDurationError, Role,
    RoleDescription, RoleOutputs, RolePath,
};
pub use role_policy::{RolePolicy, RolePolicyOutputs};

pub mod catalogue;
mod name;
pub mod policy;
mod role;
mod role_policy;
