//! `AWS::CertificateManager::Certificate` over the SDK.
//!
//! <https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html>.
//! Each certificate takes a `DescribeCertificate` and a `ListTagsForCertificate` of its own.

use async_trait::async_trait;
use aws_sdk_acm::{
    Client,
    types::{self, CertificateDetail, Filters, Tag},
};
use elanswer_core::{
    Handler, Place, Tags,
    executor::{Deletion, ErrorKind, ExecError, Outcome, Status},
    handler::{Create, Delete, Observed, Update},
    services::acm::{Certificate, CertificateOutputs, DomainName, KeyAlgorithm},
};

use super::{DESCRIBE, SERVICE, describe, failed, found, issued};
use crate::{clients::Clients, error::missing};

/// Handles certificates over the SDK.
#[derive(Debug)]
pub struct CertificateHandler(Clients);

impl From<Clients> for CertificateHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

/// Whether ACM tells the records that it wants to see; then others can be made. One that was
/// issued had them.
fn status(detail: &CertificateDetail) -> Status {
    let validations = detail.domain_validation_options();
    let told = !validations.is_empty()
        && validations.iter().all(|validation| validation.resource_record().is_some());
    match issued(detail) {
        Status::Pending(_) if told => Status::Ready,
        other => other,
    }
}

fn observed(detail: &CertificateDetail, tags: Tags) -> Result<Observed<Certificate>, ExecError> {
    let lacks = |field| missing(SERVICE, DESCRIBE, field);
    let foreign = |what: &dyn std::fmt::Display| {
        ExecError::new(ErrorKind::Invalid, what.to_string())
            .with_operation(SERVICE, DESCRIBE)
            .with_outcome(Outcome::NotApplied)
    };
    let domain = |name: &str| name.parse::<DomainName>().map_err(|error| foreign(&error));
    let domain_name = domain(detail.domain_name().ok_or_else(|| lacks("DomainName"))?)?;
    let names = detail.subject_alternative_names().iter();
    let names = names.map(|name| domain(name)).collect::<Result<Vec<_>, _>>()?;
    let key_algorithm: KeyAlgorithm = match detail.key_algorithm() {
        Some(algorithm) => algorithm.as_str().parse().map_err(|error| foreign(&error))?,
        None => return Err(lacks("KeyAlgorithm")),
    };
    let resource = Certificate::builder()
        .subject_alternative_names(names.into_iter().filter(|name| *name != domain_name))
        .domain_name(domain_name)
        .key_algorithm(key_algorithm)
        .tags(tags.declared())
        .build();
    let id = detail.certificate_arn().ok_or_else(|| lacks("CertificateArn"))?.to_owned();
    Ok(Observed::ready(resource, CertificateOutputs { id }).with_status(status(detail)))
}

fn to_sdk(tags: &Tags) -> Result<Vec<Tag>, ExecError> {
    tags.iter()
        .map(|(key, value)| Tag::builder().key(key).value(value).build())
        .collect::<Result<_, _>>()
        .map_err(|error| ExecError::new(ErrorKind::Internal, error.to_string()))
}

/// Tags to remove: ACM takes them by key alone.
fn keys(keys: &[String]) -> Result<Vec<Tag>, ExecError> {
    keys.iter()
        .map(|key| Tag::builder().key(key).build())
        .collect::<Result<_, _>>()
        .map_err(|error| ExecError::new(ErrorKind::Internal, error.to_string()))
}

impl CertificateHandler {
    fn client(&self, place: &Place) -> Client {
        self.0.acm(place.region)
    }

    async fn tags(client: &Client, arn: &str) -> Result<Tags, ExecError> {
        let answer = client.list_tags_for_certificate().certificate_arn(arn).send().await;
        let answer = answer.map_err(failed("ListTagsForCertificate"))?;
        Ok(answer.tags().iter().map(|tag| (tag.key(), tag.value().unwrap_or_default())).collect())
    }

    async fn read_one(client: &Client, arn: &str) -> Result<Observed<Certificate>, ExecError> {
        let detail = describe(client, arn).await?;
        observed(&detail, Self::tags(client, arn).await?)
    }
}

