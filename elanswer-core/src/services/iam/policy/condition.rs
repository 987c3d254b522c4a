//! When a statement holds.

use std::{borrow::Cow, collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

use crate::{Set, reference::Input};

/// The conditions of a statement: by operator and key, the values of which one must match.
///
/// All operators and keys must hold.
pub type Conditions = BTreeMap<Operator, BTreeMap<String, Set<Input<String>>>>;

/// How a condition compares, such as `StringEquals` or `ForAnyValue:StringLikeIfExists`.
///
/// Source:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Operator(Cow<'static, str>);

/// Every operator, without what may stand before and after it.
const BASES: [&str; 27] = [
    "ArnEquals",
    "ArnLike",
    "ArnNotEquals",
    "ArnNotLike",
    "BinaryEquals",
    "Bool",
    "DateEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateNotEquals",
    "IpAddress",
    "NotIpAddress",
    "Null",
    "NumericEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericNotEquals",
    "StringEquals",
    "StringEqualsIgnoreCase",
    "StringLike",
    "StringNotEquals",
    "StringNotEqualsIgnoreCase",
    "StringNotLike",
];

impl Operator {
    /// An ARN that matches, part by part, with `*` and `?`.
    pub const ARN_LIKE: Self = Self(Cow::Borrowed("ArnLike"));
    /// `true` or `false`.
    pub const BOOL: Self = Self(Cow::Borrowed("Bool"));
    /// An address within a range.
    pub const IP_ADDRESS: Self = Self(Cow::Borrowed("IpAddress"));
    /// A key that is absent (`true`) or present (`false`).
    pub const NULL: Self = Self(Cow::Borrowed("Null"));
    /// The same text.
    pub const STRING_EQUALS: Self = Self(Cow::Borrowed("StringEquals"));
    /// A text that matches, with `*` and `?`.
    pub const STRING_LIKE: Self = Self(Cow::Borrowed("StringLike"));
    /// Another text.
    pub const STRING_NOT_EQUALS: Self = Self(Cow::Borrowed("StringNotEquals"));

    /// An operator by its name. Whether IAM has it is told by [`exists`](Self::exists), and checked
    /// with the architecture.
    #[must_use]
    pub fn new(name: impl Into<Cow<'static, str>>) -> Self {
        Self(name.into())
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether IAM has this operator.
    #[must_use]
    pub fn exists(&self) -> bool {
        let name = self.as_str();
        let name = ["ForAllValues:", "ForAnyValue:"]
            .iter()
            .find_map(|quantifier| name.strip_prefix(quantifier))
            .unwrap_or(name);
        // `Null` asks whether the key exists; that it need not exist makes no sense there.
        let base = name.strip_suffix("IfExists").filter(|base| *base != "Null").unwrap_or(name);
        BASES.contains(&base)
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_have_quantifiers_and_if_exists() {
        for name in ["Bool", "ForAnyValue:StringLike", "ForAllValues:ArnLikeIfExists", "Null"] {
            assert!(Operator::new(name).exists(), "{name}");
        }
        for name in ["Equals", "stringequals", "ForSome:StringLike", "NullIfExists", ""] {
            assert!(!Operator::new(name).exists(), "{name}");
        }
        assert!(Operator::STRING_EQUALS.exists());
    }
}
