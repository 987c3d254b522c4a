//! `AWS::CloudFront::CachePolicy`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::{Comment, Cookies, HeaderName, PolicyName, QueryStrings, selection::selection};
use crate::{
    Set,
    bounded::Bounded,
    resource::{Operation, Resource},
    schema::{Kind, Schema, Scope},
};

/// How long CloudFront keeps what it fetched, and what tells one answer from another.
///
/// AWS: [`AWS::CloudFront::CachePolicy`](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/controlling-the-cache-key.html).
/// Quota: 20 in an account, beside [those of AWS](super::ManagedCachePolicy).
///
/// It has no tags that would say whose it is: one of the same name and content is taken for ours.
///
/// ```
/// use elanswer_core::services::cloudfront::{
///     CacheKey, CachePolicy, CachePolicyConfig, CacheTtl, PolicyName, QueryStrings,
/// };
///
/// let key = CacheKey::builder().query_strings(QueryStrings::only(["page"])).build();
/// let config = CachePolicyConfig::builder()
///     .name(PolicyName::literal("shop-lists"))
///     .default_ttl(CacheTtl::of::<60>())
///     .key(key)
///     .build();
/// let policy = CachePolicy::from(config);
/// assert_eq!(policy.config.fault(), None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CachePolicy {
    /// `CachePolicyConfig`.
    #[serde(rename = "CachePolicyConfig")]
    pub config: CachePolicyConfig,
}

/// What a cache policy says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct CachePolicyConfig {
    /// `Name`: unique in the account.
    pub name: PolicyName,
    /// `Comment`: what it is for. AWS's default: nothing.
    #[builder(default)]
    #[serde(default)]
    pub comment: Comment,
    /// `MinTTL`: the seconds that everything is kept at least, whatever the origin says. AWS's
    /// default: 0.
    #[builder(default = CacheTtl::of::<0>())]
    #[serde(rename = "MinTTL")]
    pub min_ttl: CacheTtl,
    /// `DefaultTTL`: the seconds that is kept of which the origin says nothing. AWS's default: a
    /// day.
    #[builder(default = CacheTtl::of::<86_400>())]
    #[serde(rename = "DefaultTTL")]
    pub default_ttl: CacheTtl,
    /// `MaxTTL`: the seconds that anything is kept at most. AWS's default: a year.
    #[builder(default = CacheTtl::of::<31_536_000>())]
    #[serde(rename = "MaxTTL")]
    pub max_ttl: CacheTtl,
    /// `ParametersInCacheKeyAndForwardedToOrigin`: what tells one answer from another. Default:
    /// host, path, and whether the viewer takes Gzip and Brotli.
    #[builder(default)]
    #[serde(rename = "ParametersInCacheKeyAndForwardedToOrigin")]
    pub key: CacheKey,
}

/// For how many seconds something is kept: at most ten years.
pub type CacheTtl = Bounded<0, 315_360_000>;

/// What, besides host and path, tells one answer from another; the origin gets it too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct CacheKey {
    /// `EnableAcceptEncodingGzip`: whether what is compressed by Gzip is kept beside what is not.
    #[builder(default = true)]
    pub enable_accept_encoding_gzip: bool,
    /// `EnableAcceptEncodingBrotli`: whether what is compressed by Brotli is.
    #[builder(default = true)]
    pub enable_accept_encoding_brotli: bool,
    /// `HeadersConfig`: which headers. At most 10.
    #[builder(default)]
    #[serde(rename = "HeadersConfig")]
    pub headers: CacheHeaders,
    /// `CookiesConfig`: which cookies. At most 10 by name.
    #[builder(default)]
    #[serde(rename = "CookiesConfig")]
    pub cookies: Cookies,
    /// `QueryStringsConfig`: which parameters of the query string. At most 10 by name.
    #[builder(default)]
    #[serde(rename = "QueryStringsConfig")]
    pub query_strings: QueryStrings,
}

impl Default for CacheKey {
    fn default() -> Self {
        Self::builder().build()
    }
}

