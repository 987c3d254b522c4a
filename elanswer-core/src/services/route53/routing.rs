//! Which of several records of a name Route 53 answers with.

use std::{borrow::Cow, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{bounded::Bounded, region::Region};

/// Which of several record sets of the same name and type Route 53 answers with.
///
/// All record sets of a name and type have the same policy, and each its own
/// [`SetIdentifier`] unless the policy is [`Simple`](Self::Simple). Not modelled: geoproximity,
/// routing by the address of the client.
///
/// Source: <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy.html>.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Flat", into = "Flat")]
pub enum Routing {
    /// `Failover`: the primary while it is healthy, else the secondary.
    Failover {
        /// `SetIdentifier`: what tells it from the other.
        set_identifier: SetIdentifier,
        /// `Failover`: which of the two it is.
        role: FailoverRole,
    },
    /// `GeoLocation`: by where the client is.
    Geolocation {
        /// `SetIdentifier`: what tells it from the others.
        set_identifier: SetIdentifier,
        /// `GeoLocation`: whom it is for.
        location: GeoLocation,
    },
    /// `Region`: the one in the Region that answers the client the soonest.
    Latency {
        /// `SetIdentifier`: what tells it from the others.
        set_identifier: SetIdentifier,
        /// `Region`: where what it leads to is.
        region: Region,
    },
    /// `MultiValueAnswer`: up to eight that are healthy, by chance. Each has one value, and none is
    /// an alias or of type `CNAME` or `NS`.
    Multivalue {
        /// `SetIdentifier`: what tells it from the others.
        set_identifier: SetIdentifier,
    },
    /// One record set, for everybody. AWS's default.
    #[default]
    Simple,
    /// `Weight`: each as often as its weight says.
    Weighted {
        /// `SetIdentifier`: what tells it from the others.
        set_identifier: SetIdentifier,
        /// `Weight`: how often, in proportion to the weights of the others; 0 is never.
        weight: Weight,
    },
}

/// How often a record set is answered with, in proportion to the others: 0 to 255.
pub type Weight = Bounded<0, 255>;

/// Which of the two record sets of a failover it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum FailoverRole {
    /// `PRIMARY`: the answer while it is healthy.
    Primary,
    /// `SECONDARY`: the answer while the primary is not healthy.
    Secondary,
}

/// Whom a record set with geolocation routing is for. The narrowest location decides.
///
/// Source: <https://docs.aws.amazon.com/Route53/latest/APIReference/API_GeoLocation.html>.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "FlatLocation", into = "FlatLocation")]
pub enum GeoLocation {
    /// `ContinentCode`.
    Continent(Continent),
    /// `CountryCode`.
    Country(CountryCode),
    /// `CountryCode` `*`: clients of no other location, and those whose place nobody knows.
    Default,
    /// `CountryCode` and `SubdivisionCode`: a state of the United States, or an oblast of Ukraine.
    Subdivision(CountryCode, SubdivisionCode),
}

macro_rules! continents {
    ($($variant:ident $code:literal $name:literal,)*) => {
        /// A continent.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(Serialize, Deserialize)]
        pub enum Continent {
            $(#[doc = concat!("`", $code, "`: ", $name, ".")] #[serde(rename = $code)] $variant,)*
        }

        impl Continent {
            /// Every continent.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// AWS's code of it: `EU`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code),* }
            }
        }
    };
}

continents! {
    Africa "AF" "Africa",
    Antarctica "AN" "Antarctica",
    Asia "AS" "Asia",
    Europe "EU" "Europe",
    NorthAmerica "NA" "North America",
    Oceania "OC" "Oceania",
    SouthAmerica "SA" "South America",
}

/// A text that is not the code of a continent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not the code of a continent: `AF`, `AN`, `AS`, `EU`, `NA`, `OC` or `SA`")]
pub struct ContinentError {
    text: String,
}

impl FromStr for Continent {
    type Err = ContinentError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.iter().copied().find(|continent| continent.as_str() == text);
        found.ok_or_else(|| ContinentError { text: text.to_owned() })
    }
}

impl FailoverRole {
    /// AWS's word: `PRIMARY`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Primary => "PRIMARY",
            Self::Secondary => "SECONDARY",
        }
    }
}

impl fmt::Display for FailoverRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Display for GeoLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Continent(continent) => f.write_str(continent.as_str()),
            Self::Country(country) => f.write_str(country.as_str()),
            Self::Default => f.write_str("*"),
            Self::Subdivision(country, subdivision) => write!(f, "{country}-{subdivision}"),
        }
    }
}

impl Routing {
    /// What tells the record set from others of its name and type; a simple one is alone.
    #[must_use]
    pub const fn set_identifier(&self) -> Option<&SetIdentifier> {
        match self {
            Self::Failover { set_identifier, .. }
            | Self::Geolocation { set_identifier, .. }
            | Self::Latency { set_identifier, .. }
            | Self::Multivalue { set_identifier }
            | Self::Weighted { set_identifier, .. } => Some(set_identifier),
            Self::Simple => None,
        }
    }

