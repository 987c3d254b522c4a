//! Rule: wildcard-action
//!
//! Severity: warning; error when every action is allowed
//!
//! A policy allows actions by a pattern: more than what is needed today, and whatever AWS adds to the
//! service tomorrow.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege>
//!
//! Fix: name the actions.
//!
//! Suppress: for the role of an administrator.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::iam::{Effect, RolePolicy, Wildcard},
};

pub(crate) const RULE: Rule = Rule {
    slug: "wildcard-action",
    severity: Severity::Warning,
    summary: "A policy allows actions by a pattern.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, policy) in ctx.all::<RolePolicy>() {
        let wildcards = policy.policy_document.wildcards();
        for (_, wildcard) in wildcards.filter(|(statement, _)| statement.effect == Effect::Allow) {
            let (severity, what) = match wildcard {
                Wildcard::Action(action) if action.name().is_none() => {
                    (Severity::Error, "every action of every service".to_owned())
                }
                Wildcard::Action(action) => {
                    (Severity::Warning, format!("actions by the pattern `{}`", action.as_str()))
                }
                Wildcard::AllActionsExcept => {
                    (Severity::Error, "every action but some (`NotAction`)".to_owned())
                }
                _ => continue,
            };
            out.push_as(severity, node, format!("allows {what}"), "name the actions");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::check,
        reference::Ref,
        services::iam::{PolicyDocument, PolicyName, Role, Selection, Statement},
    };

    fn policy(statements: impl IntoIterator<Item = Statement>) -> RolePolicy {
        let name = PolicyName::new("p").unwrap();
        RolePolicy::new(Ref::<Role>::existing("role"), name, PolicyDocument::new(statements))
    }

    #[test]
    fn fires_on_patterns_and_on_everything() {
        check(
            &RULE,
            |arch| {
                let on = ["arn:aws:s3:::bucket"];
                arch.resource("a", policy([Statement::allow(["*"]).on(on)]));
                arch.resource("b", policy([Statement::allow(["s3:Get*", "s3:ListBucket"]).on(on)]));
                let mut most = Statement::allow(["s3:GetObject"]).on(on);
                most.actions = Selection::all_except(["iam:CreateUser"]);
                arch.resource("c", policy([most]));
            },
            &[
                "error a: allows every action of every service",
                "error c: allows every action but some (`NotAction`)",
                "warning b: allows actions by the pattern `s3:Get*`",
            ],
        );
    }

    #[test]
    fn accepts_names_and_patterns_that_are_denied() {
        check(
            &RULE,
            |arch| {
                let allow = Statement::allow(["s3:GetObject"]).on(["arn:aws:s3:::bucket/*"]);
                arch.resource("a", policy([allow, Statement::deny(["s3:Delete*"]).on(["*"])]));
            },
            &[],
        );
    }
}
