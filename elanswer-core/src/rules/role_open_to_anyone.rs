//! Rule: role-open-to-anyone
//!
//! Severity: error
//!
//! A trust policy lets everybody with an AWS account, in any account, assume the role.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
//!
//! Fix: name the service, the account or the role that is to assume it.
//!
//! Suppress: never.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::iam::{Effect, Role, Wildcard},
};

pub(crate) const RULE: Rule = Rule {
    slug: "role-open-to-anyone",
    severity: Severity::Error,
    summary: "Anybody may assume a role.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, role) in ctx.all::<Role>() {
        let open = role.trust.wildcards().any(|(statement, wildcard)| {
            let everybody =
                matches!(wildcard, Wildcard::AllPrincipals | Wildcard::AllPrincipalsExcept);
            everybody && statement.effect == Effect::Allow && statement.conditions.is_empty()
        });
        if open {
            out.push(
                node,
                "anybody with an AWS account may assume it",
                "name the service, the account or the role that is to assume it",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::check,
        services::iam::{Operator, PolicyDocument, Principal, Service, Statement},
    };

    #[test]
    fn fires_on_everybody() {
        check(
            &RULE,
            |arch| _ = arch.resource("role", Role::assumed_by(Principal::Any)),
            &["error role: anybody with an AWS account may assume it"],
        );
    }

    #[test]
    fn accepts_services_and_everybody_of_an_organization() {
        check(
            &RULE,
            |arch| {
                arch.resource("a", Role::assumed_by(Service::EcsTasks));
                let ours = Statement::allow(["sts:AssumeRole"]).to([Principal::Any]).when(
                    Operator::STRING_EQUALS,
                    "aws:PrincipalOrgID",
                    ["o-1"],
                );
                arch.resource("b", Role::builder().trust(PolicyDocument::new([ours])).build());
            },
            &[],
        );
    }
}
