//! `AWS::CertificateManager::Certificate` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html>,
//! <https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html>. Quotas: 10 names per
//! certificate, 2,500 certificates, <https://docs.aws.amazon.com/acm/latest/userguide/acm-limits.html>.
//! A certificate is issued two minutes after a public zone of the account has all records that it
//! wants, and times out after 72 hours.
//! Not modelled: renewal, `CAA` records, zones elsewhere, that a token is forgotten after an hour.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place, Region,
    executor::{Deletion, ExecError, Status},
    handler::{Create, Delete, Observed, Update},
    services::{
        acm::{Certificate, CertificateOutputs, DomainName},
        route53::{DnsName, HostedZone, RecordKey, RecordSet, RecordType},
    },
};
use sha2::{Digest, Sha256};

use super::{ISSUED, PENDING, SERVICE};
use crate::{
    api::Api,
    world::{AwsError, Millis, Object, World, account, arn},
};

/// The operations that set and remove tags.
const TAGGING: [&str; 2] = ["AddTagsToCertificate", "RemoveTagsFromCertificate"];
/// From the request until ACM says which records it wants.
const ASKING: Duration = Duration::from_secs(3);
/// From the last of the records until the certificate.
const ISSUING: Millis = 2 * 60 * 1000;
/// From the request until ACM gives up.
const GIVING_UP: Millis = 72 * 60 * 60 * 1000;

/// Handles certificates in memory.
#[derive(Debug)]
pub struct CertificateHandler(Api);

impl From<Api> for CertificateHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

fn request_certificate(
    world: &mut World,
    request: &Create<Certificate>,
) -> Result<Observed<Certificate>, AwsError> {
    let (place, desired) = (&request.place, &request.desired);
    if let Some(made) = world.replay(request)? {
        return Ok(observed(require(world, place, &made)?, world.now()));
    }
    if desired.domain_name.as_str().len() > 64 {
        return Err(AwsError::invalid(
            "ValidationException",
            "The first domain name can be at most 64 characters long",
        ));
    }
    let names = desired.names().count();
    let per_certificate = world.quotas.get("domain names per certificate", 10);
    if names > per_certificate {
        return Err(AwsError::quota(
            "LimitExceededException",
            format!("Error: you have reached your limit of {per_certificate} domain names"),
        ));
    }
    let used = world.all::<Certificate>(place).count();
    world.quotas.check("ACM certificates", 2500, used, "LimitExceededException")?;
    let digits = world.new_hex(32);
    let uuid: String = digits
        .char_indices()
        .flat_map(|(at, digit)| {
            [8, 12, 16, 20].contains(&at).then_some('-').into_iter().chain([digit])
        })
        .collect();
    let id = arn(place, SERVICE, &format!("certificate/{uuid}"));
    world.remember(request, &id);
    world.insert(request, CertificateOutputs { id: id.clone() }, PENDING, ASKING)?;
    Ok(observed(require(world, place, &id)?, world.now()))
}

/// Name and value of the record that ACM wants to see for a domain: the same for all certificates
/// of an account.
pub(super) fn validation_record(place: &Place, domain: &DomainName) -> Option<(DnsName, DnsName)> {
    let digits = |what: &str| -> String {
        let digest = Sha256::digest(format!("{} {domain} {what}", account(place)));
        digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    };
    let letters: String = digits("zone").chars().take(10).collect();
    let name = DnsName::new(format!("_{}.{domain}", digits("name"))).ok()?;
    let value = format!("_{}.{letters}.acm-validations.aws", digits("value"));
    Some((name, DnsName::new(value).ok()?))
}

/// The certificate, or the error of AWS that there is none.
pub(super) fn require<'a>(
    world: &'a World,
    place: &Place,
    id: &str,
) -> Result<&'a Object<Certificate>, AwsError> {
    world.get(place, id).ok_or_else(|| {
        AwsError::not_found(
            "ResourceNotFoundException",
            format!("Could not find certificate {id}."),
        )
    })
}

/// The state of a certificate, if there is one.
pub(crate) fn state(world: &World, place: &Place, id: &str) -> Option<String> {
    let certificate = world.get::<Certificate>(place, id)?;
    let now = world.now();
    // One that was there when this AWS began, as on the stage of a rehearsal.
    if certificate.state.is_empty() {
        return Some(ISSUED.to_owned());
    }
    if certificate.state != PENDING || now < certificate.ready_at {
        return Some(certificate.state.clone());
    }
    let gives_up = certificate.created_at + GIVING_UP;
    let seen = certificate
        .resource
        .validated_names()
        .iter()
        .map(|domain| seen_at(world, place, &validation_record(place, domain)?))
        .collect::<Option<Vec<Millis>>>()
        .map(|seen| seen.into_iter().fold(certificate.created_at, Millis::max));
    let state = match seen.map(|seen| seen + ISSUING) {
        Some(issued_at) if issued_at <= gives_up.min(now) => ISSUED,
        _ if gives_up <= now => "VALIDATION_TIMED_OUT",
        _ => PENDING,
    };
    Some(state.to_owned())
}

