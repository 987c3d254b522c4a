//! `AWS::CodePipeline::Pipeline` over the SDK.
//!
//! <https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_CreatePipeline.html>. Its ARN is
//! in no answer but that of `GetPipeline`, its tags in none but that of `ListTagsForResource`.

use std::collections::HashMap;

use async_trait::async_trait;
use aws_sdk_codepipeline::{Client, types};
use aws_smithy_types::error::operation::BuildError;
use elanswer_core::{
    Handler, Input, Place, Ref, Tags,
    executor::{Deletion, ErrorKind, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::{
        codepipeline::{
            Action, ArtifactStore, OnFailure, Pipeline, PipelineName, PipelineOutputs, Stage,
            StageName,
        },
        kms::KeyArn,
    },
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::{SERVICE, failed};
use crate::{
    clients::Clients,
    error::{gone_is_fine, missing, none_if_gone},
};

/// Handles pipelines over the SDK.
#[derive(Debug)]
pub struct PipelineHandler(Clients);

impl From<Clients> for PipelineHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

/// AWS's word for a value of the model.
fn word<T: Serialize>(value: T) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        _ => String::new(),
    }
}

/// The value of the model that AWS's word stands for.
fn parse_word<T: DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(Value::String(word.to_owned())).ok()
}

/// A part of a request that cannot be built: the handler has left out a field.
#[expect(clippy::needless_pass_by_value, reason = "`map_err` gives errors by value")]
fn unbuilt(error: BuildError) -> ExecError {
    ExecError::new(ErrorKind::Internal, error.to_string())
}

fn pipeline_to_sdk(it: &Pipeline) -> Result<types::PipelineDeclaration, BuildError> {
    let stages: Result<Vec<_>, _> = it.stages.iter().map(stage_to_sdk).collect();
    types::PipelineDeclaration::builder()
        .name(it.name.as_ref().map_or("", PipelineName::as_str))
        .role_arn(it.role_arn.known().map(String::as_str).unwrap_or_default())
        .artifact_store(store_to_sdk(&it.artifact_store)?)
        .set_stages(Some(stages?))
        .pipeline_type(word(it.pipeline_type).as_str().into())
        .execution_mode(word(it.execution_mode).as_str().into())
        .build()
}

