//! `AWS::ElasticLoadBalancingV2::LoadBalancer`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::{
    attribute::{Attribute, AttributeError, Attributes},
    name::{LoadBalancerName, MAX_NAME_LEN},
};
use crate::{
    Set,
    bounded::Bounded,
    reference::{Input, Output, Ref},
    resource::{Operation, Resource},
    schema::{Kind, NameRule, Schema, Timing},
    services::ec2::{SecurityGroup, Subnet},
    tags::Tags,
};

/// An application load balancer: it takes HTTP requests and routes them to target groups.
///
/// AWS: [`AWS::ElasticLoadBalancingV2::LoadBalancer`](https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html).
/// Quota: 50 per Region unless raised.
///
/// AWS refuses to delete it while [`LoadBalancerAttributes::deletion_protection`] is on: turn that
/// off in an apply of its own first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct LoadBalancer {
    /// `Name`: unique in the account and Region. elanswer makes one up when it is not set. Changing
    /// it replaces the load balancer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<LoadBalancerName>,
    /// `Scheme`: who can reach it. AWS's default: internet-facing. Changing it replaces the load
    /// balancer.
    #[builder(default)]
    pub scheme: Scheme,
    /// `Type`. Changing it replaces the load balancer.
    #[builder(default)]
    #[serde(rename = "Type")]
    pub load_balancer_type: LoadBalancerType,
    /// `Subnets`: at least two, each in another Availability Zone of one VPC, and each with at
    /// least eight free addresses.
    #[builder(with = FromIterator::from_iter)]
    pub subnets: Set<Ref<Subnet>>,
    /// `SecurityGroups`: what may reach it; groups of the VPC of its subnets, at most five.
    #[builder(with = FromIterator::from_iter)]
    pub security_groups: Set<Ref<SecurityGroup>>,
    /// `LoadBalancerAttributes`.
    #[builder(default)]
    #[serde(rename = "LoadBalancerAttributes", default)]
    pub attributes: LoadBalancerAttributes,
    /// `Tags`.
    #[builder(default)]
    #[serde(default)]
    pub tags: Tags,
}

/// Who can reach a load balancer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scheme {
    /// `internal`: its addresses are private.
    Internal,
    /// `internet-facing`: its addresses are public; its subnets need a route to an internet
    /// gateway.
    #[default]
    InternetFacing,
}

/// The type of a load balancer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum LoadBalancerType {
    /// `application`: HTTP and HTTPS.
    #[default]
    Application,
}

/// How long a connection of a load balancer may be idle: 1 to 4000 seconds.
pub type IdleTimeout = Bounded<1, 4000>;

/// The settings of a load balancer that change in place with `ModifyLoadBalancerAttributes`.
///
/// Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html>.
///
/// ```
/// use elanswer_core::services::elbv2::{IdleTimeout, LoadBalancerAttributes};
///
/// let attributes = LoadBalancerAttributes::builder()
///     .deletion_protection(true)
///     .idle_timeout(IdleTimeout::of::<120>())
///     .build();
/// assert!(attributes.http2);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(try_from = "Vec<Attribute>", into = "Vec<Attribute>")]
pub struct LoadBalancerAttributes {
    /// `access_logs.s3.*`: where a log of every request is written. AWS's default: nowhere.
    pub access_logs: Option<AccessLogs>,
    /// `deletion_protection.enabled`: whether AWS refuses to delete it. AWS's default: no.
    #[builder(default)]
    pub deletion_protection: bool,
    /// `routing.http.desync_mitigation_mode`. AWS's default: defensive.
    #[builder(default)]
    pub desync_mitigation: DesyncMitigation,
    /// `routing.http.drop_invalid_header_fields.enabled`: whether headers of an invalid form are
    /// removed rather than passed on. AWS's default: no.
    #[builder(default)]
    pub drop_invalid_header_fields: bool,
    /// `routing.http2.enabled`: whether clients may use HTTP/2. AWS's default: yes.
    #[builder(default = true)]
    pub http2: bool,
    /// `idle_timeout.timeout_seconds`. AWS's default: 60 seconds.
    #[builder(default = DEFAULT_IDLE_TIMEOUT)]
    pub idle_timeout: IdleTimeout,
}

const DEFAULT_IDLE_TIMEOUT: IdleTimeout = IdleTimeout::of::<60>();

/// Where a load balancer writes a log of every request.
///
/// The bucket policy must let the log delivery of Elastic Load Balancing write: see
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html>.
#[derive(Debug, Clone, PartialEq, Eq, Builder)]
pub struct AccessLogs {
    /// `access_logs.s3.bucket`: the name of a bucket in the Region of the load balancer.
    #[builder(into)]
    pub bucket: Input<String>,
    /// `access_logs.s3.prefix`: the folder in the bucket. AWS's default: none.
    #[builder(into)]
    pub prefix: Option<String>,
}

