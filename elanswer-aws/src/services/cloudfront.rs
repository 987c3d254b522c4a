//! Amazon CloudFront over the SDK.
//!
//! Whoever changes or deletes something names its version, the `ETag` of a look at it. When another
//! one came first, the call fails in passing: the next try looks again.

use std::{fmt::Display, str::FromStr};

use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::{metadata::ProvideErrorMetadata, operation::BuildError};
use elanswer_core::executor::{ErrorKind, ExecError, Outcome};

pub use cache_policy::CachePolicyHandler;
pub use distribution::DistributionHandler;
pub use origin_access_control::OriginAccessControlHandler;
pub use origin_request_policy::OriginRequestPolicyHandler;
pub use response_headers_policy::ResponseHeadersPolicyHandler;

use crate::error::{Codes, exec_error};

mod cache_policy;
mod distribution;
mod origin_access_control;
mod origin_request_policy;
mod policy;
#[cfg(test)]
mod replay;
mod response_headers_policy;

/// The name of the API in errors.
const SERVICE: &str = "cloudfront";

/// The codes of CloudFront whose meaning is not general.
const CODES: Codes = &[
    ("CNAMEAlreadyExists", ErrorKind::Conflict),
    ("CachePolicyInUse", ErrorKind::Dependency),
    ("DistributionNotDisabled", ErrorKind::Dependency),
    ("InvalidIfMatchVersion", ErrorKind::Unavailable),
    ("InvalidOriginAccessControl", ErrorKind::NotFound),
    ("NoSuchCachePolicy", ErrorKind::NotFound),
    ("NoSuchDistribution", ErrorKind::NotFound),
    // Its answer has the status of what does not exist, and no time will change that.
    ("NoSuchOrigin", ErrorKind::Invalid),
    ("NoSuchOriginAccessControl", ErrorKind::NotFound),
    ("NoSuchOriginRequestPolicy", ErrorKind::NotFound),
    ("NoSuchResource", ErrorKind::NotFound),
    ("NoSuchResponseHeadersPolicy", ErrorKind::NotFound),
    ("OriginAccessControlInUse", ErrorKind::Dependency),
    ("OriginRequestPolicyInUse", ErrorKind::Dependency),
    ("PreconditionFailed", ErrorKind::Unavailable),
    ("ResponseHeadersPolicyInUse", ErrorKind::Dependency),
];

/// What a certificate gets that CloudFront has not heard of yet, among others.
const NEW_CERTIFICATE: &str = "doesn't exist";

/// The codes that mean something else while a certificate is new.
const NEW_CERTIFICATE_CODES: Codes = &[("InvalidViewerCertificate", ErrorKind::NotFound)];

/// Translates an error of `operation`.
fn failed<E>(operation: &'static str) -> impl Fn(SdkError<E, HttpResponse>) -> ExecError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    move |error| {
        let service = error.as_service_error();
        let code = service.and_then(ProvideErrorMetadata::code).unwrap_or_default();
        let message = service.and_then(ProvideErrorMetadata::message).unwrap_or_default();
        if code.starts_with("TooMany") || code.starts_with("TooLong") {
            return exec_error(SERVICE, operation, CODES, error).with_kind(ErrorKind::Quota);
        }
        let new = code == "InvalidViewerCertificate" && message.contains(NEW_CERTIFICATE);
        exec_error(SERVICE, operation, if new { NEW_CERTIFICATE_CODES } else { CODES }, error)
    }
}

/// A request that lacks something that the SDK knows to be needed.
#[expect(clippy::needless_pass_by_value, reason = "`map_err` gives errors by value")]
fn incomplete(error: BuildError) -> ExecError {
    ExecError::new(ErrorKind::Internal, error.to_string())
}

/// A value in an answer of `operation` that elanswer cannot read.
fn unreadable(operation: &'static str) -> impl Fn(String) -> ExecError {
    move |why| {
        ExecError::new(ErrorKind::Internal, format!("the response cannot be read: {why}"))
            .with_operation(SERVICE, operation)
            .with_outcome(Outcome::Unknown)
    }
}

/// A text of an answer, as a value of the model.
fn parse<T: FromStr<Err: Display>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: T::Err| error.to_string())
}

/// A part of an answer that AWS always sends.
fn part<'a, T>(part: Option<&'a T>, name: &str) -> Result<&'a T, String> {
    part.ok_or_else(|| format!("there is no {name}"))
}

/// A number of an answer, as one of the model.
fn number<T: TryFrom<u32, Error: Display>>(number: impl TryInto<u32>) -> Result<T, String> {
    let number = number.try_into().map_err(|_| "a number is negative, or too great".to_owned())?;
    T::try_from(number).map_err(|error| error.to_string())
}

/// A number for a request.
fn count(number: impl TryInto<i32>) -> i32 {
    number.try_into().unwrap_or(i32::MAX)
}
