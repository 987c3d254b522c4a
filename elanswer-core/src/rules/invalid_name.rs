//! Rule: invalid-name
//!
//! Severity: error
//!
//! A name of the program is no resource id, or the architecture has no usable name.
//! Both are written to the tags that say who owns an object, where AWS allows 256 characters, and
//! ids are paths of parts joined by `/`.
//!
//! Source: <https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html>
//!
//! Fix: use parts of letters, digits, `-`, `_` and `.` joined by `/`, at most 256 bytes.
//!
//! Suppress: never.

use crate::{
    architecture::Problem,
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    id::MAX_RESOURCE_ID_LEN,
};

pub(crate) const RULE: Rule = Rule {
    slug: "invalid-name",
    severity: Severity::Error,
    summary: "A name is not a resource id, or the architecture has no usable name.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    let name = ctx.arch().name();
    if name.trim().is_empty() || name.chars().count() > MAX_RESOURCE_ID_LEN {
        out.push(
            ctx.root(),
            format!("the name of the architecture has {} characters", name.trim().chars().count()),
            format!("name the architecture with 1 to {MAX_RESOURCE_ID_LEN} characters"),
        );
    }
    for problem in ctx.arch().problems() {
        if let Problem::Name { id, text, source } = problem {
            out.push(
                (id, source),
                format!("`{text}` is not a resource id; `{id}` stands in for it"),
                format!(
                    "use parts of letters, digits, `-`, `_` and `.` joined by `/`, at most {MAX_RESOURCE_ID_LEN} bytes"
                ),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        architecture::Architecture, checks::testing::check, cidr, region::Region,
        services::ec2::Vpc,
    };

    #[test]
    fn fires_on_characters_that_ids_do_not_have() {
        check(
            &RULE,
            |arch| {
                arch.resource("my vpc", Vpc::new(cidr!("10.0.0.0/16")));
            },
            &["error my-vpc: `my vpc` is not a resource id; `my-vpc` stands in for it"],
        );
    }

    #[test]
    fn fires_on_an_architecture_without_a_name() {
        check(
            &RULE,
            |arch| *arch = Architecture::new("  ", Region::UsEast1),
            &["error --: the name of the architecture has 0 characters"],
        );
    }

    #[test]
    fn accepts_paths() {
        check(
            &RULE,
            |arch| {
                arch.resource("main/public-1/vpc_1.a", Vpc::new(cidr!("10.0.0.0/16")));
            },
            &[],
        );
    }
}
