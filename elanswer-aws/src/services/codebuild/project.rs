//! `AWS::CodeBuild::Project` over the SDK.
//!
//! <https://docs.aws.amazon.com/codebuild/latest/APIReference/API_CreateProject.html>. What
//! `UpdateProject` is not given it leaves as it is: everything is sent, and AWS's defaults by name.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_codebuild::{Client, types};
use aws_smithy_types::error::operation::BuildError;
use elanswer_core::{
    Handler, Input, Place, Ref, Tags,
    executor::{Deletion, ErrorKind, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::{
        codebuild::{
            BuildLogs, BuildSource, BuildSpec, Environment, EnvironmentVariable, GitHubLocation,
            Project, ProjectDescription, ProjectName, ProjectOutputs, VariableName,
        },
        kms::KeyArn,
    },
};
use serde::{Serialize, de::DeserializeOwned};

use super::{SERVICE, failed};
use crate::{
    clients::Clients,
    error::{gone_is_fine, missing},
};

/// How many projects one call shows by name.
const PAGE: usize = 100;

/// The key that AWS keeps for S3, by which it encrypts the results of projects without a key.
const KEY_OF_AWS: &str = "alias/aws/s3";

/// Handles build projects over the SDK.
#[derive(Debug)]
pub struct ProjectHandler(Clients);

impl From<Clients> for ProjectHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

/// AWS's word for a value of the model.
fn word<T: Serialize>(value: T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

/// The value of the model that AWS's word stands for.
fn parse_word<T: DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).ok()
}

fn known(text: &Input<String>) -> &str {
    text.known().map(String::as_str).unwrap_or_default()
}

/// A part of a request that cannot be built: the handler has left out a field.
#[expect(clippy::needless_pass_by_value, reason = "`map_err` gives errors by value")]
fn unbuilt(error: BuildError) -> ExecError {
    ExecError::new(ErrorKind::Internal, error.to_string())
}

/// A project in the words of the SDK.
struct Request {
    source: types::ProjectSource,
    artifacts: types::ProjectArtifacts,
    environment: types::ProjectEnvironment,
    logs: types::LogsConfig,
    key: String,
}

impl Request {
    fn of(project: &Project) -> Result<Self, BuildError> {
        let source = &project.source;
        let (source, artifacts) = (
            types::ProjectSource::builder()
                .r#type(source.source_type().into())
                .set_location(source.location().map(ToString::to_string))
                // No text at all means the file of the source.
                .buildspec(source.build_spec().map_or("", BuildSpec::as_str))
                .build()?,
            types::ProjectArtifacts::builder().r#type(source.artifacts_type().into()).build()?,
        );
        let (status, group) = match &project.logs_config {
            BuildLogs::Disabled => (types::LogsConfigStatusType::Disabled, None),
            BuildLogs::OfProject => (types::LogsConfigStatusType::Enabled, None),
            BuildLogs::Group(group) => (types::LogsConfigStatusType::Enabled, group.known()),
        };
        let logs = types::CloudWatchLogsConfig::builder()
            .status(status)
            .set_group_name(group.map(str::to_owned))
            .build()?;
        let key = project.encryption_key.as_ref().and_then(Input::known);
        Ok(Self {
            source,
            artifacts,
            environment: environment_to_sdk(&project.environment)?,
            logs: types::LogsConfig::builder().cloud_watch_logs(logs).build(),
            key: key.map_or_else(|| KEY_OF_AWS.to_owned(), ToString::to_string),
        })
    }
}

fn environment_to_sdk(it: &Environment) -> Result<types::ProjectEnvironment, BuildError> {
    let variable = |(name, variable): (&VariableName, &EnvironmentVariable)| {
        types::EnvironmentVariable::builder()
            .name(name.as_str())
            .value(known(variable.value()))
            .r#type(variable.variable_type().into())
            .build()
    };
    let variables: Result<Vec<_>, _> = it.environment_variables.iter().map(variable).collect();
    types::ProjectEnvironment::builder()
        .r#type(word(it.environment_type).as_str().into())
        .image(known(&it.image))
        .compute_type(word(it.compute_type).as_str().into())
        .privileged_mode(it.privileged_mode)
        .image_pull_credentials_type(word(it.image_pull_credentials_type).as_str().into())
        .set_environment_variables(Some(variables?))
        .build()
}

