//! What a pipeline must be able to do: just that.
//!
//! Source: <https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html>,
//! <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ECS.html>,
//! <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeBuild.html>.

use super::Settings;
use crate::{
    architecture::Scope,
    constructs::{
        FargateHandle, ImageBuildHandle, PrivateBucketHandle, caller, image_build::USES,
        private_bucket::through_s3,
    },
    reference::Input,
    services::{
        codeconnections::ConnectionArn,
        iam::{Operator, PolicyDocument, Service, Statement},
    },
};

/// The policy of the role of the pipeline.
pub(super) fn pipeline(
    scope: &mut Scope<'_>,
    settings: &Settings,
    connection: &Input<ConnectionArn>,
    artifacts: &PrivateBucketHandle,
    build: &ImageBuildHandle,
) -> PolicyDocument {
    let (bucket, region) = (artifacts.bucket(), scope.place().region);
    let (service, connection) = of_connection(connection);
    let policy = PolicyDocument::new([
        Statement::allow([format!("{service}:UseConnection").as_str()]).on([connection]),
        Statement::allow(["s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetBucketVersioning"])
            .on([bucket.arn().text()]),
        // The source gives the account of the bucket its artifact by an access control list.
        Statement::allow([
            "s3:GetObject",
            "s3:GetObjectVersion",
            "s3:PutObject",
            "s3:PutObjectAcl",
        ])
        .on([bucket.objects("")]),
        Statement::allow(["codebuild:BatchGetBuilds", "codebuild:StartBuild"])
            .on([build.project().arn()]),
    ]);
    let key = artifacts.key().map(|key| through_s3(USES, key, region));
    let policy = key.into_iter().fold(policy, PolicyDocument::with);
    if settings.services.is_empty() {
        return policy;
    }
    deployments(scope, &settings.services).into_iter().fold(policy, PolicyDocument::with)
}

/// The service that policies name for a connection, and its ARN.
fn of_connection(connection: &Input<ConnectionArn>) -> (&'static str, Input<String>) {
    match connection {
        Input::Literal(arn) => (arn.service(), Input::Literal(arn.to_string())),
        Input::Output(reference) => ("codeconnections", Input::Output(reference.clone())),
        Input::Join(parts) => {
            let texts = parts.iter().map(|part| of_connection(part).1);
            ("codeconnections", Input::concat(texts))
        }
    }
}

/// Registers a revision of a task definition with tags, points the services to it, and hands it the
/// roles of their tasks.
fn deployments(scope: &mut Scope<'_>, services: &[FargateHandle]) -> [Statement; 5] {
    let region = scope.place().region;
    // The family of a task definition may be one that elanswer makes up.
    let definitions = Input::concat([
        format!("arn:aws:ecs:{region}:").into(),
        caller(scope).account().into(),
        ":task-definition/*:*".into(),
    ]);
    let arns = services.iter().map(|it| it.service().arn());
    let roles = services.iter().flat_map(|it| [it.task_role().arn(), it.execution_role().arn()]);
    [
        // AWS cannot restrict it.
        Statement::allow(["ecs:DescribeTaskDefinition"]).on(["*"]),
        Statement::allow(["ecs:RegisterTaskDefinition"]).on([definitions.clone()]),
        Statement::allow(["ecs:TagResource"]).on([definitions]).when(
            Operator::STRING_EQUALS,
            "ecs:CreateAction",
            ["RegisterTaskDefinition"],
        ),
        Statement::allow(["ecs:DescribeServices", "ecs:UpdateService"]).on(arns),
        Statement::allow(["iam:PassRole"]).on(roles).when(
            Operator::STRING_EQUALS,
            "iam:PassedToService",
            [Service::EcsTasks.as_str()],
        ),
    ]
}
