//! `AWS::CodeBuild::Project` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/codebuild/latest/APIReference/API_CreateProject.html>,
//! <https://docs.aws.amazon.com/codebuild/latest/APIReference/API_UpdateProject.html>,
//! <https://docs.aws.amazon.com/codebuild/latest/APIReference/API_DeleteProject.html>.
//! Quota: 5,000 projects per Region,
//! <https://docs.aws.amazon.com/codebuild/latest/userguide/limits.html>.
//! Stricter than AWS: a key of the account and a log group must exist; AWS finds out when it builds.
//! Not modelled: builds, and what is in their specifications.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Input, Place,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::{
        codebuild::{
            BuildLogs, EnvironmentType, ImagePullCredentialsType, Project, ProjectName,
            ProjectOutputs,
        },
        iam::Service,
        kms::{Key, KeyArn},
        logs::LogGroup,
    },
};

use super::SERVICE;
use crate::{
    api::Api,
    services::iam::assumable_by,
    world::{AwsError, World, account, arn},
};

/// What AWS says of a request that it refuses.
const INVALID: &str = "InvalidInputException";

/// Handles build projects in memory.
#[derive(Debug)]
pub struct ProjectHandler(Api);

impl From<Api> for ProjectHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

fn invalid(message: impl Into<String>) -> AwsError {
    AwsError::invalid(INVALID, message)
}

fn name_of(project: &Project) -> &str {
    project.name.as_ref().map_or("", ProjectName::as_str)
}

/// `CreateProject`.
fn create_project(
    world: &mut World,
    request: &Create<Project>,
) -> Result<Observed<Project>, AwsError> {
    let (place, desired) = (&request.place, &request.desired);
    let name = name_of(desired);
    if name.is_empty() {
        return Err(invalid("Project name is required"));
    }
    check(world, place, desired)?;
    let arn = arn(place, "codebuild", &format!("project/{name}"));
    if world.get::<Project>(place, name).is_some() {
        let message = format!("Project already exists: {arn}");
        return Err(AwsError::conflict("ResourceAlreadyExistsException", message));
    }
    let used = world.all::<Project>(place).count();
    world.quotas.check("build projects per Region", 5000, used, "AccountLimitExceededException")?;
    let outputs = ProjectOutputs { id: name.to_owned(), arn };
    world.insert(request, outputs, "", Duration::ZERO)
}

/// What AWS refuses of a project that is made or changed.
fn check(world: &World, place: &Place, project: &Project) -> Result<(), AwsError> {
    let role = project.service_role.known().map(String::as_str).unwrap_or_default();
    if !role.starts_with(&format!("arn:aws:iam::{}:role/", account(place))) {
        return Err(invalid(
            "Invalid service role: Service role account ID does not match caller's account",
        ));
    }
    assumable_by(world, role, &Service::CodeBuild, INVALID).map_err(|error| {
        let kind = error.kind();
        let message = format!("CodeBuild is not authorized to perform: sts:AssumeRole on {role}");
        AwsError::new(kind, INVALID, message)
    })?;
    let environment = &project.environment;
    let image = environment.image.known().map(String::as_str).unwrap_or_default();
    if image.starts_with("aws/codebuild/") {
        if environment.image_pull_credentials_type == ImagePullCredentialsType::ServiceRole {
            return Err(invalid("AWS CodeBuild curated images only support CODEBUILD credentials"));
        }
        let of_arm = image.contains("aarch64");
        if of_arm != (environment.environment_type == EnvironmentType::ArmContainer) {
            return Err(invalid("The environment type and the image do not match"));
        }
    }
    for name in environment.environment_variables.keys() {
        if name.as_str().starts_with("CODEBUILD_") {
            let message =
                format!("Environment variable names cannot start with CODEBUILD_: {name}");
            return Err(invalid(message));
        }
    }
    check_key(world, place, project.encryption_key.as_ref())?;
    if let BuildLogs::Group(group) = &project.logs_config {
        let name = group.known().unwrap_or_default();
        if world.get::<LogGroup>(place, name).is_none() {
            return Err(invalid(format!("The log group {name} does not exist")));
        }
    }
    Ok(())
}

/// A key of the account exists where the project is.
fn check_key(world: &World, place: &Place, key: Option<&Input<KeyArn>>) -> Result<(), AwsError> {
    let Some(key) = key.and_then(Input::known) else { return Ok(()) };
    let ours = key.as_str().starts_with(&arn(place, "kms", "key/"));
    let exists = |key: &KeyArn| {
        world.all::<Key>(place).any(|(_, object)| object.outputs.arn == key.as_str())
    };
    if ours && !exists(key) {
        return Err(invalid(format!("Invalid encryption key: {key}")));
    }
    Ok(())
}

