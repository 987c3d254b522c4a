//! `AWS::EC2::SecurityGroupIngress` and `AWS::EC2::SecurityGroupEgress`.

use std::fmt;

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::{Description, SecurityGroup};
use crate::{
    cidr::Cidr,
    reference::Ref,
    resource::{Operation, Resource},
    schema::{Kind, Schema},
};

/// Traffic that a security group lets in.
///
/// AWS: [`AWS::EC2::SecurityGroupIngress`](https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html).
/// AWS allows the same protocol, ports and source only once in a group. Not modelled: IPv6 ranges
/// and prefix lists. Quota: 60 per group.
///
/// ```
/// use elanswer_core::{
///     Ref, cidr,
///     services::ec2::{Ports, Protocol, SecurityGroupIngress},
/// };
///
/// let https = SecurityGroupIngress::builder()
///     .group(Ref::existing("sg-0123456789abcdef0"))
///     .protocol(Protocol::Tcp(Ports::one(443)))
///     .peer(cidr!("0.0.0.0/0"))
///     .build();
/// assert_eq!(https.protocol.to_string(), "tcp 443");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(try_from = "Flat", into = "Flat")]
pub struct SecurityGroupIngress {
    /// `GroupId`: the group that lets the traffic in. Changing it replaces the rule.
    #[builder(into)]
    pub group: Ref<SecurityGroup>,
    /// `IpProtocol`, `FromPort`, `ToPort`: the traffic. Changing it replaces the rule.
    pub protocol: Protocol,
    /// `CidrIp` or `SourceSecurityGroupId`: where it comes from. Changing it replaces the rule.
    #[builder(into)]
    pub peer: Peer,
    /// `Description`: what the rule is for. AWS's default: none.
    pub description: Option<Description>,
}

/// Traffic that a security group lets out.
///
/// AWS: [`AWS::EC2::SecurityGroupEgress`](https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html).
/// AWS allows the same protocol, ports and destination only once in a group. Not modelled: IPv6
/// ranges and prefix lists. Quota: 60 per group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(try_from = "Flat", into = "Flat")]
pub struct SecurityGroupEgress {
    /// `GroupId`: the group that lets the traffic out. Changing it replaces the rule.
    #[builder(into)]
    pub group: Ref<SecurityGroup>,
    /// `IpProtocol`, `FromPort`, `ToPort`: the traffic. Changing it replaces the rule.
    pub protocol: Protocol,
    /// `CidrIp` or `DestinationSecurityGroupId`: where it goes. Changing it replaces the rule.
    #[builder(into)]
    pub peer: Peer,
    /// `Description`: what the rule is for. AWS's default: none.
    pub description: Option<Description>,
}

/// What AWS decides of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SecurityGroupRuleOutputs {
    /// `Id`: the id of the security group rule, `sgr-` and hexadecimal digits.
    pub id: String,
}

/// What the rules of both directions have in common.
pub trait SecurityGroupRule: Resource<Outputs = SecurityGroupRuleOutputs> {
    /// Which way its traffic goes.
    const DIRECTION: Direction;

    /// A rule of these parts.
    fn from_parts(
        group: Ref<SecurityGroup>,
        protocol: Protocol,
        peer: Peer,
        description: Option<Description>,
    ) -> Self;

    /// The group whose rule it is.
    fn group(&self) -> &Ref<SecurityGroup>;

    /// The traffic.
    fn protocol(&self) -> Protocol;

    /// The other end.
    fn peer(&self) -> &Peer;

    /// What it is for.
    fn description(&self) -> Option<&Description>;

    /// Whether AWS takes the two for the same rule: only their descriptions may differ.
    fn same_as(&self, other: &Self) -> bool {
        self.group() == other.group()
            && self.protocol() == other.protocol()
            && self.peer() == other.peer()
    }
}

/// Which way the traffic of a rule goes, seen from the group, or of an entry, seen from the subnet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// Out of it.
    Egress,
    /// Into it.
    Ingress,
}

