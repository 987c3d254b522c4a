//! `AWS::EC2::FlowLog`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::{Subnet, Vpc};
use crate::{
    reference::{Input, Ref},
    resource::{Operation, Resource},
    schema::{Kind, Schema},
    services::logs::LogGroup,
    tags::Tags,
    text::text,
};

/// A record of who talked to whom: the IP traffic of a VPC or a subnet.
///
/// AWS: [`AWS::EC2::FlowLog`](https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html).
/// Everything but the tags replaces it. A source has one flow log to the same destination: what
/// keeps both deletes the old one first, and a moment of traffic goes unrecorded.
/// Not modelled: network interfaces and transit gateways, Firehose, the file options of S3.
///
/// ```
/// use elanswer_core::{
///     Architecture, Region, cidr,
///     services::{
///         ec2::{FlowLog, FlowLogDestination, Vpc},
///         iam::{Role, Service},
///         logs::LogGroup,
///     },
/// };
///
/// let mut arch = Architecture::new("shop", Region::UsEast1);
/// let vpc = arch.resource("vpc", Vpc::new(cidr!("10.0.0.0/16")));
/// let role = arch.resource("role", Role::assumed_by(Service::VpcFlowLogs));
/// let logs = arch.resource("logs", LogGroup::default());
/// let destination = FlowLogDestination::log_group(&logs, role.arn());
/// arch.resource("flow-log", FlowLog::of_vpc(&vpc, destination));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct FlowLog {
    /// `ResourceType` and `ResourceId`: whose traffic. Changing it replaces the flow log.
    #[serde(flatten)]
    pub source: FlowLogSource,
    /// `TrafficType`: which traffic. Changing it replaces the flow log.
    #[builder(default)]
    #[serde(default)]
    pub traffic_type: TrafficType,
    /// `LogDestinationType` and what belongs to it: where the records go. Changing it replaces
    /// the flow log.
    #[serde(flatten)]
    pub destination: FlowLogDestination,
    /// `LogFormat`: the fields of a record. AWS's default: the fourteen of version 2. Changing it
    /// replaces the flow log.
    #[builder(default)]
    #[serde(default)]
    pub log_format: LogFormat,
    /// `MaxAggregationInterval`: the longest time that one record covers. Changing it replaces the
    /// flow log.
    #[builder(default)]
    #[serde(default)]
    pub max_aggregation_interval: AggregationInterval,
    /// `Tags`.
    #[builder(default)]
    #[serde(default)]
    pub tags: Tags,
}

/// Whose traffic a flow log records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ResourceType", content = "ResourceId")]
#[non_exhaustive]
pub enum FlowLogSource {
    /// `VPC`: of everything in a VPC.
    #[serde(rename = "VPC")]
    Vpc(Ref<Vpc>),
    /// `Subnet`: of everything in a subnet.
    Subnet(Ref<Subnet>),
}

/// Where the records of a flow log go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "LogDestinationType")]
#[non_exhaustive]
pub enum FlowLogDestination {
    /// `cloud-watch-logs`.
    #[serde(rename = "cloud-watch-logs", rename_all = "PascalCase")]
    LogGroup {
        /// `LogGroupName`.
        #[serde(rename = "LogGroupName")]
        log_group: Ref<LogGroup>,
        /// `DeliverLogsPermissionArn`: the role that writes there; it trusts
        /// [`VpcFlowLogs`](crate::services::iam::Service::VpcFlowLogs).
        deliver_logs_permission_arn: Input<String>,
    },
    /// `s3`: into a bucket, whose policy lets AWS write.
    #[serde(rename = "s3", rename_all = "PascalCase")]
    S3 {
        /// `LogDestination`: the ARN of the bucket, with a folder if it is not the top.
        log_destination: Input<String>,
    },
}

/// Which traffic a flow log records.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum TrafficType {
    /// `ACCEPT`: what was let through.
    Accept,
    /// `ALL`.
    #[default]
    All,
    /// `REJECT`: what was not.
    Reject,
}

/// The longest time that one record of a flow log covers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub enum AggregationInterval {
    /// 60 seconds.
    Minute,
    /// 600 seconds: AWS's default.
    #[default]
    TenMinutes,
}

text! {
    /// The fields of a record, in order.
    ///
    /// Source: <https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html>.
    LogFormat: "a format of flow logs",
    "fields such as `${srcaddr}` with a space between them",
    is_format
}

/// Names of lower-case letters, digits and hyphens in `${…}`, with one space between them.
const fn is_format(text: &str) -> bool {
    let mut rest = text.as_bytes();
    loop {
        let [b'$', b'{', first, tail @ ..] = rest else { return false };
        if !first.is_ascii_lowercase() {
            return false;
        }
        rest = tail;
        while let [byte, tail @ ..] = rest {
            if !(byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-') {
                break;
            }
            rest = tail;
        }
        match rest {
            [b'}'] => return true,
            [b'}', b' ', tail @ ..] => rest = tail,
            _ => return false,
        }
    }
}

/// What AWS decides of a flow log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct FlowLogOutputs {
    /// `Id`: `fl-` and hexadecimal digits.
    pub id: String,
}

