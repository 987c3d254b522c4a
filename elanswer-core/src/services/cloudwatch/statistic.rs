//! What is made of the values within a period.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::words;
use crate::text::text;

/// What is made of the values of a metric within a period.
///
/// AWS: [Statistics definitions](https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum MetricStatistic {
    /// `ExtendedStatistic`: a percentile or the like.
    ExtendedStatistic(ExtendedStatistic),
    /// `Statistic`: one of the plain ones.
    Statistic(Statistic),
}

words! {
    /// One number for all values within a period.
    Statistic {
        /// Their mean.
        Average "Average",
        /// The largest.
        Maximum "Maximum",
        /// The smallest.
        Minimum "Minimum",
        /// How many there are.
        SampleCount "SampleCount",
        /// All of them together.
        Sum "Sum",
    }
}

text! {
    /// A percentile (`p99`), or one of its like: `tm90`, `tc90`, `ts90`, `wm90`, `IQM`,
    /// `PR(0:300)`, `TM(10%:90%)`.
    ///
    /// AWS: [Percentiles](https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html).
    ExtendedStatistic: "an extended statistic",
    "`p`, `tm`, `tc`, `ts` or `wm` with a number from 0 to 100, `IQM`, or `PR`, `TC`, `TM`, `TS` or `WM` with a range such as `(10%:90%)`",
    is_extended
}

impl ExtendedStatistic {
    /// What one of a hundred values is above.
    pub const P99: Self = Self::literal("p99");
}

const fn is_extended(text: &str) -> bool {
    match text.as_bytes() {
        b"IQM" => true,
        [b'P', b'R', rest @ ..]
        | [b'T', b'C' | b'M' | b'S', rest @ ..]
        | [b'W', b'M', rest @ ..] => is_range(rest),
        [b't', b'm' | b'c' | b's', rest @ ..] | [b'w', b'm', rest @ ..] | [b'p', rest @ ..] => {
            is_percentage(rest)
        }
        _ => false,
    }
}

/// A number from 0 to 100 with at most ten decimals.
const fn is_percentage(text: &[u8]) -> bool {
    let (mut rest, mut whole, mut digits, mut decimals, mut point) = (text, 0_u32, 0, 0, false);
    while let [byte, tail @ ..] = rest {
        match *byte {
            b'.' if !point && digits > 0 => point = true,
            b'0'..=b'9' if point => {
                decimals += 1;
                if whole == 100 && *byte != b'0' {
                    return false;
                }
            }
            b'0'..=b'9' if digits < 3 => {
                whole = whole * 10 + (*byte - b'0') as u32;
                digits += 1;
            }
            _ => return false,
        }
        rest = tail;
    }
    digits > 0 && whole <= 100 && decimals <= 10 && point == (decimals > 0)
}

/// `(from:to)`, where one of the two may be left out.
const fn is_range(text: &[u8]) -> bool {
    let [b'(', inner @ .., b')'] = text else { return false };
    let (mut rest, mut colons, mut digits) = (inner, 0, 0);
    while let [byte, tail @ ..] = rest {
        match *byte {
            b':' => colons += 1,
            b'0'..=b'9' => digits += 1,
            b'.' | b'%' => {}
            _ => return false,
        }
        rest = tail;
    }
    colons == 1 && digits > 0
}

impl MetricStatistic {
    /// AWS's word: `Average`, `p99`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::ExtendedStatistic(statistic) => statistic.as_str(),
            Self::Statistic(statistic) => statistic.as_str(),
        }
    }

    /// The one that AWS calls so.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        let extended = || ExtendedStatistic::new(word).ok().map(Self::ExtendedStatistic);
        Statistic::from_word(word).map(Self::Statistic).or_else(extended)
    }
}

impl fmt::Display for MetricStatistic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl From<Statistic> for MetricStatistic {
    fn from(statistic: Statistic) -> Self {
        Self::Statistic(statistic)
    }
}

impl From<ExtendedStatistic> for MetricStatistic {
    fn from(statistic: ExtendedStatistic) -> Self {
        Self::ExtendedStatistic(statistic)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_percentiles_and_their_like() {
        for good in
            ["p99", "p99.9", "p0", "p100", "tm90", "tc95.5", "IQM", "PR(:300)", "TM(10%:90%)"]
        {
            assert!(ExtendedStatistic::new(good).is_ok(), "{good}");
        }
        for bad in
            ["", "p", "p101", "p100.1", "p9.", "p.9", "p99.99999999999", "Average", "TM()", "TM(1)"]
        {
            assert!(ExtendedStatistic::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn words_come_back() {
        for word in ["Average", "Sum", "p99"] {
            assert_eq!(MetricStatistic::from_word(word).unwrap().as_str(), word);
        }
        assert_eq!(MetricStatistic::from_word("Median"), None);
    }
}
