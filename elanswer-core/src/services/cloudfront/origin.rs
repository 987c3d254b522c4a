//! Where a distribution fetches what it does not have.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::{HeaderName, OriginAccessControl};
use crate::{
    Set,
    bounded::Bounded,
    reference::{Input, Ref},
    services::{acm::DomainName, s3::Bucket},
    text::{characters, is_of, text},
};

/// Where a distribution fetches what it does not have.
///
/// AWS: [Origin settings](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html).
/// Not modelled: origin groups, origin shield, origins in a VPC, origin access identities.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct Origin {
    /// `Id`: how cache behaviours call it; of a distribution each once.
    pub id: OriginId,
    /// `DomainName`: its name in the DNS.
    #[builder(into)]
    pub domain_name: Input<String>,
    /// `S3OriginConfig` and `OriginAccessControlId`, or `CustomOriginConfig`: how it is reached.
    #[builder(into)]
    #[serde(flatten)]
    pub kind: OriginKind,
    /// `OriginPath`: what is put before the path of every request. AWS's default: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin_path: Option<OriginPath>,
    /// `OriginCustomHeaders`: what every request carries. At most 30. AWS's default: nothing.
    #[builder(default, with = FromIterator::from_iter)]
    #[serde(rename = "OriginCustomHeaders", default, skip_serializing_if = "Set::is_empty")]
    pub custom_headers: Set<OriginHeader>,
    /// `ConnectionAttempts`: how often CloudFront tries to reach it, 1 to 3. AWS's default: 3.
    #[builder(default = Bounded::of::<3>())]
    pub connection_attempts: Bounded<1, 3>,
    /// `ConnectionTimeout`: for how many seconds, 1 to 10. AWS's default: 10.
    #[builder(default = Bounded::of::<10>())]
    pub connection_timeout: Bounded<1, 10>,
}

impl Origin {
    /// A bucket, of which only CloudFront reads.
    pub fn s3(
        id: OriginId,
        bucket: &Ref<Bucket>,
        access_control: impl Into<Ref<OriginAccessControl>>,
    ) -> Self {
        let kind = OriginKind::S3 { access_control: Some(access_control.into()) };
        Self::builder().id(id).domain_name(bucket.regional_domain_name()).kind(kind).build()
    }

    /// A server that shows a certificate for `name`, over TLS 1.2.
    #[must_use]
    pub fn https(id: OriginId, name: &DomainName) -> Self {
        let kind = CustomOrigin::default();
        Self::builder().id(id).domain_name(name.as_str()).kind(kind).build()
    }

    /// The same, whose requests carry this header, by which the origin knows CloudFront.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.custom_headers.insert(OriginHeader { header_name: name, header_value: value.into() });
        self
    }
}

text! {
    /// How cache behaviours call an origin.
    OriginId: "the id of an origin",
    "1 to 128 characters",
    is_origin_id
}

const fn is_origin_id(text: &str) -> bool {
    !text.is_empty() && characters(text) <= 128
}

text! {
    /// What is put before the path of every request: `/site`.
    OriginPath: "the path of an origin",
    "`/` and at most 254 letters, digits and ``_-.*$/~\"'@:+&``, without `/` at the end",
    is_origin_path
}

const fn is_origin_path(text: &str) -> bool {
    is_of(text, 2, 255, "_-.*$/~\"'@:+&")
        && matches!(text.as_bytes(), [b'/', ..])
        && !matches!(text.as_bytes(), [.., b'/'])
}

/// A header that every request to an origin carries. It is no place for secrets: plans and states
/// show it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct OriginHeader {
    /// `HeaderName`.
    pub header_name: HeaderName,
    /// `HeaderValue`.
    pub header_value: String,
}

/// How an origin is reached.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "Repr", into = "Repr")]
pub enum OriginKind {
    /// `CustomOriginConfig`: any server.
    Custom(CustomOrigin),
    /// `S3OriginConfig`: a bucket.
    S3 {
        /// `OriginAccessControlId`: how CloudFront shows that it is itself. Unset: it does not, and
        /// reads only what everyone may read.
        access_control: Option<Ref<OriginAccessControl>>,
    },
}

impl From<CustomOrigin> for OriginKind {
    fn from(custom: CustomOrigin) -> Self {
        Self::Custom(custom)
    }
}

