//! AWS CodeBuild in memory.

pub use project::ProjectHandler;

mod project;

/// The name of the API in calls and errors.
const SERVICE: &str = "codebuild";
