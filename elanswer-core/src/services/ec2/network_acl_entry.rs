//! `AWS::EC2::NetworkAclEntry`.

use std::fmt;

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::{Direction, Icmp, NetworkAcl, Ports, Protocol};
use crate::{
    bounded::Bounded,
    cidr::Cidr,
    reference::Ref,
    resource::{Operation, Resource},
    schema::{Kind, Schema},
};

/// One line of a network ACL: whether this traffic may cross the border of the subnets.
///
/// AWS: [`AWS::EC2::NetworkAclEntry`](https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html).
/// The entries of a direction are asked in the order of their numbers, and the first that matches
/// decides; what matches none is denied by a last one, `*`, that AWS makes. Not modelled: IPv6.
/// Quota: 20 per ACL and direction, the last one among them, which AWS raises to 40 at most.
///
/// ```
/// use elanswer_core::{
///     Ref, cidr,
///     services::ec2::{Direction, NetworkAclEntry, Ports, Protocol, RuleAction, RuleNumber},
/// };
///
/// let https = NetworkAclEntry::builder()
///     .network_acl(Ref::existing("acl-0123456789abcdef0"))
///     .direction(Direction::Ingress)
///     .rule_number(RuleNumber::of::<100>())
///     .protocol(Protocol::Tcp(Ports::one(443)))
///     .action(RuleAction::Allow)
///     .cidr_block(cidr!("0.0.0.0/0"))
///     .build();
/// assert_eq!(https.protocol.number(), 6);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(try_from = "Flat", into = "Flat")]
pub struct NetworkAclEntry {
    /// `NetworkAclId`. Changing it replaces the entry.
    #[builder(into)]
    pub network_acl: Ref<NetworkAcl>,
    /// `Egress`: whether it is about what leaves the subnets or what comes in. Changing it replaces
    /// the entry.
    pub direction: Direction,
    /// `RuleNumber`: its place in the order. Changing it replaces the entry.
    pub rule_number: RuleNumber,
    /// `Protocol`, `PortRange`, `Icmp`: the traffic, by the ports of who receives it.
    #[builder(into)]
    pub protocol: AclProtocol,
    /// `RuleAction`: what is done with it.
    pub action: RuleAction,
    /// `CidrBlock`: the addresses outside of the subnets that it comes from, or goes to.
    pub cidr_block: Cidr,
}

/// The place of an entry in the order; AWS keeps the numbers from 32767 on for itself.
pub type RuleNumber = Bounded<1, 32766>;

/// What an entry does with its traffic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RuleAction {
    /// `allow`.
    Allow,
    /// `deny`.
    Deny,
}

/// The traffic of an entry: `Protocol`, with what that protocol is divided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AclProtocol {
    /// -1: every protocol and every port.
    All,
    /// 1.
    Icmp(Icmp),
    /// 6, on these ports.
    Tcp(Ports),
    /// 17, on these ports.
    Udp(Ports),
    /// Another one, all of it.
    Other(ProtocolNumber),
}

/// The number that
/// [IANA](https://www.iana.org/assignments/protocol-numbers/protocol-numbers.xhtml) gives to a
/// protocol that has no ports and no types for network ACLs: none of ICMP, TCP and UDP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProtocolNumber(u8);

/// What AWS decides of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct NetworkAclEntryOutputs {
    /// `Id`: the ACL, the direction and the number with `|` between them, as AWS gives entries no
    /// name of their own.
    pub id: String,
}

/// Properties that are not those of an entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AclEntryError {
    /// Not a number of 0 to 255 or -1.
    #[error("`{0}` is no number of a protocol: -1, or 0 to 255")]
    Protocol(i32),
    /// TCP or UDP without a range of ports, or with one that is not of 0 to 65535.
    #[error("protocol {0} needs a range of ports: `PortRange`")]
    Ports(i32),
    /// ICMP without type and code, or with such that are not of 0 to 255 or -1.
    #[error("ICMP needs a type and a code: `Icmp`")]
    Icmp,
}

