//! Rule: database-without-tls
//!
//! Severity: warning
//!
//! A database takes connections without TLS: passwords and data cross the network in plain text.
//! `rds.force_ssl` is off by default up to PostgreSQL 14, and on from 15.
//!
//! Source: <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html>
//!
//! Fix: set the parameter `rds.force_ssl` to 1 in its parameter group.
//!
//! Suppress: for clients that cannot do TLS.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::rds::{DbInstance, Engine},
};

pub(crate) const RULE: Rule = Rule {
    slug: "database-without-tls",
    severity: Severity::Warning,
    summary: "A database takes connections without TLS.",
    check,
};

/// The first version of PostgreSQL that forces TLS by itself.
const FORCED_FROM: u32 = 15;

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, database) in ctx.all::<DbInstance>() {
        if database.engine != Engine::Postgres {
            continue;
        }
        // A replica has the parameters of its source.
        let Some(version) = &database.engine_version else { continue };
        let set = match &database.db_parameter_group {
            None => None,
            Some(group) => match ctx.get(group) {
                Some((_, group)) => group.parameters.get("rds.force_ssl").map(String::as_str),
                None => continue,
            },
        };
        let by_default = version.numbers().first() >= Some(&FORCED_FROM);
        if !set.map_or(by_default, |value| value == "1") {
            out.push(
                node,
                "takes connections without TLS: `rds.force_ssl` is off",
                "set the parameter `rds.force_ssl` to `1` in its parameter group",
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
        services::rds::{DbParameterGroup, DbParameterGroupFamily, EngineVersion},
    };

    fn describe(arch: &mut Architecture, version: &'static str, value: Option<&str>) {
        let engine_version = EngineVersion::literal(version);
        let group = DbParameterGroup::builder()
            .family(DbParameterGroupFamily::of(Engine::Postgres, &engine_version))
            .parameters(value.map(|value| ("rds.force_ssl", value)))
            .description("for a test");
        let group = arch.resource(&format!("group-{version}"), group.build());
        let it = DbInstance {
            engine_version: Some(engine_version),
            db_parameter_group: Some(group),
            ..database()
        };
        arch.resource(&format!("db-{version}"), it);
    }

    #[test]
    fn fires_on_the_old_default_and_on_off() {
        check(
            &RULE,
            |arch| {
                describe(arch, "14.9", None);
                describe(arch, "16.4", Some("0"));
            },
            &[
                "warning db-14.9: takes connections without TLS: `rds.force_ssl` is off",
                "warning db-16.4: takes connections without TLS: `rds.force_ssl` is off",
            ],
        );
    }

    #[test]
    fn accepts_the_new_default_and_on() {
        check(
            &RULE,
            |arch| {
                describe(arch, "14.9", Some("1"));
                describe(arch, "16.4", None);
                arch.resource("db", database());
            },
            &[],
        );
    }
}
