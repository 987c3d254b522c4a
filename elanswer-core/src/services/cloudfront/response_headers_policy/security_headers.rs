//! Headers that make browsers careful.

use bon::Builder;
use serde::{Deserialize, Serialize};

use crate::{
    bounded::Bounded,
    text::{characters, text},
};

/// Headers that make browsers careful. Each replaces that of the origin, unless it says otherwise.
///
/// Source: <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html>.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct SecurityHeaders {
    /// `ContentSecurityPolicy`: what a page may load, and from where.
    #[builder(into)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_security_policy: Option<Contents>,
    /// `ContentTypeOptions`: that browsers believe the type of a file (`nosniff`).
    #[builder(into)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type_options: Option<ContentTypeOptions>,
    /// `FrameOptions`: which sites may show a page in a frame of theirs.
    #[builder(into)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frame_options: Option<Frames>,
    /// `ReferrerPolicy`: how much of its address a page tells other sites.
    #[builder(into)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referrer_policy: Option<Referrers>,
    /// `StrictTransportSecurity`: that browsers come over HTTPS from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strict_transport_security: Option<StrictTransportSecurity>,
}

impl SecurityHeaders {
    /// HTTPS for two years, subdomains too; types are believed; no frames; other sites see the
    /// host of a page only. No content security policy: that depends on the pages.
    #[must_use]
    pub fn recommended() -> Self {
        Self::builder()
            .content_type_options(ContentTypeOptions { overrides: true })
            .frame_options(FrameOptions::Deny)
            .referrer_policy(ReferrerPolicy::StrictOriginWhenCrossOrigin)
            .strict_transport_security(StrictTransportSecurity::builder().build())
            .build()
    }

    /// The same, with this content security policy.
    #[must_use]
    pub fn with_content_security_policy(mut self, policy: ContentSecurityPolicy) -> Self {
        self.content_security_policy = Some(policy.into());
        self
    }

    /// The same, with these frames.
    #[must_use]
    pub fn with_frames(mut self, frames: FrameOptions) -> Self {
        self.frame_options = Some(frames.into());
        self
    }
}

/// `ContentSecurityPolicy`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Contents {
    /// `ContentSecurityPolicy`: the directives.
    pub content_security_policy: ContentSecurityPolicy,
    /// `Override`: whether it replaces that of the origin.
    #[serde(rename = "Override")]
    pub overrides: bool,
}

impl From<ContentSecurityPolicy> for Contents {
    fn from(content_security_policy: ContentSecurityPolicy) -> Self {
        Self { content_security_policy, overrides: true }
    }
}

text! {
    /// The directives of a content security policy: `default-src 'self'`.
    ContentSecurityPolicy: "a content security policy",
    "1 to 1783 characters",
    is_content_security_policy
}

const fn is_content_security_policy(text: &str) -> bool {
    !text.is_empty() && characters(text) <= 1783
}

/// `ContentTypeOptions`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContentTypeOptions {
    /// `Override`: whether it replaces that of the origin.
    #[serde(rename = "Override")]
    pub overrides: bool,
}

/// `FrameOptions`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Frames {
    /// `FrameOption`.
    pub frame_option: FrameOptions,
    /// `Override`: whether it replaces that of the origin.
    #[serde(rename = "Override")]
    pub overrides: bool,
}

impl From<FrameOptions> for Frames {
    fn from(frame_option: FrameOptions) -> Self {
        Self { frame_option, overrides: true }
    }
}

/// Which sites may show a page in a frame of theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FrameOptions {
    /// `DENY`: none.
    #[serde(rename = "DENY")]
    Deny,
    /// `SAMEORIGIN`: its own.
    #[serde(rename = "SAMEORIGIN")]
    SameOrigin,
}

impl FrameOptions {
    /// AWS's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Deny => "DENY",
            Self::SameOrigin => "SAMEORIGIN",
        }
    }
}

/// `ReferrerPolicy`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Referrers {
    /// `ReferrerPolicy`.
    pub referrer_policy: ReferrerPolicy,
    /// `Override`: whether it replaces that of the origin.
    #[serde(rename = "Override")]
    pub overrides: bool,
}

impl From<ReferrerPolicy> for Referrers {
    fn from(referrer_policy: ReferrerPolicy) -> Self {
        Self { referrer_policy, overrides: true }
    }
}

macro_rules! referrer_policies {
    ($($variant:ident $word:literal $doc:literal,)*) => {
        /// How much of its address a page tells other sites.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        pub enum ReferrerPolicy {
            $(#[doc = concat!("`", $word, "`: ", $doc, ".")] #[serde(rename = $word)] $variant,)*
        }

        impl ReferrerPolicy {
            /// Every policy.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word in the header.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
        }
    };
}

referrer_policies! {
    NoReferrer "no-referrer" "nothing",
    NoReferrerWhenDowngrade "no-referrer-when-downgrade" "everything, unless the other has no TLS",
    Origin "origin" "the host",
    OriginWhenCrossOrigin "origin-when-cross-origin" "the host; its own site gets everything",
    SameOrigin "same-origin" "nothing; its own site gets everything",
    StrictOrigin "strict-origin" "the host, unless the other has no TLS",
    StrictOriginWhenCrossOrigin "strict-origin-when-cross-origin"
        "the host, unless the other has no TLS; its own site gets everything",
    UnsafeUrl "unsafe-url" "everything",
}

/// `StrictTransportSecurity`: for how long browsers come over HTTPS only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct StrictTransportSecurity {
    /// `AccessControlMaxAgeSec`: for how many seconds. Default: two years.
    #[builder(default = MaxAge::of::<63_072_000>())]
    pub access_control_max_age_sec: MaxAge,
    /// `IncludeSubdomains`: whether for all names below too. Default: yes.
    #[builder(default = true)]
    #[serde(default)]
    pub include_subdomains: bool,
    /// `Preload`: whether browsers may know it before they first come; not undone within months.
    /// Default: no.
    #[builder(default)]
    #[serde(default)]
    pub preload: bool,
    /// `Override`: whether it replaces that of the origin. Default: yes.
    #[builder(default = true)]
    #[serde(rename = "Override")]
    pub overrides: bool,
}

/// For how many seconds a browser remembers something.
pub type MaxAge = Bounded<0, 2_147_483_647>;
