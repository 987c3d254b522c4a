//! Cases of AWS Certificate Manager.

use elanswer_core::{
    Architecture, Ref, Region, Resource, Tags,
    services::{
        acm::{Certificate, DomainName, DomainValidation, IssuedCertificate, KeyAlgorithm},
        route53::{DnsName, HostedZone},
    },
};

use super::Case;

pub(super) const CASES: &[Case] = &[
    Case {
        name: "acm_certificate",
        kind: Certificate::SCHEMA.kind,
        made: || with_certificate(Certificate::new(DOMAIN)),
        updated: Some(|| {
            let tags = Tags::new().with("Name", "renamed");
            with_certificate(Certificate { tags, ..Certificate::new(DOMAIN) })
        }),
        replaced: Some(|| {
            let certificate = Certificate::builder()
                .domain_name(DOMAIN)
                .subject_alternative_names([WILDCARD, WWW])
                .build();
            with_certificate(certificate)
        }),
    },
    Case {
        name: "acm_certificate_key",
        kind: Certificate::SCHEMA.kind,
        made: || {
            with_certificate(Certificate {
                key_algorithm: KeyAlgorithm::EcP256,
                ..Certificate::new(DOMAIN)
            })
        },
        updated: None,
        replaced: Some(|| {
            with_certificate(Certificate {
                key_algorithm: KeyAlgorithm::EcP384,
                ..Certificate::new(DOMAIN)
            })
        }),
    },
    Case {
        name: "acm_domain_validation",
        kind: DomainValidation::SCHEMA.kind,
        made: || with_validation(|certificates| DomainValidation::new(&certificates.0, &WILDCARD)),
        updated: Some(|| {
            with_validation(|certificates| DomainValidation::new(&certificates.1, &DOMAIN))
        }),
        replaced: Some(|| {
            with_validation(|certificates| DomainValidation::new(&certificates.1, &WWW))
        }),
    },
    Case {
        name: "acm_issued_certificate",
        kind: IssuedCertificate::SCHEMA.kind,
        made: || with_issued(|certificates| &certificates.0),
        updated: None,
        replaced: Some(|| with_issued(|certificates| &certificates.1)),
    },
];

const ZONE: DnsName = DnsName::literal("elanswer.example");
const DOMAIN: DomainName = DomainName::literal("elanswer.example");
const WILDCARD: DomainName = DomainName::literal("*.elanswer.example");
const WWW: DomainName = DomainName::literal("www.elanswer.example");

fn with_certificate(certificate: Certificate) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    arch.resource("it", certificate);
    arch
}

/// Two certificates, and the validation of a name of one of them.
fn with_validation(
    validation: impl FnOnce(&(Ref<Certificate>, Ref<Certificate>)) -> DomainValidation,
) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    let both = Certificate::builder().domain_name(WWW).subject_alternative_names([DOMAIN]).build();
    let certificates = (
        arch.resource("certificate", Certificate::new(WILDCARD)),
        arch.resource("other-certificate", both),
    );
    arch.resource("it", validation(&certificates));
    arch
}

/// Two certificates with their records, and the wait for one of them.
fn with_issued(
    choose: impl FnOnce(&(Ref<Certificate>, Ref<Certificate>)) -> &Ref<Certificate>,
) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    let zone = arch.resource("zone", HostedZone::new(ZONE));
    let wildcard =
        Certificate::builder().domain_name(DOMAIN).subject_alternative_names([WILDCARD]).build();
    let certificates = (
        arch.resource("certificate", wildcard),
        arch.resource("other-certificate", Certificate::new(WWW)),
    );
    let validation = DomainValidation::new(&certificates.0, &WILDCARD);
    let validation = arch.resource("validation", validation);
    let record = arch.resource("record", validation.record(&zone));
    let other = DomainValidation::new(&certificates.1, &WWW);
    let other = arch.resource("other-validation", other);
    let other = arch.resource("other-record", other.record(&zone));
    let it = arch.resource("it", IssuedCertificate::new(choose(&certificates)));
    arch.options(&it, |options| {
        options.depends_on(&record);
        options.depends_on(&other);
    });
    arch
}
