//! `AWS::CertificateManager::Certificate`.

use std::{fmt, str::FromStr, time::Duration};

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::DomainName;
use crate::{
    Set,
    reference::{Output, Ref},
    resource::{Operation, Resource},
    schema::{Kind, Schema, Timing},
    tags::Tags,
};

/// A certificate for TLS, which ACM issues and renews once records in the DNS say that the
/// domains are yours.
///
/// AWS: [`AWS::CertificateManager::Certificate`](https://docs.aws.amazon.com/acm/latest/userguide/acm-public-certificates.html).
/// Quota: 10 names per certificate unless raised, 2,500 certificates per Region.
///
/// It is ready as soon as ACM says which records it wants to see, one for each
/// [`DomainValidation`](super::DomainValidation), and *not yet issued*: what takes an issued
/// certificate, such as a listener, takes it of an [`IssuedCertificate`](super::IssuedCertificate).
/// One that is 72 hours without the records fails, and the next plan replaces it.
///
/// Not modelled: validation by e-mail, private certificate authorities, import and export; and
/// `CertificateTransparencyLoggingPreference`, since AWS writes every certificate to public logs.
///
/// ```
/// use elanswer_core::{
///     Architecture, Region,
///     services::{
///         acm::{Certificate, DomainName, DomainValidation, IssuedCertificate},
///         route53::{DnsName, HostedZone},
///     },
/// };
///
/// let mut arch = Architecture::new("shop", Region::UsEast1);
/// let zone = arch.resource("zone", HostedZone::new(DnsName::literal("example.com")));
/// let domain = DomainName::literal("www.example.com");
/// let certificate = arch.resource("certificate", Certificate::new(domain.clone()));
/// let validation = arch.resource("validation", DomainValidation::new(&certificate, &domain));
/// let record = arch.resource("record", validation.record(&zone));
/// let issued = arch.resource("issued", IssuedCertificate::new(&certificate));
/// arch.options(&issued, |options| _ = options.depends_on(&record));
/// let arn = issued.certificate_arn(); // what a listener takes
/// ```
///
/// The construct [`Certificate`](crate::constructs::Certificate) is all of this in one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase", into = "Canonical")]
pub struct Certificate {
    /// `DomainName`: the name that is shown first, of at most 64 characters. Changing it replaces
    /// the certificate.
    pub domain_name: DomainName,
    /// `SubjectAlternativeNames`: the other names that it is for. Changing it replaces the
    /// certificate.
    #[builder(default, with = FromIterator::from_iter)]
    #[serde(default)]
    pub subject_alternative_names: Set<DomainName>,
    /// `ValidationMethod`: how ACM sees that the domains are yours. Changing it replaces the
    /// certificate.
    #[builder(default)]
    #[serde(default)]
    pub validation_method: ValidationMethod,
    /// `KeyAlgorithm`: the algorithm of its key. AWS's default: `RSA_2048`. Changing it replaces
    /// the certificate.
    #[builder(default)]
    #[serde(default)]
    pub key_algorithm: KeyAlgorithm,
    /// `Tags`.
    #[builder(default)]
    #[serde(default)]
    pub tags: Tags,
}

/// The form of a certificate in which the alternative names are without the domain name, which
/// ACM counts among them whether or not it was given there.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Canonical {
    domain_name: DomainName,
    #[serde(skip_serializing_if = "Set::is_empty")]
    subject_alternative_names: Set<DomainName>,
    validation_method: ValidationMethod,
    key_algorithm: KeyAlgorithm,
    tags: Tags,
}

impl From<Certificate> for Canonical {
    fn from(certificate: Certificate) -> Self {
        let mut subject_alternative_names = certificate.subject_alternative_names;
        subject_alternative_names.remove(&certificate.domain_name);
        Self {
            domain_name: certificate.domain_name,
            subject_alternative_names,
            validation_method: certificate.validation_method,
            key_algorithm: certificate.key_algorithm,
            tags: certificate.tags,
        }
    }
}

/// How ACM sees that a domain is yours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[non_exhaustive]
pub enum ValidationMethod {
    /// `DNS`: by a record in its zone, which stays for renewals.
    #[default]
    Dns,
}

/// The algorithm of the key of a certificate that ACM issues.
///
/// Source: <https://docs.aws.amazon.com/acm/latest/userguide/acm-certificate-characteristics.html>.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub enum KeyAlgorithm {
    /// `EC_prime256v1`: ECDSA with the curve P-256.
    #[serde(rename = "EC_prime256v1")]
    EcP256,
    /// `EC_secp384r1`: ECDSA with the curve P-384.
    #[serde(rename = "EC_secp384r1")]
    EcP384,
    /// `RSA_2048`: RSA with 2048 bits, which every client knows.
    #[default]
    #[serde(rename = "RSA_2048")]
    Rsa2048,
}

