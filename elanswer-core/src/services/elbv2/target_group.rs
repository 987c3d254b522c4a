//! `AWS::ElasticLoadBalancingV2::TargetGroup`.

use std::{fmt, str::FromStr};

use bon::Builder;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use super::{
    Port, Protocol,
    attribute::{Attribute, AttributeError, Attributes},
    name::{MAX_NAME_LEN, TargetGroupName},
};
use crate::{
    bounded::Bounded,
    reference::{Output, Ref},
    resource::{Operation, Resource},
    schema::{Kind, NameRule, Schema, Timing},
    services::ec2::Vpc,
    tags::Tags,
};

/// Targets that answer the same requests, and how a load balancer sees which of them are healthy.
///
/// AWS: [`AWS::ElasticLoadBalancingV2::TargetGroup`](https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html).
/// Quota: 3000 per Region unless raised. A target group belongs to at most one load balancer.
///
/// ```
/// use elanswer_core::{Ref, services::{ec2::Vpc, elbv2::{Port, TargetGroup}}};
///
/// let vpc = Ref::<Vpc>::existing("vpc-0a");
/// let targets = TargetGroup::builder().vpc(&vpc).port(Port::of::<8080>()).build();
/// assert_eq!(targets.health_check.path.as_str(), "/");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct TargetGroup {
    /// `Name`: unique in the account and Region. elanswer makes one up when it is not set. Changing
    /// it replaces the target group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<TargetGroupName>,
    /// `TargetType`: what is registered. Fargate tasks are registered by address. Changing it
    /// replaces the target group.
    #[builder(default)]
    pub target_type: TargetType,
    /// `VpcId`: where the targets are. Changing it replaces the target group.
    #[builder(into)]
    #[serde(rename = "VpcId")]
    pub vpc: Ref<Vpc>,
    /// `Protocol`: how targets are spoken to. Changing it replaces the target group.
    #[builder(default = Protocol::Http)]
    pub protocol: Protocol,
    /// `Port`: where targets listen. Changing it replaces the target group.
    pub port: Port,
    /// The health check: `HealthCheckPath` and its like.
    #[builder(default)]
    #[serde(flatten)]
    pub health_check: HealthCheck,
    /// `TargetGroupAttributes`.
    #[builder(default)]
    #[serde(rename = "TargetGroupAttributes", default)]
    pub attributes: TargetGroupAttributes,
    /// `Tags`.
    #[builder(default)]
    #[serde(default)]
    pub tags: Tags,
}

/// What is registered with a target group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum TargetType {
    /// `instance`: EC2 instances.
    Instance,
    /// `ip`: addresses, such as those of Fargate tasks.
    #[default]
    Ip,
}

/// The time between two health checks: 5 to 300 seconds.
pub type HealthCheckInterval = Bounded<5, 300>;

/// The time that a target has to answer a health check: 2 to 120 seconds.
pub type HealthCheckTimeout = Bounded<2, 120>;

/// How many health checks in a row decide: 2 to 10.
pub type Threshold = Bounded<2, 10>;

/// How long a target that was deregistered may finish its requests: 0 to 3600 seconds.
pub type DeregistrationDelay = Bounded<0, 3600>;

