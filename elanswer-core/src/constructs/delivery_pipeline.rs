//! From a push to a repository to what runs.

use super::{
    EncryptionKeyHandle, FargateHandle, ImageBuild, ImageBuildHandle, PrivateBucket,
    PrivateBucketHandle, name_tag, role,
};
use crate::{
    architecture::{Construct, Scope},
    reference::{Input, Ref},
    services::{
        codebuild::ComputeType,
        codeconnections::{Connection, ConnectionArn},
        codepipeline::{
            Action, ActionName, ApprovalText, ArtifactName, ArtifactStore, BranchName,
            CodeBuildAction, ConnectionSource, EcsDeploy, ManualApproval, Pipeline, RepositoryId,
            Stage, StageName,
        },
        ecs::RuntimePlatform,
        iam,
        s3::{Days, LifecycleRule},
    },
};

mod policy;
#[cfg(test)]
mod tests;

/// A pipeline that takes every push to a branch on GitHub, builds its `Dockerfile`, pushes the image
/// to a repository of ECR and deploys it to services of ECS; a deployment that fails is rolled back
/// to the last one that did not.
///
/// It makes the connection to GitHub, unless it is given one; somebody must then
/// [complete it](Connection) in the console, once. What its actions hand on is in a private bucket
/// and forgotten after a while. Each job has a role of its own: the pipeline may use this connection,
/// start this build and deploy to these services; the build may push to this repository.
///
/// ```
/// # use elanswer_core::{Architecture, NetworkPlan, Region, cidr};
/// # use elanswer_core::constructs::{FargateService, Network, SecurityGroup};
/// # const NETWORK: NetworkPlan<2> = NetworkPlan::new(cidr!("10.0.0.0/16"))
/// #     .public([cidr!("10.0.1.0/24"), cidr!("10.0.2.0/24")])
/// #     .private([cidr!("10.0.11.0/24"), cidr!("10.0.12.0/24")]);
/// use elanswer_core::constructs::{DeliveryPipeline, EncryptionKey, KeyUser};
///
/// # let mut arch = Architecture::new("shop", Region::UsEast1);
/// # let net = arch.add(Network::new("main", NETWORK));
/// # let app = arch.add(SecurityGroup::internal("app", &net));
/// let uri = "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/web";
/// let arn = "arn:aws:ecr:us-east-1:123456789012:repository/shop/web";
/// # let web = FargateService::new("web", format!("{uri}:1.4"));
/// # let web = arch.add(web.subnets(net.private()).guarded_by(&app));
/// let key = arch.add(EncryptionKey::new("key").used_by([KeyUser::Logs, KeyUser::S3]));
/// let pipeline = DeliveryPipeline::from_github("pipeline", "shop/web", "main")
///     .builds(uri, arn)
///     .deploys(&web)
///     .encrypted_with(&key);
/// let pipeline = arch.add(pipeline);
/// ```
///
/// # What a plan says after a deployment
///
/// A deployment registers a revision of the task definition of its own, like the one that the service
/// runs but for the image, and points the service to it. The architecture still names the revision
/// that elanswer made. So the next plan shows `TaskDefinition` of the service as changed, and an apply
/// puts the image of the program back in place of the deployed one: another deployment, of what the
/// program says.
///
/// Let the program say what runs: give [`FargateService::new`](super::FargateService::new) the image
/// as a variable, filled with what the service has now
/// (`aws ecs describe-task-definition --query taskDefinition.containerDefinitions[0].image`) whenever
/// the architecture is applied. Then an apply registers the same containers again, and the same image
/// keeps running; what the program changes besides the image is in the next deployment too, because
/// that starts from what the service runs. Revisions that the pipeline registered stay when the
/// service is deleted.
#[derive(Debug, Clone)]
#[must_use = "a pipeline does nothing until it is added to an architecture"]
pub struct DeliveryPipeline<R> {
    repository: R,
    settings: Settings,
}

/// Stands where `.builds(..)` has still to be called.
#[derive(Debug, Clone, Copy)]
pub struct NoImage;

/// The repository of ECR that a pipeline pushes its images to.
#[derive(Debug, Clone)]
pub struct BuildsImage {
    uri: Input<String>,
    arn: Input<String>,
}

#[derive(Debug, Clone)]
struct Settings {
    name: String,
    repository: String,
    branch: String,
    connection: Option<Input<ConnectionArn>>,
    services: Vec<FargateHandle>,
    approval: Option<String>,
    key: Option<EncryptionKeyHandle>,
    platform: RuntimePlatform,
    size: ComputeType,
    artifacts_kept_for: Days,
    disposable: bool,
}

