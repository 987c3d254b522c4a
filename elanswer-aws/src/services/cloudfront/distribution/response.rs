//! What AWS says of distributions.

use aws_sdk_cloudfront::types;
use elanswer_core::{
    Input, Ref,
    services::cloudfront::{
        AllowedMethods, CacheBehavior, CachedMethods, CustomErrorResponse, CustomOrigin,
        DefaultCacheBehavior, DistributionConfig, ErrorCode, ErrorPage, GeoRestriction,
        HttpVersion, Logging, Origin, OriginHeader, OriginKind, OriginProtocolPolicy, OriginTls,
        PriceClass, ResponseCode, TlsPolicy, ViewerCertificate, ViewerProtocolPolicy,
    },
};

use crate::services::cloudfront::{number, parse, part};

/// A text that is not empty, which is AWS's word for none.
fn some(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}

/// The word of AWS among those that are modelled.
fn word<T: Copy>(all: &[T], name: fn(T) -> &'static str, text: &str) -> Result<T, String> {
    all.iter().copied().find(|it| name(*it) == text).ok_or_else(|| format!("the word `{text}`"))
}

/// A cache behaviour, with or without a path pattern: two types of the SDK with the same fields.
macro_rules! behavior {
    ($it:expr) => {{
        let it = $it;
        let allowed = it.allowed_methods().map_or(&[][..], types::AllowedMethods::items);
        let cached = it.allowed_methods().and_then(types::AllowedMethods::cached_methods);
        let cached = cached.map_or(&[][..], types::CachedMethods::items);
        let id = |id: Option<&str>| some(id).map(str::to_owned);
        DefaultCacheBehavior {
            target_origin_id: parse(it.target_origin_id())?,
            viewer_protocol_policy: match it.viewer_protocol_policy().as_str() {
                "allow-all" => ViewerProtocolPolicy::AllowAll,
                "https-only" => ViewerProtocolPolicy::HttpsOnly,
                "redirect-to-https" => ViewerProtocolPolicy::RedirectToHttps,
                other => return Err(format!("the viewer protocol policy `{other}`")),
            },
            allowed_methods: AllowedMethods::of(allowed.iter().map(types::Method::as_str))
                .ok_or("methods that are not one of the sets of CloudFront")?,
            cached_methods: CachedMethods::of(cached.iter().map(types::Method::as_str))
                .ok_or("methods that are not one of the sets of CloudFront")?,
            compress: it.compress().unwrap_or_default(),
            cache_policy: Ref::existing(
                id(it.cache_policy_id()).ok_or("a cache behaviour without a cache policy")?,
            ),
            origin_request_policy: id(it.origin_request_policy_id()).map(Ref::existing),
            response_headers_policy: id(it.response_headers_policy_id()).map(Ref::existing),
        }
    }};
}

/// All of a distribution.
pub(super) fn config(it: &types::DistributionConfig) -> Result<DistributionConfig, String> {
    let aliases = it.aliases().map_or(&[][..], types::Aliases::items);
    let origins = it.origins().map_or(&[][..], types::Origins::items);
    let behaviors = it.cache_behaviors().map_or(&[][..], types::CacheBehaviors::items);
    let errors = it.custom_error_responses().map_or(&[][..], types::CustomErrorResponses::items);
    let behaviors = behaviors
        .iter()
        .map(|it| Ok::<_, String>(CacheBehavior::new(parse(it.path_pattern())?, behavior!(it))));
    let default = part(it.default_cache_behavior(), "DefaultCacheBehavior")?;
    Ok(DistributionConfig {
        aliases: aliases.iter().map(|it| parse(it)).collect::<Result<_, _>>()?,
        default_cache_behavior: behavior!(default),
        cache_behaviors: behaviors.collect::<Result<_, _>>()?,
        origins: origins.iter().map(origin).collect::<Result<_, _>>()?,
        comment: parse(it.comment())?,
        custom_error_responses: errors.iter().map(error_response).collect::<Result<_, _>>()?,
        default_root_object: some(it.default_root_object()).map(parse).transpose()?,
        enabled: it.enabled(),
        http_version: match it.http_version() {
            Some(version) => {
                // AWS answers in another case than it is asked.
                let version = version.as_str().to_ascii_lowercase();
                word(HttpVersion::ALL, HttpVersion::as_str, &version)?
            }
            None => HttpVersion::default(),
        },
        ipv6_enabled: it.is_ipv6_enabled().unwrap_or_default(),
        logging: it.logging().filter(|it| it.enabled()).map(|it| Logging {
            bucket: Input::Literal(it.bucket().to_owned()),
            include_cookies: it.include_cookies(),
            prefix: it.prefix().to_owned(),
        }),
        price_class: match it.price_class() {
            Some(class) => word(PriceClass::ALL, PriceClass::as_str, class.as_str())?,
            None => PriceClass::default(),
        },
        geo_restriction: match it.restrictions().and_then(|it| it.geo_restriction()) {
            Some(it) => restriction(it)?,
            None => GeoRestriction::None,
        },
        viewer_certificate: match it.viewer_certificate() {
            Some(it) => certificate(it)?,
            None => ViewerCertificate::Default,
        },
        web_acl: some(it.web_acl_id()).map(parse).transpose()?.map(Input::Literal),
    })
}