#[async_trait]
impl Handler<Certificate> for CertificateHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<Certificate>>, ExecError>> {
        let client = self.client(place);
        let mut answers = Vec::with_capacity(identifiers.len());
        for arn in identifiers {
            answers.push(found(Self::read_one(&client, arn).await));
        }
        answers
    }

    /// ACM tells the records that it wants to see some seconds later.
    async fn create(
        &self,
        request: &Create<Certificate>,
    ) -> Result<Observed<Certificate>, ExecError> {
        let desired = &request.desired;
        let names = desired.names().filter(|name| **name != desired.domain_name);
        let names: Vec<String> = names.map(ToString::to_string).collect();
        let answer = self
            .client(&request.place)
            .request_certificate()
            .domain_name(desired.domain_name.as_str())
            .set_subject_alternative_names((!names.is_empty()).then_some(names))
            .validation_method(types::ValidationMethod::Dns)
            .key_algorithm(types::KeyAlgorithm::from(desired.key_algorithm.as_str()))
            .idempotency_token(&request.token)
            .set_tags(Some(to_sdk(&request.tags())?))
            .send()
            .await
            .map_err(failed("RequestCertificate"))?;
        let arn = answer.certificate_arn();
        let id = arn.ok_or_else(|| missing(SERVICE, "RequestCertificate", "CertificateArn"))?;
        let status = Status::Pending(types::CertificateStatus::PendingValidation.to_string());
        let outputs = CertificateOutputs { id: id.to_owned() };
        Ok(Observed::ready(desired.clone(), outputs).with_status(status))
    }

    /// By its domain name and tags: the token is good for an hour only.
    async fn find(
        &self,
        request: &Create<Certificate>,
    ) -> Result<Option<Observed<Certificate>>, ExecError> {
        let (client, desired) = (self.client(&request.place), &request.desired);
        // Unless asked for others, ACM lists certificates with RSA keys only.
        let algorithm = types::KeyAlgorithm::from(desired.key_algorithm.as_str());
        let call = client.list_certificates();
        let call = call.includes(Filters::builder().key_types(algorithm).build());
        let listed = call.into_paginator().items().send().try_collect().await;
        for summary in listed.map_err(failed("ListCertificates"))? {
            let (Some(arn), Some(name)) = (summary.certificate_arn(), summary.domain_name()) else {
                continue;
            };
            if name.parse().as_ref() != Ok(&desired.domain_name) {
                continue;
            }
            let tags = found(Self::tags(&client, arn).await)?;
            if tags.is_some_and(|tags| request.ownership.owns(&tags)) {
                return found(Self::read_one(&client, arn).await);
            }
        }
        Ok(None)
    }

    async fn update(
        &self,
        request: &Update<Certificate>,
    ) -> Result<Observed<Certificate>, ExecError> {
        let (client, arn) = (self.client(&request.place), &request.identifier);
        let (set, remove) = request.tag_changes();
        if !set.is_empty() {
            let call = client.add_tags_to_certificate().certificate_arn(arn);
            let call = call.set_tags(Some(to_sdk(&set)?));
            call.send().await.map_err(failed("AddTagsToCertificate"))?;
        }
        if !remove.is_empty() {
            let call = client.remove_tags_from_certificate().certificate_arn(arn);
            let call = call.set_tags(Some(keys(&remove)?));
            call.send().await.map_err(failed("RemoveTagsFromCertificate"))?;
        }
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<Certificate>) -> Result<Deletion, ExecError> {
        let call = self.client(&request.place).delete_certificate();
        let call = call.certificate_arn(&request.identifier);
        found(call.send().await.map_err(failed("DeleteCertificate")))?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_acm::types::{CertificateStatus, DomainValidation, RecordType, ResourceRecord};

    use super::*;

    fn validation(with_record: bool) -> DomainValidation {
        let record = ResourceRecord::builder()
            .name("_a.example.com.")
            .r#type(RecordType::Cname)
            .value("_b.acm-validations.aws.")
            .build()
            .unwrap();
        let record = with_record.then_some(record);
        let validation = DomainValidation::builder().domain_name("example.com");
        validation.set_resource_record(record).build().unwrap()
    }

    fn detail(with_record: bool) -> CertificateDetail {
        CertificateDetail::builder()
            .certificate_arn("arn")
            .domain_name("example.com")
            .subject_alternative_names("example.com")
            .subject_alternative_names("*.example.com")
            .key_algorithm("RSA-2048".into())
            .status(CertificateStatus::PendingValidation)
            .domain_validation_options(validation(with_record))
            .build()
    }

    #[test]
    fn maps_what_aws_answers() {
        let tags = Tags::new().with("Name", "n").with("elanswer:stack", "shop");
        let found = observed(&detail(true), tags).unwrap();
        let expected = Certificate::builder()
            .domain_name(DomainName::literal("example.com"))
            .subject_alternative_names([DomainName::literal("*.example.com")])
            .tags(Tags::new().with("Name", "n"))
            .build();
        assert_eq!(found.resource, expected);
        assert_eq!(found.outputs.id, "arn");
    }

    #[test]
    fn a_certificate_is_ready_once_its_records_are_told() {
        assert_eq!(status(&detail(true)), Status::Ready);
        assert!(matches!(status(&detail(false)), Status::Pending(_)));
        let late = CertificateStatus::ValidationTimedOut;
        let late = CertificateDetail::builder().status(late);
        let late = late.domain_validation_options(validation(true)).build();
        assert_eq!(status(&late), Status::Failed("VALIDATION_TIMED_OUT".to_owned()));
    }
}
