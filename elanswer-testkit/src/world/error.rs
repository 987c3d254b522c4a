//! The errors of the AWS in memory: AWS's own codes.

use elanswer_core::executor::{ErrorKind, ExecError};

/// An error as AWS gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwsError {
    kind: ErrorKind,
    code: String,
    message: String,
}

impl AwsError {
    /// An error of this kind with AWS's code.
    #[must_use]
    pub fn new(kind: ErrorKind, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { kind, code: code.into(), message: message.into() }
    }

    /// AWS refuses the request.
    #[must_use]
    pub fn invalid(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Invalid, code, message)
    }

    /// Something else has this name, number or range.
    #[must_use]
    pub fn conflict(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Conflict, code, message)
    }

    /// Something does not exist.
    #[must_use]
    pub fn not_found(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::NotFound, code, message)
    }

    /// Something still uses the object.
    #[must_use]
    pub fn dependency(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Dependency, code, message)
    }

    /// A quota is used up.
    #[must_use]
    pub fn quota(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Quota, code, message)
    }

    /// AWS's code.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// What it means.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    pub(crate) fn into_exec(self, service: &str, operation: &str, request_id: String) -> ExecError {
        ExecError::new(self.kind, self.message)
            .with_code(self.code)
            .with_operation(service, operation)
            .with_request_id(request_id)
    }
}
