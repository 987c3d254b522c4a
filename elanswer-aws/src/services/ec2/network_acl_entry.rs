//! `AWS::EC2::NetworkAclEntry` over the SDK.
//!
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkAclEntry.html>. An entry
//! is a part of the description of its ACL.

use std::collections::BTreeSet;

use async_trait::async_trait;
use aws_sdk_ec2::types;
use elanswer_core::{
    Handler, Place, Ref, Region,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::ec2::{
        AclProtocol, Direction, Icmp, NetworkAclEntry, NetworkAclEntryOutputs, RuleAction,
        RuleNumber,
    },
};

use super::{Found, SERVICE, failed, gone_is_fine, in_order, network_acl::existing};
use crate::{clients::Clients, error::missing};

/// Handles entries of network ACLs over the SDK.
#[derive(Debug)]
pub struct NetworkAclEntryHandler(Clients);

impl From<Clients> for NetworkAclEntryHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

/// What of an entry both calls take besides its ACL, direction and number.
struct Content {
    protocol: String,
    action: types::RuleAction,
    cidr_block: String,
    ports: Option<types::PortRange>,
    icmp: Option<types::IcmpTypeCode>,
}

impl Content {
    fn of(entry: &NetworkAclEntry) -> Self {
        let ports = entry.protocol.ports().map(|ports| {
            types::PortRange::builder().from(ports.from().into()).to(ports.to().into()).build()
        });
        let icmp = entry
            .protocol
            .icmp()
            .map(|(kind, code)| types::IcmpTypeCode::builder().r#type(kind).code(code).build());
        Self {
            protocol: entry.protocol.number().to_string(),
            action: match entry.action {
                RuleAction::Allow => types::RuleAction::Allow,
                RuleAction::Deny => types::RuleAction::Deny,
            },
            cidr_block: entry.cidr_block.to_string(),
            ports,
            icmp,
        }
    }
}

fn is_egress(entry: &NetworkAclEntry) -> bool {
    entry.direction == Direction::Egress
}

/// `RuleNumber` of a call.
fn number(entry: &NetworkAclEntry) -> Option<i32> {
    i32::try_from(entry.rule_number.get()).ok()
}

fn outputs(entry: &NetworkAclEntry) -> NetworkAclEntryOutputs {
    let acl_id = entry.network_acl.known().unwrap_or_default();
    NetworkAclEntryOutputs::of(acl_id, entry.direction, entry.rule_number)
}

/// An entry of an ACL; the last one, `*`, and those for IPv6 are none of ours.
fn observed(
    acl_id: &str,
    entry: &types::NetworkAclEntry,
) -> Option<(String, Result<Observed<NetworkAclEntry>, ExecError>)> {
    let number = u32::try_from(entry.rule_number()?).ok()?;
    let (number, cidr) = (RuleNumber::new(number).ok()?, entry.cidr_block()?);
    let direction = if entry.egress()? { Direction::Egress } else { Direction::Ingress };
    let outputs = NetworkAclEntryOutputs::of(acl_id, direction, number);
    let id = outputs.id.clone();
    let content = || {
        let lacks = |field| missing(SERVICE, "DescribeNetworkAcls", field);
        let protocol = entry.protocol().and_then(|text| text.parse().ok());
        let protocol: i32 = protocol.ok_or_else(|| lacks("Protocol"))?;
        let icmp = entry.icmp_type_code().and_then(|icmp| icmp.r#type().zip(icmp.code()));
        let ports = entry.port_range().and_then(|ports| ports.from().zip(ports.to()));
        // AWS always says which messages of ICMP; not every server does.
        let unread = protocol == AclProtocol::Icmp(Icmp::All).number() && icmp.is_none();
        let protocol = if unread {
            AclProtocol::Icmp(Icmp::All)
        } else {
            AclProtocol::parse(protocol, icmp, ports).map_err(|_| lacks("PortRange"))?
        };
        let resource = NetworkAclEntry::builder()
            .network_acl(Ref::existing(acl_id))
            .direction(direction)
            .rule_number(number)
            .protocol(protocol)
            .action(match entry.rule_action() {
                Some(types::RuleAction::Allow) => RuleAction::Allow,
                Some(types::RuleAction::Deny) => RuleAction::Deny,
                _ => return Err(lacks("RuleAction")),
            })
            .cidr_block(cidr.parse().map_err(|_| lacks("CidrBlock"))?)
            .build();
        Ok(Observed::ready(resource, outputs).unread_unless("Icmp", !unread))
    };
    Some((id, content()))
}

/// The entries of described ACLs.
fn entries(acls: &[types::NetworkAcl]) -> Found<NetworkAclEntry> {
    let of_acl = |acl: &types::NetworkAcl| {
        let acl_id = acl.network_acl_id().unwrap_or_default();
        acl.entries().iter().filter_map(|entry| observed(acl_id, entry)).collect::<Vec<_>>()
    };
    acls.iter().flat_map(of_acl).collect()
}

impl NetworkAclEntryHandler {
    async fn describe(
        &self,
        region: Region,
        acl_ids: BTreeSet<String>,
    ) -> Result<Found<NetworkAclEntry>, ExecError> {
        let acl_ids: Vec<String> = acl_ids.into_iter().collect();
        Ok(entries(&existing(&self.0, region, &acl_ids).await?))
    }
}

#[async_trait]
impl Handler<NetworkAclEntry> for NetworkAclEntryHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<NetworkAclEntry>>, ExecError>> {
        let acl_ids = identifiers
            .iter()
            .filter_map(|id| NetworkAclEntryOutputs::parts(id))
            .map(|(acl_id, ..)| acl_id.to_owned());
        in_order(identifiers, self.describe(place.region, acl_ids.collect()).await)
    }

    async fn create(
        &self,
        request: &Create<NetworkAclEntry>,
    ) -> Result<Observed<NetworkAclEntry>, ExecError> {
        let desired = &request.desired;
        let content = Content::of(desired);
        self.0
            .ec2(request.place.region)
            .create_network_acl_entry()
            .set_network_acl_id(desired.network_acl.known().map(str::to_owned))
            .egress(is_egress(desired))
            .set_rule_number(number(desired))
            .protocol(content.protocol)
            .rule_action(content.action)
            .cidr_block(content.cidr_block)
            .set_port_range(content.ports)
            .set_icmp_type_code(content.icmp)
            .send()
            .await
            .map_err(failed("CreateNetworkAclEntry"))?;
        Ok(Observed::ready(desired.clone(), outputs(desired)))
    }

    /// An entry has no tags: one of this content is taken for the one that was made.
    async fn find(
        &self,
        request: &Create<NetworkAclEntry>,
    ) -> Result<Option<Observed<NetworkAclEntry>>, ExecError> {
        let desired = &request.desired;
        let acl_ids = desired.network_acl.known().map(str::to_owned).into_iter().collect();
        let (wanted, found) =
            (outputs(desired).id, self.describe(request.place.region, acl_ids).await?);
        let found = found.into_iter().find(|(id, _)| *id == wanted);
        let found = found.map(|(_, entry)| entry).transpose()?;
        Ok(found.filter(|entry| entry.resource == *desired || !entry.unread.is_empty()))
    }

    async fn update(
        &self,
        request: &Update<NetworkAclEntry>,
    ) -> Result<Observed<NetworkAclEntry>, ExecError> {
        let desired = &request.desired;
        if request.current != *desired {
            let content = Content::of(desired);
            self.0
                .ec2(request.place.region)
                .replace_network_acl_entry()
                .set_network_acl_id(desired.network_acl.known().map(str::to_owned))
                .egress(is_egress(desired))
                .set_rule_number(number(desired))
                .protocol(content.protocol)
                .rule_action(content.action)
                .cidr_block(content.cidr_block)
                .set_port_range(content.ports)
                .set_icmp_type_code(content.icmp)
                .send()
                .await
                .map_err(failed("ReplaceNetworkAclEntry"))?;
        }
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<NetworkAclEntry>) -> Result<Deletion, ExecError> {
        let current = &request.current;
        let call = self.0.ec2(request.place.region).delete_network_acl_entry();
        let call = call
            .set_network_acl_id(current.network_acl.known().map(str::to_owned))
            .egress(is_egress(current))
            .set_rule_number(number(current));
        gone_is_fine(call.send().await.map_err(failed("DeleteNetworkAclEntry")))?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::{
        Cidr, cidr,
        services::ec2::{Ports, ProtocolNumber},
    };

    use super::*;

    fn entry(direction: Direction, protocol: AclProtocol, action: RuleAction) -> NetworkAclEntry {
        NetworkAclEntry::builder()
            .network_acl(Ref::existing("acl-1"))
            .direction(direction)
            .rule_number(RuleNumber::of::<100>())
            .protocol(protocol)
            .action(action)
            .cidr_block(cidr!("10.0.0.0/16"))
            .build()
    }

    /// What AWS would describe of an entry that was made so.
    fn described(entry: &NetworkAclEntry) -> types::NetworkAclEntry {
        let content = Content::of(entry);
        types::NetworkAclEntry::builder()
            .set_rule_number(number(entry))
            .egress(is_egress(entry))
            .protocol(content.protocol)
            .rule_action(content.action)
            .cidr_block(content.cidr_block)
            .set_port_range(content.ports)
            .set_icmp_type_code(content.icmp)
            .build()
    }

    #[test]
    fn what_is_sent_is_read_back() {
        let gre = ProtocolNumber::new(47).map(AclProtocol::Other).unwrap();
        for (protocol, number) in [
            (AclProtocol::All, "-1"),
            (AclProtocol::Icmp(Icmp::Type(8)), "1"),
            (AclProtocol::Icmp(Icmp::TypeCode(3, 4)), "1"),
            (AclProtocol::Tcp(Ports::one(443)), "6"),
            (AclProtocol::Udp(Ports::EPHEMERAL), "17"),
            (gre, "47"),
        ] {
            for direction in [Direction::Egress, Direction::Ingress] {
                let entry = entry(direction, protocol, RuleAction::Deny);
                let described = described(&entry);
                assert_eq!(described.protocol(), Some(number));
                let (id, found) = observed("acl-1", &described).unwrap();
                let found = found.unwrap();
                assert_eq!(found.resource, entry);
                assert_eq!((found.outputs.id, found.unread.len()), (id, 0));
            }
        }
    }

    #[test]
    fn the_last_entry_and_those_for_ipv6_are_left_out() {
        let allow = entry(Direction::Egress, AclProtocol::All, RuleAction::Allow);
        let last = types::NetworkAclEntry::builder()
            .rule_number(32767)
            .egress(true)
            .protocol("-1")
            .rule_action(types::RuleAction::Deny)
            .cidr_block(Cidr::ANY.to_string())
            .build();
        let ipv6 = types::NetworkAclEntry::builder()
            .rule_number(101)
            .egress(true)
            .protocol("-1")
            .rule_action(types::RuleAction::Allow)
            .ipv6_cidr_block("::/0")
            .build();
        let acl = types::NetworkAcl::builder()
            .network_acl_id("acl-1")
            .entries(described(&allow))
            .entries(last)
            .entries(ipv6)
            .build();
        let ids: Vec<String> = entries(&[acl]).into_iter().map(|(id, _)| id).collect();
        assert_eq!(ids, ["acl-1|egress|100"]);
    }

    #[test]
    fn messages_that_are_left_out_are_unread_and_ports_are_not() {
        let ping = entry(Direction::Egress, AclProtocol::Icmp(Icmp::Type(8)), RuleAction::Allow);
        let mut silent = described(&ping);
        silent.icmp_type_code = None;
        let (_, found) = observed("acl-1", &silent).unwrap();
        assert_eq!(found.unwrap().unread, ["Icmp"]);

        let https = entry(Direction::Egress, AclProtocol::Tcp(Ports::one(443)), RuleAction::Allow);
        let mut silent = described(&https);
        silent.port_range = None;
        let (_, found) = observed("acl-1", &silent).unwrap();
        assert!(found.unwrap_err().to_string().contains("PortRange"));
    }
}
