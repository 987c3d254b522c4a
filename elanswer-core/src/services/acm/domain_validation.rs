//! `Elanswer::CertificateManager::DomainValidation`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::{Certificate, DomainName};
use crate::{
    reference::{Output, Ref},
    resource::{Operation, Resource},
    schema::{Kind, Schema},
    services::route53::{DnsName, HostedZone, RecordSet, RecordType},
};

/// What ACM wants to see in the DNS before it issues a certificate for one of its names.
///
/// ACM asks for the same record in every certificate of the account that is for the name. That is
/// why this is a resource of its own, which outlives the certificate: when that is replaced, the
/// record stays as it is. It makes nothing in AWS, and deleting it deletes nothing.
///
/// CloudFormation has no such type: there the certificate makes the records. AWS:
/// [DNS validation](https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct DomainValidation {
    /// `CertificateArn`: the certificate, of the same Region.
    #[builder(into)]
    #[serde(rename = "CertificateArn")]
    pub certificate: Ref<Certificate>,
    /// `DomainName`: one of the [names to validate](Certificate::validated_names) of the
    /// certificate. Changing it replaces the validation.
    pub domain_name: DomainName,
}

/// What ACM decides of the validation of a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DomainValidationOutputs {
    /// `Id`: the ARN of the certificate, `|` and the name.
    pub id: String,
    /// `RecordName`: the name of the record, once ACM knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record_name: Option<DnsName>,
    /// `RecordValue`: the name that the record leads to, once ACM knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record_value: Option<DnsName>,
}

impl DomainValidationOutputs {
    /// The outputs for this name of the certificate with this ARN, without the record.
    #[must_use]
    pub fn of(certificate_arn: &str, domain_name: &DomainName) -> Self {
        let id = format!("{certificate_arn}|{domain_name}");
        Self { id, record_name: None, record_value: None }
    }

    /// The ARN of the certificate and the name in the identifier of a validation.
    #[must_use]
    pub fn parts(identifier: &str) -> Option<(&str, DomainName)> {
        let (certificate_arn, domain_name) = identifier.split_once('|')?;
        Some((certificate_arn, domain_name.parse().ok()?))
    }
}

impl DomainValidation {
    /// The validation of `domain_name`, one of the names of `certificate`; that of a wildcard is
    /// the one of the name below it.
    #[must_use]
    pub fn new(certificate: impl Into<Ref<Certificate>>, domain_name: &DomainName) -> Self {
        Self::builder().certificate(certificate).domain_name(domain_name.validated()).build()
    }
}

impl Ref<DomainValidation> {
    /// `RecordName`: the name of the record that ACM wants to see.
    #[must_use]
    pub fn record_name(&self) -> Output<DnsName> {
        self.output("RecordName")
    }

    /// `RecordValue`: the value of the record that ACM wants to see, of the type `CNAME`.
    #[must_use]
    pub fn record_value(&self) -> Output<String> {
        self.output("RecordValue")
    }

    /// The record that ACM wants to see, in the zone that answers for the name.
    #[must_use]
    pub fn record(&self, zone: impl Into<Ref<HostedZone>>) -> RecordSet {
        RecordSet::new(zone, self.record_name(), RecordType::Cname, [self.record_value()])
    }
}

impl Resource for DomainValidation {
    type Outputs = DomainValidationOutputs;

    const SCHEMA: &'static Schema = &Schema {
        outputs: &["Id", "RecordName", "RecordValue"],
        replaces: &["DomainName"],
        api: "acm",
        ..Schema::new(Kind::new("Elanswer::CertificateManager::DomainValidation"))
    };

    /// `DescribeCertificate`; there is nothing to delete.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Create(_) => 1,
            Operation::Update(from, to) => u32::from(from != to),
            Operation::Delete(_) => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_record_is_made_of_its_outputs() {
        let id = |text: &str| crate::ResourceId::new(text).unwrap();
        let certificate = Ref::managed(id("certificate"));
        let domain = DomainName::literal("*.example.com");
        let validation = DomainValidation::new(&certificate, &domain);
        let tree = json!({
            "CertificateArn": { "Fn::GetAtt": ["certificate", "Id"] },
            "DomainName": "example.com",
        });
        assert_eq!(serde_json::to_value(&validation).unwrap(), tree);
        assert_eq!(serde_json::from_value::<DomainValidation>(tree).unwrap(), validation);

        let record = Ref::<DomainValidation>::managed(id("validation")).record(Ref::existing("Z1"));
        let tree = serde_json::to_value(&record).unwrap();
        assert_eq!(tree["Name"], json!({ "Fn::GetAtt": ["validation", "RecordName"] }));
        assert_eq!(
            tree["ResourceRecords"],
            json!([{ "Fn::GetAtt": ["validation", "RecordValue"] }])
        );
    }

    #[test]
    fn the_identifier_names_certificate_and_domain() {
        let domain = DomainName::literal("example.com");
        let id = DomainValidationOutputs::of("arn:aws:acm:…", &domain).id;
        assert_eq!(DomainValidationOutputs::parts(&id), Some(("arn:aws:acm:…", domain)));
        assert_eq!(DomainValidationOutputs::parts("arn:aws:acm:…"), None);
    }
}