/// How a load balancer sees whether a target is healthy.
///
/// Everything in it changes in place with `ModifyTargetGroup`. The timeout must be shorter than
/// the interval.
///
/// Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html>.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct HealthCheck {
    /// `HealthCheckIntervalSeconds`. AWS's default: 30 seconds.
    #[builder(default = HealthCheckInterval::of::<30>())]
    #[serde(rename = "HealthCheckIntervalSeconds")]
    pub interval: HealthCheckInterval,
    /// `HealthCheckPath`: what is asked for. AWS's default: `/`.
    #[builder(default)]
    #[serde(rename = "HealthCheckPath")]
    pub path: HealthCheckPath,
    /// `HealthCheckPort`. AWS's default: the port that gets the traffic.
    #[builder(default)]
    #[serde(rename = "HealthCheckPort")]
    pub port: HealthCheckPort,
    /// `HealthCheckProtocol`. AWS's default: HTTP.
    #[builder(default = Protocol::Http)]
    #[serde(rename = "HealthCheckProtocol")]
    pub protocol: Protocol,
    /// `HealthCheckTimeoutSeconds`: shorter than the interval. AWS's default: 5 seconds.
    #[builder(default = HealthCheckTimeout::of::<5>())]
    #[serde(rename = "HealthCheckTimeoutSeconds")]
    pub timeout: HealthCheckTimeout,
    /// `HealthyThresholdCount`: how many good answers make a target healthy. AWS's default: 5.
    #[builder(default = Threshold::of::<5>())]
    #[serde(rename = "HealthyThresholdCount")]
    pub healthy_threshold: Threshold,
    /// `Matcher`: the status codes of a good answer. AWS's default: 200.
    #[builder(default)]
    pub matcher: Matcher,
    /// `UnhealthyThresholdCount`: how many bad answers make a target unhealthy. AWS's default: 2.
    #[builder(default = Threshold::of::<2>())]
    #[serde(rename = "UnhealthyThresholdCount")]
    pub unhealthy_threshold: Threshold,
}

/// What a health check asks for: `/` and at most 1023 more visible ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HealthCheckPath(String);

/// The port of a health check.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HealthCheckPort {
    /// `traffic-port`: the port that gets the traffic.
    #[default]
    Traffic,
    /// Another port.
    Other(Port),
}

/// The status codes of a good answer: one, a list or a range within 200 to 499, such as `200`,
/// `200,204` or `200-299`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Matcher(String);

/// A health check setting of a form that AWS does not accept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not {form}")]
pub struct HealthCheckError {
    text: String,
    form: &'static str,
}

/// The settings of a target group that change in place with `ModifyTargetGroupAttributes`.
///
/// Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html>.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(try_from = "Vec<Attribute>", into = "Vec<Attribute>")]
pub struct TargetGroupAttributes {
    /// `deregistration_delay.timeout_seconds`. AWS's default: 300 seconds.
    #[builder(default = DEFAULT_DELAY)]
    pub deregistration_delay: DeregistrationDelay,
    /// `stickiness.enabled`: whether a cookie binds a client to a target. AWS's default: no.
    #[builder(default)]
    pub stickiness: bool,
}

const DEFAULT_DELAY: DeregistrationDelay = DeregistrationDelay::of::<300>();

/// What AWS decides of a target group.
///
/// CloudFormation's `LoadBalancerArns` is not among them: it is not decided when the target group
/// is made, but follows the listeners.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct TargetGroupOutputs {
    /// `TargetGroupArn`.
    pub target_group_arn: String,
    /// `TargetGroupFullName`: `targetgroup/name/id`, as metrics name it.
    pub target_group_full_name: String,
    /// `TargetGroupName`.
    pub target_group_name: String,
}

impl Ref<TargetGroup> {
    /// `TargetGroupFullName`: `targetgroup/name/id`, as metrics name it.
    #[must_use]
    pub fn full_name(&self) -> Output<String> {
        self.output("TargetGroupFullName")
    }

    /// `TargetGroupName`.
    #[must_use]
    pub fn name(&self) -> Output<String> {
        self.output("TargetGroupName")
    }
}

impl Resource for TargetGroup {
    type Outputs = TargetGroupOutputs;

