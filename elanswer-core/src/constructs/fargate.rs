//! A service of containers on Fargate, behind a load balancer or without one.

pub use handle::{FargateHandle, WorkerHandle};

mod containers;
mod handle;
mod tracing;

use std::collections::BTreeMap;

use super::{
    EncryptionKeyHandle, FargateCluster, FargateClusterHandle, Group, ImageRepositoryHandle,
    Internal, NoGroup, NoSubnets, Private, PrivateBucketHandle, Reads, Secret, Tier, name_tag,
    role,
};
use crate::{
    Set,
    architecture::{Construct, Scope},
    bounded::Bounded,
    reference::{Input, Ref},
    services::{
        ecs::{
            AwsVpcConfiguration, Capacity, CapacityProviderStrategy, CircuitBreaker,
            DeploymentAlarms, DeploymentConfiguration, FargateSize, RuntimePlatform, Service,
            ServiceLoadBalancer, ServiceRegistry,
        },
        elbv2::{Port, TargetGroup},
        iam::{self, PolicyDocument, Statement},
        logs::{LogGroup, Retention},
        servicediscovery::ServiceArn,
    },
};

/// A service that keeps a number of equal tasks running, each with one container.
///
/// It stands in private subnets, behind an internal security group, and a
/// [`LoadBalancer`](super::LoadBalancer) must route to it, unless it is
/// [without one](Self::without_load_balancer). A deployment that fails rolls back by itself. Its
/// execution role may write to its own log group, pull its own image and fetch its own secrets,
/// nothing else.
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
///
/// A worker that most of the time may be taken back, has a root file system that nobody writes to,
/// and says what takes how long:
///
/// ```
/// # use elanswer_core::{Architecture, NetworkPlan, Region, cidr};
/// # use elanswer_core::constructs::{FargateCluster, FargateService, Network, SecurityGroup};
/// # const NETWORK: NetworkPlan<2> = NetworkPlan::new(cidr!("10.0.0.0/16"))
/// #     .public([cidr!("10.0.1.0/24"), cidr!("10.0.2.0/24")])
/// #     .private([cidr!("10.0.11.0/24"), cidr!("10.0.12.0/24")]);
/// use elanswer_core::services::ecs::{
///     CapacityBase, CapacityProvider, CapacityProviderStrategy, CapacityShare,
/// };
///
/// # let mut arch = Architecture::new("shop", Region::UsEast1);
/// # let net = arch.add(Network::new("main", NETWORK));
/// # let app = arch.add(SecurityGroup::internal("app", &net));
/// let cluster = arch.add(FargateCluster::new("services").spot());
/// // One task stays; of the others three in four cost less.
/// let one_stays =
///     CapacityProviderStrategy::split(CapacityShare::of::<1>(), CapacityShare::of::<3>())
///         .with_base(CapacityProvider::Fargate, CapacityBase::of::<1>());
/// let worker = FargateService::new("worker", "public.ecr.aws/docker/library/busybox:1.37")
///     .without_load_balancer()
///     .cluster(&cluster)
///     .subnets(net.private())
///     .guarded_by(&app)
///     .on_spot(one_stays)
///     .count_left_to_autoscaling()
///     .read_only()
///     .scratch("/tmp")
///     .traced();
/// let worker = arch.add(worker);
/// assert_eq!(worker.container_name().as_str(), "worker");
/// ```
#[derive(Debug, Clone)]
#[must_use = "a service does nothing until it is added to an architecture"]
pub struct FargateService<S, G, B = Balanced> {
    subnets: S,
    group: G,
    balancing: B,
    settings: Settings,
}

/// Stands in the type of a service that a load balancer routes to.
#[derive(Debug, Clone, Copy)]
pub struct Balanced;

/// Stands in the type of a service without a load balancer.
#[derive(Debug, Clone, Copy)]
pub struct Unbalanced;

#[derive(Debug, Clone)]
struct Settings {
    name: String,
    image: String,
    repositories: Vec<Input<String>>,
    cluster: Option<FargateClusterHandle>,
    /// `None` leaves it to automatic scaling.
    tasks: Option<u32>,
    capacity: Option<CapacityProviderStrategy>,
    size: FargateSize,
    platform: RuntimePlatform,
    port: Option<Port>,
    health_path: String,
    health_command: Option<String>,
    environment: BTreeMap<String, Input<String>>,
    secrets: Vec<Secret>,
    log_key: Option<EncryptionKeyHandle>,
    permissions: Vec<Statement>,
    log_retention: Retention,
    read_only: bool,
    scratch: Set<String>,
    traced: bool,
    registry: Option<Input<ServiceArn>>,
    alarms: Set<Input<String>>,
}

/// The port of a container behind a load balancer whose program says no other.
const PORT: Port = Port::of::<8080>();

