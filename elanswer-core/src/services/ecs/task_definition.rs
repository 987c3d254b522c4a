//! `AWS::ECS::TaskDefinition`, for Fargate.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::{EcsName, MAX_NAME_LEN, Volume, container::ContainerDefinition};
use crate::{
    Set,
    reference::{Input, Output, Ref},
    resource::{Operation, Resource},
    schema::{Kind, NameRule, Schema},
    services::ec2::tag_calls,
    tags::Tags,
};

/// A revision of a task definition: which containers make up a task, how large it is, what it may
/// do.
///
/// AWS: [`AWS::ECS::TaskDefinition`](https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html).
/// A revision never changes: another value of anything but the tags makes a new revision of the
/// family, services move to it, and the old one is deregistered. Quota: 1,000,000 revisions per
/// family.
///
/// ```
/// use elanswer_core::services::ecs::{ContainerDefinition, EcsName, FargateSize, TaskDefinition};
///
/// let task = TaskDefinition::builder()
///     .size(FargateSize::of::<256, 512>())
///     .container_definitions([ContainerDefinition::new(EcsName::literal("web"), "nginx:1.29")])
///     .build();
/// assert_eq!(task.size.memory_mib(), 512);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct TaskDefinition {
    /// `Family`: what its revisions have in common. Unset: elanswer makes one up. Changing it
    /// makes a revision of the other family.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family: Option<EcsName>,
    /// `Cpu` and `Memory`.
    #[serde(flatten)]
    pub size: FargateSize,
    /// `ExecutionRoleArn`: the role of the agent that pulls images, writes logs and fetches
    /// secrets. It must trust `ecs-tasks.amazonaws.com`.
    #[builder(into)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub execution_role_arn: Option<Input<String>>,
    /// `TaskRoleArn`: the role of what runs in the containers. It must trust
    /// `ecs-tasks.amazonaws.com`. Unset: they cannot call AWS.
    #[builder(into)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task_role_arn: Option<Input<String>>,
    /// `NetworkMode`: `awsvpc` on Fargate.
    #[builder(default)]
    #[serde(default)]
    pub network_mode: NetworkMode,
    /// `RequiresCompatibilities`: `FARGATE`.
    #[builder(default)]
    #[serde(default)]
    pub requires_compatibilities: [Compatibility; 1],
    /// `RuntimePlatform`. AWS's default: Linux on `X86_64`.
    #[builder(default)]
    #[serde(default)]
    pub runtime_platform: RuntimePlatform,
    /// `ContainerDefinitions`: at least one, of which one is essential; at most ten.
    #[builder(into)]
    pub container_definitions: Vec<ContainerDefinition>,
    /// `Volumes`: what its containers can mount.
    #[builder(default, into)]
    #[serde(default, skip_serializing_if = "Set::is_empty")]
    pub volumes: Set<Volume>,
    /// `Tags` of the revision.
    #[builder(default)]
    #[serde(default)]
    pub tags: Tags,
}

/// How large a task on Fargate is: one of the combinations of CPU and memory that AWS has.
///
/// | `Cpu` | `Memory` in MiB |
/// |---|---|
/// | 256 (0.25 vCPU) | 512, 1024, 2048 |
/// | 512 (0.5 vCPU) | 1024 to 4096 in steps of 1024 |
/// | 1024 (1 vCPU) | 2048 to 8192 in steps of 1024 |
/// | 2048 (2 vCPU) | 4096 to 16384 in steps of 1024 |
/// | 4096 (4 vCPU) | 8192 to 30720 in steps of 1024 |
/// | 8192 (8 vCPU) | 16384 to 61440 in steps of 4096 |
/// | 16384 (16 vCPU) | 32768 to 122880 in steps of 8192 |
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "CpuAndMemory", into = "CpuAndMemory")]
pub struct FargateSize {
    cpu: u32,
    memory: u32,
}

/// A combination of CPU and memory that Fargate does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Fargate has no tasks of {cpu} CPU units with {memory} MiB: {}", .have)]
pub struct FargateSizeError {
    cpu: String,
    memory: String,
    have: &'static str,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CpuAndMemory {
    cpu: String,
    memory: String,
}

