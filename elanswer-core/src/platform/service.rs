//! A service of the platform.

use crate::services::ecs::FargateSize;

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
    /// `/NAME/*`; for `web`, all that no other service gets.
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
