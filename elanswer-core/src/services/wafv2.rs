//! AWS WAF: rules about requests, before they reach what they are for.

pub use action::{DefaultAction, OverrideAction, ResponseCode, RuleAction};
pub use address::{Addresses, AddressesError};
pub use arn::{IpSetArn, LogDestinationArn, WebAclArn};
pub use country::{Countries, CountriesError, CountryCode};
pub use fault::WebAclFault;
pub use field::{
    ByteMatch, Comparison, FieldToMatch, HeaderName, LabelKey, LabelScope, OversizeHandling,
    Position, QueryArgument, SearchString, SizeConstraint, TextTransformation, Transformations,
    TransformationsError,
};
pub use ip_set::{IpSet, IpSetOutputs};
pub use logging_configuration::{
    LOG_DESTINATION_PREFIX, LoggingConfiguration, LoggingConfigurationOutputs, RedactedField,
};
pub use managed::{
    AntiDdos, Challenges, ExemptUris, ExemptUrisError, ManagedName, ManagedRuleGroup, ManagedRules,
    RegexString, RuleGroupVersion, Sensitivity, VendorName,
};
pub use name::{EntityDescription, EntityName, LabelName, MetricName};
pub use rate::{EvaluationWindow, EvaluationWindowError, RateLimit, RequestLimit};
pub use rule::{Priority, Rule, RuleBody};
pub use statement::{Several, SeveralError, Statement};
pub use web_acl::{VisibilityConfig, WebAcl, WebAclOutputs};
pub use web_acl_association::{WebAclAssociation, WebAclAssociationOutputs};

mod action;
mod address;
mod arn;
mod capacity;
mod country;
mod fault;
mod field;
mod ip_set;
mod logging_configuration;
mod managed;
mod name;
mod rate;
mod rule;
mod statement;
mod web_acl;
mod web_acl_association;

use serde::{Deserialize, Serialize};

/// Defines an enum whose variants are words of AWS.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize,
            serde::Deserialize,
        )]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_doc])* #[doc = concat!("AWS: `", $word, "`.")] #[serde(rename = $word)] $variant,)*
        }

        impl $name {
            /// Every one of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// AWS's word.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }

            /// The one that AWS calls so.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.as_str() == word)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

use words;

/// What a web ACL or IP set is for. AWS keeps what is for distributions in `us-east-1` only.
///
/// Source: <https://docs.aws.amazon.com/waf/latest/developerguide/cloudfront-features.html>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum WafScope {
    /// `CLOUDFRONT`: distributions of CloudFront. Exists in `us-east-1` only.
    #[serde(rename = "CLOUDFRONT")]
    CloudFront,
    /// `REGIONAL`: what is in the same Region, such as application load balancers.
    #[serde(rename = "REGIONAL")]
    Regional,
}

impl WafScope {
    /// AWS's word: `REGIONAL`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CloudFront => "CLOUDFRONT",
            Self::Regional => "REGIONAL",
        }
    }

    /// How it stands in ARNs: `regional`, `global`.
    #[must_use]
    pub const fn in_arn(self) -> &'static str {
        match self {
            Self::CloudFront => "global",
            Self::Regional => "regional",
        }
    }
}

impl std::fmt::Display for WafScope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

/// The calls that come from one set of tags to another: `TagResource`, `UntagResource`.
fn tag_calls(from: &crate::Tags, to: &crate::Tags) -> u32 {
    let (set, remove) = from.changes_to(to);
    u32::from(!set.is_empty()) + u32::from(!remove.is_empty())
}
