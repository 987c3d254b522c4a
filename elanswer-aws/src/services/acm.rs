//! AWS Certificate Manager over the SDK.

pub use certificate::CertificateHandler;
pub use domain_validation::DomainValidationHandler;
pub use issued_certificate::IssuedCertificateHandler;

mod certificate;
mod domain_validation;
mod issued_certificate;

use aws_sdk_acm::{
    Client,
    types::{CertificateDetail, CertificateStatus},
};
use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use elanswer_core::executor::{ErrorKind, ExecError, Status};

use crate::error::{Codes, exec_error, missing};

/// The name of the API in errors.
const SERVICE: &str = "acm";

/// The call that tells all of a certificate but its tags.
const DESCRIBE: &str = "DescribeCertificate";

/// The codes of Certificate Manager whose meaning is not general.
const CODES: Codes = &[
    ("LimitExceededException", ErrorKind::Quota),
    // Another request changes the same certificate, or ACM is not done with it.
    ("ConflictException", ErrorKind::Unavailable),
    ("RequestInProgressException", ErrorKind::Unavailable),
    ("TooManyTagsException", ErrorKind::Quota),
];

/// Translates an error of `operation`.
fn failed<E>(operation: &'static str) -> impl Fn(SdkError<E, HttpResponse>) -> ExecError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    move |error| exec_error(SERVICE, operation, CODES, error)
}

/// The answer, unless there is no such object.
fn found<T>(result: Result<T, ExecError>) -> Result<Option<T>, ExecError> {
    match result {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Describes a certificate.
async fn describe(client: &Client, arn: &str) -> Result<CertificateDetail, ExecError> {
    let answer = client.describe_certificate().certificate_arn(arn).send().await;
    let answer = answer.map_err(failed(DESCRIBE))?;
    answer.certificate.ok_or_else(|| missing(SERVICE, DESCRIBE, "Certificate"))
}

/// Whether a certificate was issued, and can be used.
fn issued(detail: &CertificateDetail) -> Status {
    match detail.status() {
        Some(CertificateStatus::Issued) => Status::Ready,
        Some(CertificateStatus::PendingValidation) | None => {
            Status::Pending(CertificateStatus::PendingValidation.as_str().to_owned())
        }
        Some(status) => Status::Failed(match detail.failure_reason() {
            Some(reason) => format!("{} ({})", status.as_str(), reason.as_str()),
            None => status.as_str().to_owned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_acm::types::FailureReason;

    use super::*;

    #[test]
    fn states_are_told_apart() {
        let detail = |status: &str| CertificateDetail::builder().status(status.into());
        assert_eq!(issued(&detail("ISSUED").build()), Status::Ready);
        assert_eq!(
            issued(&detail("PENDING_VALIDATION").build()),
            Status::Pending("PENDING_VALIDATION".to_owned())
        );
        for status in ["VALIDATION_TIMED_OUT", "EXPIRED", "REVOKED", "INACTIVE"] {
            assert_eq!(issued(&detail(status).build()), Status::Failed(status.to_owned()));
        }
        let failed = detail("FAILED").failure_reason(FailureReason::CaaError).build();
        assert_eq!(issued(&failed), Status::Failed("FAILED (CAA_ERROR)".to_owned()));
    }
}
