//! Rule: database-without-final-snapshot
//!
//! Severity: warning
//!
//! When a database is deleted or replaced, its data is gone for good: no final snapshot is made.
//!
//! Source: <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html>
//!
//! Fix: leave `SkipFinalSnapshot` off.
//!
//! Suppress: for a database without data of value, such as that of a test environment.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::rds::DbInstance,
};

pub(crate) const RULE: Rule = Rule {
    slug: "database-without-final-snapshot",
    severity: Severity::Warning,
    summary: "A database is deleted without a final snapshot.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, database) in ctx.all::<DbInstance>() {
        // The data of a replica is that of its source.
        if database.skip_final_snapshot && !database.is_replica() {
            out.push(
                node,
                "its data is gone when it is deleted: `SkipFinalSnapshot` is on",
                "leave `SkipFinalSnapshot` off",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testing::{check, database};

    #[test]
    fn fires_without_a_snapshot() {
        check(
            &RULE,
            |arch| _ = arch.resource("db", DbInstance { skip_final_snapshot: true, ..database() }),
            &["warning db: its data is gone when it is deleted: `SkipFinalSnapshot` is on"],
        );
    }

    #[test]
    fn accepts_the_default() {
        check(&RULE, |arch| _ = arch.resource("db", database()), &[]);
    }
}
