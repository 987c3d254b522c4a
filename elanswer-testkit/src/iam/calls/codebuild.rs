//! What CodeBuild calls for builds, and what the commands of a build call that pushes an image.
//!
//! Source: <https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html>,
//! <https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html>.
//! What a build takes from a pipeline and gives back to it is beside the pipelines.

use elanswer_core::{
    Place,
    services::{
        codebuild::{BuildLogs, EnvironmentVariable, Project},
        iam::Service,
    },
};

use super::{Calls, ServiceCall, logs::group_arn};
use crate::{
    iam::request::Caller,
    world::{World, arn},
};

/// CodeBuild runs builds in the roles of their projects.
pub(super) fn projects(world: &World, calls: &mut Calls) {
    for (place, name, project) in world.everywhere::<Project>() {
        let it = &project.resource;
        let Some(role) = it.service_role.known() else { continue };
        let what = format!("the build {name}");
        calls.assumed(&what, Service::CodeBuild, role, place);
        let caller: Caller = role.as_str().into();
        logs(calls, &what, &caller, place, name, &it.logs_config);
        for variable in it.environment.environment_variables.values() {
            reads(calls, &what, &caller, place, variable);
        }
    }
}

/// A build writes down what it says.
fn logs(
    calls: &mut Calls,
    what: &str,
    caller: &Caller,
    place: &Place,
    name: &str,
    logs: &BuildLogs,
) {
    let (group, made_before) = match logs {
        BuildLogs::Disabled => return,
        BuildLogs::Group(group) => (group.known().unwrap_or_default().to_owned(), true),
        BuildLogs::OfProject => (format!("/aws/codebuild/{name}"), false),
    };
    let group = group_arn(place, &group);
    let name = format!("{what} writes its log");
    if !made_before {
        calls.needed(&name, caller, ["logs:CreateLogGroup"], &group, &[]);
    }
    let stream = format!("{group}:log-stream:01234567-89ab-cdef-0123-456789abcdef");
    let write = ["logs:CreateLogStream", "logs:PutLogEvents"];
    calls.needed(&name, caller, write, &stream, &[]);
    let other = format!("{}:log-stream:s", group_arn(place, "/of/others"));
    calls.refused(format!("{what} writes to others"), caller, ["logs:PutLogEvents"], &other, &[]);
}

/// A build fetches the values of its variables.
fn reads(
    calls: &mut Calls,
    what: &str,
    caller: &Caller,
    place: &Place,
    variable: &EnvironmentVariable,
) {
    let Some(value) = variable.value().known() else { return };
    let name = format!("{what} fetches a variable");
    match variable {
        EnvironmentVariable::ParameterStore(_) => {
            let parameter =
                arn(place, "ssm", &format!("parameter/{}", value.trim_start_matches('/')));
            calls.needed(name, caller, ["ssm:GetParameters"], &parameter, &[]);
        }
        EnvironmentVariable::SecretsManager(_) if value.starts_with("arn:") => {
            // Behind the ARN may stand the key in the JSON, the stage and the version.
            let secret: String = value.split(':').take(7).collect::<Vec<_>>().join(":");
            calls.needed(name, caller, ["secretsmanager:GetSecretValue"], &secret, &[]);
        }
        _ => {}
    }
}

/// What the commands of a build in `role` call that push an image to a repository.
pub(super) fn pushing(role: &str, repository: &str) -> Vec<ServiceCall> {
    let mut calls = Calls(Vec::new());
    let (caller, name) = (role.into(), format!("{role} pushes an image"));
    calls.needed(&name, &caller, ["ecr:GetAuthorizationToken"], "*", &[]);
    let push = [
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:CompleteLayerUpload",
        "ecr:InitiateLayerUpload",
        "ecr:PutImage",
        "ecr:UploadLayerPart",
    ];
    calls.needed(&name, &caller, push, repository, &[]);
    let other = format!("{repository}-of-others");
    let name = format!("{role} pushes an image to others");
    calls.refused(name, &caller, ["ecr:PutImage"], &other, &[]);
    calls.0
}
