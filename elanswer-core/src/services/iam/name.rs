//! The names of roles and policies.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A name in IAM: 1 to `MAX` ASCII letters, digits and `+=,.@_-`.
///
/// IAM compares names without regard to case.
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct IamName<const MAX: usize>(String);

/// The name of a role: at most 64 characters.
pub type RoleName = IamName<64>;

/// The name of a policy: at most 128 characters.
pub type PolicyName = IamName<128>;

/// A text is not a name in IAM.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not 1 to {max} ASCII letters, digits and `+=,.@_-`")]
pub struct NameError {
    text: String,
    max: usize,
}

/// What IAM allows in names besides letters, digits and `-`.
pub(super) const ALSO: &str = "+=,.@_";

impl<const MAX: usize> IamName<MAX> {
    /// A name.
    ///
    /// # Errors
    ///
    /// When the text is empty, too long, or has other characters.
    pub fn new(text: impl Into<String>) -> Result<Self, NameError> {
        let text = text.into();
        let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || ALSO.contains(c);
        if text.is_empty() || text.len() > MAX || !text.chars().all(allowed) {
            return Err(NameError { text, max: MAX });
        }
        Ok(Self(text))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> fmt::Display for IamName<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl<const MAX: usize> FromStr for IamName<MAX> {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        Self::new(text)
    }
}

impl<const MAX: usize> TryFrom<String> for IamName<MAX> {
    type Error = NameError;

    fn try_from(text: String) -> Result<Self, NameError> {
        Self::new(text)
    }
}

impl<const MAX: usize> From<IamName<MAX>> for String {
    fn from(name: IamName<MAX>) -> Self {
        name.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_a_length_and_characters() {
        assert!(RoleName::new("web+task=1,2.3@4_5-6").is_ok());
        assert!(RoleName::new("a".repeat(64)).is_ok());
        assert!(RoleName::new("a".repeat(65)).is_err());
        assert!(PolicyName::new("a".repeat(128)).is_ok());
        assert!(PolicyName::new("").is_err());
        assert!(PolicyName::new("a/b").is_err());
    }
}
