//! `AWS::CloudFront::Distribution`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::{
    CacheBehavior, Comment, CustomErrorResponse, DefaultCacheBehavior, GeoRestriction, Origin,
    ViewerCertificate,
};
use crate::{
    Set,
    reference::{Input, Output, Ref},
    resource::{Operation, Resource},
    schema::{Kind, Schema, Scope, Timing},
    services::{acm::DomainName, s3::Bucket, wafv2::WebAclArn},
    tags::Tags,
    text::{is_of, text},
};

/// What answers viewers near them, and fetches from origins what it does not have.
///
/// AWS: [`AWS::CloudFront::Distribution`](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-working-with.html).
/// Not modelled: origin groups, staging and continuous deployment, distributions of many tenants,
/// anycast addresses, certificates of viewers. Quota: 200 in an account unless raised.
///
/// A change reaches all edge locations within minutes; it is ready then. Before AWS deletes one it
/// must be disabled, and known to be so everywhere: a destroy does that, and waits.
///
/// ```
/// use elanswer_core::{
///     Architecture, Region,
///     services::{
///         cloudfront::{
///             DefaultCacheBehavior, Distribution, DistributionConfig, Origin, OriginAccessControl,
///             OriginAccessControlName, OriginId,
///         },
///         s3::Bucket,
///     },
/// };
///
/// let mut arch = Architecture::new("shop", Region::EuWest1);
/// let bucket = arch.resource("bucket", Bucket::default());
/// let access = OriginAccessControl::s3(OriginAccessControlName::literal("shop"));
/// let access = arch.resource("access", access);
/// let files = OriginId::literal("files");
/// let config = DistributionConfig::builder()
///     .default_cache_behavior(DefaultCacheBehavior::builder().target_origin_id(files.clone()).build())
///     .origins([Origin::s3(files, &bucket, &access)])
///     .build();
/// let cdn = arch.resource("cdn", Distribution::from(config));
/// arch.output("address", cdn.domain_name());
/// ```
///
/// The construct [`Cdn`](crate::constructs::Cdn) is all of this in one, and the permission to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct Distribution {
    /// `DistributionConfig`.
    #[serde(rename = "DistributionConfig")]
    pub config: DistributionConfig,
    /// `Tags`.
    #[builder(default)]
    #[serde(default)]
    pub tags: Tags,
}

/// What a distribution is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct DistributionConfig {
    /// `Aliases`: the names that it answers for, besides its own. No other distribution of any
    /// account has them, and its certificate is for them. AWS's default: none.
    #[builder(default, with = FromIterator::from_iter)]
    #[serde(default, skip_serializing_if = "Set::is_empty")]
    pub aliases: Set<DomainName>,
    /// `DefaultCacheBehavior`: how it answers what no other cache behaviour answers.
    pub default_cache_behavior: DefaultCacheBehavior,
    /// `CacheBehaviors`: how it answers what has a path of some form; the first that matches
    /// decides. AWS's default: none.
    #[builder(default, into)]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cache_behaviors: Vec<CacheBehavior>,
    /// `Origins`: where it fetches what it does not have.
    #[builder(with = FromIterator::from_iter)]
    pub origins: Set<Origin>,
    /// `Comment`: what it is for. AWS's default: nothing.
    #[builder(default)]
    #[serde(default)]
    pub comment: Comment,
    /// `CustomErrorResponses`: what viewers see of errors. AWS's default: what the origin says.
    #[builder(default, with = FromIterator::from_iter)]
    #[serde(default, skip_serializing_if = "Set::is_empty")]
    pub custom_error_responses: Set<CustomErrorResponse>,
    /// `DefaultRootObject`: what is answered at `/`. AWS's default: whatever the origin says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_root_object: Option<RootObject>,
    /// `Enabled`: whether it answers at all. Default: yes.
    #[builder(default = true)]
    pub enabled: bool,
    /// `HttpVersion`: what viewers may speak. AWS's default: HTTP/2.
    #[builder(default)]
    #[serde(default)]
    pub http_version: HttpVersion,
    /// `IPV6Enabled`: whether it has IPv6 addresses too. Default: yes.
    #[builder(default = true)]
    #[serde(rename = "IPV6Enabled")]
    pub ipv6_enabled: bool,
    /// `Logging`: where requests are written down. AWS's default: nowhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logging: Option<Logging>,
    /// `PriceClass`: from where in the world it answers. AWS's default: from everywhere.
    #[builder(default)]
    #[serde(default)]
    pub price_class: PriceClass,
    /// `Restrictions`: in which countries it answers. AWS's default: in all.
    #[builder(default)]
    #[serde(rename = "Restrictions", default)]
    pub geo_restriction: GeoRestriction,
    /// `ViewerCertificate`: the certificate that viewers see. AWS's default: that of
    /// `*.cloudfront.net`.
    #[builder(default)]
    #[serde(default)]
    pub viewer_certificate: ViewerCertificate,
    /// `WebACLId`: the web ACL that looks at every request. AWS's default: none.
    #[builder(into)]
    #[serde(rename = "WebACLId", default, skip_serializing_if = "Option::is_none")]
    pub web_acl: Option<Input<WebAclArn>>,
}

