//! Whom a statement is about.

use std::{cmp::Ordering, fmt};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::Value;

use super::statement::Elements;
use crate::{Set, reference::Input, region::Region};

/// Whom a statement allows or denies something.
///
/// Source:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Principal {
    /// Everyone, also without credentials: `*`.
    Any,
    /// The ARN of an account, role or user.
    Aws(Input<String>),
    /// A canonical user id, as S3 has them.
    CanonicalUser(String),
    /// The ARN or name of an identity provider.
    Federated(Input<String>),
    /// An AWS service.
    Service(Service),
}

impl Principal {
    /// Everyone in the account, as far as the account's own policies allow it.
    ///
    /// `account` has twelve digits.
    #[must_use]
    pub fn account(account: &str) -> Self {
        Self::Aws(format!("arn:aws:iam::{account}:root").into())
    }

    /// A role or user by its ARN.
    #[must_use]
    pub fn aws(arn: impl Into<Input<String>>) -> Self {
        match arn.into() {
            Input::Literal(text) if text == "*" => Self::Any,
            // IAM itself turns the number of an account into the ARN of its root.
            Input::Literal(text) if is_account(&text) => Self::account(&text),
            arn => Self::Aws(arn),
        }
    }

    /// An identity provider by its ARN.
    #[must_use]
    pub fn federated(arn: impl Into<Input<String>>) -> Self {
        Self::Federated(arn.into())
    }
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

impl From<Service> for Principal {
    fn from(service: Service) -> Self {
        Self::Service(service)
    }
}

/// An AWS service, as it appears in policies: its service principal.
#[derive(Clone)]
#[non_exhaustive]
pub enum Service {
    /// `application-autoscaling.amazonaws.com`.
    ApplicationAutoScaling,
    /// `backup.amazonaws.com`.
    Backup,
    /// `cloudfront.amazonaws.com`: distributions, which read their origins.
    CloudFront,
    /// `codebuild.amazonaws.com`: builds.
    CodeBuild,
    /// `codepipeline.amazonaws.com`: pipelines.
    CodePipeline,
    /// `delivery.logs.amazonaws.com`: what writes the logs of other services.
    DeliveryLogs,
    /// `ec2.amazonaws.com`: instances.
    Ec2,
    /// `ecs.amazonaws.com`: the service itself, for load balancers and volumes.
    Ecs,
    /// `ecs-tasks.amazonaws.com`: tasks, as task role and as task execution role.
    EcsTasks,
    /// `events.amazonaws.com`: `EventBridge` rules.
    Events,
    /// `lambda.amazonaws.com`.
    Lambda,
    /// `logdelivery.elasticloadbalancing.amazonaws.com`: what writes the logs of load balancers.
    LoadBalancerLogs,
    /// `logs.amazonaws.com`.
    Logs,
    /// `rds.amazonaws.com`.
    Rds,
    /// `monitoring.rds.amazonaws.com`: Enhanced Monitoring of databases.
    RdsMonitoring,
    /// `s3.amazonaws.com`: what copies objects to other buckets.
    S3,
    /// `logging.s3.amazonaws.com`: what writes down who read and wrote in a bucket.
    S3Logging,
    /// `scheduler.amazonaws.com`: `EventBridge` Scheduler.
    Scheduler,
    /// `vpc-flow-logs.amazonaws.com`.
    VpcFlowLogs,
    /// Any other, by its service principal.
    Other(String),
}

impl Service {
    const KNOWN: [Self; 19] = [
        Self::ApplicationAutoScaling,
        Self::Backup,
        Self::CloudFront,
        Self::CodeBuild,
        Self::CodePipeline,
        Self::DeliveryLogs,
        Self::Ec2,
        Self::Ecs,
        Self::EcsTasks,
        Self::Events,
        Self::Lambda,
        Self::LoadBalancerLogs,
        Self::Logs,
        Self::Rds,
        Self::RdsMonitoring,
        Self::S3,
        Self::S3Logging,
        Self::Scheduler,
        Self::VpcFlowLogs,
    ];

