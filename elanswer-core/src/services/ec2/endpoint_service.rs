//! The services of AWS that a VPC endpoint can lead to.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{
    region::Region,
    text::{is_of, text},
};

/// A service that route tables lead to: the two that have gateway endpoints.
///
/// Source: <https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum GatewayService {
    /// `dynamodb`: Amazon DynamoDB.
    DynamoDb,
    /// `s3`: Amazon S3, in the Region of the endpoint.
    S3,
}

text! {
    /// A service that network interfaces in subnets lead to, by the end of its name: `ecr.api`.
    ///
    /// The Region belongs to the place of the endpoint, and is no part of it. Not among these are
    /// S3 and DynamoDB: their [gateways](GatewayService) cost nothing.
    /// Source: <https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html>.
    ///
    /// ```compile_fail,E0080
    /// use elanswer_core::services::ec2::InterfaceService;
    ///
    /// const WRONG: InterfaceService = InterfaceService::literal("com.amazonaws.eu-west-1.sqs");
    /// # println!("{WRONG:?}");
    /// ```
    InterfaceService: "a service with interface endpoints",
    "lower-case letters, digits, dots and hyphens, without `com.amazonaws` and a Region; neither `s3` nor `dynamodb`",
    is_interface_service
}

impl InterfaceService {
    /// `ecr.api`: the API of Amazon ECR, which hands out tokens and tells of images.
    pub const ECR_API: Self = Self::literal("ecr.api");
    /// `ecr.dkr`: the registry of Amazon ECR, which clients of Docker talk to.
    pub const ECR_DKR: Self = Self::literal("ecr.dkr");
    /// `kms`: AWS KMS.
    pub const KMS: Self = Self::literal("kms");
    /// `logs`: CloudWatch Logs.
    pub const LOGS: Self = Self::literal("logs");
    /// `monitoring`: CloudWatch.
    pub const MONITORING: Self = Self::literal("monitoring");
    /// `secretsmanager`: Secrets Manager.
    pub const SECRETS_MANAGER: Self = Self::literal("secretsmanager");
    /// `ssm`: Systems Manager, with its parameters.
    pub const SSM: Self = Self::literal("ssm");
    /// `sts`: AWS STS.
    pub const STS: Self = Self::literal("sts");

    /// The whole name in a Region: `com.amazonaws.us-east-1.ecr.api`.
    #[must_use]
    pub fn in_region(&self, region: Region) -> String {
        format!("com.amazonaws.{region}.{self}")
    }
}

impl GatewayService {
    /// The end of its name: `s3`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DynamoDb => "dynamodb",
            Self::S3 => "s3",
        }
    }

    /// The whole name in a Region: `com.amazonaws.us-east-1.s3`.
    #[must_use]
    pub fn in_region(self, region: Region) -> String {
        format!("com.amazonaws.{region}.{self}")
    }
}

impl fmt::Display for GatewayService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A text names no service that has gateway endpoints.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a service with gateway endpoints: those are `dynamodb` and `s3`")]
pub struct GatewayServiceError {
    text: String,
}

impl TryFrom<String> for GatewayService {
    type Error = GatewayServiceError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.as_str() {
            "dynamodb" => Ok(Self::DynamoDb),
            "s3" => Ok(Self::S3),
            _ => Err(GatewayServiceError { text }),
        }
    }
}

const fn is_interface_service(text: &str) -> bool {
    let mut rest = text.as_bytes();
    if matches!(rest, b"s3" | b"dynamodb" | [b'c', b'o', b'm', b'.', ..] | [b'.', ..] | [.., b'.'])
    {
        return false;
    }
    while let [byte, tail @ ..] = rest {
        if byte.is_ascii_uppercase() {
            return false;
        }
        rest = tail;
    }
    is_of(text, 1, 100, ".-")
}

/// A service as `ServiceName` has it: for CloudFormation the Region is that of the template.
///
/// `{"Fn::Sub": "com.amazonaws.${AWS::Region}.s3"}`.
pub(super) mod service_name {
    use super::{Deserialize, Deserializer, Serialize, Serializer, fmt};

    const PREFIX: &str = "com.amazonaws.${AWS::Region}.";

    #[derive(Serialize, Deserialize)]
    struct Substitution {
        #[serde(rename = "Fn::Sub")]
        text: String,
    }

    pub(in super::super) fn serialize<T: fmt::Display, S: Serializer>(
        service: &T,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        Substitution { text: format!("{PREFIX}{service}") }.serialize(serializer)
    }

    pub(in super::super) fn deserialize<'de, T, D>(deserializer: D) -> Result<T, D::Error>
    where
        T: TryFrom<String, Error: fmt::Display>,
        D: Deserializer<'de>,
    {
        use super::error;
        let Substitution { text } = Substitution::deserialize(deserializer)?;
        let service = text.strip_prefix(PREFIX).ok_or_else(|| {
            error(format_args!("expected `{PREFIX}` and a service, found `{text}`"))
        })?;
        T::try_from(service.to_owned()).map_err(error)
    }
}

fn error<E: serde::de::Error>(message: impl fmt::Display) -> E {
    E::custom(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_has_a_name_in_each_region() {
        assert_eq!(GatewayService::S3.in_region(Region::EuWest1), "com.amazonaws.eu-west-1.s3");
        let ecr = InterfaceService::ECR_API.in_region(Region::UsEast1);
        assert_eq!(ecr, "com.amazonaws.us-east-1.ecr.api");
    }

    #[test]
    fn a_region_and_a_service_with_a_gateway_are_refused() {
        for good in ["sqs", "ecs-agent", "execute-api", "elasticfilesystem", "git-codecommit"] {
            assert_eq!(InterfaceService::new(good).unwrap().as_str(), good);
        }
        for bad in
            ["", "s3", "dynamodb", "com.amazonaws.us-east-1.sqs", "SQS", ".sqs", "sqs.", "a b"]
        {
            assert!(InterfaceService::new(bad).is_err(), "{bad:?}");
        }
        for service in [GatewayService::DynamoDb, GatewayService::S3] {
            assert_eq!(GatewayService::try_from(service.to_string()), Ok(service));
        }
        assert!(GatewayService::try_from("sqs".to_owned()).is_err());
    }
}
