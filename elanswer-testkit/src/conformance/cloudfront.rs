//! Cases of Amazon CloudFront.

use elanswer_core::{
    Architecture, Bounded, Ref, Region, Resource, Tags,
    services::{
        acm::{Certificate, DomainName, DomainValidation, IssuedCertificate},
        cloudfront::{
            AllowedMethods, CacheBehavior, CacheHeaders, CacheKey, CachePolicy, CachePolicyConfig,
            CacheTtl, CachedMethods, Comment, ContentSecurityPolicy, Cookies, CustomErrorResponse,
            CustomHeader, CustomOrigin, DefaultCacheBehavior, Distribution, DistributionConfig,
            ErrorCode, FrameOptions, GeoRestriction, HeaderName, HttpVersion, Logging,
            ManagedCachePolicy, ManagedOriginRequestPolicy, ManagedResponseHeadersPolicy, Origin,
            OriginAccessControl, OriginAccessControlConfig, OriginAccessControlName, OriginHeaders,
            OriginId, OriginPath, OriginRequestPolicy, OriginRequestPolicyConfig, PagePath,
            PathPattern, PolicyName, PriceClass, QueryStrings, ReadTimeout, ReferrerPolicy,
            ResponseCode, ResponseHeadersPolicy, ResponseHeadersPolicyConfig, RootObject,
            SecurityHeaders, SigningBehavior, StrictTransportSecurity, TlsPolicy,
            ViewerCertificate, ViewerProtocolPolicy,
        },
        iam::{Operator, PolicyDocument, Service, Statement},
        route53::{CountryCode, DnsName, HostedZone},
        s3::{Bucket, BucketPolicy, ObjectOwnership},
        wafv2::WebAclArn,
    },
};

use super::Case;

// Nothing of CloudFront replaces what it is about.
pub(super) const CASES: &[Case] = &[
    Case {
        name: "cloudfront_origin_access_control",
        kind: OriginAccessControl::SCHEMA.kind,
        made: || alone(OriginAccessControl::s3(ACCESS)),
        updated: Some(|| {
            let config = OriginAccessControlConfig::builder()
                .name(OriginAccessControlName::literal("elanswer-conformance-2"))
                .description(Comment::literal("files"))
                .signing_behavior(SigningBehavior::NoOverride)
                .build();
            alone(OriginAccessControl { config })
        }),
        replaced: None,
    },
    Case {
        name: "cloudfront_cache_policy",
        kind: CachePolicy::SCHEMA.kind,
        made: || alone(CachePolicy::from(CachePolicyConfig::builder().name(POLICY).build())),
        updated: Some(|| alone(cache_policy())),
        replaced: None,
    },
    Case {
        name: "cloudfront_origin_request_policy",
        kind: OriginRequestPolicy::SCHEMA.kind,
        made: || {
            let config = OriginRequestPolicyConfig::builder().name(POLICY).build();
            alone(OriginRequestPolicy::from(config))
        },
        updated: Some(|| alone(origin_request_policy())),
        replaced: None,
    },
    Case {
        name: "cloudfront_response_headers_policy",
        kind: ResponseHeadersPolicy::SCHEMA.kind,
        made: || alone(ResponseHeadersPolicy::secure(POLICY, SecurityHeaders::recommended())),
        updated: Some(|| alone(response_headers_policy())),
        replaced: None,
    },
    Case {
        name: "cloudfront_distribution",
        kind: Distribution::SCHEMA.kind,
        made: || alone(Distribution::from(dynamic())),
        updated: Some(|| alone(changed())),
        replaced: None,
    },
    Case {
        name: "cloudfront_distribution_of_files",
        kind: Distribution::SCHEMA.kind,
        made: || files(|_| ()),
        updated: Some(|| {
            files(|config| {
                config.default_root_object = Some(RootObject::literal("index.html"));
                config.cache_behaviors = vec![CacheBehavior::new(
                    PathPattern::literal("/fonts/*"),
                    DefaultCacheBehavior::builder()
                        .target_origin_id(FILES)
                        .allowed_methods(AllowedMethods::ReadAndOptions)
                        .cached_methods(CachedMethods::ReadAndOptions)
                        .origin_request_policy(Ref::from(ManagedOriginRequestPolicy::CorsS3Origin))
                        .response_headers_policy(Ref::from(
                            ManagedResponseHeadersPolicy::CorsWithPreflight,
                        ))
                        .build(),
                )];
            })
        }),
        replaced: None,
    },
    Case {
        name: "cloudfront_distribution_with_logs",
        kind: Distribution::SCHEMA.kind,
        made: || logged("one/", false),
        updated: Some(|| logged("two/", true)),
        replaced: None,
    },
    Case {
        name: "cloudfront_distribution_with_policies",
        kind: Distribution::SCHEMA.kind,
        made: || with_policies(false),
        updated: Some(|| with_policies(true)),
        replaced: None,
    },
    Case {
        name: "cloudfront_distribution_with_certificate",
        kind: Distribution::SCHEMA.kind,
        made: || certified(TlsPolicy::Tls12Of2021),
        updated: Some(|| certified(TlsPolicy::Tls12Of2019)),
        replaced: None,
    },
];