/// The other end of a rule's traffic.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Peer {
    /// `CidrIp`: these addresses.
    Cidr(Cidr),
    /// `SourceSecurityGroupId` or `DestinationSecurityGroupId`: whatever has this group. It may be
    /// the rule's own.
    Group(Ref<SecurityGroup>),
}

/// The traffic of a rule: `IpProtocol`, with what that protocol is divided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    /// `-1`: every protocol and every port.
    All,
    /// `icmp`.
    Icmp(Icmp),
    /// `tcp`, on these ports.
    Tcp(Ports),
    /// `udp`, on these ports.
    Udp(Ports),
}

/// ICMP messages, by the numbers of
/// [IANA](https://www.iana.org/assignments/icmp-parameters/icmp-parameters.xhtml).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Icmp {
    /// Every message.
    All,
    /// The messages of one type, whatever their code: 8 is a ping.
    Type(u8),
    /// The messages of one type and code: 3 and 4 is what path MTU discovery needs.
    TypeCode(u8, u8),
}

/// A range of ports: `FromPort` to `ToPort`, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ports {
    from: u16,
    to: u16,
}

/// Properties that are not those of a rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RuleError {
    /// Not exactly one of a range of addresses and a group, or a group of the wrong direction.
    #[error("a rule needs exactly one of a range of addresses and a security group")]
    Peer,
    /// Ports that are not a range of 0 to 65535, or ICMP numbers that are not of 0 to 255 or -1.
    #[error("`{from:?}` to `{to:?}` are not ports of protocol `{protocol}`")]
    Ports {
        /// `IpProtocol`.
        protocol: String,
        /// `FromPort`.
        from: Option<i32>,
        /// `ToPort`.
        to: Option<i32>,
    },
    /// A protocol other than `tcp`, `udp`, `icmp` and `-1`.
    #[error("elanswer does not know the protocol `{0}`: use `tcp`, `udp`, `icmp` or `-1`")]
    Protocol(String),
}

impl Ports {
    /// Every port: 0 to 65535.
    pub const ALL: Self = Self { from: 0, to: u16::MAX };

    /// The ports that whoever asks may ask from, and to which the answers go: 1024 to 65535. NAT
    /// gateways and load balancers use all of them.
    pub const EPHEMERAL: Self = Self { from: 1024, to: u16::MAX };

    /// One port.
    #[must_use]
    pub const fn one(port: u16) -> Self {
        Self { from: port, to: port }
    }

    /// The ports of `from` to `to`, both included; `None` when `from` is the larger.
    ///
    /// ```
    /// use elanswer_core::services::ec2::Ports;
    ///
    /// const EPHEMERAL: Ports = Ports::range(1024, 65535).unwrap();
    /// assert!(EPHEMERAL.contains(Ports::one(8080)));
    /// assert_eq!(Ports::range(2, 1), None);
    /// ```
    #[must_use]
    pub const fn range(from: u16, to: u16) -> Option<Self> {
        if from <= to { Some(Self { from, to }) } else { None }
    }

    /// The first port.
    #[must_use]
    pub const fn from(self) -> u16 {
        self.from
    }

    /// The last port.
    #[must_use]
    pub const fn to(self) -> u16 {
        self.to
    }

    /// Whether every port of `other` is among them.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.from <= other.from && other.to <= self.to
    }
}

impl Protocol {
    /// Reads the protocol that AWS writes so. What AWS ignores is ignored: ports of `-1`.
    ///
    /// # Errors
    ///
    /// When elanswer does not know the protocol, or the ports are not its.
    pub fn parse(
        ip_protocol: &str,
        from_port: Option<i32>,
        to_port: Option<i32>,
    ) -> Result<Self, RuleError> {
        let protocol = match ip_protocol {
            "-1" => Some(Self::All),
            "icmp" => match (from_port, to_port) {
                (None | Some(-1), None | Some(-1)) => Some(Icmp::All),
                (Some(kind), None | Some(-1)) => u8::try_from(kind).ok().map(Icmp::Type),
                (kind, code) => number(kind).zip(number(code)).map(|(k, c)| Icmp::TypeCode(k, c)),
            }
            .map(Self::Icmp),
            "tcp" => ports(from_port, to_port).map(Self::Tcp),
            "udp" => ports(from_port, to_port).map(Self::Udp),
            other => return Err(RuleError::Protocol(other.to_owned())),
        };
        protocol.ok_or_else(|| RuleError::Ports {
            protocol: ip_protocol.to_owned(),
            from: from_port,
            to: to_port,
        })
    }

