//! `Elanswer::CertificateManager::IssuedCertificate`.

use std::time::Duration;

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::Certificate;
use crate::{
    reference::{Output, Ref},
    resource::{Operation, Resource},
    schema::{Kind, Schema, Timing},
    services::elbv2::CertificateArn,
};

/// A certificate that ACM has issued: the wait for it.
///
/// A [`Certificate`] is ready before it is issued, because the records that prove whose its
/// domains are come after it. This is ready once ACM has seen them, usually within minutes, and
/// only it gives the [ARN](Ref::<Self>::certificate_arn) that a listener takes: nothing gets a
/// certificate too early. It makes nothing in AWS, and deleting it deletes nothing.
///
/// CloudFormation has no such type: there the certificate itself waits. AWS:
/// [DNS validation](https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html).
/// After 75 minutes an apply gives up; the next one waits on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct IssuedCertificate {
    /// `CertificateArn`: the certificate, of the same Region. Changing it replaces the wait.
    #[builder(into)]
    #[serde(rename = "CertificateArn")]
    pub certificate: Ref<Certificate>,
}

/// What is known of a certificate that was issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct IssuedCertificateOutputs {
    /// `CertificateArn`: the ARN of the certificate.
    pub certificate_arn: String,
}

impl IssuedCertificate {
    /// The wait for `certificate`.
    #[must_use]
    pub fn new(certificate: impl Into<Ref<Certificate>>) -> Self {
        Self::builder().certificate(certificate).build()
    }
}

impl Ref<IssuedCertificate> {
    /// `CertificateArn`: the ARN of the certificate, once it is issued.
    #[must_use]
    pub fn certificate_arn(&self) -> Output<CertificateArn> {
        self.output("CertificateArn")
    }
}

impl Resource for IssuedCertificate {
    type Outputs = IssuedCertificateOutputs;

    const SCHEMA: &'static Schema = &Schema {
        identifier: "CertificateArn",
        outputs: &["CertificateArn"],
        replaces: &["CertificateArn"],
        api: "acm",
        timing: Timing { deadline: Duration::from_secs(75 * 60), ..Timing::seconds(180, 0, 0) },
        when_late: "ACM sees no validation record: let the registrar, or the zone above, name the name servers of the zone that has the records, then apply again: it waits on",
        ..Schema::new(Kind::new("Elanswer::CertificateManager::IssuedCertificate"))
    };

    /// `DescribeCertificate`; there is nothing to change or to delete.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Create(_) => 1,
            Operation::Update(..) | Operation::Delete(_) => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn it_refers_to_its_certificate() {
        let certificate = Ref::managed(crate::ResourceId::new("certificate").unwrap());
        let issued = IssuedCertificate::new(&certificate);
        let tree = json!({ "CertificateArn": { "Fn::GetAtt": ["certificate", "Id"] } });
        assert_eq!(serde_json::to_value(&issued).unwrap(), tree);
        assert_eq!(serde_json::from_value::<IssuedCertificate>(tree).unwrap(), issued);
    }
}
