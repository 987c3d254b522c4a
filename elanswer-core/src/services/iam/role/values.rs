//! The bounded values of a role.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// How long a session with a role may last: an hour to twelve hours, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct MaxSessionDuration(u32);

/// A session may last 3,600 to 43,200 seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a session may last 3600 to 43200 seconds, not {seconds}")]
pub struct MaxSessionDurationError {
    seconds: u32,
}

impl MaxSessionDuration {
    /// An hour: AWS's default.
    pub const HOUR: Self = Self(3600);

    /// A duration in seconds.
    ///
    /// # Errors
    ///
    /// When it is shorter than an hour or longer than twelve.
    pub const fn seconds(seconds: u32) -> Result<Self, MaxSessionDurationError> {
        if seconds < 3600 || seconds > 43_200 {
            return Err(MaxSessionDurationError { seconds });
        }
        Ok(Self(seconds))
    }

    /// The seconds.
    #[must_use]
    pub const fn as_seconds(self) -> u32 {
        self.0
    }
}

impl Default for MaxSessionDuration {
    fn default() -> Self {
        Self::HOUR
    }
}

impl TryFrom<u32> for MaxSessionDuration {
    type Error = MaxSessionDurationError;

    fn try_from(seconds: u32) -> Result<Self, MaxSessionDurationError> {
        Self::seconds(seconds)
    }
}

impl From<MaxSessionDuration> for u32 {
    fn from(duration: MaxSessionDuration) -> Self {
        duration.0
    }
}

/// Declares a text of which only some forms are valid.
macro_rules! text {
    ($(#[$doc:meta])* $name:ident, $(#[$error_doc:meta])* $error:ident: $message:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Cow<'static, str>);

        $(#[$error_doc])*
        #[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
        #[error($message)]
        pub struct $error {
            text: String,
        }

        impl $name {
            /// A value of this text.
            ///
            /// # Errors
            ///
            /// When AWS does not accept the text.
            pub fn new(text: impl Into<String>) -> Result<Self, $error> {
                let text = text.into();
                if Self::accepts(&text) { Ok(Self(text.into())) } else { Err($error { text }) }
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = $error;

            fn try_from(text: String) -> Result<Self, $error> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0.into_owned()
            }
        }
    };
}

text! {
    /// What a role is for: 1 to 1,000 characters of Latin-1, tabs and line ends among them.
    RoleDescription,
    /// A text that AWS does not accept as the description of a role.
    RoleDescriptionError: "`{text}` is not 1 to 1000 characters of Latin-1"
}

impl RoleDescription {
    fn accepts(text: &str) -> bool {
        let allowed = |c| matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{a1}'..='\u{ff}');
        !text.is_empty() && text.chars().count() <= 1000 && text.chars().all(allowed)
    }
}

text! {
    /// Where a role stands among the roles: `/`, or a path that begins and ends with `/`; 512
    /// characters at most.
    RolePath,
    /// A text that AWS does not accept as a path.
    RolePathError: "`{text}` does not begin and end with `/`, or is longer than 512 characters"
}

impl RolePath {
    /// `/`: AWS's default.
    pub const ROOT: Self = Self(Cow::Borrowed("/"));

    fn accepts(text: &str) -> bool {
        let framed = text.starts_with('/') && text.ends_with('/');
        framed && text.len() <= 512 && text.bytes().all(|byte| matches!(byte, b'!'..=b'~'))
    }
}

impl Default for RolePath {
    fn default() -> Self {
        Self::ROOT
    }
}

text! {
    /// The ARN of a managed policy: one of AWS's, or of an account.
    ManagedPolicyArn,
    /// A text that is not the ARN of a managed policy.
    ManagedPolicyArnError: "`{text}` is not an ARN such as `arn:aws:iam::aws:policy/ReadOnlyAccess`"
}

impl ManagedPolicyArn {
    /// `AdministratorAccess`: everything.
    pub const ADMINISTRATOR_ACCESS: Self =
        Self(Cow::Borrowed("arn:aws:iam::aws:policy/AdministratorAccess"));
    /// `AmazonECSTaskExecutionRolePolicy`: pull images from ECR, write logs.
    pub const ECS_TASK_EXECUTION: Self = Self(Cow::Borrowed(
        "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
    ));
    /// `AmazonRDSEnhancedMonitoringRole`: write the metrics of Enhanced Monitoring.
    pub const RDS_ENHANCED_MONITORING: Self =
        Self(Cow::Borrowed("arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"));
    /// `AmazonSSMManagedInstanceCore`: what the agent of Systems Manager needs.
    pub const SSM_MANAGED_INSTANCE_CORE: Self =
        Self(Cow::Borrowed("arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"));

    /// A policy of AWS by its path and name: `service-role/AmazonECSTaskExecutionRolePolicy`.
    #[must_use]
    pub fn aws(name: &str) -> Self {
        Self(format!("arn:aws:iam::aws:policy/{name}").into())
    }

    /// Whether AWS maintains it.
    #[must_use]
    pub fn is_aws_managed(&self) -> bool {
        self.0.contains(":iam::aws:policy/")
    }

    fn accepts(text: &str) -> bool {
        let account = |account: &str| {
            account == "aws" || account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit())
        };
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        let ["arn", partition, "iam", "", of, resource] = parts.as_slice() else { return false };
        let name = resource.strip_prefix("policy/").unwrap_or_default();
        partition.starts_with("aws") && account(of) && !name.is_empty() && text.len() <= 2048
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_last_an_hour_to_twelve() {
        assert!(MaxSessionDuration::seconds(3599).is_err());
        assert!(MaxSessionDuration::seconds(3600).is_ok());
        assert!(MaxSessionDuration::seconds(43_200).is_ok());
        assert!(MaxSessionDuration::seconds(43_201).is_err());
    }

    #[test]
    fn texts_have_their_forms() {
        assert!(RolePath::new("/").is_ok());
        assert!(RolePath::new("/service/web/").is_ok());
        assert!(RolePath::new("/service").is_err());
        assert!(RolePath::new("").is_err());
        assert!(RolePath::new(format!("/{}/", "a".repeat(511))).is_err());
        assert!(RoleDescription::new("café\n").is_ok());
        assert!(RoleDescription::new("").is_err());
        assert!(RoleDescription::new("☕").is_err());
        assert!(ManagedPolicyArn::new("arn:aws:iam::123456789012:policy/team/boundary").is_ok());
        assert!(ManagedPolicyArn::new("arn:aws:iam::123:policy/boundary").is_err());
        assert!(ManagedPolicyArn::new("arn:aws:iam::aws:role/boundary").is_err());
        assert!(ManagedPolicyArn::aws("service-role/X").is_aws_managed());
    }

    #[test]
    fn the_named_policies_are_arns() {
        for arn in [
            ManagedPolicyArn::ADMINISTRATOR_ACCESS,
            ManagedPolicyArn::ECS_TASK_EXECUTION,
            ManagedPolicyArn::RDS_ENHANCED_MONITORING,
            ManagedPolicyArn::SSM_MANAGED_INSTANCE_CORE,
        ] {
            assert_eq!(ManagedPolicyArn::new(arn.as_str()).unwrap(), arn);
        }
    }
}