/// How a load balancer treats requests that servers may read differently.
///
/// Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html#desync-mitigation-mode>.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DesyncMitigation {
    /// `defensive`: dangerous ones are blocked, doubtful ones close their connections.
    #[default]
    Defensive,
    /// `monitor`: all of them pass.
    Monitor,
    /// `strictest`: only those that follow RFC 7230 pass.
    Strictest,
}

/// What AWS decides of a load balancer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct LoadBalancerOutputs {
    /// `LoadBalancerArn`.
    pub load_balancer_arn: String,
    /// `DNSName`: where clients reach it.
    #[serde(rename = "DNSName")]
    pub dns_name: String,
    /// `CanonicalHostedZoneID`: the hosted zone of its DNS name, for alias records.
    #[serde(rename = "CanonicalHostedZoneID")]
    pub canonical_hosted_zone_id: String,
    /// `LoadBalancerFullName`: `app/name/id`, as metrics name it.
    pub load_balancer_full_name: String,
    /// `LoadBalancerName`.
    pub load_balancer_name: String,
}

impl Ref<LoadBalancer> {
    /// `DNSName`: where clients reach it.
    #[must_use]
    pub fn dns_name(&self) -> Output<String> {
        self.output("DNSName")
    }

    /// `CanonicalHostedZoneID`: the hosted zone of its DNS name, for alias records.
    #[must_use]
    pub fn canonical_hosted_zone_id(&self) -> Output<String> {
        self.output("CanonicalHostedZoneID")
    }

    /// `LoadBalancerFullName`: `app/name/id`, as metrics name it.
    #[must_use]
    pub fn full_name(&self) -> Output<String> {
        self.output("LoadBalancerFullName")
    }

    /// `LoadBalancerName`.
    #[must_use]
    pub fn name(&self) -> Output<String> {
        self.output("LoadBalancerName")
    }
}

impl Resource for LoadBalancer {
    type Outputs = LoadBalancerOutputs;

    const SCHEMA: &'static Schema = &Schema {
        identifier: "LoadBalancerArn",
        outputs: &[
            "LoadBalancerArn",
            "DNSName",
            "CanonicalHostedZoneID",
            "LoadBalancerFullName",
            "LoadBalancerName",
        ],
        replaces: &["Name", "Type", "Scheme"],
        computed: &["Name"],
        name: Some(NameRule { not_first: &["internal-"], ..NameRule::new("Name", MAX_NAME_LEN) }),
        exclusive: &["Name"],
        resource_type: Some("elasticloadbalancing:loadbalancer"),
        named_by_arn: true,
        api: "elasticloadbalancing",
        timing: Timing::seconds(150, 5, 5),
        ..Schema::new(Kind::new("AWS::ElasticLoadBalancingV2::LoadBalancer"))
    };

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    /// `CreateLoadBalancer`, a `DescribeTags` to see that it made what it answers with, and a
    /// `ModifyLoadBalancerAttributes` for what differs from AWS's defaults; `SetSubnets`, `SetSecurityGroups`, `ModifyLoadBalancerAttributes`.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Create(it) => {
                2 + u32::from(it.attributes != LoadBalancerAttributes::default())
            }
            Operation::Update(from, to) => {
                u32::from(from.subnets != to.subnets)
                    + u32::from(from.security_groups != to.security_groups)
                    + u32::from(from.attributes != to.attributes)
                    + super::tag_calls(&from.tags, &to.tags)
            }
            Operation::Delete(_) => 1,
        }
    }
}

impl Scheme {
    /// AWS's word: `internet-facing`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Internal => "internal",
            Self::InternetFacing => "internet-facing",
        }
    }
}

impl DesyncMitigation {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Defensive => "defensive",
            Self::Monitor => "monitor",
            Self::Strictest => "strictest",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Defensive, Self::Monitor, Self::Strictest]
            .into_iter()
            .find(|mode| mode.as_str() == text)
    }
}

impl Default for LoadBalancerAttributes {
    fn default() -> Self {
        Self::builder().build()
    }
}

impl LoadBalancerAttributes {
    /// The attributes as AWS has them: key and value, sorted by key. `None` when the bucket of the
    /// logs is not known yet.
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

const LOGS_ENABLED: &str = "access_logs.s3.enabled";
const LOGS_BUCKET: &str = "access_logs.s3.bucket";
const LOGS_PREFIX: &str = "access_logs.s3.prefix";
const DELETION_PROTECTION: &str = "deletion_protection.enabled";
const IDLE_TIMEOUT: &str = "idle_timeout.timeout_seconds";
const DESYNC_MITIGATION: &str = "routing.http.desync_mitigation_mode";
const DROP_INVALID_HEADERS: &str = "routing.http.drop_invalid_header_fields.enabled";
const HTTP2: &str = "routing.http2.enabled";

impl From<LoadBalancerAttributes> for Vec<Attribute> {
    fn from(it: LoadBalancerAttributes) -> Self {
        let attributes = Attributes::default()
            .with(LOGS_ENABLED, it.access_logs.is_some())
            .with(DELETION_PROTECTION, it.deletion_protection)
            .with(IDLE_TIMEOUT, it.idle_timeout)
            .with(DESYNC_MITIGATION, it.desync_mitigation.as_str())
            .with(DROP_INVALID_HEADERS, it.drop_invalid_header_fields)
            .with(HTTP2, it.http2);
        match it.access_logs {
            Some(logs) => attributes
                .with_input(LOGS_BUCKET, logs.bucket)
                .with(LOGS_PREFIX, logs.prefix.as_deref().unwrap_or_default()),
            None => attributes,
        }
        .into()
    }
}

impl TryFrom<Attributes> for LoadBalancerAttributes {
    type Error = AttributeError;

