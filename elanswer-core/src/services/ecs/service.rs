//! `AWS::ECS::Service`, on Fargate.

use std::time::Duration;

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::{
    Capacity, Cluster, DeploymentConfiguration, EcsName, MAX_NAME_LEN, ServiceRegistry,
    TaskDefinition, container::ContainerPort, registry,
};
use crate::{
    Set,
    bounded::Bounded,
    reference::{Output, Ref},
    resource::{Operation, Resource},
    schema::{Kind, NameRule, Schema, Timing},
    services::{
        ec2::{SecurityGroup, Subnet, tag_calls},
        elbv2::TargetGroup,
    },
    tags::Tags,
};

/// A service: keeps a number of tasks of one task definition running, and replaces them when the
/// task definition changes.
///
/// AWS: [`AWS::ECS::Service`](https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_services.html).
/// The target groups of a service must be attached to a load balancer when AWS makes it: let the
/// service depend on the listener or rule that forwards to them. Quota: 5,000 per cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct Service {
    /// `ServiceName`: unique in the cluster. Unset: elanswer makes one up. Changing it replaces
    /// the service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_name: Option<EcsName>,
    /// `Cluster`. Changing it replaces the service.
    #[builder(into)]
    pub cluster: Ref<Cluster>,
    /// `TaskDefinition`. A change rolls out in place: new tasks start, then the old ones stop.
    #[builder(into)]
    pub task_definition: Ref<TaskDefinition>,
    /// `DesiredCount`: how many tasks run. Unset: one at first, and from then on what automatic
    /// scaling or somebody else makes of it; a service that had a count keeps what runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub desired_count: Option<u32>,
    /// `LaunchType` or `CapacityProviderStrategy`: what its tasks run on. A change rolls out in
    /// place. Default: the launch type `FARGATE`.
    #[builder(default, into)]
    #[serde(flatten)]
    pub capacity: Capacity,
    /// `PlatformVersion` of Fargate. AWS's default: `LATEST`.
    #[builder(default)]
    #[serde(default)]
    pub platform_version: PlatformVersion,
    /// `NetworkConfiguration`: where the network interfaces of its tasks are.
    pub network_configuration: NetworkConfiguration,
    /// `LoadBalancers`: the target groups that its tasks register with, at most five.
    #[builder(default, into)]
    #[serde(default)]
    pub load_balancers: Set<ServiceLoadBalancer>,
    /// `ServiceRegistries`, of which AWS takes one: the service of Cloud Map that its tasks register
    /// with. A change rolls out in place. Unset: none.
    #[serde(
        default,
        rename = "ServiceRegistries",
        skip_serializing_if = "Option::is_none",
        with = "registry::list"
    )]
    pub service_registry: Option<ServiceRegistry>,
    /// `DeploymentConfiguration`: how a change rolls out.
    #[builder(default)]
    #[serde(default)]
    pub deployment_configuration: DeploymentConfiguration,
    /// `HealthCheckGracePeriodSeconds`: how long after its start a task may be unhealthy, up to
    /// 2,147,483,647. Only with a load balancer. AWS's default: 0.
    #[builder(default = Bounded::of::<0>())]
    #[serde(default = "no_grace")]
    pub health_check_grace_period_seconds: Bounded<0, 2_147_483_647>,
    /// `EnableExecuteCommand`: whether a shell can be opened in its containers; the task role must
    /// allow it. Tasks that run already stay as they are. AWS's default: no.
    #[builder(default)]
    #[serde(default)]
    pub enable_execute_command: bool,
    /// `EnableECSManagedTags`: whether ECS tags its tasks with the cluster and the service. AWS's
    /// default: no.
    #[builder(default)]
    #[serde(default, rename = "EnableECSManagedTags")]
    pub enable_ecs_managed_tags: bool,
    /// `PropagateTags`: whose tags its tasks get. AWS's default: nobody's.
    #[builder(default)]
    #[serde(default)]
    pub propagate_tags: PropagateTags,
    /// `Tags`.
    #[builder(default)]
    #[serde(default)]
    pub tags: Tags,
}

const fn no_grace() -> Bounded<0, 2_147_483_647> {
    Bounded::of::<0>()
}

