//! `AWS::Route53::HealthCheck`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use crate::{
    Set,
    bounded::Bounded,
    reference::{Input, Output, Ref},
    region::Region,
    resource::{Operation, Resource},
    schema::{Kind, Schema, Scope},
    services::{cloudwatch::AlarmName, elbv2::Port},
    tags::Tags,
};

pub use address::is_checkable;
pub use checkers::{CheckerRegion, CheckerRegionError, CheckerRegions, CheckerRegionsError};
pub use endpoint::{
    Endpoint, EndpointCheck, FailureThreshold, HttpRequest, HttpTarget, RequestInterval,
    RequestIntervalError, ResourcePath, SearchString, TcpTarget,
};
pub use flat::HealthCheckConfigError;

mod address;
mod checkers;
mod endpoint;
mod flat;

/// What tells Route 53 whether something is healthy: whether a record set is an answer.
///
/// AWS: [`AWS::Route53::HealthCheck`](https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-types.html).
/// Health checkers of AWS around the world look at an endpoint, or it follows an alarm or other
/// health checks. Route 53 takes an endpoint for healthy while more than 18 % of the checkers say
/// so. Quota: 200 per account unless raised.
///
/// Route 53 lets a health check be deleted that record sets refer to, and answers with them as it
/// likes from then on; elanswer changes these first.
///
/// Not modelled: routing controls of Application Recovery Controller, and disabled health checks,
/// which Route 53 takes for healthy.
///
/// ```
/// use elanswer_core::{
///     Architecture, Region,
///     services::route53::{DnsName, HealthCheck, ResourcePath},
/// };
///
/// let mut arch = Architecture::new("shop", Region::UsEast1);
/// let host = DnsName::literal("us-east-1.example.com");
/// arch.resource("front", HealthCheck::https(host, ResourcePath::literal("/health")));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct HealthCheck {
    /// `HealthCheckConfig`: what is looked at.
    #[builder(into)]
    #[serde(rename = "HealthCheckConfig")]
    pub config: HealthCheckConfig,
    /// `HealthCheckTags`.
    #[builder(default)]
    #[serde(rename = "HealthCheckTags", default)]
    pub tags: Tags,
}

/// What a health check looks at. Another variant, or another protocol of an endpoint, is another
/// `Type`, which replaces the health check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "flat::Flat", into = "flat::Flat")]
pub enum HealthCheckConfig {
    /// `CLOUDWATCH_METRIC`: an alarm of CloudWatch.
    Alarm(AlarmCheck),
    /// `CALCULATED`: other health checks.
    Calculated(CalculatedCheck),
    /// `HTTP`, `HTTPS`, `HTTP_STR_MATCH`, `HTTPS_STR_MATCH` or `TCP`: an endpoint in the internet.
    Endpoint(EndpointCheck),
}

/// A health check that follows an alarm of CloudWatch: how to watch what is not in the internet.
///
/// It is healthy while the alarm is `OK`. Route 53 looks at the data of the alarm and not at its
/// state, and takes what the alarm is from the time when the health check was made or changed last.
#[derive(Debug, Clone, PartialEq, Eq, Builder)]
pub struct AlarmCheck {
    /// `AlarmIdentifier`: the name of the alarm; it has a metric of standard resolution and no
    /// extended statistic.
    #[builder(into)]
    pub alarm: Input<AlarmName>,
    /// `AlarmIdentifier`: the Region of the alarm.
    pub region: Region,
    /// `InsufficientDataHealthStatus`: what it is while the alarm has too few data. AWS's default:
    /// what it was last.
    #[builder(default)]
    pub insufficient_data: InsufficientDataStatus,
    /// `Inverted`: whether it is healthy while the alarm is not `OK`. AWS's default: no.
    #[builder(default)]
    pub inverted: bool,
}

/// A health check over others.
#[derive(Debug, Clone, PartialEq, Eq, Builder)]
pub struct CalculatedCheck {
    /// `ChildHealthChecks`: at most 256 others.
    #[builder(with = |children: impl IntoIterator<Item = impl Into<Ref<HealthCheck>>>| {
        children.into_iter().map(Into::into).collect()
    })]
    pub children: Set<Ref<HealthCheck>>,
    /// `HealthThreshold`: how many of the others must be healthy. 0 is always healthy, more than
    /// there are never.
    pub threshold: HealthThreshold,
    /// `Inverted`: whether it is healthy while fewer are. AWS's default: no.
    #[builder(default)]
    pub inverted: bool,
}

/// How many health checks must be healthy: 0 to 256.
pub type HealthThreshold = Bounded<0, 256>;

/// What a health check is while its alarm has too few data.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub enum InsufficientDataStatus {
    /// `Healthy`.
    Healthy,
    /// `LastKnownStatus`: what it was when there were enough data; healthy before that.
    #[default]
    LastKnownStatus,
    /// `Unhealthy`.
    Unhealthy,
}

