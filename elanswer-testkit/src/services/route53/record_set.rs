//! `AWS::Route53::RecordSet` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html>,
//! <https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html>,
//! <https://docs.aws.amazon.com/Route53/latest/APIReference/API_AliasTarget.html>. Route 53 has one
//! code for all that is wrong with a change, `InvalidChangeBatch`; what it is, the message says.
//! Quota: 10,000 records per zone,
//! <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html>.
//! Not modelled: how long a change takes to reach every server, what a health check says, aliases
//! of other services than load balancers, the states of a subdivision.

use std::{collections::BTreeMap, time::Duration};

use async_trait::async_trait;
use elanswer_core::{
    Handler, Input, Place,
    executor::{Deletion, ExecError, Outcome},
    handler::{Create, Delete, Observed, Update},
    services::{
        cloudfront,
        elbv2::LoadBalancer,
        route53::{
            AliasTarget, Answer, Conflict, DnsName, HostedZone, RecordKey, RecordSet, RecordType,
        },
    },
};

use super::{SERVICE, health_check, zone};
use crate::{
    api::Api,
    world::{AwsError, World},
};

/// The code of whatever is wrong with a change.
const INVALID: &str = "InvalidChangeBatch";
/// How many changes one call takes.
const CHANGES: usize = 1000;
/// How many records one call lists.
const PAGE: usize = 300;
/// How many records of a zone are looked up one by one, rather than in a list of all.
const FEW: usize = 2;

/// Handles record sets in memory.
#[derive(Debug)]
pub struct RecordSetHandler(Api);

impl From<Api> for RecordSetHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

