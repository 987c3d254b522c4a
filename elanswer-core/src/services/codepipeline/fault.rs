//! What AWS refuses of a pipeline.

use crate::Set;

use super::{Action, ActionName, ArtifactName, ExecutionMode, Pipeline, Stage, StageName};

/// What AWS refuses of a pipeline.
///
/// Source: <https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-pipeline-structure.html>.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PipelineFault {
    /// Two actions of a stage have one name.
    #[error("the stage `{stage}` has two actions `{action}`")]
    ActionTwice {
        /// The stage.
        stage: StageName,
        /// The name.
        action: ActionName,
    },
    /// A stage has no action, or too many.
    #[error("the stage `{stage}` has {count} actions, AWS takes 1 to 50")]
    Actions {
        /// The stage.
        stage: StageName,
        /// How many it has.
        count: usize,
    },
    /// The first stage has something else than sources.
    #[error("the first stage `{stage}` has the action `{action}`, which is no source")]
    FirstStage {
        /// The stage.
        stage: StageName,
        /// The action.
        action: ActionName,
    },
    /// An action takes what no earlier one hands on.
    #[error(
        "the action `{action}` takes the artifact `{artifact}`, which no earlier action hands on"
    )]
    InputOfNobody {
        /// The action.
        action: ActionName,
        /// The artifact.
        artifact: ArtifactName,
    },
    /// Two actions hand on something of one name.
    #[error("two actions hand on an artifact `{artifact}`")]
    OutputTwice {
        /// The name.
        artifact: ArtifactName,
    },
    /// A stage with sources is to be rolled back.
    #[error("the stage `{stage}` has sources, and those cannot be rolled back")]
    RollBackOfSource {
        /// The stage.
        stage: StageName,
    },
    /// A stage of a pipeline whose changes run side by side is to be rolled back.
    #[error("the stage `{stage}` cannot be rolled back while changes run in parallel")]
    RollBackInParallel {
        /// The stage.
        stage: StageName,
    },
    /// A later stage has a source.
    #[error("the stage `{stage}` has the source `{action}`, and is not the first")]
    SourceLater {
        /// The stage.
        stage: StageName,
        /// The source.
        action: ActionName,
    },
    /// Two stages have one name.
    #[error("two stages are called `{stage}`")]
    StageTwice {
        /// The name.
        stage: StageName,
    },
    /// It has too few stages, or too many.
    #[error("it has {count} stages, AWS takes 2 to 50")]
    Stages {
        /// How many it has.
        count: usize,
    },
}

impl Pipeline {
    /// What AWS refuses of it.
    #[must_use]
    pub fn faults(&self) -> Vec<PipelineFault> {
        let mut faults = Vec::new();
        if !(2..=50).contains(&self.stages.len()) {
            faults.push(PipelineFault::Stages { count: self.stages.len() });
        }
        let mut names = Set::new();
        for (index, stage) in self.stages.iter().enumerate() {
            if !names.insert(&stage.name) {
                faults.push(PipelineFault::StageTwice { stage: stage.name.clone() });
            }
            self.of_stage(index == 0, stage, &mut faults);
        }
        artifacts(&self.stages, &mut faults);
        faults
    }

    fn of_stage(&self, first: bool, stage: &Stage, faults: &mut Vec<PipelineFault>) {
        let name = || stage.name.clone();
        let count = stage.actions.len();
        if !(1..=50).contains(&count) {
            faults.push(PipelineFault::Actions { stage: name(), count });
        }
        let mut names = Set::new();
        for action in &stage.actions {
            if !names.insert(&action.name) {
                let action = action.name.clone();
                faults.push(PipelineFault::ActionTwice { stage: name(), action });
            }
            match (first, action.is_source()) {
                (true, false) => {
                    let action = action.name.clone();
                    faults.push(PipelineFault::FirstStage { stage: name(), action });
                }
                (false, true) => {
                    let action = action.name.clone();
                    faults.push(PipelineFault::SourceLater { stage: name(), action });
                }
                _ => {}
            }
        }
        if stage.on_failure.is_some() {
            if stage.actions.iter().any(Action::is_source) {
                faults.push(PipelineFault::RollBackOfSource { stage: name() });
            }
            if self.execution_mode == ExecutionMode::Parallel {
                faults.push(PipelineFault::RollBackInParallel { stage: name() });
            }
        }
    }
}

/// What is handed on, and what is taken of it: by actions of later stages, and by those of the same
/// stage that run later.
fn artifacts(stages: &[Stage], faults: &mut Vec<PipelineFault>) {
    let mut known: Set<&ArtifactName> = Set::new();
    for stage in stages {
        let mut actions: Vec<&Action> = stage.actions.iter().collect();
        actions.sort_by_key(|action| action.run_order);
        for together in actions.chunk_by(|one, other| one.run_order == other.run_order) {
            for action in together {
                if let Some(artifact) = action.input().filter(|input| !known.contains(input)) {
                    let (action, artifact) = (action.name.clone(), artifact.clone());
                    faults.push(PipelineFault::InputOfNobody { action, artifact });
                }
            }
            for artifact in together.iter().filter_map(|action| action.output()) {
                if !known.insert(artifact) {
                    faults.push(PipelineFault::OutputTwice { artifact: artifact.clone() });
                }
            }
        }
    }
}