fn environment_of(it: &types::ProjectEnvironment) -> Option<Environment> {
    let variable = |variable: &types::EnvironmentVariable| {
        let value = Input::Literal(variable.value().to_owned());
        let value = match variable.r#type() {
            Some(types::EnvironmentVariableType::ParameterStore) => {
                EnvironmentVariable::ParameterStore(value)
            }
            Some(types::EnvironmentVariableType::SecretsManager) => {
                EnvironmentVariable::SecretsManager(value)
            }
            Some(types::EnvironmentVariableType::Plaintext) | None => {
                EnvironmentVariable::Plaintext(value)
            }
            Some(_) => return None,
        };
        Some((VariableName::new(variable.name()).ok()?, value))
    };
    let variables: Option<BTreeMap<_, _>> =
        it.environment_variables().iter().map(variable).collect();
    let credentials = it.image_pull_credentials_type();
    let environment = Environment::builder()
        .environment_type(parse_word(it.r#type().as_str())?)
        .image(it.image())
        .compute_type(parse_word(it.compute_type().as_str())?)
        .privileged_mode(it.privileged_mode().unwrap_or_default())
        .image_pull_credentials_type(match credentials {
            Some(credentials) => parse_word(credentials.as_str())?,
            None => elanswer_core::services::codebuild::ImagePullCredentialsType::default(),
        })
        .environment_variables(variables?);
    Some(environment.build())
}

fn source_of(it: &types::ProjectSource) -> Option<BuildSource> {
    let build_spec = it.buildspec().filter(|text| !text.is_empty());
    let build_spec = build_spec.and_then(|text| BuildSpec::new(text).ok());
    Some(match it.r#type() {
        types::SourceType::Codepipeline => BuildSource::CodePipeline { build_spec },
        types::SourceType::Github => {
            BuildSource::GitHub { location: GitHubLocation::new(it.location()?).ok()?, build_spec }
        }
        types::SourceType::NoSource => BuildSource::NoSource { build_spec: build_spec? },
        _ => return None,
    })
}

/// Where AWS says that a build writes; nothing said is its default.
fn logs_of(it: Option<&types::LogsConfig>) -> BuildLogs {
    let Some(logs) = it.and_then(types::LogsConfig::cloud_watch_logs) else {
        return BuildLogs::OfProject;
    };
    match (logs.status(), logs.group_name().filter(|name| !name.is_empty())) {
        (types::LogsConfigStatusType::Disabled, _) => BuildLogs::Disabled,
        (_, Some(name)) => BuildLogs::Group(Ref::existing(name)),
        (_, None) => BuildLogs::OfProject,
    }
}

fn minutes<const MIN: u32, const MAX: u32>(
    minutes: Option<i32>,
    default: elanswer_core::Bounded<MIN, MAX>,
) -> Option<elanswer_core::Bounded<MIN, MAX>> {
    let Some(minutes) = minutes else { return Some(default) };
    u32::try_from(minutes).ok().and_then(|minutes| elanswer_core::Bounded::new(minutes).ok())
}

fn tags_of(project: &types::Project) -> Tags {
    let pair = |tag: &types::Tag| {
        Some((tag.key()?.to_owned(), tag.value().unwrap_or_default().to_owned()))
    };
    project.tags().iter().filter_map(pair).collect()
}

fn to_sdk(tags: &Tags) -> Vec<types::Tag> {
    tags.iter().map(|(key, value)| types::Tag::builder().key(key).value(value).build()).collect()
}

