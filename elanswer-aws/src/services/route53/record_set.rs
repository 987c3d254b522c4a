//! `AWS::Route53::RecordSet` over the SDK.
//!
//! <https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html>.
//! Many records of a zone are made in one call, and read in one for 300 of the zone. A change is
//! ready when the zone lists it, which is before every server of Route 53 answers with it.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_route53::{
    Client,
    operation::change_resource_record_sets::ChangeResourceRecordSetsError,
    types::{
        self, Change, ChangeAction, ChangeBatch, ResourceRecord, ResourceRecordSet,
        ResourceRecordSetFailover, ResourceRecordSetRegion, RrType,
    },
};
use elanswer_core::{
    Handler, Input, Place, Ref,
    executor::{Deletion, ErrorKind, ExecError, Outcome},
    handler::{Create, Delete, Observed, Update},
    services::route53::{
        AliasTarget, Answer, FailoverRole, GeoLocation, HealthCheck, RecordKey, RecordSet,
        RecordSetOutputs, Routing, SetIdentifier, Ttl, Weight,
    },
};

use super::{SERVICE, failed, found, incomplete};
use crate::clients::Clients;

/// The code of whatever is wrong with a change.
const INVALID: &str = "InvalidChangeBatch";
/// How many changes one call takes.
const CHANGES: usize = 1000;
/// How many records of a zone are looked up one by one, rather than in a list of all.
const FEW: usize = 2;

/// Handles record sets over the SDK.
#[derive(Debug)]
pub struct RecordSetHandler(Clients);

impl From<Clients> for RecordSetHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

fn location_to_sdk(location: &GeoLocation) -> types::GeoLocation {
    let sdk = types::GeoLocation::builder();
    match location {
        GeoLocation::Continent(continent) => sdk.continent_code(continent.as_str()),
        GeoLocation::Country(country) => sdk.country_code(country.as_str()),
        GeoLocation::Default => sdk.country_code("*"),
        GeoLocation::Subdivision(country, subdivision) => {
            sdk.country_code(country.as_str()).subdivision_code(subdivision.as_str())
        }
    }
    .build()
}

fn to_sdk(record: &RecordSet) -> Result<ResourceRecordSet, ExecError> {
    let name = record.name.known().map(ToString::to_string);
    let sdk = ResourceRecordSet::builder()
        .set_name(name)
        .r#type(RrType::from(record.record_type.as_str()))
        .set_set_identifier(record.routing.set_identifier().map(ToString::to_string))
        .set_health_check_id(record.health_check.as_ref().and_then(Ref::known).map(str::to_owned));
    let sdk = match &record.routing {
        Routing::Failover { role, .. } => {
            sdk.failover(ResourceRecordSetFailover::from(role.as_str()))
        }
        Routing::Geolocation { location, .. } => sdk.geo_location(location_to_sdk(location)),
        Routing::Latency { region, .. } => {
            sdk.region(ResourceRecordSetRegion::from(region.as_str()))
        }
        Routing::Multivalue { .. } => sdk.multi_value_answer(true),
        Routing::Weighted { weight, .. } => sdk.weight(weight.get().into()),
        Routing::Simple => sdk,
    };
    let sdk = match &record.answer {
        Answer::Alias(target) => {
            let alias = types::AliasTarget::builder()
                .set_dns_name(target.dns_name.known().map(ToString::to_string))
                .set_hosted_zone_id(target.hosted_zone_id.known().cloned())
                .evaluate_target_health(target.evaluate_target_health);
            sdk.alias_target(alias.build().map_err(incomplete)?)
        }
        Answer::Records { ttl, .. } => {
            let values = record.answer.known_values();
            let values =
                values.map(|value| ResourceRecord::builder().value(value).build()).collect();
            let values: Result<Vec<_>, _> = values;
            sdk.ttl(ttl.get().into()).set_resource_records(Some(values.map_err(incomplete)?))
        }
    };
    sdk.build().map_err(incomplete)
}

