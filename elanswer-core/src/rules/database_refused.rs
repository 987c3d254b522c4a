//! Rule: database-refused
//!
//! Severity: error
//!
//! The properties of a DB instance contradict each other; AWS answers
//! `InvalidParameterCombination` or `InvalidParameterValue`.
//!
//! Source: <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html>
//!
//! Fix: change one of the properties that the message names.
//!
//! Suppress: never.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::rds::{DbInstance, DbInstanceContradiction},
};

pub(crate) const RULE: Rule = Rule {
    slug: "database-refused",
    severity: Severity::Error,
    summary: "The properties of a database contradict each other.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, database) in ctx.all::<DbInstance>() {
        let found = database.contradictions().into_iter();
        // `windows-collide` says that.
        for contradiction in found.filter(|it| *it != DbInstanceContradiction::WindowsOverlap) {
            out.push(node, contradiction.to_string(), "change one of the two properties");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::{check, database},
        services::{kms::KeyArn, rds::StorageSize},
    };

    #[test]
    fn fires_on_each_contradiction() {
        check(
            &RULE,
            |arch| {
                let key = "arn:aws:kms:us-east-1:123456789012:key/k";
                let it = DbInstance {
                    storage_encrypted: Some(false),
                    kms_key_id: Some(KeyArn::new(key).unwrap().into()),
                    max_allocated_storage: Some(StorageSize::gib::<100>()),
                    ..database()
                };
                arch.resource("db", it);
            },
            &[
                "error db: `KmsKeyId` is set, but `StorageEncrypted` is off",
                "error db: `MaxAllocatedStorage` 100 must be at least a tenth more than `AllocatedStorage` 100",
            ],
        );
    }

    #[test]
    fn accepts_what_fits_together() {
        check(
            &RULE,
            |arch| {
                let more = Some(StorageSize::gib::<110>());
                let it = DbInstance { max_allocated_storage: more, ..database() };
                arch.resource("db", it);
            },
            &[],
        );
    }
}
