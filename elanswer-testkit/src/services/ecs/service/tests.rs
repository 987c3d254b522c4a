use elanswer_core::{
    Architecture, Region, Set, Zone, cidr,
    services::{
        ec2::{Description, SecurityGroup, Subnet, Vpc},
        ecs::{
            AwsLogs, AwsVpcConfiguration, Capacity, CapacityProvider, CapacityProviderStrategy,
            ClusterCapacityProviderAssociations, DeploymentConfiguration, EcsName, FargateSize,
            PortMapping, ServiceLoadBalancer,
        },
        elbv2::{Port, TargetGroup, TargetType},
        iam::{self, Role},
        logs::LogGroupName,
    },
};

use super::*;
use crate::MockAws;

const WEB: EcsName = EcsName::literal("web");
const PORT: Port = Port::of::<8080>();

/// What a service needs, and the service in it.
struct Site {
    trusted: iam::Service,
    log_group: bool,
    target_type: Option<TargetType>,
    count: Option<u32>,
    breaker: CircuitBreaker,
    execute_command: bool,
    stranger: bool,
    spot: Spot,
}

/// Whether the tasks run on Spot, and what the cluster has of it.
#[derive(Clone, Copy, PartialEq)]
enum Spot {
    No,
    NotAssociated,
    Associated,
}

impl Default for Site {
    fn default() -> Self {
        Self {
            trusted: iam::Service::EcsTasks,
            log_group: true,
            target_type: None,
            count: Some(2),
            breaker: CircuitBreaker::Off,
            execute_command: false,
            stranger: false,
            spot: Spot::No,
        }
    }
}

impl Site {
    fn architecture(&self) -> Architecture {
        let mut arch = Architecture::new("shop", Region::UsEast1);
        let vpc = arch.resource("vpc", Vpc::new(cidr!("10.0.0.0/16")));
        let other = arch.resource("other", Vpc::new(cidr!("10.1.0.0/16")));
        let subnet = Subnet::builder()
            .vpc(&vpc)
            .cidr_block(cidr!("10.0.1.0/24"))
            .availability_zone(Zone::new(Region::UsEast1, 'a'));
        let subnet = arch.resource("subnet", subnet.build());
        let group = SecurityGroup::builder()
            .group_description(Description::literal("tasks"))
            .vpc(if self.stranger { &other } else { &vpc });
        let group = arch.resource("group", group.build());
        let role = arch.resource("role", Role::assumed_by(self.trusted.clone()));
        let mut logs =
            AwsLogs::builder().group("/web").region(Region::UsEast1).stream_prefix("web").build();
        if self.log_group {
            let name = LogGroupName::new("/web").unwrap();
            let group = arch.resource("logs", LogGroup::builder().log_group_name(name).build());
            logs.group = group.log_group_name().into();
        }
        let container = ContainerDefinition::builder()
            .name(WEB)
            .image("web:1")
            .port_mappings([PortMapping::tcp(PORT)])
            .log_configuration(logs);
        let task = TaskDefinition::builder()
            .family(WEB)
            .size(FargateSize::of::<256, 512>())
            .execution_role_arn(role.arn())
            .container_definitions([container.build()]);
        let task = arch.resource("task", task.build());
        let cluster = arch.resource("cluster", Cluster::builder().build());
        let targets = self.target_type.map(|target_type| {
            let group = TargetGroup::builder().vpc(&vpc).port(PORT).target_type(target_type);
            ServiceLoadBalancer {
                target_group: arch.resource("targets", group.build()),
                container_name: WEB,
                container_port: PORT,
            }
        });
        let network = AwsVpcConfiguration::builder().subnets([subnet]).security_groups([group]);
        let deployment = DeploymentConfiguration::builder().circuit_breaker(self.breaker);
        let service = Service::builder()
            .service_name(WEB)
            .cluster(cluster)
            .task_definition(task)
            .maybe_desired_count(self.count)
            .network_configuration(network.build().into())
            .load_balancers(targets.into_iter().collect::<Set<_>>())
            .deployment_configuration(deployment.build())
            .enable_execute_command(self.execute_command)
            .capacity(match self.spot {
                Spot::No => Capacity::default(),
                _ => CapacityProviderStrategy::only(CapacityProvider::FargateSpot).into(),
            })
            .build();
        let cluster = service.cluster.clone();
        let service = arch.resource("service", service);
        if self.spot == Spot::Associated {
            let providers = ClusterCapacityProviderAssociations::builder()
                .cluster(cluster)
                .capacity_providers([CapacityProvider::FargateSpot]);
            let providers = arch.resource("providers", providers.build());
            arch.options(&service, |options| _ = options.depends_on(&providers));
        }
        arch
    }

