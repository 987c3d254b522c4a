//! Countries that requests come from.

use serde::{Deserialize, Serialize};

use crate::{Set, text::text};

text! {
    /// A country, by its code of ISO 3166-1: `DE`.
    CountryCode: "a country that AWS WAF knows",
    "two capital letters, as in ISO 3166-1",
    is_country
}

/// The codes that AWS knows, each with a space behind it.
///
/// Source: <https://docs.aws.amazon.com/waf/latest/APIReference/API_GeoMatchStatement.html>.
const CODES: &str = "\
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS \
BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE \
EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM \
HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC \
LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA \
NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW \
SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO \
TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW ";

const fn is_country(text: &str) -> bool {
    let [first, second] = text.as_bytes() else { return false };
    let mut rest = CODES.as_bytes();
    while let [a, b, _, tail @ ..] = rest {
        if *a == *first && *b == *second {
            return true;
        }
        rest = tail;
    }
    false
}

/// The countries of a geographic match: 1 to 50.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Set<CountryCode>", into = "Set<CountryCode>")]
pub struct Countries(Set<CountryCode>);

/// Not 1 to 50 countries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a geographic match takes 1 to 50 countries, not {0}")]
pub struct CountriesError(usize);

impl Countries {
    /// These countries.
    ///
    /// # Errors
    ///
    /// When there are none, or more than 50.
    pub fn new(countries: impl IntoIterator<Item = CountryCode>) -> Result<Self, CountriesError> {
        let countries: Set<CountryCode> = countries.into_iter().collect();
        match countries.len() {
            1..=50 => Ok(Self(countries)),
            count => Err(CountriesError(count)),
        }
    }

    /// This country; [`and`](Self::and) adds more.
    #[must_use]
    pub fn of(country: CountryCode) -> Self {
        Self(Set::from([country]))
    }

    /// These and one more.
    ///
    /// # Errors
    ///
    /// When there are 50 already.
    pub fn and(self, country: CountryCode) -> Result<Self, CountriesError> {
        Self::new(self.0.into_iter().chain([country]))
    }

    /// The countries, in the order of their codes.
    pub fn iter(&self) -> impl Iterator<Item = &CountryCode> {
        self.0.iter()
    }
}

impl TryFrom<Set<CountryCode>> for Countries {
    type Error = CountriesError;

    fn try_from(countries: Set<CountryCode>) -> Result<Self, Self::Error> {
        Self::new(countries)
    }
}

impl From<Countries> for Set<CountryCode> {
    fn from(countries: Countries) -> Self {
        countries.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_is_one_that_aws_knows() {
        for good in ["DE", "AD", "ZW", "XK"] {
            assert!(CountryCode::new(good).is_ok(), "{good}");
        }
        for bad in ["", "D", "de", "DEU", "QQ", "D ", " A"] {
            assert!(CountryCode::new(bad).is_err(), "{bad}");
        }
        assert_eq!(CODES.len(), 250 * 3);
    }

    #[test]
    fn a_match_has_one_country_at_least_and_fifty_at_most() {
        let codes = CODES.split_whitespace().map(|code| CountryCode::new(code).unwrap());
        assert_eq!(Countries::new([]), Err(CountriesError(0)));
        let fifty = Countries::new(codes.clone().take(50)).unwrap();
        assert!(fifty.clone().and(CountryCode::literal("ZW")).is_err());
        assert!(fifty.and(CountryCode::literal("AD")).is_ok(), "it is among them");
        assert!(Countries::new(codes.take(51)).is_err());
        assert!(serde_json::from_str::<Countries>("[]").is_err());
    }
}
