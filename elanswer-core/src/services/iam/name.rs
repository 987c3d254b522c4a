//! The names of roles and policies.

use crate::text::{is_of, text};

text! {
    /// The name of a role. IAM compares names without regard to case.
    ///
    /// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>.
    RoleName: "the name of a role",
    "1 to 64 ASCII letters, digits and `+=,.@_-`",
    is_name::<64>
}

text! {
    /// The name of a policy. IAM compares names without regard to case.
    ///
    /// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>.
    PolicyName: "the name of a policy",
    "1 to 128 ASCII letters, digits and `+=,.@_-`",
    is_name::<128>
}

/// What IAM allows in names besides letters, digits and `-`.
pub(super) const ALSO: &str = "+=,.@_";

const fn is_name<const MAX: usize>(text: &str) -> bool {
    is_of(text, 1, MAX, "+=,.@_-")
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
