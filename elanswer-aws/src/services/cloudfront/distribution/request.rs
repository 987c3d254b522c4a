//! Distributions in AWS's form.
//!
//! An update must have every field that AWS knows of a part, so that a create has them too.

use aws_sdk_cloudfront::types;
use aws_smithy_types::error::operation::BuildError;
use elanswer_core::{
    Input,
    services::cloudfront::{
        AllowedMethods, CustomErrorResponse, CustomOrigin, DefaultCacheBehavior,
        DistributionConfig, GeoRestriction, Logging, Origin, OriginKind, ViewerCertificate,
    },
};

use crate::services::cloudfront::count;

/// All of a distribution.
pub(super) fn config(
    caller_reference: &str,
    it: &DistributionConfig,
) -> Result<types::DistributionConfig, BuildError> {
    let aliases: Vec<String> = it.aliases.iter().map(ToString::to_string).collect();
    let aliases = types::Aliases::builder()
        .quantity(count(aliases.len()))
        .set_items(Some(aliases).filter(|it| !it.is_empty()))
        .build()?;
    let origins = it.origins.iter().map(origin).collect::<Result<Vec<_>, _>>()?;
    let origins = types::Origins::builder()
        .quantity(count(origins.len()))
        .set_items(Some(origins))
        .build()?;
    let behaviors = it
        .cache_behaviors
        .iter()
        .map(|it| behavior(it.path_pattern.as_str(), &it.behavior))
        .collect::<Result<Vec<_>, _>>()?;
    let behaviors = types::CacheBehaviors::builder()
        .quantity(count(behaviors.len()))
        .set_items(Some(behaviors).filter(|it| !it.is_empty()))
        .build()?;
    let errors =
        it.custom_error_responses.iter().map(error_response).collect::<Result<Vec<_>, _>>()?;
    let errors = types::CustomErrorResponses::builder()
        .quantity(count(errors.len()))
        .set_items(Some(errors).filter(|it| !it.is_empty()))
        .build()?;
    types::DistributionConfig::builder()
        .caller_reference(caller_reference)
        .aliases(aliases)
        .default_root_object(it.default_root_object.as_ref().map_or("", |it| it.as_str()))
        .origins(origins)
        .default_cache_behavior(default_behavior(&it.default_cache_behavior)?)
        .cache_behaviors(behaviors)
        .custom_error_responses(errors)
        .comment(it.comment.as_str())
        .logging(logging(it.logging.as_ref()))
        .price_class(it.price_class.as_str().into())
        .enabled(it.enabled)
        .viewer_certificate(certificate(&it.viewer_certificate))
        .restrictions(restrictions(&it.geo_restriction)?)
        .web_acl_id(it.web_acl.as_ref().and_then(Input::known).map_or("", |it| it.as_str()))
        .http_version(it.http_version.as_str().into())
        .is_ipv6_enabled(it.ipv6_enabled)
        .build()
}

/// The next one with what elanswer does not know of the current one.
pub(super) fn keeping(
    current: &types::DistributionConfig,
    mut next: types::DistributionConfig,
) -> types::DistributionConfig {
    next.anycast_ip_list_id.clone_from(&current.anycast_ip_list_id);
    next.continuous_deployment_policy_id.clone_from(&current.continuous_deployment_policy_id);
    next.origin_groups.clone_from(&current.origin_groups);
    next.staging = current.staging;
    next
}

fn origin(it: &Origin) -> Result<types::Origin, BuildError> {
    let headers = it.custom_headers.iter().map(|header| {
        types::OriginCustomHeader::builder()
            .header_name(header.header_name.as_str())
            .header_value(&header.header_value)
            .build()
    });
    let headers = headers.collect::<Result<Vec<_>, _>>()?;
    let headers = types::CustomHeaders::builder()
        .quantity(count(headers.len()))
        .set_items(Some(headers).filter(|it| !it.is_empty()))
        .build()?;
    let origin = types::Origin::builder()
        .id(it.id.as_str())
        .domain_name(it.domain_name.known().map_or("", String::as_str))
        .origin_path(it.origin_path.as_ref().map_or("", |it| it.as_str()))
        .custom_headers(headers)
        .connection_attempts(count(it.connection_attempts.get()))
        .connection_timeout(count(it.connection_timeout.get()))
        .origin_shield(types::OriginShield::builder().enabled(false).build()?);
    match &it.kind {
        OriginKind::Custom(custom) => {
            origin.origin_access_control_id("").custom_origin_config(custom_origin(custom)?)
        }
        OriginKind::S3 { access_control } => {
            let id = access_control.as_ref().and_then(|it| it.known()).unwrap_or_default();
            let config = types::S3OriginConfig::builder().origin_access_identity("").build();
            origin.origin_access_control_id(id).s3_origin_config(config)
        }
    }
    .build()
}

