//! Rule: parameter-group-family
//!
//! Severity: error
//!
//! The parameter group of a DB instance is of another family than its engine and version; AWS answers
//! `InvalidParameterCombination`.
//!
//! Source: <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithParamGroups.html>
//!
//! Fix: give the parameter group the family that the message names.
//!
//! Suppress: never.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::rds::{DbInstance, DbParameterGroupFamily},
};

pub(crate) const RULE: Rule = Rule {
    slug: "parameter-group-family",
    severity: Severity::Error,
    summary: "A database has a parameter group of another family than its engine version.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, database) in ctx.all::<DbInstance>() {
        let group = database.db_parameter_group.as_ref().and_then(|group| ctx.get(group));
        let Some((group, typed)) = group else { continue };
        let Some(version) = &database.engine_version else { continue };
        let family = DbParameterGroupFamily::of(database.engine, version);
        if typed.family != family {
            out.push(
                node,
                format!("needs the family `{family}`, but `{}` is of `{}`", group.id, typed.family),
                format!("make a parameter group of the family `{family}`"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        architecture::Architecture,
        checks::testing::{check, database},
        services::rds::DbParameterGroup,
    };

    fn describe(arch: &mut Architecture, family: &'static str) {
        let group = DbParameterGroup::builder()
            .family(DbParameterGroupFamily::literal(family))
            .description("for a test");
        let group = arch.resource("group", group.build());
        arch.resource("db", DbInstance { db_parameter_group: Some(group), ..database() });
    }

    #[test]
    fn fires_on_another_version() {
        check(
            &RULE,
            |arch| describe(arch, "postgres15"),
            &["error db: needs the family `postgres16`, but `group` is of `postgres15`"],
        );
    }

    #[test]
    fn accepts_its_own_version() {
        check(&RULE, |arch| describe(arch, "postgres16"), &[]);
    }
}
