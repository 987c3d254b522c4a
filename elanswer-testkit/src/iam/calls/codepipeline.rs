//! What CodePipeline calls for pipelines, and CodeBuild for what they build.
//!
//! Source: <https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html>,
//! <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ECS.html>,
//! <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodestarConnectionSource.html>,
//! <https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html>.

use elanswer_core::{
    Input, Place,
    services::{
        codebuild::Project,
        codepipeline::{Action, ActionKind, EcsDeploy, Pipeline},
        ecs::{self, TaskDefinition},
        iam::Service,
    },
};

use super::{Calls, STRANGER, is_ours, s3::uses_key};
use crate::{
    iam::request::Caller,
    world::{World, account, arn},
};

/// What reading and writing encrypted objects takes.
const USES: [&str; 2] = ["kms:Decrypt", "kms:GenerateDataKey"];

/// The bucket of a pipeline, and its key when that is one of this world.
struct Store<'a> {
    place: &'a Place,
    bucket: &'a str,
    key: Option<String>,
}

impl Store<'_> {
    /// `caller` reads and writes artifacts.
    fn is_used_by(&self, calls: &mut Calls, what: &str, caller: &Caller, actions: &[&'static str]) {
        let bucket = format!("arn:aws:s3:::{}", self.bucket);
        let looks = ["s3:GetBucketAcl", "s3:GetBucketLocation"];
        calls.needed(what, caller, looks, &bucket, &[]);
        let artifact = format!("{bucket}/pipeline/source/0a1B2c3");
        calls.needed(what, caller, actions.iter().copied(), &artifact, &[]);
        if let Some(key) = &self.key {
            uses_key(calls, what, caller, self.place, self.bucket, key, &USES);
        }
        let other = "arn:aws:s3:::bucket-of-others/object";
        calls.refused(format!("{what} of others"), caller, ["s3:GetObject"], other, &[]);
    }
}

/// CodePipeline runs pipelines in their roles.
pub(super) fn pipelines(world: &World, calls: &mut Calls) {
    for (place, name, pipeline) in world.everywhere::<Pipeline>() {
        let it = &pipeline.resource;
        let Some(role) = it.role_arn.known() else { continue };
        let what = format!("the pipeline {name}");
        calls.assumed(&what, Service::CodePipeline, role, place);
        let caller: Caller = role.as_str().into();
        let bucket = it.artifact_store.location.known().unwrap_or_default();
        let key = it.artifact_store.key().and_then(Input::known).map(ToString::to_string);
        let store = Store { place, bucket, key: key.filter(|key| is_ours(world, key)) };
        let uses = ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"];
        store.is_used_by(calls, &format!("{what} hands on artifacts"), &caller, &uses);
        let versions = ["s3:GetBucketVersioning"];
        let bucket = format!("arn:aws:s3:::{bucket}");
        calls.needed(format!("{what} looks at its bucket"), &caller, versions, &bucket, &[]);
        for action in it.stages.iter().flat_map(|stage| &stage.actions) {
            acts(world, calls, &what, &caller, &store, action);
        }
    }
}

