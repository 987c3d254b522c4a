//! Rule: policy-open-to-anyone
//!
//! Severity: error
//!
//! The policy of a resource, such as a key, lets everyone in any account do something with it.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
//!
//! Fix: name the roles or services that use it, or add a condition such as `aws:PrincipalOrgID`.
//!
//! Suppress: for what is meant for the public.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::iam::{Effect, PolicyUse, Wildcard},
};

pub(crate) const RULE: Rule = Rule {
    slug: "policy-open-to-anyone",
    severity: Severity::Error,
    summary: "The policy of a resource lets everyone in.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for node in ctx.nodes() {
        let policies = node.resource.policies();
        let of_resource = policies.iter().filter(|(used_for, _)| *used_for == PolicyUse::Resource);
        let open = of_resource.flat_map(|(_, policy)| policy.wildcards()).any(|(statement, it)| {
            matches!(it, Wildcard::AllPrincipals | Wildcard::AllPrincipalsExcept)
                && statement.effect == Effect::Allow
                && statement.conditions.is_empty()
        });
        if open {
            out.push(
                node,
                "everyone in any account may use it",
                "name the roles or services that use it, or add a condition",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::check,
        services::{
            iam::{Operator, PolicyDocument, Principal, Statement},
            kms::Key,
        },
    };

    fn key(statement: Statement) -> Key {
        Key::builder().key_policy(PolicyDocument::new([statement])).build()
    }

    fn everyone() -> Statement {
        Statement::allow(["kms:Decrypt"]).to([Principal::Any]).on(["*"])
    }

    #[test]
    fn fires_on_everyone() {
        check(
            &RULE,
            |arch| _ = arch.resource("key", key(everyone())),
            &["error key: everyone in any account may use it"],
        );
    }

    #[test]
    fn accepts_everyone_of_an_organization_and_an_account() {
        check(
            &RULE,
            |arch| {
                let ours = everyone().when(Operator::STRING_EQUALS, "aws:PrincipalOrgID", ["o-1"]);
                arch.resource("a", key(ours));
                let account = Principal::account("123456789012");
                arch.resource("b", key(Statement::allow(["kms:*"]).to([account]).on(["*"])));
                arch.resource("c", Key::default());
            },
            &[],
        );
    }
}
