//! Rule: database-not-reachable
//!
//! Severity: error
//!
//! A task gets the address, the port or the secret of a database, but the security groups between the
//! service and the database do not let the port through: every connection times out.
//!
//! Source: <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.RDSSecurityGroups.html>
//!
//! Fix: add the rule that the message names.
//!
//! Suppress: when the task passes the address on and does not connect itself.

use std::collections::BTreeMap;

use crate::{
    checks::{Diagnostics, Rule, RuleContext, firewall::blocked},
    diagnostic::Severity,
    services::{
        ec2::{Direction, Ports, Protocol},
        ecs::Service,
        rds::DbInstance,
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
        let databases: BTreeMap<_, _> = task
            .references()
            .iter()
            .filter_map(|reference| ctx.node(&reference.resource))
            .filter_map(|node| Some((&node.id, node.get::<DbInstance>()?)))
            .collect();
        for (id, database) in databases {
            let traffic = Protocol::Tcp(Ports::one(database.port.get()));
            if groups.is_empty() || database.vpc_security_groups.is_empty() {
                continue;
            }
            let (message, help) = match blocked(ctx, groups, &database.vpc_security_groups, traffic)
            {
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    use crate::{
        architecture::Architecture,
        checks::testing::{check, container, database, egress, group, ingress, service, task, tcp},
        reference::Ref,
        services::ec2::SecurityGroup,
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
            BTreeSet::from([app.clone()]);
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
}
