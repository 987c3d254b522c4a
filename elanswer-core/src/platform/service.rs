//! A service of the platform.

use super::{Part, Platform, data::Data, storage::Buckets};
use crate::{
    architecture::Scope,
    constructs::{
        AppSecretHandle, DiscoveredService, EncryptionKeyHandle, FargateClusterHandle,
        FargateHandle, FargateService, Group, ImageRepositoryHandle, Internal, NamespaceHandle,
        Private, ServiceScaling, Tier,
    },
    services::{applicationautoscaling::Percent, ecs::FargateSize},
};

/// A service of the platform: equal tasks behind the load balancer, which know the database.
///
/// ```
/// use elanswer_core::{PlatformService, services::ecs::FargateSize};
///
/// let reports = PlatformService::new("reports", "shop/reports:7")
///     .at("/reports/*")
///     .size(FargateSize::of::<512, 1024>());
/// ```
#[derive(Debug, Clone)]
#[must_use = "a service does nothing until it is given to a platform"]
pub struct PlatformService {
    pub(super) name: String,
    pub(super) image: String,
    pub(super) path: Option<String>,
    pub(super) tasks: u32,
    pub(super) most: u32,
    pub(super) size: FargateSize,
    pub(super) scratch: Option<Vec<String>>,
    pub(super) reads_files: bool,
    pub(super) writes_backups: bool,
}

impl PlatformService {
    /// Three tasks or more of a quarter of a vCPU and 512 MiB with this image, which answers `/` on port
    /// 8080 and has `curl` in it for the health check.
    pub fn new(name: impl Into<String>, image: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            image: image.into(),
            path: None,
            tasks: 3,
            most: 12,
            size: FargateSize::of::<256, 512>(),
            scratch: None,
            reads_files: false,
            writes_backups: false,
        }
    }

    /// It gets the requests whose path matches this, such as `/reports/*`. Default: those to
    /// `/NAME/*`; for `web`, none besides all that no other service gets.
    ///
    /// With a [`Site`](super::Site), CloudFront answers what has no such path with the static files:
    /// then this is all that `web` gets from it.
    pub fn at(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// How many tasks run at least. Default: 3.
    pub const fn tasks(mut self, count: u32) -> Self {
        self.tasks = count;
        self
    }

    /// How many tasks run at most, when the others have much to do. Default: 12.
    pub const fn at_most(mut self, count: u32) -> Self {
        self.most = count;
        self
    }

    /// The processors and memory of a task. Default: a quarter of a vCPU and 512 MiB.
    pub const fn size(mut self, size: FargateSize) -> Self {
        self.size = size;
        self
    }

    /// Nothing in its container can write to the root file system, but to these directories, such
    /// as `/tmp`. Default: it can.
    pub fn read_only<P: Into<String>>(mut self, scratch: impl IntoIterator<Item = P>) -> Self {
        self.scratch = Some(scratch.into_iter().map(Into::into).collect());
        self
    }

    /// It reads the bucket of static files.
    pub const fn reads_files(mut self) -> Self {
        self.reads_files = true;
        self
    }

    /// It puts objects into the bucket of backups.
    pub const fn writes_backups(mut self) -> Self {
        self.writes_backups = true;
        self
    }
}

/// What every service stands on.
pub(super) struct Ground<'a> {
    pub(super) cluster: FargateClusterHandle,
    pub(super) private: Tier<Private>,
    pub(super) group: &'a Group<Internal>,
    pub(super) key: &'a EncryptionKeyHandle,
    pub(super) buckets: &'a Buckets,
    pub(super) images: &'a ImageRepositoryHandle,
    pub(super) data: Data,
    pub(super) session_key: Option<AppSecretHandle>,
    pub(super) namespace: Option<NamespaceHandle>,
}

/// How ECS sees whether a container works, besides what the load balancer sees.
const HEALTH: &str = "curl --fail --silent http://localhost:8080/ || exit 1";

impl PlatformService {
    /// Runs it on what the platform has.
    pub(super) fn build(
        &self,
        scope: &mut Scope<'_>,
        ground: &Ground<'_>,
        platform: &Platform,
    ) -> FargateHandle {
        let name = self.name.as_str();
        let mut fargate = FargateService::new(name, self.image.as_str())
            .cluster(&ground.cluster)
            .subnets(&ground.private)
            .guarded_by(ground.group)
            .tasks(self.tasks)
            .size(self.size)
            .logs_encrypted_with(ground.key)
            .health_command(HEALTH)
            .reads(ground.data.database.secret());
        for (variable, value) in ground.data.variables() {
            fargate = fargate.env(variable, value);
        }
        if platform.source.is_some() {
            fargate = fargate.pulls_from(ground.images);
        }
        if let Some(cache) = &ground.data.cache {
            fargate = fargate.allow(cache.connecting());
        }
        if let Some(secret) = &ground.session_key {
            fargate = fargate.reads(secret.in_variable("SESSION_KEY"));
        }
        if self.reads_files {
            fargate = fargate.reads(&ground.buckets.files);
        }
        if self.writes_backups {
            fargate = fargate.writes(&ground.buckets.backups);
        }
        if let Some(scratch) = &self.scratch {
            fargate = scratch.iter().fold(fargate.read_only(), |it, path| it.scratch(path));
        }
        if let Some(namespace) = &ground.namespace {
            let found = DiscoveredService::of(format!("{name}-name"), namespace).at(name);
            fargate = fargate.discovered_as(scope.add(found).arn());
        }
        if platform.has(Part::Tracing) {
            fargate = fargate.traced();
        }
        if !platform.has(Part::Scaling) {
            return scope.add(fargate);
        }
        let handle = scope.add(fargate.count_left_to_autoscaling());
        let scaling = ServiceScaling::of(format!("{name}-scaling"), &handle)
            .between(self.tasks, self.most)
            .cpu(Percent::of::<60>())
            .memory(Percent::of::<75>());
        scope.add(scaling);
        handle
    }
}
