//! Rule: secret-refused
//!
//! Severity: error
//!
//! AWS cannot make up the password that a secret is to have, or cannot encrypt, copy or rotate it:
//! the key does not let Secrets Manager use it, a copy is in the Region of the secret, the function
//! is in another Region, the schedule is too dense, the policy too long.
//!
//! Source: <https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html>
//!
//! Fix: what the diagnostic says; a key by `EncryptionKey::used_by` with `KeyUser::SecretsManager`.
//!
//! Suppress: never: AWS refuses it.

use crate::{
    architecture::Node,
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    reference::{Input, Ref},
    region::Region,
    services::{
        kms::{Key, KeyArn},
        secretsmanager::{FunctionArn, ResourcePolicy, RotationSchedule, Secret},
    },
};

pub(crate) const RULE: Rule = Rule {
    slug: "secret-refused",
    severity: Severity::Error,
    summary: "AWS refuses what is said of a secret, its rotation or its policy.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, secret) in ctx.all::<Secret>() {
        let here = node.place.region;
        for fault in secret.faults(here) {
            out.push(node, format!("AWS refuses it: {fault}"), "change the property");
        }
        key(ctx, out, node, secret.kms_key_id.as_ref(), here);
        for copy in &secret.replica_regions {
            key(ctx, out, node, copy.kms_key_id.as_ref(), copy.region);
        }
    }
    for (node, rotation) in ctx.all::<RotationSchedule>() {
        if let Some(fault) = rotation.rotation_rules.fault() {
            out.push(node, format!("AWS refuses it: {fault}"), "rotate less often");
        }
        let here = node.place.region;
        let function = rotation.rotation_lambda_arn.known().map(FunctionArn::as_str);
        let there = function.and_then(|arn| arn.split(':').nth(3));
        if let Some(there) = there.filter(|there| *there != here.as_str()) {
            out.push(
                node,
                format!("the function that rotates it is in {there}, the secret in {here}"),
                "name a function of the Region of the secret",
            );
        }
    }
    for (node, policy) in ctx.all::<ResourcePolicy>() {
        let (size, limit) = (policy.policy_document.size(), ResourcePolicy::LIMIT);
        if size > limit {
            out.push(
                node,
                format!("its policy has {size} characters, AWS allows {limit}"),
                "name fewer principals one by one",
            );
        }
    }
}

/// What is wrong with a key that is to encrypt in a Region.
fn key(
    ctx: &RuleContext<'_>,
    out: &mut Diagnostics,
    node: &Node,
    key: Option<&Input<KeyArn>>,
    region: Region,
) {
    let Some(Input::Output(reference)) = key else { return };
    let key = Ref::<Key>::managed(reference.resource.clone());
    let Some((key_node, key)) = ctx.get(&key) else { return };
    let there = key_node.place.region;
    if there != region {
        out.push(
            node,
            format!("`{}` is to encrypt it in {region}, and is a key of {there}", key_node.id),
            format!("name a key of {region}"),
        );
        return;
    }
    let service = format!("secretsmanager.{region}.amazonaws.com");
    let actions = ["kms:Decrypt", "kms:GenerateDataKey"];
    if !actions.iter().all(|action| key.lets_through(&service, action)) {
        out.push(
            node,
            format!("`{}` does not let Secrets Manager use it", key_node.id),
            format!(
                "allow `kms:Decrypt` and `kms:GenerateDataKey` by way of `{service}` in its policy"
            ),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        architecture::Architecture,
        checks::testing::check,
        constructs::{EncryptionKey, KeyUser},
        services::{
            iam::{PolicyDocument, Principal, Statement},
            secretsmanager::{
                GenerateSecretString, PasswordLength, ReplicaRegion, RotationDays, RotationRules,
                ScheduleExpression,
            },
        },
    };

    fn rotation(arch: &mut Architecture, region: &str, rules: RotationRules) {
        let secret = arch.resource("secret", Secret::default());
        let function = format!("arn:aws:lambda:{region}:123456789012:function:rotate");
        let rotation = RotationSchedule::builder()
            .secret(&secret)
            .rotation_lambda_arn(function.parse::<FunctionArn>().unwrap())
            .rotation_rules(rules);
        arch.resource("rotation", rotation.build());
    }

    #[test]
    fn fires_on_passwords_and_copies_that_cannot_be() {
        check(
            &RULE,
            |arch| {
                let how = GenerateSecretString::builder()
                    .password_length(PasswordLength::of::<3>())
                    .build();
                let copy = ReplicaRegion::in_region(Region::UsEast1);
                let secret = Secret::builder().value(how).replica_regions([copy]);
                arch.resource("secret", secret.build());
            },
            &[
                "error secret: AWS refuses it: a password of 3 characters has no room for one of each of 4 types",
                "error secret: AWS refuses it: it has a copy in its own Region us-east-1",
            ],
        );
    }

    #[test]
    fn fires_on_a_key_of_others_and_one_of_another_region() {
        check(
            &RULE,
            |arch| {
                let key = arch.add(EncryptionKey::new("key").used_by([KeyUser::Rds]));
                let copy = ReplicaRegion::in_region(Region::UsWest2).encrypted_with(key.arn());
                let secret = Secret::builder().kms_key_id(key.arn()).replica_regions([copy]);
                arch.resource("secret", secret.build());
            },
            &[
                "error secret: `key/key` does not let Secrets Manager use it",
                "error secret: `key/key` is to encrypt it in us-west-2, and is a key of us-east-1",
            ],
        );
    }

    #[test]
    fn fires_on_a_function_elsewhere_and_on_rotations_every_hour() {
        check(
            &RULE,
            |arch| {
                let hourly = ScheduleExpression::literal("rate(1 hour)");
                rotation(arch, "eu-west-1", RotationRules::at(hourly));
            },
            &[
                "error rotation: AWS refuses it: it rotates every 1 h, and AWS rotates every 4 h at most",
                "error rotation: the function that rotates it is in eu-west-1, the secret in us-east-1",
            ],
        );
    }

    #[test]
    fn fires_on_a_policy_that_is_too_long() {
        check(
            &RULE,
            |arch| {
                let secret = arch.resource("secret", Secret::default());
                let accounts = (0..1000).map(|n| Principal::account(&format!("{n:012}")));
                let read = Statement::allow(["secretsmanager:GetSecretValue"]).to(accounts);
                let policy = PolicyDocument::new([read.on(["*"])]);
                arch.resource("policy", ResourcePolicy::new(&secret, policy));
            },
            &["error policy: its policy has 33139 characters, AWS allows 20480"],
        );
    }

    #[test]
    fn accepts_a_key_for_secrets_and_one_that_is_not_managed_here() {
        check(
            &RULE,
            |arch| {
                let key = arch.add(EncryptionKey::new("key").used_by([KeyUser::SecretsManager]));
                let secret = || Secret::builder().value(GenerateSecretString::default());
                let copy = ReplicaRegion::in_region(Region::UsWest2);
                let ours = secret().kms_key_id(key.arn()).replica_regions([copy]);
                arch.resource("ours", ours.build());
                let arn = "arn:aws:kms:us-east-1:123456789012:key/k".parse::<KeyArn>().unwrap();
                arch.resource("theirs", secret().kms_key_id(arn).build());
                rotation(arch, "us-east-1", RotationRules::every(RotationDays::of::<30>()));
            },
            &[],
        );
    }
}
