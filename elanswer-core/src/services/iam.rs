//! AWS IAM: roles, and the policies that say what they may do.

pub use name::{IamName, NameError, PolicyName, RoleName};
pub use policy::{
    Action, Effect, Operator, PolicyDocument, PolicyError, PolicyFault, PolicyUse, Principal,
    Selection, Service, Statement, Wildcard,
};
pub use role::{
    Attachment, ManagedPolicyArn, ManagedPolicyArnError, MaxSessionDuration,
    MaxSessionDurationError, Role, RoleDescription, RoleDescriptionError, RoleOutputs, RolePath,
    RolePathError,
};
pub use role_policy::{RolePolicy, RolePolicyOutputs};

mod name;
pub mod policy;
mod role;
mod role_policy;