impl InsufficientDataStatus {
    /// AWS's word: `LastKnownStatus`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Healthy => "Healthy",
            Self::LastKnownStatus => "LastKnownStatus",
            Self::Unhealthy => "Unhealthy",
        }
    }
}

/// What AWS decides of a health check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct HealthCheckOutputs {
    /// `HealthCheckId`: a UUID.
    pub health_check_id: String,
    /// `HealthCheckVersion`: how often its settings were written, from 1. An update says which it
    /// is of, and AWS refuses it when somebody else wrote them since.
    pub health_check_version: u64,
}

impl Ref<HealthCheck> {
    /// `HealthCheckId`.
    #[must_use]
    pub fn health_check_id(&self) -> Output<String> {
        self.output("HealthCheckId")
    }
}

impl HealthCheck {
    /// Over the health of others: it is healthy while at least `threshold` of them are.
    #[must_use]
    pub fn calculated(
        threshold: HealthThreshold,
        children: impl IntoIterator<Item = impl Into<Ref<Self>>>,
    ) -> Self {
        CalculatedCheck::builder().children(children).threshold(threshold).build().into()
    }

    /// As the alarm of this name in `region` is.
    #[must_use]
    pub fn alarm(name: impl Into<Input<AlarmName>>, region: Region) -> Self {
        AlarmCheck::builder().alarm(name).region(region).build().into()
    }

    /// An answer to an HTTP request for this path with a status of 200 to 399, on port 80.
    #[must_use]
    pub fn http(target: impl Into<HttpTarget>, path: ResourcePath) -> Self {
        let endpoint = Endpoint::Http(HttpRequest::to(target, path));
        EndpointCheck::builder().endpoint(endpoint).port(Port::of::<80>()).build().into()
    }

    /// An answer to an HTTPS request for this path with a status of 200 to 399, on port 443. The
    /// certificate is not looked at.
    #[must_use]
    pub fn https(target: impl Into<HttpTarget>, path: ResourcePath) -> Self {
        let request = HttpRequest::to(target, path);
        let endpoint = Endpoint::Https { request, enable_sni: true };
        EndpointCheck::builder().endpoint(endpoint).port(Port::of::<443>()).build().into()
    }

    /// A connection to this port.
    #[must_use]
    pub fn tcp(target: impl Into<TcpTarget>, port: Port) -> Self {
        EndpointCheck::builder().endpoint(Endpoint::Tcp(target.into())).port(port).build().into()
    }

    /// What it looks at, when that is an endpoint.
    #[must_use]
    pub const fn endpoint(&self) -> Option<&EndpointCheck> {
        match &self.config {
            HealthCheckConfig::Endpoint(endpoint) => Some(endpoint),
            HealthCheckConfig::Alarm(_) | HealthCheckConfig::Calculated(_) => None,
        }
    }

    /// The same health check with other settings of its endpoint, if it has one.
    #[must_use]
    pub fn with_endpoint(mut self, change: impl FnOnce(&mut EndpointCheck)) -> Self {
        if let HealthCheckConfig::Endpoint(endpoint) = &mut self.config {
            change(endpoint);
        }
        self
    }
}

impl<C: Into<HealthCheckConfig>> From<C> for HealthCheck {
    fn from(config: C) -> Self {
        Self::builder().config(config).build()
    }
}

impl From<AlarmCheck> for HealthCheckConfig {
    fn from(check: AlarmCheck) -> Self {
        Self::Alarm(check)
    }
}

impl From<CalculatedCheck> for HealthCheckConfig {
    fn from(check: CalculatedCheck) -> Self {
        Self::Calculated(check)
    }
}

impl From<EndpointCheck> for HealthCheckConfig {
    fn from(check: EndpointCheck) -> Self {
        Self::Endpoint(check)
    }
}

impl Resource for HealthCheck {
    type Outputs = HealthCheckOutputs;

    const SCHEMA: &'static Schema = &Schema {
        scope: Scope::Global,
        identifier: "HealthCheckId",
        outputs: &["HealthCheckId", "HealthCheckVersion"],
        replaces: &[
            "HealthCheckConfig.MeasureLatency",
            "HealthCheckConfig.RequestInterval",
            "HealthCheckConfig.Type",
        ],
        kept: &["HealthCheckConfig.IPAddress"],
        resource_type: Some("route53:healthcheck"),
        api: "route53",
        ..Schema::new(Kind::new("AWS::Route53::HealthCheck"))
    };

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    /// `CreateHealthCheck`, which takes no tags, and the `ChangeTagsForResource` that sets them.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Create(check) => 1 + super::tag_calls_to_create(&check.tags),
            Operation::Update(from, to) => {
                u32::from(from.config != to.config) + super::tag_calls(&from.tags, &to.tags)
            }
            Operation::Delete(_) => 1,
        }
    }
}

#[cfg(test)]
mod tests;
