//! AWS IAM over the SDK.

pub use role::RoleHandler;
pub use role_policy::RolePolicyHandler;

mod role;
mod role_policy;

use aws_sdk_iam::types::Tag;
use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use elanswer_core::{
    Tags,
    executor::{ErrorKind, ExecError, Outcome},
    services::iam::PolicyDocument,
};

use crate::error::{Codes, exec_error, gone_is_fine, none_if_gone};

/// The name of the API in errors.
const SERVICE: &str = "iam";

/// The codes of IAM whose meaning is not general.
const CODES: Codes = &[
    ("ConcurrentModification", ErrorKind::Unavailable),
    ("EntityTemporarilyUnmodifiable", ErrorKind::Dependency),
    ("NoSuchEntity", ErrorKind::NotFound),
];

/// The codes where a policy names a principal that IAM does not know: a new one, most likely.
const NEW_PRINCIPAL: Codes = &[("MalformedPolicyDocument", ErrorKind::NotYetVisible)];

/// Translates an error of `operation`.
fn failed<E>(operation: &'static str) -> impl Fn(SdkError<E, HttpResponse>) -> ExecError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    failed_with(operation, CODES)
}

/// Translates an error of `operation`, whose codes mean something else than elsewhere.
fn failed_with<E>(
    operation: &'static str,
    codes: Codes,
) -> impl Fn(SdkError<E, HttpResponse>) -> ExecError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    move |error| {
        let principal =
            error.message().is_some_and(|text| text.contains("Invalid principal in policy"));
        exec_error(SERVICE, operation, if principal { NEW_PRINCIPAL } else { codes }, error)
    }
}

/// A value in an answer of AWS that elanswer cannot read.
fn unreadable(operation: &'static str, error: &dyn std::error::Error) -> ExecError {
    ExecError::new(ErrorKind::Internal, format!("the response cannot be read: {error}"))
        .with_operation(SERVICE, operation)
        .with_outcome(Outcome::Unknown)
}

/// A policy in an answer of `operation`.
///
/// AWS gives policies percent-encoded; some servers that speak its API give them as they are.
fn policy(operation: &'static str, text: &str) -> Result<PolicyDocument, ExecError> {
    let decoded = if text.trim_start().starts_with('{') { None } else { percent_decoded(text) };
    let json = decoded.as_deref().unwrap_or(text);
    json.parse().map_err(|error| unreadable(operation, &error))
}

/// The text behind its percent-encoding (RFC 3986); nothing when it is not in that form.
fn percent_decoded(text: &str) -> Option<String> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let [high, low, tail @ ..] = rest else { return None };
        bytes.push(digit(*high)? * 16 + digit(*low)?);
        rest = tail;
    }
    String::from_utf8(bytes).ok()
}

fn to_sdk(tags: &Tags) -> Result<Vec<Tag>, ExecError> {
    tags.iter()
        .map(|(key, value)| Tag::builder().key(key).value(value).build())
        .collect::<Result<_, _>>()
        .map_err(|error| ExecError::new(ErrorKind::Internal, error.to_string()))
}

fn from_sdk(tags: &[Tag]) -> Tags {
    tags.iter().map(|tag| (tag.key(), tag.value())).collect()
}

#[cfg(test)]
mod tests {
    use elanswer_core::services::iam::{Service, Statement};

    use super::*;

    #[test]
    fn percent_encoding_is_undone() {
        assert_eq!(
            percent_decoded("%7B%22a+b%22%3A%20%22%C3%A9%22%7d").unwrap(),
            "{\"a+b\": \"é\"}"
        );
        for text in ["%", "%2", "%2g", "%ff"] {
            assert_eq!(percent_decoded(text), None, "{text}");
        }
    }

    #[test]
    fn policies_are_read_encoded_and_plain() {
        let trust = PolicyDocument::trusting(Service::EcsTasks);
        let encoded: String = trust.to_json().bytes().map(|byte| format!("%{byte:02X}")).collect();
        assert_eq!(policy("GetRole", &encoded), Ok(trust.clone()));
        assert_eq!(policy("GetRole", &trust.to_json()), Ok(trust));
        let plain = PolicyDocument::new([Statement::allow(["s3:*"]).on(["arn:aws:s3:::a%20b"])]);
        assert_eq!(policy("GetRolePolicy", &plain.to_json()), Ok(plain));
        assert_eq!(policy("GetRole", "%7B").unwrap_err().kind(), ErrorKind::Internal);
    }
}