/// The version of the runtime of Fargate.
///
/// AWS: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/platform-fargate.html>.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub enum PlatformVersion {
    /// `1.3.0`.
    #[serde(rename = "1.3.0")]
    V1_3_0,
    /// `1.4.0`.
    #[serde(rename = "1.4.0")]
    V1_4_0,
    /// `LATEST`: the newest when a task starts.
    #[default]
    #[serde(rename = "LATEST")]
    Latest,
}

/// Where the network interfaces of tasks are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct NetworkConfiguration {
    /// `AwsvpcConfiguration`.
    pub awsvpc_configuration: AwsVpcConfiguration,
}

impl From<AwsVpcConfiguration> for NetworkConfiguration {
    fn from(awsvpc_configuration: AwsVpcConfiguration) -> Self {
        Self { awsvpc_configuration }
    }
}

/// The subnets and security groups of tasks: all of one VPC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct AwsVpcConfiguration {
    /// `Subnets`: one to sixteen; tasks are spread over their zones.
    #[builder(into)]
    pub subnets: Set<Ref<Subnet>>,
    /// `SecurityGroups`: up to five. None: the default group of the VPC.
    #[builder(default, into)]
    #[serde(default)]
    pub security_groups: Set<Ref<SecurityGroup>>,
    /// `AssignPublicIp`. AWS's default for a service on Fargate: `DISABLED`.
    #[builder(default)]
    #[serde(default)]
    pub assign_public_ip: AssignPublicIp,
}

/// Whether tasks get public addresses.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "UPPERCASE")]
pub enum AssignPublicIp {
    /// `DISABLED`: they reach the internet through a NAT gateway, or not at all.
    #[default]
    Disabled,
    /// `ENABLED`.
    Enabled,
}

/// A port of the tasks of a service that a target group forwards to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ServiceLoadBalancer {
    /// `TargetGroupArn`: a group whose targets are IP addresses.
    #[serde(rename = "TargetGroupArn")]
    pub target_group: Ref<TargetGroup>,
    /// `ContainerName`: a container of the task definition.
    pub container_name: EcsName,
    /// `ContainerPort`: one of the container's port mappings.
    pub container_port: ContainerPort,
}

/// Whose tags the tasks of a service get.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PropagateTags {
    /// `NONE`: nobody's.
    #[default]
    None,
    /// `SERVICE`: those of the service.
    Service,
    /// `TASK_DEFINITION`: those of the task definition.
    TaskDefinition,
}

/// What AWS decides of a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ServiceOutputs {
    /// `ServiceArn`: with the names of the cluster and the service.
    pub service_arn: String,
    /// `Name`: the name, whoever chose it.
    pub name: String,
}

impl Ref<Service> {
    /// The ARN.
    #[must_use]
    pub fn arn(&self) -> Output<String> {
        self.output("ServiceArn")
    }

    /// The name, which metrics and scaling targets take.
    #[must_use]
    pub fn name(&self) -> Output<String> {
        self.output("Name")
    }
}

impl Resource for Service {
    type Outputs = ServiceOutputs;

    /// CloudFormation's identifier is `ServiceArn` and `Cluster`; the ARN has the name of the
    /// cluster in it. `Role` and `SchedulingStrategy` are not of Fargate behind target groups.
    const SCHEMA: &'static Schema = &Schema {
        identifier: "ServiceArn",
        outputs: &["ServiceArn", "Name"],
        replaces: &["Cluster", "ServiceName"],
        computed: &["ServiceName", "DesiredCount"],
        moving: &["DesiredCount"],
        name: Some(NameRule { also: "_", ..NameRule::new("ServiceName", MAX_NAME_LEN) }),
        exclusive: &["Cluster", "ServiceName"],
        resource_type: Some("ecs:service"),
        named_by_arn: true,
        api: "ecs",
        // A target group may hold on to tasks that stop for five minutes and more.
        timing: Timing { deadline: Duration::from_secs(1800), ..Timing::seconds(60, 120, 60) },
        ..Schema::new(Kind::new("AWS::ECS::Service"))
    };

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    /// `CreateService`; `UpdateService` for everything but tags; `DeleteService`.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Update(from, to) => {
                u32::from(from.changes_in_place(to)) + tag_calls(&from.tags, &to.tags)
            }
            _ => 1,
        }
    }
}

