//! Amazon ECR in memory.

pub use repository::RepositoryHandler;

mod repository;

/// The name of the API in calls and errors.
const SERVICE: &str = "ecr";