    /// `IpProtocol`.
    #[must_use]
    pub const fn ip_protocol(self) -> &'static str {
        match self {
            Self::All => "-1",
            Self::Icmp(_) => "icmp",
            Self::Tcp(_) => "tcp",
            Self::Udp(_) => "udp",
        }
    }

    /// `FromPort`: the first port, or the type of ICMP; -1 is every type.
    #[must_use]
    pub fn from_port(self) -> Option<i32> {
        match self {
            Self::All => None,
            Self::Icmp(Icmp::All) => Some(-1),
            Self::Icmp(Icmp::Type(kind) | Icmp::TypeCode(kind, _)) => Some(kind.into()),
            Self::Tcp(ports) | Self::Udp(ports) => Some(ports.from.into()),
        }
    }

    /// `ToPort`: the last port, or the code of ICMP; -1 is every code.
    #[must_use]
    pub fn to_port(self) -> Option<i32> {
        match self {
            Self::All => None,
            Self::Icmp(Icmp::All | Icmp::Type(_)) => Some(-1),
            Self::Icmp(Icmp::TypeCode(_, code)) => Some(code.into()),
            Self::Tcp(ports) | Self::Udp(ports) => Some(ports.to.into()),
        }
    }
}

fn number(value: Option<i32>) -> Option<u8> {
    value?.try_into().ok()
}

fn ports(from: Option<i32>, to: Option<i32>) -> Option<Ports> {
    Ports::range(from?.try_into().ok()?, to?.try_into().ok()?)
}

impl fmt::Display for Ports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.from == self.to {
            write!(f, "{}", self.from)
        } else {
            write!(f, "{}-{}", self.from, self.to)
        }
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all traffic"),
            Self::Icmp(Icmp::All) => f.write_str("icmp"),
            Self::Icmp(Icmp::Type(kind)) => write!(f, "icmp {kind}"),
            Self::Icmp(Icmp::TypeCode(kind, code)) => write!(f, "icmp {kind}/{code}"),
            Self::Tcp(ports) => write!(f, "tcp {ports}"),
            Self::Udp(ports) => write!(f, "udp {ports}"),
        }
    }
}

impl From<Cidr> for Peer {
    fn from(cidr: Cidr) -> Self {
        Self::Cidr(cidr)
    }
}

impl From<Ref<SecurityGroup>> for Peer {
    fn from(group: Ref<SecurityGroup>) -> Self {
        Self::Group(group)
    }
}

impl From<&Ref<SecurityGroup>> for Peer {
    fn from(group: &Ref<SecurityGroup>) -> Self {
        Self::Group(group.clone())
    }
}

/// A rule in the form of CloudFormation, for both directions.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Flat {
    #[serde(rename = "GroupId")]
    group: Ref<SecurityGroup>,
    ip_protocol: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from_port: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    to_port: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cidr_ip: Option<Cidr>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    source_security_group_id: Option<Ref<SecurityGroup>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    destination_security_group_id: Option<Ref<SecurityGroup>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<Description>,
}

impl Flat {
    fn of(rule: &impl SecurityGroupRule) -> Self {
        let (protocol, peer) = (rule.protocol(), rule.peer().clone());
        let mut flat = Self {
            group: rule.group().clone(),
            ip_protocol: protocol.ip_protocol().to_owned(),
            from_port: protocol.from_port(),
            to_port: protocol.to_port(),
            cidr_ip: None,
            source_security_group_id: None,
            destination_security_group_id: None,
            description: rule.description().cloned(),
        };
        match peer {
            Peer::Cidr(cidr) => flat.cidr_ip = Some(cidr),
            Peer::Group(group) => *flat.group_of(direction_of(rule)) = Some(group),
        }
        flat
    }

