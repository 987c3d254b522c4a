//! What the health checkers of AWS send to an endpoint, and how often.

use std::net::IpAddr;

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::CheckerRegions;
use crate::{
    bounded::Bounded,
    reference::{Input, Ref},
    services::{
        ec2::Eip,
        elbv2::{LoadBalancer, Port},
        route53::DnsName,
    },
    text::{characters, text},
};

/// A health check of an endpoint in the internet.
///
/// Source: <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html>.
#[derive(Debug, Clone, PartialEq, Eq, Builder)]
pub struct EndpointCheck {
    /// `Type`, `IPAddress`, `FullyQualifiedDomainName`, `ResourcePath`, `SearchString` and
    /// `EnableSNI`: what is sent, and where.
    pub endpoint: Endpoint,
    /// `Port`.
    pub port: Port,
    /// `RequestInterval`: how often each of the checkers looks. AWS's default: every 30 seconds.
    /// Changing it replaces the health check.
    #[builder(default)]
    pub request_interval: RequestInterval,
    /// `FailureThreshold`: after how many failures in a row it is not healthy, and after how many
    /// successes it is again, 1 to 10. AWS's default: 3.
    #[builder(default = FailureThreshold::of::<3>())]
    pub failure_threshold: FailureThreshold,
    /// `MeasureLatency`: whether CloudWatch shows how long answers take. AWS's default: no. Changing
    /// it replaces the health check.
    #[builder(default)]
    pub measure_latency: bool,
    /// `Inverted`: whether it is healthy while the endpoint is not. AWS's default: no.
    #[builder(default)]
    pub inverted: bool,
    /// `Regions`: where the checkers are, three Regions at least. AWS's default: all eight.
    pub regions: Option<CheckerRegions>,
}

/// After how many failures in a row something is not healthy: 1 to 10.
pub type FailureThreshold = Bounded<1, 10>;

/// What is sent to an endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Endpoint {
    /// `HTTP`, or `HTTP_STR_MATCH` when a text is searched for.
    Http(HttpRequest),
    /// `HTTPS`, or `HTTPS_STR_MATCH` when a text is searched for.
    Https {
        /// What is asked for.
        request: HttpRequest,
        /// `EnableSNI`: whether the name of the host is sent before the certificate is shown.
        /// AWS's default: yes.
        enable_sni: bool,
    },
    /// `TCP`: a connection is made, and nothing sent.
    Tcp(TcpTarget),
}

/// What is asked for in HTTP: a status of 200 to 399 is healthy.
#[derive(Debug, Clone, PartialEq, Eq, Builder)]
pub struct HttpRequest {
    /// `IPAddress` and `FullyQualifiedDomainName`: who is asked.
    #[builder(into)]
    pub target: HttpTarget,
    /// `ResourcePath`: the path, and a query if you like. AWS's default: `/`.
    pub resource_path: Option<ResourcePath>,
    /// `SearchString`: what must stand in the first 5,120 bytes of the answer. Setting one where
    /// there was none, or none where there was one, replaces the health check.
    pub search_string: Option<SearchString>,
}

/// Who is asked in HTTP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HttpTarget {
    /// `IPAddress`, which can be changed, but neither added nor removed in place.
    Address {
        /// `IPAddress`: one in the internet.
        ip_address: Input<IpAddr>,
        /// `FullyQualifiedDomainName`: the `Host` of the request. AWS's default: the address.
        host: Option<Input<DnsName>>,
    },
    /// `FullyQualifiedDomainName`: the addresses of the name, of IPv4 only.
    Domain(Input<DnsName>),
}

/// To whom a connection is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TcpTarget {
    /// `IPAddress`: one in the internet.
    Address(Input<IpAddr>),
    /// `FullyQualifiedDomainName`: the addresses of the name, of IPv4 only.
    Domain(Input<DnsName>),
}

/// How often each of the checkers looks.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(try_from = "u32", into = "u32")]
pub enum RequestInterval {
    /// Every 10 seconds, at a price.
    Seconds10,
    /// Every 30 seconds.
    #[default]
    Seconds30,
}

/// A number of seconds that is no interval of health checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no interval of health checks: 10 or 30 seconds")]
pub struct RequestIntervalError(u32);

impl RequestInterval {
    /// The seconds.
    #[must_use]
    pub const fn seconds(self) -> u32 {
        match self {
            Self::Seconds10 => 10,
            Self::Seconds30 => 30,
        }
    }
}

