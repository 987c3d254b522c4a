//! `AWS::CloudFront::ResponseHeadersPolicy`.

use bon::Builder;
use serde::{Deserialize, Serialize};

pub use security_headers::{
    ContentSecurityPolicy, ContentTypeOptions, Contents, FrameOptions, Frames, MaxAge,
    ReferrerPolicy, Referrers, SecurityHeaders, StrictTransportSecurity,
};

use super::{Comment, HeaderName, PolicyName};
use crate::{
    Set,
    resource::{Operation, Resource},
    schema::{Kind, Schema, Scope},
};

mod security_headers;

/// Headers that CloudFront adds to what it answers.
///
/// AWS: [`AWS::CloudFront::ResponseHeadersPolicy`](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/modifying-response-headers.html).
/// Not modelled: CORS, `Server-Timing`, headers that are removed, `X-XSS-Protection`, which browsers
/// have given up. Quota: 20 in an account, beside
/// [those of AWS](super::ManagedResponseHeadersPolicy).
///
/// It has no tags that would say whose it is: one of the same name and content is taken for ours.
///
/// ```
/// use elanswer_core::services::cloudfront::{
///     ContentSecurityPolicy, PolicyName, ResponseHeadersPolicy, SecurityHeaders,
/// };
///
/// let headers = SecurityHeaders::recommended()
///     .with_content_security_policy(ContentSecurityPolicy::literal("default-src 'self'"));
/// let policy = ResponseHeadersPolicy::secure(PolicyName::literal("shop"), headers);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ResponseHeadersPolicy {
    /// `ResponseHeadersPolicyConfig`.
    #[serde(rename = "ResponseHeadersPolicyConfig")]
    pub config: ResponseHeadersPolicyConfig,
}

/// What a response headers policy says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct ResponseHeadersPolicyConfig {
    /// `Name`: unique in the account.
    pub name: PolicyName,
    /// `Comment`: what it is for. AWS's default: nothing.
    #[builder(default)]
    #[serde(default)]
    pub comment: Comment,
    /// `SecurityHeadersConfig`: headers that make browsers careful. AWS's default: none.
    #[builder(default)]
    #[serde(rename = "SecurityHeadersConfig", default)]
    pub security_headers: SecurityHeaders,
    /// `CustomHeadersConfig`: any others. At most 10. AWS's default: none.
    #[builder(default, with = FromIterator::from_iter)]
    #[serde(
        rename = "CustomHeadersConfig",
        default,
        with = "items",
        skip_serializing_if = "Set::is_empty"
    )]
    pub custom_headers: Set<CustomHeader>,
}

/// A header that CloudFront adds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CustomHeader {
    /// `Header`: its name.
    pub header: HeaderName,
    /// `Value`: its value.
    pub value: String,
    /// `Override`: whether it replaces that of the origin.
    #[serde(rename = "Override")]
    pub overrides: bool,
}

impl CustomHeader {
    /// A header in place of that of the origin.
    pub fn new(header: HeaderName, value: impl Into<String>) -> Self {
        Self { header, value: value.into(), overrides: true }
    }
}

/// What AWS decides of a response headers policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ResponseHeadersPolicyOutputs {
    /// `Id`: a UUID.
    pub id: String,
}

impl ResponseHeadersPolicy {
    /// One with these security headers and no others.
    #[must_use]
    pub fn secure(name: PolicyName, headers: SecurityHeaders) -> Self {
        ResponseHeadersPolicyConfig::builder().name(name).security_headers(headers).build().into()
    }
}

impl From<ResponseHeadersPolicyConfig> for ResponseHeadersPolicy {
    fn from(config: ResponseHeadersPolicyConfig) -> Self {
        Self { config }
    }
}

impl Resource for ResponseHeadersPolicy {
    type Outputs = ResponseHeadersPolicyOutputs;

    const SCHEMA: &'static Schema = &Schema {
        scope: Scope::Global,
        api: "cloudfront",
        ..Schema::new(Kind::new("AWS::CloudFront::ResponseHeadersPolicy"))
    };

    /// `CreateResponseHeadersPolicy`; to change and to delete it takes a look at its version.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Create(_) => 1,
            Operation::Update(..) | Operation::Delete(_) => 2,
        }
    }
}

/// CloudFormation's `Items`.
mod items {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::CustomHeader;
    use crate::Set;

    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Items {
        items: Set<CustomHeader>,
    }

    pub(super) fn serialize<S: Serializer>(
        headers: &Set<CustomHeader>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        Items { items: headers.clone() }.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Set<CustomHeader>, D::Error> {
        Items::deserialize(deserializer).map(|it| it.items)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::resource::properties_of;

    #[test]
    fn has_the_shape_of_cloudformation() {
        let config =
            ResponseHeadersPolicyConfig::builder()
                .name(PolicyName::literal("shop"))
                .security_headers(SecurityHeaders::recommended().with_content_security_policy(
                    ContentSecurityPolicy::literal("default-src 'self'"),
                ))
                .custom_headers([CustomHeader::new(HeaderName::literal("X-Shop"), "1")])
                .build();
        let policy = ResponseHeadersPolicy::from(config);
        let tree = json!({"ResponseHeadersPolicyConfig": {
            "Name": "shop",
            "Comment": "",
            "SecurityHeadersConfig": {
                "ContentSecurityPolicy": {
                    "ContentSecurityPolicy": "default-src 'self'",
                    "Override": true,
                },
                "ContentTypeOptions": {"Override": true},
                "FrameOptions": {"FrameOption": "DENY", "Override": true},
                "ReferrerPolicy": {
                    "ReferrerPolicy": "strict-origin-when-cross-origin",
                    "Override": true,
                },
                "StrictTransportSecurity": {
                    "AccessControlMaxAgeSec": 63_072_000,
                    "IncludeSubdomains": true,
                    "Preload": false,
                    "Override": true,
                },
            },
            "CustomHeadersConfig": {
                "Items": [{"Header": "X-Shop", "Value": "1", "Override": true}],
            },
        }});
        assert_eq!(serde_json::Value::Object(properties_of(&policy)), tree);
        assert_eq!(serde_json::from_value::<ResponseHeadersPolicy>(tree).unwrap(), policy);
    }
}
