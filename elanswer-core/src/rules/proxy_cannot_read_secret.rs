//! Rule: proxy-cannot-read-secret
//!
//! Severity: error
//!
//! The role of a DB proxy does not allow to read the secrets of the users that the proxy lets in.
//! The proxy is made, and never has a connection: its target stays `UNAVAILABLE` with
//! `AUTH_FAILURE`.
//! Compared are actions, not resources; a role with managed policies is left alone.
//!
//! Source: <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-iam-setup.html>
//!
//! Fix: add a policy with `secretsmanager:GetSecretValue` on the secret to the role.
//!
//! Suppress: when the role gets policies outside of this architecture.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    reference::Input,
    services::{
        iam::{Action, Effect, Role, RolePolicy},
        rds::DbProxy,
    },
};

pub(crate) const RULE: Rule = Rule {
    slug: "proxy-cannot-read-secret",
    severity: Severity::Error,
    summary: "The role of a database proxy may not read the secrets of its users.",
    check,
};

const READ: &str = "secretsmanager:GetSecretValue";

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, proxy) in ctx.all::<DbProxy>() {
        let Input::Output(reference) = &proxy.role_arn else { continue };
        let role = ctx.node(&reference.resource);
        let Some((role, typed)) = role.and_then(|node| Some((node, node.get::<Role>()?))) else {
            continue;
        };
        if !typed.managed_policy_arns.is_empty() {
            continue;
        }
        let may_read = ctx
            .referrers(&role.id)
            .iter()
            .filter_map(|node| node.get::<RolePolicy>())
            .flat_map(|policy| &policy.policy_document.statements)
            .filter(|statement| statement.effect == Effect::Allow)
            .flat_map(|statement| statement.actions.named())
            .any(|granted| granted.covers(&Action::new(READ)));
        if !may_read {
            out.push(
                node,
                format!("its role `{}` does not allow `{READ}`", role.id),
                format!("add a policy with `{READ}` on the secrets to `{}`", role.id),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        architecture::Architecture,
        checks::testing::{check, database},
        reference::Ref,
        services::{
            iam::{PolicyDocument, PolicyName, Service, Statement},
            rds::DbProxyAuth,
        },
    };

    fn describe(arch: &mut Architecture, action: &str) {
        let db = arch.resource("db", database());
        let role = arch.resource("role", Role::assumed_by(Service::Rds));
        let policy = PolicyDocument::new([Statement::allow([action]).on([db.secret_arn()])]);
        let name = PolicyName::new("proxy").unwrap();
        arch.resource("policy", RolePolicy::new(&role, name, policy));
        let proxy = DbProxy::builder()
            .auth([DbProxyAuth::builder().secret_arn(db.secret_arn()).build()])
            .role_arn(role.arn())
            .vpc_subnets(["subnet-1", "subnet-2"].map(Ref::existing))
            .vpc_security_groups([Ref::existing("sg-1")])
            .build();
        arch.resource("proxy", proxy);
    }

    #[test]
    fn fires_on_a_role_that_may_only_describe() {
        check(
            &RULE,
            |arch| describe(arch, "secretsmanager:DescribeSecret"),
            &["error proxy: its role `role` does not allow `secretsmanager:GetSecretValue`"],
        );
    }

    #[test]
    fn accepts_a_role_that_reads() {
        check(&RULE, |arch| describe(arch, "secretsmanager:Get*"), &[]);
    }
}