    const SCHEMA: &'static Schema = &Schema {
        identifier: "TargetGroupArn",
        outputs: &["TargetGroupArn", "TargetGroupFullName", "TargetGroupName"],
        replaces: &["TargetType", "Port", "Name", "VpcId", "Protocol"],
        computed: &["Name"],
        name: Some(NameRule::new("Name", MAX_NAME_LEN)),
        exclusive: &["Name"],
        resource_type: Some("elasticloadbalancing:targetgroup"),
        named_by_arn: true,
        api: "elasticloadbalancing",
        timing: Timing::seconds(0, 0, 0),
        ..Schema::new(Kind::new("AWS::ElasticLoadBalancingV2::TargetGroup"))
    };

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    /// `CreateTargetGroup`, a `DescribeTags` to see that it made what it answers with, and a
    /// `ModifyTargetGroupAttributes` for what differs from AWS's defaults; `ModifyTargetGroup`, `ModifyTargetGroupAttributes`.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Create(it) => {
                2 + u32::from(it.attributes != TargetGroupAttributes::default())
            }
            Operation::Update(from, to) => {
                u32::from(from.health_check != to.health_check)
                    + u32::from(from.attributes != to.attributes)
                    + super::tag_calls(&from.tags, &to.tags)
            }
            Operation::Delete(_) => 1,
        }
    }
}

impl TargetType {
    /// AWS's word: `ip`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Instance => "instance",
            Self::Ip => "ip",
        }
    }
}

impl Default for HealthCheck {
    fn default() -> Self {
        Self::builder().build()
    }
}

impl HealthCheckPath {
    /// The path as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for HealthCheckPath {
    fn default() -> Self {
        Self("/".to_owned())
    }
}

impl FromStr for HealthCheckPath {
    type Err = HealthCheckError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let well_formed = text.len() <= 1024
            && text.starts_with('/')
            && text.bytes().all(|byte| byte.is_ascii_graphic());
        if well_formed {
            Ok(Self(text.to_owned()))
        } else {
            let form = "the path of a health check: `/` and at most 1023 visible characters";
            Err(HealthCheckError { text: text.to_owned(), form })
        }
    }
}

impl TryFrom<String> for HealthCheckPath {
    type Error = HealthCheckError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<HealthCheckPath> for String {
    fn from(path: HealthCheckPath) -> Self {
        path.0
    }
}

impl fmt::Display for HealthCheckPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Traffic => f.write_str("traffic-port"),
            Self::Other(port) => port.fmt(f),
        }
    }
}

impl FromStr for HealthCheckPort {
    type Err = HealthCheckError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "traffic-port" {
            return Ok(Self::Traffic);
        }
        let form = "the port of a health check: `traffic-port`, or 1 to 65535";
        text.parse().map(Self::Other).map_err(|_| HealthCheckError { text: text.to_owned(), form })
    }
}

impl Serialize for HealthCheckPort {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for HealthCheckPort {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl Matcher {
    /// The codes as text: `200-299`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Matcher {
    fn default() -> Self {
        Self("200".to_owned())
    }
}

impl FromStr for Matcher {
    type Err = HealthCheckError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let code = |text: &str| text.parse().ok().filter(|code: &u16| (200..=499).contains(code));
        let well_formed = match text.split_once('-') {
            Some((first, last)) => {
                matches!((code(first), code(last)), (Some(first), Some(last)) if first <= last)
            }
            None => text.split(',').all(|part| code(part).is_some()),
        };
        if well_formed {
            Ok(Self(text.to_owned()))
        } else {
            let form = "a matcher: codes of 200 to 499 such as `200`, `200,204` or `200-299`";
            Err(HealthCheckError { text: text.to_owned(), form })
        }
    }
}

/// The form that CloudFormation gives a matcher.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct MatcherShape {
    http_code: String,
}

impl Serialize for Matcher {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        MatcherShape { http_code: self.0.clone() }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Matcher {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        MatcherShape::deserialize(deserializer)?.http_code.parse().map_err(D::Error::custom)
    }
}

impl Default for TargetGroupAttributes {
    fn default() -> Self {
        Self::builder().build()
    }
}

impl TargetGroupAttributes {
    /// The attributes as AWS has them: key and value, sorted by key.
    pub fn pairs(&self) -> impl Iterator<Item = (String, Option<String>)> {
        Vec::from(self.clone()).into_iter().map(Attribute::into_pair)
    }

