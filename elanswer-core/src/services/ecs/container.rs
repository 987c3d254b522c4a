//! The containers of a task definition.

use std::collections::BTreeMap;

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::{EcsName, MountPoint};
use crate::{Set, bounded::Bounded, reference::Input, region::Region};

/// A container of a task.
///
/// AWS: [`ContainerDefinition`](https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html#container_definitions).
/// It is a part of a task definition: changing anything of it makes a new revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct ContainerDefinition {
    /// `Name`: unique within the task.
    pub name: EcsName,
    /// `Image`: repository and tag or digest.
    #[builder(into)]
    pub image: Input<String>,
    /// `Essential`: whether the task stops when this container does. AWS's default: yes.
    #[builder(default = true)]
    #[serde(default = "yes")]
    pub essential: bool,
    /// `MemoryReservation`: the MiB that the container has for sure; together less than the memory of
    /// the task. It may use more, up to that of the task. Unset: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_reservation: Option<MemoryReservation>,
    /// `Command`: what to run, in place of the image's own command.
    #[builder(default, into)]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub command: Vec<String>,
    /// `PortMappings`: where it listens.
    #[builder(default, into)]
    #[serde(default, skip_serializing_if = "Set::is_empty")]
    pub port_mappings: Set<PortMapping>,
    /// `Environment`: its variables. Everybody who may describe the task definition reads them;
    /// what is confidential belongs into [`secrets`](Self::secrets).
    #[builder(default, into)]
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty", with = "environment")]
    pub environment: BTreeMap<String, Input<String>>,
    /// `Secrets`: variables whose value the agent fetches with the execution role when a task
    /// starts; each has the ARN of a secret or parameter (`ValueFrom`).
    #[builder(default, into)]
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty", with = "secrets")]
    pub secrets: BTreeMap<String, Input<String>>,
    /// `LogConfiguration`: where its output goes. Unset: nowhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log_configuration: Option<AwsLogs>,
    /// `HealthCheck`: a command that ECS runs in it. Unset: none, not even the image's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health_check: Option<HealthCheck>,
    /// `MountPoints`: the volumes of the task that it sees.
    #[builder(default, into)]
    #[serde(default, skip_serializing_if = "Set::is_empty")]
    pub mount_points: Set<MountPoint>,
    /// `ReadonlyRootFilesystem`: whether it can write to its mount points only. AWS's default: no.
    #[builder(default)]
    #[serde(default)]
    pub readonly_root_filesystem: bool,
    /// `DependsOn`: the containers that it waits for.
    #[builder(default, into)]
    #[serde(default, skip_serializing_if = "Set::is_empty")]
    pub depends_on: Set<ContainerDependency>,
}

const fn yes() -> bool {
    true
}

impl ContainerDefinition {
    /// A container of this name and image, with AWS's defaults for the rest.
    #[must_use]
    pub fn new(name: EcsName, image: impl Into<Input<String>>) -> Self {
        Self::builder().name(name).image(image).build()
    }
}

/// The MiB that a container has for sure, from 6 to all that the largest task has.
pub type MemoryReservation = Bounded<6, 122_880>;

/// The number of a port, from 1 to 65535.
pub type ContainerPort = Bounded<1, 65_535>;

/// A port of a container. In a network of its own (`awsvpc`) the port of the task is the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PortMapping {
    /// `ContainerPort`, from 1 to 65535.
    pub container_port: ContainerPort,
    /// `Protocol`. AWS's default: TCP.
    #[serde(default)]
    pub protocol: TransportProtocol,
}

impl PortMapping {
    /// The TCP port `container_port`.
    #[must_use]
    pub const fn tcp(container_port: ContainerPort) -> Self {
        Self { container_port, protocol: TransportProtocol::Tcp }
    }

    /// The UDP port `container_port`.
    #[must_use]
    pub const fn udp(container_port: ContainerPort) -> Self {
        Self { container_port, protocol: TransportProtocol::Udp }
    }
}

