//! `AWS::CodeBuild::Project`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::{BuildLogs, BuildSource, Environment};
use crate::{
    bounded::Bounded,
    reference::{Input, Output, Ref},
    resource::{Operation, Resource},
    schema::{Kind, NameRule, Schema},
    services::kms::KeyArn,
    tags::Tags,
    text::{characters, is_of, text},
};

/// What a build is: from which source, in which container, in which role.
///
/// AWS: [`AWS::CodeBuild::Project`](https://docs.aws.amazon.com/codebuild/latest/userguide/working-with-build-projects.html).
/// Not modelled: networks of one's own, caches, secondary sources and artifacts, results in buckets,
/// badges, triggers, file systems, batches. Quota: 5,000 per Region.
///
/// ```
/// use elanswer_core::{
///     Architecture, Region,
///     services::{
///         codebuild::{BuildSource, BuildSpec, Environment, Project},
///         iam::{Role, Service},
///     },
/// };
///
/// let mut arch = Architecture::new("shop", Region::UsEast1);
/// let role = arch.resource("role", Role::assumed_by(Service::CodeBuild));
/// let spec = BuildSpec::literal("{version: 0.2, phases: {build: {commands: [make check]}}}");
/// let project = Project::builder()
///     .source(BuildSource::CodePipeline { build_spec: Some(spec) })
///     .environment(
///         Environment::builder().image("aws/codebuild/amazonlinux-x86_64-standard:5.0").build(),
///     )
///     .service_role(role.arn())
///     .build();
/// let project = arch.resource("check", project);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct Project {
    /// `Name`: unique in the account and Region. Unset: elanswer makes one up. Changing it replaces
    /// the project, and its history is lost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<ProjectName>,
    /// `Description`. AWS's default: nothing.
    #[builder(default)]
    #[serde(default)]
    pub description: ProjectDescription,
    /// `Source` and `Artifacts`.
    #[serde(flatten)]
    pub source: BuildSource,
    /// `Environment`: the container.
    pub environment: Environment,
    /// `ServiceRole`: the ARN of the role that CodeBuild takes for a build, and that the commands of
    /// the build have. It must trust `codebuild.amazonaws.com`.
    #[builder(into)]
    pub service_role: Input<String>,
    /// `EncryptionKey`: what encrypts the results. AWS's default: the key that it keeps for S3 in
    /// the account, which other accounts cannot use.
    #[builder(into)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encryption_key: Option<Input<KeyArn>>,
    /// `LogsConfig`. AWS's default: [`BuildLogs::OfProject`].
    #[builder(default)]
    #[serde(default)]
    pub logs_config: BuildLogs,
    /// `TimeoutInMinutes`: when a build is given up. AWS's default: 60.
    #[builder(default = DEFAULT_TIMEOUT)]
    #[serde(default = "default_timeout")]
    pub timeout_in_minutes: BuildTimeout,
    /// `QueuedTimeoutInMinutes`: when a build is given up that has not begun. AWS's default: 480.
    #[builder(default = DEFAULT_QUEUED_TIMEOUT)]
    #[serde(default = "default_queued_timeout")]
    pub queued_timeout_in_minutes: QueuedTimeout,
    /// `Tags`.
    #[builder(default)]
    #[serde(default)]
    pub tags: Tags,
}

/// The minutes that a build may take.
pub type BuildTimeout = Bounded<5, 2160>;

/// The minutes that a build may wait.
pub type QueuedTimeout = Bounded<5, 480>;

const DEFAULT_TIMEOUT: BuildTimeout = Bounded::of::<60>();
const DEFAULT_QUEUED_TIMEOUT: QueuedTimeout = Bounded::of::<480>();

const fn default_timeout() -> BuildTimeout {
    DEFAULT_TIMEOUT
}

const fn default_queued_timeout() -> QueuedTimeout {
    DEFAULT_QUEUED_TIMEOUT
}

text! {
    /// The name of a build project.
    ProjectName: "the name of a build project",
    "2 to 150 letters, digits, `-` and `_`, of which the first is a letter or digit",
    is_project_name
}

text! {
    /// What a build project is for.
    ProjectDescription: "the description of a build project",
    "at most 255 characters",
    is_project_description
}

/// The most characters of a name.
const MAX_NAME_LEN: usize = 150;

const fn is_project_name(text: &str) -> bool {
    is_of(text, 2, MAX_NAME_LEN, "-_") && !matches!(text.as_bytes(), [b'-' | b'_', ..])
}

