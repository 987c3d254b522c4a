//! What a pipeline does.

use bon::Builder;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{ActionName, ArtifactName, BranchName, RepositoryId};
use crate::{
    bounded::Bounded,
    reference::{Input, Ref},
    services::{codebuild::Project, codeconnections::ConnectionArn},
    text::{characters, text},
};

/// An action of a stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "ActionForm", into = "ActionForm")]
pub struct Action {
    /// `Name`: unique in the stage.
    pub name: ActionName,
    /// `RunOrder`: when it runs. Those with the same number run side by side. AWS's default: 1.
    pub run_order: RunOrder,
    /// `ActionTypeId`, `Configuration`, `InputArtifacts` and `OutputArtifacts`.
    pub does: ActionKind,
}

/// When an action of a stage runs.
pub type RunOrder = Bounded<1, 999>;

/// What an action does: those kinds of AWS's that elanswer knows.
///
/// AWS: <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference.html>.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ActionKind {
    /// `Approval`: somebody looks at it.
    Approval(ManualApproval),
    /// `Build` by `CodeBuild`.
    Build(CodeBuildAction),
    /// `Deploy` by `ECS`.
    Deploy(EcsDeploy),
    /// `Source` of `CodeStarSourceConnection`.
    Source(ConnectionSource),
}

/// A branch of a repository, by way of a connection.
///
/// AWS: <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodestarConnectionSource.html>.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct ConnectionSource {
    /// `ConnectionArn`.
    #[builder(into)]
    pub connection_arn: Input<ConnectionArn>,
    /// `FullRepositoryId`: `owner/repository`.
    pub full_repository_id: RepositoryId,
    /// `BranchName`.
    pub branch_name: BranchName,
    /// `DetectChanges`: whether the pipeline runs for every change. AWS's default: yes.
    #[builder(default)]
    #[serde(default)]
    pub detect_changes: DetectChanges,
    /// `OutputArtifactFormat`: what it hands on. AWS's default: `CODE_ZIP`.
    #[builder(default)]
    #[serde(default)]
    pub output_artifact_format: OutputArtifactFormat,
    /// `OutputArtifacts`: the name of what it hands on.
    #[serde(skip, default = "unnamed")]
    pub output: ArtifactName,
}

/// Whether a pipeline runs for every change of its source.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum DetectChanges {
    /// `false`: when somebody starts it.
    #[serde(rename = "false")]
    Never,
    /// `true`.
    #[default]
    #[serde(rename = "true")]
    Always,
}

/// What a source hands on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum OutputArtifactFormat {
    /// `CODEBUILD_CLONE_REF`: where the repository is, so that a build clones it, with its history.
    /// The role of the build must be able to use the connection.
    #[serde(rename = "CODEBUILD_CLONE_REF")]
    CloneReference,
    /// `CODE_ZIP`: the files.
    #[default]
    CodeZip,
}

/// A build.
///
/// AWS: <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeBuild.html>.
/// Not modelled: several inputs and outputs, batches, variables.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct CodeBuildAction {
    /// `ProjectName`: a project whose source is a pipeline.
    #[builder(into)]
    #[serde(rename = "ProjectName")]
    pub project: Ref<Project>,
    /// `InputArtifacts`: what it builds.
    #[serde(skip, default = "unnamed")]
    pub input: ArtifactName,
    /// `OutputArtifacts`: the name of what it hands on. Unset: nothing.
    #[serde(skip)]
    pub output: Option<ArtifactName>,
}

/// A deployment to a service of ECS: a new revision of its task definition with other images.
///
/// AWS: <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ECS.html>.
/// The revision is made of the one that the service runs then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct EcsDeploy {
    /// `ClusterName`.
    #[builder(into)]
    pub cluster_name: Input<String>,
    /// `ServiceName`.
    #[builder(into)]
    pub service_name: Input<String>,
    /// `FileName`: the file of the input that says which container gets which image. AWS's default:
    /// `imagedefinitions.json`.
    #[builder(default)]
    #[serde(default)]
    pub file_name: FileName,
    /// `DeploymentTimeout`: the minutes until the deployment has failed. AWS's default: 60.
    #[builder(default = Bounded::of::<60>())]
    #[serde(default = "an_hour", with = "number")]
    pub deployment_timeout: DeploymentTimeout,
    /// `InputArtifacts`: what has the file.
    #[serde(skip, default = "unnamed")]
    pub input: ArtifactName,
}

