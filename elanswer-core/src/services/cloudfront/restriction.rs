//! Where viewers may be.

use serde::{Deserialize, Serialize};

use crate::{Set, services::route53::CountryCode};

/// In which countries a distribution answers.
///
/// AWS: [Restrict the geographic distribution of your content](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/georestrictions.html).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Repr", into = "Repr")]
pub enum GeoRestriction {
    /// `blacklist`: in every country but these.
    Block(Set<CountryCode>),
    /// `none`: everywhere. AWS's default.
    #[default]
    None,
    /// `whitelist`: in these countries only.
    Only(Set<CountryCode>),
}

impl GeoRestriction {
    /// AWS's word.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Block(_) => "blacklist",
            Self::None => "none",
            Self::Only(_) => "whitelist",
        }
    }

    /// The countries that it names.
    pub fn countries(&self) -> impl Iterator<Item = &CountryCode> {
        let countries = match self {
            Self::Block(countries) | Self::Only(countries) => Some(countries),
            Self::None => None,
        };
        countries.into_iter().flatten()
    }

    /// What AWS calls so; `None` when it is no restriction.
    #[must_use]
    pub fn named(kind: &str, countries: Set<CountryCode>) -> Option<Self> {
        match kind {
            "blacklist" => Some(Self::Block(countries)),
            "none" => Some(Self::None),
            "whitelist" => Some(Self::Only(countries)),
            _ => None,
        }
    }
}

/// CloudFormation's shape.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Repr {
    geo_restriction: Inner,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Inner {
    restriction_type: String,
    #[serde(default, skip_serializing_if = "Set::is_empty")]
    locations: Set<CountryCode>,
}

impl From<GeoRestriction> for Repr {
    fn from(restriction: GeoRestriction) -> Self {
        let restriction_type = restriction.as_str().to_owned();
        let locations = restriction.countries().cloned().collect();
        Self { geo_restriction: Inner { restriction_type, locations } }
    }
}

impl TryFrom<Repr> for GeoRestriction {
    type Error = String;

    fn try_from(
        Repr { geo_restriction: Inner { restriction_type, locations } }: Repr,
    ) -> Result<Self, String> {
        Self::named(&restriction_type, locations)
            .ok_or_else(|| format!("`{restriction_type}` is no geographic restriction"))
    }
}
