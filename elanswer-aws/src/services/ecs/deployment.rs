//! How the tasks of a service roll out, in the words of the SDK, and back.

use aws_sdk_ecs::types;
use elanswer_core::{
    Input,
    executor::ExecError,
    services::ecs::{CircuitBreaker, DeploymentAlarms, DeploymentConfiguration},
};

use super::{container::number, unbuilt};

/// The configuration that takes the place of `before`: alarms that it has no longer are turned off.
pub(super) fn to_sdk(
    configuration: &DeploymentConfiguration,
    before: &DeploymentConfiguration,
) -> Result<types::DeploymentConfiguration, ExecError> {
    let breaker = types::DeploymentCircuitBreaker::builder()
        .enable(configuration.circuit_breaker != CircuitBreaker::Off)
        .rollback(configuration.circuit_breaker == CircuitBreaker::RollBack)
        .build();
    let alarms = match &configuration.alarms {
        Some(alarms) => {
            let names = alarms.alarm_names.iter().filter_map(Input::known).cloned().collect();
            Some(deployment_alarms(names, true, alarms.rollback)?)
        }
        None if before.alarms.is_some() => Some(deployment_alarms(Vec::new(), false, false)?),
        None => None,
    };
    Ok(types::DeploymentConfiguration::builder()
        .minimum_healthy_percent(configuration.minimum_healthy_percent.get().cast_signed())
        .maximum_percent(configuration.maximum_percent.get().cast_signed())
        .deployment_circuit_breaker(breaker)
        .set_alarms(alarms)
        .build())
}

fn deployment_alarms(
    names: Vec<String>,
    enable: bool,
    rollback: bool,
) -> Result<types::DeploymentAlarms, ExecError> {
    types::DeploymentAlarms::builder()
        .set_alarm_names(Some(names))
        .enable(enable)
        .rollback(rollback)
        .build()
        .map_err(unbuilt)
}

pub(super) fn from_sdk(configuration: &types::DeploymentConfiguration) -> DeploymentConfiguration {
    let breaker = configuration.deployment_circuit_breaker();
    let circuit_breaker = match breaker.map(|breaker| (breaker.enable(), breaker.rollback())) {
        Some((true, true)) => CircuitBreaker::RollBack,
        Some((true, false)) => CircuitBreaker::Stop,
        _ => CircuitBreaker::Off,
    };
    let alarms = configuration.alarms().filter(|alarms| alarms.enable());
    let alarms = alarms.map(|alarms| DeploymentAlarms {
        alarm_names: alarms.alarm_names().iter().map(|name| name.as_str().into()).collect(),
        rollback: alarms.rollback(),
    });
    DeploymentConfiguration::builder()
        .maybe_minimum_healthy_percent(number(configuration.minimum_healthy_percent()))
        .maybe_maximum_percent(number(configuration.maximum_percent()))
        .circuit_breaker(circuit_breaker)
        .maybe_alarms(alarms)
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alarms_come_back_as_they_went_and_can_be_turned_off() {
        let plain = DeploymentConfiguration::default();
        let watched = DeploymentConfiguration {
            alarms: Some(DeploymentAlarms::roll_back(["errors", "slow"])),
            circuit_breaker: CircuitBreaker::Stop,
            ..plain.clone()
        };
        assert_eq!(from_sdk(&to_sdk(&watched, &plain).unwrap()), watched);
        assert!(to_sdk(&plain, &plain).unwrap().alarms().is_none());
        let off = to_sdk(&plain, &watched).unwrap();
        assert!(off.alarms().is_some_and(|alarms| !alarms.enable()));
        assert_eq!(from_sdk(&off), plain);
    }
}
