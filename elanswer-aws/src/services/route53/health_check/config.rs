//! The settings of health checks, from the model to the SDK and back.

use std::net::IpAddr;

use aws_sdk_route53::{
    operation::update_health_check::builders::UpdateHealthCheckFluentBuilder,
    types::{
        self, AlarmIdentifier, CloudWatchRegion, HealthCheckRegion, HealthCheckType,
        InsufficientDataHealthStatus, ResettableElementName,
    },
};
use elanswer_core::{
    Bounded, Input, Ref,
    executor::ExecError,
    services::{
        cloudwatch::AlarmName,
        route53::{
            AlarmCheck, CalculatedCheck, CheckerRegion, CheckerRegions, DnsName, Endpoint,
            EndpointCheck, HealthCheckConfig, HttpRequest, HttpTarget, InsufficientDataStatus,
            RequestInterval, ResourcePath, SearchString, TcpTarget,
        },
    },
};

use super::super::incomplete;

fn to_i32(number: u32) -> Option<i32> {
    i32::try_from(number).ok()
}

pub(super) fn to_sdk(config: &HealthCheckConfig) -> Result<types::HealthCheckConfig, ExecError> {
    let sdk = types::HealthCheckConfig::builder();
    match config {
        HealthCheckConfig::Alarm(check) => {
            let alarm = AlarmIdentifier::builder()
                .set_name(check.alarm.known().map(ToString::to_string))
                .region(CloudWatchRegion::from(check.region.as_str()));
            let status = InsufficientDataHealthStatus::from(check.insufficient_data.as_str());
            sdk.r#type(HealthCheckType::CloudwatchMetric)
                .alarm_identifier(alarm.build().map_err(incomplete)?)
                .insufficient_data_health_status(status)
                .inverted(check.inverted)
        }
        HealthCheckConfig::Calculated(check) => {
            let children = check.children.iter().filter_map(Ref::known).map(str::to_owned);
            sdk.r#type(HealthCheckType::Calculated)
                .set_child_health_checks(Some(children.collect()))
                .set_health_threshold(to_i32(check.threshold.get()))
                .inverted(check.inverted)
        }
        HealthCheckConfig::Endpoint(check) => {
            let (endpoint, request) = (&check.endpoint, check.endpoint.request());
            let address = endpoint.ip_address().and_then(Input::known);
            let path = request.and_then(|request| request.resource_path.as_ref());
            let text = request.and_then(|request| request.search_string.as_ref());
            let sni = match endpoint {
                Endpoint::Https { enable_sni, .. } => Some(*enable_sni),
                Endpoint::Http(_) | Endpoint::Tcp(_) => None,
            };
            let regions = check.regions.map(|regions| {
                regions.iter().map(|it| HealthCheckRegion::from(it.as_str())).collect()
            });
            sdk.r#type(HealthCheckType::from(endpoint.type_name()))
                .set_ip_address(address.map(ToString::to_string))
                .set_fully_qualified_domain_name(
                    endpoint.domain().and_then(Input::known).map(ToString::to_string),
                )
                .set_port(to_i32(check.port.get()))
                .set_resource_path(path.map(ToString::to_string))
                .set_search_string(text.map(ToString::to_string))
                .set_enable_sni(sni)
                .set_request_interval(to_i32(check.request_interval.seconds()))
                .set_failure_threshold(to_i32(check.failure_threshold.get()))
                .measure_latency(check.measure_latency)
                .set_regions(regions)
                .inverted(check.inverted)
        }
    }
    .build()
    .map_err(incomplete)
}

/// The settings in an answer, unless they are of a form that the model does not have.
pub(super) fn from_sdk(sdk: &types::HealthCheckConfig) -> Option<HealthCheckConfig> {
    let inverted = sdk.inverted().unwrap_or_default();
    Some(match sdk.r#type() {
        HealthCheckType::Calculated => {
            let children = sdk.child_health_checks().iter();
            let check = CalculatedCheck::builder().children(children.map(Ref::existing));
            check.threshold(bounded(sdk.health_threshold()?)?).inverted(inverted).build().into()
        }
        HealthCheckType::CloudwatchMetric => {
            let alarm = sdk.alarm_identifier()?;
            let check = AlarmCheck::builder()
                .alarm(AlarmName::new(alarm.name()).ok()?)
                .region(alarm.region().as_str().parse().ok()?)
                .inverted(inverted);
            let status = sdk.insufficient_data_health_status().map(|status| match status {
                InsufficientDataHealthStatus::Healthy => InsufficientDataStatus::Healthy,
                InsufficientDataHealthStatus::Unhealthy => InsufficientDataStatus::Unhealthy,
                _ => InsufficientDataStatus::LastKnownStatus,
            });
            check.maybe_insufficient_data(status).build().into()
        }
        _ => endpoint(sdk)?.into(),
    })
}

