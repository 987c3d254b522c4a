//! Errors of the SDK in the terms of the engine: the one place that classifies them.

use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use elanswer_core::executor::{ErrorKind, ExecError, Outcome};

/// The codes of one service whose meaning is not general.
pub(crate) type Codes = &'static [(&'static str, ErrorKind)];

/// Translates an error of the SDK.
#[expect(clippy::needless_pass_by_value, reason = "`map_err` gives errors by value")]
pub(crate) fn exec_error<E>(
    service: &'static str,
    operation: &'static str,
    codes: Codes,
    error: SdkError<E, HttpResponse>,
) -> ExecError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    let exec = match &error {
        SdkError::ServiceError(context) => {
            let code = context.err().code().unwrap_or("Unknown");
            let message = context.err().message().unwrap_or("AWS gave no message");
            let status = context.raw().status().as_u16();
            let kind = classify(code, codes).unwrap_or(match status {
                500.. => ErrorKind::Unavailable,
                429 => ErrorKind::Throttled,
                401 | 403 => ErrorKind::PermissionDenied,
                404 => ErrorKind::NotFound,
                _ => ErrorKind::Invalid,
            });
            // A fault inside AWS may strike after the work was done.
            let outcome = if status >= 500 { Outcome::Unknown } else { Outcome::NotApplied };
            let exec = ExecError::new(kind, message).with_code(code).with_outcome(outcome);
            match context.raw().headers().get("x-amzn-requestid") {
                Some(id) => exec.with_request_id(id),
                None => exec,
            }
        }
        SdkError::ConstructionFailure(_) => ExecError::new(ErrorKind::Invalid, chain(&error)),
        SdkError::DispatchFailure(failure) => {
            let text = chain(&error);
            if text.contains("credential") {
                ExecError::new(ErrorKind::Credentials, text)
            } else {
                // A connection that was never made sent nothing.
                let connecting = text.contains("connect error") || text.contains("dns error");
                let outcome = if connecting { Outcome::NotApplied } else { Outcome::Unknown };
                let kind =
                    if failure.is_user() { ErrorKind::Invalid } else { ErrorKind::Unavailable };
                ExecError::new(kind, text).with_outcome(outcome)
            }
        }
        _ => ExecError::new(ErrorKind::Unavailable, chain(&error)).with_outcome(Outcome::Unknown),
    };
    exec.with_operation(service, operation)
}

/// What a code means: as the service has it, or as in every service.
pub(crate) fn classify(code: &str, codes: Codes) -> Option<ErrorKind> {
    let own = codes.iter().find(|(known, _)| *known == code).map(|(_, kind)| *kind);
    own.or_else(|| ErrorKind::of_code(code))
}

/// The error and all of its causes in one line.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

/// Takes the failure of a delete whose object is gone for success.
pub(crate) fn gone_is_fine<T>(result: Result<T, ExecError>) -> Result<(), ExecError> {
    match result {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Takes the failure of a call whose object is gone for no object.
pub(crate) fn none_if_gone<T>(result: Result<T, ExecError>) -> Result<Option<T>, ExecError> {
    match result {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        result => result.map(Some),
    }
}

/// A field that AWS always sends and this response lacks.
pub(crate) fn missing(service: &'static str, operation: &'static str, field: &str) -> ExecError {
    ExecError::new(ErrorKind::Internal, format!("the response has no {field}"))
        .with_operation(service, operation)
        .with_outcome(Outcome::Unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_overrides_the_general_meaning() {
        let codes: Codes = &[("Throttling", ErrorKind::Invalid)];
        assert_eq!(classify("Throttling", codes), Some(ErrorKind::Invalid));
        assert_eq!(classify("Throttling", &[]), Some(ErrorKind::Throttled));
        assert_eq!(classify("InvalidVpcID.NotFound", &[]), Some(ErrorKind::NotFound));
        assert_eq!(classify("Strange", &[]), None);
    }
}
