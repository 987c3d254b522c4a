//! AWS Certificate Manager: certificates for TLS, and the wait until they are issued.

pub use certificate::{
    Certificate, CertificateOutputs, KeyAlgorithm, KeyAlgorithmError, ValidationMethod,
};
pub use domain::{DomainName, DomainNameError};
pub use domain_validation::{DomainValidation, DomainValidationOutputs};
pub use issued_certificate::{IssuedCertificate, IssuedCertificateOutputs};

mod certificate;
mod domain;
mod domain_validation;
mod issued_certificate;
