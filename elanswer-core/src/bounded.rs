//! Whole numbers within the range that AWS accepts.

use std::{fmt, num::ParseIntError, str::FromStr};

use serde::{Deserialize, Serialize};

/// A whole number from `MIN` to `MAX`, both included.
///
/// Literals are checked when the program compiles, values of configuration when they are read.
///
/// ```
/// use elanswer_core::Bounded;
///
/// type Percent = Bounded<0, 100>;
/// assert_eq!(Percent::of::<40>().get(), 40);
/// assert!(Percent::new(101).is_err());
/// ```
///
/// ```compile_fail,E0080
/// # use elanswer_core::Bounded;
/// let percent = Bounded::<0, 100>::of::<101>();
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Bounded<const MIN: u32, const MAX: u32>(u32);

/// A number outside the range that AWS accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("`{value}` is not within {min} to {max}")]
pub struct RangeError {
    value: u32,
    min: u32,
    max: u32,
}

impl<const MIN: u32, const MAX: u32> Bounded<MIN, MAX> {
    /// The literal `VALUE`; one out of range does not compile.
    #[must_use]
    pub const fn of<const VALUE: u32>() -> Self {
        const {
            assert!(MIN <= VALUE && VALUE <= MAX, "the number is out of AWS's range");
        }
        Self(VALUE)
    }

    /// The number `value`.
    ///
    /// # Errors
    ///
    /// When it is not within `MIN` to `MAX`.
    pub const fn new(value: u32) -> Result<Self, RangeError> {
        if MIN <= value && value <= MAX {
            Ok(Self(value))
        } else {
            Err(RangeError { value, min: MIN, max: MAX })
        }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl<const MIN: u32, const MAX: u32> TryFrom<u32> for Bounded<MIN, MAX> {
    type Error = RangeError;

    fn try_from(value: u32) -> Result<Self, Self::Error> {
        Self::new(value)
    }
}

impl<const MIN: u32, const MAX: u32> From<Bounded<MIN, MAX>> for u32 {
    fn from(number: Bounded<MIN, MAX>) -> Self {
        number.0
    }
}

impl<const MIN: u32, const MAX: u32> FromStr for Bounded<MIN, MAX> {
    type Err = ParseNumberError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self::new(text.parse()?)?)
    }
}

impl<const MIN: u32, const MAX: u32> fmt::Display for Bounded<MIN, MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A text that is no number of the range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseNumberError {
    /// It is no whole number.
    #[error("not a whole number: {0}")]
    Form(#[from] ParseIntError),
    /// It is out of range.
    #[error(transparent)]
    Range(#[from] RangeError),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bounds_are_included() {
        type Number = Bounded<2, 10>;
        assert_eq!(Number::new(2).map(Number::get), Ok(2));
        assert_eq!(Number::new(10).map(Number::get), Ok(10));
        assert_eq!(Number::new(1).unwrap_err().to_string(), "`1` is not within 2 to 10");
        assert!("11".parse::<Number>().is_err() && "x".parse::<Number>().is_err());
        assert!(serde_json::from_str::<Number>("11").is_err());
    }
}
