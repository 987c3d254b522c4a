//! `AWS::CodePipeline::Pipeline` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_CreatePipeline.html>,
//! <https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_UpdatePipeline.html>,
//! <https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-pipeline-structure.html>.
//! Quota: 1,000 pipelines per Region,
//! <https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html>.
//! Stricter than AWS: the bucket, the connections and the projects of the account must exist; of
//! some of them AWS finds out when the pipeline runs.
//! Assumed: the codes of most structures that AWS refuses, which its reference does not tell apart.
//! Not modelled: executions.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::{
        codebuild::Project,
        codeconnections::Connection,
        codepipeline::{ActionKind, Pipeline, PipelineFault, PipelineName, PipelineOutputs},
        iam::Service,
        s3::Bucket,
    },
};

use super::{SERVICE, TAGGING};
use crate::{
    api::Api,
    services::iam::assumable_by,
    world::{AwsError, World, account, arn},
};

/// What AWS says of a structure that it refuses.
const STRUCTURE: &str = "InvalidStructureException";

/// What AWS says of an action that it refuses.
const ACTION: &str = "InvalidActionDeclarationException";

/// Handles pipelines in memory.
#[derive(Debug)]
pub struct PipelineHandler(Api);

impl From<Api> for PipelineHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

fn name_of(pipeline: &Pipeline) -> &str {
    pipeline.name.as_ref().map_or("", PipelineName::as_str)
}

/// `CreatePipeline`.
fn create_pipeline(
    world: &mut World,
    request: &Create<Pipeline>,
) -> Result<Observed<Pipeline>, AwsError> {
    let (place, desired) = (&request.place, &request.desired);
    let name = name_of(desired);
    if name.is_empty() {
        return Err(AwsError::invalid("ValidationException", "name must not be null"));
    }
    if world.get::<Pipeline>(place, name).is_some() {
        let account = account(place);
        let message =
            format!("A pipeline with the name '{name}' already exists in account '{account}'");
        return Err(AwsError::conflict("PipelineNameInUseException", message));
    }
    check(world, place, desired)?;
    let used = world.all::<Pipeline>(place).count();
    world.quotas.check("pipelines per Region", 1000, used, "LimitExceededException")?;
    let outputs = PipelineOutputs { name: name.to_owned(), arn: arn(place, "codepipeline", name) };
    world.insert(request, outputs, "", Duration::ZERO)
}