    const fn group_of(&mut self, direction: Direction) -> &mut Option<Ref<SecurityGroup>> {
        match direction {
            Direction::Egress => &mut self.destination_security_group_id,
            Direction::Ingress => &mut self.source_security_group_id,
        }
    }

    fn parse<R: SecurityGroupRule>(mut self) -> Result<R, RuleError> {
        let protocol = Protocol::parse(&self.ip_protocol, self.from_port, self.to_port)?;
        let group = self.group_of(R::DIRECTION).take();
        let elsewhere =
            self.source_security_group_id.is_some() || self.destination_security_group_id.is_some();
        let peer = match (self.cidr_ip, group) {
            (Some(cidr), None) if !elsewhere => Peer::Cidr(cidr),
            (None, Some(group)) if !elsewhere => Peer::Group(group),
            _ => return Err(RuleError::Peer),
        };
        Ok(R::from_parts(self.group, protocol, peer, self.description))
    }
}

const fn direction_of<R: SecurityGroupRule>(_: &R) -> Direction {
    R::DIRECTION
}

/// Both directions are one thing to elanswer; AWS has two kinds, two calls and two properties.
macro_rules! rule {
    ($rule:ident, $direction:ident, $kind:literal, $peer:literal) => {
        impl From<$rule> for Flat {
            fn from(rule: $rule) -> Self {
                Self::of(&rule)
            }
        }

        impl TryFrom<Flat> for $rule {
            type Error = RuleError;

            fn try_from(flat: Flat) -> Result<Self, Self::Error> {
                flat.parse()
            }
        }

        impl SecurityGroupRule for $rule {
            const DIRECTION: Direction = Direction::$direction;

            fn from_parts(
                group: Ref<SecurityGroup>,
                protocol: Protocol,
                peer: Peer,
                description: Option<Description>,
            ) -> Self {
                Self { group, protocol, peer, description }
            }

            fn group(&self) -> &Ref<SecurityGroup> {
                &self.group
            }

            fn protocol(&self) -> Protocol {
                self.protocol
            }

            fn peer(&self) -> &Peer {
                &self.peer
            }

            fn description(&self) -> Option<&Description> {
                self.description.as_ref()
            }
        }

        impl Resource for $rule {
            type Outputs = SecurityGroupRuleOutputs;

            const SCHEMA: &'static Schema = &Schema {
                identifier: "Id",
                outputs: &["Id"],
                replaces: &["CidrIp", $peer, "FromPort", "GroupId", "IpProtocol", "ToPort"],
                exclusive: &["CidrIp", $peer, "FromPort", "GroupId", "IpProtocol", "ToPort"],
                batch_by: Some("GroupId"),
                api: "ec2",
                ..Schema::new(Kind::new($kind))
            };

            /// `AuthorizeSecurityGroup…` and `RevokeSecurityGroup…`; a changed description takes an
            /// `UpdateSecurityGroupRuleDescriptions…`.
            fn calls(operation: &Operation<'_, Self>) -> u32 {
                match operation {
                    Operation::Update(from, to) => u32::from(from.description != to.description),
                    Operation::Create(_) | Operation::Delete(_) => 1,
                }
            }
        }
    };
}