    /// CloudWatch Logs of one Region, as the policies of keys name it.
    #[must_use]
    pub fn logs_in(region: Region) -> Self {
        Self::Other(format!("logs.{region}.amazonaws.com"))
    }

    /// The service principal: `ecs-tasks.amazonaws.com`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::ApplicationAutoScaling => "application-autoscaling.amazonaws.com",
            Self::Backup => "backup.amazonaws.com",
            Self::CloudFront => "cloudfront.amazonaws.com",
            Self::CodeBuild => "codebuild.amazonaws.com",
            Self::CodePipeline => "codepipeline.amazonaws.com",
            Self::DeliveryLogs => "delivery.logs.amazonaws.com",
            Self::Ec2 => "ec2.amazonaws.com",
            Self::Ecs => "ecs.amazonaws.com",
            Self::EcsTasks => "ecs-tasks.amazonaws.com",
            Self::Events => "events.amazonaws.com",
            Self::Lambda => "lambda.amazonaws.com",
            Self::LoadBalancerLogs => "logdelivery.elasticloadbalancing.amazonaws.com",
            Self::Logs => "logs.amazonaws.com",
            Self::Rds => "rds.amazonaws.com",
            Self::RdsMonitoring => "monitoring.rds.amazonaws.com",
            Self::S3 => "s3.amazonaws.com",
            Self::S3Logging => "logging.s3.amazonaws.com",
            Self::Scheduler => "scheduler.amazonaws.com",
            Self::VpcFlowLogs => "vpc-flow-logs.amazonaws.com",
            Self::Other(name) => name,
        }
    }
}

impl From<String> for Service {
    fn from(name: String) -> Self {
        let known = Self::KNOWN.into_iter().find(|service| service.as_str() == name);
        known.unwrap_or(Self::Other(name))
    }
}

/// By service principal: `Other` of a known name is the known service.
impl PartialEq for Service {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Service {}

impl PartialOrd for Service {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Service {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Service({self})")
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The principals of a statement in JSON: `"*"`, or lists by type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Principals(pub(super) Set<Principal>);

#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ByType {
    #[serde(rename = "AWS", default, skip_serializing_if = "Elements::is_empty")]
    aws: Elements<Input<String>>,
    #[serde(default, skip_serializing_if = "Elements::is_empty")]
    canonical_user: Elements<String>,
    #[serde(default, skip_serializing_if = "Elements::is_empty")]
    federated: Elements<Input<String>>,
    #[serde(default, skip_serializing_if = "Elements::is_empty")]
    service: Elements<String>,
}

impl Serialize for Principals {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.iter().eq([&Principal::Any]) {
            return serializer.serialize_str("*");
        }
        let mut by_type = ByType::default();
        for principal in self.0.iter().cloned() {
            match principal {
                Principal::Any => drop(by_type.aws.0.insert("*".into())),
                Principal::Aws(arn) => drop(by_type.aws.0.insert(arn)),
                Principal::CanonicalUser(id) => drop(by_type.canonical_user.0.insert(id)),
                Principal::Federated(arn) => drop(by_type.federated.0.insert(arn)),
                Principal::Service(service) => drop(by_type.service.0.insert(service.to_string())),
            }
        }
        by_type.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Principals {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        if value == "*" {
            return Ok(Self([Principal::Any].into()));
        }
        let by_type: ByType = serde_json::from_value(value).map_err(D::Error::custom)?;
        let mut principals: Set<_> = by_type.aws.0.into_iter().map(Principal::aws).collect();
        principals.extend(by_type.canonical_user.0.into_iter().map(Principal::CanonicalUser));
        principals.extend(by_type.federated.0.into_iter().map(Principal::Federated));
        principals.extend(by_type.service.0.into_iter().map(|name| Service::from(name).into()));
        Ok(Self(principals))
    }
}
