//! Rule: dangling-move
//!
//! Severity: error
//!
//! A move says that a resource got a new id, but no resource has the new one, or the old one is
//! still declared.
//! The object of the old id would be deleted, which is what the move was to prevent.
//!
//! Source: <https://docs.rs/elanswer>
//!
//! Fix: declare the resource under its new id only, or remove the move.
//!
//! Suppress: never.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::{Severity, nearest},
};

pub(crate) const RULE: Rule = Rule {
    slug: "dangling-move",
    severity: Severity::Error,
    summary: "A move leads to no resource, or comes from one that is still declared.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (from, to) in ctx.arch().moves() {
        match ctx.node(to) {
            None => out.push(
                to,
                format!("`{from}` is said to be called `{to}` now, which is not declared"),
                nearest(to.as_str(), ctx.nodes(), |node| node.id.as_str()).map_or_else(
                    || format!("declare `{to}`, or remove the move"),
                    |node| format!("did you mean `{}`?", node.id),
                ),
            ),
            Some(node) if ctx.node(from).is_some() => out.push(
                node,
                format!("said to have been called `{from}`, which is still declared"),
                format!("remove the move, or the declaration of `{from}`"),
            ),
            Some(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{checks::testing::check, cidr, services::ec2::Vpc};

    #[test]
    fn fires_when_an_end_is_wrong() {
        check(
            &RULE,
            |arch| {
                arch.resource("a", Vpc::new(cidr!("10.0.0.0/16")));
                arch.resource("b", Vpc::new(cidr!("10.1.0.0/16")));
                arch.moved("a", "b").unwrap();
                arch.moved("old", "new").unwrap();
            },
            &[
                "error b: said to have been called `a`, which is still declared",
                "error new: `old` is said to be called `new` now, which is not declared",
            ],
        );
    }

    #[test]
    fn accepts_a_rename() {
        check(
            &RULE,
            |arch| {
                arch.resource("b", Vpc::new(cidr!("10.1.0.0/16")));
                arch.moved("a", "b").unwrap();
            },
            &[],
        );
    }
}
