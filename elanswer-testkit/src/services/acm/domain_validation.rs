//! `Elanswer::CertificateManager::DomainValidation` in memory: what ACM wants to see of a name.
//!
//! <https://docs.aws.amazon.com/acm/latest/APIReference/API_DomainValidation.html>.
//! The AWS in memory has no object of this kind; what it shows is a part of the certificate.

use std::collections::BTreeMap;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place, Ref,
    executor::{Deletion, ErrorKind, ExecError, Status},
    handler::{Create, Delete, Observed, Update},
    services::acm::{DomainName, DomainValidation, DomainValidationOutputs},
};

use super::{PENDING, SERVICE, certificate};
use crate::{
    api::Api,
    world::{AwsError, World},
};

/// Handles validations of domain names in memory.
#[derive(Debug)]
pub struct DomainValidationHandler(Api);

impl From<Api> for DomainValidationHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

/// `DescribeCertificate`: the records that ACM wants to see for names of a certificate.
fn describe(
    world: &World,
    place: &Place,
    arn: &str,
    domains: &[DomainName],
) -> Result<Vec<Option<Observed<DomainValidation>>>, AwsError> {
    let certificate = certificate::require(world, place, arn)?;
    let names = certificate.resource.validated_names();
    let known = world.now() >= certificate.ready_at;
    let validation = |domain: &DomainName| {
        let wanted = names.get(domain)?;
        let resource = DomainValidation::new(Ref::existing(arn), wanted);
        let mut outputs = DomainValidationOutputs::of(arn, wanted);
        let record = certificate::validation_record(place, wanted).filter(|_| known);
        let Some((name, value)) = record else {
            let status = Status::Pending(PENDING.to_owned());
            return Some(Observed::ready(resource, outputs).with_status(status));
        };
        outputs.record_name = Some(name);
        outputs.record_value = Some(value);
        Some(Observed::ready(resource, outputs))
    };
    Ok(domains.iter().map(validation).collect())
}

impl DomainValidationHandler {
    async fn describe(
        &self,
        place: &Place,
        arn: &str,
        domains: &[DomainName],
    ) -> Result<Vec<Option<Observed<DomainValidation>>>, ExecError> {
        self.0
            .call(SERVICE, "DescribeCertificate", place, |world| {
                describe(world, place, arn, domains)
            })
            .await
    }

    async fn one(
        &self,
        place: &Place,
        wanted: &DomainValidation,
    ) -> Result<Observed<DomainValidation>, ExecError> {
        let arn = wanted.certificate.known().unwrap_or_default();
        let domain = &wanted.domain_name;
        let found = self.describe(place, arn, std::slice::from_ref(domain)).await?.pop().flatten();
        found.ok_or_else(|| {
            ExecError::new(
                ErrorKind::Invalid,
                format!("the certificate `{arn}` is validated by no record for `{domain}`"),
            )
            .with_operation(SERVICE, "DescribeCertificate")
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
        let mut certificates: BTreeMap<&str, Vec<DomainName>> = BTreeMap::new();
        for (arn, domain) in identifiers.iter().filter_map(|id| DomainValidationOutputs::parts(id))
        {
            certificates.entry(arn).or_default().push(domain);
        }
        let (mut found, mut failed) = (BTreeMap::new(), BTreeMap::new());
        for (arn, domains) in certificates {
            match self.describe(place, arn, &domains).await {
                Ok(validations) => found.extend(
                    validations.into_iter().flatten().map(|it| (it.outputs.id.clone(), it)),
                ),
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => _ = failed.insert(arn, error),
            }
        }
        identifiers
            .iter()
            .map(|id| {
                let arn = id.split('|').next().unwrap_or_default();
                match failed.get(arn) {
                    Some(error) => Err(error.clone()),
                    None => Ok(found.remove(id)),
                }
            })
            .collect()
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
        match self.one(&request.place, &request.desired).await {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            found => found.map(Some),
        }
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
        .with_operation(SERVICE, "DescribeCertificate"))
    }

    async fn delete(&self, _: &Delete<DomainValidation>) -> Result<Deletion, ExecError> {
        Ok(Deletion::Gone)
    }
}
