//! `AWS::CloudFront::CachePolicy` over the SDK.
//!
//! <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateCachePolicy.html>.

use async_trait::async_trait;
use aws_sdk_cloudfront::{Client, types};
use aws_smithy_types::error::operation::BuildError;
use elanswer_core::{
    Handler, Place, Set,
    executor::{Deletion, ErrorKind, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::cloudfront::{
        CacheHeaders, CacheKey, CachePolicy, CachePolicyConfig, CachePolicyOutputs, Cookies,
        HeaderName, QueryStrings,
    },
};

use super::{
    SERVICE, count, failed, incomplete, number, parse, part,
    policy::{find_policy, handler},
    unreadable,
};
use crate::{
    clients::Clients,
    error::{gone_is_fine, missing, none_if_gone},
};

/// AWS's list of header names.
pub(super) fn headers(names: &Set<HeaderName>) -> Result<types::Headers, BuildError> {
    let items = names.iter().map(ToString::to_string).collect();
    types::Headers::builder().quantity(count(names.len())).set_items(Some(items)).build()
}

/// AWS's list of cookie names.
pub(super) fn cookie_names(
    names: Option<&Set<String>>,
) -> Result<Option<types::CookieNames>, BuildError> {
    let list = |names: &Set<String>| {
        let items = names.iter().cloned().collect();
        types::CookieNames::builder().quantity(count(names.len())).set_items(Some(items)).build()
    };
    names.map(list).transpose()
}

/// AWS's list of names of parameters.
pub(super) fn query_string_names(
    names: Option<&Set<String>>,
) -> Result<Option<types::QueryStringNames>, BuildError> {
    let list = |names: &Set<String>| {
        let items = names.iter().cloned().collect();
        types::QueryStringNames::builder()
            .quantity(count(names.len()))
            .set_items(Some(items))
            .build()
    };
    names.map(list).transpose()
}

/// AWS's word for which cookies count.
pub(super) const fn cookie_word(cookies: &Cookies) -> &'static str {
    match cookies {
        Cookies::All => "all",
        Cookies::AllExcept(_) => "allExcept",
        Cookies::None => "none",
        Cookies::Only(_) => "whitelist",
    }
}

/// AWS's word for which parameters count.
pub(super) const fn query_string_word(query_strings: &QueryStrings) -> &'static str {
    match query_strings {
        QueryStrings::All => "all",
        QueryStrings::AllExcept(_) => "allExcept",
        QueryStrings::None => "none",
        QueryStrings::Only(_) => "whitelist",
    }
}

/// The cookies that AWS means.
pub(super) fn cookies(word: &str, names: &[String]) -> Result<Cookies, String> {
    let names = names.iter().cloned().collect();
    match word {
        "all" => Ok(Cookies::All),
        "allExcept" => Ok(Cookies::AllExcept(names)),
        "none" => Ok(Cookies::None),
        "whitelist" => Ok(Cookies::Only(names)),
        other => Err(format!("the cookies `{other}`")),
    }
}

/// The parameters that AWS means.
pub(super) fn query_strings(word: &str, names: &[String]) -> Result<QueryStrings, String> {
    let names = names.iter().cloned().collect();
    match word {
        "all" => Ok(QueryStrings::All),
        "allExcept" => Ok(QueryStrings::AllExcept(names)),
        "none" => Ok(QueryStrings::None),
        "whitelist" => Ok(QueryStrings::Only(names)),
        other => Err(format!("the query strings `{other}`")),
    }
}

/// The names of AWS's list of headers.
pub(super) fn header_names(headers: Option<&types::Headers>) -> Result<Set<HeaderName>, String> {
    headers.map_or(&[][..], types::Headers::items).iter().map(|name| parse(name)).collect()
}

fn request(it: &CachePolicy) -> Result<types::CachePolicyConfig, BuildError> {
    let (config, key) = (&it.config, &it.config.key);
    let headers_config = types::CachePolicyHeadersConfig::builder();
    let headers_config = match &key.headers {
        CacheHeaders::None => headers_config.header_behavior("none".into()),
        CacheHeaders::Only(names) => {
            headers_config.header_behavior("whitelist".into()).headers(headers(names)?)
        }
    };
    let cookies_config = types::CachePolicyCookiesConfig::builder()
        .cookie_behavior(cookie_word(&key.cookies).into())
        .set_cookies(cookie_names(key.cookies.names())?)
        .build()?;
    let query_strings_config = types::CachePolicyQueryStringsConfig::builder()
        .query_string_behavior(query_string_word(&key.query_strings).into())
        .set_query_strings(query_string_names(key.query_strings.names())?)
        .build()?;
    let key = types::ParametersInCacheKeyAndForwardedToOrigin::builder()
        .enable_accept_encoding_gzip(key.enable_accept_encoding_gzip)
        .enable_accept_encoding_brotli(key.enable_accept_encoding_brotli)
        .headers_config(headers_config.build()?)
        .cookies_config(cookies_config)
        .query_strings_config(query_strings_config)
        .build()?;
    types::CachePolicyConfig::builder()
        .name(config.name.as_str())
        .comment(config.comment.as_str())
        .min_ttl(config.min_ttl.get().into())
        .default_ttl(config.default_ttl.get().into())
        .max_ttl(config.max_ttl.get().into())
        .parameters_in_cache_key_and_forwarded_to_origin(key)
        .build()
}

