//! Rule: windows-collide
//!
//! Severity: error
//!
//! The daily backup of a database may run while AWS patches it; AWS answers `InvalidParameterValue`:
//! `The backup window and maintenance window must not overlap.`
//!
//! Source: <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.Maintenance.html>
//!
//! Fix: move `PreferredBackupWindow` or `PreferredMaintenanceWindow`.
//!
//! Suppress: never.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::rds::DbInstance,
};

pub(crate) const RULE: Rule = Rule {
    slug: "windows-collide",
    severity: Severity::Error,
    summary: "The backup of a database may run during its maintenance.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, database) in ctx.all::<DbInstance>() {
        let windows = database.preferred_backup_window.zip(database.preferred_maintenance_window);
        let Some((backup, maintenance)) = windows else { continue };
        if backup.overlaps(maintenance) {
            out.push(
                node,
                format!(
                    "the backup window `{backup}` and the maintenance window `{maintenance}` must \
                     not overlap"
                ),
                "move one of the two windows",
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
        services::rds::{BackupWindow, MaintenanceWindow},
    };

    fn describe(arch: &mut Architecture, backup: &'static str) {
        let it = DbInstance {
            preferred_backup_window: Some(BackupWindow::literal(backup)),
            preferred_maintenance_window: Some(MaintenanceWindow::literal("sun:05:00-sun:06:00")),
            ..database()
        };
        arch.resource("db", it);
    }

    #[test]
    fn fires_on_an_overlap() {
        check(
            &RULE,
            |arch| describe(arch, "04:45-05:15"),
            &["error db: the backup window `04:45-05:15` and the maintenance window \
                 `sun:05:00-sun:06:00` must not overlap"],
        );
    }

    #[test]
    fn accepts_one_after_the_other() {
        check(&RULE, |arch| describe(arch, "04:00-05:00"), &[]);
    }
}
