//! AWS Secrets Manager: secrets that AWS keeps, hands out and rotates.

pub use arn::{FunctionArn, SecretArn};
pub use replica::ReplicaRegion;
pub use resource_policy::{ResourcePolicy, ResourcePolicyOutputs};
pub use rotation_schedule::{
    RotationDays, RotationFault, RotationRules, RotationSchedule, RotationScheduleOutputs,
    RotationWindow, Schedule, ScheduleExpression,
};
pub use secret::{
    Recovery, RecoveryWindow, Secret, SecretDescription, SecretFault, SecretName, SecretOutputs,
};
pub use value::{
    ExcludedCharacters, GenerateSecretString, PasswordFault, PasswordLength, SecretTemplate,
    SecretValue,
};

mod arn;
mod replica;
mod resource_policy;
mod rotation_schedule;
mod secret;
mod value;