impl FargateSize {
    /// `cpu` units (1024 are one vCPU) and `memory` MiB.
    ///
    /// # Errors
    ///
    /// When Fargate does not have this combination.
    pub fn new(cpu: u32, memory: u32) -> Result<Self, FargateSizeError> {
        if is_size(cpu, memory) {
            Ok(Self { cpu, memory })
        } else {
            Err(FargateSizeError {
                cpu: cpu.to_string(),
                memory: memory.to_string(),
                have: memories(cpu),
            })
        }
    }

    /// `CPU` units and `MEMORY` MiB; what Fargate does not have does not compile.
    #[must_use]
    pub const fn of<const CPU: u32, const MEMORY: u32>() -> Self {
        const { assert!(is_size(CPU, MEMORY), "Fargate has no tasks of this CPU and memory") }
        Self { cpu: CPU, memory: MEMORY }
    }

    /// `Cpu`: units, of which 1024 are one vCPU.
    #[must_use]
    pub const fn cpu_units(self) -> u32 {
        self.cpu
    }

    /// `Memory` in MiB.
    #[must_use]
    pub const fn memory_mib(self) -> u32 {
        self.memory
    }
}

const fn is_size(cpu: u32, memory: u32) -> bool {
    let (least, most, step) = match cpu {
        256 => return matches!(memory, 512 | 1024 | 2048),
        512 => (1024, 4096, 1024),
        1024 => (2048, 8192, 1024),
        2048 => (4096, 16_384, 1024),
        4096 => (8192, 30_720, 1024),
        8192 => (16_384, 61_440, 4096),
        16_384 => (32_768, 122_880, 8192),
        _ => return false,
    };
    least <= memory && memory <= most && memory.is_multiple_of(step)
}

const fn memories(cpu: u32) -> &'static str {
    match cpu {
        256 => "256 units have 512, 1024 or 2048 MiB",
        512 => "512 units have 1024 to 4096 MiB in steps of 1024",
        1024 => "1024 units have 2048 to 8192 MiB in steps of 1024",
        2048 => "2048 units have 4096 to 16384 MiB in steps of 1024",
        4096 => "4096 units have 8192 to 30720 MiB in steps of 1024",
        8192 => "8192 units have 16384 to 61440 MiB in steps of 4096",
        16_384 => "16384 units have 32768 to 122880 MiB in steps of 8192",
        _ => "the CPU units are 256, 512, 1024, 2048, 4096, 8192 or 16384",
    }
}

impl TryFrom<CpuAndMemory> for FargateSize {
    type Error = FargateSizeError;

    fn try_from(CpuAndMemory { cpu, memory }: CpuAndMemory) -> Result<Self, Self::Error> {
        match (cpu.parse(), memory.parse()) {
            (Ok(cpu), Ok(memory)) => Self::new(cpu, memory),
            _ => Err(FargateSizeError { cpu, memory, have: "both are whole numbers" }),
        }
    }
}

impl From<FargateSize> for CpuAndMemory {
    fn from(size: FargateSize) -> Self {
        Self { cpu: size.cpu.to_string(), memory: size.memory.to_string() }
    }
}

/// How the containers of a task are connected.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum NetworkMode {
    /// `awsvpc`: each task has a network interface of its own. The only mode of Fargate.
    #[default]
    Awsvpc,
}

/// Where a task can run.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "UPPERCASE")]
#[non_exhaustive]
pub enum Compatibility {
    /// `FARGATE`.
    #[default]
    Fargate,
}

/// What kind of machine a task runs on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct RuntimePlatform {
    /// `CpuArchitecture`: that of the images. AWS's default: `X86_64`.
    pub cpu_architecture: CpuArchitecture,
    /// `OperatingSystemFamily`: `LINUX`.
    pub operating_system_family: OperatingSystemFamily,
}

impl RuntimePlatform {
    /// Linux on Graviton processors, which cost less.
    pub const ARM64: Self = Self {
        cpu_architecture: CpuArchitecture::Arm64,
        operating_system_family: OperatingSystemFamily::Linux,
    };
    /// Linux on processors of Intel and AMD.
    pub const X86_64: Self = Self {
        cpu_architecture: CpuArchitecture::X86_64,
        operating_system_family: OperatingSystemFamily::Linux,
    };
}