/// The protocol of a port.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum TransportProtocol {
    /// `tcp`.
    #[default]
    Tcp,
    /// `udp`.
    Udp,
}

/// Sends the output of a container to CloudWatch Logs: the log driver `awslogs`.
///
/// AWS: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html>.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(from = "LogConfiguration", into = "LogConfiguration")]
pub struct AwsLogs {
    /// `awslogs-group`: the name of the log group. It must exist when a task starts.
    #[builder(into)]
    pub group: Input<String>,
    /// `awslogs-region`: the Region of the log group.
    pub region: Region,
    /// `awslogs-stream-prefix`, which Fargate needs: the streams are `prefix/container/task`.
    #[builder(into)]
    pub stream_prefix: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct LogConfiguration {
    log_driver: LogDriver,
    options: LogOptions,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum LogDriver {
    AwsLogs,
}

#[derive(Serialize, Deserialize)]
struct LogOptions {
    #[serde(rename = "awslogs-group")]
    group: Input<String>,
    #[serde(rename = "awslogs-region")]
    region: Region,
    #[serde(rename = "awslogs-stream-prefix")]
    stream_prefix: String,
}

impl From<LogConfiguration> for AwsLogs {
    fn from(LogConfiguration { options, .. }: LogConfiguration) -> Self {
        Self { group: options.group, region: options.region, stream_prefix: options.stream_prefix }
    }
}

impl From<AwsLogs> for LogConfiguration {
    fn from(AwsLogs { group, region, stream_prefix }: AwsLogs) -> Self {
        let options = LogOptions { group, region, stream_prefix };
        Self { log_driver: LogDriver::AwsLogs, options }
    }
}

/// A command that says whether a container works: exit code 0.
///
/// AWS: [`HealthCheck`](https://docs.aws.amazon.com/AmazonECS/latest/developerguide/healthcheck.html).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct HealthCheck {
    /// `Command`: `CMD` and a program with its arguments, or `CMD-SHELL` and a command line.
    #[builder(into)]
    pub command: Vec<String>,
    /// `Interval`: seconds from one check to the next, 5 to 300. AWS's default: 30.
    #[builder(default = Bounded::of::<30>())]
    pub interval: Bounded<5, 300>,
    /// `Timeout`: seconds after which a check has failed, 2 to 60. AWS's default: 5.
    #[builder(default = Bounded::of::<5>())]
    pub timeout: Bounded<2, 60>,
    /// `Retries`: failures in a row that make it unhealthy, 1 to 10. AWS's default: 3.
    #[builder(default = Bounded::of::<3>())]
    pub retries: Bounded<1, 10>,
    /// `StartPeriod`: seconds in which failures do not count, up to 300. AWS's default: 0.
    #[builder(default = Bounded::of::<0>())]
    pub start_period: Bounded<0, 300>,
}

impl HealthCheck {
    /// Runs this command line in the shell of the container, as often as AWS's defaults say.
    ///
    /// ```
    /// use elanswer_core::services::ecs::HealthCheck;
    ///
    /// let check = HealthCheck::shell("curl -f http://localhost:8080/healthz || exit 1");
    /// assert_eq!(check.interval.get(), 30);
    /// ```
    #[must_use]
    pub fn shell(line: impl Into<String>) -> Self {
        Self::builder().command(["CMD-SHELL".to_owned(), line.into()]).build()
    }
}

/// Another container of the same task that must come first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ContainerDependency {
    /// `ContainerName`.
    pub container_name: EcsName,
    /// `Condition`: how far it must be.
    pub condition: ContainerCondition,
}

/// How far a container must be for another to start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum ContainerCondition {
    /// `COMPLETE`: it has run to its end. It must not be essential.
    Complete,
    /// `HEALTHY`: its health check has passed. It must have one.
    Healthy,
    /// `START`: it has been started.
    Start,
    /// `SUCCESS`: it has ended with exit code 0. It must not be essential.
    Success,
}

