//! The case of AWS CodePipeline.

use elanswer_core::{
    Architecture, Bounded, Ref, Region, Resource, Tags,
    services::{
        codebuild::{BuildSource, Environment, Project},
        codeconnections::ConnectionArn,
        codepipeline::{
            Action, ActionName, ApprovalText, ArtifactName, ArtifactStore, BranchName,
            CodeBuildAction, ConnectionSource, DetectChanges, EcsDeploy, ExecutionMode, FileName,
            ManualApproval, OutputArtifactFormat, Pipeline, PipelineName, RepositoryId, Stage,
            StageName,
        },
        iam::{self, Role},
        kms::Key,
        s3::Bucket,
    },
};

use super::Case;

pub(super) const CASES: &[Case] = &[Case {
    name: "codepipeline_pipeline",
    kind: Pipeline::SCHEMA.kind,
    made: || running(plain),
    updated: Some(|| running(changed)),
    replaced: Some(|| {
        running(|base| Pipeline {
            name: Some(PipelineName::literal("elanswer-renamed")),
            ..plain(base)
        })
    }),
}];

/// What a pipeline needs.
struct Base {
    roles: [Ref<Role>; 2],
    buckets: [Ref<Bucket>; 2],
    projects: [Ref<Project>; 2],
    key: Ref<Key>,
}

const SOURCE: ArtifactName = ArtifactName::literal("source");
const IMAGES: ArtifactName = ArtifactName::literal("images");

/// A connection that somebody completed before: no server knows any.
const CONNECTION: ConnectionArn =
    ConnectionArn::literal("arn:aws:codestar-connections:us-east-1:123456789012:connection/1");

fn running(pipeline: impl FnOnce(&Base) -> Pipeline) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    let roles = ["role-1", "role-2"]
        .map(|id| arch.resource(id, Role::assumed_by(iam::Service::CodePipeline)));
    let buckets = ["bucket-1", "bucket-2"].map(|id| arch.resource(id, Bucket::builder().build()));
    let builder = arch.resource("builder", Role::assumed_by(iam::Service::CodeBuild));
    let image = "aws/codebuild/amazonlinux-x86_64-standard:5.0";
    let project = Project::builder()
        .source(BuildSource::CodePipeline { build_spec: None })
        .environment(Environment::builder().image(image).build())
        .service_role(builder.arn())
        .build();
    let projects = ["project-1", "project-2"].map(|id| arch.resource(id, project.clone()));
    let key = arch.resource("key", Key::builder().build());
    arch.resource("it", pipeline(&Base { roles, buckets, projects, key }));
    arch
}

fn source() -> ConnectionSource {
    ConnectionSource::builder()
        .connection_arn(CONNECTION)
        .full_repository_id(RepositoryId::literal("elanswer/conformance"))
        .branch_name(BranchName::literal("main"))
        .output(SOURCE)
        .build()
}

fn plain(
    Base { roles: [role, _], buckets: [bucket, _], projects: [project, _], .. }: &Base,
) -> Pipeline {
    let build = CodeBuildAction::builder().project(project).input(SOURCE).build();
    let stages = [
        Stage::new(
            StageName::literal("Source"),
            [Action::new(ActionName::literal("source"), source())],
        ),
        Stage::new(StageName::literal("Build"), [Action::new(ActionName::literal("build"), build)]),
    ];
    Pipeline::builder()
        .role_arn(role.arn())
        .artifact_store(ArtifactStore::new(bucket))
        .stages(stages)
        .build()
}

/// Another value of everything that changes in place.
fn changed(base: &Base) -> Pipeline {
    let Base { roles: [_, role], buckets: [_, bucket], projects: [_, project], key } = base;
    let source = ConnectionSource {
        branch_name: BranchName::literal("release/1"),
        detect_changes: DetectChanges::Never,
        output_artifact_format: OutputArtifactFormat::CloneReference,
        ..source()
    };
    let build = CodeBuildAction::builder().project(project).input(SOURCE).output(IMAGES).build();
    let look = ManualApproval {
        custom_data: Some(ApprovalText::literal("look at it first")),
        notification_arn: None,
    };
    let deploy = EcsDeploy::builder()
        .cluster_name("conformance")
        .service_name("web")
        .file_name(FileName::literal("web.json"))
        .deployment_timeout(Bounded::of::<15>())
        .input(IMAGES)
        .build();
    let deploy = Action::new(ActionName::literal("web"), deploy).in_order(Bounded::of::<2>());
    let stages = vec![
        Stage::new(
            StageName::literal("Source"),
            [Action::new(ActionName::literal("source"), source)],
        ),
        Stage::new(StageName::literal("Build"), [Action::new(ActionName::literal("build"), build)]),
        Stage::new(
            StageName::literal("Live"),
            [Action::new(ActionName::literal("look"), look), deploy],
        )
        .rolled_back_on_failure(),
    ];
    Pipeline {
        role_arn: role.arn().into(),
        artifact_store: ArtifactStore::new(bucket).encrypted_with(key.arn()),
        stages,
        execution_mode: ExecutionMode::Queued,
        tags: Tags::new().with("Name", "renamed"),
        ..plain(base)
    }
}
