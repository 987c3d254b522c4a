//! Rule: database-not-reachable
//!
//! Severity: error
//!
//! A task gets the address, the port or the secret of a database, but the security groups between the
//! service and the database do not let the port through: every connection times out.
//! A proxy that stands between them is held against both.
//!
//! Source: <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.RDSSecurityGroups.html>
//!
//! Fix: add the rule that the message names.
//!
//! Suppress: when the task passes the address on and does not connect itself.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    Set,
    architecture::Node,
    checks::{Diagnostics, Rule, RuleContext, firewall::blocked},
    diagnostic::Severity,
    id::ResourceId,
    reference::Ref,
    services::{
        ec2::{Direction, Ports, Protocol, SecurityGroup},
        ecs::Service,
        rds::{DbInstance, DbProxy, DbProxyTargetGroup, Engine, Port},
    },
};

pub(crate) const RULE: Rule = Rule {
    slug: "database-not-reachable",
    severity: Severity::Error,
    summary: "Security groups keep a service from the database that its tasks refer to.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, service) in ctx.all::<Service>() {
        let Some((task, _)) = ctx.get(&service.task_definition) else { continue };
        let groups = &service.network_configuration.awsvpc_configuration.security_groups;
        for (id, (guards, port)) in reached(ctx, task) {
            let traffic = Protocol::Tcp(Ports::one(port.get()));
            if groups.is_empty() || guards.is_empty() {
                continue;
            }
            let (message, help) = match blocked(ctx, groups, guards, traffic) {
                None => continue,
                Some(Direction::Egress) => (
                    format!("does not let `{traffic}` out to `{id}`, which its tasks refer to"),
                    format!("add an egress rule for `{traffic}` to a group of `{id}`"),
                ),
                Some(Direction::Ingress) => (
                    format!(
                        "its tasks refer to `{id}`, which does not let `{traffic}` in from them"
                    ),
                    format!("add an ingress rule for `{traffic}` to a group of `{id}`"),
                ),
            };
            out.push(node, message, help);
        }
    }
    for (_, group) in ctx.all::<DbProxyTargetGroup>() {
        let (proxy, database) = (ctx.get(&group.db_proxy), ctx.get(&group.db_instance));
        let Some(((node, proxy), (to, database))) = proxy.zip(database) else { continue };
        let traffic = Protocol::Tcp(Ports::one(database.port.get()));
        let (from, guards) = (&proxy.vpc_security_groups, &database.vpc_security_groups);
        if from.is_empty() || guards.is_empty() || blocked(ctx, from, guards, traffic).is_none() {
            continue;
        }
        out.push(
            node,
            format!("does not reach `{}`, which it stands before, with `{traffic}`", to.id),
            format!("let `{traffic}` out of a group of the proxy and into one of `{}`", to.id),
        );
    }
}

/// What guards a server, and its port.
type Guard<'a> = (&'a Set<Ref<SecurityGroup>>, Port);