/// The minutes until a deployment has failed.
pub type DeploymentTimeout = Bounded<1, 60>;

const fn an_hour() -> DeploymentTimeout {
    Bounded::of::<60>()
}

/// Somebody looks at what was done so far, and lets the pipeline go on or not, within seven days.
///
/// AWS: <https://docs.aws.amazon.com/codepipeline/latest/userguide/approvals.html>.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct ManualApproval {
    /// `CustomData`: what the approver is told. AWS's default: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom_data: Option<ApprovalText>,
    /// `NotificationArn`: the topic that tells of it. AWS's default: none.
    #[builder(into)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notification_arn: Option<Input<String>>,
}

text! {
    /// The name of a file of an artifact.
    FileName: "the name of a file",
    "1 to 128 characters",
    is_file_name
}

text! {
    /// What an approver is told.
    ApprovalText: "what an approver is told",
    "1 to 1000 characters",
    is_approval_text
}

const fn is_file_name(text: &str) -> bool {
    let count = characters(text);
    1 <= count && count <= 128
}

const fn is_approval_text(text: &str) -> bool {
    let count = characters(text);
    1 <= count && count <= 1000
}

impl Default for FileName {
    fn default() -> Self {
        Self::literal("imagedefinitions.json")
    }
}

/// What stands for an artifact until its name is read.
const fn unnamed() -> ArtifactName {
    ArtifactName::literal("unnamed")
}

/// A number as AWS's text.
mod number {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use super::DeploymentTimeout;