/// A map as AWS's list of `Name` and `Value`, in the order of the names.
mod environment {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::reference::Input;

    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Variable {
        name: String,
        value: Input<String>,
    }

    pub(super) fn serialize<S: Serializer>(
        map: &BTreeMap<String, Input<String>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(
            map.iter().map(|(name, value)| Variable { name: name.clone(), value: value.clone() }),
        )
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<String, Input<String>>, D::Error> {
        let list = Vec::<Variable>::deserialize(deserializer)?;
        Ok(list.into_iter().map(|variable| (variable.name, variable.value)).collect())
    }
}

/// A map as AWS's list of `Name` and `ValueFrom`, in the order of the names.
mod secrets {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::reference::Input;

    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Secret {
        name: String,
        value_from: Input<String>,
    }

    pub(super) fn serialize<S: Serializer>(
        map: &BTreeMap<String, Input<String>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(
            map.iter().map(|(name, from)| Secret { name: name.clone(), value_from: from.clone() }),
        )
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<String, Input<String>>, D::Error> {
        let list = Vec::<Secret>::deserialize(deserializer)?;
        Ok(list.into_iter().map(|secret| (secret.name, secret.value_from)).collect())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::services::ecs::ContainerPath;

    #[test]
    fn a_container_has_the_shape_of_cloudformation() {
        let container = ContainerDefinition::builder()
            .name(EcsName::literal("web"))
            .image("nginx:1.29")
            .port_mappings([PortMapping::tcp(ContainerPort::of::<8080>())])
            .environment([("B".to_owned(), "2".into()), ("A".to_owned(), "1".into())])
            .secrets([("PASSWORD".to_owned(), "arn:aws:ssm:x".into())])
            .log_configuration(
                AwsLogs::builder()
                    .group("/ecs/web")
                    .region(Region::UsEast1)
                    .stream_prefix("web")
                    .build(),
            )
            .health_check(HealthCheck::shell("true"))
            .memory_reservation(MemoryReservation::of::<64>())
            .mount_points([MountPoint::new(
                EcsName::literal("tmp"),
                ContainerPath::literal("/tmp"),
            )])
            .readonly_root_filesystem(true)
            .depends_on([ContainerDependency {
                container_name: EcsName::literal("migrate"),
                condition: ContainerCondition::Success,
            }])
            .build();
        let tree = serde_json::to_value(&container).unwrap();
        assert_eq!(
            tree,
            json!({
                "Name": "web",
                "Image": "nginx:1.29",
                "Essential": true,
                "MemoryReservation": 64,
                "PortMappings": [{ "ContainerPort": 8080, "Protocol": "tcp" }],
                "Environment": [{ "Name": "A", "Value": "1" }, { "Name": "B", "Value": "2" }],
                "Secrets": [{ "Name": "PASSWORD", "ValueFrom": "arn:aws:ssm:x" }],
                "LogConfiguration": {
                    "LogDriver": "awslogs",
                    "Options": {
                        "awslogs-group": "/ecs/web",
                        "awslogs-region": "us-east-1",
                        "awslogs-stream-prefix": "web",
                    },
                },
                "HealthCheck": {
                    "Command": ["CMD-SHELL", "true"],
                    "Interval": 30,
                    "Timeout": 5,
                    "Retries": 3,
                    "StartPeriod": 0,
                },
                "MountPoints": [
                    { "SourceVolume": "tmp", "ContainerPath": "/tmp", "ReadOnly": false },
                ],
                "ReadonlyRootFilesystem": true,
                "DependsOn": [{ "ContainerName": "migrate", "Condition": "SUCCESS" }],
            })
        );
        assert_eq!(serde_json::from_value::<ContainerDefinition>(tree).unwrap(), container);
    }
}
