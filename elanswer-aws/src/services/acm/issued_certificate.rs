//! `Elanswer::CertificateManager::IssuedCertificate` over the SDK: the wait for a certificate.
//!
//! <https://docs.aws.amazon.com/acm/latest/APIReference/API_DescribeCertificate.html>.
//! AWS has no object of this kind; what it shows is the state of the certificate.

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place, Ref,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::acm::{IssuedCertificate, IssuedCertificateOutputs},
};

use super::{describe, found, issued};
use crate::clients::Clients;

/// Handles the wait for certificates over the SDK.
#[derive(Debug)]
pub struct IssuedCertificateHandler(Clients);

impl From<Clients> for IssuedCertificateHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

impl IssuedCertificateHandler {
    async fn look(
        &self,
        place: &Place,
        arn: &str,
    ) -> Result<Observed<IssuedCertificate>, ExecError> {
        let detail = describe(&self.0.acm(place.region), arn).await?;
        let outputs = IssuedCertificateOutputs { certificate_arn: arn.to_owned() };
        let resource = IssuedCertificate::new(Ref::existing(arn));
        Ok(Observed::ready(resource, outputs).with_status(issued(&detail)))
    }
}

#[async_trait]
impl Handler<IssuedCertificate> for IssuedCertificateHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<IssuedCertificate>>, ExecError>> {
        let mut answers = Vec::with_capacity(identifiers.len());
        for arn in identifiers {
            answers.push(found(self.look(place, arn).await));
        }
        answers
    }

    async fn create(
        &self,
        request: &Create<IssuedCertificate>,
    ) -> Result<Observed<IssuedCertificate>, ExecError> {
        self.look(&request.place, request.desired.certificate.known().unwrap_or_default()).await
    }

    async fn find(
        &self,
        request: &Create<IssuedCertificate>,
    ) -> Result<Option<Observed<IssuedCertificate>>, ExecError> {
        let arn = request.desired.certificate.known().unwrap_or_default();
        found(self.look(&request.place, arn).await)
    }

    async fn update(
        &self,
        request: &Update<IssuedCertificate>,
    ) -> Result<Observed<IssuedCertificate>, ExecError> {
        Ok(request.done())
    }

    async fn delete(&self, _: &Delete<IssuedCertificate>) -> Result<Deletion, ExecError> {
        Ok(Deletion::Gone)
    }
}
