//! Amazon EC2: networks and what guards them.

pub use eip::{Eip, EipDomain, EipOutputs};
pub use endpoint_service::{GatewayService, GatewayServiceError, InterfaceService};
pub use flow_log::{
    AggregationInterval, AggregationIntervalError, FlowLog, FlowLogDestination, FlowLogOutputs,
    FlowLogSource, LogFormat, TrafficType,
};
pub use internet_gateway::{InternetGateway, InternetGatewayOutputs};
pub use nat_gateway::{NatGateway, NatGatewayOutputs};
pub use network_acl::{NetworkAcl, NetworkAclOutputs};
pub use network_acl_entry::{
    AclEntryError, AclProtocol, NetworkAclEntry, NetworkAclEntryOutputs, ProtocolNumber,
    RuleAction, RuleNumber,
};
pub use route::{Route, RouteOutputs, RouteTarget};
pub use route_table::{RouteTable, RouteTableOutputs};
pub use security_group::{Description, GroupName, SecurityGroup, SecurityGroupOutputs};
pub use security_group_rule::{
    Direction, Icmp, Peer, Ports, Protocol, RuleError, SecurityGroupEgress, SecurityGroupIngress,
    SecurityGroupRule, SecurityGroupRuleOutputs,
};
pub use subnet::{Subnet, SubnetOutputs};
pub use subnet_network_acl_association::{
    SubnetNetworkAclAssociation, SubnetNetworkAclAssociationOutputs,
};
pub use subnet_route_table_association::{
    SubnetRouteTableAssociation, SubnetRouteTableAssociationOutputs,
};
pub use vpc::{Vpc, VpcOutputs};
pub use vpc_endpoint::{
    EndpointType, GatewayEndpoint, InterfaceEndpoint, VpcEndpoint, VpcEndpointOutputs,
};
pub use vpc_gateway_attachment::{VpcGatewayAttachment, VpcGatewayAttachmentOutputs};

mod eip;
mod endpoint_service;
mod flow_log;
mod internet_gateway;
mod nat_gateway;
mod network_acl;
mod network_acl_entry;
mod route;
mod route_table;
mod security_group;
mod security_group_rule;
mod subnet;
mod subnet_network_acl_association;
mod subnet_route_table_association;
mod vpc;
mod vpc_endpoint;
mod vpc_gateway_attachment;

use crate::tags::Tags;

/// The calls that come from one set of tags to another: `CreateTags`, `DeleteTags`.
pub(crate) fn tag_calls(from: &Tags, to: &Tags) -> u32 {
    let (set, remove) = from.changes_to(to);
    u32::from(!set.is_empty()) + u32::from(!remove.is_empty())
}