    pub(super) fn serialize<S: Serializer>(
        number: &DeploymentTimeout,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_str(number)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<DeploymentTimeout, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl Action {
    /// An action that runs first in its stage, beside the others that do.
    #[must_use]
    pub fn new(name: ActionName, does: impl Into<ActionKind>) -> Self {
        Self { name, run_order: Bounded::of::<1>(), does: does.into() }
    }

    /// Runs when those with lower numbers are done.
    #[must_use]
    pub const fn in_order(mut self, run_order: RunOrder) -> Self {
        self.run_order = run_order;
        self
    }

    /// What it takes of what earlier actions hand on.
    #[must_use]
    pub const fn input(&self) -> Option<&ArtifactName> {
        match &self.does {
            ActionKind::Build(build) => Some(&build.input),
            ActionKind::Deploy(deploy) => Some(&deploy.input),
            ActionKind::Approval(_) | ActionKind::Source(_) => None,
        }
    }

    /// What it hands on.
    #[must_use]
    pub const fn output(&self) -> Option<&ArtifactName> {
        match &self.does {
            ActionKind::Build(build) => build.output.as_ref(),
            ActionKind::Source(source) => Some(&source.output),
            ActionKind::Approval(_) | ActionKind::Deploy(_) => None,
        }
    }

    /// Whether it is a source.
    #[must_use]
    pub const fn is_source(&self) -> bool {
        matches!(self.does, ActionKind::Source(_))
    }
}

macro_rules! kinds {
    ($($kind:ident $of:ident;)*) => {
        $(
            impl From<$of> for ActionKind {
                fn from(it: $of) -> Self {
                    Self::$kind(it)
                }
            }
        )*
    };
}

kinds! {
    Approval ManualApproval;
    Build CodeBuildAction;
    Deploy EcsDeploy;
    Source ConnectionSource;
}

impl ActionKind {
    /// `Category` and `Provider` of `ActionTypeId`; the owner is AWS and the version 1.
    #[must_use]
    pub const fn action_type(&self) -> (&'static str, &'static str) {
        match self {
            Self::Approval(_) => ("Approval", "Manual"),
            Self::Build(_) => ("Build", "CodeBuild"),
            Self::Deploy(_) => ("Deploy", "ECS"),
            Self::Source(_) => ("Source", "CodeStarSourceConnection"),
        }
    }
}

/// An action that elanswer does not know, or that AWS would refuse.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the action `{action}`: {reason}")]
pub struct ActionError {
    action: ActionName,
    reason: String,
}

/// An action as AWS writes it.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ActionForm {
    name: ActionName,
    action_type_id: ActionTypeId,
    #[serde(default = "first")]
    run_order: RunOrder,
    #[serde(default)]
    configuration: Value,
    #[serde(default)]
    input_artifacts: Vec<Artifact>,
    #[serde(default)]
    output_artifacts: Vec<Artifact>,
}

const fn first() -> RunOrder {
    Bounded::of::<1>()
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ActionTypeId {
    category: String,
    owner: String,
    provider: String,
    version: String,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Artifact {
    name: ArtifactName,
}

impl From<Action> for ActionForm {
    fn from(action: Action) -> Self {
        let (category, provider) = action.does.action_type();
        let artifacts =
            |name: Option<&ArtifactName>| name.cloned().map(|name| Artifact { name }).into_iter();
        let configuration = match &action.does {
            ActionKind::Approval(approval) => serde_json::to_value(approval),
            ActionKind::Build(build) => serde_json::to_value(build),
            ActionKind::Deploy(deploy) => serde_json::to_value(deploy),
            ActionKind::Source(source) => serde_json::to_value(source),
        };
        Self {
            action_type_id: ActionTypeId {
                category: category.to_owned(),
                owner: "AWS".to_owned(),
                provider: provider.to_owned(),
                version: "1".to_owned(),
            },
            run_order: action.run_order,
            configuration: configuration.unwrap_or_default(),
            input_artifacts: artifacts(action.input()).collect(),
            output_artifacts: artifacts(action.output()).collect(),
            name: action.name,
        }
    }
}

impl TryFrom<ActionForm> for Action {
    type Error = ActionError;

    fn try_from(form: ActionForm) -> Result<Self, ActionError> {
        let error = |reason: String| ActionError { action: form.name.clone(), reason };
        let input = || only(&form.input_artifacts, "input").map_err(error);
        let output = || only(&form.output_artifacts, "output").map_err(error);
        let lacks = |what: &str| error(format!("it has no {what} artifact"));
        let ActionTypeId { category, owner, provider, version } = &form.action_type_id;
        let does = match (category.as_str(), owner.as_str(), provider.as_str(), version.as_str()) {
            ("Approval", "AWS", "Manual", "1") => {
                ActionKind::Approval(read(&form.configuration).map_err(error)?)
            }
            ("Build", "AWS", "CodeBuild", "1") => {
                let build: CodeBuildAction = read(&form.configuration).map_err(error)?;
                let input = input()?.ok_or_else(|| lacks("input"))?;
                ActionKind::Build(CodeBuildAction { input, output: output()?, ..build })
            }
            ("Deploy", "AWS", "ECS", "1") => {
                let deploy: EcsDeploy = read(&form.configuration).map_err(error)?;
                let input = input()?.ok_or_else(|| lacks("input"))?;
                ActionKind::Deploy(EcsDeploy { input, ..deploy })
            }
            ("Source", "AWS", "CodeStarSourceConnection", "1") => {
                let source: ConnectionSource = read(&form.configuration).map_err(error)?;
                let output = output()?.ok_or_else(|| lacks("output"))?;
                ActionKind::Source(ConnectionSource { output, ..source })
            }
            _ => {
                let reason =
                    format!("it is a {category} of {owner} by {provider}, version {version}");
                return Err(error(reason));
            }
        };
        Ok(Self { name: form.name, run_order: form.run_order, does })
    }
}

fn read<T: DeserializeOwned>(configuration: &Value) -> Result<T, String> {
    let none = || Value::Object(serde_json::Map::new());
    let configuration = if configuration.is_null() { none() } else { configuration.clone() };
    serde_json::from_value(configuration).map_err(|error| error.to_string())
}

/// The one artifact, if there is any.
fn only(artifacts: &[Artifact], what: &str) -> Result<Option<ArtifactName>, String> {
    match artifacts {
        [] => Ok(None),
        [only] => Ok(Some(only.name.clone())),
        more => Err(format!("it has {} {what} artifacts", more.len())),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const SOURCE: ArtifactName = ArtifactName::literal("source");
    const IMAGES: ArtifactName = ArtifactName::literal("images");

    fn form(category: &str, provider: &str, configuration: &Value) -> Value {
        json!({
            "Name": "it",
            "ActionTypeId": {
                "Category": category,
                "Owner": "AWS",
                "Provider": provider,
                "Version": "1",
            },
            "RunOrder": 2,
            "Configuration": configuration,
            "InputArtifacts": [],
            "OutputArtifacts": [],
        })
    }

    #[test]
    fn every_kind_has_the_shape_of_cloudformation() {
        let arn = "arn:aws:codeconnections:us-east-1:123456789012:connection/1";
        let source = ConnectionSource::builder()
            .connection_arn(ConnectionArn::literal(
                "arn:aws:codeconnections:us-east-1:123456789012:connection/1",
            ))
            .full_repository_id(RepositoryId::literal("shop/web"))
            .branch_name(BranchName::literal("main"))
            .output(SOURCE)
            .build();
        let build =
            CodeBuildAction::builder().project(Ref::existing("web")).input(SOURCE).output(IMAGES);
        let deploy = EcsDeploy::builder().cluster_name("shop").service_name("web").input(IMAGES);
        let text = ApprovalText::literal("look at it");
        let approval = ManualApproval { custom_data: Some(text), notification_arn: None };
        let mut trees = [
            form(
                "Source",
                "CodeStarSourceConnection",
                &json!({
                    "ConnectionArn": arn,
                    "FullRepositoryId": "shop/web",
                    "BranchName": "main",
                    "DetectChanges": "true",
                    "OutputArtifactFormat": "CODE_ZIP",
                }),
            ),
            form("Build", "CodeBuild", &json!({ "ProjectName": "web" })),
            form(
                "Deploy",
                "ECS",
                &json!({
                    "ClusterName": "shop",
                    "ServiceName": "web",
                    "FileName": "imagedefinitions.json",
                    "DeploymentTimeout": "60",
                }),
            ),
            form("Approval", "Manual", &json!({ "CustomData": "look at it" })),
        ];
        trees[0]["OutputArtifacts"] = json!([{ "Name": "source" }]);
        trees[1]["InputArtifacts"] = json!([{ "Name": "source" }]);
        trees[1]["OutputArtifacts"] = json!([{ "Name": "images" }]);
        trees[2]["InputArtifacts"] = json!([{ "Name": "images" }]);
        let kinds: [ActionKind; 4] =
            [source.into(), build.build().into(), deploy.build().into(), approval.into()];
        for (kind, tree) in kinds.into_iter().zip(trees) {
            let action = Action::new(ActionName::literal("it"), kind).in_order(Bounded::of::<2>());
            assert_eq!(serde_json::to_value(&action).unwrap(), tree);
            assert_eq!(serde_json::from_value::<Action>(tree).unwrap(), action);
        }
    }

    #[test]
    fn what_is_not_known_is_an_error() {
        let error = |tree: Value| serde_json::from_value::<Action>(tree).unwrap_err().to_string();
        let other = error(form("Invoke", "Lambda", &json!({})));
        assert!(other.contains("it is a Invoke of AWS by Lambda"), "{other}");
        let none = error(form("Build", "CodeBuild", &json!({ "ProjectName": "web" })));
        assert!(none.contains("no input artifact"), "{none}");
    }
}
