//! Amounts of money.

use std::{fmt, iter::Sum, ops::Add, str::FromStr};

use serde::{Deserialize, Serialize};

/// US dollars, to a millionth, and never fewer than none.
///
/// A text or a number with a fraction is never a binary one in between: what AWS takes and answers
/// compares equal.
///
/// ```
/// use elanswer_core::Dollars;
///
/// let limit = Dollars::cents(12_550);
/// assert_eq!(limit.to_string(), "125.5");
/// assert_eq!("125.50".parse(), Ok(limit));
/// assert_eq!(format!("{limit:.2}"), "125.50");
/// ```
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(try_from = "String", into = "String")]
pub struct Dollars(u64);

/// A dollar in millionths.
const DOLLAR: u64 = 1_000_000;

/// A text is no amount of dollars.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no amount of US dollars: digits, and at most six behind a point")]
pub struct DollarsError {
    text: String,
}

impl Dollars {
    /// No money.
    pub const ZERO: Self = Self(0);

    /// So many whole dollars.
    #[must_use]
    pub const fn whole(dollars: u32) -> Self {
        Self(dollars as u64 * DOLLAR)
    }

    /// So many cents.
    #[must_use]
    pub const fn cents(cents: u32) -> Self {
        Self(cents as u64 * (DOLLAR / 100))
    }

    /// So many millionths of a dollar.
    #[must_use]
    pub const fn millionths(millionths: u64) -> Self {
        Self(millionths)
    }

    /// How many millionths of a dollar it is.
    #[must_use]
    pub const fn as_millionths(self) -> u64 {
        self.0
    }

    /// So many times as much.
    #[must_use]
    pub const fn times(self, count: u64) -> Self {
        Self(self.0.saturating_mul(count))
    }

    /// The share of `part` in `whole`, rounded to the nearest millionth; nothing of nothing.
    #[must_use]
    pub fn share(self, part: u64, whole: u64) -> Self {
        let whole = u128::from(whole);
        let parts = u128::from(self.0) * u128::from(part) + whole / 2;
        Self(parts.checked_div(whole).and_then(|it| u64::try_from(it).ok()).unwrap_or_default())
    }

    /// What is left of it without `other`, and nothing when that is more.
    #[must_use]
    pub const fn less(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Add for Dollars {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sum for Dollars {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Self::add)
    }
}

impl fmt::Display for Dollars {
    /// As many digits behind the point as it has, or rounded to the precision.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match f.precision() {
            Some(digits @ 0..=5) => {
                let step = 10_u64.pow(u32::try_from(6 - digits).unwrap_or(0));
                let rounded = self.0.saturating_add(step / 2) / step;
                let per_dollar = DOLLAR / step;
                let (whole, rest) = (rounded / per_dollar, rounded % per_dollar);
                if digits == 0 { whole.to_string() } else { format!("{whole}.{rest:0digits$}") }
            }
            _ => {
                let text = format!("{}.{:06}", self.0 / DOLLAR, self.0 % DOLLAR);
                text.trim_end_matches('0').trim_end_matches('.').to_owned()
            }
        };
        match f.width() {
            Some(width) => write!(f, "{text:>width$}"),
            None => f.write_str(&text),
        }
    }
}

impl FromStr for Dollars {
    type Err = DollarsError;

    fn from_str(text: &str) -> Result<Self, DollarsError> {
        let amount = || {
            let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
            let rest = rest.trim_end_matches('0');
            let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
            if !digits(whole) || !digits(rest) || rest.len() > 6 || text.starts_with('.') {
                return None;
            }
            let whole: u64 = whole.parse().ok()?;
            let rest: u64 = format!("{rest:0<6}").parse().ok()?;
            whole.checked_mul(DOLLAR)?.checked_add(rest).map(Self)
        };
        amount().ok_or_else(|| DollarsError { text: text.to_owned() })
    }
}

impl TryFrom<String> for Dollars {
    type Error = DollarsError;

    fn try_from(text: String) -> Result<Self, DollarsError> {
        text.parse()
    }
}

impl From<Dollars> for String {
    fn from(amount: Dollars) -> Self {
        amount.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_amount_has_one_text() {
        for (text, canonical) in
            [("100", "100"), ("100.0", "100"), ("0.045", "0.045"), ("7.50", "7.5"), ("0", "0")]
        {
            assert_eq!(text.parse::<Dollars>().unwrap().to_string(), canonical);
        }
        for bad in ["", ".5", "-1", "1e3", "1.0000001", "$5", "18446744073710"] {
            assert!(bad.parse::<Dollars>().is_err(), "{bad}");
        }
    }

    #[test]
    fn sums_and_shares_are_exact() {
        let price = Dollars::millionths(45_000);
        assert_eq!(price.times(730), "32.85".parse().unwrap());
        assert_eq!([price, price].into_iter().sum::<Dollars>(), Dollars::cents(9));
        assert_eq!(Dollars::whole(100).share(28, 100), Dollars::whole(28));
        assert_eq!(Dollars::whole(100).share(1, 0), Dollars::ZERO);
        assert_eq!(Dollars::cents(5).less(Dollars::cents(7)), Dollars::ZERO);
    }

    #[test]
    fn is_rounded_for_people() {
        let amount = Dollars::millionths(1_999_999);
        assert_eq!(format!("{amount:.2} {amount:.0} {amount:>9.4}"), "2.00 2    2.0000");
    }
}
