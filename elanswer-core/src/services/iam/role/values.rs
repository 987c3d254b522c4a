//! The bounded values of a role.

use serde::{Deserialize, Serialize};

use crate::{
    arn::{ArnFields, behind, same},
    text::{characters, text},
};

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

text! {
    /// What a role is for; tabs and line ends are among the characters.
    RoleDescription: "a description of a role",
    "1 to 1000 characters of Latin-1",
    is_description
}

const fn is_description(text: &str) -> bool {
    let mut rest = text.as_bytes();
    while !rest.is_empty() {
        rest = match rest {
            [b'\t' | b'\n' | b'\r' | b' '..=b'~', tail @ ..]
            // U+00A1 to U+00FF.
            | [0xc2, 0xa1..=0xbf, tail @ ..]
            | [0xc3, 0x80..=0xbf, tail @ ..] => tail,
            _ => return false,
        };
    }
    !text.is_empty() && characters(text) <= 1000
}

text! {
    /// Where a role stands among the roles.
    RolePath: "a path of a role",
    "`/`, or up to 512 visible ASCII characters that begin and end with `/`",
    is_path
}

impl RolePath {
    /// `/`: AWS's default.
    pub const ROOT: Self = Self::literal("/");
}

impl Default for RolePath {
    fn default() -> Self {
        Self::ROOT
    }
}

const fn is_path(text: &str) -> bool {
    let mut rest = text.as_bytes();
    let framed = matches!(rest, [b'/'] | [b'/', .., b'/']) && rest.len() <= 512;
    while let Some((byte, tail)) = rest.split_first() {
        if !byte.is_ascii_graphic() {
            return false;
        }
        rest = tail;
    }
    framed
}

text! {
    /// The ARN of a managed policy: one of AWS's, or of an account.
    ManagedPolicyArn: "the ARN of a managed policy",
    "`arn:aws:iam::`, an account or `aws`, `:policy/`, path and name",
    is_managed_policy_arn
}

impl ManagedPolicyArn {
    /// `AdministratorAccess`: everything.
    pub const ADMINISTRATOR_ACCESS: Self =
        Self::literal("arn:aws:iam::aws:policy/AdministratorAccess");
    /// `AmazonECSTaskExecutionRolePolicy`: pull images from ECR, write logs.
    pub const ECS_TASK_EXECUTION: Self =
        Self::literal("arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy");
    /// `AmazonRDSEnhancedMonitoringRole`: write the metrics of Enhanced Monitoring.
    pub const RDS_ENHANCED_MONITORING: Self =
        Self::literal("arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole");
    /// `AmazonSSMManagedInstanceCore`: what the agent of Systems Manager needs.
    pub const SSM_MANAGED_INSTANCE_CORE: Self =
        Self::literal("arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore");

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
}

/// `arn:`, a partition of AWS, `:iam::`, twelve digits or `aws`, `:policy/`, and a name.
const fn is_managed_policy_arn(text: &str) -> bool {
    let Some(arn) = ArnFields::of(text) else { return false };
    let Some(resource) = arn.resource_of("iam") else { return false };
    let Some(name) = behind(resource, b"policy/") else { return false };
    let of_account = arn.account.len() == 12 && all_digits(arn.account);
    arn.region.is_empty()
        && (of_account || same(arn.account, b"aws"))
        && !name.is_empty()
        && text.len() <= 2048
}

const fn all_digits(text: &[u8]) -> bool {
    let mut rest = text;
    while let Some((byte, tail)) = rest.split_first() {
        if !byte.is_ascii_digit() {
            return false;
        }
        rest = tail;
    }
    true
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
