//! Container definitions in the words of the SDK, and back.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_ecs::types;
use elanswer_core::{
    Bounded, Input, Set,
    executor::ExecError,
    services::ecs::{
        AwsLogs, ContainerDefinition, ContainerDependency, ContainerPath, EcsName, HealthCheck,
        MountPoint, PortMapping,
    },
};

use super::{SERVICE, parse_word, unbuilt, word};
use crate::error::missing;

const LOG_GROUP: &str = "awslogs-group";
const LOG_REGION: &str = "awslogs-region";
const LOG_STREAM_PREFIX: &str = "awslogs-stream-prefix";

pub(super) fn to_sdk(
    container: &ContainerDefinition,
) -> Result<types::ContainerDefinition, ExecError> {
    let environment = container.environment.iter().map(|(name, value)| {
        types::KeyValuePair::builder().name(name).set_value(value.known().cloned()).build()
    });
    let secrets = container.secrets.iter().map(|(name, from)| {
        let secret = types::Secret::builder().name(name).set_value_from(from.known().cloned());
        secret.build().map_err(unbuilt)
    });
    let depends_on = container.depends_on.iter().map(|dependency| {
        types::ContainerDependency::builder()
            .container_name(dependency.container_name.as_str())
            .condition(word(dependency.condition).as_str().into())
            .build()
            .map_err(unbuilt)
    });
    let secrets = secrets.collect::<Result<Vec<_>, _>>()?;
    let depends_on = depends_on.collect::<Result<Vec<_>, _>>()?;
    let health_check = container.health_check.as_ref().map(health_check).transpose()?;
    let log_configuration = container.log_configuration.as_ref().map(logs).transpose()?;
    Ok(types::ContainerDefinition::builder()
        .name(container.name.as_str())
        .set_image(container.image.known().cloned())
        .essential(container.essential)
        .set_memory_reservation(
            container.memory_reservation.map(|memory| memory.get().cast_signed()),
        )
        .set_command(list(container.command.clone()))
        .set_port_mappings(list(container.port_mappings.iter().map(port_mapping).collect()))
        .set_environment(list(environment.collect()))
        .set_secrets(list(secrets))
        .set_log_configuration(log_configuration)
        .set_health_check(health_check)
        .set_mount_points(list(container.mount_points.iter().map(mount_point).collect()))
        .readonly_root_filesystem(container.readonly_root_filesystem)
        .set_depends_on(list(depends_on))
        .build())
}

/// AWS takes an empty list for an override in some places; leaving it out says the same in all.
fn list<T>(items: Vec<T>) -> Option<Vec<T>> {
    (!items.is_empty()).then_some(items)
}

fn port_mapping(port: &PortMapping) -> types::PortMapping {
    let number = port.container_port.get().cast_signed();
    types::PortMapping::builder()
        .container_port(number)
        .host_port(number)
        .protocol(word(port.protocol).as_str().into())
        .build()
}

fn mount_point(mount: &MountPoint) -> types::MountPoint {
    types::MountPoint::builder()
        .source_volume(mount.source_volume.as_str())
        .container_path(mount.container_path.as_str())
        .read_only(mount.read_only)
        .build()
}

fn logs(logs: &AwsLogs) -> Result<types::LogConfiguration, ExecError> {
    types::LogConfiguration::builder()
        .log_driver(types::LogDriver::Awslogs)
        .options(LOG_GROUP, logs.group.known().cloned().unwrap_or_default())
        .options(LOG_REGION, logs.region.as_str())
        .options(LOG_STREAM_PREFIX, &logs.stream_prefix)
        .build()
        .map_err(unbuilt)
}

fn health_check(check: &HealthCheck) -> Result<types::HealthCheck, ExecError> {
    types::HealthCheck::builder()
        .set_command(Some(check.command.clone()))
        .interval(check.interval.get().cast_signed())
        .timeout(check.timeout.get().cast_signed())
        .retries(check.retries.get().cast_signed())
        .start_period(check.start_period.get().cast_signed())
        .build()
        .map_err(unbuilt)
}

pub(super) fn from_sdk(
    container: &types::ContainerDefinition,
) -> Result<ContainerDefinition, ExecError> {
    let lacks = |field| missing(SERVICE, "DescribeTaskDefinition", field);
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let environment: BTreeMap<String, Input<String>> = container
        .environment()
        .iter()
        .map(|pair| (text(pair.name()), text(pair.value()).into()))
        .collect();
    let secrets: BTreeMap<String, Input<String>> = container
        .secrets()
        .iter()
        .map(|secret| (secret.name().to_owned(), secret.value_from().into()))
        .collect();
    let name = container.name().and_then(|name| name.parse().ok());
    let definition = ContainerDefinition::builder()
        .name(name.ok_or_else(|| lacks("containerDefinitions.name"))?)
        .image(container.image().ok_or_else(|| lacks("containerDefinitions.image"))?)
        .essential(container.essential().unwrap_or(true))
        .maybe_memory_reservation(number(container.memory_reservation()))
        .command(container.command().to_vec())
        .port_mappings(
            container.port_mappings().iter().filter_map(observed_port).collect::<Set<_>>(),
        )
        .environment(environment)
        .secrets(secrets)
        .maybe_log_configuration(container.log_configuration().and_then(observed_logs))
        .maybe_health_check(container.health_check().map(observed_health_check))
        .mount_points(
            container.mount_points().iter().filter_map(observed_mount).collect::<Set<_>>(),
        )
        .readonly_root_filesystem(container.readonly_root_filesystem().unwrap_or_default())
        .depends_on(
            container.depends_on().iter().filter_map(observed_dependency).collect::<Set<_>>(),
        )
        .build();
    Ok(definition)
}

