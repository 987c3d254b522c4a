//! Rule: replica-without-backups
//!
//! Severity: error
//!
//! A read replica is asked for of a DB instance of which AWS makes none: one without automated
//! backups (`InvalidDBInstanceState`), or one whose password AWS manages in Secrets Manager
//! (`InvalidParameterValue`).
//!
//! Source: <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.Create.html> and
//! <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html>
//!
//! Fix: set `BackupRetentionPeriod` of the source to 1 or more; give the source a password of your
//! own.
//!
//! Suppress: never.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::rds::DbInstance,
};

pub(crate) const RULE: Rule = Rule {
    slug: "replica-without-backups",
    severity: Severity::Error,
    summary: "AWS makes no read replica of the database that is to be its source.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, replica) in ctx.all::<DbInstance>() {
        let source = replica.source_db_instance.as_ref().and_then(|source| ctx.get(source));
        let Some((source, typed)) = source else { continue };
        if typed.backup_retention_period.is_none_or(|period| period.get() == 0) {
            out.push(
                node,
                format!("is a replica of `{}`, which has no backups", source.id),
                format!("set `BackupRetentionPeriod` of `{}` to 1 or more", source.id),
            );
        }
        if typed.manages_password() {
            out.push(
                node,
                format!("is a replica of `{}`, whose password AWS manages", source.id),
                format!("give `{}` a password of your own", source.id),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        architecture::Architecture,
        checks::testing::{check, database, replica},
        secret::SecretRef,
        services::rds::BackupRetentionPeriod,
    };

    fn describe(arch: &mut Architecture, days: u32, managed: bool) {
        let source = DbInstance {
            backup_retention_period: BackupRetentionPeriod::try_from(days).ok(),
            manage_master_user_password: Some(managed),
            master_user_password: (!managed).then(|| SecretRef::new("master", 1)),
            ..database()
        };
        let source = arch.resource("db", source);
        arch.resource("replica", replica(&source));
    }

    #[test]
    fn fires_without_backups_and_on_a_managed_password() {
        check(
            &RULE,
            |arch| describe(arch, 0, true),
            &[
                "error replica: is a replica of `db`, which has no backups",
                "error replica: is a replica of `db`, whose password AWS manages",
            ],
        );
    }

    #[test]
    fn accepts_a_source_with_both() {
        check(&RULE, |arch| describe(arch, 1, false), &[]);
    }
}