impl Service {
    /// Whether it takes an `UpdateService` to come from `self` to `to`.
    #[must_use]
    pub fn changes_in_place(&self, to: &Self) -> bool {
        let unmanaged = Self {
            tags: self.tags.clone(),
            desired_count: to.desired_count.and(self.desired_count),
            ..self.clone()
        };
        unmanaged != Self { tags: self.tags.clone(), ..to.clone() }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::services::{
        ecs::{CapacityProvider, CapacityProviderStrategy, CircuitBreaker},
        servicediscovery::ServiceArn,
    };

    fn service() -> Service {
        Service::builder()
            .service_name(EcsName::literal("web"))
            .cluster(Ref::existing("cluster"))
            .task_definition(Ref::existing("web:1"))
            .desired_count(2)
            .network_configuration(
                AwsVpcConfiguration::builder()
                    .subnets([Ref::existing("subnet-b"), Ref::existing("subnet-a")])
                    .security_groups([Ref::existing("sg-1")])
                    .build()
                    .into(),
            )
            .load_balancers([ServiceLoadBalancer {
                target_group: Ref::existing("group"),
                container_name: EcsName::literal("web"),
                container_port: ContainerPort::of::<8080>(),
            }])
            .deployment_configuration(
                DeploymentConfiguration::builder()
                    .circuit_breaker(CircuitBreaker::RollBack)
                    .build(),
            )
            .build()
    }

    #[test]
    fn a_service_has_the_shape_of_cloudformation() {
        let tree = serde_json::to_value(service()).unwrap();
        assert_eq!(
            tree,
            json!({
                "ServiceName": "web",
                "Cluster": "cluster",
                "TaskDefinition": "web:1",
                "DesiredCount": 2,
                "LaunchType": "FARGATE",
                "PlatformVersion": "LATEST",
                "NetworkConfiguration": {
                    "AwsvpcConfiguration": {
                        "Subnets": ["subnet-a", "subnet-b"],
                        "SecurityGroups": ["sg-1"],
                        "AssignPublicIp": "DISABLED",
                    },
                },
                "LoadBalancers": [{
                    "TargetGroupArn": "group",
                    "ContainerName": "web",
                    "ContainerPort": 8080,
                }],
                "DeploymentConfiguration": {
                    "MinimumHealthyPercent": 100,
                    "MaximumPercent": 200,
                    "DeploymentCircuitBreaker": { "Enable": true, "Rollback": true },
                },
                "HealthCheckGracePeriodSeconds": 0,
                "EnableExecuteCommand": false,
                "EnableECSManagedTags": false,
                "PropagateTags": "NONE",
                "Tags": [],
            })
        );
        assert_eq!(serde_json::from_value::<Service>(tree).unwrap(), service());
    }

    #[test]
    fn a_strategy_takes_the_place_of_the_launch_type() {
        let mut it = service();
        it.capacity = CapacityProviderStrategy::only(CapacityProvider::FargateSpot).into();
        let arn = "arn:aws:servicediscovery:us-east-1:123456789012:service/srv-1";
        it.service_registry = Some(ServiceRegistry::new(ServiceArn::literal(arn)));
        let tree = serde_json::to_value(&it).unwrap();
        assert_eq!(tree.get("LaunchType"), None);
        assert_eq!(
            tree["CapacityProviderStrategy"],
            json!([{ "CapacityProvider": "FARGATE_SPOT", "Base": 0, "Weight": 1 }])
        );
        assert_eq!(tree["ServiceRegistries"], json!([{ "RegistryArn": arn }]));
        assert_eq!(serde_json::from_value::<Service>(tree).unwrap(), it);
        assert!(service().changes_in_place(&it));
    }

    #[test]
    fn a_count_that_is_not_managed_needs_no_call() {
        let mut unmanaged = service();
        unmanaged.desired_count = None;
        assert!(!service().changes_in_place(&unmanaged));
        unmanaged.tags = Tags::new().with("a", "b");
        assert_eq!(Service::calls(&Operation::Update(&service(), &unmanaged)), 1);
        unmanaged.enable_execute_command = true;
        assert_eq!(Service::calls(&Operation::Update(&service(), &unmanaged)), 2);
    }
}