const ACCESS: OriginAccessControlName = OriginAccessControlName::literal("elanswer-conformance");
const POLICY: PolicyName = PolicyName::literal("elanswer-conformance");
const FILES: OriginId = OriginId::literal("files");
const SERVER: OriginId = OriginId::literal("server");

fn arch() -> Architecture {
    Architecture::new("conformance", Region::UsEast1)
}

fn alone(it: impl Resource) -> Architecture {
    let mut arch = arch();
    arch.resource("it", it);
    arch
}

fn server() -> Origin {
    Origin::https(SERVER, &DomainName::literal("origin.example.com"))
}

fn dynamic() -> DistributionConfig {
    let behavior = DefaultCacheBehavior::builder().target_origin_id(SERVER).build();
    DistributionConfig::builder().default_cache_behavior(behavior).origins([server()]).build()
}

/// The same with nearly everything otherwise.
fn changed() -> Distribution {
    let other = OriginId::literal("other");
    let slow = CustomOrigin::builder()
        .https_port(Bounded::of::<8443>())
        .origin_read_timeout(ReadTimeout::of::<60>())
        .origin_keepalive_timeout(ReadTimeout::of::<30>())
        .build();
    let behind = Origin::builder()
        .id(other.clone())
        .domain_name("other.example.com")
        .kind(slow)
        .origin_path(OriginPath::literal("/v2"))
        .connection_attempts(Bounded::of::<2>())
        .connection_timeout(Bounded::of::<5>())
        .build();
    let uncached = |origin: OriginId| {
        DefaultCacheBehavior::builder()
            .target_origin_id(origin)
            .viewer_protocol_policy(ViewerProtocolPolicy::HttpsOnly)
            .allowed_methods(AllowedMethods::All)
            .compress(false)
            .cache_policy(ManagedCachePolicy::CachingDisabled)
            .origin_request_policy(Ref::from(ManagedOriginRequestPolicy::AllViewer))
            .response_headers_policy(Ref::from(ManagedResponseHeadersPolicy::SecurityHeaders))
            .build()
    };
    let config = DistributionConfig::builder()
        .default_cache_behavior(uncached(SERVER))
        .cache_behaviors([
            CacheBehavior::new(PathPattern::literal("/v2/*"), uncached(other)),
            CacheBehavior::new(PathPattern::literal("/a/*"), uncached(SERVER)),
        ])
        .origins([behind, server().with_header(HeaderName::literal("X-From"), "cdn")])
        .comment(Comment::literal("changed"))
        .custom_error_responses([
            CustomErrorResponse::page(
                ErrorCode::of::<404>(),
                PagePath::literal("/404.html"),
                ResponseCode::of::<200>(),
            ),
            CustomErrorResponse::builder()
                .error_code(ErrorCode::of::<503>())
                .error_caching_min_ttl(0)
                .build(),
        ])
        .default_root_object(RootObject::literal("home"))
        .enabled(false)
        .http_version(HttpVersion::Http2And3)
        .ipv6_enabled(false)
        .price_class(PriceClass::Hundred)
        .geo_restriction(GeoRestriction::Only(
            [CountryCode::literal("DE"), CountryCode::literal("US")].into(),
        ))
        .web_acl(WebAclArn::literal(
            "arn:aws:wafv2:us-east-1:123456789012:global/webacl/conformance/a1b2c3d4",
        ))
        .build();
    Distribution { config, tags: Tags::new().with("Name", "renamed") }
}

/// A bucket that only the distribution reads.
fn files(change: impl FnOnce(&mut DistributionConfig)) -> Architecture {
    let mut arch = arch();
    let bucket = arch.resource("bucket", Bucket::default());
    let access = arch.resource("access", OriginAccessControl::s3(ACCESS));
    let behavior = DefaultCacheBehavior::builder().target_origin_id(FILES).build();
    let mut config = DistributionConfig::builder()
        .default_cache_behavior(behavior)
        .origins([Origin::s3(FILES, &bucket, &access)])
        .build();
    change(&mut config);
    let it = arch.resource("it", Distribution::from(config));
    let read = Statement::allow(["s3:GetObject"])
        .to([Service::CloudFront])
        .on([bucket.objects("")])
        .when(Operator::STRING_EQUALS, "aws:SourceArn", [it.arn()]);
    arch.resource("policy", BucketPolicy::new(&bucket, PolicyDocument::new([read])));
    arch
}