impl DeliveryPipeline<NoImage> {
    /// A pipeline for every push to this branch of this repository, `owner/repository`.
    pub fn from_github(
        name: impl Into<String>,
        repository: impl Into<String>,
        branch: impl Into<String>,
    ) -> Self {
        let settings = Settings {
            name: name.into(),
            repository: repository.into(),
            branch: branch.into(),
            connection: None,
            services: Vec::new(),
            approval: None,
            key: None,
            platform: RuntimePlatform::X86_64,
            size: ComputeType::Small,
            artifacts_kept_for: Days::of::<90>(),
            disposable: false,
        };
        Self { repository: NoImage, settings }
    }

    /// Builds an image and pushes it to the repository of ECR that has this URI,
    /// `123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/web`, and this ARN.
    pub fn builds(
        self,
        repository_uri: impl Into<Input<String>>,
        repository_arn: impl Into<Input<String>>,
    ) -> DeliveryPipeline<BuildsImage> {
        let repository = BuildsImage { uri: repository_uri.into(), arn: repository_arn.into() };
        DeliveryPipeline { repository, settings: self.settings }
    }
}

impl<R> DeliveryPipeline<R> {
    /// Deploys the image to this service, in place of the one that its container has. Several
    /// services are deployed side by side. Default: to none.
    pub fn deploys(mut self, service: &FargateHandle) -> Self {
        self.settings.services.push(service.clone());
        self
    }

    /// Waits before the deployment until somebody has said yes; `what` tells them to what. Default:
    /// nobody is asked.
    pub fn approved(mut self, what: impl Into<String>) -> Self {
        self.settings.approval = Some(what.into());
        self
    }

    /// Uses this connection, which somebody has completed. Default: one of its own.
    pub fn connected_by(mut self, connection: impl Into<Input<ConnectionArn>>) -> Self {
        self.settings.connection = Some(connection.into());
        self
    }

    /// Encrypts what its actions hand on, and what builds say, with this key, which
    /// [`KeyUser::S3`](super::KeyUser::S3) and [`KeyUser::Logs`](super::KeyUser::Logs) use. Default:
    /// with keys of AWS.
    pub fn encrypted_with(mut self, key: &EncryptionKeyHandle) -> Self {
        self.settings.key = Some(key.clone());
        self
    }

    /// The processors that the image is for. Default: [`RuntimePlatform::X86_64`].
    pub const fn platform(mut self, platform: RuntimePlatform) -> Self {
        self.settings.platform = platform;
        self
    }

    /// How large the machine of the build is. Default: [`ComputeType::Small`].
    pub const fn build_size(mut self, size: ComputeType) -> Self {
        self.settings.size = size;
        self
    }

    /// How long what its actions hand on is kept. A deployment that fails later than that after the
    /// last good one cannot be rolled back. Default: 90 days.
    pub const fn artifacts_kept_for(mut self, days: Days) -> Self {
        self.settings.artifacts_kept_for = days;
        self
    }

    /// Its bucket is deleted with all that is in it: for tests and trials.
    pub const fn disposable(mut self) -> Self {
        self.settings.disposable = true;
        self
    }
}

impl Construct for DeliveryPipeline<BuildsImage> {
    type Handle = DeliveryPipelineHandle;

    fn name(&self) -> &str {
        &self.settings.name
    }

    fn build(self, scope: &mut Scope<'_>) -> DeliveryPipelineHandle {
        let Self { repository, settings } = self;
        let artifacts = settings.artifacts(scope);
        let build = settings.build(scope, &repository, &artifacts);
        let (connection, own) = settings.connection(scope);

        let policy = policy::pipeline(scope, &settings, &connection, &artifacts, &build);
        let (role, policy) = role(scope, iam::Service::CodePipeline, "pipeline", policy);
        let stages = settings.stages(scope, &connection, &build);
        let store = ArtifactStore::new(artifacts.bucket());
        let store = match &settings.key {
            Some(key) => store.encrypted_with(key.arn()),
            None => store,
        };
        let pipeline = Pipeline::builder()
            .role_arn(role.arn())
            .artifact_store(store)
            .stages(stages)
            .tags(name_tag(scope, "pipeline"))
            .build();
        let pipeline = scope.resource("pipeline", pipeline);
        scope.architecture().options(&pipeline, |options| {
            // It runs as soon as it is there.
            options.depends_on(artifacts.policy());
            for policy in [policy.as_ref(), build.policy()].into_iter().flatten() {
                options.depends_on(policy);
            }
        });
        DeliveryPipelineHandle { pipeline, connection: own, artifacts, build }
    }
}

/// What the source hands on, and what the build does.
const SOURCE: ArtifactName = ArtifactName::literal("source");
const IMAGES: ArtifactName = ArtifactName::literal("images");

impl Settings {
    fn artifacts(&self, scope: &mut Scope<'_>) -> PrivateBucketHandle {
        let old = LifecycleRule::builder()
            .id("old-artifacts")
            .expiration_in_days(self.artifacts_kept_for)
            .build();
        let mut bucket =
            PrivateBucket::new("artifacts").rule(old).old_versions_kept_for(Days::of::<1>());
        if let Some(key) = &self.key {
            bucket = bucket.encrypted_with(key);
        }
        scope.add(if self.disposable { bucket.disposable() } else { bucket })
    }

