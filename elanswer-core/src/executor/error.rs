//! Why an operation failed, and what that means for the engine.

use std::fmt;

use crate::region::Place;

/// An operation of an executor failed.
///
/// Its text is sufficient without its source: it names what went wrong, the service and operation,
/// AWS's error code and request id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExecError(Box<Details>);

/// Boxed, so that a result without error stays small.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Details {
    kind: ErrorKind,
    outcome: Outcome,
    service: String,
    operation: String,
    message: String,
    code: Option<String>,
    request_id: Option<String>,
    identifier: Option<String>,
    place: Option<Place>,
    help: Option<&'static str>,
}

/// What went wrong, in the terms of who must act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Something else has this name, number or range. Retried: no.
    Conflict,
    /// No credentials, or AWS refuses them. Retried: no.
    Credentials,
    /// Something still uses the object. Retried: yes, until the deadline of the wait.
    Dependency,
    /// The request is not one that AWS accepts. Retried: no.
    Invalid,
    /// A fault of elanswer or of a handler. Retried: no.
    Internal,
    /// The object, or one it refers to, does not exist. Retried: no.
    NotFound,
    /// What was made a moment ago is not visible to this service yet. Retried: yes, until the
    /// deadline of the wait.
    NotYetVisible,
    /// A permission is missing. Retried: no.
    PermissionDenied,
    /// A quota of the account is used up. Retried: no.
    Quota,
    /// AWS asks to slow down. Retried: yes, with longer pauses and less concurrency.
    Throttled,
    /// AWS or the way to it has a passing fault. Retried: yes.
    Unavailable,
    /// No one handles this kind. Retried: no.
    Unsupported,
}

impl ErrorKind {
    /// What a code of AWS means in every service; `None` for one whose meaning the services do not
    /// share.
    ///
    /// Source: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html>
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        Some(match code {
            "RequestLimitExceeded"
            | "Throttling"
            | "ThrottlingException"
            | "TooManyRequestsException"
            | "ThrottledException"
            | "RequestThrottled"
            | "RequestThrottledException"
            | "SlowDown"
            | "PriorRequestNotComplete"
            | "BandwidthLimitExceeded" => Self::Throttled,
            "AccessDenied"
            | "AccessDeniedException"
            | "UnauthorizedOperation"
            | "NotAuthorized"
            | "OptInRequired" => Self::PermissionDenied,
            "AuthFailure"
            | "InvalidClientTokenId"
            | "ExpiredToken"
            | "ExpiredTokenException"
            | "UnrecognizedClientException"
            | "SignatureDoesNotMatch"
            | "MissingAuthenticationToken"
            | "IncompleteSignature"
            | "RequestExpired" => Self::Credentials,
            "DependencyViolation"
            | "ResourceInUse"
            | "ResourceInUseException"
            | "DeleteConflict" => Self::Dependency,
            "InternalError"
            | "InternalFailure"
            | "InternalServerError"
            | "ServiceUnavailable"
            | "Unavailable"
            | "ServiceUnavailableException"
            | "ServerException" => Self::Unavailable,
            code if code.ends_with("LimitExceeded") || code.ends_with("QuotaExceeded") => {
                Self::Quota
            }
            code if code.ends_with(".NotFound") || code.ends_with("NotFoundException") => {
                Self::NotFound
            }
            code if code.ends_with(".Duplicate") || code.ends_with("AlreadyExists") => {
                Self::Conflict
            }
            _ => return None,
        })
    }
}

/// Whether a failed call took effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It did, at least in part.
    Applied,
    /// It did not.
    NotApplied,
    /// Nobody knows: the answer was lost.
    Unknown,
}

/// Whether and how a failed call is tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Retry {
    /// A few times, with growing pauses.
    Backoff,
    /// Not at all: it would fail again.
    Never,
    /// With growing pauses, and with fewer calls at once to this service.
    Throttled,
    /// Steadily, until the deadline of the operation: it will succeed once something else has.
    UntilDeadline,
}

