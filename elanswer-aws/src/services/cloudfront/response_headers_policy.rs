//! `AWS::CloudFront::ResponseHeadersPolicy` over the SDK.
//!
//! <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateResponseHeadersPolicy.html>.

use async_trait::async_trait;
use aws_sdk_cloudfront::{Client, types};
use aws_smithy_types::error::operation::BuildError;
use elanswer_core::{
    Handler, Place,
    executor::{Deletion, ErrorKind, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::cloudfront::{
        ContentTypeOptions, Contents, CustomHeader, FrameOptions, Frames, ReferrerPolicy,
        Referrers, ResponseHeadersPolicy, ResponseHeadersPolicyConfig,
        ResponseHeadersPolicyOutputs, SecurityHeaders, StrictTransportSecurity,
    },
};

use super::{
    SERVICE, count, failed, incomplete, number, parse,
    policy::{find_policy, handler},
    unreadable,
};
use crate::{
    clients::Clients,
    error::{gone_is_fine, missing, none_if_gone},
};

fn request(it: &ResponseHeadersPolicy) -> Result<types::ResponseHeadersPolicyConfig, BuildError> {
    let config = &it.config;
    let headers = config.custom_headers.iter().map(|header| {
        types::ResponseHeadersPolicyCustomHeader::builder()
            .header(header.header.as_str())
            .value(&header.value)
            .r#override(header.overrides)
            .build()
    });
    let headers = headers.collect::<Result<Vec<_>, _>>()?;
    let custom = types::ResponseHeadersPolicyCustomHeadersConfig::builder()
        .quantity(count(headers.len()))
        .set_items(Some(headers))
        .build()?;
    let security = &config.security_headers;
    let security = (*security != SecurityHeaders::default()).then(|| security_request(security));
    types::ResponseHeadersPolicyConfig::builder()
        .name(config.name.as_str())
        .comment(config.comment.as_str())
        .set_security_headers_config(security.transpose()?)
        .set_custom_headers_config(Some(custom).filter(|it| it.quantity() > 0))
        .build()
}

fn security_request(
    it: &SecurityHeaders,
) -> Result<types::ResponseHeadersPolicySecurityHeadersConfig, BuildError> {
    let contents = it.content_security_policy.as_ref().map(|it| {
        types::ResponseHeadersPolicyContentSecurityPolicy::builder()
            .content_security_policy(it.content_security_policy.as_str())
            .r#override(it.overrides)
            .build()
    });
    let types_options = it.content_type_options.as_ref().map(|it| {
        types::ResponseHeadersPolicyContentTypeOptions::builder().r#override(it.overrides).build()
    });
    let frames = it.frame_options.as_ref().map(|it| {
        types::ResponseHeadersPolicyFrameOptions::builder()
            .frame_option(it.frame_option.as_str().into())
            .r#override(it.overrides)
            .build()
    });
    let referrers = it.referrer_policy.as_ref().map(|it| {
        types::ResponseHeadersPolicyReferrerPolicy::builder()
            .referrer_policy(it.referrer_policy.as_str().into())
            .r#override(it.overrides)
            .build()
    });
    let hsts = it.strict_transport_security.as_ref().map(|it| {
        types::ResponseHeadersPolicyStrictTransportSecurity::builder()
            .access_control_max_age_sec(count(it.access_control_max_age_sec.get()))
            .include_subdomains(it.include_subdomains)
            .preload(it.preload)
            .r#override(it.overrides)
            .build()
    });
    Ok(types::ResponseHeadersPolicySecurityHeadersConfig::builder()
        .set_content_security_policy(contents.transpose()?)
        .set_content_type_options(types_options.transpose()?)
        .set_frame_options(frames.transpose()?)
        .set_referrer_policy(referrers.transpose()?)
        .set_strict_transport_security(hsts.transpose()?)
        .build())
}

fn response(config: &types::ResponseHeadersPolicyConfig) -> Result<ResponseHeadersPolicy, String> {
    let custom = config.custom_headers_config();
    let custom = custom.map_or(&[][..], types::ResponseHeadersPolicyCustomHeadersConfig::items);
    let custom = custom.iter().map(|it| {
        let header = parse(it.header())?;
        Ok(CustomHeader { header, value: it.value().to_owned(), overrides: it.r#override() })
    });
    let security = config.security_headers_config().map(security_response).transpose()?;
    let policy = ResponseHeadersPolicyConfig::builder()
        .name(parse(config.name())?)
        .comment(parse(config.comment().unwrap_or_default())?)
        .security_headers(security.unwrap_or_default())
        .custom_headers(custom.collect::<Result<Vec<_>, String>>()?)
        .build();
    Ok(policy.into())
}

fn security_response(
    it: &types::ResponseHeadersPolicySecurityHeadersConfig,
) -> Result<SecurityHeaders, String> {
    let contents = it.content_security_policy().map(|it| {
        let content_security_policy = parse(it.content_security_policy())?;
        Ok::<_, String>(Contents { content_security_policy, overrides: it.r#override() })
    });
    let frames = it.frame_options().map(|it| {
        let frame_option = match it.frame_option().as_str() {
            "DENY" => FrameOptions::Deny,
            "SAMEORIGIN" => FrameOptions::SameOrigin,
            other => return Err(format!("the frames `{other}`")),
        };
        Ok(Frames { frame_option, overrides: it.r#override() })
    });
    let referrers = it.referrer_policy().map(|it| {
        let word = it.referrer_policy().as_str();
        let known = ReferrerPolicy::ALL.iter().copied().find(|it| it.as_str() == word);
        let referrer_policy = known.ok_or_else(|| format!("the referrer policy `{word}`"))?;
        Ok::<_, String>(Referrers { referrer_policy, overrides: it.r#override() })
    });
    let hsts = it.strict_transport_security().map(|it| {
        Ok::<_, String>(
            StrictTransportSecurity::builder()
                .access_control_max_age_sec(number(it.access_control_max_age_sec())?)
                .include_subdomains(it.include_subdomains().unwrap_or_default())
                .preload(it.preload().unwrap_or_default())
                .overrides(it.r#override())
                .build(),
        )
    });
    Ok(SecurityHeaders {
        content_security_policy: contents.transpose()?,
        content_type_options: it
            .content_type_options()
            .map(|it| ContentTypeOptions { overrides: it.r#override() }),
        frame_options: frames.transpose()?,
        referrer_policy: referrers.transpose()?,
        strict_transport_security: hsts.transpose()?,
    })
}

find_policy! {
    find of ResponseHeadersPolicy: list_response_headers_policies "ListResponseHeadersPolicies",
    ResponseHeadersPolicyType, response_headers_policy_list, response_headers_policy,
    response_headers_policy_config
}

handler! {
    /// Handles response headers policies over the SDK.
    ResponseHeadersPolicyHandler of ResponseHeadersPolicy, ResponseHeadersPolicyOutputs:
    create_response_headers_policy "CreateResponseHeadersPolicy",
    get_response_headers_policy "GetResponseHeadersPolicy",
    update_response_headers_policy "UpdateResponseHeadersPolicy",
    delete_response_headers_policy "DeleteResponseHeadersPolicy",
    response_headers_policy "ResponseHeadersPolicy", response_headers_policy_config, request,
    response, find
}

#[cfg(test)]
mod tests {
    use elanswer_core::services::cloudfront::{ContentSecurityPolicy, HeaderName, PolicyName};

    use super::*;
    use crate::services::cloudfront::replay::replay;

    fn full() -> ResponseHeadersPolicy {
        let headers = SecurityHeaders::recommended()
            .with_content_security_policy(ContentSecurityPolicy::literal("default-src 'self'"));
        let config = ResponseHeadersPolicyConfig::builder()
            .name(PolicyName::literal("shop"))
            .security_headers(headers)
            .custom_headers([CustomHeader::new(HeaderName::literal("X-Shop"), "1")])
            .build();
        config.into()
    }

    #[test]
    fn what_is_sent_is_read() {
        let plain = ResponseHeadersPolicyConfig::builder().name(PolicyName::literal("plain"));
        for it in [full(), plain.build().into()] {
            assert_eq!(response(&request(&it).unwrap()), Ok(it));
        }
    }

    const ANSWER: &str = r#"<ResponseHeadersPolicy><Id>P1</Id><LastModifiedTime>2026-01-01T00:00:00Z</LastModifiedTime><ResponseHeadersPolicyConfig><Comment></Comment><Name>shop</Name><SecurityHeadersConfig><FrameOptions><Override>true</Override><FrameOption>DENY</FrameOption></FrameOptions><ReferrerPolicy><Override>true</Override><ReferrerPolicy>strict-origin-when-cross-origin</ReferrerPolicy></ReferrerPolicy><ContentSecurityPolicy><Override>true</Override><ContentSecurityPolicy>default-src 'self'</ContentSecurityPolicy></ContentSecurityPolicy><ContentTypeOptions><Override>true</Override></ContentTypeOptions><StrictTransportSecurity><Override>true</Override><IncludeSubdomains>true</IncludeSubdomains><Preload>false</Preload><AccessControlMaxAgeSec>63072000</AccessControlMaxAgeSec></StrictTransportSecurity></SecurityHeadersConfig><CustomHeadersConfig><Quantity>1</Quantity><Items><ResponseHeadersPolicyCustomHeader><Header>X-Shop</Header><Value>1</Value><Override>true</Override></ResponseHeadersPolicyCustomHeader></Items></CustomHeadersConfig></ResponseHeadersPolicyConfig></ResponseHeadersPolicy>"#;

    #[tokio::test]
    async fn a_life_over_the_wire() {
        let list = format!(
            "<ResponseHeadersPolicyList><MaxItems>100</MaxItems><Quantity>1</Quantity><Items><ResponseHeadersPolicySummary><Type>custom</Type>{ANSWER}</ResponseHeadersPolicySummary></Items></ResponseHeadersPolicyList>"
        );
        replay::<ResponseHeadersPolicy, ResponseHeadersPolicyHandler>(
            &full(),
            "response-headers-policy",
            "ResponseHeadersPolicyConfig",
            ANSWER,
            &list,
            "NoSuchResponseHeadersPolicy",
        )
        .await;
    }
}
