//! `AWS::CodePipeline::Pipeline`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::{
    ArtifactStore, PipelineName, Stage,
    name::{ALSO, MAX_NAME_LEN},
};
use crate::{
    reference::{Input, Output, Ref},
    resource::{Operation, Resource},
    schema::{Kind, NameRule, Schema},
    services::ec2::tag_calls,
    tags::Tags,
};

/// What is done, stage by stage, when the source changes.
///
/// AWS: [`AWS::CodePipeline::Pipeline`](https://docs.aws.amazon.com/codepipeline/latest/userguide/concepts.html).
/// Once it is made it runs for the first time, and fails where a connection is not completed yet.
/// Not modelled: version 1, stores of several Regions, variables, triggers, conditions, and what
/// [`ActionKind`](super::ActionKind) does not have. Quota: 1,000 per Region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct Pipeline {
    /// `Name`: unique in the account and Region. Unset: elanswer makes one up. Changing it replaces
    /// the pipeline, and its history is lost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<PipelineName>,
    /// `RoleArn`: the role in which the pipeline does everything. It must trust
    /// `codepipeline.amazonaws.com`.
    #[builder(into)]
    pub role_arn: Input<String>,
    /// `ArtifactStore`.
    pub artifact_store: ArtifactStore,
    /// `Stages`, in order: at least two, of which the first has sources only.
    #[builder(into)]
    pub stages: Vec<Stage>,
    /// `PipelineType`. Default here: `V2`.
    #[builder(default)]
    #[serde(default)]
    pub pipeline_type: PipelineType,
    /// `ExecutionMode`: what becomes of a change while another is on its way. AWS's default:
    /// `SUPERSEDED`.
    #[builder(default)]
    #[serde(default)]
    pub execution_mode: ExecutionMode,
    /// `Tags`.
    #[builder(default)]
    #[serde(default)]
    pub tags: Tags,
}

/// The version of what pipelines can do.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[non_exhaustive]
pub enum PipelineType {
    /// `V2`: billed by the minutes that actions run; stages roll back.
    #[default]
    V2,
}

/// What becomes of a change while another is on its way.
///
/// AWS: <https://docs.aws.amazon.com/codepipeline/latest/userguide/concepts-how-it-works.html>.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "UPPERCASE")]
pub enum ExecutionMode {
    /// `PARALLEL`: both run, and nothing rolls back.
    Parallel,
    /// `QUEUED`: it waits for its turn.
    Queued,
    /// `SUPERSEDED`: it overtakes those that wait for a stage, which are dropped.
    #[default]
    Superseded,
}

/// What AWS decides of a pipeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PipelineOutputs {
    /// `Name`: the name, whoever chose it.
    pub name: String,
    /// `Arn`: `arn:aws:codepipeline:us-east-1:123456789012:NAME`; CloudFormation does not give it
    /// out, but tags are set by it.
    pub arn: String,
}

impl Ref<Pipeline> {
    /// The name.
    #[must_use]
    pub fn name(&self) -> Output<String> {
        self.output("Name")
    }

    /// The ARN.
    #[must_use]
    pub fn arn(&self) -> Output<String> {
        self.output("Arn")
    }
}

impl Resource for Pipeline {
    type Outputs = PipelineOutputs;

    const SCHEMA: &'static Schema = &Schema {
        identifier: "Name",
        outputs: &["Name", "Arn"],
        replaces: &["Name"],
        computed: &["Name"],
        exclusive: &["Name"],
        name: Some(NameRule { also: ALSO, ..NameRule::new("Name", MAX_NAME_LEN) }),
        resource_type: Some("codepipeline"),
        api: "codepipeline",
        ..Schema::new(Kind::new("AWS::CodePipeline::Pipeline"))
    };

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    /// `CreatePipeline`, and a `GetPipeline` that tells the ARN; `UpdatePipeline` and those of tags;
    /// `DeletePipeline`.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Create(_) => 2,
            Operation::Update(from, to) => {
                u32::from(from.is_modified_by(to)) + tag_calls(&from.tags, &to.tags)
            }
            Operation::Delete(_) => 1,
        }
    }
}

impl Pipeline {
    /// Whether it takes an `UpdatePipeline` to come from `self` to `to`.
    #[must_use]
    pub fn is_modified_by(&self, to: &Self) -> bool {
        *self != Self { tags: self.tags.clone(), ..to.clone() }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::{
        resource::properties_of,
        services::{
            codepipeline::{Action, ActionName, ManualApproval, StageName},
            kms::KeyArn,
        },
    };

    fn pipeline() -> Pipeline {
        let key = KeyArn::literal("arn:aws:kms:us-east-1:123456789012:key/k");
        let look = Action::new(ActionName::literal("look"), ManualApproval::default());
        Pipeline::builder()
            .name(PipelineName::literal("web"))
            .role_arn("arn:aws:iam::123456789012:role/pipeline")
            .artifact_store(ArtifactStore::new(Ref::existing("artifacts")).encrypted_with(key))
            .stages([Stage::new(StageName::literal("Live"), [look]).rolled_back_on_failure()])
            .build()
    }

    #[test]
    fn has_the_shape_of_cloudformation() {
        let tree = json!({
            "Name": "web",
            "RoleArn": "arn:aws:iam::123456789012:role/pipeline",
            "ArtifactStore": {
                "Type": "S3",
                "Location": "artifacts",
                "EncryptionKey": {
                    "Id": "arn:aws:kms:us-east-1:123456789012:key/k",
                    "Type": "KMS",
                },
            },
            "Stages": [{
                "Name": "Live",
                "Actions": [{
                    "Name": "look",
                    "ActionTypeId": {
                        "Category": "Approval",
                        "Owner": "AWS",
                        "Provider": "Manual",
                        "Version": "1",
                    },
                    "RunOrder": 1,
                    "Configuration": {},
                    "InputArtifacts": [],
                    "OutputArtifacts": [],
                }],
                "OnFailure": { "Result": "ROLLBACK" },
            }],
            "PipelineType": "V2",
            "ExecutionMode": "SUPERSEDED",
            "Tags": [],
        });
        assert_eq!(Value::Object(properties_of(&pipeline())), tree);
        assert_eq!(serde_json::from_value::<Pipeline>(tree).unwrap(), pipeline());
    }

    #[test]
    fn tags_take_calls_of_their_own() {
        let tagged = Pipeline { tags: Tags::new().with("a", "b"), ..pipeline() };
        assert_eq!(Pipeline::calls(&Operation::Update(&pipeline(), &tagged)), 1);
        let queued = Pipeline { execution_mode: ExecutionMode::Queued, ..tagged };
        assert_eq!(Pipeline::calls(&Operation::Update(&pipeline(), &queued)), 2);
    }
}