    /// Applies, and says what failed: resource, code and text.
    async fn apply(&self, aws: &MockAws) -> Vec<(String, String, String)> {
        let report = elanswer_core::apply(&self.architecture(), aws).unchecked().await.unwrap();
        let failures = report.failures.iter().map(|failure| {
            let code = failure.error.code().unwrap_or_default().to_owned();
            (failure.resource.to_string(), code, failure.error.to_string())
        });
        failures.collect()
    }

    /// Applies to an AWS of its own; this is the one thing that fails.
    async fn failure(&self) -> (String, String, String) {
        let failures = self.apply(&MockAws::new()).await;
        let [failure] = failures.as_slice() else { panic!("not one failure: {failures:?}") };
        failure.clone()
    }
}

#[tokio::test(start_paused = true)]
async fn tasks_take_a_minute_to_start_and_another_to_stop() {
    let aws = MockAws::new();
    let arch = Site::default().architecture();
    let made = elanswer_core::apply(&arch, &aws).unchecked().await.unwrap();
    assert!(made.is_complete(), "{made}");
    assert!(made.elapsed >= TASKS, "{made}");
    assert!(elanswer_core::plan(&arch, &aws).unchecked().await.unwrap().is_empty());
    let gone = elanswer_core::destroy("shop", &aws).await.unwrap();
    assert!(gone.is_complete() && gone.elapsed >= TASKS, "{gone}");
    assert!(aws.inventory().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_count_that_is_not_managed_stays_as_others_make_it() {
    let aws = MockAws::new();
    let site = Site { count: None, ..Site::default() };
    assert_eq!(site.apply(&aws).await, []);
    let [service] = aws.objects::<Service>().try_into().unwrap();
    assert_eq!(service.resource.desired_count, Some(1));
    aws.tamper::<Service>(|it| it.desired_count = Some(7));
    let plan = elanswer_core::plan(&site.architecture(), &aws).unchecked().await.unwrap();
    assert!(plan.is_empty(), "{plan}");
}

#[tokio::test(start_paused = true)]
async fn a_role_must_trust_the_tasks() {
    let (resource, code, text) =
        Site { trusted: iam::Service::Ec2, ..Site::default() }.failure().await;
    assert_eq!((resource.as_str(), code.as_str()), ("task", "ClientException"));
    assert!(text.contains("trust policy"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn everything_of_a_task_is_in_one_vpc() {
    let (resource, code, text) = Site { stranger: true, ..Site::default() }.failure().await;
    assert_eq!((resource.as_str(), code.as_str()), ("service", "InvalidParameterException"));
    assert!(text.contains("same VPC"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn a_target_group_holds_addresses_and_hangs_on_a_load_balancer() {
    let with = |target_type| Site { target_type: Some(target_type), ..Site::default() };
    let (_, _, text) = with(TargetType::Instance).failure().await;
    assert!(text.contains("incompatible with the awsvpc network mode"), "{text}");
    let (_, code, text) = with(TargetType::Ip).failure().await;
    assert_eq!(code, "InvalidParameterException");
    assert!(text.contains("does not have an associated load balancer"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn the_circuit_breaker_ends_a_deployment_that_cannot_start() {
    let site = Site { log_group: false, breaker: CircuitBreaker::Stop, ..Site::default() };
    let (resource, _, text) = site.failure().await;
    assert_eq!(resource, "service");
    assert!(text.contains("circuit breaker") && text.contains("/web"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn a_shell_needs_a_task_role() {
    let (resource, _, text) = Site { execute_command: true, ..Site::default() }.failure().await;
    assert_eq!(resource, "service");
    assert!(text.contains("taskRoleArn"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn a_strategy_names_what_is_associated() {
    let (resource, code, text) =
        Site { spot: Spot::NotAssociated, ..Site::default() }.failure().await;
    assert_eq!((resource.as_str(), code.as_str()), ("service", "InvalidParameterException"));
    assert!(text.contains("not associated with the cluster"), "{text}");
    let aws = MockAws::new();
    assert_eq!(Site { spot: Spot::Associated, ..Site::default() }.apply(&aws).await, []);
    // What it runs on changes in place, and starts its tasks anew; then the list can go.
    let arn = |service: &Object<Service>| service.outputs.service_arn.clone();
    let before: Vec<String> = aws.objects::<Service>().iter().map(arn).collect();
    assert_eq!(Site::default().apply(&aws).await, []);
    let after: Vec<String> = aws.objects::<Service>().iter().map(arn).collect();
    assert_eq!(before, after);
    assert!(aws.objects::<ClusterCapacityProviderAssociations>().is_empty());
}

#[test]
fn the_cluster_of_a_service_is_in_its_arn() {
    assert_eq!(cluster_of("arn:aws:ecs:us-east-1:123456789012:service/main/web"), "main");
}
