//! The read replicas of a database.

use super::{Group, Internal, Settings, Tier, name_tag};
use crate::{
    architecture::Scope,
    reference::{Input, Ref},
    region::Zone,
    services::{
        ec2::Subnet,
        iam::RolePolicy,
        kms::KeyArn,
        rds::{DbInstance, DbInstanceClass, LogExport, MonitoringInterval},
    },
};

/// The most replicas of an instance of PostgreSQL.
const MOST: u8 = 15;

/// How many there are to be, and of what class.
#[derive(Debug, Clone, Default)]
pub(super) struct Replicas {
    pub(super) count: u8,
    pub(super) class: Option<DbInstanceClass>,
}

/// What replicas have in common with their source.
pub(super) struct Source<'a> {
    pub(super) instance: &'a Ref<DbInstance>,
    pub(super) group: &'a Group<Internal>,
    pub(super) monitoring: Input<String>,
    pub(super) policy: Option<&'a Ref<RolePolicy>>,
    pub(super) key: Option<Input<KeyArn>>,
}

/// Each in another zone than the one before it, as far as the zones are known.
pub(super) fn build<T>(
    scope: &mut Scope<'_>,
    settings: &Settings,
    subnets: &Tier<T>,
    source: &Source<'_>,
) -> Vec<Ref<DbInstance>> {
    let Replicas { count, class } = &settings.replicas;
    if *count > MOST {
        scope.problem(
            format!("a database has at most {MOST} replicas, not {count}"),
            format!("ask for {MOST} or fewer with `.replicas(..)`"),
        );
    }
    let class = class.as_ref().unwrap_or(&settings.class);
    let zones = zones(scope, subnets.subnets());
    // AWS puts a source into one of the first zones more often than not.
    let mut zones = zones.iter().rev().cycle();
    let numbers = 1..=(*count).min(MOST);
    numbers
        .map(|number| {
            let id = format!("replica-{number}");
            let replica = DbInstance::replica_of(source.instance)
                .db_instance_class(class.clone())
                .maybe_availability_zone(zones.next().copied())
                .maybe_max_allocated_storage(settings.max_storage())
                .vpc_security_groups([source.group.group()])
                .enable_performance_insights(true)
                .maybe_performance_insights_kms_key_id(source.key.clone())
                .monitoring_interval(MonitoringInterval::Seconds60)
                .monitoring_role_arn(source.monitoring.clone())
                .enable_cloudwatch_logs_exports([LogExport::Postgresql, LogExport::Upgrade])
                .copy_tags_to_snapshot(true)
                .tags(name_tag(scope, &id))
                .build();
            let replica = scope.resource(&id, replica);
            scope.architecture().options(&replica, |options| {
                if let Some(policy) = source.policy {
                    options.depends_on(policy);
                }
            });
            replica
        })
        .collect()
}

/// The zones of the subnets that the architecture has, each once.
fn zones(scope: &mut Scope<'_>, subnets: &[Ref<Subnet>]) -> Vec<Zone> {
    let mut zones = Vec::new();
    for subnet in subnets {
        let node = subnet.id().and_then(|id| scope.architecture().node(id));
        let zone = node.and_then(|node| Some(node.get::<Subnet>()?.availability_zone));
        if let Some(zone) = zone.filter(|zone| !zones.contains(zone)) {
            zones.push(zone);
        }
    }
    zones
}
