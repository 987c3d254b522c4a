//! `AWS::CloudFront::OriginRequestPolicy` over the SDK.
//!
//! <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateOriginRequestPolicy.html>.

use async_trait::async_trait;
use aws_sdk_cloudfront::{Client, types};
use aws_smithy_types::error::operation::BuildError;
use elanswer_core::{
    Handler, Place,
    executor::{Deletion, ErrorKind, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::cloudfront::{
        OriginHeaders, OriginRequestPolicy, OriginRequestPolicyConfig, OriginRequestPolicyOutputs,
    },
};

use super::{
    SERVICE,
    cache_policy::{
        cookie_names, cookie_word, cookies, header_names, headers, query_string_names,
        query_string_word, query_strings,
    },
    failed, incomplete, parse, part,
    policy::{find_policy, handler},
    unreadable,
};
use crate::{
    clients::Clients,
    error::{gone_is_fine, missing, none_if_gone},
};

/// AWS's word for which headers the origin gets.
const fn header_word(headers: &OriginHeaders) -> &'static str {
    match headers {
        OriginHeaders::AllExcept(_) => "allExcept",
        OriginHeaders::AllViewer => "allViewer",
        OriginHeaders::AllViewerAnd(_) => "allViewerAndWhitelistCloudFront",
        OriginHeaders::None => "none",
        OriginHeaders::Only(_) => "whitelist",
    }
}

fn request(it: &OriginRequestPolicy) -> Result<types::OriginRequestPolicyConfig, BuildError> {
    let config = &it.config;
    let headers_config = types::OriginRequestPolicyHeadersConfig::builder()
        .header_behavior(header_word(&config.headers).into())
        .set_headers(config.headers.names().map(headers).transpose()?)
        .build()?;
    let cookies_config = types::OriginRequestPolicyCookiesConfig::builder()
        .cookie_behavior(cookie_word(&config.cookies).into())
        .set_cookies(cookie_names(config.cookies.names())?)
        .build()?;
    let query_strings_config = types::OriginRequestPolicyQueryStringsConfig::builder()
        .query_string_behavior(query_string_word(&config.query_strings).into())
        .set_query_strings(query_string_names(config.query_strings.names())?)
        .build()?;
    types::OriginRequestPolicyConfig::builder()
        .name(config.name.as_str())
        .comment(config.comment.as_str())
        .headers_config(headers_config)
        .cookies_config(cookies_config)
        .query_strings_config(query_strings_config)
        .build()
}

fn response(config: &types::OriginRequestPolicyConfig) -> Result<OriginRequestPolicy, String> {
    let of_headers = part(config.headers_config(), "HeadersConfig")?;
    let of_cookies = part(config.cookies_config(), "CookiesConfig")?;
    let of_query_strings = part(config.query_strings_config(), "QueryStringsConfig")?;
    let names = header_names(of_headers.headers())?;
    let headers = match of_headers.header_behavior().as_str() {
        "allExcept" => OriginHeaders::AllExcept(names),
        "allViewer" => OriginHeaders::AllViewer,
        "allViewerAndWhitelistCloudFront" => OriginHeaders::AllViewerAnd(names),
        "none" => OriginHeaders::None,
        "whitelist" => OriginHeaders::Only(names),
        other => return Err(format!("the headers `{other}`")),
    };
    let names = of_cookies.cookies().map_or(&[][..], types::CookieNames::items);
    let cookies = cookies(of_cookies.cookie_behavior().as_str(), names)?;
    let names = of_query_strings.query_strings().map_or(&[][..], types::QueryStringNames::items);
    let query_strings = query_strings(of_query_strings.query_string_behavior().as_str(), names)?;
    let config = OriginRequestPolicyConfig::builder()
        .name(parse(config.name())?)
        .comment(parse(config.comment().unwrap_or_default())?)
        .headers(headers)
        .cookies(cookies)
        .query_strings(query_strings)
        .build();
    Ok(config.into())
}

find_policy! {
    find of OriginRequestPolicy: list_origin_request_policies "ListOriginRequestPolicies",
    OriginRequestPolicyType, origin_request_policy_list, origin_request_policy,
    origin_request_policy_config
}

handler! {
    /// Handles origin request policies over the SDK.
    OriginRequestPolicyHandler of OriginRequestPolicy, OriginRequestPolicyOutputs:
    create_origin_request_policy "CreateOriginRequestPolicy",
    get_origin_request_policy "GetOriginRequestPolicy",
    update_origin_request_policy "UpdateOriginRequestPolicy",
    delete_origin_request_policy "DeleteOriginRequestPolicy",
    origin_request_policy "OriginRequestPolicy", origin_request_policy_config, request, response,
    find
}

#[cfg(test)]
mod tests {
    use elanswer_core::services::cloudfront::{Cookies, HeaderName, PolicyName, QueryStrings};

    use super::*;
    use crate::services::cloudfront::replay::replay;

    fn with(headers: OriginHeaders) -> OriginRequestPolicy {
        let config = OriginRequestPolicyConfig::builder()
            .name(PolicyName::literal("shop"))
            .headers(headers)
            .cookies(Cookies::All)
            .query_strings(QueryStrings::AllExcept(["utm_source".to_owned()].into()))
            .build();
        config.into()
    }

    #[test]
    fn what_is_sent_is_read() {
        let names = || [HeaderName::literal("CloudFront-Viewer-Country")].into();
        for headers in [
            OriginHeaders::AllExcept(names()),
            OriginHeaders::AllViewer,
            OriginHeaders::AllViewerAnd(names()),
            OriginHeaders::None,
            OriginHeaders::Only(names()),
        ] {
            let it = with(headers);
            assert_eq!(response(&request(&it).unwrap()), Ok(it));
        }
    }

    const ANSWER: &str = r#"<OriginRequestPolicy><Id>P1</Id><LastModifiedTime>2026-01-01T00:00:00Z</LastModifiedTime><OriginRequestPolicyConfig><Comment></Comment><Name>shop</Name><HeadersConfig><HeaderBehavior>allViewer</HeaderBehavior></HeadersConfig><CookiesConfig><CookieBehavior>all</CookieBehavior></CookiesConfig><QueryStringsConfig><QueryStringBehavior>allExcept</QueryStringBehavior><QueryStrings><Quantity>1</Quantity><Items><Name>utm_source</Name></Items></QueryStrings></QueryStringsConfig></OriginRequestPolicyConfig></OriginRequestPolicy>"#;

    #[tokio::test]
    async fn a_life_over_the_wire() {
        let list = format!(
            "<OriginRequestPolicyList><MaxItems>100</MaxItems><Quantity>1</Quantity><Items><OriginRequestPolicySummary><Type>custom</Type>{ANSWER}</OriginRequestPolicySummary></Items></OriginRequestPolicyList>"
        );
        replay::<OriginRequestPolicy, OriginRequestPolicyHandler>(
            &with(OriginHeaders::AllViewer),
            "origin-request-policy",
            "OriginRequestPolicyConfig",
            ANSWER,
            &list,
            "NoSuchOriginRequestPolicy",
        )
        .await;
    }
}
