//! A service of containers on Fargate, behind a load balancer.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    EncryptionKeyHandle, FargateCluster, Group, Internal, NoGroup, NoSubnets, Private,
    PrivateBucketHandle, Reads, Secret, Tier, image::EcrRepository, name_tag, role,
};
use crate::{
    architecture::{Construct, Scope},
    reference::{Input, Ref},
    region::Region,
    services::{
        ecs::{
            AwsLogs, AwsVpcConfiguration, CircuitBreaker, Cluster, ContainerDefinition,
            DeploymentConfiguration, EcsName, FargateSize, HealthCheck, PortMapping,
            RuntimePlatform, Service, ServiceLoadBalancer, TaskDefinition,
        },
        elbv2::{
            self, DeregistrationDelay, HealthCheckPath, Port, TargetGroup, TargetGroupAttributes,
        },
        iam::{self, Operator, PolicyDocument, Role, Statement},
        logs::{LogGroup, Retention},
    },
};

/// A service that keeps a number of equal tasks running, each with one container.
///
/// It stands in private subnets, behind an internal security group, and a
/// [`LoadBalancer`](super::LoadBalancer) must route to it. A deployment that fails rolls back by
/// itself. Its execution role may write to its own log group, pull its own image and fetch its own
/// secrets, nothing else.
///
/// ```
/// # use elanswer_core::{Architecture, NetworkPlan, Region, cidr};
/// # use elanswer_core::constructs::{Network, SecurityGroup, Tcp};
/// # const NETWORK: NetworkPlan<2> = NetworkPlan::new(cidr!("10.0.0.0/16"))
/// #     .public([cidr!("10.0.1.0/24"), cidr!("10.0.2.0/24")])
/// #     .private([cidr!("10.0.11.0/24"), cidr!("10.0.12.0/24")]);
/// use elanswer_core::{constructs::FargateService, services::ecs::FargateSize};
///
/// # let mut arch = Architecture::new("shop", Region::UsEast1);
/// # let net = arch.add(Network::new("main", NETWORK));
/// # let app = arch.add(SecurityGroup::internal("app", &net));
/// let web = FargateService::new("web", "public.ecr.aws/nginx/nginx-unprivileged:1.29")
///     .subnets(net.private()) // `net.public()` does not compile
///     .guarded_by(&app)
///     .tasks(3)
///     .size(FargateSize::of::<512, 1024>());
/// let web = arch.add(web);
/// ```
#[derive(Debug, Clone)]
#[must_use = "a service does nothing until it is added to an architecture"]
pub struct FargateService<S, G> {
    subnets: S,
    group: G,
    settings: Settings,
}

#[derive(Debug, Clone)]
struct Settings {
    name: String,
    image: String,
    cluster: Option<Ref<Cluster>>,
    tasks: u32,
    size: FargateSize,
    platform: RuntimePlatform,
    port: Port,
    health_path: String,
    health_command: Option<String>,
    environment: BTreeMap<String, Input<String>>,
    secrets: Vec<Secret>,
    log_key: Option<EncryptionKeyHandle>,
    permissions: Vec<Statement>,
    log_retention: Retention,
}

impl FargateService<NoSubnets, NoGroup> {
    /// A service of tasks with the image `image`.
    ///
    /// Its execution role may pull from the private repository of ECR that the image names; other
    /// registries must let everybody pull.
    pub fn new(name: impl Into<String>, image: impl Into<String>) -> Self {
        let settings = Settings {
            name: name.into(),
            image: image.into(),
            cluster: None,
            tasks: 2,
            size: FargateSize::of::<256, 512>(),
            platform: RuntimePlatform::X86_64,
            port: Port::of::<8080>(),
            health_path: "/".to_owned(),
            health_command: None,
            environment: BTreeMap::new(),
            secrets: Vec::new(),
            log_key: None,
            permissions: Vec::new(),
            log_retention: Retention::Days30,
        };
        Self { subnets: NoSubnets, group: NoGroup, settings }
    }
}

impl<G> FargateService<NoSubnets, G> {
    /// Where its tasks run: subnets that the internet does not reach.
    pub fn subnets(self, tier: &Tier<Private>) -> FargateService<Tier<Private>, G> {
        let Self { group, settings, .. } = self;
        FargateService { subnets: tier.clone(), group, settings }
    }
}

impl<S> FargateService<S, NoGroup> {
    /// What may reach its tasks: a group that does not let in the internet.
    pub fn guarded_by(self, group: &Group<Internal>) -> FargateService<S, Group<Internal>> {
        let Self { subnets, settings, .. } = self;
        FargateService { subnets, group: group.clone(), settings }
    }
}

impl<S, G> FargateService<S, G> {
    /// The cluster to run in, that of a [`FargateCluster`]. Default: one of its own.
    pub fn cluster(mut self, cluster: impl Into<Ref<Cluster>>) -> Self {
        self.settings.cluster = Some(cluster.into());
        self
    }

    /// How many tasks run. Default: 2.
    pub const fn tasks(mut self, count: u32) -> Self {
        self.settings.tasks = count;
        self
    }