/// What the answer says of a project.
fn observed(project: &types::Project) -> Result<Observed<Project>, ExecError> {
    let lacks = |field| missing(SERVICE, "BatchGetProjects", field);
    let name = project.name().ok_or_else(|| lacks("name"))?;
    let source = project.source().and_then(source_of);
    let environment = project.environment().and_then(environment_of);
    // A key that is named by an alias is one of AWS.
    let key = project.encryption_key().and_then(|key| KeyArn::new(key).ok());
    let description = ProjectDescription::new(project.description().unwrap_or_default());
    let timeout = minutes(project.timeout_in_minutes(), elanswer_core::Bounded::of::<60>());
    let queued = minutes(project.queued_timeout_in_minutes(), elanswer_core::Bounded::of::<480>());
    let resource = Project::builder()
        .name(ProjectName::new(name).map_err(|_| lacks("name"))?)
        .description(description.map_err(|_| lacks("description"))?)
        .source(source.ok_or_else(|| lacks("source that is known"))?)
        .environment(environment.ok_or_else(|| lacks("environment that is known"))?)
        .service_role(project.service_role().ok_or_else(|| lacks("serviceRole"))?)
        .maybe_encryption_key(key)
        .logs_config(logs_of(project.logs_config()))
        .timeout_in_minutes(timeout.ok_or_else(|| lacks("timeoutInMinutes"))?)
        .queued_timeout_in_minutes(queued.ok_or_else(|| lacks("queuedTimeoutInMinutes"))?)
        .tags(tags_of(project).declared())
        .build();
    let arn = project.arn().ok_or_else(|| lacks("arn"))?.to_owned();
    Ok(Observed::ready(resource, ProjectOutputs { id: name.to_owned(), arn }))
}

impl ProjectHandler {
    /// The projects of these names that exist: at most [`PAGE`] names.
    async fn get(
        client: &Client,
        names: &[String],
    ) -> Result<BTreeMap<String, types::Project>, ExecError> {
        let answer = client.batch_get_projects().set_names(Some(names.to_vec())).send().await;
        let answer = answer.map_err(failed("BatchGetProjects"))?;
        let named = |project: types::Project| Some((project.name().map(str::to_owned)?, project));
        Ok(answer.projects.unwrap_or_default().into_iter().filter_map(named).collect())
    }
}

