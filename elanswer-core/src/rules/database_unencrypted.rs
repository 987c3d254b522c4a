//! Rule: database-unencrypted
//!
//! Severity: error
//!
//! The storage of a database, its snapshots and its backups are not encrypted.
//! That cannot be changed later: a database is encrypted by copying it.
//!
//! Source: <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html>
//!
//! Fix: turn `StorageEncrypted` on, with a KMS key of your own if its use is to be controlled.
//!
//! Suppress: for a database that exists already and holds nothing of value.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::rds::DbInstance,
};

pub(crate) const RULE: Rule = Rule {
    slug: "database-unencrypted",
    severity: Severity::Error,
    summary: "The storage of a database is not encrypted.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, database) in ctx.all::<DbInstance>() {
        if database.storage_encrypted == Some(false) {
            out.push(
                node,
                "is not encrypted, which cannot be changed later: `StorageEncrypted` is off",
                "turn `StorageEncrypted` on",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testing::{check, database};

    #[test]
    fn fires_without_encryption() {
        check(
            &RULE,
            |arch| {
                _ = arch.resource("db", DbInstance { storage_encrypted: Some(false), ..database() })
            },
            &[
                "error db: is not encrypted, which cannot be changed later: `StorageEncrypted` is off",
            ],
        );
    }

    #[test]
    fn accepts_encryption() {
        check(&RULE, |arch| _ = arch.resource("db", database()), &[]);
    }
}
