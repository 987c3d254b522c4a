//! Amazon EC2 in memory.

pub use eip::EipHandler;
pub use flow_log::FlowLogHandler;
pub use internet_gateway::InternetGatewayHandler;
pub use nat_gateway::NatGatewayHandler;
pub use network_acl::NetworkAclHandler;
pub use network_acl_entry::NetworkAclEntryHandler;
pub use route::RouteHandler;
pub use route_table::RouteTableHandler;
pub use security_group::SecurityGroupHandler;
pub use security_group_rule::{
    SecurityGroupEgressHandler, SecurityGroupIngressHandler, SecurityGroupRuleHandler,
};
pub use subnet::SubnetHandler;
pub use subnet_network_acl_association::SubnetNetworkAclAssociationHandler;
pub use subnet_route_table_association::SubnetRouteTableAssociationHandler;
pub use vpc::VpcHandler;
pub use vpc_endpoint::VpcEndpointHandler;
pub use vpc_gateway_attachment::VpcGatewayAttachmentHandler;

mod eip;
mod flow_log;
mod internet_gateway;
mod nat_gateway;
mod network_acl;
mod network_acl_entry;
#[cfg(test)]
mod network_acl_tests;
#[cfg(test)]
mod network_tests;
mod route;
mod route_table;
mod security_group;
mod security_group_rule;
mod subnet;
mod subnet_network_acl_association;
mod subnet_route_table_association;
mod vpc;
mod vpc_endpoint;
#[cfg(test)]
mod vpc_endpoint_tests;
mod vpc_gateway_attachment;

use crate::world::AwsError;

/// The operations that set and remove tags.
pub(crate) const TAGGING: [&str; 2] = ["CreateTags", "DeleteTags"];

/// The error of a delete that something still depends on.
pub(crate) fn dependency_violation(what: &str, identifier: &str) -> AwsError {
    AwsError::dependency(
        "DependencyViolation",
        format!("The {what} '{identifier}' has dependencies and cannot be deleted."),
    )
}