impl FlowLog {
    /// All traffic of a VPC.
    pub fn of_vpc(vpc: impl Into<Ref<Vpc>>, destination: FlowLogDestination) -> Self {
        Self::builder().source(FlowLogSource::Vpc(vpc.into())).destination(destination).build()
    }

    /// All traffic of a subnet.
    pub fn of_subnet(subnet: impl Into<Ref<Subnet>>, destination: FlowLogDestination) -> Self {
        let source = FlowLogSource::Subnet(subnet.into());
        Self::builder().source(source).destination(destination).build()
    }
}

impl FlowLogDestination {
    /// A log group that the role of this ARN writes to.
    pub fn log_group(group: impl Into<Ref<LogGroup>>, role: impl Into<Input<String>>) -> Self {
        Self::LogGroup { log_group: group.into(), deliver_logs_permission_arn: role.into() }
    }

    /// The bucket of this ARN.
    pub fn s3(bucket: impl Into<Input<String>>) -> Self {
        Self::S3 { log_destination: bucket.into() }
    }
}

impl Default for LogFormat {
    fn default() -> Self {
        Self::literal(
            "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${packets} ${bytes} ${start} ${end} ${action} ${log-status}",
        )
    }
}

impl AggregationInterval {
    /// The seconds.
    #[must_use]
    pub const fn seconds(self) -> u32 {
        match self {
            Self::Minute => 60,
            Self::TenMinutes => 600,
        }
    }
}

/// A time that no record of a flow log may cover.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a record of a flow log covers 60 or 600 seconds, not {seconds}")]
pub struct AggregationIntervalError {
    seconds: u32,
}

impl TryFrom<u32> for AggregationInterval {
    type Error = AggregationIntervalError;

    fn try_from(seconds: u32) -> Result<Self, Self::Error> {
        match seconds {
            60 => Ok(Self::Minute),
            600 => Ok(Self::TenMinutes),
            _ => Err(AggregationIntervalError { seconds }),
        }
    }
}

impl From<AggregationInterval> for u32 {
    fn from(interval: AggregationInterval) -> Self {
        interval.seconds()
    }
}

impl Resource for FlowLog {
    type Outputs = FlowLogOutputs;

    const SCHEMA: &'static Schema = &Schema {
        replaces: &[
            "DeliverLogsPermissionArn",
            "LogDestination",
            "LogDestinationType",
            "LogFormat",
            "LogGroupName",
            "MaxAggregationInterval",
            "ResourceId",
            "ResourceType",
            "TrafficType",
        ],
        exclusive: &["LogDestination", "LogGroupName", "ResourceId"],
        resource_type: Some("ec2:vpc-flow-log"),
        api: "ec2",
        ..Schema::new(Kind::new("AWS::EC2::FlowLog"))
    };

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    /// `CreateFlowLogs`, `DeleteFlowLogs`.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Update(from, to) => super::tag_calls(&from.tags, &to.tags),
            Operation::Create(_) | Operation::Delete(_) => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::resource::properties_of;

    #[test]
    fn has_the_shape_of_cloudformation() {
        let role = "arn:aws:iam::123456789012:role/r";
        let destination = FlowLogDestination::log_group(Ref::existing("g"), role);
        let log = FlowLog::of_vpc(Ref::existing("vpc-1"), destination);
        let tree = json!({
            "ResourceType": "VPC",
            "ResourceId": "vpc-1",
            "TrafficType": "ALL",
            "LogDestinationType": "cloud-watch-logs",
            "LogGroupName": "g",
            "DeliverLogsPermissionArn": role,
            "LogFormat": LogFormat::default().as_str(),
            "MaxAggregationInterval": 600,
            "Tags": [],
        });
        assert_eq!(serde_json::Value::Object(properties_of(&log)), tree);
        assert_eq!(serde_json::from_value::<FlowLog>(tree).unwrap(), log);

        let bucket = FlowLogDestination::s3("arn:aws:s3:::b/flows/");
        let log = FlowLog::of_subnet(Ref::existing("subnet-1"), bucket);
        let tree = serde_json::Value::Object(properties_of(&log));
        assert_eq!(tree["ResourceType"], "Subnet");
        assert_eq!(tree["LogDestination"], "arn:aws:s3:::b/flows/");
        assert_eq!(serde_json::from_value::<FlowLog>(tree).unwrap(), log);
    }

    #[test]
    fn a_format_is_a_list_of_fields() {
        for good in ["${srcaddr}", "${srcaddr} ${pkt-dst-aws-service}"] {
            assert!(LogFormat::new(good).is_ok(), "{good}");
        }
        for bad in ["", "srcaddr", "${srcaddr}${dstaddr}", "${srcaddr} ", "${}", "${Srcaddr}"] {
            assert!(LogFormat::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_record_covers_one_or_ten_minutes() {
        for interval in [AggregationInterval::Minute, AggregationInterval::TenMinutes] {
            assert_eq!(AggregationInterval::try_from(interval.seconds()), Ok(interval));
        }
        assert!(AggregationInterval::try_from(120).is_err());
    }
}