fn acts(
    world: &World,
    calls: &mut Calls,
    what: &str,
    caller: &Caller,
    store: &Store<'_>,
    action: &Action,
) {
    match &action.does {
        ActionKind::Source(source) => {
            let Some(connection) = source.connection_arn.known() else { return };
            let name = format!("{what} takes its source");
            let action = format!("{}:UseConnection", connection.service());
            calls.needed(&name, caller, [action.as_str()], connection.as_str(), &[]);
            let artifact = format!("arn:aws:s3:::{}/pipeline/source/0a1B2c3", store.bucket);
            calls.needed(&name, caller, ["s3:PutObjectAcl"], &artifact, &[]);
            let other = format!("{connection}-of-others");
            let name = format!("{what} uses another connection");
            calls.refused(name, caller, [action.as_str()], &other, &[]);
        }
        ActionKind::Build(build) => {
            let Some(name) = build.project.known() else { return };
            let project = arn(store.place, "codebuild", &format!("project/{name}"));
            let starts = ["codebuild:BatchGetBuilds", "codebuild:StartBuild"];
            calls.needed(format!("{what} starts a build"), caller, starts, &project, &[]);
            let other = format!("{project}-of-others");
            let start = ["codebuild:StartBuild"];
            calls.refused(format!("{what} starts another build"), caller, start, &other, &[]);
            let found = world.get::<Project>(store.place, name);
            let role = found.and_then(|project| project.resource.service_role.known());
            if let Some(role) = role {
                let uses = ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"];
                let what = format!("the build {name} uses artifacts");
                store.is_used_by(calls, &what, &role.as_str().into(), &uses);
            }
        }
        ActionKind::Deploy(deploy) => deploys(world, calls, what, caller, store.place, deploy),
        _ => {}
    }
}

/// A deployment registers a revision of the task definition of the service and points it to that.
fn deploys(
    world: &World,
    calls: &mut Calls,
    what: &str,
    caller: &Caller,
    place: &Place,
    deploy: &EcsDeploy,
) {
    let (Some(cluster), Some(name)) = (deploy.cluster_name.known(), deploy.service_name.known())
    else {
        return;
    };
    let service = arn(place, "ecs", &format!("service/{cluster}/{name}"));
    let what = format!("{what} deploys {name}");
    let update = ["ecs:DescribeServices", "ecs:UpdateService"];
    calls.needed(&what, caller, update, &service, &[]);
    let other = format!("{service}-of-others");
    calls.refused(format!("{what} of others"), caller, ["ecs:UpdateService"], &other, &[]);
    calls.needed(&what, caller, ["ecs:DescribeTaskDefinition"], "*", &[]);
    let found = world.get::<ecs::Service>(place, &service);
    let definition = found.and_then(|it| it.resource.task_definition.known()).unwrap_or_default();
    // The next revision of the family.
    let family = definition.rsplit_once(':').map_or(definition, |(family, _)| family);
    let next = format!("{family}:1000");
    calls.needed(&what, caller, ["ecs:RegisterTaskDefinition"], &next, &[]);
    let made = [("ecs:CreateAction", "RegisterTaskDefinition")];
    calls.needed(&what, caller, ["ecs:TagResource"], &next, &made);
    calls.refused(format!("{what} by hand"), caller, ["ecs:TagResource"], &next, &[]);
    let Some(task) = world.get::<TaskDefinition>(place, definition) else { return };
    let (pass, to) = (["iam:PassRole"], [("iam:PassedToService", "ecs-tasks.amazonaws.com")]);
    let roles = [&task.resource.task_role_arn, &task.resource.execution_role_arn];
    for role in roles.into_iter().flatten().filter_map(Input::known) {
        calls.needed(format!("{what} with its roles"), caller, pass, role, &to);
        let elsewhere = [("iam:PassedToService", "ec2.amazonaws.com")];
        calls.refused(format!("{what} with its roles elsewhere"), caller, pass, role, &elsewhere);
    }
    let other = format!("arn:aws:iam::{}:role/of-others", account(place));
    calls.refused(format!("{what} with other roles"), caller, pass, &other, &to);
    let strange = format!("arn:aws:ecs:{}:{STRANGER}:task-definition/t:1", place.region);
    let register = ["ecs:RegisterTaskDefinition"];
    calls.refused(format!("{what} in another account"), caller, register, &strange, &[]);
}

#[cfg(test)]
mod tests {
    use elanswer_core::{
        Architecture, NetworkPlan, Region, cidr,
        constructs::{
            DeliveryPipeline, EncryptionKey, FargateService, KeyUser, LoadBalancer, Network,
            SecurityGroup, Tcp,
        },
        services::iam::{PolicyUse, Role, Selection, Statement},
    };

    use crate::{MockAws, ServiceCall, iam::Iam};

