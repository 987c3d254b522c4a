//! What a metric is compared with.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a metric is compared with: any number that is finite.
///
/// ```
/// use elanswer_core::services::cloudwatch::Threshold;
///
/// assert_eq!(Threshold::from(5), Threshold::new(5.0)?);
/// assert!(Threshold::new(f64::NAN).is_err());
/// # Ok::<(), elanswer_core::services::cloudwatch::ThresholdError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Threshold(
    /// Its bits: of one number, one form.
    u64,
);

/// A number that no metric can be compared with.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("`{0}` is no threshold: a finite number")]
pub struct ThresholdError(f64);

impl Threshold {
    /// The number `value`.
    ///
    /// # Errors
    ///
    /// When it is infinite, or no number.
    pub const fn new(value: f64) -> Result<Self, ThresholdError> {
        if value.is_finite() { Ok(Self::of(value)) } else { Err(ThresholdError(value)) }
    }

    /// The bytes of so many GiB.
    #[must_use]
    pub fn gib(count: u32) -> Self {
        Self::of(f64::from(count) * 1_073_741_824.0)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> f64 {
        f64::from_bits(self.0)
    }

    /// Zero has two forms.
    const fn of(value: f64) -> Self {
        Self(if value == 0.0 { 0 } else { value.to_bits() })
    }
}

impl TryFrom<f64> for Threshold {
    type Error = ThresholdError;

    fn try_from(value: f64) -> Result<Self, Self::Error> {
        Self::new(value)
    }
}

impl From<i32> for Threshold {
    fn from(value: i32) -> Self {
        Self::of(value.into())
    }
}

impl From<u32> for Threshold {
    fn from(value: u32) -> Self {
        Self::of(value.into())
    }
}

impl From<Threshold> for f64 {
    fn from(threshold: Threshold) -> Self {
        threshold.get()
    }
}

impl fmt::Debug for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Threshold").field(&self.get()).finish()
    }
}

impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_has_one_form() {
        assert_eq!(Threshold::new(-0.0), Ok(Threshold::from(0)));
        assert_eq!(serde_json::from_str::<Threshold>("5").unwrap(), Threshold::from(5_u32));
        assert_eq!(serde_json::to_string(&Threshold::new(0.5).unwrap()).unwrap(), "0.5");
        assert!(Threshold::new(f64::INFINITY).is_err());
        assert_eq!(Threshold::from(-2).to_string(), "-2");
    }
}