    /// The policy as a word: `weighted`.
    #[must_use]
    pub const fn policy(&self) -> &'static str {
        match self {
            Self::Failover { .. } => "failover",
            Self::Geolocation { .. } => "geolocation",
            Self::Latency { .. } => "latency",
            Self::Multivalue { .. } => "multivalue",
            Self::Simple => "simple",
            Self::Weighted { .. } => "weighted",
        }
    }
}

/// The properties of a record set that make up its policy.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Flat {
    #[serde(skip_serializing_if = "Option::is_none")]
    set_identifier: Option<SetIdentifier>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failover: Option<FailoverRole>,
    #[serde(skip_serializing_if = "Option::is_none")]
    geo_location: Option<GeoLocation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
    #[serde(skip_serializing_if = "Option::is_none")]
    weight: Option<Weight>,
    #[serde(skip_serializing_if = "Option::is_none")]
    multi_value_answer: Option<bool>,
}

/// Properties that make up no policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a record set has `SetIdentifier` with exactly one of `Failover`, `GeoLocation`, `MultiValueAnswer`, `Region` and `Weight`, or none of these"
)]
pub struct RoutingError;

impl TryFrom<Flat> for Routing {
    type Error = RoutingError;

    fn try_from(flat: Flat) -> Result<Self, RoutingError> {
        let Flat { set_identifier, failover, geo_location, region, weight, multi_value_answer } =
            flat;
        if multi_value_answer == Some(true) {
            return match (set_identifier, failover, geo_location, region, weight) {
                (Some(set_identifier), None, None, None, None) => {
                    Ok(Self::Multivalue { set_identifier })
                }
                _ => Err(RoutingError),
            };
        }
        match (set_identifier, failover, geo_location, region, weight) {
            (None, None, None, None, None) => Ok(Self::Simple),
            (Some(set_identifier), Some(role), None, None, None) => {
                Ok(Self::Failover { set_identifier, role })
            }
            (Some(set_identifier), None, Some(location), None, None) => {
                Ok(Self::Geolocation { set_identifier, location })
            }
            (Some(set_identifier), None, None, Some(region), None) => {
                Ok(Self::Latency { set_identifier, region })
            }
            (Some(set_identifier), None, None, None, Some(weight)) => {
                Ok(Self::Weighted { set_identifier, weight })
            }
            _ => Err(RoutingError),
        }
    }
}

impl From<Routing> for Flat {
    fn from(routing: Routing) -> Self {
        let set_identifier = routing.set_identifier().cloned();
        let flat = Self { set_identifier, ..Self::default() };
        match routing {
            Routing::Failover { role, .. } => Self { failover: Some(role), ..flat },
            Routing::Geolocation { location, .. } => Self { geo_location: Some(location), ..flat },
            Routing::Latency { region, .. } => Self { region: Some(region), ..flat },
            Routing::Multivalue { .. } => Self { multi_value_answer: Some(true), ..flat },
            Routing::Simple => flat,
            Routing::Weighted { weight, .. } => Self { weight: Some(weight), ..flat },
        }
    }
}

/// A location as Route 53 has it.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct FlatLocation {
    #[serde(skip_serializing_if = "Option::is_none")]
    continent_code: Option<Continent>,
    #[serde(skip_serializing_if = "Option::is_none")]
    country_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subdivision_code: Option<SubdivisionCode>,
}

impl TryFrom<FlatLocation> for GeoLocation {
    type Error = CountryCodeError;

    fn try_from(flat: FlatLocation) -> Result<Self, CountryCodeError> {
        let FlatLocation { continent_code, country_code, subdivision_code } = flat;
        match (continent_code, country_code.as_deref(), subdivision_code) {
            (Some(continent), None, None) => Ok(Self::Continent(continent)),
            (None, Some("*"), None) => Ok(Self::Default),
            (None, Some(country), None) => country.parse().map(Self::Country),
            (None, Some(country), Some(subdivision)) => {
                country.parse().map(|country| Self::Subdivision(country, subdivision))
            }
            _ => Err(CountryCodeError { text: country_code.unwrap_or_default() }),
        }
    }
}

impl From<GeoLocation> for FlatLocation {
    fn from(location: GeoLocation) -> Self {
        let none = Self::default();
        match location {
            GeoLocation::Continent(continent) => Self { continent_code: Some(continent), ..none },
            GeoLocation::Country(country) => Self { country_code: Some(country.into()), ..none },
            GeoLocation::Default => Self { country_code: Some("*".to_owned()), ..none },
            GeoLocation::Subdivision(country, subdivision) => Self {
                country_code: Some(country.into()),
                subdivision_code: Some(subdivision),
                ..none
            },
        }
    }
}

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident $error:ident $what:literal $fits:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Cow<'static, str>);

        #[doc = concat!("A text that is not ", $what, ".")]
        #[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
        #[error("`{text}` is not {}", $what)]
        pub struct $error {
            text: String,
        }

        impl $name {
            /// One that comes from configuration. Use `literal` for one in the program.
            ///
            /// # Errors
            ///
            /// When AWS would not take it.
            pub fn new(text: impl Into<String>) -> Result<Self, $error> {
                let text = text.into();
                if $fits(&text) { Ok(Self(text.into())) } else { Err($error { text }) }
            }

            /// One that stands in the program; in a `const` it is checked when the program
            /// compiles.
            ///
            /// # Panics
            ///
            /// When AWS would not take it.
            #[must_use]
            pub const fn literal(text: &'static str) -> Self {
                assert!($fits(text), concat!("this text is not ", $what));
                Self(Cow::Borrowed(text))
            }

            /// It as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = $error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::new(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = $error;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(it: $name) -> Self {
                it.0.into_owned()
            }
        }
    )*};
}

