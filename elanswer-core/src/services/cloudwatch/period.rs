//! How long a point of a metric is.

use serde::{Deserialize, Serialize};

/// How many seconds of a metric are taken together: 10, 20, 30, or whole minutes up to a week.
///
/// Most metrics of AWS have a point for each minute; those of RDS too, those of EC2 every five
/// minutes unless detailed monitoring is on.
///
/// AWS: [Periods](https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html#CloudWatchPeriods).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Period(u32);

/// A number of seconds that is no period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no period of a metric: 10, 20, 30 or a multiple of 60 seconds, at most a week")]
pub struct PeriodError(u32);

impl Period {
    /// A minute.
    pub const MINUTE: Self = Self(60);

    /// `N` minutes, at most 10080, which is a week; others do not compile.
    #[must_use]
    pub const fn minutes<const N: u32>() -> Self {
        const {
            assert!(1 <= N && N <= 10_080, "a period has 1 to 10080 minutes");
        }
        Self(N * 60)
    }

    /// The seconds.
    #[must_use]
    pub const fn seconds(self) -> u32 {
        self.0
    }
}

impl TryFrom<u32> for Period {
    type Error = PeriodError;

    fn try_from(seconds: u32) -> Result<Self, Self::Error> {
        match seconds {
            10 | 20 | 30 => Ok(Self(seconds)),
            60..=604_800 if seconds.is_multiple_of(60) => Ok(Self(seconds)),
            other => Err(PeriodError(other)),
        }
    }
}

impl From<Period> for u32 {
    fn from(period: Period) -> Self {
        period.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_minutes_and_three_shorter_ones() {
        for good in [10, 20, 30, 60, 300, 604_800] {
            assert_eq!(Period::try_from(good).map(Period::seconds), Ok(good));
        }
        for bad in [0, 1, 40, 61, 90, 604_860] {
            assert_eq!(Period::try_from(bad), Err(PeriodError(bad)));
        }
        assert_eq!(Period::minutes::<5>().seconds(), 300);
    }
}
