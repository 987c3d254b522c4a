//! AWS CodePipeline in memory.

pub use pipeline::PipelineHandler;

mod pipeline;

/// The name of the API in calls and errors.
const SERVICE: &str = "codepipeline";

/// The operations that set and remove tags.
const TAGGING: [&str; 2] = ["TagResource", "UntagResource"];
