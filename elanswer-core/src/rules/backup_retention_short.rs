//! Rule: backup-retention-short
//!
//! Severity: warning; error when there are no backups
//!
//! Backups are kept for fewer than 30 days, or not made at all.
//! What was destroyed unnoticed is gone when the last backup from before is; without backups there is
//! no point-in-time recovery either.
//!
//! Source: <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.html>
//!
//! Fix: set `BackupRetentionPeriod` to 30 to 35 days.
//!
//! Suppress: when something else makes backups, such as AWS Backup.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::rds::{BackupRetentionPeriod, DbInstance},
};

pub(crate) const RULE: Rule = Rule {
    slug: "backup-retention-short",
    severity: Severity::Warning,
    summary: "The backups of a database are kept for fewer than 30 days.",
    check,
};

const MIN_DAYS: u8 = 30;

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, database) in ctx.all::<DbInstance>() {
        let Some(days) = database.backup_retention_period.map(BackupRetentionPeriod::get) else {
            continue;
        };
        let help = format!("set `BackupRetentionPeriod` to {MIN_DAYS} days");
        if days == 0 {
            let message = "has no backups: `BackupRetentionPeriod` is 0";
            out.push_as(Severity::Error, node, message, help);
        } else if days < MIN_DAYS {
            out.push(node, format!("keeps its backups for {days} of {MIN_DAYS} days"), help);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testing::{check, database};

    fn keeping(days: u32) -> DbInstance {
        let backup_retention_period = BackupRetentionPeriod::try_from(days).ok();
        DbInstance { backup_retention_period, ..database() }
    }

    #[test]
    fn fires_on_few_days_and_on_none() {
        check(
            &RULE,
            |arch| {
                arch.resource("a", keeping(0));
                arch.resource("b", keeping(29));
            },
            &[
                "error a: has no backups: `BackupRetentionPeriod` is 0",
                "warning b: keeps its backups for 29 of 30 days",
            ],
        );
    }

    #[test]
    fn accepts_a_month() {
        check(&RULE, |arch| _ = arch.resource("db", keeping(30)), &[]);
    }
}