fn endpoint(sdk: &types::HealthCheckConfig) -> Option<EndpointCheck> {
    let searches = match sdk.r#type() {
        HealthCheckType::HttpStrMatch | HealthCheckType::HttpsStrMatch => true,
        HealthCheckType::Http | HealthCheckType::Https | HealthCheckType::Tcp => false,
        _ => return None,
    };
    let address = match sdk.ip_address() {
        Some(address) => Some(Input::Literal(address.parse::<IpAddr>().ok()?)),
        None => None,
    };
    let domain = match sdk.fully_qualified_domain_name() {
        Some(name) => Some(Input::Literal(name.parse::<DnsName>().ok()?)),
        None => None,
    };
    let request = |address, domain: Option<Input<DnsName>>| {
        let target = match address {
            Some(ip_address) => HttpTarget::Address { ip_address, host: domain },
            None => HttpTarget::Domain(domain?),
        };
        let text = sdk.search_string().filter(|_| searches);
        let request = HttpRequest::builder()
            .target(target)
            .maybe_resource_path(sdk.resource_path().and_then(|path| ResourcePath::new(path).ok()))
            .maybe_search_string(text.and_then(|text| SearchString::new(text).ok()));
        Some(request.build())
    };
    let endpoint = match sdk.r#type() {
        HealthCheckType::Tcp => Endpoint::Tcp(match address {
            Some(address) => TcpTarget::Address(address),
            None => TcpTarget::Domain(domain?),
        }),
        HealthCheckType::Https | HealthCheckType::HttpsStrMatch => Endpoint::Https {
            request: request(address, domain)?,
            enable_sni: sdk.enable_sni().unwrap_or(true),
        },
        _ => Endpoint::Http(request(address, domain)?),
    };
    let regions: Option<Vec<CheckerRegion>> =
        sdk.regions().iter().map(|region| region.as_str().parse().ok()).collect();
    let regions = regions.filter(|regions| !regions.is_empty());
    let interval = sdk.request_interval().and_then(|seconds| u32::try_from(seconds).ok());
    let check = EndpointCheck::builder()
        .endpoint(endpoint)
        .port(bounded(sdk.port()?)?)
        .maybe_request_interval(interval.and_then(|it| RequestInterval::try_from(it).ok()))
        .maybe_failure_threshold(sdk.failure_threshold().and_then(bounded))
        .maybe_measure_latency(sdk.measure_latency())
        .maybe_inverted(sdk.inverted())
        .maybe_regions(regions.and_then(|regions| CheckerRegions::new(regions).ok()));
    Some(check.build())
}

fn bounded<const MIN: u32, const MAX: u32>(number: i32) -> Option<Bounded<MIN, MAX>> {
    u32::try_from(number).ok().and_then(|number| Bounded::new(number).ok())
}

/// What an update sends: all that can change, and what becomes AWS's default again.
pub(super) fn update(
    call: UpdateHealthCheckFluentBuilder,
    current: &HealthCheckConfig,
    desired: types::HealthCheckConfig,
) -> Result<UpdateHealthCheckFluentBuilder, ExecError> {
    let current = to_sdk(current)?;
    Ok(call
        .set_reset_elements(Some(resets(&current, &desired)).filter(|them| !them.is_empty()))
        .set_ip_address(desired.ip_address)
        .set_port(desired.port)
        .set_resource_path(desired.resource_path)
        .set_fully_qualified_domain_name(desired.fully_qualified_domain_name)
        .set_search_string(desired.search_string)
        .set_failure_threshold(desired.failure_threshold)
        .set_inverted(desired.inverted)
        .set_health_threshold(desired.health_threshold)
        .set_child_health_checks(desired.child_health_checks.filter(|them| !them.is_empty()))
        .set_enable_sni(desired.enable_sni)
        .set_regions(desired.regions)
        .set_alarm_identifier(desired.alarm_identifier)
        .set_insufficient_data_health_status(desired.insufficient_data_health_status))
}

/// What was set and is not any more.
fn resets(
    current: &types::HealthCheckConfig,
    desired: &types::HealthCheckConfig,
) -> Vec<ResettableElementName> {
    let gone = [
        (
            !current.child_health_checks().is_empty() && desired.child_health_checks().is_empty(),
            ResettableElementName::ChildHealthChecks,
        ),
        (
            current.fully_qualified_domain_name().is_some()
                && desired.fully_qualified_domain_name().is_none(),
            ResettableElementName::FullyQualifiedDomainName,
        ),
        (
            !current.regions().is_empty() && desired.regions().is_empty(),
            ResettableElementName::Regions,
        ),
        (
            current.resource_path().is_some() && desired.resource_path().is_none(),
            ResettableElementName::ResourcePath,
        ),
    ];
    gone.into_iter().filter_map(|(gone, element)| gone.then_some(element)).collect()
}

