//! `Elanswer::CertificateManager::IssuedCertificate` in memory: the wait for a certificate.
//!
//! States: <https://docs.aws.amazon.com/acm/latest/APIReference/API_CertificateDetail.html>.
//! The AWS in memory has no object of this kind; what it shows is the state of the certificate.

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place, Ref,
    executor::{Deletion, ExecError, Status},
    handler::{Create, Delete, Observed, Update},
    services::acm::{IssuedCertificate, IssuedCertificateOutputs},
};

use super::{ISSUED, PENDING, SERVICE, certificate};
use crate::{
    api::Api,
    world::{AwsError, World},
};

/// Handles the wait for certificates in memory.
#[derive(Debug)]
pub struct IssuedCertificateHandler(Api);

impl From<Api> for IssuedCertificateHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

/// `DescribeCertificate`: how far the certificate is.
fn describe(
    world: &mut World,
    place: &Place,
    id: &str,
) -> Result<Observed<IssuedCertificate>, AwsError> {
    certificate::settle(world, place, id)?;
    let status = match certificate::require(world, place, id)?.state.as_str() {
        ISSUED => Status::Ready,
        PENDING => Status::Pending(PENDING.to_owned()),
        state => Status::Failed(state.to_owned()),
    };
    let outputs = IssuedCertificateOutputs { certificate_arn: id.to_owned() };
    let issued = IssuedCertificate::new(Ref::existing(id));
    Ok(Observed::ready(issued, outputs).with_status(status))
}

impl IssuedCertificateHandler {
    async fn describe(
        &self,
        place: &Place,
        id: &str,
    ) -> Result<Observed<IssuedCertificate>, ExecError> {
        self.0.call(SERVICE, "DescribeCertificate", place, |world| describe(world, place, id)).await
    }

    async fn look(
        &self,
        place: &Place,
        id: &str,
    ) -> Result<Option<Observed<IssuedCertificate>>, ExecError> {
        match self.describe(place, id).await {
            Err(error) if error.code() == Some("ResourceNotFoundException") => Ok(None),
            found => found.map(Some),
        }
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
        for id in identifiers {
            answers.push(self.look(place, id).await);
        }
        answers
    }

    async fn create(
        &self,
        request: &Create<IssuedCertificate>,
    ) -> Result<Observed<IssuedCertificate>, ExecError> {
        let id = request.desired.certificate.known().unwrap_or_default();
        self.describe(&request.place, id).await
    }

    async fn find(
        &self,
        request: &Create<IssuedCertificate>,
    ) -> Result<Option<Observed<IssuedCertificate>>, ExecError> {
        let id = request.desired.certificate.known().unwrap_or_default();
        self.look(&request.place, id).await
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