/// A listed record set, unless it is of a form that the model does not have.
fn from_sdk(zone_id: &str, listed: &ResourceRecordSet) -> Option<RecordSet> {
    let answer = match listed.alias_target() {
        Some(target) => Answer::Alias(AliasTarget {
            dns_name: Input::Literal(target.dns_name().parse().ok()?),
            hosted_zone_id: target.hosted_zone_id().into(),
            evaluate_target_health: target.evaluate_target_health(),
        }),
        None => Answer::records(
            Ttl::new(u32::try_from(listed.ttl()?).ok()?).ok()?,
            listed.resource_records().iter().map(ResourceRecord::value),
        ),
    };
    let record = RecordSet::builder()
        .hosted_zone(Ref::existing(zone_id))
        .name(Input::Literal(listed.name().parse().ok()?))
        .record_type(listed.r#type().as_str().parse().ok()?)
        .answer(answer)
        .routing(routing(listed)?)
        .maybe_health_check(listed.health_check_id().map(Ref::<HealthCheck>::existing));
    Some(record.build())
}

fn routing(listed: &ResourceRecordSet) -> Option<Routing> {
    let Some(set_identifier) = listed.set_identifier() else { return Some(Routing::Simple) };
    let set_identifier: SetIdentifier = set_identifier.parse().ok()?;
    if let Some(failover) = listed.failover() {
        let role = match failover {
            ResourceRecordSetFailover::Primary => FailoverRole::Primary,
            ResourceRecordSetFailover::Secondary => FailoverRole::Secondary,
            _ => return None,
        };
        return Some(Routing::Failover { set_identifier, role });
    }
    if let Some(location) = listed.geo_location() {
        return Some(Routing::Geolocation { set_identifier, location: location_of(location)? });
    }
    if let Some(region) = listed.region() {
        return Some(Routing::Latency { set_identifier, region: region.as_str().parse().ok()? });
    }
    if listed.multi_value_answer() == Some(true) {
        return Some(Routing::Multivalue { set_identifier });
    }
    let weight = Weight::new(u32::try_from(listed.weight()?).ok()?).ok()?;
    Some(Routing::Weighted { set_identifier, weight })
}

fn location_of(location: &types::GeoLocation) -> Option<GeoLocation> {
    let country = location.country_code();
    match (location.continent_code(), country, location.subdivision_code()) {
        (Some(continent), _, _) => Some(GeoLocation::Continent(continent.parse().ok()?)),
        (None, Some("*"), _) => Some(GeoLocation::Default),
        (None, Some(country), Some(subdivision)) => {
            Some(GeoLocation::Subdivision(country.parse().ok()?, subdivision.parse().ok()?))
        }
        (None, Some(country), None) => Some(GeoLocation::Country(country.parse().ok()?)),
        (None, None, _) => None,
    }
}

fn observed(record: &RecordSet) -> Observed<RecordSet> {
    let id = RecordKey::of(record).map(|key| key.outputs().id).unwrap_or_default();
    Observed::ready(record.clone(), RecordSetOutputs { id })
}

/// Translates an error of `ChangeResourceRecordSets`: what is wrong, a list of its own may tell.
fn refused(
    error: aws_smithy_runtime_api::client::result::SdkError<
        ChangeResourceRecordSetsError,
        aws_smithy_runtime_api::client::orchestrator::HttpResponse,
    >,
) -> ExecError {
    let operation = "ChangeResourceRecordSets";
    let told = match error.as_service_error() {
        Some(ChangeResourceRecordSetsError::InvalidChangeBatch(batch)) => {
            batch.messages().join("; ")
        }
        _ => String::new(),
    };
    let exec = failed(operation)(error);
    if told.is_empty() {
        return exec;
    }
    let code = exec.code().unwrap_or(INVALID);
    let told = ExecError::new(ErrorKind::Invalid, told).with_code(code);
    match exec.request_id() {
        Some(id) => told.with_request_id(id),
        None => told,
    }
    .with_operation(SERVICE, operation)
}

impl RecordSetHandler {
    fn client(&self, place: &Place) -> Client {
        self.0.route53(place.region)
    }

    /// `ChangeResourceRecordSets`: makes all of the changes, or none.
    async fn change<'a>(
        client: &Client,
        action: ChangeAction,
        records: impl IntoIterator<Item = &'a RecordSet>,
    ) -> Result<(), ExecError> {
        let (mut zone_id, mut batch) = (None, ChangeBatch::builder());
        for record in records {
            zone_id = record.hosted_zone.known();
            let change = Change::builder().action(action.clone());
            let change = change.resource_record_set(to_sdk(record)?).build();
            batch = batch.changes(change.map_err(incomplete)?);
        }
        let call = client.change_resource_record_sets();
        let call = call.set_hosted_zone_id(zone_id.map(str::to_owned));
        let call = call.change_batch(batch.build().map_err(incomplete)?);
        call.send().await.map(drop).map_err(refused)
    }

    /// The record set with this key: `ListResourceRecordSets`, from it on.
    async fn get(
        client: &Client,
        key: &RecordKey,
    ) -> Result<Option<Observed<RecordSet>>, ExecError> {
        let call = client
            .list_resource_record_sets()
            .hosted_zone_id(&key.zone_id)
            .start_record_name(key.name.as_str())
            .start_record_type(RrType::from(key.record_type.as_str()))
            .set_start_record_identifier(key.set_identifier.as_ref().map(ToString::to_string));
        let answer = found(call.send().await.map_err(failed("ListResourceRecordSets")))?;
        let listed = answer.into_iter().flat_map(|answer| answer.resource_record_sets);
        let mut records = listed.filter_map(|listed| from_sdk(&key.zone_id, &listed));
        Ok(records
            .find(|record| RecordKey::of(record).as_ref() == Some(key))
            .as_ref()
            .map(observed))
    }

    /// All record sets of a zone that are wanted, from a list of all.
    async fn list(
        client: &Client,
        zone_id: &str,
        wanted: &[&String],
    ) -> Result<BTreeMap<String, Observed<RecordSet>>, ExecError> {
        let mut records = BTreeMap::new();
        let (mut name, mut record_type, mut set_identifier) = (None, None, None);
        loop {
            let call = client
                .list_resource_record_sets()
                .hosted_zone_id(zone_id)
                .set_start_record_name(name)
                .set_start_record_type(record_type)
                .set_start_record_identifier(set_identifier);
            let answer = found(call.send().await.map_err(failed("ListResourceRecordSets")))?;
            let Some(answer) = answer else { return Ok(records) };
            for listed in answer.resource_record_sets() {
                let Some(record) = from_sdk(zone_id, listed) else { continue };
                let record = observed(&record);
                if wanted.contains(&&record.outputs.id) {
                    records.insert(record.outputs.id.clone(), record);
                }
            }
            if !answer.is_truncated() || records.len() == wanted.len() {
                return Ok(records);
            }
            name = answer.next_record_name().map(str::to_owned);
            record_type = answer.next_record_type().cloned();
            set_identifier = answer.next_record_identifier().map(str::to_owned);
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
        let client = self.client(place);
        let mut zones: BTreeMap<String, Vec<&String>> = BTreeMap::new();
        for id in identifiers {
            if let Some(key) = RecordKey::parse(id) {
                zones.entry(key.zone_id).or_default().push(id);
            }
        }
        let (mut records, mut failures) = (BTreeMap::new(), BTreeMap::new());
        for (zone_id, ids) in zones {
            if ids.len() > FEW {
                match Self::list(&client, &zone_id, &ids).await {
                    Ok(listed) => records.extend(listed),
                    Err(error) => failures.extend(ids.into_iter().map(|id| (id, error.clone()))),
                }
                continue;
            }
            for id in ids {
                let Some(key) = RecordKey::parse(id) else { continue };
                match Self::get(&client, &key).await {
                    Ok(record) => records.extend(record.map(|record| (id.clone(), record))),
                    Err(error) => _ = failures.insert(id, error),
                }
            }
        }
        identifiers
            .iter()
            .map(|id| match failures.remove(id) {
                Some(error) => Err(error),
                None => Ok(records.remove(id)),
            })
            .collect()
    }

    async fn create(&self, request: &Create<RecordSet>) -> Result<Observed<RecordSet>, ExecError> {
        let client = self.client(&request.place);
        let made = Self::change(&client, ChangeAction::Create, [&request.desired]).await;
        let Err(error) = made else { return Ok(observed(&request.desired)) };
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
            let Some(first) = page.first() else { continue };
            let client = self.client(&first.place);
            let records = page.iter().map(|request| &request.desired);
            let made = Self::change(&client, ChangeAction::Create, records).await;
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
        let found = Self::get(&self.client(&request.place), &key).await?;
        Ok(found.filter(|found| found.resource == request.desired))
    }

    async fn update(&self, request: &Update<RecordSet>) -> Result<Observed<RecordSet>, ExecError> {
        let desired = &request.desired;
        if request.current != *desired {
            let client = self.client(&request.place);
            Self::change(&client, ChangeAction::Upsert, [desired]).await?;
        }
        Ok(observed(desired))
    }

    async fn delete(&self, request: &Delete<RecordSet>) -> Result<Deletion, ExecError> {
        let client = self.client(&request.place);
        let deleted = Self::change(&client, ChangeAction::Delete, [&request.current]).await;
        let Err(error) = deleted else { return Ok(Deletion::Gone) };
        if error.kind() == ErrorKind::NotFound {
            return Ok(Deletion::Gone);
        }
        let key = RecordKey::parse(&request.identifier);
        let Some(key) = key.filter(|_| error.kind() == ErrorKind::Invalid) else {
            return Err(error);
        };
        // It is another one than was last seen, or gone.
        if let Some(found) = Self::get(&client, &key).await? {
            Self::change(&client, ChangeAction::Delete, [&found.resource]).await?;
        }
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::{
        Region,
        services::route53::{Continent, CountryCode, DnsName, RecordType, SubdivisionCode},
    };

    use super::*;

    const WWW: DnsName = DnsName::literal("www.example.com");
    const ONE: SetIdentifier = SetIdentifier::literal("one");

    fn address() -> RecordSet {
        RecordSet::new(Ref::existing("Z1"), WWW, RecordType::A, ["192.0.2.1", "192.0.2.2"])
    }

    #[test]
    fn records_come_back_as_they_were_sent() {
        let located = |location| Routing::Geolocation { set_identifier: ONE, location };
        let usa = CountryCode::literal("US");
        let new_york = GeoLocation::Subdivision(usa.clone(), SubdivisionCode::literal("NY"));
        let routings = [
            Routing::Simple,
            Routing::Failover { set_identifier: ONE, role: FailoverRole::Primary },
            Routing::Failover { set_identifier: ONE, role: FailoverRole::Secondary },
            located(GeoLocation::Continent(Continent::Europe)),
            located(GeoLocation::Country(usa)),
            located(GeoLocation::Default),
            located(new_york),
            Routing::Latency { set_identifier: ONE, region: Region::EuWest1 },
            Routing::Multivalue { set_identifier: ONE },
            Routing::Weighted { set_identifier: ONE, weight: Weight::of::<7>() },
        ];
        let alias = AliasTarget::builder()
            .dns_name(DnsName::literal("front.elb.amazonaws.com"))
            .hosted_zone_id("Z2")
            .evaluate_target_health(true)
            .build();
        let checked = address().checked(Ref::existing("hc"));
        let records = routings
            .into_iter()
            .map(|routing| address().routed(routing))
            .chain([checked, RecordSet { answer: Answer::Alias(alias), ..address() }]);
        for record in records {
            assert_eq!(from_sdk("Z1", &to_sdk(&record).unwrap()), Some(record));
        }
    }

    #[test]
    fn names_are_read_in_their_form() {
        let listed = ResourceRecordSet::builder()
            .name("\\052.Example.com.")
            .r#type(RrType::Txt)
            .ttl(60)
            .resource_records(ResourceRecord::builder().value("\"x\"").build().unwrap())
            .build()
            .unwrap();
        let record = from_sdk("Z1", &listed).unwrap();
        assert_eq!(observed(&record).outputs.id, "Z1|*.example.com|TXT");
        let soa = ResourceRecordSet::builder().name("example.com.").r#type(RrType::Soa).ttl(900);
        assert_eq!(from_sdk("Z1", &soa.build().unwrap()), None);
    }
}