/// A text that is not an algorithm with which ACM issues certificates.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not `RSA_2048`, `EC_prime256v1` or `EC_secp384r1`")]
pub struct KeyAlgorithmError {
    text: String,
}

/// What AWS decides of a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CertificateOutputs {
    /// `Id`: its ARN.
    pub id: String,
}

impl Certificate {
    /// A certificate for one name.
    #[must_use]
    pub fn new(domain_name: DomainName) -> Self {
        Self::builder().domain_name(domain_name).build()
    }

    /// Every name that it is for.
    pub fn names(&self) -> impl Iterator<Item = &DomainName> {
        let others = self.subject_alternative_names.iter();
        std::iter::once(&self.domain_name).chain(others.filter(|name| **name != self.domain_name))
    }

    /// The names for which ACM wants to see a record: one for `example.com` and `*.example.com`.
    #[must_use]
    pub fn validated_names(&self) -> Set<DomainName> {
        self.names().map(DomainName::validated).collect()
    }
}

impl Ref<Certificate> {
    /// `Id`: its ARN, issued or not. What needs an issued certificate takes
    /// [`certificate_arn`](Ref::<super::IssuedCertificate>::certificate_arn).
    #[must_use]
    pub fn arn(&self) -> Output<String> {
        self.output("Id")
    }
}

impl Resource for Certificate {
    type Outputs = CertificateOutputs;

    const SCHEMA: &'static Schema = &Schema {
        replaces: &["DomainName", "SubjectAlternativeNames", "ValidationMethod", "KeyAlgorithm"],
        resource_type: Some("acm:certificate"),
        named_by_arn: true,
        api: "acm",
        // For some minutes, ACM takes a certificate for used whose listener is gone.
        timing: Timing { deadline: Duration::from_secs(1200), ..Timing::seconds(5, 0, 0) },
        ..Schema::new(Kind::new("AWS::CertificateManager::Certificate"))
    };

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    /// `RequestCertificate`; `AddTagsToCertificate` and `RemoveTagsFromCertificate`;
    /// `DeleteCertificate`.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Update(from, to) => {
                let (set, remove) = from.tags.changes_to(&to.tags);
                u32::from(!set.is_empty()) + u32::from(!remove.is_empty())
            }
            Operation::Create(_) | Operation::Delete(_) => 1,
        }
    }
}

impl KeyAlgorithm {
    /// AWS's name of it: `RSA_2048`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EcP256 => "EC_prime256v1",
            Self::EcP384 => "EC_secp384r1",
            Self::Rsa2048 => "RSA_2048",
        }
    }
}

impl FromStr for KeyAlgorithm {
    type Err = KeyAlgorithmError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // What describes a certificate says `RSA-2048` where what requests one says `RSA_2048`.
        let name = text.replace('-', "_");
        [Self::EcP256, Self::EcP384, Self::Rsa2048]
            .into_iter()
            .find(|algorithm| algorithm.as_str() == name)
            .ok_or_else(|| KeyAlgorithmError { text: text.to_owned() })
    }
}

impl fmt::Display for KeyAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::resource::properties_of;

    fn domain(text: &'static str) -> DomainName {
        DomainName::literal(text)
    }

    #[test]
    fn has_the_shape_of_cloudformation() {
        let certificate = Certificate::builder()
            .domain_name(domain("example.com"))
            .subject_alternative_names([domain("www.example.com"), domain("*.example.com")])
            .key_algorithm(KeyAlgorithm::EcP256)
            .build();
        let tree = json!({
            "DomainName": "example.com",
            "SubjectAlternativeNames": ["*.example.com", "www.example.com"],
            "ValidationMethod": "DNS",
            "KeyAlgorithm": "EC_prime256v1",
            "Tags": [],
        });
        assert_eq!(Value::Object(properties_of(&certificate)), tree);
        assert_eq!(serde_json::from_value::<Certificate>(tree).unwrap(), certificate);
    }

    #[test]
    fn the_domain_name_is_not_among_the_alternatives() {
        let twice = Certificate::builder()
            .domain_name(domain("example.com"))
            .subject_alternative_names([domain("example.com")])
            .build();
        assert_eq!(properties_of(&twice), properties_of(&Certificate::new(domain("example.com"))));
        assert_eq!(twice.names().count(), 1);
    }

    #[test]
    fn a_wildcard_shares_the_record_of_the_name_below_it() {
        let names = ["*.example.com", "www.example.com"].map(domain);
        let certificate = Certificate::builder()
            .domain_name(domain("example.com"))
            .subject_alternative_names(names)
            .build();
        let validated = ["example.com", "www.example.com"].map(domain);
        assert_eq!(certificate.validated_names(), Set::from(validated));
    }
}