    /// Reads the attributes that AWS answers with; those that are not there have AWS's defaults,
    /// and those that are not modelled are left out.
    ///
    /// # Errors
    ///
    /// When a value is not one that AWS gives it.
    pub fn from_pairs<'a>(
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, AttributeError> {
        Attributes::from_pairs(pairs).try_into()
    }
}

const DELAY: &str = "deregistration_delay.timeout_seconds";
const STICKINESS: &str = "stickiness.enabled";

impl From<TargetGroupAttributes> for Vec<Attribute> {
    fn from(it: TargetGroupAttributes) -> Self {
        Attributes::default()
            .with(DELAY, it.deregistration_delay)
            .with(STICKINESS, it.stickiness)
            .into()
    }
}

impl TryFrom<Attributes> for TargetGroupAttributes {
    type Error = AttributeError;

    fn try_from(attributes: Attributes) -> Result<Self, Self::Error> {
        Ok(Self {
            deregistration_delay: attributes
                .parsed(DELAY, DEFAULT_DELAY, |text| text.parse().ok())?,
            stickiness: attributes.flag(STICKINESS, false)?,
        })
    }
}

impl TryFrom<Vec<Attribute>> for TargetGroupAttributes {
    type Error = AttributeError;

    fn try_from(list: Vec<Attribute>) -> Result<Self, Self::Error> {
        Attributes::from(list).try_into()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::resource::properties_of;

    #[test]
    fn it_has_the_shape_of_cloudformation() {
        let it = TargetGroup::builder()
            .name("web".parse().unwrap())
            .vpc(Ref::existing("vpc-1"))
            .port(Port::of::<8080>())
            .build();
        let expected = json!({
            "Name": "web",
            "TargetType": "ip",
            "VpcId": "vpc-1",
            "Protocol": "HTTP",
            "Port": 8080,
            "HealthCheckIntervalSeconds": 30,
            "HealthCheckPath": "/",
            "HealthCheckPort": "traffic-port",
            "HealthCheckProtocol": "HTTP",
            "HealthCheckTimeoutSeconds": 5,
            "HealthyThresholdCount": 5,
            "Matcher": {"HttpCode": "200"},
            "UnhealthyThresholdCount": 2,
            "TargetGroupAttributes": [
                {"Key": "deregistration_delay.timeout_seconds", "Value": "300"},
                {"Key": "stickiness.enabled", "Value": "false"},
            ],
            "Tags": [],
        });
        let tree = Value::Object(properties_of(&it));
        assert_eq!(tree, expected);
        assert_eq!(serde_json::from_value::<TargetGroup>(tree).unwrap(), it);
    }

    #[test]
    fn matchers_are_codes_lists_and_ranges() {
        for good in ["200", "200,204", "200-299", "499"] {
            assert!(good.parse::<Matcher>().is_ok(), "{good}");
        }
        for bad in ["", "199", "500", "299-200", "200-", "200,", "ok"] {
            assert!(bad.parse::<Matcher>().is_err(), "{bad}");
        }
    }

    #[test]
    fn paths_begin_with_a_slash() {
        assert!("/health?deep=1".parse::<HealthCheckPath>().is_ok());
        assert!("health".parse::<HealthCheckPath>().is_err());
        assert!("/a b".parse::<HealthCheckPath>().is_err());
        assert!(format!("/{}", "x".repeat(1024)).parse::<HealthCheckPath>().is_err());
    }

    #[test]
    fn ports_are_numbers_or_that_of_the_traffic() {
        assert_eq!("8081".parse(), Ok(HealthCheckPort::Other(Port::of::<8081>())));
        assert_eq!("traffic-port".parse(), Ok(HealthCheckPort::Traffic));
        assert!("0".parse::<HealthCheckPort>().is_err());
    }
}