/// Since when a zone of the account has the record.
fn seen_at(world: &World, place: &Place, (name, value): &(DnsName, DnsName)) -> Option<Millis> {
    let place = Place { region: Region::UsEast1, ..place.clone() };
    let seen = world.all::<HostedZone>(&place).filter_map(|(zone_id, zone)| {
        if !name.is_within(&zone.resource.name) {
            return None;
        }
        let key = RecordKey {
            zone_id: zone_id.to_owned(),
            name: name.clone(),
            record_type: RecordType::Cname,
            set_identifier: None,
        };
        let record = world.get::<RecordSet>(&place, &key.outputs().id)?;
        let mut values = record.resource.answer.known_values();
        let leads = values.any(|found| DnsName::new(found).as_ref() == Ok(value));
        leads.then_some(record.created_at)
    });
    seen.min()
}

/// Lets what has become of a certificate stay so, whatever becomes of its records.
pub(super) fn settle(world: &mut World, place: &Place, id: &str) -> Result<(), AwsError> {
    if let Some(state) = state(world, place, id) {
        world.change::<Certificate>(place, id, "", Duration::ZERO, |certificate| {
            certificate.state = state;
        })?;
    }
    Ok(())
}

/// What a read shows of a certificate that was settled.
fn observed(object: &Object<Certificate>, now: Millis) -> Observed<Certificate> {
    let mut observed = object.observed(now);
    if ![PENDING, ISSUED].contains(&object.state.as_str()) {
        observed.status = Status::Failed(object.state.clone());
    }
    observed
}

fn delete_certificate(world: &mut World, place: &Place, id: &str) -> Result<(), AwsError> {
    if !world.users_of(place, id).is_empty() {
        return Err(AwsError::dependency(
            "ResourceInUseException",
            format!("Certificate {id} in account {} is in use.", account(place)),
        ));
    }
    world.remove::<Certificate>(place, id, Duration::ZERO);
    Ok(())
}

impl CertificateHandler {
    /// `DescribeCertificate` and `ListTagsForCertificate`.
    async fn describe(
        &self,
        place: &Place,
        id: &str,
    ) -> Result<Option<Observed<Certificate>>, ExecError> {
        let found = self
            .0
            .call(SERVICE, "DescribeCertificate", place, |world| {
                settle(world, place, id)?;
                let found = world.get::<Certificate>(place, id);
                Ok(found.map(|found| observed(found, world.now())))
            })
            .await?;
        if found.is_some() {
            self.0.call(SERVICE, "ListTagsForCertificate", place, |_| Ok(())).await?;
        }
        Ok(found)
    }
}

#[async_trait]
impl Handler<Certificate> for CertificateHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<Certificate>>, ExecError>> {
        let mut answers = Vec::with_capacity(identifiers.len());
        for id in identifiers {
            answers.push(self.describe(place, id).await);
        }
        answers
    }

    async fn create(
        &self,
        request: &Create<Certificate>,
    ) -> Result<Observed<Certificate>, ExecError> {
        self.0
            .call(SERVICE, "RequestCertificate", &request.place, |world| {
                request_certificate(world, request)
            })
            .await
    }

    async fn find(
        &self,
        request: &Create<Certificate>,
    ) -> Result<Option<Observed<Certificate>>, ExecError> {
        let place = &request.place;
        let found = self.0.find_owned("acm", "ListCertificates", request).await?;
        match found {
            Some(found) => self.describe(place, &found.outputs.id).await,
            None => Ok(None),
        }
    }

    async fn update(
        &self,
        request: &Update<Certificate>,
    ) -> Result<Observed<Certificate>, ExecError> {
        self.0.retag(SERVICE, TAGGING, request).await?;
        Ok(self.0.after(request))
    }

    async fn delete(&self, request: &Delete<Certificate>) -> Result<Deletion, ExecError> {
        self.0
            .call(SERVICE, "DeleteCertificate", &request.place, |world| {
                delete_certificate(world, &request.place, &request.identifier)
            })
            .await?;
        Ok(Deletion::Gone)
    }
}