    /// The processors and memory of a task. Default: a quarter of a vCPU and 512 MiB.
    pub const fn size(mut self, size: FargateSize) -> Self {
        self.settings.size = size;
        self
    }

    /// The processors that the image is made for. Default: [`RuntimePlatform::X86_64`].
    pub const fn platform(mut self, platform: RuntimePlatform) -> Self {
        self.settings.platform = platform;
        self
    }

    /// The port that the container listens on. Default: 8080.
    pub const fn port(mut self, port: Port) -> Self {
        self.settings.port = port;
        self
    }

    /// What the load balancer asks for to see whether a task is healthy. Default: `/`.
    pub fn health_path(mut self, path: impl Into<String>) -> Self {
        self.settings.health_path = path.into();
        self
    }

    /// The command line that ECS runs in the container to see whether it is healthy. Default: none;
    /// the load balancer decides alone.
    pub fn health_command(mut self, line: impl Into<String>) -> Self {
        self.settings.health_command = Some(line.into());
        self
    }

    /// Sets a variable. Whoever may describe the task definition reads it: what is confidential
    /// goes through [`reads`](Self::reads).
    pub fn env(mut self, name: impl Into<String>, value: impl Into<Input<String>>) -> Self {
        self.settings.environment.insert(name.into(), value.into());
        self
    }

    /// Lets the container read this: it gets the values of a secret as variables, and may list and
    /// get the objects of a bucket.
    pub fn reads(mut self, what: impl Into<Reads>) -> Self {
        match what.into() {
            Reads::Secret(secret) => self.settings.secrets.push(secret),
            Reads::Bucket(bucket) => self.settings.permissions.extend(bucket.reading()),
        }
        self
    }

    /// Lets what runs in the container put objects into this bucket.
    pub fn writes(mut self, bucket: &PrivateBucketHandle) -> Self {
        self.settings.permissions.extend(bucket.writing());
        self
    }

    /// Lets what runs in the container do this: the policy of the task role. Default: nothing.
    pub fn allow(mut self, statement: Statement) -> Self {
        self.settings.permissions.push(statement);
        self
    }

    /// Encrypts its logs with this key, which [`KeyUser::Logs`](super::KeyUser::Logs) uses. Default:
    /// one of AWS's own.
    pub fn logs_encrypted_with(mut self, key: &EncryptionKeyHandle) -> Self {
        self.settings.log_key = Some(key.clone());
        self
    }

    /// How long its logs are kept. Default: 30 days.
    pub const fn log_retention(mut self, retention: Retention) -> Self {
        self.settings.log_retention = retention;
        self
    }
}

impl Construct for FargateService<Tier<Private>, Group<Internal>> {
    type Handle = FargateHandle;

    fn name(&self) -> &str {
        &self.settings.name
    }

    fn build(self, scope: &mut Scope<'_>) -> FargateHandle {
        let Self { subnets, group, settings } = self;
        if subnets.subnets().is_empty() {
            scope.problem(
                "the network has no private subnets for the tasks",
                "plan a private tier with `.private([..])`",
            );
        }
        let container_name = settings.container_name(scope);
        let cluster = match &settings.cluster {
            Some(cluster) => cluster.clone(),
            None => scope.add(FargateCluster::new("cluster")),
        };
        let logs = LogGroup::builder()
            .retention_in_days(settings.log_retention)
            .maybe_kms_key_id(settings.log_key.as_ref().map(EncryptionKeyHandle::arn))
            .tags(name_tag(scope, "logs"))
            .build();
        let logs = scope.resource("logs", logs);

        let policy = settings.execution_policy(&logs, scope.place().region);
        let (execution, pull_log_fetch) = role(scope, iam::Service::EcsTasks, "execution", policy);
        let (task, permissions) = role(
            scope,
            iam::Service::EcsTasks,
            "task",
            PolicyDocument::new(settings.permissions.clone()),
        );
        let target_group = settings.target_group(scope, &subnets);

        let container = settings.container(scope, container_name.clone(), &logs);
        let definition = TaskDefinition::builder()
            .size(settings.size)
            .execution_role_arn(execution.arn())
            .task_role_arn(task.arn())
            .runtime_platform(settings.platform)
            .container_definitions([container])
            .tags(name_tag(scope, "task-definition"))
            .build();
        let definition = scope.resource("task-definition", definition);

        let network = AwsVpcConfiguration::builder()
            .subnets(subnets.subnets().iter().cloned().collect::<BTreeSet<_>>())
            .security_groups([group.group().clone()])
            .build();
        let deployment =
            DeploymentConfiguration::builder().circuit_breaker(CircuitBreaker::RollBack).build();
        let service = Service::builder()
            .cluster(&cluster)
            .task_definition(&definition)
            .desired_count(settings.tasks)
            .network_configuration(network.into())
            .load_balancers([ServiceLoadBalancer {
                target_group: target_group.clone(),
                container_name,
                container_port: settings.port,
            }])
            .deployment_configuration(deployment)
            .health_check_grace_period_seconds(GRACE)
            .tags(name_tag(scope, "service"))
            .build();
        let service = scope.resource("service", service);
        scope.architecture().options(&service, |options| {
            // Without a way out the tasks cannot pull their image, and without the policies the
            // agent may not: a deployment that starts too early fails.
            subnets.ready_before(options);
            group.ready_before(options);
            for policy in [pull_log_fetch, permissions].into_iter().flatten() {
                options.depends_on(&policy);
            }
        });
        FargateHandle { service, target_group, execution_role: execution, task_role: task, cluster }
    }
}

