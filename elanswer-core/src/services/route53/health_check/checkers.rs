//! Where the health checkers of AWS are.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

macro_rules! regions {
    ($($variant:ident $name:literal $bit:literal,)*) => {
        /// A Region with health checkers.
        ///
        /// Source: <https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html>.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum CheckerRegion {
            $(#[doc = concat!("`", $name, "`.")] #[serde(rename = $name)] $variant,)*
        }

        impl CheckerRegion {
            /// Every Region with health checkers.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// AWS's name of it: `us-east-1`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            const fn bit(self) -> u16 {
                match self { $(Self::$variant => 1 << $bit),* }
            }
        }
    };
}

regions! {
    ApNortheast1 "ap-northeast-1" 0,
    ApSoutheast1 "ap-southeast-1" 1,
    ApSoutheast2 "ap-southeast-2" 2,
    EuWest1 "eu-west-1" 3,
    SaEast1 "sa-east-1" 4,
    UsEast1 "us-east-1" 5,
    UsWest1 "us-west-1" 6,
    UsWest2 "us-west-2" 7,
}

/// A text that is not the name of a Region with health checkers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a Region with health checkers of Route 53")]
pub struct CheckerRegionError {
    text: String,
}

impl FromStr for CheckerRegion {
    type Err = CheckerRegionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.iter().copied().find(|region| region.as_str() == text);
        found.ok_or_else(|| CheckerRegionError { text: text.to_owned() })
    }
}

/// At least three Regions with health checkers.
///
/// ```
/// use elanswer_core::services::route53::{CheckerRegion, CheckerRegions};
///
/// const NEAR: CheckerRegions = CheckerRegions::literal(&[
///     CheckerRegion::UsEast1,
///     CheckerRegion::UsWest1,
///     CheckerRegion::UsWest2,
/// ]);
/// assert_eq!(NEAR.iter().count(), 3);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Vec<CheckerRegion>", into = "Vec<CheckerRegion>")]
pub struct CheckerRegions(u16);

/// Too few Regions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the checkers of a health check are in at least 3 Regions, not in {count}")]
pub struct CheckerRegionsError {
    count: u32,
}

impl CheckerRegions {
    /// The fewest that Route 53 takes.
    const FEWEST: u32 = 3;

    /// These Regions.
    ///
    /// # Errors
    ///
    /// When they are fewer than three.
    pub fn new(
        regions: impl IntoIterator<Item = CheckerRegion>,
    ) -> Result<Self, CheckerRegionsError> {
        let bits = regions.into_iter().fold(0, |bits, region| bits | region.bit());
        let count = bits.count_ones();
        if count < Self::FEWEST { Err(CheckerRegionsError { count }) } else { Ok(Self(bits)) }
    }

    /// These Regions, which stand in the program; in a `const`, fewer than three do not compile.
    ///
    /// # Panics
    ///
    /// When they are fewer than three.
    #[must_use]
    pub const fn literal(regions: &[CheckerRegion]) -> Self {
        let (mut bits, mut rest) = (0, regions);
        while let Some((region, tail)) = rest.split_first() {
            bits |= region.bit();
            rest = tail;
        }
        assert!(bits.count_ones() >= Self::FEWEST, "health checkers are in at least 3 Regions");
        Self(bits)
    }

    /// The Regions, in the order of their names.
    pub fn iter(self) -> impl Iterator<Item = CheckerRegion> {
        CheckerRegion::ALL.iter().copied().filter(move |region| self.0 & region.bit() != 0)
    }
}

impl TryFrom<Vec<CheckerRegion>> for CheckerRegions {
    type Error = CheckerRegionsError;

    fn try_from(regions: Vec<CheckerRegion>) -> Result<Self, Self::Error> {
        Self::new(regions)
    }
}

impl From<CheckerRegions> for Vec<CheckerRegion> {
    fn from(regions: CheckerRegions) -> Self {
        regions.iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_three_at_least_and_each_once() {
        use CheckerRegion::{EuWest1, UsEast1, UsWest2};
        assert!(CheckerRegions::new([UsEast1, UsEast1, EuWest1]).is_err());
        let regions = CheckerRegions::new([UsWest2, UsEast1, EuWest1, UsEast1]).unwrap();
        assert_eq!(regions.iter().collect::<Vec<_>>(), [EuWest1, UsEast1, UsWest2]);
        let tree = serde_json::json!(["eu-west-1", "us-east-1", "us-west-2"]);
        assert_eq!(serde_json::to_value(regions).unwrap(), tree);
        assert_eq!(serde_json::from_value::<CheckerRegions>(tree).unwrap(), regions);
        assert!(serde_json::from_str::<CheckerRegions>(r#"["us-east-1"]"#).is_err());
    }

    #[test]
    fn all_of_them_are_different() {
        assert_eq!(CheckerRegions::literal(CheckerRegion::ALL).iter().count(), 8);
        for region in CheckerRegion::ALL {
            assert_eq!(region.as_str().parse(), Ok(*region));
        }
        assert!("eu-central-1".parse::<CheckerRegion>().is_err());
    }
}