rule!(SecurityGroupEgress, Egress, "AWS::EC2::SecurityGroupEgress", "DestinationSecurityGroupId");
rule!(SecurityGroupIngress, Ingress, "AWS::EC2::SecurityGroupIngress", "SourceSecurityGroupId");

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::cidr;

    #[test]
    fn has_the_shape_of_cloudformation() {
        let rule = SecurityGroupIngress::builder()
            .group(Ref::existing("sg-1"))
            .protocol(Protocol::Tcp(Ports::range(80, 90).unwrap()))
            .peer(Ref::existing("sg-2"))
            .description(Description::literal("from the load balancer"))
            .build();
        let tree = json!({
            "GroupId": "sg-1",
            "IpProtocol": "tcp",
            "FromPort": 80,
            "ToPort": 90,
            "SourceSecurityGroupId": "sg-2",
            "Description": "from the load balancer",
        });
        assert_eq!(serde_json::to_value(&rule).unwrap(), tree);
        assert_eq!(serde_json::from_value::<SecurityGroupIngress>(tree).unwrap(), rule);

        let rule = SecurityGroupEgress::builder()
            .group(Ref::existing("sg-1"))
            .protocol(Protocol::All)
            .peer(Cidr::ANY)
            .build();
        let tree = json!({ "GroupId": "sg-1", "IpProtocol": "-1", "CidrIp": "0.0.0.0/0" });
        assert_eq!(serde_json::to_value(&rule).unwrap(), tree);
        assert_eq!(serde_json::from_value::<SecurityGroupEgress>(tree).unwrap(), rule);
    }

    #[test]
    fn a_rule_has_one_peer_of_its_direction() {
        for peers in [
            json!({}),
            json!({ "CidrIp": "10.0.0.0/8", "SourceSecurityGroupId": "sg-2" }),
            json!({ "DestinationSecurityGroupId": "sg-2" }),
            json!({ "CidrIp": "10.0.0.0/8", "DestinationSecurityGroupId": "sg-2" }),
        ] {
            let mut tree = json!({ "GroupId": "sg-1", "IpProtocol": "-1" });
            tree.as_object_mut().unwrap().extend(peers.as_object().unwrap().clone());
            assert!(serde_json::from_value::<SecurityGroupIngress>(tree).is_err(), "{peers}");
        }
    }

    #[test]
    fn rules_differ_by_everything_but_the_description() {
        let rule = |port, description| SecurityGroupIngress {
            group: Ref::existing("sg-1"),
            protocol: Protocol::Tcp(Ports::one(port)),
            peer: cidr!("10.0.0.0/8").into(),
            description,
        };
        let described = rule(80, Some(Description::literal("web")));
        assert!(described.same_as(&rule(80, None)));
        assert!(!described.same_as(&rule(81, None)));
    }

    #[test]
    fn parses_what_aws_writes() {
        assert_eq!(Protocol::parse("-1", Some(-1), Some(-1)), Ok(Protocol::All));
        assert_eq!(Protocol::parse("icmp", Some(-1), Some(-1)), Ok(Protocol::Icmp(Icmp::All)));
        assert_eq!(
            Protocol::parse("icmp", Some(3), Some(4)),
            Ok(Protocol::Icmp(Icmp::TypeCode(3, 4)))
        );
        assert_eq!(Protocol::parse("icmp", Some(8), Some(-1)), Ok(Protocol::Icmp(Icmp::Type(8))));
        assert_eq!(Protocol::parse("udp", Some(0), Some(65535)), Ok(Protocol::Udp(Ports::ALL)));
        for (protocol, from, to) in [
            ("tcp", Some(2), Some(1)),
            ("tcp", Some(-1), Some(-1)),
            ("tcp", Some(1), None),
            ("tcp", Some(0), Some(65536)),
            ("icmp", Some(256), Some(-1)),
            ("icmp", Some(-1), Some(0)),
            ("50", None, None),
        ] {
            assert!(Protocol::parse(protocol, from, to).is_err(), "{protocol} {from:?} {to:?}");
        }
    }

    proptest! {
        #[test]
        fn every_protocol_parses_back(which in 0..6, a: u16, b: u16, kind: u8, code: u8) {
            let ports = Ports::range(a.min(b), a.max(b)).unwrap();
            let protocol = match which {
                0 => Protocol::All,
                1 => Protocol::Icmp(Icmp::All),
                2 => Protocol::Icmp(Icmp::Type(kind)),
                3 => Protocol::Icmp(Icmp::TypeCode(kind, code)),
                4 => Protocol::Tcp(ports),
                _ => Protocol::Udp(ports),
            };
            let parsed =
                Protocol::parse(protocol.ip_protocol(), protocol.from_port(), protocol.to_port());
            prop_assert_eq!(parsed, Ok(protocol));
        }
    }
}