impl ProtocolNumber {
    /// The protocol of this number; `None` of ICMP, TCP and UDP, which have variants of
    /// [`AclProtocol`].
    #[must_use]
    pub const fn new(number: u8) -> Option<Self> {
        if matches!(number, 1 | 6 | 17) { None } else { Some(Self(number)) }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl AclProtocol {
    /// Reads the protocol that AWS writes so: its number, type and code of ICMP, first and last
    /// port. What AWS ignores is ignored: ports of other protocols than TCP and UDP.
    ///
    /// # Errors
    ///
    /// When they are not those of a protocol.
    pub fn parse(
        number: i32,
        icmp: Option<(i32, i32)>,
        ports: Option<(i32, i32)>,
    ) -> Result<Self, AclEntryError> {
        let of = |name, (from, to)| Protocol::parse(name, Some(from), Some(to)).ok();
        let parsed = match number {
            -1 => return Ok(Self::All),
            1 => {
                return icmp
                    .and_then(|icmp| of("icmp", icmp))
                    .map_or(Err(AclEntryError::Icmp), |it| Ok(it.into()));
            }
            6 => ports.and_then(|ports| of("tcp", ports)),
            17 => ports.and_then(|ports| of("udp", ports)),
            other => {
                let number = u8::try_from(other).ok().and_then(ProtocolNumber::new);
                return number.map(Self::Other).ok_or(AclEntryError::Protocol(other));
            }
        };
        parsed.map(Self::from).ok_or(AclEntryError::Ports(number))
    }

    /// Whether everything of `other` is part of it.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        match (self, other) {
            (Self::All, _) => true,
            (Self::Tcp(wide), Self::Tcp(narrow)) | (Self::Udp(wide), Self::Udp(narrow)) => {
                wide.contains(narrow)
            }
            (Self::Icmp(wide), Self::Icmp(narrow)) => match (wide, narrow) {
                (Icmp::All, _) => true,
                (Icmp::Type(wide), Icmp::Type(narrow) | Icmp::TypeCode(narrow, _)) => {
                    wide == narrow
                }
                (Icmp::TypeCode(kind, code), Icmp::TypeCode(other, other_code)) => {
                    kind == other && code == other_code
                }
                (Icmp::Type(_) | Icmp::TypeCode(..), _) => false,
            },
            (Self::Other(wide), Self::Other(narrow)) => wide.0 == narrow.0,
            _ => false,
        }
    }

    /// The answers to it, which an ACL must let through the other way: to ports from which is
    /// asked. `None` of messages that nobody answers.
    ///
    /// ```
    /// use elanswer_core::services::ec2::{AclProtocol, Ports};
    ///
    /// let https = AclProtocol::Tcp(Ports::one(443));
    /// assert_eq!(https.answers(), Some(AclProtocol::Tcp(Ports::EPHEMERAL)));
    /// ```
    #[must_use]
    pub const fn answers(self) -> Option<Self> {
        match self {
            Self::Tcp(_) => Some(Self::Tcp(Ports::EPHEMERAL)),
            Self::Udp(_) => Some(Self::Udp(Ports::EPHEMERAL)),
            // A ping has the type 8, its answer the type 0.
            Self::Icmp(Icmp::Type(8) | Icmp::TypeCode(8, _)) => Some(Self::Icmp(Icmp::Type(0))),
            Self::Icmp(Icmp::Type(_) | Icmp::TypeCode(..)) => None,
            Self::All | Self::Icmp(Icmp::All) | Self::Other(_) => Some(self),
        }
    }

    /// `Protocol`: the number of the protocol, or -1.
    #[must_use]
    pub const fn number(self) -> i32 {
        match self {
            Self::All => -1,
            Self::Icmp(_) => 1,
            Self::Tcp(_) => 6,
            Self::Udp(_) => 17,
            Self::Other(number) => number.0 as i32,
        }
    }

    /// `PortRange`, of TCP and UDP.
    #[must_use]
    pub const fn ports(self) -> Option<Ports> {
        match self {
            Self::Tcp(ports) | Self::Udp(ports) => Some(ports),
            Self::All | Self::Icmp(_) | Self::Other(_) => None,
        }
    }

    /// `Icmp`: type and code, of ICMP; -1 is every one.
    #[must_use]
    pub fn icmp(self) -> Option<(i32, i32)> {
        match self {
            Self::Icmp(icmp) => {
                let icmp = Protocol::Icmp(icmp);
                icmp.from_port().zip(icmp.to_port())
            }
            Self::All | Self::Tcp(_) | Self::Udp(_) | Self::Other(_) => None,
        }
    }
}

impl From<Protocol> for AclProtocol {
    fn from(protocol: Protocol) -> Self {
        match protocol {
            Protocol::All => Self::All,
            Protocol::Icmp(icmp) => Self::Icmp(icmp),
            Protocol::Tcp(ports) => Self::Tcp(ports),
            Protocol::Udp(ports) => Self::Udp(ports),
        }
    }
}

