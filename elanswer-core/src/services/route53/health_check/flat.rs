//! A health check in the shape of CloudFormation.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::{
    AlarmCheck, CalculatedCheck, CheckerRegions, Endpoint, EndpointCheck, FailureThreshold,
    HealthCheck, HealthCheckConfig, HealthThreshold, HttpRequest, HttpTarget,
    InsufficientDataStatus, RequestInterval, ResourcePath, SearchString, TcpTarget,
};
use crate::{
    Set,
    reference::{Input, Ref},
    region::Region,
    services::{cloudwatch::AlarmName, elbv2::Port, route53::DnsName},
};

/// `HealthCheckConfig`.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Flat {
    #[serde(rename = "Type")]
    check_type: String,
    #[serde(rename = "IPAddress", skip_serializing_if = "Option::is_none")]
    ip_address: Option<Input<IpAddr>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fully_qualified_domain_name: Option<Input<DnsName>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    port: Option<Port>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_path: Option<ResourcePath>,
    #[serde(skip_serializing_if = "Option::is_none")]
    search_string: Option<SearchString>,
    #[serde(rename = "EnableSNI", skip_serializing_if = "Option::is_none")]
    enable_sni: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_interval: Option<RequestInterval>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure_threshold: Option<FailureThreshold>,
    #[serde(skip_serializing_if = "Option::is_none")]
    measure_latency: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    regions: Option<CheckerRegions>,
    #[serde(skip_serializing_if = "Option::is_none")]
    health_threshold: Option<HealthThreshold>,
    #[serde(skip_serializing_if = "Option::is_none")]
    child_health_checks: Option<Set<Ref<HealthCheck>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alarm_identifier: Option<AlarmIdentifier>,
    #[serde(skip_serializing_if = "Option::is_none")]
    insufficient_data_health_status: Option<InsufficientDataStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    inverted: Option<bool>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AlarmIdentifier {
    name: Input<AlarmName>,
    region: Region,
}

/// Properties that make up no health check.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("these are not the properties of a health check of type `{check_type}`")]
pub struct HealthCheckConfigError {
    check_type: String,
}

const ALARM: &str = "CLOUDWATCH_METRIC";
const CALCULATED: &str = "CALCULATED";

impl Flat {
    fn alarm(&mut self) -> Option<AlarmCheck> {
        let AlarmIdentifier { name, region } = self.alarm_identifier.take()?;
        let status = self.insufficient_data_health_status.take();
        let check = AlarmCheck::builder().alarm(name).region(region);
        let check = check.maybe_insufficient_data(status).maybe_inverted(self.inverted.take());
        Some(check.build())
    }

    fn calculated(&mut self) -> Option<CalculatedCheck> {
        let children = self.child_health_checks.take().unwrap_or_default();
        let check = CalculatedCheck::builder().children(children);
        let check = check.threshold(self.health_threshold.take()?);
        Some(check.maybe_inverted(self.inverted.take()).build())
    }

    fn endpoint(&mut self) -> Option<EndpointCheck> {
        let searches = self.check_type.ends_with("_STR_MATCH");
        let endpoint = match self.check_type.as_str() {
            "HTTP" | "HTTP_STR_MATCH" => Endpoint::Http(self.request(searches)?),
            "HTTPS" | "HTTPS_STR_MATCH" => Endpoint::Https {
                request: self.request(searches)?,
                enable_sni: self.enable_sni.take().unwrap_or(true),
            },
            "TCP" => Endpoint::Tcp(
                match (self.ip_address.take(), self.fully_qualified_domain_name.take()) {
                    (Some(address), None) => TcpTarget::Address(address),
                    (None, Some(name)) => TcpTarget::Domain(name),
                    _ => return None,
                },
            ),
            _ => return None,
        };
        let check = EndpointCheck::builder()
            .endpoint(endpoint)
            .port(self.port.take()?)
            .maybe_request_interval(self.request_interval.take())
            .maybe_failure_threshold(self.failure_threshold.take())
            .maybe_measure_latency(self.measure_latency.take())
            .maybe_inverted(self.inverted.take())
            .maybe_regions(self.regions.take());
        Some(check.build())
    }

    fn request(&mut self, searches: bool) -> Option<HttpRequest> {
        let target = match (self.ip_address.take(), self.fully_qualified_domain_name.take()) {
            (Some(ip_address), host) => HttpTarget::Address { ip_address, host },
            (None, Some(name)) => HttpTarget::Domain(name),
            (None, None) => return None,
        };
        let search_string = self.search_string.take();
        if search_string.is_some() != searches {
            return None;
        }
        Some(HttpRequest { target, resource_path: self.resource_path.take(), search_string })
    }
}

impl TryFrom<Flat> for HealthCheckConfig {
    type Error = HealthCheckConfigError;

    fn try_from(mut flat: Flat) -> Result<Self, Self::Error> {
        let check_type = flat.check_type.clone();
        let config = match check_type.as_str() {
            ALARM => flat.alarm().map(Self::Alarm),
            CALCULATED => flat.calculated().map(Self::Calculated),
            _ => flat.endpoint().map(Self::Endpoint),
        };
        // What is left belongs to another type.
        let rest = Flat { check_type: check_type.clone(), ..Flat::default() };
        config.filter(|_| flat == rest).ok_or(HealthCheckConfigError { check_type })
    }
}

impl From<HealthCheckConfig> for Flat {
    fn from(config: HealthCheckConfig) -> Self {
        let of = |check_type: &str, inverted| Self {
            check_type: check_type.to_owned(),
            inverted: Some(inverted),
            ..Self::default()
        };
        match config {
            HealthCheckConfig::Alarm(check) => Self {
                alarm_identifier: Some(AlarmIdentifier { name: check.alarm, region: check.region }),
                insufficient_data_health_status: Some(check.insufficient_data),
                ..of(ALARM, check.inverted)
            },
            HealthCheckConfig::Calculated(check) => Self {
                child_health_checks: Some(check.children),
                health_threshold: Some(check.threshold),
                ..of(CALCULATED, check.inverted)
            },
            HealthCheckConfig::Endpoint(check) => {
                let endpoint = &check.endpoint;
                let request = endpoint.request();
                Self {
                    ip_address: endpoint.ip_address().cloned(),
                    fully_qualified_domain_name: endpoint.domain().cloned(),
                    port: Some(check.port),
                    resource_path: request.and_then(|request| request.resource_path.clone()),
                    search_string: request.and_then(|request| request.search_string.clone()),
                    enable_sni: match endpoint {
                        Endpoint::Https { enable_sni, .. } => Some(*enable_sni),
                        Endpoint::Http(_) | Endpoint::Tcp(_) => None,
                    },
                    request_interval: Some(check.request_interval),
                    failure_threshold: Some(check.failure_threshold),
                    measure_latency: Some(check.measure_latency),
                    regions: check.regions,
                    ..of(endpoint.type_name(), check.inverted)
                }
            }
        }
    }
}
