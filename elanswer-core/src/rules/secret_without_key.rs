//! Rule: secret-without-key
//!
//! Severity: warning
//!
//! A secret, or a copy of it, is encrypted with the key that AWS keeps for Secrets Manager: no policy
//! of yours says who may decrypt it, nothing can be taken back by disabling the key, and no other
//! account can be let read it.
//!
//! Source: <https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html>
//!
//! Fix: set `kms_key_id` to a key that `KeyUser::SecretsManager` uses.
//!
//! Suppress: where the permission to read the secret is guard enough.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::secretsmanager::Secret,
};

pub(crate) const RULE: Rule = Rule {
    slug: "secret-without-key",
    severity: Severity::Warning,
    summary: "A secret is encrypted with a key of AWS.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, secret) in ctx.all::<Secret>() {
        let help = "set `kms_key_id` to a key of your own";
        if secret.kms_key_id.is_none() {
            out.push(node, "it is encrypted with a key of AWS", help);
        }
        for copy in &secret.replica_regions {
            if copy.kms_key_id.is_none() && secret.kms_key_id.is_some() {
                let message = format!("its copy in {} is encrypted with a key of AWS", copy.region);
                out.push(node, message, help);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::check,
        region::Region,
        services::{kms::KeyArn, secretsmanager::ReplicaRegion},
    };

    const HERE: KeyArn = KeyArn::literal("arn:aws:kms:us-east-1:123456789012:key/k");
    const THERE: KeyArn = KeyArn::literal("arn:aws:kms:us-west-2:123456789012:key/k");

    #[test]
    fn fires_on_a_key_of_aws_here_and_there() {
        check(
            &RULE,
            |arch| {
                let copy = ReplicaRegion::in_region(Region::UsWest2);
                arch.resource("a", Secret::builder().replica_regions([copy.clone()]).build());
                let secret = Secret::builder().kms_key_id(HERE).replica_regions([copy]);
                arch.resource("b", secret.build());
            },
            &[
                "warning a: it is encrypted with a key of AWS",
                "warning b: its copy in us-west-2 is encrypted with a key of AWS",
            ],
        );
    }

    #[test]
    fn accepts_keys_of_ones_own() {
        check(
            &RULE,
            |arch| {
                let copy = ReplicaRegion::in_region(Region::UsWest2).encrypted_with(THERE);
                let secret = Secret::builder().kms_key_id(HERE).replica_regions([copy]);
                arch.resource("secret", secret.build());
            },
            &[],
        );
    }
}
