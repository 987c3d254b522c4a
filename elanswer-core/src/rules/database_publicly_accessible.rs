//! Rule: database-publicly-accessible
//!
//! Severity: error
//!
//! A database gets a public address: the internet may try its passwords.
//!
//! Source: <https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html>
//!
//! Fix: turn `PubliclyAccessible` off.
//!
//! Suppress: never for data that matters.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::rds::DbInstance,
};

pub(crate) const RULE: Rule = Rule {
    slug: "database-publicly-accessible",
    severity: Severity::Error,
    summary: "A database gets a public address.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, database) in ctx.all::<DbInstance>() {
        if database.publicly_accessible {
            out.push(
                node,
                "gets a public address: `PubliclyAccessible` is on",
                "turn `PubliclyAccessible` off, and reach it from within the VPC",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testing::{check, database};

    #[test]
    fn fires_on_a_public_address() {
        check(
            &RULE,
            |arch| _ = arch.resource("db", DbInstance { publicly_accessible: true, ..database() }),
            &["error db: gets a public address: `PubliclyAccessible` is on"],
        );
    }

    #[test]
    fn accepts_a_private_one() {
        check(&RULE, |arch| _ = arch.resource("db", database()), &[]);
    }
}
