//! Rule: malformed-policy
//!
//! Severity: error
//!
//! A policy document is not what AWS takes for its use: `MalformedPolicyDocument`.
//! An identity policy names actions and resources and no principal; a trust policy names principals
//! and actions of AWS STS and no resource; the policy of a resource names all three.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>
//!
//! Fix: correct the statement that the message is about.
//!
//! Suppress: never.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
};

pub(crate) const RULE: Rule = Rule {
    slug: "malformed-policy",
    severity: Severity::Error,
    summary: "AWS refuses a policy document.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for node in ctx.nodes() {
        for (used_for, policy) in node.resource.policies() {
            for fault in policy.faults(used_for) {
                out.push(
                    node,
                    format!("AWS refuses its policy: {fault}"),
                    "correct the statement (`MalformedPolicyDocument`)",
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::check,
        reference::Ref,
        services::iam::{PolicyDocument, PolicyName, Role, RolePolicy, Service, Statement},
    };

    fn policy(statement: Statement) -> RolePolicy {
        let name = PolicyName::new("p").unwrap();
        RolePolicy::new(Ref::<Role>::existing("role"), name, PolicyDocument::new([statement]))
    }

    #[test]
    fn fires_on_either_kind_of_policy() {
        check(
            &RULE,
            |arch| {
                arch.resource("policy", policy(Statement::allow(["s3:GetObject"])));
                let trust =
                    PolicyDocument::new([Statement::allow(["s3:GetObject"]).to([Service::Ec2])]);
                arch.resource("role", Role::builder().trust(trust).build());
            },
            &[
                "error policy: AWS refuses its policy: a statement has no resources",
                "error role: AWS refuses its policy: a trust policy allows `sts:AssumeRole` and its kin only, not `s3:GetObject`",
            ],
        );
    }

    #[test]
    fn accepts_policies_that_are_well_formed() {
        check(
            &RULE,
            |arch| {
                let statement = Statement::allow(["s3:GetObject"]).on(["arn:aws:s3:::bucket/*"]);
                arch.resource("policy", policy(statement));
                arch.resource("role", Role::assumed_by(Service::EcsTasks));
            },
            &[],
        );
    }
}
