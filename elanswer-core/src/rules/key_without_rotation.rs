//! Rule: key-without-rotation
//!
//! Severity: warning
//!
//! A KMS key keeps the same key material for as long as it exists.
//!
//! Source: <https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html>
//!
//! Fix: set `enable_key_rotation`; what is encrypted stays readable.
//!
//! Suppress: for a key that is rotated by hand.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::kms::Key,
};

pub(crate) const RULE: Rule = Rule {
    slug: "key-without-rotation",
    severity: Severity::Warning,
    summary: "A key does not rotate.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, key) in ctx.all::<Key>() {
        if key.enabled && !key.enable_key_rotation {
            out.push(
                node,
                "AWS never makes new key material for it",
                "set `enable_key_rotation`; what is encrypted stays readable",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testing::check;

    #[test]
    fn fires_on_a_key_that_does_not_rotate() {
        check(
            &RULE,
            |arch| _ = arch.resource("key", Key::default()),
            &["warning key: AWS never makes new key material for it"],
        );
    }

    #[test]
    fn accepts_one_that_does_and_one_that_is_not_used() {
        check(
            &RULE,
            |arch| {
                arch.resource("a", Key::builder().enable_key_rotation(true).build());
                arch.resource("b", Key::builder().enabled(false).build());
            },
            &[],
        );
    }
}