selection! {
    /// Which headers count.
    CacheHeaders, "HeaderBehavior", "Headers" of HeaderName:
    /// `none`: none.
    #[default]
    None = "none",
    /// `whitelist`: these.
    Only(Set) = "whitelist",
}

impl CacheHeaders {
    /// The names that it lists.
    #[must_use]
    pub const fn names(&self) -> Option<&Set<HeaderName>> {
        match self {
            Self::Only(names) => Some(names),
            Self::None => None,
        }
    }
}

/// What AWS decides of a cache policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CachePolicyOutputs {
    /// `Id`: a UUID.
    pub id: String,
}

impl CachePolicyConfig {
    /// What AWS refuses of it (`InvalidArgument`), if anything.
    #[must_use]
    pub fn fault(&self) -> Option<&'static str> {
        let key = &self.key;
        if self.min_ttl > self.default_ttl || self.default_ttl > self.max_ttl {
            return Some("`MinTTL` is at most `DefaultTTL`, and that at most `MaxTTL`");
        }
        if self.max_ttl.get() > 0 {
            return None;
        }
        // With nothing kept there is nothing to tell apart.
        if key.enable_accept_encoding_gzip || key.enable_accept_encoding_brotli {
            return Some("with a `MaxTTL` of 0 neither Gzip nor Brotli is in the cache key");
        }
        let chosen = key.headers != CacheHeaders::None
            || key.cookies != Cookies::None
            || key.query_strings != QueryStrings::None;
        chosen.then_some("with a `MaxTTL` of 0 nothing is in the cache key")
    }
}

impl From<CachePolicyConfig> for CachePolicy {
    fn from(config: CachePolicyConfig) -> Self {
        Self { config }
    }
}

impl Resource for CachePolicy {
    type Outputs = CachePolicyOutputs;

    const SCHEMA: &'static Schema = &Schema {
        scope: Scope::Global,
        api: "cloudfront",
        ..Schema::new(Kind::new("AWS::CloudFront::CachePolicy"))
    };

    /// `CreateCachePolicy`; to change and to delete it takes a look at its version.
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
        let key = CacheKey::builder()
            .headers(CacheHeaders::Only([HeaderName::literal("Accept-Language")].into()))
            .cookies(Cookies::only(["session"]))
            .query_strings(QueryStrings::All)
            .build();
        let config =
            CachePolicyConfig::builder().name(PolicyName::literal("shop")).key(key).build();
        let policy = CachePolicy::from(config);
        let tree = json!({"CachePolicyConfig": {
            "Name": "shop",
            "Comment": "",
            "MinTTL": 0,
            "DefaultTTL": 86400,
            "MaxTTL": 31_536_000,
            "ParametersInCacheKeyAndForwardedToOrigin": {
                "EnableAcceptEncodingGzip": true,
                "EnableAcceptEncodingBrotli": true,
                "HeadersConfig": {"HeaderBehavior": "whitelist", "Headers": ["Accept-Language"]},
                "CookiesConfig": {"CookieBehavior": "whitelist", "Cookies": ["session"]},
                "QueryStringsConfig": {"QueryStringBehavior": "all"},
            },
        }});
        assert_eq!(serde_json::Value::Object(properties_of(&policy)), tree);
        assert_eq!(serde_json::from_value::<CachePolicy>(tree).unwrap(), policy);
    }

    #[test]
    fn what_aws_refuses_has_a_fault() {
        let named = || CachePolicyConfig::builder().name(PolicyName::literal("p"));
        assert_eq!(named().build().fault(), None);
        let nothing = CacheTtl::of::<0>();
        assert!(named().max_ttl(nothing).build().fault().unwrap().contains("at most"));
        let off = || named().max_ttl(nothing).default_ttl(nothing);
        assert!(off().build().fault().unwrap().contains("Gzip"));
        let plain = CacheKey {
            enable_accept_encoding_gzip: false,
            enable_accept_encoding_brotli: false,
            ..CacheKey::default()
        };
        assert_eq!(off().key(plain.clone()).build().fault(), None);
        let cookies = CacheKey { cookies: Cookies::All, ..plain };
        assert!(off().key(cookies).build().fault().is_some());
    }
}