#[cfg(test)]
mod tests {
    use elanswer_core::{
        Region,
        services::{
            elbv2::Port,
            route53::{FailureThreshold, HealthCheck, HealthThreshold},
        },
    };

    use super::*;

    const HOST: DnsName = DnsName::literal("a.example.com");
    const HEALTH: ResourcePath = ResourcePath::literal("/health");

    fn every_form() -> Vec<HealthCheckConfig> {
        let address = IpAddr::from([1, 2, 3, 4]);
        let target = HttpTarget::Address { ip_address: address.into(), host: Some(HOST.into()) };
        let searching = HttpRequest::builder()
            .target(target)
            .resource_path(HEALTH)
            .search_string(SearchString::literal("fine"))
            .build();
        let bare = HttpRequest::builder().target(address).build();
        let every_setting = |endpoint| {
            EndpointCheck::builder()
                .endpoint(endpoint)
                .port(Port::of::<8443>())
                .request_interval(RequestInterval::Seconds10)
                .failure_threshold(FailureThreshold::of::<10>())
                .measure_latency(true)
                .inverted(true)
                .regions(CheckerRegions::literal(CheckerRegion::ALL))
                .build()
                .into()
        };
        let alarm = AlarmCheck::builder().alarm(AlarmName::literal("late"));
        let alarm = alarm.region(Region::EuWest1).build();
        let insufficient_data = InsufficientDataStatus::Healthy;
        let one = HealthThreshold::of::<1>();
        vec![
            HealthCheck::http(HOST, HEALTH).config,
            HealthCheck::https(HOST, HEALTH).config,
            HealthCheck::tcp(HOST, Port::of::<443>()).config,
            HealthCheck::tcp(address, Port::of::<443>()).config,
            every_setting(Endpoint::Http(searching.clone())),
            every_setting(Endpoint::Https { request: searching, enable_sni: false }),
            every_setting(Endpoint::Http(bare)),
            HealthCheck::calculated(one, ["one", "two"].map(Ref::<HealthCheck>::existing)).config,
            alarm.clone().into(),
            AlarmCheck { insufficient_data, inverted: true, ..alarm }.into(),
        ]
    }

    #[test]
    fn settings_come_back_as_they_were_sent() {
        for config in every_form() {
            assert_eq!(from_sdk(&to_sdk(&config).unwrap()), Some(config));
        }
    }

    #[test]
    fn only_what_belongs_to_the_type_is_sent() {
        let calculated = HealthCheck::calculated(
            HealthThreshold::of::<1>(),
            [Ref::<HealthCheck>::existing("one")],
        );
        let sent = to_sdk(&calculated.config).unwrap();
        assert_eq!(
            (sent.port(), sent.request_interval(), sent.measure_latency()),
            (None, None, None)
        );
        let sent = to_sdk(&HealthCheck::tcp(HOST, Port::of::<443>()).config).unwrap();
        assert_eq!((sent.resource_path(), sent.enable_sni()), (None, None));
    }

    #[test]
    fn routing_controls_are_not_read() {
        let sdk = types::HealthCheckConfig::builder().r#type(HealthCheckType::RecoveryControl);
        assert_eq!(from_sdk(&sdk.routing_control_arn("arn").build().unwrap()), None);
    }

    #[test]
    fn what_is_not_set_any_more_is_reset() {
        let address = IpAddr::from([1, 2, 3, 4]);
        let with = |path, host, regions| {
            let target = HttpTarget::Address { ip_address: address.into(), host };
            let request = HttpRequest::builder().target(target).maybe_resource_path(path).build();
            let check = EndpointCheck::builder().endpoint(Endpoint::Http(request));
            let check = check.port(Port::of::<80>()).maybe_regions(regions).build();
            to_sdk(&check.into()).unwrap()
        };
        let regions = CheckerRegions::literal(CheckerRegion::ALL);
        let (all, none) =
            (with(Some(HEALTH), Some(HOST.into()), Some(regions)), with(None, None, None));
        assert_eq!(
            resets(&all, &none),
            [
                ResettableElementName::FullyQualifiedDomainName,
                ResettableElementName::Regions,
                ResettableElementName::ResourcePath,
            ]
        );
        assert!(resets(&none, &all).is_empty() && resets(&all, &all).is_empty());
    }
}
