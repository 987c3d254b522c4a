//! AWS Certificate Manager in memory.

pub use certificate::CertificateHandler;
pub use domain_validation::DomainValidationHandler;
pub use issued_certificate::IssuedCertificateHandler;

pub(crate) use certificate::state;

mod certificate;
mod domain_validation;
mod issued_certificate;
#[cfg(test)]
mod tests;

/// The name of the API.
const SERVICE: &str = "acm";

/// The state of a certificate whose records ACM has not seen.
pub(crate) const PENDING: &str = "PENDING_VALIDATION";
/// The state of a certificate that can be used.
pub(crate) const ISSUED: &str = "ISSUED";
