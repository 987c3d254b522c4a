//! Rule: bucket-without-tls
//!
//! Severity: warning
//!
//! The policy of the bucket does not refuse what comes over plain HTTP.
//!
//! Source: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html>
//!
//! Fix: add `BucketPolicy::tls_only` to its policy.
//!
//! Suppress: where something old cannot speak TLS.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    reference::Input,
    services::{
        iam::{Effect, Operator, Principal, Statement},
        s3::{Bucket, BucketPolicy},
    },
};

pub(crate) const RULE: Rule = Rule {
    slug: "bucket-without-tls",
    severity: Severity::Warning,
    summary: "A bucket answers requests without TLS.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, _) in ctx.all::<Bucket>() {
        let mut policies = ctx.all::<BucketPolicy>().map(|(_, policy)| policy);
        let refused = policies.any(|policy| {
            policy.bucket.id() == Some(&node.id)
                && policy.policy_document.statements.iter().any(refuses_plain_text)
        });
        if !refused {
            out.push(
                node,
                "it answers requests without TLS",
                "add `BucketPolicy::tls_only` to its policy",
            );
        }
    }
}

/// Whether it refuses everyone everything that does not come over TLS.
fn refuses_plain_text(statement: &Statement) -> bool {
    let conditions: Vec<_> = statement.conditions.iter().collect();
    let [(operator, keys)] = conditions.as_slice() else { return false };
    let plain = [Input::from("false")];
    statement.effect == Effect::Deny
        && statement.principals.named().any(|principal| *principal == Principal::Any)
        && statement.actions.named().any(|action| action.covers(&"s3:GetObject".into()))
        && **operator == Operator::BOOL
        && keys.len() == 1
        && keys.get("aws:SecureTransport").is_some_and(|values| values.iter().eq(&plain))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{checks::testing::check, services::iam::PolicyDocument};

    #[test]
    fn fires_on_a_bucket_without_a_policy_and_with_another() {
        check(
            &RULE,
            |arch| {
                arch.resource("none", Bucket::default());
                let other = arch.resource("other", Bucket::default());
                let policy = Statement::deny(["s3:*"]).to([Principal::Any]).on([other.objects("")]);
                let policy = policy.when(Operator::STRING_EQUALS, "aws:SourceVpc", ["vpc-1"]);
                let policy = BucketPolicy::new(&other, PolicyDocument::new([policy]));
                arch.resource("policy", policy);
            },
            &[
                "warning none: it answers requests without TLS",
                "warning other: it answers requests without TLS",
            ],
        );
    }

    #[test]
    fn accepts_one_that_refuses_them() {
        check(
            &RULE,
            |arch| {
                let bucket = arch.resource("bucket", Bucket::default());
                let policy = PolicyDocument::new([BucketPolicy::tls_only(&bucket)]);
                arch.resource("policy", BucketPolicy::new(&bucket, policy));
            },
            &[],
        );
    }
}
