//! Rule: unknown-database-class
//!
//! Severity: warning
//!
//! A DB instance has a class that AWS did not offer for its engine when this version of elanswer was
//! made; AWS may answer `InvalidParameterCombination`.
//!
//! Source: <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.html>
//!
//! Fix: take a class that `aws rds describe-orderable-db-instance-options` lists.
//!
//! Suppress: for a class that is newer than this version of elanswer.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::rds::DbInstance,
};

pub(crate) const RULE: Rule = Rule {
    slug: "unknown-database-class",
    severity: Severity::Warning,
    summary: "A database has a class that elanswer does not know.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, database) in ctx.all::<DbInstance>() {
        let class = &database.db_instance_class;
        if !class.is_known() {
            out.push(
                node,
                format!("`{class}` is no class of `{}` that elanswer knows", database.engine),
                "take a class that `aws rds describe-orderable-db-instance-options` lists",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::{check, database},
        services::rds::DbInstanceClass,
    };

    fn of(class: &'static str) -> DbInstance {
        DbInstance { db_instance_class: DbInstanceClass::literal(class), ..database() }
    }

    #[test]
    fn fires_on_a_class_of_another_world() {
        check(
            &RULE,
            |arch| _ = arch.resource("db", of("db.m7q.large")),
            &["warning db: `db.m7q.large` is no class of `postgres` that elanswer knows"],
        );
    }

    #[test]
    fn accepts_a_class_of_aws() {
        check(&RULE, |arch| _ = arch.resource("db", of("db.t4g.micro")), &[]);
    }
}