/// The databases and proxies that a task refers to. One that takes no more than the secret of a
/// database, and goes through a proxy before it, does not reach the database itself.
fn reached<'a>(ctx: &RuleContext<'a>, task: &Node) -> BTreeMap<&'a ResourceId, Guard<'a>> {
    let references = task.references();
    let mut reached = BTreeMap::new();
    let (mut proxies, mut addressed) = (BTreeSet::new(), BTreeSet::new());
    for reference in references {
        let Some(node) = ctx.node(&reference.resource) else { continue };
        if let Some(database) = node.get::<DbInstance>() {
            reached.insert(&node.id, (&database.vpc_security_groups, database.port));
            if reference.output.starts_with("Endpoint.") {
                addressed.insert(&node.id);
            }
        } else if let Some(proxy) = node.get::<DbProxy>() {
            let port = Engine::Postgres.default_port();
            reached.insert(&node.id, (&proxy.vpc_security_groups, port));
            proxies.insert(&node.id);
        }
    }
    for (_, group) in ctx.all::<DbProxyTargetGroup>() {
        let ids = group.db_proxy.id().zip(group.db_instance.id());
        if let Some((proxy, database)) = ids
            && proxies.contains(proxy)
            && !addressed.contains(database)
        {
            reached.remove(database);
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        architecture::Architecture,
        checks::testing::{check, container, database, egress, group, ingress, service, task, tcp},
        services::rds::DbProxyAuth,
    };

    /// A service with the group `app`, the tasks of which know the address of a database with `data`.
    fn describe(arch: &mut Architecture) -> (Ref<SecurityGroup>, Ref<SecurityGroup>) {
        let (app, data) = (group(arch, "app"), group(arch, "data"));
        let db = arch.resource("db", database());
        let mut container = container();
        container.environment.insert("DB".into(), db.endpoint_address().into());
        container.secrets.insert("LOGIN".into(), db.secret_arn().into());
        task(arch, "task", [container]);
        let mut it = service([Ref::existing("subnet-1")]);
        it.network_configuration.awsvpc_configuration.security_groups =
            crate::Set::from([app.clone()]);
        arch.resource("service", it);
        (app, data)
    }

    #[test]
    fn fires_on_a_missing_rule_at_either_end() {
        check(
            &RULE,
            |arch| _ = describe(arch),
            &["error service: does not let `tcp 5432` out to `db`, which its tasks refer to"],
        );
        check(
            &RULE,
            |arch| {
                let (app, data) = describe(arch);
                egress(arch, "out", &app, tcp(5432), &data);
            },
            &["error service: its tasks refer to `db`, which does not let `tcp 5432` in from them"],
        );
    }

    #[test]
    fn accepts_both_rules() {
        check(
            &RULE,
            |arch| {
                let (app, data) = describe(arch);
                egress(arch, "out", &app, tcp(5432), &data);
                ingress(arch, "in", &data, tcp(5432), &app);
            },
            &[],
        );
    }

    /// A service with the group `app` that goes through a proxy with the group `pool`.
    fn through_a_proxy(arch: &mut Architecture) -> [Ref<SecurityGroup>; 3] {
        let [app, pool, data] = ["app", "pool", "data"].map(|name| group(arch, name));
        let db = arch.resource("db", database());
        let proxy = DbProxy::builder()
            .auth([DbProxyAuth::builder().secret_arn(db.secret_arn()).build()])
            .role_arn("arn:aws:iam::123456789012:role/pool")
            .vpc_subnets(["subnet-1", "subnet-2"].map(Ref::existing))
            .vpc_security_groups([&pool])
            .build();
        let proxy = arch.resource("proxy", proxy);
        let targets = DbProxyTargetGroup::builder().db_proxy(&proxy).db_instance(&db).build();
        arch.resource("targets", targets);
        let mut container = container();
        container.environment.insert("DB".into(), proxy.endpoint().into());
        container.secrets.insert("LOGIN".into(), db.secret_arn().into());
        task(arch, "task", [container]);
        let mut it = service([Ref::existing("subnet-1")]);
        it.network_configuration.awsvpc_configuration.security_groups =
            crate::Set::from([app.clone()]);
        arch.resource("service", it);
        [app, pool, data]
    }

    #[test]
    fn fires_on_both_sides_of_a_proxy() {
        check(
            &RULE,
            |arch| _ = through_a_proxy(arch),
            &[
                "error proxy: does not reach `db`, which it stands before, with `tcp 5432`",
                "error service: does not let `tcp 5432` out to `proxy`, which its tasks refer to",
            ],
        );
    }

    #[test]
    fn accepts_a_way_through_a_proxy() {
        check(
            &RULE,
            |arch| {
                let [app, pool, data] = through_a_proxy(arch);
                egress(arch, "out", &app, tcp(5432), &pool);
                ingress(arch, "in", &pool, tcp(5432), &app);
                egress(arch, "on", &pool, tcp(5432), &data);
                ingress(arch, "into", &data, tcp(5432), &pool);
            },
            &[],
        );
    }
}
