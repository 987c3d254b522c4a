//! Rule: duplicate-name
//!
//! Severity: error
//!
//! Two declarations have one resource id.
//! Only the first is part of the architecture, so the second would silently be missing in AWS.
//!
//! Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html>
//!
//! Fix: give one of the two another id, or put it in a construct of its own.
//!
//! Suppress: never.

use crate::{
    architecture::Problem,
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
};

pub(crate) const RULE: Rule = Rule {
    slug: "duplicate-name",
    severity: Severity::Error,
    summary: "Two declarations have the same resource id.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for problem in ctx.arch().problems() {
        if let Problem::Duplicate { id, first, second } = problem {
            out.push(
                (id, second),
                format!("declared twice, first at {first}; the second is left out"),
                "give one of the two another id",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{checks::testing::check, cidr, services::ec2::Vpc};

    #[test]
    fn fires_on_a_second_declaration() {
        let line = line!() + 4;
        check(
            &RULE,
            |arch| {
                arch.resource("vpc", Vpc::new(cidr!("10.0.0.0/16")));
                arch.resource("vpc", Vpc::new(cidr!("10.1.0.0/16")));
            },
            &[&format!(
                "error vpc: declared twice, first at {}:{line}; the second is left out",
                file!()
            )],
        );
    }

    #[test]
    fn accepts_one_name_in_two_constructs() {
        check(
            &RULE,
            |arch| {
                arch.resource("a/vpc", Vpc::new(cidr!("10.0.0.0/16")));
                arch.resource("b/vpc", Vpc::new(cidr!("10.1.0.0/16")));
            },
            &[],
        );
    }
}
