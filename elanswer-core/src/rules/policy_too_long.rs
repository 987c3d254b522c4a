//! Rule: policy-too-long
//!
//! Severity: error
//!
//! A trust policy has more than 2,048 characters, or the inline policies of a role have more than
//! 10,240 together, not counting white space; AWS answers `LimitExceeded`.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
//!
//! Fix: name fewer resources one by one, or split the role.
//!
//! Suppress: when AWS has raised the quota of trust policies for the account.

use std::collections::BTreeMap;

use crate::{
    architecture::Node,
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    reference::Ref,
    services::iam::{PolicyDocument, Role, RolePolicy},
};

pub(crate) const RULE: Rule = Rule {
    slug: "policy-too-long",
    severity: Severity::Error,
    summary: "The policies of a role are longer than AWS allows.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, role) in ctx.all::<Role>() {
        let (size, limit) = (role.trust.size(), PolicyDocument::TRUST_LIMIT);
        if size > limit {
            out.push(
                node,
                format!("its trust policy has {size} characters, AWS allows {limit}"),
                "trust fewer principals, or split the role",
            );
        }
    }
    let mut roles: BTreeMap<&Ref<Role>, (usize, &Node)> = BTreeMap::new();
    for (node, policy) in ctx.all::<RolePolicy>() {
        let (total, last) = roles.entry(&policy.role).or_insert((0, node));
        *total += policy.policy_document.size();
        *last = node;
    }
    for (total, last) in roles.into_values() {
        let limit = PolicyDocument::ROLE_INLINE_LIMIT;
        if total > limit {
            out.push(
                last,
                format!(
                    "the inline policies of its role have {total} characters, AWS allows {limit}"
                ),
                "name fewer resources one by one, or split the role",
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
        services::iam::{PolicyName, Service, Statement},
    };

    /// A policy of 4,000 characters, more or less.
    fn long(arch: &mut Architecture, id: &str) {
        let buckets = (0..100).map(|n| format!("arn:aws:s3:::a-bucket-with-a-long-name-{n:03}"));
        let statement = Statement::allow(["s3:ListBucket"]).on(buckets);
        let policy = PolicyDocument::new([statement]);
        assert!((3_500..5_000).contains(&policy.size()), "{}", policy.size());
        let name = PolicyName::new(id).unwrap();
        arch.resource(id, RolePolicy::new(Ref::<Role>::existing("role"), name, policy));
    }

    #[test]
    fn fires_on_the_sum_of_inline_policies() {
        let size = {
            let mut arch = Architecture::new("test", crate::Region::UsEast1);
            long(&mut arch, "a");
            arch.all::<RolePolicy>().map(|(_, policy)| policy.policy_document.size()).sum::<usize>()
        };
        check(
            &RULE,
            |arch| ["a", "b", "c"].into_iter().for_each(|id| long(arch, id)),
            &[&format!(
                "error c: the inline policies of its role have {} characters, AWS allows 10240",
                3 * size
            )],
        );
    }

    #[test]
    fn accepts_two_of_them() {
        check(
            &RULE,
            |arch| {
                arch.resource("role", Role::assumed_by(Service::Ec2));
                ["a", "b"].into_iter().for_each(|id| long(arch, id));
            },
            &[],
        );
    }
}
