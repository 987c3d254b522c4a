//! Amazon CloudFront: what answers viewers near them, and keeps copies of what it has fetched.
//!
//! CloudFront is global: its objects have no Region, and the certificates and web ACLs that it takes
//! are in `us-east-1`.

pub use arn::EdgeCertificateArn;
pub use behavior::{
    AllowedMethods, CacheBehavior, CachedMethods, DefaultCacheBehavior, PathPattern,
    ViewerProtocolPolicy,
};
pub use cache_policy::{
    CacheHeaders, CacheKey, CachePolicy, CachePolicyConfig, CachePolicyOutputs, CacheTtl,
};
pub use distribution::{
    Distribution, DistributionConfig, DistributionOutputs, HttpVersion, Logging, PriceClass,
    RootObject,
};
pub use error_response::{CustomErrorResponse, ErrorCode, ErrorPage, PagePath, ResponseCode};
pub use managed::{ManagedCachePolicy, ManagedOriginRequestPolicy, ManagedResponseHeadersPolicy};
pub use origin::{
    CustomOrigin, Origin, OriginHeader, OriginId, OriginKind, OriginPath, OriginProtocolPolicy,
    OriginTls, ReadTimeout,
};
pub use origin_access_control::{
    OriginAccessControl, OriginAccessControlConfig, OriginAccessControlName,
    OriginAccessControlOutputs, OriginType, SigningBehavior, SigningProtocol,
};
pub use origin_request_policy::{
    OriginHeaders, OriginRequestPolicy, OriginRequestPolicyConfig, OriginRequestPolicyOutputs,
};
pub use response_headers_policy::{
    ContentSecurityPolicy, ContentTypeOptions, Contents, CustomHeader, FrameOptions, Frames,
    MaxAge, ReferrerPolicy, Referrers, ResponseHeadersPolicy, ResponseHeadersPolicyConfig,
    ResponseHeadersPolicyOutputs, SecurityHeaders, StrictTransportSecurity,
};
pub use restriction::GeoRestriction;
pub use selection::{Cookies, QueryStrings};
pub use text::{Comment, HeaderName, PolicyName};
pub use viewer_certificate::{TlsPolicy, ViewerCertificate};

mod arn;
mod behavior;
mod cache_policy;
mod distribution;
mod error_response;
mod managed;
mod origin;
mod origin_access_control;
mod origin_request_policy;
mod response_headers_policy;
mod restriction;
mod selection;
mod text;
mod viewer_certificate;

/// The zone of Route 53 in which the names of all distributions are.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/cf_region.html>.
pub const HOSTED_ZONE_ID: &str = "Z2FDTNDATAQYW2";
