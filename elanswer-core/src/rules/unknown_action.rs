//! Rule: unknown-action
//!
//! Severity: error
//!
//! A policy names an action that AWS does not have, a pattern that covers none, or a service that
//! does not exist.
//! IAM takes such a policy, and the statement never matches: what was to be allowed is refused, what
//! was to be denied is not. S3 refuses it: `MalformedPolicy`.
//! Known are the actions of the services that platforms are made of, as of 2026-09-26; of every other
//! service only its name.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html#access-analyzer-reference-policy-checks-error-invalid-action>
//!
//! Fix: write the action as in AWS's list of the actions of the service.
//!
//! Suppress: when the action is younger than what elanswer knows.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::iam::{Action, Catalogue},
};

pub(crate) const RULE: Rule = Rule {
    slug: "unknown-action",
    severity: Severity::Error,
    summary: "A policy names an action that AWS does not have.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for node in ctx.nodes() {
        for (_, policy) in node.resource.policies() {
            let statements = policy.statements.iter();
            for action in statements.flat_map(|statement| statement.actions.named()) {
                if let Some((message, help)) = fault(action) {
                    out.push(node, message, help);
                }
            }
        }
    }
}

/// What is wrong with an action, and what to do; nothing when it is right, or has no form at all.
fn fault(action: &Action) -> Option<(String, String)> {
    let aws = Catalogue::of_aws();
    let service = action.service().filter(|_| action.is_well_formed())?;
    if !aws.has_service(service) {
        let near = aws.near_service(service);
        let help = near.map_or("see AWS's list of service prefixes".to_owned(), did_you_mean);
        return Some((format!("AWS has no service `{service}`"), help));
    }
    if aws.exists(action)? {
        return None;
    }
    let text = action.as_str();
    if action.has_wildcard() {
        let help = format!("see AWS's list of the actions of `{service}`");
        return Some((format!("no action of AWS has the form `{text}`"), help));
    }
    let near = aws.suggestion(action);
    let help = near.map_or_else(
        || format!("see AWS's list of the actions of `{service}`"),
        |near| did_you_mean(&near),
    );
    Some((format!("AWS has no action `{text}`"), help))
}

fn did_you_mean(near: &str) -> String {
    format!("did you mean `{near}`?")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::check,
        reference::Ref,
        services::{
            iam::{PolicyDocument, PolicyName, Principal, Role, RolePolicy, Selection, Statement},
            kms::Key,
        },
    };

    fn policy(statement: Statement) -> RolePolicy {
        let name = PolicyName::new("p").unwrap();
        RolePolicy::new(Ref::<Role>::existing("role"), name, PolicyDocument::new([statement]))
    }

    #[test]
    fn fires_on_what_aws_does_not_have() {
        check(
            &RULE,
            |arch| {
                let actions = ["s3:GetObjects", "s3:Fetch*", "secretmanager:GetSecretValue"];
                arch.resource("policy", policy(Statement::allow(actions).on(["*"])));
                let most = Statement {
                    actions: Selection::all_except(["s3:GetObjekt"]),
                    ..Statement::deny(["s3:*"]).on(["*"])
                };
                arch.resource("most", policy(most));
                let use_key =
                    Statement::allow(["kms:ReEncrypt"]).to([Principal::account("123456789012")]);
                let key = Key::builder().key_policy(PolicyDocument::new([use_key.on(["*"])]));
                arch.resource("key", key.build());
            },
            &[
                "error key: AWS has no action `kms:ReEncrypt`",
                "error most: AWS has no action `s3:GetObjekt`",
                "error policy: AWS has no action `s3:GetObjects`",
                "error policy: AWS has no service `secretmanager`",
                "error policy: no action of AWS has the form `s3:Fetch*`",
            ],
        );
    }

    #[test]
    fn suggests_what_is_near() {
        let help = |text: &str| fault(&Action::new(text)).map(|(_, help)| help);
        assert_eq!(help("s3:GetObjects").as_deref(), Some("did you mean `s3:GetObject`?"));
        assert_eq!(
            help("secretmanager:GetSecretValue").as_deref(),
            Some("did you mean `secretsmanager`?")
        );
        assert_eq!(help("s3:Teleport").as_deref(), Some("see AWS's list of the actions of `s3`"));
    }

    #[test]
    fn accepts_any_case_patterns_that_cover_something_and_services_known_by_name() {
        check(
            &RULE,
            |arch| {
                let actions =
                    ["s3:getobject", "kms:ReEncrypt*", "*", "robomaker:BuildAWorld", "nonsense"];
                arch.resource("policy", policy(Statement::allow(actions).on(["*"])));
                arch.resource("role", Role::assumed_by(crate::services::iam::Service::Ec2));
            },
            &[],
        );
    }
}
