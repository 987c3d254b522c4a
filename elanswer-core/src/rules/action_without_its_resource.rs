//! Rule: action-without-its-resource
//!
//! Severity: warning
//!
//! A statement names an action, and no resource that the action works on: `s3:GetObject` on a bucket
//! instead of its objects, `s3:ListBucket` on objects, `ecr:GetAuthorizationToken` on a repository.
//! The action is never allowed, or denied, by it. S3 refuses the policy of a bucket that says so:
//! `MalformedPolicy`, an error.
//! Parts of resources that are not known yet are taken to fit.
//!
//! Source: <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>
//!
//! Fix: name resources of the type that the message says, or `*` when the action has none.
//!
//! Suppress: when AWS has let the action work on more than elanswer knows.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    reference::{Input, Reference},
    resource::Resource,
    services::{
        iam::{Action, ArnPattern, Catalogue, Selection, Statement},
        s3::BucketPolicy,
    },
};

pub(crate) const RULE: Rule = Rule {
    slug: "action-without-its-resource",
    severity: Severity::Warning,
    summary: "A statement names no resource that its action works on.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for node in ctx.nodes() {
        let refused = node.resource.schema().kind == BucketPolicy::SCHEMA.kind;
        let severity = if refused { Severity::Error } else { RULE.severity };
        for (_, policy) in node.resource.policies() {
            for (action, statement) in policy.statements.iter().flat_map(|it| idle(ctx, it)) {
                let (text, on) = (action.as_str(), resources(statement));
                let types = Catalogue::of_aws().types_of(action);
                let (message, help) = match types.as_slice() {
                    [] => (
                        format!("`{text}` works on no resource in particular, not on {on}"),
                        "allow it on `*`, in a statement of its own".to_owned(),
                    ),
                    types => (
                        format!("`{text}` does not work on {on}"),
                        format!("name resources of the type {}", types.join(" or ")),
                    ),
                };
                out.push_as(severity, node, message, help);
            }
        }
    }
}

/// The actions of a statement that work on none of its resources.
fn idle<'a>(ctx: &RuleContext<'_>, statement: &'a Statement) -> Vec<(&'a Action, &'a Statement)> {
    let (Selection::Of(actions), Selection::Of(resources)) =
        (&statement.actions, &statement.resources)
    else {
        return Vec::new();
    };
    if resources.is_empty() {
        return Vec::new();
    }
    let aws = Catalogue::of_aws();
    let resources: Vec<ArnPattern> = resources.iter().map(|it| pattern(ctx, it)).collect();
    let works = |action: &Action, on: &ArnPattern| aws.works_on(action, on) != Some(false);
    let idle = actions.iter().filter(|action| !resources.iter().any(|on| works(action, on)));
    idle.map(|action| (action, statement)).collect()
}

/// What is known of a resource before anything is applied.
fn pattern(ctx: &RuleContext<'_>, resource: &Input<String>) -> ArnPattern {
    match resource {
        Input::Literal(text) => text.as_str().into(),
        Input::Output(reference) => arn_of(ctx, reference).unwrap_or_else(ArnPattern::anything),
        Input::Join(parts) => parts
            .iter()
            .map(|part| pattern(ctx, part))
            .fold(ArnPattern::default(), |text, part| text.then(&part)),
    }
}

/// What the ARN of another resource of the architecture looks like.
fn arn_of(ctx: &RuleContext<'_>, reference: &Reference) -> Option<ArnPattern> {
    let kind = ctx.node(&reference.resource)?.resource.schema().kind;
    let arn = reference.output == "Arn";
    Catalogue::of_aws().arn_of_kind(kind.service(), kind.short()).filter(|_| arn).cloned()
}

/// The resources of a statement, for a message.
fn resources(statement: &Statement) -> String {
    let text = |it: &Input<String>| match it {
        Input::Literal(text) => format!("`{text}`"),
        Input::Output(reference) => format!("`{reference}`"),
        Input::Join(parts) => {
            let part = |part: &Input<String>| match part {
                Input::Literal(text) => text.clone(),
                Input::Output(reference) => format!("{{{reference}}}"),
                Input::Join(_) => "{…}".to_owned(),
            };
            format!("`{}`", parts.iter().map(part).collect::<String>())
        }
    };
    statement.resources.named().map(text).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::check,
        reference::Ref,
        services::{
            iam::{PolicyDocument, PolicyName, Role, RolePolicy, Service},
            s3::Bucket,
        },
    };

    fn policy(statements: impl IntoIterator<Item = Statement>) -> RolePolicy {
        let name = PolicyName::new("p").unwrap();
        RolePolicy::new(Ref::<Role>::existing("role"), name, PolicyDocument::new(statements))
    }

    #[test]
    fn fires_on_actions_that_never_match() {
        check(
            &RULE,
            |arch| {
                let bucket = arch.resource("images", Bucket::default());
                let token = Statement::allow(["ecr:GetAuthorizationToken"])
                    .on(["arn:aws:ecr:us-east-1:123456789012:repository/web"]);
                arch.resource(
                    "policy",
                    policy([
                        Statement::allow(["s3:GetObject"]).on(["arn:aws:s3:::images"]),
                        Statement::allow(["s3:PutObject"]).on([bucket.arn().text()]),
                        Statement::allow(["s3:ListBucket"]).on([bucket.objects("")]),
                        token,
                    ]),
                );
                let delivery = Statement::allow(["s3:PutObject"])
                    .to([Service::DeliveryLogs])
                    .on([bucket.arn().text()]);
                let delivery = PolicyDocument::new([delivery]);
                arch.resource("images-policy", BucketPolicy::new(&bucket, delivery));
            },
            &[
                "error images-policy: `s3:PutObject` does not work on `images.Arn`",
                "warning policy: `ecr:GetAuthorizationToken` works on no resource in particular, not on `arn:aws:ecr:us-east-1:123456789012:repository/web`",
                "warning policy: `s3:GetObject` does not work on `arn:aws:s3:::images`",
                "warning policy: `s3:ListBucket` does not work on `{images.Arn}/*`",
                "warning policy: `s3:PutObject` does not work on `images.Arn`",
            ],
        );
    }

    #[test]
    fn accepts_what_fits_and_what_is_not_known() {
        check(
            &RULE,
            |arch| {
                let bucket = arch.resource("images", Bucket::default());
                let role = arch.resource("role", Role::assumed_by(Service::Ec2));
                let unknown: Input<String> =
                    Input::concat([bucket.bucket_name().into(), "/*".into()]);
                arch.resource(
                    "policy",
                    policy([
                        Statement::allow(["s3:GetObject", "s3:ListBucket"])
                            .on([Input::from(bucket.arn().text()), bucket.objects("")]),
                        Statement::allow(["s3:*"]).on([bucket.arn().text()]),
                        Statement::allow(["s3:GetObject"]).on([unknown]),
                        Statement::allow(["s3:ListAllMyBuckets"]).on(["arn:aws:s3:::*"]),
                        Statement::allow(["logs:PutLogEvents", "logs:DescribeLogStreams"])
                            .on(["arn:aws:logs:us-east-1:123456789012:log-group:web:*"]),
                        Statement::allow(["iam:PassRole"]).on([role.arn()]),
                        Statement::allow(["ec2:DescribeVpcs", "robomaker:X"]).on(["*"]),
                        Statement::allow(["robomaker:X"]).on(["arn:aws:robomaker:::x"]),
                    ]),
                );
            },
            &[],
        );
    }
}