    fn build(
        &self,
        scope: &mut Scope<'_>,
        repository: &BuildsImage,
        artifacts: &PrivateBucketHandle,
    ) -> ImageBuildHandle {
        let (uri, arn) = (repository.uri.clone(), repository.arn.clone());
        let mut build =
            ImageBuild::new("build", uri, arn, artifacts).platform(self.platform).size(self.size);
        if let Some(key) = &self.key {
            build = build.logs_encrypted_with(key);
        }
        for service in &self.services {
            build = build.for_container(service.container_name());
        }
        scope.add(build)
    }

    /// The ARN of the connection, and the connection when it is one of its own.
    fn connection(&self, scope: &mut Scope<'_>) -> (Input<ConnectionArn>, Option<Ref<Connection>>) {
        if let Some(connection) = &self.connection {
            return (connection.clone(), None);
        }
        let connection = Connection::builder().tags(name_tag(scope, "connection")).build();
        let connection = scope.resource("connection", connection);
        (connection.arn().into(), Some(connection))
    }

    fn stages(
        &self,
        scope: &mut Scope<'_>,
        connection: &Input<ConnectionArn>,
        build: &ImageBuildHandle,
    ) -> Vec<Stage> {
        let from = ConnectionSource::builder()
            .connection_arn(connection.clone())
            .full_repository_id(RepositoryId::new(self.repository.as_str()).unwrap_or_else(
                |error| {
                    scope.problem(error.to_string(), "name the repository as `owner/repository`");
                    const { RepositoryId::literal("owner/repository") }
                },
            ))
            .branch_name(BranchName::new(self.branch.as_str()).unwrap_or_else(|error| {
                scope.problem(error.to_string(), "name a branch such as `main`");
                const { BranchName::literal("main") }
            }))
            .output(SOURCE)
            .build();
        let builds =
            CodeBuildAction::builder().project(build.project()).input(SOURCE).output(IMAGES);
        let from = Action::new(const { ActionName::literal("source") }, from);
        let builds = Action::new(const { ActionName::literal("build") }, builds.build());
        let mut stages = vec![
            Stage::new(const { StageName::literal("Source") }, [from]),
            Stage::new(const { StageName::literal("Build") }, [builds]),
        ];
        stages.extend(self.approval(scope));
        stages.extend(self.deployment(build));
        stages
    }

    fn approval(&self, scope: &mut Scope<'_>) -> Option<Stage> {
        let text = self.approval.as_ref()?;
        let custom_data = ApprovalText::new(text.as_str());
        if let Err(error) = &custom_data {
            scope.problem(error.to_string(), "tell in a sentence what is approved");
        }
        let approval = ManualApproval { custom_data: custom_data.ok(), notification_arn: None };
        let action = Action::new(const { ActionName::literal("approval") }, approval);
        Some(Stage::new(const { StageName::literal("Approval") }, [action]))
    }

    fn deployment(&self, build: &ImageBuildHandle) -> Option<Stage> {
        let mut actions: Vec<Action> = Vec::new();
        for service in &self.services {
            let container = service.container_name();
            let deploy = EcsDeploy::builder()
                .cluster_name(service.cluster().name())
                .service_name(service.service().name())
                .file_name(build.file(container).unwrap_or_default())
                .input(IMAGES)
                .build();
            // Two services of different constructs may have containers of one name.
            let number = format!("service-{}", actions.len() + 1);
            let name = [container.as_str(), &number].into_iter().find_map(|name| {
                let name = ActionName::new(name).ok()?;
                (!actions.iter().any(|action| action.name == name)).then_some(name)
            })?;
            actions.push(Action::new(name, deploy));
        }
        let name = const { StageName::literal("Deploy") };
        (!actions.is_empty()).then(|| Stage::new(name, actions).rolled_back_on_failure())
    }
}

/// A pipeline that was added.
#[derive(Debug, Clone)]
pub struct DeliveryPipelineHandle {
    pipeline: Ref<Pipeline>,
    connection: Option<Ref<Connection>>,
    artifacts: PrivateBucketHandle,
    build: ImageBuildHandle,
}

impl DeliveryPipelineHandle {
    /// The pipeline.
    #[must_use]
    pub const fn pipeline(&self) -> &Ref<Pipeline> {
        &self.pipeline
    }

    /// The connection that somebody must complete, unless the pipeline was given one.
    #[must_use]
    pub const fn connection(&self) -> Option<&Ref<Connection>> {
        self.connection.as_ref()
    }

    /// The bucket of what its actions hand on.
    #[must_use]
    pub const fn artifacts(&self) -> &PrivateBucketHandle {
        &self.artifacts
    }

    /// What builds the image.
    #[must_use]
    pub const fn build(&self) -> &ImageBuildHandle {
        &self.build
    }
}
