//! Rule: cache-without-authentication
//!
//! Severity: warning
//!
//! Whoever reaches a cache may read and change all that is in it: it has no users, or one of them logs
//! in without authentication.
//!
//! Source: <https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html>
//!
//! Fix: give it a user group whose users log in with IAM. In a group of Redis, which must have the user
//! `default`, let that be `User::disabled_default()`.
//!
//! Suppress: for a cache whose clients cannot log in, when security groups let nobody else reach it.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::elasticache::{AuthenticationMode, ReplicationGroup, UserGroup},
};

pub(crate) const RULE: Rule = Rule {
    slug: "cache-without-authentication",
    severity: Severity::Warning,
    summary: "Whoever reaches a cache may do everything with it.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, cache) in ctx.all::<ReplicationGroup>() {
        if cache.user_groups.is_empty() {
            out.push(
                node,
                "has no users: whoever reaches it may do everything",
                "give it a user group whose users log in with IAM",
            );
        }
    }
    for (node, group) in ctx.all::<UserGroup>() {
        let own = group.users.iter().any(|user| user.known() == Some("default"));
        let known = group.users.iter().filter_map(|user| ctx.get(user));
        let open = known.filter(|(_, user)| {
            user.authentication_mode == AuthenticationMode::NoPasswordRequired
                && user.access_string.is_on()
        });
        let open = open.map(|(user, _)| user.id.to_string());
        for user in own.then(|| "default".to_owned()).into_iter().chain(open) {
            out.push(
                node,
                format!("its user `{user}` logs in without authentication"),
                "let it log in with IAM, or turn it `off`",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::{cache, check},
        reference::Ref,
        services::elasticache::{AccessString, Engine, User},
    };

    #[test]
    fn fires_without_users_and_on_users_without_authentication() {
        check(
            &RULE,
            |arch| {
                arch.resource("cache", ReplicationGroup { user_groups: [].into(), ..cache() });
                let access_string = AccessString::everything();
                let open = User { access_string, ..User::disabled_default() };
                let open = arch.resource("open", open);
                let own = Ref::existing("default");
                let group = UserGroup::builder().engine(Engine::Redis).users([&open, &own]);
                arch.resource("group", group.build());
            },
            &[
                "warning cache: has no users: whoever reaches it may do everything",
                "warning group: its user `default` logs in without authentication",
                "warning group: its user `open` logs in without authentication",
            ],
        );
    }

    #[test]
    fn accepts_users_with_iam_and_a_default_that_is_off() {
        check(
            &RULE,
            |arch| {
                let app = User::builder().engine(Engine::Redis);
                let app = app.access_string(AccessString::everything()).build();
                let app = arch.resource("app", app);
                let nobody = arch.resource("nobody", User::disabled_default());
                let group = UserGroup::builder().engine(Engine::Redis).users([&app, &nobody]);
                let group = arch.resource("group", group.build());
                arch.resource("cache", ReplicationGroup { user_groups: [group].into(), ..cache() });
            },
            &[],
        );
    }
}
