use aws_smithy_http_client::test_util::StaticReplayClient;
use aws_smithy_types::DateTime;
use elanswer_core::services::ecs::{
    CapacityProvider, CapacityProviderStrategy, CircuitBreaker, DeploymentAlarms,
};
use serde_json::{Value, json};

use super::*;
use crate::replay::{self, ownership};

fn rolling(id: &str, status: &str, state: DeploymentRolloutState) -> types::Deployment {
    types::Deployment::builder()
        .id(id)
        .status(status)
        .rollout_state(state)
        .rollout_state_reason(format!("rolling back to deploymentId {id}-before"))
        .build()
}

fn service(running: i32, deployments: impl IntoIterator<Item = types::Deployment>) -> Status {
    status(&described(running, deployments).created_at(DateTime::from_secs(1)).build())
}

fn described(
    running: i32,
    deployments: impl IntoIterator<Item = types::Deployment>,
) -> types::builders::ServiceBuilder {
    let service = types::Service::builder().status("ACTIVE").desired_count(2);
    let deployments = deployments.into_iter().collect();
    service.running_count(running).set_deployments(Some(deployments))
}

#[test]
fn a_service_is_ready_when_its_newest_deployment_is() {
    use DeploymentRolloutState::{Completed, Failed, InProgress};
    let primary = |state| rolling("b", "PRIMARY", state);
    assert_eq!(service(2, [primary(Completed)]), Status::Ready);
    assert!(matches!(service(1, [primary(Completed)]), Status::Pending(_)));
    assert!(matches!(service(2, [primary(InProgress)]), Status::Pending(_)));
    assert!(matches!(service(0, [primary(Failed)]), Status::Failed(_)));
    // Servers that start no tasks do not say when they made a service.
    assert_eq!(status(&described(0, [primary(InProgress)]).build()), Status::Ready);
    let silent = types::Deployment::builder().status("PRIMARY").build();
    assert_eq!(service(0, [silent]), Status::Ready);
    // An old failure is over once another deployment is on its way.
    let old = rolling("a", "ACTIVE", Failed);
    assert_eq!(service(2, [primary(Completed), old]), Status::Ready);
    let back = rolling("a-before", "PRIMARY", Completed);
    let failed = rolling("a", "ACTIVE", Failed);
    assert!(matches!(service(2, [back, failed]), Status::Failed(_)));
}

#[test]
fn the_cluster_is_in_the_arn() {
    assert_eq!(cluster_of("arn:aws:ecs:us-east-1:123456789012:service/main/web"), "main");
    assert_eq!(cluster_of("arn:aws:ecs:us-east-1:123456789012:service/web"), "default");
}

#[test]
fn a_described_service_is_what_was_asked_for() {
    let desired = Service::builder()
        .service_name(EcsName::literal("web"))
        .cluster(Ref::existing("cluster"))
        .task_definition(Ref::existing("web:1"))
        .desired_count(2)
        .network_configuration(
            AwsVpcConfiguration::builder()
                .subnets([Ref::existing("subnet-a"), Ref::existing("subnet-b")])
                .security_groups([Ref::existing("sg-1")])
                .build()
                .into(),
        )
        .load_balancers([ServiceLoadBalancer {
            target_group: Ref::existing("group"),
            container_name: EcsName::literal("web"),
            container_port: number(Some(8080)).unwrap(),
        }])
        .capacity(CapacityProviderStrategy::only(CapacityProvider::FargateSpot))
        .service_registry(ServiceRegistry {
            registry_arn: ServiceArn::literal(
                "arn:aws:servicediscovery:us-east-1:123456789012:service/srv-1",
            )
            .into(),
            target: Some(RegistryTarget {
                container_name: EcsName::literal("web"),
                container_port: number(Some(8080)).unwrap(),
            }),
        })
        .deployment_configuration(
            DeploymentConfiguration::builder().circuit_breaker(CircuitBreaker::RollBack).build(),
        )
        .build();
    let described = types::Service::builder()
        .service_arn("arn:aws:ecs:us-east-1:123456789012:service/cluster/web")
        .service_name("web")
        .cluster_arn("cluster")
        .task_definition("web:1")
        .desired_count(2)
        .platform_version("LATEST")
        .network_configuration(network(&desired.network_configuration).unwrap())
        .set_load_balancers(Some(load_balancers(&desired.load_balancers)))
        .set_capacity_provider_strategy(Some(
            capacity::to_sdk(desired.capacity.strategy()).unwrap(),
        ))
        .set_service_registries(Some(registries(desired.service_registry.as_ref())))
        .deployment_configuration(
            deployment::to_sdk(
                &desired.deployment_configuration,
                &DeploymentConfiguration::default(),
            )
            .unwrap(),
        )
        .status("ACTIVE");
    let found = observed(&described.clone().build()).unwrap().unwrap();
    assert_eq!(found.resource, desired);
    assert!(observed(&described.status("INACTIVE").build()).unwrap().is_none());
}

