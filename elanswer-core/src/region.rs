//! AWS Regions, Availability Zones, and the place of a resource.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

macro_rules! regions {
    ($($variant:ident $name:literal $zones:literal,)*) => {
        /// An AWS Region.
        ///
        /// Source: <https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html>.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum Region {
            $(#[doc = concat!("`", $name, "`")] #[serde(rename = $name)] $variant,)*
        }

        impl Region {
            /// Every Region that elanswer knows.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The code that AWS uses: `us-east-1`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// The letters of the zones that an account sees in this Region.
            ///
            /// An account may see fewer; `NetworkPlan` then takes its zones by name.
            #[must_use]
            pub const fn zone_letters(self) -> &'static str {
                match self { $(Self::$variant => $zones),* }
            }
        }
    };
}

regions! {
    AfSouth1 "af-south-1" "abc",
    ApEast1 "ap-east-1" "abc",
    ApNortheast1 "ap-northeast-1" "acd",
    ApNortheast2 "ap-northeast-2" "abcd",
    ApNortheast3 "ap-northeast-3" "abc",
    ApSouth1 "ap-south-1" "abc",
    ApSouth2 "ap-south-2" "abc",
    ApSoutheast1 "ap-southeast-1" "abc",
    ApSoutheast2 "ap-southeast-2" "abc",
    ApSoutheast3 "ap-southeast-3" "abc",
    ApSoutheast4 "ap-southeast-4" "abc",
    CaCentral1 "ca-central-1" "abd",
    CaWest1 "ca-west-1" "abc",
    EuCentral1 "eu-central-1" "abc",
    EuCentral2 "eu-central-2" "abc",
    EuNorth1 "eu-north-1" "abc",
    EuSouth1 "eu-south-1" "abc",
    EuSouth2 "eu-south-2" "abc",
    EuWest1 "eu-west-1" "abc",
    EuWest2 "eu-west-2" "abc",
    EuWest3 "eu-west-3" "abc",
    IlCentral1 "il-central-1" "abc",
    MeCentral1 "me-central-1" "abc",
    MeSouth1 "me-south-1" "abc",
    SaEast1 "sa-east-1" "abc",
    UsEast1 "us-east-1" "abcdef",
    UsEast2 "us-east-2" "abc",
    UsWest1 "us-west-1" "ab",
    UsWest2 "us-west-2" "abcd",
}

/// A text that names no Region that elanswer knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not an AWS Region{}", .near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default())]
pub struct RegionError {
    text: String,
    near: Option<Region>,
}

impl FromStr for Region {
    type Err = RegionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().copied().find(|region| region.as_str() == text).ok_or_else(|| {
            RegionError {
                text: text.to_owned(),
                near: crate::diagnostic::nearest(text, Self::ALL.iter().copied(), |region| {
                    region.as_str()
                }),
            }
        })
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// An Availability Zone: `us-east-1a`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone {
    region: Region,
    letter: char,
}

/// A text that is not the name of an Availability Zone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not an Availability Zone: a Region and a letter, as in `us-east-1a`")]
pub struct ZoneError {
    text: String,
}

impl Zone {
    /// The zone `letter` of `region`.
    #[must_use]
    pub const fn new(region: Region, letter: char) -> Self {
        Self { region, letter }
    }

    /// The Region of the zone.
    #[must_use]
    pub const fn region(self) -> Region {
        self.region
    }

    /// The letter of the zone within its Region.
    #[must_use]
    pub const fn letter(self) -> char {
        self.letter
    }

    /// Whether accounts see this zone in its Region.
    #[must_use]
    pub fn exists(self) -> bool {
        self.region.zone_letters().contains(self.letter)
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.region, self.letter)
    }
}

impl FromStr for Zone {
    type Err = ZoneError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || ZoneError { text: text.to_owned() };
        let letter = text.chars().next_back().filter(char::is_ascii_lowercase).ok_or_else(error)?;
        let region = text.strip_suffix(letter).and_then(|region| region.parse().ok());
        region.map(|region| Self { region, letter }).ok_or_else(error)
    }
}

impl TryFrom<String> for Zone {
    type Error = ZoneError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> Self {
        zone.to_string()
    }
}

/// Where a resource lives: its account and Region.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The twelve digits of the account; `None` is the account of the executor's credentials.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    /// The Region. Kinds of a global service are placed in the Region of their control plane, `us-east-1`.
    pub region: Region,
}

impl Place {
    /// The place in `region` of the account that the executor's credentials belong to.
    #[must_use]
    pub const fn new(region: Region) -> Self {
        Self { account: None, region }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.account {
            Some(account) => write!(f, "{account}/{}", self.region),
            None => write!(f, "{}", self.region),
        }
    }
}

/// The twelve digits that name an AWS account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AccountId(String);

/// A text that is not an account id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not an AWS account id: twelve digits")]
pub struct AccountIdError {
    text: String,
}

impl FromStr for AccountId {
    type Err = AccountIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(AccountIdError { text: text.to_owned() })
        }
    }
}

impl TryFrom<String> for AccountId {
    type Error = AccountIdError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<AccountId> for String {
    fn from(id: AccountId) -> Self {
        id.0
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_region_gets_a_suggestion() {
        let error = "us-eats-1".parse::<Region>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "`us-eats-1` is not an AWS Region; did you mean `us-east-1`?"
        );
        assert_eq!(
            "mars".parse::<Region>().unwrap_err().to_string(),
            "`mars` is not an AWS Region"
        );
    }

    #[test]
    fn zones_round_trip() {
        let zone: Zone = "eu-west-1b".parse().unwrap();
        assert_eq!(zone, Zone::new(Region::EuWest1, 'b'));
        assert_eq!(zone.to_string(), "eu-west-1b");
        assert!(zone.exists() && !Zone::new(Region::UsWest1, 'c').exists());
        assert!("eu-west-1".parse::<Zone>().is_err());
    }
}