#[async_trait]
impl Handler<Project> for ProjectHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<Project>>, ExecError>> {
        let client = self.0.codebuild(place.region);
        let mut answers = Vec::with_capacity(identifiers.len());
        for page in identifiers.chunks(PAGE) {
            match Self::get(&client, page).await {
                Ok(found) => {
                    answers
                        .extend(page.iter().map(|name| found.get(name).map(observed).transpose()));
                }
                Err(error) => answers.extend(page.iter().map(|_| Err(error.clone()))),
            }
        }
        answers
    }

    async fn create(&self, request: &Create<Project>) -> Result<Observed<Project>, ExecError> {
        let (client, desired) = (self.0.codebuild(request.place.region), &request.desired);
        let sent = Request::of(desired).map_err(unbuilt)?;
        let answer = client
            .create_project()
            .set_name(desired.name.as_ref().map(ToString::to_string))
            .description(desired.description.as_str())
            .source(sent.source)
            .artifacts(sent.artifacts)
            .environment(sent.environment)
            .service_role(known(&desired.service_role))
            .encryption_key(sent.key)
            .logs_config(sent.logs)
            .timeout_in_minutes(desired.timeout_in_minutes.get().cast_signed())
            .queued_timeout_in_minutes(desired.queued_timeout_in_minutes.get().cast_signed())
            .set_tags(Some(to_sdk(&request.tags())))
            .send()
            .await
            .map_err(failed("CreateProject"))?;
        let lacks = |field| missing(SERVICE, "CreateProject", field);
        let project = answer.project().ok_or_else(|| lacks("project"))?;
        let outputs = ProjectOutputs {
            id: project.name().ok_or_else(|| lacks("name"))?.to_owned(),
            arn: project.arn().ok_or_else(|| lacks("arn"))?.to_owned(),
        };
        Ok(Observed::ready(desired.clone(), outputs))
    }

    async fn find(
        &self,
        request: &Create<Project>,
    ) -> Result<Option<Observed<Project>>, ExecError> {
        let client = self.0.codebuild(request.place.region);
        let Some(name) = &request.desired.name else { return Ok(None) };
        let found = Self::get(&client, &[name.to_string()]).await?.remove(name.as_str());
        let owned = found.filter(|project| request.ownership.owns(&tags_of(project)));
        owned.as_ref().map(observed).transpose()
    }

    async fn update(&self, request: &Update<Project>) -> Result<Observed<Project>, ExecError> {
        let (client, desired) = (self.0.codebuild(request.place.region), &request.desired);
        let sent = Request::of(desired).map_err(unbuilt)?;
        client
            .update_project()
            .name(&request.identifier)
            .description(desired.description.as_str())
            .source(sent.source)
            .artifacts(sent.artifacts)
            .environment(sent.environment)
            .service_role(known(&desired.service_role))
            .encryption_key(sent.key)
            .logs_config(sent.logs)
            .timeout_in_minutes(desired.timeout_in_minutes.get().cast_signed())
            .queued_timeout_in_minutes(desired.queued_timeout_in_minutes.get().cast_signed())
            .set_tags(Some(to_sdk(&request.tags())))
            .send()
            .await
            .map_err(failed("UpdateProject"))?;
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<Project>) -> Result<Deletion, ExecError> {
        let client = self.0.codebuild(request.place.region);
        let deleted = client.delete_project().name(&request.identifier).send().await;
        gone_is_fine(deleted.map_err(failed("DeleteProject")))?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::services::codebuild::{
        ComputeType, EnvironmentType, ImagePullCredentialsType,
    };
    use serde_json::{Value, json};

    use super::*;
    use crate::{
        replay,
        scripted::{self, Scripted, refused, replied},
    };

    const ARN: &str = "arn:aws:codebuild:us-east-1:123456789012:project/web";
    const KEY: &str = "arn:aws:kms:us-east-1:123456789012:key/k";

    fn project() -> Project {
        let environment = Environment::builder()
            .environment_type(EnvironmentType::ArmContainer)
            .image("123456789012.dkr.ecr.us-east-1.amazonaws.com/builder:1")
            .compute_type(ComputeType::Medium)
            .privileged_mode(true)
            .image_pull_credentials_type(ImagePullCredentialsType::ServiceRole)
            .environment_variables([
                (
                    VariableName::literal("SIZE"),
                    EnvironmentVariable::ParameterStore("/shop/size".into()),
                ),
                (VariableName::literal("STAGE"), EnvironmentVariable::from("live")),
            ])
            .build();
        Project::builder()
            .name(ProjectName::literal("web"))
            .source(BuildSource::CodePipeline {
                build_spec: Some(BuildSpec::literal("version: 0.2")),
            })
            .environment(environment)
            .service_role("arn:aws:iam::123456789012:role/build")
            .encryption_key(KeyArn::literal("arn:aws:kms:us-east-1:123456789012:key/k"))
            .logs_config(BuildLogs::Group(Ref::existing("/shop/builds")))
            .timeout_in_minutes(elanswer_core::Bounded::of::<15>())
            .tags(Tags::new().with("team", "shop"))
            .build()
    }

    /// What AWS shows of it.
    fn shown() -> Value {
        let ownership = replay::ownership().tags();
        let own = ownership.iter().map(|(key, value)| json!({ "key": key, "value": value }));
        let tags: Vec<_> =
            [json!({ "key": "team", "value": "shop" })].into_iter().chain(own).collect();
        json!({
            "name": "web",
            "arn": ARN,
            "source": { "type": "CODEPIPELINE", "buildspec": "version: 0.2", "insecureSsl": false },
            "secondarySources": [],
            "artifacts": { "type": "CODEPIPELINE", "name": "web", "packaging": "NONE" },
            "cache": { "type": "NO_CACHE" },
            "environment": {
                "type": "ARM_CONTAINER",
                "image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/builder:1",
                "computeType": "BUILD_GENERAL1_MEDIUM",
                "environmentVariables": [
                    { "name": "SIZE", "value": "/shop/size", "type": "PARAMETER_STORE" },
                    { "name": "STAGE", "value": "live", "type": "PLAINTEXT" },
                ],
                "privilegedMode": true,
                "imagePullCredentialsType": "SERVICE_ROLE",
            },
            "serviceRole": "arn:aws:iam::123456789012:role/build",
            "timeoutInMinutes": 15,
            "queuedTimeoutInMinutes": 480,
            "encryptionKey": KEY,
            "tags": tags,
            "logsConfig": {
                "cloudWatchLogs": { "status": "ENABLED", "groupName": "/shop/builds" },
                "s3Logs": { "status": "DISABLED", "encryptionDisabled": false },
            },
        })
    }

    /// No server of the tests keeps all of it: these are the answers of AWS's reference.
    #[tokio::test]
    async fn a_life_over_the_wire() {
        let script = Scripted::json([
            replied(json!({ "project": shown() })),
            replied(json!({ "projects": [shown()], "projectsNotFound": [] })),
            replied(json!({ "projects": [shown()] })),
            replied(json!({ "project": shown() })),
            replied(json!({})),
            replied(json!({ "projects": [], "projectsNotFound": ["web"] })),
        ]);
        let handler = ProjectHandler::from(script.clients());
        let create = scripted::create(project());
        let made = handler.create(&create).await.unwrap();
        assert_eq!(made.outputs.arn, ARN);
        let ids = ["web".to_owned()];
        let seen = handler.read(&create.place, &ids).await.remove(0).unwrap().unwrap();
        assert_eq!(seen.resource, project());
        assert_eq!(handler.find(&create).await.unwrap().unwrap().resource, project());
        let plain = Project { encryption_key: None, ..project() };
        let update = scripted::update("web", project(), plain, made.outputs.clone());
        handler.update(&update).await.unwrap();
        let delete = scripted::delete("web", project(), made.outputs);
        assert_eq!(handler.delete(&delete).await.unwrap(), Deletion::Gone);
        assert!(handler.read(&create.place, &ids).await.remove(0).unwrap().is_none());
        script.assert_sent(&[
            ("CreateProject", KEY),
            ("BatchGetProjects", r#""names":["web"]"#),
            ("BatchGetProjects", r#""names":["web"]"#),
            ("UpdateProject", r#""encryptionKey":"alias/aws/s3""#),
            ("DeleteProject", r#""name":"web""#),
            ("BatchGetProjects", r#""names":["web"]"#),
        ]);
    }

    #[tokio::test]
    async fn a_role_that_is_new_is_waited_for() {
        let why = "CodeBuild is not authorized to perform: sts:AssumeRole on service role";
        let script = Scripted::json([
            refused("InvalidInputException", why),
            refused("InvalidInputException", "Project name is required"),
        ]);
        let handler = ProjectHandler::from(script.clients());
        let create = scripted::create(project());
        let kind = handler.create(&create).await.unwrap_err().kind();
        assert_eq!(kind, ErrorKind::NotYetVisible);
        assert_eq!(handler.create(&create).await.unwrap_err().kind(), ErrorKind::Invalid);
    }

    #[test]
    fn the_key_of_aws_is_none() {
        let environment = environment_to_sdk(&project().environment).unwrap();
        let source = types::ProjectSource::builder().r#type("CODEPIPELINE".into()).buildspec("");
        let found = types::Project::builder()
            .name("web")
            .arn(ARN)
            .source(source.build().unwrap())
            .environment(environment)
            .service_role("arn:aws:iam::123456789012:role/build")
            .encryption_key("arn:aws:kms:us-east-1:123456789012:alias/aws/s3")
            .build();
        let found = observed(&found).unwrap().resource;
        assert_eq!(found.encryption_key, None);
        assert_eq!(found.source, BuildSource::CodePipeline { build_spec: None });
        assert_eq!(found.logs_config, BuildLogs::OfProject);
    }
}
