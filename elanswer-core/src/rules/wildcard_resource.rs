//! Rule: wildcard-resource
//!
//! Severity: warning
//!
//! A policy allows actions on every resource of the account, although AWS can restrict them to some.
//! Not meant are actions that AWS restricts to no resource, such as `ecr:GetAuthorizationToken`, those
//! that describe or list, and statements with conditions.
//!
//! Source: <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>
//!
//! Fix: name the ARNs of the resources; outputs such as `bucket.arn()` are known once they exist.
//!
//! Suppress: for the role of an administrator.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::iam::{AccessLevel, Action, Catalogue, Effect, RolePolicy, Statement, Wildcard},
};

pub(crate) const RULE: Rule = Rule {
    slug: "wildcard-resource",
    severity: Severity::Warning,
    summary: "A policy allows actions on every resource.",
    check,
};

/// Actions that AWS can restrict to resources which most accounts do not have.
const SELDOM_RESTRICTED: [&str; 3] =
    ["ce:GetCostAndUsage", "cloudwatch:GetMetricData", "cloudwatch:PutMetricData"];

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, policy) in ctx.all::<RolePolicy>() {
        for (statement, wildcard) in policy.policy_document.wildcards() {
            let on = match wildcard {
                Wildcard::AllResources => "every resource",
                Wildcard::AllResourcesExcept => "every resource but some (`NotResource`)",
                _ => continue,
            };
            if statement.effect != Effect::Allow || !statement.conditions.is_empty() {
                continue;
            }
            let actions: Vec<String> =
                restrictable(statement).map(|action| format!("`{}`", action.as_str())).collect();
            if !actions.is_empty() {
                out.push(
                    node,
                    format!("allows {} on {on}", actions.join(", ")),
                    "name the ARNs of the resources",
                );
            }
        }
    }
}

/// The actions of a statement that AWS can restrict to resources.
fn restrictable(statement: &Statement) -> impl Iterator<Item = &Action> {
    let aws = Catalogue::of_aws();
    statement.actions.named().filter(|action| {
        let name = action.name().unwrap_or_default();
        let shows = name.starts_with("Describe")
            || name.starts_with("List")
            || aws.level(action) == Some(AccessLevel::List);
        let seldom = SELDOM_RESTRICTED.iter().any(|it| it.eq_ignore_ascii_case(action.as_str()));
        !shows && !seldom && aws.is_restrictable(action) != Some(false)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::check,
        reference::Ref,
        services::iam::{Operator, PolicyDocument, PolicyName, Role},
    };

    fn policy(statement: Statement) -> RolePolicy {
        let name = PolicyName::new("p").unwrap();
        RolePolicy::new(Ref::<Role>::existing("role"), name, PolicyDocument::new([statement]))
    }

    #[test]
    fn fires_on_what_could_be_restricted() {
        check(
            &RULE,
            |arch| {
                let actions = ["ecr:BatchGetImage", "ecr:GetAuthorizationToken"];
                arch.resource("a", policy(Statement::allow(actions).on(["*"])));
            },
            &["warning a: allows `ecr:BatchGetImage` on every resource"],
        );
    }

    #[test]
    fn accepts_what_cannot_and_what_a_condition_restricts() {
        check(
            &RULE,
            |arch| {
                let actions =
                    ["ecr:GetAuthorizationToken", "ec2:DescribeSubnets", "s3:ListAllMyBuckets"];
                arch.resource("a", policy(Statement::allow(actions).on(["*"])));
                let tagged = Statement::allow(["ecs:StopTask"]).on(["*"]).when(
                    Operator::STRING_EQUALS,
                    "aws:ResourceTag/team",
                    ["shop"],
                );
                arch.resource("b", policy(tagged));
                arch.resource("c", policy(Statement::deny(["s3:PutObject"]).on(["*"])));
                arch.resource(
                    "d",
                    policy(Statement::allow(["s3:GetObject"]).on(["arn:aws:s3:::b/*"])),
                );
            },
            &[],
        );
    }
}