fn response(config: &types::CachePolicyConfig) -> Result<CachePolicy, String> {
    let key = part(
        config.parameters_in_cache_key_and_forwarded_to_origin(),
        "ParametersInCacheKeyAndForwardedToOrigin",
    )?;
    let of_headers = part(key.headers_config(), "HeadersConfig")?;
    let of_cookies = part(key.cookies_config(), "CookiesConfig")?;
    let of_query_strings = part(key.query_strings_config(), "QueryStringsConfig")?;
    let headers = match of_headers.header_behavior().as_str() {
        "none" => CacheHeaders::None,
        "whitelist" => CacheHeaders::Only(header_names(of_headers.headers())?),
        other => return Err(format!("the headers `{other}`")),
    };
    let names = of_cookies.cookies().map_or(&[][..], types::CookieNames::items);
    let cookies = cookies(of_cookies.cookie_behavior().as_str(), names)?;
    let names = of_query_strings.query_strings().map_or(&[][..], types::QueryStringNames::items);
    let query_strings = query_strings(of_query_strings.query_string_behavior().as_str(), names)?;
    let key = CacheKey::builder()
        .enable_accept_encoding_gzip(key.enable_accept_encoding_gzip())
        .enable_accept_encoding_brotli(key.enable_accept_encoding_brotli().unwrap_or_default())
        .headers(headers)
        .cookies(cookies)
        .query_strings(query_strings)
        .build();
    let config = CachePolicyConfig::builder()
        .name(parse(config.name())?)
        .comment(parse(config.comment().unwrap_or_default())?)
        .min_ttl(number(config.min_ttl())?)
        .default_ttl(number(config.default_ttl().unwrap_or(86_400))?)
        .max_ttl(number(config.max_ttl().unwrap_or(31_536_000))?)
        .key(key)
        .build();
    Ok(config.into())
}

find_policy! {
    find of CachePolicy: list_cache_policies "ListCachePolicies", CachePolicyType,
    cache_policy_list, cache_policy, cache_policy_config
}

handler! {
    /// Handles cache policies over the SDK.
    CachePolicyHandler of CachePolicy, CachePolicyOutputs:
    create_cache_policy "CreateCachePolicy", get_cache_policy "GetCachePolicy",
    update_cache_policy "UpdateCachePolicy", delete_cache_policy "DeleteCachePolicy",
    cache_policy "CachePolicy", cache_policy_config, request, response, find
}

#[cfg(test)]
mod tests {
    use elanswer_core::services::cloudfront::{CacheTtl, Comment, PolicyName};

    use super::*;
    use crate::services::cloudfront::replay::replay;

    fn full() -> CachePolicy {
        let key = CacheKey::builder()
            .enable_accept_encoding_brotli(false)
            .headers(CacheHeaders::Only([HeaderName::literal("Accept-Language")].into()))
            .cookies(Cookies::AllExcept(["tracker".to_owned()].into()))
            .query_strings(QueryStrings::only(["page", "sort"]))
            .build();
        let config = CachePolicyConfig::builder()
            .name(PolicyName::literal("shop"))
            .comment(Comment::literal("lists"))
            .min_ttl(CacheTtl::of::<1>())
            .key(key)
            .build();
        config.into()
    }

    #[test]
    fn what_is_sent_is_read() {
        let plain = CachePolicyConfig::builder().name(PolicyName::literal("plain")).build();
        for it in [full(), plain.into()] {
            assert_eq!(response(&request(&it).unwrap()), Ok(it));
        }
    }

    const ANSWER: &str = r#"<CachePolicy><Id>P1</Id><LastModifiedTime>2026-01-01T00:00:00Z</LastModifiedTime><CachePolicyConfig><Comment>lists</Comment><Name>shop</Name><DefaultTTL>86400</DefaultTTL><MaxTTL>31536000</MaxTTL><MinTTL>1</MinTTL><ParametersInCacheKeyAndForwardedToOrigin><EnableAcceptEncodingGzip>true</EnableAcceptEncodingGzip><EnableAcceptEncodingBrotli>false</EnableAcceptEncodingBrotli><HeadersConfig><HeaderBehavior>whitelist</HeaderBehavior><Headers><Quantity>1</Quantity><Items><Name>Accept-Language</Name></Items></Headers></HeadersConfig><CookiesConfig><CookieBehavior>allExcept</CookieBehavior><Cookies><Quantity>1</Quantity><Items><Name>tracker</Name></Items></Cookies></CookiesConfig><QueryStringsConfig><QueryStringBehavior>whitelist</QueryStringBehavior><QueryStrings><Quantity>2</Quantity><Items><Name>page</Name><Name>sort</Name></Items></QueryStrings></QueryStringsConfig></ParametersInCacheKeyAndForwardedToOrigin></CachePolicyConfig></CachePolicy>"#;

    #[tokio::test]
    async fn a_life_over_the_wire() {
        let list = format!(
            "<CachePolicyList><MaxItems>100</MaxItems><Quantity>1</Quantity><Items><CachePolicySummary><Type>custom</Type>{ANSWER}</CachePolicySummary></Items></CachePolicyList>"
        );
        replay::<CachePolicy, CachePolicyHandler>(
            &full(),
            "cache-policy",
            "CachePolicyConfig",
            ANSWER,
            &list,
            "NoSuchCachePolicy",
        )
        .await;
    }
}
