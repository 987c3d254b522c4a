//! Rule: replica-in-zone-of-source
//!
//! Severity: warning
//!
//! A database without a standby and all of its read replicas are in one zone: when that zone fails,
//! nobody reads any more, and there is nothing to go on with.
//!
//! Source: <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.html>
//!
//! Fix: set `AvailabilityZone` of a replica to another zone.
//!
//! Suppress: when the replicas only take load off the database.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::rds::DbInstance,
};

pub(crate) const RULE: Rule = Rule {
    slug: "replica-in-zone-of-source",
    severity: Severity::Warning,
    summary: "A database and all of its replicas are in one zone.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, source) in ctx.all::<DbInstance>() {
        let Some(zone) = source.availability_zone.filter(|_| !source.multi_az) else { continue };
        let mut replicas = ctx
            .all::<DbInstance>()
            .map(|(_, replica)| replica)
            .filter(|replica| {
                let of = replica.source_db_instance.as_ref();
                of.and_then(|source| source.id()) == Some(&node.id)
            })
            .peekable();
        if replicas.peek().is_some() && replicas.all(|it| it.availability_zone == Some(zone)) {
            out.push(
                node,
                format!("is in `{zone}` with all of its replicas"),
                "put a replica into another zone with `AvailabilityZone`",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        architecture::Architecture,
        checks::testing::{check, database, replica},
        region::{Region, Zone},
    };

    fn describe(arch: &mut Architecture, zone: char) {
        let at = |zone| Some(Zone::new(Region::UsEast1, zone));
        let source = DbInstance { multi_az: false, availability_zone: at('a'), ..database() };
        let source = arch.resource("db", source);
        for (id, zone) in [("first", 'a'), ("second", zone)] {
            arch.resource(id, DbInstance { availability_zone: at(zone), ..replica(&source) });
        }
    }

    #[test]
    fn fires_when_all_are_in_one_zone() {
        check(
            &RULE,
            |arch| describe(arch, 'a'),
            &["warning db: is in `us-east-1a` with all of its replicas"],
        );
    }

    #[test]
    fn accepts_a_replica_in_another_zone() {
        check(&RULE, |arch| describe(arch, 'b'), &[]);
    }
}