texts! {
    /// What tells a record set from others of its name and type: 1 to 128 characters.
    SetIdentifier SetIdentifierError "a set identifier: 1 to 128 characters of ASCII" is_set_identifier;
    /// A country: the two letters of ISO 3166, `DE`.
    CountryCode CountryCodeError "the code of a country: two capital letters" is_country;
    /// A part of a country: `NY` of the United States.
    SubdivisionCode SubdivisionCodeError "the code of a part of a country: 1 to 3 capital letters and digits" is_subdivision;
}

const fn is_set_identifier(text: &str) -> bool {
    text.is_ascii() && !text.is_empty() && text.len() <= 128
}

const fn is_country(text: &str) -> bool {
    matches!(text.as_bytes(), [b'A'..=b'Z', b'A'..=b'Z'])
}

const fn is_subdivision(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut rest = bytes;
    while let Some((byte, tail)) = rest.split_first() {
        if !byte.is_ascii_uppercase() && !byte.is_ascii_digit() {
            return false;
        }
        rest = tail;
    }
    !bytes.is_empty() && bytes.len() <= 3
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn has_the_shape_of_cloudformation() {
        let set_identifier = SetIdentifier::literal("one");
        let de = CountryCode::literal("DE");
        let located = |location: GeoLocation| Routing::Geolocation {
            set_identifier: set_identifier.clone(),
            location,
        };
        let shapes = [
            (Routing::Simple, json!({})),
            (
                Routing::Failover {
                    set_identifier: set_identifier.clone(),
                    role: FailoverRole::Primary,
                },
                json!({"SetIdentifier": "one", "Failover": "PRIMARY"}),
            ),
            (
                located(GeoLocation::Continent(Continent::Europe)),
                json!({"SetIdentifier": "one", "GeoLocation": {"ContinentCode": "EU"}}),
            ),
            (
                located(GeoLocation::Country(de.clone())),
                json!({"SetIdentifier": "one", "GeoLocation": {"CountryCode": "DE"}}),
            ),
            (
                located(GeoLocation::Subdivision(de, SubdivisionCode::literal("BE"))),
                json!({
                    "SetIdentifier": "one",
                    "GeoLocation": {"CountryCode": "DE", "SubdivisionCode": "BE"},
                }),
            ),
            (
                located(GeoLocation::Default),
                json!({"SetIdentifier": "one", "GeoLocation": {"CountryCode": "*"}}),
            ),
            (
                Routing::Latency {
                    set_identifier: set_identifier.clone(),
                    region: Region::EuWest1,
                },
                json!({"SetIdentifier": "one", "Region": "eu-west-1"}),
            ),
            (
                Routing::Multivalue { set_identifier: set_identifier.clone() },
                json!({"SetIdentifier": "one", "MultiValueAnswer": true}),
            ),
            (
                Routing::Weighted { set_identifier, weight: Weight::of::<7>() },
                json!({"SetIdentifier": "one", "Weight": 7}),
            ),
        ];
        for (routing, tree) in shapes {
            assert_eq!(serde_json::to_value(&routing).unwrap(), tree);
            assert_eq!(serde_json::from_value::<Routing>(tree).unwrap(), routing);
        }
    }

    #[test]
    fn half_a_policy_is_none() {
        for tree in [
            json!({"SetIdentifier": "one"}),
            json!({"Weight": 1}),
            json!({"MultiValueAnswer": true}),
            json!({"SetIdentifier": "one", "Weight": 1, "MultiValueAnswer": true}),
            json!({"SetIdentifier": "one", "Weight": 1, "Failover": "PRIMARY"}),
        ] {
            assert!(serde_json::from_value::<Routing>(tree).is_err());
        }
    }

    #[test]
    fn codes_are_those_of_aws() {
        assert!(SetIdentifier::new("x".repeat(128)).is_ok());
        assert!(SetIdentifier::new("x".repeat(129)).is_err() && SetIdentifier::new("").is_err());
        for bad in ["", "D", "de", "DEU", "*"] {
            assert!(CountryCode::new(bad).is_err(), "{bad}");
        }
        assert!(SubdivisionCode::new("NY").is_ok() && SubdivisionCode::new("ny").is_err());
    }
}
