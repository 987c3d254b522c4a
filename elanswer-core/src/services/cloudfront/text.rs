//! Texts that several kinds of CloudFront have.

use crate::text::{characters, is_of, text};

text! {
    /// What something of CloudFront is for.
    Comment: "a comment of CloudFront",
    "at most 128 characters",
    is_comment
}

const fn is_comment(text: &str) -> bool {
    characters(text) <= 128
}

impl Default for Comment {
    fn default() -> Self {
        Self::literal("")
    }
}

text! {
    /// The name of a policy, unique in the account among those of its kind.
    PolicyName: "the name of a policy of CloudFront",
    "1 to 128 letters, digits, `-` and `_`",
    is_policy_name
}

const fn is_policy_name(text: &str) -> bool {
    is_of(text, 1, 128, "-_")
}

text! {
    /// The name of a header. Names that differ only in case are different here, and the same to AWS.
    HeaderName: "the name of a header",
    "1 to 256 letters, digits and ``!#$%&'*+-.^_`|~``",
    is_header_name
}

const fn is_header_name(text: &str) -> bool {
    is_of(text, 1, 256, "!#$%&'*+-.^_`|~")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_those_that_aws_takes() {
        assert!(Comment::new("é".repeat(128)).is_ok() && Comment::new("x".repeat(129)).is_err());
        assert!(PolicyName::new("shop-static_1").is_ok() && PolicyName::new("a b").is_err());
        assert!(HeaderName::new("X-Origin-Verify").is_ok() && HeaderName::new("a:b").is_err());
    }
}