fn custom_origin(it: &CustomOrigin) -> Result<types::CustomOriginConfig, BuildError> {
    let protocols: Vec<types::SslProtocol> =
        it.origin_ssl_protocols.iter().map(|it| it.as_str().into()).collect();
    let protocols = types::OriginSslProtocols::builder()
        .quantity(count(protocols.len()))
        .set_items(Some(protocols))
        .build()?;
    types::CustomOriginConfig::builder()
        .http_port(count(it.http_port.get()))
        .https_port(count(it.https_port.get()))
        .origin_protocol_policy(it.origin_protocol_policy.as_str().into())
        .origin_ssl_protocols(protocols)
        .origin_read_timeout(count(it.origin_read_timeout.get()))
        .origin_keepalive_timeout(count(it.origin_keepalive_timeout.get()))
        .build()
}

fn methods(it: &DefaultCacheBehavior) -> Result<types::AllowedMethods, BuildError> {
    let list = |methods: &[&str]| -> Vec<types::Method> {
        methods.iter().map(|method| (*method).into()).collect()
    };
    let cached = list(it.cached_methods.methods());
    let cached = types::CachedMethods::builder()
        .quantity(count(cached.len()))
        .set_items(Some(cached))
        .build()?;
    let allowed = list(AllowedMethods::methods(it.allowed_methods));
    types::AllowedMethods::builder()
        .quantity(count(allowed.len()))
        .set_items(Some(allowed))
        .cached_methods(cached)
        .build()
}

/// A cache behaviour, with or without a path pattern: two types of the SDK with the same fields.
macro_rules! behavior {
    ($builder:expr, $it:ident) => {
        $builder
            .target_origin_id($it.target_origin_id.as_str())
            .trusted_signers(types::TrustedSigners::builder().enabled(false).quantity(0).build()?)
            .trusted_key_groups(
                types::TrustedKeyGroups::builder().enabled(false).quantity(0).build()?,
            )
            .viewer_protocol_policy($it.viewer_protocol_policy.as_str().into())
            .allowed_methods(methods($it)?)
            .smooth_streaming(false)
            .compress($it.compress)
            .lambda_function_associations(
                types::LambdaFunctionAssociations::builder().quantity(0).build()?,
            )
            .function_associations(types::FunctionAssociations::builder().quantity(0).build()?)
            .field_level_encryption_id("")
            .set_cache_policy_id($it.cache_policy.known().map(str::to_owned))
            .set_origin_request_policy_id(
                $it.origin_request_policy.as_ref().and_then(|it| it.known()).map(str::to_owned),
            )
            .set_response_headers_policy_id(
                $it.response_headers_policy.as_ref().and_then(|it| it.known()).map(str::to_owned),
            )
            .build()
    };
}

fn default_behavior(it: &DefaultCacheBehavior) -> Result<types::DefaultCacheBehavior, BuildError> {
    behavior!(types::DefaultCacheBehavior::builder(), it)
}

fn behavior(pattern: &str, it: &DefaultCacheBehavior) -> Result<types::CacheBehavior, BuildError> {
    behavior!(types::CacheBehavior::builder().path_pattern(pattern), it)
}

fn error_response(it: &CustomErrorResponse) -> Result<types::CustomErrorResponse, BuildError> {
    let page = it.page.as_ref();
    types::CustomErrorResponse::builder()
        .error_code(it.error_code.get().into())
        .error_caching_min_ttl(it.error_caching_min_ttl.into())
        .response_page_path(page.map_or("", |it| it.response_page_path.as_str()))
        .response_code(page.map_or_else(String::new, |it| it.response_code.get().to_string()))
        .build()
}

fn logging(it: Option<&Logging>) -> types::LoggingConfig {
    let bucket = it.and_then(|it| it.bucket.known()).map_or("", String::as_str);
    types::LoggingConfig::builder()
        .enabled(it.is_some())
        .include_cookies(it.is_some_and(|it| it.include_cookies))
        .bucket(bucket)
        .prefix(it.map_or("", |it| it.prefix.as_str()))
        .build()
}

fn certificate(it: &ViewerCertificate) -> types::ViewerCertificate {
    let builder = types::ViewerCertificate::builder();
    match it {
        ViewerCertificate::Acm { certificate, minimum } => builder
            .cloud_front_default_certificate(false)
            .set_acm_certificate_arn(certificate.known().map(ToString::to_string))
            .ssl_support_method(types::SslSupportMethod::SniOnly)
            .minimum_protocol_version(minimum.as_str().into())
            .build(),
        ViewerCertificate::Default => builder.cloud_front_default_certificate(true).build(),
    }
}

fn restrictions(it: &GeoRestriction) -> Result<types::Restrictions, BuildError> {
    let countries: Vec<String> = it.countries().map(|it| it.as_str().to_owned()).collect();
    let restriction = types::GeoRestriction::builder()
        .restriction_type(it.as_str().into())
        .quantity(count(countries.len()))
        .set_items(Some(countries).filter(|it| !it.is_empty()))
        .build()?;
    Ok(types::Restrictions::builder().geo_restriction(restriction).build())
}
