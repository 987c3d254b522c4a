//! Rule: cache-not-encrypted
//!
//! Severity: error; warning while clients may do without TLS
//!
//! What a cache writes to disks and into its snapshots is not encrypted, which cannot be changed later;
//! or whoever is on the network between it and its clients reads and changes what they say.
//!
//! Source: <https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/encryption.html>
//!
//! Fix: turn `AtRestEncryptionEnabled` and `TransitEncryptionEnabled` on; then leave
//! `TransitEncryptionMode` out once every client speaks TLS.
//!
//! Suppress: for a cache that holds nothing of value.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::elasticache::{ReplicationGroup, TransitEncryptionMode},
};

pub(crate) const RULE: Rule = Rule {
    slug: "cache-not-encrypted",
    severity: Severity::Error,
    summary: "A cache is not encrypted at rest or in transit.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, cache) in ctx.all::<ReplicationGroup>() {
        if !cache.at_rest_encryption_enabled {
            out.push(
                node,
                "is not encrypted, which cannot be changed later: `AtRestEncryptionEnabled` is off",
                "turn `AtRestEncryptionEnabled` on",
            );
        }
        if !cache.transit_encryption_enabled {
            out.push(
                node,
                "its clients do not speak TLS: `TransitEncryptionEnabled` is off",
                "turn `TransitEncryptionEnabled` on",
            );
        } else if cache.transit_encryption_mode == Some(TransitEncryptionMode::Preferred) {
            out.push_as(
                Severity::Warning,
                node,
                "its clients may do without TLS: `TransitEncryptionMode` is `preferred`",
                "set `TransitEncryptionMode` to `required` once every client speaks TLS",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testing::{cache, check};

    #[test]
    fn fires_without_encryption() {
        check(
            &RULE,
            |arch| {
                let it = ReplicationGroup {
                    at_rest_encryption_enabled: false,
                    transit_encryption_enabled: false,
                    ..cache()
                };
                arch.resource("cache", it);
                let transit_encryption_mode = Some(TransitEncryptionMode::Preferred);
                arch.resource("both", ReplicationGroup { transit_encryption_mode, ..cache() });
            },
            &[
                "error cache: is not encrypted, which cannot be changed later: `AtRestEncryptionEnabled` is off",
                "error cache: its clients do not speak TLS: `TransitEncryptionEnabled` is off",
                "warning both: its clients may do without TLS: `TransitEncryptionMode` is `preferred`",
            ],
        );
    }

    #[test]
    fn accepts_encryption() {
        check(
            &RULE,
            |arch| {
                arch.resource("a", cache());
                let transit_encryption_mode = Some(TransitEncryptionMode::Required);
                arch.resource("b", ReplicationGroup { transit_encryption_mode, ..cache() });
            },
            &[],
        );
    }
}
