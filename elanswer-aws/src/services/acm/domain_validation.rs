//! `Elanswer::CertificateManager::DomainValidation` over the SDK: what ACM wants to see of a name.
//!
//! <https://docs.aws.amazon.com/acm/latest/APIReference/API_DomainValidation.html>.
//! It is a part of the description of its certificate, and one call tells all of a certificate.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_acm::types::{CertificateDetail, CertificateStatus};
use elanswer_core::{
    Handler, Place, Ref,
    executor::{Deletion, ErrorKind, ExecError, Outcome, Status},
    handler::{Create, Delete, Observed, Update},
    services::acm::{DomainName, DomainValidation, DomainValidationOutputs},
};

use super::{DESCRIBE, SERVICE, describe, found};
use crate::clients::Clients;

/// Handles validations of domain names over the SDK.
#[derive(Debug)]
pub struct DomainValidationHandler(Clients);

impl From<Clients> for DomainValidationHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

/// What a described certificate says of a name: ready once it tells the record.
fn observed(
    arn: &str,
    detail: &CertificateDetail,
    domain: &DomainName,
) -> Result<Option<Observed<DomainValidation>>, ExecError> {
    let of = |name: &str| name.parse::<DomainName>().map(|name| name.validated());
    let mut options = detail.domain_validation_options().iter();
    let names = detail.subject_alternative_names().iter().map(String::as_str);
    let mut names = names.chain(detail.domain_name());
    // While the request is fresh, ACM tells the names and not yet how it validates them.
    let option = options.find(|option| of(option.domain_name()).as_ref() == Ok(domain));
    if option.is_none() && !names.any(|name| of(name).as_ref() == Ok(domain)) {
        return Ok(None);
    }
    let resource = DomainValidation::new(Ref::existing(arn), domain);
    let mut outputs = DomainValidationOutputs::of(arn, domain);
    let Some(record) = option.and_then(|option| option.resource_record()) else {
        let status = Status::Pending(CertificateStatus::PendingValidation.to_string());
        return Ok(Some(Observed::ready(resource, outputs).with_status(status)));
    };
    let name = |text: &str| {
        text.parse().map_err(|error| {
            ExecError::new(ErrorKind::Internal, format!("the response cannot be read: {error}"))
                .with_operation(SERVICE, DESCRIBE)
                .with_outcome(Outcome::Unknown)
        })
    };
    outputs.record_name = Some(name(record.name())?);
    outputs.record_value = Some(name(record.value())?);
    Ok(Some(Observed::ready(resource, outputs)))
}

impl DomainValidationHandler {
    async fn one(
        &self,
        place: &Place,
        wanted: &DomainValidation,
    ) -> Result<Observed<DomainValidation>, ExecError> {
        let (arn, domain) = (wanted.certificate.known().unwrap_or_default(), &wanted.domain_name);
        let detail = describe(&self.0.acm(place.region), arn).await?;
        observed(arn, &detail, domain)?.ok_or_else(|| {
            ExecError::new(
                ErrorKind::Invalid,
                format!("the certificate `{arn}` is validated by no record for `{domain}`"),
            )
            .with_operation(SERVICE, DESCRIBE)
        })
    }
}

#[async_trait]
impl Handler<DomainValidation> for DomainValidationHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<DomainValidation>>, ExecError>> {
        let client = self.0.acm(place.region);
        let mut described = BTreeMap::new();
        let mut answers = Vec::with_capacity(identifiers.len());
        for id in identifiers {
            let Some((arn, domain)) = DomainValidationOutputs::parts(id) else {
                answers.push(Ok(None));
                continue;
            };
            if !described.contains_key(arn) {
                described.insert(arn, found(describe(&client, arn).await));
            }
            answers.push(match described.get(arn) {
                Some(Ok(Some(detail))) => observed(arn, detail, &domain),
                Some(Err(error)) => Err(error.clone()),
                _ => Ok(None),
            });
        }
        answers
    }

    async fn create(
        &self,
        request: &Create<DomainValidation>,
    ) -> Result<Observed<DomainValidation>, ExecError> {
        self.one(&request.place, &request.desired).await
    }

    async fn find(
        &self,
        request: &Create<DomainValidation>,
    ) -> Result<Option<Observed<DomainValidation>>, ExecError> {
        found(self.one(&request.place, &request.desired).await)
    }

    /// The same name of another certificate. The engine waits for the object that it knows, which
    /// is that of the certificate before; so a record that is not known yet is looked for again.
    async fn update(
        &self,
        request: &Update<DomainValidation>,
    ) -> Result<Observed<DomainValidation>, ExecError> {
        let found = self.one(&request.place, &request.desired).await?;
        if found.status == Status::Ready {
            return Ok(found);
        }
        Err(ExecError::new(
            ErrorKind::NotYetVisible,
            format!("ACM does not yet say how it validates `{}`", request.desired.domain_name),
        )
        .with_operation(SERVICE, DESCRIBE))
    }

    async fn delete(&self, _: &Delete<DomainValidation>) -> Result<Deletion, ExecError> {
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_acm::types::{self, RecordType, ResourceRecord};

    use super::*;

    #[test]
    fn a_wildcard_is_the_name_below_it() {
        let record = ResourceRecord::builder()
            .name("_A.example.com.")
            .r#type(RecordType::Cname)
            .value("_b.acm-validations.aws.")
            .build()
            .unwrap();
        let option = types::DomainValidation::builder().domain_name("*.example.com");
        let option = option.resource_record(record).build().unwrap();
        let detail = CertificateDetail::builder()
            .domain_name("*.example.com")
            .subject_alternative_names("fresh.example.com")
            .domain_validation_options(option)
            .build();
        let of = |name| observed("arn", &detail, &DomainName::literal(name)).unwrap();
        let found = of("example.com").unwrap();
        assert_eq!(found.status, Status::Ready);
        let texts = [found.outputs.record_name, found.outputs.record_value];
        let texts = texts.map(|text| text.map(String::from).unwrap_or_default());
        assert_eq!(texts, ["_a.example.com", "_b.acm-validations.aws"]);
        assert!(matches!(of("fresh.example.com").unwrap().status, Status::Pending(_)));
        assert!(of("other.example.com").is_none());
    }
}
