//! The quotas of the account.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::AwsError;

/// The quotas of the account: how many of something AWS allows.
///
/// Handlers name a quota with AWS's default for it; a test may set another value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quotas(BTreeMap<String, usize>);

impl Quotas {
    /// AWS's defaults.
    #[must_use]
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Sets a quota, as after a request to AWS to raise it.
    pub fn set(&mut self, name: impl Into<String>, value: usize) {
        self.0.insert(name.into(), value);
    }

    /// The quota `name`, whose default in AWS is `default`.
    #[must_use]
    pub fn get(&self, name: &str, default: usize) -> usize {
        self.0.get(name).copied().unwrap_or(default)
    }

    /// Refuses one more than the quota.
    ///
    /// # Errors
    ///
    /// With `code`, when `used` has reached the quota.
    pub fn check(
        &self,
        name: &str,
        default: usize,
        used: usize,
        code: &str,
    ) -> Result<(), AwsError> {
        let limit = self.get(name, default);
        if used < limit {
            Ok(())
        } else {
            Err(AwsError::quota(
                code,
                format!("The maximum number of {name} has been reached: {limit}"),
            ))
        }
    }
}