/// What AWS refuses of a pipeline that is made or changed.
fn check(world: &World, place: &Place, pipeline: &Pipeline) -> Result<(), AwsError> {
    if let Some(fault) = pipeline.faults().first() {
        return Err(refused(fault));
    }
    let role = pipeline.role_arn.known().map(String::as_str).unwrap_or_default();
    assumable_by(world, role, &Service::CodePipeline, STRUCTURE).map_err(|error| {
        let kind = error.kind();
        let message =
            format!("CodePipeline is not authorized to perform AssumeRole on role {role}");
        AwsError::new(kind, STRUCTURE, message)
    })?;
    let bucket = pipeline.artifact_store.location.known().unwrap_or_default();
    let found = world.everywhere::<Bucket>().find(|(_, name, _)| *name == bucket);
    match found {
        None => return Err(invalid(STRUCTURE, format!("The bucket {bucket} does not exist"))),
        Some((at, ..)) if at.region != place.region => {
            let message = format!(
                "The bucket {bucket} is in {}, the pipeline in {}",
                at.region, place.region
            );
            return Err(invalid(STRUCTURE, message));
        }
        Some(_) => {}
    }
    for action in pipeline.stages.iter().flat_map(|stage| &stage.actions) {
        match &action.does {
            ActionKind::Build(build) => {
                let project = build.project.known().unwrap_or_default();
                if world.get::<Project>(place, project).is_none() {
                    return Err(invalid(ACTION, format!("The project {project} does not exist")));
                }
            }
            ActionKind::Source(source) => {
                let arn =
                    source.connection_arn.known().map(ToString::to_string).unwrap_or_default();
                let ours = arn.split(':').nth(4) == Some(account(place).as_str());
                // Those that were made before the service had its name are not of this world.
                let known = arn.contains(":codestar-connections:")
                    || world.everywhere::<Connection>().any(|(_, found, _)| found == arn);
                if ours && !known {
                    return Err(invalid(ACTION, format!("The connection {arn} does not exist")));
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn invalid(code: &str, message: impl Into<String>) -> AwsError {
    AwsError::invalid(code, message)
}

/// AWS's words for what it refuses.
fn refused(fault: &PipelineFault) -> AwsError {
    match fault {
        PipelineFault::Stages { count } if *count < 2 => invalid(
            STRUCTURE,
            format!(
                "Pipeline has only {count} stage(s). There should be a minimum of 2 stages in a \
                 pipeline"
            ),
        ),
        PipelineFault::FirstStage { .. } => invalid(
            STRUCTURE,
            "Pipeline should start with a stage that only contains source actions",
        ),
        PipelineFault::InputOfNobody { action, artifact } => invalid(
            STRUCTURE,
            format!(
                "Input Artifact Bundle {artifact} in action {action} is not declared as Output \
                 Artifact Bundle in any of the preceding actions"
            ),
        ),
        PipelineFault::OutputTwice { artifact } => invalid(
            STRUCTURE,
            format!(
                "Output Artifact Bundle name must be unique within the pipeline. {artifact} has \
                 been used more than once."
            ),
        ),
        PipelineFault::ActionTwice { .. } | PipelineFault::Actions { .. } => {
            invalid("InvalidStageDeclarationException", fault.to_string())
        }
        other => invalid(STRUCTURE, other.to_string()),
    }
}

impl PipelineHandler {
    /// `GetPipeline`, and `ListTagsForResource` when there is such a pipeline.
    async fn look(
        &self,
        place: &Place,
        name: &str,
    ) -> Result<Option<Observed<Pipeline>>, ExecError> {
        let found =
            self.0.read::<Pipeline>(SERVICE, "GetPipeline", place, &[name.to_owned()]).await;
        let found = found.into_iter().next().unwrap_or(Ok(None))?;
        if found.is_some() {
            self.0.call(SERVICE, "ListTagsForResource", place, |_| Ok(())).await?;
        }
        Ok(found)
    }
}

#[async_trait]
impl Handler<Pipeline> for PipelineHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<Pipeline>>, ExecError>> {
        let mut answers = Vec::with_capacity(identifiers.len());
        for name in identifiers {
            answers.push(self.look(place, name).await);
        }
        answers
    }

    /// Its ARN is in the answer of `GetPipeline` alone.
    async fn create(&self, request: &Create<Pipeline>) -> Result<Observed<Pipeline>, ExecError> {
        let (place, name) = (&request.place, name_of(&request.desired));
        let made = self
            .0
            .call(SERVICE, "CreatePipeline", place, |world| create_pipeline(world, request))
            .await?;
        self.0
            .call(SERVICE, "GetPipeline", place, |_| Ok(()))
            .await
            .map_err(|error| error.with_identifier(name))?;
        Ok(made)
    }

    async fn find(
        &self,
        request: &Create<Pipeline>,
    ) -> Result<Option<Observed<Pipeline>>, ExecError> {
        let (place, name) = (&request.place, name_of(&request.desired));
        let owned = self
            .0
            .call(SERVICE, "GetPipeline", place, |world| {
                let found = world.get::<Pipeline>(place, name);
                Ok(found.map(|pipeline| {
                    let owned = request.ownership.owns(&pipeline.tags);
                    owned.then(|| pipeline.observed(world.now()))
                }))
            })
            .await?;
        let Some(owned) = owned else { return Ok(None) };
        self.0.call(SERVICE, "ListTagsForResource", place, |_| Ok(())).await?;
        Ok(owned)
    }

    async fn update(&self, request: &Update<Pipeline>) -> Result<Observed<Pipeline>, ExecError> {
        let (place, name) = (&request.place, &request.identifier);
        if request.current.is_modified_by(&request.desired) {
            self.0
                .call(SERVICE, "UpdatePipeline", place, |world| {
                    if world.get::<Pipeline>(place, name).is_none() {
                        let account = account(place);
                        let message = format!(
                            "The account with id '{account}' does not include a pipeline with the \
                             name '{name}'"
                        );
                        return Err(AwsError::not_found("PipelineNotFoundException", message));
                    }
                    check(world, place, &request.desired)?;
                    world.change::<Pipeline>(place, name, "", Duration::ZERO, |object| {
                        object.resource = request.desired.clone();
                    })
                })
                .await?;
        }
        self.0.retag(SERVICE, TAGGING, request).await?;
        Ok(self.0.after(request))
    }

    async fn delete(&self, request: &Delete<Pipeline>) -> Result<Deletion, ExecError> {
        self.0
            .call(SERVICE, "DeletePipeline", &request.place, |world| {
                world.remove::<Pipeline>(&request.place, &request.identifier, Duration::ZERO);
                Ok(())
            })
            .await?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::{
        Architecture, Input, Ref, Region,
        services::{
            codeconnections::ConnectionArn,
            codepipeline::{
                Action, ActionName, ArtifactName, ArtifactStore, BranchName, CodeBuildAction,
                ConnectionSource, ManualApproval, RepositoryId, Stage, StageName,
            },
            iam::Role,
        },
    };

    use super::*;
    use crate::MockAws;

    const SOURCE: ArtifactName = ArtifactName::literal("source");

    fn source(connection: impl Into<Input<ConnectionArn>>) -> Action {
        let source = ConnectionSource::builder()
            .connection_arn(connection)
            .full_repository_id(RepositoryId::literal("shop/web"))
            .branch_name(BranchName::literal("main"))
            .output(SOURCE)
            .build();
        Action::new(ActionName::literal("source"), source)
    }

    fn look() -> Action {
        Action::new(ActionName::literal("look"), ManualApproval::default())
    }

    fn build(project: Ref<Project>) -> Action {
        let build = CodeBuildAction::builder().project(project).input(SOURCE).build();
        Action::new(ActionName::literal("build"), build)
    }

    /// What AWS says of a pipeline of these stages after one with the source.
    async fn said(trusted: Service, change: impl FnOnce(&mut Pipeline)) -> String {
        let mut arch = Architecture::new("shop", Region::UsEast1);
        let role = arch.resource("role", Role::assumed_by(trusted));
        let bucket = arch.resource("bucket", Bucket::builder().build());
        let connection = arch.resource("github", Connection::default());
        let source = Stage::new(StageName::literal("Source"), [source(connection.arn())]);
        let live = Stage::new(StageName::literal("Live"), [look()]);
        let mut pipeline = Pipeline::builder()
            .role_arn(role.arn())
            .artifact_store(ArtifactStore::new(&bucket))
            .stages([source, live])
            .build();
        change(&mut pipeline);
        arch.resource("pipeline", pipeline);
        let target = (MockAws::new(), elanswer_core::state::MemoryStore::new());
        let report = elanswer_core::operations::apply(&arch, &target).unchecked().await.unwrap();
        report.to_string()
    }

    #[tokio::test(start_paused = true)]
    async fn the_role_trusts_the_service_of_pipelines() {
        let made = said(Service::CodePipeline, |_| {}).await;
        assert!(!made.contains("Exception"), "{made}");
        let refused = said(Service::CodeBuild, |_| {}).await;
        assert!(refused.contains("not authorized to perform AssumeRole on role"), "{refused}");
    }

    #[tokio::test(start_paused = true)]
    async fn aws_refuses_structures_in_its_words() {
        let too_few = said(Service::CodePipeline, |pipeline| drop(pipeline.stages.pop())).await;
        assert!(too_few.contains("There should be a minimum of 2 stages"), "{too_few}");
        let first = said(Service::CodePipeline, |pipeline| pipeline.stages.reverse()).await;
        assert!(first.contains("start with a stage that only contains source"), "{first}");
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_named_exists() {
        let project = said(Service::CodePipeline, |pipeline| {
            pipeline.stages[1].actions = vec![build(Ref::existing("none"))];
        });
        assert!(project.await.contains("The project none does not exist"));
        let bucket = said(Service::CodePipeline, |pipeline| {
            pipeline.artifact_store.location = Ref::existing("none");
        });
        assert!(bucket.await.contains("The bucket none does not exist"));
        let arn = "arn:aws:codeconnections:us-east-1:123456789012:connection/none";
        let connection = said(Service::CodePipeline, |pipeline| {
            pipeline.stages[0].actions = vec![source(ConnectionArn::new(arn).unwrap())];
        });
        assert!(connection.await.contains("connection/none does not exist"));
    }
}