impl FargateService<NoSubnets, NoGroup> {
    /// A service of tasks with the image `image`.
    ///
    /// Its execution role may pull from the private repository of ECR that the image names; other
    /// registries must let everybody pull.
    pub fn new(name: impl Into<String>, image: impl Into<String>) -> Self {
        let settings = Settings {
            name: name.into(),
            image: image.into(),
            repositories: Vec::new(),
            cluster: None,
            tasks: Some(2),
            capacity: None,
            size: FargateSize::of::<256, 512>(),
            platform: RuntimePlatform::X86_64,
            port: None,
            health_path: "/".to_owned(),
            health_command: None,
            environment: BTreeMap::new(),
            secrets: Vec::new(),
            log_key: None,
            permissions: Vec::new(),
            log_retention: Retention::Days30,
            read_only: false,
            scratch: Set::new(),
            traced: false,
            registry: None,
            alarms: Set::new(),
        };
        Self { subnets: NoSubnets, group: NoGroup, balancing: Balanced, settings }
    }
}

impl<G, B> FargateService<NoSubnets, G, B> {
    /// Where its tasks run: subnets that the internet does not reach.
    pub fn subnets(self, tier: &Tier<Private>) -> FargateService<Tier<Private>, G, B> {
        let Self { group, balancing, settings, .. } = self;
        FargateService { subnets: tier.clone(), group, balancing, settings }
    }
}

impl<S, B> FargateService<S, NoGroup, B> {
    /// What may reach its tasks: a group that does not let in the internet.
    pub fn guarded_by(self, group: &Group<Internal>) -> FargateService<S, Group<Internal>, B> {
        let Self { subnets, balancing, settings, .. } = self;
        FargateService { subnets, group: group.clone(), balancing, settings }
    }
}

impl<S, G> FargateService<S, G, Balanced> {
    /// What the load balancer asks for to see whether a task is healthy. Default: `/`.
    pub fn health_path(mut self, path: impl Into<String>) -> Self {
        self.settings.health_path = path.into();
        self
    }

    /// No load balancer routes to it: it takes its work from elsewhere, or is
    /// [found by its name](Self::discovered_as). It has no target group, and listens on a port only
    /// if [`port`](Self::port) says so.
    pub fn without_load_balancer(self) -> FargateService<S, G, Unbalanced> {
        let Self { subnets, group, settings, .. } = self;
        FargateService { subnets, group, balancing: Unbalanced, settings }
    }
}

impl<S, G, B> FargateService<S, G, B> {
    /// The cluster to run in, that of a [`FargateCluster`]. Default: one of its own.
    pub fn cluster(mut self, cluster: impl Into<FargateClusterHandle>) -> Self {
        self.settings.cluster = Some(cluster.into());
        self
    }

    /// How many tasks run. Default: 2.
    pub const fn tasks(mut self, count: u32) -> Self {
        self.settings.tasks = Some(count);
        self
    }

    /// How many tasks run is up to automatic scaling, and no plan changes it. A new service begins
    /// with one task, until the scaling raises that to its least; one that had a count keeps what
    /// runs.
    pub const fn count_left_to_autoscaling(mut self) -> Self {
        self.settings.tasks = None;
        self
    }