    fn try_from(attributes: Attributes) -> Result<Self, Self::Error> {
        let bucket = attributes.flag(LOGS_ENABLED, false)?.then(|| attributes.input(LOGS_BUCKET));
        let prefix = attributes.parsed(LOGS_PREFIX, None, |text| Some(Some(text.to_owned())))?;
        Ok(Self {
            access_logs: bucket
                .flatten()
                .map(|bucket| AccessLogs { bucket: bucket.clone(), prefix }),
            deletion_protection: attributes.flag(DELETION_PROTECTION, false)?,
            desync_mitigation: attributes.parsed(
                DESYNC_MITIGATION,
                DesyncMitigation::default(),
                DesyncMitigation::parse,
            )?,
            drop_invalid_header_fields: attributes.flag(DROP_INVALID_HEADERS, false)?,
            http2: attributes.flag(HTTP2, true)?,
            idle_timeout: attributes
                .parsed(IDLE_TIMEOUT, DEFAULT_IDLE_TIMEOUT, |text| text.parse().ok())?,
        })
    }
}

impl TryFrom<Vec<Attribute>> for LoadBalancerAttributes {
    type Error = AttributeError;

    fn try_from(list: Vec<Attribute>) -> Result<Self, Self::Error> {
        Attributes::from(list).try_into()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::{id::ResourceId, resource::properties_of};

    fn with(attributes: LoadBalancerAttributes) -> LoadBalancer {
        LoadBalancer::builder()
            .name("front".parse().unwrap())
            .subnets([Ref::existing("subnet-b"), Ref::existing("subnet-a")])
            .security_groups([Ref::existing("sg-1")])
            .attributes(attributes)
            .build()
    }

    #[test]
    fn it_has_the_shape_of_cloudformation() {
        let logs = AccessLogs::builder().bucket("logs").prefix("alb").build();
        let it = with(LoadBalancerAttributes::builder().access_logs(logs).http2(false).build());
        let expected = json!({
            "Name": "front",
            "Scheme": "internet-facing",
            "Type": "application",
            "Subnets": ["subnet-a", "subnet-b"],
            "SecurityGroups": ["sg-1"],
            "LoadBalancerAttributes": [
                {"Key": "access_logs.s3.bucket", "Value": "logs"},
                {"Key": "access_logs.s3.enabled", "Value": "true"},
                {"Key": "access_logs.s3.prefix", "Value": "alb"},
                {"Key": "deletion_protection.enabled", "Value": "false"},
                {"Key": "idle_timeout.timeout_seconds", "Value": "60"},
                {"Key": "routing.http.desync_mitigation_mode", "Value": "defensive"},
                {"Key": "routing.http.drop_invalid_header_fields.enabled", "Value": "false"},
                {"Key": "routing.http2.enabled", "Value": "false"},
            ],
            "Tags": [],
        });
        let tree = Value::Object(properties_of(&it));
        assert_eq!(tree, expected);
        assert_eq!(serde_json::from_value::<LoadBalancer>(tree).unwrap(), it);
    }

    #[test]
    fn the_bucket_may_be_an_output() {
        let reference = Ref::<LoadBalancer>::managed(ResourceId::new("bucket").unwrap());
        let bucket: Input<String> = reference.name().into();
        let logs = AccessLogs::builder().bucket(bucket).build();
        let it = with(LoadBalancerAttributes::builder().access_logs(logs).build());
        let tree = Value::Object(properties_of(&it));
        assert_eq!(serde_json::from_value::<LoadBalancer>(tree).unwrap(), it);
    }

    #[test]
    fn attributes_of_aws_are_read_with_its_defaults() {
        let read = |pairs: &[(&'static str, &'static str)]| {
            LoadBalancerAttributes::from_pairs(pairs.iter().copied())
        };
        let defaults = [
            ("access_logs.s3.enabled", "false"),
            ("access_logs.s3.bucket", ""),
            ("waf.fail_open.enabled", "false"),
        ];
        assert_eq!(read(&defaults), Ok(LoadBalancerAttributes::default()));
        let error = read(&[("idle_timeout.timeout_seconds", "0")]).unwrap_err();
        assert_eq!(error.to_string(), "the attribute `idle_timeout.timeout_seconds` cannot be `0`");
    }
}
