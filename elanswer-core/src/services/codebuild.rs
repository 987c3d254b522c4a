//! AWS CodeBuild: builds in containers.

pub use environment::{
    ComputeType, Environment, EnvironmentType, EnvironmentVariable, ImagePullCredentialsType,
    VariableName,
};
pub use logs::BuildLogs;
pub use project::{
    BuildTimeout, Project, ProjectDescription, ProjectName, ProjectOutputs, QueuedTimeout,
};
pub use source::{BuildSource, BuildSpec, GitHubLocation, SourceError};

mod environment;
mod logs;
mod project;
mod source;
