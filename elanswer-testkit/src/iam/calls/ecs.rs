//! What AWS calls to start a task, and to write down what its containers say.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html>,
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html>,
//! <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSXRayDaemonWriteAccess.html>.

use elanswer_core::{
    Input, Place,
    services::{
        ecs::{ContainerDefinition, TaskDefinition},
        iam::Service,
    },
};

use super::{Calls, ServiceCall, key_of_secret, logs::group_arn, through};
use crate::{
    iam::request::Caller,
    world::{World, account},
};

/// The agent starts the tasks of every definition in its execution role.
pub(super) fn tasks(world: &World, calls: &mut Calls) {
    for (place, _, task) in world.everywhere::<TaskDefinition>() {
        let task = &task.resource;
        let family = task.family.as_ref().map(ToString::to_string).unwrap_or_default();
        let what = format!("the task {family}");
        let role = |arn: &Option<Input<String>>| arn.as_ref().and_then(Input::known).cloned();
        if let Some(role) = role(&task.task_role_arn) {
            calls.assumed(&what, Service::EcsTasks, &role, place);
            trace(&what, &role.as_str().into(), &task.container_definitions, calls);
        }
        let Some(role) = role(&task.execution_role_arn) else { continue };
        calls.assumed(&format!("the agent of {what}"), Service::EcsTasks, &role, place);
        for container in &task.container_definitions {
            start(world, place, &what, &role.as_str().into(), container, calls);
        }
    }
}

/// What the agent does before a container starts, and while it runs.
fn start(
    world: &World,
    place: &Place,
    what: &str,
    agent: &Caller,
    container: &ContainerDefinition,
    calls: &mut Calls,
) {
    if let Some(repository) = container.image.known().and_then(|image| repository(image)) {
        pull(calls, &format!("the agent pulls the image of {what}"), agent, &repository);
    }
    if let Some(logs) = &container.log_configuration
        && let Some(group) = logs.group.known()
    {
        let there = Place { region: logs.region, ..place.clone() };
        let (group, prefix) = (group_arn(&there, group), &logs.stream_prefix);
        let stream = format!("{group}:log-stream:{prefix}/{}/0123abcd", container.name);
        let name = format!("the agent writes the log of {what}");
        calls.needed(name, agent, ["logs:CreateLogStream", "logs:PutLogEvents"], &stream, &[]);
    }
    for from in container.secrets.values().filter_map(Input::known) {
        // Behind the ARN may stand the key in the JSON, the stage and the version.
        let secret: String = from.split(':').take(7).collect::<Vec<_>>().join(":");
        if !secret.contains(":secretsmanager:") {
            continue;
        }
        let name = format!("the agent fetches a secret of {what}");
        calls.needed(&name, agent, ["secretsmanager:GetSecretValue"], &secret, &[]);
        if let Some(key) = key_of_secret(world, &secret) {
            let service = through("secretsmanager", place);
            let context = [
                ("kms:ViaService", service.as_str()),
                ("kms:EncryptionContext:SecretARN", secret.as_str()),
            ];
            calls.needed(&name, agent, ["kms:Decrypt"], &key, &context);
            let directly = format!("the agent of {what} decrypts something else");
            let other = [("kms:EncryptionContext:SecretARN", secret.as_str())];
            calls.refused(directly, agent, ["kms:Decrypt"], &key, &other);
        }
        let other = format!(
            "arn:aws:secretsmanager:{}:{}:secret:other-AbCdEf",
            place.region,
            account(place)
        );
        let name = format!("the agent of {what} fetches a secret of others");
        calls.refused(name, agent, ["secretsmanager:GetSecretValue"], &other, &[]);
    }
}

/// What the X-Ray daemon beside the program calls, in the role that both have.
fn trace(what: &str, role: &Caller, containers: &[ContainerDefinition], calls: &mut Calls) {
    let mut images = containers.iter().filter_map(|container| container.image.known());
    if !images.any(|image| image.contains("/aws-xray-daemon:")) {
        return;
    }
    let actions = [
        "xray:GetSamplingRules",
        "xray:GetSamplingStatisticSummaries",
        "xray:GetSamplingTargets",
        "xray:PutTelemetryRecords",
        "xray:PutTraceSegments",
    ];
    calls.needed(format!("the X-Ray daemon of {what}"), role, actions, "*", &[]);
    let other = format!("the X-Ray daemon of {what} reads traces");
    calls.refused(other, role, ["xray:BatchGetTraces", "xray:GetTraceSummaries"], "*", &[]);
}

fn pull(calls: &mut Calls, name: &str, agent: &Caller, repository: &str) {
    calls.needed(name, agent, ["ecr:GetAuthorizationToken"], "*", &[]);
    let pull =
        ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
    calls.needed(name, agent, pull, repository, &[]);
}

/// An agent pulls an image that was deployed after the service was made.
pub(super) fn pulling(role: &str, repository: &str) -> Vec<ServiceCall> {
    let mut calls = Calls(Vec::new());
    pull(&mut calls, &format!("{role} pulls a deployed image"), &role.into(), repository);
    calls.0
}

/// The private repository of ECR that an image is in.
fn repository(image: &str) -> Option<String> {
    let (host, path) = image.split_once('/')?;
    let (account, rest) = host.split_once(".dkr.ecr.")?;
    let region = rest.strip_suffix(".amazonaws.com")?;
    let name = path.split(['@', ':']).next()?;
    Some(format!("arn:aws:ecr:{region}:{account}:repository/{name}"))
}

#[cfg(test)]
mod tests {
    use elanswer_core::{
        Architecture, NetworkPlan, Region, cidr,
        constructs::{FargateService, Network, SecurityGroup},
    };

    use crate::MockAws;

    const NETWORK: NetworkPlan<2> = NetworkPlan::new(cidr!("10.0.0.0/16"))
        .public([cidr!("10.0.1.0/24"), cidr!("10.0.2.0/24")])
        .private([cidr!("10.0.11.0/24"), cidr!("10.0.12.0/24")]);

    #[tokio::test(start_paused = true)]
    async fn a_traced_worker_may_send_traces() {
        let mut arch = Architecture::new("shop", Region::UsEast1);
        let net = arch.add(Network::new("main", NETWORK));
        let app = arch.add(SecurityGroup::internal("app", &net));
        let worker = FargateService::new("worker", "public.ecr.aws/docker/library/busybox:1.37")
            .without_load_balancer()
            .subnets(net.private())
            .guarded_by(&app)
            .traced();
        arch.add(worker);
        let aws = MockAws::new();
        let report = elanswer_core::apply(&arch, &aws).unchecked().await.unwrap();
        assert!(report.is_complete(), "{report}");
        let (calls, iam) = (aws.service_calls(), aws.iam());
        let wrong: Vec<_> = calls.iter().filter(|call| !call.holds(&iam)).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
        let traces = calls.iter().filter(|call| call.name.contains("X-Ray"));
        assert_eq!(traces.count(), 7);
    }
}
