//! Databases, and what stands before them.

use std::iter;

use super::{Charges, Tree};
use crate::{architecture::Architecture, id::ResourceId};

/// A standby costs as much as the server, and so does its storage.
pub(super) fn instance(it: &Tree<'_>, arch: &Architecture) -> Charges {
    let servers = 1 + u64::from(it.is("MultiAZ"));
    let class = it.text("DBInstanceClass");
    let engine = it.text("Engine");
    let mut charges = Charges::default()
        .some("database servers", format!("rds.{engine}.{class}"), servers)
        .by_use(["backups beyond the size of the storage", "data sent out"]);
    let kind = it.text("StorageType");
    match of_source(it, arch, |it| it.number("AllocatedStorage")) {
        Some(size) => {
            let key = format!("rds.storage.{kind}");
            charges = charges.some("GB of storage", key, size.saturating_mul(servers));
        }
        None => charges = charges.unknown("the size of its storage"),
    }
    if it.number("Iops").is_some() {
        charges = charges.unknown("provisioned IOPS");
    }
    let public = u64::from(it.is("PubliclyAccessible"));
    charges = charges.some("public IPv4 address", "ec2.public-ipv4", public);
    if it.is("ManageMasterUserPassword") {
        charges = charges.one("secret of its password", "secretsmanager.secret");
    }
    let kept = it.number("PerformanceInsightsRetentionPeriod").unwrap_or(WEEK);
    if it.is("EnablePerformanceInsights") && kept > WEEK {
        charges = charges.unknown("insights that are kept for longer than a week");
    }
    if it.number("MonitoringInterval").is_some_and(|interval| interval > 0) {
        charges = charges.by_use(["metrics of Enhanced Monitoring, as logs"]);
    }
    if of_source(it, arch, major).is_some_and(|major| major < OLDEST) {
        charges = charges.unknown("Extended Support of its version");
    }
    charges
}

/// The days for which insights are kept at no charge.
const WEEK: u64 = 7;

/// The oldest version of PostgreSQL that has the standard support of RDS, on 2026-11-30.
///
/// Source: <https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-release-calendar.html>.
const OLDEST: u64 = 14;

fn major(it: &Tree<'_>) -> Option<u64> {
    it.text("EngineVersion").split(['.', '-']).next()?.parse().ok()
}

/// What is said of the instance, or else of the one that it is a replica of.
fn of_source<'a>(
    it: &Tree<'a>,
    arch: &'a Architecture,
    get: impl Fn(&Tree<'a>) -> Option<u64>,
) -> Option<u64> {
    let next = |it: &Tree<'a>| it.referred("SourceDBInstanceIdentifier", arch);
    // A replica of a replica of a replica: AWS has no longer row of them.
    iter::successors(Some(Tree(it.0)), next).take(4).find_map(|it| get(&it))
}

/// A proxy costs for each vCPU of the databases that are registered with it, and for two at least;
/// standbys do not count.
///
/// Source: <https://aws.amazon.com/rds/proxy/pricing/>.
pub(super) fn proxy(id: &ResourceId, it: &Tree<'_>, arch: &Architecture) -> Charges {
    let name = it.named("DBProxyName", arch);
    let groups = Tree::of_kind("AWS::RDS::DBProxyTargetGroup", arch).filter(|group| {
        let written = name.is_some() && group.named("DBProxyName", arch) == name;
        group.refers("DBProxyName", id) || written
    });
    let databases: Vec<_> = groups.flat_map(|group| group.items("DBInstanceIdentifiers")).collect();
    if databases.is_empty() {
        return Charges::default().unknown("the vCPU of its database, which is not known here");
    }
    databases.into_iter().fold(Charges::default(), |charges, database| {
        let class = Tree::behind(database, arch).map(|it| it.text("DBInstanceClass"));
        let count = class.and_then(vcpus);
        let charges =
            charges.some("vCPU of the database behind it", "rds.proxy", count.unwrap_or(0).max(2));
        match count {
            Some(_) => charges,
            None => charges.unknown("the vCPU of its database, beyond two"),
        }
    })
}

/// The vCPU of a class, by its size; a few old and small ones have one, where it says two.
///
/// Source: <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Summary.html>.
fn vcpus(class: &str) -> Option<u64> {
    match class.split('.').nth(2)? {
        "micro" | "small" | "medium" | "large" => Some(2),
        "xlarge" => Some(4),
        size => size.strip_suffix("xlarge")?.parse::<u64>().ok()?.checked_mul(4),
    }
}
