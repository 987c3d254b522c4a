//! What each kind says about the day of a failure.

use std::collections::BTreeMap;

use super::RecoveryPart;
use crate::{
    architecture::Node,
    checks::RuleContext,
    id::ResourceId,
    reference::{Input, Ref},
    services::{
        cloudwatch::Alarm,
        ec2::{NatGateway, Subnet, Vpc},
        ecs,
        elasticache::ReplicationGroup,
        elbv2::LoadBalancer,
        rds::{AutomatedBackupReplication, DbInstance, DbProxy},
        s3::{Bucket, Versioning},
    },
};

/// Every part, of every kind that has any.
pub(super) fn parts(ctx: &RuleContext<'_>) -> Vec<RecoveryPart> {
    [databases, proxies, caches, buckets, services, load_balancers, gateways]
        .into_iter()
        .flat_map(|of_kind| of_kind(ctx))
        .collect()
}

/// A resource of which nothing is known yet.
fn part(node: &Node) -> RecoveryPart {
    RecoveryPart {
        resource: node.id.clone(),
        kind: node.resource.schema().kind,
        zones: None,
        restorable_days: None,
        copied: None,
        alarms: None,
        gaps: Vec::new(),
    }
}

/// How many alarms name this resource in their dimensions.
fn alarms(ctx: &RuleContext<'_>, node: &Node) -> Option<usize> {
    let watching = |other: &&&Node| other.get::<Alarm>().is_some();
    Some(ctx.referrers(&node.id).iter().filter(watching).count())
}

/// In how many zones these subnets are; as many as there are of them, when some exist already.
fn zones<'a>(
    ctx: &RuleContext<'_>,
    subnets: impl IntoIterator<Item = &'a Ref<Subnet>> + Clone,
) -> Option<usize> {
    let count = subnets.clone().into_iter().count();
    Some(ctx.zones(subnets).map_or(count, |zones| zones.len()))
}

fn databases(ctx: &RuleContext<'_>) -> Vec<RecoveryPart> {
    let is_of = |copy: &AutomatedBackupReplication, id: &ResourceId| matches!(&copy.source_db_instance_arn, Input::Output(from) if from.resource == *id);
    let copied =
        |id: &ResourceId| ctx.all::<AutomatedBackupReplication>().any(|(_, it)| is_of(it, id));
    // A replica is a copy: what it holds is its source's.
    ctx.all::<DbInstance>()
        .map(|(node, database)| {
            let own = !database.is_replica();
            let days = database.backup_retention_period.map_or(0, |period| period.get().into());
            let part = RecoveryPart {
                zones: own.then_some(if database.multi_az { 2 } else { 1 }),
                restorable_days: own.then_some(days),
                copied: own.then(|| copied(&node.id)),
                alarms: alarms(ctx, node),
                ..part(node)
            };
            part.judged()
        })
        .collect()
}

fn proxies(ctx: &RuleContext<'_>) -> Vec<RecoveryPart> {
    let proxies = ctx.all::<DbProxy>();
    proxies
        .map(|(node, proxy)| {
            RecoveryPart { zones: zones(ctx, &proxy.vpc_subnets), ..part(node) }.judged()
        })
        .collect()
}

fn caches(ctx: &RuleContext<'_>) -> Vec<RecoveryPart> {
    ctx.all::<ReplicationGroup>()
        .map(|(node, cache)| {
            let nodes = usize::try_from(cache.num_cache_clusters.get()).unwrap_or(usize::MAX);
            let most = ctx.get(&cache.cache_subnet_group);
            let most = most.and_then(|(_, group)| zones(ctx, &group.subnets)).unwrap_or(nodes);
            let part = RecoveryPart {
                zones: Some(if cache.multi_az_enabled { nodes.min(most) } else { 1 }),
                restorable_days: Some(cache.snapshot_retention_limit.get()),
                alarms: alarms(ctx, node),
                ..part(node)
            };
            part.judged()
        })
        .collect()
}

/// What a bucket keeps of what is overwritten or deleted, when nothing says how long.
const FOREVER: u32 = u32::MAX;

fn buckets(ctx: &RuleContext<'_>) -> Vec<RecoveryPart> {
    // The bucket that copies are put into is one.
    let destinations: Vec<&ResourceId> = ctx
        .all::<Bucket>()
        .filter_map(|(_, bucket)| bucket.replication.as_ref())
        .flat_map(|replication| &replication.rules)
        .filter_map(|rule| match &rule.destination.bucket {
            Input::Output(from) => Some(&from.resource),
            _ => None,
        })
        .collect();
    ctx.all::<Bucket>()
        .map(|(node, bucket)| {
            let is_copy = destinations.contains(&&node.id);
            let part = RecoveryPart {
                restorable_days: Some(kept(bucket)),
                copied: (!is_copy).then(|| bucket.replication.is_some()),
                ..part(node)
            };
            part.judged()
        })
        .collect()
}

/// For how many days a bucket keeps what is overwritten or deleted.
fn kept(bucket: &Bucket) -> u32 {
    if bucket.versioning != Versioning::Enabled {
        return 0;
    }
    let rules = bucket.lifecycle.iter().flat_map(|lifecycle| &lifecycle.rules);
    let ends = rules.filter_map(|rule| rule.noncurrent_version_expiration.as_ref());
    ends.map(|end| end.noncurrent_days.get()).min().unwrap_or(FOREVER)
}

fn services(ctx: &RuleContext<'_>) -> Vec<RecoveryPart> {
    ctx.all::<ecs::Service>()
        .map(|(node, service)| {
            let subnets = &service.network_configuration.awsvpc_configuration.subnets;
            let tasks = service.desired_count.and_then(|count| usize::try_from(count).ok());
            let most = zones(ctx, subnets);
            let part = RecoveryPart {
                zones: most.map(|most| tasks.map_or(most, |tasks| most.min(tasks))),
                alarms: alarms(ctx, node),
                ..part(node)
            };
            part.judged()
        })
        .collect()
}

fn load_balancers(ctx: &RuleContext<'_>) -> Vec<RecoveryPart> {
    ctx.all::<LoadBalancer>()
        .map(|(node, front)| {
            let zones = zones(ctx, &front.subnets);
            RecoveryPart { zones, alarms: alarms(ctx, node), ..part(node) }.judged()
        })
        .collect()
}

/// The NAT gateways of a VPC stand for each other: each is in one zone, all together in theirs.
fn gateways(ctx: &RuleContext<'_>) -> Vec<RecoveryPart> {
    let mut by_vpc = BTreeMap::<&Ref<Vpc>, Vec<(&Node, &Ref<Subnet>)>>::new();
    for (node, gateway) in ctx.all::<NatGateway>() {
        if let Some((_, subnet)) = ctx.get(&gateway.subnet) {
            by_vpc.entry(&subnet.vpc).or_default().push((node, &gateway.subnet));
        }
    }
    let all = by_vpc.into_values().flat_map(|gateways| {
        let zones = zones(ctx, gateways.iter().map(|(_, subnet)| *subnet).collect::<Vec<_>>());
        gateways.into_iter().map(move |(node, _)| (node, zones))
    });
    all.map(|(node, zones)| {
        RecoveryPart { zones, alarms: alarms(ctx, node), ..part(node) }.judged()
    })
    .collect()
}
