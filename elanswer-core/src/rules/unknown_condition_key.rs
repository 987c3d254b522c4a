//! Rule: unknown-condition-key
//!
//! Severity: error
//!
//! A condition asks for a key that AWS does not have, or that no request for the actions of its
//! statement has: `s3:prefix` of `kms:Decrypt`.
//! A condition on a key that is never there does not hold; negated operators and those with
//! `IfExists` always hold. Either way the statement does not say what was meant.
//! Keys of identity providers, which begin with a host name, are not looked at.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html#access-analyzer-reference-policy-checks-error-invalid-service-condition-key>
//!
//! Fix: write the key as in AWS's list of the condition keys of the service.
//!
//! Suppress: when the key is younger than what elanswer knows.

use std::collections::BTreeSet;

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::iam::{Catalogue, Selection, Statement},
};

pub(crate) const RULE: Rule = Rule {
    slug: "unknown-condition-key",
    severity: Severity::Error,
    summary: "A condition asks for a key that requests do not have.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for node in ctx.nodes() {
        for (_, policy) in node.resource.policies() {
            for statement in &policy.statements {
                let keys: BTreeSet<&String> =
                    statement.conditions.values().flat_map(|keys| keys.keys()).collect();
                for key in keys {
                    let (prefix, _) = key.split_once(':').unwrap_or((key, ""));
                    if prefix.contains('.') {
                        continue;
                    }
                    let aws = Catalogue::of_aws();
                    if !aws.has_key(key) {
                        let help = match aws.near_key(key) {
                            Some(near) => format!("did you mean `{near}`?"),
                            None => "see AWS's lists of condition keys".to_owned(),
                        };
                        out.push(node, format!("AWS has no condition key `{key}`"), help);
                    } else if let Some(actions) = without(statement, prefix) {
                        out.push(
                            node,
                            format!("no request for {actions} has the condition key `{key}`"),
                            "give the action a statement of its own, or take another key",
                        );
                    }
                }
            }
        }
    }
}

/// The actions of a statement, when no request for any of them has keys with this prefix.
fn without(statement: &Statement, prefix: &str) -> Option<String> {
    let Selection::Of(actions) = &statement.actions else { return None };
    let aws = Catalogue::of_aws();
    let none = actions.iter().all(|action| aws.has_keys_of(action, prefix) == Some(false));
    let names = actions.iter().map(|action| format!("`{}`", action.as_str()));
    none.then(|| names.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::check,
        reference::Ref,
        services::iam::{
            Operator, PolicyDocument, PolicyName, Principal, Role, RolePolicy, Statement,
        },
    };

    fn policy(statement: Statement) -> RolePolicy {
        let name = PolicyName::new("p").unwrap();
        RolePolicy::new(Ref::<Role>::existing("role"), name, PolicyDocument::new([statement]))
    }

    fn when(action: &str, key: &str) -> RolePolicy {
        let statement = Statement::allow([action]).on(["*"]);
        policy(statement.when(Operator::STRING_EQUALS, key, ["x"]))
    }

    #[test]
    fn fires_on_keys_that_requests_do_not_have() {
        check(
            &RULE,
            |arch| {
                arch.resource("a", when("s3:ListBucket", "s3:prefixes"));
                arch.resource("b", when("s3:GetObject", "aws:SourceARNs"));
                arch.resource("c", when("kms:Decrypt", "s3:prefix"));
                arch.resource("d", when("s3:GetObject", "SecureTransport"));
            },
            &[
                "error a: AWS has no condition key `s3:prefixes`",
                "error b: AWS has no condition key `aws:SourceARNs`",
                "error c: no request for `kms:Decrypt` has the condition key `s3:prefix`",
                "error d: AWS has no condition key `SecureTransport`",
            ],
        );
    }

    #[test]
    fn accepts_keys_of_aws_of_the_service_and_of_identity_providers() {
        check(
            &RULE,
            |arch| {
                arch.resource("a", when("s3:ListBucket", "s3:prefix"));
                arch.resource("b", when("s3:GetObject", "aws:PrincipalTag/team"));
                arch.resource("c", when("kms:Decrypt", "kms:EncryptionContext:aws:logs:arn"));
                arch.resource("d", when("*", "s3:prefix"));
                arch.resource("e", when("robomaker:X", "ec2:Vpc"));
                let audience = "token.actions.githubusercontent.com:aud";
                let trust = Statement::allow(["sts:AssumeRoleWithWebIdentity"])
                    .to([Principal::federated("arn:aws:iam::123456789012:oidc-provider/x")])
                    .when(Operator::STRING_EQUALS, audience, ["sts.amazonaws.com"]);
                arch.resource("f", Role::builder().trust(PolicyDocument::new([trust])).build());
            },
            &[],
        );
    }
}