fn store_to_sdk(it: &ArtifactStore) -> Result<types::ArtifactStore, BuildError> {
    let key = it
        .key()
        .and_then(Input::known)
        .map(|key| types::EncryptionKey::builder().id(key.as_str()).r#type("KMS".into()).build());
    types::ArtifactStore::builder()
        .r#type("S3".into())
        .location(it.location.known().unwrap_or_default())
        .set_encryption_key(key.transpose()?)
        .build()
}

fn stage_to_sdk(it: &Stage) -> Result<types::StageDeclaration, BuildError> {
    let actions: Result<Vec<_>, _> = it.actions.iter().map(action_to_sdk).collect();
    let on_failure = it.on_failure.map(|on_failure| {
        types::FailureConditions::builder().result(on_failure.as_str().into()).build()
    });
    types::StageDeclaration::builder()
        .name(it.name.as_str())
        .set_actions(Some(actions?))
        .set_on_failure(on_failure)
        .build()
}

fn action_to_sdk(it: &Action) -> Result<types::ActionDeclaration, BuildError> {
    let (category, provider) = it.does.action_type();
    let action_type = types::ActionTypeId::builder()
        .category(category.into())
        .owner(types::ActionOwner::Aws)
        .provider(provider)
        .version("1")
        .build()?;
    // The tree of an action has what AWS takes under AWS's names.
    let tree = serde_json::to_value(it).unwrap_or_default();
    let configuration = tree.get("Configuration").and_then(Value::as_object);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let configuration: HashMap<String, String> = configuration
        .into_iter()
        .flatten()
        .map(|(key, value)| (key.clone(), text(value)))
        .collect();
    let input = it.input().map(|name| types::InputArtifact::builder().name(name.as_str()).build());
    let output =
        it.output().map(|name| types::OutputArtifact::builder().name(name.as_str()).build());
    types::ActionDeclaration::builder()
        .name(it.name.as_str())
        .action_type_id(action_type)
        .run_order(it.run_order.get().cast_signed())
        .set_configuration(Some(configuration).filter(|it| !it.is_empty()))
        .set_input_artifacts(Some(input.transpose()?.into_iter().collect()))
        .set_output_artifacts(Some(output.transpose()?.into_iter().collect()))
        .build()
}

/// What of an answer elanswer does not know, in words.
fn action_of(it: &types::ActionDeclaration) -> Result<Action, String> {
    let kind = it.action_type_id().ok_or("an action has no type")?;
    let name = |name: &str| json!({ "Name": name });
    let tree = json!({
        "Name": it.name(),
        "ActionTypeId": {
            "Category": kind.category().as_str(),
            "Owner": kind.owner().as_str(),
            "Provider": kind.provider(),
            "Version": kind.version(),
        },
        "RunOrder": it.run_order().unwrap_or(1),
        "Configuration": it.configuration().cloned().unwrap_or_default(),
        "InputArtifacts": it.input_artifacts().iter().map(|it| name(it.name())).collect::<Vec<_>>(),
        "OutputArtifacts": it.output_artifacts().iter().map(|it| name(it.name())).collect::<Vec<_>>(),
    });
    serde_json::from_value(tree).map_err(|error| error.to_string())
}

fn stage_of(it: &types::StageDeclaration) -> Result<Stage, String> {
    let actions: Result<Vec<_>, _> = it.actions().iter().map(action_of).collect();
    let on_failure = match it.on_failure().and_then(types::FailureConditions::result) {
        None => None,
        Some(types::Result::Rollback) => Some(OnFailure::RollBack),
        Some(other) => return Err(format!("`{other}` on failure of the stage `{}`", it.name())),
    };
    let name = StageName::new(it.name()).map_err(|error| error.to_string())?;
    Ok(Stage { name, actions: actions?, on_failure })
}

fn store_of(it: &types::ArtifactStore) -> Result<ArtifactStore, String> {
    let store = ArtifactStore::new(Ref::existing(it.location()));
    // A key that is named by an alias is one of AWS.
    let key = it.encryption_key().and_then(|key| KeyArn::new(key.id()).ok());
    Ok(match key {
        Some(key) => store.encrypted_with(key),
        None => store,
    })
}

fn pipeline_of(it: &types::PipelineDeclaration, tags: Tags) -> Result<Pipeline, String> {
    let stages: Result<Vec<_>, _> = it.stages().iter().map(stage_of).collect();
    let store = it.artifact_store().ok_or("no artifact store")?;
    let mode = it
        .execution_mode()
        .map_or_else(|| Some(Default::default()), |mode| parse_word(mode.as_str()));
    let kind = it
        .pipeline_type()
        .map_or_else(|| Some(Default::default()), |kind| parse_word(kind.as_str()));
    let pipeline = Pipeline::builder()
        .name(PipelineName::new(it.name()).map_err(|error| error.to_string())?)
        .role_arn(it.role_arn())
        .artifact_store(store_of(store)?)
        .stages(stages?)
        .pipeline_type(kind.ok_or("a type of pipelines that is not known")?)
        .execution_mode(mode.ok_or("an execution mode that is not known")?)
        .tags(tags.declared());
    Ok(pipeline.build())
}

fn to_sdk(tags: &Tags) -> Result<Vec<types::Tag>, ExecError> {
    let tag = |(key, value)| types::Tag::builder().key(key).value(value).build();
    let tags: Result<Vec<_>, _> = tags.iter().map(tag).collect();
    tags.map_err(unbuilt)
}

impl PipelineHandler {
    /// The pipeline and its ARN, when it exists.
    async fn get(
        client: &Client,
        name: &str,
    ) -> Result<Option<(types::PipelineDeclaration, String)>, ExecError> {
        let answer = client.get_pipeline().name(name).send().await;
        let Some(answer) = none_if_gone(answer.map_err(failed("GetPipeline")))? else {
            return Ok(None);
        };
        let lacks = |field| missing(SERVICE, "GetPipeline", field);
        let arn = answer.metadata.and_then(|metadata| metadata.pipeline_arn);
        let pipeline = answer.pipeline.ok_or_else(|| lacks("pipeline"))?;
        Ok(Some((pipeline, arn.ok_or_else(|| lacks("pipelineArn"))?)))
    }

    async fn tags(client: &Client, arn: &str) -> Result<Option<Tags>, ExecError> {
        let call = client.list_tags_for_resource().resource_arn(arn).into_paginator().items();
        let tags = call.send().try_collect().await.map_err(failed("ListTagsForResource"));
        let tags = none_if_gone(tags)?;
        Ok(tags.map(|tags| tags.iter().map(|tag| (tag.key(), tag.value())).collect()))
    }

    /// The pipeline and all of its tags.
    async fn look(
        client: &Client,
        name: &str,
    ) -> Result<Option<(Observed<Pipeline>, Tags)>, ExecError> {
        let Some((pipeline, arn)) = Self::get(client, name).await? else { return Ok(None) };
        let Some(tags) = Self::tags(client, &arn).await? else { return Ok(None) };
        let resource = pipeline_of(&pipeline, tags.clone()).map_err(|what| {
            let message = format!("`{name}` has what elanswer does not know: {what}");
            ExecError::new(ErrorKind::Internal, message).with_operation(SERVICE, "GetPipeline")
        })?;
        let outputs = PipelineOutputs { name: pipeline.name, arn };
        Ok(Some((Observed::ready(resource, outputs), tags)))
    }
}

#[async_trait]
impl Handler<Pipeline> for PipelineHandler {
    /// AWS shows one pipeline at a time, and its tags apart.
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<Pipeline>>, ExecError>> {
        let client = self.0.codepipeline(place.region);
        let mut answers = Vec::with_capacity(identifiers.len());
        for name in identifiers {
            let found = Self::look(&client, name).await;
            answers.push(found.map(|found| found.map(|(pipeline, _)| pipeline)));
        }
        answers
    }

    async fn create(&self, request: &Create<Pipeline>) -> Result<Observed<Pipeline>, ExecError> {
        let (client, desired) = (self.0.codepipeline(request.place.region), &request.desired);
        client
            .create_pipeline()
            .pipeline(pipeline_to_sdk(desired).map_err(unbuilt)?)
            .set_tags(Some(to_sdk(&request.tags())?))
            .send()
            .await
            .map_err(failed("CreatePipeline"))?;
        let name = desired.name.as_ref().map(ToString::to_string).unwrap_or_default();
        let made = Self::get(&client, &name).await;
        let (_, arn) = made.map_err(|error| error.with_identifier(&name))?.ok_or_else(|| {
            ExecError::new(ErrorKind::NotYetVisible, format!("`{name}` is not visible yet"))
                .with_operation(SERVICE, "GetPipeline")
                .with_identifier(&name)
        })?;
        Ok(Observed::ready(desired.clone(), PipelineOutputs { name, arn }))
    }

    async fn find(
        &self,
        request: &Create<Pipeline>,
    ) -> Result<Option<Observed<Pipeline>>, ExecError> {
        let client = self.0.codepipeline(request.place.region);
        let Some(name) = &request.desired.name else { return Ok(None) };
        let found = Self::look(&client, name.as_str()).await?;
        let owned = found.filter(|(_, tags)| request.ownership.owns(tags));
        Ok(owned.map(|(pipeline, _)| pipeline))
    }

    async fn update(&self, request: &Update<Pipeline>) -> Result<Observed<Pipeline>, ExecError> {
        let (client, desired) = (self.0.codepipeline(request.place.region), &request.desired);
        if request.current.is_modified_by(desired) {
            let call = client.update_pipeline();
            let call = call.pipeline(pipeline_to_sdk(desired).map_err(unbuilt)?);
            call.send().await.map_err(failed("UpdatePipeline"))?;
        }
        let (arn, (set, remove)) = (&request.outputs.arn, request.tag_changes());
        if !set.is_empty() {
            let call = client.tag_resource().resource_arn(arn).set_tags(Some(to_sdk(&set)?));
            call.send().await.map_err(failed("TagResource"))?;
        }
        if !remove.is_empty() {
            let call = client.untag_resource().resource_arn(arn).set_tag_keys(Some(remove));
            call.send().await.map_err(failed("UntagResource"))?;
        }
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<Pipeline>) -> Result<Deletion, ExecError> {
        let client = self.0.codepipeline(request.place.region);
        let deleted = client.delete_pipeline().name(&request.identifier).send().await;
        gone_is_fine(deleted.map_err(failed("DeletePipeline")))?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::{
        Bounded,
        services::{
            codeconnections::ConnectionArn,
            codepipeline::{
                ActionName, ArtifactName, BranchName, CodeBuildAction, ConnectionSource, EcsDeploy,
                ExecutionMode, ManualApproval, RepositoryId,
            },
        },
    };

    use super::*;
    use crate::{
        replay,
        scripted::{self, Scripted, refused, replied},
    };

    const ARN: &str = "arn:aws:codepipeline:us-east-1:123456789012:web";
    const CONNECTION: &str = "arn:aws:codeconnections:us-east-1:123456789012:connection/1";
    const KEY: &str = "arn:aws:kms:us-east-1:123456789012:key/k";

    fn pipeline() -> Pipeline {
        let (source, images) = (ArtifactName::literal("source"), ArtifactName::literal("images"));
        let from = ConnectionSource::builder()
            .connection_arn(ConnectionArn::new(CONNECTION).unwrap())
            .full_repository_id(RepositoryId::literal("shop/web"))
            .branch_name(BranchName::literal("main"))
            .output(source.clone())
            .build();
        let build = CodeBuildAction::builder()
            .project(Ref::existing("web"))
            .input(source)
            .output(images.clone())
            .build();
        let deploy =
            EcsDeploy::builder().cluster_name("shop").service_name("web").input(images).build();
        let action = |name: &'static str| ActionName::literal(name);
        Pipeline::builder()
            .name(PipelineName::literal("web"))
            .role_arn("arn:aws:iam::123456789012:role/pipeline")
            .artifact_store(
                ArtifactStore::new(Ref::existing("artifacts"))
                    .encrypted_with(KeyArn::new(KEY).unwrap()),
            )
            .stages([
                Stage::new(StageName::literal("Source"), [Action::new(action("source"), from)]),
                Stage::new(StageName::literal("Build"), [Action::new(action("build"), build)]),
                Stage::new(
                    StageName::literal("Live"),
                    [
                        Action::new(action("look"), ManualApproval::default()),
                        Action::new(action("web"), deploy).in_order(Bounded::of::<2>()),
                    ],
                )
                .rolled_back_on_failure(),
            ])
            .tags(Tags::new().with("team", "shop"))
            .build()
    }

    /// What AWS shows of it.
    fn shown() -> Value {
        let action = |category: &str, provider: &str, rest: Value| {
            let kind = json!({
                "category": category, "owner": "AWS", "provider": provider, "version": "1"
            });
            let mut action = json!({ "actionTypeId": kind, "runOrder": 1, "configuration": {} });
            action.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
            action
        };
        let (source, images) = (json!([{ "name": "source" }]), json!([{ "name": "images" }]));
        let from = json!({
            "name": "source",
            "configuration": {
                "ConnectionArn": CONNECTION,
                "FullRepositoryId": "shop/web",
                "BranchName": "main",
                "DetectChanges": "true",
                "OutputArtifactFormat": "CODE_ZIP",
            },
            "outputArtifacts": source,
            "inputArtifacts": [],
        });
        let build = json!({
            "name": "build",
            "configuration": { "ProjectName": "web" },
            "inputArtifacts": source,
            "outputArtifacts": images,
        });
        let deploy = json!({
            "name": "web",
            "runOrder": 2,
            "configuration": {
                "ClusterName": "shop",
                "ServiceName": "web",
                "FileName": "imagedefinitions.json",
                "DeploymentTimeout": "60",
            },
            "inputArtifacts": images,
        });
        json!({
            "name": "web",
            "roleArn": "arn:aws:iam::123456789012:role/pipeline",
            "artifactStore": {
                "type": "S3",
                "location": "artifacts",
                "encryptionKey": { "id": KEY, "type": "KMS" },
            },
            "stages": [
                { "name": "Source", "actions": [action("Source", "CodeStarSourceConnection", from)] },
                { "name": "Build", "actions": [action("Build", "CodeBuild", build)] },
                {
                    "name": "Live",
                    "actions": [
                        action("Approval", "Manual", json!({ "name": "look" })),
                        action("Deploy", "ECS", deploy),
                    ],
                    "onFailure": { "result": "ROLLBACK" },
                },
            ],
            "version": 1,
            "executionMode": "SUPERSEDED",
            "pipelineType": "V2",
        })
    }

    /// No server of the tests makes it: these are the answers of AWS's reference.
    #[tokio::test]
    async fn a_life_over_the_wire() {
        let ownership = replay::ownership().tags();
        let own = ownership.iter().map(|(key, value)| json!({ "key": key, "value": value }));
        let tags: Vec<_> =
            [json!({ "key": "team", "value": "shop" })].into_iter().chain(own).collect();
        let got = || replied(json!({ "pipeline": shown(), "metadata": { "pipelineArn": ARN } }));
        let script = Scripted::json([
            replied(json!({ "pipeline": shown() })),
            got(),
            got(),
            replied(json!({ "tags": tags })),
            got(),
            replied(json!({ "tags": tags })),
            replied(json!({ "pipeline": shown() })),
            replied(json!({})),
            replied(json!({})),
            replied(json!({})),
            refused("PipelineNotFoundException", "No pipeline."),
        ]);
        let handler = PipelineHandler::from(script.clients());
        let create = scripted::create(pipeline());
        let made = handler.create(&create).await.unwrap();
        assert_eq!(made.outputs.arn, ARN);
        let ids = ["web".to_owned()];
        let seen = handler.read(&create.place, &ids).await.remove(0).unwrap().unwrap();
        assert_eq!(seen.resource, pipeline());
        assert_eq!(handler.find(&create).await.unwrap().unwrap().resource, pipeline());
        let queued = Pipeline {
            execution_mode: ExecutionMode::Queued,
            tags: Tags::new().with("cost", "1"),
            ..pipeline()
        };
        let update = scripted::update("web", pipeline(), queued, made.outputs.clone());
        handler.update(&update).await.unwrap();
        let delete = scripted::delete("web", pipeline(), made.outputs);
        assert_eq!(handler.delete(&delete).await.unwrap(), Deletion::Gone);
        assert!(handler.read(&create.place, &ids).await.remove(0).unwrap().is_none());
        script.assert_sent(&[
            ("CreatePipeline", r#""onFailure":{"result":"ROLLBACK"}"#),
            ("GetPipeline", r#""name":"web""#),
            ("GetPipeline", r#""name":"web""#),
            ("ListTagsForResource", ARN),
            ("GetPipeline", r#""name":"web""#),
            ("ListTagsForResource", ARN),
            ("UpdatePipeline", r#""executionMode":"QUEUED""#),
            ("TagResource", r#""key":"cost""#),
            ("UntagResource", r#""tagKeys":["team"]"#),
            ("DeletePipeline", r#""name":"web""#),
            ("GetPipeline", r#""name":"web""#),
        ]);
    }

    #[tokio::test]
    async fn a_role_that_is_new_is_waited_for() {
        let why = "CodePipeline is not authorized to perform AssumeRole on role r";
        let script = Scripted::json([
            refused("InvalidStructureException", why),
            refused("PipelineNameInUseException", "A pipeline with this name exists"),
        ]);
        let handler = PipelineHandler::from(script.clients());
        let create = scripted::create(pipeline());
        let kind = handler.create(&create).await.unwrap_err().kind();
        assert_eq!(kind, ErrorKind::NotYetVisible);
        assert_eq!(handler.create(&create).await.unwrap_err().kind(), ErrorKind::Conflict);
    }

    #[test]
    fn what_is_sent_is_read() {
        let sent = pipeline_to_sdk(&pipeline()).unwrap();
        assert_eq!(pipeline_of(&sent, pipeline().tags), Ok(pipeline()));
    }
}