fn logged(prefix: &str, include_cookies: bool) -> Architecture {
    let mut arch = arch();
    let logs = Bucket::builder().object_ownership(ObjectOwnership::BucketOwnerPreferred).build();
    let logs = arch.resource("logs", logs);
    let logging = Logging { include_cookies, ..Logging::to(&logs, prefix) };
    arch.resource(
        "it",
        Distribution::from(DistributionConfig { logging: Some(logging), ..dynamic() }),
    );
    arch
}

fn cache_policy() -> CachePolicy {
    let key = CacheKey::builder()
        .enable_accept_encoding_brotli(false)
        .headers(CacheHeaders::Only([HeaderName::literal("Accept-Language")].into()))
        .cookies(Cookies::only(["currency", "language"]))
        .query_strings(QueryStrings::AllExcept(["utm_source".to_owned()].into()))
        .build();
    let config = CachePolicyConfig::builder()
        .name(POLICY)
        .comment(Comment::literal("lists"))
        .min_ttl(CacheTtl::of::<1>())
        .default_ttl(CacheTtl::of::<60>())
        .max_ttl(CacheTtl::of::<3600>())
        .key(key)
        .build();
    config.into()
}

fn origin_request_policy() -> OriginRequestPolicy {
    let country = HeaderName::literal("CloudFront-Viewer-Country");
    let config = OriginRequestPolicyConfig::builder()
        .name(POLICY)
        .comment(Comment::literal("all but trackers"))
        .headers(OriginHeaders::AllViewerAnd([country].into()))
        .cookies(Cookies::All)
        .query_strings(QueryStrings::AllExcept(["utm_source".to_owned()].into()))
        .build();
    config.into()
}

fn response_headers_policy() -> ResponseHeadersPolicy {
    let hsts = StrictTransportSecurity::builder().include_subdomains(false).preload(true).build();
    let headers = SecurityHeaders::builder()
        .content_security_policy(ContentSecurityPolicy::literal("default-src 'self'"))
        .frame_options(FrameOptions::SameOrigin)
        .referrer_policy(ReferrerPolicy::NoReferrer)
        .strict_transport_security(hsts)
        .build();
    let config = ResponseHeadersPolicyConfig::builder()
        .name(POLICY)
        .comment(Comment::literal("careful"))
        .security_headers(headers)
        .custom_headers([
            CustomHeader::new(HeaderName::literal("Permissions-Policy"), "camera=()"),
            CustomHeader::new(HeaderName::literal("X-Shop"), "1"),
        ])
        .build();
    config.into()
}

/// Policies of the account's own.
fn with_policies(all: bool) -> Architecture {
    let mut arch = arch();
    let cache = arch.resource("cache", cache_policy());
    let request = arch.resource("request", origin_request_policy());
    let headers = arch.resource("headers", response_headers_policy());
    let mut config = dynamic();
    config.default_cache_behavior.cache_policy = cache;
    if all {
        config.default_cache_behavior.origin_request_policy = Some(request);
        config.default_cache_behavior.response_headers_policy = Some(headers);
    }
    arch.resource("it", Distribution::from(config));
    arch
}

/// A distribution in Europe whose certificate is in `us-east-1`.
fn certified(minimum: TlsPolicy) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::EuWest1);
    let zone = arch.resource("zone", HostedZone::new(DnsName::literal("example.com")));
    let name = DomainName::literal("www.example.com");
    let issued = arch.in_region(Region::UsEast1, |scope| {
        let certificate = scope.resource("certificate", Certificate::new(name.clone()));
        let validation = DomainValidation::new(&certificate, &name);
        let validation = scope.resource("validation", validation);
        let record = scope.resource("record", validation.record(&zone));
        let issued = scope.resource("issued", IssuedCertificate::new(&certificate));
        scope.architecture().options(&issued, |options| _ = options.depends_on(&record));
        issued
    });
    let certificate = issued.edge_certificate_arn().into();
    let config = DistributionConfig {
        aliases: [name].into(),
        viewer_certificate: ViewerCertificate::Acm { certificate, minimum },
        ..dynamic()
    };
    arch.resource("it", Distribution::from(config));
    arch
}
