//! Rule: repository-refused
//!
//! Severity: error
//!
//! AWS refuses the lifecycle policy of a repository, or cannot encrypt its images: the key is in
//! another Region, or does not let ECR use it.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html>
//!
//! Fix: what the diagnostic says; a key by `EncryptionKey::used_by` with `KeyUser::Ecr`.
//!
//! Suppress: never: AWS refuses it.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    reference::{Input, Ref},
    services::{
        ecr::{LifecyclePolicy, Repository, RepositoryEncryption},
        kms::Key,
    },
};

pub(crate) const RULE: Rule = Rule {
    slug: "repository-refused",
    severity: Severity::Error,
    summary: "AWS refuses the lifecycle policy or the key of a repository of images.",
    check,
};

/// What ECR does with a key for whoever makes a repository.
const GRANTS: [&str; 3] = ["kms:CreateGrant", "kms:DescribeKey", "kms:RetireGrant"];

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, repository) in ctx.all::<Repository>() {
        let policy = repository.lifecycle_policy.iter();
        for fault in policy.flat_map(LifecyclePolicy::faults) {
            out.push(node, format!("AWS refuses it: {fault}"), "change the lifecycle policy");
        }
        let RepositoryEncryption::Kms { kms_key: Input::Output(key) } =
            &repository.encryption_configuration
        else {
            continue;
        };
        let key = Ref::<Key>::managed(key.resource.clone());
        let Some((key_node, key)) = ctx.get(&key) else { continue };
        let (here, there) = (node.place.region, key_node.place.region);
        let service = format!("ecr.{here}.amazonaws.com");
        if here != there {
            out.push(
                node,
                format!("`{}` is to encrypt it in {here}, and is a key of {there}", key_node.id),
                format!("name a key of {here}"),
            );
        } else if !GRANTS.iter().all(|action| key.lets_through(&service, action)) {
            out.push(
                node,
                format!("`{}` does not let ECR use it", key_node.id),
                format!("allow {} by way of `{service}` in its policy", GRANTS.join(", ")),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        architecture::Architecture,
        checks::testing::check,
        constructs::{EncryptionKey, KeyUser},
        services::ecr::{ImageAge, LifecycleRule},
    };

    fn encrypted(arch: &mut Architecture, user: KeyUser) {
        let key = arch.add(EncryptionKey::new("key").used_by([user]));
        let encryption = RepositoryEncryption::with(key.arn());
        arch.resource("images", Repository::builder().encryption_configuration(encryption).build());
    }

    #[test]
    fn fires_on_a_policy_and_a_key_that_aws_refuses() {
        check(
            &RULE,
            |arch| {
                let policy = LifecyclePolicy::default();
                arch.resource("old", Repository::builder().lifecycle_policy(policy).build());
                encrypted(arch, KeyUser::Rds);
            },
            &[
                "error images: `key/key` does not let ECR use it",
                "error old: AWS refuses it: a lifecycle policy has a rule at least",
            ],
        );
    }

    #[test]
    fn accepts_a_policy_and_a_key_that_aws_takes() {
        check(
            &RULE,
            |arch| {
                let untagged = LifecycleRule::untagged_after(ImageAge::of::<14>());
                let policy = LifecyclePolicy::new([untagged]);
                arch.resource("old", Repository::builder().lifecycle_policy(policy).build());
                encrypted(arch, KeyUser::Ecr);
            },
            &[],
        );
    }
}
