//! Rule: cache-refused
//!
//! Severity: error
//!
//! The properties of a cache, a user or a user group contradict each other, or those of what it names:
//! automatic failover of one node, Multi-AZ without failover, users without TLS, a parameter group of
//! another family, a group of Redis without the user `default`, a user with IAM under another name than
//! its id.
//! AWS answers `InvalidParameterCombination`, `InvalidParameterValue`, `DefaultUserRequired` or
//! `DuplicateUserName`.
//!
//! Source: <https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html>
//!
//! Fix: change one of the properties that the message names.
//!
//! Suppress: never.

use std::collections::BTreeMap;

use crate::{
    architecture::Node,
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::elasticache::{
        AuthenticationMode, CacheParameterGroupFamily, Engine, ReplicationGroup, User, UserGroup,
        UserId, UserName,
    },
};

pub(crate) const RULE: Rule = Rule {
    slug: "cache-refused",
    severity: Severity::Error,
    summary: "The properties of a cache, a user or a user group contradict each other.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, cache) in ctx.all::<ReplicationGroup>() {
        for contradiction in cache.contradictions() {
            out.push(node, contradiction.to_string(), "change one of the two properties");
        }
        family(ctx, out, node, cache);
        users(ctx, out, node, cache);
    }
    for (node, user) in ctx.all::<User>() {
        check_user(out, node, user);
    }
    for (node, group) in ctx.all::<UserGroup>() {
        check_group(ctx, out, node, group);
    }
}

fn family(ctx: &RuleContext<'_>, out: &mut Diagnostics, node: &Node, cache: &ReplicationGroup) {
    let parameters = cache.cache_parameter_group.as_ref().and_then(|group| ctx.get(group));
    let Some((parameters, typed)) = parameters else { return };
    let wanted = CacheParameterGroupFamily::of(cache.engine, &cache.engine_version);
    let family = &typed.cache_parameter_group_family;
    if *family != wanted {
        out.push(
            node,
            format!("needs the family `{wanted}`, but `{}` is of `{family}`", parameters.id),
            format!("make a parameter group of the family `{wanted}`"),
        );
    }
}

fn users(ctx: &RuleContext<'_>, out: &mut Diagnostics, node: &Node, cache: &ReplicationGroup) {
    for (group, typed) in cache.user_groups.iter().filter_map(|group| ctx.get(group)) {
        if cache.engine == Engine::Redis && typed.engine == Engine::Valkey {
            out.push(
                node,
                format!("is of `redis`, but its user group `{}` is of `valkey`", group.id),
                "make the user group one of `redis`",
            );
        }
        let mut users = typed.users.iter().filter_map(|user| ctx.get(user));
        let iam = users.find(|(_, user)| user.authentication_mode == AuthenticationMode::Iam);
        if let Some((user, _)) = iam.filter(|_| !cache.engine_version.is_at_least(7, 0)) {
            out.push(
                node,
                format!(
                    "is of version {}, but `{}` logs in with IAM, which takes 7.0",
                    cache.engine_version, user.id
                ),
                "raise the version",
            );
        }
    }
}

fn check_user(out: &mut Diagnostics, node: &Node, user: &User) {
    let id = user.user_id.as_ref().map(UserId::as_str);
    let name = user.user_name.as_ref().map(UserName::as_str);
    match user.authentication_mode {
        AuthenticationMode::Iam if name.is_some() && name != id => out.push(
            node,
            format!(
                "logs in with IAM, but its name `{}` is not its `UserId`",
                name.unwrap_or_default()
            ),
            "leave out `UserName`",
        ),
        AuthenticationMode::NoPasswordRequired if user.engine == Engine::Valkey => out.push(
            node,
            "is a user of `valkey`, which must have an authentication",
            "let it log in with IAM, or make it a user of `redis`",
        ),
        _ => {}
    }
}