const fn is_project_description(text: &str) -> bool {
    characters(text) <= 255
}

impl Default for ProjectDescription {
    fn default() -> Self {
        Self::literal("")
    }
}

/// What AWS decides of a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ProjectOutputs {
    /// `Id`: the name, whoever chose it.
    pub id: String,
    /// `Arn`.
    pub arn: String,
}

impl Ref<Project> {
    /// The name, which pipelines take.
    #[must_use]
    pub fn name(&self) -> Output<String> {
        self.output("Id")
    }

    /// `Arn`.
    #[must_use]
    pub fn arn(&self) -> Output<String> {
        self.output("Arn")
    }
}

impl Resource for Project {
    type Outputs = ProjectOutputs;

    const SCHEMA: &'static Schema = &Schema {
        outputs: &["Id", "Arn"],
        replaces: &["Name"],
        computed: &["Name"],
        exclusive: &["Name"],
        name: Some(NameRule { also: "_", ..NameRule::new("Name", MAX_NAME_LEN) }),
        resource_type: Some("codebuild:project"),
        api: "codebuild",
        ..Schema::new(Kind::new("AWS::CodeBuild::Project"))
    };

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    /// `CreateProject`; `UpdateProject`, which takes all tags too; `DeleteProject`.
    fn calls(_: &Operation<'_, Self>) -> u32 {
        1
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::{
        resource::properties_of,
        services::codebuild::{
            BuildSpec, ComputeType, EnvironmentType, EnvironmentVariable, VariableName,
        },
    };

    #[test]
    fn has_the_shape_of_cloudformation() {
        let environment = Environment::builder()
            .environment_type(EnvironmentType::ArmContainer)
            .image("aws/codebuild/amazonlinux-aarch64-standard:3.0")
            .compute_type(ComputeType::XLarge2)
            .privileged_mode(true)
            .environment_variables([
                (VariableName::literal("TOKEN"), EnvironmentVariable::SecretsManager("t".into())),
                (VariableName::literal("STAGE"), "live".into()),
            ])
            .build();
        let key = KeyArn::literal("arn:aws:kms:us-east-1:123456789012:key/k");
        let project = Project::builder()
            .name(ProjectName::literal("web"))
            .source(BuildSource::NoSource { build_spec: BuildSpec::literal("version: 0.2") })
            .environment(environment)
            .service_role("arn:aws:iam::123456789012:role/build")
            .encryption_key(key)
            .logs_config(BuildLogs::Group(Ref::existing("/builds/web")))
            .build();
        let tree = json!({
            "Name": "web",
            "Description": "",
            "Source": { "Type": "NO_SOURCE", "BuildSpec": "version: 0.2" },
            "Artifacts": { "Type": "NO_ARTIFACTS" },
            "Environment": {
                "Type": "ARM_CONTAINER",
                "Image": "aws/codebuild/amazonlinux-aarch64-standard:3.0",
                "ComputeType": "BUILD_GENERAL1_2XLARGE",
                "PrivilegedMode": true,
                "ImagePullCredentialsType": "CODEBUILD",
                "EnvironmentVariables": [
                    { "Name": "STAGE", "Type": "PLAINTEXT", "Value": "live" },
                    { "Name": "TOKEN", "Type": "SECRETS_MANAGER", "Value": "t" },
                ],
            },
            "ServiceRole": "arn:aws:iam::123456789012:role/build",
            "EncryptionKey": "arn:aws:kms:us-east-1:123456789012:key/k",
            "LogsConfig": {
                "CloudWatchLogs": { "Status": "ENABLED", "GroupName": "/builds/web" },
            },
            "TimeoutInMinutes": 60,
            "QueuedTimeoutInMinutes": 480,
            "Tags": [],
        });
        assert_eq!(Value::Object(properties_of(&project)), tree);
        assert_eq!(serde_json::from_value::<Project>(tree).unwrap(), project);
    }

    #[test]
    fn names_have_the_form_that_aws_wants() {
        for good in ["ab", "web_build-1", &"x".repeat(150)] {
            assert!(ProjectName::new(good).is_ok(), "{good}");
        }
        for bad in ["", "a", "-ab", "_ab", "a b", &"x".repeat(151)] {
            assert!(ProjectName::new(bad).is_err(), "{bad}");
        }
    }
}
