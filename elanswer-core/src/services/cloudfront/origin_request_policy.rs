//! `AWS::CloudFront::OriginRequestPolicy`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::{Comment, Cookies, HeaderName, PolicyName, QueryStrings, selection::selection};
use crate::{
    Set,
    resource::{Operation, Resource},
    schema::{Kind, Schema, Scope},
};

/// What of a viewer's request the origin gets, besides what is in the cache key.
///
/// AWS: [`AWS::CloudFront::OriginRequestPolicy`](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/controlling-origin-requests.html).
/// Quota: 20 in an account, beside [those of AWS](super::ManagedOriginRequestPolicy).
///
/// It has no tags that would say whose it is: one of the same name and content is taken for ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct OriginRequestPolicy {
    /// `OriginRequestPolicyConfig`.
    #[serde(rename = "OriginRequestPolicyConfig")]
    pub config: OriginRequestPolicyConfig,
}

/// What an origin request policy says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct OriginRequestPolicyConfig {
    /// `Name`: unique in the account.
    pub name: PolicyName,
    /// `Comment`: what it is for. AWS's default: nothing.
    #[builder(default)]
    #[serde(default)]
    pub comment: Comment,
    /// `HeadersConfig`: which headers. At most 10 by name. Default: none.
    #[builder(default)]
    #[serde(rename = "HeadersConfig")]
    pub headers: OriginHeaders,
    /// `CookiesConfig`: which cookies. At most 10 by name. Default: none.
    #[builder(default)]
    #[serde(rename = "CookiesConfig")]
    pub cookies: Cookies,
    /// `QueryStringsConfig`: which parameters of the query string. At most 10 by name. Default:
    /// none.
    #[builder(default)]
    #[serde(rename = "QueryStringsConfig")]
    pub query_strings: QueryStrings,
}

selection! {
    /// Which headers the origin gets.
    OriginHeaders, "HeaderBehavior", "Headers" of HeaderName:
    /// `allExcept`: every one of the viewer but these.
    AllExcept(Set) = "allExcept",
    /// `allViewer`: every one of the viewer.
    AllViewer = "allViewer",
    /// `allViewerAndWhitelistCloudFront`: every one of the viewer, and these of CloudFront.
    AllViewerAnd(Set) = "allViewerAndWhitelistCloudFront",
    /// `none`: none.
    #[default]
    None = "none",
    /// `whitelist`: these.
    Only(Set) = "whitelist",
}

impl OriginHeaders {
    /// The names that it lists.
    #[must_use]
    pub const fn names(&self) -> Option<&Set<HeaderName>> {
        match self {
            Self::AllExcept(names) | Self::AllViewerAnd(names) | Self::Only(names) => Some(names),
            Self::AllViewer | Self::None => None,
        }
    }
}

/// What AWS decides of an origin request policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct OriginRequestPolicyOutputs {
    /// `Id`: a UUID.
    pub id: String,
}

impl OriginRequestPolicyConfig {
    /// What AWS refuses of it (`InvalidArgument`), if anything.
    #[must_use]
    pub fn fault(&self) -> Option<&'static str> {
        let OriginHeaders::Only(names) = &self.headers else { return None };
        names
            .iter()
            .any(|name| name.as_str().eq_ignore_ascii_case("authorization"))
            .then_some("`Authorization` goes to the origin by a cache policy, or with every header")
    }
}

impl From<OriginRequestPolicyConfig> for OriginRequestPolicy {
    fn from(config: OriginRequestPolicyConfig) -> Self {
        Self { config }
    }
}

impl Resource for OriginRequestPolicy {
    type Outputs = OriginRequestPolicyOutputs;

    const SCHEMA: &'static Schema = &Schema {
        scope: Scope::Global,
        api: "cloudfront",
        ..Schema::new(Kind::new("AWS::CloudFront::OriginRequestPolicy"))
    };

    /// `CreateOriginRequestPolicy`; to change and to delete it takes a look at its version.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Create(_) => 1,
            Operation::Update(..) | Operation::Delete(_) => 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::resource::properties_of;

    #[test]
    fn has_the_shape_of_cloudformation() {
        let country = HeaderName::literal("CloudFront-Viewer-Country");
        let config = OriginRequestPolicyConfig::builder()
            .name(PolicyName::literal("shop"))
            .headers(OriginHeaders::AllViewerAnd([country].into()))
            .cookies(Cookies::All)
            .build();
        let policy = OriginRequestPolicy::from(config);
        let tree = json!({"OriginRequestPolicyConfig": {
            "Name": "shop",
            "Comment": "",
            "HeadersConfig": {
                "HeaderBehavior": "allViewerAndWhitelistCloudFront",
                "Headers": ["CloudFront-Viewer-Country"],
            },
            "CookiesConfig": {"CookieBehavior": "all"},
            "QueryStringsConfig": {"QueryStringBehavior": "none"},
        }});
        assert_eq!(serde_json::Value::Object(properties_of(&policy)), tree);
        assert_eq!(serde_json::from_value::<OriginRequestPolicy>(tree).unwrap(), policy);
    }

    #[test]
    fn the_authorization_of_a_viewer_goes_another_way() {
        let headers = OriginHeaders::Only([HeaderName::literal("authorization")].into());
        let name = PolicyName::literal("p");
        let config = OriginRequestPolicyConfig::builder().name(name).headers(headers).build();
        assert!(config.fault().is_some());
    }
}