impl ExecError {
    /// An error of this kind, which did not take effect.
    #[must_use]
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Details {
            kind,
            outcome: Outcome::NotApplied,
            service: String::new(),
            operation: String::new(),
            message: message.into(),
            code: None,
            request_id: None,
            identifier: None,
            place: None,
            help: None,
        }))
    }

    /// The same error, understood as one of this kind.
    #[must_use]
    pub fn with_kind(mut self, kind: ErrorKind) -> Self {
        self.0.kind = kind;
        self
    }

    /// Says which call failed: `ec2`, `CreateVpc`.
    #[must_use]
    pub fn with_operation(
        mut self,
        service: impl Into<String>,
        operation: impl Into<String>,
    ) -> Self {
        self.0.service = service.into();
        self.0.operation = operation.into();
        self
    }

    /// Says which code AWS gave: `InvalidSubnet.Conflict`.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.0.code = Some(code.into());
        self
    }

    /// Says which request it was, for AWS's support.
    #[must_use]
    pub fn with_request_id(mut self, request_id: impl Into<String>) -> Self {
        self.0.request_id = Some(request_id.into());
        self
    }

    /// Says whether the call took effect.
    #[must_use]
    pub fn with_outcome(mut self, outcome: Outcome) -> Self {
        self.0.outcome = outcome;
        self
    }

    /// Says that the object exists all the same, and which it is.
    #[must_use]
    pub fn with_identifier(mut self, identifier: impl Into<String>) -> Self {
        self.0.identifier = Some(identifier.into());
        self.0.outcome = Outcome::Applied;
        self
    }

    /// Says where it happened.
    #[must_use]
    pub fn with_place(mut self, place: Place) -> Self {
        self.0.place = Some(place);
        self
    }

    /// Says what the user can do, where that is more than its kind tells.
    #[must_use]
    pub fn with_help(mut self, help: &'static str) -> Self {
        self.0.help = Some(help);
        self
    }

    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Whether the call took effect.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.0.outcome
    }

    /// The service: `ec2`.
    #[must_use]
    pub fn service(&self) -> &str {
        &self.0.service
    }

    /// The operation: `CreateVpc`.
    #[must_use]
    pub fn operation(&self) -> &str {
        &self.0.operation
    }

    /// AWS's error code.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// AWS's request id.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// The object that was made although the operation failed.
    #[must_use]
    pub fn identifier(&self) -> Option<&str> {
        self.0.identifier.as_deref()
    }

    /// What AWS said.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Whether and how the call is tried again.
    #[must_use]
    pub fn retry(&self) -> Retry {
        match self.0.kind {
            ErrorKind::Throttled => Retry::Throttled,
            ErrorKind::Unavailable => Retry::Backoff,
            ErrorKind::Dependency | ErrorKind::NotYetVisible => Retry::UntilDeadline,
            _ => Retry::Never,
        }
    }

    /// What the user can do.
    #[must_use]
    pub fn help(&self) -> &'static str {
        if let Some(help) = self.0.help {
            return help;
        }
        match self.0.kind {
            ErrorKind::Conflict => {
                "rename the resource, or import the existing object into the state"
            }
            ErrorKind::Credentials => {
                "set AWS credentials (AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY), or log in again"
            }
            ErrorKind::Dependency => "remove what still uses the object, then apply again",
            ErrorKind::Invalid => "change the property that AWS refuses, then apply again",
            ErrorKind::Internal => {
                "this is a fault of elanswer or of the handler: please report it"
            }
            ErrorKind::NotFound => "run plan again: something was removed outside of elanswer",
            ErrorKind::NotYetVisible => "apply again: AWS had not published a new object in time",
            ErrorKind::PermissionDenied => {
                "allow this action to the role that applies, then apply again"
            }
            ErrorKind::Quota => {
                "raise the quota in AWS, or remove what is not needed, then apply again"
            }
            ErrorKind::Throttled => "apply again later: AWS limits the rate of these calls",
            ErrorKind::Unavailable => "check the network and the endpoint, then apply again",
            ErrorKind::Unsupported => "add a handler of this kind to the executor",
        }
    }
}

impl fmt::Display for ExecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.0.kind {
            ErrorKind::Conflict => "conflict with an existing object",
            ErrorKind::Credentials => "no valid credentials",
            ErrorKind::Dependency => "object still in use",
            ErrorKind::Invalid => "request refused as invalid",
            ErrorKind::Internal => "internal fault",
            ErrorKind::NotFound => "object not found",
            ErrorKind::NotYetVisible => "new object not visible yet",
            ErrorKind::PermissionDenied => "permission denied",
            ErrorKind::Quota => "quota exceeded",
            ErrorKind::Throttled => "throttled",
            ErrorKind::Unavailable => "service not available",
            ErrorKind::Unsupported => "kind not supported",
        };
        write!(f, "{what}")?;
        if !self.0.operation.is_empty() {
            write!(f, " in {}:{}", self.0.service, self.0.operation)?;
        }
        if let Some(place) = &self.0.place {
            write!(f, " ({place})")?;
        }
        write!(f, ": {}", self.0.message)?;
        if let Some(code) = &self.0.code {
            write!(f, " [{code}]")?;
        }
        if let Some(request_id) = &self.0.request_id {
            write!(f, " (request {request_id})")?;
        }
        Ok(())
    }
}

impl std::error::Error for ExecError {}