const ARN: &str = "arn:aws:ecs:us-east-1:123456789012:service/main/web";
const CLUSTER: &str = "arn:aws:ecs:us-east-1:123456789012:cluster/main";
const REGISTRY: &str = "arn:aws:servicediscovery:us-east-1:123456789012:service/srv-1";

/// Clients that get these answers, and what they send.
fn clients(answers: impl IntoIterator<Item = Value>) -> (Clients, StaticReplayClient) {
    replay::clients(answers.into_iter().map(|body| replay::answer(200, body.to_string())))
}

/// A service on Spot, registered, watched by an alarm, and how AWS shows it.
fn on_spot() -> (Service, Value) {
    let network = AwsVpcConfiguration::builder().subnets([Ref::existing("subnet-a")]).build();
    let service = Service::builder()
        .service_name(EcsName::literal("web"))
        .cluster(Ref::existing(CLUSTER))
        .task_definition(Ref::existing("web:1"))
        .desired_count(2)
        .network_configuration(network.into())
        .capacity(CapacityProviderStrategy::only(CapacityProvider::FargateSpot))
        .service_registry(ServiceRegistry::new(ServiceArn::literal(REGISTRY)))
        .deployment_configuration(
            DeploymentConfiguration::builder()
                .alarms(DeploymentAlarms::roll_back(["errors"]))
                .build(),
        )
        .build();
    let shown = json!({
        "serviceArn": ARN,
        "serviceName": "web",
        "clusterArn": CLUSTER,
        "taskDefinition": "web:1",
        "status": "ACTIVE",
        "desiredCount": 2,
        "runningCount": 2,
        "createdAt": 1,
        "platformVersion": "LATEST",
        "capacityProviderStrategy": [
            { "capacityProvider": "FARGATE_SPOT", "weight": 1, "base": 0 },
        ],
        "serviceRegistries": [{ "registryArn": REGISTRY }],
        "networkConfiguration": { "awsvpcConfiguration": {
            "subnets": ["subnet-a"], "securityGroups": [], "assignPublicIp": "DISABLED",
        } },
        "deploymentConfiguration": {
            "deploymentCircuitBreaker": { "enable": false, "rollback": false },
            "alarms": { "alarmNames": ["errors"], "enable": true, "rollback": true },
            "maximumPercent": 200,
            "minimumHealthyPercent": 100,
        },
        "deployments": [{ "id": "d", "status": "PRIMARY", "rolloutState": "COMPLETED" }],
    });
    (service, shown)
}

#[tokio::test]
async fn a_strategy_a_registry_and_alarms_go_over_the_wire_and_back() {
    let (spot, shown) = on_spot();
    let (clients, http) = clients([
        json!({ "service": shown }),
        json!({ "services": [shown] }),
        json!({ "service": shown }),
    ]);
    let handler = ServiceHandler::from(clients);
    let place = Place::new(Region::UsEast1);
    let create = Create {
        place: place.clone(),
        desired: spot.clone(),
        ownership: ownership(),
        token: "0".repeat(32),
        secrets: elanswer_core::Secrets::default(),
    };
    let made = handler.create(&create).await.unwrap();
    let seen = handler.read(&place, &[ARN.to_owned()]).await.remove(0).unwrap().unwrap();
    assert_eq!(seen.resource, spot);
    let update = Update {
        place,
        identifier: ARN.to_owned(),
        desired: Service {
            capacity: Capacity::default(),
            service_registry: None,
            deployment_configuration: DeploymentConfiguration::default(),
            ..spot.clone()
        },
        current: spot,
        outputs: made.outputs,
        ownership: ownership(),
        token: "1".repeat(32),
        secrets: elanswer_core::Secrets::default(),
    };
    handler.update(&update).await.unwrap();

    let sent: Vec<Value> = http
        .actual_requests()
        .map(|sent| serde_json::from_slice(sent.body().bytes().unwrap()).unwrap())
        .collect();
    let [made, _, changed] = sent.as_slice() else { panic!("{sent:?}") };
    assert_eq!(made["launchType"], Value::Null);
    assert_eq!(
        made["capacityProviderStrategy"],
        json!([{ "capacityProvider": "FARGATE_SPOT", "weight": 1, "base": 0 }])
    );
    assert_eq!(made["serviceRegistries"], json!([{ "registryArn": REGISTRY }]));
    assert_eq!(
        made["deploymentConfiguration"]["alarms"],
        json!({ "alarmNames": ["errors"], "enable": true, "rollback": true })
    );
    assert_eq!(changed["capacityProviderStrategy"], json!([]));
    assert_eq!(changed["forceNewDeployment"], json!(true));
    assert_eq!(changed["serviceRegistries"], json!([]));
    assert_eq!(changed["deploymentConfiguration"]["alarms"]["enable"], json!(false));
    assert_eq!(changed["desiredCount"], Value::Null);
}
