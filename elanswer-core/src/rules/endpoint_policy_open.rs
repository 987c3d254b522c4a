//! Rule: endpoint-policy-open
//!
//! Severity: warning
//!
//! The policy of a VPC endpoint lets everybody through to every resource, as that which AWS sets by
//! itself does: whoever gets into the VPC can carry data to a bucket or a queue of an account of their
//! own, with credentials of that account.
//!
//! Source: <https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html>,
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html>
//!
//! Fix: allow what is needed, to principals of the account: a condition on `aws:PrincipalAccount` or
//! `aws:PrincipalOrgID`, or resources by their ARNs.
//!
//! Suppress: for a service that takes no endpoint policies.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::{
        ec2::VpcEndpoint,
        iam::{Effect, Principal, Selection, Statement},
    },
};

pub(crate) const RULE: Rule = Rule {
    slug: "endpoint-policy-open",
    severity: Severity::Warning,
    summary: "A VPC endpoint lets everybody through to every resource.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, endpoint) in ctx.all::<VpcEndpoint>() {
        if endpoint.policy_document.statements.iter().any(is_open) {
            let service = endpoint.endpoint_type.service();
            out.push(
                node,
                format!("lets everybody through to every resource of `{service}` in any account"),
                "allow what is needed, on a condition such as `aws:PrincipalAccount`",
            );
        }
    }
}

/// Whether a statement allows everybody something on everything.
fn is_open(statement: &Statement) -> bool {
    let everybody = match &statement.principals {
        Selection::AllExcept(_) => true,
        Selection::Of(principals) => principals.contains(&Principal::Any),
    };
    let everything = match &statement.resources {
        Selection::AllExcept(_) => true,
        Selection::Of(resources) => resources.contains(&"*".into()),
    };
    statement.effect == Effect::Allow && statement.conditions.is_empty() && everybody && everything
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::check,
        reference::Ref,
        services::{
            ec2::GatewayService,
            iam::{Operator, PolicyDocument},
        },
    };

    fn s3() -> VpcEndpoint {
        let tables = [Ref::existing("rtb-1")];
        VpcEndpoint::gateway(Ref::existing("vpc-1"), GatewayService::S3, tables)
    }

    fn get() -> Statement {
        Statement::allow(["s3:GetObject"]).to([Principal::Any])
    }

    #[test]
    fn fires_on_what_aws_sets_and_on_its_like() {
        check(
            &RULE,
            |arch| {
                arch.resource("a", s3());
                arch.resource("b", s3().with_policy(PolicyDocument::new([get().on(["*"])])));
            },
            &[
                "warning a: lets everybody through to every resource of `s3` in any account",
                "warning b: lets everybody through to every resource of `s3` in any account",
            ],
        );
    }

    #[test]
    fn accepts_a_condition_an_arn_and_what_is_denied() {
        check(
            &RULE,
            |arch| {
                let ours = get().on(["*"]).when(
                    Operator::STRING_EQUALS,
                    "aws:PrincipalAccount",
                    ["123456789012"],
                );
                let layers = get().on(["arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*"]);
                let none = Statement::deny(["s3:PutObject"]).to([Principal::Any]).on(["*"]);
                arch.resource("a", s3().with_policy(PolicyDocument::new([ours, layers, none])));
            },
            &[],
        );
    }
}