fn observed_port(port: &types::PortMapping) -> Option<PortMapping> {
    let container_port = number(port.container_port())?;
    let protocol = port.protocol().and_then(|protocol| parse_word(protocol.as_str()));
    Some(PortMapping { container_port, protocol: protocol.unwrap_or_default() })
}

fn observed_mount(mount: &types::MountPoint) -> Option<MountPoint> {
    Some(MountPoint {
        source_volume: EcsName::new(mount.source_volume()?).ok()?,
        container_path: ContainerPath::new(mount.container_path()?).ok()?,
        read_only: mount.read_only().unwrap_or_default(),
    })
}

/// Logs that another driver takes are none that the model can say.
fn observed_logs(logs: &types::LogConfiguration) -> Option<AwsLogs> {
    let options: &HashMap<String, String> =
        logs.options().filter(|_| *logs.log_driver() == types::LogDriver::Awslogs)?;
    let prefix = options.get(LOG_STREAM_PREFIX).cloned().unwrap_or_default();
    Some(
        AwsLogs::builder()
            .group(options.get(LOG_GROUP)?.as_str())
            .region(options.get(LOG_REGION)?.parse().ok()?)
            .stream_prefix(prefix)
            .build(),
    )
}

fn observed_health_check(check: &types::HealthCheck) -> HealthCheck {
    HealthCheck::builder()
        .command(check.command().to_vec())
        .maybe_interval(number(check.interval()))
        .maybe_timeout(number(check.timeout()))
        .maybe_retries(number(check.retries()))
        .maybe_start_period(number(check.start_period()))
        .build()
}

fn observed_dependency(dependency: &types::ContainerDependency) -> Option<ContainerDependency> {
    Some(ContainerDependency {
        container_name: EcsName::new(dependency.container_name()).ok()?,
        condition: parse_word(dependency.condition().as_str())?,
    })
}

/// A number of AWS in its range.
pub(super) fn number<const MIN: u32, const MAX: u32>(
    value: Option<i32>,
) -> Option<Bounded<MIN, MAX>> {
    Bounded::new(value?.try_into().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use elanswer_core::{
        Region,
        services::ecs::{ContainerCondition, ContainerPort, MemoryReservation},
    };

    use super::*;

    #[test]
    fn a_container_comes_back_as_it_went() {
        let container = ContainerDefinition::builder()
            .name(EcsName::literal("web"))
            .image("nginx:1.29")
            .essential(false)
            .command(["serve".to_owned()])
            .port_mappings([PortMapping::udp(ContainerPort::of::<53>())])
            .environment([("B".to_owned(), "2".into()), ("A".to_owned(), "1".into())])
            .secrets([("PASSWORD".to_owned(), "arn:aws:ssm:x".into())])
            .log_configuration(
                AwsLogs::builder().group("g").region(Region::EuWest1).stream_prefix("p").build(),
            )
            .health_check(
                HealthCheck::builder()
                    .command(["CMD".to_owned(), "true".to_owned()])
                    .start_period(Bounded::of::<60>())
                    .build(),
            )
            .memory_reservation(MemoryReservation::of::<64>())
            .mount_points([MountPoint::new(
                EcsName::literal("tmp"),
                ContainerPath::literal("/tmp"),
            )])
            .readonly_root_filesystem(true)
            .depends_on([ContainerDependency {
                container_name: EcsName::literal("db"),
                condition: ContainerCondition::Healthy,
            }])
            .build();
        assert_eq!(from_sdk(&to_sdk(&container).unwrap()).unwrap(), container);
    }

    #[test]
    fn what_aws_fills_in_is_the_default_of_the_model() {
        let plain = ContainerDefinition::new(EcsName::literal("web"), "web:1");
        let filled = types::ContainerDefinition::builder()
            .name("web")
            .image("web:1")
            .cpu(0)
            .set_port_mappings(Some(Vec::new()))
            .set_environment(Some(Vec::new()))
            .set_mount_points(Some(Vec::new()))
            .build();
        assert_eq!(from_sdk(&filled).unwrap(), plain);
    }
}
