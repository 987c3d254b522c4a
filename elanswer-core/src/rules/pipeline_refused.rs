//! Rule: pipeline-refused
//!
//! Severity: error
//!
//! The structure of a pipeline is one that AWS refuses, with `InvalidStructureException` and its like.
//! The first stage has sources and nothing else, and no other stage has any; there are 2 to 50 stages,
//! of 1 to 50 actions; names are unique; an action takes what an earlier one hands on; a stage with
//! sources cannot roll back, nor any while changes run in parallel.
//! A build of a pipeline takes its source from the pipeline.
//!
//! Source: <https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-pipeline-structure.html>
//!
//! Fix: follow the help of the diagnostic.
//!
//! Suppress: never.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::{
        codebuild::BuildSource,
        codepipeline::{ActionKind, Pipeline, PipelineFault},
    },
};

pub(crate) const RULE: Rule = Rule {
    slug: "pipeline-refused",
    severity: Severity::Error,
    summary: "The structure of a pipeline is one that AWS refuses.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, pipeline) in ctx.all::<Pipeline>() {
        for fault in pipeline.faults() {
            out.push(node, fault.to_string(), help(&fault));
        }
        for action in pipeline.stages.iter().flat_map(|stage| &stage.actions) {
            if let ActionKind::Build(build) = &action.does
                && let Some((project, typed)) = ctx.get(&build.project)
                && !matches!(typed.source, BuildSource::CodePipeline { .. })
            {
                out.push(
                    node,
                    format!(
                        "the action `{}` builds with `{}`, whose source is `{}`, not the pipeline",
                        action.name,
                        project.id,
                        typed.source.source_type()
                    ),
                    "give the project the source `BuildSource::CodePipeline`",
                );
            }
        }
    }
}

const fn help(fault: &PipelineFault) -> &'static str {
    match fault {
        PipelineFault::Stages { .. } => "begin with a stage of sources and go on with another",
        PipelineFault::FirstStage { .. } => "move what is no source to a later stage",
        PipelineFault::SourceLater { .. } => "move the source to the first stage",
        PipelineFault::InputOfNobody { .. } => {
            "name what an earlier action hands on, or let the action run later"
        }
        PipelineFault::RollBackOfSource { .. } => "leave out `on_failure` of this stage",
        PipelineFault::RollBackInParallel { .. } => "choose another execution mode",
        PipelineFault::Actions { .. } => "give the stage an action, or spread its actions",
        PipelineFault::ActionTwice { .. }
        | PipelineFault::OutputTwice { .. }
        | PipelineFault::StageTwice { .. } => "choose another name for one of them",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        bounded::Bounded,
        checks::testing::{check, pipeline, project},
        reference::Ref,
        services::{
            codebuild::{BuildSpec, Project},
            codeconnections::ConnectionArn,
            codepipeline::{
                Action, ActionName, ArtifactName, BranchName, CodeBuildAction, ConnectionSource,
                EcsDeploy, ExecutionMode, ManualApproval, RepositoryId, Stage, StageName,
            },
        },
    };

    const ROLE: &str = "arn:aws:iam::123456789012:role/r";
    const CODE: ArtifactName = ArtifactName::literal("code");
    const IMAGES: ArtifactName = ArtifactName::literal("images");
    const CONNECTION: ConnectionArn =
        ConnectionArn::literal("arn:aws:codeconnections:us-east-1:123456789012:connection/1");

    fn source(name: &'static str) -> Action {
        let source = ConnectionSource::builder()
            .connection_arn(CONNECTION)
            .full_repository_id(RepositoryId::literal("shop/web"))
            .branch_name(BranchName::literal("main"))
            .output(CODE);
        Action::new(ActionName::literal(name), source.build())
    }

    fn build(project: &Ref<Project>) -> Action {
        let build = CodeBuildAction::builder().project(project).input(CODE).output(IMAGES);
        Action::new(ActionName::literal("build"), build.build())
    }

    fn deploy() -> Action {
        let deploy = EcsDeploy::builder().cluster_name("c").service_name("s").input(IMAGES);
        Action::new(ActionName::literal("deploy"), deploy.build())
    }

    fn look() -> Action {
        Action::new(ActionName::literal("look"), ManualApproval::default())
    }

    fn stage<const COUNT: usize>(name: &'static str, actions: [Action; COUNT]) -> Stage {
        Stage::new(StageName::literal(name), actions)
    }

    #[test]
    fn fires_on_every_fault() {
        check(
            &RULE,
            |arch| {
                let a = [stage("One", [source("source"), look()]).rolled_back_on_failure()];
                arch.resource("a", pipeline(ROLE, a));
                let b = [
                    stage("One", [source("source")]),
                    stage("One", [source("again"), look(), look()]),
                    stage("Two", []),
                ];
                arch.resource("b", pipeline(ROLE, b));
                // What is built is there only once the build is done.
                let existing = Ref::existing("project");
                let together = [
                    stage("One", [source("source")]),
                    stage("Two", [build(&existing), deploy()]).rolled_back_on_failure(),
                ];
                let mut c = pipeline(ROLE, together);
                c.execution_mode = ExecutionMode::Parallel;
                arch.resource("c", c);
                let mut other = project(ROLE);
                let build_spec = BuildSpec::literal("version: 0.2");
                other.source = BuildSource::NoSource { build_spec };
                let other = arch.resource("other", other);
                let d = [stage("One", [source("source")]), stage("Two", [build(&other)])];
                arch.resource("d", pipeline(ROLE, d));
            },
            &[
                "error a: it has 1 stages, AWS takes 2 to 50",
                "error a: the first stage `One` has the action `look`, which is no source",
                "error a: the stage `One` has sources, and those cannot be rolled back",
                "error b: the stage `One` has the source `again`, and is not the first",
                "error b: the stage `One` has two actions `look`",
                "error b: the stage `Two` has 0 actions, AWS takes 1 to 50",
                "error b: two actions hand on an artifact `code`",
                "error b: two stages are called `One`",
                "error c: the action `deploy` takes the artifact `images`, which no earlier action hands on",
                "error c: the stage `Two` cannot be rolled back while changes run in parallel",
                "error d: the action `build` builds with `other`, whose source is `NO_SOURCE`, not the pipeline",
            ],
        );
    }

    #[test]
    fn accepts_what_comes_in_order() {
        check(
            &RULE,
            |arch| {
                let project = arch.resource("project", project(ROLE));
                let after = deploy().in_order(Bounded::of::<2>());
                let stages = [
                    stage("One", [source("source")]),
                    stage("Two", [after, build(&project)]).rolled_back_on_failure(),
                ];
                arch.resource("pipeline", pipeline(ROLE, stages));
            },
            &[],
        );
    }
}