    const NETWORK: NetworkPlan<2> = NetworkPlan::new(cidr!("10.0.0.0/16"))
        .public([cidr!("10.0.1.0/24"), cidr!("10.0.2.0/24")])
        .private([cidr!("10.0.11.0/24"), cidr!("10.0.12.0/24")]);
    const URI: &str = "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/web";
    const REPOSITORY: &str = "arn:aws:ecr:us-east-1:123456789012:repository/shop/web";

    fn delivered() -> Architecture {
        let mut arch = Architecture::new("shop", Region::UsEast1);
        let net = arch.add(Network::new("main", NETWORK));
        let edge = arch.add(SecurityGroup::edge("edge", &net).from_internet(Tcp(443)));
        let app = arch
            .add(SecurityGroup::internal("app", &net).from(&edge, Tcp(8080)).to_internet(Tcp(443)));
        let web = FargateService::new("web", format!("{URI}:1"))
            .subnets(net.private())
            .guarded_by(&app)
            .allow(Statement::allow(["sns:Publish"]).on(["arn:aws:sns:us-east-1:1:t"]));
        let web = arch.add(web);
        let balancer = LoadBalancer::internet_facing("front", net.public())
            .guarded_by(&edge)
            .certificate(
                "arn:aws:acm:us-east-1:123456789012:certificate/6f5d5d5e-0a1b-4c2d-8e3f-9a0b1c2d3e4f"
                    .parse::<elanswer_core::services::elbv2::CertificateArn>()
                    .unwrap(),
            )
            .default_to(&web);
        arch.add(balancer);
        let key = arch.add(EncryptionKey::new("key").used_by([KeyUser::Logs, KeyUser::S3]));
        let pipeline = DeliveryPipeline::from_github("pipeline", "shop/web", "main")
            .builds(URI, REPOSITORY)
            .deploys(&web)
            .encrypted_with(&key);
        arch.add(pipeline);
        arch
    }

    /// What of the policies of the roles of the pipeline and its build nobody misses.
    fn superfluous(iam: &Iam, calls: &[ServiceCall]) -> Vec<String> {
        let mut found = Vec::new();
        let answers = |iam: &Iam| calls.iter().all(|call| call.holds(iam));
        for policy in iam.policies().filter(|it| it.used_for == PolicyUse::Identity) {
            if !policy.id.to_string().contains("pipeline") {
                continue;
            }
            for statement in &policy.document.statements {
                if answers(&iam.clone().without(&policy.id, statement)) {
                    found.push(format!("{}: {statement:?}", policy.id));
                }
                for action in statement.actions.named() {
                    let rest = statement.actions.named().filter(|it| *it != action).cloned();
                    let actions = Selection::of(rest);
                    let less = Statement { actions, ..statement.clone() };
                    if answers(&iam.clone().replacing(&policy.id, statement, &less)) {
                        found.push(format!("{}: {}", policy.id, action.as_str()));
                    }
                }
            }
        }
        found
    }

    #[tokio::test(start_paused = true)]
    async fn a_delivery_pipeline_may_do_just_what_it_does() {
        let aws = MockAws::new();
        let report = elanswer_core::apply(&delivered(), &aws).await.unwrap();
        assert_eq!(report.failed(), 0, "{report}");
        let mut roles = aws.objects::<Role>().into_iter();
        let build = roles
            .find(|role| role.tags.get("elanswer:resource") == Some("pipeline/build/build-role"));
        let build = build.unwrap().outputs.arn;
        let calls = [aws.service_calls(), ServiceCall::pushing(&build, REPOSITORY)].concat();
        let iam = aws.iam();
        let wrong: Vec<String> = calls
            .iter()
            .filter(|call| !call.holds(&iam))
            .map(|call| format!("{call}\n    {}", iam.decide(&call.request)))
            .collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert_eq!(superfluous(&iam, &calls), Vec::<String>::new());
    }
}