/// How a server is reached.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct CustomOrigin {
    /// `HTTPPort`. AWS's default: 80.
    #[builder(default = Bounded::of::<80>())]
    #[serde(rename = "HTTPPort")]
    pub http_port: Bounded<80, 65535>,
    /// `HTTPSPort`. AWS's default: 443.
    #[builder(default = Bounded::of::<443>())]
    #[serde(rename = "HTTPSPort")]
    pub https_port: Bounded<80, 65535>,
    /// `OriginProtocolPolicy`: whether over TLS. Default: always.
    #[builder(default)]
    pub origin_protocol_policy: OriginProtocolPolicy,
    /// `OriginSSLProtocols`: which TLS. Default: 1.2, the newest that AWS has for origins.
    #[builder(default = [OriginTls::Tls12].into())]
    #[serde(rename = "OriginSSLProtocols")]
    pub origin_ssl_protocols: Set<OriginTls>,
    /// `OriginReadTimeout`: how many seconds it may take to answer, 1 to 120. AWS's default: 30.
    #[builder(default = ReadTimeout::of::<30>())]
    pub origin_read_timeout: ReadTimeout,
    /// `OriginKeepaliveTimeout`: how many seconds an idle connection stays, 1 to 120. AWS's
    /// default: 5.
    #[builder(default = ReadTimeout::of::<5>())]
    pub origin_keepalive_timeout: ReadTimeout,
}

/// For how many seconds CloudFront waits for an origin.
pub type ReadTimeout = Bounded<1, 120>;

impl Default for CustomOrigin {
    fn default() -> Self {
        Self::builder().build()
    }
}

/// Whether CloudFront speaks TLS with an origin.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OriginProtocolPolicy {
    /// `http-only`: never.
    HttpOnly,
    /// `https-only`: always.
    #[default]
    HttpsOnly,
    /// `match-viewer`: when the viewer does.
    MatchViewer,
}

impl OriginProtocolPolicy {
    /// AWS's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HttpOnly => "http-only",
            Self::HttpsOnly => "https-only",
            Self::MatchViewer => "match-viewer",
        }
    }
}

/// A version of TLS that CloudFront speaks with origins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum OriginTls {
    /// `SSLv3`.
    #[serde(rename = "SSLv3")]
    Ssl3,
    /// `TLSv1`.
    #[serde(rename = "TLSv1")]
    Tls10,
    /// `TLSv1.1`.
    #[serde(rename = "TLSv1.1")]
    Tls11,
    /// `TLSv1.2`.
    #[serde(rename = "TLSv1.2")]
    Tls12,
}

impl OriginTls {
    /// Every version.
    pub const ALL: &'static [Self] = &[Self::Ssl3, Self::Tls10, Self::Tls11, Self::Tls12];

    /// AWS's name of it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ssl3 => "SSLv3",
            Self::Tls10 => "TLSv1",
            Self::Tls11 => "TLSv1.1",
            Self::Tls12 => "TLSv1.2",
        }
    }
}

/// CloudFormation's shape.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Repr {
    #[serde(rename = "S3OriginConfig", default, skip_serializing_if = "Option::is_none")]
    s3_origin_config: Option<S3OriginConfig>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    origin_access_control_id: Option<Ref<OriginAccessControl>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    custom_origin_config: Option<CustomOrigin>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct S3OriginConfig {
    #[serde(default)]
    origin_access_identity: String,
}

impl From<OriginKind> for Repr {
    fn from(kind: OriginKind) -> Self {
        let (s3, origin_access_control_id, custom_origin_config) = match kind {
            OriginKind::Custom(custom) => (false, None, Some(custom)),
            OriginKind::S3 { access_control } => (true, access_control, None),
        };
        let s3_origin_config = s3.then(|| S3OriginConfig { origin_access_identity: String::new() });
        Self { s3_origin_config, origin_access_control_id, custom_origin_config }
    }
}

impl TryFrom<Repr> for OriginKind {
    type Error = &'static str;

    fn try_from(repr: Repr) -> Result<Self, Self::Error> {
        match (repr.s3_origin_config, repr.custom_origin_config) {
            (None, Some(custom)) => Ok(Self::Custom(custom)),
            (Some(_), None) => Ok(Self::S3 { access_control: repr.origin_access_control_id }),
            _ => Err("an origin has one of `S3OriginConfig` and `CustomOriginConfig`"),
        }
    }
}