impl TryFrom<u32> for RequestInterval {
    type Error = RequestIntervalError;

    fn try_from(seconds: u32) -> Result<Self, Self::Error> {
        match seconds {
            10 => Ok(Self::Seconds10),
            30 => Ok(Self::Seconds30),
            other => Err(RequestIntervalError(other)),
        }
    }
}

impl From<RequestInterval> for u32 {
    fn from(interval: RequestInterval) -> Self {
        interval.seconds()
    }
}

text! {
    /// What an HTTP request asks for: `/health?deep=no`.
    ResourcePath: "a path of a health check",
    "`/` and at most 254 more characters",
    is_path
}

const fn is_path(text: &str) -> bool {
    matches!(text.as_bytes(), [b'/', ..]) && characters(text) <= 255
}

text! {
    /// What must stand in the answer of an endpoint; upper and lower case count.
    SearchString: "a text to search for",
    "1 to 255 characters",
    is_search_string
}

const fn is_search_string(text: &str) -> bool {
    !text.is_empty() && characters(text) <= 255
}

impl HttpRequest {
    /// Asks `target` for this path.
    #[must_use]
    pub fn to(target: impl Into<HttpTarget>, path: ResourcePath) -> Self {
        Self::builder().target(target).resource_path(path).build()
    }
}

impl Endpoint {
    /// What is asked for, when that is HTTP or HTTPS.
    #[must_use]
    pub const fn request(&self) -> Option<&HttpRequest> {
        match self {
            Self::Http(request) | Self::Https { request, .. } => Some(request),
            Self::Tcp(_) => None,
        }
    }

    /// `IPAddress`.
    #[must_use]
    pub const fn ip_address(&self) -> Option<&Input<IpAddr>> {
        match self {
            Self::Http(HttpRequest { target: HttpTarget::Address { ip_address, .. }, .. })
            | Self::Https {
                request: HttpRequest { target: HttpTarget::Address { ip_address, .. }, .. },
                ..
            }
            | Self::Tcp(TcpTarget::Address(ip_address)) => Some(ip_address),
            _ => None,
        }
    }

    /// `FullyQualifiedDomainName`.
    #[must_use]
    pub const fn domain(&self) -> Option<&Input<DnsName>> {
        match (self, self.request()) {
            (_, Some(HttpRequest { target: HttpTarget::Domain(name), .. }))
            | (Self::Tcp(TcpTarget::Domain(name)), None) => Some(name),
            (_, Some(HttpRequest { target: HttpTarget::Address { host, .. }, .. })) => {
                host.as_ref()
            }
            _ => None,
        }
    }

    /// The `Type` that it makes of a health check.
    #[must_use]
    pub const fn type_name(&self) -> &'static str {
        match (self, self.request()) {
            (Self::Http(_), Some(HttpRequest { search_string: Some(_), .. })) => "HTTP_STR_MATCH",
            (Self::Http(_), _) => "HTTP",
            (Self::Https { .. }, Some(HttpRequest { search_string: Some(_), .. })) => {
                "HTTPS_STR_MATCH"
            }
            (Self::Https { .. }, _) => "HTTPS",
            (Self::Tcp(_), _) => "TCP",
        }
    }
}

macro_rules! targets {
    ($($target:ident: |$address:ident| $of_address:expr;)*) => {$(
        impl From<DnsName> for $target {
            fn from(name: DnsName) -> Self {
                Self::Domain(name.into())
            }
        }

        impl From<IpAddr> for $target {
            fn from(address: IpAddr) -> Self {
                let $address = Input::Literal(address);
                $of_address
            }
        }

        /// The addresses of a load balancer.
        impl From<&Ref<LoadBalancer>> for $target {
            fn from(load_balancer: &Ref<LoadBalancer>) -> Self {
                Self::Domain(Input::Output(load_balancer.dns_name().reference().clone()))
            }
        }

        impl From<&Ref<Eip>> for $target {
            fn from(address: &Ref<Eip>) -> Self {
                let $address = Input::Output(address.public_ip().reference().clone());
                $of_address
            }
        }
    )*};
}

targets! {
    HttpTarget: |ip_address| Self::Address { ip_address, host: None };
    TcpTarget: |ip_address| Self::Address(ip_address);
}
