use super::*;
use crate::{
    Architecture,
    constructs::{
        EncryptionKey, FargateService, KeyUser, SecurityGroup, Tier,
        testing::{described, inventory, messages},
    },
    services::{
        codepipeline::ActionKind,
        ec2::Vpc,
        iam::{Action, RolePolicy, Statement},
    },
};

const URI: &str = "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/web";
const ARN: &str = "arn:aws:ecr:us-east-1:123456789012:repository/shop/web";
const CONNECTION: ConnectionArn =
    ConnectionArn::literal("arn:aws:codestar-connections:us-east-1:123456789012:connection/1");

fn service(arch: &mut Architecture, name: &str) -> FargateHandle {
    let vpc = || Ref::<Vpc>::existing("vpc-1");
    let group = arch.add(SecurityGroup::internal(format!("{name}-group"), vpc()));
    let tier = Tier::existing(vpc(), ["subnet-a", "subnet-b"].map(Ref::existing));
    arch.add(FargateService::new(name, format!("{URI}:1.4")).subnets(&tier).guarded_by(&group))
}

fn full(arch: &mut Architecture) -> DeliveryPipelineHandle {
    let (web, jobs) = (service(arch, "web"), service(arch, "jobs"));
    let key = arch.add(EncryptionKey::new("key").used_by([KeyUser::S3, KeyUser::Logs]));
    let pipeline = DeliveryPipeline::from_github("pipeline", "shop/web", "main")
        .builds(URI, ARN)
        .deploys(&web)
        .deploys(&jobs)
        .approved("goes live")
        .encrypted_with(&key);
    arch.add(pipeline)
}

#[test]
fn builds_the_pipeline_and_what_belongs_to_it() {
    let (arch, handle) = described(full);
    assert!(messages(&arch).is_empty());
    insta::assert_snapshot!(inventory(&arch, "pipeline/"), @"
    pipeline/artifacts/bucket Bucket <- key/key.Arn
    pipeline/artifacts/policy BucketPolicy <- pipeline/artifacts/bucket.BucketName, pipeline/artifacts/bucket.Arn
    pipeline/build/build-role Role
    pipeline/build/build-role-policy RolePolicy <- key/key.Arn, pipeline/build/logs.Arn, pipeline/artifacts/bucket.Arn, pipeline/build/build-role.RoleName
    pipeline/build/logs LogGroup <- key/key.Arn
    pipeline/build/project Project <- key/key.Arn, pipeline/build/logs.LogGroupName, pipeline/build/build-role.Arn
    pipeline/connection Connection
    pipeline/pipeline Pipeline <- key/key.Arn, pipeline/artifacts/bucket.BucketName, pipeline/pipeline-role.Arn, pipeline/connection.ConnectionArn, pipeline/build/project.Id, web/cluster/cluster.ClusterName, web/service.Name, jobs/cluster/cluster.ClusterName, jobs/service.Name after pipeline/artifacts/policy, pipeline/pipeline-role-policy, pipeline/build/build-role-policy
    pipeline/pipeline-role Role
    pipeline/pipeline-role-policy RolePolicy <- pipeline/build/project.Arn, pipeline/connection.ConnectionArn, jobs/service.ServiceArn, web/service.ServiceArn, caller.Account, jobs/execution-role.Arn, jobs/task-role.Arn, web/execution-role.Arn, web/task-role.Arn, key/key.Arn, pipeline/artifacts/bucket.Arn, pipeline/pipeline-role.RoleName
    ");
    let pipeline = arch.get(handle.pipeline()).unwrap();
    assert!(pipeline.faults().is_empty());
    let names: Vec<_> = pipeline.stages.iter().map(|stage| stage.name.as_str()).collect();
    assert_eq!(names, ["Source", "Build", "Approval", "Deploy"]);
    let deploy = pipeline.stages.last().unwrap();
    assert!(deploy.on_failure.is_some());
    let files: Vec<_> = deploy
        .actions
        .iter()
        .map(|action| match &action.does {
            ActionKind::Deploy(deploy) => deploy.file_name.as_str(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(files, ["images-1.json", "images-2.json"]);
}

#[test]
fn the_pipeline_may_do_just_what_it_does() {
    let (arch, _) = described(full);
    let (_, policy) = arch
        .all::<RolePolicy>()
        .find(|(node, _)| node.id.as_str() == "pipeline/pipeline-role-policy")
        .unwrap();
    let actions = |statement: &Statement| {
        let names: Vec<&str> = statement.actions.named().map(Action::as_str).collect();
        names.join(" ")
    };
    let statements = &policy.policy_document.statements;
    assert_eq!(
        statements.iter().map(actions).collect::<Vec<_>>(),
        [
            "codebuild:BatchGetBuilds codebuild:StartBuild",
            "codeconnections:UseConnection",
            "ecs:DescribeServices ecs:UpdateService",
            "ecs:DescribeTaskDefinition",
            "ecs:RegisterTaskDefinition",
            "ecs:TagResource",
            "iam:PassRole",
            "kms:Decrypt kms:GenerateDataKey",
            "s3:GetBucketAcl s3:GetBucketLocation s3:GetBucketVersioning",
            "s3:GetObject s3:GetObjectVersion s3:PutObject s3:PutObjectAcl",
        ]
    );
    let everywhere = Input::from("*");
    let wide = statements.iter().filter(|it| it.resources.named().any(|it| *it == everywhere));
    assert_eq!(wide.map(actions).collect::<Vec<_>>(), ["ecs:DescribeTaskDefinition"]);
}

#[test]
fn a_connection_that_exists_is_used_by_its_own_name() {
    let (arch, handle) = described(|arch| {
        let pipeline = DeliveryPipeline::from_github("pipeline", "shop/web", "main")
            .builds(URI, ARN)
            .connected_by(CONNECTION);
        arch.add(pipeline)
    });
    assert!(handle.connection().is_none());
    let pipeline = arch.get(handle.pipeline()).unwrap();
    assert_eq!((pipeline.stages.len(), pipeline.faults()), (2, Vec::new()));
    let policies: Vec<String> =
        arch.all::<RolePolicy>().map(|(_, it)| it.policy_document.to_json()).collect();
    assert!(policies.iter().any(|it| it.contains("codestar-connections:UseConnection")));
}

#[test]
fn names_that_aws_would_refuse_are_problems() {
    let (arch, _) = described(|arch| {
        let pipeline = DeliveryPipeline::from_github("pipeline", "https://github.com/a/b", "");
        arch.add(pipeline.builds(URI, ARN).approved(""))
    });
    let messages = messages(&arch);
    let of = |what: &str| messages.iter().any(|text| text.contains(what));
    assert!(of("the id of a repository") && of("the name of a branch"), "{messages:?}");
    assert!(of("what an approver is told"), "{messages:?}");
}

#[test]
fn passes_the_checks_but_for_the_connection() {
    let (arch, _) = described(full);
    let report = crate::check(&arch);
    let about = |it: &&crate::Diagnostic| it.resource.as_str().starts_with("pipeline/");
    let found: Vec<_> =
        report.diagnostics.iter().filter(about).map(|it| it.code.as_str()).collect();
    assert_eq!(found, ["connection-needs-handshake"]);
}