impl fmt::Display for AclProtocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::All => Protocol::All.fmt(f),
            Self::Icmp(icmp) => Protocol::Icmp(icmp).fmt(f),
            Self::Tcp(ports) => Protocol::Tcp(ports).fmt(f),
            Self::Udp(ports) => Protocol::Udp(ports).fmt(f),
            Self::Other(number) => write!(f, "protocol {}", number.0),
        }
    }
}

impl fmt::Display for RuleAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
        })
    }
}

impl NetworkAclEntryOutputs {
    /// The entry of this number and direction in this ACL.
    #[must_use]
    pub fn of(network_acl_id: &str, direction: Direction, rule_number: RuleNumber) -> Self {
        let direction = match direction {
            Direction::Egress => "egress",
            Direction::Ingress => "ingress",
        };
        Self { id: format!("{network_acl_id}|{direction}|{rule_number}") }
    }

    /// The ACL, the direction and the number in the identifier of an entry.
    #[must_use]
    pub fn parts(identifier: &str) -> Option<(&str, Direction, RuleNumber)> {
        let mut parts = identifier.splitn(3, '|');
        let acl = parts.next()?;
        let direction = match parts.next()? {
            "egress" => Direction::Egress,
            "ingress" => Direction::Ingress,
            _ => return None,
        };
        Some((acl, direction, parts.next()?.parse().ok()?))
    }
}

/// An entry in the form of CloudFormation.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Flat {
    #[serde(rename = "NetworkAclId")]
    network_acl: Ref<NetworkAcl>,
    egress: bool,
    rule_number: RuleNumber,
    protocol: i32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    icmp: Option<FlatIcmp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    port_range: Option<FlatPorts>,
    rule_action: RuleAction,
    cidr_block: Cidr,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct FlatIcmp {
    code: i32,
    r#type: i32,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct FlatPorts {
    from: i32,
    to: i32,
}

