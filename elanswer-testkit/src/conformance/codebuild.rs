//! Cases of AWS CodeBuild.

use elanswer_core::{
    Architecture, Bounded, Ref, Region, Resource, Tags,
    services::{
        codebuild::{
            BuildLogs, BuildSource, BuildSpec, ComputeType, Environment, EnvironmentType,
            EnvironmentVariable, GitHubLocation, ImagePullCredentialsType, Project,
            ProjectDescription, ProjectName, VariableName,
        },
        iam::{self, Role},
        kms::Key,
        logs::LogGroup,
    },
};

use super::Case;

pub(super) const CASES: &[Case] = &[
    Case {
        name: "codebuild_project",
        kind: Project::SCHEMA.kind,
        made: || building(plain),
        updated: Some(|| building(changed)),
        replaced: Some(|| {
            building(|base| Project {
                name: Some(ProjectName::literal("elanswer-renamed")),
                ..plain(base)
            })
        }),
    },
    Case {
        name: "codebuild_project_of_pipeline",
        kind: Project::SCHEMA.kind,
        made: || of_source(BuildSource::CodePipeline { build_spec: None }),
        updated: Some(|| of_source(BuildSource::CodePipeline { build_spec: Some(CHECK) })),
        replaced: None,
    },
    Case {
        name: "codebuild_project_without_source",
        kind: Project::SCHEMA.kind,
        made: || of_source(BuildSource::NoSource { build_spec: CHECK }),
        updated: Some(|| {
            let build_spec =
                BuildSpec::literal("{version: 0.2, phases: {build: {commands: [true]}}}");
            of_source(BuildSource::NoSource { build_spec })
        }),
        replaced: None,
    },
];

const CHECK: BuildSpec =
    BuildSpec::literal("{version: 0.2, phases: {build: {commands: [make check]}}}");

/// What a project needs.
struct Base {
    roles: [Ref<Role>; 2],
    logs: Ref<LogGroup>,
    key: Ref<Key>,
}

fn building(project: impl FnOnce(&Base) -> Project) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    let roles =
        ["role-1", "role-2"].map(|id| arch.resource(id, Role::assumed_by(iam::Service::CodeBuild)));
    let logs = arch.resource("logs", LogGroup::default());
    let key = arch.resource("key", Key::builder().build());
    arch.resource("it", project(&Base { roles, logs, key }));
    arch
}

fn plain(Base { roles: [role, _], .. }: &Base) -> Project {
    let location = GitHubLocation::literal("https://github.com/elanswer/conformance");
    let image = "aws/codebuild/amazonlinux-x86_64-standard:5.0";
    Project::builder()
        .source(BuildSource::GitHub { location, build_spec: None })
        .environment(Environment::builder().image(image).build())
        .service_role(role.arn())
        .build()
}

/// Another value of everything that changes in place.
fn changed(base: &Base) -> Project {
    let Base { roles: [_, role], logs, key } = base;
    let location = GitHubLocation::literal("https://github.com/elanswer/conformance-2");
    let environment = Environment::builder()
        .environment_type(EnvironmentType::ArmContainer)
        .image("123456789012.dkr.ecr.us-east-1.amazonaws.com/builder:1")
        .compute_type(ComputeType::Large)
        .privileged_mode(true)
        .image_pull_credentials_type(ImagePullCredentialsType::ServiceRole)
        .environment_variables([
            (VariableName::literal("STAGE"), EnvironmentVariable::from("live")),
            (
                VariableName::literal("SIZE"),
                EnvironmentVariable::ParameterStore("/conformance/size".into()),
            ),
            (
                VariableName::literal("TOKEN"),
                EnvironmentVariable::SecretsManager("conformance/token".into()),
            ),
        ])
        .build();
    Project {
        description: ProjectDescription::literal("checks everything"),
        source: BuildSource::GitHub { location, build_spec: Some(CHECK) },
        environment,
        service_role: role.arn().into(),
        encryption_key: Some(key.arn().into()),
        logs_config: BuildLogs::Group(logs.clone()),
        timeout_in_minutes: Bounded::of::<15>(),
        queued_timeout_in_minutes: Bounded::of::<30>(),
        tags: Tags::new().with("Name", "renamed"),
        ..plain(base)
    }
}

fn of_source(source: BuildSource) -> Architecture {
    building(|base| Project { source, logs_config: BuildLogs::Disabled, ..plain(base) })
}