    /// Shares its tasks between Fargate and Fargate Spot, which costs less and may be taken back.
    /// The cluster must have both, as [`FargateCluster::spot`] says; one of its own does. Default:
    /// all on Fargate.
    pub fn on_spot(mut self, strategy: CapacityProviderStrategy) -> Self {
        self.settings.capacity = Some(strategy);
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

    /// The port that the container listens on. Default: 8080 behind a load balancer, none without.
    pub const fn port(mut self, port: Port) -> Self {
        self.settings.port = Some(port);
        self
    }

    /// The command line that ECS runs in the container to see whether it is healthy. Default: none;
    /// the load balancer decides alone.
    pub fn health_command(mut self, line: impl Into<String>) -> Self {
        self.settings.health_command = Some(line.into());
        self
    }

    /// Lets it pull images of this repository, besides that of the image that it begins with: those
    /// that a [`DeliveryPipeline`](super::DeliveryPipeline) deploys.
    pub fn pulls_from(mut self, repository: &ImageRepositoryHandle) -> Self {
        self.settings.repositories.push(repository.arn().into());
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

    /// Nothing in the container can write to its root file system: what gets in cannot change the
    /// program. The directories that it must write to are [scratch](Self::scratch).
    pub const fn read_only(mut self) -> Self {
        self.settings.read_only = true;
        self
    }

    /// A directory that the container can write to, such as `/tmp`: empty when a task starts, and
    /// gone with it. It belongs to `root`; for a program that runs as another user the image must
    /// name the directory as a `VOLUME`.
    pub fn scratch(mut self, path: impl Into<String>) -> Self {
        self.settings.scratch.insert(path.into());
        self
    }

    /// Sends traces to AWS X-Ray: beside the container runs the daemon of X-Ray, to which its SDKs
    /// send what they see, and the task role may send that on. Without the daemon the program runs
    /// all the same. The tasks need a way to X-Ray: a NAT gateway, or an endpoint.
    pub const fn traced(mut self) -> Self {
        self.settings.traced = true;
        self
    }

    /// Registers its tasks with this service of AWS Cloud Map, so that others in the network find
    /// them by its name. It must have records of the type `A`.
    pub fn discovered_as(mut self, registry: impl Into<Input<ServiceArn>>) -> Self {
        self.settings.registry = Some(registry.into());
        self
    }

    /// Rolls a deployment back that sets off this alarm of CloudWatch, and not only one whose tasks
    /// fail. It can be called for several. The alarm comes before the service: one that takes an
    /// output of the service, such as its name, would wait for it in a circle.
    pub fn rolls_back_on(mut self, alarm_name: impl Into<Input<String>>) -> Self {
        self.settings.alarms.insert(alarm_name.into());
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

impl Construct for FargateService<Tier<Private>, Group<Internal>, Balanced> {
    type Handle = FargateHandle;

    fn name(&self) -> &str {
        &self.settings.name
    }

    fn build(mut self, scope: &mut Scope<'_>) -> FargateHandle {
        let port = *self.settings.port.get_or_insert(PORT);
        let target_group = self.settings.target_group(scope, &self.subnets, port);
        let worker = self.assemble(scope, Some((&target_group, port)));
        worker.behind(target_group)
    }
}

impl Construct for FargateService<Tier<Private>, Group<Internal>, Unbalanced> {
    type Handle = WorkerHandle;

    fn name(&self) -> &str {
        &self.settings.name
    }

    fn build(self, scope: &mut Scope<'_>) -> WorkerHandle {
        self.assemble(scope, None)
    }
}

impl<B> FargateService<Tier<Private>, Group<Internal>, B> {
    /// Everything but the target group, with which it registers its port.
    fn assemble(
        self,
        scope: &mut Scope<'_>,
        target: Option<(&Ref<TargetGroup>, Port)>,
    ) -> WorkerHandle {
        let Self { subnets, group, settings, .. } = self;
        if subnets.subnets().is_empty() {
            scope.problem(
                "the network has no private subnets for the tasks",
                "plan a private tier with `.private([..])`",
            );
        }
        let container_name = settings.container_name(scope);
        let cluster = settings.cluster(scope);
        let logs = LogGroup::builder()
            .retention_in_days(settings.log_retention)
            .maybe_kms_key_id(settings.log_key.as_ref().map(EncryptionKeyHandle::arn))
            .tags(name_tag(scope, "logs"))
            .build();
        let logs = scope.resource("logs", logs);

        let policy = settings.execution_policy(&logs, scope.place().region);
        let (execution, pull_log_fetch) = role(scope, iam::Service::EcsTasks, "execution", policy);
        let policy = PolicyDocument::new(settings.permissions());
        let (task, permissions) = role(scope, iam::Service::EcsTasks, "task", policy);

        let definition =
            settings.task_definition(scope, &container_name, &logs, [&execution, &task]);
        let definition = scope.resource("task-definition", definition);

        let network = AwsVpcConfiguration::builder()
            .subnets(subnets.subnets().iter().cloned().collect::<Set<_>>())
            .security_groups([group.group().clone()])
            .build();
        let load_balancers = target.into_iter().map(|(target_group, container_port)| {
            let container_name = container_name.clone();
            ServiceLoadBalancer {
                target_group: target_group.clone(),
                container_name,
                container_port,
            }
        });
        let service = Service::builder()
            .cluster(cluster.cluster())
            .task_definition(&definition)
            .maybe_desired_count(settings.tasks)
            .capacity(settings.capacity.clone().map_or_else(Capacity::default, Capacity::from))
            .network_configuration(network.into())
            .load_balancers(load_balancers.collect::<Set<_>>())
            .maybe_service_registry(settings.registry.clone().map(ServiceRegistry::new))
            .deployment_configuration(settings.deployment())
            .health_check_grace_period_seconds(if target.is_some() {
                GRACE
            } else {
                Bounded::of::<0>()
            })
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
            if let Some(providers) = cluster.providers().filter(|_| settings.capacity.is_some()) {
                options.depends_on(providers);
            }
        });
        WorkerHandle {
            service,
            target_group: (),
            execution_role: execution,
            task_role: task,
            cluster: cluster.cluster().clone(),
            task_definition: definition,
            log_group: logs,
            container_name,
        }
    }
}

/// How long a task may take until its first good answer: a minute.
const GRACE: Bounded<0, 2_147_483_647> = Bounded::of::<60>();

impl Settings {
    /// The cluster to run in: one of its own has what its capacity needs.
    fn cluster(&self, scope: &mut Scope<'_>) -> FargateClusterHandle {
        if let Some(cluster) = &self.cluster {
            return cluster.clone();
        }
        let cluster = FargateCluster::new("cluster");
        scope.add(if self.capacity.is_some() { cluster.spot() } else { cluster })
    }

    fn deployment(&self) -> DeploymentConfiguration {
        let alarms = (!self.alarms.is_empty())
            .then(|| DeploymentAlarms { alarm_names: self.alarms.clone(), rollback: true });
        DeploymentConfiguration::builder()
            .circuit_breaker(CircuitBreaker::RollBack)
            .maybe_alarms(alarms)
            .build()
    }
}

#[cfg(test)]
mod tests;
