//! Where the containers of a task can write.

use serde::{Deserialize, Serialize};

use super::EcsName;
use crate::text::text;

text! {
    /// A path in a container, `/tmp`.
    ContainerPath: "a path in a container",
    "`/` and up to 254 visible characters other than `:`",
    is_path
}

const fn is_path(text: &str) -> bool {
    let Some((b'/', mut rest)) = text.as_bytes().split_first() else { return false };
    if text.len() > 255 {
        return false;
    }
    while let Some((byte, tail)) = rest.split_first() {
        if !byte.is_ascii_graphic() || *byte == b':' {
            return false;
        }
        rest = tail;
    }
    true
}

/// A volume of a task: empty when the task starts, gone with it, and seen by every container that
/// mounts it. It takes its room from the 20 GiB of a task on Fargate.
///
/// AWS: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bind-mounts.html>.
/// Not modelled: file systems of EFS and volumes of EBS.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Volume {
    /// `Name`: what mount points call it.
    pub name: EcsName,
}

impl Volume {
    /// A volume of this name.
    #[must_use]
    pub const fn new(name: EcsName) -> Self {
        Self { name }
    }
}

/// Where a container sees a volume.
///
/// A new volume belongs to `root`, with the permissions `0755`: a program that runs as another user
/// can write to it when the image says so, with `VOLUME` for the same path in its Dockerfile.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct MountPoint {
    /// `SourceVolume`: a volume of the task definition.
    pub source_volume: EcsName,
    /// `ContainerPath`.
    pub container_path: ContainerPath,
    /// `ReadOnly`. AWS's default: no.
    #[serde(default)]
    pub read_only: bool,
}

impl MountPoint {
    /// The volume, to read and to write, at this path.
    #[must_use]
    pub const fn new(source_volume: EcsName, container_path: ContainerPath) -> Self {
        Self { source_volume, container_path, read_only: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_begin_at_the_root() {
        for good in ["/", "/tmp", "/var/lib/app-1_x.y"] {
            assert_eq!(ContainerPath::new(good).unwrap().as_str(), good);
        }
        for bad in ["", "tmp", "/a b", "/a:b", "/ä", &format!("/{}", "x".repeat(255))] {
            assert!(ContainerPath::new(bad).is_err(), "{bad}");
        }
    }
}