fn origin(it: &types::Origin) -> Result<Origin, String> {
    let kind = match (it.s3_origin_config(), it.custom_origin_config()) {
        (Some(s3), None) => {
            if !s3.origin_access_identity().is_empty() {
                return Err("an origin access identity".to_owned());
            }
            let id = some(it.origin_access_control_id());
            OriginKind::S3 { access_control: id.map(Ref::existing) }
        }
        (None, Some(custom)) => OriginKind::Custom(custom_origin(custom)?),
        _ => return Err("an origin that is neither a bucket nor a server".to_owned()),
    };
    let headers = it.custom_headers().map_or(&[][..], types::CustomHeaders::items);
    let headers = headers.iter().map(|it| {
        let header_name = parse(it.header_name())?;
        Ok::<_, String>(OriginHeader { header_name, header_value: it.header_value().to_owned() })
    });
    Ok(Origin {
        id: parse(it.id())?,
        domain_name: Input::Literal(it.domain_name().to_owned()),
        kind,
        origin_path: some(it.origin_path()).map(parse).transpose()?,
        custom_headers: headers.collect::<Result<_, _>>()?,
        connection_attempts: number(it.connection_attempts().unwrap_or(3))?,
        connection_timeout: number(it.connection_timeout().unwrap_or(10))?,
    })
}

fn custom_origin(it: &types::CustomOriginConfig) -> Result<CustomOrigin, String> {
    let protocols = it.origin_ssl_protocols().map_or(&[][..], types::OriginSslProtocols::items);
    Ok(CustomOrigin {
        http_port: number(it.http_port())?,
        https_port: number(it.https_port())?,
        origin_protocol_policy: match it.origin_protocol_policy().as_str() {
            "http-only" => OriginProtocolPolicy::HttpOnly,
            "https-only" => OriginProtocolPolicy::HttpsOnly,
            "match-viewer" => OriginProtocolPolicy::MatchViewer,
            other => return Err(format!("the origin protocol policy `{other}`")),
        },
        origin_ssl_protocols: protocols
            .iter()
            .map(|it| word(OriginTls::ALL, OriginTls::as_str, it.as_str()))
            .collect::<Result<_, _>>()?,
        origin_read_timeout: number(it.origin_read_timeout().unwrap_or(30))?,
        origin_keepalive_timeout: number(it.origin_keepalive_timeout().unwrap_or(5))?,
    })
}

fn error_response(it: &types::CustomErrorResponse) -> Result<CustomErrorResponse, String> {
    let code = |code: i32| u16::try_from(code).map_err(|error| error.to_string());
    let page = match (some(it.response_page_path()), some(it.response_code())) {
        (Some(path), Some(status)) => {
            let status = code(status.parse().map_err(|_| format!("the status `{status}`"))?)?;
            let response_code = ResponseCode::try_from(status)?;
            Some(ErrorPage { response_page_path: parse(path)?, response_code })
        }
        _ => None,
    };
    Ok(CustomErrorResponse {
        error_code: ErrorCode::try_from(code(it.error_code())?)?,
        error_caching_min_ttl: number(it.error_caching_min_ttl().unwrap_or(10))?,
        page,
    })
}

fn restriction(it: &types::GeoRestriction) -> Result<GeoRestriction, String> {
    let countries = it.items().iter().map(|it| parse(it)).collect::<Result<_, _>>()?;
    let kind = it.restriction_type().as_str();
    GeoRestriction::named(kind, countries).ok_or_else(|| format!("the restriction `{kind}`"))
}

fn certificate(it: &types::ViewerCertificate) -> Result<ViewerCertificate, String> {
    if some(it.iam_certificate_id()).is_some() {
        return Err("a certificate of IAM".to_owned());
    }
    let Some(arn) = some(it.acm_certificate_arn()) else { return Ok(ViewerCertificate::Default) };
    match it.ssl_support_method() {
        Some(types::SslSupportMethod::SniOnly) | None => {}
        Some(other) => return Err(format!("viewers without SNI: `{other}`")),
    }
    let minimum = match it.minimum_protocol_version() {
        Some(version) => word(TlsPolicy::ALL, TlsPolicy::as_str, version.as_str())?,
        None => TlsPolicy::Tls10,
    };
    Ok(ViewerCertificate::Acm { certificate: Input::Literal(parse(arn)?), minimum })
}