text! {
    /// What is answered at `/`: `index.html`.
    RootObject: "a default root object",
    "1 to 255 letters, digits and ``_-.*$/~\"'@:+&``, without `/` at the beginning",
    is_root_object
}

const fn is_root_object(text: &str) -> bool {
    is_of(text, 1, 255, "_-.*$/~\"'@:+&") && !matches!(text.as_bytes(), [b'/', ..])
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident: $($(#[$more:meta])* $variant:ident $word:literal $what:literal,)*) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(Serialize, Deserialize)]
        pub enum $name {
            $(#[doc = concat!("`", $word, "`: ", $what, ".")] $(#[$more])* #[serde(rename = $word)] $variant,)*
        }

        impl $name {
            /// Every one.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// AWS's word.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
        }
    };
}

words! {
    /// What viewers may speak; all of them also speak HTTP/1.1.
    HttpVersion:
    Http11 "http1.1" "nothing more",
    #[default] Http2 "http2" "HTTP/2. AWS's default",
    Http2And3 "http2and3" "HTTP/2 and HTTP/3",
    Http3 "http3" "HTTP/3",
}

words! {
    /// From where in the world a distribution answers.
    PriceClass:
    #[default] All "PriceClass_All" "from everywhere. AWS's default",
    Hundred "PriceClass_100" "from North America, Europe and Israel",
    TwoHundred "PriceClass_200" "from everywhere but South America, Australia and New Zealand",
}

/// Where the requests of viewers are written down.
///
/// AWS: [Standard logging](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging-legacy-s3.html).
/// What writes them needs access control lists: the bucket's
/// [`object_ownership`](Bucket::object_ownership) is not `BucketOwnerEnforced`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Logging {
    /// `Bucket`: the domain name of a bucket, as in `logs.s3.amazonaws.com`.
    pub bucket: Input<String>,
    /// `IncludeCookies`: whether cookies are written down too. AWS's default: no.
    #[serde(default)]
    pub include_cookies: bool,
    /// `Prefix`: how the keys of the logs begin. AWS's default: with nothing.
    #[serde(default)]
    pub prefix: String,
}

impl Logging {
    /// Into this bucket, under this prefix, without cookies.
    pub fn to(bucket: &Ref<Bucket>, prefix: impl Into<String>) -> Self {
        Self { bucket: bucket.domain_name().into(), include_cookies: false, prefix: prefix.into() }
    }
}

/// What AWS decides of a distribution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DistributionOutputs {
    /// `Id`: `E` and capital letters and digits.
    pub id: String,
    /// `Arn`: `arn:aws:cloudfront::123456789012:distribution/E…`.
    pub arn: String,
    /// `DomainName`: `d….cloudfront.net`.
    pub domain_name: String,
}

impl DistributionConfig {
    /// Every cache behaviour: the default one last, without a pattern.
    pub fn behaviors(
        &self,
    ) -> impl Iterator<Item = (Option<&super::PathPattern>, &DefaultCacheBehavior)> {
        let ordered = self.cache_behaviors.iter().map(|it| (Some(&it.path_pattern), &it.behavior));
        ordered.chain([(None, &self.default_cache_behavior)])
    }
}

impl From<DistributionConfig> for Distribution {
    fn from(config: DistributionConfig) -> Self {
        Self { config, tags: Tags::new() }
    }
}

impl Ref<Distribution> {
    /// `Arn`, for policies that let it in.
    #[must_use]
    pub fn arn(&self) -> Output<String> {
        self.output("Arn")
    }

    /// `DomainName`: the name at which viewers reach it.
    #[must_use]
    pub fn domain_name(&self) -> Output<String> {
        self.output("DomainName")
    }
}

impl Resource for Distribution {
    type Outputs = DistributionOutputs;

    const SCHEMA: &'static Schema = &Schema {
        scope: Scope::Global,
        outputs: &["Arn", "DomainName", "Id"],
        resource_type: Some("cloudfront:distribution"),
        api: "cloudfront",
        timing: Timing::seconds(300, 300, 300),
        ..Schema::new(Kind::new("AWS::CloudFront::Distribution"))
    };

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    /// `CreateDistributionWithTags`; a look at its version and `UpdateDistribution`, and a call to
    /// set and one to remove tags; the same to disable it, and to delete it then.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Create(_) => 1,
            Operation::Update(from, to) => {
                let (set, remove) = from.tags.changes_to(&to.tags);
                2 * u32::from(from.config != to.config)
                    + u32::from(!set.is_empty())
                    + u32::from(!remove.is_empty())
            }
            Operation::Delete(it) => 2 + 2 * u32::from(it.config.enabled),
        }
    }
}

#[cfg(test)]
mod tests;