/// One change of a zone.
enum Change<'a> {
    /// `CREATE`, on behalf of a request.
    Create(&'a Create<RecordSet>),
    /// `DELETE`.
    Delete(&'a RecordSet),
    /// `UPSERT`, on behalf of a request.
    Upsert(&'a Create<RecordSet>),
}

fn refused(message: impl std::fmt::Display) -> AwsError {
    AwsError::invalid(INVALID, format!("[{message}]"))
}

/// `ChangeResourceRecordSets`: makes all of the changes, or none.
fn change(world: &mut World, place: &Place, changes: &[Change<'_>]) -> Result<(), AwsError> {
    let mut undo: Vec<(String, Option<RecordSet>)> = Vec::new();
    for change in changes {
        if let Err(error) = apply(world, place, change, &mut undo) {
            for (id, before) in undo.into_iter().rev() {
                world.remove::<RecordSet>(place, &id, Duration::ZERO);
                if let (Some(before), Some(request)) = (before, changes.iter().find_map(request)) {
                    put(world, place, request, before)?;
                }
            }
            return Err(error);
        }
    }
    Ok(())
}

fn request<'a>(change: &Change<'a>) -> Option<&'a Create<RecordSet>> {
    match change {
        Change::Create(request) | Change::Upsert(request) => Some(request),
        Change::Delete(_) => None,
    }
}

fn apply(
    world: &mut World,
    place: &Place,
    change: &Change<'_>,
    undo: &mut Vec<(String, Option<RecordSet>)>,
) -> Result<(), AwsError> {
    let record = match change {
        Change::Create(request) | Change::Upsert(request) => &request.desired,
        Change::Delete(record) => record,
    };
    let zone_id = record.hosted_zone.known().unwrap_or_default();
    let zone_name = zone(world, place, zone_id)?.resource.name.clone();
    let Some(key) = RecordKey::of(record) else {
        return Err(refused("the record has no name"));
    };
    let id = key.outputs().id;
    let existing = world.get::<RecordSet>(place, &id).map(|object| object.resource.clone());
    let named = format!("[name='{}.', type='{}']", key.name, key.record_type);
    match (change, &existing) {
        (Change::Delete(_), None) => {
            return Err(refused(format!(
                "Tried to delete resource record set {named} but it was not found"
            )));
        }
        (Change::Delete(record), Some(existing)) if *record != existing => {
            return Err(refused(format!(
                "Tried to delete resource record set {named} but the values provided do not match the current values"
            )));
        }
        (Change::Delete(_), Some(_)) => world.remove::<RecordSet>(place, &id, Duration::ZERO),
        (Change::Create(_), Some(_)) => {
            return Err(refused(format!(
                "Tried to create resource record set {named} but it already exists"
            )));
        }
        (Change::Create(request) | Change::Upsert(request), _) => {
            check(world, place, &zone_name, &key, record)?;
            put(world, place, request, record.clone())?;
        }
    }
    undo.push((id, existing));
    Ok(())
}

fn put(
    world: &mut World,
    place: &Place,
    request: &Create<RecordSet>,
    record: RecordSet,
) -> Result<(), AwsError> {
    let Some(key) = RecordKey::of(&record) else { return Ok(()) };
    let id = key.outputs().id;
    if world.get::<RecordSet>(place, &id).is_some() {
        return world
            .change::<RecordSet>(place, &id, "", Duration::ZERO, |object| object.resource = record)
            .map(drop);
    }
    let request = Create { desired: record, ..request.clone() };
    world.insert(&request, key.outputs(), "", Duration::ZERO).map(drop)
}

/// What Route 53 asks of a record beside those that its zone has.
fn check(
    world: &World,
    place: &Place,
    zone_name: &DnsName,
    key: &RecordKey,
    record: &RecordSet,
) -> Result<(), AwsError> {
    let (name, record_type) = (&key.name, key.record_type);
    if !name.is_within(zone_name) {
        return Err(refused(format!(
            "RRSet with DNS name {name}. is not permitted in zone {zone_name}."
        )));
    }
    let apex = name == zone_name;
    if apex && record_type == RecordType::Cname {
        return Err(refused(format!(
            "RRSet of type CNAME with DNS name {name}. is not permitted at apex in zone {zone_name}."
        )));
    }
    if apex && record_type == RecordType::Ns {
        return Err(refused(format!(
            "Tried to create resource record set [name='{name}.', type='NS'] but it already exists"
        )));
    }
    let id = key.outputs().id;
    let in_zone = || {
        world
            .all::<RecordSet>(place)
            .filter(|(_, other)| other.resource.hosted_zone == record.hosted_zone)
    };
    let conflict = in_zone()
        .filter(|(other, _)| *other != id)
        .find_map(|(_, other)| Some((record.conflict_with(&other.resource)?, other)));
    if let Some((conflict, other)) = conflict {
        return Err(refused(told(conflict, key, &other.resource, zone_name)));
    }
    if let Some(check) = record.health_check.as_ref().and_then(|check| check.known()) {
        health_check(world, place, check)?;
    }
    let used = in_zone().filter(|(other, _)| *other != id).count();
    world.quotas.check("records per hosted zone", 10_000, used, INVALID)?;
    if let Some(why) = record.multivalue_fault() {
        return Err(refused(format!("RRSet with DNS name {name}., type {record_type}: {why}")));
    }
    match &record.answer {
        Answer::Alias(target) => check_alias(world, place, record, target),
        Answer::Records { values, .. } => {
            let values: Vec<&String> = values.iter().filter_map(Input::known).collect();
            if !(1..=400).contains(&values.len()) {
                return Err(refused(format!(
                    "a record has 1 to 400 values, this one {}",
                    values.len()
                )));
            }
            if record_type == RecordType::Cname && values.len() > 1 {
                return Err(refused(format!(
                    "Invalid Resource Record: FATAL problem: TooManyCNAMERecords encountered with {name}."
                )));
            }
            for value in values {
                record_type.check(value).map_err(|error| {
                    refused(format!("Invalid Resource Record: FATAL problem: {error}"))
                })?;
            }
            Ok(())
        }
    }
}

/// What Route 53 says of two records that it does not keep beside each other.
fn told(conflict: Conflict, key: &RecordKey, other: &RecordSet, zone_name: &DnsName) -> String {
    let RecordKey { name, record_type, set_identifier, .. } = key;
    let set = set_identifier.as_ref().map_or("null", |set| set.as_str());
    match conflict {
        Conflict::Cname if *record_type == RecordType::Cname => format!(
            "RRSet of type CNAME with DNS name {name}. is not permitted as it conflicts with other records with the same DNS name in zone {zone_name}."
        ),
        Conflict::Cname => format!(
            "RRSet of type {record_type} with DNS name {name}. is not permitted because a conflicting RRSet of type CNAME with the same DNS name already exists in zone {zone_name}."
        ),
        Conflict::Duplicate | Conflict::Place => format!(
            "RRSet with DNS name {name}., type {record_type}, SetIdentifier {set} cannot be created because another RRSet is for the same {}",
            other.routing.policy()
        ),
        Conflict::Policies => format!(
            "RRSet with DNS name {name}., type {record_type}, SetIdentifier {set} cannot be created as other RRSets exist with the same name and type, of the policy {}",
            other.routing.policy()
        ),
    }
}

/// The target of an alias is a record of the same zone and type, or of a service of AWS in that
/// service's zone.
fn check_alias(
    world: &World,
    place: &Place,
    record: &RecordSet,
    target: &AliasTarget,
) -> Result<(), AwsError> {
    let (Some(name), Some(zone_id)) = (target.dns_name.known(), target.hosted_zone_id.known())
    else {
        return Err(refused("the alias has no target"));
    };
    let record_type = record.record_type;
    let missing = |why: &str| {
        refused(format!(
            "Tried to create an alias that targets {name}., type {record_type} in zone {zone_id}, but {why}"
        ))
    };
    if zone_id == cloudfront::HOSTED_ZONE_ID && target.evaluate_target_health {
        return Err(missing("EvaluateTargetHealth must be false for a CloudFront distribution"));
    }
    if world.get::<HostedZone>(place, zone_id).is_some() {
        if record.hosted_zone.known() != Some(zone_id) {
            return Err(missing("the target is in another hosted zone"));
        }
        if record.name.known() == Some(name) {
            return Err(missing("that is the alias itself"));
        }
        let found = world.all::<RecordSet>(place).any(|(_, other)| {
            let other = &other.resource;
            other.hosted_zone == record.hosted_zone
                && other.name.known() == Some(name)
                && other.record_type == record_type
        });
        return if found { Ok(()) } else { Err(missing("that target was not found")) };
    }
    if !matches!(record_type, RecordType::A | RecordType::Aaaa | RecordType::Https) {
        return Err(missing("that target has no records of this type"));
    }
    let balancer = world.everywhere::<LoadBalancer>().find(|(_, _, balancer)| {
        let own = DnsName::new(balancer.outputs.dns_name.clone()).ok();
        let plain = name.as_str().strip_prefix("dualstack.").unwrap_or(name.as_str());
        own.is_some_and(|own| own.as_str() == plain)
    });
    match balancer {
        Some((_, _, balancer)) if balancer.outputs.canonical_hosted_zone_id != *zone_id => {
            Err(missing("the alias target name does not lie within the target zone"))
        }
        _ => Ok(()),
    }
}

impl RecordSetHandler {
    async fn change(&self, place: &Place, changes: &[Change<'_>]) -> Result<(), ExecError> {
        self.0
            .call(SERVICE, "ChangeResourceRecordSets", place, |world| change(world, place, changes))
            .await
    }

    /// `ListResourceRecordSets`, from this record on.
    async fn get(
        &self,
        place: &Place,
        key: &RecordKey,
    ) -> Result<Option<Observed<RecordSet>>, ExecError> {
        self.0
            .call(SERVICE, "ListResourceRecordSets", place, |world| {
                let found = world.get::<RecordSet>(place, &key.outputs().id);
                Ok(found.map(|found| found.observed(world.now())))
            })
            .await
    }

    /// All records of a zone that are wanted, with the calls that a list of all takes.
    async fn list(
        &self,
        place: &Place,
        zone_id: &str,
        wanted: &[&String],
    ) -> Result<BTreeMap<String, Observed<RecordSet>>, ExecError> {
        let mut seen = 0;
        loop {
            let (count, found) = self
                .0
                .call(SERVICE, "ListResourceRecordSets", place, |world| {
                    let own = |record: &RecordSet| record.hosted_zone.known() == Some(zone_id);
                    let all = world.all::<RecordSet>(place);
                    let count = all.filter(|(_, record)| own(&record.resource)).count();
                    let found = wanted.iter().filter_map(|id| {
                        let found = world.get::<RecordSet>(place, id)?;
                        Some(((*id).clone(), found.observed(world.now())))
                    });
                    Ok((count, found.collect()))
                })
                .await?;
            seen += PAGE;
            if seen >= count {
                return Ok(found);
            }
        }
    }
}

#[async_trait]
impl Handler<RecordSet> for RecordSetHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<RecordSet>>, ExecError>> {
        let mut zones: BTreeMap<String, Vec<&String>> = BTreeMap::new();
        for id in identifiers {
            if let Some(key) = RecordKey::parse(id) {
                zones.entry(key.zone_id).or_default().push(id);
            }
        }
        let mut found = BTreeMap::new();
        let mut failed = BTreeMap::new();
        for (zone_id, ids) in zones {
            if ids.len() > FEW {
                match self.list(place, &zone_id, &ids).await {
                    Ok(records) => found.extend(records),
                    Err(error) => failed.extend(ids.into_iter().map(|id| (id, error.clone()))),
                }
                continue;
            }
            for id in ids {
                let Some(key) = RecordKey::parse(id) else { continue };
                match self.get(place, &key).await {
                    Ok(record) => found.extend(record.map(|record| (id.clone(), record))),
                    Err(error) => _ = failed.insert(id, error),
                }
            }
        }
        identifiers
            .iter()
            .map(|id| match failed.remove(id) {
                Some(error) => Err(error),
                None => Ok(found.remove(id)),
            })
            .collect()
    }

    async fn create(&self, request: &Create<RecordSet>) -> Result<Observed<RecordSet>, ExecError> {
        let Err(error) = self.change(&request.place, &[Change::Create(request)]).await else {
            return Ok(observed(&request.desired));
        };
        if error.code() != Some(INVALID) || error.outcome() != Outcome::NotApplied {
            return Err(error);
        }
        match self.find(request).await {
            Ok(Some(found)) => Ok(found),
            _ => Err(error),
        }
    }

    async fn create_batch(
        &self,
        requests: &[Create<RecordSet>],
    ) -> Vec<Result<Observed<RecordSet>, ExecError>> {
        let mut answers = Vec::with_capacity(requests.len());
        for page in requests.chunks(CHANGES) {
            let changes: Vec<Change<'_>> = page.iter().map(Change::Create).collect();
            let place = page.first().map(|request| &request.place);
            let made = match place {
                Some(place) => self.change(place, &changes).await,
                None => Ok(()),
            };
            answers.extend(page.iter().map(|request| match &made {
                Ok(()) => Ok(observed(&request.desired)),
                Err(error) => Err(error.clone()),
            }));
        }
        answers
    }

    /// By zone, name, type and set identifier; but one with another answer is somebody else's.
    async fn find(
        &self,
        request: &Create<RecordSet>,
    ) -> Result<Option<Observed<RecordSet>>, ExecError> {
        let Some(key) = RecordKey::of(&request.desired) else { return Ok(None) };
        let found = self.get(&request.place, &key).await?;
        Ok(found.filter(|found| found.resource == request.desired))
    }

    async fn update(&self, request: &Update<RecordSet>) -> Result<Observed<RecordSet>, ExecError> {
        let (current, desired) = (&request.current, &request.desired);
        if current != desired {
            let made = Create {
                place: request.place.clone(),
                desired: desired.clone(),
                ownership: request.ownership.clone(),
                token: request.token.clone(),
                secrets: request.secrets.clone(),
            };
            self.change(&request.place, &[Change::Upsert(&made)]).await?;
        }
        Ok(observed(desired))
    }

    async fn delete(&self, request: &Delete<RecordSet>) -> Result<Deletion, ExecError> {
        let place = &request.place;
        let Err(error) = self.change(place, &[Change::Delete(&request.current)]).await else {
            return Ok(Deletion::Gone);
        };
        if error.code() == Some("NoSuchHostedZone") {
            return Ok(Deletion::Gone);
        }
        let key = RecordKey::parse(&request.identifier);
        let Some(key) = key.filter(|_| error.code() == Some(INVALID)) else { return Err(error) };
        // It is another one than was last seen, or gone.
        if let Some(found) = self.get(place, &key).await? {
            self.change(place, &[Change::Delete(&found.resource)]).await?;
        }
        Ok(Deletion::Gone)
    }
}

fn observed(record: &RecordSet) -> Observed<RecordSet> {
    let id = RecordKey::of(record).map(|key| key.outputs().id).unwrap_or_default();
    Observed::ready(record.clone(), elanswer_core::services::route53::RecordSetOutputs { id })
}