/// How long a task may take until its first good answer: a minute.
const GRACE: crate::Bounded<0, 2_147_483_647> = crate::Bounded::of::<60>();

impl Settings {
    fn container_name(&self, scope: &mut Scope<'_>) -> EcsName {
        EcsName::new(self.name.clone()).unwrap_or_else(|error| {
            scope.problem(error.to_string(), "choose another name for the service");
            const { EcsName::literal("main") }
        })
    }

    /// What the agent must be able to do to start a task: just that.
    fn execution_policy(&self, logs: &Ref<LogGroup>, region: Region) -> PolicyDocument {
        let mut policy =
            PolicyDocument::new([
                Statement::allow(["logs:CreateLogStream", "logs:PutLogEvents"]).on([logs.arn()])
            ]);
        if let Some(repository) = EcrRepository::of(&self.image) {
            // The token is for the registry as a whole: IAM knows no narrower resource for it.
            policy = policy.with(Statement::allow(["ecr:GetAuthorizationToken"]).on(["*"])).with(
                Statement::allow([
                    "ecr:BatchCheckLayerAvailability",
                    "ecr:BatchGetImage",
                    "ecr:GetDownloadUrlForLayer",
                ])
                .on([repository.arn()]),
            );
        }
        if !self.secrets.is_empty() {
            let arns = self.secrets.iter().map(|secret| secret.arn().clone());
            policy = policy.with(Statement::allow(["secretsmanager:GetSecretValue"]).on(arns));
        }
        let keys: Vec<Input<String>> =
            self.secrets.iter().filter_map(Secret::key).cloned().collect();
        if !keys.is_empty() {
            let through = format!("secretsmanager.{region}.amazonaws.com");
            policy = policy.with(Statement::allow(["kms:Decrypt"]).on(keys).when(
                Operator::STRING_EQUALS,
                "kms:ViaService",
                [through],
            ));
        }
        policy
    }

    fn target_group(&self, scope: &mut Scope<'_>, subnets: &Tier<Private>) -> Ref<TargetGroup> {
        let path = self.health_path.parse::<HealthCheckPath>().unwrap_or_else(|error| {
            scope.problem(error.to_string(), "give `.health_path(..)` a path such as `/healthz`");
            HealthCheckPath::default()
        });
        // Tasks that stop get half a minute to finish what they are at; AWS's five minutes would
        // hold up every deployment.
        let attributes = TargetGroupAttributes::builder()
            .deregistration_delay(DeregistrationDelay::of::<30>())
            .build();
        let target_group = TargetGroup::builder()
            .vpc(subnets.vpc())
            .port(self.port)
            .health_check(elbv2::HealthCheck::builder().path(path).build())
            .attributes(attributes)
            .tags(name_tag(scope, "target-group"))
            .build();
        scope.resource("target-group", target_group)
    }

    fn container(
        &self,
        scope: &Scope<'_>,
        name: EcsName,
        logs: &Ref<LogGroup>,
    ) -> ContainerDefinition {
        let log_configuration = AwsLogs::builder()
            .group(logs.log_group_name())
            .region(scope.place().region)
            .stream_prefix(name.as_str())
            .build();
        let secrets: BTreeMap<String, Input<String>> =
            self.secrets.iter().flat_map(Secret::values).collect();
        ContainerDefinition::builder()
            .name(name)
            .image(self.image.as_str())
            .port_mappings([PortMapping::tcp(self.port)])
            .environment(self.environment.clone())
            .secrets(secrets)
            .log_configuration(log_configuration)
            .maybe_health_check(self.health_command.as_ref().map(HealthCheck::shell))
            .build()
    }
}

/// A service that was added.
#[derive(Debug, Clone)]
pub struct FargateHandle {
    service: Ref<Service>,
    target_group: Ref<TargetGroup>,
    execution_role: Ref<Role>,
    task_role: Ref<Role>,
    cluster: Ref<Cluster>,
}

impl FargateHandle {
    /// The service.
    #[must_use]
    pub const fn service(&self) -> &Ref<Service> {
        &self.service
    }

    /// The target group of its tasks.
    #[must_use]
    pub const fn target_group(&self) -> &Ref<TargetGroup> {
        &self.target_group
    }

    /// The role that starts its tasks: what pulls images, writes logs and gets secrets.
    #[must_use]
    pub const fn execution_role(&self) -> &Ref<Role> {
        &self.execution_role
    }

    /// The role of what runs in its containers.
    #[must_use]
    pub const fn task_role(&self) -> &Ref<Role> {
        &self.task_role
    }

    /// The cluster it runs in.
    #[must_use]
    pub const fn cluster(&self) -> &Ref<Cluster> {
        &self.cluster
    }
}

#[cfg(test)]
mod tests;