#[async_trait]
impl Handler<Project> for ProjectHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<Project>>, ExecError>> {
        // A hundred names in a call.
        let mut answers = Vec::with_capacity(identifiers.len());
        for page in identifiers.chunks(100) {
            answers.extend(self.0.read(SERVICE, "BatchGetProjects", place, page).await);
        }
        answers
    }

    async fn create(&self, request: &Create<Project>) -> Result<Observed<Project>, ExecError> {
        self.0
            .call(SERVICE, "CreateProject", &request.place, |world| create_project(world, request))
            .await
    }

    async fn find(
        &self,
        request: &Create<Project>,
    ) -> Result<Option<Observed<Project>>, ExecError> {
        self.0
            .call(SERVICE, "BatchGetProjects", &request.place, |world| {
                let found = world.get::<Project>(&request.place, name_of(&request.desired));
                let owned = found.filter(|project| request.ownership.owns(&project.tags));
                Ok(owned.map(|project| project.observed(world.now())))
            })
            .await
    }

    /// `UpdateProject` takes everything, and all tags.
    async fn update(&self, request: &Update<Project>) -> Result<Observed<Project>, ExecError> {
        let (place, name) = (&request.place, &request.identifier);
        self.0
            .call(SERVICE, "UpdateProject", place, |world| {
                if world.get::<Project>(place, name).is_none() {
                    let arn = arn(place, "codebuild", &format!("project/{name}"));
                    let message = format!("Project does not exist: {arn}");
                    return Err(AwsError::not_found("ResourceNotFoundException", message));
                }
                check(world, place, &request.desired)?;
                world.change::<Project>(place, name, "", Duration::ZERO, |object| {
                    object.resource = request.desired.clone();
                    object.tags = request.tags();
                })
            })
            .await
    }

    async fn delete(&self, request: &Delete<Project>) -> Result<Deletion, ExecError> {
        self.0
            .call(SERVICE, "DeleteProject", &request.place, |world| {
                world.remove::<Project>(&request.place, &request.identifier, Duration::ZERO);
                Ok(())
            })
            .await?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::{
        Architecture, Ref, Region, operations,
        services::{
            codebuild::{BuildSource, BuildSpec, Environment, EnvironmentVariable, VariableName},
            iam::Role,
        },
        state::MemoryStore,
    };

    use super::*;
    use crate::MockAws;

    const X86: &str = "aws/codebuild/amazonlinux-x86_64-standard:5.0";

    async fn refusal(trusted: Service, change: impl Fn(&mut Project)) -> String {
        let mut arch = Architecture::new("shop", Region::UsEast1);
        let role = arch.resource("role", Role::assumed_by(trusted));
        let mut project = Project::builder()
            .source(BuildSource::NoSource { build_spec: BuildSpec::literal("version: 0.2") })
            .environment(Environment::builder().image(X86).build())
            .service_role(role.arn())
            .build();
        change(&mut project);
        arch.resource("project", project);
        let target = (MockAws::new(), MemoryStore::new());
        operations::apply(&arch, &target).unchecked().await.unwrap().to_string()
    }

    #[tokio::test(start_paused = true)]
    async fn the_role_trusts_the_service_of_builds() {
        let made = refusal(Service::CodeBuild, |_| {}).await;
        assert!(!made.contains("InvalidInputException"), "{made}");
        let refused = refusal(Service::CodePipeline, |_| {}).await;
        assert!(refused.contains("CodeBuild is not authorized to perform"), "{refused}");
    }

    #[tokio::test(start_paused = true)]
    async fn images_of_aws_have_their_processors_and_pulls() {
        let refused = refusal(Service::CodeBuild, |project| {
            project.environment.environment_type = EnvironmentType::ArmContainer;
        });
        assert!(refused.await.contains("do not match"));
        let refused = refusal(Service::CodeBuild, |project| {
            project.environment.image_pull_credentials_type = ImagePullCredentialsType::ServiceRole;
        });
        assert!(refused.await.contains("only support CODEBUILD credentials"));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_named_exists() {
        let refused = refusal(Service::CodeBuild, |project| {
            project.logs_config = BuildLogs::Group(Ref::existing("/none"));
        });
        assert!(refused.await.contains("The log group /none does not exist"));
        let key = "arn:aws:kms:us-east-1:123456789012:key/none";
        let refused = refusal(Service::CodeBuild, |project| {
            project.encryption_key = Some(KeyArn::new(key).unwrap().into());
        });
        assert!(refused.await.contains("Invalid encryption key"));
        let refused = refusal(Service::CodeBuild, |project| {
            let name = VariableName::literal("CODEBUILD_X");
            let variables = &mut project.environment.environment_variables;
            variables.insert(name, EnvironmentVariable::from("1"));
        });
        assert!(refused.await.contains("cannot start with CODEBUILD_"));
    }
}