impl From<NetworkAclEntry> for Flat {
    fn from(entry: NetworkAclEntry) -> Self {
        let NetworkAclEntry { network_acl, direction, rule_number, protocol, action, cidr_block } =
            entry;
        let ports = |ports: Ports| FlatPorts { from: ports.from().into(), to: ports.to().into() };
        Self {
            network_acl,
            egress: direction == Direction::Egress,
            rule_number,
            protocol: protocol.number(),
            icmp: protocol.icmp().map(|(r#type, code)| FlatIcmp { code, r#type }),
            port_range: protocol.ports().map(ports),
            rule_action: action,
            cidr_block,
        }
    }
}

impl TryFrom<Flat> for NetworkAclEntry {
    type Error = AclEntryError;

    fn try_from(flat: Flat) -> Result<Self, AclEntryError> {
        let icmp = flat.icmp.map(|icmp| (icmp.r#type, icmp.code));
        let ports = flat.port_range.map(|ports| (ports.from, ports.to));
        Ok(Self {
            network_acl: flat.network_acl,
            direction: if flat.egress { Direction::Egress } else { Direction::Ingress },
            rule_number: flat.rule_number,
            protocol: AclProtocol::parse(flat.protocol, icmp, ports)?,
            action: flat.rule_action,
            cidr_block: flat.cidr_block,
        })
    }
}

impl Resource for NetworkAclEntry {
    type Outputs = NetworkAclEntryOutputs;

    const SCHEMA: &'static Schema = &Schema {
        identifier: "Id",
        outputs: &["Id"],
        replaces: &["NetworkAclId", "Egress", "RuleNumber"],
        exclusive: &["NetworkAclId", "Egress", "RuleNumber"],
        api: "ec2",
        ..Schema::new(Kind::new("AWS::EC2::NetworkAclEntry"))
    };

    /// `CreateNetworkAclEntry`, `ReplaceNetworkAclEntry`, `DeleteNetworkAclEntry`.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Update(from, to) => u32::from(from != to),
            Operation::Create(_) | Operation::Delete(_) => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn entry(direction: Direction, protocol: impl Into<AclProtocol>) -> NetworkAclEntry {
        NetworkAclEntry::builder()
            .network_acl(Ref::existing("acl-1"))
            .direction(direction)
            .rule_number(RuleNumber::of::<100>())
            .protocol(protocol)
            .action(RuleAction::Allow)
            .cidr_block(Cidr::ANY)
            .build()
    }

    #[test]
    fn has_the_shape_of_cloudformation() {
        let shape = |protocol: i32, egress: bool, more: serde_json::Value| {
            let mut tree = json!({
                "NetworkAclId": "acl-1", "Egress": egress, "RuleNumber": 100,
                "Protocol": protocol, "RuleAction": "allow", "CidrBlock": "0.0.0.0/0",
            });
            tree.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            tree
        };
        let ports = Ports::range(80, 90).unwrap();
        let gre = AclProtocol::Other(ProtocolNumber::new(47).unwrap());
        for (entry, shape) in [
            (entry(Direction::Egress, AclProtocol::All), shape(-1, true, json!({}))),
            (
                entry(Direction::Ingress, AclProtocol::Tcp(ports)),
                shape(6, false, json!({ "PortRange": { "From": 80, "To": 90 } })),
            ),
            (
                entry(Direction::Ingress, AclProtocol::Icmp(Icmp::Type(8))),
                shape(1, false, json!({ "Icmp": { "Code": -1, "Type": 8 } })),
            ),
            (entry(Direction::Egress, gre), shape(47, true, json!({}))),
        ] {
            assert_eq!(serde_json::to_value(&entry).unwrap(), shape);
            assert_eq!(serde_json::from_value::<NetworkAclEntry>(shape).unwrap(), entry);
        }
    }

    #[test]
    fn ports_and_types_belong_to_their_protocols() {
        for (number, icmp, ports, error) in [
            (6, None, None, AclEntryError::Ports(6)),
            (17, None, Some((2, 1)), AclEntryError::Ports(17)),
            (6, None, Some((0, 65536)), AclEntryError::Ports(6)),
            (1, None, Some((1, 2)), AclEntryError::Icmp),
            (1, Some((256, -1)), None, AclEntryError::Icmp),
            (256, None, None, AclEntryError::Protocol(256)),
            (-2, None, None, AclEntryError::Protocol(-2)),
        ] {
            assert_eq!(AclProtocol::parse(number, icmp, ports), Err(error));
        }
        assert_eq!(AclProtocol::parse(-1, None, Some((0, 0))), Ok(AclProtocol::All));
        assert!([1, 6, 17].iter().all(|number| ProtocolNumber::new(*number).is_none()));
    }

    #[test]
    fn what_contains_what() {
        let tcp = |from, to| AclProtocol::Tcp(Ports::range(from, to).unwrap());
        let icmp = AclProtocol::Icmp;
        for (wide, narrow) in [
            (AclProtocol::All, icmp(Icmp::All)),
            (tcp(1, 9), tcp(2, 9)),
            (icmp(Icmp::All), icmp(Icmp::TypeCode(3, 4))),
            (icmp(Icmp::Type(3)), icmp(Icmp::TypeCode(3, 4))),
        ] {
            assert!(wide.contains(narrow) && wide.contains(wide), "{wide} {narrow}");
            assert!(!narrow.contains(wide), "{narrow} {wide}");
        }
        let udp = AclProtocol::Udp(Ports::ALL);
        assert!(!udp.contains(tcp(1, 1)) && !tcp(1, 1).contains(udp));
        assert!(!icmp(Icmp::TypeCode(3, 4)).contains(icmp(Icmp::TypeCode(3, 5))));
        assert_eq!(icmp(Icmp::Type(8)).answers(), Some(icmp(Icmp::Type(0))));
        assert_eq!(icmp(Icmp::TypeCode(3, 4)).answers(), None);
    }

    #[test]
    fn the_identifier_names_acl_direction_and_number() {
        for (direction, id) in
            [(Direction::Egress, "acl-1|egress|100"), (Direction::Ingress, "acl-1|ingress|100")]
        {
            let number = RuleNumber::of::<100>();
            assert_eq!(NetworkAclEntryOutputs::of("acl-1", direction, number).id, id);
            assert_eq!(NetworkAclEntryOutputs::parts(id), Some(("acl-1", direction, number)));
        }
        for wrong in ["acl-1", "acl-1|100", "acl-1|up|100", "acl-1|egress|32767"] {
            assert_eq!(NetworkAclEntryOutputs::parts(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn every_protocol_parses_back(which in 0..5, a: u16, b: u16, kind: u8, code: u8) {
            let ports = Ports::range(a.min(b), a.max(b)).unwrap();
            let protocol = match which {
                0 => AclProtocol::All,
                1 => AclProtocol::Icmp(Icmp::TypeCode(kind, code)),
                2 => AclProtocol::Tcp(ports),
                3 => AclProtocol::Udp(ports),
                _ => ProtocolNumber::new(kind).map_or(AclProtocol::Icmp(Icmp::All), AclProtocol::Other),
            };
            let ports = protocol.ports().map(|ports| (ports.from().into(), ports.to().into()));
            let parsed = AclProtocol::parse(protocol.number(), protocol.icmp(), ports);
            prop_assert_eq!(parsed, Ok(protocol));
        }
    }
}
