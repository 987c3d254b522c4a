//! AWS CodePipeline: from a change of the source to what runs.

pub use action::{
    Action, ActionError, ActionKind, ApprovalText, CodeBuildAction, ConnectionSource,
    DeploymentTimeout, DetectChanges, EcsDeploy, FileName, ManualApproval, OutputArtifactFormat,
    RunOrder,
};
pub use artifact_store::{ArtifactStore, EncryptionKey, KeyType, StoreType};
pub use fault::PipelineFault;
pub use name::{ActionName, ArtifactName, BranchName, PipelineName, RepositoryId, StageName};
pub use pipeline::{ExecutionMode, Pipeline, PipelineOutputs, PipelineType};
pub use stage::{OnFailure, Stage};

mod action;
mod artifact_store;
mod fault;
mod name;
mod pipeline;
mod stage;