fn check_group(ctx: &RuleContext<'_>, out: &mut Diagnostics, node: &Node, group: &UserGroup) {
    let known: Vec<_> = group.users.iter().filter_map(|user| ctx.get(user)).collect();
    let mut names = BTreeMap::new();
    for (user, typed) in &known {
        if group.engine == Engine::Redis && typed.engine == Engine::Valkey {
            out.push(
                node,
                format!("is of `redis`, but its user `{}` is of `valkey`", user.id),
                "make the user one of `redis`",
            );
        }
        let open = typed.authentication_mode == AuthenticationMode::NoPasswordRequired;
        if group.engine == Engine::Valkey && open && typed.engine == Engine::Redis {
            out.push(
                node,
                format!("is of `valkey`, but its user `{}` has no authentication", user.id),
                "take the user out of the group: a group of `valkey` needs no `default`",
            );
        }
        let Some(name) = &typed.user_name else { continue };
        if let Some(other) = names.insert(name, &user.id) {
            out.push(
                node,
                format!("its users `{other}` and `{}` are both called `{name}`", user.id),
                "take one of them out of the group",
            );
        }
    }
    let all_known = known.len() == group.users.len();
    let has_default = known.iter().any(|(_, user)| user.is_default());
    if group.engine == Engine::Redis && all_known && !has_default {
        out.push(
            node,
            "is of `redis` and has no user of the name `default` (`DefaultUserRequired`)",
            "add `User::disabled_default()`",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::{cache, check},
        services::elasticache::{AccessString, EngineVersion, NumCacheClusters, ParameterGroup},
    };

    fn user(engine: Engine) -> User {
        User::builder().engine(engine).access_string(AccessString::everything()).build()
    }

    #[test]
    fn fires_on_each_contradiction() {
        check(
            &RULE,
            |arch| {
                let it = ReplicationGroup {
                    num_cache_clusters: NumCacheClusters::of::<1>(),
                    transit_encryption_enabled: false,
                    ..cache()
                };
                arch.resource("cache", it);
            },
            &[
                "error cache: `AutomaticFailoverEnabled` is on, but `NumCacheClusters` is 1: it takes two nodes",
                "error cache: `UserGroupIds` is set, but `TransitEncryptionEnabled` is off",
            ],
        );
    }

    #[test]
    fn fires_on_other_families_and_engines() {
        check(
            &RULE,
            |arch| {
                let family = CacheParameterGroupFamily::literal("redis7");
                let parameters = ParameterGroup::builder()
                    .cache_parameter_group_family(family)
                    .description("for a test");
                let parameters = arch.resource("parameters", parameters.build());
                let cache_parameter_group = Some(parameters);
                arch.resource("a", ReplicationGroup { cache_parameter_group, ..cache() });
                let app = arch.resource("app", user(Engine::Redis));
                let users = UserGroup::builder().engine(Engine::Valkey).users([&app]).build();
                let users = arch.resource("group", users);
                let it = ReplicationGroup {
                    engine: Engine::Redis,
                    engine_version: EngineVersion::literal("6.2"),
                    user_groups: [users].into(),
                    ..cache()
                };
                arch.resource("b", it);
            },
            &[
                "error a: needs the family `valkey8`, but `parameters` is of `redis7`",
                "error b: is of `redis`, but its user group `group` is of `valkey`",
                "error b: is of version 6.2, but `app` logs in with IAM, which takes 7.0",
            ],
        );
    }

    #[test]
    fn fires_on_users_that_do_not_go_together() {
        check(
            &RULE,
            |arch| {
                let name = Some(UserName::literal("other"));
                arch.resource("named", User { user_name: name, ..user(Engine::Redis) });
                let mode = AuthenticationMode::NoPasswordRequired;
                arch.resource("open", User { authentication_mode: mode, ..user(Engine::Valkey) });
                let app = arch.resource("app", user(Engine::Valkey));
                let group = UserGroup::builder().engine(Engine::Redis).users([&app]).build();
                arch.resource("redis", group);
                let one = arch.resource("one", User::disabled_default());
                let two = arch.resource("two", User::disabled_default());
                let group = UserGroup::builder().engine(Engine::Redis).users([&one, &two]);
                arch.resource("twice", group.build());
                let group = UserGroup::builder().engine(Engine::Valkey).users([&app, &one]);
                arch.resource("valkey", group.build());
            },
            &[
                "error named: logs in with IAM, but its name `other` is not its `UserId`",
                "error open: is a user of `valkey`, which must have an authentication",
                "error redis: is of `redis` and has no user of the name `default` (`DefaultUserRequired`)",
                "error redis: is of `redis`, but its user `app` is of `valkey`",
                "error twice: its users `one` and `two` are both called `default`",
                "error valkey: is of `valkey`, but its user `one` has no authentication",
            ],
        );
    }

    #[test]
    fn accepts_what_fits_together() {
        check(
            &RULE,
            |arch| {
                arch.resource("cache", cache());
                let app = arch.resource("app", user(Engine::Redis));
                let nobody = arch.resource("nobody", User::disabled_default());
                let group = UserGroup::builder().engine(Engine::Redis).users([&app, &nobody]);
                arch.resource("redis", group.build());
                let group = UserGroup::builder().engine(Engine::Valkey).users([&app]).build();
                arch.resource("valkey", group);
            },
            &[],
        );
    }
}