/// A processor architecture.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub enum CpuArchitecture {
    /// `ARM64`.
    #[serde(rename = "ARM64")]
    Arm64,
    /// `X86_64`.
    #[default]
    #[serde(rename = "X86_64")]
    X86_64,
}

/// An operating system.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "UPPERCASE")]
#[non_exhaustive]
pub enum OperatingSystemFamily {
    /// `LINUX`.
    #[default]
    Linux,
}

/// What AWS decides of a task definition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct TaskDefinitionOutputs {
    /// `TaskDefinitionArn`: with the family and the number of the revision.
    pub task_definition_arn: String,
}

impl Ref<TaskDefinition> {
    /// The ARN, with the number of the revision.
    #[must_use]
    pub fn arn(&self) -> Output<String> {
        self.output("TaskDefinitionArn")
    }
}

impl Resource for TaskDefinition {
    type Outputs = TaskDefinitionOutputs;

    const SCHEMA: &'static Schema = &Schema {
        identifier: "TaskDefinitionArn",
        outputs: &["TaskDefinitionArn"],
        replaces: &[
            "Family",
            "ContainerDefinitions",
            "Cpu",
            "ExecutionRoleArn",
            "Memory",
            "NetworkMode",
            "RequiresCompatibilities",
            "RuntimePlatform",
            "TaskRoleArn",
            "Volumes",
        ],
        computed: &["Family"],
        name: Some(NameRule { also: "_", ..NameRule::new("Family", MAX_NAME_LEN) }),
        resource_type: Some("ecs:task-definition"),
        named_by_arn: true,
        api: "ecs",
        ..Schema::new(Kind::new("AWS::ECS::TaskDefinition"))
    };

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    /// `RegisterTaskDefinition`, `DeregisterTaskDefinition`; only tags change in place.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Update(from, to) => tag_calls(&from.tags, &to.tags),
            _ => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_the_combinations_of_fargate_are_sizes() {
        for (cpu, memory) in [
            (256, 512),
            (256, 2048),
            (512, 1024),
            (512, 4096),
            (1024, 2048),
            (1024, 8192),
            (2048, 4096),
            (2048, 16_384),
            (4096, 8192),
            (4096, 30_720),
            (8192, 16_384),
            (8192, 61_440),
            (16_384, 32_768),
            (16_384, 122_880),
        ] {
            assert!(FargateSize::new(cpu, memory).is_ok(), "{cpu} {memory}");
        }
        for (cpu, memory) in [
            (256, 1536),
            (256, 3072),
            (512, 512),
            (512, 5120),
            (1024, 1024),
            (1024, 2560),
            (2048, 17_408),
            (4096, 31_744),
            (8192, 17_408),
            (16_384, 36_864),
            (128, 512),
        ] {
            assert!(FargateSize::new(cpu, memory).is_err(), "{cpu} {memory}");
        }
        assert_eq!(
            FargateSize::new(256, 4096).unwrap_err().to_string(),
            "Fargate has no tasks of 256 CPU units with 4096 MiB: \
             256 units have 512, 1024 or 2048 MiB"
        );
    }

    #[test]
    fn a_task_definition_has_the_shape_of_cloudformation() {
        let task = TaskDefinition::builder()
            .family(EcsName::literal("web"))
            .size(FargateSize::of::<1024, 2048>())
            .execution_role_arn("arn:aws:iam::123456789012:role/agent")
            .runtime_platform(RuntimePlatform::ARM64)
            .container_definitions([ContainerDefinition::new(EcsName::literal("web"), "web:1")])
            .build();
        let tree = serde_json::to_value(&task).unwrap();
        assert_eq!(
            tree,
            json!({
                "Family": "web",
                "Cpu": "1024",
                "Memory": "2048",
                "ExecutionRoleArn": "arn:aws:iam::123456789012:role/agent",
                "NetworkMode": "awsvpc",
                "RequiresCompatibilities": ["FARGATE"],
                "RuntimePlatform": {
                    "CpuArchitecture": "ARM64",
                    "OperatingSystemFamily": "LINUX",
                },
                "ContainerDefinitions": [{
                    "Name": "web",
                    "Image": "web:1",
                    "Essential": true,
                    "ReadonlyRootFilesystem": false,
                }],
                "Tags": [],
            })
        );
        assert_eq!(serde_json::from_value::<TaskDefinition>(tree).unwrap(), task);
    }
}
