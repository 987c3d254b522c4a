//! Names, labels, metrics and descriptions.

use crate::text::{characters, is_of, text};

text! {
    /// The name of a web ACL, an IP set or a rule.
    EntityName: "a name in AWS WAF",
    "1 to 128 letters, digits, `-` and `_`",
    is_name
}

text! {
    /// What a web ACL or IP set is for.
    EntityDescription: "a description in AWS WAF",
    "3 to 256 letters, digits, white space and `_+=:#@/-,.`, no white space at the ends",
    is_description
}

text! {
    /// The name of a metric, which AWS reserves some of.
    MetricName: "the name of a metric of AWS WAF",
    "1 to 128 letters, digits, `-` and `_`, neither `All` nor `Default_Action`",
    is_metric
}

text! {
    /// A label that a rule puts on a request: behind the namespace of its web ACL.
    LabelName: "a label of AWS WAF",
    "1 to 1024 letters, digits and `_-:`",
    is_label
}

const fn is_name(text: &str) -> bool {
    is_of(text, 1, 128, "-_")
}

const fn is_metric(text: &str) -> bool {
    is_name(text)
        && !matches!(text.as_bytes(), [b'A', b'l', b'l'])
        && !matches!(
            text.as_bytes(),
            [b'D', b'e', b'f', b'a', b'u', b'l', b't', b'_', b'A', b'c', b't', b'i', b'o', b'n']
        )
}

pub(super) const fn is_label(text: &str) -> bool {
    is_of(text, 1, 1024, "_-:")
}

const fn is_description(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return false };
    characters(text) >= 3
        && is_of(text, 3, 256, "_+=:#@/-,. \t\n")
        && !first.is_ascii_whitespace()
        && !last.is_ascii_whitespace()
}

impl MetricName {
    /// The metric of a rule of this name.
    #[must_use]
    pub fn of_rule(name: &EntityName) -> Self {
        Self::new(name.as_str()).unwrap_or(Self::literal("Rule"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_those_that_aws_takes() {
        assert!(EntityName::new("shop_1-a").is_ok() && EntityName::new("a b").is_err());
        assert!(EntityName::new("x".repeat(129)).is_err() && EntityName::new("").is_err());
        for good in ["abc", "Guards the shop: eu-west-1, 2026."] {
            assert!(EntityDescription::new(good).is_ok(), "{good}");
        }
        for bad in ["", "ab", " abc", "abc ", "what?", &"x".repeat(257)] {
            assert!(EntityDescription::new(bad).is_err(), "{bad}");
        }
        assert!(MetricName::new("All").is_err() && MetricName::new("Default_Action").is_err());
        assert!(MetricName::new("Allowed").is_ok());
        assert!(LabelName::new("shop:admin").is_ok() && LabelName::new("a/b").is_err());
    }

    #[test]
    fn every_rule_has_a_metric() {
        assert_eq!(MetricName::of_rule(&EntityName::literal("limit")).as_str(), "limit");
        assert_eq!(MetricName::of_rule(&EntityName::literal("All")).as_str(), "Rule");
    }
}
