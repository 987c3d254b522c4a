//! How a distribution answers what.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::{
    CachePolicy, ManagedCachePolicy, OriginId, OriginRequestPolicy, ResponseHeadersPolicy,
};
use crate::{
    reference::Ref,
    text::{is_of, text},
};

/// How a distribution answers what no other cache behaviour answers.
///
/// AWS: [Cache behavior settings](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html).
/// Not modelled: functions, signed URLs and cookies, field-level encryption, real-time logs, gRPC,
/// and what was there before there were cache policies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct DefaultCacheBehavior {
    /// `TargetOriginId`: the origin.
    pub target_origin_id: OriginId,
    /// `ViewerProtocolPolicy`: what becomes of requests without TLS. Default: they are redirected.
    #[builder(default)]
    pub viewer_protocol_policy: ViewerProtocolPolicy,
    /// `AllowedMethods`: which requests the origin gets. AWS's default: those that read.
    #[builder(default)]
    #[serde(default)]
    pub allowed_methods: AllowedMethods,
    /// `CachedMethods`: the answers to which are kept. AWS's default: those to `GET` and `HEAD`.
    #[builder(default)]
    #[serde(default)]
    pub cached_methods: CachedMethods,
    /// `Compress`: whether what viewers can decompress is compressed. Default: yes; AWS's default:
    /// no.
    #[builder(default = true)]
    #[serde(default)]
    pub compress: bool,
    /// `CachePolicyId`: for how long answers are kept. Default: [`ManagedCachePolicy::CachingOptimized`].
    #[builder(into, default = Ref::from(ManagedCachePolicy::CachingOptimized))]
    #[serde(rename = "CachePolicyId")]
    pub cache_policy: Ref<CachePolicy>,
    /// `OriginRequestPolicyId`: what else the origin gets. AWS's default: nothing.
    #[builder(into)]
    #[serde(rename = "OriginRequestPolicyId", default, skip_serializing_if = "Option::is_none")]
    pub origin_request_policy: Option<Ref<OriginRequestPolicy>>,
    /// `ResponseHeadersPolicyId`: headers that are added to answers. AWS's default: none.
    #[builder(into)]
    #[serde(rename = "ResponseHeadersPolicyId", default, skip_serializing_if = "Option::is_none")]
    pub response_headers_policy: Option<Ref<ResponseHeadersPolicy>>,
}

/// How a distribution answers what has a path of this form. The first that matches decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CacheBehavior {
    /// `PathPattern`: of a distribution each once.
    pub path_pattern: PathPattern,
    /// How it answers.
    #[serde(flatten)]
    pub behavior: DefaultCacheBehavior,
}

impl CacheBehavior {
    /// Answers so what has a path of this form.
    #[must_use]
    pub const fn new(path_pattern: PathPattern, behavior: DefaultCacheBehavior) -> Self {
        Self { path_pattern, behavior }
    }
}

text! {
    /// The form of paths: `/api/*`, where `*` is anything and `?` one character.
    PathPattern: "a path pattern",
    "1 to 255 letters, digits and ``_-.*$/~\"'@:+&?``",
    is_path_pattern
}

const fn is_path_pattern(text: &str) -> bool {
    is_of(text, 1, 255, "_-.*$/~\"'@:+&?")
}

impl PathPattern {
    /// The pattern with `/` at the beginning, which means the same.
    #[must_use]
    pub fn rooted(&self) -> String {
        format!("/{}", self.as_str().trim_start_matches('/'))
    }
}

/// What becomes of requests without TLS.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ViewerProtocolPolicy {
    /// `allow-all`: they are answered.
    AllowAll,
    /// `https-only`: they are refused.
    HttpsOnly,
    /// `redirect-to-https`: they are redirected.
    #[default]
    RedirectToHttps,
}

impl ViewerProtocolPolicy {
    /// AWS's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AllowAll => "allow-all",
            Self::HttpsOnly => "https-only",
            Self::RedirectToHttps => "redirect-to-https",
        }
    }
}

macro_rules! methods {
    ($(#[$doc:meta])* $name:ident: $($(#[$variant_doc:meta])* $variant:ident = [$($method:literal),*],)*) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(try_from = "Vec<String>", into = "Vec<String>")]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
        }

        impl $name {
            /// The methods, in the order of their names.
            #[must_use]
            pub const fn methods(self) -> &'static [&'static str] {
                match self { $(Self::$variant => &[$($method),*],)* }
            }

            /// Those with exactly these methods, in whatever order.
            #[must_use]
            pub fn of<'a>(methods: impl IntoIterator<Item = &'a str>) -> Option<Self> {
                let mut methods: Vec<&str> = methods.into_iter().collect();
                methods.sort_unstable();
                [$(Self::$variant),*].into_iter().find(|it| it.methods() == methods)
            }
        }

        impl From<$name> for Vec<String> {
            fn from(methods: $name) -> Self {
                methods.methods().iter().map(|method| (*method).to_owned()).collect()
            }
        }

        impl TryFrom<Vec<String>> for $name {
            type Error = String;

            fn try_from(methods: Vec<String>) -> Result<Self, String> {
                Self::of(methods.iter().map(String::as_str))
                    .ok_or_else(|| format!("`{}` are no set of methods of CloudFront", methods.join(", ")))
            }
        }
    };
}

methods! {
    /// Which requests an origin gets: one of the three sets that AWS has.
    AllowedMethods:
    /// All of them.
    All = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"],
    /// `GET` and `HEAD`.
    #[default]
    Read = ["GET", "HEAD"],
    /// `GET`, `HEAD` and `OPTIONS`.
    ReadAndOptions = ["GET", "HEAD", "OPTIONS"],
}

methods! {
    /// The answers to which requests are kept.
    CachedMethods:
    /// `GET` and `HEAD`.
    #[default]
    Read = ["GET", "HEAD"],
    /// `GET`, `HEAD` and `OPTIONS`.
    ReadAndOptions = ["GET", "HEAD", "OPTIONS"],
}
